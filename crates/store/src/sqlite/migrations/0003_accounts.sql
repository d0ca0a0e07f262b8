-- The account of rooms by minute, and what is missing in it. Not tied to rooms: it outlives them, until it is old.
CREATE TABLE tallies (
    app      INTEGER NOT NULL,
    room     TEXT NOT NULL,
    from_s   INTEGER NOT NULL,
    priority TEXT NOT NULL, -- room::Priority as JSON
    counts   TEXT NOT NULL, -- room::tally::Counts as JSON
    PRIMARY KEY (app, room, from_s, priority)
) STRICT, WITHOUT ROWID;

CREATE INDEX tallies_by_age ON tallies (from_s);

-- Accounts that are being kept, one for each run of a room: nothing before until_s is missing.
CREATE TABLE tally_ends (
    app     INTEGER NOT NULL,
    room    TEXT NOT NULL,
    epoch   INTEGER NOT NULL,
    until_s INTEGER NOT NULL,
    PRIMARY KEY (app, room, epoch)
) STRICT, WITHOUT ROWID;

-- What a crash took from an account: some of what came from from_s up to, but not including, to_s.
CREATE TABLE tally_holes (
    app    INTEGER NOT NULL,
    room   TEXT NOT NULL,
    from_s INTEGER NOT NULL,
    to_s   INTEGER NOT NULL,
    PRIMARY KEY (app, room, from_s)
) STRICT, WITHOUT ROWID;

-- Messages that were taken back: what is written behind must not bring them back. They go with the history.
CREATE TABLE deletions (
    room INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

-- How many rooms a user owns.
CREATE INDEX rooms_of_owner ON rooms (app, json_extract(record, '$.owner'));

-- What an operator changed for all rooms of an app.
CREATE TABLE app_rules (
    app   INTEGER PRIMARY KEY,
    rules TEXT NOT NULL -- room::rules::AppRules as JSON
) STRICT;
