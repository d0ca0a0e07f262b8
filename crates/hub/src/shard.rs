//! A part of the hub: the connections whose number falls to it, who of them hears which room, and one worker that writes
//! to them. Rooms that have something to tell take turns, a few connections at a time, so that a big room does not keep
//! a small one waiting, nor the other work of the worker's thread.

use crate::{ConnId, Delivered, Outbox, round::Round};
use indexmap::IndexMap;
use parking_lot::Mutex;
use room::RoomKey;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};
use tokio::sync::Notify;

/// How many connections are written to in one turn: about a quarter of a millisecond of system calls.
const TURN_MAX: usize = 32;

/// A part of the hub.
#[derive(Default)]
pub(crate) struct Shard {
    state: Mutex<State>,
    /// Wakes the worker: a room has something to tell.
    work: Notify,
}

#[derive(Default)]
struct State {
    audiences: HashMap<RoomKey, Audience>,
    /// Rooms with an unfinished round, each once.
    turns: VecDeque<RoomKey>,
}

/// Who hears a room on this shard.
#[derive(Default)]
struct Audience {
    members: IndexMap<ConnId, Member>,
    /// Unfinished rounds; the first one is being told.
    rounds: VecDeque<Arc<Round>>,
    /// The number of the newest round.
    newest: u64,
    /// The members before this place have not been told the first round yet. It falls, so that a member who takes the
    /// place of one that left is never passed over: he comes from the end.
    left: usize,
}

struct Member {
    outbox: Arc<Outbox>,
    /// The newest round that he was told or is not to be told: who joins is told later rounds only.
    told: u64,
}

/// A few connections, and what they are told.
struct Turn {
    round: Arc<Round>,
    outboxes: Vec<Arc<Outbox>>,
    /// Whether the shard is through with the round afterwards.
    last: bool,
}

impl Shard {
    pub(crate) fn join(&self, room: &RoomKey, outbox: &Arc<Outbox>) {
        let mut state = self.state.lock();
        let audience = state.audiences.entry(room.clone()).or_default();
        let told = audience.newest;
        // Who is here already still has to be told what is on its way.
        audience.members.entry(outbox.id()).or_insert_with(|| Member {
            outbox: outbox.clone(),
            told,
        });
    }

    pub(crate) fn leave(&self, room: &RoomKey, conn: ConnId) {
        let mut state = self.state.lock();
        if let Some(audience) = state.audiences.get_mut(room) {
            audience.members.swap_remove(&conn);
            if audience.is_over() {
                state.audiences.remove(room);
            }
        }
    }

    pub(crate) fn dissolve(&self, room: &RoomKey) {
        let mut state = self.state.lock();
        if let Some(audience) = state.audiences.get_mut(room) {
            audience.members = IndexMap::new();
            if audience.is_over() {
                state.audiences.remove(room);
            }
        }
    }

    /// Everybody who hears the room.
    pub(crate) fn everybody(&self, room: &RoomKey) -> Vec<Arc<Outbox>> {
        let state = self.state.lock();
        let members = state
            .audiences
            .get(room)
            .into_iter()
            .flat_map(|audience| audience.members.values());
        members.map(|member| member.outbox.clone()).collect()
    }

    pub(crate) fn audience(&self, room: &RoomKey) -> usize {
        let state = self.state.lock();
        state.audiences.get(room).map_or(0, |audience| audience.members.len())
    }

    /// Takes a round for the room's audience, if there is one.
    pub(crate) fn publish(&self, room: &RoomKey, round: &Arc<Round>) {
        let mut state = self.state.lock();
        let Some(audience) = state.audiences.get_mut(room) else {
            return;
        };
        round.begin();
        audience.newest += 1;
        audience.rounds.push_back(round.clone());
        if audience.rounds.len() == 1 {
            audience.left = audience.members.len();
            state.turns.push_back(room.clone());
            self.work.notify_one();
        }
    }

    /// Writes what is published, for ever. To be run by one task.
    pub(crate) async fn work(&self) {
        loop {
            let turn = self.state.lock().next();
            let Some(turn) = turn else {
                self.work.notified().await;
                continue;
            };
            turn.take();
            // Reads, commands and timers of this thread come in between.
            tokio::task::yield_now().await;
        }
    }
}

impl State {
    /// The next turn, of the room that has waited longest.
    fn next(&mut self) -> Option<Turn> {
        loop {
            let room = self.turns.pop_front()?;
            let Some(audience) = self.audiences.get_mut(&room) else {
                continue;
            };
            let Some(turn) = audience.next() else { continue };
            if audience.is_over() {
                self.audiences.remove(&room);
            } else if !audience.rounds.is_empty() {
                self.turns.push_back(room);
            }
            return Some(turn);
        }
    }
}

impl Audience {
    /// Nobody is there, and nothing is under way.
    fn is_over(&self) -> bool {
        self.members.is_empty() && self.rounds.is_empty()
    }

    fn next(&mut self) -> Option<Turn> {
        let round = self.rounds.front()?.clone();
        let number = self.newest - (self.rounds.len() as u64 - 1);
        let mut outboxes = Vec::with_capacity(TURN_MAX);
        // Members may have left meanwhile.
        self.left = self.left.min(self.members.len());
        while self.left > 0 && outboxes.len() < TURN_MAX {
            self.left -= 1;
            if let Some((_, member)) = self.members.get_index_mut(self.left)
                && member.told < number
            {
                member.told = number;
                outboxes.push(member.outbox.clone());
            }
        }
        let last = self.left == 0;
        if last {
            self.rounds.pop_front();
            self.left = self.members.len();
        }
        Some(Turn { round, outboxes, last })
    }
}

impl Turn {
    fn take(self) {
        // Counted here first: the shards share the round, and would wait for each other's counting.
        let mut some = Delivered::default();
        for outbox in &self.outboxes {
            if let Some(frame) = self.round.frame(outbox.variant()) {
                some.count(outbox.send_or(&frame.bytes, &frame.instead, self.round.class()));
            }
        }
        self.round.note(some);
        if self.last {
            self.round.end();
        }
    }
}
