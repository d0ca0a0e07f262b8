//! The door of our own protocol (docs/protocol.md): `/v1/apps/{app}/socket`, below any path prefix.
//!
//! Map: [`upgrade`] from HTTP to a socket, and what is agreed on · [`reading`] frames from it · [`connection`] one task per
//! connection · [`call`] one request: who asks, what, and how he is answered · [`commands`] the table of requests ·
//! [`session`], [`room`], [`talk`], [`shared`], [`people`], [`moderation`] what they do · [`view`] a room as it is entered · [`refusal`] the application's
//! refusals.

pub mod call;
pub mod commands;
pub mod connection;
pub mod moderation;
pub mod people;
pub mod reading;
pub mod refusal;
pub mod room;
pub mod session;
pub mod shared;
pub mod talk;
pub mod upgrade;
pub mod view;
