//! Rooms that are alive on this node: opened from the store when somebody needs them, closed when they are idle.

use super::{
    Application, error::AppError, filter::Saying, held::Held, likes, line::Line, place::Run, session::Conn,
    shared::Shared,
};
use crate::fanout::feed::Feed;
use hub::ConnId;
use ledger::{Decision, LedgerError, Opening, Receipt};
use parking_lot::{Mutex, RwLock};
use room::{
    Entry, Epoch, Event, Message, Millis, RoomKey, RoomRecord, UserId,
    admission::Pace,
    bucket::Bucket,
    event::Crowd,
    likes::Likes,
    moderation::Sanctions,
    presence::{Count, Presence},
    recent::Recent,
    tally::Tally,
    trace::Traces,
};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tim::item::{self, Item, RoomView};
use tokio::sync::{OnceCell, watch};
use tokio_util::sync::CancellationToken;

/// For how long clients may show an online count without asking again, in seconds.
pub const ONLINE_TTL_S: u64 = 10;
/// How long a dismissed room is kept, so that a guest between two polls still finds the notice (web-sdk-wire.md 5.3).
const LINGER_MS: u64 = 30_000;
/// How long a new room of the same id waits until the viewers of the old one are told: longer than any tick.
const FAREWELL_MAX: Duration = Duration::from_secs(2);
/// How many members slow mode remembers: those who spoke last.
const SPEAKERS_MAX: usize = 10_000;
/// How many sayings are remembered against repeats: the newest.
const SAYINGS_MAX: usize = 10_000;
/// How often an operation that met a closing room is tried again with the room opened anew.
const TRIES: usize = 3;

/// A room that is alive here.
pub struct Room {
    /// Which room.
    pub key: RoomKey,
    record: RwLock<Arc<RoomRecord>>,
    /// Who is there.
    pub presence: Mutex<Presence>,
    /// What its viewers are told.
    pub feed: Mutex<Feed>,
    /// What its members share.
    pub shared: Shared,
    /// How it is liked.
    pub likes: Mutex<Likes>,
    /// Whether a sum of them is being told.
    pub(super) likes_on_their_way: AtomicBool,
    /// Who may not speak or be there.
    pub sanctions: Mutex<Sanctions>,
    /// Who waits for his turn to speak.
    pub line: Line,
    /// What became of its messages.
    pub tally: Mutex<Tally>,
    /// The story of each.
    pub traces: Mutex<Traces>,
    /// Messages that are held back.
    pub held: Held,
    /// Who spoke when, for slow mode.
    pub speakers: Mutex<Recent<UserId>>,
    /// Who said what, against repeats.
    pub(super) said: Mutex<Recent<Saying>>,
    tips: Mutex<Bucket>,
    /// Who came and who left since the last summary.
    crowds: Mutex<Crowds>,
    /// How many were there when the viewers were told last.
    counted: Mutex<Count>,
    /// The connections on which guests hear it.
    pub(super) guests: Mutex<HashMap<ConnId, Arc<Conn>>>,
    /// The run that began when it was opened here.
    pub epoch: Epoch,
    /// When that was.
    pub opened: Millis,
    used_ms: AtomicU64,
    /// When it was dismissed; 0 while it stands.
    ended_ms: AtomicU64,
    /// Moves when how it stands is news, for streams.
    pub stands: watch::Sender<()>,
    /// Cancelled when its viewers were told that it is over and nobody is in it any more, or when it left memory.
    pub finished: CancellationToken,
}

impl Room {
    /// Its settings now.
    pub fn record(&self) -> Arc<RoomRecord> {
        self.record.read().clone()
    }

    /// Takes over newer settings; an older answer that arrives late changes nothing.
    pub fn set_record(&self, record: RoomRecord) {
        let mut standing = self.record.write();
        if record.version > standing.version {
            *standing = Arc::new(record);
        }
    }

    /// Whether it was dismissed.
    pub fn ended(&self) -> bool {
        self.ended_ms.load(Ordering::Acquire) > 0
    }

    /// How many are there now.
    pub fn count(&self) -> Count {
        self.presence.lock().count()
    }

    /// Whether so many are there since the last time that this was asked.
    pub(super) fn count_is_news(&self, count: Count) -> bool {
        std::mem::replace(&mut *self.counted.lock(), count) != count
    }

    /// What is told of somebody who came or left (design section 4, rule 5): a tip of his own while the budget lasts;
    /// beyond it he waits for the next summary.
    pub fn tip(&self, event: Event, now: Millis) -> Option<Event> {
        let mut crowds = self.crowds.lock();
        let crowd = match &event {
            Event::Joined(_) => &mut crowds.joined,
            _ => &mut crowds.left,
        };
        if crowd.count == 0 && self.tips.lock().take(now) {
            return Some(event);
        }
        if let Event::Joined(person) | Event::Left(person) = event {
            crowd.add(person);
        }
        None
    }

    /// The summaries that are due, within the same budget.
    pub fn summaries(&self, now: Millis) -> Vec<Event> {
        let mut crowds = self.crowds.lock();
        let Crowds { joined, left } = &mut *crowds;
        let (joined, left) = (
            (joined.count > 0 && self.tips.lock().take(now))
                .then(|| joined.take())
                .flatten(),
            (left.count > 0 && self.tips.lock().take(now))
                .then(|| left.take())
                .flatten(),
        );
        let joined = joined.map(Event::JoinedMany);
        joined.into_iter().chain(left.map(Event::LeftMany)).collect()
    }
}

#[derive(Default)]
struct Crowds {
    joined: Crowd,
    left: Crowd,
}

type Cell = Arc<OnceCell<Arc<Room>>>;

/// The rooms of this node.
#[derive(Default)]
pub struct Rooms {
    cells: Mutex<HashMap<RoomKey, Cell>>,
}

impl Rooms {
    /// The room, if it is alive here; also one that was dismissed a moment ago.
    pub fn standing(&self, key: &RoomKey) -> Option<Arc<Room>> {
        self.cells.lock().get(key).and_then(|cell| cell.get().cloned())
    }

    /// Whether the room is alive here, or is just being opened.
    pub fn is_known(&self, key: &RoomKey) -> bool {
        self.cells.lock().contains_key(key)
    }

    /// How many are alive here, or are just being opened.
    pub fn count(&self) -> usize {
        self.cells.lock().len()
    }

    /// All that are alive here.
    pub fn all(&self) -> Vec<Arc<Room>> {
        self.cells
            .lock()
            .values()
            .filter_map(|cell| cell.get().cloned())
            .collect()
    }

    fn cell(&self, key: &RoomKey) -> Cell {
        self.cells.lock().entry(key.clone()).or_default().clone()
    }

    /// Forgets a cell, unless another one has taken its place.
    fn forget(&self, key: &RoomKey, cell: &Cell) {
        let mut cells = self.cells.lock();
        if cells.get(key).is_some_and(|standing| Arc::ptr_eq(standing, cell)) {
            cells.remove(key);
        }
    }

    fn forget_room(&self, room: &Arc<Room>) {
        let mut cells = self.cells.lock();
        if cells
            .get(&room.key)
            .and_then(|cell| cell.get())
            .is_some_and(|standing| Arc::ptr_eq(standing, room))
        {
            cells.remove(&room.key);
        }
    }
}

impl Application {
    /// The room, opened if it is not alive yet.
    pub async fn room(&self, key: &RoomKey) -> Result<Arc<Room>, AppError> {
        let cell = self.rooms.cell(key);
        let opened = cell.get_or_try_init(|| self.open_room(key)).await;
        match opened {
            Ok(room) if room.ended() => Err(no_room(key)),
            Ok(room) => {
                room.used_ms.store(self.clock.now().0, Ordering::Relaxed);
                Ok(room.clone())
            }
            Err(error) => {
                // Nothing is kept for rooms that do not exist: their names cost nothing to invent.
                self.rooms.forget(key, &cell);
                Err(error)
            }
        }
    }

    async fn open_room(&self, key: &RoomKey) -> Result<Arc<Room>, AppError> {
        let record = self.store.room(key.clone()).await?.ok_or_else(|| no_room(key))?;
        let mut sanctions = Sanctions::default();
        let now = self.clock.now();
        for (kind, user, end) in self.store.sanctions(key.clone()).await? {
            sanctions.set(kind, &user, end, now);
        }
        let mut presence = Presence::default();
        for (user, until) in self.store.robots(key.clone()).await? {
            if until > now {
                // More than there may be were never kept.
                let _ = presence.show_robot(&user, until, now);
            }
        }
        let counters = self.store.counters(key.clone()).await?;
        let likes = Likes::new(
            likes::counted_in(&counters),
            self.config.limits.like_taps_per_second_max,
        );
        let shared = Shared::new(
            self.store.attributes(key.clone()).await?,
            counters,
            self.config.limits.attribute_writes_per_s_max,
            now,
        );
        let history = self
            .store
            .history(key.clone(), self.config.rooms.history_entries)
            .await?;
        let block = self
            .store
            .reserve_numbers(key.clone(), self.config.rooms.numbers_block)
            .await?;
        self.store.begin_tally(key.clone(), block.epoch, now.secs()).await?;
        let opening = Opening {
            epoch: block.epoch,
            next: block.next,
            end: block.end,
            history: history.clone(),
        };
        self.ledger.open(key, opening).await?;
        self.remember_answers(key, &history).await?;
        let head = self.ledger.head(key).await?;
        let view = RoomView {
            id: key.room.as_str(),
            name: &record.name,
            online: 0,
            online_ttl_s: ONLINE_TTL_S,
        };
        let before = history
            .into_iter()
            .map(|entry| (entry.clone(), item::encode(&entry, view)));
        let run = Run::new(self.tokens.store_mark(), block.epoch);
        let feed = Feed::new(run, head, self.config.rooms.history_entries, before);
        let tips_per_s = self.config.rooms.tips_per_second_max;
        Ok(Arc::new(Room {
            key: key.clone(),
            record: RwLock::new(Arc::new(record)),
            presence: Mutex::new(presence),
            shared,
            likes: Mutex::new(likes),
            likes_on_their_way: AtomicBool::new(false),
            feed: Mutex::new(feed),
            sanctions: Mutex::new(sanctions),
            line: Line::default(),
            tally: Mutex::new(Tally::new(self.config.trace.keep_s, now)),
            traces: Mutex::default(),
            held: Held::default(),
            speakers: Mutex::new(Recent::new(SPEAKERS_MAX)),
            said: Mutex::new(Recent::new(SAYINGS_MAX)),
            tips: Mutex::new(Bucket::new(tips_per_s, tips_per_s, now)),
            crowds: Mutex::default(),
            counted: Mutex::default(),
            guests: Mutex::default(),
            epoch: block.epoch,
            opened: now,
            used_ms: AtomicU64::new(now.0),
            ended_ms: AtomicU64::new(0),
            stands: watch::Sender::default(),
            finished: CancellationToken::new(),
        }))
    }

    /// Encodes an entry of a room for its viewers.
    pub fn encode(&self, room: &Room, entry: &Entry) -> Item {
        self.with_view(room, |view| item::encode(entry, view))
    }

    /// Makes an item for the viewers of a room.
    pub(super) fn with_view(&self, room: &Room, make: impl FnOnce(RoomView<'_>) -> Item) -> Item {
        let record = room.record();
        let online = self.online(room.count());
        let view = RoomView {
            id: room.key.room.as_str(),
            name: &record.name,
            online,
            online_ttl_s: ONLINE_TTL_S,
        };
        make(view)
    }

    /// The online number as it is told (decision 19).
    pub fn online(&self, count: Count) -> usize {
        count.members
            + if self.config.rooms.count_guests {
                count.guests
            } else {
                0
            }
    }

    /// Puts an event into a room, outside the rate.
    pub async fn append(&self, key: &RoomKey, event: Event) -> Result<Receipt, AppError> {
        for _ in 0..TRIES {
            let appended = self.ledger.append(key, event.clone(), self.clock.now()).await;
            match appended {
                Err(error) => self.mend(key, error).await?,
                Ok(receipt) => return Ok(receipt),
            }
        }
        Err(AppError::Busy)
    }

    /// Offers messages to a room, the most urgent first.
    pub(super) async fn offer(
        &self,
        key: &RoomKey,
        messages: Vec<Message>,
        pace: Pace,
    ) -> Result<Vec<Decision>, AppError> {
        for _ in 0..TRIES {
            let offered = self.ledger.offer(key, messages.clone(), pace, self.clock.now()).await;
            match offered {
                Err(error) => self.mend(key, error).await?,
                Ok(decisions) => return Ok(decisions),
            }
        }
        Err(AppError::Busy)
    }

    /// What makes another try worth while: more numbers, or the room opened anew.
    async fn mend(&self, key: &RoomKey, error: LedgerError) -> Result<(), AppError> {
        match error {
            LedgerError::NoNumbers(_) => {
                let end = self
                    .store
                    .extend_numbers(key.clone(), self.config.rooms.numbers_block)
                    .await?;
                self.ledger.extend(key, end).await?;
            }
            LedgerError::NotOpen(_) => {
                self.room(key).await?;
            }
        }
        Ok(())
    }

    /// After the viewers were told that a room is over: nobody is in it any more.
    pub fn finish_room(&self, room: &Arc<Room>) {
        let sessions: Vec<_> = room.presence.lock().sessions().collect();
        for session in sessions.into_iter().filter_map(|id| self.sessions.get(id)) {
            session.leave(&room.key.room);
        }
        *room.presence.lock() = Presence::default();
        self.hub.dissolve(&room.key);
        room.finished.cancel();
    }

    /// From now on the room is over: nobody may join or speak.
    pub(super) fn end_room(&self, room: &Room) {
        room.ended_ms.store(self.clock.now().0.max(1), Ordering::Release);
    }

    /// Makes place for a new room of the same id while the old one still lingers.
    pub(super) async fn clear_ended(&self, key: &RoomKey) -> Result<(), AppError> {
        match self.rooms.standing(key) {
            Some(room) if room.ended() => {
                // Closed before its viewers are told, it would leave them in the new room without a word.
                let told = tokio::time::timeout(FAREWELL_MAX, room.finished.cancelled()).await;
                if told.is_err() {
                    self.finish_room(&room);
                }
                self.close_room(&room).await
            }
            _ => Ok(()),
        }
    }

    /// Closes rooms that nobody needs: dismissed ones after a while, idle ones when nobody is there.
    pub async fn close_idle_rooms(&self) {
        let now = self.clock.now();
        for room in self.rooms.all() {
            let ended = room.ended_ms.load(Ordering::Acquire);
            let used = Millis(room.used_ms.load(Ordering::Relaxed));
            let empty = room.presence.lock().is_empty() && !room.feed.lock().has_waiters();
            let idle = ended == 0 && empty && now.since(used) > self.config.rooms.idle_unload_s * 1000;
            let over = ended > 0 && now.since(Millis(ended)) > LINGER_MS;
            if (idle || over)
                && let Err(error) = self.close_room(&room).await
            {
                tracing::warn!(room = %room.key.room, error = &error as &dyn std::error::Error, "closing a room");
            }
        }
    }

    /// Closes all rooms, for a clean stop.
    pub async fn close_all_rooms(&self) {
        for room in self.rooms.all() {
            if let Err(error) = self.close_room(&room).await {
                tracing::warn!(room = %room.key.room, error = &error as &dyn std::error::Error, "closing a room");
            }
        }
    }

    /// Closes a room and gives its unused numbers back.
    pub async fn close_room(&self, room: &Arc<Room>) -> Result<(), AppError> {
        // First out of the index: whoever comes now waits for the ledger to say "not open" and opens anew.
        self.rooms.forget_room(room);
        room.finished.cancel();
        if !room.ended() {
            self.save_likes(room).await;
        }
        self.keep_tallies(std::slice::from_ref(room), true).await;
        let closing = match self.ledger.close(&room.key).await {
            Err(LedgerError::NotOpen(_)) => return Ok(()),
            closing => closing?,
        };
        self.store
            .return_numbers(room.key.clone(), closing.epoch, closing.next)
            .await?;
        Ok(())
    }
}

pub(super) fn no_room(key: &RoomKey) -> AppError {
    AppError::NoRoom(key.room.to_string())
}
