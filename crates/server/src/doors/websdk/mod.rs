//! The gateway of the official Web SDKs (web-sdk-wire.md): `/binfo` and `/info`, below any path prefix.
//!
//! Map: [`upgrade`] from HTTP to a socket of our own · [`connection`] one task per connection · [`call`] one command:
//! who asks, what he asks, how he is answered · [`commands`] the table of commands · [`login`], [`group`], [`message`],
//! [`shared`], [`direct`], [`profile`], [`status`], [`quiet`] what they do.

pub mod call;
pub mod commands;
pub mod connection;
pub mod direct;
pub mod group;
pub mod login;
pub mod message;
pub mod profile;
pub mod quiet;
pub mod shared;
pub mod status;
pub mod upgrade;
