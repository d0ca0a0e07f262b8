//! Admission: strict priority under one rate (design section 4, decisions 1 and 3, LR-F1 to LR-F9).
//!
//! Two halves. [`Lanes`] stand on the node: a message that cannot go now waits in the lane of its priority, for a
//! bounded time in a bounded queue. The [`Meter`] stands with the authority over the room: it knows the rate and says
//! how many of an offer go. Whoever drives them takes the front of the lanes, offers it, and puts back what must wait.

use crate::{Millis, Priority, bucket::Bucket};
use std::collections::VecDeque;

/// The rate of a room when nobody says otherwise, in messages per second (LR-F1).
pub const RATE_PER_S: u32 = 40;
/// How long a message may wait for its turn when nobody says otherwise, in milliseconds (design section 4, rule 3).
pub const MAX_WAIT_MS: u64 = 1_000;

/// How fast a room may go. Given with each call, so it can change at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Messages per second in the long run; 0 lets nothing pass once the burst is used up.
    pub per_s: u32,
    /// How many may go at once after a pause: a fifth of a second's worth, at least one (decision 1).
    pub burst: u32,
    /// How long a message may wait for its turn, in milliseconds.
    pub max_wait_ms: u64,
}

impl Pace {
    /// A pace with the burst that belongs to its rate.
    pub fn new(per_s: u32, max_wait_ms: u64) -> Self {
        Self {
            per_s,
            burst: (per_s / 5).max(1),
            max_wait_ms,
        }
    }

    /// How many may wait in one lane: what the rate can serve within the longest wait. One more could only wait in vain.
    pub fn lane_max(self) -> usize {
        let served = u64::from(self.per_s).saturating_mul(self.max_wait_ms) / 1000;
        usize::try_from(served).unwrap_or(usize::MAX).max(1)
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(RATE_PER_S, MAX_WAIT_MS)
    }
}

/// The authority's half: how many may go.
#[derive(Clone, Debug)]
pub struct Meter(Bucket);

impl Meter {
    /// A meter that allows a burst.
    pub fn new(pace: Pace, now: Millis) -> Self {
        Self(Bucket::new(u64::from(pace.per_s), u64::from(pace.burst), now))
    }

    /// How many may go now. Nothing is taken yet ([`Meter::spend`]): the authority may find that it cannot number them.
    pub fn allows(&mut self, pace: Pace, now: Millis) -> usize {
        self.0.repace(u64::from(pace.per_s), u64::from(pace.burst), now);
        usize::try_from(self.0.tokens()).unwrap_or(usize::MAX)
    }

    /// Notes that `n` went.
    pub fn spend(&mut self, n: usize) {
        self.0.spend(n as u64);
    }

    /// When one more may go, at the pace of the last [`Meter::allows`]; never, where nothing passes.
    pub fn ready_at(&self) -> Option<Millis> {
        self.0.ready_at()
    }
}

/// Something that waits for its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting<T> {
    /// What waits.
    pub item: T,
    /// In which lane.
    pub priority: Priority,
    /// Since when.
    pub since: Millis,
}

/// The node's half: one bounded queue for each priority.
#[derive(Clone, Debug)]
pub struct Lanes<T> {
    /// Highest first.
    lanes: [VecDeque<Waiting<T>>; 4],
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self {
            lanes: std::array::from_fn(|_| VecDeque::new()),
        }
    }
}

impl<T> Lanes<T> {
    fn lane(&mut self, priority: Priority) -> &mut VecDeque<Waiting<T>> {
        let [high, normal, low, lowest] = &mut self.lanes;
        match priority {
            Priority::High => high,
            Priority::Normal => normal,
            Priority::Low => low,
            Priority::Lowest => lowest,
        }
    }

    /// Puts something into its lane. It comes back when the lane is full: the newcomer is dropped, at once.
    pub fn enter(&mut self, pace: Pace, priority: Priority, item: T, now: Millis) -> Result<(), T> {
        let lane = self.lane(priority);
        if lane.len() >= pace.lane_max() {
            return Err(item);
        }
        lane.push_back(Waiting {
            item,
            priority,
            since: now,
        });
        Ok(())
    }

    /// Takes what goes next: highest priority first, and within one the oldest first.
    pub fn take(&mut self, max: usize) -> Vec<Waiting<T>> {
        let mut taken = Vec::new();
        for lane in &mut self.lanes {
            let n = lane.len().min(max - taken.len());
            taken.extend(lane.drain(..n));
        }
        taken
    }

    /// Puts back what was taken and must wait on, to where it was.
    pub fn put_back(&mut self, waiting: Vec<Waiting<T>>) {
        for one in waiting.into_iter().rev() {
            self.lane(one.priority).push_front(one);
        }
    }

    /// Takes out what has waited for too long.
    pub fn expire(&mut self, pace: Pace, now: Millis) -> Vec<Waiting<T>> {
        let mut expired = Vec::new();
        for lane in &mut self.lanes {
            // Oldest first, so the expired ones stand at the front.
            let n = lane.partition_point(|one| now.since(one.since) >= pace.max_wait_ms);
            expired.extend(lane.drain(..n));
        }
        expired
    }

    /// When the next one will have waited for too long.
    pub fn next_expiry(&self, pace: Pace) -> Option<Millis> {
        let oldest = self
            .lanes
            .iter()
            .filter_map(|lane| lane.front())
            .map(|one| one.since)
            .min();
        oldest.map(|since| since.plus(pace.max_wait_ms))
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.lanes.iter().map(VecDeque::len).sum()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.lanes.iter().all(VecDeque::is_empty)
    }
}

#[cfg(test)]
mod tests;
