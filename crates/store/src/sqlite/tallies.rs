//! The accounts of rooms, by minute.

use super::{
    Cause,
    sql::{all, execute, one, secs},
};
use crate::{PastTally, TallyPart};
use room::{
    Epoch, RoomKey,
    tally::{Counts, Row},
};
use rusqlite::{Connection, params};

pub(super) fn begin(db: &Connection, key: &RoomKey, epoch: Epoch, now_s: u64) -> Result<(), Cause> {
    let sql = "INSERT OR REPLACE INTO tally_ends (app, room, epoch, until_s) VALUES (?1, ?2, ?3, ?4)";
    execute(db, sql, params![key.app.0, key.room.as_str(), epoch.0, secs(now_s)])?;
    Ok(())
}

/// What was begun and never ended was cut off: what may be missing is noted.
pub(super) fn cut_off(db: &Connection, now_s: u64) -> Result<(), Cause> {
    let sql = "INSERT OR REPLACE INTO tally_holes (app, room, from_s, to_s)
               SELECT app, room, until_s, ?1 FROM tally_ends WHERE until_s < ?1";
    execute(db, sql, [secs(now_s)])?;
    execute(db, "DELETE FROM tally_ends", [])?;
    Ok(())
}

pub(super) fn write(db: &Connection, parts: &[TallyPart]) -> Result<(), Cause> {
    for TallyPart { room, epoch, minutes } in parts {
        for row in &minutes.rows {
            add(db, room, row)?;
        }
        let (app, id) = (room.app.0, room.room.as_str());
        if minutes.last {
            let sql = "DELETE FROM tally_ends WHERE app = ?1 AND room = ?2 AND epoch = ?3";
            execute(db, sql, params![app, id, epoch.0])?;
        } else {
            let sql = "UPDATE tally_ends SET until_s = ?4 WHERE app = ?1 AND room = ?2 AND epoch = ?3";
            execute(db, sql, params![app, id, epoch.0, secs(minutes.until_s)])?;
        }
    }
    Ok(())
}

/// Adds to a minute: a room that was closed and opened again within it has two parts.
fn add(db: &Connection, key: &RoomKey, row: &Row) -> Result<(), Cause> {
    let priority = serde_json::to_string(&row.priority)?;
    let place = params![key.app.0, key.room.as_str(), secs(row.from_s), priority];
    let sql = "SELECT counts FROM tallies WHERE app = ?1 AND room = ?2 AND from_s = ?3 AND priority = ?4";
    let standing = one(db, sql, place, |row| row.get::<_, String>(0))?;
    let mut counts: Counts = standing
        .map(|json| serde_json::from_str(&json))
        .transpose()?
        .unwrap_or_default();
    counts.add(&row.counts);
    let sql = "INSERT OR REPLACE INTO tallies (app, room, from_s, priority, counts) VALUES (?1, ?2, ?3, ?4, ?5)";
    let json = serde_json::to_string(&counts)?;
    execute(
        db,
        sql,
        params![key.app.0, key.room.as_str(), secs(row.from_s), priority, json],
    )?;
    Ok(())
}

pub(super) fn read(db: &Connection, key: &RoomKey, from_s: u64, to_s: u64) -> Result<PastTally, Cause> {
    let span = params![key.app.0, key.room.as_str(), secs(from_s), secs(to_s)];
    let sql = "SELECT from_s, priority, counts FROM tallies
               WHERE app = ?1 AND room = ?2 AND from_s >= ?3 AND from_s < ?4";
    let mut rows = all(db, sql, span, |row| {
        Ok(Row {
            from_s: row.get(0)?,
            priority: serde_json::from_str(&row.get::<_, String>(1)?)?,
            counts: serde_json::from_str(&row.get::<_, String>(2)?)?,
        })
    })?;
    rows.sort_by_key(|row| (row.from_s, row.priority));
    let sql = "SELECT from_s, to_s FROM tally_holes
               WHERE app = ?1 AND room = ?2 AND to_s > ?3 AND from_s < ?4 ORDER BY from_s";
    let holes = all(db, sql, span, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(PastTally { rows, holes })
}

pub(super) fn sweep(db: &Connection, before_s: u64) -> Result<(), Cause> {
    execute(db, "DELETE FROM tallies WHERE from_s < ?1", [secs(before_s)])?;
    execute(db, "DELETE FROM tally_holes WHERE to_s < ?1", [secs(before_s)])?;
    Ok(())
}
