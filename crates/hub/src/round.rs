//! One publication on its way: encoded at most once for each variant, shared by all connections, and counted.

use crate::{Delivered, VARIANTS_MAX, Variant};
use bytes::Bytes;
use parking_lot::Mutex;
use room::Priority;
use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::oneshot;

type Encode = Box<dyn Fn(Variant) -> Bytes + Send + Sync>;

/// A publication that the shards are working on.
pub(crate) struct Round {
    priority: Priority,
    encode: Encode,
    frames: [OnceLock<Bytes>; VARIANTS_MAX],
    connections: AtomicUsize,
    skipped: AtomicUsize,
    closed: AtomicUsize,
    /// How many shards have not told all of theirs yet, and one for whoever hands the round out.
    open: AtomicUsize,
    done: Mutex<Option<oneshot::Sender<Delivered>>>,
}

impl Round {
    /// A round, and the place where its outcome arrives.
    pub(crate) fn new(
        priority: Priority,
        encode: impl Fn(Variant) -> Bytes + Send + Sync + 'static,
    ) -> (Self, oneshot::Receiver<Delivered>) {
        let (done, outcome) = oneshot::channel();
        let round = Self {
            priority,
            encode: Box::new(encode),
            frames: Default::default(),
            connections: AtomicUsize::new(0),
            skipped: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            open: AtomicUsize::new(1),
            done: Mutex::new(Some(done)),
        };
        (round, outcome)
    }

    /// The highest priority of what the frame carries.
    pub(crate) fn priority(&self) -> Priority {
        self.priority
    }

    /// The frame of a variant; made when it is asked for the first time. `None` for a variant beyond the last one.
    pub(crate) fn frame(&self, variant: Variant) -> Option<&Bytes> {
        let slot = self.frames.get(usize::from(variant.0))?;
        Some(slot.get_or_init(|| (self.encode)(variant)))
    }

    /// Notes what became of the frame on some connections.
    pub(crate) fn note(&self, some: Delivered) {
        self.connections.fetch_add(some.connections, Ordering::Relaxed);
        self.skipped.fetch_add(some.skipped, Ordering::Relaxed);
        self.closed.fetch_add(some.closed, Ordering::Relaxed);
    }

    /// One more shard has work with it.
    pub(crate) fn begin(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    /// A shard, or whoever handed the round out, is through with it; the last one tells the outcome.
    pub(crate) fn end(&self) {
        if self.open.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        let delivered = Delivered {
            connections: self.connections.load(Ordering::Relaxed),
            skipped: self.skipped.load(Ordering::Relaxed),
            closed: self.closed.load(Ordering::Relaxed),
            encoded: self.frames.iter().filter(|frame| frame.get().is_some()).count(),
        };
        if let Some(done) = self.done.lock().take() {
            // Whoever published may not want to know.
            let _ = done.send(delivered);
        }
    }
}
