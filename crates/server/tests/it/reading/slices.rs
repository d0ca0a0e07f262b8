//! Slices, what caches keep of a room, as `docs/protocol.md`, section 10, has them. The server's clock is moved; nothing waits
//! for a second to pass.

use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::{NativeClient, SliceReader, TestServer, eventually};

const EVER: &str = "public, max-age=31536000, immutable";

async fn live(server: &TestServer, room: &str) -> (u64, u64) {
    let got = server.read(&format!("{room}/slices/live")).await;
    assert_eq!(
        (got.status, got.header("cache-control")),
        (200, "public, max-age=1"),
        "{got:?}"
    );
    let live = got.json();
    let second = |name: &str| live[name].as_u64().expect("a second");
    (second("oldest"), second("newest"))
}

/// Every slice that is kept, byte for byte.
async fn all(server: &TestServer, room: &str) -> BTreeMap<u64, String> {
    let (oldest, newest) = live(server, room).await;
    let mut slices = BTreeMap::new();
    for second in oldest..=newest {
        let got = server.read(&format!("{room}/slices/{second}")).await;
        assert_eq!((got.status, got.header("cache-control")), (200, EVER));
        slices.insert(second, got.text);
    }
    slices
}

/// Lets the second in which something was just said be over, and be sealed.
fn seal(server: &TestServer) {
    server.pass(3_000);
}

#[tokio::test]
async fn slices_have_everything_once_in_order_and_are_the_same_for_ever() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut early = SliceReader::of(&server, "a").await;
    let mut texts = Vec::new();
    for (random, pause_ms) in [0, 0, 300, 900, 1_000, 1_001, 4_000, 0, 0].into_iter().enumerate() {
        server.pass(pause_ms);
        texts.push(format!("number {random}"));
        ada.say("a", &texts[random], random as u32).await;
    }
    ada.hears("a", &texts[8]).await;
    early.hears(&texts[8], async || seal(&server)).await;
    assert_eq!(early.texts(), texts);
    let before = all(&server, "a").await;
    ada.say("a", "later", 99).await;
    ada.hears("a", "later").await;
    seal(&server);
    let after = all(&server, "a").await;
    assert!(after.len() > before.len());
    for (second, slice) in &before {
        assert_eq!(after.get(second), Some(slice), "slice {second}");
    }
    // They follow one another, empty seconds too.
    let mut place = None;
    for (second, slice) in &after {
        let slice: Value = serde_json::from_str(slice).unwrap();
        assert_eq!((&slice["room"], &slice["slice"]), (&json!("a"), &json!(second)));
        assert!(place.is_none_or(|place| slice["after"] == place), "slice {second}");
        place = Some(slice["seq"].clone());
    }
    let events = ada.rooms["a"].events.iter().filter(|event| event["type"] == "message");
    let sliced = early.seen.events.iter().filter(|event| event["type"] == "message");
    assert!(events.take(9).eq(sliced.take(9)), "the events are those of sockets");
}

#[tokio::test]
async fn a_slice_says_how_the_room_stood() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    live(&server, "a").await;
    let liked = ada.ok(json!({"op": "like", "room": "a", "taps": 3})).await;
    seal(&server);
    let (_, newest) = live(&server, "a").await;
    let state = server.read(&format!("a/slices/{newest}")).await.json()["state"].take();
    assert_eq!(state["likes"], json!({"total": liked["counted"]}));
    assert_eq!(state["online"]["members"], 1);
    assert_eq!(state["rules"], Value::Null);
    let live = server.read("a/slices/live").await.json();
    assert_eq!(
        (&live["profile"]["name"], &live["state"]["rules"]["guests"]),
        (&json!("a"), &json!(true))
    );
}

#[tokio::test]
async fn a_slice_that_is_not_there_is_not_yet_or_too_old() {
    let server = TestServer::with(|config| config.reading.slices_kept_s = 5).await;
    server.create_public_room("a").await;
    let (oldest, newest) = live(&server, "a").await;
    assert_eq!(oldest, newest, "there is one to begin with");
    let cause = async |second: u64| {
        let got = server.read(&format!("a/slices/{second}")).await;
        assert_eq!(
            got.header("cache-control"),
            "public, max-age=1",
            "a cache asks once a second for all"
        );
        (got.status, got.cause())
    };
    assert_eq!(cause(newest + 10).await, (404, "not_yet".to_owned()));
    assert_eq!(cause(oldest - 1).await, (410, "too_old".to_owned()));
    for _ in 0..3 {
        server.pass(2_000);
        live(&server, "a").await;
    }
    let (later, newest) = live(&server, "a").await;
    assert_eq!(newest - later, 4, "five are kept");
    assert_eq!(cause(oldest).await, (410, "too_old".to_owned()));
    // Nobody asks for longer than they are kept: they begin anew, and say what they do not have.
    server.say("a", "unread").await;
    server.pass(6_001);
    let (begun, _) = live(&server, "a").await;
    assert!(begun > newest);
    assert_eq!(cause(newest).await, (410, "too_old".to_owned()));
}

#[tokio::test]
async fn what_is_taken_back_is_told_in_a_later_slice_and_gone_from_the_older_one() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut reader = SliceReader::of(&server, "a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    server.say("a", "good").await;
    let seq = server.say("a", "bad").await;
    ada.hears("a", "bad").await;
    reader.hears("bad", async || seal(&server)).await;
    let before = all(&server, "a").await;
    let holds = |slices: &BTreeMap<u64, String>, text: &str| {
        let held = slices.iter().find(|(_, slice)| slice.contains(text));
        held.map(|(second, _)| *second)
    };
    let second = holds(&before, "\"bad\"").expect("a slice");
    let path = format!("a/slices/{second}");
    let tag = server.read(&path).await.header("etag").to_owned();
    let (status, _) = server
        .admin(Method::POST, "a/messages/delete", Some(json!({"seqs": [seq]})))
        .await;
    assert_eq!(status, 200);
    let gone = eventually("the text to be gone", async || {
        let got = server.read(&path).await;
        (!got.text.contains("bad")).then_some(got)
    })
    .await;
    assert_ne!(gone.header("etag"), tag, "other bytes have another name");
    let slice = gone.json();
    let event = slice["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["seq"] == seq);
    let event = event.expect("its place stays");
    assert_eq!((&event["type"], event.as_object().unwrap().len()), (&json!("gone"), 3));
    assert!(event["at"].is_u64());
    assert!(holds(&all(&server, "a").await, "\"good\"").is_some(), "the others stay");
    for (other, text) in before.iter().filter(|(other, _)| **other != second) {
        assert_eq!(server.read(&format!("a/slices/{other}")).await.text, *text);
    }
    let deleted = |event: &Value| event["type"] == "deleted";
    while !reader.seen.events.iter().any(deleted) {
        if reader.step().await == 404 {
            seal(&server);
        }
    }
    let told = reader.seen.events.iter().find(|event| deleted(event)).unwrap();
    assert_eq!(told["messages"][0]["seq"], seq);
}

#[tokio::test]
async fn a_cache_can_ask_whether_it_has_a_slice() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let (_, newest) = live(&server, "a").await;
    let path = format!("a/slices/{newest}");
    let got = server.read(&path).await;
    let tag = got.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"'), "a strong name: {tag}");
    for known in [
        tag.to_owned(),
        format!("\"x\", {tag}"),
        format!("W/{tag}"),
        "*".to_owned(),
    ] {
        let same = server.read_as(Method::GET, &path, &[("if-none-match", &known)]).await;
        assert_eq!((same.status, same.text.as_str(), same.header("etag")), (304, "", tag));
        assert_eq!(same.header("cache-control"), EVER);
    }
    let other = server.read_as(Method::GET, &path, &[("if-none-match", "\"x\"")]).await;
    assert_eq!((other.status, other.text), (200, got.text.clone()));
    for (what, status) in [
        (path.as_str(), 200),
        ("a/slices/live", 200),
        ("a/slices/1", 410),
        ("b/slices/1", 404),
    ] {
        let head = server.read_as(Method::HEAD, what, &[]).await;
        assert_eq!((head.status, head.text.as_str()), (status, ""), "{what}");
        assert!(head.header("content-type") == "application/json" && head.header("content-length") != "0");
    }
    let head = server.read_as(Method::HEAD, &path, &[]).await;
    assert_eq!(head.header("content-length"), got.text.len().to_string());
}

#[tokio::test]
async fn a_second_has_one_slice_also_over_a_restart() {
    let mut server = TestServer::start().await;
    server.create_public_room("a").await;
    live(&server, "a").await;
    let ahead_ms = 10_000;
    for round in 0..3 {
        server.say("a", "before").await;
        server.pass(ahead_ms);
        let (_, newest) = live(&server, "a").await;
        if round % 2 == 0 {
            server.restart().await;
        } else {
            server.crash_and_restart().await;
        }
        // The clock of tests begins anew, that of machines does not.
        server.pass((round + 1) * ahead_ms);
        let (oldest, _) = live(&server, "a").await;
        assert!(
            oldest > newest,
            "{oldest} was sealed before the restart, which sealed up to {newest}"
        );
        assert_eq!(server.read(&format!("a/slices/{newest}")).await.status, 410);
    }
}

#[tokio::test]
async fn the_last_slice_of_a_room_says_that_it_is_over() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut reader = SliceReader::of(&server, "a").await;
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    assert_eq!(server.read("a/slices/live").await.status, 404);
    while !reader.seen.events.iter().any(|event| event["type"] == "dismissed") {
        match reader.step().await {
            200 => {}
            404 => seal(&server),
            status => panic!("{status}"),
        }
    }
    server.pass(31_000);
    eventually("nothing to be left of the room", async || {
        let got = server.read("a/slices/1").await;
        (got.status == 404 && got.cause() == "no_room").then_some(())
    })
    .await;
}

#[tokio::test]
async fn requests_for_slices_are_counted() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let (_, newest) = live(&server, "a").await;
    let tag = server
        .read(&format!("a/slices/{newest}"))
        .await
        .header("etag")
        .to_owned();
    server
        .read_as(Method::GET, &format!("a/slices/{newest}"), &[("if-none-match", &tag)])
        .await;
    for what in ["a/slices/1", "a/slices/9999999999", "b/slices/1", "b/slices/live"] {
        server.read(what).await;
    }
    for (outcome, count) in [
        ("live", 1),
        ("slice", 1),
        ("same", 1),
        ("too_old", 1),
        ("not_yet", 1),
        ("refused", 2),
    ] {
        let labels = [format!("outcome=\"{outcome}\"")];
        let labels: Vec<_> = labels.iter().map(String::as_str).collect();
        assert_eq!(
            server.metric("plaudit_slice_requests_total", &labels).await,
            f64::from(count),
            "{outcome}"
        );
    }
}
