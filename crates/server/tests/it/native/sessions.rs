//! Who is there: handshake, login, resume, guests, and how connections end (protocol sections 1 to 3, 8).

use super::with_room;
use serde_json::json;
use testkit::{APP, Ended, NativeClient, OTHER_APP, OTHER_KEY, TestServer};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_handshake_of_another_kind_is_refused_with_a_status() {
    let server = TestServer::with(|config| config.apps[1].origins = vec!["https://a.example".to_owned()]).await;
    let connect = async |app, subprotocol, headers: &[(&'static str, &str)]| {
        NativeClient::try_connect(server.address(), app, subprotocol, headers)
            .await
            .err()
    };
    assert_eq!(connect(APP, Some("plaudit.v1"), &[]).await, None);
    assert_eq!(connect(APP, Some("plaudit.v2, plaudit.v1"), &[]).await, None);
    assert_eq!(connect(APP, None, &[]).await, Some(Some(400)));
    assert_eq!(connect(APP, Some("plaudit.v2"), &[]).await, Some(Some(400)));
    assert_eq!(connect(7, Some("plaudit.v1"), &[]).await, Some(Some(404)));
    let elsewhere = [("origin", "https://b.example")];
    assert_eq!(
        connect(OTHER_APP, Some("plaudit.v1"), &elsewhere).await,
        Some(Some(403))
    );
}

#[tokio::test]
async fn nobody_asks_for_anything_before_he_has_said_who_he_is() {
    let server = with_room("a").await;
    let mut client = NativeClient::connect(&server).await;
    for request in [
        json!({"op": "join", "room": "a"}),
        json!({"op": "logout"}),
        json!({"op": "profiles", "users": []}),
    ] {
        assert_eq!(client.refused(request).await, (70001, "login".to_owned()));
    }
    let login = |user: &str, sig: String, platform: &str| json!({"op": "login", "user": user, "sig": sig, "platform": platform});
    let (code, cause) = client.refused(login("ada", "no ticket".to_owned(), "Web")).await;
    assert_eq!((code / 1000, cause.as_str()), (70, "login"));
    let other = server.ticket_of(OTHER_APP, OTHER_KEY, "ada");
    assert_eq!(client.refused(login("ada", other, "Web")).await.1, "login");
    assert_eq!(
        client.refused(login("ada", server.ticket("ada"), "Amiga")).await,
        (10004, "bad_request".to_owned())
    );
    let welcome = client.ok(login("ada", server.ticket("ada"), "Web")).await;
    assert_eq!(
        (&welcome["user"], &welcome["ping_ms"], &welcome["taps_max"]),
        (&json!("ada"), &json!(10_000), &json!(20))
    );
    assert_eq!(
        client.refused(login("eve", server.ticket("eve"), "Web")).await.1,
        "bad_request"
    );
    client.ok(json!({"op": "logout"})).await;
    client.ok(login("eve", server.ticket("eve"), "Web")).await;
}

#[tokio::test]
async fn who_does_not_say_who_he_is_is_sent_away() {
    let server = TestServer::with(|config| config.limits.login_timeout_ms = 100).await;
    let mut silent = NativeClient::connect(&server).await;
    let mut guest = NativeClient::connect(&server).await;
    guest.ok(json!({"op": "guest"})).await;
    let (ended, reason) = silent.end().await;
    assert_eq!(
        (ended, &reason["why"]),
        (Ended(Some(4000)), &json!("silent")),
        "a slow network may come back"
    );
    guest.catch_up().await;
}

#[tokio::test]
async fn a_newer_login_on_the_same_platform_ends_the_older_one_and_on_another_it_does_not() {
    let server = with_room("a").await;
    let mut web = NativeClient::log_in(&server, "ada").await;
    let mut phone = NativeClient::log_in_on(&server, "ada", "Android").await;
    let mut tablet = NativeClient::log_in_on(&server, "ada", "iPad").await;
    let _second = NativeClient::log_in_on(&server, "ada", "Android").await;
    phone
        .state("the end of the session", |state| {
            state["session"]["ended"] == "other_login"
        })
        .await;
    let (ended, reason) = phone.end().await;
    assert_eq!((ended, &reason["why"]), (Ended(Some(4001)), &json!("session_over")));
    web.catch_up().await;
    tablet.catch_up().await;
    server.rest_ok("im_open_login_svc/kick", json!({"UserID": "ada"})).await;
    web.state("the end of the session", |state| state["session"]["ended"] == "kicked")
        .await;
    assert_eq!(web.end().await.0, Ended(Some(4001)));
    let mut back = NativeClient::connect(&server).await;
    let token = web.token.clone().unwrap();
    assert_eq!(
        back.refused(json!({"op": "resume", "token": token})).await,
        (70001, "login".to_owned())
    );
}

#[tokio::test]
async fn connections_end_with_a_word_on_what_to_do_next() {
    let mut server = with_room("a").await;
    let ada = NativeClient::member(&server, "ada", "a").await;
    // A newer connection takes the session over.
    let token = ada.token.clone().unwrap();
    let mut second = NativeClient::connect(&server).await;
    second.ok(json!({"op": "resume", "token": token})).await;
    let mut ada = ada;
    assert_eq!(ada.end().await, (Ended(Some(4002)), json!({"why": "replaced"})));
    // The server stops.
    server.begin_stop();
    let (ended, reason) = second.end().await;
    assert_eq!((ended, &reason["why"]), (Ended(Some(1001)), &json!("shutdown")));
    assert!(reason["after_ms"].as_u64().unwrap() < 3_000, "{reason}");
    server.stop().await;
}

#[tokio::test]
async fn a_silent_client_is_let_go_and_comes_back_into_its_rooms() {
    let server = with_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    server.pass(61_000);
    let (ended, reason) = ada.end().await;
    assert_eq!((ended, &reason["why"]), (Ended(Some(4000)), &json!("silent")));
    let ada = ada.come_back(&server).await;
    assert!(ada.rooms["a"].holes.is_empty());
}

#[tokio::test]
async fn what_is_no_request_is_answered_and_costs_nothing_else() {
    let server = with_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"op\":1}",
        "{\"id\":-1,\"op\":\"ping\"}",
        "{\"id\":0,\"op\":\"ping\"}",
        "{\"id\":9007199254740992,\"op\":\"ping\"}",
        "[7,\"ping\"]",
        "\u{0}",
        &"[".repeat(5_000),
    ] {
        ada.send_text(text).await;
        assert_eq!(ada.answer(0).await["error"]["cause"], "bad_request", "{text}");
    }
    assert_eq!(
        ada.refused(json!({"op": "dance"})).await,
        (10003, "unknown_op".to_owned())
    );
    for request in [
        json!({"op": "join"}),
        json!({"op": "join", "room": 7}),
        json!({"op": "join", "room": "a", "seq": "x", "epoch": "y"}),
        json!({"op": "like", "room": "a", "taps": -1}),
        json!({"op": "rules", "room": "a", "change": {"speed": 1}}),
        json!({"op": "mute", "room": "a", "users": [], "seconds": 1}),
        json!({"op": "mute", "room": "a", "users": ["x"]}),
        json!({"op": "set_profile", "fields": {"level": []}}),
    ] {
        assert_eq!(ada.refused(request.clone()).await.0, 10004, "{request}");
    }
    assert_eq!(
        ada.refused(json!({"op": "join", "room": "x".repeat(49)})).await,
        (10015, "bad_room".to_owned())
    );
    // Bytes are read as text; a frame that is too long is not.
    ada.send_message(Message::binary(br#"{"id":900,"op":"ping"}"#.to_vec()))
        .await
        .unwrap();
    assert!(ada.answer(900).await["ok"]["time_ms"].is_u64());
    let long = format!("{{\"op\":\"{}\"}}", "x".repeat(70_000));
    let _ = ada.send_message(Message::text(long)).await;
    assert_eq!(ada.end().await.0, Ended(Some(4002)));
}

#[tokio::test]
async fn requests_that_come_too_fast_are_refused_and_the_others_are_done_in_their_order() {
    let server = TestServer::with(|config| {
        config.limits.commands_burst = 5;
        config.limits.commands_per_second_max = 1;
    })
    .await;
    let mut ada = NativeClient::log_in(&server, "ada").await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(ada.request(json!({"op": "ping"})).await);
    }
    let mut refused = 0;
    for id in ids {
        let answer = ada.answer(id).await;
        if answer["error"]["cause"] == "busy" {
            assert_eq!(answer["error"]["retry_after_ms"], 1_000);
            refused += 1;
        }
    }
    assert!((3..=4).contains(&refused), "{refused}");
}
