//! The task that carries news from the ledger to the feeds. A quiet room is told at once; a busy one once per tick, as
//! one frame with everything that came meanwhile.
//!
//! Ticks adapt to what the node can write: a room is told again only when everybody was told before. Where that takes
//! longer than a tick, the next frame holds more, the price of a message falls, and nothing piles up.

use crate::app::{Application, room::Room};
use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use hub::{Class, CloseReason};
use room::{Entry, Event, Priority, RoomKey, trace::Told};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, time::DelayQueue};

/// The most entries that one tick tells; more than a room admits in many ticks.
const ENTRIES_MAX: usize = 10_000;

/// Carries news until `stop`, then tells what is left and ends.
pub async fn run(app: Arc<Application>, stop: CancellationToken) {
    let mut rooms = Busy::new(app.clone());
    loop {
        tokio::select! {
            news = app.ledger.news() => news.into_iter().for_each(|room| rooms.hear(room)),
            Some(rested) = rooms.resting.next() => rooms.rested(rested.into_inner()),
            Some((room, began)) = rooms.telling.next() => rooms.told(room, began),
            () = stop.cancelled() => break,
        }
    }
    let rest = tokio::time::timeout(Duration::from_millis(1), app.ledger.news())
        .await
        .unwrap_or_default();
    rooms.finish(rest).await;
}

/// What goes on with a room that was told something a moment ago.
enum Pace {
    /// It is being told.
    Telling,
    /// Everybody was told; its tick is not over yet.
    Resting,
}

/// The rooms that are being told, or rest until their tick is over.
struct Busy {
    app: Arc<Application>,
    tick: Duration,
    /// What goes on with each, and whether there is news meanwhile.
    rooms: HashMap<RoomKey, (Pace, bool)>,
    /// Whose tick is not over: a wheel, however many there are.
    resting: DelayQueue<RoomKey>,
    /// Each answers the room, and when it began.
    telling: FuturesUnordered<BoxFuture<'static, (RoomKey, Instant)>>,
}

impl Busy {
    fn new(app: Arc<Application>) -> Self {
        Self {
            tick: Duration::from_millis(app.config.hub.tick_ms),
            app,
            rooms: HashMap::new(),
            resting: DelayQueue::new(),
            telling: FuturesUnordered::new(),
        }
    }

    /// A room has news.
    fn hear(&mut self, room: RoomKey) {
        match self.rooms.get_mut(&room) {
            Some((_, news)) => *news = true,
            None => self.tell(room),
        }
    }

    fn tell(&mut self, room: RoomKey) {
        self.rooms.insert(room.clone(), (Pace::Telling, false));
        let (app, began) = (self.app.clone(), Instant::now());
        self.telling.push(Box::pin(async move {
            tell(&app, &room).await;
            (room, began)
        }));
    }

    /// Everybody in a room was told.
    fn told(&mut self, room: RoomKey, began: Instant) {
        let over = began + self.tick;
        if over <= Instant::now() {
            self.rested(room);
        } else if let Some((pace, _)) = self.rooms.get_mut(&room) {
            *pace = Pace::Resting;
            self.resting.insert_at(room, over);
        }
    }

    /// A room's tick is over.
    fn rested(&mut self, room: RoomKey) {
        if let Some((_, true)) = self.rooms.remove(&room) {
            self.tell(room);
        }
    }

    /// Tells what is left, whether or not its tick is over.
    async fn finish(mut self, rest: Vec<RoomKey>) {
        rest.into_iter().for_each(|room| self.hear(room));
        loop {
            let news: Vec<_> = self
                .rooms
                .extract_if(|_, (pace, news)| matches!(pace, Pace::Resting) && *news)
                .map(|(room, _)| room)
                .collect();
            news.into_iter().for_each(|room| self.tell(room));
            let Some((room, _)) = self.telling.next().await else {
                return;
            };
            if let Some((pace, _)) = self.rooms.get_mut(&room) {
                *pace = Pace::Resting;
            }
        }
    }
}

async fn tell(app: &Application, key: &RoomKey) {
    let Some(room) = app.rooms.standing(key) else { return };
    let after = room.feed.lock().head();
    let reading = match app.ledger.read(key, after, ENTRIES_MAX).await {
        Ok(reading) => reading,
        Err(error) => {
            tracing::warn!(room = %key.room, error = &error as &dyn std::error::Error, "news of a room that is not open");
            return;
        }
    };
    if reading.gap {
        // Nobody is told of a hole in silence: they come back and read on from where they are.
        let closed = app.hub.close_audience(key, CloseReason::Overflow);
        tracing::error!(room = %key.room, closed, "more happened than could be told; history_entries is too small");
    }
    if reading.entries.is_empty() {
        return;
    }
    reading
        .entries
        .iter()
        .for_each(|entry| app.behind.history(key, entry.clone()));
    let ends = reading
        .entries
        .iter()
        .any(|entry| matches!(entry.event, Event::Dismissed { .. }));
    publish(app, &room, reading.gap, reading.entries).await;
    if ends {
        app.finish_room(&room);
    }
}

async fn publish(app: &Application, room: &Room, hole: bool, entries: Vec<Arc<Entry>>) {
    let started = Instant::now();
    let count = entries.len() as u64;
    let highest = entries
        .iter()
        .map(|entry| entry.event.priority())
        .max()
        .unwrap_or(Priority::Lowest);
    let Some(newest) = entries.last().map(|entry| entry.seq) else {
        return;
    };
    let news = entries
        .into_iter()
        .map(|entry| (entry.clone(), app.encode(room, &entry)))
        .collect();
    let (framer, metrics) = (app.framer, app.metrics.clone());
    let class = Class::Event {
        priority: highest,
        events: u32::try_from(count).unwrap_or(u32::MAX),
    };
    let (telling, polls) = room.feed.lock().publish(&room.key, hole, news, |news| {
        app.hub.publish(&room.key, class, move |variant| {
            Some(news.frame(variant, framer, &metrics))
        })
    });
    let polled = polls.count();
    // A task of their own: each answer is written for itself.
    let answering = (polled > 0).then(|| tokio::spawn(polls.answer(framer)));
    let delivered = telling.await;
    if let Some(answering) = answering
        && let Err(error) = answering.await
    {
        tracing::error!(room = %room.key.room, %error, "answering polls ended badly");
    }
    let told = Told {
        at_ms: app.clock.now(),
        connections: delivered.connections,
        polls: polled,
        skipped: delivered.skipped,
        closed: delivered.closed,
    };
    room.traces.lock().told(newest, told);
    app.metrics.delivered(delivered, count, started.elapsed());
}
