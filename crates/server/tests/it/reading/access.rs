//! Who may read a room, from which pages, and what is said to others.

use super::refused;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{APP, Got, KEY, OTHER_APP, OTHER_KEY, StreamReader, TestServer, eventually, within};

/// What is read of a room: a stream, where the slices are, a slice.
const ALL: [&str; 3] = ["events", "slices/live", "slices/1"];

async fn link(server: &TestServer, room: &str, seconds: u64) -> Value {
    let (status, link) = server
        .admin(Method::POST, &format!("{room}/link"), Some(json!({"seconds": seconds})))
        .await;
    assert_eq!(status, 200, "{link}");
    link
}

fn key_of(link: &Value) -> &str {
    link["key"].as_str().expect("a key")
}

#[tokio::test]
async fn a_room_is_for_its_members_until_it_says_otherwise() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let key = link(&server, "a", 60).await;
    for what in ALL {
        assert_eq!(
            refused(&server, &format!("a/{what}")).await,
            (403, "not_readable".to_owned())
        );
        let with_link = format!("a/{what}?key={}", key_of(&key));
        assert_eq!(
            refused(&server, &with_link).await,
            (403, "not_readable".to_owned()),
            "a link opens rooms that are for links"
        );
    }
    server.open_to("a", "public").await;
    assert_eq!(server.read("a/slices/live").await.status, 200);
    assert_eq!(server.read("a/slices/1").await.status, 410);
    let mut reader = StreamReader::open(&server, "a").await;
    server.say("a", "hello").await;
    reader.hears("hello").await;
}

#[tokio::test]
async fn a_link_opens_one_room_for_its_time() {
    let server = TestServer::start().await;
    for room in ["a", "b"] {
        server.create_room(room).await;
        server.open_to(room, "link").await;
    }
    let link = link(&server, "a", 60).await;
    let key = key_of(&link);
    for address in ["events", "slices"] {
        let address = link[address].as_str().expect("an address");
        assert_eq!(
            server.read_as(Method::HEAD, address, &[]).await.status,
            200,
            "{address}"
        );
    }
    let mut changed = key.to_owned();
    let last = if changed.ends_with('A') { "B" } else { "A" };
    changed.replace_range(0..1, last);
    for what in ALL {
        for wrong in [
            format!("a/{what}"),
            format!("a/{what}?key="),
            format!("a/{what}?key={changed}"),
            format!("b/{what}?key={key}"),
        ] {
            assert_eq!(refused(&server, &wrong).await, (403, "link".to_owned()), "{wrong}");
        }
    }
    let mut reader = StreamReader::try_open(&server, &format!("a/events?key={key}"), &[])
        .await
        .expect("a stream");
    reader.named("snapshot").await;
    let live = server.read(&format!("a/slices/live?key={key}")).await.json();
    let slice = format!("a/slices/{}?key={key}", live["newest"]);
    let kept = server.read(&slice).await;
    let age = kept.header("cache-control").trim_start_matches("public, max-age=");
    let age: u64 = age.trim_end_matches(", immutable").parse().expect("a number");
    assert!(
        (1..=60).contains(&age),
        "a cache keeps it as long as the link is good: {age}"
    );
    server.pass(60_000);
    server.say("a", "too late").await;
    assert_eq!(reader.rest().await, ["out"], "a stream ends with its link");
    assert_eq!(reader.texts(), [""; 0]);
    assert_eq!(refused(&server, &slice).await, (403, "link".to_owned()));
    // A link says how long it is good, and for which room there is.
    let make = async |room: &str, body: Value| server.admin(Method::POST, &format!("{room}/link"), Some(body)).await.0;
    assert_eq!(make("a", json!({"seconds": 31_536_000})).await, 200);
    for wrong in [
        json!({"seconds": 0}),
        json!({"seconds": 31_536_001}),
        json!({}),
        json!({"seconds": 1, "more": 1}),
    ] {
        assert_eq!(make("a", wrong.clone()).await, 400, "{wrong}");
    }
    assert_eq!(make("nowhere", json!({"seconds": 1})).await, 404);
}

#[tokio::test]
async fn the_command_line_makes_a_link_that_opens_the_room() {
    let server = TestServer::start().await;
    server.create_room("a b").await;
    server.open_to("a%20b", "link").await;
    let link = async |room: &str| {
        let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_plaudit"))
            .args(["link", "--room", room, "--seconds", "60"])
            .args(["--app", &format!("{APP}:{KEY}")])
            .args(["--url", &format!("http://{}", server.admin_address())])
            .output();
        let output = within("plaudit link", output).await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let (made, told, _) = link("a b").await;
    let address = |name: &str| {
        told.lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("an address")
            .trim()
    };
    assert!(made);
    assert_eq!(server.read(address("slices")).await.json()["room"], "a b");
    assert!(StreamReader::try_open(&server, address("stream"), &[]).await.is_ok());
    let (made, _, error) = link("nowhere").await;
    assert!(!made && error.contains("does not exist"), "{error}");
}

#[tokio::test]
async fn a_link_survives_a_restart() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    server.open_to("a", "link").await;
    let link = link(&server, "a", 600).await;
    server.restart().await;
    assert_eq!(
        server.read(link["slices"].as_str().expect("an address")).await.status,
        200
    );
}

#[tokio::test]
async fn a_room_that_is_closed_again_ends_its_streams() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut reader = StreamReader::open(&server, "a").await;
    let live = server.read("a/slices/live").await.json();
    server.open_to("a", "members").await;
    let out = reader.named("out").await;
    assert_eq!(out.data, json!({"room": "a", "out": {"why": "not_readable"}}));
    assert_eq!(reader.next().await, None);
    for what in ["a/events", "a/slices/live", &format!("a/slices/{}", live["newest"])] {
        assert_eq!(refused(&server, what).await, (403, "not_readable".to_owned()), "{what}");
    }
    server.open_to("a", "public").await;
    StreamReader::open(&server, "a").await;
}

#[tokio::test]
async fn what_is_not_there_is_said_so() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let no_room = (404, "no_room".to_owned());
    for what in ALL {
        assert_eq!(refused(&server, &format!("nowhere/{what}")).await, no_room);
        let other_app = format!("/v1/apps/{OTHER_APP}/rooms/a/{what}");
        assert_eq!(refused(&server, &other_app).await, no_room, "a room is of its app");
        for app in ["7", "x", "01400000001"] {
            let path = format!("/v1/apps/{app}/rooms/a/{what}");
            assert_eq!(refused(&server, &path).await, (404, "no_app".to_owned()), "{path}");
        }
        for room in ["%ff", "%00", "%C3%A9", &"a".repeat(49), ""] {
            let path = format!("/v1/apps/{APP}/rooms/{room}/{what}");
            assert_eq!(refused(&server, &path).await, (400, "bad_room".to_owned()), "{path}");
        }
    }
    for slice in ["0123", "-1", "newest", "18446744073709551616", ""] {
        assert_eq!(
            refused(&server, &format!("a/slices/{slice}")).await,
            (404, "no_path".to_owned())
        );
    }
    for place in ["x", "epoch:", ":1", "epoch:-1"] {
        let what = format!("a/events?after={place}");
        assert_eq!(refused(&server, &what).await, (400, "bad_request".to_owned()), "{what}");
    }
    assert_eq!(refused(&server, "a/events?key=1&key=2").await.0, 400);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let got = server.read_as(method, "a/events", &[]).await;
        assert_eq!((got.status, got.header("allow")), (405, "GET, HEAD, OPTIONS"));
    }
    for path in ["a", "a/slices", "a/events/", "a/b/events"] {
        let got = server.read(path).await;
        assert_eq!(
            (got.status, got.text.starts_with("Plaudit answers")),
            (404, true),
            "{path}"
        );
    }
    eventually("one room, since names cost nothing to invent", async || {
        (server.metric("plaudit_rooms", &[]).await == 1.0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_room_that_is_not_to_be_read_is_not_opened_for_it() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    server.create_public_room("b").await;
    server.restart().await;
    assert_eq!(refused(&server, "a/events").await.0, 403);
    assert_eq!(refused(&server, "a/slices/live").await.0, 403);
    assert_eq!(server.app().metrics.rooms.get(), 0);
    assert_eq!(server.read("b/slices/live").await.status, 200);
    eventually("the one room that was opened", async || {
        (server.metric("plaudit_rooms", &[]).await == 1.0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn odd_names_of_rooms_come_percent_encoded_and_below_any_prefix() {
    let server = TestServer::start().await;
    for (room, encoded) in [
        ("a b", "a%20b"),
        ("x/events", "x%2Fevents"),
        ("100%?&+#", "100%25%3F%26%2B%23"),
    ] {
        server.create_room(room).await;
        server.open_to(encoded, "public").await;
        let live = server
            .read(&format!("/some/prefix/v1/apps/{APP}/rooms/{encoded}/slices/live"))
            .await;
        assert_eq!((live.status, live.json()["room"].as_str()), (200, Some(room)));
        let mut reader = StreamReader::open(&server, encoded).await;
        server.say(room, "hello").await;
        reader.hears("hello").await;
        let link = link(&server, encoded, 9).await;
        let address = link["slices"].as_str().expect("an address");
        assert_eq!(server.read(address).await.json()["room"], room, "{address}");
    }
}

#[tokio::test]
async fn pages_of_all_origins_read_unless_the_app_has_a_list() {
    let server = TestServer::with(|config| config.apps[1].origins = vec!["https://a.example".to_owned()]).await;
    server.create_public_room("a").await;
    let cors = |got: &Got| (got.status, got.header("access-control-allow-origin").to_owned());
    let there = [("origin", "https://a.example")];
    let elsewhere = [("origin", "https://b.example")];
    let got = server.read_as(Method::GET, "a/slices/live", &elsewhere).await;
    assert_eq!((cors(&got), got.header("vary")), ((200, "*".to_owned()), ""));
    let error = server.read_as(Method::GET, "nowhere/slices/live", &elsewhere).await;
    assert_eq!(cors(&error), (404, "*".to_owned()), "a page can read why not");
    let asked = server.read_as(Method::OPTIONS, "a/events", &elsewhere).await;
    assert_eq!(cors(&asked), (204, "*".to_owned()));
    assert_eq!(asked.header("access-control-allow-methods"), "GET, HEAD");
    assert!(asked.header("access-control-allow-headers").contains("last-event-id"));

    let body = json!({"Type": "AVChatRoom", "Name": "o", "GroupId": "o"});
    let made = server
        .rest_of(OTHER_APP, OTHER_KEY, "group_open_http_svc/create_group", body)
        .await;
    assert_eq!(made["ErrorCode"], 0, "{made}");
    let o = format!("/v1/apps/{OTHER_APP}/rooms/o/slices/live");
    // The room itself is closed: who is let in hears that, and not that his origin is wrong.
    let got = server.read_as(Method::GET, &o, &there).await;
    assert_eq!(
        (cors(&got), got.cause()),
        ((403, "https://a.example".to_owned()), "not_readable".to_owned())
    );
    assert_eq!(got.header("vary"), "Origin");
    for method in [Method::GET, Method::OPTIONS] {
        let got = server.read_as(method, &o, &elsewhere).await;
        assert_eq!((cors(&got), got.cause()), ((403, String::new()), "origin".to_owned()));
        assert_eq!(got.header("vary"), "Origin", "a cache must not show it to others");
    }
    let got = server.read_as(Method::GET, &o, &[]).await;
    assert_eq!(
        (got.cause(), got.header("vary")),
        ("not_readable".to_owned(), "Origin"),
        "no page at all"
    );
}

#[tokio::test]
async fn guests_of_the_room_and_readers_of_it_are_two_things() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let change = json!({"guests": false});
    let (status, _) = server.admin(Method::PATCH, "a/rules", Some(change)).await;
    assert_eq!(status, 200);
    let mut reader = StreamReader::open(&server, "a").await;
    server.say("a", "hello").await;
    reader.hears("hello").await;
}
