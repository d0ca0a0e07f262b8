//! Messages of a backend to one user (rest-api.md 5.1, FAQ-4c).

use serde_json::{Value, json};
use testkit::{ADMIN, TestServer, VendorClient};

const SEND: &str = "openim/sendmsg";

fn body(to: &str) -> Value {
    json!({
        "To_Account": to, "MsgRandom": 771, "MsgSeq": 551, "MsgLifeTime": 0,
        "MsgBody": [{"MsgType": "TIMCustomElem", "MsgContent": {"Data": "{\"op\":\"quit\",\"room\":\"a\"}\u{0}"}}],
    })
}

#[tokio::test]
async fn faq_4c_a_backend_reaches_every_terminal_that_a_user_has_now() {
    let server = TestServer::with(|config| config.sessions.web_per_user_max = 2).await;
    let mut one = VendorClient::log_in(&server, "fan").await;
    let mut two = VendorClient::log_in(&server, "fan").await;
    let answer = server.rest_ok(SEND, body("fan")).await;
    let time = answer["MsgTime"].as_u64().unwrap();
    assert_eq!(answer["MsgKey"], format!("551_771_{time}"));
    for terminal in [&mut one, &mut two] {
        let event = terminal.next_event().await;
        let message = &event["C2cMsgArray"][0];
        assert_eq!((&event["Event"], &message["From_Account"]), (&json!(9), &json!(ADMIN)));
        assert_eq!(message["MsgBody"], body("fan")["MsgBody"]);
        assert_eq!(
            (&message["MsgKey"], &message["MsgRandom"]),
            (&answer["MsgKey"], &json!(771))
        );
    }
}

#[tokio::test]
async fn the_sender_gets_a_copy_when_he_wants_one() {
    let server = TestServer::start().await;
    let mut host = VendorClient::log_in(&server, "host").await;
    let mut fan = VendorClient::log_in(&server, "fan").await;
    let mut message = body("fan");
    message["From_Account"] = "host".into();
    message["SyncOtherMachine"] = 1.into();
    server.rest_ok(SEND, message).await;
    assert_eq!(fan.next_event().await["C2cMsgArray"][0]["IsSyncMsg"], Value::Null);
    let copy = host.next_event().await;
    assert_eq!(
        (
            &copy["C2cMsgArray"][0]["IsSyncMsg"],
            &copy["C2cMsgArray"][0]["To_Account"]
        ),
        (&json!(1), &json!("fan"))
    );
}

#[tokio::test]
async fn what_cannot_be_delivered_is_refused_with_its_code() {
    let server = TestServer::start().await;
    server.import(&["away", "quiet"]).await;
    let _fan = VendorClient::log_in(&server, "fan").await;
    server
        .rest_ok(
            "openconfigsvr/setnospeaking",
            json!({"Set_Account": "quiet", "C2CmsgNospeakingTime": 60}),
        )
        .await;
    let with = |field: &str, value: Value| {
        let mut body = body("fan");
        body[field] = value;
        body
    };
    for (body, wanted) in [
        (body("nobody"), 90048),
        (with("To_Account", json!(5)), 90003),
        (with("From_Account", json!("nobody")), 90048),
        (with("From_Account", json!("quiet")), 20012),
        (with("MsgRandom", Value::Null), 90005),
        (with("MsgRandom", json!("x")), 90005),
        (with("MsgSeq", json!(-1)), 90004),
        (with("MsgLifeTime", json!("x")), 90044),
        (with("SyncOtherMachine", json!("x")), 90031),
        (with("MsgBody", json!({})), 90007),
        (with("MsgBody", json!([])), 90002),
        (with("MsgBody", Value::Null), 90002),
        (with("CloudCustomData", json!("x".repeat(12_289))), 80002),
    ] {
        assert_eq!(server.rest(SEND, body.clone()).await["ErrorCode"], wanted, "{body}");
    }
    // For those who are there now only: nobody is, and that is fine.
    server.rest_ok(SEND, body("away")).await;
}
