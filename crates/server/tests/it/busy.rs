//! A busy room: who goes first, what is dropped, and what the sender hears (LR-F1 to LR-F8). Exact waits and orders are
//! the pure machine's tests; here is shown that the server is that machine.

use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::{TestServer, VendorClient, text_body};

const SEND: &str = "group_open_http_svc/send_group_msg";

async fn room(rate_per_s: u64, max_wait_ms: u64) -> (TestServer, VendorClient) {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = rate_per_s;
        config.rooms.max_wait_ms = max_wait_ms;
    })
    .await;
    server.create_room("a").await;
    let fan = VendorClient::member(&server, "fan", "a").await;
    (server, fan)
}

fn body(text: &str, priority: &str) -> Value {
    let mut body = text_body("a", text);
    body["MsgPriority"] = priority.into();
    body
}

/// Sends all at the same time; answers what each was answered.
async fn at_once(server: &TestServer, bodies: Vec<Value>) -> Vec<Value> {
    join_all(bodies.into_iter().map(|body| server.rest_ok(SEND, body))).await
}

fn dropped(answer: &Value) -> bool {
    answer["MsgDropReason"] == "MsgFreqCtrl"
}

#[tokio::test]
async fn lr_f5_a_dropped_message_sounds_like_a_success_and_rest_is_told_the_reason() {
    let (server, mut fan) = room(5, 200).await;
    let answers = at_once(&server, (0..30).map(|n| body(&format!("m{n}"), "Normal")).collect()).await;
    let (lost, admitted): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| dropped(answer));
    assert!(
        !lost.is_empty() && !admitted.is_empty(),
        "{} of 30 were dropped",
        lost.len()
    );
    assert!(
        lost.iter()
            .all(|answer| answer["MsgSeq"] == 0 && answer["MsgTime"].as_u64() > Some(0))
    );
    let mut seqs: Vec<_> = admitted
        .iter()
        .map(|answer| answer["MsgSeq"].as_u64().unwrap())
        .collect();
    seqs.sort_unstable();
    for seq in seqs {
        assert_eq!(
            fan.next_message().await["MsgSeq"],
            seq,
            "what was admitted is delivered, in order"
        );
    }
    // The account says the same.
    let dropped = server.metric("plaudit_messages_total", &["outcome=\"dropped\""]).await;
    assert_eq!(dropped as usize, lost.len());
}

#[tokio::test]
async fn lr_f2_under_pressure_a_gift_passes_before_what_came_earlier() {
    let (server, mut fan) = room(10, 3_000).await;
    let mut bodies: Vec<_> = (0..20).map(|n| body(&format!("low{n}"), "Low")).collect();
    bodies.extend((0..5).map(|n| body(&format!("gift{n}"), "High")));
    let answers = at_once(&server, bodies).await;
    let gifts = &answers[20..];
    assert!(!gifts.iter().any(dropped), "every gift is in");
    let after_gifts = answers[..20]
        .iter()
        .filter(|low| low["MsgSeq"].as_u64() > gifts[4]["MsgSeq"].as_u64());
    assert!(after_gifts.count() >= 5, "most of what is low came after them");
    for _ in 0..answers.iter().filter(|answer| !dropped(answer)).count() {
        fan.next_message().await;
    }
}

#[tokio::test]
async fn lr_f7_notices_and_tips_are_outside_the_rate() {
    let (server, mut fan) = room(1, 100).await;
    at_once(&server, (0..3).map(|n| body(&format!("m{n}"), "Normal")).collect()).await;
    for n in 0..10 {
        let notice = json!({"GroupId": "a", "Content": format!("n{n}")});
        server
            .rest_ok("group_open_http_svc/send_group_system_notification", notice)
            .await;
    }
    let mut notices = 0;
    while notices < 10 {
        let item = fan.next_item().await;
        notices += usize::from(item["MsgBody"]["ReportType"] == 255);
    }
}

#[tokio::test]
async fn a_drop_is_answered_to_an_sdk_as_the_vendor_does() {
    let (server, mut fan) = room(1, 100).await;
    at_once(&server, (0..3).map(|n| body(&format!("m{n}"), "Normal")).collect()).await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let answer = bob
        .call_ok("group_open_http_svc.send_group_msg", text_body("a", "hi"))
        .await;
    assert_eq!(
        (&answer["MsgSeq"], &answer["MsgDropReason"]),
        (&json!(0), &json!("MsgFreqCtrl"))
    );
    let body = json!({"GroupId": "a", "Content": "end"});
    server
        .rest_ok("group_open_http_svc/send_group_system_notification", body)
        .await;
    loop {
        let item = fan.next_item().await;
        assert_ne!(item["From_Account"], "bob", "a dropped message reaches nobody");
        if item["MsgBody"]["UserDefinedField"] == "end" {
            break;
        }
    }
}

#[tokio::test]
async fn lr_s5_the_repeat_of_a_dropped_message_gets_the_first_answer() {
    let (server, _fan) = room(1, 100).await;
    at_once(&server, (0..3).map(|n| body(&format!("m{n}"), "Normal")).collect()).await;
    let message = body("again", "Normal");
    let first = server.rest_ok(SEND, message.clone()).await;
    assert!(dropped(&first));
    server.pass(10_000);
    let again = server.rest_ok(SEND, message).await;
    assert_eq!((&again["MsgSeq"], &again["MsgTime"]), (&json!(0), &first["MsgTime"]));
}
