//! What travels: holes for slow viewers, compression (protocol sections 1 and 5).

use super::with_room;
use serde_json::{Value, json};
use testkit::{NativeClient, RawViewer, TestServer};

#[tokio::test]
async fn a_viewer_who_reads_too_slowly_is_told_what_he_is_not_told() {
    let server = TestServer::with(|config| {
        config.hub.tick_ms = 0;
        config.hub.socket_send_bytes = 4_096;
        config.hub.outbox_bytes_max = 65_536;
    })
    .await;
    server.create_room("a").await;
    let mut slow = NativeClient::member(&server, "ada", "a").await;
    let mut quick = NativeClient::member(&server, "eve", "a").await;
    let text = "x".repeat(8_000);
    let mut random = 0;
    let skipped = async || server.metric("plaudit_events_skipped_total", &[]).await;
    // His socket and his outbox take some of it; then something is left out.
    while skipped().await == 0.0 {
        random += 1;
        quick.say("a", &text, random).await;
        quick.hears("a", &text).await;
    }
    quick.say("a", "the end", 0).await;
    slow.hears("a", "the end").await;
    let seen = &slow.rooms["a"];
    assert!(!seen.holes.is_empty(), "it was told of");
    let left_out: u64 = seen.holes.iter().map(|(from, to)| to - from + 1).sum();
    assert_eq!(left_out as f64, skipped().await, "number by number");
    assert_eq!(
        seen.events.len() as u64 + left_out,
        seen.seq - seen.events[0]["seq"].as_u64().unwrap() + 1
    );
    // What is urgent closes the connection rather than be left out; who comes back has all of it.
    let gift = json!({"op": "send", "room": "a", "priority": "high", "parts": [{"text": text}]});
    let closed = async || {
        server
            .metric("plaudit_connections_closed_total", &["cause=\"overflow\""])
            .await
    };
    while closed().await == 0.0 {
        random += 1;
        let mut gift = gift.clone();
        gift["random"] = json!(random);
        quick.ok(gift).await;
    }
    let holes = seen.holes.len();
    let mut slow = slow.come_back(&server).await;
    quick.say("a", "and on", 0).await;
    slow.hears("a", "and on").await;
    assert_eq!(slow.rooms["a"].holes.len(), holes);
}

#[tokio::test]
async fn what_many_hear_is_compressed_once_for_all_who_can_inflate() {
    let server = with_room("a").await;
    let mut plain = NativeClient::member(&server, "ada", "a").await;
    let mut viewers = Vec::new();
    for n in 0..3 {
        let (mut viewer, agreed) = RawViewer::connect(&server).await;
        assert_eq!(
            agreed,
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        );
        let user = format!("v{n}");
        let login = json!({"id": 1, "op": "login", "user": user, "sig": server.ticket(&user), "platform": "Web"});
        viewer.send(&login.to_string(), true).await;
        viewer
            .send(&json!({"id": 2, "op": "join", "room": "a"}).to_string(), false)
            .await;
        let joined = viewer.until(|frame| frame["id"] == 2).await;
        assert!(joined.json()["error"].is_null(), "{}", joined.json());
        assert!(!joined.is_deflated(), "what is for one alone is not worth it");
        viewers.push(viewer);
    }
    let deflated = async || {
        let labels = ["dialect=\"native\"", "encoding=\"deflated\""];
        server.metric("plaudit_frames_encoded_total", &labels).await
    };
    let before = deflated().await;
    let text = "the same words again and again ".repeat(200);
    plain.say("a", &text, 1).await;
    let said = |frame: &Value| {
        let events = frame["events"].as_array().cloned().unwrap_or_default();
        events.iter().any(|event| event["parts"][0]["text"] == text)
    };
    let mut payloads = Vec::new();
    for viewer in &mut viewers {
        let frame = viewer.until(said).await;
        assert!(frame.is_deflated() && frame.payload.len() < text.len() / 10);
        payloads.push(frame.payload);
    }
    payloads.dedup();
    assert_eq!(payloads.len(), 1, "they share it");
    // One for the message, and perhaps one for a tip that came before it.
    assert!((1.0..=2.0).contains(&(deflated().await - before)));
}

#[tokio::test]
async fn a_message_that_would_be_too_long_when_inflated_ends_the_connection() {
    let server = with_room("a").await;
    let (mut viewer, _) = RawViewer::connect(&server).await;
    viewer.send(&"x".repeat(1_000_000), true).await;
    let frame = viewer.next().await;
    assert_eq!((frame.first, &frame.payload[..2]), (0x88, &4002u16.to_be_bytes()[..]));
}
