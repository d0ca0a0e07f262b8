-- What belongs to the server itself: its secret.
CREATE TABLE server (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a number is never given twice, also not after its account was deleted.
CREATE TABLE accounts (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    app          INTEGER NOT NULL,
    user         TEXT NOT NULL,
    profile      TEXT NOT NULL, -- room::Profile as JSON
    not_before_s INTEGER NOT NULL DEFAULT 0,
    UNIQUE (app, user)
) STRICT;

-- AUTOINCREMENT: the id is also the place in the list, and a reader between two pages must not miss a new room that
-- took the place of a deleted one.
CREATE TABLE rooms (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    app    INTEGER NOT NULL,
    room   TEXT NOT NULL,
    record TEXT NOT NULL, -- room::RoomRecord as JSON
    UNIQUE (app, room)
) STRICT;

-- An index ends with the rowid, so this one gives an app's rooms in the order in which they were made.
CREATE INDEX rooms_of_app ON rooms (app);

-- Counting an app's rooms takes as long as there are rooms; so the count is kept.
CREATE TABLE room_totals (
    app   INTEGER PRIMARY KEY,
    total INTEGER NOT NULL
) STRICT;

CREATE TRIGGER room_created AFTER INSERT ON rooms BEGIN
    INSERT INTO room_totals (app, total) VALUES (new.app, 1) ON CONFLICT (app) DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER room_deleted AFTER DELETE ON rooms BEGIN
    UPDATE room_totals SET total = total - 1 WHERE app = old.app;
END;

-- Not tied to rooms: numbers never go back, also when a room's id is used again (decision 7).
CREATE TABLE numbering (
    app   INTEGER NOT NULL,
    room  TEXT NOT NULL,
    epoch INTEGER NOT NULL, -- the newest
    first INTEGER NOT NULL, -- its first number: nothing before it may be given back
    "end" INTEGER NOT NULL, -- the first number that was never given
    PRIMARY KEY (app, room)
) STRICT, WITHOUT ROWID;

CREATE TABLE revocations (
    app     INTEGER NOT NULL,
    session INTEGER NOT NULL, -- the 64 bits of the id, read as signed
    until   INTEGER NOT NULL, -- milliseconds
    PRIMARY KEY (app, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
    session INTEGER NOT NULL, -- as in revocations
    room    INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    since   INTEGER NOT NULL,
    at      INTEGER NOT NULL, -- milliseconds
    PRIMARY KEY (session, room)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_of_room ON memberships (room);

-- With a rowid: entries reach 12 KiB, and long rows make a poor B-tree of their own key.
CREATE TABLE history (
    room  INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    seq   INTEGER NOT NULL,
    entry TEXT NOT NULL, -- room::Entry as JSON
    PRIMARY KEY (room, seq)
) STRICT;
