//! Slow mode: how long ago each member spoke.

use crate::{Millis, UserId};
use std::collections::{HashMap, VecDeque};

/// When the members of one room last spoke. Bounded: of too many the oldest is forgotten early.
#[derive(Clone, Debug)]
pub struct Speakers {
    spoke: HashMap<UserId, Millis>,
    order: VecDeque<(Millis, UserId)>,
    users_max: usize,
}

impl Speakers {
    /// Nobody has spoken; at most `users_max` are remembered.
    pub fn new(users_max: usize) -> Self {
        Self {
            spoke: HashMap::new(),
            order: VecDeque::new(),
            users_max: users_max.max(1),
        }
    }

    /// Lets a user speak who has not spoken for `every_ms`, and notes it at once, so that of two messages at the same
    /// time one passes. Else answers how many milliseconds he has to wait.
    pub fn speak(&mut self, user: &UserId, every_ms: u64, now: Millis) -> Result<(), u64> {
        if let Some(spoke) = self.spoke.get(user) {
            let wait_ms = every_ms.saturating_sub(now.since(*spoke));
            if wait_ms > 0 {
                return Err(wait_ms);
            }
        }
        self.spoke.insert(user.clone(), now);
        self.order.push_back((now, user.clone()));
        while self.order.len() > self.users_max {
            if let Some((at, oldest)) = self.order.pop_front() {
                // He may have spoken again since.
                if self.spoke.get(&oldest) == Some(&at) {
                    self.spoke.remove(&oldest);
                }
            }
        }
        Ok(())
    }

    /// What was noted at `at` came to nothing: the user may try again at once.
    pub fn unspeak(&mut self, user: &UserId, at: Millis) {
        if self.spoke.get(user) == Some(&at) {
            self.spoke.remove(user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserId {
        UserId::new(name).unwrap()
    }

    #[test]
    fn a_member_waits_his_time_and_no_longer() {
        let mut speakers = Speakers::new(10);
        assert_eq!(speakers.speak(&user("a"), 5_000, Millis(0)), Ok(()));
        assert_eq!(speakers.speak(&user("a"), 5_000, Millis(1)), Err(4_999));
        assert_eq!(
            speakers.speak(&user("b"), 5_000, Millis(1)),
            Ok(()),
            "others are others"
        );
        assert_eq!(speakers.speak(&user("a"), 5_000, Millis(5_000)), Ok(()));
        assert_eq!(speakers.speak(&user("a"), 0, Millis(5_000)), Ok(()), "off");
    }

    #[test]
    fn a_message_that_came_to_nothing_costs_no_wait() {
        let mut speakers = Speakers::new(10);
        speakers.speak(&user("a"), 5_000, Millis(7)).unwrap();
        speakers.unspeak(&user("a"), Millis(6));
        assert!(
            speakers.speak(&user("a"), 5_000, Millis(8)).is_err(),
            "that was another one"
        );
        speakers.unspeak(&user("a"), Millis(7));
        assert_eq!(speakers.speak(&user("a"), 5_000, Millis(8)), Ok(()));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut speakers = Speakers::new(10);
        for n in 0..1_000u64 {
            speakers.speak(&user(&format!("u{}", n % 100)), 0, Millis(n)).unwrap();
        }
        assert!(speakers.spoke.len() <= 10 && speakers.order.len() <= 10);
        assert!(
            speakers.speak(&user("u99"), 5_000, Millis(1_000)).is_err(),
            "the newest are known"
        );
    }
}
