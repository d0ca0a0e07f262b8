//! Who is in a room: lists, marks, robots, and the rooms of a user (LR-M16, LR-M17).

use super::{AppError, Application, manage::Actor, room::no_room};
use room::{
    Profile, RoomId, RoomKey, UserId, UserKey,
    marks::{ROBOT, ROBOT_MS},
    presence::Listed,
};
use std::collections::BTreeSet;

/// The most members that a room lists: the newest (LR-M16).
pub const LISTED_MAX: usize = 1_000;
/// The most members on one page.
pub const PAGE_MAX: usize = 500;

/// A page of those who are in a room.
pub struct Page {
    /// The members and how they look, the newest first.
    pub members: Vec<(Listed, Profile)>,
    /// Where the next page begins; 0 when this was the last.
    pub next: u64,
}

impl Application {
    /// Those who are in a room and heard from, the newest first, from the place `before` on (0 for the first page); only
    /// those with a mark, if one is given.
    pub async fn online_members(&self, key: &RoomKey, before: u64, mark: Option<u32>) -> Result<Page, AppError> {
        let room = self.room(key).await?;
        let all = room.presence.lock().newest(None, mark, LISTED_MAX);
        let from = all.partition_point(|listed| before > 0 && listed.place >= before);
        let page = all.get(from..).unwrap_or_default();
        let next = page.get(PAGE_MAX - 1).filter(|_| page.len() > PAGE_MAX);
        let next = next.map_or(0, |last| last.place);
        let users: Vec<_> = page.iter().take(PAGE_MAX).map(|listed| listed.user.clone()).collect();
        let profiles = self.profiles(key.app, &users).await?;
        let profiles = profiles.into_iter().map(Option::unwrap_or_default);
        let members = page.iter().take(PAGE_MAX).cloned().zip(profiles).collect();
        Ok(Page { members, next })
    }

    /// Which of these users are in a room now.
    pub async fn who_is_there(&self, key: &RoomKey, users: Vec<UserId>) -> Result<Vec<UserId>, AppError> {
        let room = self.room(key).await?;
        let presence = room.presence.lock();
        Ok(users.into_iter().filter(|user| presence.is_heard(user)).collect())
    }

    /// Puts marks on members, or takes them off: the backend, the owner and admins; special marks only the backend.
    /// Answers those with whom it was done: who is not there is left out. Robots are made and ended by their mark.
    pub async fn mark_members(
        &self,
        key: &RoomKey,
        by: &Actor,
        members: &[(UserId, Vec<u32>)],
        on: bool,
    ) -> Result<Vec<UserId>, AppError> {
        let room = self.room(key).await?;
        if let Actor::User(user, _) = by {
            let special = members.iter().flat_map(|(_, marks)| marks);
            let special = special.copied().any(|mark| mark < room::marks::ORDINARY_MIN);
            if !room.record().may_edit(user) || special {
                return Err(AppError::NotModerator);
            }
        }
        for mark in members.iter().flat_map(|(_, marks)| marks) {
            room::marks::check(*mark)?;
        }
        let of_robots = |marks: &[u32]| marks.contains(&ROBOT);
        let robots = members.iter().filter(|(_, marks)| of_robots(marks));
        let robots: Vec<_> = robots.map(|(user, _)| user.clone()).collect();
        if !robots.is_empty() {
            self.set_robots(key, &robots, on).await?;
        }
        let mut presence = room.presence.lock();
        let others: Vec<_> = members
            .iter()
            .map(|(user, marks)| {
                (
                    user.clone(),
                    marks.iter().copied().filter(|mark| *mark != ROBOT).collect(),
                )
            })
            .collect();
        presence.mark(&others, on)?;
        let done = members
            .iter()
            .filter(|(user, marks)| of_robots(marks) || presence.is_heard(user));
        let done: Vec<_> = done.map(|(user, _)| user.clone()).collect();
        if done.is_empty() {
            return Err(AppError::NobodyThere);
        }
        Ok(done)
    }

    /// Shows accounts in a room although they are not there, or ends it. For three days, also over a restart.
    pub async fn set_robots(&self, key: &RoomKey, users: &[UserId], on: bool) -> Result<(), AppError> {
        let room = self.room(key).await?;
        for user in users {
            let (app, user) = (key.app, user.clone());
            self.need_account(&UserKey { app, user }).await?;
        }
        let now = self.clock.now();
        let until = if on { now.plus(ROBOT_MS) } else { room::Millis(0) };
        if on {
            let presence = room.presence.lock();
            let new = users.iter().filter(|user| !presence.is_robot(user));
            if presence.robots() + new.collect::<BTreeSet<_>>().len() > room::marks::MEMBERS_MAX {
                return Err(room::marks::MarkError::TooManyMembers.into());
            }
        }
        if !self.store.put_robots(key.clone(), users.to_vec(), until).await? {
            return Err(no_room(key));
        }
        let mut presence = room.presence.lock();
        for user in users {
            if on {
                presence.show_robot(user, until, now)?;
            } else {
                presence.hide_robot(user);
            }
        }
        Ok(())
    }

    /// The rooms in which a user is now, by any of his sessions.
    pub async fn rooms_of(&self, user: &UserKey) -> Result<Vec<RoomId>, AppError> {
        self.need_account(user).await?;
        let sessions = self.sessions.of(user);
        let rooms = sessions.iter().flat_map(|session| session.rooms());
        let rooms: BTreeSet<_> = rooms.map(|(room, _)| room).collect();
        Ok(rooms.into_iter().collect())
    }
}
