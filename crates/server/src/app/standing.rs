//! How things stand in a room, for those who speak our own protocol: what everybody is told, and what each is told of
//! himself (protocol section 6).

use super::{Application, room::Room};
use room::{Priority, RoomRecord, UserId, UserKey, moderation::Sanction, moderation::seconds_left, presence::Count};
use wire::frame::{self, Likes, Online, Role, Rules, State, You};

impl Application {
    /// Everything that can be said of how a room stands.
    pub fn state_of(&self, room: &Room) -> State {
        let total = room.likes.lock().total();
        State {
            online: Some(online(room.count())),
            likes: Some(Likes { total, add: None }),
            rules: Some(self.rules_of(room)),
        }
    }

    /// Who is there and how it is liked, as slices say it.
    pub(super) fn crowd_of(&self, room: &Room) -> State {
        State {
            rules: None,
            ..self.state_of(room)
        }
    }

    fn rules_of(&self, room: &Room) -> Rules {
        let record = room.record();
        Rules::new(&record.rules, record.mute_all, self.pace(room).per_s)
    }

    /// What a user may do in a room.
    pub async fn rights_of(&self, room: &Room, user: &UserKey) -> You {
        let record = room.record();
        let now = self.clock.now();
        let muted = room.sanctions.lock().end(Sanction::Mute, &user.user, now);
        let silent = self.need_account(user).await.ok();
        let silent = silent.map(|account| account.group_silent_until);
        let until = muted.into_iter().chain(silent).max().unwrap_or_default();
        let muted_s = seconds_left(until, now);
        You {
            role: role_of(&record, &user.user),
            may_moderate: record.may_edit(&user.user),
            may_speak: muted_s == 0 && record.may_speak(&user.user),
            muted_s,
            likes: room.likes.lock().of(&user.user),
        }
    }

    /// What a guest may do.
    pub fn rights_of_guest() -> You {
        You {
            role: Role::Guest,
            may_moderate: false,
            may_speak: false,
            muted_s: 0,
            likes: 0,
        }
    }

    /// Tells a room how it is run now. What each may do follows from it; it is not told one by one.
    pub(super) fn tell_rules(&self, room: &Room) {
        let state = State {
            rules: Some(self.rules_of(room)),
            ..State::default()
        };
        drop(self.tell_state(room, &state, Priority::High));
    }

    /// Tells users what they may do in a room now.
    pub(super) async fn tell_rights(&self, room: &Room, users: &[UserId]) {
        for user in users {
            let user = UserKey {
                app: room.key.app,
                user: user.clone(),
            };
            let there = self.sessions.of(&user).into_iter();
            let there = there.filter(|session| session.since(&room.key.room).is_some());
            let conns: Vec<_> = there.filter_map(|session| session.conn()).collect();
            if conns.iter().any(|conn| conn.dialect().is_native()) {
                let you = frame::you(room.key.room.as_str(), &self.rights_of(room, &user).await);
                conns.iter().for_each(|conn| self.tell_native(conn, &you));
            }
        }
    }

    /// Tells rooms how many are there, if that changed since the last time.
    pub(super) fn tell_counts(&self) {
        for room in self.rooms.all().into_iter().filter(|room| !room.ended()) {
            let count = room.count();
            if room.count_is_news(count) {
                let state = State {
                    online: Some(online(count)),
                    ..State::default()
                };
                drop(self.tell_state(&room, &state, Priority::Lowest));
            }
        }
    }
}

/// What a user is in a room, whether he is there or not.
pub fn role_of(record: &RoomRecord, user: &UserId) -> Role {
    if record.is_owner(user) {
        Role::Owner
    } else if record.is_admin(user) {
        Role::Admin
    } else {
        Role::Member
    }
}

fn online(count: Count) -> Online {
    Online {
        members: count.members,
        guests: count.guests,
        age_ms: 0,
    }
}
