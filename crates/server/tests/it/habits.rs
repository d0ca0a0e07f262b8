//! How published clients really behave: one test for each habit of `client-habits.md` that the REST door has to live with.
//! Habit 10 is in `tim`'s tests of tickets, 11 and 12 in the browser tests and the documents.

use serde_json::{Value, json};
use testkit::{ADMIN, APP, TestServer, VendorClient};

const LIST: &str = "/v4/group_open_http_svc/get_appid_group_list";
const SEND: &str = "group_open_http_svc/send_group_msg";

/// The address of a harmless call, with more parameters.
fn url(server: &TestServer, more: &[(&str, &str)]) -> String {
    let (app, ticket) = (APP.to_string(), server.ticket(ADMIN));
    let parameters = [
        ("sdkappid", app.as_str()),
        ("identifier", ADMIN),
        ("usersig", ticket.as_str()),
    ];
    server.rest_url(LIST, &[&parameters[..], more].concat())
}

#[tokio::test]
async fn habit_1_two_spellings_of_one_api() {
    let server = TestServer::start().await;
    server
        .rest_ok("im_open_login_svc/account_import", json!({"Identifier": "old"}))
        .await;
    server
        .rest_ok("im_open_login_svc/kick", json!({"Identifier": "old"}))
        .await;
    server.create_room("a").await;
    for (spelling, commands) in [
        ("ShutUpTime", ["get_group_shutted_uin", "get_group_muted_account"]),
        ("MuteTime", ["get_group_muted_account", "get_group_shutted_uin"]),
    ] {
        let mut body = json!({"GroupId": "a", "Members_Account": ["old"]});
        body[spelling] = json!(60);
        server.rest_ok("group_open_http_svc/forbid_send_msg", body).await;
        for command in commands {
            let answer = server
                .rest_ok(&format!("group_open_http_svc/{command}"), json!({"GroupId": "a"}))
                .await;
            let (new, old) = (&answer["MutedAccountList"][0], &answer["ShuttedUinList"][0]);
            assert_eq!(
                (&new["Member_Account"], &old["Member_Account"]),
                (&json!("old"), &json!("old"))
            );
            assert_eq!(new["MutedUntil"], old["ShuttedUntil"]);
        }
    }
    for (spelling, state) in [("ShutUpAllMember", "On"), ("MuteAllMember", "Off")] {
        let mut body = json!({"GroupId": "a"});
        body[spelling] = json!(state);
        server.rest_ok("group_open_http_svc/modify_group_base_info", body).await;
        let room = server.room_info("a").await;
        assert_eq!(
            (&room["ShutUpAllMember"], &room["MuteAllMember"]),
            (&json!(state), &json!(state))
        );
    }
    for command in ["openim/querystate", "openim/query_online_status"] {
        let answer = server.rest_ok(command, json!({"To_Account": ["old"]})).await;
        let one = &answer["QueryResult"][0];
        assert_eq!((&one["State"], &one["Status"]), (&json!("Offline"), &json!("Offline")));
    }
}

#[tokio::test]
async fn habit_2_any_content_type_or_none() {
    let server = TestServer::start().await;
    let bare = server.http().post(url(&server, &[])).body("{}");
    assert_eq!(server.envelope(bare.send().await.unwrap()).await["ErrorCode"], 0);
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json",
        "nonsense",
    ] {
        let post = server
            .http()
            .post(url(&server, &[]))
            .header("content-type", content_type)
            .body("{}");
        let answer = server.envelope(post.send().await.unwrap()).await;
        assert_eq!(answer["ErrorCode"], 0, "{content_type}");
    }
}

#[tokio::test]
async fn habit_3_random_may_be_anything_and_again() {
    let server = TestServer::start().await;
    for random in [
        "",
        "abc",
        "-1",
        "4294967296",
        "99999999999999999999999999",
        "1&random=2",
    ] {
        let with = url(&server, &[("random", random)]);
        for _ in 0..2 {
            assert_eq!(server.post(&with, "{}").await["ErrorCode"], 0, "random={random}");
        }
    }
}

#[tokio::test]
async fn habit_4_one_random_for_different_texts_and_a_repeat_is_one_message() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    let body = |text: &str| json!({"GroupId": "a", "Random": 1, "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}]});
    let first = server.rest_ok(SEND, body("one")).await;
    assert_ne!(server.rest_ok(SEND, body("two")).await["MsgSeq"], first["MsgSeq"]);
    assert_eq!(server.rest_ok(SEND, body("one")).await["MsgSeq"], first["MsgSeq"]);
    server.rest_ok(SEND, body("three")).await;
    fan.expect_texts(&["one", "two", "three"]).await;
}

#[tokio::test]
async fn habit_5_get_with_and_without_a_body() {
    let server = TestServer::start().await;
    let get = server.http().get(url(&server, &[])).send().await.unwrap();
    assert_eq!(
        server.envelope(get).await["ErrorCode"],
        0,
        "without a body is with {{}}"
    );
    let get = server
        .http()
        .get(url(&server, &[]))
        .body(r#"{"Limit":"x"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.envelope(get).await["ErrorCode"],
        10004,
        "the body of a GET is read"
    );
}

#[tokio::test]
async fn habit_6_raw_text_and_escapes_are_the_same_text() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    let call = server.admin_url(SEND);
    let spelled = [r"\u4f60\u597d \ud83c\udf81\u0000", r"你好 🎁\u0000"];
    for (random, text) in spelled.iter().enumerate() {
        let body = format!(
            r#"{{"GroupId":"a","Random":{random},"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{text}"}}}}]}}"#
        );
        assert_eq!(server.post(&call, body).await["ErrorCode"], 0);
    }
    fan.expect_texts(&["你好 🎁\0", "你好 🎁\0"]).await;
}

#[tokio::test]
async fn habit_7_unknown_and_inapplicable_fields_are_ignored() {
    let server = TestServer::start().await;
    let body = json!({
        "Type": "AVChatRoom", "Name": "n", "GroupId": "a", "MaxMemberCount": 5, "ApplyJoinOption": "NeedPermission",
        "NoSuchField": {"x": [1]}, "AppMemberDefinedData": 7, "From_Account": 7, "InviteJoinOption": "FreeAccess",
    });
    server.rest_ok("group_open_http_svc/create_group", body).await;
    VendorClient::member(&server, "fan", "a").await;
}

#[tokio::test]
async fn habit_8_answers_fit_typed_clients() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    server.import(&["fan"]).await;
    let body =
        json!({"GroupId": "a", "Random": 1, "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}]});
    let said = server.rest_ok(SEND, body.clone()).await;
    let broadcast = server.rest_ok("group_open_http_svc/send_broadcast_msg", body).await;
    let number = server
        .rest_ok("group_open_http_svc/get_online_member_num", json!({"GroupId": "a"}))
        .await;
    let direct = json!({"To_Account": "fan", "MsgRandom": 1, "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}]});
    let direct = server.rest_ok("openim/sendmsg", direct).await;
    let fits = |value: &Value| value.as_u64().is_some_and(|number| u32::try_from(number).is_ok());
    for value in [
        &said["MsgSeq"],
        &said["MsgTime"],
        &broadcast["MsgSeq"],
        &number["OnlineMemberNum"],
        &direct["MsgTime"],
    ] {
        assert!(fits(value), "{value}");
    }
    // A refusal is 200 as well, with FAIL; the helper checks that of every answer.
    assert_eq!(
        server
            .rest("group_open_http_svc/destroy_group", json!({"GroupId": "no"}))
            .await["ActionStatus"],
        "FAIL"
    );
}

#[tokio::test]
async fn habit_9_attributes_are_read_at_a_service_of_their_own_in_lower_case() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let set = json!({"GroupId": "a", "GroupAttr": [{"key": "k", "value": "v"}]});
    server.rest_ok("group_open_http_svc/set_group_attr", set).await;
    let read = server
        .rest_ok("group_open_attr_http_svc/get_group_attr", json!({"GroupId": "a"}))
        .await;
    assert_eq!(
        (&read["GroupAttrAry"][0]["key"], &read["GroupAttrAry"][0]["value"]),
        (&json!("k"), &json!("v"))
    );
    let elsewhere = server
        .rest("group_open_http_svc/get_group_attr", json!({"GroupId": "a"}))
        .await;
    assert_eq!(elsewhere["ErrorCode"], 10003);
}

#[tokio::test]
async fn a_doubled_slash_is_one() {
    let server = TestServer::start().await;
    let doubled = url(&server, &[]).replace("/v4/", "//v4/");
    assert_eq!(server.post(&doubled, "{}").await["ErrorCode"], 0);
}
