//! A backend that speaks on a fixed clock: a message that is late is late, the next one is not.

use crate::{
    client::{dialect::Message, told::MARK, websdk},
    target::{Sender, Target, now_us},
};
use futures_util::future::try_join_all;
use indicatif::ProgressBar;
use std::{
    ops::AddAssign,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Connections that carry the messages: enough that a slow answer does not hold the clock up.
const CONNECTIONS: u64 = 64;
/// A like's text, in bytes. Likes carry no time: nobody waits for them.
const LIKE_BYTES: usize = 30;

/// What is said.
#[derive(Clone)]
pub struct Plan {
    /// One after the other, all in turn.
    pub rooms: Vec<Arc<str>>,
    /// In all rooms together.
    pub rate_per_s: u64,
    pub seconds: u64,
    pub text_bytes: usize,
    /// Likes are of low priority and without a time.
    pub likes: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent {
    /// Admitted.
    pub messages: u64,
    /// Answered well, but dropped by the room's rate.
    pub dropped: u64,
    /// Answered with an error.
    pub refused: u64,
    pub seconds: f64,
}

impl AddAssign for Sent {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.dropped += other.dropped;
        self.refused += other.refused;
        self.seconds += other.seconds;
    }
}

struct Clock {
    plan: Plan,
    began: Instant,
    began_us: u64,
    next: AtomicU64,
    progress: ProgressBar,
}

/// Says everything that is planned.
pub async fn send(target: &Target, plan: Plan, progress: &ProgressBar) -> anyhow::Result<Sent> {
    if plan.rate_per_s == 0 {
        return Ok(Sent::default());
    }
    let opening = (0..CONNECTIONS.min(plan.rate_per_s)).map(|_| target.sender("group_open_http_svc/send_group_msg"));
    let senders = try_join_all(opening).await?;
    let clock = Arc::new(Clock {
        plan,
        began: Instant::now(),
        began_us: now_us(),
        next: AtomicU64::new(0),
        progress: progress.clone(),
    });
    let carrying: Vec<_> = senders
        .into_iter()
        .map(|sender| tokio::spawn(carry(clock.clone(), sender)))
        .collect();
    let mut all = Sent::default();
    for sent in try_join_all(carrying).await? {
        all += sent?;
    }
    all.seconds = clock.began.elapsed().as_secs_f64();
    Ok(all)
}

/// One connection: takes the next message of the clock, waits until it is due, and sends it.
async fn carry(clock: Arc<Clock>, mut sender: Sender) -> anyhow::Result<Sent> {
    let plan = &clock.plan;
    let (total, rooms) = (plan.rate_per_s * plan.seconds, plan.rooms.len() as u64);
    let mut sent = Sent::default();
    loop {
        let n = clock.next.fetch_add(1, Ordering::Relaxed);
        let room = plan.rooms.get((n % rooms.max(1)) as usize);
        let Some(room) = room.filter(|_| n < total) else {
            return Ok(sent);
        };
        let due = Duration::from_micros(n * 1_000_000 / plan.rate_per_s);
        tokio::time::sleep_until((clock.began + due).into()).await;
        clock.progress.inc(1);
        let due_us = clock.began_us + due.as_micros() as u64;
        let message = |text_bytes| Message {
            room,
            random: n,
            due_us,
            text_bytes,
        };
        let body = if plan.likes {
            websdk::say(&message(LIKE_BYTES), "Low").replace(MARK, "like ")
        } else {
            websdk::say(&message(plan.text_bytes), "Normal")
        };
        let answer = sender.send(&body).await?;
        match (answer["ErrorCode"].as_i64(), answer["MsgSeq"].as_u64()) {
            (Some(0), Some(0)) => sent.dropped += 1,
            (Some(0), _) => sent.messages += 1,
            _ => sent.refused += 1,
        }
    }
}
