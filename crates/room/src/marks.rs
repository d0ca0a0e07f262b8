//! Marks: numbers that moderators put on members who are there, such as "paid" or "guest of honour" (LR-M17).

use crate::UserId;
use std::collections::{BTreeMap, BTreeSet};

/// Marks below this have a meaning of their own.
pub const ORDINARY_MIN: u32 = 1_000;
/// The mark of a robot: somebody who is shown although he is not there.
pub const ROBOT: u32 = 500;
/// The mark of those who are shown only where this mark is asked for.
pub const HIDDEN: u32 = 600;
/// The most different ordinary marks in a room.
pub const KINDS_MAX: usize = 10;
/// The most members with one mark.
pub const MEMBERS_MAX: usize = 1_000;
/// For how long a robot is shown, in milliseconds: three days.
pub const ROBOT_MS: u64 = 3 * 86_400_000;

/// Why a mark is not put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// A mark that there is not.
    #[error("a mark must be {ROBOT}, {HIDDEN} or a number from {ORDINARY_MIN}")]
    Unknown,
    /// Too many kinds.
    #[error("a room has at most {KINDS_MAX} different marks")]
    TooManyKinds,
    /// Too many members.
    #[error("at most {MEMBERS_MAX} members of a room have the same mark")]
    TooManyMembers,
}

/// Whether a number is a mark.
pub fn check(mark: u32) -> Result<(), MarkError> {
    let known = mark == ROBOT || mark == HIDDEN || mark >= ORDINARY_MIN;
    known.then_some(()).ok_or(MarkError::Unknown)
}

/// The marks of one room.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    users: BTreeMap<u32, BTreeSet<UserId>>,
}

impl Marks {
    /// Puts a mark on a user.
    pub fn put(&mut self, mark: u32, user: &UserId) -> Result<(), MarkError> {
        check(mark)?;
        let kinds = self.users.keys().filter(|kind| **kind >= ORDINARY_MIN).count();
        if mark >= ORDINARY_MIN && kinds >= KINDS_MAX && !self.users.contains_key(&mark) {
            return Err(MarkError::TooManyKinds);
        }
        let users = self.users.entry(mark).or_default();
        if users.len() >= MEMBERS_MAX && !users.contains(user) {
            return Err(MarkError::TooManyMembers);
        }
        users.insert(user.clone());
        Ok(())
    }

    /// Takes a mark off a user.
    pub fn take(&mut self, mark: u32, user: &UserId) {
        if let Some(users) = self.users.get_mut(&mark) {
            users.remove(user);
            if users.is_empty() {
                self.users.remove(&mark);
            }
        }
    }

    /// Takes all marks off a user.
    pub fn forget(&mut self, user: &UserId) {
        self.users.retain(|_, users| {
            users.remove(user);
            !users.is_empty()
        });
    }

    /// Whether a user has a mark.
    pub fn has(&self, mark: u32, user: &UserId) -> bool {
        self.users.get(&mark).is_some_and(|users| users.contains(user))
    }

    /// The marks of a user.
    pub fn of(&self, user: &UserId) -> Vec<u32> {
        let marked = self.users.iter().filter(|(_, users)| users.contains(user));
        marked.map(|(mark, _)| *mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: usize) -> UserId {
        UserId::new(&format!("u{n}")).unwrap()
    }

    #[test]
    fn lr_m17_limits_at_the_limit_and_one_past() {
        let mut marks = Marks::default();
        for (mark, known) in [
            (0, false),
            (499, false),
            (500, true),
            (600, true),
            (999, false),
            (1_000, true),
        ] {
            assert_eq!(marks.put(mark, &user(0)).is_ok(), known, "{mark}");
        }
        (1_001..1_010).for_each(|mark| marks.put(mark, &user(0)).unwrap());
        assert_eq!(marks.put(1_010, &user(0)), Err(MarkError::TooManyKinds));
        marks.put(1_009, &user(1)).unwrap();
        marks.take(1_000, &user(0));
        marks.put(1_010, &user(0)).unwrap();
        (0..1_000).for_each(|n| marks.put(1_001, &user(n)).unwrap());
        assert_eq!(marks.put(1_001, &user(1_000)), Err(MarkError::TooManyMembers));
        marks.put(1_001, &user(7)).unwrap();
    }

    #[test]
    fn a_user_who_is_forgotten_has_no_mark() {
        let mut marks = Marks::default();
        marks.put(1_000, &user(1)).unwrap();
        marks.put(1_001, &user(1)).unwrap();
        assert_eq!(marks.of(&user(1)), [1_000, 1_001]);
        marks.forget(&user(1));
        assert_eq!((marks.of(&user(1)), marks.has(1_000, &user(1))), (vec![], false));
    }
}
