//! Accounts and the server's secret.

use super::{
    Cause,
    sql::{execute, one, secs, time},
};
use crate::Account;
use room::{AppId, Millis, Profile, UserId, UserKey, profile::ProfilePatch};
use rusqlite::{Connection, params};

pub(super) fn secret(db: &Connection) -> Result<[u8; 32], Cause> {
    let kept = one(db, "SELECT value FROM server WHERE name = 'secret'", [], |row| {
        row.get(0)
    })?;
    if let Some(secret) = kept {
        return Ok(secret);
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    execute(db, "INSERT INTO server (name, value) VALUES ('secret', ?1)", [secret])?;
    Ok(secret)
}

/// Reads one account.
pub(super) fn account(db: &Connection, app: AppId, user: &UserId) -> Result<Option<Account>, Cause> {
    let sql = "SELECT number, profile, not_before_s, group_silent_until, c2c_silent_until FROM accounts
               WHERE app = ?1 AND user = ?2";
    let row = one(db, sql, params![app.0, user.as_str()], |row| {
        let silent = (Millis(row.get(3)?), Millis(row.get(4)?));
        Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, silent))
    })?;
    let Some((number, profile, not_before_s, (group_silent_until, c2c_silent_until))) = row else {
        return Ok(None);
    };
    let key = UserKey {
        app,
        user: user.clone(),
    };
    Ok(Some(Account {
        key,
        number,
        profile: serde_json::from_str(&profile)?,
        not_before_s,
        group_silent_until,
        c2c_silent_until,
    }))
}

/// Creates or changes accounts.
pub(super) fn put(db: &Connection, app: AppId, users: &[(UserId, ProfilePatch)]) -> Result<Vec<Account>, Cause> {
    users
        .iter()
        .map(|(user, patch)| put_one(db, app, user, patch))
        .collect()
}

fn put_one(db: &Connection, app: AppId, user: &UserId, patch: &ProfilePatch) -> Result<Account, Cause> {
    if let Some(mut account) = account(db, app, user)? {
        // Every login comes here; one that brings nothing new costs no write.
        if !patch.is_empty() {
            account.profile.apply(patch);
            let profile = serde_json::to_string(&account.profile)?;
            execute(
                db,
                "UPDATE accounts SET profile = ?2 WHERE number = ?1",
                params![account.number, profile],
            )?;
        }
        return Ok(account);
    }
    let mut profile = Profile::default();
    profile.apply(patch);
    let sql = "INSERT INTO accounts (app, user, profile) VALUES (?1, ?2, ?3) RETURNING number";
    let values = params![app.0, user.as_str(), serde_json::to_string(&profile)?];
    let number = db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    Ok(Account {
        key: UserKey {
            app,
            user: user.clone(),
        },
        number,
        profile,
        not_before_s: 0,
        group_silent_until: Millis(0),
        c2c_silent_until: Millis(0),
    })
}

/// Deletes an account; whether there was one.
pub(super) fn delete(db: &Connection, key: &UserKey) -> Result<bool, Cause> {
    super::directs::delete_of(db, key)?;
    let sql = "DELETE FROM accounts WHERE app = ?1 AND user = ?2";
    Ok(execute(db, sql, params![key.app.0, key.user.as_str()])? > 0)
}

/// Moves the time before which tickets are refused; whether there is such an account.
pub(super) fn set_not_before(db: &Connection, key: &UserKey, at_s: u64) -> Result<bool, Cause> {
    let sql = "UPDATE accounts SET not_before_s = max(not_before_s, ?3) WHERE app = ?1 AND user = ?2";
    Ok(execute(db, sql, params![key.app.0, key.user.as_str(), secs(at_s)])? > 0)
}

/// Silences an account; answers it.
pub(super) fn silence(
    db: &Connection,
    key: &UserKey,
    group: Option<Millis>,
    c2c: Option<Millis>,
) -> Result<Option<Account>, Cause> {
    let sql = "UPDATE accounts SET group_silent_until = coalesce(?3, group_silent_until),
               c2c_silent_until = coalesce(?4, c2c_silent_until) WHERE app = ?1 AND user = ?2";
    let values = params![key.app.0, key.user.as_str(), group.map(time), c2c.map(time)];
    execute(db, sql, values)?;
    account(db, key.app, &key.user)
}
