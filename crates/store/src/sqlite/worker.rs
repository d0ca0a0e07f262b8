//! A thread that owns a connection, and the bounded queue in front of it.

use super::{Cause, Observer};
use crate::StoreError;
use rusqlite::Connection;
use std::{
    io,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
    time::Instant,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How many jobs may wait for one thread; the next caller waits until there is room, and no caller is refused. A guess:
/// four full transactions of the writer.
const QUEUE_MAX: usize = 1024;

/// Something to do with the database. First it runs, then it answers; in between the writer makes it durable.
pub(super) trait Job: Send {
    /// Does the work and keeps the outcome. False when it failed and what it did must be undone.
    fn run(&mut self, db: &Connection) -> bool;
    /// What was done is undone: the whole transaction failed. A job that failed by itself keeps its own reason.
    fn undo(&mut self, cause: &Arc<rusqlite::Error>);
    /// Tells the caller, if he still waits.
    fn answer(self: Box<Self>);
}

/// A job with its place in the queue, which is free again when the job is taken out.
pub(super) struct Queued {
    pub(super) job: Box<dyn Job>,
    _place: OwnedSemaphorePermit,
}

/// A thread with a queue.
pub(super) struct Worker {
    /// The bound of the queue. The channel behind it has none of its own, so that sending never blocks and the queue
    /// can be closed at any time without a caller in the middle of it.
    places: Arc<Semaphore>,
    queue: Mutex<Option<mpsc::Sender<Queued>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    observe: Observer,
}

impl Worker {
    /// Starts a thread that works off its queue with `run` until the queue is closed.
    pub(super) fn start(
        name: &str,
        observe: Observer,
        run: impl FnOnce(mpsc::Receiver<Queued>) + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(receiver))?;
        Ok(Self {
            places: Arc::new(Semaphore::new(QUEUE_MAX)),
            queue: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
            observe,
        })
    }

    /// Has the thread do `work`. Once the job is in the queue it is done, whether or not the caller still waits.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, StoreError> {
        let submitted = Instant::now();
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let (answer, answered) = oneshot::channel();
        let observe = Arc::clone(&self.observe);
        let job = Box::new(Call {
            operation,
            submitted,
            observe,
            work: Some(work),
            outcome: None,
            answer,
        });
        self.enqueue(Queued { job, _place: place })?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    fn enqueue(&self, queued: Queued) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue
            .as_ref()
            .ok_or(StoreError::Closed)?
            .send(queued)
            .map_err(|_| StoreError::Closed)
    }

    /// Takes no more jobs, waits until those in the queue are answered and the thread has ended.
    pub(super) fn stop(&self) {
        self.places.close();
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("a thread of the store panicked");
        }
    }
}

struct Call<T, F> {
    operation: &'static str,
    submitted: Instant,
    observe: Observer,
    work: Option<F>,
    outcome: Option<Result<T, Cause>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Call<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, Cause> + Send,
{
    fn run(&mut self, db: &Connection) -> bool {
        let outcome = self.work.take().map(|work| work(db));
        let done = matches!(outcome, Some(Ok(_)));
        self.outcome = outcome;
        done
    }

    fn undo(&mut self, cause: &Arc<rusqlite::Error>) {
        if !matches!(self.outcome, Some(Err(_))) {
            self.outcome = Some(Err(Box::new(Arc::clone(cause))));
        }
    }

    fn answer(self: Box<Self>) {
        let operation = self.operation;
        let outcome = self.outcome.unwrap_or_else(|| Err("it was never run".into()));
        (self.observe)(operation, self.submitted.elapsed());
        // The caller may have stopped waiting; what was done stays done.
        let _ = self
            .answer
            .send(outcome.map_err(|cause| StoreError::Failed { operation, cause }));
    }
}
