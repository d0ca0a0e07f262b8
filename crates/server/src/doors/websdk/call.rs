//! One command of a Web SDK: who asks, what he asks, and how he is answered.

use super::commands;
use crate::{
    app::{
        AppError, Application,
        session::{Conn, Session},
    },
    config::App,
    doors::refusal::Service,
    telemetry::metrics::Door,
};
use parking_lot::Mutex;
use room::RoomId;
use serde_json::value::RawValue;
use std::{collections::HashSet, sync::Arc, time::Instant};
use tim::{
    answer::{Answer, Fields, Refusal},
    body::{Body, BodyError},
    codes,
    websdk::{self, Head},
};

/// A connection and who is logged in on it.
pub struct Link {
    /// The application.
    pub app: Arc<Application>,
    /// The connection.
    pub conn: Arc<Conn>,
    /// The app that the connection's address names.
    pub app_id: u32,
    login: Mutex<Option<Login>>,
    /// The rooms that were joined here without a login.
    guest_rooms: Mutex<HashSet<RoomId>>,
}

struct Login {
    a2: String,
    session: Arc<Session>,
}

impl Link {
    /// A connection on which nobody is logged in.
    pub fn new(app: Arc<Application>, conn: Arc<Conn>, app_id: u32) -> Self {
        Self {
            app,
            conn,
            app_id,
            login: Mutex::default(),
            guest_rooms: Mutex::default(),
        }
    }

    /// Answers a request.
    pub fn answer(&self, servcmd: &str, seq: u64, answer: &Answer) {
        self.app.tell(&self.conn, &websdk::answer(servcmd, seq, answer));
    }

    /// Notes who is logged in now.
    pub fn log_in(&self, a2: String, session: Arc<Session>) {
        *self.login.lock() = Some(Login { a2, session });
    }

    /// Nobody is logged in any more. Answers who was.
    pub fn log_out(&self) -> Option<Arc<Session>> {
        self.login.lock().take().map(|login| login.session)
    }

    /// Who is logged in, if his login still stands.
    pub fn session(&self) -> Option<Arc<Session>> {
        self.login
            .lock()
            .as_ref()
            .map(|login| login.session.clone())
            .filter(|session| !session.over())
    }

    /// Notes a room that was joined without a login. Only as many as a session may be in: a page has one.
    pub fn note_guest_room(&self, room: &RoomId) {
        let mut rooms = self.guest_rooms.lock();
        if rooms.len() < self.app.config.limits.rooms_per_session_max {
            rooms.insert(room.clone());
        }
    }

    /// Whether the room was joined here without a login; true once.
    pub fn take_guest_room(&self, room: &RoomId) -> bool {
        self.guest_rooms.lock().remove(room)
    }

    fn known(&self, a2: &str) -> Option<Arc<Session>> {
        let login = self.login.lock();
        let login = login.as_ref().filter(|login| login.a2 == a2 && !login.session.over())?;
        // Another connection may have taken the session over.
        login
            .session
            .conn()
            .is_some_and(|conn| conn.id() == self.conn.id())
            .then(|| login.session.clone())
    }

    /// The connection is gone.
    pub fn closed(&self) {
        if let Some(session) = self.log_out() {
            self.app.detach(&session, &self.conn);
        }
    }
}

/// What a command did.
pub enum Done {
    /// It is answered with these fields.
    Answer(Fields),
    /// The same, and after the answer the client hears these rooms.
    ThenHear(Fields, Vec<RoomId>),
    /// It is answered later, or needs no answer.
    Silently,
}

/// How a command ends.
pub type Outcome = Result<Done, Refusal>;

/// A command that is being worked on.
pub struct Call<'a> {
    /// Where it came from.
    pub link: &'a Arc<Link>,
    /// Who asks.
    pub head: &'a Head<'a>,
    /// What he asks.
    pub body: Option<&'a RawValue>,
}

impl Call<'_> {
    /// Works on the command and answers it.
    pub async fn run(self) {
        let started = Instant::now();
        let (servcmd, seq) = (self.head.servcmd.as_ref(), self.head.seq);
        let (outcome, came_back) = match self.come_back().await {
            Ok(came_back) => (commands::run(&self).await, came_back),
            Err(refusal) => (Err(refusal), None),
        };
        let code = outcome.as_ref().err().map_or(0, |refusal| refusal.code);
        let hear = match outcome {
            Ok(Done::Answer(fields)) => {
                self.link.answer(servcmd, seq, &Ok(fields));
                Vec::new()
            }
            Ok(Done::ThenHear(fields, rooms)) => {
                self.link.answer(servcmd, seq, &Ok(fields));
                rooms
            }
            Ok(Done::Silently) => Vec::new(),
            Err(refusal) => {
                self.link.answer(servcmd, seq, &Err(refusal));
                Vec::new()
            }
        };
        if let Some(session) = came_back {
            self.link.app.attach_rooms(&session).await;
            if let Err(error) = self.link.app.push_waiting(&session, &self.link.conn, 0).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "messages go on waiting");
            }
        } else if let Some(session) = self.link.session() {
            for room in hear {
                self.link.app.attach(&session, &room).await;
            }
        }
        self.link
            .app
            .metrics
            .command(Door::Websdk, commands::name(servcmd), code, started.elapsed());
    }

    /// A request with a key that this connection does not know comes from a client that has just reconnected: requests
    /// that were pending arrive before its login (web-sdk-wire.md 2.2). Answers the session that came back.
    async fn come_back(&self) -> Result<Option<Arc<Session>>, Refusal> {
        let a2 = self.head.a2.as_deref().filter(|a2| !a2.is_empty());
        let Some(a2) = a2.filter(|_| commands::needs_session(&self.head.servcmd)) else {
            return Ok(None);
        };
        if self.link.known(a2).is_some() {
            return Ok(None);
        }
        let session = self
            .link
            .app
            .resume(a2, &self.link.conn)
            .await
            .map_err(|error| match error {
                AppError::SessionOver => self.over(),
                error => Service::Account.refuse(error),
            })?;
        self.link.log_in(a2.to_owned(), session.clone());
        Ok(Some(session))
    }

    /// The app that is spoken to.
    pub fn tenant(&self) -> Result<&App, Refusal> {
        self.link
            .app
            .tenant(self.link.app_id)
            .map_err(|error| Service::Account.refuse(error))
    }

    /// Who asks; commands that need a login begin with this.
    pub fn session(&self) -> Result<Arc<Session>, Refusal> {
        // Without a key in the head this is a guest, whoever was logged in here before.
        let with_key = self.head.a2.as_deref().is_some_and(|a2| !a2.is_empty());
        self.link.session().filter(|_| with_key).ok_or_else(|| self.over())
    }

    /// Nobody is logged in. A client that is told why its login ended says goodbye and only then tells its page
    /// (web-sdk-wire.md 2.4). What it still has under way must not be answered with 70001: of that it would tell the page
    /// at once, and instead, that the UserSig has expired.
    fn over(&self) -> Refusal {
        if self.link.conn.has_just_ended(self.link.app.clock.now()) {
            Refusal::new(
                codes::account::LOGIN_ENDED,
                "this login has ended, as this connection was told",
            )
        } else {
            Service::Account.refuse(AppError::SessionOver)
        }
    }

    /// What is asked.
    pub fn body(&self) -> Result<Body<'_>, Refusal> {
        self.body.map_or_else(|| Ok(Body::default()), Body::of).map_err(bad)
    }
}

/// A member of the body is missing or wrong; all commands with members that matter are of the group service.
pub fn bad(error: BodyError) -> Refusal {
    Service::Group.bad_body(&error)
}

/// The application refused a group command.
pub fn refused(error: AppError) -> Refusal {
    Service::Group.refuse(error)
}
