//! Hold-back: messages of ordinary members wait for some seconds before their turn, so that a moderator can remove them.
//!
//! Their senders are not kept waiting: they hear a success without a number, as for a drop (decision 4), and the story
//! of the message tells the rest.

use super::{
    AppError, Application,
    send::{Case, Later, Sent, Speaker},
};
use parking_lot::Mutex;
use room::{Message, Millis, RoomKey};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// How many messages of one room may be held back: ten seconds of a hundred in a second. One more finds no place.
const HELD_MAX: usize = 1_000;

/// How the wait of a message ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A moderator lets it go.
    Release,
    /// A moderator removes it.
    Remove,
    /// The server stops.
    GiveUp,
}

/// A message that is held back.
#[derive(Clone, Debug)]
pub struct HeldMessage {
    /// Its number among those of its room.
    pub id: u64,
    /// What was said.
    pub message: Message,
    /// When it goes by itself.
    pub until: Millis,
}

/// The messages of one room that are held back.
#[derive(Default)]
pub struct Held(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    waiting: BTreeMap<u64, Waiting>,
}

struct Waiting {
    held: HeldMessage,
    end: oneshot::Sender<Verdict>,
    follower: Follower,
}

/// Who hears what became of a message that is held back: whoever asked last, since he who asked before may be gone.
pub type Follower = Arc<Mutex<Option<Later>>>;

impl Held {
    fn enter(&self, message: &Message, until: Millis, follower: Follower) -> Option<(u64, oneshot::Receiver<Verdict>)> {
        let mut state = self.0.lock();
        if state.waiting.len() >= HELD_MAX {
            return None;
        }
        state.last += 1;
        let (id, message) = (state.last, message.clone());
        let (end, ended) = oneshot::channel();
        let held = HeldMessage { id, message, until };
        state.waiting.insert(id, Waiting { held, end, follower });
        Some((id, ended))
    }

    fn leave(&self, id: u64) {
        self.0.lock().waiting.remove(&id);
    }

    /// All of them, the oldest first.
    pub fn list(&self) -> Vec<HeldMessage> {
        let state = self.0.lock();
        state.waiting.values().map(|waiting| waiting.held.clone()).collect()
    }

    /// Somebody sends a message again: if it is held back, he hears from now on what becomes of it. Answers whether it is.
    pub(super) fn follow(&self, message: &Message, later: Option<Later>) -> bool {
        let state = self.0.lock();
        let same = |held: &Message| (&held.from.user, held.random) == (&message.from.user, message.random);
        let waiting = state.waiting.values().find(|waiting| same(&waiting.held.message));
        if let (Some(waiting), Some(later)) = (waiting, later) {
            *waiting.follower.lock() = Some(later);
        }
        waiting.is_some()
    }

    /// Ends the wait of these; answers which of them were waiting.
    pub fn end(&self, ids: &[u64], verdict: Verdict) -> Vec<u64> {
        let mut state = self.0.lock();
        let mut end = |id: &u64| {
            let waiting = state.waiting.remove(id)?;
            waiting.end.send(verdict).is_ok().then_some(*id)
        };
        ids.iter().filter_map(&mut end).collect()
    }
}

impl Application {
    /// For how long a message is held back; nothing for those who moderate, and for backends.
    pub(super) fn hold_ms(case: &Case) -> u64 {
        let record = case.room.record();
        match &case.speaker {
            Speaker::Member(session) if !record.may_edit(&session.user.user) => {
                u64::from(record.rules.hold_back_s) * 1000
            }
            _ => 0,
        }
    }

    /// Holds a message back, and lets it go if nobody minds: neither a moderator, nor a mute or ban that its sender got
    /// meanwhile.
    pub(super) async fn hold_and_say(
        self: &Arc<Self>,
        case: &mut Case,
        message: Message,
        hold_ms: u64,
        follower: Follower,
    ) -> Result<Sent, AppError> {
        let began = self.clock.now();
        let Some((id, ended)) = case.room.held.enter(&message, began.plus(hold_ms), follower) else {
            return Ok(Sent::dropped(room::tally::Cause::LaneFull, began));
        };
        let verdict = tokio::time::timeout(Duration::from_millis(hold_ms), ended).await;
        case.room.held.leave(id);
        case.note(|trace| trace.held_ms = Some(self.clock.now().since(began)));
        match verdict {
            Err(_) | Ok(Ok(Verdict::Release)) => {}
            Ok(Ok(Verdict::Remove)) => return Err(AppError::RemovedByModerator),
            Ok(Ok(Verdict::GiveUp) | Err(_)) => return Err(AppError::Busy),
        }
        self.is_not_sanctioned(&case.room, case.speaker.user()).await?;
        self.say(case, message).await
    }

    /// The messages of a room that are held back, the oldest first.
    pub async fn held(&self, key: &RoomKey) -> Result<Vec<HeldMessage>, AppError> {
        Ok(self.room(key).await?.held.list())
    }

    /// Lets messages go that are held back, or removes them. Answers which of them were still waiting.
    pub async fn judge(&self, key: &RoomKey, ids: &[u64], verdict: Verdict) -> Result<Vec<u64>, AppError> {
        Ok(self.room(key).await?.held.end(ids, verdict))
    }

    /// The server stops: what is held back is not said any more.
    pub fn give_up_held(&self) {
        for room in self.rooms.all() {
            let ids: Vec<_> = room.held.list().iter().map(|held| held.id).collect();
            room.held.end(&ids, Verdict::GiveUp);
        }
    }
}
