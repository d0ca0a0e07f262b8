//! The ledger: the one authority for a room's numbering, duplicate suppression and recent history. What it admits has
//! happened, in that order; everything else (fan-out, replay, history for newcomers) reads from it.
//!
//! One trait, so that a node's memory and, in a cluster, Redis decide alike; [`conformance`] is the suite that both
//! pass. The priority lanes of an overloaded room stand in front of the ledger on each node (decision 3): what they let
//! out arrives here as a batch of [`Ledger::offer`].
//!
//! Fan-out pulls: the ledger says *that* a room has news ([`Ledger::news`]), and whoever delivers reads on from his
//! own place ([`Ledger::read`]). So order cannot be lost between admission and delivery, a burst becomes one reading,
//! and the history ring is the only buffer between the two.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod memory;

pub use memory::MemoryLedger;

use async_trait::async_trait;
use room::{Entry, Epoch, Event, Message, Millis, RoomKey, Seq, admission::Pace, dedup::DedupKey, history::Reading};
use std::sync::Arc;

/// Why the ledger could not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The room was not opened here, or was closed.
    #[error("ledger: room {0:?} is not open")]
    NotOpen(RoomKey),
    /// The room's block of numbers is used up; nothing was admitted. Extend it and offer again.
    #[error("ledger: room {0:?} has no numbers left")]
    NoNumbers(RoomKey),
}

/// What a room starts with.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// The stretch of numbering that begins.
    pub epoch: Epoch,
    /// The first number to give.
    pub next: Seq,
    /// The first number that must not be given before [`Ledger::extend`].
    pub end: Seq,
    /// What is known from before, oldest first.
    pub history: Vec<Arc<Entry>>,
}

/// Where a room stands when it closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The stretch of numbering that ends.
    pub epoch: Epoch,
    /// The first number that was not given.
    pub next: Seq,
}

/// The place that an admitted event got; number 0 stands for a message that was decided and is nowhere: a drop that its
/// sender hears as success (decision 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The stretch of numbering.
    pub epoch: Epoch,
    /// The number.
    pub seq: Seq,
    /// When it was admitted.
    pub at: Millis,
}

/// What is known of a message before it is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// It is new and now reserved for the caller, who must [`Ledger::settle`] it.
    First,
    /// It is a repeat; this was the answer to the first.
    Repeat(Receipt),
}

/// What became of an offered message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is in the room now.
    Admitted(Receipt),
    /// It cannot go yet. Offered again at this time it, or one before it, may; never, where the pace lets nothing pass.
    Wait(Option<Millis>),
}

/// The authority over rooms.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// Opens a room. Opening an open room changes nothing.
    async fn open(&self, room: &RoomKey, opening: Opening) -> Result<(), LedgerError>;

    /// Allows numbers up to, but not including, `end`.
    async fn extend(&self, room: &RoomKey, end: Seq) -> Result<(), LedgerError>;

    /// Closes a room and forgets it.
    async fn close(&self, room: &RoomKey) -> Result<Closing, LedgerError>;

    /// Reserves a message, or answers what became of the same message before. Waits while the first is being decided.
    async fn reserve(&self, room: &RoomKey, key: &DedupKey, now: Millis) -> Result<Reservation, LedgerError>;

    /// Ends a reservation; without a receipt the message is forgotten and may be tried again.
    async fn settle(&self, room: &RoomKey, key: &DedupKey, receipt: Option<Receipt>) -> Result<(), LedgerError>;

    /// Offers messages, the most urgent first; answers a decision for each, in the given order. As many from the front
    /// as the pace allows are admitted (decision 3); the others are to be offered again.
    async fn offer(
        &self,
        room: &RoomKey,
        messages: Vec<Message>,
        pace: Pace,
        now: Millis,
    ) -> Result<Vec<Decision>, LedgerError>;

    /// Adds an event that is outside the rate: come and go, profile changes, notices, the end (LR-S7, LR-F8).
    async fn append(&self, room: &RoomKey, event: Event, now: Millis) -> Result<Receipt, LedgerError>;

    /// Takes messages out of the recent history, because a moderator deleted them. Their numbers are not given again,
    /// and a later reading does not call them a gap.
    async fn withdraw(&self, room: &RoomKey, seqs: &[Seq]) -> Result<(), LedgerError>;

    /// Reads what came after `after`, at most the newest `entries_max` of it.
    async fn read(&self, room: &RoomKey, after: Seq, entries_max: usize) -> Result<Reading, LedgerError>;

    /// The number of the newest entry; the number before the first when there is none.
    async fn head(&self, room: &RoomKey) -> Result<Seq, LedgerError>;

    /// Waits until rooms have news and answers which, each once. One reader per ledger.
    async fn news(&self) -> Vec<RoomKey>;
}
