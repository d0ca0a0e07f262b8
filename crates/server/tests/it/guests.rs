//! Guests and polling (web-sdk-wire.md 5.3, 5.9, decision 9).

use serde_json::{Value, json};
use server::config::Delivery;
use testkit::{OTHER_APP, Options, Poller, TestServer, VendorClient, eventually};

const GUEST: &str = "group_open_long_polling_http_noauth_svc.get_msg";
const MEMBER: &str = "group_open_long_polling_http_svc.get_msg";

async fn next_notice(poller: &mut Poller, client: &mut VendorClient) -> Value {
    loop {
        let item = poller.next_item(client).await;
        if item["Event"] == 5 {
            return item;
        }
    }
}

async fn poll_delivery() -> TestServer {
    TestServer::with(|config| config.apps.iter_mut().for_each(|app| app.delivery = Delivery::Poll)).await
}

/// Dismisses the server's only room, and waits until it has left the memory.
async fn dismiss_and_forget(server: &TestServer, room: &str) {
    let rooms = async |expected: f64| {
        eventually(&format!("{expected} rooms in memory"), async || {
            (server.metric("plaudit_rooms", &[]).await == expected).then_some(())
        })
        .await;
    };
    rooms(1.0).await;
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": room}))
        .await;
    server.pass(31_000);
    rooms(0.0).await;
}

#[tokio::test]
async fn a_guest_hears_what_is_said_from_now_on_and_only_that() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    server.say("a", "before").await;
    let mut member = VendorClient::member(&server, "alice", "a").await;
    member.expect_texts(&[]).await;
    let mut client = VendorClient::connect(&server).await;
    let mut guest = client.join_as_guest("a").await;
    // Held until something happens.
    let seq = client.request(GUEST, guest.body()).await;
    server.say("a", "first").await;
    let answer = client.answer(GUEST, seq).await;
    let items = guest.take(&answer);
    assert!(
        items
            .iter()
            .all(|item| item["MsgBody"][0]["MsgContent"]["Text"] != "before"),
        "{items:?}"
    );
    member.say("a", "second").await;
    loop {
        if guest.next_text(&mut client).await == "second" {
            break;
        }
    }
    let online = client
        .call_ok(
            "group_open_http_noauth_svc.get_online_member_num",
            json!({"GroupId": "a"}),
        )
        .await;
    assert_eq!(online["OnlineMemberNum"], 2, "guests may ask");
}

#[tokio::test]
async fn an_empty_poll_is_answered_after_its_hold_and_a_repeated_one_as_well() {
    let server = TestServer::with(|config| config.websdk.poll_hold_ms = 1_000).await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    let guest = client.join_as_guest("a").await;
    let first = client.request(GUEST, guest.body()).await;
    let second = client.request(GUEST, guest.body()).await;
    client.heartbeat().await;
    assert_eq!(client.waiting_answers(), 0, "both are held");
    for seq in [first, second] {
        let answer = client.answer(GUEST, seq).await;
        assert_eq!((&answer["ErrorCode"], &answer["RspMsgList"]), (&json!(0), &json!([])));
        assert!(answer["NextSeq"].is_u64() && answer["Key"] == guest.key.as_str());
    }
}

#[tokio::test]
async fn what_was_handed_out_is_handed_out_again_to_an_older_cursor() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    let guest = client.join_as_guest("a").await;
    server.say("a", "one").await;
    for _ in 0..3 {
        let mut again = guest.clone();
        assert_eq!(again.next_text(&mut client).await, "one");
    }
    let mut other = VendorClient::connect(&server).await;
    assert_eq!(
        guest.clone().next_text(&mut other).await,
        "one",
        "also on another connection"
    );
}

#[tokio::test]
async fn keys_are_good_for_their_own_service_only() {
    let server = poll_delivery().await;
    server.create_room("a").await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let joined = alice.join("a").await;
    let member = Poller::member(&joined);
    let mut guest_client = VendorClient::connect(&server).await;
    let guest = guest_client.join_as_guest("a").await;
    assert_eq!(
        alice.code(MEMBER, guest.body()).await,
        10004,
        "a guest's key on the service of members"
    );
    assert_eq!(
        guest_client.code(GUEST, member.body()).await,
        10004,
        "a member's key on the service of guests"
    );
    assert_eq!(
        guest_client.code(MEMBER, member.body()).await,
        70001,
        "nobody is logged in there"
    );
    let mut bob = VendorClient::log_in(&server, "bob").await;
    bob.join("a").await;
    assert_eq!(bob.code(MEMBER, member.body()).await, 10004, "a key of another session");
    let mut changed = guest.key.clone().into_bytes();
    changed[8] = if changed[8] == b'A' { b'B' } else { b'A' };
    for key in [
        String::from_utf8(changed).unwrap(),
        String::new(),
        "x".into(),
        "名".into(),
        "A".repeat(5_000),
    ] {
        let mut body = guest.body();
        body["Key"] = json!(key);
        assert_eq!(guest_client.code(GUEST, body).await, 10004, "{key}");
    }
    for (field, value) in [
        ("Key", Value::Null),
        ("Key", json!(7)),
        ("StartSeq", json!("x")),
        ("StartSeq", json!(-1)),
    ] {
        let mut body = guest.body();
        body[field] = value.clone();
        assert_eq!(guest_client.code(GUEST, body).await, 10004, "{field} {value}");
    }
    server.pass(2 * 86_400_000);
    assert_eq!(guest_client.code(GUEST, guest.body()).await, 10004, "an expired key");
}

#[tokio::test]
async fn members_poll_where_the_app_wants_it() {
    let server = poll_delivery().await;
    server.create_room("a").await;
    server.say("a", "before").await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let mut polling = Poller::member(&alice.join("a").await);
    server.say("a", "one").await;
    assert_eq!(polling.next_text(&mut alice).await, "one");
    let mut back = alice.come_back(&server).await;
    server.say("a", "two").await;
    assert_eq!(polling.next_text(&mut back).await, "two");
    assert_eq!(back.quit("a").await, 0);
    assert_eq!(
        back.code(MEMBER, polling.body()).await,
        10007,
        "not in the room any more"
    );
}

#[tokio::test]
async fn a_guest_is_told_that_his_room_is_over_while_he_waits_and_between_two_polls() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    let mut waiting = client.join_as_guest("a").await;
    let mut between = client.join_as_guest("a").await;
    let seq = client.request(GUEST, waiting.body()).await;
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    let answer = client.answer(GUEST, seq).await;
    assert_eq!(waiting.take(&answer)[0]["MsgBody"]["ReportType"], 5);
    let notice = next_notice(&mut between, &mut client).await;
    assert_eq!(notice["MsgBody"]["ReportType"], 5);
    assert_eq!(notice["GroupInfo"]["GroupId"], "a");
}

#[tokio::test]
async fn a_guest_who_comes_long_after_the_end_is_told_as_well() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    let late = client.join_as_guest("a").await;
    dismiss_and_forget(&server, "a").await;
    for start in [0, 7, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
        let mut poller = late.clone();
        poller.next = start;
        let notice = next_notice(&mut poller, &mut client).await;
        assert_eq!(notice["MsgBody"]["ReportType"], 5, "from {start}");
    }
    server.restart().await;
    let mut client = VendorClient::connect(&server).await;
    assert_eq!(
        next_notice(&mut late.clone(), &mut client).await["MsgBody"]["ReportType"],
        5
    );
}

#[tokio::test]
async fn a_polling_member_who_comes_long_after_the_end_is_told_as_well() {
    let server = poll_delivery().await;
    server.create_room("a").await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let mut polling = Poller::member(&alice.join("a").await);
    dismiss_and_forget(&server, "a").await;
    let notice = next_notice(&mut polling, &mut alice).await;
    assert_eq!(
        notice["MsgBody"]["ReportType"], 5,
        "an error would make him ask for ever"
    );
}

#[tokio::test]
async fn lr_g2_guests_enter_rooms_that_exist() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    for (room, expected) in [("unknown", 10010), ("名", 10015), ("", 10015), ("a", 0)] {
        assert_eq!(client.try_join_as_guest(room).await["ErrorCode"], expected, "{room}");
    }
    let options = Options {
        app: OTHER_APP,
        ..Options::default()
    };
    let mut elsewhere = VendorClient::connect_with(&server, options).await;
    assert_eq!(
        elsewhere.try_join_as_guest("a").await["ErrorCode"],
        10010,
        "another app's room"
    );
    let options = Options {
        app: 7,
        ..Options::default()
    };
    let mut nowhere = VendorClient::connect_with(&server, options).await;
    assert_eq!(nowhere.try_join_as_guest("a").await["ErrorCode"], 70020, "no such app");
}

#[tokio::test]
async fn a_guest_who_stops_asking_is_not_counted_any_more() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    let mut guest = client.join_as_guest("a").await;
    assert_eq!(server.online("a").await, 1);
    server.pass(21_000);
    eventually("the guest to be gone", async || {
        (server.online("a").await == 0).then_some(())
    })
    .await;
    server.say("a", "x").await;
    guest.next_text(&mut client).await;
    assert_eq!(server.online("a").await, 1, "and counts again when he asks again");
}

#[tokio::test]
async fn guests_need_not_count() {
    let server = TestServer::with(|config| config.rooms.count_guests = false).await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    client.join_as_guest("a").await;
    assert_eq!(server.online("a").await, 0);
}

#[tokio::test]
async fn lr_s3_newcomers_are_shown_the_last_messages_where_that_is_switched_on() {
    let server = TestServer::with(|config| config.rooms.history_on_join = 3).await;
    server.create_room("a").await;
    let mut watcher = VendorClient::member(&server, "watcher", "a").await;
    for text in ["1", "2", "3", "4", "5"] {
        server.say("a", text).await;
    }
    // Seen by one viewer, so in the room's history.
    watcher.expect_texts(&["1", "2", "3", "4", "5"]).await;
    let shown = |answer: &Value| -> Vec<String> {
        let items = answer["RspMsgList"].as_array().unwrap();
        let text = |item: &Value| item["MsgBody"][0]["MsgContent"]["Text"].as_str().unwrap().to_owned();
        items.iter().map(text).collect()
    };
    let mut alice = VendorClient::connect(&server).await;
    let login = alice.login("alice", &server.ticket("alice")).await;
    let bits = login["PurchaseBits"].as_str().unwrap();
    assert_eq!(
        bits.as_bytes()[bits.len() - 3],
        b'1',
        "bit 2 makes the SDK ask for history"
    );
    assert_eq!(shown(&alice.join("a").await), ["3", "4", "5"]);
    let mut client = VendorClient::connect(&server).await;
    assert_eq!(shown(&client.try_join_as_guest("a").await), ["3", "4", "5"]);
    let without = TestServer::start().await;
    without.create_room("a").await;
    without.say("a", "1").await;
    let mut bob = VendorClient::log_in(&without, "bob").await;
    assert!(bob.join("a").await.get("RspMsgList").is_none(), "off by default");
}
