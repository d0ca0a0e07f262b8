//! Plaudit's server: the application, its doors, its set-up. Only this crate knows the vendor's shapes and the rooms at
//! once; `ARCHITECTURE.md` at the root draws the house.
//!
//! Map: [`app`] what can be done · [`doors`] who asks, in which words · [`fanout`] how viewers are told · [`hooks`] backends that are
//! asked and told, [`http`] with what client · [`Server`] binding, running, stopping · [`config`], [`cli`], [`telemetry`] the operator's side.

pub mod app;
pub mod cli;
pub mod config;
pub mod doors;
pub mod fanout;
pub mod hooks;
pub mod http;
mod serve;
pub mod telemetry;

pub use serve::Server;
