//! What the feed gives to those who read over plain HTTP: streams that go on from their place, and slices.

use super::{Encoded, Feed, Further, REPLAYS_MAX};
use crate::fanout::slices::{NoSlice, Slice, Slices};
use bytes::Bytes;
use room::{Millis, RoomId, Seq};
use std::sync::Arc;
use tokio::sync::watch;
use wire::{
    frame,
    reading::{self, Name},
};

/// Where a room's slices are.
pub struct Kept {
    /// The run of numbering.
    pub epoch: Arc<str>,
    /// The oldest second.
    pub oldest: u64,
    /// The newest.
    pub newest: u64,
}

/// A slice, ready to be sent.
pub struct Sealed {
    /// What it says.
    pub body: Bytes,
    /// A name for exactly these bytes.
    pub tag: String,
}

/// Somebody asks for slices.
pub struct Asking {
    /// When.
    pub now: Millis,
    /// How the room stands, as JSON, for seconds that are sealed now.
    pub state: Arc<str>,
    /// For how long slices are kept, in seconds.
    pub kept_s: u64,
}

impl Feed {
    /// Tells when the head has moved.
    pub fn watch(&self) -> watch::Receiver<Seq> {
        self.moved.subscribe()
    }

    /// What a stream tells that has told everything up to a place of this run; nothing when it is at the head. Whoever comes
    /// too late for something is told that it was skipped. Made once for all who are at the same place.
    pub fn further(&mut self, room: &RoomId, place: Seq) -> Option<Further> {
        let seq = self.head;
        if place >= seq {
            return None;
        }
        if let Some(frame) = self.frames.get(&place) {
            let frame = frame.clone();
            return Some(Further { frame, seq });
        }
        let (room, epoch) = (room.as_str(), self.run.name());
        let from = place.max(self.whole_after);
        let mut text = String::new();
        if from > place {
            let skipped = frame::skipped(room, &epoch, Seq(place.0 + 1), from);
            text = reading::event(Name::Skipped, None, &skipped);
        }
        let events = frame::array(self.since(from).map(Encoded::event));
        let events = frame::events(room, &epoch, (from, seq), &events);
        text.push_str(&reading::event(Name::Events, Some((&epoch, seq)), &events));
        let frame = Bytes::from(text);
        // Those who are too slow are at many places.
        if self.frames.len() >= REPLAYS_MAX {
            self.frames.clear();
        }
        self.frames.insert(place, frame.clone());
        Some(Further { frame, seq })
    }

    /// Where the slices are.
    pub fn kept(&mut self, asking: Asking) -> Kept {
        let epoch = self.run.name();
        let slices = self.slices(asking);
        Kept {
            epoch,
            oldest: slices.oldest(),
            newest: slices.newest(),
        }
    }

    /// The slice of a second.
    pub fn slice(&mut self, room: &RoomId, second: u64, asking: Asking) -> Result<Sealed, NoSlice> {
        let epoch = self.run.name();
        let slice = self.slices(asking).get(second)?;
        let write = |slice: &Slice| {
            let (places, events) = ((slice.after, slice.seq), frame::array(slice.events()));
            reading::slice(room.as_str(), second, &epoch, places, &events, &slice.state)
        };
        Ok(Sealed {
            body: slice.body(write),
            tag: format!("{epoch}.{second}.{}", slice.changes),
        })
    }

    /// The slices, up to now. They begin when somebody asks for them: rooms that nobody reads this way have none.
    fn slices(&mut self, asking: Asking) -> &mut Slices {
        let Asking { now, state, kept_s } = asking;
        let head = self.head;
        self.slices.take_if(|slices| slices.is_idle(now));
        let slices = self
            .slices
            .get_or_insert_with(|| Slices::begin(now, head, state.clone(), kept_s));
        slices.seal(now, &state);
        slices
    }
}
