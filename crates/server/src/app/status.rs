//! In what state users are: online or not, and what they say of themselves; and who watches them.

use super::{AppError, Application, accounts::Online, session::Session};
use parking_lot::Mutex;
use room::{SessionId, UserId, UserKey};
use std::collections::{HashMap, HashSet};
use tim::direct;

/// The longest words of a user's own, in bytes.
pub const WORDS_BYTES_MAX: usize = 256;
/// The most users that one session watches.
pub const WATCHED_MAX: usize = 200;

/// The state of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Who.
    pub user: UserId,
    /// Whether he is there.
    pub online: Online,
    /// What he says of himself while he is; may be empty.
    pub words: String,
}

/// What is known of states beyond the sessions themselves.
#[derive(Default)]
pub struct Statuses(Mutex<Index>);

#[derive(Default)]
struct Index {
    words: HashMap<UserKey, String>,
    watchers: HashMap<UserKey, HashSet<SessionId>>,
    watched: HashMap<SessionId, HashSet<UserKey>>,
}

impl Index {
    fn unwatch(&mut self, session: SessionId, user: &UserKey) {
        if let Some(watchers) = self.watchers.get_mut(user) {
            watchers.remove(&session);
            if watchers.is_empty() {
                self.watchers.remove(user);
            }
        }
        if let Some(watched) = self.watched.get_mut(&session) {
            watched.remove(user);
            if watched.is_empty() {
                self.watched.remove(&session);
            }
        }
    }
}

impl Application {
    /// A user says something of himself. It holds until his last session ends.
    pub async fn set_words(&self, session: &Session, words: String) -> Result<(), AppError> {
        if words.len() > WORDS_BYTES_MAX {
            return Err(AppError::WordsTooLong);
        }
        self.statuses.0.lock().words.insert(session.user.clone(), words);
        self.tell_watchers(&session.user);
        Ok(())
    }

    /// The states of users, in the given order.
    pub async fn statuses(&self, users: &[UserKey]) -> Result<Vec<Status>, AppError> {
        let mut found = Vec::with_capacity(users.len());
        for key in users {
            let states = self.online_status(key.app, std::slice::from_ref(&key.user)).await?;
            let online = states.first().copied().unwrap_or(Online::Unknown);
            found.push(self.status(key, online));
        }
        Ok(found)
    }

    fn status(&self, key: &UserKey, online: Online) -> Status {
        let words = self.statuses.0.lock().words.get(key).cloned();
        Status {
            user: key.user.clone(),
            online,
            words: words.filter(|_| online == Online::Yes).unwrap_or_default(),
        }
    }

    /// A session wants to be told of changes of these users' states.
    pub fn watch(&self, session: &Session, users: &[UserId]) -> Result<(), AppError> {
        let mut index = self.statuses.0.lock();
        let watched = index.watched.entry(session.id()).or_default();
        let key = |user: &UserId| UserKey {
            app: session.user.app,
            user: user.clone(),
        };
        let new: Vec<_> = users.iter().map(key).filter(|user| !watched.contains(user)).collect();
        if watched.len() + new.len() > WATCHED_MAX {
            return Err(AppError::TooManyWatched);
        }
        watched.extend(new.iter().cloned());
        for user in new {
            index.watchers.entry(user).or_default().insert(session.id());
        }
        Ok(())
    }

    /// A session does not want to be told of these users any more; `None` for all.
    pub fn unwatch(&self, session: &Session, users: Option<&[UserId]>) {
        let mut index = self.statuses.0.lock();
        let app = session.user.app;
        let gone: Vec<_> = match users {
            Some(users) => users.iter().cloned().map(|user| UserKey { app, user }).collect(),
            None => index
                .watched
                .get(&session.id())
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
        };
        gone.iter().for_each(|user| index.unwatch(session.id(), user));
    }

    /// A session is over: it watches nobody; what its user said of himself goes with his last one.
    pub(super) fn forget_status(&self, session: &Session) {
        self.unwatch(session, None);
        if self.sessions.of(&session.user).is_empty() {
            self.statuses.0.lock().words.remove(&session.user);
        }
    }

    /// Tells those who watch a user how he is now.
    pub(super) fn tell_watchers(&self, key: &UserKey) {
        let watchers: Vec<_> = {
            let index = self.statuses.0.lock();
            index.watchers.get(key).into_iter().flatten().copied().collect()
        };
        let watchers = watchers.into_iter().filter_map(|id| self.sessions.get(id));
        let conns: Vec<_> = watchers.filter_map(|session| session.conn()).collect();
        if conns.is_empty() {
            return;
        }
        let there = self.sessions.of(key).iter().any(|session| session.conn().is_some());
        let status = self.status(key, if there { Online::Yes } else { Online::No });
        let words = tim::direct::encode_words(&status.words);
        let number = status.online.number();
        let document = direct::statuses([(key.user.as_str(), number, words.as_str())]);
        conns.iter().for_each(|conn| self.tell(conn, &document));
    }
}
