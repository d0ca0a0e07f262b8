//! All clients of a scenario, over a few workers.

use super::{
    conn::{Liked, Talk, Wish},
    counts::Seen,
    place::Digest,
    worker::{Census, Compared, Expected, Order, Server, Shared, WAKER, Worker},
};
use anyhow::{Context, bail};
use indicatif::ProgressBar;
use mio::{Poll, Waker};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// How often a scenario looks whether what it waits for is there.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// How long openings may make no progress at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// The workers. They end when it is dropped.
pub struct Fleet {
    server: Arc<Server>,
    workers: Vec<Hand>,
    /// How many clients were opened; they are dealt out in turn.
    dealt: usize,
}

struct Hand {
    orders: Sender<Order>,
    waker: Waker,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Hand {
    fn order(&self, order: Order) -> anyhow::Result<()> {
        self.orders.send(order).ok().context("a worker has ended")?;
        self.waker.wake().context("wake a worker")
    }
}

impl Fleet {
    /// Workers without clients.
    pub fn new(address: SocketAddr, app: u32, threads: usize) -> anyhow::Result<Self> {
        let server = Arc::new(Server {
            address,
            app,
            shared: Shared::default(),
        });
        let mut workers = Vec::new();
        for n in 0..threads {
            let poll = Poll::new()?;
            let waker = Waker::new(poll.registry(), WAKER)?;
            let (orders, of_worker) = channel();
            let worker = Worker::new(server.clone(), poll, of_worker)?;
            let thread = std::thread::Builder::new().name(format!("viewers-{n}"));
            workers.push(Hand {
                orders,
                waker,
                thread: Some(thread.spawn(move || worker.run())?),
            });
        }
        Ok(Self {
            server,
            workers,
            dealt: 0,
        })
    }

    fn order_all(&self, order: impl Fn() -> Order) -> anyhow::Result<()> {
        self.workers.iter().try_for_each(|hand| hand.order(order()))
    }

    /// Opens clients, so many at a time; answers when all stand, and how long that took.
    pub async fn open(&mut self, wishes: Vec<Wish>, parallel: u32, bar: &ProgressBar) -> anyhow::Result<Duration> {
        let (began, goal) = (Instant::now(), wishes.len() as u64);
        let before = self.server.shared.opened().0;
        let count = self.workers.len();
        let mut hands: Vec<Vec<Wish>> = vec![Vec::new(); count];
        for wish in wishes {
            if let Some(hand) = hands.get_mut(self.dealt % count) {
                hand.push(wish);
            }
            self.dealt += 1;
        }
        let parallel = (parallel as usize).div_ceil(count);
        for (hand, wishes) in self.workers.iter().zip(hands) {
            hand.order(Order::Open { wishes, parallel })?;
        }
        self.await_ready(before, goal, bar).await?;
        Ok(began.elapsed())
    }

    /// Waits until `goal` more openings than `before` have come to a good end.
    async fn await_ready(&self, before: u64, goal: u64, bar: &ProgressBar) -> anyhow::Result<()> {
        let (mut last, mut since) = (0, Instant::now());
        loop {
            let (ready, failed) = self.server.shared.opened();
            let done = ready - before;
            bar.set_position(done);
            if done >= goal {
                return Ok(());
            }
            if done > last {
                (last, since) = (done, Instant::now());
            }
            if failed > 0 || since.elapsed() > PATIENCE {
                let why = self.server.shared.trouble().unwrap_or_else(|| "no answer".to_owned());
                bail!("{done} of {goal} clients could open; {failed} gave up: {why}");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Breaks all connections off.
    pub fn cut(&self) -> anyhow::Result<()> {
        self.order_all(|| Order::Cut)
    }

    /// All who were broken off come back; answers when they are there, and how long that took.
    pub async fn come_back(&self, goal: u64, bar: &ProgressBar) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let before = self.server.shared.opened().0;
        self.order_all(|| Order::ComeBack)?;
        self.await_ready(before, goal, bar).await?;
        Ok(began.elapsed())
    }

    /// A talk begins.
    pub fn talk(&self, talk: Option<Talk>) -> anyhow::Result<()> {
        self.order_all(|| Order::Talk(talk))
    }

    /// So many joins and leaves per second, all workers together; 0 ends them.
    pub fn churn(&self, per_s: f64) -> anyhow::Result<()> {
        let per_s = per_s / self.workers.len() as f64;
        self.order_all(|| Order::Churn { per_s })
    }

    /// Slow viewers read what they have.
    pub fn hurry(&self) -> anyhow::Result<()> {
        self.order_all(|| Order::Hurry)
    }

    /// How many messages have arrived at all clients since the fleet began.
    pub fn messages(&self) -> u64 {
        self.server.shared.messages.load(Ordering::Relaxed)
    }

    /// Waits until so many messages have arrived, at most for `within`.
    pub async fn await_messages(&self, goal: u64, within: Duration) {
        let until = Instant::now() + within;
        while self.messages() < goal && Instant::now() < until {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// What was seen since the last time.
    pub fn harvest(&self) -> anyhow::Result<Seen> {
        let (to, from) = channel();
        self.order_all(|| Order::Harvest(to.clone()))?;
        drop(to);
        let mut all = Seen::nothing()?;
        for seen in from {
            all.add(&seen)?;
        }
        Ok(all)
    }

    /// Who is there, and who got less than `expected` messages since the talk began.
    pub fn census(&self, expected: u64) -> anyhow::Result<Census> {
        let messages = expected;
        self.census_of(Expected {
            messages,
            ..Expected::default()
        })
    }

    /// The same, and who was told another sum of likes than expected.
    pub fn census_of(&self, expected: Expected) -> anyhow::Result<Census> {
        let (to, from) = channel();
        self.order_all(|| Order::Census {
            expected,
            to: to.clone(),
        })?;
        drop(to);
        Ok(from.iter().fold(Census::default(), |mut all, one| {
            all.short += one.short;
            all.inside += one.inside;
            all.toggling += one.toggling;
            all.slow += one.slow;
            all.likes_told_most = all.likes_told_most.max(one.likes_told_most);
            all.likes_behind += one.likes_behind;
            one.conversations.into_iter().for_each(|heard| all.hear(heard));
            all
        }))
    }

    /// Likers ask how many of their likes count; answers what each gave, and nothing of those who wait for an answer.
    pub async fn likes(&self) -> anyhow::Result<Vec<Liked>> {
        self.order_all(|| Order::AskLikes)?;
        let asked = Instant::now();
        loop {
            let (to, from) = channel();
            self.order_all(|| Order::Liked(to.clone()))?;
            drop(to);
            let liked: Vec<_> = from.iter().flatten().collect();
            if liked.iter().all(|liked| liked.mine.is_some()) || asked.elapsed() > PATIENCE {
                return Ok(liked);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// How many have not heard `all` since the talk began, or not come to the number `last`.
    pub fn compare(&self, all: Digest, last: u64) -> anyhow::Result<Compared> {
        let (to, from) = channel();
        self.order_all(|| Order::Compare {
            all,
            last,
            to: to.clone(),
        })?;
        drop(to);
        Ok(from.iter().fold(Compared::default(), |all, one| Compared {
            unlike: all.unlike + one.unlike,
            behind: all.behind + one.behind,
        }))
    }

    /// The first thing that went wrong.
    pub fn trouble(&self) -> Option<String> {
        self.server.shared.trouble()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for hand in &self.workers {
            // A worker that has ended needs no order.
            let _ = hand.order(Order::Stop);
        }
        for hand in &mut self.workers {
            if let Some(Ok(Err(error))) = hand.thread.take().map(JoinHandle::join) {
                self.server.shared.note(&error.to_string());
            }
        }
    }
}
