//! Rooms that are read over plain HTTP, as `docs/protocol.md`, section 10, has it: [`access`] who may, [`stream`] Server-Sent
//! Events, [`slices`] what caches keep, and [`cache`] one that keeps it.

mod access;
mod cache;
mod slices;
mod stream;

use testkit::{StreamReader, TestServer};

async fn refused(server: &TestServer, what: &str) -> (u16, String) {
    let got = match StreamReader::try_open(server, what, &[]).await {
        Ok(_) => panic!("{what} is open"),
        Err(got) => got,
    };
    (got.status, got.cause())
}
