//! Rules of a live room that no other file is about, by the names of live-group-rules.md.

use http::Method;
use serde_json::{Value, json};
use server::config::Webhook;
use testkit::{HookSink, TestServer, VendorClient, text_body};

const SEND: &str = "group_open_http_svc.send_group_msg";
const REST_SEND: &str = "group_open_http_svc/send_group_msg";

async fn quiet() -> TestServer {
    let server = TestServer::with(|config| config.rooms.join_tips = false).await;
    server.create_room_of("a", "host").await;
    server
}

async fn rest_code(server: &TestServer, command: &str, body: Value) -> i64 {
    server.rest(command, body).await["ErrorCode"].as_i64().unwrap()
}

#[tokio::test]
async fn faq_1_a_copy_carries_the_nick_of_the_moment_and_the_profile_is_its_owners_own_view() {
    let server = quiet().await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    for nick in ["Bob the First", "Bob the Second"] {
        let item = json!([{"Tag": "Tag_Profile_IM_Nick", "Value": nick}]);
        server
            .rest_ok(
                "profile/portrait_set",
                json!({"From_Account": "bob", "ProfileItem": item}),
            )
            .await;
        let body = json!({"UserItem": [{"To_Account": "bob", "StandardSequence": 0, "CustomSequence": 0}]});
        let own = bob.call_ok("profile.portrait_get_all", body).await;
        assert!(own.to_string().contains(nick), "{own}");
        bob.call_ok(SEND, text_body("a", "hi")).await;
        assert_eq!(eve.next_message().await["GroupInfo"]["From_AccountNick"], nick);
    }
}

#[tokio::test]
async fn faq_3_a_live_room_has_no_kick_and_an_order_with_high_priority_passes_the_flood() {
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| {
        config.apps[0].webhook = Some(Webhook::new(&sink.url));
        config.rooms.rate_per_s = 5;
        config.rooms.join_tips = false;
    })
    .await;
    server.create_room("a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let kick = json!({"GroupId": "a", "MemberToDel_Account": ["bob"]});
    assert_eq!(
        rest_code(&server, "group_open_http_svc/delete_group_member", kick).await,
        10004
    );
    let flood = (0..60).map(|n| server.rest_ok(REST_SEND, text_body("a", &format!("{n}"))));
    let mut order = text_body("a", "");
    order["MsgPriority"] = json!("High");
    order["MsgBody"] = json!([{"MsgType": "TIMCustomElem", "MsgContent": {"Data": "{\"kick\":\"bob\"}"}}]);
    let (_, ordered) = tokio::join!(futures_util::future::join_all(flood), server.rest_ok(REST_SEND, order));
    assert!(ordered["MsgSeq"].as_u64() > Some(0), "{ordered}");
    while bob.next_message().await["MsgSeq"] != ordered["MsgSeq"] {}
    // The page that reads the order leaves by itself.
    assert_eq!(bob.quit("a").await, 0);
    let exit = sink.next("Group.CallbackAfterMemberExit").await;
    assert_eq!(
        (&exit.body["ExitType"], &exit.query["OptPlatform"]),
        (&json!("Quit"), &"Web".to_owned())
    );
}

#[tokio::test]
async fn lr_a5_custom_fields_are_those_that_the_app_lists() {
    let server = TestServer::with(|config| config.apps[0].room_fields = vec!["likes".to_owned()]).await;
    let field = |key: &str| json!([{"Key": key, "Value": "7"}]);
    let create =
        |id: &str, key: &str| json!({"Type": "AVChatRoom", "Name": "n", "GroupId": id, "AppDefinedData": field(key)});
    assert_eq!(
        rest_code(&server, "group_open_http_svc/create_group", create("b", "stars")).await,
        10004
    );
    server
        .rest_ok("group_open_http_svc/create_group", create("a", "likes"))
        .await;
    let modify = |key: &str| json!({"GroupId": "a", "AppDefinedData": field(key)});
    assert_eq!(
        rest_code(&server, "group_open_http_svc/modify_group_base_info", modify("stars")).await,
        10004
    );
    server
        .rest_ok("group_open_http_svc/modify_group_base_info", modify("likes"))
        .await;
    assert_eq!(server.room_info("a").await["AppDefinedData"], field("likes"));
}

#[tokio::test]
async fn lr_a6_a_changed_text_or_field_is_told_to_who_is_there_and_kept_for_nobody() {
    let server = TestServer::with(|config| {
        config.rooms.join_tips = false;
        config.rooms.history_on_join = 10;
    })
    .await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    for (change, told) in [
        (json!({"Name": "x"}), json!({"GroupName": "x"})),
        (json!({"Introduction": "x"}), json!({"GroupIntroduction": "x"})),
        (json!({"Notification": "x"}), json!({"GroupNotification": "x"})),
        (json!({"FaceUrl": "x"}), json!({"GroupFaceUrl": "x"})),
        (
            json!({"AppDefinedData": [{"Key": "k", "Value": "v"}]}),
            json!({"MsgAppDefinedData": [{"Key": "k", "Value": "v"}]}),
        ),
    ] {
        let mut body = change;
        body["GroupId"] = json!("a");
        server.rest_ok("group_open_http_svc/modify_group_base_info", body).await;
        let tip = fan.next_item().await;
        assert_eq!((&tip["Event"], &tip["MsgBody"]["OpType"]), (&json!(6), &json!(6)));
        assert_eq!(tip["MsgBody"]["MsgGroupNewInfo"], told);
    }
    server.say("a", "said").await;
    fan.expect_texts(&["said"]).await;
    let mut late = VendorClient::log_in(&server, "late").await;
    let joined = late.join("a").await;
    assert_eq!(
        joined["RspMsgList"].as_array().map_or(0, Vec::len),
        1,
        "the message, and no tip: {joined}"
    );
}

#[tokio::test]
async fn faq_7_three_priorities_are_told_apart_and_others_are_refused() {
    let server = quiet().await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    for priority in ["High", "Normal", "Low"] {
        let mut body = text_body("a", priority);
        body["MsgPriority"] = json!(priority);
        server.rest_ok(REST_SEND, body).await;
        assert_eq!(eve.next_message().await["MsgPriority"], priority);
    }
    let (_, account) = server.admin(Method::GET, "a/tally", None).await;
    let told: Vec<_> = account["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["priority"])
        .collect();
    assert!(
        ["High", "Normal", "Low"]
            .iter()
            .all(|priority| told.contains(&&json!(priority))),
        "{account}"
    );
}

#[tokio::test]
async fn lr_m1_a_room_begins_empty_and_its_owner_hears_nothing_before_he_joins() {
    let server = quiet().await;
    let mut host = VendorClient::log_in(&server, "host").await;
    assert_eq!(server.online("a").await, 0);
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    server.say("a", "to others").await;
    eve.next_message().await;
    assert_eq!(
        host.code(SEND, text_body("a", "hi")).await,
        10007,
        "LR-S9: not even the owner speaks from outside"
    );
    host.join("a").await;
    let seq = server.say("a", "to the host").await;
    assert_eq!(host.next_message().await["MsgSeq"], seq, "nothing from before");
}

#[tokio::test]
async fn lr_m2_members_cannot_be_given_at_creation() {
    let server = TestServer::start().await;
    let body = json!({"Type": "AVChatRoom", "Name": "n", "GroupId": "a", "MemberList": [{"Member_Account": "bob"}]});
    assert_eq!(
        rest_code(&server, "group_open_http_svc/create_group", body).await,
        10007
    );
}

#[tokio::test]
async fn lr_m3_joining_is_free_whatever_the_join_option_says_and_the_backend_hears_of_it() {
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| config.apps[0].webhook = Some(Webhook::new(&sink.url))).await;
    for option in ["FreeAccess", "NeedPermission", "DisableApply"] {
        let body = json!({"Type": "AVChatRoom", "Name": "n", "GroupId": option, "ApplyJoinOption": option});
        server.rest_ok("group_open_http_svc/create_group", body).await;
        VendorClient::member(&server, "bob", option).await;
        let before = sink.next("Group.CallbackBeforeApplyJoinGroup").await;
        assert_eq!(before.body["Requestor_Account"], "bob");
        let after = sink.next("Group.CallbackAfterNewMemberJoin").await;
        assert_eq!(
            (&after.body["JoinType"], &after.body["GroupId"]),
            (&json!("Apply"), &json!(option))
        );
    }
}

#[tokio::test]
async fn lr_m4_joining_again_is_no_error_and_no_news() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    eve.next_item().await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    assert_eq!(eve.next_item().await["MsgBody"]["OpType"], 1);
    bob.join("a").await;
    server.say("a", "hi").await;
    assert_eq!(
        eve.next_item().await["Event"],
        3,
        "no second tip came before the message"
    );
}

#[tokio::test]
async fn lr_m5_a_new_login_has_to_join_again() {
    let server = quiet().await;
    VendorClient::member(&server, "bob", "a").await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10007);
    bob.join("a").await;
    bob.call_ok(SEND, text_body("a", "hi")).await;
}

#[tokio::test]
async fn lr_m8_where_the_app_wants_it_a_user_is_in_one_room_at_a_time() {
    let server = TestServer::with(|config| config.apps[0].one_room_per_user = true).await;
    server.create_room("a").await;
    server.create_room("b").await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    eve.next_item().await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    assert_eq!(eve.next_item().await["MsgBody"]["OpType"], 1);
    bob.join("b").await;
    let tip = eve.next_item().await;
    assert_eq!(
        (&tip["MsgBody"]["OpType"], &tip["MsgBody"]["List_Account"]),
        (&json!(2), &json!(["bob"])),
        "{tip}"
    );
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10007);
    bob.call_ok(SEND, text_body("b", "hi")).await;
    // Without the switch he is in both.
    let server = quiet().await;
    server.create_room("b").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    bob.join("b").await;
    bob.call_ok(SEND, text_body("a", "still here")).await;
}

#[tokio::test]
async fn lr_m10_nobody_is_added_removed_promoted_or_made_owner_by_the_common_commands() {
    let server = quiet().await;
    server.import(&["bob"]).await;
    for (command, body, wanted) in [
        (
            "add_group_member",
            json!({"GroupId": "a", "MemberList": [{"Member_Account": "bob"}]}),
            10007,
        ),
        (
            "delete_group_member",
            json!({"GroupId": "a", "MemberToDel_Account": ["bob"]}),
            10004,
        ),
        (
            "modify_group_member_info",
            json!({"GroupId": "a", "Member_Account": "bob", "Role": "Admin"}),
            10007,
        ),
        (
            "change_group_owner",
            json!({"GroupId": "a", "NewOwner_Account": "bob"}),
            10007,
        ),
    ] {
        let code = rest_code(&server, &format!("group_open_http_svc/{command}"), body).await;
        assert_eq!(code, wanted, "{command}");
    }
}

#[tokio::test]
async fn lr_m11_come_and_go_are_told_unless_that_is_switched_off() {
    for tips in [true, false] {
        let server = TestServer::with(|config| config.rooms.join_tips = tips).await;
        server.create_room("a").await;
        let mut eve = VendorClient::member(&server, "eve", "a").await;
        let mut bob = VendorClient::member(&server, "bob", "a").await;
        bob.quit("a").await;
        server.say("a", "end").await;
        let mut told = Vec::new();
        loop {
            let item = eve.next_item().await;
            if item["Event"] == 3 {
                break;
            }
            told.push(item["MsgBody"]["OpType"].as_u64().unwrap());
        }
        assert_eq!(told, if tips { vec![1, 1, 2] } else { vec![] });
    }
}

#[tokio::test]
async fn lr_m12_tips_and_messages_carry_the_nick_as_known_when_sent() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    eve.next_item().await;
    let item = json!([{"Tag": "Tag_Profile_IM_Nick", "Value": "Bobby"}]);
    server.import(&["bob"]).await;
    server
        .rest_ok(
            "profile/portrait_set",
            json!({"From_Account": "bob", "ProfileItem": item}),
        )
        .await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    assert!(
        eve.next_item().await.to_string().contains("Bobby"),
        "the tip of his coming"
    );
    bob.call_ok(SEND, text_body("a", "hi")).await;
    assert_eq!(eve.next_message().await["GroupInfo"]["From_AccountNick"], "Bobby");
}

#[tokio::test]
async fn lr_m13_members_have_no_stored_profile_in_a_room() {
    let server = quiet().await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let body = json!({"GroupId": "a", "Member_Account": "bob", "NameCard": "Captain"});
    assert_ne!(
        bob.code("group_open_http_svc.modify_group_member_info", body).await,
        0,
        "a name card is refused"
    );
    bob.call_ok(SEND, text_body("a", "hi")).await;
    let body = json!({"GroupId": "a", "Member_List_Account": ["bob"]});
    let info = bob
        .call_ok("group_open_http_svc.get_specified_group_member_info", body)
        .await;
    let member = &info["MemberList"][0];
    assert_eq!(
        (&member["NameCard"], member.get("LastSendMsgTime")),
        (&json!(""), None),
        "{info}"
    );
}

#[tokio::test]
async fn lr_m15_the_online_number_is_exact_and_guests_count_where_the_server_says_so() {
    for (count_guests, wanted) in [(true, 3), (false, 2)] {
        let server = TestServer::with(|config| config.rooms.count_guests = count_guests).await;
        server.create_room("a").await;
        let _members = [
            VendorClient::member(&server, "bob", "a").await,
            VendorClient::member(&server, "eve", "a").await,
        ];
        VendorClient::connect(&server).await.join_as_guest("a").await;
        assert_eq!(server.online("a").await, wanted);
    }
}

#[tokio::test]
async fn lr_g1_a_guest_listens_without_a_login_and_cannot_speak() {
    let server = quiet().await;
    let mut guest = VendorClient::connect(&server).await;
    let mut poller = guest.join_as_guest("a").await;
    server.say("a", "welcome").await;
    assert_eq!(poller.next_text(&mut guest).await, "welcome");
    assert_ne!(guest.code(SEND, text_body("a", "hi")).await, 0);
}

#[tokio::test]
async fn lr_g3_a_guest_has_no_account_and_the_backend_hears_nothing_of_him() {
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| config.apps[0].webhook = Some(Webhook::new(&sink.url))).await;
    server.create_room("a").await;
    VendorClient::connect(&server).await.join_as_guest("a").await;
    VendorClient::member(&server, "bob", "a").await;
    assert_eq!(
        sink.next("Group.CallbackBeforeApplyJoinGroup").await.body["Requestor_Account"],
        "bob"
    );
    sink.next("Group.CallbackAfterNewMemberJoin").await;
    assert_eq!(
        sink.count("Group.CallbackBeforeApplyJoinGroup"),
        0,
        "bob's was the only one"
    );
}

#[tokio::test]
async fn lr_g3_a_room_may_be_closed_to_guests() {
    let server = quiet().await;
    let mut guest = VendorClient::connect(&server).await;
    let mut poller = guest.join_as_guest("a").await;
    server.say("a", "one").await;
    assert_eq!(poller.next_text(&mut guest).await, "one");
    let (status, _) = server
        .admin(Method::PATCH, "a/rules", Some(json!({"guests": false})))
        .await;
    assert_eq!(status, 200);
    let refused = guest
        .call("group_open_long_polling_http_noauth_svc.get_msg", poller.body())
        .await;
    assert_eq!(refused["ErrorCode"], 10007, "who listened does not any more: {refused}");
    let mut other = VendorClient::connect(&server).await;
    assert_eq!(other.try_join_as_guest("a").await["ErrorCode"], 10007);
    assert_eq!(server.online("a").await, 0);
    VendorClient::member(&server, "bob", "a").await;
}

#[tokio::test]
async fn lr_s2_an_online_only_flag_makes_no_difference() {
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| config.apps[0].webhook = Some(Webhook::new(&sink.url))).await;
    server.create_room("a").await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    let mut body = text_body("a", "hi");
    body["OnlineOnlyFlag"] = json!(1);
    server.rest_ok(REST_SEND, body).await;
    eve.next_message().await;
    assert_eq!(sink.next("Group.CallbackAfterSendMsg").await.body["OnlineOnlyFlag"], 0);
}

#[tokio::test]
async fn lr_s4_numbers_begin_at_one_and_are_contiguous_over_messages_and_tips() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    server.say("a", "x").await;
    bob.call_ok(SEND, text_body("a", "y")).await;
    for wanted in 1..=4 {
        assert_eq!(eve.next_item().await["MsgSeq"], wanted);
    }
}

#[tokio::test]
async fn lr_s6_a_backend_speaks_without_being_there_and_for_any_account() {
    let server = quiet().await;
    server.import(&["bob"]).await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    server.say("a", "for itself").await;
    assert_eq!(eve.next_message().await["From_Account"], testkit::ADMIN);
    let mut body = text_body("a", "for bob");
    body["From_Account"] = json!("bob");
    server.rest_ok(REST_SEND, body.clone()).await;
    assert_eq!(eve.next_message().await["From_Account"], "bob");
    body["From_Account"] = json!("nobody");
    body["Random"] = json!(5);
    assert_ne!(rest_code(&server, REST_SEND, body).await, 0);
}

#[tokio::test]
async fn lr_s7_a_notice_reaches_everybody_and_is_outside_the_rate() {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = 1;
        config.rooms.join_tips = false;
    })
    .await;
    server.create_room("a").await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    for n in 0..10 {
        let body = json!({"GroupId": "a", "Content": format!("n{n}"), "ToMembers_Account": ["bob"]});
        server
            .rest_ok("group_open_http_svc/send_group_system_notification", body)
            .await;
        assert_eq!(eve.next_item().await["MsgBody"]["UserDefinedField"], format!("n{n}"));
    }
}

#[tokio::test]
async fn lr_s9_who_is_not_in_a_room_does_not_speak_there_and_a_room_must_exist() {
    let server = quiet().await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    assert_eq!(bob.code(SEND, text_body("a", "hi")).await, 10007);
    assert_eq!(bob.code(SEND, text_body("nowhere", "hi")).await, 10010);
    assert_eq!(rest_code(&server, REST_SEND, text_body("nowhere", "hi")).await, 10010);
}

#[tokio::test]
async fn lr_f8_tips_take_no_messages_place() {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = 1;
        config.rooms.tips_per_second_max = 100;
    })
    .await;
    server.create_room("a").await;
    let mut eve = VendorClient::member(&server, "eve", "a").await;
    for n in 0..20 {
        VendorClient::member(&server, &format!("u{n}"), "a").await;
    }
    let sent = eve.call_ok(SEND, text_body("a", "hi")).await;
    assert!(sent["MsgSeq"].as_u64() > Some(20), "{sent}");
}
