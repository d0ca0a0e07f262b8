//! Live connections of this node. The hub knows bytes and rooms; it never sees JSON, and the bytes that it gets are
//! complete WebSocket frames, so that a message is encoded once, whatever the audience.
//!
//! Map: [`frame`] makes frames · [`Outbox`] is what waits for one connection · `shard` is who hears which room, and the
//! worker that tells them · `round` is one publication on its way · [`Hub`] is all of it.
//!
//! Fan-out writes to the sockets itself, without waking a task per connection: [`Outbox::send`] tries the socket at
//! once, and only what the kernel does not take waits in the queue, for the connection's own task
//! ([`Outbox::drive`]). A slow peer costs one refused `send` per tick and never delays another.

pub mod frame;
mod outbox;
mod round;
mod shard;

pub use outbox::{Class, CloseReason, Farewell, Outbox, OutboxLimits, Outcome, Sent, Skips, plain_farewell};
pub use round::Frame;

use room::RoomKey;
use round::Round;
use shard::Shard;
use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};
use tokio::net::tcp::OwnedWriteHalf;

/// A connection's number, unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// Which of a publication's encodings a connection wants: an index that the caller gives meaning to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Variant(pub u8);

/// How many different variants there may be.
pub const VARIANTS_MAX: usize = 8;

/// All live connections, and who hears which room.
pub struct Hub {
    shards: Vec<Arc<Shard>>,
    next_id: AtomicU64,
    limits: OutboxLimits,
    farewell: Farewell,
    /// The bytes that wait in all outboxes.
    waiting_bytes: Arc<AtomicUsize>,
}

/// What became of a publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Connections that got it: written, or waiting in their outbox.
    pub connections: usize,
    /// Connections for which it, or something less urgent before it, was left out.
    pub skipped: usize,
    /// What these connections were not told.
    pub skips: Skips,
    /// Connections that were closed, because something urgent would have been lost.
    pub closed: usize,
    /// How many variants were encoded.
    pub encoded: usize,
}

impl Delivered {
    fn count(&mut self, sent: Sent) {
        match sent.outcome {
            Outcome::Taken => self.connections += 1,
            Outcome::Skipped => {}
            Outcome::Closed => self.closed += 1,
        }
        self.skipped += usize::from(!sent.skips.is_none());
        self.skips.merge(sent.skips);
    }

    fn merge(&mut self, some: Self) {
        self.connections += some.connections;
        self.skipped += some.skipped;
        self.skips.merge(some.skips);
        self.closed += some.closed;
    }
}

impl Hub {
    /// A hub with `shards` parts (at least one), each with a lock and a worker of its own. `farewell` makes the frame with
    /// which a connection is closed.
    pub fn new(shards: usize, limits: OutboxLimits, farewell: Farewell) -> Self {
        Self {
            shards: (0..shards.max(1)).map(|_| Arc::default()).collect(),
            next_id: AtomicU64::new(1),
            limits,
            farewell,
            waiting_bytes: Arc::default(),
        }
    }

    /// What writes to the connections: one future for each shard, which never ends. Each is to be run once, by a task of
    /// its own, else nothing that is published arrives.
    pub fn workers(&self) -> impl Iterator<Item = impl Future<Output = ()> + Send + use<>> {
        let shards = self.shards.clone();
        shards.into_iter().map(|shard| async move { shard.work().await })
    }

    /// Takes the writing half of a connection.
    pub fn connect(&self, socket: OwnedWriteHalf, variant: Variant) -> Arc<Outbox> {
        let id = ConnId(self.next_id.fetch_add(1, Ordering::Relaxed));
        let waiting_bytes = self.waiting_bytes.clone();
        Arc::new(Outbox::new(
            id,
            variant,
            socket,
            (self.limits, self.farewell),
            waiting_bytes,
        ))
    }

    /// The connection hears the room from now on: what is published later, not what is on its way.
    pub fn join(&self, room: &RoomKey, outbox: &Arc<Outbox>) {
        self.shard(outbox.id()).join(room, outbox);
    }

    /// The connection does not hear the room any more.
    pub fn leave(&self, room: &RoomKey, conn: ConnId) {
        self.shard(conn).leave(room, conn);
    }

    /// Nobody hears the room any more.
    pub fn dissolve(&self, room: &RoomKey) {
        self.shards.iter().for_each(|shard| shard.dissolve(room));
    }

    /// Closes the connections of everybody who hears the room; answers how many.
    pub fn close_audience(&self, room: &RoomKey, reason: CloseReason) -> usize {
        let everybody: Vec<_> = self.shards.iter().flat_map(|shard| shard.everybody(room)).collect();
        everybody.iter().for_each(|outbox| outbox.close(reason));
        everybody.len()
    }

    /// Sends one frame to everybody who hears the room; answers when all were told. `encode` is asked at most once for
    /// each variant that is present; the connections share its bytes, and those of a variant for which it answers nothing
    /// are told nothing. `class` says what it carries.
    ///
    /// A room's publications arrive in the order of these calls. The frame is on its way when the call returns, whether
    /// or not the answer is awaited; whoever publishes the next one only after it paces himself by what the node can
    /// write.
    pub fn publish<E>(&self, room: &RoomKey, class: Class, encode: E) -> impl Future<Output = Delivered> + use<E>
    where
        E: Fn(Variant) -> Option<Frame> + Send + Sync + 'static,
    {
        let (round, outcome) = Round::new(class, encode);
        let round = Arc::new(round);
        self.shards.iter().for_each(|shard| shard.publish(room, &round));
        round.end();
        // Without an outcome the workers are gone, and with them everybody.
        async move { outcome.await.unwrap_or_default() }
    }

    /// How many connections hear the room.
    pub fn audience(&self, room: &RoomKey) -> usize {
        self.shards.iter().map(|shard| shard.audience(room)).sum()
    }

    /// How many bytes wait in the outboxes of all connections.
    pub fn waiting_bytes(&self) -> usize {
        self.waiting_bytes.load(Ordering::Relaxed)
    }

    fn shard(&self, conn: ConnId) -> &Shard {
        let index = (conn.0 % self.shards.len() as u64) as usize;
        #[allow(clippy::indexing_slicing, reason = "the remainder of a division by the length")]
        &self.shards[index]
    }
}
