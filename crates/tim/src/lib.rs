//! The vendor's shapes, pure: what existing backends and pages send and expect. Nothing here does I/O or knows the
//! server; the vendor's words (Group, From_Account, ...) live here and at the doors that use this crate, nowhere else.
//!
//! Map: [`usersig`] tickets · [`codes`] error codes · [`body`] reading requests · [`mod@answer`] the envelope ·
//! [`elements`] message bodies · [`item`] what members see · [`webhook`] what backends are asked and told · [`websdk`] frames of the Web SDKs · [`direct`] messages from user to user ·
//! [`tags`] profile fields.

pub mod answer;
pub mod body;
pub mod codes;
pub mod direct;
pub mod elements;
pub mod item;
pub mod tags;
pub mod usersig;
pub mod webhook;
pub mod websdk;
