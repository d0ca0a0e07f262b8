//! What clients see, counted by those who read for them.

use hdrhistogram::Histogram;
use std::ops::AddAssign;

use super::told::Told;

/// Latencies are recorded up to this, in microseconds: one minute.
const LATENCY_MAX_US: u64 = 60_000_000;

/// What one viewer must remember to notice that something is missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The number of the last entry; 0 before the first.
    last: u64,
    /// When the last message was due.
    last_due_us: u64,
    /// Messages with a time in them since the talk began.
    pub heard: Heard,
}

/// Messages with a time in them, by those times and in the order in which they came: two are equal only if they heard the
/// same, without a loss, a repetition or a change of order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub messages: u64,
    digest: u64,
}

impl Heard {
    /// The next message.
    pub fn hear(&mut self, due_us: u64) {
        // An odd number with its bits well spread (the golden ratio), so that each step can be undone: no message is
        // forgotten by what comes after it.
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        self.messages += 1;
        self.digest = (self.digest.rotate_left(5) ^ due_us).wrapping_mul(SPREAD);
    }
}

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Plain counts; they add up over workers and windows.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl AddAssign<&Counts> for Counts {
            fn add_assign(&mut self, other: &Counts) {
                $(self.$name += other.$name;)*
            }
        }
    };
}

counts! {
    /// Messages with a time in them.
    messages,
    /// Messages, tips and notices.
    events,
    /// Frames with something of a room.
    frames,
    /// Bytes of those frames on the wire.
    bytes,
    /// Numbers that are missing.
    missing,
    /// Numbers that came again or late.
    repeated,
    /// Messages that were due before the one that came before them.
    unordered,
    /// Frames that had to be read, because they were not like one of the last.
    read,
    /// Messages that talkers sent and that were answered well.
    sent,
    /// Messages that talkers sent and that were not.
    refused,
    /// Joins while others talk.
    joins,
    /// Leaves while others talk.
    leaves,
    /// Joins and leaves that were refused.
    churn_failed,
    /// Joins and leaves that were due while the one before was not answered.
    churn_late,
    /// Polls that were answered.
    polls,
    /// Polls that were refused.
    polls_failed,
    /// Openings that the server turned away, so that they were tried again.
    turned_away,
    /// Slow viewers whose connection ended.
    slow_cut,
    /// Connections of others that the server ended, or that broke.
    disconnected,
}

/// Counts, and how long things took.
#[derive(Clone, Debug)]
pub struct Seen {
    pub counts: Counts,
    /// From the intended time of a message to its arrival, in microseconds.
    pub latency_us: Histogram<u64>,
    /// The same of those who poll: the SDK's pauses between polls are in it.
    pub polled_us: Histogram<u64>,
    /// From the first byte of an opening (or of a join or leave while others talk) to its good end, in microseconds.
    pub steps_us: Histogram<u64>,
}

impl Seen {
    /// Nothing yet.
    pub fn nothing() -> Result<Self, hdrhistogram::CreationError> {
        let histogram = Histogram::new_with_bounds(1, LATENCY_MAX_US, 3)?;
        Ok(Self {
            counts: Counts::default(),
            latency_us: histogram.clone(),
            polled_us: histogram.clone(),
            steps_us: histogram,
        })
    }

    /// Takes what was counted, and begins anew.
    pub fn take(&mut self) -> Self {
        let taken = self.clone();
        self.counts = Counts::default();
        self.latency_us.reset();
        self.polled_us.reset();
        self.steps_us.reset();
        taken
    }

    /// Adds what others saw.
    pub fn add(&mut self, other: &Self) -> Result<(), hdrhistogram::AdditionError> {
        self.counts += &other.counts;
        self.latency_us.add(&other.latency_us)?;
        self.polled_us.add(&other.polled_us)?;
        self.steps_us.add(&other.steps_us)
    }

    /// A viewer is told something, because he polled or unasked.
    pub fn hear(&mut self, place: &mut Place, told: &Told, polled: bool, wire_bytes: usize, now_us: u64) {
        let (Some(first), Some(last)) = (told.seqs.first(), told.seqs.last()) else {
            return;
        };
        if told.contiguous && (place.last == 0 || *first == place.last + 1) {
            place.last = *last;
        } else {
            for seq in &told.seqs {
                self.check(place, *seq);
            }
        }
        let latency_us = if polled {
            &mut self.polled_us
        } else {
            &mut self.latency_us
        };
        for due_us in &told.due_us {
            self.counts.unordered += u64::from(*due_us < place.last_due_us);
            place.last_due_us = *due_us;
            place.heard.hear(*due_us);
            latency_us.saturating_record(now_us.saturating_sub(*due_us).max(1));
        }
        let counts = &mut self.counts;
        counts.messages += told.due_us.len() as u64;
        counts.events += told.seqs.len() as u64;
        counts.frames += 1;
        counts.bytes += wire_bytes as u64;
    }

    fn check(&mut self, place: &mut Place, seq: u64) {
        match seq.checked_sub(place.last) {
            Some(0) | None => {
                self.counts.repeated += 1;
                return;
            }
            Some(step) if place.last > 0 => self.counts.missing += step - 1,
            Some(_) => {}
        }
        place.last = seq;
    }
}

impl Place {
    /// Nothing is known any more: the next number is the first.
    pub fn forget(&mut self) {
        self.last = 0;
    }

    /// The number of the last entry; 0 before the first.
    pub fn last(&self) -> u64 {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(seqs: &[u64]) -> Told {
        Told {
            seqs: seqs.to_vec(),
            contiguous: seqs.windows(2).all(|pair| pair[1] == pair[0] + 1),
            due_us: seqs.iter().map(|seq| seq * 10).collect(),
        }
    }

    fn hear(frames: &[&[u64]]) -> (u64, u64, u64) {
        let (mut seen, mut place) = (Seen::nothing().unwrap(), Place::default());
        for frame in frames {
            seen.hear(&mut place, &told(frame), false, 100, 1_000);
        }
        (seen.counts.messages, seen.counts.missing, seen.counts.repeated)
    }

    #[test]
    fn what_is_missing_or_comes_again_is_counted() {
        assert_eq!(hear(&[&[7, 8], &[9]]), (3, 0, 0));
        assert_eq!(hear(&[&[7, 8], &[11]]), (3, 2, 0));
        assert_eq!(hear(&[&[7, 9]]), (2, 1, 0));
        assert_eq!(hear(&[&[7, 8], &[8, 9]]), (4, 0, 1));
        assert_eq!(hear(&[&[7], &[6], &[8]]), (3, 0, 1));
        assert_eq!(hear(&[&[7, 7]]), (2, 0, 1));
    }

    #[test]
    fn those_who_heard_something_else_or_otherwise_are_not_equal() {
        let heard = |dues: &[u64]| {
            let mut heard = Heard::default();
            dues.iter().for_each(|due| heard.hear(*due));
            heard
        };
        let all = heard(&[10, 20, 30]);
        assert_eq!(all, heard(&[10, 20, 30]));
        for other in [
            &[10, 20][..],
            &[10, 30, 20],
            &[10, 20, 20],
            &[20, 10, 30],
            &[10, 20, 30, 30],
        ] {
            assert_ne!(all, heard(other), "{other:?}");
        }
    }

    #[test]
    fn a_taken_count_begins_anew_and_adds_up() {
        let (mut seen, mut place) = (Seen::nothing().unwrap(), Place::default());
        seen.hear(&mut place, &told(&[1, 2]), false, 100, 1_000);
        let mut all = seen.take();
        seen.hear(&mut place, &told(&[3]), false, 50, 1_000);
        all.add(&seen.take()).unwrap();
        assert_eq!(
            (all.counts.messages, all.counts.bytes, all.latency_us.len()),
            (3, 150, 3)
        );
        assert_eq!(seen.counts, Counts::default());
    }
}
