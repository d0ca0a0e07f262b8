//! What those get who read a room over plain HTTP (protocol section 10).

use crate::{
    Place,
    answer::{Joined, Profile},
    frame::{State, json},
};
use room::Seq;
use serde::Serialize;

/// The names of the events of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// How the room is.
    Snapshot,
    /// What happened.
    Events,
    /// Numbers that the reader is not told.
    Skipped,
    /// How things stand.
    State,
    /// The place that the reader gave, from which the server cannot go on.
    Gap,
    /// The room may not be read any more.
    Out,
}

impl Name {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Events => "events",
            Self::Skipped => "skipped",
            Self::State => "state",
            Self::Gap => "gap",
            Self::Out => "out",
        }
    }
}

/// A line that says nothing, so that the reader knows that the stream lives.
pub const PING: &str = ": ping\n\n";

/// After how long a reader comes back, in milliseconds.
pub fn retry(ms: u64) -> String {
    format!("retry: {ms}\n\n")
}

/// An event of a stream. With a place it has an id, with which the reader comes back. `data` is JSON as this crate writes it,
/// without line breaks.
pub fn event(name: Name, id: Option<(&str, Seq)>, data: &str) -> String {
    debug_assert!(!data.contains(['\n', '\r']), "an event's data is one line");
    let name = name.as_str();
    match id {
        Some((epoch, seq)) => format!("event: {name}\nid: {epoch}:{}\ndata: {data}\n\n", seq.0),
        None => format!("event: {name}\ndata: {data}\n\n"),
    }
}

/// How the room is, for somebody who begins to read it.
pub fn snapshot(entered: &Joined<'_>) -> String {
    json(entered)
}

/// The place that a reader gave, from which the server cannot go on.
pub fn gap(room: &str, place: &Place) -> String {
    format!(r#"{{"room":{},"gap":{}}}"#, json(&room), json(place))
}

/// Where a room's slices are.
#[derive(Debug, Serialize)]
pub struct Live<'a> {
    /// Which room.
    pub room: &'a str,
    /// The run of numbering.
    pub epoch: &'a str,
    /// The oldest slice that is to be had.
    pub oldest: u64,
    /// The newest.
    pub newest: u64,
    /// The room's profile.
    pub profile: Profile<'a>,
    /// How things stand.
    pub state: State,
}

impl Live<'_> {
    /// As JSON.
    pub fn to_json(&self) -> String {
        json(self)
    }
}

/// How things stand, as a slice says it.
pub fn standing(state: &State) -> String {
    json(state)
}

/// What a room said in one second: all numbers after `after` up to `seq`. `events` is an [`array`](crate::frame::array) of
/// events, `state` is [`standing`].
pub fn slice(room: &str, second: u64, epoch: &str, (after, seq): (Seq, Seq), events: &str, state: &str) -> String {
    format!(
        r#"{{"room":{},"slice":{second},"epoch":{},"after":{},"seq":{},"events":{events},"state":{state}}}"#,
        json(&room),
        json(&epoch),
        after.0,
        seq.0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame;

    #[test]
    fn an_event_of_a_stream_has_a_name_a_place_and_one_line_of_data() {
        let data = frame::events("a\n\"", "k.1", (Seq(1), Seq(2)), "[]");
        assert_eq!(
            event(Name::Events, Some(("k.1", Seq(2))), &data),
            "event: events\nid: k.1:2\ndata: {\"room\":\"a\\n\\\"\",\"epoch\":\"k.1\",\"after\":1,\"seq\":2,\"events\":[]}\n\n"
        );
        assert_eq!(event(Name::State, None, "{}"), "event: state\ndata: {}\n\n");
    }

    #[test]
    fn a_slice_is_one_json_object() {
        let text = slice("a", 7, "k.1", (Seq(1), Seq(2)), r#"[{"seq":2}]"#, "{}");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"room": "a", "slice": 7, "epoch": "k.1", "after": 1, "seq": 2, "events": [{"seq": 2}], "state": {}})
        );
    }
}
