//! What a backend hears of users: their sessions, how they look, messages to one of them (webhooks.md sections 3.14, 4
//! to 6). Bodies are compared as the page has them.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use server::config::{Secret, Webhook};
use sha2::Sha256;
use testkit::{HookAnswer, HookSink, TestServer, VendorClient, eventually};

const STATE: &str = "State.StateChange";
const PRESENCE: &str = "Group.CallbackOnMemberStateChange";
const PROFILE: &str = "Profile.CallbackPortraitSet";
const BEFORE: &str = "C2C.CallbackBeforeSendMsg";
const AFTER: &str = "C2C.CallbackAfterSendMsg";

async fn with(sink: &HookSink, change: impl FnOnce(&mut Webhook)) -> TestServer {
    let mut webhook = Webhook::new(&sink.url);
    change(&mut webhook);
    let server = TestServer::with(|config| {
        config.apps[0].webhook = Some(webhook);
        config.rooms.join_tips = false;
    })
    .await;
    server.create_room("a").await;
    server
}

fn code(n: i64) -> HookAnswer {
    HookAnswer::Json(json!({"ActionStatus": "OK", "ErrorInfo": "not like this", "ErrorCode": n}))
}

/// The next state change, without its time.
async fn state(sink: &HookSink) -> Value {
    let mut call = sink.next(STATE).await;
    assert_eq!(call.query["OptPlatform"], "Web");
    assert_eq!(call.query["ClientIP"], "127.0.0.1");
    assert!(call.body.as_object_mut().unwrap().remove("EventTime").unwrap().is_u64());
    call.body
}

fn changed(action: &str, reason: &str) -> Value {
    json!({"CallbackCommand": STATE, "Info": {"Action": action, "To_Account": "bob", "Reason": reason}})
}

#[tokio::test]
async fn a_backend_hears_when_a_session_begins_is_lost_comes_back_and_ends() {
    let sink = HookSink::start().await;
    let server = with(&sink, |_| {}).await;
    let bob = VendorClient::log_in(&server, "bob").await;
    assert_eq!(state(&sink).await, changed("Login", "Register"));
    let back = bob.reconnect(&server).await;
    bob.cut();
    assert_eq!(state(&sink).await, changed("Disconnect", "LinkClose"));
    let mut back = back;
    assert_eq!(back.relogin().await["ErrorCode"], 0);
    assert_eq!(state(&sink).await, changed("Login", "Register"));
    back.log_out().await;
    assert_eq!(state(&sink).await, changed("Logout", "Unregister"));
    back.cut();
    // A second login tells whom it displaced, and nothing else is said of that one.
    let _first = VendorClient::log_in(&server, "bob").await;
    assert_eq!(state(&sink).await, changed("Login", "Register"));
    let _second = VendorClient::log_in(&server, "bob").await;
    let mut displaced = changed("Login", "Register");
    displaced["KickedDevice"] = json!([{"Platform": "Web"}]);
    assert_eq!(state(&sink).await, displaced);
    server.rest_ok("im_open_login_svc/kick", json!({"UserID": "bob"})).await;
    assert_eq!(state(&sink).await, changed("Logout", "Unregister"));
    assert_eq!(sink.count(STATE), 0);
}

#[tokio::test]
async fn lr_m6_a_silent_member_is_told_offline_after_20_s_and_online_when_he_is_back() {
    let sink = HookSink::start().await;
    let server = with(&sink, |_| {}).await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    state(&sink).await;
    server.pass(15_000);
    bob.heartbeat().await;
    assert_eq!(sink.count(PRESENCE), 0, "a short pause is no news");
    server.pass(21_000);
    let told = |event: &str| json!({"CallbackCommand": PRESENCE, "GroupId": "a", "EventType": event, "MemberList": [{"Member_Account": "bob"}]});
    let call = sink.next(PRESENCE).await;
    assert_eq!(call.body, told("Offline"));
    assert!(!call.query.contains_key("ClientIP") && !call.query.contains_key("OptPlatform"));
    bob.heartbeat().await;
    assert_eq!(sink.next(PRESENCE).await.body, told("Online"));
    assert_eq!(sink.count("Group.CallbackAfterMemberExit"), 0);
}

#[tokio::test]
async fn lr_m7_a_member_who_stays_silent_is_gone_after_60_s_without_a_tip_or_an_exit() {
    let sink = HookSink::start().await;
    let server = with(&sink, |_| {}).await;
    let bob = VendorClient::member(&server, "bob", "a").await;
    assert_eq!(state(&sink).await, changed("Login", "Register"));
    server.pass(61_000);
    assert_eq!(state(&sink).await, changed("Disconnect", "TimeOut"));
    eventually("he is gone", async || (server.online("a").await == 0).then_some(())).await;
    assert_eq!(sink.count("Group.CallbackAfterMemberExit"), 0);
    // He comes back into his rooms, and that is told.
    let mut bob = bob.reconnect(&server).await;
    assert_eq!(bob.relogin().await["ErrorCode"], 0);
    assert_eq!(state(&sink).await, changed("Login", "Register"));
    assert_eq!(sink.next(PRESENCE).await.body["EventType"], "Online");
}

#[tokio::test]
async fn a_changed_profile_is_told_with_what_changed_only() {
    let sink = HookSink::start().await;
    let server = with(&sink, |_| {}).await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    let item = json!([{"Tag": "Tag_Profile_IM_Nick", "Value": "Bobby"}]);
    bob.call_ok(
        "profile.portrait_set",
        json!({"From_Account": "bob", "ProfileItem": item}),
    )
    .await;
    let mut own = sink.next(PROFILE).await;
    assert_eq!(own.query["OptPlatform"], "Web");
    own.body.as_object_mut().unwrap().remove("EventTime");
    let told = |by: &str| json!({"CallbackCommand": PROFILE, "Operator_Account": by, "From_Account": "bob", "ProfileItem": item});
    assert_eq!(own.body, told("bob"));
    let body = json!({"From_Account": "bob", "ProfileItem": item});
    server.rest_ok("profile/portrait_set", body).await;
    let mut backends = sink.next(PROFILE).await;
    assert_eq!(backends.query["OptPlatform"], "RESTAPI");
    backends.body.as_object_mut().unwrap().remove("EventTime");
    assert_eq!(backends.body, told("administrator"));
    // Imports are not told (webhooks.md section 2).
    let import = json!({"UserID": "bob", "Nick": "Robert"});
    server.rest_ok("im_open_login_svc/account_import", import).await;
    assert_eq!(sink.count(PROFILE), 0);
}

fn direct(extra: Value) -> Value {
    let mut body = json!({
        "From_Account": "eve", "To_Account": "bob", "MsgSeq": 93847636, "MsgRandom": 1287657, "MsgLifeTime": 0,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "psst"}}],
    });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_message_to_one_user_is_asked_about_before_and_told_of_after() {
    let sink = HookSink::start().await;
    let server = with(&sink, |_| {}).await;
    server.import(&["eve"]).await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    let answer = server
        .rest_ok("openim/sendmsg", direct(json!({"CloudCustomData": "ccd"})))
        .await;
    bob.next_event().await;
    let mut before = sink.next(BEFORE).await;
    assert_eq!(before.query["OptPlatform"], "RESTAPI");
    before.body.as_object_mut().unwrap().remove("EventTime");
    let mut wanted = json!({
        "CallbackCommand": BEFORE, "From_Account": "eve", "To_Account": "bob", "MsgSeq": 93847636,
        "MsgRandom": 1287657, "MsgTime": answer["MsgTime"], "MsgKey": answer["MsgKey"], "OnlineOnlyFlag": 1,
        "MsgBody": direct(json!({}))["MsgBody"], "CloudCustomData": "ccd",
    });
    assert_eq!(before.body, wanted);
    let mut after = sink.next(AFTER).await;
    after.body.as_object_mut().unwrap().remove("EventTime");
    wanted["CallbackCommand"] = json!(AFTER);
    for (name, value) in [
        ("SendMsgResult", json!(0)),
        ("ErrorInfo", json!("send msg succeed")),
        ("UnreadMsgNum", json!(0)),
    ] {
        wanted[name] = value;
    }
    assert_eq!(after.body, wanted);
    // For who is not there it is kept, and counted as unread until he has read it.
    for unread in [1, 2] {
        let kept = direct(json!({"To_Account": "eve", "MsgLifeTime": 60, "MsgRandom": unread}));
        server.rest_ok("openim/sendmsg", kept).await;
        let after = sink.next(AFTER).await;
        assert_eq!(
            (&after.body["SendMsgResult"], &after.body["UnreadMsgNum"]),
            (&json!(0), &json!(unread))
        );
    }
    // A caller may not want to be asked or told.
    let silent = ["ForbidBeforeSendMsgCallback", "ForbidAfterSendMsgCallback"];
    let before = sink.count(BEFORE);
    server
        .rest_ok("openim/sendmsg", direct(json!({"ForbidCallbackControl": silent})))
        .await;
    bob.next_event().await;
    assert_eq!((sink.count(BEFORE), sink.count(AFTER)), (before, 0));
}

#[tokio::test]
async fn a_backend_refuses_silences_or_rewrites_a_message_to_one_user() {
    let sink = HookSink::start().await;
    let server = with(&sink, |_| {}).await;
    server.import(&["eve"]).await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    for (answer, wanted) in [
        (code(1), 20006),
        (code(120_001), 120_001),
        (code(10100), 20006),
        (code(2), 0),
    ] {
        sink.answer(BEFORE, answer);
        let sent = server.rest("openim/sendmsg", direct(json!({}))).await;
        assert_eq!(sent["ErrorCode"], wanted, "{sent}");
    }
    let rewritten = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}]);
    sink.answer(
        BEFORE,
        HookAnswer::Json(json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "MsgBody": rewritten})),
    );
    server.rest_ok("openim/sendmsg", direct(json!({}))).await;
    let event = bob.next_event().await;
    assert!(
        event.to_string().contains("hello") && !event.to_string().contains("psst"),
        "the first that arrives: {event}"
    );
    assert_eq!(
        sink.next(AFTER).await.body["MsgBody"],
        rewritten,
        "and nothing was told of the others"
    );
}

#[tokio::test]
async fn the_body_is_signed_and_old_receivers_get_the_time_as_a_text() {
    let sink = HookSink::start().await;
    let server = with(&sink, |webhook| {
        webhook.token = Some(Secret::new("live-token-01"));
        webhook.time_as_text = true;
    })
    .await;
    VendorClient::log_in(&server, "bob").await;
    let call = sink.next(STATE).await;
    assert!(call.body["EventTime"].as_str().unwrap().parse::<u64>().is_ok());
    let header = call.headers["x-plaudit-signature"].to_str().unwrap();
    let (time, signature) = header.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    assert_eq!(time, call.query["RequestTime"]);
    let mut mac = Hmac::<Sha256>::new_from_slice(b"live-token-01").unwrap();
    mac.update(format!("{time}.").as_bytes());
    mac.update(&call.raw);
    let wanted: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(signature, wanted);
}

#[tokio::test]
async fn what_a_backend_does_not_take_is_told_again_as_often_as_the_app_wants() {
    for (retries, wanted) in [(0, 1), (1, 2)] {
        let sink = HookSink::start().await;
        sink.answer(STATE, HookAnswer::Status(500));
        let server = with(&sink, |webhook| webhook.retries = retries).await;
        let _bob = VendorClient::log_in(&server, "bob").await;
        eventually("it is given up", async || {
            (server.metric("plaudit_webhooks_lost_total", &[]).await > 0.0).then_some(())
        })
        .await;
        assert_eq!(sink.count(STATE), wanted);
    }
}

#[tokio::test]
async fn a_backend_that_is_left_alone_is_seen_in_the_metrics() {
    let sink = HookSink::start().await;
    sink.answer(BEFORE, HookAnswer::Status(500));
    let server = with(&sink, |_| {}).await;
    server.import(&["eve", "bob"]).await;
    let open = async || server.metric("plaudit_webhook_breakers_open", &[]).await;
    for _ in 0..5 {
        assert_eq!(open().await, 0.0);
        server
            .rest_ok(
                "openim/sendmsg",
                direct(json!({"ForbidCallbackControl": ["ForbidAfterSendMsgCallback"]})),
            )
            .await;
    }
    assert_eq!(open().await, 1.0);
    sink.answer(BEFORE, code(0));
    server.pass(5_001);
    server.rest_ok("openim/sendmsg", direct(json!({}))).await;
    assert_eq!(open().await, 0.0);
}

#[tokio::test]
async fn before_a_room_is_made_the_backend_hears_how_many_its_owner_has() {
    let sink = HookSink::start().await;
    let server = with(&sink, |_| {}).await;
    for n in 0..3 {
        server.create_room_of(&format!("r{n}"), "host").await;
    }
    let mut asked = Vec::new();
    for _ in 0..4 {
        let call = sink.next("Group.CallbackBeforeCreateGroup").await;
        assert_eq!(call.query["ClientIP"], "127.0.0.1");
        asked.push(call.body["CreateGroupNum"].as_u64().unwrap());
    }
    assert_eq!(asked, [0, 0, 1, 2], "the first is nobody's");
}
