//! A real server in this process, and clients that speak to it as the vendor's do. One binary with many modules,
//! because each binary links the whole server.
//!
//! What is expected stands here as the vendor's pages say it, written by hand, and is never taken from the tables that
//! the server uses (decision 37).
//!
//! Map: REST door: [`conformance`] every row, [`habits`], [`gateway`], [`accounts`], [`profiles`], [`groups`], [`messages`], [`moderation`], [`busy`], [`direct`],
//! [`leaving`], [`webhooks`] · Web SDK door: [`login`],
//! [`resume`], [`chat`], [`guests`], [`presence`], [`wire`], [`limits`] · both: [`shared`], [`audience`], [`tenants`], [`restart`], [`operator`], [`admin`],
//! [`hostile`], [`sockets`] · our own protocol: [`native`] · over plain HTTP: [`reading`].

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails, also in its helpers"
)]

mod accounts;
mod admin;
mod audience;
mod busy;
mod chat;
mod conformance;
mod direct;
mod filter;
mod gateway;
mod groups;
mod guests;
mod habits;
mod hostile;
mod leaving;
mod limits;
mod login;
mod messages;
mod moderation;
mod native;
mod operator;
mod presence;
mod pressure;
mod profiles;
mod reading;
mod recipes;
mod restart;
mod resume;
mod rules;
mod shared;
mod sockets;
mod tenants;
mod trace;
mod user_webhooks;
mod webhooks;
mod wire;
mod withdraw;
