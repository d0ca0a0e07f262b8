//! The likes of a room: counted here as they come, told as sums, and written down from time to time.

use crate::{Millis, UserId, bucket::Bucket};
use std::collections::{BTreeMap, HashMap};

/// The counter of a room in which its likes are kept.
pub const COUNTER: &str = "likes";
/// How many users' taps are told apart at once. Nobody else's count while there are so many: a cap that can be gone
/// around is none.
pub const USERS_MAX: usize = 100_000;
/// Who has not liked for this long may be forgotten for another one, in milliseconds.
const IDLE_MS: u64 = 60_000;

/// The likes of one room.
#[derive(Debug)]
pub struct Likes {
    /// How many taps of a user count in a second, with as many again in reserve.
    per_s: u64,
    users_max: usize,
    total: u64,
    /// What the viewers were not told yet.
    untold: u64,
    /// Whether they are to be told also if nothing came: the total is another one.
    changed: bool,
    /// What is not written down yet, and by whom.
    unsaved: BTreeMap<UserId, u64>,
    users: HashMap<UserId, Liker>,
}

#[derive(Debug)]
struct Liker {
    taps: u64,
    allowed: Bucket,
    last: Millis,
}

/// What became of taps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those that count.
    pub counted: u64,
    /// Those beyond the cap.
    pub refused: u64,
    /// The room's likes now.
    pub total: u64,
    /// This user's likes of the room.
    pub mine: u64,
}

/// What is new for the viewers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LikesNews {
    /// How many came.
    pub add: u64,
    /// How many there are.
    pub total: u64,
}

impl Likes {
    /// Likes that go on from `total`.
    pub fn new(total: u64, per_s: u64) -> Self {
        Self {
            per_s,
            users_max: USERS_MAX,
            total,
            untold: 0,
            changed: false,
            unsaved: BTreeMap::new(),
            users: HashMap::new(),
        }
    }

    /// A user taps.
    pub fn tap(&mut self, user: &UserId, taps: u64, now: Millis) -> Counted {
        let counted = match self.liker(user, now) {
            Some(liker) => {
                let counted = liker.allowed.take_some(taps, now);
                liker.taps += counted;
                liker.last = now;
                counted
            }
            None => 0,
        };
        self.total = self.total.saturating_add(counted);
        self.untold += counted;
        if counted > 0 {
            *self.unsaved.entry(user.clone()).or_default() += counted;
        }
        Counted {
            counted,
            refused: taps - counted,
            total: self.total,
            mine: self.of(user),
        }
    }

    fn liker(&mut self, user: &UserId, now: Millis) -> Option<&mut Liker> {
        if !self.users.contains_key(user) {
            if self.users.len() >= self.users_max {
                self.users.retain(|_, liker| now.since(liker.last) < IDLE_MS);
            }
            if self.users.len() >= self.users_max {
                return None;
            }
            let liker = Liker {
                taps: 0,
                allowed: Bucket::new(self.per_s, self.per_s.saturating_mul(2), now),
                last: now,
            };
            self.users.insert(user.clone(), liker);
        }
        self.users.get_mut(user)
    }

    /// All likes.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// A user's likes since the room is alive here.
    pub fn of(&self, user: &UserId) -> u64 {
        self.users.get(user).map_or(0, |liker| liker.taps)
    }

    /// Those who gave most, at most `max`.
    pub fn top(&self, max: usize) -> Vec<(UserId, u64)> {
        let mut all: Vec<_> = self.users.iter().map(|(user, liker)| (liker.taps, user)).collect();
        all.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let some = all.into_iter().take(max).filter(|(taps, _)| *taps > 0);
        some.map(|(taps, user)| (user.clone(), taps)).collect()
    }

    /// What the viewers are to be told; nothing when nothing came.
    pub fn take_news(&mut self) -> Option<LikesNews> {
        let changed = std::mem::take(&mut self.changed);
        let add = std::mem::take(&mut self.untold);
        let total = self.total;
        (add > 0 || changed).then_some(LikesNews { add, total })
    }

    /// Whether the viewers are to be told something.
    pub fn is_untold(&self) -> bool {
        self.untold > 0 || self.changed
    }

    /// What is to be written down, by user.
    pub fn take_unsaved(&mut self) -> BTreeMap<UserId, u64> {
        std::mem::take(&mut self.unsaved)
    }

    /// It could not be written down.
    pub fn put_back(&mut self, unsaved: BTreeMap<UserId, u64>) {
        for (user, taps) in unsaved {
            *self.unsaved.entry(user).or_default() += taps;
        }
    }

    /// Whether there is something to be written down.
    pub fn is_unsaved(&self) -> bool {
        !self.unsaved.is_empty()
    }

    /// The counter has this number: likes go on from there. If somebody else wrote it, the viewers are to be told, and
    /// what he added are likes too.
    pub fn set(&mut self, counter: u64) {
        let total = counter.saturating_add(self.unsaved.values().sum());
        self.untold += total.saturating_sub(self.total);
        self.changed |= total != self.total;
        self.total = total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn user(n: usize) -> UserId {
        UserId::new(&format!("u{n}")).unwrap()
    }

    #[test]
    fn taps_count_up_to_the_cap_and_the_rest_is_refused() {
        let mut likes = Likes::new(1_000, 10);
        let at = Millis(50_000);
        let first = likes.tap(&user(1), 25, at);
        assert_eq!(
            (first.counted, first.refused, first.total, first.mine),
            (20, 5, 1_020, 20)
        );
        // Half a second later half of the cap is there again; another user has all of his own.
        assert_eq!(likes.tap(&user(1), 25, at.plus(500)).counted, 5);
        assert_eq!(likes.tap(&user(2), 3, at.plus(500)).counted, 3);
        assert_eq!(likes.take_news(), Some(LikesNews { add: 28, total: 1_028 }));
        assert_eq!(likes.take_news(), None);
        assert_eq!(likes.top(1), [(user(1), 25)]);
        assert_eq!(likes.top(9), [(user(1), 25), (user(2), 3)]);
    }

    #[test]
    fn what_is_not_written_down_is_kept_for_the_next_time() {
        let mut likes = Likes::new(0, 10);
        likes.tap(&user(1), 4, Millis(1));
        let unsaved = likes.take_unsaved();
        assert!(!likes.is_unsaved());
        likes.tap(&user(1), 2, Millis(2));
        likes.put_back(unsaved);
        assert_eq!(likes.take_unsaved(), BTreeMap::from([(user(1), 6)]));
        likes.tap(&user(1), 1, Millis(3));
        likes.take_news();
        likes.set(100);
        assert_eq!(likes.total(), 101, "a counter that a backend sets is where they go on");
        assert_eq!(likes.take_news(), Some(LikesNews { add: 94, total: 101 }));
        likes.set(2);
        assert_eq!(
            likes.take_news(),
            Some(LikesNews { add: 0, total: 3 }),
            "also when it falls"
        );
        likes.set(2);
        assert!(!likes.is_untold(), "nothing new is not told");
    }

    #[test]
    fn so_many_users_are_told_apart_and_one_more_only_when_others_are_idle() {
        let mut likes = Likes::new(0, 10);
        likes.users_max = 2;
        assert_eq!(likes.tap(&user(1), 1, Millis(0)).counted, 1);
        assert_eq!(likes.tap(&user(2), 1, Millis(30_000)).counted, 1);
        assert_eq!(likes.tap(&user(3), 1, Millis(59_999)).refused, 1);
        assert_eq!(
            likes.tap(&user(3), 1, Millis(60_000)).counted,
            1,
            "the first one is idle"
        );
        assert_eq!(likes.total(), 3, "what he gave still counts");
    }

    proptest! {
        #[test]
        fn every_tap_is_counted_or_refused_once(taps in proptest::collection::vec((0usize..4, 0u64..40, 0u64..2_000), 1..60)) {
            let mut likes = Likes::new(7, 10);
            let (mut now, mut told, mut counted) = (Millis(1), 0, 0);
            for (who, n, later) in taps {
                now = now.plus(later);
                let became = likes.tap(&user(who), n, now);
                prop_assert_eq!(became.counted + became.refused, n);
                counted += became.counted;
                if later > 1_000 {
                    told += likes.take_news().map_or(0, |news| news.add);
                }
            }
            told += likes.take_news().map_or(0, |news| news.add);
            prop_assert_eq!((told, likes.total()), (counted, counted + 7));
            prop_assert_eq!(likes.take_unsaved().values().sum::<u64>(), counted);
            prop_assert_eq!(likes.top(9).iter().map(|(_, taps)| taps).sum::<u64>(), counted);
        }
    }
}
