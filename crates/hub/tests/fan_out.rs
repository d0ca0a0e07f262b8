//! Fan-out over real sockets.
#![allow(clippy::unwrap_used, reason = "tests")]

use bytes::Bytes;
use hub::{Hub, OutboxLimits, Variant};
use room::{AppId, Priority, RoomId, RoomKey};
use std::{sync::Arc, time::Duration};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};

fn room(name: &str) -> RoomKey {
    RoomKey {
        app: AppId(1),
        room: RoomId::new(name).unwrap(),
    }
}

async fn connect(hub: &Hub, variant: u8) -> (Arc<hub::Outbox>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (socket, _) = listener.accept().await.unwrap();
    let (_, write) = socket.into_split();
    (hub.connect(write, Variant(variant)), peer)
}

#[tokio::test]
async fn a_frame_reaches_everybody_in_the_room_and_is_encoded_once_for_each_variant() {
    let hub = Hub::new(
        3,
        OutboxLimits {
            bytes_max: 1 << 20,
            age_max: Duration::from_secs(60),
        },
    );
    let mut inside = Vec::new();
    for i in 0..30 {
        let (outbox, peer) = connect(&hub, i % 2).await;
        hub.join(&room("a"), &outbox);
        inside.push((outbox, peer, i % 2));
    }
    let (outside, mut quiet) = connect(&hub, 0).await;
    hub.join(&room("b"), &outside);

    let mut asked = Vec::new();
    let delivered = hub.publish(&room("a"), Priority::Normal, |variant| {
        asked.push(variant.0);
        Bytes::from(vec![variant.0; 4])
    });
    asked.sort_unstable();
    assert_eq!((asked, delivered.connections, delivered.encoded), (vec![0, 1], 30, 2));
    for (_, peer, variant) in &mut inside {
        let mut got = [9; 4];
        peer.read_exact(&mut got).await.unwrap();
        assert_eq!(got, [*variant; 4]);
    }

    let (left, mut gone, _) = inside.pop().unwrap();
    hub.leave(&room("a"), left.id());
    assert_eq!(hub.audience(&room("a")), 29);
    hub.publish(&room("a"), Priority::Normal, |_| Bytes::from_static(b"x"));
    hub.dissolve(&room("a"));
    assert_eq!(
        hub.publish(&room("a"), Priority::Normal, |_| Bytes::from_static(b"y"))
            .connections,
        0
    );
    for peer in [&mut gone, &mut quiet] {
        let read = tokio::time::timeout(Duration::from_millis(30), peer.read_u8()).await;
        assert!(read.is_err(), "nothing for who is not in the room");
    }
}
