//! The account of a room's messages (design section 4, rule 4; decision 2): whenever it is read, for each second and
//! priority, offered = admitted + rejected + dropped + pending. A message belongs to the second in which it arrived.

use crate::{Millis, Priority};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// Why a message did not get into a room.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum Cause {
            $($(#[$doc])* #[serde(rename = $word)] $name,)+
        }

        impl Cause {
            /// All causes.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word for accounts, metrics and documents.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

causes! {
    /// Rejected: the sender is not in the room (LR-S9).
    NotMember = "not_member",
    /// Rejected: there is no such room; in metrics only, since the account is a room's.
    NoRoom = "no_room",
    /// Rejected: the sender is banned (LR-M14).
    Banned = "banned",
    /// Rejected: the sender, or everybody, is muted (LR-X1, LR-X3, LR-X4).
    Muted = "muted",
    /// Rejected: the sender spoke a moment ago, and the room is slow.
    SlowMode = "slow_mode",
    /// Rejected: too long.
    TooLong = "too_long",
    /// Rejected: a repeat of a message that was decided already (LR-S5).
    Duplicate = "duplicate",
    /// Rejected: the backend refused it.
    Webhook = "webhook",
    /// Rejected: the backend took it without a word to the sender.
    WebhookSilent = "webhook_silent",
    /// Rejected: the backend did not answer, and the app wants nothing to pass unreviewed.
    WebhookFailed = "webhook_failed",
    /// Rejected: a word of the list.
    Words = "words",
    /// Rejected: a link.
    Links = "links",
    /// Rejected: the sender said the same a moment ago.
    Repeated = "repeated",
    /// Rejected: a moderator removed it while it was held back.
    Moderator = "moderator",
    /// Rejected: the server could not decide it.
    Failed = "failed",
    /// Dropped: its lane was full.
    LaneFull = "lane_full",
    /// Dropped: it waited for as long as it may.
    Waited = "waited",
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It is in the room.
    Admitted,
    /// It was refused: it would have been refused in an empty room too.
    Rejected(Cause),
    /// The room was too busy.
    Dropped(Cause),
}

/// The place of a message in the account, from its arrival to its fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    second: u64,
    priority: Priority,
}

/// A part of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Counts {
    /// How many arrived.
    pub offered: u64,
    /// How many are in the room.
    pub admitted: u64,
    /// How many were refused, by cause.
    pub rejected: BTreeMap<Cause, u64>,
    /// How many the room had no place for, by cause.
    pub dropped: BTreeMap<Cause, u64>,
    /// How many are not decided yet.
    pub pending: u64,
}

impl Counts {
    /// Rule 4.
    pub fn adds_up(&self) -> bool {
        let decided = self.admitted + self.rejected.values().sum::<u64>() + self.dropped.values().sum::<u64>();
        self.offered == decided + self.pending
    }

    /// Adds another part.
    pub fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.admitted += other.admitted;
        self.pending += other.pending;
        for (mine, theirs) in [
            (&mut self.rejected, &other.rejected),
            (&mut self.dropped, &other.dropped),
        ] {
            for (cause, n) in theirs {
                *mine.entry(*cause).or_default() += n;
            }
        }
    }
}

/// The account of one second, or of one minute, and one priority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Row {
    /// When it begins, in seconds since the epoch.
    pub from_s: u64,
    /// Which messages.
    pub priority: Priority,
    /// What became of them.
    pub counts: Counts,
}

/// A part of an account that is to be kept by minutes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Minutes {
    /// The account, by minute and priority.
    pub rows: Vec<Row>,
    /// Nothing that came before this second is missing.
    pub until_s: u64,
    /// Whether nothing follows: the room closes, and all that came is decided.
    pub last: bool,
}

/// The account of one room in memory: seconds without a message cost nothing.
#[derive(Clone, Debug)]
pub struct Tally {
    seconds: BTreeMap<(u64, Priority), Counts>,
    keep_s: u64,
    /// When the account begins.
    begun_s: u64,
    /// Everything before this second was handed out by [`Tally::due`]; nothing may be added there.
    handed_s: u64,
    /// Everything before this second is kept by minutes elsewhere.
    kept_s: u64,
    /// Everything before this second may be forgotten here.
    forgotten_s: u64,
}

impl Tally {
    /// An empty account that begins at `now` and keeps `keep_s` seconds, and as much longer as a minute has something
    /// pending or is not kept elsewhere.
    pub fn new(keep_s: u64, now: Millis) -> Self {
        let begun_s = now.secs();
        Self {
            seconds: BTreeMap::new(),
            keep_s,
            begun_s,
            handed_s: begun_s,
            kept_s: begun_s,
            forgotten_s: begun_s,
        }
    }

    /// A message came.
    pub fn arrive(&mut self, priority: Priority, now: Millis) -> Arrival {
        // A clock that goes back must not write into a minute that was handed out.
        let second = now.secs().max(self.handed_s);
        let counts = self.seconds.entry((second, priority)).or_default();
        counts.offered += 1;
        counts.pending += 1;
        Arrival { second, priority }
    }

    /// It was decided.
    pub fn settle(&mut self, arrival: Arrival, fate: Fate) {
        // What is pending is never forgotten, so its second is there.
        let Some(counts) = self.seconds.get_mut(&(arrival.second, arrival.priority)) else {
            return;
        };
        counts.pending = counts.pending.saturating_sub(1);
        match fate {
            Fate::Admitted => counts.admitted += 1,
            Fate::Rejected(cause) => *counts.rejected.entry(cause).or_default() += 1,
            Fate::Dropped(cause) => *counts.dropped.entry(cause).or_default() += 1,
        }
    }

    /// Everything before this second is kept by minutes elsewhere.
    pub fn kept_s(&self) -> u64 {
        self.kept_s
    }

    /// From which second on whole minutes are known here by seconds; what is before is known by minutes elsewhere, but
    /// for what is not kept there yet.
    pub fn fine_from_s(&self) -> u64 {
        self.begun_s.max(self.forgotten_s).div_ceil(60) * 60
    }

    /// The seconds from `from_s` up to, but not including, `to_s`, of which nothing is kept elsewhere or which are
    /// [fine](Self::fine_from_s).
    pub fn read(&self, from_s: u64, to_s: u64) -> Vec<Row> {
        let from_s = from_s.max(self.kept_s.min(self.fine_from_s()));
        let rows = self
            .seconds
            .iter()
            .filter(|((second, _), _)| (from_s..to_s).contains(second));
        rows.map(|((second, priority), counts)| Row {
            from_s: *second,
            priority: *priority,
            counts: counts.clone(),
        })
        .collect()
    }

    /// The minutes that are over at `now`, have nothing pending, and are not kept yet. With `all` also the minute that is
    /// not over, for a room that closes. They are handed out again until they are [`Tally::kept`].
    pub fn due(&mut self, now: Millis, all: bool) -> Minutes {
        let over_s = if all { now.secs() + 1 } else { now.secs() / 60 * 60 };
        let pending = self.seconds.iter().find(|(_, counts)| counts.pending > 0);
        // In order: a minute that still waits for something holds up those after it.
        let until_s = pending.map_or(over_s, |((second, _), _)| over_s.min(second / 60 * 60));
        let until_s = until_s.max(self.kept_s);
        let mut minutes: BTreeMap<(u64, Priority), Counts> = BTreeMap::new();
        for ((second, priority), counts) in self.seconds.range((self.kept_s, Priority::Lowest)..) {
            if *second < until_s {
                minutes.entry((second / 60 * 60, *priority)).or_default().add(counts);
            }
        }
        self.handed_s = self.handed_s.max(until_s);
        let row = |((from_s, priority), counts)| Row {
            from_s,
            priority,
            counts,
        };
        Minutes {
            rows: minutes.into_iter().map(row).collect(),
            until_s,
            last: all && pending.is_none(),
        }
    }

    /// What was handed out up to `until_s` is kept elsewhere now; seconds that are older than what is kept here go.
    pub fn kept(&mut self, until_s: u64, now: Millis) {
        self.kept_s = self.kept_s.max(until_s);
        let forget_s = now.secs().saturating_sub(self.keep_s).min(self.kept_s);
        if forget_s > self.forgotten_s {
            self.forgotten_s = forget_s;
            self.seconds = self.seconds.split_off(&(forget_s, Priority::Lowest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(rows: &[Row]) -> Counts {
        rows.iter().fold(Counts::default(), |mut sum, row| {
            sum.add(&row.counts);
            sum
        })
    }

    fn roll(tally: &mut Tally, now: Millis, all: bool) -> Vec<Row> {
        let due = tally.due(now, all);
        tally.kept(due.until_s, now);
        due.rows
    }

    #[test]
    fn a_message_belongs_to_the_second_in_which_it_arrived() {
        let mut tally = Tally::new(60, Millis(0));
        let late = tally.arrive(Priority::High, Millis(5_999));
        assert_eq!(tally.read(0, 10)[0].counts.pending, 1);
        tally.settle(late, Fate::Dropped(Cause::Waited));
        let rows = tally.read(0, 10);
        assert_eq!((rows.len(), rows[0].from_s, rows[0].priority), (1, 5, Priority::High));
        assert_eq!(rows[0].counts.dropped, [(Cause::Waited, 1)].into());
        assert!(rows[0].counts.adds_up());
        assert_eq!(tally.read(6, 10), []);
    }

    #[test]
    fn each_minute_is_due_until_it_is_kept_and_only_when_nothing_is_pending() {
        let mut tally = Tally::new(120, Millis(0));
        let slow = tally.arrive(Priority::Low, Millis(59_000));
        let quick = tally.arrive(Priority::Low, Millis(10_000));
        tally.settle(quick, Fate::Admitted);
        assert_eq!(tally.due(Millis(61_000), false), Minutes::default(), "one is pending");
        tally.settle(slow, Fate::Rejected(Cause::Webhook));
        let due = tally.due(Millis(62_000), false);
        assert_eq!(
            (due.rows.len(), due.rows[0].from_s, due.rows[0].counts.offered),
            (1, 0, 2)
        );
        assert_eq!((due.until_s, due.last), (60, false));
        assert_eq!(tally.due(Millis(63_000), false), due, "it could not be kept yet");
        tally.kept(60, Millis(63_000));
        assert_eq!(tally.due(Millis(64_000), false).rows, [], "once");
        assert_eq!(total(&tally.read(0, 100)).offered, 2, "its seconds stay readable");
        tally.kept(60, Millis(300_000));
        assert_eq!(tally.read(0, 100), [], "until they are old");
    }

    #[test]
    fn nothing_is_added_to_what_was_handed_out() {
        let mut tally = Tally::new(60, Millis(0));
        tally.due(Millis(61_000), false);
        // A clock that goes back, or a message that was on its way.
        tally.arrive(Priority::Low, Millis(59_000));
        assert_eq!(tally.read(0, 100)[0].from_s, 60);
    }

    #[test]
    fn a_minute_that_was_begun_elsewhere_is_known_by_seconds_only_until_it_is_kept() {
        let mut tally = Tally::new(900, Millis(90_000));
        let arrival = tally.arrive(Priority::Low, Millis(95_000));
        tally.settle(arrival, Fate::Admitted);
        assert_eq!((tally.fine_from_s(), tally.read(0, 200).len()), (120, 1));
        roll(&mut tally, Millis(125_000), false);
        assert_eq!(
            tally.read(0, 200),
            [],
            "the minute is known elsewhere, with what came before us"
        );
    }

    #[test]
    fn what_is_handed_out_is_everything_also_at_the_end_of_a_room() {
        let mut tally = Tally::new(60, Millis(0));
        let mut handed_out = Counts::default();
        for ms in (0..200_000).step_by(700) {
            let arrival = tally.arrive(Priority::Normal, Millis(ms));
            tally.settle(arrival, Fate::Admitted);
            handed_out.add(&total(&roll(&mut tally, Millis(ms), false)));
        }
        let waiting = tally.arrive(Priority::Normal, Millis(200_000));
        assert!(!tally.due(Millis(200_000), true).last, "one is not decided");
        tally.settle(waiting, Fate::Admitted);
        assert!(tally.due(Millis(200_000), true).last);
        handed_out.add(&total(&roll(&mut tally, Millis(200_000), true)));
        assert_eq!((handed_out.offered, handed_out.admitted), (287, 287));
        let late = tally.arrive(Priority::Normal, Millis(200_000));
        tally.settle(late, Fate::Admitted);
        handed_out.add(&total(&roll(&mut tally, Millis(201_000), true)));
        assert_eq!(
            handed_out.offered, 288,
            "also what came in the second of the last handing out"
        );
    }

    #[test]
    fn memory_is_bounded_by_what_is_kept() {
        let mut tally = Tally::new(60, Millis(0));
        for second in 0..10_000 {
            let arrival = tally.arrive(Priority::Normal, Millis(second * 1000));
            tally.settle(arrival, Fate::Admitted);
            roll(&mut tally, Millis(second * 1000), false);
        }
        assert!(tally.seconds.len() <= 121);
    }

    #[test]
    fn causes_are_written_as_their_words() {
        for cause in Cause::ALL {
            assert_eq!(serde_json::to_string(cause).unwrap(), format!("\"{}\"", cause.as_str()));
        }
    }
}
