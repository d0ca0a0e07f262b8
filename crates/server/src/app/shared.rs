//! What the members of a room share: attributes and counters (LR-A1 to LR-A4). On disk before it is answered.

use super::{
    AppError, Application,
    manage::Actor,
    room::{Room, no_room},
};
use parking_lot::{Mutex, RwLock};
use room::{
    Event, Millis, RoomKey,
    attributes::{AttributeChange, Attributes},
    bucket::Bucket,
    counters::{CounterChange, CounterNews, Counters},
    event::AttributeNews,
    likes,
};
use std::{collections::BTreeMap, sync::Arc};
use store::Change;

/// How often per second a room is told of its counters. What comes faster is told with the next news: of each counter
/// its last state.
const COUNTER_NEWS_PER_S: u64 = 5;

/// What the members of one room share.
pub struct Shared {
    attributes: RwLock<Arc<Attributes>>,
    counters: RwLock<Arc<Counters>>,
    /// Held from the write to the news, so that news come in the order of versions; with the rate of writes.
    writes: tokio::sync::Mutex<Bucket>,
    /// What the room was not told of counters yet, and how often it may be.
    untold: Mutex<(CounterNews, Bucket)>,
}

impl Shared {
    /// As it was kept.
    pub fn new(attributes: Attributes, counters: Counters, writes_per_s: u64, now: Millis) -> Self {
        let news = Bucket::new(COUNTER_NEWS_PER_S, COUNTER_NEWS_PER_S, now);
        Self {
            attributes: RwLock::new(Arc::new(attributes)),
            counters: RwLock::new(Arc::new(counters)),
            writes: tokio::sync::Mutex::new(Bucket::new(writes_per_s, writes_per_s, now)),
            untold: Mutex::new((CounterNews::default(), news)),
        }
    }

    /// Takes over newer counters, to be told with the next news.
    pub(super) fn take_over(&self, now: Counters, touched: &[String]) {
        self.untold.lock().0.add(&now, touched);
        let mut standing = self.counters.write();
        if now.version > standing.version {
            *standing = Arc::new(now);
        }
    }

    /// What there is now, for somebody who enters.
    pub fn now(&self) -> (Arc<Attributes>, Arc<Counters>) {
        (self.attributes.read().clone(), self.counters.read().clone())
    }

    /// The news of counters that are due.
    pub fn counter_news(&self, now: Millis) -> Option<Event> {
        let mut untold = self.untold.lock();
        let (news, pace) = &mut *untold;
        let due = !news.values.is_empty() && pace.take(now);
        due.then(|| news.take()).flatten().map(Event::Counters)
    }
}

impl Application {
    /// The room, for somebody who reads what its members share: he is there, or he is the backend (LR-A3).
    async fn shared_room(&self, key: &RoomKey, by: &Actor) -> Result<Arc<Room>, AppError> {
        let room = self.room(key).await?;
        match by {
            Actor::User(user, _) if !room.presence.lock().has(user) => Err(AppError::NotMember(key.room.to_string())),
            _ => Ok(room),
        }
    }

    /// The same for somebody who changes it; where the app wants it, only owner and admins do (decision 16).
    async fn shared_room_to_change(&self, key: &RoomKey, by: &Actor) -> Result<Arc<Room>, AppError> {
        let room = self.shared_room(key, by).await?;
        let members_share = self.tenant(key.app.0)?.members_share;
        match by {
            Actor::User(user, _) if !members_share && !room.record().may_edit(user) => Err(AppError::NotModerator),
            _ => Ok(room),
        }
    }

    /// The attributes of a room.
    pub async fn attributes(&self, key: &RoomKey, by: &Actor) -> Result<Arc<Attributes>, AppError> {
        let room = self.shared_room(key, by).await?;
        let attributes = room.shared.attributes.read().clone();
        Ok(attributes)
    }

    /// Changes the attributes of a room and tells its members. `seen` is the version that the writer knows, if he wants
    /// not to overwrite what he has not seen (LR-A2). Answers them as they are now.
    pub async fn change_attributes(
        &self,
        key: &RoomKey,
        by: &Actor,
        change: AttributeChange,
        seen: Option<u64>,
    ) -> Result<Arc<Attributes>, AppError> {
        let room = self.shared_room_to_change(key, by).await?;
        let mut writes = room.shared.writes.lock().await;
        // What cannot be done does not use up the rate.
        let before = room.shared.attributes.read().clone();
        Attributes::clone(&before).apply(&change, seen)?;
        if !writes.take(self.clock.now()) {
            return Err(AppError::AttributeRate(self.config.limits.attribute_writes_per_s_max));
        }
        let step = change.step();
        let touched = match step {
            room::attributes::AttributeStep::Cleared => before.entries.keys().cloned().collect(),
            _ => change.keys(),
        };
        let now = match self.store.change_attributes(key.clone(), change, seen).await? {
            Change::Changed(now) => Arc::new(*now),
            Change::NoRoom => return Err(no_room(key)),
            Change::Refused(refusal) => return Err(refusal.into()),
        };
        *room.shared.attributes.write() = now.clone();
        let entry = |name: String| {
            let entry = now.entries.get(&name).map(|entry| (entry.value.clone(), entry.seq));
            (name, entry)
        };
        let replaced = before
            .entries
            .keys()
            .filter(|key| !now.entries.contains_key(*key) && !touched.contains(*key));
        let news = AttributeNews {
            by: by.user().clone(),
            step,
            version: now.version,
            replaced: replaced.cloned().collect(),
            entries: touched.into_iter().map(entry).collect(),
        };
        self.report_attributes(&room, by, &news);
        self.append(key, Event::Attributes(news)).await?;
        Ok(now)
    }

    /// The counters of a room.
    pub async fn counters(&self, key: &RoomKey, by: &Actor) -> Result<Arc<Counters>, AppError> {
        let room = self.shared_room(key, by).await?;
        let counters = room.shared.counters.read().clone();
        Ok(counters)
    }

    /// Changes the counters of a room and tells its members. Answers the new values of those that were touched and are
    /// there.
    pub async fn change_counters(
        &self,
        key: &RoomKey,
        by: &Actor,
        change: CounterChange,
    ) -> Result<BTreeMap<String, i64>, AppError> {
        let room = self.shared_room_to_change(key, by).await?;
        let (now, touched) = match self.store.change_counters(key.clone(), change).await? {
            Change::Changed(changed) => *changed,
            Change::NoRoom => return Err(no_room(key)),
            Change::Refused(refusal) => return Err(refusal.into()),
        };
        let mut values = now.values.clone();
        values.retain(|name, _| touched.contains(name));
        if touched.iter().any(|name| name == likes::COUNTER) {
            self.follow_likes(&room, &now);
        }
        room.shared.take_over(now, &touched);
        if let Some(news) = room.shared.counter_news(self.clock.now()) {
            self.append(key, news).await?;
        }
        Ok(values)
    }
}
