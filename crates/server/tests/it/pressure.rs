//! More than the server can do: what is told grows coarser, what comes waits, and nothing is lost. The figures are those
//! of `cargo xtask bench` (docs/performance.md); here is shown that the ways exist.

use futures_util::future::join_all;
use room::{AppId, Event, Person, RoomId, RoomKey};
use testkit::{APP, TestServer, VendorClient, text_body};

/// Members of the room `a` who hear it already: a join is answered a moment before.
async fn listeners(server: &TestServer, count: usize) -> Vec<VendorClient> {
    let joining = (0..count).map(async |n| VendorClient::member(server, &format!("viewer-{n}"), "a").await);
    let mut viewers = join_all(joining).await;
    let seq = server.say("a", "can you hear me?").await;
    for viewer in &mut viewers {
        while viewer.next_item().await["MsgSeq"] != seq {}
    }
    viewers
}

/// Lets so much happen in the room `a`, faster than it can be told; answers the first number.
async fn happen(server: &TestServer, events: u64) -> u64 {
    let key = RoomKey {
        app: AppId(APP),
        room: RoomId::new("a").unwrap(),
    };
    let person = Person {
        user: room::UserId::new("somebody").unwrap(),
        number: 7,
        nick: "".into(),
        avatar: "".into(),
    };
    let mut first = None;
    for _ in 0..events {
        let receipt = server.app().append(&key, Event::Joined(person.clone())).await.unwrap();
        first.get_or_insert(receipt.seq.0);
    }
    first.unwrap()
}

#[tokio::test]
async fn a_room_in_which_more_is_said_than_can_be_told_is_told_more_at_once_and_everything_in_order() {
    const VIEWERS: usize = 60;
    // What waits for a viewer who is read last fits into his outbox.
    const EVENTS: u64 = 1_000;
    let server = TestServer::with(|config| {
        // Without a tick only the time that the telling takes gathers anything.
        config.hub.tick_ms = 0;
        config.rooms.history_entries = 10_000;
        config.rooms.join_tips = false;
    })
    .await;
    server.create_room("a").await;
    let mut viewers = listeners(&server, VIEWERS).await;
    let frames = async || server.metric("plaudit_frames_encoded_total", &[]).await;
    let before = frames().await;
    let first = happen(&server, EVENTS).await;
    for viewer in &mut viewers {
        for expected in first..first + EVENTS {
            assert_eq!(viewer.next_item().await["MsgSeq"], expected);
        }
    }
    let encoded = frames().await - before;
    assert!(encoded < EVENTS as f64 / 2.0, "{encoded} frames for {EVENTS} events");
}

#[tokio::test]
async fn everybody_comes_back_after_a_restart_a_little_later_and_nobody_is_refused() {
    const VIEWERS: usize = 60;
    let mut server = TestServer::with(|config| config.limits.new_connections_per_second_max = VIEWERS as u64).await;
    server.create_room("a").await;
    let viewers = listeners(&server, VIEWERS).await;
    server.restart().await;
    // Another hundred knock at the same time and never say a word.
    let knocks = (0..100).map(|_| tokio::net::TcpStream::connect(server.address()));
    let _knocking = join_all(knocks).await;
    let back = viewers.into_iter().map(async |viewer| viewer.come_back(&server).await);
    let mut viewers = join_all(back).await;
    let seq = server.say("a", "all here again").await;
    for viewer in &mut viewers {
        while viewer.next_item().await["MsgSeq"] != seq {}
    }
    assert_eq!(server.online("a").await, VIEWERS as u64);
    assert_eq!(server.metric("plaudit_connections_refused_total", &[]).await, 0.0);
    assert!(server.metric("plaudit_connections_paced_total", &[]).await >= 1.0);
}

#[tokio::test]
async fn no_more_is_admitted_than_viewers_can_be_told_and_the_most_urgent_first() {
    let server = TestServer::with(|config| {
        // Between two ticks half of this, so a hundred in a second and a half; the rate would let all of it pass.
        config.rooms.history_entries = 50;
        config.hub.tick_ms = 300;
    })
    .await;
    server.create_room("a").await;
    let mut fan = listeners(&server, 1).await.remove(0);
    let body = |n: u64, priority: &str| {
        let mut body = text_body("a", &format!("{priority} {n}"));
        body["MsgPriority"] = priority.into();
        body
    };
    let likes = (0..400).map(|n| body(n, "Low"));
    let gifts = (0..20).map(|n| body(n, "High"));
    let answers = join_all(
        likes
            .chain(gifts)
            .map(|body| server.rest_ok("group_open_http_svc/send_group_msg", body)),
    )
    .await;
    let mut admitted: Vec<_> = answers.iter().filter_map(|answer| answer["MsgSeq"].as_u64()).collect();
    admitted.retain(|seq| *seq > 0);
    admitted.sort_unstable();
    let dropped = answers
        .iter()
        .filter(|answer| answer["MsgDropReason"] == "MsgFreqCtrl")
        .count();
    assert!(dropped > 0, "all of 420 were admitted");
    assert_eq!(admitted.len() + dropped, 420);
    assert!(
        answers.iter().skip(400).all(|gift| gift["MsgSeq"].as_u64() > Some(0)),
        "every gift passes"
    );
    for seq in admitted {
        assert_eq!(
            fan.next_message().await["MsgSeq"],
            seq,
            "what is admitted is told, in order"
        );
    }
}

#[tokio::test]
async fn viewers_who_can_not_be_told_everything_are_closed_and_come_back() {
    let server = TestServer::with(|config| config.rooms.history_entries = 50).await;
    server.create_room("a").await;
    let mut alice = listeners(&server, 1).await.remove(0);
    // What is outside of the rate is not held back, and this is more than the history holds.
    happen(&server, 1_000).await;
    assert_eq!(alice.ended().await.0, Some(1013), "try again later");
    let mut alice = alice.come_back(&server).await;
    let seq = server.say("a", "after the hole").await;
    while alice.next_item().await["MsgSeq"] != seq {}
}
