//! One request of our own protocol: who asks, what he asks, and how he is answered.

use super::{
    commands,
    refusal::{self, Reason},
};
use crate::{
    app::{
        Application,
        manage::Actor,
        session::{Conn, Session},
    },
    telemetry::metrics::Door,
};
use parking_lot::Mutex;
use room::{AppId, Millis, RoomId, RoomKey};
use serde::de::DeserializeOwned;
use std::{collections::HashSet, sync::Arc, time::Instant};
use wire::{
    answer::{self, Refusal},
    request,
};

/// A connection and who is there.
pub struct Link {
    /// The application.
    pub app: Arc<Application>,
    /// The connection.
    pub conn: Arc<Conn>,
    /// The app that the connection's address names.
    pub app_id: u32,
    who: Mutex<Who>,
}

/// Who is on a connection.
#[derive(Clone)]
enum Who {
    /// Nobody has said who he is.
    Nobody,
    /// Somebody without login.
    Guest(Arc<Guest>),
    /// Somebody who is logged in.
    Member(Arc<Session>),
}

/// Somebody without login.
pub struct Guest {
    /// What stands for him where guests are counted.
    pub number: u64,
    state: Mutex<GuestState>,
}

#[derive(Default)]
struct GuestState {
    rooms: HashSet<RoomId>,
    /// When the rooms were told last that he is there.
    seen: Millis,
}

/// How often rooms are told that a guest is there, in milliseconds: well before he would not be counted.
const SEEN_EVERY_MS: u64 = 5_000;

impl Link {
    /// A connection on which nobody is yet.
    pub fn new(app: Arc<Application>, conn: Arc<Conn>, app_id: u32) -> Self {
        Self {
            app,
            conn,
            app_id,
            who: Mutex::new(Who::Nobody),
        }
    }

    /// Whether somebody is there.
    pub fn is_somebody(&self) -> bool {
        !matches!(&*self.who.lock(), Who::Nobody)
    }

    /// Who is logged in, if his login still stands and is served here.
    pub fn session(&self) -> Option<Arc<Session>> {
        let Who::Member(session) = self.who.lock().clone() else {
            return None;
        };
        let here = session.conn().is_some_and(|conn| conn.id() == self.conn.id());
        (here && !session.over()).then_some(session)
    }

    /// The guest who is there.
    pub fn guest(&self) -> Option<Arc<Guest>> {
        match &*self.who.lock() {
            Who::Guest(guest) => Some(guest.clone()),
            _ => None,
        }
    }

    /// Notes who is logged in now.
    pub fn log_in(&self, session: Arc<Session>) {
        self.become_somebody(Who::Member(session));
    }

    /// Notes that a guest is there.
    pub fn let_in(&self) {
        let guest = Guest {
            number: getrandom::u64().unwrap_or_default(),
            state: Mutex::default(),
        };
        self.become_somebody(Who::Guest(Arc::new(guest)));
    }

    /// Nobody is there any more.
    pub fn log_out(&self) {
        self.become_somebody(Who::Nobody);
    }

    fn become_somebody(&self, who: Who) {
        let before = std::mem::replace(&mut *self.who.lock(), who);
        if let Who::Guest(guest) = before {
            let rooms = std::mem::take(&mut guest.state.lock().rooms);
            for room in rooms {
                self.leave_as_guest(&guest, room);
            }
        }
    }

    /// Notes that the guest hears a room; answers whether he did before. Nothing when that would be more than he may.
    pub fn enter_as_guest(&self, guest: &Guest, room: &RoomId) -> Option<bool> {
        let mut state = guest.state.lock();
        let already = state.rooms.contains(room);
        let free = already || state.rooms.len() < self.app.config.limits.rooms_per_session_max;
        free.then(|| {
            state.rooms.insert(room.clone());
            already
        })
    }

    /// Whether whoever is there is in a room.
    pub fn is_in(&self, room: &RoomId) -> bool {
        match (self.session(), self.guest()) {
            (Some(session), _) => session.since(room).is_some(),
            (_, Some(guest)) => guest.state.lock().rooms.contains(room),
            _ => false,
        }
    }

    /// The guest leaves a room; false when he was not there.
    pub fn leave_guest_room(&self, guest: &Guest, room: &RoomId) -> bool {
        let was_there = guest.state.lock().rooms.remove(room);
        if was_there {
            self.leave_as_guest(guest, room.clone());
        }
        was_there
    }

    fn leave_as_guest(&self, guest: &Guest, room: RoomId) {
        let key = self.key(room);
        self.app.leave_as_guest(&key, guest.number, &self.conn);
    }

    /// Something came from a guest: he is there, in all his rooms that did not put him out.
    pub fn guest_heard(&self) {
        let Some(guest) = self.guest() else { return };
        let now = self.app.clock.now();
        let rooms: Vec<_> = {
            let mut state = guest.state.lock();
            if now.since(state.seen) < SEEN_EVERY_MS {
                return;
            }
            state.seen = now;
            state.rooms.iter().cloned().collect()
        };
        for room in rooms {
            if !self
                .app
                .guest_is_there(&self.key(room.clone()), guest.number, &self.conn)
            {
                self.leave_guest_room(&guest, &room);
            }
        }
    }

    /// The room of that id in the connection's app.
    pub fn key(&self, room: RoomId) -> RoomKey {
        RoomKey {
            app: AppId(self.app_id),
            room,
        }
    }

    /// Refuses a request.
    pub fn refuse(&self, id: Option<u64>, refusal: &Refusal) {
        self.app.tell_native(&self.conn, &answer::error(id, refusal));
    }

    /// The connection is gone.
    pub fn closed(&self) {
        let who = self.who.lock().clone();
        if let Who::Member(session) = who {
            self.app.detach(&session, &self.conn);
        }
        self.log_out();
    }
}

/// What a request did.
pub enum Done {
    /// It is answered with this frame.
    Answer(String),
    /// It was answered already, or needs no answer.
    Silently,
}

/// How a request ends.
pub type Outcome = Result<Done, Refusal>;

/// A request that is being worked on.
pub struct Call<'a> {
    /// Where it came from.
    pub link: &'a Arc<Link>,
    frame: &'a [u8],
    id: Option<u64>,
}

impl<'a> Call<'a> {
    /// A request that came.
    pub fn new(link: &'a Arc<Link>, frame: &'a [u8]) -> Self {
        let id = None;
        Self { link, frame, id }
    }

    /// Works on it and answers it.
    pub async fn run(mut self) {
        let started = Instant::now();
        let head = request::head(self.frame);
        self.id = match &head {
            Ok(head) => head.id,
            Err(bad) => bad.id,
        };
        let (name, outcome) = match &head {
            Ok(head) => (commands::name(&head.op), commands::run(&self, &head.op).await),
            Err(bad) => ("unknown", Err(refusal::of(Reason::Bad(bad)))),
        };
        let code = outcome.as_ref().err().map_or(0, |refusal| refusal.code);
        match outcome {
            Ok(Done::Answer(document)) => self.link.app.tell_native(&self.link.conn, &document),
            Ok(Done::Silently) => {}
            Err(refusal) => self.link.refuse(self.id, &refusal),
        }
        let metrics = &self.link.app.metrics;
        metrics.command(Door::Native, name, code, started.elapsed());
    }

    /// The request's number, for those that are answered. Without one an answer finds nobody.
    pub fn id(&self) -> u64 {
        self.id.unwrap_or_default()
    }

    /// Answers with this.
    pub fn answer(&self, answer: &impl serde::Serialize) -> Done {
        match self.id {
            Some(id) => Done::Answer(answer::ok(id, answer)),
            None => Done::Silently,
        }
    }

    /// Nothing more to say.
    pub fn done(&self) -> Outcome {
        Ok(self.answer(&answer::Done {}))
    }

    /// The members of the request.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        request::read(self.frame).map_err(|bad| refusal::of(Reason::Bad(&bad)))
    }

    /// Who asks; requests that need a login begin with this.
    pub fn session(&self) -> Result<Arc<Session>, Refusal> {
        self.link.session().ok_or_else(|| {
            let guest = self.link.guest().is_some();
            refusal::of(if guest { Reason::Guest } else { Reason::Nobody })
        })
    }

    /// Who asks, for requests that change something.
    pub fn actor(&self) -> Result<Actor, Refusal> {
        Ok(Actor::of(&*self.session()?))
    }

    /// The room of that id.
    pub fn room(&self, id: &str) -> Result<RoomKey, Refusal> {
        let room = self.link.app.room_id(id).map_err(refusal::refused)?;
        Ok(self.link.key(room))
    }
}
