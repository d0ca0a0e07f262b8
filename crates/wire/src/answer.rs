//! Answers to requests (protocol sections 2, 3, 4, 7, 9).

use crate::event::Persons;
use room::Seq;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A refusal: nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// A number of the vendor's API.
    pub code: i32,
    /// The same in one word.
    pub cause: &'static str,
    /// For people.
    pub text: String,
    /// After how long the same request may succeed, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// A frame with what was asked for.
pub fn ok(id: u64, answer: &impl Serialize) -> String {
    #[derive(Serialize)]
    struct Frame<'a, T> {
        id: u64,
        ok: &'a T,
    }
    crate::frame::json(&Frame { id, ok: answer })
}

/// A frame that says that it is not to be had. Without an id the request carried none that could be read.
pub fn error(id: Option<u64>, refusal: &Refusal) -> String {
    #[derive(Serialize)]
    struct Frame<'a> {
        id: Option<u64>,
        error: &'a Refusal,
    }
    crate::frame::json(&Frame { id, error: refusal })
}

/// Nothing more to say.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Done {}

/// Who is on the connection now.
#[derive(Debug, Serialize)]
pub struct Welcome<'a> {
    /// Not for guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<&'a str>,
    /// The user's number, as clients show it: a sender names his message with it before anybody has told him of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The key with which the session comes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// The rooms that it is in, when it came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rooms: Option<Vec<String>>,
    /// The server's clock.
    pub time_ms: u64,
    /// How often a client has to be heard from.
    pub ping_ms: u64,
    /// How many likes of a user count in a second.
    pub taps_max: u64,
}

/// The server's clock.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Time {
    /// Milliseconds since 1970.
    pub time_ms: u64,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "receipt", rename_all = "snake_case")]
pub enum Receipt<'a> {
    /// It is in the room.
    Admitted {
        /// The run of numbering.
        epoch: &'a str,
        /// Its number.
        seq: Seq,
        /// When, in milliseconds.
        at: u64,
        /// Whether this is the answer to an earlier send.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        repeat: bool,
    },
    /// The room was too busy; it is nowhere.
    Dropped {
        /// Why.
        cause: &'static str,
        /// Whether this is the answer to an earlier send.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        repeat: bool,
    },
    /// Moderators look at it first; a second answer follows.
    Held {
        /// When it goes by itself, in milliseconds.
        until: u64,
    },
    /// The backend took it away.
    Silenced {},
}

/// What became of taps.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Counted {
    /// Those that count.
    pub counted: u64,
    /// Those beyond the cap.
    pub refused: u64,
    /// The likes of the room.
    pub total: u64,
    /// Those of this user.
    pub mine: u64,
}

/// Who liked.
#[derive(Debug, Serialize)]
pub struct Likes {
    /// The likes of the room.
    pub total: u64,
    /// Those of this user.
    pub mine: u64,
    /// Those who gave most.
    pub top: Vec<Liker>,
}

/// Somebody who liked.
#[derive(Debug, Serialize)]
pub struct Liker {
    /// Who.
    pub user: String,
    /// How often.
    pub taps: u64,
}

/// A room that is entered: the common part of a snapshot and of what was missed.
#[derive(Debug, Serialize)]
pub struct Joined<'a> {
    /// Which.
    pub room: &'a str,
    /// The run of numbering.
    pub epoch: &'a str,
    /// Everything up to here is in this answer.
    pub seq: Seq,
    /// Whether the session was there before.
    pub already: bool,
    /// Whether what was missed follows, and nothing else.
    pub resumed: bool,
    /// Whether there is more than fits into one answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// The session's rights; not for those who read only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub you: Option<crate::frame::You>,
    /// How things stand.
    pub state: crate::frame::State,
    /// One of the two.
    #[serde(flatten)]
    pub since: Since<'a>,
}

/// What somebody gets who enters.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each answer, and it is written at once"
)]
pub enum Since<'a> {
    /// What happened after the place that he gave.
    Missed {
        /// That place's number.
        after: Seq,
        /// A JSON array of events.
        events: Box<RawValue>,
    },
    /// How the room is.
    Snapshot {
        /// The place that he gave, from which the server cannot go on.
        #[serde(skip_serializing_if = "Option::is_none")]
        gap: Option<crate::Place>,
        /// The room's profile.
        profile: Profile<'a>,
        /// Its attributes.
        attributes: Values<'a, &'a str>,
        /// Its counters.
        counters: Values<'a, i64>,
        /// A JSON array of messages, oldest first.
        recent: Box<RawValue>,
    },
}

/// Keys and values with a version.
#[derive(Debug, Serialize)]
pub struct Values<'a, T> {
    /// Their version.
    pub version: u64,
    /// What there is.
    pub values: BTreeMap<&'a str, T>,
}

/// A room's profile.
#[derive(Debug, Serialize)]
pub struct Profile<'a> {
    id: &'a str,
    name: &'a str,
    introduction: &'a str,
    notification: &'a str,
    avatar: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    admins: Vec<&'a str>,
    created_s: u64,
    custom: &'a BTreeMap<String, String>,
    mute_all: bool,
}

impl<'a> From<&'a room::RoomRecord> for Profile<'a> {
    fn from(record: &'a room::RoomRecord) -> Self {
        Self {
            id: record.key.room.as_str(),
            name: &record.name,
            introduction: &record.introduction,
            notification: &record.notification,
            avatar: &record.avatar,
            owner: record.owner.as_ref().map(room::UserId::as_str),
            admins: record.admins.iter().map(room::UserId::as_str).collect(),
            created_s: record.created.secs(),
            custom: &record.custom,
            mute_all: record.mute_all,
        }
    }
}

impl<'a> From<&'a room::attributes::Attributes> for Values<'a, &'a str> {
    fn from(attributes: &'a room::attributes::Attributes) -> Self {
        let values = attributes.entries.iter();
        Self {
            version: attributes.version,
            values: values
                .map(|(key, entry)| (key.as_str(), entry.value.as_str()))
                .collect(),
        }
    }
}

impl<'a> From<&'a room::counters::Counters> for Values<'a, i64> {
    fn from(counters: &'a room::counters::Counters) -> Self {
        let values = counters.values.iter();
        Self {
            version: counters.version,
            values: values.map(|(key, value)| (key.as_str(), *value)).collect(),
        }
    }
}

/// A message that is held back.
#[derive(Debug, Serialize)]
pub struct Held<'a> {
    /// Its number among those of its room.
    pub held: u64,
    /// Who said it.
    pub from: Persons<'a>,
    /// What.
    pub parts: Box<RawValue>,
    /// A free text with it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub extra: &'a str,
    /// When it goes by itself, in milliseconds.
    pub until: u64,
}
