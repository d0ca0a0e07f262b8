//! Who may not speak, who may not be there, and who may say so. Everything here is on disk before it is answered
//! (design section 7, promise 6), and holds for every session at once.

use super::{
    AppError, Application,
    manage::Actor,
    room::{Room, no_room},
};
use hub::Class;
use room::{
    AppId, Entry, Event, Millis, RoomKey, UserId, UserKey,
    event::Verdict,
    moderation::{Sanction, seconds_left, until},
    rules::{AppRules, RulesChange},
};
use std::sync::Arc;
use store::Change;
use tim::{item, websdk};
use wire::frame::{self, Out};

/// How long a user may not speak anywhere, in seconds: what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// In rooms.
    pub group_s: u32,
    /// To single users.
    pub c2c_s: u32,
}

impl Application {
    fn key_of(key: &RoomKey, user: &UserId) -> UserKey {
        UserKey {
            app: key.app,
            user: user.clone(),
        }
    }

    /// Only the backend, the owner (on everybody else) and admins (on ordinary members) put sanctions on users.
    fn may_sanction(room: &Room, by: &Actor, users: &[UserId]) -> Result<(), AppError> {
        let record = room.record();
        match by {
            Actor::Backend(..) => Ok(()),
            Actor::User(by, _) if users.iter().all(|user| record.may_sanction(by, user)) => Ok(()),
            Actor::User(..) => Err(AppError::NotModerator),
        }
    }

    /// Puts a sanction on users and answers the room. The accounts must exist; they need not be in the room.
    async fn sanction(
        &self,
        key: &RoomKey,
        by: &Actor,
        kind: Sanction,
        users: &[UserId],
        seconds: u32,
    ) -> Result<Arc<Room>, AppError> {
        let room = self.room(key).await?;
        Self::may_sanction(&room, by, users)?;
        for user in users {
            self.need_account(&Self::key_of(key, user)).await?;
        }
        let now = self.clock.now();
        let end = if seconds == 0 { Millis(0) } else { until(now, seconds) };
        if !self.store.sanction(key.clone(), kind, users.to_vec(), end).await? {
            return Err(no_room(key));
        }
        let mut sanctions = room.sanctions.lock();
        users.iter().for_each(|user| sanctions.set(kind, user, end, now));
        drop(sanctions);
        Ok(room)
    }

    /// Mutes users in a room for some seconds; 0 lifts it, `u32::MAX` is for ever (LR-X1, LR-X2). No tip (LR-X5).
    pub async fn mute(&self, key: &RoomKey, by: &Actor, users: &[UserId], seconds: u32) -> Result<(), AppError> {
        let room = self.sanction(key, by, Sanction::Mute, users, seconds).await?;
        self.tell_rights(&room, users).await;
        Ok(())
    }

    /// Puts users out of a room and keeps them out (LR-M14).
    pub async fn ban(
        &self,
        key: &RoomKey,
        by: &Actor,
        users: &[UserId],
        seconds: u32,
        reason: &str,
    ) -> Result<(), AppError> {
        let room = self.sanction(key, by, Sanction::Ban, users, seconds).await?;
        let verdict = self.verdict(key, by, users, reason).await?;
        self.put_out(&room, by, verdict, Some(seconds)).await
    }

    /// Lifts bans. Lifting one that does not lie on a user is no error.
    pub async fn unban(&self, key: &RoomKey, by: &Actor, users: &[UserId]) -> Result<(), AppError> {
        self.sanction(key, by, Sanction::Ban, users, 0).await?;
        Ok(())
    }

    /// Puts users out of a room; they may come back at once. Only those who are there are told of.
    pub async fn remove_members(
        &self,
        key: &RoomKey,
        by: &Actor,
        users: &[UserId],
        reason: &str,
    ) -> Result<(), AppError> {
        let room = self.room(key).await?;
        Self::may_sanction(&room, by, users)?;
        let there: Vec<_> = {
            let presence = room.presence.lock();
            users.iter().filter(|user| presence.has(user)).cloned().collect()
        };
        if there.is_empty() {
            return Ok(());
        }
        let verdict = self.verdict(key, by, &there, reason).await?;
        self.put_out(&room, by, verdict, None).await
    }

    async fn verdict(&self, key: &RoomKey, by: &Actor, users: &[UserId], reason: &str) -> Result<Verdict, AppError> {
        let mut people = Vec::with_capacity(users.len());
        for user in users {
            people.push(self.person(&Self::key_of(key, user)).await?);
        }
        Ok(Verdict {
            by: self.person(&Self::key_of(key, by.user())).await?,
            users: people,
            reason: reason.into(),
        })
    }

    /// Takes all sessions of the users out of the room, tells the room, and then tells them. `banned_s` is for how long
    /// they may not come back.
    async fn put_out(
        &self,
        room: &Arc<Room>,
        by: &Actor,
        verdict: Verdict,
        banned_s: Option<u32>,
    ) -> Result<(), AppError> {
        let mut conns = Vec::new();
        for person in &verdict.users {
            let user = Self::key_of(&room.key, &person.user);
            for session in self.sessions.of(&user) {
                let was_there = session.since(&room.key.room).is_some();
                self.take_out(room, &session);
                if let Some(conn) = session.conn().filter(|_| was_there) {
                    conns.push((user.user.clone(), conn));
                }
            }
        }
        let users: Vec<_> = verdict.users.iter().map(|person| person.user.clone()).collect();
        self.report_exit(room, &verdict.by.user, &users, by.place(), true);
        let event = match banned_s {
            Some(seconds) => Event::Banned {
                verdict: verdict.clone(),
                seconds,
            },
            None => Event::Removed(verdict.clone()),
        };
        let out = match banned_s {
            Some(seconds) => Out::Banned {
                seconds,
                reason: &verdict.reason,
            },
            None => Out::Removed {
                reason: &verdict.reason,
            },
        };
        let out = frame::out(room.key.room.as_str(), &out);
        let receipt = self.append(&room.key, event.clone()).await?;
        let entry = Entry {
            epoch: receipt.epoch,
            seq: receipt.seq,
            at: receipt.at,
            event,
        };
        for (user, conn) in conns {
            let dialect = conn.dialect();
            if dialect.is_native() {
                self.tell_native(&conn, &out);
                continue;
            }
            let notice = self.with_view(room, |view| {
                item::put_out(&entry, view, &verdict, user.as_str(), banned_s.unwrap_or(0))
            });
            let frame = self.framer.frame(dialect, &websdk::push(&[notice]));
            let class = Class::Event {
                priority: room::Priority::High,
                events: 1,
            };
            conn.outbox.send(&frame, class);
        }
        Ok(())
    }

    /// Those on whom a sanction lies, and until when.
    pub async fn sanctioned(&self, key: &RoomKey, kind: Sanction) -> Result<Vec<(UserId, Millis)>, AppError> {
        let room = self.room(key).await?;
        let list = room.sanctions.lock().list(kind, self.clock.now());
        Ok(list)
    }

    /// Whether a user may be in a room.
    pub(super) fn is_banned(&self, room: &Room, user: &UserId) -> bool {
        let now = self.clock.now();
        room.sanctions.lock().end(Sanction::Ban, user, now).is_some()
    }

    /// Silences a user in all rooms, towards single users, or both, for some seconds (LR-X4); what is not given stays.
    pub async fn silence(&self, key: &UserKey, group_s: Option<u32>, c2c_s: Option<u32>) -> Result<(), AppError> {
        let now = self.clock.now();
        let end = |seconds: u32| if seconds == 0 { Millis(0) } else { until(now, seconds) };
        let account = self
            .store
            .silence(key.clone(), group_s.map(end), c2c_s.map(end))
            .await?
            .ok_or_else(|| AppError::NoAccount(key.user.to_string()))?;
        self.keep_account(account).await;
        Ok(())
    }

    /// For how long a user may not speak anywhere.
    pub async fn silence_of(&self, key: &UserKey) -> Result<Silence, AppError> {
        let (account, now) = (self.need_account(key).await?, self.clock.now());
        Ok(Silence {
            group_s: seconds_left(account.group_silent_until, now),
            c2c_s: seconds_left(account.c2c_silent_until, now),
        })
    }

    /// Makes users admins of a room, or ordinary members again (LR-M18): the backend and the owner.
    pub async fn set_admins(&self, key: &RoomKey, by: &Actor, users: &[UserId], admin: bool) -> Result<(), AppError> {
        let room = self.room(key).await?;
        if matches!(by, Actor::User(user, _) if !room.record().is_owner(user)) {
            return Err(AppError::OwnerOnly);
        }
        for user in users {
            self.need_account(&Self::key_of(key, user)).await?;
        }
        let now = self.clock.now();
        let changed = self
            .store
            .change_admins(key.clone(), users.to_vec(), admin, now)
            .await?;
        self.take_over(&room, changed)?;
        self.tell_rights(&room, users).await;
        Ok(())
    }

    /// Changes how a room is run: the backend, the owner and admins.
    pub async fn change_rules(&self, key: &RoomKey, by: &Actor, change: RulesChange) -> Result<(), AppError> {
        change.check()?;
        let room = self.room(key).await?;
        if matches!(by, Actor::User(user, _) if !room.record().may_edit(user)) {
            return Err(AppError::NotModerator);
        }
        let changed = self.store.change_rules(key.clone(), change, self.clock.now()).await?;
        self.take_over(&room, changed)?;
        self.tell_rules(&room);
        if !room.record().rules.guests {
            self.put_guests_out(&room);
        }
        Ok(())
    }

    /// The rules of all rooms of an app.
    pub fn app_rules(&self, app: AppId) -> AppRules {
        self.app_rules.read().get(&app).cloned().unwrap_or_default()
    }

    /// Replaces the rules of all rooms of an app, at once and durably. A room's own rules go before them.
    pub async fn set_app_rules(&self, app: AppId, rules: AppRules) -> Result<(), AppError> {
        rules.check()?;
        self.store.put_app_rules(app, rules.clone()).await?;
        self.app_rules.write().insert(app, rules);
        Ok(())
    }

    fn take_over(&self, room: &Room, changed: Change) -> Result<(), AppError> {
        match changed {
            Change::Changed(record) => {
                room.set_record(*record);
                Ok(())
            }
            Change::NoRoom => Err(no_room(&room.key)),
            Change::Refused(refusal) => Err(refusal.into()),
        }
    }
}
