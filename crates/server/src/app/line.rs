//! Where the messages of one room wait for their turn: the lanes of this node in front of the ledger (decision 3).
//!
//! Whoever brings a message into an idle line offers what waits, at once and by himself: in a quiet room that is all.
//! What must wait is offered again by one task, which ends when nobody waits any more.
//!
//! Nothing is offered while too much is admitted that the viewers were not told yet. So a node that cannot keep up lets less
//! into a room, the most urgent first, and accounts for the rest; it never admits what then falls out of the room's
//! history on its way to the viewers.

use super::{AppError, Application, room::Room};
use ledger::{Decision, Receipt};
use parking_lot::Mutex;
use room::{
    Epoch, Message, Millis, Priority, Seq,
    admission::{Lanes, Pace, Waiting},
    tally::Cause,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// How soon a room is looked at again of which the viewers have too much to be told, in milliseconds.
const UNTOLD_AGAIN_MS: u64 = 10;

/// One room's line.
#[derive(Default)]
pub struct Line(Mutex<State>);

#[derive(Default)]
struct State {
    lanes: Lanes<Turn>,
    /// Whether somebody offers what waits; he goes on until nobody waits.
    served: bool,
}

struct Turn {
    message: Message,
    decided: oneshot::Sender<Turned>,
}

/// What became of a message in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// It is in the room.
    Admitted(Receipt),
    /// The room was too busy.
    Dropped(Cause),
    /// The ledger could not decide it.
    Failed,
}

/// What is admitted and not told yet, and how much of it the room's history holds.
struct Untold {
    entries: usize,
    kept_max: usize,
}

impl Untold {
    /// How many of `going` messages, the `urgent` ones first, may be offered: up to half of the history; the urgent ones up
    /// to three quarters, so that what was admitted before they came does not keep them out. The last quarter is left to
    /// what is outside of the rate.
    fn fitting(&self, going: usize, urgent: usize) -> usize {
        let place = |share: usize| share.saturating_sub(self.entries);
        let of_all = place(self.kept_max / 2).min(going);
        of_all.max(place(self.kept_max * 3 / 4).min(urgent))
    }
}

/// What is to be offered next.
struct Next {
    expired: Vec<Waiting<Turn>>,
    going: Vec<Waiting<Turn>>,
}

impl Line {
    /// Puts a message in. True when the caller has to serve the line.
    fn enter(&self, pace: Pace, turn: Turn, now: Millis) -> Result<bool, Turn> {
        let mut state = self.0.lock();
        let priority = turn.message.priority;
        state.lanes.enter(pace, priority, turn, now)?;
        Ok(!std::mem::replace(&mut state.served, true))
    }

    /// What is to be done next; with nothing left the service ends.
    fn next(&self, pace: Pace, now: Millis) -> Option<Next> {
        let mut state = self.0.lock();
        let expired = state.lanes.expire(pace, now);
        let going = state
            .lanes
            .take(usize::try_from(pace.burst).unwrap_or(usize::MAX).max(1));
        state.served = !(expired.is_empty() && going.is_empty());
        state.served.then_some(Next { expired, going })
    }

    /// Puts back what has to wait; answers when the first of all will have waited too long.
    fn put_back(&self, pace: Pace, waiting: Vec<Waiting<Turn>>) -> Option<Millis> {
        let mut state = self.0.lock();
        state.lanes.put_back(waiting);
        state.lanes.next_expiry(pace)
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.0.lock().lanes.len()
    }
}

/// The receipt of a message that is nowhere (decision 4).
pub fn nowhere(at: Millis) -> Receipt {
    Receipt {
        epoch: Epoch(0),
        seq: Seq(0),
        at,
    }
}

impl Application {
    /// How fast a room may go now.
    pub fn pace(&self, room: &Room) -> Pace {
        let default = || u32::try_from(self.config.rooms.rate_per_s).unwrap_or(u32::MAX);
        let changed = || self.app_rules(room.key.app).rate_per_s;
        let of_app = || changed().or_else(|| self.tenant(room.key.app.0).ok()?.rate_per_s);
        let rate = room.record().rules.rate_per_s.or_else(of_app).unwrap_or_else(default);
        Pace::new(rate, self.config.rooms.max_wait_ms)
    }

    /// Waits for a message's turn. It is decided within the longest wait.
    pub(super) async fn take_turn(self: &Arc<Self>, room: &Arc<Room>, message: Message) -> Result<Turned, AppError> {
        let (decided, decision) = oneshot::channel();
        let turn = Turn { message, decided };
        let Ok(must_serve) = room.line.enter(self.pace(room), turn, self.clock.now()) else {
            return Ok(Turned::Dropped(Cause::LaneFull));
        };
        if must_serve && let Some(again) = self.serve(room).await {
            let (app, room) = (self.clone(), room.clone());
            self.spawn(async move { app.keep_serving(&room, again).await });
        }
        match decision.await {
            Ok(Turned::Failed) | Err(_) => Err(AppError::Busy),
            Ok(turned) => Ok(turned),
        }
    }

    async fn keep_serving(&self, room: &Room, mut again: Millis) {
        loop {
            let wait_ms = again.since(self.clock.now()).max(1);
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            match self.serve(room).await {
                Some(later) => again = later,
                None => return,
            }
        }
    }

    /// What is admitted in a room and not told yet.
    async fn untold(&self, room: &Room) -> Untold {
        // A room that is just being closed: the offer finds out.
        let head = self.ledger.head(&room.key).await.unwrap_or_default();
        let told = room.feed.lock().head();
        Untold {
            entries: usize::try_from(head.0.saturating_sub(told.0)).unwrap_or(usize::MAX),
            kept_max: self.config.rooms.history_entries,
        }
    }

    /// Offers what waits until nobody does, or somebody has to wait; then answers when to go on.
    async fn serve(&self, room: &Room) -> Option<Millis> {
        loop {
            let (pace, now) = (self.pace(room), self.clock.now());
            let Next { expired, mut going } = room.line.next(pace, now)?;
            decide(expired, Turned::Dropped(Cause::Waited));
            if going.is_empty() {
                continue;
            }
            let urgent = going.partition_point(|one| one.priority == Priority::High);
            let fitting = self.untold(room).await.fitting(going.len(), urgent);
            if fitting == 0 {
                let expiry = room.line.put_back(pace, going);
                return Some(expiry.map_or(now, |at| at.min(now.plus(UNTOLD_AGAIN_MS))));
            }
            let later = going.split_off(fitting);
            let messages = going.iter().map(|one| one.item.message.clone()).collect();
            let decisions = match self.offer(&room.key, messages, pace).await {
                Ok(decisions) => decisions,
                Err(error) => {
                    tracing::error!(room = %room.key.room, error = &error as &dyn std::error::Error, "offering messages");
                    decide(going.into_iter().chain(later), Turned::Failed);
                    continue;
                }
            };
            let (mut waiting, mut ready) = (Vec::new(), None);
            for (one, decision) in going.into_iter().zip(decisions) {
                match decision {
                    Decision::Admitted(receipt) => decide([one], Turned::Admitted(receipt)),
                    Decision::Wait(until) => {
                        ready = until;
                        waiting.push(one);
                    }
                }
            }
            if waiting.is_empty() {
                room.line.put_back(pace, later);
            } else {
                waiting.extend(later);
                let expiry = room.line.put_back(pace, waiting);
                return ready.into_iter().chain(expiry).min();
            }
        }
    }
}

/// Tells the senders. One who has gone needs no answer.
fn decide(turns: impl IntoIterator<Item = Waiting<Turn>>, turned: Turned) {
    for one in turns {
        let _ = one.item.decided.send(turned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_urgent_has_place_where_nothing_else_has() {
        let fitting = |entries, going, urgent| Untold { entries, kept_max: 100 }.fitting(going, urgent);
        assert_eq!(fitting(0, 10, 0), 10);
        assert_eq!(fitting(45, 10, 0), 5);
        assert_eq!(fitting(45, 10, 7), 7);
        assert_eq!(fitting(50, 10, 3), 3);
        assert_eq!(fitting(50, 10, 0), 0);
        assert_eq!(fitting(70, 10, 10), 5);
        assert_eq!(fitting(75, 10, 10), 0);
        assert_eq!(fitting(1_000, 10, 10), 0, "also when far too much is untold");
    }
}
