-- Mutes and bans of a room, and of an account in all rooms.
CREATE TABLE sanctions (
    room  INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    kind  INTEGER NOT NULL, -- 1 mute, 2 ban
    user  TEXT NOT NULL,
    until INTEGER NOT NULL, -- milliseconds
    PRIMARY KEY (room, kind, user)
) STRICT, WITHOUT ROWID;

ALTER TABLE accounts ADD COLUMN group_silent_until INTEGER NOT NULL DEFAULT 0; -- milliseconds
ALTER TABLE accounts ADD COLUMN c2c_silent_until INTEGER NOT NULL DEFAULT 0; -- milliseconds
