//! Server-Sent Events: from where a stream goes on, what is told, and how it ends.

use super::refused;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{NativeClient, StreamReader, TestServer, eventually, within};

#[tokio::test]
async fn a_stream_begins_with_what_join_answers_and_goes_on_from_there() {
    let server = TestServer::with(|config| config.rooms.history_on_join = 2).await;
    server.create_public_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    for (random, text) in ["one", "two", "three"].into_iter().enumerate() {
        ada.say("a", text, random as u32).await;
    }
    ada.hears("a", "three").await;
    let mut reader = StreamReader::try_open(&server, "a/events", &[])
        .await
        .expect("a stream");
    let snapshot = reader.named("snapshot").await.data;
    assert!((1_000..=5_000).contains(&reader.retry_ms.expect("when to come back")));
    let mut guest = NativeClient::connect(&server).await;
    guest.ok(json!({"op": "guest"})).await;
    let mut joined = guest.join("a").await;
    assert_eq!(joined["you"].take()["role"], "guest");
    for member in ["room", "epoch", "seq", "profile", "attributes", "counters", "recent"] {
        assert_eq!(snapshot[member], joined[member], "{member}");
    }
    assert_eq!((&snapshot["you"], &snapshot["gap"]), (&Value::Null, &Value::Null));
    let texts: Vec<_> = snapshot["recent"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["parts"][0]["text"])
        .collect();
    assert_eq!(texts, ["two", "three"]);
    ada.say("a", "four", 9).await;
    let said = ada.hears("a", "four").await;
    let events = reader.named("events").await.data;
    assert_eq!(
        (&events["after"], &events["events"][0]),
        (&snapshot["seq"], &said),
        "the frames are those of sockets"
    );
}

#[tokio::test]
async fn who_comes_back_goes_on_exactly_where_he_was() {
    let mut server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut reader = StreamReader::open(&server, "a").await;
    server.say("a", "one").await;
    reader.hears("one").await;
    for round in ["a word", "a restart", "a restart again"] {
        let text = format!("after {round}");
        if round != "a word" {
            server.restart().await;
        }
        server.say("a", &text).await;
        reader = reader.come_back(&server, "a").await;
        let first = [reader.next().await, reader.next().await].map(|told| told.expect("an event"));
        assert_eq!((first[0].name.as_str(), first[1].name.as_str()), ("events", "state"));
        // How things stand may have changed too, so all of it is said.
        assert!(first[1].data["state"]["rules"].is_object());
        reader.hears(&text).await;
        assert_eq!(reader.seen.holes, []);
    }
    assert_eq!(
        reader.texts(),
        ["one", "after a word", "after a restart", "after a restart again"]
    );
    let place = format!("a/events?after={}:{}", reader.seen.epoch, reader.seen.seq);
    let mut same = StreamReader::try_open(&server, &place, &[]).await.expect("a stream");
    let first = same.next().await.expect("an event");
    assert_eq!(
        (first.name.as_str(), &first.data["events"]),
        ("events", &json!([])),
        "nothing was missed"
    );
    // A browser that comes back says the address with which it began, and where it is.
    let begun = StreamReader::try_open(&server, &place, &[("last-event-id", "elsewhere.1:3")]).await;
    assert_eq!(begun.expect("a stream").next().await.expect("an event").name, "gap");
}

#[tokio::test]
async fn who_missed_more_than_one_frame_takes_gets_all_of_it() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let reader = StreamReader::open(&server, "a").await;
    let long = "x".repeat(10_000);
    for n in 0..60 {
        server.say("a", &format!("{n} {long}")).await;
    }
    let mut reader = reader.come_back(&server, "a").await;
    reader.hears(&format!("59 {long}")).await;
    assert_eq!((reader.texts().len(), reader.seen.holes.len()), (60, 0));
}

#[tokio::test]
async fn a_place_that_is_not_covered_is_a_gap_and_a_snapshot() {
    let mut server = TestServer::with(|config| config.rooms.history_entries = 50).await;
    server.create_public_room("a").await;
    let mut reader = StreamReader::open(&server, "a").await;
    server.say("a", "one").await;
    reader.hears("one").await;
    let old = format!("{}:{}", reader.seen.epoch, reader.seen.seq);
    let gap_at = async |server: &TestServer, id: &str| {
        let what = format!("a/events?after={id}");
        let mut reader = StreamReader::try_open(server, &what, &[]).await.expect("a stream");
        let first = reader.next().await.expect("an event");
        assert_eq!(first.name, "gap", "{id}");
        let snapshot = reader.next().await.expect("an event");
        assert_eq!(snapshot.name, "snapshot");
        let (epoch, seq) = id.split_once(':').expect("a place");
        let place = json!({"epoch": epoch, "seq": seq.parse::<u64>().unwrap()});
        assert_eq!((&first.data["gap"], &snapshot.data["gap"]), (&place, &place));
    };
    gap_at(&server, "nowhere.1:5").await;
    gap_at(&server, &format!("{}:{}", reader.seen.epoch, reader.seen.seq + 1)).await;
    for n in 0..60 {
        server.say("a", &format!("more {n}")).await;
    }
    reader.hears("more 59").await;
    gap_at(&server, &old).await;
    server.crash_and_restart().await;
    server.say("a", "after the crash").await;
    reader = reader.come_back(&server, "a").await;
    let first = reader.next().await.expect("an event");
    // What was told may have been written, or not; silence it is not.
    match first.name.as_str() {
        "gap" => drop(reader.named("snapshot").await),
        "events" => reader.hears("after the crash").await,
        other => panic!("{other} comes first"),
    }
}

#[tokio::test]
async fn a_reader_who_is_too_slow_is_told_what_he_is_not_told() {
    let server = TestServer::with(|config| {
        config.rooms.history_entries = 50;
        config.hub.socket_send_bytes = 16_384;
    })
    .await;
    server.create_public_room("a").await;
    let mut slow = StreamReader::open(&server, "a").await;
    let mut quick = StreamReader::open(&server, "a").await;
    let long = "x".repeat(10_000);
    let mut said = 0;
    // Until the sockets between them are full, and then as much as the room remembers, and more.
    for n in 0..300 {
        said += 1;
        server.say("a", &format!("{n} {long}")).await;
        if n % 20 == 19 {
            quick.hears(&format!("{n} {long}")).await;
            quick.seen.events.clear();
        }
    }
    let last = quick.seen.seq;
    while slow.seen.seq < last {
        assert!(slow.next().await.is_some(), "the stream goes on");
    }
    assert_eq!(quick.seen.holes, []);
    let skipped: u64 = slow.seen.holes.iter().map(|(from, to)| to - from + 1).sum();
    assert!(
        skipped > 0 && !slow.seen.holes.iter().any(|(_, to)| *to == 0),
        "{:?}",
        slow.seen.holes
    );
    assert_eq!(
        slow.seen.events.len() as u64 + skipped,
        said,
        "what he heard, and what he knows he did not"
    );
    server.say("a", "still there").await;
    slow.hears("still there").await;
}

#[tokio::test]
async fn a_reader_who_does_not_read_at_all_is_not_waited_for_for_ever() {
    let server = TestServer::with(|config| {
        config.hub.socket_send_bytes = 16_384;
        config.hub.outbox_age_ms_max = 100;
    })
    .await;
    server.create_public_room("a").await;
    let _silent = StreamReader::open(&server, "a").await;
    let mut quick = StreamReader::open(&server, "a").await;
    let long = "x".repeat(10_000);
    within("the silent one to be let go", async {
        for n in 0.. {
            if server.metric("plaudit_streams", &[]).await < 2.0 {
                return;
            }
            let text = format!("{n} {long}");
            server.say("a", &text).await;
            quick.hears(&text).await;
            quick.seen.events.clear();
        }
    })
    .await;
}

#[tokio::test]
async fn a_quiet_stream_shows_that_it_lives_and_its_reader_counts_as_a_guest() {
    let server = TestServer::with(|config| config.reading.ping_ms = 50).await;
    server.create_public_room("a").await;
    let mut reader = StreamReader::open(&server, "a").await;
    assert_eq!(server.online("a").await, 1);
    assert_eq!(server.metric("plaudit_streams", &[]).await, 1.0);
    for _ in 0..3 {
        // Long enough for a guest who is not heard from to be forgotten, if the sweep comes.
        server.pass(6_000);
        let ping = reader.next().await.expect("the stream lives");
        assert_eq!((ping.name.as_str(), &ping.data), ("", &json!("ping")));
    }
    assert_eq!(server.online("a").await, 1);
    drop(reader);
    eventually("the reader to be gone", async || {
        (server.online("a").await == 0).then_some(())
    })
    .await;
    assert_eq!(server.metric("plaudit_streams", &[]).await, 0.0);
    assert_eq!(server.metric("plaudit_streams_opened_total", &[]).await, 1.0);
}

#[tokio::test]
async fn a_reader_is_told_how_things_stand_the_last_one_counts() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut reader = StreamReader::open(&server, "a").await;
    let mut taps = 0;
    for _ in 0..4 {
        let liked = ada.ok(json!({"op": "like", "room": "a", "taps": 3})).await;
        taps += liked["counted"].as_u64().unwrap();
    }
    let mut sum = 0;
    let mut told = 0;
    while sum < taps {
        let state = reader.named("state").await.data;
        assert_eq!(state["state"]["rules"], Value::Null, "only what has changed");
        sum += state["state"]["likes"]["add"].as_u64().unwrap_or(0);
        told += 1;
        if sum == taps {
            assert_eq!(state["state"]["likes"]["total"], taps);
        }
    }
    assert!(told <= 4, "likes are summed up");
    let change = json!({"slow_mode_s": 7});
    assert_eq!(server.admin(Method::PATCH, "a/rules", Some(change)).await.0, 200);
    let rules = |told: &Value| told["state"]["rules"]["slow_mode_s"] == 7;
    while !rules(&reader.named("state").await.data) {}
}

#[tokio::test]
async fn what_is_taken_back_is_told_and_not_told_again() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut reader = StreamReader::open(&server, "a").await;
    let before = format!("{}:{}", reader.seen.epoch, reader.seen.seq);
    let seq = server.say("a", "bad").await;
    server.say("a", "good").await;
    reader.hears("good").await;
    let (status, _) = server
        .admin(Method::POST, "a/messages/delete", Some(json!({"seqs": [seq]})))
        .await;
    assert_eq!(status, 200);
    let deleted = reader.named("events").await.data;
    assert_eq!(
        (
            &deleted["events"][0]["type"],
            &deleted["events"][0]["messages"][0]["seq"]
        ),
        (&json!("deleted"), &json!(seq))
    );
    let late = StreamReader::try_open(&server, &format!("a/events?after={before}"), &[]).await;
    let events = late.expect("a stream").named("events").await.data;
    assert!(!events.to_string().contains("bad"), "{events}");
    assert!(events.to_string().contains("good"));
}

#[tokio::test]
async fn a_stream_ends_with_its_room() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let mut reader = StreamReader::open(&server, "a").await;
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    let last = reader.named("events").await.data;
    assert_eq!(last["events"][0]["type"], "dismissed");
    assert_eq!(reader.next().await, None);
    assert_eq!(refused(&server, "a/events").await, (404, "no_room".to_owned()));
    assert_eq!(refused(&server, "a/slices/live").await, (404, "no_room".to_owned()));
}

#[tokio::test]
async fn a_server_that_stops_lets_its_readers_go_and_a_reader_does_not_hold_a_stop_up() {
    let mut server = TestServer::with(|config| config.stop_grace_ms = 20_000).await;
    server.create_public_room("a").await;
    let mut reader = StreamReader::open(&server, "a").await;
    within("a stop in good time", server.stop()).await;
    assert_eq!(reader.rest().await, [""; 0]);
    server.start_again().await;
    server.say("a", "again").await;
    let mut reader = reader.come_back(&server, "a").await;
    reader.hears("again").await;
}

#[tokio::test]
async fn readers_are_as_many_as_guests_and_connections_may_be() {
    let server = TestServer::with(|config| {
        config.limits.guest_joins_per_address_per_minute_max = 3;
        config.limits.connections_per_address_max = 4;
        config.proxies.trusted = vec!["127.0.0.1/32".parse().expect("a network")];
    })
    .await;
    server.create_public_room("a").await;
    let open = async |client: &str| StreamReader::try_open(&server, "a/events", &[("x-forwarded-for", client)]).await;
    let mut readers = Vec::new();
    for _ in 0..3 {
        readers.push(open("192.0.2.1").await.expect("a stream"));
    }
    let busy = open("192.0.2.1").await.err().expect("a refusal");
    assert_eq!((busy.status, busy.cause()), (429, "busy".to_owned()));
    assert!((1..=5).contains(&busy.header("retry-after").parse::<u32>().unwrap()));
    readers.push(open("192.0.2.2").await.expect("a stream"));
    let connections = TestServer::with(|config| {
        config.limits.connections_per_address_max = 2;
        config.proxies.trusted = vec!["127.0.0.1/32".parse().expect("a network")];
    })
    .await;
    connections.create_public_room("a").await;
    let open =
        async |client: &str| StreamReader::try_open(&connections, "a/events", &[("x-forwarded-for", client)]).await;
    let _two = (
        open("192.0.2.1").await.expect("a stream"),
        open("192.0.2.1").await.expect("a stream"),
    );
    let full = open("192.0.2.1").await.err().expect("a refusal");
    assert_eq!((full.status, full.cause()), (503, "busy".to_owned()));
    open("192.0.2.2").await.expect("a stream");
}
