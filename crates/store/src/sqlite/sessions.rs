//! Revoked sessions, and which rooms a session is in.

use super::{
    Cause,
    sql::{all, execute, one, time},
};
use crate::MembershipChange;
use room::{AppId, Millis, RoomId, RoomKey, Seq, SessionId};
use rusqlite::{Connection, params};

/// A session's id for a column: the same 64 bits, since SQLite's integers are signed. Only compared for equality.
fn column(session: SessionId) -> i64 {
    session.0.cast_signed()
}

pub(super) fn revoke(db: &Connection, app: AppId, session: SessionId, until: Millis) -> Result<(), Cause> {
    let sql = "INSERT INTO revocations (app, session, until) VALUES (?1, ?2, ?3)
               ON CONFLICT (app, session) DO UPDATE SET until = max(until, excluded.until)";
    execute(db, sql, params![app.0, column(session), time(until)])?;
    Ok(())
}

pub(super) fn is_revoked(db: &Connection, app: AppId, session: SessionId) -> Result<bool, Cause> {
    let sql = "SELECT 1 FROM revocations WHERE app = ?1 AND session = ?2";
    Ok(one(db, sql, params![app.0, column(session)], |_| Ok(()))?.is_some())
}

pub(super) fn write_memberships(db: &Connection, changes: &[MembershipChange]) -> Result<(), Cause> {
    changes.iter().try_for_each(|change| write_membership(db, change))
}

fn write_membership(db: &Connection, change: &MembershipChange) -> Result<(), Cause> {
    match change {
        MembershipChange::Joined {
            session,
            room,
            since,
            at,
        } => {
            let sql = "INSERT OR REPLACE INTO memberships (session, room, since, at)
                       SELECT ?1, id, ?4, ?5 FROM rooms WHERE app = ?2 AND room = ?3";
            execute(
                db,
                sql,
                params![column(*session), room.app.0, room.room.as_str(), since.0, time(*at)],
            )?;
        }
        MembershipChange::Left { session, room } => {
            let sql = "DELETE FROM memberships WHERE session = ?1
                       AND room = (SELECT id FROM rooms WHERE app = ?2 AND room = ?3)";
            execute(db, sql, params![column(*session), room.app.0, room.room.as_str()])?;
        }
        MembershipChange::Ended { session } => {
            execute(db, "DELETE FROM memberships WHERE session = ?1", [column(*session)])?;
        }
    }
    Ok(())
}

pub(super) fn memberships(db: &Connection, session: SessionId) -> Result<Vec<(RoomKey, Seq)>, Cause> {
    let sql = "SELECT rooms.app, rooms.room, since FROM memberships JOIN rooms ON rooms.id = memberships.room
               WHERE session = ?1 ORDER BY at, rooms.id";
    all(db, sql, [column(session)], |row| {
        let key = RoomKey {
            app: AppId(row.get(0)?),
            room: RoomId::new(&row.get::<_, String>(1)?)?,
        };
        Ok((key, Seq(row.get(2)?)))
    })
}

pub(super) fn sweep(db: &Connection, now: Millis, memberships_before: Millis) -> Result<(), Cause> {
    execute(db, "DELETE FROM revocations WHERE until < ?1", [time(now)])?;
    execute(db, "DELETE FROM memberships WHERE at < ?1", [time(memberships_before)])?;
    Ok(())
}
