//! Messages and notices of a backend (rest-api.md 7.14, 7.15).

use serde_json::{Value, json};
use testkit::{ADMIN, TestServer, VendorClient, text_body};

const SEND: &str = "group_open_http_svc/send_group_msg";
const NOTIFY: &str = "group_open_http_svc/send_group_system_notification";

async fn code(server: &TestServer, command: &str, body: Value) -> i64 {
    server.rest(command, body).await["ErrorCode"].as_i64().unwrap()
}

#[tokio::test]
async fn a_message_reaches_members_with_everything_that_was_sent() {
    let server = TestServer::start().await;
    server
        .rest_ok(
            "im_open_login_svc/account_import",
            json!({"UserID": "host", "Nick": "Host", "FaceUrl": "http://x/h.png"}),
        )
        .await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    let elements = json!([
        {"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}},
        {"MsgType": "TIMFaceElem", "MsgContent": {"Index": 6, "Data": "abc\u{0}\u{1}"}},
        {"MsgType": "TIMCustomElem", "MsgContent": {"Data": "{\"a\":1}", "Desc": "d", "Ext": "e", "Unknown": [1, 2.50]}},
    ]);
    for (priority, random) in [("High", 1), ("Normal", 2), ("Low", 3), ("Lowest", 4)] {
        let body = json!({
            "GroupId": "a", "From_Account": "host", "Random": random, "MsgPriority": priority, "MsgBody": elements,
            "CloudCustomData": "ccd", "OnlineOnlyFlag": 1, "SendMsgControl": ["NoUnread", "NoLastMsg"],
            "ForbidCallbackControl": ["ForbidBeforeSendMsgCallback"], "OfflinePushInfo": {"PushFlag": 0},
        });
        let before = server.app().clock.now().secs();
        let answer = server.rest_ok(SEND, body).await;
        let time = answer["MsgTime"].as_u64().unwrap();
        assert!((before..=before + 60).contains(&time));
        let item = fan.next_message().await;
        assert_eq!(item["MsgSeq"], answer["MsgSeq"]);
        assert_eq!(item["MsgTimeStamp"], answer["MsgTime"]);
        assert_eq!(
            (&item["From_Account"], &item["MsgPriority"]),
            (&json!("host"), &json!(priority))
        );
        assert_eq!(
            (&item["MsgRandom"], &item["CloudCustomData"]),
            (&json!(random), &json!("ccd"))
        );
        assert_eq!(item["MsgBody"], elements);
        let info = &item["GroupInfo"];
        assert_eq!(
            (&info["GroupId"], &info["GroupType"]),
            (&json!("a"), &json!("AVChatRoom"))
        );
        assert_eq!(
            (&info["From_AccountNick"], &info["From_AccountHeadurl"]),
            (&json!("Host"), &json!("http://x/h.png"))
        );
        assert!(
            info.get("FaceUrl").is_none(),
            "it would override the avatar (wire page 5.4)"
        );
        assert!(item["TinyId"].is_string() && item["MsgClientTime"].is_u64());
    }
    let own = server.rest_ok(SEND, text_body("a", "from the admin")).await;
    assert_eq!(fan.next_message().await["From_Account"], ADMIN);
    assert!(own["MsgSeq"].as_u64().is_some_and(|seq| seq <= u64::from(u32::MAX)));
}

#[tokio::test]
async fn numbers_are_contiguous_over_messages_tips_and_notices() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    for i in 0..5 {
        server.say("a", &i.to_string()).await;
        server.rest_ok(NOTIFY, json!({"GroupId": "a", "Content": "c"})).await;
        let name = json!({"GroupId": "a", "Name": format!("n{i}")});
        server.rest_ok("group_open_http_svc/modify_group_base_info", name).await;
    }
    let first = fan.next_item().await["MsgSeq"].as_u64().unwrap();
    // The join's own tip may come before.
    let last = server.say("a", "end").await;
    for expected in first + 1..=last {
        assert_eq!(fan.next_item().await["MsgSeq"], expected);
    }
    assert_eq!(server.room_info("a").await["NextMsgSeq"], last + 1);
}

#[tokio::test]
async fn send_group_msg_checks_its_fields() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let before = server.room_info("a").await;
    let with = |field: &str, value: Value| {
        let mut body = text_body("a", "refused");
        body[field] = value;
        body
    };
    let without = |field: &str| {
        let mut body = text_body("a", "refused");
        body.as_object_mut().unwrap().remove(field);
        body
    };
    let element = |kind: &str, content: Value| json!([{"MsgType": kind, "MsgContent": content}]);
    let custom = json!({"MsgType": "TIMCustomElem", "MsgContent": {"Data": "x"}});
    for (body, expected) in [
        (without("GroupId"), 10004),
        (with("GroupId", json!(7)), 10004),
        (with("GroupId", json!("unknown")), 10010),
        (with("GroupId", json!("名")), 10015),
        (without("Random"), 10004),
        (with("Random", json!("7")), 10004),
        (with("Random", json!(-1)), 10004),
        (with("Random", json!(4_294_967_296_u64)), 10004),
        (without("MsgBody"), 10004),
        (with("MsgBody", json!({})), 10004),
        (with("MsgBody", json!("hi")), 10004),
        (with("MsgBody", json!([])), 10004),
        (with("MsgBody", json!([7])), 10004),
        (with("MsgBody", json!([{"MsgType": "TIMTextElem"}])), 10004),
        (with("MsgBody", element("TIMNopeElem", json!({}))), 10004),
        (with("MsgBody", element("TIMTextElem", json!("hi"))), 10004),
        (with("MsgBody", element("TIMTextElem", json!({"Text": 7}))), 10004),
        (with("MsgBody", json!([custom, custom])), 10004),
        (with("MsgPriority", json!("high")), 10004),
        (with("MsgPriority", json!(1)), 10004),
        (with("From_Account", json!("nobody")), 10019),
        (with("From_Account", json!(7)), 10004),
        (with("CloudCustomData", json!({"a": [[[]]]})), 10004),
        (with("To_Account", json!(["fan"])), 10004),
    ] {
        assert_eq!(code(&server, SEND, body.clone()).await, expected, "{body}");
    }
    assert_eq!(server.room_info("a").await, before, "nothing was numbered");
    for body in [
        with("Random", json!(u32::MAX)),
        with("Random", json!(0)),
        with("MsgPriority", Value::Null),
    ] {
        assert_eq!(code(&server, SEND, body.clone()).await, 0, "{body}");
    }
}

#[tokio::test]
async fn thirty_mentions_pass_and_one_more_is_10053() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    for (mentions, expected) in [(30, 0), (31, 10053)] {
        let mentions = vec![json!({"GroupAtAllFlag": 0, "GroupAt_Account": "fan"}); mentions];
        let mut body = text_body("a", "hi");
        body["GroupAtInfo"] = json!(mentions);
        assert_eq!(code(&server, SEND, body).await, expected);
    }
}

#[tokio::test]
async fn a_message_of_12288_bytes_passes_and_one_byte_more_is_80002() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let body = |bytes: usize, extra: usize| {
        let empty = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": ""}}])
            .to_string()
            .len();
        let mut body = text_body("a", &"x".repeat(bytes - extra - empty));
        body["CloudCustomData"] = json!("y".repeat(extra));
        body
    };
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    for (bytes, extra, expected) in [
        (12_288, 0, 0),
        (12_289, 0, 80002),
        (12_288, 100, 0),
        (12_289, 100, 80002),
        (60_000, 0, 80002),
    ] {
        assert_eq!(
            code(&server, SEND, body(bytes, extra)).await,
            expected,
            "{bytes} {extra}"
        );
    }
    // White space between tokens is not counted (decision 20: compact).
    let spaced = serde_json::to_string_pretty(&body(12_288, 0)).unwrap();
    assert_eq!(server.post(&server.admin_url(SEND), spaced).await["ErrorCode"], 0);
    for _ in 0..3 {
        assert!(fan.next_text().await.len() > 12_000);
    }
    assert_eq!(
        fan.say("a", "and on").await,
        server.room_info("a").await["NextMsgSeq"].as_u64().unwrap() - 1
    );
}

#[tokio::test]
async fn lr_s5_a_repeat_gets_the_first_answer_within_five_minutes() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let body = text_body("a", "once");
    let first = server.rest_ok(SEND, body.clone()).await;
    let again = server.rest_ok(SEND, body.clone()).await;
    assert_eq!(
        (&again["MsgSeq"], &again["MsgTime"]),
        (&first["MsgSeq"], &first["MsgTime"])
    );
    let mut other = body.clone();
    other["MsgBody"][0]["MsgContent"]["Text"] = json!("another text with the same Random");
    assert_ne!(
        server.rest_ok(SEND, other).await["MsgSeq"],
        first["MsgSeq"],
        "client-habits 4"
    );
    server.import(&["host"]).await;
    let mut of_another = body.clone();
    of_another["From_Account"] = json!("host");
    assert_ne!(
        server.rest_ok(SEND, of_another).await["MsgSeq"],
        first["MsgSeq"],
        "another sender"
    );
    server.pass(299_000);
    assert_eq!(server.rest_ok(SEND, body.clone()).await["MsgSeq"], first["MsgSeq"]);
    server.pass(2_000);
    assert_ne!(
        server.rest_ok(SEND, body).await["MsgSeq"],
        first["MsgSeq"],
        "after 300 s it is a new message"
    );
}

#[tokio::test]
async fn a_notification_reaches_every_member_of_the_room() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let (mut alice, mut bob) = (
        VendorClient::member(&server, "alice", "a").await,
        VendorClient::member(&server, "bob", "a").await,
    );
    let body = json!({"GroupId": "a", "Content": "hear, hear", "ToMembers_Account": ["alice"]});
    server.rest_ok(NOTIFY, body).await;
    for client in [&mut alice, &mut bob] {
        let notice = loop {
            let item = client.next_item().await;
            if item["Event"] == 5 {
                break item;
            }
        };
        assert_eq!(notice["MsgBody"]["ReportType"], 255);
        assert_eq!(notice["MsgBody"]["UserDefinedField"], "hear, hear");
        assert_eq!(notice["GroupInfo"]["GroupId"], "a");
        assert!(notice["MsgSeq"].is_u64());
    }
    let names = |n: usize| (0..n).map(|i| format!("user{i}")).collect::<Vec<_>>();
    for (body, expected) in [
        (json!({"Content": "c"}), 10004),
        (json!({"GroupId": "a"}), 10004),
        (json!({"GroupId": "a", "Content": 7}), 10004),
        (
            json!({"GroupId": "a", "Content": "c", "ToMembers_Account": "alice"}),
            10004,
        ),
        (json!({"GroupId": "a", "Content": "c", "ToMembers_Account": []}), 0),
        (
            json!({"GroupId": "a", "Content": "c", "ToMembers_Account": names(500)}),
            0,
        ),
        (
            json!({"GroupId": "a", "Content": "c", "ToMembers_Account": names(501)}),
            10005,
        ),
        (json!({"GroupId": "unknown", "Content": "c"}), 10010),
        (json!({"GroupId": "名", "Content": "c"}), 10015),
    ] {
        assert_eq!(code(&server, NOTIFY, body.clone()).await, expected, "{body}");
    }
}
