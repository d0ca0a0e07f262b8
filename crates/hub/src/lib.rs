//! Live connections of this node. The hub knows bytes and rooms; it never sees JSON, and the bytes that it gets are
//! complete WebSocket frames, so that a message is encoded once, whatever the audience.
//!
//! Map: [`frame`] makes frames · [`Outbox`] is what waits for one connection · [`Hub`] is who hears which room.
//!
//! Fan-out writes to the sockets itself, without waking a task per connection: [`Outbox::send`] tries the socket at
//! once, and only what the kernel does not take waits in the queue, for the connection's own task
//! ([`Outbox::drive`]). A slow peer costs one refused `send` per tick and never delays another.

pub mod frame;
mod outbox;

pub use outbox::{Class, CloseReason, Outbox, OutboxLimits, Sent};

use bytes::Bytes;
use indexmap::IndexMap;
use parking_lot::Mutex;
use room::{Priority, RoomKey};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
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

type Audience = IndexMap<ConnId, Arc<Outbox>>;

/// All live connections, and who hears which room.
pub struct Hub {
    shards: Vec<Mutex<HashMap<RoomKey, Audience>>>,
    next_id: AtomicU64,
    limits: OutboxLimits,
}

/// What became of a publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Connections that got it: written, or waiting in their outbox.
    pub connections: usize,
    /// Connections for which it, or something less urgent before it, was left out.
    pub skipped: usize,
    /// Connections that were closed, because something urgent would have been lost.
    pub closed: usize,
    /// How many variants were encoded.
    pub encoded: usize,
}

impl Hub {
    /// A hub with `shards` parts (at least one), each with a lock of its own.
    pub fn new(shards: usize, limits: OutboxLimits) -> Self {
        let shards = (0..shards.max(1)).map(|_| Mutex::default()).collect();
        Self {
            shards,
            next_id: AtomicU64::new(1),
            limits,
        }
    }

    /// Takes the writing half of a connection.
    pub fn connect(&self, socket: OwnedWriteHalf, variant: Variant) -> Arc<Outbox> {
        let id = ConnId(self.next_id.fetch_add(1, Ordering::Relaxed));
        Arc::new(Outbox::new(id, variant, socket, self.limits))
    }

    /// The connection hears the room from now on.
    pub fn join(&self, room: &RoomKey, outbox: &Arc<Outbox>) {
        self.shard(outbox.id())
            .lock()
            .entry(room.clone())
            .or_default()
            .insert(outbox.id(), outbox.clone());
    }

    /// The connection does not hear the room any more.
    pub fn leave(&self, room: &RoomKey, conn: ConnId) {
        let mut shard = self.shard(conn).lock();
        if let Some(audience) = shard.get_mut(room) {
            audience.swap_remove(&conn);
            if audience.is_empty() {
                shard.remove(room);
            }
        }
    }

    /// Nobody hears the room any more.
    pub fn dissolve(&self, room: &RoomKey) {
        self.shards.iter().for_each(|shard| {
            shard.lock().remove(room);
        });
    }

    /// Sends one frame to everybody who hears the room. `encode` is asked at most once for each variant that is
    /// present; the connections share its bytes. `priority` is the highest of what the frame carries.
    pub fn publish(&self, room: &RoomKey, priority: Priority, mut encode: impl FnMut(Variant) -> Bytes) -> Delivered {
        let mut frames: [Option<Bytes>; VARIANTS_MAX] = Default::default();
        let mut delivered = Delivered::default();
        for shard in &self.shards {
            let shard = shard.lock();
            for outbox in shard.get(room).into_iter().flat_map(|audience| audience.values()) {
                let variant = outbox.variant();
                let Some(slot) = frames.get_mut(usize::from(variant.0)) else {
                    continue;
                };
                let frame = slot.get_or_insert_with(|| {
                    delivered.encoded += 1;
                    encode(variant)
                });
                match outbox.send(frame.clone(), Class::Event(priority)) {
                    Sent::Taken => delivered.connections += 1,
                    Sent::TakenAfterSkipping => {
                        delivered.connections += 1;
                        delivered.skipped += 1;
                    }
                    Sent::Skipped => delivered.skipped += 1,
                    Sent::Closed => delivered.closed += 1,
                }
            }
        }
        delivered
    }

    /// How many connections hear the room.
    pub fn audience(&self, room: &RoomKey) -> usize {
        self.shards
            .iter()
            .map(|shard| shard.lock().get(room).map_or(0, IndexMap::len))
            .sum()
    }

    fn shard(&self, conn: ConnId) -> &Mutex<HashMap<RoomKey, Audience>> {
        let index = (conn.0 % self.shards.len() as u64) as usize;
        #[allow(clippy::indexing_slicing, reason = "the remainder of a division by the length")]
        &self.shards[index]
    }
}
