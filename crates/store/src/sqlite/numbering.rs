//! Which numbers of a room were given away (decision 7).

use super::{
    Cause,
    sql::{execute, one},
};
use crate::Block;
use room::{Epoch, RoomKey, Seq};
use rusqlite::{Connection, params};

/// The first number of a room (LR-S4).
const FIRST: u64 = 1;

pub(super) fn reserve(db: &Connection, key: &RoomKey, count: u64) -> Result<Block, Cause> {
    let newest = one(
        db,
        r#"SELECT epoch, "end" FROM numbering WHERE app = ?1 AND room = ?2"#,
        params![key.app.0, key.room.as_str()],
        |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u64>(1)?)),
    )?;
    let (epoch, next) = newest.unwrap_or((0, FIRST));
    let epoch = epoch.checked_add(1).ok_or("the room has used up its epochs")?;
    let end = next.checked_add(count).ok_or("the room has used up its numbers")?;
    let sql = r#"INSERT OR REPLACE INTO numbering (app, room, epoch, first, "end") VALUES (?1, ?2, ?3, ?4, ?5)"#;
    execute(db, sql, params![key.app.0, key.room.as_str(), epoch, next, end])?;
    Ok(Block {
        epoch: Epoch(epoch),
        next: Seq(next),
        end: Seq(end),
    })
}

pub(super) fn extend(db: &Connection, key: &RoomKey, count: u64) -> Result<Seq, Cause> {
    // A sum that does not fit becomes a float, which the STRICT table refuses: an error, never a wrapped number.
    let sql = r#"UPDATE numbering SET "end" = "end" + ?3 WHERE app = ?1 AND room = ?2 RETURNING "end""#;
    let end = one(db, sql, params![key.app.0, key.room.as_str(), count], |row| row.get(0))?;
    end.map(Seq).ok_or_else(|| "the room has no running epoch".into())
}

pub(super) fn next(db: &Connection, key: &RoomKey) -> Result<Seq, Cause> {
    let sql = r#"SELECT "end" FROM numbering WHERE app = ?1 AND room = ?2"#;
    let end = one(db, sql, params![key.app.0, key.room.as_str()], |row| row.get(0))?;
    Ok(Seq(end.unwrap_or(FIRST)))
}

/// Takes unused numbers back. A place outside of the epoch's own numbers is left alone: a hole harms nobody, a number
/// given twice would.
pub(super) fn give_back(db: &Connection, key: &RoomKey, epoch: Epoch, next: Seq) -> Result<(), Cause> {
    let sql = r#"UPDATE numbering SET "end" = ?4
                 WHERE app = ?1 AND room = ?2 AND epoch = ?3 AND ?4 BETWEEN first AND "end""#;
    execute(db, sql, params![key.app.0, key.room.as_str(), epoch.0, next.0])?;
    Ok(())
}
