//! A room's attributes: keys and values that its members share, with versions so that nobody overwrites what he has not
//! seen (LR-A1, LR-A2).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most attributes of a room.
pub const ATTRIBUTES_MAX: usize = 16;
/// The longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 32;
/// The longest value, in bytes.
pub const VALUE_BYTES_MAX: usize = 4_000;
/// The longest values of all attributes together, in bytes.
pub const TOTAL_BYTES_MAX: usize = 16_000;

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// What it says.
    pub value: String,
    /// How often this key was written since it is there.
    pub seq: u64,
}

/// The attributes of one room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// Grows by one with each change.
    pub version: u64,
    /// What there is, by key.
    pub entries: BTreeMap<String, Attribute>,
}

/// What is done to attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeChange {
    /// These, and no others.
    Replace(BTreeMap<String, String>),
    /// These too; others stay.
    Merge(BTreeMap<String, String>),
    /// Not these any more.
    Delete(Vec<String>),
    /// None any more.
    Clear,
}

/// How attributes changed, for those who watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeStep {
    /// All were replaced.
    Replaced,
    /// Some were added or overwritten.
    Merged,
    /// Some were deleted.
    Deleted,
    /// All were deleted.
    Cleared,
}

/// Why attributes do not change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    /// A key that is none.
    #[error("an attribute's key must not be empty")]
    NoKey,
    /// A key that is too long.
    #[error("an attribute's key has at most {KEY_BYTES_MAX} bytes")]
    Key,
    /// A value that is too long.
    #[error("attribute {0:?} has more than {VALUE_BYTES_MAX} bytes")]
    Value(String),
    /// Too many.
    #[error("a room has at most {ATTRIBUTES_MAX} attributes")]
    TooMany,
    /// Too long together.
    #[error("the attributes of a room have at most {TOTAL_BYTES_MAX} bytes together")]
    TooLarge,
    /// One to be deleted is not there.
    #[error("there is no attribute {0:?}")]
    Unknown(String),
    /// They changed since the writer read them.
    #[error("the attributes changed meanwhile; read them again")]
    Conflict,
}

impl AttributeChange {
    /// What those who watch are told.
    pub fn step(&self) -> AttributeStep {
        match self {
            Self::Replace(_) => AttributeStep::Replaced,
            Self::Merge(_) => AttributeStep::Merged,
            Self::Delete(_) => AttributeStep::Deleted,
            Self::Clear => AttributeStep::Cleared,
        }
    }

    /// The keys that it names.
    pub fn keys(&self) -> Vec<String> {
        match self {
            Self::Replace(entries) | Self::Merge(entries) => entries.keys().cloned().collect(),
            Self::Delete(keys) => keys.clone(),
            Self::Clear => Vec::new(),
        }
    }
}

impl Attributes {
    /// Makes a change, all of it or none. `seen` is the version that the writer knows, if he cares (LR-A2).
    pub fn apply(&mut self, change: &AttributeChange, seen: Option<u64>) -> Result<(), AttributeError> {
        if seen.is_some_and(|seen| seen != self.version) {
            return Err(AttributeError::Conflict);
        }
        let mut entries = match change {
            AttributeChange::Replace(_) | AttributeChange::Clear => BTreeMap::new(),
            AttributeChange::Merge(_) | AttributeChange::Delete(_) => self.entries.clone(),
        };
        match change {
            AttributeChange::Replace(new) | AttributeChange::Merge(new) => {
                for (key, value) in new {
                    if key.is_empty() {
                        return Err(AttributeError::NoKey);
                    }
                    if key.len() > KEY_BYTES_MAX {
                        return Err(AttributeError::Key);
                    }
                    if value.len() > VALUE_BYTES_MAX {
                        return Err(AttributeError::Value(key.clone()));
                    }
                    let seq = self.entries.get(key).map_or(1, |old| old.seq + 1);
                    let value = value.clone();
                    entries.insert(key.clone(), Attribute { value, seq });
                }
            }
            AttributeChange::Delete(keys) => {
                for key in keys {
                    entries
                        .remove(key)
                        .ok_or_else(|| AttributeError::Unknown(key.clone()))?;
                }
            }
            AttributeChange::Clear => {}
        }
        if entries.len() > ATTRIBUTES_MAX {
            return Err(AttributeError::TooMany);
        }
        if entries.values().map(|entry| entry.value.len()).sum::<usize>() > TOTAL_BYTES_MAX {
            return Err(AttributeError::TooLarge);
        }
        self.entries = entries;
        self.version += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    fn with(pairs: &[(&str, &str)]) -> Attributes {
        let mut attributes = Attributes::default();
        attributes.apply(&AttributeChange::Replace(map(pairs)), None).unwrap();
        attributes
    }

    fn seqs(attributes: &Attributes) -> Vec<(&str, &str, u64)> {
        let entries = attributes.entries.iter();
        entries
            .map(|(key, it)| (key.as_str(), it.value.as_str(), it.seq))
            .collect()
    }

    #[test]
    fn each_way_of_writing_does_what_it_says() {
        let mut room = with(&[("a", "1"), ("b", "2")]);
        room.apply(&AttributeChange::Merge(map(&[("b", "3"), ("c", "4")])), Some(1))
            .unwrap();
        assert_eq!(seqs(&room), [("a", "1", 1), ("b", "3", 2), ("c", "4", 1)]);
        room.apply(&AttributeChange::Delete(vec!["a".into()]), Some(2)).unwrap();
        assert_eq!(seqs(&room), [("b", "3", 2), ("c", "4", 1)]);
        room.apply(&AttributeChange::Replace(map(&[("b", "5")])), Some(3))
            .unwrap();
        assert_eq!(seqs(&room), [("b", "5", 3)]);
        room.apply(&AttributeChange::Clear, Some(4)).unwrap();
        assert_eq!((seqs(&room), room.version), (vec![], 5));
    }

    #[test]
    fn lr_a1_limits_at_the_limit_and_one_past() {
        let long = |n: usize| "x".repeat(n);
        let many = |n: usize| (0..n).map(|i| (format!("k{i}"), "v".to_owned())).collect();
        let full = |n: usize| (0..4).map(|i| (format!("k{i}"), long(n))).collect();
        for (change, outcome) in [
            (map(&[(&long(32), "v")]), Ok(())),
            (map(&[(&long(33), "v")]), Err(AttributeError::Key)),
            (map(&[("", "v")]), Err(AttributeError::NoKey)),
            (map(&[("k", &long(4_000))]), Ok(())),
            (map(&[("k", &long(4_001))]), Err(AttributeError::Value("k".into()))),
            (many(16), Ok(())),
            (many(17), Err(AttributeError::TooMany)),
            (full(4_000), Ok(())),
        ] {
            let mut room = Attributes::default();
            assert_eq!(room.apply(&AttributeChange::Merge(change), None), outcome);
        }
        let mut room = Attributes::default();
        room.apply(&AttributeChange::Merge(full(4_000)), None).unwrap();
        let before = room.clone();
        let more = AttributeChange::Merge(map(&[("one", "y")]));
        assert_eq!(room.apply(&more, None), Err(AttributeError::TooLarge));
        assert_eq!(room, before, "all of it or none");
    }

    #[test]
    fn lr_a2_the_first_writer_wins_and_the_other_reads_again() {
        let mut room = with(&[("a", "1")]);
        let mine = AttributeChange::Merge(map(&[("a", "mine")]));
        let yours = AttributeChange::Merge(map(&[("a", "yours")]));
        room.apply(&mine, Some(1)).unwrap();
        assert_eq!(room.apply(&yours, Some(1)), Err(AttributeError::Conflict));
        assert_eq!(room.entries["a"].value, "mine");
        room.apply(&yours, Some(2)).unwrap();
        room.apply(&mine, None).unwrap();
    }

    #[test]
    fn one_unknown_key_deletes_nothing() {
        let mut room = with(&[("a", "1")]);
        let delete = AttributeChange::Delete(vec!["a".into(), "b".into()]);
        assert_eq!(room.apply(&delete, None), Err(AttributeError::Unknown("b".into())));
        assert_eq!(seqs(&room), [("a", "1", 1)]);
    }

    proptest! {
        #[test]
        fn whatever_is_done_the_limits_hold_and_the_version_counts(
            steps in prop::collection::vec((0u8..4, prop::collection::btree_map("[a-z]{0,2}", "x{0,3}", 0..9)), 0..40)
        ) {
            let mut room = Attributes::default();
            for (what, pairs) in steps {
                let change = match what {
                    0 => AttributeChange::Replace(pairs),
                    1 => AttributeChange::Merge(pairs),
                    2 => AttributeChange::Delete(pairs.into_keys().collect()),
                    _ => AttributeChange::Clear,
                };
                let before = room.clone();
                match room.apply(&change, Some(before.version)) {
                    Ok(()) => prop_assert_eq!(room.version, before.version + 1),
                    Err(_) => prop_assert_eq!(&room, &before),
                }
                prop_assert!(room.entries.len() <= ATTRIBUTES_MAX);
            }
        }
    }
}
