//! Mutes, bans, room admins and silence, through both doors (LR-X1 to LR-X5, LR-M14, LR-M18, FAQ-2, FAQ-3).

use serde_json::{Value, json};
use testkit::{TestServer, VendorClient, text_body};

const SEND: &str = "group_open_http_svc.send_group_msg";
const REST_SEND: &str = "group_open_http_svc/send_group_msg";
const MUTE: &str = "group_open_http_svc/forbid_send_msg";
const BAN: &str = "group_open_http_svc/ban_group_member";
const FOREVER: u32 = u32::MAX;

async fn code(server: &TestServer, command: &str, body: Value) -> i64 {
    server.rest(command, body).await["ErrorCode"].as_i64().unwrap()
}

/// A room "a" of "host", with "bob" and "eve" in it.
async fn room() -> (TestServer, VendorClient, VendorClient) {
    let server = TestServer::with(|config| config.rooms.join_tips = false).await;
    server.create_room_of("a", "host").await;
    let bob = VendorClient::member(&server, "bob", "a").await;
    let eve = VendorClient::member(&server, "eve", "a").await;
    (server, bob, eve)
}

async fn mute(server: &TestServer, user: &str, seconds: u32) {
    let body = json!({"GroupId": "a", "Members_Account": [user], "MuteTime": seconds});
    server.rest_ok(MUTE, body).await;
}

#[tokio::test]
async fn lr_x1_a_mute_survives_leaving_and_coming_back_and_ends_by_itself() {
    let (server, mut bob, _eve) = room().await;
    mute(&server, "bob", 60).await;
    let refused = bob.call(SEND, text_body("a", "hi")).await;
    assert_eq!(refused["ErrorCode"], 10017, "{refused}");
    assert!(
        refused["ErrorInfo"].as_str().unwrap().contains("seconds"),
        "it says for how long: {refused}"
    );
    bob.call_ok("group_open_http_svc.quit_group", json!({"GroupId": "a"}))
        .await;
    bob.join("a").await;
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10017);
    server.pass(59_000);
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10017);
    server.pass(1_500);
    bob.call_ok(SEND, text_body("a", "hi")).await;
}

#[tokio::test]
async fn lr_x2_zero_lifts_and_4294967295_is_for_ever_under_both_spellings() {
    let (server, mut bob, mut eve) = room().await;
    let body = json!({"GroupId": "a", "Members_Account": ["bob", "eve"], "ShutUpTime": FOREVER});
    server.rest_ok(MUTE, body).await;
    server.pass(10_000_000);
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10017);
    let list = server
        .rest_ok("group_open_http_svc/get_group_muted_account", json!({"GroupId": "a"}))
        .await;
    let wanted = json!([
        {"Member_Account": "bob", "MutedUntil": 4_294_967_295_u32},
        {"Member_Account": "eve", "MutedUntil": 4_294_967_295_u32},
    ]);
    assert_eq!((&list["GroupId"], &list["MutedAccountList"]), (&json!("a"), &wanted));
    mute(&server, "bob", 0).await;
    bob.call_ok(SEND, text_body("a", "hi")).await;
    assert_eq!(eve.code(SEND, text_body("a", "hi")).await, 10017);
    let list = server
        .rest_ok("group_open_http_svc/get_group_shutted_uin", json!({"GroupId": "a"}))
        .await;
    let wanted = json!([{"Member_Account": "eve", "ShuttedUntil": 4_294_967_295_u32}]);
    assert_eq!(list["ShuttedUinList"], wanted);
}

#[tokio::test]
async fn lr_x4_a_silenced_user_speaks_in_no_room() {
    let (server, mut bob, _eve) = room().await;
    server.create_room("b").await;
    bob.join("b").await;
    let body = json!({"Set_Account": "bob", "GroupmsgNospeakingTime": 7200});
    server.rest_ok("openconfigsvr/setnospeaking", body).await;
    for room in ["a", "b"] {
        assert_eq!(bob.code(SEND, text_body(room, "hi")).await, 10017);
    }
    server.pass(4_000);
    let left = server
        .rest_ok("openconfigsvr/getnospeaking", json!({"Get_Account": "bob"}))
        .await;
    let group = left["GroupmsgNospeakingTime"].as_u64().unwrap();
    assert!((7190..=7196).contains(&group), "what is left: {left}");
    assert_eq!(left["C2CmsgNospeakingTime"], 0);
    // The other half stays what it is.
    let body = json!({"Set_Account": "bob", "C2CmsgNospeakingTime": FOREVER});
    server.rest_ok("openconfigsvr/setnospeaking", body).await;
    let left = server
        .rest_ok("openconfigsvr/getnospeaking", json!({"Get_Account": "bob"}))
        .await;
    assert_eq!(left["C2CmsgNospeakingTime"], FOREVER);
    assert!(left["GroupmsgNospeakingTime"].as_u64().unwrap() > 7000);
    for (command, body, wanted) in [
        ("setnospeaking", json!({}), 130_004),
        (
            "setnospeaking",
            json!({"Set_Account": 5, "GroupmsgNospeakingTime": 1}),
            130_005,
        ),
        (
            "setnospeaking",
            json!({"Set_Account": "nobody", "GroupmsgNospeakingTime": 1}),
            130_005,
        ),
        ("setnospeaking", json!({"Set_Account": "bob"}), 130_008),
        ("getnospeaking", json!({}), 130_002),
        ("getnospeaking", json!({"Get_Account": "nobody"}), 130_003),
    ] {
        assert_eq!(
            code(&server, &format!("openconfigsvr/{command}"), body.clone()).await,
            wanted,
            "{command} {body}"
        );
    }
}

#[tokio::test]
async fn lr_x5_nobody_is_told_of_a_mute() {
    let (server, _bob, mut eve) = room().await;
    mute(&server, "bob", 60).await;
    server.say("a", "the next thing").await;
    let item = eve.next_item().await;
    assert_eq!(item["MsgBody"][0]["MsgContent"]["Text"], "the next thing");
}

#[tokio::test]
async fn a_backend_speaks_for_others_but_not_for_the_muted() {
    let (server, _bob, _eve) = room().await;
    mute(&server, "bob", 60).await;
    let mut body = text_body("a", "hi");
    body["From_Account"] = "bob".into();
    assert_eq!(code(&server, REST_SEND, body).await, 10017);
    server.say("a", "the administrator may").await;
}

#[tokio::test]
async fn lr_m14_a_banned_user_is_out_at_once_and_cannot_come_back_before_the_end() {
    let (server, mut bob, mut eve) = room().await;
    let body = json!({"GroupId": "a", "Members_Account": ["bob"], "Duration": 60, "Description": "spam"});
    server.rest_ok(BAN, body).await;
    let notice = bob.next_item().await;
    assert_eq!(notice["MsgBody"]["ReportType"], 21, "{notice}");
    assert_eq!(notice["MsgBody"]["BanDuration"], 60);
    let tip = eve.next_item().await;
    assert_eq!(
        (&tip["MsgBody"]["OpType"], &tip["MsgBody"]["List_Account"]),
        (&json!(10), &json!(["bob"]))
    );
    assert_eq!(server.online("a").await, 1);
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10007);
    assert_eq!(
        bob.code("group_open_http_svc.apply_join_group", json!({"GroupId": "a"}))
            .await,
        10007
    );
    server.say("a", "not for bob").await;
    eve.next_message().await;
    assert!(bob.still_answers().await);
    let list = server
        .rest_ok(
            "group_open_http_svc/get_group_ban_member",
            json!({"GroupId": "a", "Limit": 10}),
        )
        .await;
    assert_eq!(list["BannedAccountList"][0]["Member_Account"], "bob");
    assert_eq!(list["NextOffset"], 0);
    server.pass(61_000);
    bob.join("a").await;
    server.say("a", "for bob again").await;
    assert_eq!(
        bob.next_message().await["MsgBody"][0]["MsgContent"]["Text"],
        "for bob again"
    );
}

#[tokio::test]
async fn a_lifted_ban_lets_in_again_and_pages_of_bans_have_an_end() {
    let (server, mut bob, _eve) = room().await;
    let users: Vec<_> = (0..25).map(|n| format!("u{n:02}")).collect();
    server
        .import(&users.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let too_many = json!({"GroupId": "a", "Members_Account": &users[..21], "Duration": 60});
    assert_eq!(code(&server, BAN, too_many).await, 10005);
    for some in users.chunks(20) {
        server
            .rest_ok(BAN, json!({"GroupId": "a", "Members_Account": some, "Duration": 60}))
            .await;
    }
    let page = |offset: u32| json!({"GroupId": "a", "Limit": 20, "Offset": offset});
    let first = server
        .rest_ok("group_open_http_svc/get_group_ban_member", page(0))
        .await;
    assert_eq!(
        (
            first["BannedAccountList"].as_array().unwrap().len(),
            &first["NextOffset"]
        ),
        (20, &json!(20))
    );
    let last = server
        .rest_ok("group_open_http_svc/get_group_ban_member", page(20))
        .await;
    assert_eq!(
        (last["BannedAccountList"].as_array().unwrap().len(), &last["NextOffset"]),
        (5, &json!(0))
    );
    server
        .rest_ok(
            BAN,
            json!({"GroupId": "a", "Members_Account": ["bob"], "Duration": FOREVER}),
        )
        .await;
    assert_eq!(
        bob.code("group_open_http_svc.apply_join_group", json!({"GroupId": "a"}))
            .await,
        10007
    );
    let body = json!({"GroupId": "a", "Members_Account": ["bob", "eve"]});
    server.rest_ok("group_open_http_svc/unban_group_member", body).await;
    bob.join("a").await;
}

#[tokio::test]
async fn what_a_ban_or_a_mute_lacks_is_named() {
    let (server, _bob, _eve) = room().await;
    for (command, body, wanted) in [
        (MUTE, json!({"GroupId": "a", "Members_Account": ["bob"]}), 10004),
        (MUTE, json!({"GroupId": "a", "MuteTime": 5}), 10004),
        (
            MUTE,
            json!({"GroupId": "a", "Members_Account": [], "MuteTime": 5}),
            10004,
        ),
        (
            MUTE,
            json!({"GroupId": "a", "Members_Account": ["nobody"], "MuteTime": 5}),
            10019,
        ),
        (
            MUTE,
            json!({"GroupId": "none", "Members_Account": ["bob"], "MuteTime": 5}),
            10010,
        ),
        (
            MUTE,
            json!({"GroupId": "a", "Members_Account": vec!["bob"; 501], "MuteTime": 5}),
            10005,
        ),
        (BAN, json!({"GroupId": "a", "Members_Account": ["bob"]}), 10004),
        (
            BAN,
            json!({"GroupId": "a", "Members_Account": ["bob"], "Duration": 0}),
            10004,
        ),
        (
            BAN,
            json!({"GroupId": "a", "Members_Account": ["bob"], "Duration": 5, "Description": "x".repeat(1001)}),
            10004,
        ),
        (
            "group_open_http_svc/delete_group_member",
            json!({"GroupId": "a", "MemberToDel_Account": ["bob"]}),
            10004,
        ),
    ] {
        assert_eq!(code(&server, command, body.clone()).await, wanted, "{command} {body}");
    }
    assert_eq!(server.online("a").await, 2, "nobody was put out by any of it");
}

#[tokio::test]
async fn owner_and_admins_moderate_through_the_sdk_and_nobody_else() {
    let (server, mut bob, mut eve) = room().await;
    server.import(&["helper"]).await;
    let body = json!({"GroupId": "a", "CommandType": 1, "Admin_Account": ["helper"]});
    server
        .rest_ok("group_open_avchatroom_http_svc/modify_admin", body)
        .await;
    let list = server
        .rest_ok("group_open_avchatroom_http_svc/get_admin_list", json!({"GroupId": "a"}))
        .await;
    assert_eq!(list["Admin_List"][0]["Admin_Account"], "helper");
    let mute_of = |user: &str| json!({"GroupId": "a", "Member_Account": user, "ShutUpTime": 60});
    const SDK_MUTE: &str = "group_open_http_svc.modify_group_member_info";
    const SDK_BAN: &str = "group_open_http_svc.ban_group_member";
    assert_eq!(bob.code(SDK_MUTE, mute_of("eve")).await, 10007, "an ordinary member");
    let mut helper = VendorClient::member(&server, "helper", "a").await;
    assert_eq!(
        helper.code(SDK_MUTE, mute_of("host")).await,
        10007,
        "an admin on the owner"
    );
    helper.call_ok(SDK_MUTE, mute_of("eve")).await;
    assert_eq!(eve.code(SEND, text_body("a", "hi")).await, 10017);
    let asked = json!({"GroupId": "a", "Member_List_Account": ["eve", "helper"]});
    let members = helper
        .call_ok("group_open_http_svc.get_specified_group_member_info", asked)
        .await;
    assert!(
        members["MemberList"][0]["ShutUpUntil"].as_u64().unwrap() > 0,
        "{members}"
    );
    assert_eq!(members["MemberList"][1]["Role"], "Admin");
    let mut host = VendorClient::member(&server, "host", "a").await;
    let ban = |user: &str| json!({"GroupId": "a", "Members_Account": [user], "Duration": 60, "Description": ""});
    assert_eq!(helper.code(SDK_BAN, ban("host")).await, 10007);
    host.call_ok(SDK_BAN, ban("bob")).await;
    assert_eq!(bob.next_item().await["MsgBody"]["ReportType"], 21);
    // LR-X3: an admin speaks while everybody else is muted.
    let everybody = json!({"GroupId": "a", "MuteAllMember": "On"});
    server
        .rest_ok("group_open_http_svc/modify_group_base_info", everybody)
        .await;
    helper.call_ok(SEND, text_body("a", "order, please")).await;
    let body = json!({"GroupId": "a", "CommandType": 2, "Admin_Account": ["helper"]});
    server
        .rest_ok("group_open_avchatroom_http_svc/modify_admin", body)
        .await;
    assert_eq!(helper.code(SEND, text_body("a", "hi")).await, 10017);
}

#[tokio::test]
async fn lr_m18_a_sixth_admin_is_refused() {
    let (server, _bob, _eve) = room().await;
    let six = ["a0", "a1", "a2", "a3", "a4", "a5"];
    server.import(&six).await;
    let body = |users: &[&str]| json!({"GroupId": "a", "CommandType": 1, "Admin_Account": users});
    const MODIFY: &str = "group_open_avchatroom_http_svc/modify_admin";
    assert_eq!(code(&server, MODIFY, body(&six)).await, 10004);
    server.rest_ok(MODIFY, body(&six[..5])).await;
    assert_eq!(code(&server, MODIFY, body(&six[5..])).await, 10004);
}

#[tokio::test]
async fn what_was_answered_is_in_force_after_a_crash() {
    let (mut server, bob, eve) = room().await;
    mute(&server, "bob", 3600).await;
    server
        .rest_ok(
            BAN,
            json!({"GroupId": "a", "Members_Account": ["eve"], "Duration": 3600}),
        )
        .await;
    let body = json!({"Set_Account": "host", "GroupmsgNospeakingTime": 3600});
    server.rest_ok("openconfigsvr/setnospeaking", body).await;
    server.crash_and_restart().await;
    let mut bob = bob.come_back(&server).await;
    bob.join("a").await;
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10017);
    let mut eve = eve.come_back(&server).await;
    assert_eq!(
        eve.code("group_open_http_svc.apply_join_group", json!({"GroupId": "a"}))
            .await,
        10007
    );
    assert_eq!(eve.code(SEND, text_body("a", "hi")).await, 10007);
    let mut host = VendorClient::member(&server, "host", "a").await;
    assert_eq!(host.code(SEND, text_body("a", "hi")).await, 10017);
}
