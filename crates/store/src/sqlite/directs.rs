//! Messages from user to user.

use super::{
    Cause,
    sql::{all, execute, limit, one, secs, time},
};
use crate::{DirectPage, KeptDirect, NewDirect, Newest, Stored, Unread, Withdrawal};
use room::{
    AppId, DirectMessage, Millis, UserId, UserKey,
    direct::{DirectName, REPEAT_MS},
};
use rusqlite::{Connection, Row, params};

fn kept(row: &Row<'_>) -> Result<KeptDirect, Cause> {
    Ok(KeptDirect {
        id: row.get(0)?,
        withdrawn: row.get(1)?,
        message: serde_json::from_str(&row.get::<_, String>(2)?)?,
    })
}

/// An earlier message that this one repeats.
fn repeated(db: &Connection, app: AppId, new: &DirectMessage) -> Result<Option<KeptDirect>, Cause> {
    let sql = "SELECT id, withdrawn, message FROM directs
               WHERE app = ?1 AND sender = ?2 AND receiver = ?3 AND seq = ?4 AND random = ?5 AND at > ?6
               ORDER BY id DESC LIMIT 8";
    let since = time(Millis(new.at.0.saturating_sub(REPEAT_MS)));
    let from = new.from.user.as_str();
    let values = params![app.0, from, new.to.as_str(), new.seq, new.random, since];
    let earlier = all(db, sql, values, kept)?;
    let same = |old: &KeptDirect| old.message.content == new.content && old.message.client_time == new.client_time;
    Ok(earlier.into_iter().find(same))
}

pub(super) fn find_repeated(db: &Connection, app: AppId, new: &DirectMessage) -> Result<Option<DirectMessage>, Cause> {
    Ok(repeated(db, app, new)?.map(|kept| kept.message))
}

pub(super) fn put(db: &Connection, app: AppId, messages: &[NewDirect]) -> Result<Vec<Stored>, Cause> {
    messages.iter().map(|new| put_one(db, app, new)).collect()
}

fn put_one(db: &Connection, app: AppId, new: &NewDirect) -> Result<Stored, Cause> {
    let message = &new.message;
    if let Some(earlier) = repeated(db, app, message)? {
        return Ok(Stored::Repeat(Box::new(earlier.message)));
    }
    let sql = "INSERT INTO directs (app, sender, receiver, seq, random, at, keep_until, message)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id";
    let values = params![
        app.0,
        message.from.user.as_str(),
        message.to.as_str(),
        message.seq,
        message.random,
        time(message.at),
        time(new.keep_until),
        serde_json::to_string(message)?,
    ];
    Ok(Stored::New(
        db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?,
    ))
}

pub(super) fn waiting(
    db: &Connection,
    to: &UserKey,
    after: u64,
    now: Millis,
    most: usize,
) -> Result<Vec<KeptDirect>, Cause> {
    let sql = "SELECT id, withdrawn, message FROM directs
               WHERE app = ?1 AND receiver = ?2 AND waits = 1 AND id > ?3 AND keep_until > ?4 AND withdrawn = 0
               ORDER BY id LIMIT ?5";
    let values = params![to.app.0, to.user.as_str(), secs(after), time(now), limit(most)];
    all(db, sql, values, kept)
}

/// Those that the receiver has not read.
const UNREAD: &str = "FROM directs AS d WHERE app = ?1 AND receiver = ?2 AND withdrawn = 0
                      AND at / 1000 > coalesce((SELECT until_s FROM direct_reads
                                                WHERE app = d.app AND reader = d.receiver AND peer = d.sender), 0)";

pub(super) fn unread_by_peer(db: &Connection, to: &UserKey, now: Millis, most: usize) -> Result<Vec<Unread>, Cause> {
    let sql = format!(
        "SELECT sender, count(*), max(id) {UNREAD} AND keep_until > ?3 GROUP BY sender ORDER BY max(id) LIMIT ?4"
    );
    let values = params![to.app.0, to.user.as_str(), time(now), limit(most)];
    all(db, &sql, values, |row| {
        Ok(Unread {
            from: UserId::new(&row.get::<_, String>(0)?)?,
            count: row.get(1)?,
            newest: row.get(2)?,
        })
    })
}

pub(super) fn unread(db: &Connection, to: &UserKey, most: usize) -> Result<usize, Cause> {
    let sql = format!("SELECT count(*) FROM (SELECT 1 {UNREAD} LIMIT ?3)");
    let count = one(db, &sql, params![to.app.0, to.user.as_str(), limit(most)], |row| {
        row.get(0)
    })?;
    Ok(count.unwrap_or(0))
}

pub(super) fn newest_by_peer(db: &Connection, of: &UserKey, most: usize) -> Result<Vec<Newest>, Cause> {
    let sql = "SELECT id, withdrawn, message, coalesce((
                   SELECT until_s FROM direct_reads
                   WHERE app = ?1 AND peer = ?2 AND reader = iif(sender = ?2, receiver, sender)
               ), 0) FROM directs WHERE id IN (
                   SELECT max(id) FROM (
                       SELECT receiver AS peer, id FROM directs WHERE app = ?1 AND sender = ?2
                       UNION ALL SELECT sender, id FROM directs WHERE app = ?1 AND receiver = ?2
                   ) GROUP BY peer
               ) ORDER BY id DESC LIMIT ?3";
    all(db, sql, params![of.app.0, of.user.as_str(), limit(most)], |row| {
        Ok(Newest {
            kept: kept(row)?,
            read_until_s: row.get(3)?,
        })
    })
}

pub(super) fn delivered(db: &Connection, to: &UserKey, from: u64, up_to: u64) -> Result<(), Cause> {
    let sql = "UPDATE directs SET waits = 0
               WHERE app = ?1 AND receiver = ?2 AND waits = 1 AND id BETWEEN ?3 AND ?4";
    execute(db, sql, params![to.app.0, to.user.as_str(), secs(from), secs(up_to)])?;
    Ok(())
}

pub(super) fn between(
    db: &Connection,
    app: AppId,
    pair: (&UserId, &UserId),
    page: DirectPage,
) -> Result<Vec<KeptDirect>, Cause> {
    // The place of a named message; without one that is there, the end.
    let before = match page.before {
        None => None,
        Some(name) => find(db, app, pair, name)?.or(find(db, app, (pair.1, pair.0), name)?),
    };
    let before = before.map_or(i64::MAX, |kept| i64::try_from(kept.id).unwrap_or(i64::MAX));
    let sql = "SELECT id, withdrawn, message FROM directs
               WHERE app = ?1 AND ((sender = ?2 AND receiver = ?3) OR (sender = ?3 AND receiver = ?2))
               AND id < ?4 AND at BETWEEN ?5 AND ?6 ORDER BY id DESC LIMIT ?7";
    let values = params![
        app.0,
        pair.0.as_str(),
        pair.1.as_str(),
        before,
        time(page.from),
        time(page.to),
        limit(page.most)
    ];
    all(db, sql, values, kept)
}

fn find(db: &Connection, app: AppId, pair: (&UserId, &UserId), name: DirectName) -> Result<Option<KeptDirect>, Cause> {
    let sql = "SELECT id, withdrawn, message FROM directs WHERE app = ?1 AND sender = ?2 AND receiver = ?3 AND seq = ?4
               AND random = ?5 AND at / 1000 = ?6 ORDER BY id DESC LIMIT 1";
    let values = params![
        app.0,
        pair.0.as_str(),
        pair.1.as_str(),
        name.seq,
        name.random,
        secs(name.at_s)
    ];
    Ok(all(db, sql, values, kept)?.pop())
}

pub(super) fn withdraw(
    db: &Connection,
    app: AppId,
    pair: (&UserId, &UserId),
    name: DirectName,
    since: Millis,
) -> Result<Withdrawal, Cause> {
    let Some(found) = find(db, app, pair, name)? else {
        return Ok(Withdrawal::Unknown);
    };
    if found.withdrawn {
        return Ok(Withdrawal::Repeated);
    }
    if found.message.at < since {
        return Ok(Withdrawal::TooLate);
    }
    execute(
        db,
        "UPDATE directs SET withdrawn = 1, waits = 0 WHERE id = ?1",
        [found.id],
    )?;
    Ok(Withdrawal::Done(Box::new(found.message)))
}

pub(super) fn read(db: &Connection, app: AppId, reader: &UserId, peer: &UserId, until_s: u64) -> Result<bool, Cause> {
    let read_s = read_until(db, app, reader, peer)?;
    let sql = "SELECT 1 FROM directs WHERE app = ?1 AND sender = ?2 AND receiver = ?3
               AND at / 1000 > ?4 AND at / 1000 <= ?5 LIMIT 1";
    let values = params![app.0, peer.as_str(), reader.as_str(), secs(read_s), secs(until_s)];
    if one(db, sql, values, |_| Ok(()))?.is_none() {
        return Ok(false);
    }
    let sql = "INSERT OR REPLACE INTO direct_reads (app, reader, peer, until_s) VALUES (?1, ?2, ?3, ?4)";
    execute(db, sql, params![app.0, reader.as_str(), peer.as_str(), secs(until_s)])?;
    Ok(true)
}

pub(super) fn read_until(db: &Connection, app: AppId, reader: &UserId, peer: &UserId) -> Result<u64, Cause> {
    let sql = "SELECT until_s FROM direct_reads WHERE app = ?1 AND reader = ?2 AND peer = ?3";
    let until = one(db, sql, params![app.0, reader.as_str(), peer.as_str()], |row| {
        row.get(0)
    })?;
    Ok(until.unwrap_or(0))
}

/// Everything to, from and about a user whose account is deleted.
pub(super) fn delete_of(db: &Connection, key: &UserKey) -> Result<(), Cause> {
    for sql in [
        "DELETE FROM directs WHERE app = ?1 AND receiver = ?2",
        "DELETE FROM directs WHERE app = ?1 AND sender = ?2",
        "DELETE FROM direct_reads WHERE app = ?1 AND (reader = ?2 OR peer = ?2)",
    ] {
        execute(db, sql, params![key.app.0, key.user.as_str()])?;
    }
    Ok(())
}

pub(super) fn sweep(db: &Connection, before: Millis) -> Result<(), Cause> {
    execute(db, "DELETE FROM directs WHERE at < ?1", [time(before)])?;
    execute(db, "DELETE FROM direct_reads WHERE until_s < ?1", [before.secs()])?;
    Ok(())
}
