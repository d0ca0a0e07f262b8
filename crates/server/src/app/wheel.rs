//! A timer wheel on the application's clock: things to look at later, filed under the turn in which they are due. Filing
//! and finding do not depend on how many there are, and nobody holds a timer of his own.

use room::Millis;
use std::collections::BTreeMap;

/// Things to look at, by when.
pub struct Wheel<T> {
    turn_ms: u64,
    /// One slot for each turn in which something is due; few, since nothing is due later than a minute from now.
    slots: BTreeMap<u64, Vec<T>>,
}

impl<T> Wheel<T> {
    /// An empty wheel that is turned every `turn_ms`.
    pub fn new(turn_ms: u64) -> Self {
        Self {
            turn_ms: turn_ms.max(1),
            slots: BTreeMap::new(),
        }
    }

    /// Files something for the first turn that is not before `at`.
    pub fn put(&mut self, at: Millis, thing: T) {
        self.slots.entry(at.0.div_ceil(self.turn_ms)).or_default().push(thing);
    }

    /// Takes out what is due.
    pub fn turn(&mut self, now: Millis) -> impl Iterator<Item = T> + use<T> {
        let later = self.slots.split_off(&(now.0 / self.turn_ms + 1));
        std::mem::replace(&mut self.slots, later).into_values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everything_comes_out_once_not_before_its_time_and_at_most_a_turn_late(
            put in prop::collection::vec((0u64..5_000, 0u64..70_000), 0..100),
        ) {
            let mut wheel = Wheel::new(500);
            let mut waiting = put.clone();
            waiting.sort_unstable();
            let mut waiting = waiting.into_iter().peekable();
            let (mut out, mut now) = (0, 0);
            while now <= 80_000 {
                while let Some((_, at)) = waiting.next_if(|(since, _)| *since <= now) {
                    wheel.put(Millis(at), (now, at));
                }
                for (filed, at) in wheel.turn(Millis(now)) {
                    out += 1;
                    prop_assert!(at <= now && now < at.max(filed) + 1_000, "due {at}, filed {filed}, came {now}");
                }
                now += 250;
            }
            prop_assert_eq!(out, put.len());
        }
    }
}
