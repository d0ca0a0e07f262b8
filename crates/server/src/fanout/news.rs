//! What is new in a room, in the form of each dialect that is present; each form is made once, when somebody wants it.

use super::{
    dialect::{Dialect, Framer},
    parts::House,
};
use crate::telemetry::metrics::Metrics;
use hub::Variant;
use room::{Entry, RoomId, Seq};
use std::sync::{Arc, OnceLock};
use tim::{item::Item, websdk};
use wire::frame;

/// One entry of a room, for viewers of all dialects.
pub struct Encoded {
    /// The entry.
    pub entry: Arc<Entry>,
    /// In the vendor's shape, with what the room looked like at that time.
    pub item: Item,
    event: OnceLock<Arc<str>>,
}

impl Encoded {
    /// An entry and its item.
    pub fn new(entry: Arc<Entry>, item: Item) -> Self {
        let event = OnceLock::new();
        Self { entry, item, event }
    }

    /// In the shape of our own protocol.
    pub fn event(&self) -> &str {
        self.written()
    }

    /// The same, for those who keep it.
    pub fn shared_event(&self) -> Arc<str> {
        self.written().clone()
    }

    fn written(&self) -> &Arc<str> {
        self.event
            .get_or_init(|| wire::event::encode(&self.entry, &House).into())
    }
}

/// Entries that everybody in a room is told of at once.
pub struct News {
    /// In which room.
    pub room: RoomId,
    /// The name of the room's run of numbering.
    pub epoch: Arc<str>,
    /// What came before them.
    pub after: Seq,
    /// The number of the last of them.
    pub seq: Seq,
    /// The entries.
    pub entries: Vec<Arc<Encoded>>,
    vendor: OnceLock<String>,
    native: OnceLock<String>,
}

impl News {
    /// Entries after `after` up to `seq`.
    pub fn new(room: RoomId, epoch: Arc<str>, (after, seq): (Seq, Seq), entries: Vec<Arc<Encoded>>) -> Self {
        Self {
            room,
            epoch,
            after,
            seq,
            entries,
            vendor: OnceLock::new(),
            native: OnceLock::new(),
        }
    }

    fn vendor(&self) -> &str {
        self.vendor.get_or_init(|| {
            let items: Vec<_> = self.entries.iter().map(|entry| entry.item.clone()).collect();
            websdk::push(&items)
        })
    }

    fn native(&self) -> &str {
        self.native.get_or_init(|| {
            let events = frame::array(self.entries.iter().map(|entry| entry.event()));
            frame::events(self.room.as_str(), &self.epoch, (self.after, self.seq), &events)
        })
    }

    /// The frame for a variant of the hub.
    pub fn frame(&self, variant: Variant, framer: Framer, metrics: &Metrics) -> hub::Frame {
        let dialect = Dialect::of(variant);
        metrics.encoded(dialect.spoken(), dialect.encoding());
        if !dialect.is_native() {
            return framer.frame(dialect, self.vendor()).into();
        }
        let first = Seq(self.after.0 + 1);
        let skipped = frame::skipped(self.room.as_str(), &self.epoch, first, self.seq);
        hub::Frame {
            bytes: framer.frame(dialect, self.native()),
            instead: framer.plain(dialect, &skipped),
        }
    }
}
