//! The task that carries news from the ledger to the feeds. A quiet room is told at once; a busy one once per tick, as
//! one frame with everything that came meanwhile.

use super::dialect::Dialect;
use crate::app::{Application, room::Room};
use room::{Entry, Event, Priority, RoomKey, trace::Told};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// The most entries that one tick tells; more than a room admits in many ticks.
const ENTRIES_MAX: usize = 10_000;

/// Carries news until `stop`, then tells what is left and ends.
pub async fn run(app: Arc<Application>, stop: CancellationToken) {
    let tick = Duration::from_millis(app.config.hub.tick_ms);
    let mut due: HashMap<RoomKey, Instant> = HashMap::new();
    let mut told: HashMap<RoomKey, Instant> = HashMap::new();
    loop {
        let next = due.values().min().copied();
        tokio::select! {
            rooms = app.ledger.news() => {
                let now = Instant::now();
                for room in rooms {
                    let at = told.get(&room).map_or(now, |last| now.max(*last + tick));
                    due.entry(room).or_insert(at);
                }
            }
            () = sleep_until(next) => {}
            () = stop.cancelled() => break,
        }
        let now = Instant::now();
        let ready: Vec<_> = due
            .iter()
            .filter(|(_, at)| **at <= now)
            .map(|(room, _)| room.clone())
            .collect();
        told.retain(|_, last| now.duration_since(*last) < tick);
        for room in ready {
            due.remove(&room);
            told.insert(room.clone(), now);
            tell(&app, &room).await;
        }
    }
    let rest = tokio::time::timeout(Duration::from_millis(1), app.ledger.news())
        .await
        .unwrap_or_default();
    for room in due.into_keys().chain(rest) {
        tell(&app, &room).await;
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
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
        tracing::error!(room = %key.room, "entries were admitted faster than told; history_entries is too small");
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
    publish(app, &room, reading.entries);
    if ends {
        app.finish_room(&room);
    }
}

fn publish(app: &Application, room: &Room, entries: Vec<Arc<Entry>>) {
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
    let (delivered, polls) = room.feed.lock().publish(news, app.framer, |document| {
        app.hub.publish(&room.key, highest, |variant| {
            let dialect = Dialect::of(variant);
            app.metrics.encoded(dialect.name());
            app.framer.frame(dialect, document)
        })
    });
    let told = Told {
        at_ms: app.clock.now(),
        connections: delivered.connections,
        polls,
        skipped: delivered.skipped,
        closed: delivered.closed,
    };
    room.traces.lock().told(newest, told);
    app.metrics.delivered(delivered, count, highest, started.elapsed());
}
