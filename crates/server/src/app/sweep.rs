//! What happens when nothing happens: silent clients are not counted and then removed, held polls are answered, idle
//! rooms are closed.

use super::{
    Application,
    report_users::Turn,
    session::{Conn, Hearing, Session},
    wheel::Wheel,
};
use hub::{
    Class, CloseReason,
    frame::{self, Opcode},
};
use parking_lot::Mutex;
use room::{Millis, RoomKey, presence::GONE_AFTER_MS};
use std::{
    sync::{Arc, Weak},
    time::Duration,
};
use store::Expiry;
use tokio_util::sync::CancellationToken;

/// How often the sweep looks. Poll holds and silences are accurate to this.
const EVERY: Duration = Duration::from_millis(EVERY_MS);
const EVERY_MS: u64 = 500;
/// Every how many sweeps the store forgets what has expired: about ten minutes.
const STORE_EVERY: u32 = 1_200;

/// Every how many sweeps viewers are told how many they are: five seconds.
const COUNTS_EVERY: u32 = 10;

/// Whose silence is watched from now on. The sweep takes them over at its next turn, long before any can be silent.
#[derive(Default)]
pub struct Newcomers {
    conns: Mutex<Vec<Weak<Conn>>>,
    sessions: Mutex<Vec<Weak<Session>>>,
}

impl Newcomers {
    /// Watches a connection until it is gone.
    pub fn conn(&self, conn: &Arc<Conn>) {
        self.conns.lock().push(Arc::downgrade(conn));
    }

    /// Watches a session until it is gone.
    pub fn session(&self, session: &Arc<Session>) {
        self.sessions.lock().push(Arc::downgrade(session));
    }
}

/// Who is looked at next, and when: each only when his silence may have come to mean something.
struct Watched {
    conns: Wheel<Weak<Conn>>,
    sessions: Wheel<Weak<Session>>,
}

/// Sweeps until `stop`.
pub async fn run(app: Arc<Application>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut round = 0u32;
    let mut watched = Watched {
        conns: Wheel::new(EVERY_MS),
        sessions: Wheel::new(EVERY_MS),
    };
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        app.sweep_connections(&mut watched.conns);
        app.sweep_sessions(&mut watched.sessions);
        app.sweep_rooms().await;
        app.tell_crowds().await;
        app.close_idle_rooms().await;
        app.observe();
        if round.is_multiple_of(COUNTS_EVERY) {
            app.tell_counts();
        }
        round = round.wrapping_add(1);
        if round.is_multiple_of(STORE_EVERY) {
            app.sweep_store().await;
        }
    }
}

impl Application {
    /// Asks silent clients for a sign of life; gives up those that are silent for too long.
    fn sweep_connections(&self, wheel: &mut Wheel<Weak<Conn>>) {
        let now = self.clock.now();
        let ping = frame::encode(Opcode::Ping, b"");
        let ask_after_ms = self.config.websdk.ping_after_ms;
        let new = std::mem::take(&mut *self.newcomers.conns.lock());
        let due: Vec<_> = wheel.turn(now).chain(new).collect();
        for conn in due.iter().filter_map(Weak::upgrade) {
            let silent_ms = now.since(conn.heard());
            if silent_ms >= GONE_AFTER_MS {
                conn.outbox.close(CloseReason::Silent);
            } else if silent_ms >= ask_after_ms {
                if conn.ask_again(now, ask_after_ms) {
                    conn.outbox.send(&ping, Class::Reply);
                }
                let gone = conn.heard().plus(GONE_AFTER_MS);
                wheel.put(gone.min(now.plus(ask_after_ms)), Arc::downgrade(&conn));
            } else {
                wheel.put(conn.heard().plus(ask_after_ms), Arc::downgrade(&conn));
            }
        }
    }

    fn sweep_sessions(&self, wheel: &mut Wheel<Weak<Session>>) {
        let now = self.clock.now();
        let new = std::mem::take(&mut *self.newcomers.sessions.lock());
        let due: Vec<_> = wheel.turn(now).chain(new).collect();
        for session in due.iter().filter_map(Weak::upgrade).filter(|session| !session.over()) {
            match session.listen(now) {
                Hearing::Same => {}
                Hearing::Turned { counts } => self.each_room(&session, |app, key| {
                    let Some(room) = app.rooms.standing(&key) else { return };
                    let user = &session.user.user;
                    let turned = room.presence.lock().set_heard(user, session.id(), counts);
                    if let Some(heard) = turned {
                        app.report_presence(&room, user, heard);
                    }
                }),
                Hearing::Gone => {
                    self.forget_session(&session);
                    continue;
                }
            }
            wheel.put(session.look_again(now), Arc::downgrade(&session));
        }
    }

    /// Removes a session that is silent for too long from this process: no tip, no end (decision 10). Its rooms stay in
    /// the store, so that it comes back into them when its client does.
    fn forget_session(&self, session: &Session) {
        self.each_room(session, |app, key| {
            if let Some(room) = app.rooms.standing(&key) {
                room.presence.lock().leave(&session.user.user, session.id());
            }
            if let Some(conn) = session.conn() {
                app.hub.leave(&key, conn.id());
            }
        });
        if let Some(conn) = session.conn() {
            conn.outbox.close(CloseReason::Silent);
            if session.detach(conn.id()) {
                self.report_state(session, Some(&conn), Turn::Silent, &[]);
            }
        }
        self.sessions.remove(session);
        self.forget_status(session);
    }

    fn each_room(&self, session: &Session, act: impl Fn(&Self, RoomKey)) {
        for (room, _) in session.rooms() {
            act(
                self,
                RoomKey {
                    app: session.user.app,
                    room,
                },
            );
        }
    }

    /// Sums up who came and left, and how counters changed, beyond the budget of each.
    async fn tell_crowds(&self) {
        let now = self.clock.now();
        for room in self.rooms.all().into_iter().filter(|room| !room.ended()) {
            let due = room.summaries(now).into_iter().chain(room.shared.counter_news(now));
            for summary in due {
                if let Err(error) = self.append(&room.key, summary).await {
                    tracing::warn!(room = %room.key.room, error = &error as &dyn std::error::Error, "summing up");
                }
            }
        }
    }

    async fn sweep_rooms(&self) {
        let now = self.clock.now();
        let traced_since = Millis(now.0.saturating_sub(self.config.trace.keep_s * 1000));
        let share = self.trace_share();
        for room in self.rooms.all() {
            {
                let mut traces = room.traces.lock();
                traces.forget_before(traced_since);
                traces.keep(share);
            }
            {
                let mut presence = room.presence.lock();
                presence.sweep_guests(now);
                presence.sweep_robots(now);
            }
            let due = room.feed.lock().release(now);
            due.answer(self.framer).await;
        }
    }

    async fn sweep_store(&self) {
        let now = self.clock.now();
        let keep_ms = self.config.sessions.keep_hours * 3_600_000;
        let before = Expiry {
            memberships: Millis(now.0.saturating_sub(keep_ms)),
            tallies_s: now.secs().saturating_sub(self.config.trace.keep_days * 86_400),
            directs: Millis(now.0.saturating_sub(room::direct::LIFE_S_MAX * 1000)),
        };
        if let Err(error) = self.store.sweep(now, before).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "sweeping the store");
        }
    }

    fn observe(&self) {
        let rooms = self.rooms.all();
        let (mut members, mut guests, mut waiting) = (0, 0, 0);
        for room in &rooms {
            let count = room.count();
            members += count.members;
            guests += count.guests;
            waiting += room.feed.lock().waiters();
        }
        self.metrics
            .set_population(self.sessions.count(), rooms.len(), members, guests);
        self.metrics.memory_bytes.set(self.memory.look() as i64);
        self.metrics.set_waiting(waiting, self.hub.waiting_bytes());
    }
}
