//! What clients see, counted by those who read for them.

use hdrhistogram::Histogram;
use std::ops::AddAssign;

/// Latencies are recorded up to this, in microseconds: one minute.
const LATENCY_MAX_US: u64 = 60_000_000;

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
    /// Numbers that are missing, without a word.
    missing,
    /// Numbers that are not told, and whoever does not get them is told so.
    skipped,
    /// Numbers that came again or late.
    repeated,
    /// Messages that were due before the one that came before them.
    unordered,
    /// Messages that somebody had missed and got when he came back.
    caught_up,
    /// Those who came back and got exactly what they had missed.
    resumed,
    /// Those who came back and were told that what they had missed is not to be had.
    gaps,
    /// Those who came back to neither.
    gaps_untold,
    /// Sums of likes.
    likes_told,
    /// Sums of likes that are not the one before and what came since.
    likes_unlike,
    /// Frames with likes that likers sent.
    like_frames,
    /// Likes in them.
    taps,
    /// Likes that were answered as counted.
    taps_counted,
    /// Likes that were answered as refused.
    taps_refused,
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_count_begins_anew_and_adds_up() {
        let mut seen = Seen::nothing().unwrap();
        let mut hear = |messages: u64, bytes: u64| {
            seen.counts.messages += messages;
            seen.counts.bytes += bytes;
            (0..messages).for_each(|_| seen.latency_us.saturating_record(7));
            seen.take()
        };
        let mut all = hear(2, 100);
        all.add(&hear(1, 50)).unwrap();
        assert_eq!(
            (all.counts.messages, all.counts.bytes, all.latency_us.len()),
            (3, 150, 3)
        );
        assert_eq!(seen.counts, Counts::default());
    }
}
