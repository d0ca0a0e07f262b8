//! Silence, and what is thought of it (decision 10, LR-M6, LR-M7).

use serde_json::json;
use testkit::{TestServer, VendorClient, eventually};

async fn until_online(server: &TestServer, room: &str, expected: u64) {
    eventually(&format!("{expected} online"), async || {
        (server.online(room).await == expected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn lr_m6_a_member_who_is_silent_for_20_seconds_does_not_count_until_he_is_heard_again() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    until_online(&server, "a", 2).await;
    server.pass(19_000);
    bob.heartbeat().await;
    until_online(&server, "a", 2).await;
    server.pass(2_000);
    until_online(&server, "a", 1).await;
    alice.heartbeat().await;
    until_online(&server, "a", 2).await;
    // No tip was shown for any of it.
    let last = server.say("a", "end").await;
    loop {
        let item = bob.next_item().await;
        assert_ne!(item["MsgBody"]["OpType"], 2, "silence is no leaving");
        if item["MsgSeq"] == last {
            break;
        }
    }
}

#[tokio::test]
async fn a_client_that_answers_pings_is_heard() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    server.pass(11_000);
    // Reading answers the ping by itself, as browsers do; nothing else is sent.
    let pinged = server.say("a", "something to read for").await;
    while alice.next_item().await["MsgSeq"] != pinged {}
    eventually("the ping to be answered", async || {
        let seq = server.say("a", "more").await;
        while alice.next_item().await["MsgSeq"] != seq {}
        let heard = server.app().conns().iter().map(|conn| conn.heard()).min();
        heard
            .is_some_and(|heard| server.app().clock.now().since(heard) < 5_000)
            .then_some(())
    })
    .await;
    assert_eq!(server.online("a").await, 1);
}

#[tokio::test]
async fn lr_m7_a_member_who_is_silent_for_60_seconds_is_removed_and_comes_back_with_his_key() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    server.pass(61_000);
    assert_eq!(alice.ended().await.0, Some(1013), "try again later");
    until_online(&server, "a", 0).await;
    let state = server
        .rest_ok("openim/querystate", json!({"To_Account": ["alice"]}))
        .await;
    assert_eq!(state["QueryResult"][0]["Status"], "Offline");
    let missed = server.say("a", "while she was away").await;
    let mut alice = alice.come_back(&server).await;
    while alice.next_item().await["MsgSeq"] != missed {}
    until_online(&server, "a", 1).await;
    alice.say("a", "back without joining").await;
}

#[tokio::test]
async fn a_user_with_two_terminals_is_one_member() {
    let server = TestServer::with(|config| {
        config.sessions.web_per_user_max = 2;
        config.apps[0].leave_policy = room::LeavePolicy::EachForItself;
    })
    .await;
    server.create_room("a").await;
    let mut one = VendorClient::member(&server, "alice", "a").await;
    let mut two = VendorClient::member(&server, "alice", "a").await;
    until_online(&server, "a", 1).await;
    one.say("a", "to my other self").await;
    assert_eq!(two.next_text().await, "to my other self");
    assert_eq!(one.quit("a").await, 0);
    until_online(&server, "a", 1).await;
    assert_eq!(two.quit("a").await, 0);
    until_online(&server, "a", 0).await;
    let mut third = VendorClient::log_in(&server, "alice").await;
    let event = one.next_event().await;
    assert_eq!(
        event["C2cNotifyMsgArray"][0]["KickoutMsgNotify"]["KickType"], 1,
        "the oldest goes"
    );
    two.call_ok("im_open_status.wshello", json!({})).await;
    third.call_ok("im_open_status.wshello", json!({})).await;
}
