//! A room's counters: numbers that its members and its backend count up and down (LR-A4).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most counters of a room.
pub const COUNTERS_MAX: usize = 20;
/// The longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 128;

/// The counters of one room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Grows by one with each change.
    pub version: u64,
    /// What there is, by key.
    pub values: BTreeMap<String, i64>,
}

/// What is done to counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterChange {
    /// They are these now.
    Set(BTreeMap<String, i64>),
    /// They grow by these; a counter that is not there starts from 0.
    Add(BTreeMap<String, i64>),
    /// They shrink by these; the same.
    Subtract(BTreeMap<String, i64>),
    /// These are gone; `None` for all. One that is not there is no error.
    Delete(Option<Vec<String>>),
}

/// Why counters do not change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CounterError {
    /// A key that is none.
    #[error("a counter's key must have 1 to {KEY_BYTES_MAX} bytes")]
    Key,
    /// Too many.
    #[error("a room has at most {COUNTERS_MAX} counters")]
    TooMany,
    /// Beyond 64 bits.
    #[error("counter {0:?} would leave the range of 64-bit integers")]
    Overflow(String),
}

impl Counters {
    /// Makes a change, all of it or none. Answers the keys that were touched.
    pub fn apply(&mut self, change: &CounterChange) -> Result<Vec<String>, CounterError> {
        let mut values = self.values.clone();
        let (numbers, combine): (_, fn(i64, i64) -> Option<i64>) = match change {
            CounterChange::Set(numbers) => (numbers, |_, new| Some(new)),
            CounterChange::Add(numbers) => (numbers, i64::checked_add),
            CounterChange::Subtract(numbers) => (numbers, i64::checked_sub),
            CounterChange::Delete(keys) => return Ok(self.delete(keys.as_deref())),
        };
        for (key, number) in numbers {
            if key.is_empty() || key.len() > KEY_BYTES_MAX {
                return Err(CounterError::Key);
            }
            let before = values.get(key).copied().unwrap_or(0);
            let after = combine(before, *number).ok_or_else(|| CounterError::Overflow(key.clone()))?;
            values.insert(key.clone(), after);
        }
        if values.len() > COUNTERS_MAX {
            return Err(CounterError::TooMany);
        }
        self.values = values;
        self.version += 1;
        Ok(numbers.keys().cloned().collect())
    }

    fn delete(&mut self, keys: Option<&[String]>) -> Vec<String> {
        let wanted = |key: &String| keys.is_none_or(|keys| keys.contains(key));
        let gone: Vec<_> = self.values.keys().filter(|key| wanted(key)).cloned().collect();
        self.values.retain(|key, _| !gone.contains(key));
        self.version += u64::from(!gone.is_empty());
        gone
    }
}

/// News of counters that were not told yet: of each key its last state, `None` for one that is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterNews {
    /// The version that the newest of them belongs to.
    pub version: u64,
    /// What is new.
    pub values: BTreeMap<String, Option<i64>>,
}

impl CounterNews {
    /// What a change of these keys made of the counters. News of different changes may come in any order: of each key the
    /// newer stays.
    pub fn add(&mut self, counters: &Counters, touched: &[String]) {
        for key in touched {
            let value = counters.values.get(key).copied();
            if counters.version >= self.version || !self.values.contains_key(key) {
                self.values.insert(key.clone(), value);
            }
        }
        self.version = self.version.max(counters.version);
    }

    /// Hands the news out and begins anew; nothing when there is none.
    pub fn take(&mut self) -> Option<Self> {
        (!self.values.is_empty()).then(|| std::mem::take(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect()
    }

    #[test]
    fn lr_a4_set_increase_decrease_and_delete() {
        let mut room = Counters::default();
        room.apply(&CounterChange::Set(map(&[("likes", 5), ("gifts", -2)])))
            .unwrap();
        room.apply(&CounterChange::Add(map(&[("likes", 3), ("new", 1)])))
            .unwrap();
        room.apply(&CounterChange::Subtract(map(&[("gifts", 4), ("below", 1)])))
            .unwrap();
        assert_eq!(
            room.values,
            map(&[("likes", 8), ("gifts", -6), ("new", 1), ("below", -1)])
        );
        assert_eq!(room.version, 3);
        let gone = room.apply(&CounterChange::Delete(Some(vec!["new".into(), "nope".into()])));
        assert_eq!(gone, Ok(vec!["new".to_owned()]));
        room.apply(&CounterChange::Delete(None)).unwrap();
        assert!(room.values.is_empty());
        let before = room.version;
        room.apply(&CounterChange::Delete(None)).unwrap();
        assert_eq!(room.version, before, "nothing changed");
    }

    #[test]
    fn limits_at_the_limit_and_one_past() {
        let many = |n: usize| CounterChange::Set((0..n).map(|i| (format!("k{i}"), 1)).collect());
        let key = |n: usize| CounterChange::Set(map(&[(&"x".repeat(n), 1)]));
        assert!(Counters::default().apply(&many(20)).is_ok());
        assert_eq!(Counters::default().apply(&many(21)), Err(CounterError::TooMany));
        assert!(Counters::default().apply(&key(128)).is_ok());
        assert_eq!(Counters::default().apply(&key(129)), Err(CounterError::Key));
        assert_eq!(Counters::default().apply(&key(0)), Err(CounterError::Key));
        for (at, change) in [
            (i64::MAX, CounterChange::Add(map(&[("k", 1)]))),
            (i64::MIN, CounterChange::Subtract(map(&[("k", 1)]))),
        ] {
            let mut room = Counters::default();
            room.apply(&CounterChange::Set(map(&[("k", at)]))).unwrap();
            let before = room.clone();
            assert_eq!(room.apply(&change), Err(CounterError::Overflow("k".into())));
            assert_eq!(room, before);
        }
    }

    proptest! {
        #[test]
        fn a_watcher_who_hears_all_news_in_any_order_knows_the_counters(
            steps in prop::collection::vec((0u8..4, "[ab]", -3i64..4), 1..20), swap in any::<bool>()
        ) {
            let mut room = Counters::default();
            let mut told = Vec::new();
            for (what, key, number) in steps {
                let numbers = BTreeMap::from([(key.clone(), number)]);
                let touched = room.apply(&match what {
                    0 => CounterChange::Set(numbers),
                    1 => CounterChange::Add(numbers),
                    2 => CounterChange::Subtract(numbers),
                    _ => CounterChange::Delete(Some(vec![key])),
                }).unwrap();
                told.push((room.clone(), touched));
            }
            // The last two may have changed places, if they are of the same key or not.
            let last = told.len() - 1;
            if swap && last > 0 && told[last].1 == told[last - 1].1 {
                told.swap(last, last - 1);
            }
            let mut news = CounterNews::default();
            told.iter().for_each(|(counters, touched)| news.add(counters, touched));
            for (key, value) in &room.values {
                prop_assert_eq!(news.values.get(key), Some(&Some(*value)));
            }
        }
    }
}
