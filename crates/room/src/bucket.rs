//! Rates: a token bucket on given times.

use crate::Millis;

/// Lets `per_s` things through per second, and up to `burst` at once after a pause.
#[derive(Clone, Debug)]
pub struct Bucket {
    per_s: u64,
    burst: u64,
    /// Thousandths of a token, so that short spans lose nothing to rounding.
    milli_tokens: u64,
    at: Millis,
}

impl Bucket {
    /// A full bucket. `burst` is at least 1, else nothing would ever pass.
    pub fn new(per_s: u64, burst: u64, now: Millis) -> Self {
        let burst = burst.max(1);
        Self {
            per_s,
            burst,
            milli_tokens: burst * 1000,
            at: now,
        }
    }

    /// Takes one token if there is one.
    pub fn take(&mut self, now: Millis) -> bool {
        self.refill(now);
        let pass = self.tokens() > 0;
        if pass {
            self.spend(1);
        }
        pass
    }

    /// Takes as many of `n` tokens as there are; answers how many.
    pub fn take_some(&mut self, n: u64, now: Millis) -> u64 {
        self.refill(now);
        let some = self.tokens().min(n);
        self.spend(some);
        some
    }

    /// Goes on at another rate; what was gained until now was gained at the old one.
    pub fn repace(&mut self, per_s: u64, burst: u64, now: Millis) {
        self.refill(now);
        (self.per_s, self.burst) = (per_s, burst.max(1));
        self.milli_tokens = self.milli_tokens.min(self.burst * 1000);
    }

    /// How many whole tokens there were when it was last refilled.
    pub fn tokens(&self) -> u64 {
        self.milli_tokens / 1000
    }

    /// Takes `n` tokens that are there.
    pub fn spend(&mut self, n: u64) {
        self.milli_tokens = self.milli_tokens.saturating_sub(n.saturating_mul(1000));
    }

    /// When the next whole token is there; never, at a rate of 0.
    pub fn ready_at(&self) -> Option<Millis> {
        let missing = 1000 - self.milli_tokens % 1000;
        (self.per_s > 0).then(|| self.at.plus(missing.div_ceil(self.per_s)))
    }

    fn refill(&mut self, now: Millis) {
        let gained = now.since(self.at).saturating_mul(self.per_s);
        self.milli_tokens = self.milli_tokens.saturating_add(gained).min(self.burst * 1000);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn after_the_burst_the_rate_holds() {
        let mut bucket = Bucket::new(10, 3, Millis(0));
        let passed = (0..1000).filter(|&ms| bucket.take(Millis(ms))).count();
        assert_eq!(passed, 3 + 9, "three at once, then one each 100 ms");
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing() {
        let mut bucket = Bucket::new(1, 1, Millis(10_000));
        assert!(bucket.take(Millis(10_000)));
        assert!(!bucket.take(Millis(0)));
        assert!(!bucket.take(Millis(10_500)));
        assert!(bucket.take(Millis(11_000)));
    }

    proptest! {
        #[test]
        fn in_no_second_pass_more_than_rate_and_burst(
            per_s in 0u64..50, burst in 1u64..20, steps in prop::collection::vec(0u64..200, 1..300)
        ) {
            let mut bucket = Bucket::new(per_s, burst, Millis(0));
            let mut now = 0;
            let mut passed = Vec::new();
            for step in steps {
                now += step;
                if bucket.take(Millis(now)) {
                    passed.push(now);
                }
            }
            for (i, start) in passed.iter().enumerate() {
                let within = passed[i..].iter().take_while(|at| **at < start + 1000).count() as u64;
                prop_assert!(within <= per_s + burst);
            }
        }
    }
}
