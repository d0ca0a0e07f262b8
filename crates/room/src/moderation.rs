//! Who may not speak in a room, and who may not be there (LR-X1, LR-X2, LR-M14).

use crate::{Millis, UserId};
use std::collections::BTreeMap;

/// The end of what has no end. In seconds it is 4294967295, the vendor's word for it (LR-X2).
pub const FOREVER: Millis = Millis::from_secs(u32::MAX as u64);

/// When something ends that lasts `seconds` from now; the largest number is for ever.
pub fn until(now: Millis, seconds: u32) -> Millis {
    if seconds == u32::MAX {
        FOREVER
    } else {
        now.plus(u64::from(seconds) * 1000).min(FOREVER)
    }
}

/// How many whole seconds are left until `end`, rounded up; `u32::MAX` for ever, 0 when it is over.
pub fn seconds_left(end: Millis, now: Millis) -> u32 {
    if end == FOREVER {
        u32::MAX
    } else {
        u32::try_from(end.since(now).div_ceil(1000)).unwrap_or(u32::MAX)
    }
}

/// What is kept from a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sanction {
    /// To speak. It survives leaving and coming back.
    Mute,
    /// To be there.
    Ban,
}

/// The sanctions of one room. One holds up to, but not including, its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sanctions {
    mutes: BTreeMap<UserId, Millis>,
    bans: BTreeMap<UserId, Millis>,
}

impl Sanctions {
    fn of(&self, kind: Sanction) -> &BTreeMap<UserId, Millis> {
        match kind {
            Sanction::Mute => &self.mutes,
            Sanction::Ban => &self.bans,
        }
    }

    /// Puts a sanction on a user, or moves its end; an end that is over lifts it.
    pub fn set(&mut self, kind: Sanction, user: &UserId, end: Millis, now: Millis) {
        let users = match kind {
            Sanction::Mute => &mut self.mutes,
            Sanction::Ban => &mut self.bans,
        };
        if end > now {
            users.insert(user.clone(), end);
        } else {
            users.remove(user);
        }
    }

    /// When the user's sanction ends, if one holds.
    pub fn end(&self, kind: Sanction, user: &UserId, now: Millis) -> Option<Millis> {
        self.of(kind).get(user).copied().filter(|end| *end > now)
    }

    /// Those on whom it lies, and until when, in the order of their names.
    pub fn list(&self, kind: Sanction, now: Millis) -> Vec<(UserId, Millis)> {
        let standing = self.of(kind).iter().filter(|(_, end)| **end > now);
        standing.map(|(user, end)| (user.clone(), *end)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserId {
        UserId::new(name).unwrap()
    }

    #[test]
    fn lr_x1_a_mute_holds_until_its_second_is_over() {
        let mut sanctions = Sanctions::default();
        let now = Millis(1_000);
        sanctions.set(Sanction::Mute, &user("bob"), until(now, 60), now);
        for (at, muted) in [(1_000, true), (60_999, true), (61_000, false)] {
            let end = sanctions.end(Sanction::Mute, &user("bob"), Millis(at));
            assert_eq!(end.is_some(), muted, "at {at}");
        }
        assert_eq!(sanctions.end(Sanction::Ban, &user("bob"), now), None);
        assert_eq!(sanctions.list(Sanction::Mute, Millis(61_000)), []);
    }

    #[test]
    fn lr_x2_zero_lifts_and_the_largest_number_is_for_ever() {
        let now = Millis(1_700_000_000_000);
        let mut sanctions = Sanctions::default();
        sanctions.set(Sanction::Mute, &user("bob"), until(now, u32::MAX), now);
        let end = sanctions.end(Sanction::Mute, &user("bob"), now.plus(u64::from(u32::MAX) * 500));
        assert_eq!(end.map(Millis::secs), Some(4_294_967_295));
        assert_eq!(seconds_left(FOREVER, now), u32::MAX);
        sanctions.set(Sanction::Mute, &user("bob"), until(now, 0), now);
        assert_eq!(sanctions.end(Sanction::Mute, &user("bob"), now), None);
    }

    #[test]
    fn what_is_left_is_counted_in_whole_seconds() {
        let now = Millis(10_000);
        for (end, left) in [(10_000, 0), (10_001, 1), (11_000, 1), (11_001, 2), (5, 0)] {
            assert_eq!(seconds_left(Millis(end), now), left, "until {end}");
        }
    }
}
