//! What a flood says, and when: gifts in a stream of their own, so that none has to wait behind a like before it is offered.

use crate::{args::FloodArgs, target::now_us};
use indicatif::ProgressBar;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// When a flood began, and how long it lasts.
#[derive(Clone)]
pub struct Clock {
    seconds: u64,
    pub began: Instant,
    pub began_us: u64,
    pub progress: Option<ProgressBar>,
}

impl Clock {
    /// Begun now.
    pub fn new(seconds: u64, progress: Option<ProgressBar>) -> Self {
        Self {
            seconds,
            began: Instant::now(),
            began_us: now_us(),
            progress,
        }
    }

    /// The same clock, begun now.
    pub fn begun_now(self) -> Self {
        Self::new(self.seconds, self.progress)
    }

    fn is_over(&self) -> bool {
        self.began.elapsed() >= Duration::from_secs(self.seconds)
    }
}

/// Which message is due when.
pub struct Stream {
    pub clock: Clock,
    /// Likes per second. Those that are not offered when the flood is over never are: the server takes what it takes.
    low: u64,
    /// Texts per second, among the likes; ended like them.
    normal: u64,
    /// Gifts per second, in a stream of their own. All are offered.
    high: u64,
    next: AtomicU64,
}

impl Stream {
    /// What may be dropped.
    pub fn likes_and_texts(args: &FloodArgs, clock: Clock) -> Self {
        Self {
            clock,
            low: args.low.into(),
            normal: args.normal.into(),
            high: 0,
            next: AtomicU64::new(0),
        }
    }

    /// What must arrive.
    pub fn gifts(args: &FloodArgs, clock: Clock) -> Self {
        Self {
            clock,
            low: 0,
            normal: 0,
            high: args.high.into(),
            next: AtomicU64::new(0),
        }
    }

    /// The n-th message: when it is due, in microseconds, and its priority.
    fn message(&self, n: u64) -> Option<(u64, &'static str)> {
        let per_s = self.low + self.normal + self.high;
        if n >= per_s * self.clock.seconds {
            return None;
        }
        let at = n % per_s;
        let priority = if self.high > 0 {
            "High"
        } else if (at + 1) * self.normal / per_s > at * self.normal / per_s {
            // Evenly among the others.
            "Normal"
        } else {
            "Low"
        };
        Some((n * 1_000_000 / per_s, priority))
    }

    /// The next message, if there is one: its number, when it is due, in microseconds, and its priority.
    pub fn take(&self) -> Option<(u64, u64, &'static str)> {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let (due_us, priority) = self.message(n)?;
        (priority == "High" || !self.clock.is_over()).then_some((n, due_us, priority))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_have_as_many_of_each_as_they_should_and_in_order() {
        let args = FloodArgs {
            low: 1_000,
            normal: 100,
            high: 20,
            seconds: 2,
            audience: 0,
            pairs: 0,
            pair_seconds: 1,
            rooms: 0,
            at_most: 48,
        };
        let clock = || Clock::new(2, None);
        let streams = [Stream::gifts(&args, clock()), Stream::likes_and_texts(&args, clock())];
        let messages = streams.map(|stream| (0..).map_while(|n| stream.message(n)).collect::<Vec<_>>());
        for stream in &messages {
            assert!(stream.is_sorted_by_key(|(due, _)| *due));
        }
        let all = messages.concat();
        let count = |wanted| all.iter().filter(|(_, priority)| *priority == wanted).count();
        assert_eq!((count("High"), all.len()), (40, 2_240));
        assert_eq!((count("Normal"), count("Low")), (200, 2_000));
    }
}
