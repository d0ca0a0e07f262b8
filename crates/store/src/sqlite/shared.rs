//! What members of a room share, and who is shown in it without being there.

use super::{
    Cause,
    rooms::room_id,
    sql::{all, execute, one, time},
};
use crate::Change;
use room::{
    Millis, RoomKey, UserId,
    attributes::{AttributeChange, AttributeError, Attributes},
    counters::{CounterChange, CounterError, Counters},
};
use rusqlite::{Connection, params};
use serde::{Serialize, de::DeserializeOwned};

/// A column of `room_data`.
struct Column {
    read: &'static str,
    write: &'static str,
}

const ATTRIBUTES: Column = Column {
    read: "SELECT attributes FROM room_data WHERE room = ?1",
    write: "INSERT INTO room_data (room, attributes) VALUES (?1, ?2)
            ON CONFLICT (room) DO UPDATE SET attributes = excluded.attributes",
};
const COUNTERS: Column = Column {
    read: "SELECT counters FROM room_data WHERE room = ?1",
    write: "INSERT INTO room_data (room, counters) VALUES (?1, ?2)
            ON CONFLICT (room) DO UPDATE SET counters = excluded.counters",
};

fn load<T: DeserializeOwned + Default>(db: &Connection, room: i64, column: &Column) -> Result<T, Cause> {
    let text = one(db, column.read, [room], |row| row.get::<_, Option<String>>(0))?.flatten();
    Ok(text
        .map(|text| serde_json::from_str(&text))
        .transpose()?
        .unwrap_or_default())
}

fn change<T: DeserializeOwned + Default + Serialize, E>(
    db: &Connection,
    key: &RoomKey,
    column: &Column,
    apply: impl FnOnce(&mut T) -> Result<(), E>,
) -> Result<Change<T, E>, Cause> {
    let Some(room) = room_id(db, key)? else {
        return Ok(Change::NoRoom);
    };
    let mut data: T = load(db, room, column)?;
    if let Err(refusal) = apply(&mut data) {
        return Ok(Change::Refused(refusal));
    }
    execute(db, column.write, params![room, serde_json::to_string(&data)?])?;
    Ok(Change::Changed(Box::new(data)))
}

fn read<T: DeserializeOwned + Default>(db: &Connection, key: &RoomKey, column: &Column) -> Result<T, Cause> {
    room_id(db, key)?.map_or_else(|| Ok(T::default()), |room| load(db, room, column))
}

pub(super) fn attributes(db: &Connection, key: &RoomKey) -> Result<Attributes, Cause> {
    read(db, key, &ATTRIBUTES)
}

pub(super) fn change_attributes(
    db: &Connection,
    key: &RoomKey,
    what: &AttributeChange,
    seen: Option<u64>,
) -> Result<Change<Attributes, AttributeError>, Cause> {
    change(db, key, &ATTRIBUTES, |attributes: &mut Attributes| {
        attributes.apply(what, seen)
    })
}

pub(super) fn counters(db: &Connection, key: &RoomKey) -> Result<Counters, Cause> {
    read(db, key, &COUNTERS)
}

pub(super) fn change_counters(
    db: &Connection,
    key: &RoomKey,
    what: &CounterChange,
) -> Result<Change<(Counters, Vec<String>), CounterError>, Cause> {
    let mut touched = Vec::new();
    let changed = change(db, key, &COUNTERS, |counters: &mut Counters| {
        touched = counters.apply(what)?;
        Ok(())
    })?;
    Ok(changed.map(|counters| (counters, touched)))
}

pub(super) fn put_robots(db: &Connection, key: &RoomKey, users: &[UserId], until: Millis) -> Result<bool, Cause> {
    let Some(room) = room_id(db, key)? else {
        return Ok(false);
    };
    for user in users {
        if until == Millis(0) {
            execute(
                db,
                "DELETE FROM robots WHERE room = ?1 AND user = ?2",
                params![room, user.as_str()],
            )?;
        } else {
            let sql = "INSERT OR REPLACE INTO robots (room, user, until) VALUES (?1, ?2, ?3)";
            execute(db, sql, params![room, user.as_str(), time(until)])?;
        }
    }
    Ok(true)
}

pub(super) fn robots(db: &Connection, key: &RoomKey) -> Result<Vec<(UserId, Millis)>, Cause> {
    let sql = "SELECT user, until FROM robots WHERE room = (SELECT id FROM rooms WHERE app = ?1 AND room = ?2)";
    all(db, sql, params![key.app.0, key.room.as_str()], |row| {
        Ok((UserId::new(&row.get::<_, String>(0)?)?, Millis(row.get(1)?)))
    })
}

pub(super) fn sweep(db: &Connection, now: Millis) -> Result<(), Cause> {
    execute(db, "DELETE FROM robots WHERE until <= ?1", [time(now)])?;
    Ok(())
}
