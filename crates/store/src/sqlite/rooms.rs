//! Rooms and their history.

use super::{
    Cause,
    sql::{all, execute, limit, one},
};
use crate::{Change, Creation, RoomPage};
use room::{AppId, Entry, RoomId, RoomKey, RoomRecord, Seq, UserKey, record::FieldError, rules::AppRules};
use rusqlite::{Connection, params};
use std::{collections::HashMap, sync::Arc};

/// The row of a room.
fn find(db: &Connection, key: &RoomKey) -> Result<Option<(i64, RoomRecord)>, Cause> {
    let sql = "SELECT id, record FROM rooms WHERE app = ?1 AND room = ?2";
    let row = one(db, sql, params![key.app.0, key.room.as_str()], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?))
    })?;
    let Some((id, record)) = row else { return Ok(None) };
    Ok(Some((id, serde_json::from_str(&record)?)))
}

pub(super) fn create(db: &Connection, record: &RoomRecord) -> Result<Creation, Cause> {
    if let Some((_, taken)) = find(db, &record.key)? {
        return Ok(Creation::Taken(Box::new(taken)));
    }
    let values = params![
        record.key.app.0,
        record.key.room.as_str(),
        serde_json::to_string(record)?
    ];
    execute(db, "INSERT INTO rooms (app, room, record) VALUES (?1, ?2, ?3)", values)?;
    Ok(Creation::Created)
}

pub(super) fn read(db: &Connection, key: &RoomKey) -> Result<Option<RoomRecord>, Cause> {
    Ok(find(db, key)?.map(|(_, record)| record))
}

/// Reads a room, changes it, and writes it back.
pub(super) fn change(
    db: &Connection,
    key: &RoomKey,
    apply: impl FnOnce(&mut RoomRecord) -> Result<(), FieldError>,
) -> Result<Change, Cause> {
    let Some((id, mut record)) = find(db, key)? else {
        return Ok(Change::NoRoom);
    };
    if let Err(refusal) = apply(&mut record) {
        return Ok(Change::Refused(refusal));
    }
    execute(
        db,
        "UPDATE rooms SET record = ?2 WHERE id = ?1",
        params![id, serde_json::to_string(&record)?],
    )?;
    Ok(Change::Changed(Box::new(record)))
}

/// Deletes a room; its memberships and history go with it by the schema's cascade.
pub(super) fn delete(db: &Connection, key: &RoomKey) -> Result<Option<RoomRecord>, Cause> {
    let Some((id, record)) = find(db, key)? else {
        return Ok(None);
    };
    execute(db, "DELETE FROM rooms WHERE id = ?1", [id])?;
    Ok(Some(record))
}

/// Lists an app's rooms; a place in the list is the id of the last room before it.
pub(super) fn page(db: &Connection, app: AppId, from: u64, rooms_max: usize) -> Result<RoomPage, Cause> {
    let one_view = db.unchecked_transaction()?;
    let total = one(db, "SELECT total FROM room_totals WHERE app = ?1", [app.0], |row| {
        row.get(0)
    })?;
    // One more than asked for tells whether this is the last page.
    let sql = "SELECT id, room FROM rooms WHERE app = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    let mut found = all(
        db,
        sql,
        params![app.0, from, limit(rooms_max.saturating_add(1))],
        |row| Ok((row.get::<_, u64>(0)?, RoomId::new(&row.get::<_, String>(1)?)?)),
    )?;
    one_view.finish()?;
    let more = found.len() > rooms_max;
    found.truncate(rooms_max);
    let next = found.last().filter(|_| more).map_or(0, |(id, _)| *id);
    Ok(RoomPage {
        rooms: found.into_iter().map(|(_, room)| room).collect(),
        total: total.unwrap_or(0),
        next,
    })
}

pub(super) fn put_app_rules(db: &Connection, app: AppId, rules: &AppRules) -> Result<(), Cause> {
    let sql = "INSERT OR REPLACE INTO app_rules (app, rules) VALUES (?1, ?2)";
    execute(db, sql, params![app.0, serde_json::to_string(rules)?])?;
    Ok(())
}

pub(super) fn app_rules(db: &Connection) -> Result<Vec<(AppId, AppRules)>, Cause> {
    all(db, "SELECT app, rules FROM app_rules", [], |row| {
        Ok((AppId(row.get(0)?), serde_json::from_str(&row.get::<_, String>(1)?)?))
    })
}

pub(super) fn owned(db: &Connection, owner: &UserKey) -> Result<u64, Cause> {
    let sql = "SELECT count(*) FROM rooms WHERE app = ?1 AND json_extract(record, '$.owner') = ?2";
    let owned = one(db, sql, params![owner.app.0, owner.user.as_str()], |row| row.get(0))?;
    Ok(owned.unwrap_or(0))
}

pub(super) fn write_history(db: &Connection, entries: &[(RoomKey, Arc<Entry>)], keep: usize) -> Result<(), Cause> {
    let mut ids = HashMap::new();
    for (key, entry) in entries {
        let id = match ids.get(key) {
            Some(known) => *known,
            None => *ids.entry(key).or_insert(room_id(db, key)?),
        };
        let Some(id) = id else { continue };
        let sql = "INSERT OR REPLACE INTO history (room, seq, entry) SELECT ?1, ?2, ?3
                   WHERE NOT EXISTS (SELECT 1 FROM deletions WHERE room = ?1 AND seq = ?2)";
        execute(db, sql, params![id, entry.seq.0, serde_json::to_string(entry)?])?;
    }
    for id in ids.into_values().flatten() {
        let sql = "DELETE FROM history WHERE room = ?1 AND seq <=
                   (SELECT seq FROM history WHERE room = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)";
        execute(db, sql, params![id, limit(keep)])?;
        // What is older than the history is never written again.
        let sql = "DELETE FROM deletions WHERE room = ?1 AND seq < (SELECT min(seq) FROM history WHERE room = ?1)";
        execute(db, sql, [id])?;
    }
    Ok(())
}

pub(super) fn delete_entries(db: &Connection, key: &RoomKey, seqs: &[Seq]) -> Result<(), Cause> {
    let Some(room) = room_id(db, key)? else { return Ok(()) };
    for seq in seqs {
        execute(
            db,
            "DELETE FROM history WHERE room = ?1 AND seq = ?2",
            params![room, seq.0],
        )?;
        let sql = "INSERT OR IGNORE INTO deletions (room, seq) VALUES (?1, ?2)";
        execute(db, sql, params![room, seq.0])?;
    }
    Ok(())
}

pub(super) fn room_id(db: &Connection, key: &RoomKey) -> Result<Option<i64>, Cause> {
    let sql = "SELECT id FROM rooms WHERE app = ?1 AND room = ?2";
    Ok(one(db, sql, params![key.app.0, key.room.as_str()], |row| row.get(0))?)
}

pub(super) fn history(db: &Connection, key: &RoomKey, entries_max: usize) -> Result<Vec<Arc<Entry>>, Cause> {
    let sql = "SELECT entry FROM history WHERE room = (SELECT id FROM rooms WHERE app = ?1 AND room = ?2)
               ORDER BY seq DESC LIMIT ?3";
    let mut entries = all(
        db,
        sql,
        params![key.app.0, key.room.as_str(), limit(entries_max)],
        |row| Ok(Arc::new(serde_json::from_str(&row.get::<_, String>(0)?)?)),
    )?;
    entries.reverse();
    Ok(entries)
}
