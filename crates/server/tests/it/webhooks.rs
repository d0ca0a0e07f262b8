//! A backend that is asked and told (webhooks.md), and backends that misbehave.

use serde_json::{Value, json};
use server::config::Webhook;
use testkit::{APP, HookAnswer, HookSink, TestServer, VendorClient, eventually, text_body};
use tim::webhook::Command;

const SEND: &str = "group_open_http_svc.send_group_msg";
const BEFORE: &str = "Group.CallbackBeforeSendMsg";
const AFTER: &str = "Group.CallbackAfterSendMsg";
const EXCEPTION: &str = "Group.CallbackSendMsgException";

/// A server whose app has this backend, and a room with "bob" and "eve" in it.
async fn with(sink: &HookSink, change: impl FnOnce(&mut Webhook)) -> (TestServer, VendorClient, VendorClient) {
    let mut webhook = Webhook::new(&sink.url);
    change(&mut webhook);
    let server = TestServer::with(|config| {
        config.apps[0].webhook = Some(webhook);
        config.rooms.join_tips = false;
    })
    .await;
    server.create_room("a").await;
    let bob = VendorClient::member(&server, "bob", "a").await;
    let eve = VendorClient::member(&server, "eve", "a").await;
    (server, bob, eve)
}

fn code(n: i64) -> HookAnswer {
    HookAnswer::Json(json!({"ActionStatus": "OK", "ErrorInfo": "not like this", "ErrorCode": n}))
}

#[tokio::test]
async fn a_message_is_asked_about_before_and_told_of_after() {
    let sink = HookSink::start().await;
    let (_server, mut bob, mut eve) = with(&sink, |_| {}).await;
    let mut message = text_body("a", "hi");
    message["MsgBody"] =
        json!([{"MsgType": "TIMCustomElem", "MsgContent": {"Data": "{\"cmd\":\"mute\"}\u{0}", "X": 1}}]);
    message["CloudCustomData"] = "ccd".into();
    let sent = bob.call_ok(SEND, message.clone()).await;
    eve.next_message().await;
    let before = sink.next(BEFORE).await;
    for (name, value) in [
        ("SdkAppid", APP.to_string().as_str()),
        ("CallbackCommand", BEFORE),
        ("contenttype", "json"),
        ("ClientIP", "127.0.0.1"),
        ("OptPlatform", "Web"),
        ("own", "1"),
    ] {
        assert_eq!(before.query[name], value, "{name}");
    }
    let time = before.body["EventTime"].as_u64().unwrap();
    let wanted = json!({
        "CallbackCommand": BEFORE, "GroupId": "a", "Type": "AVChatRoom", "From_Account": "bob", "Operator_Account": "bob",
        "Random": message["Random"], "OnlineOnlyFlag": 0, "MsgBody": message["MsgBody"], "CloudCustomData": "ccd",
        "EventTime": time,
    });
    assert_eq!(before.body, wanted, "FAQ-2: the backend reads the identical Data");
    let after = sink.next(AFTER).await;
    assert_eq!(
        (&after.body["MsgSeq"], &after.body["MsgTime"]),
        (&sent["MsgSeq"], &sent["MsgTime"])
    );
    assert_eq!(after.body["MsgBody"], message["MsgBody"]);
}

#[tokio::test]
async fn the_backend_refuses_silences_and_rewrites() {
    let sink = HookSink::start().await;
    let (_server, mut bob, mut eve) = with(&sink, |_| {}).await;
    for (answer, wanted) in [(1, 10016), (10100, 10100), (10200, 10200), (7, 10016)] {
        sink.answer(BEFORE, code(answer));
        let refused = bob.call(SEND, text_body("a", "no")).await;
        assert_eq!(
            (&refused["ErrorCode"], &refused["ErrorInfo"]),
            (&json!(wanted), &json!("not like this"))
        );
    }
    sink.answer(BEFORE, code(2));
    let silenced = bob.call_ok(SEND, text_body("a", "silence")).await;
    assert_eq!(
        (&silenced["MsgSeq"], &silenced["MsgDropReason"]),
        (&json!(0), &Value::Null)
    );
    let body = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "rewritten"}}]);
    sink.answer(
        BEFORE,
        HookAnswer::Json(json!({"ErrorCode": 0, "MsgBody": body, "CloudCustomData": "new"})),
    );
    bob.call_ok(SEND, text_body("a", "original")).await;
    let heard = eve.next_message().await;
    assert_eq!(
        (&heard["MsgBody"], &heard["CloudCustomData"]),
        (&body, &json!("new")),
        "and nothing before it"
    );
    assert_eq!(sink.next(AFTER).await.body["MsgBody"], body, "told as it was said");
    assert_eq!(sink.count(AFTER), 0, "what was not said is not told");
}

#[tokio::test]
async fn lr_f6_a_dropped_message_was_asked_about_and_is_told_as_an_exception() {
    let sink = HookSink::start().await;
    let (server, mut bob, _eve) = with(&sink, |_| {}).await;
    let rate = json!({"rate_per_s": 1});
    let key = room::RoomKey {
        app: room::AppId(APP),
        room: room::RoomId::new("a").unwrap(),
    };
    let by = server::app::manage::Actor::backend(room::UserId::new("administrator").unwrap(), None);
    server
        .app()
        .change_rules(&key, &by, serde_json::from_value(rate).unwrap())
        .await
        .unwrap();
    let mut dropped = 0;
    for n in 0..4 {
        let answer = bob.call_ok(SEND, text_body("a", &format!("m{n}"))).await;
        dropped += usize::from(answer["MsgDropReason"] == "MsgFreqCtrl");
    }
    // FAQ-5: asked about and never told of means that the rate limit dropped it.
    for _ in 0..4 {
        sink.next(BEFORE).await;
    }
    for _ in 0..dropped {
        let exception = sink.next(EXCEPTION).await;
        assert_eq!(exception.body["ErrorCode"], 10023);
        assert_eq!(
            exception.body["ErrorInfo"],
            "msg count exceeds limit,please retry later"
        );
    }
    for _ in dropped..4 {
        sink.next(AFTER).await;
    }
    assert_eq!((sink.count(AFTER), sink.count(EXCEPTION)), (0, 0));
}

#[tokio::test]
async fn lr_x4_a_silenced_or_muted_sender_is_not_asked_about() {
    let sink = HookSink::start().await;
    let (server, mut bob, mut eve) = with(&sink, |_| {}).await;
    let body = json!({"Set_Account": "bob", "GroupmsgNospeakingTime": 60});
    server.rest_ok("openconfigsvr/setnospeaking", body).await;
    let body = json!({"GroupId": "a", "Members_Account": ["eve"], "MuteTime": 60});
    server.rest_ok("group_open_http_svc/forbid_send_msg", body).await;
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10017);
    assert_eq!(eve.code(SEND, text_body("a", "hi")).await, 10017);
    for _ in 0..2 {
        assert_eq!(sink.next(EXCEPTION).await.body["ErrorCode"], 10017);
    }
    assert_eq!(sink.count(BEFORE), 0);
}

#[tokio::test]
async fn coming_and_going_is_told_with_the_platform_and_may_be_refused() {
    let sink = HookSink::start().await;
    let (server, mut bob, _eve) = with(&sink, |_| {}).await;
    let asked = sink.next("Group.CallbackBeforeApplyJoinGroup").await;
    assert_eq!(
        (&asked.body["Requestor_Account"], &asked.body["GroupId"]),
        (&json!("bob"), &json!("a"))
    );
    let joined = sink.next("Group.CallbackAfterNewMemberJoin").await;
    assert_eq!(
        (&joined.body["JoinType"], &joined.body["NewMemberList"]),
        (&json!("Apply"), &json!([{"Member_Account": "bob"}]))
    );
    bob.call_ok("group_open_http_svc.quit_group", json!({"GroupId": "a"}))
        .await;
    let left = sink.next("Group.CallbackAfterMemberExit").await;
    assert_eq!(
        (&left.body["ExitType"], &left.body["Operator_Account"]),
        (&json!("Quit"), &json!("bob"))
    );
    assert_eq!(left.query["OptPlatform"], "Web");
    let ban = json!({"GroupId": "a", "Members_Account": ["eve"], "Duration": 60});
    server.rest_ok("group_open_http_svc/ban_group_member", ban).await;
    let kicked = sink.next("Group.CallbackAfterMemberExit").await;
    assert_eq!(
        (&kicked.body["ExitType"], &kicked.body["ExitMemberList"]),
        (&json!("Kicked"), &json!([{"Member_Account": "eve"}]))
    );
    assert_eq!(kicked.query["OptPlatform"], "RESTAPI");
    sink.answer("Group.CallbackBeforeApplyJoinGroup", code(10101));
    assert_eq!(
        bob.code("group_open_http_svc.apply_join_group", json!({"GroupId": "a"}))
            .await,
        10101
    );
    assert_eq!(server.online("a").await, 0);
}

#[tokio::test]
async fn a_rooms_life_is_told() {
    let sink = HookSink::start().await;
    let (server, _bob, _eve) = with(&sink, |_| {}).await;
    let made = sink.next("Group.CallbackAfterCreateGroup").await;
    assert_eq!(
        (&made.body["Name"], &made.body["Operator_Account"]),
        (&json!("a"), &json!("administrator"))
    );
    let change = json!({"GroupId": "a", "Notification": "rules", "AppDefinedData": [{"Key": "likes", "Value": "5"}]});
    server
        .rest_ok("group_open_http_svc/modify_group_base_info", change)
        .await;
    let changed = sink.next("Group.CallbackAfterGroupInfoChanged").await;
    assert_eq!(
        (&changed.body["Notification"], &changed.body["Name"]),
        (&json!("rules"), &Value::Null)
    );
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    assert_eq!(
        sink.next("Group.CallbackAfterGroupDestroyed").await.body["GroupId"],
        "a"
    );
    sink.answer("Group.CallbackBeforeCreateGroup", code(1));
    let body = json!({"Type": "AVChatRoom", "Name": "b", "GroupId": "b"});
    assert_eq!(
        server.rest("group_open_http_svc/create_group", body).await["ErrorCode"],
        10016
    );
    assert_eq!(server.room_info("b").await["ErrorCode"], 10010);
}

#[tokio::test]
async fn a_backend_that_fails_lets_pass_or_stops_as_configured() {
    for answer in [
        HookAnswer::Status(500),
        HookAnswer::Status(302),
        HookAnswer::Text("<html>garbage".to_owned()),
        HookAnswer::Text("x".repeat(1_000_000)),
        HookAnswer::Json(json!({"ActionStatus": "OK"})),
    ] {
        let sink = HookSink::start().await;
        sink.answer(BEFORE, answer);
        let (server, mut bob, mut eve) = with(&sink, |_| {}).await;
        bob.call_ok(SEND, text_body("a", "unreviewed")).await;
        eve.next_message().await;
        assert_eq!(server.metric("plaudit_webhooks_unreviewed_total", &[BEFORE]).await, 1.0);
    }
    let sink = HookSink::start().await;
    sink.answer(BEFORE, HookAnswer::Status(500));
    let (_server, mut bob, _eve) = with(&sink, |webhook| {
        webhook.fail_closed.insert(Command::BeforeSendMsg);
    })
    .await;
    assert_eq!(bob.code(SEND, text_body("a", "never")).await, 80003);
}

#[tokio::test]
async fn a_backend_that_hangs_costs_two_seconds_and_one_that_is_down_soon_nothing() {
    let sink = HookSink::start().await;
    sink.answer(BEFORE, HookAnswer::Hang);
    let (server, mut bob, mut eve) = with(&sink, |webhook| {
        webhook.commands = [Command::BeforeSendMsg].into();
    })
    .await;
    bob.call_ok(SEND, text_body("a", "late")).await;
    eve.next_message().await;
    assert_eq!(server.metric("plaudit_webhook_seconds_count", &["timeout"]).await, 1.0);
    sink.stop();
    for n in 0..10 {
        bob.call_ok(SEND, text_body("a", &format!("m{n}"))).await;
        eve.next_message().await;
    }
    assert!(
        server.metric("plaudit_webhook_seconds_count", &["breaker_open"]).await >= 5.0,
        "it is left alone"
    );
    assert_eq!(
        server.metric("plaudit_webhooks_unreviewed_total", &[]).await,
        11.0,
        "each is counted"
    );
}

#[tokio::test]
async fn calls_are_signed_and_forbidden_ones_are_not_made() {
    let sink = HookSink::start().await;
    let (server, _bob, mut eve) = with(&sink, |webhook| {
        webhook.token = Some(server::config::Secret::new("live-token-01"));
        webhook.commands = [Command::BeforeSendMsg, Command::AfterSendMsg].into();
    })
    .await;
    server.say("a", "signed").await;
    let asked = sink.next(BEFORE).await;
    let time = asked.query["RequestTime"].parse().unwrap();
    assert_eq!(asked.query["Sign"], tim::webhook::sign("live-token-01", time));
    assert_eq!(
        (&asked.query["OptPlatform"], &asked.query["ClientIP"]),
        (&"RESTAPI".to_owned(), &"127.0.0.1".to_owned())
    );
    sink.next(AFTER).await;
    let mut quiet = text_body("a", "quiet");
    quiet["ForbidCallbackControl"] = json!(["ForbidBeforeSendMsgCallback", "ForbidAfterSendMsgCallback"]);
    server.rest_ok("group_open_http_svc/send_group_msg", quiet).await;
    server.say("a", "the next").await;
    for _ in 0..3 {
        eve.next_message().await;
    }
    let asked = sink.next(BEFORE).await;
    assert_eq!(asked.body["MsgBody"][0]["MsgContent"]["Text"], "the next");
    assert_eq!(
        sink.count("Group.CallbackAfterNewMemberJoin"),
        0,
        "it does not want these"
    );
}

#[tokio::test]
async fn faq_6_likes_are_asked_about_at_the_rate_at_which_they_come() {
    let sink = HookSink::start().await;
    let (server, _bob, _eve) = with(&sink, |_| {}).await;
    let key = room::RoomKey {
        app: room::AppId(APP),
        room: room::RoomId::new("a").unwrap(),
    };
    let by = server::app::manage::Actor::backend(room::UserId::new("administrator").unwrap(), None);
    let slow = serde_json::from_value(json!({"rate_per_s": 5})).unwrap();
    server.app().change_rules(&key, &by, slow).await.unwrap();
    let likes = (0..100).map(|n| {
        let mut like = text_body("a", &format!("like {n}"));
        like["MsgPriority"] = "Low".into();
        server.rest_ok("group_open_http_svc/send_group_msg", like)
    });
    let answers = futures_util::future::join_all(likes).await;
    assert!(
        answers
            .iter()
            .filter(|answer| answer["MsgDropReason"] == "MsgFreqCtrl")
            .count()
            > 80
    );
    assert_eq!(sink.count(BEFORE), 100, "the backend counts every one of them");
}

#[tokio::test]
async fn a_backend_behind_tls_is_asked_and_one_with_an_unknown_certificate_is_not_believed() {
    let (sink, certificate) = HookSink::start_tls().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, certificate).unwrap();
    let (_server, mut bob, mut eve) = with(&sink, |webhook| webhook.ca_file = Some(file.clone())).await;
    bob.call_ok(SEND, text_body("a", "hi")).await;
    eve.next_message().await;
    assert_eq!(sink.next(BEFORE).await.body["From_Account"], "bob");
    // The same backend with another certificate than the file's.
    let (stranger, _) = HookSink::start_tls().await;
    let (_server, mut bob, _eve) = with(&stranger, |webhook| {
        webhook.ca_file = Some(file);
        webhook.fail_closed = [Command::BeforeSendMsg].into();
    })
    .await;
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 80003);
    assert_eq!(stranger.count(BEFORE), 0);
}

#[tokio::test]
async fn news_that_a_hanging_backend_does_not_take_delays_nobody_and_is_counted_to_the_last() {
    let sink = HookSink::start().await;
    sink.answer(AFTER, HookAnswer::Hang);
    let (server, mut bob, mut eve) = with(&sink, |webhook| {
        webhook.commands = [Command::AfterSendMsg].into();
        webhook.timeout_ms = 100;
    })
    .await;
    // More than one line holds, so that the bound is met too, unless the breaker has emptied it before.
    const MESSAGES: usize = 4_500;
    for n in 0..MESSAGES / 50 {
        let texts = (0..50).map(|m| {
            server.rest_ok(
                "group_open_http_svc/send_group_msg",
                text_body("a", &format!("{n}-{m}")),
            )
        });
        futures_util::future::join_all(texts).await;
    }
    let last = bob.call_ok(SEND, text_body("a", "last")).await["MsgSeq"].clone();
    while eve.next_message().await["MsgSeq"] != last {}
    let lost = async || server.metric("plaudit_webhooks_lost_total", &[]).await as usize;
    eventually("all of it is counted", async || {
        (lost().await == MESSAGES + 1).then_some(())
    })
    .await;
    // When it is back, it is told again.
    sink.answer(AFTER, code(0));
    server.pass(5_001);
    bob.call_ok(SEND, text_body("a", "again")).await;
    loop {
        let told = sink.next(AFTER).await;
        if told.body["MsgBody"][0]["MsgContent"]["Text"] == "again" {
            break;
        }
    }
    assert_eq!(lost().await, MESSAGES + 1);
}
