//! One client's life: connect, shake hands, log in, join, watch; and what it does besides, by its role.

mod liking;
mod role;
mod script;

pub use role::{Liked, Role, Talk, Wish};

use super::{
    dialect::{Answer, Credentials, Dialect, Request},
    frame::{self, Cutter, Frame, Malformed},
    place::{Digest, Place, Way},
    search::number_after,
    socket,
    told::Document,
    worker::Tools,
};
use crate::target::now_us;
use memchr::memmem;
use mio::{Interest, Token, net::TcpStream};
use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Not open: in line, or waiting for its next try.
    Waiting,
    Connecting,
    Upgrading,
    LoggingIn,
    Joining,
    Ready,
    /// A join or leave while others talk is not answered yet.
    Toggling,
    Ended,
}

/// Tries before a client gives up; with a second between them.
const TRIES_MAX: u32 = 30;
/// The official SDK asks for a sign of life after this time without a frame (web-sdk-wire.md 2.1); a client of our own gives
/// one when it said nothing for as long (protocol section 3).
const HEARTBEAT: Duration = Duration::from_secs(10);
/// The SDK's pause after a poll's answer, and after many empty ones (web-sdk-wire.md 5.3).
const POLL_PAUSE: Duration = Duration::from_millis(300);
const POLL_PAUSE_LONG: Duration = Duration::from_millis(2_300);
const EMPTY_POLLS: u32 = 20;
/// After a poll that failed.
const POLL_PAUSE_FAILED: Duration = Duration::from_secs(2);

struct Polling {
    key: String,
    next: u64,
    empty: u32,
}

struct Talking {
    talk: Talk,
    /// Talkers do not all speak at the same moment.
    offset: Duration,
    said: u64,
}

/// One client.
pub struct Conn {
    wish: Wish,
    token: usize,
    stage: Stage,
    socket: Option<TcpStream>,
    cutter: Cutter,
    /// The head of the answer to the handshake, while it is not all there.
    head: Vec<u8>,
    unsent: Vec<u8>,
    number: u64,
    /// The number of the request whose answer is awaited.
    awaited: u64,
    who: Option<Box<Credentials>>,
    polling: Option<Box<Polling>>,
    talking: Option<Box<Talking>>,
    liked: Option<Box<Liked>>,
    place: Place,
    /// The run of numbering in which its place is; only our own protocol has one.
    epoch: Box<str>,
    /// What it missed before the epoch began comes in several answers.
    in_parts: bool,
    /// From when on the time until the next sign of life counts.
    quiet_since: Instant,
    began: Instant,
    tries: u32,
    inside: bool,
}

impl Conn {
    pub fn new(wish: Wish, token: usize) -> Self {
        let now = Instant::now();
        let liked = match wish.role {
            Role::Liker { taps, .. } => Some(Box::new(Liked {
                each: taps,
                ..Liked::default()
            })),
            _ => None,
        };
        Self {
            wish,
            token,
            stage: Stage::Waiting,
            socket: None,
            cutter: Cutter::default(),
            head: Vec::new(),
            unsent: Vec::new(),
            number: 0,
            awaited: 0,
            who: None,
            polling: None,
            talking: None,
            liked,
            place: Place::default(),
            epoch: Box::default(),
            in_parts: false,
            quiet_since: now,
            began: now,
            tries: 0,
            inside: false,
        }
    }

    pub fn role(&self) -> Role {
        self.wish.role
    }

    /// Whether it stands and has nothing in hand but watching.
    pub fn is_ready(&self) -> bool {
        self.stage == Stage::Ready
    }

    /// Whether a join or leave of it is not answered yet.
    pub fn is_toggling(&self) -> bool {
        self.stage == Stage::Toggling
    }

    pub fn is_waiting(&self) -> bool {
        self.stage == Stage::Waiting
    }

    pub fn has_ended(&self) -> bool {
        self.stage == Stage::Ended
    }

    /// Whether it is in its room, as far as it knows.
    pub fn is_inside(&self) -> bool {
        self.inside && !self.has_ended()
    }

    /// Where it is in its room, and what it has heard since the talk began.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What it has heard since the talk began, and the number of the last entry.
    pub fn heard(&self) -> (Digest, u64) {
        (self.place.heard, self.place.last())
    }

    /// Whether it is told sums of likes.
    pub fn hears_likes(&self) -> bool {
        self.wish.dialect.is_native()
    }

    /// What it gave, if it is a liker.
    pub fn liked(&self) -> Option<Liked> {
        self.liked.as_deref().copied()
    }

    /// The talk begins: messages are counted anew.
    pub fn count_anew(&mut self) {
        self.place.count_anew();
    }

    /// Opens its connection.
    pub fn open(&mut self, tools: &mut Tools) {
        if self.tries == 0 {
            self.began = Instant::now();
        }
        self.tries += 1;
        // The other way round only the number of ports per address would be used up.
        let from = socket::local(self.wish.n);
        let slow = self.wish.role == Role::Slow;
        let opened = socket::connect(from, tools.server.address, slow).and_then(|mut socket| {
            let interest = Interest::READABLE | Interest::WRITABLE;
            tools.registry.register(&mut socket, Token(self.token), interest)?;
            Ok(socket)
        });
        match opened {
            Ok(socket) => {
                self.socket = Some(socket);
                self.stage = Stage::Connecting;
            }
            Err(error) => self.turned_away(tools, &format!("connect: {error}"), 1),
        }
    }

    /// Breaks the connection off; it can be opened again and comes back with its key.
    pub fn cut(&mut self, tools: &Tools) {
        if let Some(mut socket) = self.socket.take() {
            let _ = tools.registry.deregister(&mut socket);
            socket::break_off(socket);
        }
        self.reset();
        self.stage = Stage::Waiting;
        self.tries = 0;
    }

    fn reset(&mut self) {
        self.cutter = Cutter::default();
        self.head = Vec::new();
        self.unsent = Vec::new();
        self.socket = None;
    }

    /// The opening came to nothing; it is tried again some time later.
    fn turned_away(&mut self, tools: &mut Tools, why: &str, after_s: u64) {
        self.reset();
        tools.seen.counts.turned_away += 1;
        tools.opening = tools.opening.saturating_sub(1);
        if self.tries >= TRIES_MAX {
            self.stage = Stage::Ended;
            tools.server.shared.fail(why);
            return;
        }
        self.stage = Stage::Waiting;
        // Spread over a second, as clients do that were told to come again.
        let spread_ms = (self.token as u64 * 7_919 + u64::from(self.tries) * 104_729) % 1_000;
        tools.wake_at(
            Instant::now() + Duration::from_millis(after_s * 1_000 + spread_ms),
            self.token,
        );
    }

    fn lost(&mut self, tools: &mut Tools, why: &str) {
        match self.stage {
            Stage::Ended | Stage::Waiting => {}
            Stage::Ready | Stage::Toggling => {
                self.reset();
                self.stage = Stage::Ended;
                if self.wish.role == Role::Slow {
                    tools.seen.counts.slow_cut += 1;
                } else {
                    tools.seen.counts.disconnected += 1;
                    tools.server.shared.note(why);
                }
            }
            _ => self.turned_away(tools, why, 1),
        }
    }

    /// Its socket can be written to.
    pub fn on_writable(&mut self, tools: &mut Tools) {
        let Some(socket) = &self.socket else { return };
        if self.stage == Stage::Connecting {
            if let Ok(Some(error)) | Err(error) = socket.take_error() {
                return self.turned_away(tools, &format!("connect: {error}"), 1);
            }
            if socket.peer_addr().is_err() {
                return;
            }
            if self.wish.role == Role::Bare {
                return self.ready(tools);
            }
            self.stage = Stage::Upgrading;
            let request = self.wish.dialect.handshake(tools.server.app, tools.server.address);
            self.write(tools, request.as_bytes());
        } else if !self.unsent.is_empty() {
            let unsent = std::mem::take(&mut self.unsent);
            self.write(tools, &unsent);
        }
    }

    fn write(&mut self, tools: &mut Tools, bytes: &[u8]) {
        if self.wish.dialect.is_native() {
            self.quiet_since = tools.now;
        }
        if !self.unsent.is_empty() {
            self.unsent.extend_from_slice(bytes);
            return;
        }
        let Some(socket) = &mut self.socket else { return };
        match socket.write(bytes) {
            Ok(n) => self.unsent.extend_from_slice(bytes.get(n..).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.unsent.extend_from_slice(bytes),
            Err(error) => self.lost(tools, &format!("write: {error}")),
        }
    }

    /// There is something to read. `to_the_end`: the server has closed, so everything that is left is read.
    pub fn on_readable(&mut self, tools: &mut Tools, to_the_end: bool) {
        if self.wish.role == Role::Slow && self.stage == Stage::Ready && !tools.hurry {
            if to_the_end {
                self.lost(tools, "closed");
            }
            return;
        }
        let mut buffer = std::mem::take(&mut tools.buffer);
        while let Some(socket) = &mut self.socket {
            match socket.read(&mut buffer) {
                Ok(0) => {
                    self.lost(tools, "the server closed");
                    break;
                }
                Ok(n) => {
                    if self.take(tools, buffer.get(..n).unwrap_or_default()).is_err() {
                        self.lost(tools, "the server sent something that is no frame");
                    }
                    // Less than asked for: the socket is empty, and the next event says when it is not.
                    if n < buffer.len() && !to_the_end {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // Not connected yet: an event that was meant for the socket before this one.
                Err(error) if error.kind() == io::ErrorKind::NotConnected => break,
                Err(error) => {
                    self.lost(tools, &format!("read: {error}"));
                    break;
                }
            }
        }
        tools.buffer = buffer;
    }

    fn take(&mut self, tools: &mut Tools, chunk: &[u8]) -> Result<(), Malformed> {
        let mut rest = chunk;
        let head;
        if self.stage == Stage::Upgrading {
            self.head.extend_from_slice(chunk);
            let Some(end) = memmem::find(&self.head, b"\r\n\r\n") else {
                return Ok(());
            };
            head = std::mem::take(&mut self.head);
            rest = head.get(end + 4..).unwrap_or_default();
            let text = String::from_utf8_lossy(head.get(..end).unwrap_or_default()).to_lowercase();
            if !head.starts_with(b"HTTP/1.1 101") {
                let after_s = number_after(text.as_bytes(), "retry-after: ").unwrap_or(1);
                self.turned_away(tools, text.lines().next().unwrap_or_default(), after_s);
                return Ok(());
            }
            if !self.wish.dialect.is_agreed(&text) {
                self.turned_away(tools, "the server does not agree to the dialect", 1);
                return Ok(());
            }
            self.log_in(tools);
        }
        if !self.wish.dialect.is_native() {
            self.quiet_since = tools.now;
        }
        let mut cutter = std::mem::take(&mut self.cutter);
        let taken = cutter.take(rest, |frame| self.hear(tools, frame));
        // Lost meanwhile: what is left of the stream is of no connection.
        if self.socket.is_some() {
            self.cutter = cutter;
        }
        taken
    }

    fn hear(&mut self, tools: &mut Tools, frame: Frame<'_>) {
        match frame.opcode {
            frame::BINARY | frame::TEXT => {}
            frame::PING => {
                let pong = frame::masked(frame::PONG, frame.payload);
                return self.write(tools, &pong);
            }
            frame::CLOSE => return self.lost(tools, "the server said goodbye"),
            _ => return,
        }
        if frame.deflated && self.wish.dialect != Dialect::Deflated {
            return self.lost(tools, "the server compressed what it was not asked to");
        }
        let wire_bytes = frame.wire_bytes;
        match tools.reader.read(frame) {
            Document::Push(told) => match self.wish.role {
                Role::Slow => {}
                // What is on its way when somebody leaves still comes.
                Role::Churner { .. } if !self.inside => {}
                _ => tools
                    .seen
                    .hear(&mut self.place, told, Way::Pushed, wire_bytes, now_us()),
            },
            Document::Other(_) if self.wish.role == Role::Bare => {
                tools.seen.counts.frames += 1;
                tools.seen.counts.bytes += wire_bytes as u64;
                self.place.heard.hear(0);
                tools.seen.counts.messages += 1;
            }
            Document::Other(document) => {
                let document = document.into_owned();
                self.answered(tools, &document, wire_bytes);
            }
        }
    }

    fn answered(&mut self, tools: &mut Tools, document: &[u8], wire_bytes: usize) {
        let Answer { to, refusal } = self.wish.dialect.answer(document);
        let is_awaited = self.awaited > 0 && to == Some(self.awaited);
        match self.stage {
            Stage::LoggingIn | Stage::Joining if is_awaited && refusal.is_some() => {
                self.turned_away(tools, &refusal.unwrap_or_default(), 1);
            }
            Stage::LoggingIn if is_awaited => match self.wish.dialect.credentials(document) {
                Some(who) => {
                    self.who = Some(Box::new(who));
                    self.logged_in(tools);
                }
                None => self.turned_away(tools, "a login's answer without its key", 1),
            },
            Stage::Joining if is_awaited => {
                if self.entered(tools, document, wire_bytes) {
                    self.ready(tools);
                } else {
                    self.join(tools);
                }
            }
            Stage::Toggling if is_awaited => self.toggled(tools, document, wire_bytes, refusal),
            Stage::Ready if is_awaited && self.polling.is_some() => {
                self.polled(tools, document, wire_bytes, refusal.is_some());
            }
            Stage::Ready if self.liked.is_some() => self.like_answered(tools, document, is_awaited, refusal),
            Stage::Ready if self.talking.is_some() => {
                let counter = if refusal.is_none() {
                    &mut tools.seen.counts.sent
                } else {
                    &mut tools.seen.counts.refused
                };
                *counter += 1;
            }
            _ => {}
        }
    }

    /// Once a second: a sign of life when nothing came for long, and a slow viewer's byte.
    pub fn on_second(&mut self, tools: &mut Tools) {
        if self.stage != Stage::Ready || self.wish.role == Role::Bare {
            return;
        }
        if tools.now.duration_since(self.quiet_since) >= HEARTBEAT {
            self.quiet_since = tools.now;
            self.say(tools, &Request::Alive);
        }
        if self.wish.role == Role::Slow && !tools.hurry {
            let mut byte = [0];
            let read = self.socket.as_mut().map(|socket| socket.read(&mut byte));
            match read {
                // What it says does not matter: it is the others who are looked at.
                Some(Ok(1)) => drop(self.cutter.take(&byte, |_| ())),
                Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                Some(_) => self.lost(tools, "closed"),
                None => {}
            }
        }
    }
}
