//! A room as clients of our own see it who enter it, or look at it.

use crate::{
    app::{Application, room::Room},
    fanout::feed::Entrance,
};
use room::{RoomRecord, attributes::Attributes, counters::Counters};
use serde_json::value::RawValue;
use std::sync::Arc;
use wire::{
    answer::{Joined, Profile, Since},
    frame::{State, You},
};

/// How a room is at one moment.
pub struct View {
    /// Its settings.
    pub record: Arc<RoomRecord>,
    /// How it stands.
    pub state: State,
    attributes: Arc<Attributes>,
    counters: Arc<Counters>,
}

impl View {
    /// Looks at a room.
    pub fn of(app: &Application, room: &Room) -> Self {
        let (attributes, counters) = room.shared.now();
        Self {
            record: room.record(),
            state: app.state_of(room),
            attributes,
            counters,
        }
    }

    /// What somebody is told who enters here.
    pub fn entered<'a>(&'a self, entrance: &'a Entrance, already: bool, you: Option<You>) -> Joined<'a> {
        let events = RawValue::from_string(entrance.events.clone()).unwrap_or_default();
        let since = match entrance.resumed_after {
            Some(after) => Since::Missed { after, events },
            None => Since::Snapshot {
                gap: entrance.gap.clone(),
                profile: Profile::from(&*self.record),
                attributes: (&*self.attributes).into(),
                counters: (&*self.counters).into(),
                recent: events,
            },
        };
        Joined {
            room: self.record.key.room.as_str(),
            epoch: &entrance.epoch,
            seq: entrance.seq,
            already,
            resumed: entrance.resumed_after.is_some(),
            more: entrance.more,
            you,
            state: self.state.clone(),
            since,
        }
    }
}
