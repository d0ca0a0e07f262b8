//! The doors: each decodes its own shapes, asks the application, and says the answer in its own codes.
//!
//! Map: [`rest`] the vendor's REST v4 · [`websdk`] the gateway of the official Web SDKs · [`native`] our own protocol ·
//! [`reading`] rooms over plain HTTP ·
//! [`gate`] who may connect · [`patience`] with those who do not read · [`socket`] what WebSockets have in common · [`refusal`] the
//! application's refusals in the vendor's codes · [`view`] rooms and profiles in the vendor's shapes · [`shared`]
//! attributes, counters and lists · [`direct`] messages to users · [`ops`] health and metrics ·
//! [`compatibility`] the tables of commands for people.

pub mod admin;
pub mod compatibility;
pub mod direct;
pub mod gate;
pub mod native;
pub mod ops;
pub mod patience;
pub mod reading;
pub mod refusal;
pub mod rest;
pub mod shared;
pub mod socket;
pub mod view;
pub mod websdk;
