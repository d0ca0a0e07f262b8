//! Across restarts: keys, membership, numbers (decisions 7, 8, 9, 28). A crash ends the server's tasks where they are;
//! the e2e tests kill a real process.

use serde_json::json;
use server::config::{App, Secret};
use testkit::{APP, OTHER_KEY, Poller, TestServer, VendorClient, eventually, text_body};

/// Waits until the store was given everything that is written behind: losing the last moment is allowed in a crash.
async fn written(server: &TestServer, operation: &str, times: f64) {
    let label = format!("operation=\"{operation}\"");
    eventually(operation, async || {
        let done = server.metric("plaudit_store_seconds_count", &[&label]).await;
        (done >= times).then_some(())
    })
    .await;
}

async fn comes_back(crash: bool) {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    server.say("a", "before").await;
    alice.expect_texts(&["before"]).await;
    let mut guest_client = VendorClient::connect(&server).await;
    let mut guest = guest_client.join_as_guest("a").await;
    let before = server.say("a", "both hear").await;
    alice.expect_texts(&["both hear"]).await;
    assert_eq!(guest.next_text(&mut guest_client).await, "both hear");
    written(&server, "write_memberships", 1.0).await;
    if crash {
        server.crash_and_restart().await;
    } else {
        server.restart().await;
    }
    let after = server.say("a", "while alice was away").await;
    assert!(after > before, "numbers do not go back: {before} then {after}");
    let mut alice = alice.come_back(&server).await;
    let mut seqs = vec![alice.next_message().await["MsgSeq"].as_u64().unwrap()];
    while seqs.last() != Some(&after) {
        seqs.push(alice.next_message().await["MsgSeq"].as_u64().unwrap());
    }
    assert!(seqs.is_sorted_by(|a, b| a < b), "each once and in order: {seqs:?}");
    let mut guest_client = VendorClient::connect(&server).await;
    assert_eq!(
        guest.next_text(&mut guest_client).await,
        "while alice was away",
        "the key survives"
    );
    assert_eq!(server.online("a").await, 2);
    let said = alice.say("a", "and talks on").await;
    assert_eq!(said, after + 1, "contiguous within a run");
    assert_eq!(guest.next_text(&mut guest_client).await, "and talks on");
}

#[tokio::test]
async fn after_a_clean_restart_members_and_guests_come_back_by_themselves() {
    comes_back(false).await;
}

#[tokio::test]
async fn after_a_crash_members_and_guests_come_back_by_themselves() {
    comes_back(true).await;
}

#[tokio::test]
async fn numbers_never_go_back_over_many_restarts() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    let mut last = 0;
    for crash in [false, true, true, false] {
        for i in 0..3 {
            let seq = server.say("a", "x").await;
            assert!(seq > last, "{last} then {seq}");
            assert!(i == 0 || seq == last + 1, "contiguous within a run: {last} then {seq}");
            last = seq;
        }
        if crash {
            server.crash_and_restart().await;
        } else {
            server.restart().await;
        }
    }
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    server.create_room("a").await;
    assert!(server.say("a", "in a new room").await >= 1);
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_crash() {
    let mut server = TestServer::start().await;
    server.create_room_of("a", "host").await;
    let change = json!({"GroupId": "a", "Name": "renamed", "MuteAllMember": "On"});
    server
        .rest_ok("group_open_http_svc/modify_group_base_info", change)
        .await;
    let items = json!([{"Tag": "Tag_Profile_IM_Nick", "Value": "Host"}]);
    let set = json!({"From_Account": "host", "ProfileItem": items});
    server.rest_ok("profile/portrait_set", set).await;
    let before = server.room_info("a").await;
    server.create_room("gone").await;
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "gone"}))
        .await;
    server.crash_and_restart().await;
    let mut after = server.room_info("a").await;
    after["NextMsgSeq"] = before["NextMsgSeq"].clone();
    assert_eq!(after, before);
    assert_eq!(server.room_info("gone").await["ErrorCode"], 10010);
    let get = json!({"To_Account": ["host"], "TagList": ["Tag_Profile_IM_Nick"]});
    let answer = server.rest_ok("profile/portrait_get", get).await;
    assert_eq!(answer["UserProfileItem"][0]["ProfileItem"], items);
}

#[tokio::test]
async fn logouts_and_kicks_are_remembered_after_a_crash() {
    let mut server = TestServer::start().await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let key = alice.a2().to_owned();
    alice.log_out().await;
    alice.take_key(&key);
    let bob = VendorClient::log_in(&server, "bob").await;
    let old = server.ticket("bob");
    server.rest_ok("im_open_login_svc/kick", json!({"UserID": "bob"})).await;
    let first = VendorClient::log_in(&server, "carol").await;
    let second = VendorClient::log_in(&server, "carol").await;
    server.crash_and_restart().await;
    for (who, over) in [("logged out", &alice), ("kicked", &bob), ("displaced", &first)] {
        assert_eq!(
            over.reconnect(&server).await.relogin().await["ErrorCode"],
            70001,
            "{who}"
        );
    }
    second.come_back(&server).await;
    let mut client = VendorClient::connect(&server).await;
    assert_eq!(client.try_login("bob", &old).await["ErrorCode"], 70001);
}

#[tokio::test]
async fn a_login_ends_when_the_key_that_signed_it_is_removed() {
    let mut server = TestServer::start().await;
    let alice = VendorClient::log_in(&server, "alice").await;
    let first = server.config.apps[0].clone();
    server.config.apps[0].keys.insert(0, Secret::new("a new key"));
    server.restart().await;
    let alice = alice.come_back(&server).await;
    server.config.apps[0].keys.truncate(1);
    server.restart().await;
    assert_eq!(alice.reconnect(&server).await.relogin().await["ErrorCode"], 70001);
    server.config.apps = vec![App::new(room::AppId(testkit::OTHER_APP), Secret::new(OTHER_KEY))];
    server.restart().await;
    let mut gone = alice.reconnect(&server).await;
    assert_eq!(gone.relogin().await["ErrorCode"], 70001, "its whole app is gone");
    assert_eq!(first.id.0, APP);
}

#[tokio::test]
async fn membership_does_not_pass_to_a_later_room_of_the_same_name() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    let alice = VendorClient::member(&server, "alice", "a").await;
    let bob = VendorClient::member(&server, "bob", "a").await;
    let cut = bob.reconnect(&server).await;
    written(&server, "write_memberships", 1.0).await;
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    server.create_room("a").await;
    let mut bob = cut;
    assert_eq!(bob.relogin().await["ErrorCode"], 0);
    assert_eq!(bob.try_say("a", "x").await, 10007);
    server.restart().await;
    let mut alice = alice.come_back(&server).await;
    assert_eq!(alice.try_say("a", "x").await, 10007);
    assert_eq!(server.online("a").await, 0);
}

#[tokio::test]
async fn a_message_sent_again_after_a_restart_is_one_message() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let body = text_body("a", "once");
    const SEND: &str = "group_open_http_svc.send_group_msg";
    let first = alice.call_ok(SEND, body.clone()).await;
    written(&server, "write_memberships", 1.0).await;
    server.restart().await;
    let mut alice = alice.come_back(&server).await;
    let again = alice.call_ok(SEND, body).await;
    assert_eq!(
        again["MsgSeq"], first["MsgSeq"],
        "a client re-sends what was not answered before the stop"
    );
}

#[tokio::test]
async fn a_polling_member_goes_on_after_a_restart() {
    let mut server = TestServer::with(|config| {
        let poll = server::config::Delivery::Poll;
        config.apps.iter_mut().for_each(|app| app.delivery = poll);
    })
    .await;
    server.create_room("a").await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let mut polling = Poller::member(&alice.join("a").await);
    server.say("a", "one").await;
    assert_eq!(polling.next_text(&mut alice).await, "one");
    server.restart().await;
    server.say("a", "two").await;
    let mut alice = alice.come_back(&server).await;
    assert_eq!(polling.next_text(&mut alice).await, "two");
}
