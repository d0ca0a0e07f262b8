//! Our own client protocol, version 1: the frames of `docs/protocol.md`, as values and as JSON. Pure: no socket, no
//! clock, nothing of the vendor's.
//!
//! Map: [`request`] what clients ask · [`answer`] what they are answered · [`event`] what happened in a room · [`frame`]
//! what the server says unasked · [`reading`] what those get who read over HTTP · [`close`] how a connection ends ·
//! [`Place`] where a client is in a room.

pub mod answer;
pub mod close;
pub mod event;
pub mod frame;
mod place;
pub mod reading;
pub mod request;

pub use place::Place;

/// The WebSocket subprotocol of this version.
pub const SUBPROTOCOL: &str = "plaudit.v1";
