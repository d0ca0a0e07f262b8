//! Login, its answers and refusals, logout, and the quiet commands around it (web-sdk-wire.md 2, 3).

use serde_json::{Value, json};
use testkit::{APP, KEY, OTHER_APP, OTHER_KEY, Options, TestServer, VendorClient};
use tim::usersig::{Ticket, sign};

async fn code(server: &TestServer, app: u32, user: &str, ticket: &str) -> i64 {
    let options = Options {
        app,
        ..Options::default()
    };
    let mut client = VendorClient::connect_with(server, options).await;
    client.try_login(user, ticket).await["ErrorCode"].as_i64().unwrap()
}

#[tokio::test]
async fn the_login_answer_has_what_the_sdks_need() {
    let server = TestServer::start().await;
    let mut client = VendorClient::connect(&server).await;
    let answer = client.login("alice", &server.ticket("alice")).await;
    assert!(answer["A2Key"].as_str().is_some_and(|a2| !a2.is_empty()));
    let tiny = answer["TinyId"].as_str().unwrap();
    assert!(tiny.bytes().all(|b| b.is_ascii_digit()), "a decimal string: {tiny}");
    assert!(
        answer["InstId"].as_u64().is_some_and(|id| id > 0),
        "0 would suppress kicks"
    );
    assert_eq!(answer["HelloInterval"], 120);
    let now = server.app().clock.now().secs();
    assert!(
        answer["TimeStamp"]
            .as_u64()
            .is_some_and(|time| now.abs_diff(time) <= 60)
    );
    let bits = answer["PurchaseBits"].as_str().unwrap();
    assert!((1..=64).contains(&bits.len()) && bits.bytes().all(|b| b == b'0' || b == b'1'));
    let check = json!({"CheckItem": [{"UserID": "alice"}]});
    let check = server.rest_ok("im_open_login_svc/account_check", check).await;
    assert_eq!(
        check["ResultItem"][0]["AccountStatus"], "Imported",
        "the first login makes the account"
    );
}

#[tokio::test]
async fn each_ticket_that_does_not_hold_has_its_code() {
    let server = TestServer::start().await;
    let now = server.app().clock.now().secs();
    let signed = |identifier: &str, sdkappid: u32, key: &str, time: u64, expire: i64| {
        let identifier = identifier.to_owned();
        sign(
            key,
            &Ticket {
                identifier,
                sdkappid,
                time,
                expire,
                userbuf: None,
            },
        )
    };
    let good = signed("alice", APP, KEY, now, 604_800);
    let broken = format!("{}AAAA{}", &good[..40], &good[44..]);
    for (app, user, ticket, expected) in [
        (APP, "alice", good.as_str(), 0),
        (APP, "alice", "", 70002),
        (APP, "", "", 70002),
        (APP, "alice", "eJx", 70003),
        (APP, "alice", "not a ticket", 70003),
        (APP, "alice", &broken, 70003),
        (APP, "bob", &good, 70013),
        (OTHER_APP, "alice", &good, 70014),
        (APP, "alice", &signed("alice", APP, OTHER_KEY, now, 604_800), 70009),
        (APP, "alice", &signed("alice", APP, KEY, now - 604_801, 604_800), 70001),
        (APP, "alice", &signed("alice", APP, KEY, now - 604_700, 604_800), 0),
        (1_400_000_009, "alice", &good, 70020),
    ] {
        assert_eq!(
            code(&server, app, user, ticket).await,
            expected,
            "{app} {user} {ticket}"
        );
    }
    for user in ["@TIM#SYSTEM", "@TLS#x", "@RBT#1", &"x".repeat(33), "名"] {
        let code = code(&server, APP, user, &signed(user, APP, KEY, now, 604_800)).await;
        assert!(code != 0, "{user} is nobody");
    }
}

#[tokio::test]
async fn a_ticket_ends_in_the_second_after_its_last() {
    let server = TestServer::start().await;
    let now = server.app().clock.now().secs();
    let identifier = "alice".to_owned();
    let ticket = sign(
        KEY,
        &Ticket {
            identifier,
            sdkappid: APP,
            time: now,
            expire: 100,
            userbuf: None,
        },
    );
    server.pass(90_000);
    assert_eq!(code(&server, APP, "alice", &ticket).await, 0);
    server.pass(11_000);
    assert_eq!(code(&server, APP, "alice", &ticket).await, 70001);
}

#[tokio::test]
async fn after_a_kick_old_tickets_are_refused_and_new_ones_work() {
    let server = TestServer::start().await;
    let mut client = VendorClient::log_in(&server, "alice").await;
    let old = server.ticket("alice");
    server.pass(1_000);
    server
        .rest_ok("im_open_login_svc/kick", json!({"UserID": "alice"}))
        .await;
    let event = client.next_event().await;
    assert_eq!(
        event["C2cNotifyMsgArray"][0]["KickoutMsgNotify"]["KickType"], 3,
        "{event}"
    );
    client.heartbeat().await;
    let hello = client.code("im_open_status.wshello", json!({"is_web_uniapp": 0})).await;
    assert_eq!(hello, 70052, "he was just told that nobody is logged in here any more");
    assert_eq!(code(&server, APP, "alice", &old).await, 70001);
    server.pass(10_000);
    let hello = client.code("im_open_status.wshello", json!({"is_web_uniapp": 0})).await;
    assert_eq!(hello, 70001, "he did not listen");
    assert_eq!(code(&server, APP, "alice", &server.ticket("alice")).await, 0);
}

#[tokio::test]
async fn a_second_login_kicks_the_first_which_may_still_say_goodbye() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut first = VendorClient::member(&server, "alice", "a").await;
    let mut second = VendorClient::log_in(&server, "alice").await;
    let event = first.next_event().await;
    assert_eq!(
        event["C2cNotifyMsgArray"][0]["KickoutMsgNotify"]["KickType"], 1,
        "{event}"
    );
    let goodbye = first.call("im_open_status.wslogout", json!({"wslogout_type": 1})).await;
    assert_eq!(goodbye["ErrorCode"], 0, "the SDK says goodbye after a kick");
    first.heartbeat().await;
    assert_eq!(first.try_say("a", "am I here?").await, 70001);
    second
        .call_ok("im_open_status.wshello", json!({"is_web_uniapp": 0}))
        .await;
    assert_eq!(
        second.try_say("a", "not joined").await,
        10007,
        "LR-M5: a new login joins anew"
    );
    assert_eq!(server.online("a").await, 0);
}

#[tokio::test]
async fn a_page_that_logs_in_twice_on_one_socket_is_not_kicked_by_itself() {
    let server = TestServer::start().await;
    let mut client = VendorClient::log_in(&server, "alice").await;
    client.login("alice", &server.ticket("alice")).await;
    client.call_ok("im_open_status.wshello", json!({})).await;
    server
        .rest_ok(
            "profile/portrait_set",
            json!({
                "From_Account": "alice", "ProfileItem": [{"Tag": "Tag_Profile_IM_Nick", "Value": "A"}],
            }),
        )
        .await;
    let event = client.next_event().await;
    assert!(
        event["ProfileDataMod"].is_array(),
        "the first event is no kick: {event}"
    );
}

#[tokio::test]
async fn after_a_logout_the_socket_serves_the_next_login() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut client = VendorClient::member(&server, "alice", "a").await;
    assert_eq!(client.log_out().await["ErrorCode"], 0);
    client.heartbeat().await;
    assert_eq!(client.code("im_open_status.wshello", json!({})).await, 70001);
    assert_eq!(server.online("a").await, 0, "a logout leaves the room");
    client.login("bob", &server.ticket("bob")).await;
    client.join("a").await;
    let mut carol = VendorClient::member(&server, "carol", "a").await;
    client.say("a", "it is bob").await;
    assert_eq!(carol.next_message().await["From_Account"], "bob");
    let again = client.log_out().await;
    assert_eq!(again["ErrorCode"], 0);
    assert_eq!(client.log_out().await["ErrorCode"], 0, "logging out twice is fine");
}

#[tokio::test]
async fn what_the_sdks_ask_at_login_is_answered_as_the_wire_page_says() {
    let server = TestServer::start().await;
    let mut client = VendorClient::log_in(&server, "alice").await;
    let profile = json!({"From_Account": "alice", "UserItem": [{"To_Account": "alice", "StandardSequence": 0}]});
    let table: Vec<(&str, Value, Value)> = vec![
        ("heartbeat.alive", json!({}), json!({})),
        ("im_open_status.wshello", json!({"is_web_uniapp": 0}), json!({})),
        ("imopenstat.tim_web_report_v2", json!({}), json!({})),
        ("openim.authkey", json!({}), json!({})),
        (
            "recentcontact.page_get",
            json!({}),
            json!({"CompleteFlag": 1, "SessionItem": []}),
        ),
        (
            "recentcontact.get_contact_group",
            json!({}),
            json!({"CompleteFlag": 1, "NextStartIndex": 0, "GroupItem": [], "ContactItem": []}),
        ),
        (
            "recentcontact.search_contact_group",
            json!({"ContactItem": []}),
            json!({}),
        ),
        (
            "openim.getmsg",
            json!({"Cookie": "", "SyncFlag": 0}),
            json!({"Cookie": "", "SyncFlag": 2, "MsgList": []}),
        ),
        (
            "sns.black_list_get",
            json!({}),
            json!({"BlackListItem": [], "StartIndex": 0, "CurruentSequence": 0}),
        ),
        (
            "sns.friend_get",
            json!({}),
            json!({"UserDataItem": [], "FriendNum": 0, "CompleteFlag": 1, "NextStartIndex": 0}),
        ),
        (
            "sns.pendency_get",
            json!({}),
            json!({"PendencyItem": [], "UnreadPendencyCount": 0}),
        ),
        ("sns.group_get", json!({}), json!({"ResultItem": []})),
        (
            "group_open_http_svc.get_joined_group_list",
            json!({}),
            json!({"TotalCount": 0, "GroupIdList": []}),
        ),
        (
            "million_group_open_http_svc.get_joined_group_list",
            json!({}),
            json!({"GroupIdList": []}),
        ),
        (
            "openim.get_c2c_peer_mute_notifications",
            json!({}),
            json!({"MuteNotificationsList": [], "UpdateSeq": 1}),
        ),
        (
            "im_sdk_config_mgr.fetch_config",
            json!({"uint32_sdkappid": APP, "uint64_version": 0}),
            json!({"int32_error_code": 0, "uint32_expired_time": 7200, "uint64_version": 1}),
        ),
        (
            "im_sdk_config_mgr.fetch_imsdk_purchase_bitsv2",
            json!({"uint32_sdkappid": APP}),
            json!({"int32_error_code": 0, "uint32_expired_time": 7200}),
        ),
        (
            "openim.get_peer_read_time",
            json!({"To_Account": ["a", "b"]}),
            json!({"ReadTime": [0, 0]}),
        ),
        ("profile.portrait_get_all", profile, json!({})),
    ];
    for (servcmd, body, expected) in table {
        let answer = client.call_ok(servcmd, body).await;
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&answer[name], value, "{servcmd}: {name}");
        }
    }
    let config = client.call_ok("im_sdk_config_mgr.fetch_config", json!({})).await;
    let settings: Value = serde_json::from_str(config["str_json_config"].as_str().unwrap()).unwrap();
    assert!(
        settings.as_object().unwrap().values().all(Value::is_string),
        "values are strings: {settings}"
    );
    client
        .request("openim.ws_msg_push_ack", json!({"SessionData": "x"}))
        .await;
    client.heartbeat().await;
    assert_eq!(client.waiting_answers(), 0, "a receipt is one-way");
}

#[tokio::test]
async fn unknown_commands_are_answered_with_10003_logged_in_or_not() {
    let server = TestServer::start().await;
    let mut client = VendorClient::connect(&server).await;
    for servcmd in [
        "nope.nope",
        "group_open_http_svc.no_such_command",
        "openim.modify_c2c_msg",
        "",
        "\u{0}\"\\",
        "名.名",
    ] {
        assert_eq!(client.code(servcmd, json!({})).await, 10003, "{servcmd:?} before login");
    }
    client.login("alice", &server.ticket("alice")).await;
    for servcmd in ["nope.nope", &"x".repeat(1_000)] {
        let answer = client.call(servcmd, json!({"a": 1})).await;
        assert_eq!(answer["ErrorCode"], 10003);
        assert!(!answer["ErrorInfo"].as_str().unwrap().is_empty(), "with a text");
    }
}

#[tokio::test]
async fn profiles_are_set_read_and_told_to_the_own_terminal() {
    let server = TestServer::start().await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    server.import(&["bob"]).await;
    let items = json!([
        {"Tag": "Tag_Profile_IM_Nick", "Value": "Alice"}, {"Tag": "Tag_Profile_IM_Image", "Value": "http://x/a.png"},
    ]);
    alice
        .call_ok(
            "profile.portrait_set",
            json!({"From_Account": "bob", "ProfileItem": items}),
        )
        .await;
    let asked = json!([{"To_Account": "alice"}, {"To_Account": "bob"}, {"To_Account": "nobody"}]);
    let answer = alice
        .call_ok(
            "profile.portrait_get_all",
            json!({"From_Account": "alice", "UserItem": asked}),
        )
        .await;
    let empty = json!([{"Tag": "Tag_Profile_IM_Nick", "Value": ""}, {"Tag": "Tag_Profile_IM_Image", "Value": ""}]);
    let found: Vec<_> = answer["UserProfileItem"].as_array().unwrap().iter().collect();
    assert_eq!(found.len(), 2, "unknown users are left out: {answer}");
    assert_eq!(
        (&found[0]["To_Account"], &found[0]["ProfileItem"]),
        (&json!("alice"), &items)
    );
    assert_eq!(
        (&found[1]["To_Account"], &found[1]["ProfileItem"]),
        (&json!("bob"), &empty),
        "From_Account is not believed"
    );
    let event = alice.next_event().await;
    assert_eq!(event["ProfileDataMod"][0]["Profile_Account"], "alice");
    let changed = event["ProfileDataMod"][0]["ProfileList"].clone();
    assert!(
        changed
            .as_array()
            .unwrap()
            .contains(&json!({"Tag": "Tag_Profile_IM_Nick", "ValueBytes": "Alice"}))
    );
    for (body, expected) in [
        (json!({"ProfileItem": [{"Tag": "Nope", "Value": "x"}]}), 40009),
        (
            json!({"ProfileItem": [{"Tag": "Tag_Profile_IM_Nick", "Value": "x".repeat(501)}]}),
            40601,
        ),
        (json!({"ProfileItem": 7}), 40001),
        (json!({}), 40001),
    ] {
        assert_eq!(
            alice.code("profile.portrait_set", body.clone()).await,
            expected,
            "{body}"
        );
    }
    let many: Vec<_> = (0..101).map(|i| json!({"To_Account": format!("u{i}")})).collect();
    let body = |n: usize| json!({"UserItem": many[..n]});
    assert_eq!(alice.code("profile.portrait_get_all", body(100)).await, 0);
    assert_eq!(alice.code("profile.portrait_get_all", body(101)).await, 40001);
}

#[tokio::test]
async fn a_displaced_client_hears_of_the_kick_before_any_of_its_commands_is_refused_and_not_of_an_expired_ticket() {
    const HELLO: &str = "im_open_status.wshello";
    let server = TestServer::with(|config| config.limits.commands_burst = 10_000).await;
    for round in 0..10 {
        let mut old = VendorClient::log_in(&server, "alice").await;
        let mut asked = Vec::new();
        for _ in 0..20 {
            asked.push(old.request(HELLO, json!({})).await);
        }
        // The new login is worked on while the old page's commands are.
        let new = tokio::spawn({
            let (ticket, client) = (server.ticket("alice"), VendorClient::connect(&server).await);
            async move {
                let mut client = client;
                client.login("alice", &ticket).await
            }
        });
        for _ in 0..80 {
            asked.push(old.request(HELLO, json!({})).await);
        }
        for seq in asked {
            let code = old.answer(HELLO, seq).await["ErrorCode"].clone();
            if code != 0 {
                assert_eq!(
                    code, 70052,
                    "round {round}: an SDK tells its page that the UserSig has expired"
                );
                assert_eq!(old.waiting_events(), 1, "round {round}: refused before it was told why");
            }
        }
        new.await.unwrap();
        let kick = old.next_event().await;
        assert_eq!(kick["C2cNotifyMsgArray"][0]["KickoutMsgNotify"]["KickType"], 1);
    }
}
