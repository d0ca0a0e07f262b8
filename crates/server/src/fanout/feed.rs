//! What the viewers of one room are told. The feed holds the room's recent entries, each encoded once, and those who
//! wait for the next one. Only the fan-out task adds to it; everybody else reads under its lock, so a viewer who is
//! attached gets each later entry exactly once.

use super::dialect::{Dialect, Framer};
use crate::app::session::{Conn, PollHold};
use bytes::Bytes;
use hub::{Class, Hub, Variant};
use room::{Entry, Event, Millis, RoomKey, Seq};
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};
use tim::{
    item::Item,
    websdk::{self, Polled},
};

/// One encoded entry.
pub struct Encoded {
    /// Its number.
    pub seq: Seq,
    at: Millis,
    /// Whether newcomers may see it as history: messages only.
    is_message: bool,
    item: Item,
}

/// A poll that is held until something happens.
pub struct Waiter {
    /// Who waits.
    pub hold: PollHold,
    /// The poll's command, echoed in the answer.
    pub servcmd: String,
    /// The poll's number, echoed in the answer.
    pub number: u64,
    /// The key for the next poll.
    pub key: String,
    /// The place after which it reads.
    pub after: Seq,
    /// When it is answered even if nothing happens.
    pub until: Millis,
}

/// Polls that are to be answered; each is, once.
#[derive(Default)]
#[must_use]
pub struct Due(Vec<Answer>);

struct Answer {
    waiter: Waiter,
    items: Arc<Polled>,
    next: Seq,
}

/// How many polls are answered before others have their turn: about half a millisecond of work.
const ANSWERS_PER_TURN: usize = 32;

impl Due {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Answers them, a few at a time.
    pub async fn answer(self, framer: Framer) {
        for (n, answer) in self.0.into_iter().enumerate() {
            answer.send(framer);
            if n % ANSWERS_PER_TURN == ANSWERS_PER_TURN - 1 {
                tokio::task::yield_now().await;
            }
        }
    }
}

impl Answer {
    fn send(&self, framer: Framer) {
        let Waiter {
            hold,
            servcmd,
            number,
            key,
            ..
        } = &self.waiter;
        let document = websdk::poll_answer(servcmd, *number, key, self.next.0, &self.items);
        let outbox = &hold.conn().outbox;
        outbox.send(&framer.frame(Dialect::of(outbox.variant()), &document), Class::Reply);
    }
}

/// The feed of one room.
pub struct Feed {
    ring: VecDeque<Encoded>,
    entries_max: usize,
    head: Seq,
    waiters: Vec<Waiter>,
    /// Frames with everything from a number on, for those who come back: after a restart all of them at once, and to the
    /// same place.
    replays: HashMap<(Seq, Variant), Bytes>,
}

/// How many such frames are kept between two entries; each may be a hundred kilobytes. A guess.
const REPLAYS_MAX: usize = 8;

impl Feed {
    /// A feed that goes on after `head` and keeps `entries_max` entries.
    pub fn new(head: Seq, entries_max: usize, before: impl Iterator<Item = (Arc<Entry>, Item)>) -> Self {
        let mut feed = Self {
            ring: VecDeque::new(),
            entries_max,
            head,
            waiters: Vec::new(),
            replays: HashMap::new(),
        };
        before.for_each(|(entry, item)| feed.keep(&entry, item));
        feed.head = feed.head.max(head);
        feed
    }

    /// The number of the newest entry that viewers were told of.
    pub fn head(&self) -> Seq {
        self.head
    }

    /// Whether polls are waiting.
    pub fn has_waiters(&self) -> bool {
        !self.waiters.is_empty()
    }

    /// How many polls are waiting.
    pub fn waiters(&self) -> usize {
        self.waiters.len()
    }

    fn keep(&mut self, entry: &Entry, item: Item) {
        if self.ring.len() >= self.entries_max {
            self.ring.pop_front();
        }
        self.replays.clear();
        self.head = self.head.max(entry.seq);
        let is_message = matches!(entry.event, Event::Message(_));
        self.ring.push_back(Encoded {
            seq: entry.seq,
            at: entry.at,
            is_message,
            item,
        });
    }

    /// Takes what is new. `push` sends one document to those who are pushed to; answers what it did, and the polls that
    /// are to be answered now.
    pub fn publish<T>(&mut self, news: Vec<(Arc<Entry>, Item)>, push: impl FnOnce(String) -> T) -> (T, Due) {
        let mut items = Vec::with_capacity(news.len());
        for (entry, item) in news {
            if let Event::Deleted { messages, .. } = &entry.event {
                let gone: Vec<_> = messages.iter().map(|message| message.seq).collect();
                self.ring.retain(|entry| !gone.contains(&entry.seq));
            }
            items.push(item.clone());
            self.keep(&entry, item);
        }
        let pushed = push(websdk::push(&items));
        let waiters = std::mem::take(&mut self.waiters);
        (pushed, self.due(waiters))
    }

    /// The polls whose time is over. Called now and then, it also forgets what was kept for a crowd that came back.
    pub fn release(&mut self, now: Millis) -> Due {
        self.replays.clear();
        let (due, waiting) = std::mem::take(&mut self.waiters)
            .into_iter()
            .filter(|waiter| waiter.hold.conn().outbox.closed().is_none())
            .partition(|waiter| waiter.until <= now);
        self.waiters = waiting;
        self.due(due)
    }

    /// Takes a poll: it is answered at once if there is something after its place, else when there is.
    pub fn poll(&mut self, waiter: Waiter) -> Due {
        if self.head > waiter.after {
            self.due(vec![waiter])
        } else {
            self.waiters.push(waiter);
            Due::default()
        }
    }

    /// What polls are answered with: the same for all that read on from the same place.
    fn due(&self, waiters: Vec<Waiter>) -> Due {
        let mut since: HashMap<Seq, Arc<Polled>> = HashMap::new();
        let answers = waiters.into_iter().map(|waiter| {
            let items = since
                .entry(waiter.after)
                .or_insert_with(|| Arc::new(Polled::of(self.after(waiter.after))));
            let (items, next) = (items.clone(), self.head.max(waiter.after));
            Answer { waiter, items, next }
        });
        Due(answers.collect())
    }

    fn after(&self, after: Seq) -> impl Iterator<Item = &Item> {
        let start = self.ring.partition_point(|entry| entry.seq <= after);
        self.ring.iter().skip(start).map(|entry| &entry.item)
    }

    /// The newest messages, at most `max`, oldest first: history for a newcomer (LR-S3).
    pub fn newest_messages(&self, max: usize) -> String {
        let mut newest: Vec<_> = self
            .ring
            .iter()
            .rev()
            .filter(|entry| entry.is_message)
            .take(max)
            .collect();
        newest.reverse();
        Polled::of(newest.into_iter().map(|entry| &entry.item)).items
    }

    /// One frame with everything from a place in the ring on; nothing when there is nothing.
    fn replay(&mut self, first: usize, variant: Variant, framer: Framer) -> Option<Bytes> {
        let place = (self.ring.get(first)?.seq, variant);
        if let Some(frame) = self.replays.get(&place) {
            return Some(frame.clone());
        }
        let items: Vec<_> = self.ring.iter().skip(first).map(|entry| entry.item.clone()).collect();
        let frame = framer.frame(Dialect::of(variant), &websdk::push(&items));
        if self.replays.len() >= REPLAYS_MAX {
            self.replays.clear();
        }
        self.replays.insert(place, frame.clone());
        Some(frame)
    }

    /// Lets a connection hear the room from now on, after telling it what it may have missed: everything after
    /// `since` that is not surely older than `heard`, at most the newest `replay_max` (decision 9).
    pub fn attach(&mut self, room: &RoomKey, conn: &Arc<Conn>, missed: Missed, hub: &Hub, framer: Framer) {
        let first = missed.heard.map_or(0, |heard| {
            self.ring.partition_point(|entry| entry.at.plus(MARGIN_MS) < heard)
        });
        let first = first
            .max(self.ring.partition_point(|entry| entry.seq <= missed.since))
            .max(self.ring.len().saturating_sub(missed.replay_max));
        if let Some(frame) = self.replay(first, conn.outbox.variant(), framer) {
            conn.outbox.send(&frame, Class::Reply);
        }
        hub.join(room, &conn.outbox);
    }
}

/// What was written this long before the client was last heard from has surely arrived: a client that hears nothing
/// for 13 seconds gives its connection up (web-sdk-wire.md 2.1).
const MARGIN_MS: u64 = 20_000;

/// What a connection may have missed.
#[derive(Clone, Copy, Debug)]
pub struct Missed {
    /// Nothing up to here is for it.
    pub since: Seq,
    /// When its client was last heard from on an earlier connection, if that is known.
    pub heard: Option<Millis>,
    /// How many entries it is told at the most.
    pub replay_max: usize,
}
