//! The one clock of the application. Tests may move it forward.

use room::Millis;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// Wall time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Shared by all who read this clock.
    ahead_ms: Arc<AtomicU64>,
}

impl Clock {
    /// Now.
    pub fn now(&self) -> Millis {
        // A machine whose clock stands before 1970 is treated as standing at 1970.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(since.as_millis() as u64).plus(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves the clock forward, for tests of what happens after minutes.
    pub fn advance(&self, ms: u64) {
        self.ahead_ms.fetch_add(ms, Ordering::Relaxed);
    }
}
