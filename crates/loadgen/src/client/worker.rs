//! One thread: a poll loop over its share of the clients.

use super::{
    conn::{Conn, Liked, Role, Talk, Wish},
    counts::Seen,
    place::Digest,
    told::Reader,
};
use mio::{Events, Poll, Registry, Token};
use parking_lot::Mutex;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender},
    },
    time::{Duration, Instant},
};

/// The token of the waker.
pub const WAKER: Token = Token(usize::MAX);
/// One read takes at most this, in bytes. A tick's frame of a busy room is some KiB.
const BUFFER_BYTES: usize = 256 * 1024;
/// Events that are taken at once.
const EVENTS: usize = 1024;
/// All clients are looked after once a second, a part of them each time.
const LOOK_AFTER: Duration = Duration::from_millis(50);
const PARTS: usize = 20;

/// Where the clients connect, and what the scenario sees of them at any time.
#[derive(Debug)]
pub struct Server {
    pub address: SocketAddr,
    pub app: u32,
    pub shared: Shared,
}

/// Counts that the scenario looks at while it waits.
#[derive(Debug, Default)]
pub struct Shared {
    ready: AtomicU64,
    failed: AtomicU64,
    /// Messages that arrived since the fleet began.
    pub messages: AtomicU64,
    trouble: Mutex<Option<String>>,
}

impl Shared {
    /// A client is open.
    pub fn one_more_ready(&self) {
        self.ready.fetch_add(1, Ordering::Relaxed);
    }

    /// A client gave up.
    pub fn fail(&self, why: &str) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.note(why);
    }

    /// Keeps the first thing that went wrong.
    pub fn note(&self, why: &str) {
        self.trouble.lock().get_or_insert_with(|| why.to_owned());
    }

    /// How many openings have come to a good end, and how many to none.
    pub fn opened(&self) -> (u64, u64) {
        (self.ready.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }

    /// The first thing that went wrong.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().clone()
    }
}

/// What a worker is told.
pub enum Order {
    /// These clients open, so many at a time.
    Open { wishes: Vec<Wish>, parallel: usize },
    /// All open connections are broken off.
    Cut,
    /// Those whose connections are broken off come back.
    ComeBack,
    /// A talk begins: messages are counted anew, and talkers speak.
    Talk(Option<Talk>),
    /// So often per second somebody joins or leaves; 0 ends it.
    Churn { per_s: f64 },
    /// Slow viewers read what they have.
    Hurry,
    /// What was seen since the last time.
    Harvest(Sender<Seen>),
    /// Who is there.
    Census { expected: Expected, to: Sender<Census> },
    /// Likers ask how many of their likes count.
    AskLikes,
    /// What likers gave.
    Liked(Sender<Vec<Liked>>),
    /// Who heard everything.
    Compare {
        all: Digest,
        last: u64,
        to: Sender<Compared>,
    },
    /// Everything closes.
    Stop,
}

/// How many of those who are to hear everything did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Heard other messages, or in another order.
    pub unlike: u64,
    /// Have not come to the last number.
    pub behind: u64,
}

/// Who is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Messages that viewers, talkers and guests did not get, of those expected of each.
    pub short: u64,
    /// Viewers, talkers, guests and churners in their rooms.
    pub inside: u64,
    /// Churners whose join or leave is not answered yet.
    pub toggling: u64,
    /// Slow viewers that are still connected.
    pub slow: u64,
    /// Of all clients: the most sums of likes that one was told since the talk began, and how many were told another last
    /// sum than was expected.
    pub likes_told_most: u64,
    pub likes_behind: u64,
    /// What viewers, talkers and guests have heard since the talk began, each once; of those who were told that they are
    /// not told everything, nothing. More than [`CONVERSATIONS`] are not told apart.
    pub conversations: Vec<Digest>,
}

/// Two are one too many.
const CONVERSATIONS: usize = 2;

impl Census {
    /// Adds what was heard by somebody.
    pub fn hear(&mut self, heard: Digest) {
        if self.conversations.len() < CONVERSATIONS && !self.conversations.contains(&heard) {
            self.conversations.push(heard);
        }
    }
}

/// What everybody is to have heard since the talk began.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected {
    pub messages: u64,
    /// The last sum of likes.
    pub likes: u64,
}

/// What clients use together.
pub struct Tools {
    pub server: Arc<Server>,
    pub registry: Registry,
    pub seen: Seen,
    pub reader: Reader,
    pub buffer: Vec<u8>,
    /// Those who wait for their turn to open.
    pub line: VecDeque<usize>,
    /// How many are opening.
    pub opening: usize,
    /// Slow viewers do not read slowly any more.
    pub hurry: bool,
    /// About now: taken once per round.
    pub now: Instant,
    timers: BinaryHeap<Reverse<(Instant, usize)>>,
}

impl Tools {
    /// Wakes a client at a time.
    pub fn wake_at(&mut self, at: Instant, client: usize) {
        self.timers.push(Reverse((at, client)));
    }
}

struct Churn {
    every: Duration,
    due: Instant,
    next: usize,
}

/// The thread's own.
pub struct Worker {
    poll: Poll,
    orders: Receiver<Order>,
    conns: Vec<Conn>,
    tools: Tools,
    parallel: usize,
    churn: Option<Churn>,
    look_after: Instant,
    part: usize,
    told_messages: u64,
    told_reads: u64,
}

impl Worker {
    pub fn new(server: Arc<Server>, poll: Poll, orders: Receiver<Order>) -> anyhow::Result<Self> {
        let now = Instant::now();
        Ok(Self {
            tools: Tools {
                server,
                registry: poll.registry().try_clone()?,
                seen: Seen::nothing()?,
                reader: Reader::new(),
                buffer: vec![0; BUFFER_BYTES],
                line: VecDeque::new(),
                opening: 0,
                hurry: false,
                now,
                timers: BinaryHeap::new(),
            },
            poll,
            orders,
            conns: Vec::new(),
            parallel: 1,
            churn: None,
            look_after: now,
            part: 0,
            told_messages: 0,
            told_reads: 0,
        })
    }

    /// Works until it is told to stop.
    pub fn run(mut self) -> anyhow::Result<()> {
        let mut events = Events::with_capacity(EVENTS);
        loop {
            let timeout = self.next_due().saturating_duration_since(Instant::now());
            match self.poll.poll(&mut events, Some(timeout)) {
                Err(error) if error.kind() != std::io::ErrorKind::Interrupted => return Err(error.into()),
                _ => {}
            }
            self.tools.now = Instant::now();
            for event in &events {
                let Some(conn) = self.conns.get_mut(event.token().0) else {
                    continue;
                };
                if event.is_writable() {
                    conn.on_writable(&mut self.tools);
                }
                if event.is_readable() || event.is_read_closed() || event.is_error() {
                    conn.on_readable(&mut self.tools, event.is_read_closed() || event.is_error());
                }
            }
            while let Ok(order) = self.orders.try_recv() {
                if !self.obey(order) {
                    return Ok(());
                }
            }
            self.timers();
            self.churn();
            self.look_after();
            self.open();
            self.tell();
        }
    }

    fn next_due(&self) -> Instant {
        let timer = self.tools.timers.peek().map(|Reverse((at, _))| *at);
        let churn = self.churn.as_ref().map(|churn| churn.due);
        [timer, churn].into_iter().flatten().fold(self.look_after, Instant::min)
    }

    fn obey(&mut self, order: Order) -> bool {
        match order {
            Order::Open { wishes, parallel } => {
                self.parallel = parallel;
                for wish in wishes {
                    let token = self.conns.len();
                    self.conns.push(Conn::new(wish, token));
                    self.tools.line.push_back(token);
                }
            }
            Order::Cut => self
                .conns
                .iter_mut()
                .filter(|conn| conn.is_ready())
                .for_each(|conn| conn.cut(&self.tools)),
            Order::ComeBack => {
                let waiting = self.conns.iter().enumerate().filter(|(_, conn)| conn.is_waiting());
                self.tools.line.extend(waiting.map(|(token, _)| token));
            }
            Order::Talk(talk) => {
                for conn in &mut self.conns {
                    conn.count_anew();
                    if let Some(talk) = talk {
                        conn.talk(&mut self.tools, talk);
                    }
                }
            }
            Order::Churn { per_s } => {
                self.churn = (per_s > 0.0).then(|| Churn {
                    every: Duration::from_secs_f64(1.0 / per_s),
                    due: Instant::now(),
                    next: 0,
                });
            }
            Order::Hurry => {
                self.tools.hurry = true;
                let slow = self.conns.iter_mut().filter(|conn| conn.role() == Role::Slow);
                slow.for_each(|conn| conn.on_readable(&mut self.tools, true));
            }
            // Whoever asked may have given up.
            Order::Harvest(to) => drop(to.send(self.harvest())),
            Order::Census { expected, to } => drop(to.send(self.census(expected))),
            Order::AskLikes => self.conns.iter_mut().for_each(|conn| conn.ask_likes(&mut self.tools)),
            Order::Liked(to) => drop(to.send(self.conns.iter().filter_map(Conn::liked).collect())),
            Order::Compare { all, last, to } => drop(to.send(self.compare(all, last))),
            Order::Stop => return false,
        }
        true
    }

    fn harvest(&mut self) -> Seen {
        self.tell();
        self.told_messages = 0;
        self.tools.seen.counts.read = self.tools.reader.read - self.told_reads;
        self.told_reads = self.tools.reader.read;
        self.tools.seen.take()
    }

    fn census(&self, expected: Expected) -> Census {
        let mut census = Census::default();
        for conn in &self.conns {
            let place = conn.place();
            census.likes_told_most = census.likes_told_most.max(place.likes_told);
            census.likes_behind += u64::from(conn.hears_likes() && place.likes != expected.likes);
            let present = u64::from(conn.is_inside());
            match conn.role() {
                Role::Slow => census.slow += u64::from(!conn.has_ended()),
                Role::Churner { .. } => {
                    census.inside += present;
                    census.toggling += u64::from(conn.is_toggling());
                }
                _ => {
                    // Whoever was told that he is not told of some is not short of them.
                    census.short += expected.messages.saturating_sub(place.heard.messages + place.skipped);
                    census.inside += present;
                    if place.skipped == 0 {
                        census.hear(place.heard);
                    }
                }
            }
        }
        census
    }

    fn compare(&self, all: Digest, last: u64) -> Compared {
        let heard = self.conns.iter().map(Conn::heard);
        heard.fold(Compared::default(), |compared, (heard, number)| Compared {
            unlike: compared.unlike + u64::from(heard != all),
            behind: compared.behind + u64::from(number < last),
        })
    }

    fn timers(&mut self) {
        while let Some(Reverse((at, _))) = self.tools.timers.peek() {
            if *at > Instant::now() {
                break;
            }
            let Some(Reverse((_, token))) = self.tools.timers.pop() else {
                break;
            };
            if let Some(conn) = self.conns.get_mut(token) {
                conn.on_timer(&mut self.tools);
            }
        }
    }

    fn churn(&mut self) {
        let Some(churn) = &mut self.churn else { return };
        while churn.due <= Instant::now() {
            churn.due += churn.every;
            // In turn; those at an even place begin inside, the others outside, so joins and leaves alternate.
            let from = churn.next;
            let in_turn = (from..self.conns.len()).chain(0..from);
            let is_churner = |at: &usize| {
                self.conns
                    .get(*at)
                    .is_some_and(|conn| matches!(conn.role(), Role::Churner { .. }))
            };
            let Some(next) = in_turn.into_iter().find(is_churner) else {
                return;
            };
            churn.next = next + 1;
            if let Some(conn) = self.conns.get_mut(next)
                && !conn.toggle(&mut self.tools)
            {
                self.tools.seen.counts.churn_late += 1;
            }
        }
    }

    fn look_after(&mut self) {
        if self.look_after > self.tools.now {
            return;
        }
        self.look_after = self.tools.now + LOOK_AFTER;
        self.part = (self.part + 1) % PARTS;
        for conn in self.conns.iter_mut().skip(self.part).step_by(PARTS) {
            conn.on_second(&mut self.tools);
        }
    }

    fn open(&mut self) {
        while self.tools.opening < self.parallel {
            let Some(token) = self.tools.line.pop_front() else {
                return;
            };
            if let Some(conn) = self.conns.get_mut(token)
                && conn.is_waiting()
            {
                self.tools.opening += 1;
                conn.open(&mut self.tools);
            }
        }
    }

    fn tell(&mut self) {
        let messages = self.tools.seen.counts.messages;
        let more = messages - self.told_messages;
        self.told_messages = messages;
        self.tools.server.shared.messages.fetch_add(more, Ordering::Relaxed);
    }
}
