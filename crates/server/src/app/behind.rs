//! Write-behind: what may be lost with the last moment of a crash (decision 8) is written in batches by one task, so
//! that neither a join nor a message waits for the disk.

use crate::telemetry::metrics::Metrics;
use parking_lot::Mutex;
use room::{Entry, RoomKey};
use std::sync::Arc;
use store::{MembershipChange, Store};
use tokio::sync::mpsc;

/// How many jobs may wait: some seconds of a very busy server. Beyond it jobs are lost and counted.
const WAITING_MAX: usize = 65_536;
/// How many jobs one transaction takes.
const BATCH_MAX: usize = 2_048;

enum Job {
    Membership(MembershipChange),
    History(RoomKey, Arc<Entry>),
}

/// The waiting line.
pub struct Behind {
    /// `None` once it is closed.
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    metrics: Arc<Metrics>,
}

/// The task that writes; it ends when the line is dropped and empty.
pub struct Writer {
    jobs: mpsc::Receiver<Job>,
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    history_entries: usize,
}

/// Makes a waiting line and its writer. `history_entries` of each room stay on disk.
pub fn line(store: Arc<dyn Store>, metrics: Arc<Metrics>, history_entries: usize) -> (Behind, Writer) {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    (
        Behind {
            jobs: Mutex::new(Some(sender)),
            metrics: metrics.clone(),
        },
        Writer {
            jobs: receiver,
            store,
            metrics,
            history_entries,
        },
    )
}

impl Behind {
    /// Writes a membership change soon.
    pub fn membership(&self, change: MembershipChange) {
        self.put(Job::Membership(change), "membership");
    }

    /// Writes an entry of a room's history soon.
    pub fn history(&self, room: &RoomKey, entry: Arc<Entry>) {
        self.put(Job::History(room.clone(), entry), "history");
    }

    fn put(&self, job: Job, kind: &'static str) {
        let taken = self.jobs.lock().as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok());
        if !taken {
            self.metrics.writebehind_lost(kind, 1);
        }
    }

    /// No more work; the writer writes what waits and ends.
    pub fn close(&self) {
        self.jobs.lock().take();
    }
}

impl Writer {
    /// Writes until the line ends.
    pub async fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        while self.jobs.recv_many(&mut batch, BATCH_MAX).await > 0 {
            self.metrics.set_work_queue("writebehind", self.jobs.len());
            let (mut memberships, mut history) = (Vec::new(), Vec::new());
            for job in batch.drain(..) {
                match job {
                    Job::Membership(change) => memberships.push(change),
                    Job::History(room, entry) => history.push((room, entry)),
                }
            }
            if !memberships.is_empty() {
                let n = memberships.len();
                self.note("membership", n, self.store.write_memberships(memberships).await);
            }
            if !history.is_empty() {
                let n = history.len();
                self.note(
                    "history",
                    n,
                    self.store.write_history(history, self.history_entries).await,
                );
            }
        }
    }

    fn note(&self, kind: &'static str, n: usize, written: Result<(), store::StoreError>) {
        if let Err(error) = written {
            tracing::error!(
                kind,
                n,
                error = &error as &dyn std::error::Error,
                "write-behind lost a batch"
            );
            self.metrics.writebehind_lost(kind, n as u64);
        }
    }
}
