//! The ledger of a single node, in memory. One lock per room, held for the few instructions of a decision.

use crate::{Closing, Decision, Ledger, LedgerError, Opening, Receipt, Reservation};
use async_trait::async_trait;
use parking_lot::{Mutex, RwLock};
use room::{
    Entry, Epoch, Event, Message, Millis, RoomKey, Seq,
    admission::{Meter, Pace},
    dedup::{Dedup, DedupKey, Seen},
    history::{History, Reading},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use tokio::sync::Notify;

/// How many messages of one room are remembered against repeats: five minutes of 160 per second, about 10 MiB.
const DEDUP_KEYS_MAX: usize = 50_000;

/// Rooms in this process's memory.
pub struct MemoryLedger {
    rooms: RwLock<HashMap<RoomKey, Arc<Line>>>,
    history_entries: usize,
    news: Mutex<HashSet<RoomKey>>,
    has_news: Notify,
}

/// One room.
struct Line {
    state: Mutex<State>,
    settled: Notify,
}

struct State {
    epoch: Epoch,
    next: Seq,
    end: Seq,
    history: History,
    dedup: Dedup<Receipt>,
    /// Made at the first offer, which names the pace.
    meter: Option<Meter>,
}

impl MemoryLedger {
    /// An empty ledger that keeps `history_entries` recent entries of each room.
    pub fn new(history_entries: usize) -> Self {
        Self {
            rooms: RwLock::default(),
            history_entries,
            news: Mutex::default(),
            has_news: Notify::new(),
        }
    }

    fn line(&self, room: &RoomKey) -> Result<Arc<Line>, LedgerError> {
        self.rooms
            .read()
            .get(room)
            .cloned()
            .ok_or_else(|| LedgerError::NotOpen(room.clone()))
    }

    fn tell(&self, room: &RoomKey) {
        if self.news.lock().insert(room.clone()) {
            self.has_news.notify_one();
        }
    }
}

impl State {
    /// Numbers as many messages from the front as the pace allows. When the numbers do not suffice for those, none is
    /// admitted and nothing is spent.
    fn admit(
        &mut self,
        room: &RoomKey,
        messages: Vec<Message>,
        pace: Pace,
        now: Millis,
    ) -> Result<Vec<Decision>, LedgerError> {
        let meter = self.meter.get_or_insert_with(|| Meter::new(pace, now));
        let going = meter.allows(pace, now).min(messages.len());
        if self.next.0 + going as u64 > self.end.0 {
            return Err(LedgerError::NoNumbers(room.clone()));
        }
        meter.spend(going);
        let ready_at = meter.ready_at();
        let decide = |(at, message)| match at < going {
            true => Decision::Admitted(self.number(Event::Message(message), now)),
            false => Decision::Wait(ready_at),
        };
        Ok(messages.into_iter().enumerate().map(decide).collect())
    }

    fn number(&mut self, event: Event, at: Millis) -> Receipt {
        let (epoch, seq) = (self.epoch, self.next);
        self.next = seq.next();
        self.history.push(Arc::new(Entry { epoch, seq, at, event }));
        Receipt { epoch, seq, at }
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn open(&self, room: &RoomKey, opening: Opening) -> Result<(), LedgerError> {
        let Opening {
            epoch,
            next,
            end,
            history,
        } = opening;
        self.rooms.write().entry(room.clone()).or_insert_with(|| {
            let history = History::new(self.history_entries, history);
            let state = State {
                epoch,
                next,
                end,
                history,
                dedup: Dedup::new(DEDUP_KEYS_MAX),
                meter: None,
            };
            Arc::new(Line {
                state: Mutex::new(state),
                settled: Notify::new(),
            })
        });
        Ok(())
    }

    async fn extend(&self, room: &RoomKey, end: Seq) -> Result<(), LedgerError> {
        let line = self.line(room)?;
        let mut state = line.state.lock();
        state.end = state.end.max(end);
        Ok(())
    }

    async fn close(&self, room: &RoomKey) -> Result<Closing, LedgerError> {
        let line = self
            .rooms
            .write()
            .remove(room)
            .ok_or_else(|| LedgerError::NotOpen(room.clone()))?;
        let mut state = line.state.lock();
        // Whoever still holds the line must not give numbers that the next opening gives again.
        state.end = state.next;
        Ok(Closing {
            epoch: state.epoch,
            next: state.next,
        })
    }

    async fn reserve(&self, room: &RoomKey, key: &DedupKey, now: Millis) -> Result<Reservation, LedgerError> {
        let line = self.line(room)?;
        loop {
            // Listen before looking, so that an answer given in between is not missed.
            let settled = line.settled.notified();
            let seen = line.state.lock().dedup.reserve(key, now);
            match seen {
                Seen::First => return Ok(Reservation::First),
                Seen::Done(receipt) => return Ok(Reservation::Repeat(receipt)),
                Seen::Pending => {}
            }
            settled.await;
        }
    }

    async fn settle(&self, room: &RoomKey, key: &DedupKey, receipt: Option<Receipt>) -> Result<(), LedgerError> {
        let line = self.line(room)?;
        line.state.lock().dedup.settle(key, receipt);
        line.settled.notify_waiters();
        Ok(())
    }

    async fn offer(
        &self,
        room: &RoomKey,
        messages: Vec<Message>,
        pace: Pace,
        now: Millis,
    ) -> Result<Vec<Decision>, LedgerError> {
        let decisions = self.line(room)?.state.lock().admit(room, messages, pace, now)?;
        if matches!(decisions.first(), Some(Decision::Admitted(_))) {
            self.tell(room);
        }
        Ok(decisions)
    }

    async fn append(&self, room: &RoomKey, event: Event, now: Millis) -> Result<Receipt, LedgerError> {
        let line = self.line(room)?;
        let receipt = {
            let mut state = line.state.lock();
            if state.next >= state.end {
                return Err(LedgerError::NoNumbers(room.clone()));
            }
            state.number(event, now)
        };
        self.tell(room);
        Ok(receipt)
    }

    async fn withdraw(&self, room: &RoomKey, seqs: &[Seq]) -> Result<(), LedgerError> {
        self.line(room)?.state.lock().history.withdraw(seqs);
        Ok(())
    }

    async fn read(&self, room: &RoomKey, after: Seq, entries_max: usize) -> Result<Reading, LedgerError> {
        Ok(self.line(room)?.state.lock().history.after(after, entries_max))
    }

    async fn head(&self, room: &RoomKey) -> Result<Seq, LedgerError> {
        Ok(Seq(self.line(room)?.state.lock().next.0.saturating_sub(1)))
    }

    async fn news(&self) -> Vec<RoomKey> {
        loop {
            let has_news = self.has_news.notified();
            let rooms: Vec<_> = self.news.lock().drain().collect();
            if !rooms.is_empty() {
                return rooms;
            }
            has_news.await;
        }
    }
}

#[cfg(test)]
mod tests {
    crate::conformance::suite!(async || crate::MemoryLedger::new(100));
}
