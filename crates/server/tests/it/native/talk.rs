//! What becomes of messages and likes (protocol section 7).

use super::{hosted, with_room};
use serde_json::json;
use testkit::{HookSink, NativeClient, TestServer, VendorClient, eventually};

#[tokio::test]
async fn the_sender_is_told_the_truth() {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = 1;
        config.rooms.max_wait_ms = 300;
    })
    .await;
    let mut host = hosted(&server, "a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let first = ada.say("a", "one", 1).await;
    assert_eq!(first["receipt"], "admitted");
    assert_eq!(first["epoch"].as_str(), Some(&*ada.rooms["a"].epoch));
    let dropped = ada.say("a", "two", 2).await;
    assert_eq!(
        (&dropped["receipt"], &dropped["cause"]),
        (&json!("dropped"), &json!("waited"))
    );
    // A repeat gets the first answer.
    let again = ada.say("a", "one", 1).await;
    assert_eq!(
        (&again["receipt"], &again["seq"], &again["repeat"]),
        (&json!("admitted"), &first["seq"], &json!(true))
    );
    let again = ada.say("a", "two", 2).await;
    assert_eq!((&again["receipt"], &again["repeat"]), (&json!("dropped"), &json!(true)));
    // Refusals say when to try again.
    let send = |text: &str| json!({"op": "send", "room": "a", "random": 9, "parts": [{"text": text}]});
    host.ok(json!({"op": "mute", "room": "a", "users": ["ada"], "seconds": 60}))
        .await;
    let you = ada
        .state("his rights", |state| state["you"]["muted_s"].as_u64() > Some(0))
        .await;
    assert_eq!(you["you"]["may_speak"], false);
    let refusal = ada.refusal(send("three")).await;
    assert_eq!((&refusal["code"], &refusal["cause"]), (&json!(10017), &json!("muted")));
    assert!(
        (1_000..=60_000).contains(&refusal["retry_after_ms"].as_u64().unwrap()),
        "{refusal}"
    );
    host.ok(json!({"op": "mute", "room": "a", "users": ["ada"], "seconds": 0}))
        .await;
    ada.state("his rights", |state| state["you"]["may_speak"] == true).await;
    let long = "x".repeat(12_288);
    assert_eq!(ada.refused(send(&long)).await, (80002, "too_long".to_owned()));
    for (wrong, part) in [
        (json!([]), "nothing"),
        (json!([{"custom": {}}, {"custom": {}}]), "two custom parts"),
        (json!([{"picture": 1}]), "no such part"),
        (json!("text"), "no list"),
    ] {
        let request = json!({"op": "send", "room": "a", "random": 1, "parts": wrong});
        assert_eq!(ada.refused(request).await, (10004, "bad_request".to_owned()), "{part}");
    }
    host.ok(json!({"op": "update", "room": "a", "mute_all": true})).await;
    ada.state("the rule", |state| state["state"]["rules"]["mute_all"] == true)
        .await;
    assert_eq!(ada.refused(send("four")).await.1, "muted");
}

#[tokio::test]
async fn a_message_that_is_held_back_is_answered_twice() {
    let server = with_room("a").await;
    let mut host = hosted(&server, "b").await;
    host.ok(json!({"op": "rules", "room": "b", "change": {"hold_back_s": 10}}))
        .await;
    let mut ada = NativeClient::member(&server, "ada", "b").await;
    let mut held = async |text: &str, random: u32, verdict: &str| {
        let send = json!({"op": "send", "room": "b", "random": random, "parts": [{"text": text}]});
        let id = ada.request(send).await;
        let first = ada.answer(id).await;
        assert_eq!(first["ok"]["receipt"], "held", "{first}");
        let list = host.ok(json!({"op": "held", "room": "b"})).await;
        let message = &list["messages"][0];
        assert_eq!(
            (&message["parts"][0]["text"], &message["from"]["user"]),
            (&json!(text), &json!("ada"))
        );
        let judge = json!({"op": "judge", "room": "b", "held": [message["held"]], "verdict": verdict});
        assert_eq!(host.ok(judge).await["held"], json!([message["held"]]));
        ada.answer(id).await
    };
    let released = held("good", 1, "release").await;

    assert_eq!(released["ok"]["receipt"], "admitted", "{released}");
    let removed = held("bad", 2, "remove").await;
    assert_eq!(
        (&removed["error"]["code"], &removed["error"]["cause"]),
        (&json!(80001), &json!("moderator"))
    );
    assert_eq!(ada.refused(json!({"op": "held", "room": "b"})).await.1, "not_moderator");
    assert_eq!(
        ada.refused(json!({"op": "tally", "room": "b"})).await.1,
        "not_moderator"
    );
    let tally = host.ok(json!({"op": "tally", "room": "b"})).await;
    assert_eq!(
        (&tally["offered"], &tally["admitted"], &tally["rejected"]),
        (&json!(2), &json!(1), &json!({"moderator": 1}))
    );
}

#[tokio::test]
async fn likes_are_summed_capped_told_once_per_tick_and_kept() {
    let sink = HookSink::start().await;
    let mut server = TestServer::with(|config| {
        config.apps[0].webhook = Some(server::config::Webhook::new(&sink.url));
        config.rooms.rate_per_s = 1;
    })
    .await;
    server.create_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut bob = NativeClient::member(&server, "bob", "a").await;
    let mut vendor = VendorClient::member(&server, "carl", "a").await;
    let counted = ada.ok(json!({"op": "like", "room": "a", "taps": 5})).await;
    assert_eq!(counted, json!({"counted": 5, "refused": 0, "total": 5, "mine": 5}));
    let counted = ada.ok(json!({"op": "like", "room": "a", "taps": 100})).await;
    assert_eq!(
        (&counted["counted"], &counted["refused"]),
        (&json!(35), &json!(65)),
        "40 in reserve"
    );
    bob.send_text(&json!({"op": "like", "room": "a", "taps": 2}).to_string())
        .await;
    let mut sum = 0;
    while sum < 42 {
        let state = bob.state("likes", |state| !state["state"]["likes"].is_null()).await;
        let likes = &state["state"]["likes"];
        sum += likes["add"].as_u64().unwrap();
        assert!(likes["total"].as_u64().unwrap() >= sum);
    }
    assert_eq!(sum, 42);
    let likes = bob.ok(json!({"op": "likes", "room": "a", "top": 5})).await;
    let top = json!([{"user": "ada", "taps": 40}, {"user": "bob", "taps": 2}]);
    assert_eq!(likes, json!({"total": 42, "mine": 2, "top": top}));
    // Official SDKs see them in the counter, backends in a webhook.
    loop {
        let item = vendor.next_item().await;
        if item.to_string().contains("likes") {
            break;
        }
    }
    eventually("the counter", async || {
        let counters = json!({"GroupId": "a"});
        let counters = server.rest_ok("group_open_http_svc/get_group_counter", counters).await;
        (counters["GroupCounter"] == json!([{"Key": "likes", "Value": 42}])).then_some(())
    })
    .await;
    let mut told = 0;
    while told < 42 {
        let call = sink.next("Plaudit.CallbackAfterLikes").await;
        told += call.body["Count"].as_u64().unwrap();
        assert_eq!(call.body["GroupId"], "a");
    }
    assert!(server.metric("plaudit_likes_total", &["outcome=\"refused\""]).await >= 65.0);
    // Kept over a crash; and a backend that writes the counter is followed.
    server.crash_and_restart().await;
    let mut ada = NativeClient::log_in(&server, "ada").await;
    assert_eq!(ada.join("a").await["state"]["likes"]["total"], 42);
    let set = json!({"GroupId": "a", "GroupCounter": [{"Key": "likes", "Value": 1000}], "Mode": "Set"});
    server.rest_ok("group_open_http_svc/update_group_counter", set).await;
    let told = ada
        .state("likes", |state| state["state"]["likes"]["total"] == 1000)
        .await;
    assert_eq!(told["state"]["likes"]["add"], 958);
    assert_eq!(
        ada.ok(json!({"op": "like", "room": "a", "taps": 1})).await["total"],
        1001
    );
    assert_eq!(
        ada.refused(json!({"op": "like", "room": "b", "taps": 1})).await,
        (10007, "not_member".to_owned())
    );
}

#[tokio::test]
async fn a_held_message_that_is_sent_again_on_another_connection_is_still_held_and_then_told() {
    let server = TestServer::start().await;
    let mut host = hosted(&server, "b").await;
    host.ok(json!({"op": "rules", "room": "b", "change": {"hold_back_s": 10}}))
        .await;
    let mut ada = NativeClient::member(&server, "ada", "b").await;
    let send = json!({"op": "send", "room": "b", "random": 1, "client_time": 5, "parts": [{"text": "hi"}]});
    assert_eq!(ada.ok(send.clone()).await["receipt"], "held");
    let mut ada = ada.come_back(&server).await;
    let id = ada.request(send.clone()).await;
    assert_eq!(ada.answer(id).await["ok"]["receipt"], "held");
    let held = host.ok(json!({"op": "held", "room": "b"})).await;
    assert_eq!(held["messages"].as_array().unwrap().len(), 1);
    let judge = json!({"op": "judge", "room": "b", "held": [held["messages"][0]["held"]], "verdict": "release"});
    host.ok(judge).await;
    let told = ada.answer(id).await["ok"].clone();
    assert_eq!(told["receipt"], "admitted", "{told}");
    let again = ada.ok(send).await;
    assert_eq!(
        (&again["receipt"], &again["seq"], &again["repeat"]),
        (&json!("admitted"), &told["seq"], &json!(true))
    );
}

#[tokio::test]
async fn a_message_that_waits_for_its_turn_does_not_hold_up_signs_of_life() {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = 1;
        config.rooms.max_wait_ms = 10_000;
    })
    .await;
    server.create_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut sends = Vec::new();
    for random in 0..3 {
        let send = json!({"op": "send", "room": "a", "random": random, "parts": [{"text": "hi"}]});
        sends.push(ada.request(send).await);
    }
    let ping = ada.request(json!({"op": "ping"})).await;
    ada.answer(ping).await;
    assert!(!ada.is_answered(*sends.last().unwrap()), "the last message still waits");
}
