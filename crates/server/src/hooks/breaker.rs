//! A circuit breaker: a backend that does not answer is left alone for a while, so that nobody waits for it in vain.

use room::Millis;

/// How many calls in a row must fail before the backend is left alone.
const FAILURES_MAX: u32 = 5;
/// For how long it is left alone, in milliseconds; then one call tries whether it is back.
const PAUSE_MS: u64 = 5_000;

/// The state of one backend.
#[derive(Clone, Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    open_until: Millis,
}

impl Breaker {
    /// Whether a call may be made now. After a pause one may, and the others wait for what becomes of it.
    pub(super) fn allows(&mut self, now: Millis) -> bool {
        if !self.is_open() {
            return true;
        }
        let probe = now >= self.open_until;
        if probe {
            self.open_until = now.plus(PAUSE_MS);
        }
        probe
    }

    /// Whether the backend is left alone.
    pub(super) fn is_open(&self) -> bool {
        self.failures >= FAILURES_MAX
    }

    /// A call was answered.
    pub(super) fn answered(&mut self) {
        self.failures = 0;
    }

    /// A call failed.
    pub(super) fn failed(&mut self, now: Millis) {
        self.failures = self.failures.saturating_add(1);
        self.open_until = now.plus(PAUSE_MS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_some_failures_in_a_row_and_tries_again_after_a_pause() {
        let mut breaker = Breaker::default();
        for n in 0..4 {
            breaker.failed(Millis(n));
        }
        assert!(breaker.allows(Millis(4)));
        breaker.answered();
        for n in 0..5 {
            assert!(breaker.allows(Millis(n)), "only failures in a row count");
            breaker.failed(Millis(10));
        }
        assert!(!breaker.allows(Millis(5_009)));
        assert!(breaker.allows(Millis(5_010)), "one tries");
        assert!(!breaker.allows(Millis(5_011)), "the others wait for it");
        breaker.failed(Millis(5_020));
        assert!(!breaker.allows(Millis(10_019)));
        assert!(breaker.allows(Millis(10_020)));
        breaker.answered();
        assert!(breaker.allows(Millis(10_021)) && breaker.allows(Millis(10_021)));
    }
}
