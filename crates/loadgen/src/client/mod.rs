//! Thousands of lean clients: a few threads, each with a poll loop of its own, one read buffer and one memory of the last
//! frames for all of its connections.
//!
//! Map: [`frame`] WebSocket frames · [`dialect`] how a client speaks: [`websdk`] as the official SDKs do, [`native`] in our
//! own protocol · [`search`] reading without trees · [`told`] reading what is said of a room · [`place`] where a viewer is in
//! it · [`counts`] what was seen · [`socket`] opening a connection · [`conn`] one client's life · [`worker`] one thread ·
//! [`fleet`] all of them, for the scenarios.

pub mod conn;
pub mod counts;
pub mod dialect;
pub mod fleet;
pub mod frame;
pub mod native;
pub mod place;
pub mod search;
pub mod socket;
pub mod told;
pub mod websdk;
pub mod worker;
