//! Likes: counted as they come, outside of the rate; told as one sum per tick; written into the room's counter `likes` every
//! second, where backends and all SDKs see them.

use super::{AppError, Application, room::Room, session::Session};
use crate::fanout::dialect::Dialect;
use hub::{Class, Delivered};
use parking_lot::Mutex;
use room::{
    Priority, RoomKey, UserId,
    counters::CounterChange,
    likes::{COUNTER, Counted},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use store::Change;
use tokio_util::sync::CancellationToken;
use wire::frame;

/// How often likes are written down.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// The most taps that one request may bring: more than anybody's fingers, and no overflow.
const TAPS_MAX: u32 = 1_000_000;

/// Rooms that have likes which the viewers were not told of, each once.
#[derive(Default)]
pub struct Liked(Mutex<Vec<Arc<Room>>>);

/// Tells and writes down likes until `stop`.
pub async fn run(app: Arc<Application>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(Duration::from_millis(app.config.hub.tick_ms.max(1)));
    let mut saves = tokio::time::interval(SAVE_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => app.tell_likes(),
            _ = saves.tick() => app.save_all_likes().await,
            () = stop.cancelled() => return,
        }
    }
}

/// Who liked a room.
pub struct LikesOf {
    /// All likes.
    pub total: u64,
    /// Those of whoever asks.
    pub mine: u64,
    /// Those who gave most.
    pub top: Vec<(UserId, u64)>,
}

impl Application {
    /// Somebody in a room likes it.
    pub fn like(&self, session: &Session, key: &RoomKey, taps: u32) -> Result<Counted, AppError> {
        self.is_member(session, key)?;
        let room = self.rooms.standing(key).filter(|room| !room.ended());
        let room = room.ok_or_else(|| super::room::no_room(key))?;
        let taps = u64::from(taps.min(TAPS_MAX));
        let (counted, first) = {
            let mut likes = room.likes.lock();
            let first = !likes.is_untold();
            (likes.tap(&session.user.user, taps, self.clock.now()), first)
        };
        self.metrics.likes(counted);
        if first && counted.counted > 0 {
            self.liked.0.lock().push(room);
        }
        Ok(counted)
    }

    /// Who liked a room, for a member of it.
    pub fn likes(&self, session: &Session, key: &RoomKey, top: usize) -> Result<LikesOf, AppError> {
        /// More than a page shows.
        const TOP_MAX: usize = 100;
        self.is_member(session, key)?;
        let room = self.rooms.standing(key).ok_or_else(|| super::room::no_room(key))?;
        let likes = room.likes.lock();
        Ok(LikesOf {
            total: likes.total(),
            mine: likes.of(&session.user.user),
            top: likes.top(top.min(TOP_MAX)),
        })
    }

    /// Tells each room that was liked one sum. It has no place: the next one says it too.
    ///
    /// Where a sum is still on its way to somebody, the next one waits and holds more, as with everything that a room is
    /// told (decision 0017 of docs/decisions): nothing piles up.
    fn tell_likes(self: &Arc<Self>) {
        // In a statement of its own: as the head of the loop, the guard would live as long as the loop.
        let liked = std::mem::take(&mut *self.liked.0.lock());
        for room in liked {
            if room.likes_on_their_way.swap(true, Ordering::AcqRel) {
                self.liked.0.lock().push(room);
                continue;
            }
            let news = room.likes.lock().take_news();
            let Some(news) = news else {
                room.likes_on_their_way.store(false, Ordering::Release);
                continue;
            };
            let state = frame::State {
                likes: Some(frame::Likes {
                    total: news.total,
                    add: Some(news.add),
                }),
                ..Default::default()
            };
            let telling = self.tell_state(&room, &state, Priority::Low);
            tokio::spawn(async move {
                telling.await;
                room.likes_on_their_way.store(false, Ordering::Release);
            });
        }
    }

    /// Tells those who speak our own protocol how things stand in a room now, and streams that it is news. It is on its way
    /// when the call returns; the answer tells when everybody was told.
    pub(super) fn tell_state(
        &self,
        room: &Room,
        state: &frame::State,
        priority: Priority,
    ) -> impl Future<Output = Delivered> + use<> {
        room.stands.send_replace(());
        let document = frame::state(room.key.room.as_str(), state);
        let (framer, metrics) = (self.framer, self.metrics.clone());
        let class = Class::Event { priority, events: 1 };
        self.hub.publish(&room.key, class, move |variant| {
            let dialect = Dialect::of(variant);
            dialect.is_native().then(|| {
                metrics.encoded(dialect.spoken(), dialect.encoding());
                framer.frame(dialect, &document).into()
            })
        })
    }

    async fn save_all_likes(&self) {
        for room in self.rooms.all() {
            self.save_likes(&room).await;
        }
    }

    /// Writes a room's new likes into its counter, and tells its members and the backend.
    pub(super) async fn save_likes(&self, room: &Arc<Room>) {
        let unsaved = {
            let mut likes = room.likes.lock();
            if !likes.is_unsaved() {
                return;
            }
            likes.take_unsaved()
        };
        let sum: u64 = unsaved.values().sum();
        let add = BTreeMap::from([(COUNTER.to_owned(), i64::try_from(sum).unwrap_or(i64::MAX))]);
        match self
            .store
            .change_counters(room.key.clone(), CounterChange::Add(add))
            .await
        {
            Ok(Change::Changed(changed)) => {
                let (now, touched) = *changed;
                self.report_likes(room, &unsaved, now.values.get(COUNTER).copied().unwrap_or_default());
                self.follow_likes(room, &now);
                room.shared.take_over(now, &touched);
                if let Some(news) = room.shared.counter_news(self.clock.now())
                    && let Err(error) = self.append(&room.key, news).await
                {
                    tracing::warn!(room = %room.key.room, error = &error as &dyn std::error::Error, "telling likes");
                }
            }
            // It was dismissed meanwhile.
            Ok(Change::NoRoom) => {}
            // There is no place for one more counter: the likes are told, but not kept.
            Ok(Change::Refused(refusal)) => {
                tracing::warn!(room = %room.key.room, error = &refusal as &dyn std::error::Error, "likes are not kept");
            }
            Err(error) => {
                tracing::warn!(room = %room.key.room, error = &error as &dyn std::error::Error, "likes are kept later");
                room.likes.lock().put_back(unsaved);
            }
        }
    }

    /// The counter was written: likes go on from there, and viewers are told if that is news.
    pub(super) fn follow_likes(&self, room: &Arc<Room>, counters: &room::counters::Counters) {
        let mut likes = room.likes.lock();
        let first = !likes.is_untold();
        likes.set(counted_in(counters));
        if first && likes.is_untold() {
            self.liked.0.lock().push(room.clone());
        }
    }
}

/// The likes that a room's counters say.
pub(super) fn counted_in(counters: &room::counters::Counters) -> u64 {
    let counter = counters.values.get(COUNTER).copied().unwrap_or_default();
    u64::try_from(counter).unwrap_or_default()
}
