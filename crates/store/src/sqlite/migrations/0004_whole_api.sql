-- What members of a room share.
CREATE TABLE room_data (
    room       INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
    attributes TEXT, -- room::attributes::Attributes as JSON; NULL when there never were some
    counters   TEXT  -- room::counters::Counters as JSON; the same
) STRICT;

-- Users who are shown in a room although they are not there.
CREATE TABLE robots (
    room  INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user  TEXT NOT NULL,
    until INTEGER NOT NULL, -- milliseconds
    PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;

-- Messages from user to user. AUTOINCREMENT: the id is the order of arrival, and whoever was given one must never see
-- it on another message.
CREATE TABLE directs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    app        INTEGER NOT NULL,
    sender     TEXT NOT NULL,
    receiver   TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    random     INTEGER NOT NULL,
    at         INTEGER NOT NULL, -- milliseconds
    keep_until INTEGER NOT NULL, -- milliseconds; so long it is shown to a receiver who has not read it
    waits      INTEGER NOT NULL DEFAULT 1, -- 0 when a client of the receiver has it
    withdrawn  INTEGER NOT NULL DEFAULT 0, -- 1 when it was taken back
    message    TEXT NOT NULL -- room::DirectMessage as JSON
) STRICT;

CREATE INDEX directs_waiting ON directs (app, receiver, id) WHERE waits = 1;
CREATE INDEX directs_between ON directs (app, sender, receiver, id);
CREATE INDEX directs_to ON directs (app, receiver, id);
CREATE INDEX directs_by_age ON directs (at);

-- Up to when a user has read what another one wrote to him.
CREATE TABLE direct_reads (
    app     INTEGER NOT NULL,
    reader  TEXT NOT NULL,
    peer    TEXT NOT NULL,
    until_s INTEGER NOT NULL,
    PRIMARY KEY (app, reader, peer)
) STRICT, WITHOUT ROWID;
