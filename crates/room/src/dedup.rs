//! Duplicate suppression (LR-S5, decision 6): the same message, sent again after a reconnect, gets the first answer.

use crate::{Millis, UserId};
use std::collections::{HashMap, VecDeque};

/// How long a message is remembered, in milliseconds: five minutes (LR-S5).
pub const REMEMBER_MS: u64 = 300_000;

/// What makes two sends the same message within a room.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DedupKey {
    /// The sender.
    pub sender: UserId,
    /// The sender's random number.
    pub random: u32,
    /// When the sender's device made it, in seconds; 0 when unknown.
    pub client_time: u64,
    /// A hash of the body as received: client libraries exist that use one random number for ever (client-habits 4).
    pub body_hash: [u8; 16],
}

/// What is known of a message that is about to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<R> {
    /// It is new, and now reserved: the caller decides it and must [`Dedup::settle`].
    First,
    /// The same message is being decided right now.
    Pending,
    /// It was decided; this was the answer.
    Done(R),
}

/// The memory of one room. Bounded: when `keys_max` are held, the oldest is forgotten early.
#[derive(Debug)]
pub struct Dedup<R> {
    answers: HashMap<DedupKey, Option<R>>,
    order: VecDeque<(Millis, DedupKey)>,
    keys_max: usize,
}

impl<R: Clone> Dedup<R> {
    /// An empty memory.
    pub fn new(keys_max: usize) -> Self {
        Self {
            answers: HashMap::new(),
            order: VecDeque::new(),
            keys_max: keys_max.max(1),
        }
    }

    /// Looks a message up and reserves it if it is new.
    pub fn reserve(&mut self, key: &DedupKey, now: Millis) -> Seen<R> {
        while self
            .order
            .front()
            .is_some_and(|(at, _)| now.since(*at) >= REMEMBER_MS || self.order.len() > self.keys_max)
        {
            if let Some((_, old)) = self.order.pop_front() {
                self.answers.remove(&old);
            }
        }
        match self.answers.get(key) {
            Some(Some(answer)) => Seen::Done(answer.clone()),
            Some(None) => Seen::Pending,
            None => {
                self.answers.insert(key.clone(), None);
                self.order.push_back((now, key.clone()));
                Seen::First
            }
        }
    }

    /// Records the answer to a reserved message; with `None` the message is forgotten, so that it may be tried again.
    pub fn settle(&mut self, key: &DedupKey, answer: Option<R>) {
        match answer {
            Some(answer) => {
                if let Some(slot) = self.answers.get_mut(key) {
                    *slot = Some(answer);
                }
            }
            None => {
                self.answers.remove(key);
                // Searched from the end: what is settled was reserved a moment ago.
                if let Some(at) = self.order.iter().rposition(|(_, held)| held == key) {
                    self.order.remove(at);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(random: u32, body: u8) -> DedupKey {
        DedupKey {
            sender: UserId::new("bob").unwrap(),
            random,
            client_time: 7,
            body_hash: [body; 16],
        }
    }

    #[test]
    fn lr_s5_a_repeat_within_five_minutes_gets_the_first_answer() {
        let mut dedup = Dedup::new(100);
        assert_eq!(dedup.reserve(&key(1, 1), Millis(0)), Seen::First);
        assert_eq!(dedup.reserve(&key(1, 1), Millis(1)), Seen::Pending);
        dedup.settle(&key(1, 1), Some(42));
        assert_eq!(dedup.reserve(&key(1, 1), Millis(REMEMBER_MS - 1)), Seen::Done(42));
        assert_eq!(dedup.reserve(&key(1, 1), Millis(REMEMBER_MS)), Seen::First);
    }

    #[test]
    fn another_body_or_random_is_another_message() {
        let mut dedup = Dedup::<u8>::new(100);
        assert_eq!(dedup.reserve(&key(1, 1), Millis(0)), Seen::First);
        assert_eq!(dedup.reserve(&key(1, 2), Millis(0)), Seen::First);
        assert_eq!(dedup.reserve(&key(2, 1), Millis(0)), Seen::First);
        assert_eq!(
            dedup.reserve(
                &DedupKey {
                    client_time: 8,
                    ..key(1, 1)
                },
                Millis(0)
            ),
            Seen::First
        );
    }

    #[test]
    fn what_could_not_be_decided_may_be_tried_again() {
        let mut dedup = Dedup::<u8>::new(100);
        dedup.reserve(&key(1, 1), Millis(0));
        dedup.settle(&key(1, 1), None);
        assert_eq!(dedup.reserve(&key(1, 1), Millis(1)), Seen::First);
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut dedup = Dedup::<u8>::new(10);
        for random in 0..1000 {
            dedup.reserve(&key(random, 1), Millis(0));
        }
        assert!(dedup.answers.len() <= 11 && dedup.order.len() <= 11);
        assert_eq!(
            dedup.reserve(&key(999, 1), Millis(0)),
            Seen::Pending,
            "the newest is still known"
        );
    }
}
