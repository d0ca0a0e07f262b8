//! Sessions: one login on one terminal each. A session outlives its connection; a connection serves one session at a
//! time.

use hub::{ConnId, Outbox};
use parking_lot::Mutex;
use room::{Millis, Platform, RoomId, Seq, SessionId, UserKey};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};

use super::{send::Place, tokens::SessionClaims};
use crate::fanout::dialect::Dialect;

/// How long a client takes to say goodbye that was told why its login ended.
const GOODBYE_MS: u64 = 10_000;

/// A client's live connection, whoever is behind it.
pub struct Conn {
    /// The writing side.
    pub outbox: Arc<Outbox>,
    /// Where the client is.
    pub address: IpAddr,
    heard_ms: AtomicU64,
    ended_ms: AtomicU64,
    asked_ms: AtomicU64,
    polls: AtomicUsize,
}

impl Conn {
    /// A connection that was just made.
    pub fn new(outbox: Arc<Outbox>, address: IpAddr, now: Millis) -> Self {
        Self {
            outbox,
            address,
            heard_ms: AtomicU64::new(now.0),
            ended_ms: AtomicU64::new(0),
            asked_ms: AtomicU64::new(0),
            polls: AtomicUsize::new(0),
        }
    }

    /// Its number.
    pub fn id(&self) -> ConnId {
        self.outbox.id()
    }

    /// What it speaks.
    pub fn dialect(&self) -> Dialect {
        Dialect::of(self.outbox.variant())
    }

    /// Something arrived: whatever it is, the client is alive (decision 10).
    pub fn hear(&self, now: Millis) {
        self.heard_ms.fetch_max(now.0, Ordering::Relaxed);
    }

    /// Whether it is time to ask for a sign of life again, and notes that it was done.
    pub fn ask_again(&self, now: Millis, every_ms: u64) -> bool {
        let asked = Millis(self.asked_ms.load(Ordering::Relaxed));
        let again = now.since(asked) >= every_ms;
        if again {
            self.asked_ms.store(now.0, Ordering::Relaxed);
        }
        again
    }

    /// Counts one more held poll, unless there are `polls_max` already. The count falls when the hold is dropped.
    pub fn hold_poll(self: &Arc<Self>, polls_max: usize) -> Option<PollHold> {
        let held = self.polls.fetch_add(1, Ordering::Relaxed);
        let hold = PollHold(self.clone());
        (held < polls_max).then_some(hold)
    }

    /// Notes that it was told why its login ended.
    pub fn note_end(&self, now: Millis) {
        self.ended_ms.store(now.0, Ordering::Relaxed);
    }

    /// It has said goodbye.
    pub fn note_goodbye(&self) {
        self.ended_ms.store(0, Ordering::Relaxed);
    }

    /// Whether it was told a moment ago why its login ended, and has not said goodbye yet.
    pub fn has_just_ended(&self, now: Millis) -> bool {
        let ended_ms = self.ended_ms.load(Ordering::Relaxed);
        ended_ms > 0 && now.0.saturating_sub(ended_ms) < GOODBYE_MS
    }

    /// When something last arrived.
    pub fn heard(&self) -> Millis {
        Millis(self.heard_ms.load(Ordering::Relaxed))
    }
}

/// A held poll of a connection.
pub struct PollHold(Arc<Conn>);

impl PollHold {
    /// Whose it is.
    pub fn conn(&self) -> &Arc<Conn> {
        &self.0
    }
}

impl Drop for PollHold {
    fn drop(&mut self) {
        self.0.polls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One login.
pub struct Session {
    /// What its key says.
    pub claims: SessionClaims,
    /// Whose it is.
    pub user: UserKey,
    /// Whether its client was here before it connected last.
    returned: AtomicBool,
    state: Mutex<State>,
}

struct State {
    conn: Option<Arc<Conn>>,
    /// The rooms it is in, and the number up to which nothing in them is for it.
    rooms: HashMap<RoomId, Seq>,
    /// When the client was last heard from on an earlier connection; `None` when that is not known (after a restart).
    heard: Option<Millis>,
    away: bool,
    over: bool,
}

impl State {
    /// When its client was last heard from, on this connection or an earlier one; `None` when that is not known.
    fn last_heard(&self) -> Option<Millis> {
        self.conn.as_ref().map(|conn| conn.heard()).max(self.heard)
    }
}

/// How long a session has been silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// Nothing changed.
    Same,
    /// It fell silent, or is heard from again: it counts, or does not count any more.
    Turned {
        /// Whether it counts now.
        counts: bool,
    },
    /// It has been silent for so long that it is not there any more.
    Gone,
}

impl Session {
    /// A session that serves `conn`, with the rooms it was in before.
    pub fn new(claims: SessionClaims, conn: Arc<Conn>, rooms: HashMap<RoomId, Seq>) -> Self {
        let user = UserKey {
            app: claims.app,
            user: claims.user.clone(),
        };
        let state = State {
            conn: Some(conn),
            rooms,
            heard: None,
            away: false,
            over: false,
        };
        Self {
            claims,
            user,
            returned: AtomicBool::new(false),
            state: Mutex::new(state),
        }
    }

    /// Notes that its client came back on a new connection.
    pub fn note_return(&self) {
        self.returned.store(true, Ordering::Relaxed);
    }

    /// Whether its client came back on a new connection: it knows what it was told before.
    pub fn returned(&self) -> bool {
        self.returned.load(Ordering::Relaxed)
    }

    /// Its number.
    pub fn id(&self) -> SessionId {
        self.claims.session
    }

    /// What it runs on.
    pub fn platform(&self) -> Platform {
        Platform::of(self.claims.platform).unwrap_or(Platform::Web)
    }

    /// Where it is, as webhooks tell it.
    pub fn place(&self) -> Place {
        Place {
            address: self.conn().map(|conn| conn.address),
            platform: Some(self.platform()),
        }
    }

    /// Whether its client speaks our own protocol.
    pub fn is_native(&self) -> bool {
        self.conn().is_some_and(|conn| conn.dialect().is_native())
    }

    /// Its connection, if it has one now.
    pub fn conn(&self) -> Option<Arc<Conn>> {
        self.state.lock().conn.clone()
    }

    /// Whether it has ended.
    pub fn over(&self) -> bool {
        self.state.lock().over
    }

    /// Moves the session to another connection; answers the one that it had.
    pub fn attach(&self, conn: &Arc<Conn>) -> Result<Option<Arc<Conn>>, SessionOver> {
        let mut state = self.state.lock();
        if state.over {
            return Err(SessionOver);
        }
        let before = state.conn.replace(conn.clone()).filter(|old| old.id() != conn.id());
        if let Some(old) = &before {
            state.heard = state.heard.max(Some(old.heard()));
        }
        Ok(before)
    }

    /// The connection is gone. False, and nothing happens, when the session has another one already, or none.
    pub fn detach(&self, conn: ConnId) -> bool {
        let mut state = self.state.lock();
        let old = state.conn.take_if(|old| old.id() == conn);
        let heard = old.as_ref().map(|old| old.heard());
        state.heard = state.heard.max(heard);
        old.is_some()
    }

    /// When the client was last heard from before the present connection: what it surely got, it got before that.
    pub fn heard_before(&self) -> Option<Millis> {
        self.state.lock().heard
    }

    /// Enters a room at `since`; a repeat keeps the first place. False when that would be more than `rooms_max`.
    pub fn enter(&self, room: &RoomId, since: Seq, rooms_max: usize) -> bool {
        let mut state = self.state.lock();
        if !state.rooms.contains_key(room) && state.rooms.len() >= rooms_max {
            return false;
        }
        state.rooms.entry(room.clone()).or_insert(since);
        true
    }

    /// Leaves a room. True when it was in it.
    pub fn leave(&self, room: &RoomId) -> bool {
        self.state.lock().rooms.remove(room).is_some()
    }

    /// Since which place it is in the room, if it is.
    pub fn since(&self, room: &RoomId) -> Option<Seq> {
        self.state.lock().rooms.get(room).copied()
    }

    /// The rooms it is in.
    pub fn rooms(&self) -> Vec<(RoomId, Seq)> {
        self.state
            .lock()
            .rooms
            .iter()
            .map(|(room, since)| (room.clone(), *since))
            .collect()
    }

    /// Looks how long nothing was heard (decision 10).
    pub fn listen(&self, now: Millis) -> Hearing {
        let mut state = self.state.lock();
        let heard = state.last_heard().unwrap_or(now);
        if state.heard.is_none() && state.conn.is_none() {
            state.heard = Some(now);
        }
        let silent_ms = now.since(heard);
        let away = silent_ms >= room::presence::AWAY_AFTER_MS;
        if silent_ms >= room::presence::GONE_AFTER_MS {
            Hearing::Gone
        } else if away == state.away {
            Hearing::Same
        } else {
            state.away = away;
            Hearing::Turned { counts: !away }
        }
    }

    /// When to look next how long nothing was heard: at once if it was silent, since it counts again as soon as it is
    /// heard from; else when it may have fallen silent.
    pub fn look_again(&self, now: Millis) -> Millis {
        let state = self.state.lock();
        match state.last_heard() {
            Some(heard) if !state.away => heard.plus(room::presence::AWAY_AFTER_MS),
            _ => now.plus(1),
        }
    }

    /// Ends the session. Answers its connection and its rooms; `None` when it was over before. The farewell goes out
    /// before anybody can find the session over: a client that is told so by the refusal of a command takes it for
    /// something else (web-sdk-wire.md 2.4).
    pub fn end(&self, farewell: impl FnOnce(&Conn)) -> Option<(Option<Arc<Conn>>, Vec<RoomId>)> {
        let mut state = self.state.lock();
        if std::mem::replace(&mut state.over, true) {
            return None;
        }
        if let Some(conn) = &state.conn {
            farewell(conn);
        }
        let rooms = std::mem::take(&mut state.rooms).into_keys().collect();
        Some((state.conn.take(), rooms))
    }
}

/// The session ended while something was done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOver;

/// The sessions of this node.
#[derive(Default)]
pub struct Sessions {
    state: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    by_id: HashMap<SessionId, Arc<Session>>,
    by_user: HashMap<UserKey, Vec<Arc<Session>>>,
}

impl Sessions {
    /// Adds a session; fails with the one that stands, if one was added with the same id a moment before.
    pub fn insert(&self, session: Arc<Session>) -> Result<(), Arc<Session>> {
        let mut index = self.state.lock();
        if let Some(standing) = index.by_id.get(&session.id()) {
            return Err(standing.clone());
        }
        index.by_id.insert(session.id(), session.clone());
        index.by_user.entry(session.user.clone()).or_default().push(session);
        Ok(())
    }

    /// Removes a session.
    pub fn remove(&self, session: &Session) {
        let mut index = self.state.lock();
        index.by_id.remove(&session.id());
        if let Some(of_user) = index.by_user.get_mut(&session.user) {
            of_user.retain(|other| other.id() != session.id());
            if of_user.is_empty() {
                index.by_user.remove(&session.user);
            }
        }
    }

    /// Finds a session.
    pub fn get(&self, id: SessionId) -> Option<Arc<Session>> {
        self.state.lock().by_id.get(&id).cloned()
    }

    /// A user's sessions.
    pub fn of(&self, user: &UserKey) -> Vec<Arc<Session>> {
        self.state.lock().by_user.get(user).cloned().unwrap_or_default()
    }

    /// A user's sessions on one platform class that are too many: all but the newest `newest`.
    pub fn beyond(&self, user: &UserKey, platform: u8, newest: usize) -> Vec<Arc<Session>> {
        let mut sessions = self.of(user);
        sessions.retain(|session| session.claims.platform == platform);
        sessions.sort_by_key(|session| std::cmp::Reverse((session.claims.login_ms, session.id())));
        sessions.split_off(newest.min(sessions.len()))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.state.lock().by_id.len()
    }
}
