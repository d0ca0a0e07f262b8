//! Small helpers around prepared statements.

use super::Cause;
use room::Millis;
use rusqlite::{Connection, OptionalExtension, Params, Row};

/// Runs a statement; answers how many rows it changed.
pub(super) fn execute(db: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
    db.prepare_cached(sql)?.execute(params)
}

/// Reads the only row, if there is one.
pub(super) fn one<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    db.prepare_cached(sql)?.query_row(params, read).optional()
}

/// Reads all rows.
pub(super) fn all<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, Cause>,
) -> Result<Vec<T>, Cause> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The latest time that a column holds: SQLite's integers are signed. A time so far away means "never", so later ones
/// may as well be this one.
const TIME_MAX: u64 = i64::MAX as u64;

/// Milliseconds for a column.
pub(super) fn time(at: Millis) -> u64 {
    at.0.min(TIME_MAX)
}

/// Seconds for a column.
pub(super) fn secs(at: u64) -> u64 {
    at.min(TIME_MAX)
}

/// How many rows to read.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
