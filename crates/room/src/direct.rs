//! Messages from one user to another (decision 24).

use crate::{Content, Millis, Person, UserId};
use serde::{Deserialize, Serialize};

/// For how long its sender may take a message back, in milliseconds.
pub const RECALL_MS: u64 = 120_000;
/// For how long a message is kept for its receiver at most, in seconds: seven days.
pub const LIFE_S_MAX: u64 = 604_800;
/// For how long the same message is taken for a repeat of the first, in milliseconds (decision 6).
pub const REPEAT_MS: u64 = 300_000;

/// A message from one user to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectMessage {
    /// Who sent it, as he looked then.
    pub from: Person,
    /// To whom.
    pub to: UserId,
    /// The sender's running number.
    pub seq: u32,
    /// The sender's random number.
    pub random: u32,
    /// When the sender's device made it, in seconds; 0 when unknown.
    pub client_time: u64,
    /// When the server took it.
    pub at: Millis,
    /// What it carries.
    pub content: Content,
}

impl DirectMessage {
    /// What names it between these two users.
    pub fn name(&self) -> DirectName {
        DirectName {
            seq: self.seq,
            random: self.random,
            at_s: self.at.secs(),
        }
    }
}

/// What names a message between two users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectName {
    /// The sender's running number.
    pub seq: u32,
    /// The sender's random number.
    pub random: u32,
    /// When the server took it, in seconds.
    pub at_s: u64,
}
