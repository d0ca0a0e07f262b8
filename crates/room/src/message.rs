//! What a member says, and how urgent it is.

use crate::Person;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How urgent a message is. Under pressure a higher one always goes first. Ordered: `Lowest < Low < Normal < High`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Priority {
    /// Below likes; only the vendor's older generation names it.
    Lowest,
    /// Likes and follows.
    Low,
    /// Text.
    #[default]
    Normal,
    /// Gifts and orders to leave.
    High,
}

/// What a message carries. Opaque to the room: it is stored, counted and passed on byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The elements: a compact JSON array, as the sender gave it.
    pub elements: Arc<str>,
    /// A free string that travels with the message; empty when there is none.
    pub extra: Arc<str>,
}

impl Content {
    /// The longest content, in bytes of elements and extra together (decision 20).
    pub const BYTES_MAX: usize = 12_288;

    /// The size that the limit counts, in bytes.
    pub fn size_bytes(&self) -> usize {
        self.elements.len() + self.extra.len()
    }
}

/// A message of a room, with its sender as he looked when he sent it (LR-M12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who sends.
    pub from: Person,
    /// The sender's random number: half of the message's identity.
    pub random: u32,
    /// When the sender's device made it, in seconds; 0 when unknown.
    pub client_time: u64,
    /// The sender's own running number; 0 when unknown.
    pub client_seq: u64,
    /// How urgent it is.
    pub priority: Priority,
    /// What it carries.
    pub content: Content,
}
