//! Messages that are taken back, or looked at before they are said.

use http::Method;
use serde_json::{Value, json};
use testkit::{ADMIN, TestServer, VendorClient, eventually, text_body};

const SEND: &str = "group_open_http_svc.send_group_msg";
const RECALL: &str = "group_open_http_svc.group_msg_recall";

async fn room() -> (TestServer, VendorClient, VendorClient) {
    let server = TestServer::with(|config| {
        config.rooms.join_tips = false;
        config.rooms.history_on_join = 10;
    })
    .await;
    server.create_room_of("a", "host").await;
    let bob = VendorClient::member(&server, "bob", "a").await;
    let eve = VendorClient::member(&server, "eve", "a").await;
    (server, bob, eve)
}

async fn post(server: &TestServer, what: &str, body: Value) -> Value {
    let (status, answer) = server.admin(Method::POST, &format!("a/{what}"), Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn recall(seqs: &[&Value]) -> Value {
    let list: Value = seqs.iter().map(|seq| json!({"MsgSeq": seq})).collect();
    json!({"GroupId": "a", "MsgSeqList": list, "TopicId": ""})
}

/// The numbers of what a newcomer is shown from before.
async fn shown(server: &TestServer, user: &str) -> Vec<u64> {
    server.import(&[user]).await;
    let mut client = VendorClient::log_in(server, user).await;
    let joined = client.join("a").await;
    let list = joined["RspMsgList"].as_array().cloned().unwrap_or_default();
    list.iter().map(|message| message["MsgSeq"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_deleted_message_is_gone_for_everybody_and_stays_gone_after_a_crash() {
    let (mut server, mut bob, mut eve) = room().await;
    let first = bob.call_ok(SEND, text_body("a", "first")).await["MsgSeq"].clone();
    let second = bob.call_ok(SEND, text_body("a", "second")).await["MsgSeq"].clone();
    for _ in 0..2 {
        eve.next_message().await;
    }
    let answer = post(
        &server,
        "messages/delete",
        json!({"seqs": [first, 9999], "reason": "rude"}),
    )
    .await;
    assert_eq!(answer, json!({"deleted": [first], "missing": [9999]}));
    let notice = eve.next_item().await;
    let revoked = &notice["MsgBody"]["GroupWithdrawInfoArray"][0];
    assert_eq!((&notice["Event"], &revoked["MsgSeq"]), (&json!(5), &first), "{notice}");
    assert_eq!(
        revoked["RevokerInfo"],
        json!({"Revoker_Account": ADMIN, "Reason": "rude"})
    );
    assert_eq!(shown(&server, "late").await, [second.as_u64().unwrap()]);
    let (_, stories) = server
        .admin(Method::GET, &format!("a/messages?seq={first}"), None)
        .await;
    assert_eq!(stories["messages"][0]["deleted"], true, "{stories}");
    server.crash_and_restart().await;
    let after = shown(&server, "later").await;
    assert!(!after.contains(&first.as_u64().unwrap()), "{after:?}");
}

#[tokio::test]
async fn lr_s1_a_sender_takes_his_message_back_within_two_minutes_and_moderators_always() {
    let (server, mut bob, mut eve) = room().await;
    let seq = |answer: Value| answer["MsgSeq"].clone();
    let mine = seq(bob.call_ok(SEND, text_body("a", "mine")).await);
    assert_eq!(eve.code(RECALL, recall(&[&mine])).await, 10007);
    let done = bob.call_ok(RECALL, recall(&[&mine])).await;
    assert_eq!(done["RecallRetList"], json!([{"MsgSeq": mine, "RetCode": 0}]));
    assert_eq!(bob.code(RECALL, recall(&[&mine])).await, 10030, "it is gone already");
    let old = seq(bob.call_ok(SEND, text_body("a", "old")).await);
    // Who is silent for a minute is gone: he says hello meanwhile.
    for _ in 0..9 {
        server.pass(15_000);
        bob.heartbeat().await;
    }
    assert_eq!(bob.code(RECALL, recall(&[&old])).await, 10031);
    let mut host = VendorClient::member(&server, "host", "a").await;
    host.call_ok(RECALL, recall(&[&old])).await;
    // The backend, several at once: each has its own code.
    let last = seq(bob.call_ok(SEND, text_body("a", "last")).await);
    let done = server
        .rest_ok("group_open_http_svc/group_msg_recall", recall(&[&last, &json!(9999)]))
        .await;
    assert_eq!(
        done["RecallRetList"],
        json!([{"MsgSeq": last, "RetCode": 0}, {"MsgSeq": 9999, "RetCode": 10030}])
    );
    for wrong in [
        json!([]),
        json!([{}]),
        json!([{"MsgSeq": "x"}]),
        json!(vec![json!({"MsgSeq": 1}); 11]),
    ] {
        let body = json!({"GroupId": "a", "MsgSeqList": wrong});
        let answer = server.rest("group_open_http_svc/group_msg_recall", body).await;
        assert_eq!(answer["ErrorCode"], 10004, "{answer}");
    }
}

#[tokio::test]
async fn lr_s1_an_app_may_switch_recall_off() {
    let server = TestServer::with(|config| config.apps[0].recall = false).await;
    server.create_room("a").await;
    let seq = json!(server.say("a", "hi").await);
    let answer = server
        .rest("group_open_http_svc/group_msg_recall", recall(&[&seq]))
        .await;
    assert_eq!(answer["ErrorCode"], 10033);
    post(&server, "messages/delete", json!({"seqs": [seq]})).await;
}

/// Waits until so many messages are held back.
async fn held(server: &TestServer, n: usize) -> Vec<Value> {
    eventually("messages are held back", async || {
        let (_, answer) = server.admin(Method::GET, "a/held", None).await;
        let list = answer["held"].as_array().unwrap().clone();
        (list.len() == n).then_some(list)
    })
    .await
}

#[tokio::test]
async fn a_held_message_goes_when_released_is_gone_when_removed_and_goes_by_itself_in_the_end() {
    let (server, mut bob, mut eve) = room().await;
    server
        .admin(Method::PATCH, "a/rules", Some(json!({"hold_back_s": 10})))
        .await;
    for text in ["one", "two", "three"] {
        // The sender is not kept waiting, and hears no number.
        assert_eq!(bob.call_ok(SEND, text_body("a", text)).await["MsgSeq"], 0);
    }
    let waiting = held(&server, 3).await;
    assert_eq!(
        (&waiting[0]["from"], &waiting[0]["elements"][0]["MsgContent"]["Text"]),
        (&json!("bob"), &json!("one"))
    );
    // Owner, admins and backends are not held back.
    server.say("a", "backend").await;
    assert_eq!(eve.next_message().await["MsgBody"][0]["MsgContent"]["Text"], "backend");
    let (one, two, three) = (&waiting[0]["id"], &waiting[1]["id"], &waiting[2]["id"]);
    assert_eq!(
        post(&server, "held/remove", json!({"ids": [two]})).await,
        json!({"done": [two]})
    );
    assert_eq!(
        post(&server, "held/release", json!({"ids": [one, two]})).await,
        json!({"done": [one]})
    );
    assert_eq!(eve.next_message().await["MsgBody"][0]["MsgContent"]["Text"], "one");
    // A mute meanwhile keeps the rest from being said.
    let mute = |seconds| json!({"GroupId": "a", "Members_Account": ["bob"], "MuteTime": seconds});
    server.rest_ok("group_open_http_svc/forbid_send_msg", mute(60)).await;
    post(&server, "held/release", json!({"ids": [three]})).await;
    server.rest_ok("group_open_http_svc/forbid_send_msg", mute(0)).await;
    let (_, account) = server.admin(Method::GET, "a/tally", None).await;
    assert_eq!(
        account["total"]["rejected"],
        json!({"muted": 1, "moderator": 1}),
        "{account}"
    );
    // By itself, after its time.
    server
        .admin(Method::PATCH, "a/rules", Some(json!({"hold_back_s": 1})))
        .await;
    bob.call_ok(SEND, text_body("a", "patient")).await;
    let message = eve.next_message().await;
    assert_eq!(message["MsgBody"][0]["MsgContent"]["Text"], "patient");
    let (_, stories) = server.admin(Method::GET, "a/messages?from=bob&limit=1", None).await;
    assert!(stories["messages"][0]["held_ms"].as_u64() >= Some(900), "{stories}");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_what_is_held_back_and_counts_it() {
    let (mut server, mut bob, _eve) = room().await;
    server
        .admin(Method::PATCH, "a/rules", Some(json!({"hold_back_s": 10})))
        .await;
    bob.call_ok(SEND, text_body("a", "too late")).await;
    held(&server, 1).await;
    server.restart().await;
    let (_, account) = server.admin(Method::GET, "a/tally?from=0", None).await;
    assert_eq!(
        (&account["total"]["offered"], &account["total"]["pending"]),
        (&json!(1), &json!(0)),
        "{account}"
    );
    assert_eq!(account["holes"], json!([]));
}
