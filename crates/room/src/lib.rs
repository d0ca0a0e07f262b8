//! Pure rules of a live room. Nothing here does I/O, is async, reads a clock or draws a random number: time is an
//! argument ([`Millis`]), so every decision can be replayed and tested with a table.
//!
//! Map: [`admission`] priority lanes under a rate · [`tally`] the account of messages · [`trace`] the
//! story of each · [`id`] names and numbers · [`message`] what a member says · [`event`] everything that members see ·
//! [`history`] the ring of recent events · [`dedup`] duplicate suppression · [`bucket`] rates ·
//! [`record`] a room's durable settings and who may change them · [`profile`] how a user looks ·
//! [`moderation`] who may not speak or be there · [`rules`] how a room is run · [`recent`] what happened a
//! moment ago · [`words`] and [`links`] what must not be said · [`attributes`] and [`counters`] what members share ·
//! [`likes`] taps that are summed · [`direct`] messages from user to user · [`marks`] what members are marked with · [`platform`] on what a session runs · [`presence`] who is there, and when silence means gone.
//!
//! The vendor's words (Group, From_Account, ...) do not occur here; they live in the crate `tim`.

pub mod admission;
pub mod attributes;
pub mod bucket;
pub mod counters;
pub mod dedup;
pub mod direct;
pub mod event;
pub mod history;
pub mod id;
pub mod likes;
pub mod links;
pub mod marks;
pub mod message;
pub mod moderation;
pub mod platform;
pub mod presence;
pub mod profile;
pub mod recent;
pub mod record;
pub mod rules;
pub mod tally;
pub mod trace;
pub mod words;

pub use direct::DirectMessage;
pub use event::{Entry, Event, Person};
pub use id::{AppId, Epoch, IdError, RoomId, RoomKey, Seq, SessionId, UserId, UserKey};
pub use message::{Content, Message, Priority};
pub use platform::{LeavePolicy, Platform};
pub use profile::{FieldValue, Profile};
pub use record::RoomRecord;

use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// Whole seconds since the epoch, rounded down: what every vendor time field holds.
    pub const fn secs(self) -> u64 {
        self.0 / 1000
    }

    /// The time `secs` whole seconds after the epoch.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// How long after `earlier` this is, in milliseconds; 0 if it is before.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This time plus `ms` milliseconds.
    pub const fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}
