//! What the server says unasked (protocol sections 3, 5, 6, 10).

use room::{Seq, rules::RoomRules};
use serde::Serialize;

/// A value as JSON. All values of this protocol can be written.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Encoded values as one JSON array.
pub fn array<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let mut array = String::from("[");
    for value in values {
        if array.len() > 1 {
            array.push(',');
        }
        array.push_str(value);
    }
    array.push(']');
    array
}

/// What happened in a room: all numbers after `after` up to `seq`. `events` is an [`array`] of events.
pub fn events(room: &str, epoch: &str, (after, seq): (Seq, Seq), events: &str) -> String {
    format!(
        r#"{{"room":{},"epoch":{},"after":{},"seq":{},"events":{events}}}"#,
        json(&room),
        json(&epoch),
        after.0,
        seq.0,
    )
}

/// Numbers that a connection is not told.
pub fn skipped(room: &str, epoch: &str, from: Seq, to: Seq) -> String {
    format!(
        r#"{{"room":{},"epoch":{},"skipped":{{"from":{},"to":{}}}}}"#,
        json(&room),
        json(&epoch),
        from.0,
        to.0,
    )
}

/// How things stand in a room: what is given changed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct State {
    /// Who is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub online: Option<Online>,
    /// Its likes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<Likes>,
    /// How it is run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

/// How many are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Online {
    /// Users.
    pub members: usize,
    /// Others.
    pub guests: usize,
    /// How old the numbers are, in milliseconds.
    pub age_ms: u64,
}

/// The likes of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Likes {
    /// All of them.
    pub total: u64,
    /// Those since the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add: Option<u64>,
}

/// How a room is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// Seconds between two messages of a member; 0 for none.
    pub slow_mode_s: u32,
    /// Whether only owner and admins may speak.
    pub mute_all: bool,
    /// Seconds for which messages are held back.
    pub hold_back_s: u32,
    /// Whether guests may be there.
    pub guests: bool,
    /// Whether links are refused.
    pub refuse_links: bool,
    /// Seconds before somebody may say the same again.
    pub repeat_s: u32,
    /// Messages per second.
    pub rate_per_s: u32,
}

impl Rules {
    /// The rules of a room that lets `rate_per_s` messages pass.
    pub fn new(rules: &RoomRules, mute_all: bool, rate_per_s: u32) -> Self {
        Self {
            slow_mode_s: rules.slow_mode_s,
            mute_all,
            hold_back_s: rules.hold_back_s,
            guests: rules.guests,
            refuse_links: rules.refuse_links,
            repeat_s: rules.repeat_s,
            rate_per_s,
        }
    }
}

/// What somebody is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It belongs to him.
    Owner,
    /// He moderates it.
    Admin,
    /// He speaks and listens.
    Member,
    /// He listens.
    Guest,
}

/// Somebody's own rights in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct You {
    /// What he is.
    pub role: Role,
    /// Whether he moderates.
    pub may_moderate: bool,
    /// Whether he may speak now.
    pub may_speak: bool,
    /// For how long he is muted, in seconds; `u32::MAX` for ever.
    pub muted_s: u32,
    /// How many of the room's likes are his.
    pub likes: u64,
}

/// How things stand, for everybody in a room.
pub fn state(room: &str, state: &State) -> String {
    format!(r#"{{"room":{},"state":{}}}"#, json(&room), json(state))
}

/// Somebody's own rights, for him.
pub fn you(room: &str, you: &You) -> String {
    format!(r#"{{"room":{},"you":{}}}"#, json(&room), json(you))
}

/// Why a session is not in a room any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Out<'a> {
    /// A moderator put him out.
    Removed {
        /// Why; may be empty.
        reason: &'a str,
    },
    /// A moderator put him out and keeps him out.
    Banned {
        /// For how long, in seconds; `u32::MAX` for ever.
        seconds: u32,
        /// Why; may be empty.
        reason: &'a str,
    },
    /// Another session of his left.
    Left,
    /// Guests may not be there any more.
    NoGuests,
    /// The room may not be read over plain HTTP any more, or not with this link.
    NotReadable,
}

/// A session is not in a room any more.
pub fn out(room: &str, out: &Out<'_>) -> String {
    format!(r#"{{"room":{},"out":{}}}"#, json(&room), json(out))
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// A newer login took its place.
    OtherLogin,
    /// The backend ended it.
    Kicked,
}

/// A session is over.
pub fn session_ended(why: Ended) -> String {
    format!(r#"{{"session":{{"ended":{}}}}}"#, json(&why))
}
