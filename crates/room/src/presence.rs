//! Who is in a room on this node, and when silence means gone (decision 10, LR-M6).

use crate::{
    Millis, SessionId, UserId,
    marks::{self, MarkError, Marks},
};
use std::collections::{BTreeMap, HashMap};

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

/// What stands for a robot among the sessions of a user: no login has this number.
const ROBOT: SessionId = SessionId(0);

/// A user who is there.
#[derive(Debug)]
struct Member {
    /// His sessions, and whether each is heard from.
    sessions: HashMap<SessionId, bool>,
    /// His place in the order of coming.
    place: u64,
    joined: Millis,
}

/// A line of the list of those who are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who.
    pub user: UserId,
    /// His place in the order of coming; grows.
    pub place: u64,
    /// When he came.
    pub joined: Millis,
    /// What he is marked with.
    pub marks: Vec<u32>,
}

/// The people of one room.
#[derive(Debug, Default)]
pub struct Presence {
    users: HashMap<UserId, Member>,
    /// In the order of coming.
    places: BTreeMap<u64, UserId>,
    next_place: u64,
    members: usize,
    guests: HashMap<u64, Millis>,
    marks: Marks,
    /// Until when each is shown.
    robots: BTreeMap<UserId, Millis>,
}

impl Presence {
    /// A session of `user` is in the room and heard from. True when the user was not there before.
    pub fn enter(&mut self, user: &UserId, session: SessionId, now: Millis) -> bool {
        let first = !self.users.contains_key(user);
        if first {
            self.next_place += 1;
            self.places.insert(self.next_place, user.clone());
            let member = Member {
                sessions: HashMap::new(),
                place: self.next_place,
                joined: now,
            };
            self.users.insert(user.clone(), member);
        }
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
            .is_some_and(|member| member.sessions.contains_key(&session));
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
        self.users.values().flat_map(|member| member.sessions.keys().copied())
    }

    /// Those who are heard from, the newest first, at most `max`: who came before the place `before`, if one is given,
    /// and has the mark, if one is asked for. Hidden ones are listed only where their mark is asked for (LR-M16, LR-M17).
    pub fn newest(&self, before: Option<u64>, mark: Option<u32>, max: usize) -> Vec<Listed> {
        let wanted = |user: &UserId| match mark {
            Some(mark) => self.marks.has(mark, user),
            None => !self.marks.has(marks::HIDDEN, user),
        };
        let places = self.places.range(..before.unwrap_or(u64::MAX)).rev();
        places
            .filter(|(_, user)| self.is_heard(user) && wanted(user))
            .take(max)
            .filter_map(|(place, user)| {
                let member = self.users.get(user)?;
                Some(Listed {
                    user: user.clone(),
                    place: *place,
                    joined: member.joined,
                    marks: self.marks.of(user),
                })
            })
            .collect()
    }

    /// Whether the user is heard from.
    pub fn is_heard(&self, user: &UserId) -> bool {
        let heard = |member: &Member| member.sessions.values().any(|heard| *heard);
        self.users.get(user).is_some_and(heard)
    }

    /// Puts marks on users, or takes them off: all of them, or none where a limit is in the way. Who is not heard from
    /// is left out (LR-M17).
    pub fn mark(&mut self, users: &[(UserId, Vec<u32>)], on: bool) -> Result<(), MarkError> {
        let mut marks = self.marks.clone();
        for (user, wanted) in users.iter().filter(|(user, _)| self.is_heard(user)) {
            for mark in wanted {
                marks::check(*mark)?;
                if on {
                    marks.put(*mark, user)?;
                } else {
                    marks.take(*mark, user);
                }
            }
        }
        self.marks = marks;
        Ok(())
    }

    /// Shows a user until some time although he is not there.
    pub fn show_robot(&mut self, user: &UserId, until: Millis, now: Millis) -> Result<(), MarkError> {
        self.marks.put(marks::ROBOT, user)?;
        self.robots.insert(user.clone(), until);
        self.enter(user, ROBOT, now);
        Ok(())
    }

    /// Shows a user no longer than he is there.
    pub fn hide_robot(&mut self, user: &UserId) {
        if self.robots.remove(user).is_some() {
            self.leave(user, ROBOT);
            self.marks.take(marks::ROBOT, user);
        }
    }

    /// How many robots there are.
    pub fn robots(&self) -> usize {
        self.robots.len()
    }

    /// Whether a user is one.
    pub fn is_robot(&self, user: &UserId) -> bool {
        self.robots.contains_key(user)
    }

    /// Forgets robots whose time is over.
    pub fn sweep_robots(&mut self, now: Millis) {
        let over = self.robots.iter().filter(|(_, until)| **until <= now);
        let over: Vec<_> = over.map(|(user, _)| user.clone()).collect();
        over.iter().for_each(|user| self.hide_robot(user));
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
        let member = self.users.get_mut(user)?;
        let before = member.sessions.values().any(|heard| *heard);
        change(&mut member.sessions);
        let after = member.sessions.values().any(|heard| *heard);
        if member.sessions.is_empty() {
            self.places.remove(&member.place);
            self.users.remove(user);
        }
        if !after {
            self.marks.forget(user);
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
        assert!(room.enter(&user("a"), SessionId(1), Millis(0)));
        assert!(!room.enter(&user("a"), SessionId(2), Millis(0)));
        assert_eq!(room.count().members, 1);
        assert!(!room.leave(&user("a"), SessionId(1)));
        assert!(room.leave(&user("a"), SessionId(2)));
        assert!(!room.leave(&user("a"), SessionId(2)), "he is gone already");
        assert_eq!(room.count().members, 0);
    }

    #[test]
    fn lr_m6_a_silent_member_is_not_counted_but_stays() {
        let mut room = Presence::default();
        room.enter(&user("a"), SessionId(1), Millis(0));
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

    fn names(list: &[Listed]) -> Vec<&str> {
        list.iter().map(|listed| listed.user.as_str()).collect()
    }

    #[test]
    fn lr_m16_the_list_has_the_newest_first_in_pages_without_the_silent() {
        let mut room = Presence::default();
        for (n, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
            room.enter(&user(name), SessionId(n as u64 + 1), Millis(n as u64 * 1000));
        }
        room.set_heard(&user("c"), SessionId(3), false);
        let page = room.newest(None, None, 2);
        assert_eq!(names(&page), ["d", "b"]);
        assert_eq!(page[1].joined, Millis(1000));
        assert_eq!(names(&room.newest(Some(page[1].place), None, 2)), ["a"]);
        room.leave(&user("a"), SessionId(1));
        room.enter(&user("a"), SessionId(9), Millis(9000));
        assert_eq!(
            names(&room.newest(None, None, 9)),
            ["a", "d", "b"],
            "who comes again is new"
        );
    }

    #[test]
    fn lr_m17_marks_filter_the_list_and_end_with_being_there() {
        let mut room = Presence::default();
        room.enter(&user("a"), SessionId(1), Millis(0));
        room.enter(&user("b"), SessionId(2), Millis(0));
        let marked = [
            (user("a"), vec![1_000]),
            (user("b"), vec![600]),
            (user("nobody"), vec![1_000]),
        ];
        room.mark(&marked, true).unwrap();
        let wrong = [(user("a"), vec![2_000]), (user("b"), vec![7])];
        assert_eq!(room.mark(&wrong, true), Err(MarkError::Unknown));
        assert_eq!(room.newest(None, Some(2_000), 9), [], "all of them or none");
        assert_eq!(names(&room.newest(None, None, 9)), ["a"], "b is hidden");
        assert_eq!(names(&room.newest(None, Some(600), 9)), ["b"]);
        assert_eq!(room.newest(None, Some(1_000), 9)[0].marks, [1_000]);
        room.set_heard(&user("a"), SessionId(1), false);
        room.set_heard(&user("a"), SessionId(1), true);
        assert_eq!(room.newest(None, Some(1_000), 9), [], "gone with the silence");
    }

    #[test]
    fn a_robot_is_counted_and_listed_for_its_time() {
        let mut room = Presence::default();
        room.show_robot(&user("r"), Millis(1000), Millis(0)).unwrap();
        assert_eq!((room.count().members, room.robots()), (1, 1));
        assert_eq!(names(&room.newest(None, Some(marks::ROBOT), 9)), ["r"]);
        // One who is really there stays when the robot goes.
        room.enter(&user("r"), SessionId(1), Millis(10));
        room.sweep_robots(Millis(999));
        assert_eq!(room.robots(), 1);
        room.sweep_robots(Millis(1000));
        assert_eq!((room.robots(), room.count().members), (0, 1));
        room.leave(&user("r"), SessionId(1));
        assert!(room.is_empty());
    }

    proptest! {
        #[test]
        fn the_count_is_what_counting_gives(steps in prop::collection::vec((0u8..3, 0u8..4, 0u64..6), 0..200)) {
            let mut room = Presence::default();
            for (what, name, session) in steps {
                let (name, session) = (user(&format!("u{name}")), SessionId(session));
                match what {
                    0 => { room.enter(&name, session, Millis(0)); }
                    1 => { room.leave(&name, session); }
                    _ => { room.set_heard(&name, session, session.0 % 2 == 0); }
                }
                let counted = room.users.keys().filter(|user| room.is_heard(user)).count();
                prop_assert_eq!(room.count().members, counted);
            }
        }
    }
}
