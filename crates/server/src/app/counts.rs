//! How often something happened in a stretch of time, for many at once: logins that failed, guests who joined, rooms
//! that were made.

use room::Millis;
use std::hash::Hash;

/// For how many something is counted; the least used are forgotten.
const COUNTED_MAX: u64 = 100_000;

/// Counts that begin anew when their time is over, however often something happens.
pub struct Counts<K> {
    span_ms: u64,
    /// When the present stretch of each began, and its count.
    counts: moka::sync::Cache<K, (Millis, u64)>,
}

impl<K: Hash + Eq + Send + Sync + 'static> Counts<K> {
    /// Counts of `span_ms`.
    pub fn new(span_ms: u64) -> Self {
        Self {
            span_ms,
            counts: moka::sync::Cache::new(COUNTED_MAX),
        }
    }

    /// How often it happened.
    pub fn count(&self, key: &K, now: Millis) -> u64 {
        let standing = self
            .counts
            .get(key)
            .filter(|(began, _)| now.since(*began) < self.span_ms);
        standing.map_or(0, |(_, count)| count)
    }

    /// Once more.
    pub fn add(&self, key: K, now: Millis) {
        self.counts.entry(key).and_upsert_with(|standing| match standing {
            Some(standing) if now.since(standing.value().0) < self.span_ms => {
                let (began, count) = standing.into_value();
                (began, count + 1)
            }
            _ => (now, 1),
        });
    }

    /// Once more, unless it happened `max` times already.
    pub fn take(&self, key: K, max: u64, now: Millis) -> bool {
        let free = self.count(&key, now) < max;
        if free {
            self.add(key, now);
        }
        free
    }

    /// One of them was taken back.
    pub fn give_back(&self, key: K, now: Millis) {
        if self.count(&key, now) > 0 {
            self.counts.entry(key).and_upsert_with(|standing| {
                standing.map_or((now, 0), |standing| {
                    let (began, count) = standing.into_value();
                    (began, count.saturating_sub(1))
                })
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_use_below_the_limit_is_never_refused() {
        let counts = Counts::new(60_000);
        for n in 0..1_000 {
            assert!(counts.take("a", 3, Millis(n * 30_000)), "number {n}");
        }
    }

    #[test]
    fn a_count_holds_for_its_time_and_can_be_given_back() {
        let counts = Counts::new(60_000);
        let at = Millis(1_000_000);
        assert!(counts.take("a", 2, at) && counts.take("a", 2, at.plus(59_000)));
        assert!(!counts.take("a", 2, at.plus(59_999)));
        assert!(counts.take("b", 2, at), "each for itself");
        counts.give_back("a", at.plus(59_999));
        assert!(counts.take("a", 2, at.plus(59_999)));
        assert!(counts.take("a", 2, at.plus(60_000)));
        counts.give_back("c", at);
        assert_eq!((counts.count(&"a", at.plus(60_000)), counts.count(&"c", at)), (1, 0));
    }
}
