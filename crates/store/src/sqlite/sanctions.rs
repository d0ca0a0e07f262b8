//! Mutes and bans.

use super::{
    Cause,
    rooms::room_id,
    sql::{all, execute, time},
};
use room::{Millis, RoomKey, UserId, moderation::Sanction};
use rusqlite::{Connection, params};

const MUTE: i64 = 1;
const BAN: i64 = 2;

fn column(kind: Sanction) -> i64 {
    match kind {
        Sanction::Mute => MUTE,
        Sanction::Ban => BAN,
    }
}

pub(super) fn put(
    db: &Connection,
    key: &RoomKey,
    kind: Sanction,
    users: &[UserId],
    until: Millis,
) -> Result<bool, Cause> {
    let Some(room) = room_id(db, key)? else {
        return Ok(false);
    };
    for user in users {
        if until == Millis(0) {
            let sql = "DELETE FROM sanctions WHERE room = ?1 AND kind = ?2 AND user = ?3";
            execute(db, sql, params![room, column(kind), user.as_str()])?;
        } else {
            let sql = "INSERT OR REPLACE INTO sanctions (room, kind, user, until) VALUES (?1, ?2, ?3, ?4)";
            execute(db, sql, params![room, column(kind), user.as_str(), time(until)])?;
        }
    }
    Ok(true)
}

pub(super) fn of(db: &Connection, key: &RoomKey) -> Result<Vec<(Sanction, UserId, Millis)>, Cause> {
    let sql = "SELECT kind, user, until FROM sanctions
               WHERE room = (SELECT id FROM rooms WHERE app = ?1 AND room = ?2) ORDER BY kind, user";
    all(db, sql, params![key.app.0, key.room.as_str()], |row| {
        let kind = match row.get(0)? {
            MUTE => Sanction::Mute,
            BAN => Sanction::Ban,
            unknown => return Err(format!("a sanction of the unknown kind {unknown}").into()),
        };
        Ok((kind, UserId::new(&row.get::<_, String>(1)?)?, Millis(row.get(2)?)))
    })
}

pub(super) fn sweep(db: &Connection, now: Millis) -> Result<(), Cause> {
    execute(db, "DELETE FROM sanctions WHERE until <= ?1", [time(now)])?;
    Ok(())
}
