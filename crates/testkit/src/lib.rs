//! A real server in-process on port 0, and clients that speak to it as the vendor's do. For tests only.
//!
//! Map: [`TestServer`] a server with a data folder of its own: start, stop, crash, restart · [`rest`] a backend's calls
//! · [`VendorClient`] a Web SDK without the SDK, written from `web-sdk-wire.md` · [`NativeClient`] a client of our own protocol, [`RawViewer`] one that
//! sees its frames as they come ·
//! [`Poller`] long polling · [`StreamReader`] and [`SliceReader`] those who read over plain HTTP · [`metrics`]
//! reading the operator's figures · [`panics`] panics of the server's threads fail the test.
//!
//! Every wait has a limit ([`PATIENCE`]) and names what it waited for. Nothing sleeps to synchronise: a test that wants
//! to show that something does *not* arrive sends something after it and sees that come first.
//!
//! What goes wrong here is a failed test, so helpers panic with a sentence instead of returning errors.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test crate: a panic is how a test fails"
)]

mod client;
pub mod metrics;
mod native;
pub mod panics;
mod poll;
mod raw;
mod read;
pub mod rest;
mod server;
mod sink;
mod speech;

pub use client::{Ended, Options, VendorClient};
pub use native::{NativeClient, Seen};
pub use poll::Poller;
pub use raw::{RawFrame, RawViewer};
pub use read::{Got, SliceReader, StreamReader, Told};
pub use server::TestServer;
pub use sink::{HookAnswer, HookCall, HookSink};
pub use speech::text_body;

use std::{future::Future, time::Duration};

/// How long anything may take before a test fails. Long, for a busy machine; a green test never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The app that tests speak to.
pub const APP: u32 = 1_400_000_001;
/// Its key.
pub const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// Another app of the same server.
pub const OTHER_APP: u32 = 1_400_000_002;
/// The other app's key.
pub const OTHER_KEY: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
/// The administrator of both.
pub const ADMIN: &str = "administrator";

/// Waits for something, at most [`PATIENCE`].
pub async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(_) => panic!("nothing came within {PATIENCE:?} of waiting for {what}"),
    }
}

/// Asks again and again until the answer is `Some`, at most [`PATIENCE`].
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    within(what, async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            // The pace of asking, not a synchronisation: the condition decides.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
}
