//! What clients are there for.

use crate::client::dialect::Dialect;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// What a client is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Watches, and checks that nothing is missing. Polls if the server says so.
    Viewer,
    /// A viewer who also speaks when there is a talk.
    Talker,
    /// A viewer who likes the room when there is a talk: so many taps in each frame. One who asks is answered what became
    /// of them.
    Liker { taps: u64, asks: bool },
    /// Polls without a login.
    Guest,
    /// Reads one byte per second.
    Slow,
    /// Joins and leaves while others talk; this one begins inside or outside.
    Churner { inside: bool },
    /// No client of a Plaudit server: frames come as soon as the connection stands. For the floor.
    Bare,
}

/// A client that is to be.
#[derive(Clone, Debug)]
pub struct Wish {
    pub role: Role,
    pub user: String,
    pub ticket: String,
    pub room: Arc<str>,
    pub dialect: Dialect,
    /// Its place among all, for its local address.
    pub n: usize,
}

/// When a talker speaks and a liker likes, how often, and how long what the talker says is.
#[derive(Clone, Copy, Debug)]
pub struct Talk {
    pub began: Instant,
    pub began_us: u64,
    pub every: Duration,
    pub messages: u64,
    pub text_bytes: usize,
}

/// What a liker gave, and what the server says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Liked {
    /// Taps in one frame.
    pub each: u64,
    /// Taps in all.
    pub taps: u64,
    /// How many of them count; nothing before the server was asked.
    pub mine: Option<u64>,
}
