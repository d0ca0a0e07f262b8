//! What the viewers of one room are told. The feed holds the room's recent entries, each encoded once, and those who
//! wait for the next one. Only the fan-out task adds to it; everybody else reads under its lock, so a viewer who is
//! attached gets each later entry exactly once.

mod readers;

pub use readers::{Asking, Kept, Sealed};

use super::{
    dialect::{Dialect, Framer},
    news::{Encoded, News},
    slices::Slices,
};
use crate::app::{
    place::Run,
    session::{Conn, PollHold},
};
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
use tokio::sync::watch;

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
    /// The run of numbering.
    run: Run,
    ring: VecDeque<Arc<Encoded>>,
    entries_max: usize,
    head: Seq,
    /// Everything after this that was not taken back is in the ring.
    whole_after: Seq,
    waiters: Vec<Waiter>,
    /// Frames with everything from a number on, for those who come back: after a restart all of them at once, and to the
    /// same place.
    replays: HashMap<(Seq, Variant), Bytes>,
    /// The same for those who read a stream, by their place.
    frames: HashMap<Seq, Bytes>,
    /// The head, for streams that wait for it to move.
    moved: watch::Sender<Seq>,
    /// While somebody asks for them.
    slices: Option<Slices>,
}

/// How many such frames are kept between two entries; each may be a hundred kilobytes. A guess.
const REPLAYS_MAX: usize = 8;

/// What a stream tells next.
pub struct Further {
    /// Events of the stream, ready to be written.
    pub frame: Bytes,
    /// Where its reader is afterwards.
    pub seq: Seq,
}

/// What somebody gets who enters a room, perhaps at a place of his own (promise 3).
pub struct Entrance {
    /// The run of numbering.
    pub epoch: Arc<str>,
    /// Where he is afterwards.
    pub seq: Seq,
    /// What he gets, a JSON array of events: exactly what he missed, or the newest messages.
    pub events: String,
    /// The number of his place, if they are what he missed.
    pub resumed_after: Option<Seq>,
    /// Whether there is more than fits into one answer: he asks again from where he is, and hears nothing until then.
    pub more: bool,
    /// His place, if they are not: what happened in between is not to be had.
    pub gap: Option<wire::Place>,
}

/// The most bytes of events in one answer, unless one alone is longer: what a slow line takes in a few seconds, and far
/// less than may wait for it.
const ENTRANCE_BYTES_MAX: usize = 256 * 1024;

impl Feed {
    /// A feed that goes on after `head` and keeps `entries_max` entries.
    pub fn new(run: Run, head: Seq, entries_max: usize, before: impl Iterator<Item = (Arc<Entry>, Item)>) -> Self {
        let mut feed = Self {
            run,
            ring: VecDeque::new(),
            entries_max,
            head,
            whole_after: Seq(0),
            waiters: Vec::new(),
            replays: HashMap::new(),
            frames: HashMap::new(),
            moved: watch::Sender::new(head),
            slices: None,
        };
        before.for_each(|(entry, item)| drop(feed.keep(&entry, item)));
        feed.head = feed.head.max(head);
        // After a crash the newest entries may be missing. Whether the numbers go on without a hole tells it.
        let whole = feed.ring.iter().rev().map(|entry| entry.entry.seq);
        let unbroken = whole.zip((0..=feed.head.0).rev()).take_while(|(seq, n)| seq.0 == *n);
        feed.whole_after = unbroken
            .last()
            .map_or(feed.head, |(seq, _)| Seq(seq.0.saturating_sub(1)));
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

    fn keep(&mut self, entry: &Arc<Entry>, item: Item) -> Arc<Encoded> {
        if self.ring.len() >= self.entries_max
            && let Some(oldest) = self.ring.pop_front()
        {
            self.whole_after = self.whole_after.max(oldest.entry.seq);
        }
        self.replays.clear();
        self.frames.clear();
        self.head = self.head.max(entry.seq);
        let encoded = Arc::new(Encoded::new(entry.clone(), item));
        self.ring.push_back(encoded.clone());
        encoded
    }

    /// Takes what is new. `push` sends it to those who are pushed to; answers what it did, and the polls that are to be
    /// answered now. `hole` says that something before it was lost.
    pub fn publish<T>(
        &mut self,
        room: &RoomKey,
        hole: bool,
        news: Vec<(Arc<Entry>, Item)>,
        push: impl FnOnce(News) -> T,
    ) -> (T, Due) {
        if let Some((first, _)) = news.first().filter(|_| hole) {
            self.whole_after = Seq(first.seq.0.saturating_sub(1));
            // Slices follow one another without holes; who reads them begins anew.
            self.slices = None;
        }
        let after = self.head;
        let mut entries = Vec::with_capacity(news.len());
        for (entry, item) in news {
            if let Event::Deleted { messages, .. } = &entry.event {
                let gone: Vec<_> = messages.iter().map(|message| message.seq).collect();
                self.take_back(&gone);
            }
            let encoded = self.keep(&entry, item);
            if let Some(slices) = &mut self.slices {
                slices.tell(entry.seq, entry.at, encoded.shared_event());
            }
            entries.push(encoded);
        }
        self.moved.send_replace(self.head);
        let pushed = push(News::new(
            room.room.clone(),
            self.run.name(),
            (after, self.head),
            entries,
        ));
        let waiters = std::mem::take(&mut self.waiters);
        (pushed, self.due(waiters))
    }

    fn take_back(&mut self, gone: &[Seq]) {
        if let Some(slices) = &mut self.slices {
            let of_ring = self.ring.iter().filter(|entry| gone.contains(&entry.entry.seq));
            for Encoded { entry, .. } in of_ring.map(Arc::as_ref) {
                slices.take_back(entry.seq, || wire::event::encode_gone(entry).into());
            }
        }
        self.ring.retain(|entry| !gone.contains(&entry.entry.seq));
    }

    /// The polls whose time is over. Called now and then, it also forgets what was kept for a crowd that came back, and
    /// slices for which nobody asks.
    pub fn release(&mut self, now: Millis) -> Due {
        self.replays.clear();
        self.frames.clear();
        self.slices.take_if(|slices| slices.is_idle(now));
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
        self.since(after).map(|entry| &entry.item)
    }

    fn since(&self, after: Seq) -> impl Iterator<Item = &Encoded> {
        let start = self.ring.partition_point(|entry| entry.entry.seq <= after);
        self.ring.iter().skip(start).map(Arc::as_ref)
    }

    fn newest(&self, max: usize) -> Vec<&Encoded> {
        let messages = self.ring.iter().map(Arc::as_ref);
        let messages = messages.filter(|entry| matches!(entry.entry.event, Event::Message(_)));
        let mut newest: Vec<_> = messages.rev().take(max).collect();
        newest.reverse();
        newest
    }

    /// The run of numbering.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Whether everything after a place is in the ring, or was not told yet: `admitted` is the last number of all.
    fn covers(&self, place: &wire::Place, admitted: Seq) -> bool {
        let Some(epoch) = self.run.epoch_of(&place.epoch) else {
            return false;
        };
        let there = self.ring.binary_search_by_key(&place.seq, |entry| entry.entry.seq);
        let same = there.ok().and_then(|at| self.ring.get(at));
        // The place of somebody who was told nothing in this run yet has a number of an earlier one.
        let same = same.is_none_or(|entry| entry.entry.epoch <= epoch);
        // The receipt of a message is a place that the viewers are not told of yet.
        let last = if *place.epoch == *self.run.name() {
            admitted.max(self.head)
        } else {
            self.head
        };
        same && (self.whole_after..=last).contains(&place.seq)
    }

    /// The newest messages, for somebody who cannot go on from where he was: what is left of those after it, if it was a
    /// place of this store; else as many as a newcomer sees.
    fn rest_after(&self, place: Option<&wire::Place>, recent: usize) -> String {
        let known = place.filter(|place| self.run.epoch_of(&place.epoch).is_some() && place.seq <= self.head);
        let mut bytes = 0;
        let mut rest: Vec<_> = self.newest(if known.is_some() { usize::MAX } else { recent });
        let fits = |entry: &&&Encoded| {
            bytes += entry.event().len();
            bytes <= ENTRANCE_BYTES_MAX && known.is_none_or(|place| entry.entry.seq > place.seq)
        };
        let count = rest.iter().rev().take_while(fits).count();
        let rest = rest.split_off(rest.len() - count);
        wire::frame::array(rest.into_iter().map(Encoded::event))
    }

    /// Somebody enters, who perhaps says where he was. If it cannot go on from there, he gets the newest messages, at most
    /// `recent`. `admitted` is the last number of the room.
    pub fn enter(&self, place: Option<wire::Place>, admitted: Seq, recent: usize) -> Entrance {
        let epoch = self.run.name();
        let covered = place.as_ref().filter(|place| self.covers(place, admitted));
        let Some(after) = covered.map(|place| place.seq) else {
            return Entrance {
                epoch,
                seq: self.head,
                events: self.rest_after(place.as_ref(), recent),
                resumed_after: None,
                more: false,
                gap: place,
            };
        };
        let mut bytes = 0;
        let fit = self.since(after).take_while(|entry| {
            let first = bytes == 0;
            bytes += entry.event().len();
            first || bytes <= ENTRANCE_BYTES_MAX
        });
        let fitting: Vec<_> = fit.collect();
        let more = fitting.len() < self.since(after).count();
        let last = fitting.last().filter(|_| more).map(|entry| entry.entry.seq);
        Entrance {
            epoch,
            seq: last.unwrap_or(self.head.max(after)),
            events: wire::frame::array(fitting.into_iter().map(Encoded::event)),
            resumed_after: Some(after),
            more,
            gap: None,
        }
    }

    /// The newest messages, at most `max`, oldest first: history for a newcomer (LR-S3).
    pub fn newest_messages(&self, max: usize) -> String {
        Polled::of(self.newest(max).into_iter().map(|entry| &entry.item)).items
    }

    /// One frame with everything from a place in the ring on; nothing when there is nothing.
    fn replay(&mut self, first: usize, variant: Variant, framer: Framer) -> Option<Bytes> {
        let place = (self.ring.get(first)?.entry.seq, variant);
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
            self.ring
                .partition_point(|entry| entry.entry.at.plus(MARGIN_MS) < heard)
        });
        let first = first
            .max(self.ring.partition_point(|entry| entry.entry.seq <= missed.since))
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
