//! What may be said in a room: words, links, repeats (decision 5).

use http::Method;
use serde_json::{Value, json};
use server::config::Webhook;
use std::path::Path;
use testkit::{HookSink, TestServer, VendorClient, eventually, text_body};

const SEND: &str = "group_open_http_svc.send_group_msg";

/// A server whose app has these words, and a room of "host" with "bob" and "eve" in it.
async fn room(list: &Path, words: &str) -> (TestServer, VendorClient, VendorClient) {
    std::fs::write(list, words).unwrap();
    let server = TestServer::with(|config| {
        config.apps[0].words_file = Some(list.to_owned());
        config.rooms.join_tips = false;
    })
    .await;
    server.create_room_of("a", "host").await;
    let bob = VendorClient::member(&server, "bob", "a").await;
    let eve = VendorClient::member(&server, "eve", "a").await;
    (server, bob, eve)
}

async fn rules(server: &TestServer, rules: Value) {
    let (status, answer) = server.admin(Method::PATCH, "a/rules", Some(rules)).await;
    assert_eq!(status, 200, "{answer}");
}

fn text_of(message: &Value) -> &str {
    message["MsgBody"][0]["MsgContent"]["Text"].as_str().unwrap()
}

#[tokio::test]
async fn a_blocked_word_is_80001_however_it_is_written_and_a_mask_covers_it() {
    let folder = tempfile::tempdir().unwrap();
    let (server, mut bob, mut eve) = room(&folder.path().join("words"), "bad\n=ass\n").await;
    for text in ["so bad", "B\u{200b}AD", "\u{ff42}\u{ff41}\u{ff44}", "an ass!"] {
        assert_eq!(bob.code(SEND, text_body("a", text)).await, 80001, "{text}");
    }
    bob.call_ok(SEND, text_body("a", "first class")).await;
    assert_eq!(text_of(&eve.next_message().await), "first class");
    rules(&server, json!({"words": "mask"})).await;
    let mut two = text_body("a", "so bad");
    two["MsgBody"]
        .as_array_mut()
        .unwrap()
        .push(json!({"MsgType": "TIMCustomElem", "MsgContent": {"Data": "bad"}}));
    bob.call_ok(SEND, two.clone()).await;
    let heard = eve.next_message().await;
    assert_eq!(text_of(&heard), "so ***");
    assert_eq!(
        heard["MsgBody"][1], two["MsgBody"][1],
        "custom elements are data for programs"
    );
    rules(&server, json!({"words": "off"})).await;
    bob.call_ok(SEND, text_body("a", "bad is allowed")).await;
    assert_eq!(text_of(&eve.next_message().await), "bad is allowed");
    // A backend is trusted; the owner is not, as far as words go.
    rules(&server, json!({"words": "block"})).await;
    server.say("a", "bad backend").await;
    let mut host = VendorClient::member(&server, "host", "a").await;
    assert_eq!(host.code(SEND, text_body("a", "bad host")).await, 80001);
    let (_, account) = server.admin(Method::GET, "a/tally", None).await;
    assert_eq!(account["total"]["rejected"], json!({"words": 5}), "{account}");
}

#[tokio::test]
async fn a_changed_list_is_read_again_and_a_bad_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("words");
    let (server, mut bob, _eve) = room(&list, "bad\n").await;
    std::fs::write(&list, "awful\n# no longer bad\n").unwrap();
    eventually("the new list holds", async || {
        (bob.code(SEND, text_body("a", "awful")).await == 80001).then_some(())
    })
    .await;
    bob.call_ok(SEND, text_body("a", "bad")).await;
    std::fs::write(&list, format!("{}\n", "x".repeat(101))).unwrap();
    eventually("the bad list is looked at", async || {
        let failed = server.metric("plaudit_word_lists_total", &["outcome=\"failed\""]).await;
        (failed > 0.0).then_some(())
    })
    .await;
    assert_eq!(bob.code(SEND, text_body("a", "awful, still")).await, 80001);
    std::fs::remove_file(&list).unwrap();
    std::fs::write(&list, "new\n").unwrap();
    eventually("the next list holds", async || {
        (bob.code(SEND, text_body("a", "new")).await == 80001).then_some(())
    })
    .await;
}

#[tokio::test]
async fn links_and_repeats_are_refused_to_ordinary_members_only() {
    let folder = tempfile::tempdir().unwrap();
    let (server, mut bob, mut eve) = room(&folder.path().join("words"), "").await;
    let link = || text_body("a", "win at example.com/now");
    bob.call_ok(SEND, link()).await;
    rules(&server, json!({"refuse_links": true, "repeat_s": 10})).await;
    assert_eq!(bob.code(SEND, link()).await, 80001);
    bob.call_ok(SEND, text_body("a", "Hello  there")).await;
    let repeated = bob.call(SEND, text_body("a", "hello THERE")).await;
    assert_eq!(repeated["ErrorCode"], 80001);
    assert!(
        repeated["ErrorInfo"].as_str().unwrap().contains(" s before"),
        "{repeated}"
    );
    eve.call_ok(SEND, text_body("a", "hello there")).await;
    server.pass(10_000);
    bob.call_ok(SEND, text_body("a", "hello there")).await;
    let mut host = VendorClient::member(&server, "host", "a").await;
    for _ in 0..2 {
        host.call_ok(SEND, link()).await;
    }
}

#[tokio::test]
async fn what_was_not_said_may_be_said_again() {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = 1;
        config.rooms.max_wait_ms = 100;
    })
    .await;
    server.create_room("a").await;
    rules(&server, json!({"repeat_s": 60})).await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    // Of two messages at once the second finds no place within a tenth of a second, on any but the slowest machine.
    let mut texts = (0..20).map(|n| format!("hello {n}"));
    let lost = loop {
        let text = texts
            .next()
            .expect("a room of one per second drops some of twenty at once");
        if bob.call_ok(SEND, text_body("a", &text)).await["MsgSeq"] == 0 {
            break text;
        }
    };
    eventually("the room has a place again", async || {
        let answer = bob.call(SEND, text_body("a", &lost)).await;
        assert_eq!(answer["ErrorCode"], 0, "{answer}");
        answer["MsgSeq"].as_u64().filter(|seq| *seq > 0)
    })
    .await;
    assert_eq!(bob.code(SEND, text_body("a", &lost)).await, 80001);
}

#[tokio::test]
async fn the_backend_is_asked_first_and_told_of_what_was_blocked() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("words");
    std::fs::write(&list, "bad\n").unwrap();
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| {
        config.apps[0].words_file = Some(list);
        config.apps[0].webhook = Some(Webhook::new(&sink.url));
    })
    .await;
    server.create_room("a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    // The words are looked for in what the backend made of the message.
    sink.answer(
        "Group.CallbackBeforeSendMsg",
        testkit::HookAnswer::Json(json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "bad"}}]})),
    );
    assert_eq!(bob.code(SEND, text_body("a", "good")).await, 80001);
    let told = sink.next("Group.CallbackSendMsgException").await;
    assert_eq!(
        (&told.body["ErrorCode"], &told.body["From_Account"]),
        (&json!(80001), &json!("bob"))
    );
}
