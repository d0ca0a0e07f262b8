//! The one thread that writes. What waits when it is free goes into one transaction, so that many writers share the
//! price of one flush to disk (group commit); only after the commit is anybody answered (decision 33).

use super::{
    sql::execute,
    worker::{Job, Queued},
};
use rusqlite::Connection;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
    mpsc::Receiver,
};

/// The most jobs of one transaction: bounds how long the first of them waits for the others. A guess.
pub(super) const BATCH_MAX: usize = 256;

/// Works off the queue until it is closed, then leaves everything in the one database file.
pub(super) fn run(db: &Connection, queue: &Receiver<Queued>, commits: &AtomicU64) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first.job];
        batch.extend(queue.try_iter().take(BATCH_MAX - 1).map(|queued| queued.job));
        match transact(db, &mut batch) {
            Ok(()) => {
                commits.fetch_add(1, Ordering::Relaxed);
            }
            Err(cause) => {
                tracing::error!(jobs = batch.len(), error = %cause, "a transaction of the store failed");
                let cause = Arc::new(cause);
                batch.iter_mut().for_each(|job| job.undo(&cause));
            }
        }
        batch.into_iter().for_each(Job::answer);
    }
    if let Err(cause) = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        // Nothing is lost: the next start reads the log.
        tracing::warn!(error = %cause, "could not fold the store's log into its database");
    }
}

fn transact(db: &Connection, batch: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    execute(db, "BEGIN IMMEDIATE", [])?;
    let outcome = batch.iter_mut().try_for_each(|job| in_savepoint(db, job.as_mut()));
    let outcome = outcome.and_then(|()| execute(db, "COMMIT", []).map(drop));
    // After some failures (a full disk) SQLite has rolled back by itself.
    if outcome.is_err() && !db.is_autocommit() {
        execute(db, "ROLLBACK", [])?;
    }
    outcome
}

/// Runs one job so that its failure undoes only its own work. If SQLite gave up the whole transaction meanwhile, the
/// savepoint is gone as well, which is the error that the others hear.
fn in_savepoint(db: &Connection, job: &mut dyn Job) -> rusqlite::Result<()> {
    execute(db, "SAVEPOINT job", [])?;
    if !job.run(db) {
        execute(db, "ROLLBACK TO job", [])?;
    }
    execute(db, "RELEASE job", [])?;
    Ok(())
}
