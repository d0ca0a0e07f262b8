//! Members in a room: talk, tips, rights (web-sdk-wire.md 5, 7.1; live-group-rules.md).

use serde_json::{Value, json};
use testkit::{TestServer, VendorClient, text_body};

const SEND: &str = "group_open_http_svc.send_group_msg";
const MODIFY: &str = "group_open_http_svc.modify_group_base_info";

async fn next_tip(client: &mut VendorClient, op: u64) -> Value {
    loop {
        let item = client.next_item().await;
        if item["MsgBody"]["OpType"] == op {
            return item;
        }
    }
}

#[tokio::test]
async fn two_members_talk_in_both_directions_and_see_name_and_picture() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    for (user, nick) in [("alice", "Alice"), ("bob", "Bob")] {
        let face = format!("http://x/{user}.png");
        let import = json!({"UserID": user, "Nick": nick, "FaceUrl": face});
        server.rest_ok("im_open_login_svc/account_import", import).await;
    }
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let elements = json!([
        {"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}, {"MsgType": "TIMFaceElem", "MsgContent": {"Index": 1, "Data": "tt00"}},
        {"MsgType": "TIMCustomElem", "MsgContent": {"Data": "d", "Desc": "", "Ext": ""}},
    ]);
    for priority in ["High", "Normal", "Low", "Lowest"] {
        let mut body = text_body("a", "");
        body["MsgBody"] = elements.clone();
        body["MsgPriority"] = json!(priority);
        body["CloudCustomData"] = json!("ccd");
        body["From_Account"] = json!("bob");
        body["ClientSeq"] = json!(1_935_150_001_u64);
        let answer = alice.call_ok(SEND, body.clone()).await;
        assert!(answer["MsgTime"].is_u64());
        let item = bob.next_message().await;
        assert_eq!(item["From_Account"], "alice", "the sender is who is logged in");
        assert_eq!(item["MsgSeq"], answer["MsgSeq"]);
        for field in [
            "MsgPriority",
            "CloudCustomData",
            "MsgBody",
            "MsgClientTime",
            "ClientSeq",
        ] {
            assert_eq!(item[field], body[field], "{field}");
        }
        assert_eq!(item["MsgRandom"], body["Random"]);
        assert_eq!(item["TinyId"], alice.login_number(), "the same ID on all sides");
        assert_eq!(item["GroupInfo"]["From_AccountNick"], "Alice");
        assert_eq!(item["GroupInfo"]["From_AccountHeadurl"], "http://x/alice.png");
    }
    bob.say("a", "back").await;
    loop {
        let item = alice.next_message().await;
        if item["From_Account"] == "bob" {
            assert_eq!(item["GroupInfo"]["From_AccountNick"], "Bob");
            break;
        }
    }
    let rename = json!({"ProfileItem": [{"Tag": "Tag_Profile_IM_Nick", "Value": "Robert"}]});
    bob.call_ok("profile.portrait_set", rename).await;
    bob.say("a", "renamed").await;
    assert_eq!(
        alice.next_message().await["GroupInfo"]["From_AccountNick"],
        "Robert",
        "as known when sent"
    );
}

#[tokio::test]
async fn coming_and_going_is_told() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    next_tip(&mut alice, 1).await;
    let import = json!({"UserID": "bob", "Nick": "Bob", "FaceUrl": "f"});
    server.rest_ok("im_open_login_svc/account_import", import).await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let tip = next_tip(&mut alice, 1).await;
    let body = &tip["MsgBody"];
    assert_eq!(
        (&body["Operator_Account"], &body["List_Account"]),
        (&json!("bob"), &json!(["bob"]))
    );
    assert_eq!((&body["MemberNum"], &body["OnlineInf"]["Num"]), (&json!(2), &json!(2)));
    assert_eq!(
        body["MsgMemberExtraInfo"][0],
        json!({"UserId": "bob", "NickName": "Bob", "ImageUrl": "f"})
    );
    assert_eq!(tip["GroupInfo"]["GroupId"], "a");
    bob.join("a").await;
    assert_eq!(bob.quit("a").await, 0);
    let tip = next_tip(&mut alice, 2).await;
    assert_eq!(
        tip["MsgBody"]["List_Account"],
        json!(["bob"]),
        "and the second join told nothing"
    );
}

#[tokio::test]
async fn tips_can_be_switched_off() {
    let server = TestServer::with(|config| config.rooms.join_tips = false).await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    assert_eq!(bob.quit("a").await, 0);
    server.say("a", "the first thing of all").await;
    assert_eq!(alice.next_item().await["Event"], 3);
}

#[tokio::test]
async fn whoever_is_not_in_the_room_may_not_speak() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    assert_eq!(alice.try_say("a", "x").await, 10007);
    assert_eq!(alice.try_say("unknown", "x").await, 10010);
    assert_eq!(alice.try_say("名", "x").await, 10015);
    alice.join("a").await;
    assert_eq!(alice.try_say("a", "x").await, 0);
    assert_eq!(alice.quit("a").await, 0);
    assert_eq!(alice.try_say("a", "x").await, 10007);
    assert_eq!(alice.quit("a").await, 10007, "not a member any more");
    for (room, expected) in [("unknown", 10010), ("名", 10015), ("", 10015)] {
        let join = json!({"GroupId": room});
        assert_eq!(
            alice.code("group_open_http_svc.apply_join_group", join).await,
            expected,
            "{room}"
        );
    }
    let mut guest = VendorClient::connect(&server).await;
    assert_eq!(guest.try_say("a", "x").await, 70001, "a guest has no voice");
}

#[tokio::test]
async fn lr_x3_under_mute_all_only_the_owner_and_the_backend_speak() {
    let server = TestServer::start().await;
    server.create_room_of("a", "host").await;
    let mut host = VendorClient::member(&server, "host", "a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    host.call_ok(MODIFY, json!({"GroupId": "a", "ShutUpAllMember": "On"}))
        .await;
    assert_eq!(fan.try_say("a", "x").await, 10017);
    host.say("a", "I may").await;
    server.say("a", "the backend may").await;
    fan.expect_texts(&["I may", "the backend may"]).await;
    host.call_ok(MODIFY, json!({"GroupId": "a", "ShutUpAllMember": "Off"}))
        .await;
    assert_eq!(fan.try_say("a", "x").await, 0);
}

#[tokio::test]
async fn lr_m9_the_owner_cannot_leave_but_dismiss() {
    let server = TestServer::start().await;
    let mut host = VendorClient::log_in(&server, "host").await;
    let create = json!({
        "Type": "AVChatRoom", "Name": "mine", "GroupId": "a", "Owner_Account": "mallory", "WebPushFlag": 1, "FaceUrl": "",
    });
    let made = host.call_ok("group_open_http_svc.create_group", create.clone()).await;
    assert_eq!((&made["GroupId"], &made["HugeGroupFlag"]), (&json!("a"), &json!(1)));
    assert_eq!(
        server.room_info("a").await["Owner_Account"],
        "host",
        "Owner_Account is not believed"
    );
    assert_eq!(host.try_say("a", "x").await, 10007, "LR-M1: creating is not joining");
    host.join("a").await;
    assert_eq!(host.quit("a").await, 10009);
    assert_eq!(
        host.code("group_open_http_svc.create_group", create.clone()).await,
        10025,
        "taken by himself"
    );
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    assert_eq!(
        fan.code("group_open_http_svc.create_group", create).await,
        10021,
        "taken by somebody else"
    );
    assert_eq!(
        fan.code("group_open_http_svc.destroy_group", json!({"GroupId": "a"}))
            .await,
        10007
    );
    assert_eq!(fan.code(MODIFY, json!({"GroupId": "a", "Name": "stolen"})).await, 10007);
    host.call_ok(MODIFY, json!({"GroupId": "a", "Name": "renamed"})).await;
    let tip = next_tip(&mut fan, 6).await;
    assert_eq!(tip["MsgBody"]["MsgGroupNewInfo"]["GroupName"], "renamed");
    host.call_ok("group_open_http_svc.destroy_group", json!({"GroupId": "a"}))
        .await;
    for client in [&mut host, &mut fan] {
        let notice = loop {
            let item = client.next_item().await;
            if item["Event"] == 5 {
                break item;
            }
        };
        assert_eq!(notice["MsgBody"]["ReportType"], 5);
    }
    assert_eq!(
        fan.code("group_open_http_svc.apply_join_group", json!({"GroupId": "a"}))
            .await,
        10010
    );
}

#[tokio::test]
async fn a_member_sees_the_room_and_himself_in_it() {
    let server = TestServer::start().await;
    server.create_room_of("a", "host").await;
    let mut host = VendorClient::member(&server, "host", "a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    let ask = json!({"GroupIdList": ["a", "unknown"]});
    for (client, role) in [(&mut host, "Owner"), (&mut fan, "Member")] {
        let answer = client
            .call_ok("group_open_http_svc.get_group_self_member_info", ask.clone())
            .await;
        let (room, unknown) = (&answer["GroupInfo"][0], &answer["GroupInfo"][1]);
        assert_eq!((&room["ErrorCode"], &room["Type"]), (&json!(0), &json!("AVChatRoom")));
        assert_eq!(room["MemberList"][0]["Role"], role);
        assert_eq!(unknown["ErrorCode"], 10010);
    }
    let mut stranger = VendorClient::log_in(&server, "stranger").await;
    let answer = stranger
        .call_ok("group_open_http_svc.get_group_public_info", ask.clone())
        .await;
    assert_eq!(answer["GroupInfo"][0]["ErrorCode"], 0);
    assert_eq!(answer["GroupInfo"][0]["MemberNum"], 2);
    let online = stranger
        .call_ok("group_open_http_svc.get_online_member_num", json!({"GroupId": "a"}))
        .await;
    assert_eq!(online["OnlineMemberNum"], 2);
    assert!(online["ExpireTime"].as_u64().is_some_and(|s| s > 0));
}

#[tokio::test]
async fn a_malformed_message_of_a_member_is_refused_and_numbers_nothing() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    let before = server.room_info("a").await;
    for (field, value, expected) in [
        ("MsgBody", json!([]), 10004),
        ("MsgBody", json!("x"), 10004),
        (
            "MsgBody",
            json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": 7}}]),
            10004,
        ),
        (
            "MsgBody",
            json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x".repeat(12_300)}}]),
            80002,
        ),
        ("Random", json!("x"), 10004),
        ("Random", Value::Null, 10004),
        ("MsgPriority", json!("Urgent"), 10004),
        ("CloudCustomData", json!({}), 10004),
        ("MsgClientTime", json!("now"), 10004),
        ("GroupId", json!(7), 10004),
    ] {
        let mut body = text_body("a", "x");
        body[field] = value.clone();
        assert_eq!(fan.code(SEND, body).await, expected, "{field} {value}");
    }
    assert_eq!(server.room_info("a").await, before);
}
