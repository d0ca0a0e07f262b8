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

#[cfg(test)]
mod tests {
    use super::*;
    use room::{Content, Epoch, Event, Message, Millis, Person, Priority, UserId};

    /// As people write, in two languages.
    const TEXTS: [&str; 8] = [
        "终于等到你了，今天弹什么？",
        "hello from Lisbon, first time here",
        "声音有点小，能调大一点吗",
        "that chord change in the middle was lovely",
        "哈哈哈哈 老王又来了",
        "is there a recording of last Sunday?",
        "送你一朵玫瑰，辛苦啦！",
        "same time next week? I will bring friends",
    ];

    #[test]
    fn a_compressed_batch_is_at_most_a_third_of_the_plain_one() {
        let entries = TEXTS.iter().enumerate().map(|(n, text)| {
            let from = Person {
                user: UserId::new(&format!("viewer-{}", n * 7_919)).unwrap(),
                number: 1_000 + n as u64 * 31,
                nick: format!("观众 {n} Viewer").into(),
                avatar: format!("https://img.example.com/avatars/{}/{}.png", n * 104_729, n * 31).into(),
            };
            let message = Message {
                from,
                random: 2_654_435_761u32.wrapping_mul(n as u32 + 1),
                client_time: 1_795_376_100 + n as u64,
                client_seq: 0,
                priority: Priority::Normal,
                content: Content {
                    elements: serde_json::json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}])
                        .to_string()
                        .into(),
                    extra: "".into(),
                },
            };
            let entry = Arc::new(Entry {
                epoch: Epoch(3),
                seq: Seq(118 + n as u64),
                at: Millis(1_795_376_115_123 + n as u64 * 13),
                event: Event::Message(message),
            });
            let view = tim::item::RoomView {
                id: "r",
                name: "",
                online: 0,
                online_ttl_s: 0,
            };
            let item = tim::item::encode(&entry, view);
            Arc::new(Encoded::new(entry, item))
        });
        let room = RoomId::new("living-room").unwrap();
        let news = News::new(room, "k2f9x1.3".into(), (Seq(117), Seq(125)), entries.collect());
        let framer = Framer {
            compress_above_bytes: 1_024,
        };
        let len = |dialect: Dialect| news.frame(dialect.variant(), framer, &Metrics::default()).bytes.len();
        let (plain, deflated) = (len(Dialect::Native), len(Dialect::Deflated));
        assert!(deflated * 3 <= plain, "{deflated} of {plain} bytes");
    }
}
