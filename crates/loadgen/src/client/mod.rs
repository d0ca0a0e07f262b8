//! Thousands of lean clients: a few threads, each with a poll loop of its own, one read buffer and one memory of the last
//! frames for all of its connections.
//!
//! Map: [`frame`] WebSocket frames · [`wire`] what the SDK says and is told · [`told`] reading what is said of a room ·
//! [`counts`] what was seen · [`socket`] opening a connection · [`conn`] one client's life · [`worker`] one thread ·
//! [`fleet`] all of them, for the scenarios.

pub mod conn;
pub mod counts;
pub mod fleet;
pub mod frame;
pub mod socket;
pub mod told;
pub mod wire;
pub mod worker;
