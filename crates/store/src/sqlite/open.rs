//! Opening the database: the lock, the checks, the schema.

use rusqlite::{Connection, ErrorCode, OpenFlags, types::Value};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// Why the store could not be opened. The texts are for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or a file in it cannot be made, opened or locked.
    #[error("store: cannot use {path}")]
    File {
        /// Which file or directory.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// Another instance runs on this directory.
    #[error("store: the data directory {0} is in use by another plaudit; stop that one or choose another directory")]
    Locked(PathBuf),
    /// The file is not a SQLite database, or no longer a readable one.
    #[error(
        "store: {path} is damaged or not a SQLite database; restore it from a backup, or move it away (with its -wal \
         and -shm files) to start with an empty one"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        cause: rusqlite::Error,
    },
    /// The file is a SQLite database, but not one of ours.
    #[error("store: {0} is a database of another program; choose another data directory")]
    Foreign(PathBuf),
    /// The database was written by a newer version.
    #[error(
        "store: {path} has schema version {found}, this plaudit knows versions up to {known}; start the newer plaudit \
         again, or restore a backup from before the upgrade"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The version it has.
        found: usize,
        /// The newest version that this program knows.
        known: usize,
    },
    /// SQLite does not promise what durability needs.
    #[error(
        "store: {path}: SQLite answers {name} = {found} where {wanted} was set; keep the data directory on a local disk"
    )]
    Pragma {
        /// Which file.
        path: PathBuf,
        /// Which setting.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// The database failed otherwise.
    #[error("store: cannot open {path}")]
    Failed {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        cause: rusqlite::Error,
    },
    /// A thread could not be started.
    #[error("store: cannot start a thread")]
    Thread(#[source] io::Error),
}

/// Marks a database as ours: the letters "Plau".
const APPLICATION_ID: i32 = 0x506c_6175;

/// The steps from an empty database to the present schema; a database's version is how many of them it has seen.
/// Never change one that was released, only add.
const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_moderation.sql"),
    include_str!("migrations/0003_accounts.sql"),
    include_str!("migrations/0004_whole_api.sql"),
];

/// How long to wait for a lock that another process has for a moment, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Enough for every statement of this crate, so that each is parsed once.
const STATEMENTS_MAX: usize = 96;

/// The log is cut back to this after a checkpoint that found it larger.
const LOG_BYTES_MAX: i64 = 64 << 20;

/// The two connections, and the lock that keeps others out for as long as it is open.
pub(super) struct Opened {
    pub(super) lock: File,
    pub(super) writer: Connection,
    pub(super) reader: Connection,
}

pub(super) fn open(dir: &Path) -> Result<Opened, OpenError> {
    std::fs::create_dir_all(dir).map_err(|cause| OpenError::File {
        path: dir.to_owned(),
        cause,
    })?;
    let lock = lock(dir)?;
    let path = dir.join("plaudit.db");
    private_file(&path).map_err(|cause| OpenError::File {
        path: path.clone(),
        cause,
    })?;
    let writer = open_writer(&path)?;
    let reader = open_reader(&path).map_err(|cause| failed(&path, cause))?;
    Ok(Opened { lock, writer, reader })
}

fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("plaudit.lock");
    let outcome = private_file(&path).map(|file| (file.try_lock(), file));
    match outcome {
        Ok((Ok(()), file)) => Ok(file),
        Ok((Err(TryLockError::WouldBlock), _)) => Err(OpenError::Locked(dir.to_owned())),
        Ok((Err(TryLockError::Error(cause)), _)) | Err(cause) => Err(OpenError::File { path, cause }),
    }
}

/// Opens a file, makes it if it is missing, and sees to it that only its owner may read it: the database holds the
/// server's secret. SQLite gives its log the same mode.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

fn failed(path: &Path, cause: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match cause.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::Damaged { path, cause },
        _ => OpenError::Failed { path, cause },
    }
}

fn open_writer(path: &Path) -> Result<Connection, OpenError> {
    let fail = |cause| failed(path, cause);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).map_err(fail)?;
    db.busy_timeout(BUSY_TIMEOUT).map_err(fail)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // First of all, so that a file which is not ours is left exactly as it was.
    let version = version(&db, path)?;
    for (name, set, wanted) in [
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("foreign_keys", "ON", "1"),
    ] {
        db.pragma_update(None, name, set).map_err(fail)?;
        let found = pragma(&db, name).map_err(fail)?;
        if found != wanted {
            return Err(OpenError::Pragma {
                path: path.to_owned(),
                name,
                wanted,
                found,
            });
        }
    }
    db.pragma_update(None, "journal_size_limit", LOG_BYTES_MAX)
        .map_err(fail)?;
    migrate(&mut db, version).map_err(fail)?;
    Ok(db)
}

/// Reads a setting as text, whatever its type.
pub(super) fn pragma(db: &Connection, name: &str) -> rusqlite::Result<String> {
    db.pragma_query_value(None, name, |row| match row.get(0)? {
        Value::Integer(number) => Ok(number.to_string()),
        Value::Text(text) => Ok(text),
        other => Ok(format!("{other:?}")),
    })
}

/// The schema version of a database that we may use: an empty one or one of ours.
fn version(db: &Connection, path: &Path) -> Result<usize, OpenError> {
    let fail = |cause| failed(path, cause);
    let things: u64 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(fail)?;
    let id: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(fail)?;
    let version: usize = db
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(fail)?;
    if id != APPLICATION_ID && (things, id, version) != (0, 0, 0) {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    if version > MIGRATIONS.len() {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found: version,
            known: MIGRATIONS.len(),
        });
    }
    Ok(version)
}

/// Takes the missing steps, each in a transaction of its own.
fn migrate(db: &mut Connection, version: usize) -> rusqlite::Result<()> {
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(version) {
        let step = db.transaction()?;
        step.execute_batch(migration)?;
        step.pragma_update(None, "application_id", APPLICATION_ID)?;
        step.pragma_update(None, "user_version", index + 1)?;
        step.commit()?;
    }
    Ok(())
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(db)
}
