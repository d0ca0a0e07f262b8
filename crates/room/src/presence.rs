//! Who is in a room on this node, and when silence means gone (decision 10, LR-M6).

use crate::{Millis, SessionId, UserId};
use std::collections::HashMap;

/// Silent for this long: not counted any more.
pub const AWAY_AFTER_MS: u64 = 20_000;
/// Silent for this long: removed, without a tip.
pub const GONE_AFTER_MS: u64 = 60_000;

/// How many are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Users with at least one session that is heard from.
    pub members: usize,
    /// Guests that are heard from.
    pub guests: usize,
}

/// The people of one room.
#[derive(Debug, Default)]
pub struct Presence {
    users: HashMap<UserId, HashMap<SessionId, bool>>,
    members: usize,
    guests: HashMap<u64, Millis>,
}

impl Presence {
    /// A session of `user` is in the room and heard from. True when the user was not there before.
    pub fn enter(&mut self, user: &UserId, session: SessionId) -> bool {
        let first = !self.users.contains_key(user);
        self.update(user, |sessions| {
            sessions.insert(session, true);
        });
        first
    }

    /// A session left. True when it was the user's last one here.
    pub fn leave(&mut self, user: &UserId, session: SessionId) -> bool {
        let was_there = self
            .users
            .get(user)
            .is_some_and(|sessions| sessions.contains_key(&session));
        self.update(user, |sessions| {
            sessions.remove(&session);
        });
        was_there && !self.users.contains_key(user)
    }

    /// A session fell silent, or is heard from again. Answers whether the user is heard from now, if that is news: not
    /// while another session of his is (LR-M6).
    pub fn set_heard(&mut self, user: &UserId, session: SessionId, heard: bool) -> Option<bool> {
        self.update(user, |sessions| {
            if let Some(slot) = sessions.get_mut(&session) {
                *slot = heard;
            }
        })
    }

    /// Whether the user has a session here.
    pub fn has(&self, user: &UserId) -> bool {
        self.users.contains_key(user)
    }

    /// The sessions of all users, for a room that ends.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> {
        self.users.values().flat_map(|sessions| sessions.keys().copied())
    }

    /// A guest asked for messages.
    pub fn guest_seen(&mut self, guest: u64, now: Millis) {
        self.guests.insert(guest, now);
    }

    /// A guest is somebody else now, such as a member.
    pub fn guest_left(&mut self, guest: u64) {
        self.guests.remove(&guest);
    }

    /// Forgets guests that stopped asking.
    pub fn sweep_guests(&mut self, now: Millis) {
        self.guests.retain(|_, seen| now.since(*seen) < AWAY_AFTER_MS);
    }

    /// How many are there.
    pub fn count(&self) -> Count {
        Count {
            members: self.members,
            guests: self.guests.len(),
        }
    }

    /// Whether nobody is there, counted or not.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.guests.is_empty()
    }

    /// Changes one user's sessions and keeps the count, so that reading it is O(1). Answers whether he is heard from now,
    /// if that changed.
    fn update(&mut self, user: &UserId, change: impl FnOnce(&mut HashMap<SessionId, bool>)) -> Option<bool> {
        let sessions = self.users.entry(user.clone()).or_default();
        let before = sessions.values().any(|heard| *heard);
        change(sessions);
        let after = sessions.values().any(|heard| *heard);
        if sessions.is_empty() {
            self.users.remove(user);
        }
        match (before, after) {
            (false, true) => self.members += 1,
            (true, false) => self.members -= 1,
            _ => return None,
        }
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn user(name: &str) -> UserId {
        UserId::new(name).unwrap()
    }

    #[test]
    fn a_user_with_two_sessions_is_counted_once() {
        let mut room = Presence::default();
        assert!(room.enter(&user("a"), SessionId(1)));
        assert!(!room.enter(&user("a"), SessionId(2)));
        assert_eq!(room.count().members, 1);
        assert!(!room.leave(&user("a"), SessionId(1)));
        assert!(room.leave(&user("a"), SessionId(2)));
        assert!(!room.leave(&user("a"), SessionId(2)), "he is gone already");
        assert_eq!(room.count().members, 0);
    }

    #[test]
    fn lr_m6_a_silent_member_is_not_counted_but_stays() {
        let mut room = Presence::default();
        room.enter(&user("a"), SessionId(1));
        room.set_heard(&user("a"), SessionId(1), false);
        assert_eq!((room.count().members, room.has(&user("a"))), (0, true));
        room.set_heard(&user("a"), SessionId(1), true);
        assert_eq!(room.count().members, 1);
    }

    #[test]
    fn a_guest_that_stops_asking_is_forgotten() {
        let mut room = Presence::default();
        room.guest_seen(7, Millis(0));
        room.sweep_guests(Millis(AWAY_AFTER_MS - 1));
        assert_eq!(room.count().guests, 1);
        room.sweep_guests(Millis(AWAY_AFTER_MS));
        assert!(room.is_empty());
    }

    proptest! {
        #[test]
        fn the_count_is_what_counting_gives(steps in prop::collection::vec((0u8..3, 0u8..4, 0u64..6), 0..200)) {
            let mut room = Presence::default();
            for (what, name, session) in steps {
                let (name, session) = (user(&format!("u{name}")), SessionId(session));
                match what {
                    0 => { room.enter(&name, session); }
                    1 => { room.leave(&name, session); }
                    _ => { room.set_heard(&name, session, session.0 % 2 == 0); }
                }
                let counted = room.users.values().filter(|s| s.values().any(|heard| *heard)).count();
                prop_assert_eq!(room.count().members, counted);
            }
        }
    }
}
