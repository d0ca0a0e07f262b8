//! One publication on its way: encoded at most once for each variant, shared by all connections, and counted.

use crate::{Class, Delivered, VARIANTS_MAX, Variant};
use bytes::Bytes;
use parking_lot::Mutex;
use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::oneshot;

type Encode = Box<dyn Fn(Variant) -> Option<Frame> + Send + Sync>;

/// What a publication is for one variant.
#[derive(Clone, Debug)]
pub struct Frame {
    /// A complete frame.
    pub bytes: Bytes,
    /// A short complete frame that tells of it where it is left out for a slow viewer; may be empty.
    pub instead: Bytes,
}

impl From<Bytes> for Frame {
    fn from(bytes: Bytes) -> Self {
        let instead = Bytes::new();
        Self { bytes, instead }
    }
}

/// A publication that the shards are working on.
pub(crate) struct Round {
    class: Class,
    encode: Encode,
    frames: [OnceLock<Option<Frame>>; VARIANTS_MAX],
    delivered: Mutex<Delivered>,
    /// How many shards have not told all of theirs yet, and one for whoever hands the round out.
    open: AtomicUsize,
    done: Mutex<Option<oneshot::Sender<Delivered>>>,
}

impl Round {
    /// A round, and the place where its outcome arrives.
    pub(crate) fn new(
        class: Class,
        encode: impl Fn(Variant) -> Option<Frame> + Send + Sync + 'static,
    ) -> (Self, oneshot::Receiver<Delivered>) {
        let (done, outcome) = oneshot::channel();
        let round = Self {
            class,
            encode: Box::new(encode),
            frames: Default::default(),
            delivered: Mutex::default(),
            open: AtomicUsize::new(1),
            done: Mutex::new(Some(done)),
        };
        (round, outcome)
    }

    /// What the frame carries.
    pub(crate) fn class(&self) -> Class {
        self.class
    }

    /// The frame of a variant; made when it is asked for the first time. `None` for a variant that is told nothing, or is
    /// beyond the last one.
    pub(crate) fn frame(&self, variant: Variant) -> Option<&Frame> {
        let slot = self.frames.get(usize::from(variant.0))?;
        slot.get_or_init(|| (self.encode)(variant)).as_ref()
    }

    /// Notes what became of the frame on some connections.
    pub(crate) fn note(&self, some: Delivered) {
        self.delivered.lock().merge(some);
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
            encoded: self
                .frames
                .iter()
                .filter(|frame| matches!(frame.get(), Some(Some(_))))
                .count(),
            ..*self.delivered.lock()
        };
        let done = self.done.lock().take();
        if let Some(done) = done {
            // Whoever published may not want to know.
            let _ = done.send(delivered);
        }
    }
}
