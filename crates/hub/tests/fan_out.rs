//! Fan-out over real sockets.
#![allow(clippy::unwrap_used, reason = "tests")]

use bytes::Bytes;
use hub::{Class, Hub, OutboxLimits, Variant};
use room::{AppId, Priority, RoomId, RoomKey};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};

const EVENT: Class = Class::Event {
    priority: Priority::Normal,
    events: 1,
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

/// A hub whose workers run.
fn start(shards: usize) -> Hub {
    let limits = OutboxLimits {
        bytes_max: 1 << 20,
        age_max: Duration::from_secs(60),
    };
    let hub = Hub::new(shards, limits, hub::plain_farewell);
    hub.workers().for_each(|worker| drop(tokio::spawn(worker)));
    hub
}

#[tokio::test]
async fn a_frame_reaches_everybody_in_the_room_and_is_encoded_once_for_each_variant() {
    let hub = start(3);
    let mut inside = Vec::new();
    for i in 0..200 {
        let (outbox, peer) = connect(&hub, i % 2).await;
        hub.join(&room("a"), &outbox);
        inside.push((outbox, peer, i % 2));
    }
    let (outside, mut quiet) = connect(&hub, 0).await;
    hub.join(&room("b"), &outside);

    let asked = Arc::new(Mutex::new(Vec::new()));
    let note = asked.clone();
    let told = hub.publish(&room("a"), EVENT, move |variant| {
        note.lock().unwrap().push(variant.0);
        Some(Bytes::from(vec![variant.0; 4]).into())
    });
    let delivered = told.await;
    asked.lock().unwrap().sort_unstable();
    assert_eq!(*asked.lock().unwrap(), [0, 1]);
    assert_eq!((delivered.connections, delivered.encoded), (200, 2));
    for (_, peer, variant) in &mut inside {
        let mut got = [9; 4];
        peer.read_exact(&mut got).await.unwrap();
        assert_eq!(got, [*variant; 4]);
    }

    let (left, mut gone, _) = inside.pop().unwrap();
    hub.leave(&room("a"), left.id());
    assert_eq!(hub.audience(&room("a")), 199);
    let told = hub.publish(&room("a"), EVENT, |_| Some(Bytes::from_static(b"x").into()));
    assert_eq!(told.await.connections, 199);
    hub.dissolve(&room("a"));
    let told = hub.publish(&room("a"), EVENT, |_| Some(Bytes::from_static(b"y").into()));
    assert_eq!(told.await.connections, 0);
    for peer in [&mut gone, &mut quiet] {
        let read = tokio::time::timeout(Duration::from_millis(30), peer.read_u8()).await;
        assert!(read.is_err(), "nothing for who is not in the room");
    }
}

/// Whoever comes is told what is published after he came, and whoever stays is told everything once and in order, while
/// others leave and the audience's places are filled anew in the middle of a round.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn nobody_is_passed_over_or_told_twice_while_others_come_and_go() {
    let hub = Arc::new(start(2));
    let key = room("a");
    let mut staying = Vec::new();
    let mut leaving = Vec::new();
    for i in 0..200 {
        let (outbox, peer) = connect(&hub, 0).await;
        hub.join(&key, &outbox);
        if i % 3 == 0 {
            leaving.push((outbox, peer));
        } else {
            staying.push((outbox, peer, 0));
        }
    }
    let mut coming = Vec::new();
    for _ in 0..60 {
        coming.push(connect(&hub, 0).await);
    }
    // Three rounds are under way at any time, and somebody goes and somebody comes for each.
    let mut under_way = std::collections::VecDeque::new();
    for round in 0_u8..60 {
        if let Some((outbox, peer)) = coming.pop() {
            hub.join(&key, &outbox);
            staying.push((outbox, peer, round));
        }
        under_way.push_back(hub.publish(&key, EVENT, move |_| Some(Bytes::from(vec![round]).into())));
        if let Some((outbox, _)) = leaving.pop() {
            hub.leave(&key, outbox.id());
        }
        if under_way.len() > 3 {
            under_way.pop_front().unwrap().await;
        }
    }
    for told in under_way {
        told.await;
    }
    for (_, peer, first) in &mut staying {
        let expected: Vec<u8> = (*first..60).collect();
        let mut got = vec![0; expected.len()];
        peer.read_exact(&mut got).await.unwrap();
        assert_eq!(got, expected);
    }
}

/// A room of many does not keep a room of one waiting until all of its own are told.
#[tokio::test]
async fn rooms_take_turns() {
    let hub = start(1);
    let mut many = Vec::new();
    for _ in 0..200 {
        let (outbox, peer) = connect(&hub, 0).await;
        hub.join(&room("many"), &outbox);
        many.push((outbox, peer));
    }
    let (one, _peer) = connect(&hub, 0).await;
    hub.join(&room("one"), &one);
    let big = hub.publish(&room("many"), EVENT, |_| Some(Bytes::from_static(b"m").into()));
    let small = hub.publish(&room("one"), EVENT, |_| Some(Bytes::from_static(b"o").into()));
    tokio::pin!(big);
    tokio::select! {
        biased;
        _ = &mut big => panic!("the small room was told last"),
        told = small => assert_eq!(told.connections, 1),
    }
    assert_eq!(big.await.connections, 200);
}
