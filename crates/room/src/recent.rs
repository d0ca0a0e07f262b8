//! What happened a moment ago and must not happen again so soon: who spoke, for slow mode; who said what, against
//! repeats.

use crate::Millis;
use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// When things last happened in one room. Bounded: of too many the oldest is forgotten early.
#[derive(Clone, Debug)]
pub struct Recent<K> {
    last: HashMap<K, Millis>,
    order: VecDeque<(Millis, K)>,
    keys_max: usize,
}

impl<K: Hash + Eq + Clone> Recent<K> {
    /// Nothing has happened; at most `keys_max` are remembered.
    pub fn new(keys_max: usize) -> Self {
        Self {
            last: HashMap::new(),
            order: VecDeque::new(),
            keys_max: keys_max.max(1),
        }
    }

    /// Lets something happen that has not happened for `every_ms`, and notes it at once, so that of two at the same time
    /// one passes. Else answers for how many milliseconds it has to wait.
    pub fn happen(&mut self, key: &K, every_ms: u64, now: Millis) -> Result<(), u64> {
        if let Some(last) = self.last.get(key) {
            let wait_ms = every_ms.saturating_sub(now.since(*last));
            if wait_ms > 0 {
                return Err(wait_ms);
            }
        }
        self.last.insert(key.clone(), now);
        self.order.push_back((now, key.clone()));
        while self.order.len() > self.keys_max {
            if let Some((at, oldest)) = self.order.pop_front() {
                // It may have happened again since.
                if self.last.get(&oldest) == Some(&at) {
                    self.last.remove(&oldest);
                }
            }
        }
        Ok(())
    }

    /// What was noted at `at` came to nothing: it may happen again at once.
    pub fn undo(&mut self, key: &K, at: Millis) {
        if self.last.get(key) == Some(&at) {
            self.last.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;

    fn user(name: &str) -> UserId {
        UserId::new(name).unwrap()
    }

    #[test]
    fn a_member_waits_his_time_and_no_longer() {
        let mut speakers = Recent::new(10);
        assert_eq!(speakers.happen(&user("a"), 5_000, Millis(0)), Ok(()));
        assert_eq!(speakers.happen(&user("a"), 5_000, Millis(1)), Err(4_999));
        assert_eq!(
            speakers.happen(&user("b"), 5_000, Millis(1)),
            Ok(()),
            "others are others"
        );
        assert_eq!(speakers.happen(&user("a"), 5_000, Millis(5_000)), Ok(()));
        assert_eq!(speakers.happen(&user("a"), 0, Millis(5_000)), Ok(()), "off");
    }

    #[test]
    fn a_message_that_came_to_nothing_costs_no_wait() {
        let mut speakers = Recent::new(10);
        speakers.happen(&user("a"), 5_000, Millis(7)).unwrap();
        speakers.undo(&user("a"), Millis(6));
        assert!(
            speakers.happen(&user("a"), 5_000, Millis(8)).is_err(),
            "that was another one"
        );
        speakers.undo(&user("a"), Millis(7));
        assert_eq!(speakers.happen(&user("a"), 5_000, Millis(8)), Ok(()));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut speakers = Recent::new(10);
        for n in 0..1_000u64 {
            speakers.happen(&user(&format!("u{}", n % 100)), 0, Millis(n)).unwrap();
        }
        assert!(speakers.last.len() <= 10 && speakers.order.len() <= 10);
        assert!(
            speakers.happen(&user("u99"), 5_000, Millis(1_000)).is_err(),
            "the newest are known"
        );
    }
}
