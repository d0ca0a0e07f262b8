//! What became of single messages: kept for a while in bounded memory, so that "why was my message lost?" has an
//! answer. The tally counts all of them; the trace tells the story of each.

use crate::{
    Epoch, Millis, Priority, Seq, UserId,
    tally::{Cause, Fate},
};
use serde::{Serialize, Serializer};
use std::collections::VecDeque;

/// The story of one message. What has not happened is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Trace {
    /// Who sent it.
    pub from: UserId,
    /// Half of its identity.
    pub random: u32,
    /// When the sender's device made it, in seconds; 0 when unknown.
    pub client_time_s: u64,
    /// How urgent it is.
    pub priority: Priority,
    /// Through which door it came.
    pub door: &'static str,
    /// When it came.
    pub arrived_ms: Millis,
    /// What the app's backend said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// For how long it was held back for the moderators, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_ms: Option<u64>,
    /// For how long it waited for its turn, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<u64>,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_ms: Option<Millis>,
    /// What was decided; `pending` before.
    #[serde(rename = "outcome", serialize_with = "outcome")]
    #[cfg_attr(feature = "schema", schema(value_type = Outcome))]
    pub fate: Option<Fate>,
    /// What the sender was told, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Its place in the room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// To whom it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Whether a moderator, or its sender, took it back later.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// What the app's backend said of a message before it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Review {
    /// In a word.
    pub answer: &'static str,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// The place of a message in its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Place {
    /// The stretch of numbering.
    pub epoch: Epoch,
    /// The number.
    pub seq: Seq,
}

/// To whom a message went when it was told. What belongs to one tick is told at once, so its messages share these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Told {
    /// When.
    pub at_ms: Millis,
    /// Connections that it was written to, or waits for.
    pub connections: usize,
    /// Polls that it answered. Whoever was between two polls gets it with the next.
    pub polls: usize,
    /// Connections that were too slow, and for which something was left out.
    pub skipped: usize,
    /// Connections that were closed, because something urgent would have been lost; they get it when they are back.
    pub closed: usize,
}

/// A fate as it is written.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
struct Outcome {
    /// `pending`, `admitted`, `rejected` or `dropped`.
    fate: &'static str,
    /// Why it was rejected or dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Cause>))]
    cause: Option<Cause>,
}

fn outcome<S: Serializer>(fate: &Option<Fate>, to: S) -> Result<S::Ok, S::Error> {
    let (fate, cause) = match fate {
        None => ("pending", None),
        Some(Fate::Admitted) => ("admitted", None),
        Some(Fate::Rejected(cause)) => ("rejected", Some(*cause)),
        Some(Fate::Dropped(cause)) => ("dropped", Some(*cause)),
    };
    Outcome { fate, cause }.serialize(to)
}

impl Trace {
    /// A message that came just now.
    pub fn new(
        from: UserId,
        random: u32,
        client_time_s: u64,
        priority: Priority,
        door: &'static str,
        at: Millis,
    ) -> Self {
        Self {
            from,
            random,
            client_time_s,
            priority,
            door,
            arrived_ms: at,
            review: None,
            held_ms: None,
            waited_ms: None,
            decided_ms: None,
            fate: None,
            refusal: None,
            place: None,
            told: None,
            deleted: false,
        }
    }
}

/// Which messages are meant; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Whose.
    pub from: Option<UserId>,
    /// With this half of the identity.
    pub random: Option<u32>,
    /// Made on the sender's device in this second.
    pub client_time_s: Option<u64>,
    /// With this number in the room.
    pub seq: Option<Seq>,
    /// That came at or after this time.
    pub since: Option<Millis>,
    /// That came before this time.
    pub until: Option<Millis>,
}

impl Search {
    fn fits(&self, trace: &Trace) -> bool {
        fn same<T: PartialEq>(wanted: &Option<T>, given: &T) -> bool {
            wanted.as_ref().is_none_or(|wanted| wanted == given)
        }
        same(&self.from, &trace.from)
            && same(&self.random, &trace.random)
            && same(&self.client_time_s, &trace.client_time_s)
            && self
                .seq
                .is_none_or(|seq| trace.place.is_some_and(|place| place.seq == seq))
            && self.since.is_none_or(|since| trace.arrived_ms >= since)
            && self.until.is_none_or(|until| trace.arrived_ms < until)
    }
}

/// A trace in [`Traces`]; good until it is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId(u64);

/// The newest traces of one room.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    ring: VecDeque<Trace>,
    /// The id of the oldest in the ring.
    first: u64,
    since: Millis,
    /// What was told when, oldest first: up to and including which number.
    ticks: VecDeque<(Seq, Told)>,
}

impl Traces {
    /// A message came. Of more than `max` the oldest is forgotten; 0 keeps none.
    pub fn begin(&mut self, trace: Trace, max: usize) -> TraceId {
        self.keep(max.saturating_sub(1));
        if max == 0 {
            self.since = trace.arrived_ms;
            return TraceId(u64::MAX);
        }
        self.ring.push_back(trace);
        TraceId(self.first + self.ring.len() as u64 - 1)
    }

    /// Forgets the oldest of more than `max`.
    pub fn keep(&mut self, max: usize) {
        self.forget(self.ring.len().saturating_sub(max));
        self.ticks.drain(..self.ticks.len().saturating_sub(max));
    }

    /// Forgets what came before `before`.
    pub fn forget_before(&mut self, before: Millis) {
        self.forget(self.ring.partition_point(|trace| trace.arrived_ms < before));
        self.ticks
            .drain(..self.ticks.partition_point(|(_, told)| told.at_ms < before));
    }

    fn forget(&mut self, n: usize) {
        let newest = n.checked_sub(1).and_then(|newest| self.ring.get(newest));
        self.since = newest.map_or(self.since, |trace| trace.arrived_ms);
        self.ring.drain(..n);
        self.first += n as u64;
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// When the newest that was forgotten came: all later ones are known.
    pub fn since(&self) -> Millis {
        self.since
    }

    /// The trace, if it is not forgotten.
    pub fn get_mut(&mut self, id: TraceId) -> Option<&mut Trace> {
        self.ring.get_mut(usize::try_from(id.0.checked_sub(self.first)?).ok()?)
    }

    /// Everything up to `upto` that was not told before was told now.
    pub fn told(&mut self, upto: Seq, told: Told) {
        self.ticks.push_back((upto, told));
    }

    /// The message with this number was taken back.
    pub fn deleted(&mut self, seq: Seq) {
        let place = |trace: &Trace| trace.place.map(|place| place.seq);
        if let Some(trace) = self.ring.iter_mut().rev().find(|trace| place(trace) == Some(seq)) {
            trace.deleted = true;
        }
    }

    /// Those that are meant, the newest first, at most `max`.
    pub fn find(&self, search: &Search, max: usize) -> Vec<Trace> {
        let found = self.ring.iter().rev().filter(|trace| search.fits(trace)).take(max);
        let with_told = |trace: &Trace| Trace {
            told: trace.place.and_then(|place| self.told_of(place.seq)),
            ..trace.clone()
        };
        found.map(with_told).collect()
    }

    fn told_of(&self, seq: Seq) -> Option<Told> {
        let at = self.ticks.partition_point(|(upto, _)| *upto < seq);
        self.ticks.get(at).map(|(_, told)| *told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(from: &str, random: u32, at: u64) -> Trace {
        let from = UserId::new(from).unwrap();
        Trace::new(from, random, 7, Priority::Normal, "websdk", Millis(at))
    }

    fn randoms(traces: &Traces, search: Search) -> Vec<u32> {
        traces.find(&search, 10).iter().map(|trace| trace.random).collect()
    }

    #[test]
    fn messages_are_found_by_whatever_is_known_of_them_the_newest_first() {
        let mut traces = Traces::default();
        for (from, random, at) in [("bob", 1, 1_000), ("eve", 2, 2_000), ("bob", 3, 3_000)] {
            traces.begin(trace(from, random, at), 10);
        }
        let bob = UserId::new("bob").ok();
        let from = |from| Search {
            from,
            ..Default::default()
        };
        assert_eq!(randoms(&traces, from(bob.clone())), [3, 1]);
        assert_eq!(randoms(&traces, from(None)), [3, 2, 1]);
        let by_random = Search {
            random: Some(1),
            client_time_s: Some(7),
            ..from(bob)
        };
        assert_eq!(randoms(&traces, by_random), [1]);
        let by_time = Search {
            since: Some(Millis(2_000)),
            until: Some(Millis(3_000)),
            ..Default::default()
        };
        assert_eq!(randoms(&traces, by_time), [2]);
        assert_eq!(traces.find(&Search::default(), 1).len(), 1);
    }

    #[test]
    fn a_message_in_the_room_says_to_whom_it_went() {
        let mut traces = Traces::default();
        let place = |seq| Place {
            epoch: Epoch(1),
            seq: Seq(seq),
        };
        let told = |connections| Told {
            connections,
            ..Default::default()
        };
        // Whoever tells may be quicker than the sender's own task.
        let ids = [1, 2, 3].map(|random| traces.begin(trace("bob", random, 0), 3));
        traces.told(Seq(5), told(10));
        for (id, seq) in ids.into_iter().zip([4, 6, 8]) {
            traces.get_mut(id).unwrap().place = Some(place(seq));
        }
        traces.told(Seq(7), told(20));
        let told_of = |traces: &Traces, seq| {
            let search = Search {
                seq: Some(Seq(seq)),
                ..Default::default()
            };
            traces.find(&search, 1)[0].told
        };
        assert_eq!(told_of(&traces, 4), Some(told(10)));
        assert_eq!(told_of(&traces, 6), Some(told(20)));
        assert_eq!(told_of(&traces, 8), None, "not told yet");
        traces.deleted(Seq(6));
        assert!(traces.get_mut(ids[1]).unwrap().deleted && !traces.get_mut(ids[0]).unwrap().deleted);
    }

    #[test]
    fn of_too_many_and_too_old_ones_the_oldest_are_forgotten() {
        let mut traces = Traces::default();
        let first = traces.begin(trace("bob", 1, 1), 2);
        let second = traces.begin(trace("bob", 2, 2), 2);
        let third = traces.begin(trace("bob", 3, 3), 2);
        assert!(traces.get_mut(first).is_none());
        assert_eq!(traces.since(), Millis(1));
        assert_eq!(traces.get_mut(second).map(|trace| trace.random), Some(2));
        (0..5).for_each(|seq| traces.told(Seq(seq), Told::default()));
        traces.forget_before(Millis(3));
        assert_eq!(
            (traces.len(), traces.get_mut(third).map(|trace| trace.random)),
            (1, Some(3))
        );
        assert!(traces.ticks.is_empty());
        traces.keep(0);
        assert!(traces.is_empty() && traces.get_mut(third).is_none());
    }

    #[test]
    fn with_no_place_nothing_is_kept() {
        let mut traces = Traces::default();
        let id = traces.begin(trace("bob", 1, 0), 0);
        assert_eq!((traces.len(), traces.get_mut(id)), (0, None));
    }

    #[test]
    fn a_trace_is_written_with_what_happened_only() {
        let mut told = trace("bob", 1, 5);
        told.fate = Some(Fate::Dropped(Cause::Waited));
        let json = serde_json::to_value(&told).unwrap();
        let wanted = serde_json::json!({
            "from": "bob", "random": 1, "client_time_s": 7, "priority": "Normal", "door": "websdk", "arrived_ms": 5,
            "outcome": {"fate": "dropped", "cause": "waited"},
        });
        assert_eq!(json, wanted);
        let json = serde_json::to_value(trace("bob", 1, 5)).unwrap();
        assert_eq!(json["outcome"], serde_json::json!({"fate": "pending"}));
    }
}
