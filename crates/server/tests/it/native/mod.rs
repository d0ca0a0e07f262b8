//! The door of our own protocol, as `docs/protocol.md` has it.
//!
//! Map: [`sessions`] who is there · [`rooms`] rooms and places in them · [`talk`] messages and likes · [`frames`] what
//! travels · [`resume`] promise 3 as a property.

mod frames;
mod resume;
mod rooms;
mod sessions;
mod talk;

use testkit::{NativeClient, TestServer};

/// A server with one room.
async fn with_room(room: &str) -> TestServer {
    let server = TestServer::start().await;
    server.create_room(room).await;
    server
}

/// A room that belongs to the user `host`, and him in it.
async fn hosted(server: &TestServer, room: &str) -> NativeClient {
    server.create_room_of(room, "host").await;
    NativeClient::member(server, "host", room).await
}
