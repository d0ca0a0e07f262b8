//! Our own API on the operator's listener (docs/admin-api.md).

use http::Method;
use serde_json::{Value, json};
use testkit::{ADMIN, APP, TestServer, VendorClient, eventually, text_body};

async fn room() -> (TestServer, VendorClient, VendorClient) {
    let server = TestServer::with(|config| config.rooms.join_tips = false).await;
    server.create_room_of("a", "host").await;
    let bob = VendorClient::member(&server, "bob", "a").await;
    let eve = VendorClient::member(&server, "eve", "a").await;
    (server, bob, eve)
}

const SEND: &str = "group_open_http_svc.send_group_msg";

#[tokio::test]
async fn slow_mode_makes_members_wait_and_says_how_long_but_not_who_moderates() {
    let (server, mut bob, _eve) = room().await;
    let (status, rules) = server
        .admin(Method::PATCH, "a/rules", Some(json!({"slow_mode_s": 30})))
        .await;
    assert_eq!((status, &rules["rules"]["slow_mode_s"]), (200, &json!(30)));
    bob.call_ok(SEND, text_body("a", "first")).await;
    let refused = bob.call(SEND, text_body("a", "second")).await;
    assert_eq!(refused["ErrorCode"], 10023);
    assert!(refused["ErrorInfo"].as_str().unwrap().contains("30 s"), "{refused}");
    let mut host = VendorClient::member(&server, "host", "a").await;
    for n in 0..3 {
        host.call_ok(SEND, text_body("a", &format!("host {n}"))).await;
        server.say("a", &format!("backend {n}")).await;
    }
    server.pass(30_000);
    bob.call_ok(SEND, text_body("a", "third")).await;
}

#[tokio::test]
async fn a_repeat_of_an_answered_message_hears_its_answer_and_not_the_slow_mode() {
    let (server, mut bob, _eve) = room().await;
    server
        .admin(Method::PATCH, "a/rules", Some(json!({"slow_mode_s": 30})))
        .await;
    let message = text_body("a", "once");
    let first = bob.call_ok(SEND, message.clone()).await;
    assert_eq!(bob.call_ok(SEND, message).await["MsgSeq"], first["MsgSeq"]);
}

#[tokio::test]
async fn rules_survive_a_crash_and_wrong_ones_change_nothing() {
    let (mut server, _bob, _eve) = room().await;
    server
        .admin(
            Method::PATCH,
            "a/rules",
            Some(json!({"rate_per_s": 7, "slow_mode_s": 2})),
        )
        .await;
    for wrong in [
        json!({"rate_per_s": 0}),
        json!({"slow_mode_s": 3601}),
        json!({"speed": 1}),
        json!(5),
        json!({"slow_mode_s": "x"}),
    ] {
        assert_eq!(
            server.admin(Method::PATCH, "a/rules", Some(wrong.clone())).await.0,
            400,
            "{wrong}"
        );
    }
    server.crash_and_restart().await;
    let (_, rules) = server.admin(Method::GET, "a/rules", None).await;
    let wanted = json!({
        "rate_per_s": 7, "slow_mode_s": 2, "words": "block", "refuse_links": false, "repeat_s": 0, "hold_back_s": 0,
        "guests": true, "reading": "members",
    });
    assert_eq!(rules["rules"], wanted);
    let (_, rules) = server
        .admin(Method::PATCH, "a/rules", Some(json!({"rate_per_s": null})))
        .await;
    assert_eq!(
        (&rules["rules"]["rate_per_s"], &rules["rules"]["slow_mode_s"]),
        (&Value::Null, &json!(2))
    );
}

#[tokio::test]
async fn a_removed_member_is_told_and_may_come_back() {
    let (server, mut bob, mut eve) = room().await;
    let (status, _) = server
        .admin(
            Method::POST,
            "a/remove",
            Some(json!({"users": ["bob"], "reason": "calm down"})),
        )
        .await;
    assert_eq!(status, 200);
    let notice = bob.next_item().await;
    assert_eq!(
        (&notice["MsgBody"]["ReportType"], &notice["MsgBody"]["BanDuration"]),
        (&json!(21), &json!(0))
    );
    let tip = eve.next_item().await;
    assert_eq!(
        (&tip["MsgBody"]["OpType"], &tip["MsgBody"]["List_Account"]),
        (&json!(3), &json!(["bob"]))
    );
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10007);
    bob.join("a").await;
    bob.call_ok(SEND, text_body("a", "back")).await;
    assert_eq!(eve.next_message().await["From_Account"], "bob");
}

#[tokio::test]
async fn the_account_adds_up_and_names_every_cause() {
    let (server, mut bob, mut eve) = room().await;
    server
        .rest_ok(
            "group_open_http_svc/forbid_send_msg",
            json!({"GroupId": "a", "Members_Account": ["eve"], "MuteTime": 60}),
        )
        .await;
    server
        .admin(Method::PATCH, "a/rules", Some(json!({"rate_per_s": 1})))
        .await;
    let message = text_body("a", "m");
    bob.call_ok(SEND, message.clone()).await;
    bob.call_ok(SEND, message).await;
    let mut dropped = 0;
    for n in 0..3 {
        let answer = bob.call_ok(SEND, text_body("a", &format!("m{n}"))).await;
        dropped += u64::from(answer["MsgDropReason"] == "MsgFreqCtrl");
    }
    assert_eq!(eve.code(SEND, text_body("a", "hi")).await, 10017);
    let (status, account) = server.admin(Method::GET, "a/tally", None).await;
    assert_eq!(status, 200);
    let total = &account["total"];
    assert_eq!(
        (&total["offered"], &total["pending"]),
        (&json!(6), &json!(0)),
        "{account}"
    );
    assert_eq!(total["rejected"], json!({"muted": 1, "duplicate": 1}));
    let lost: u64 = total["dropped"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!((lost, total["admitted"].as_u64().unwrap()), (dropped, 4 - dropped));
    let (_, nothing) = server.admin(Method::GET, "a/tally?from=5&to=10", None).await;
    assert_eq!(nothing["rows"], json!([]));
}

#[tokio::test]
async fn only_administrators_of_the_app_come_in_and_each_error_is_told() {
    let (server, _bob, _eve) = room().await;
    let bobs = format!("UserSig bob:{}", server.ticket("bob"));
    for (credentials, wanted) in [
        (None, 401),
        (Some("Bearer x".to_owned()), 401),
        (Some("UserSig nonsense".to_owned()), 401),
        (Some(format!("UserSig {ADMIN}:nonsense")), 401),
        (Some(bobs), 403),
    ] {
        let (status, body) = server.admin_as(Method::GET, "a/tally", None, credentials.clone()).await;
        assert_eq!(status, wanted, "{credentials:?}");
        assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    }
    for (method, what, wanted) in [
        (Method::GET, "none/tally", 404),
        (Method::GET, "a/nothing", 404),
        (Method::GET, "a/remove", 405),
        (Method::DELETE, "a/rules", 405),
        (Method::GET, "a/tally?from=x", 400),
        (Method::GET, "%00/tally", 400),
    ] {
        assert_eq!(
            server.admin(method.clone(), what, None).await.0,
            wanted,
            "{method} {what}"
        );
    }
    let url = format!("http://{}/v1/apps/{APP}/rooms/a/tally", server.address());
    assert_eq!(
        server.http().get(url).send().await.unwrap().status(),
        404,
        "not at the clients' listener"
    );
}

#[tokio::test]
async fn in_a_crowd_come_and_go_are_told_in_summaries() {
    let server = TestServer::with(|config| config.rooms.tips_per_second_max = 1).await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    fan.next_item().await;
    let mut guests = Vec::new();
    for n in 0..30 {
        guests.push(VendorClient::member(&server, &format!("u{n:02}"), "a").await);
    }
    // Whoever got no tip of his own stands in a summary, which names the newest and carries the count.
    let (mut tips, mut named) = (0, Vec::new());
    while !named.contains(&"u29".to_owned()) {
        let tip = fan.next_item().await;
        assert_eq!(tip["MsgBody"]["OpType"], 1);
        let list = tip["MsgBody"]["List_Account"].as_array().unwrap();
        assert!(list.len() <= 10);
        named.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
        tips += 1;
    }
    assert!(tips < 20, "30 joins in {tips} tips");
}

#[tokio::test]
async fn the_account_outlives_a_restart_and_its_room_and_a_crash_leaves_a_hole_that_is_told() {
    let (mut server, mut bob, _eve) = room().await;
    let account = async |server: &TestServer| server.admin(Method::GET, "a/tally?from=0", None).await;
    for n in 0..3 {
        bob.call_ok(SEND, text_body("a", &format!("m{n}"))).await;
    }
    server.restart().await;
    let (status, told) = account(&server).await;
    assert_eq!(
        (status, &told["total"]["admitted"], &told["holes"]),
        (200, &json!(3), &json!([])),
        "{told}"
    );
    assert_eq!(
        told["seconds_from_s"],
        Value::Null,
        "the room is not in memory: minutes are all there is"
    );
    server.say("a", "one more").await;
    let (_, told) = account(&server).await;
    assert_eq!(
        (&told["total"]["offered"], &told["holes"]),
        (&json!(4), &json!([])),
        "{told}"
    );
    let before_s = server.app().clock.now().secs();
    server.crash_and_restart().await;
    let (_, told) = account(&server).await;
    assert_eq!(told["total"]["offered"], 3, "what was not kept yet is gone: {told}");
    let hole = &told["holes"][0];
    assert!(
        hole[0].as_u64() <= Some(before_s) && hole[1].as_u64() >= Some(before_s),
        "and that is told: {told}"
    );
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    let (status, told) = account(&server).await;
    assert_eq!((status, &told["total"]["offered"]), (200, &json!(3)), "{told}");
}

#[tokio::test]
async fn minutes_that_are_over_are_kept_while_the_room_goes_on() {
    let (mut server, mut bob, _eve) = room().await;
    bob.call_ok(SEND, text_body("a", "hi")).await;
    server.pass(60_000);
    // A minute later it is on disk: a crash takes what came after it only.
    eventually("the minute is kept", async || {
        let count = server
            .metric("plaudit_store_seconds_count", &["operation=\"write_tallies\""])
            .await;
        (count > 0.0).then_some(())
    })
    .await;
    server.crash_and_restart().await;
    let (_, told) = server.admin(Method::GET, "a/tally?from=0", None).await;
    assert_eq!(told["total"]["admitted"], 1, "{told}");
}

#[tokio::test]
async fn the_rate_of_an_app_is_changed_while_rooms_talk_and_a_rooms_own_goes_before_it() {
    let (mut server, mut bob, _eve) = room().await;
    server.create_room("b").await;
    let patch = async |server: &TestServer, what: &str, rate: Value| {
        let body = json!({"rate_per_s": rate});
        server.admin(Method::PATCH, what, Some(body)).await
    };
    // At one per second the second message at once waits in its lane; its story tells for how long.
    let slow = async |server: &TestServer, bob: &mut VendorClient, room: &str| {
        for n in 0..2 {
            bob.call_ok(SEND, text_body(room, &format!("{n}"))).await;
        }
        let (_, told) = server
            .admin(Method::GET, &format!("{room}/messages?limit=1"), None)
            .await;
        told["messages"][0]["waited_ms"].as_u64().unwrap() > 500
    };
    bob.join("b").await;
    assert!(!slow(&server, &mut bob, "a").await);
    assert_eq!(
        patch(&server, "../rules", json!(1)).await,
        (200, json!({"rules": {"rate_per_s": 1}}))
    );
    assert!(slow(&server, &mut bob, "a").await);
    patch(&server, "b/rules", json!(1_000)).await;
    assert!(!slow(&server, &mut bob, "b").await);
    server.crash_and_restart().await;
    let (_, rules) = server.admin(Method::GET, "../rules", None).await;
    assert_eq!(rules, json!({"rules": {"rate_per_s": 1}}));
    for wrong in [json!(0), json!("x"), json!(10_001)] {
        assert_eq!(patch(&server, "../rules", wrong).await.0, 400);
    }
    assert_eq!(
        patch(&server, "../rules", Value::Null).await,
        (200, json!({"rules": {"rate_per_s": null}}))
    );
}
