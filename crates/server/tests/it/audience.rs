//! Who is there: the online list, marks, robots, the rooms of an account, roles; and broadcasts (LR-M16, LR-M17, LR-M18,
//! LR-S8).

use serde_json::{Value, json};
use testkit::{TestServer, VendorClient, text_body};

const LIST: &str = "group_open_avchatroom_http_svc/get_members";
const MARK: &str = "group_open_avchatroom_http_svc/modify_user_info";
const BROADCAST: &str = "group_open_http_svc/send_broadcast_msg";

fn accounts(list: &Value) -> Vec<String> {
    let list = list["MemberList"].as_array().unwrap();
    list.iter()
        .map(|member| member["Member_Account"].as_str().unwrap().to_owned())
        .collect()
}

async fn listed(server: &TestServer, mut ask: Value) -> Vec<String> {
    ask["GroupId"] = json!("a");
    accounts(&server.rest_ok(LIST, ask).await)
}

#[tokio::test]
async fn lr_m16_the_list_comes_in_pages_newest_first() {
    let server = TestServer::with(|config| config.rooms.join_tips = false).await;
    server.create_room("a").await;
    // Robots are the cheapest people: as many as there may be, and two who are really there.
    let names: Vec<_> = (0..1_000).map(|n| format!("robot{n}")).collect();
    let mut first = VendorClient::member(&server, "first", "a").await;
    for some in names.chunks(100) {
        let some: Vec<_> = some.iter().map(String::as_str).collect();
        server.import(&some).await;
        let body = json!({"GroupId": "a", "Member_Account": some});
        server.rest_ok("group_open_avchatroom_http_svc/add_robots", body).await;
    }
    let _last = VendorClient::member(&server, "last", "a").await;
    server.import(&["one-more"]).await;
    let body = json!({"GroupId": "a", "Member_Account": ["one-more"]});
    let refused = server.rest("group_open_avchatroom_http_svc/add_robots", body).await;
    assert_eq!(refused["ErrorCode"], 10004);
    assert_eq!(server.online("a").await, 1_002);
    let page = server.rest_ok(LIST, json!({"GroupId": "a", "Timestamp": 0})).await;
    let (mut all, next) = (accounts(&page), page["NextTimestamp"].as_u64().unwrap());
    assert_eq!((all.len(), all[0].as_str(), all[1].as_str()), (500, "last", "robot999"));
    assert!(next > 0);
    let page = server.rest_ok(LIST, json!({"GroupId": "a", "Timestamp": next})).await;
    assert_eq!(page["NextTimestamp"], 0);
    all.extend(accounts(&page));
    // The newest thousand; whoever came before is there all the same.
    assert_eq!((all.len(), all[999].as_str()), (1_000, "robot1"));
    let body = json!({"GroupId": "a", "Member_Account": ["first", "robot0", "one-more"]});
    let there = server
        .rest_ok("group_open_avchatroom_http_svc/check_members", body)
        .await;
    assert_eq!(there["Member_Account"], json!(["first", "robot0"]));
    // The same list through the client's door, for members only.
    let own = first.call_ok(
        "group_open_avchatroom_http_svc.get_members",
        json!({"GroupId": "a", "Timestamp": 0}),
    );
    assert_eq!(accounts(&own.await).len(), 500);
    let mut stranger = VendorClient::log_in(&server, "stranger").await;
    let code = stranger.code(
        "group_open_avchatroom_http_svc.get_members",
        json!({"GroupId": "a", "Timestamp": 0}),
    );
    assert_eq!(code.await, 10007);
}

#[tokio::test]
async fn lr_m17_marks_filter_the_list_and_end_with_leaving() {
    let server = TestServer::start().await;
    server.create_room_of("a", "host").await;
    let mut host = VendorClient::member(&server, "host", "a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    let mark = |user: &str, mark: u32, command: u8| json!({"GroupId": "a", "CommandType": command, "MemberList": [{"Member_Account": user, "Marks": [mark]}]});
    let marking = "group_open_avchatroom_http_svc.modify_user_info";
    host.call_ok(marking, mark("fan", 1000, 1)).await;
    assert_eq!(
        fan.code(marking, mark("host", 1000, 1)).await,
        10007,
        "only moderators mark"
    );
    assert_eq!(
        host.code(marking, mark("fan", 600, 1)).await,
        10007,
        "special marks are the backend's"
    );
    assert_eq!(listed(&server, json!({"Mark": 1000})).await, ["fan"]);
    server.rest_ok(MARK, mark("fan", 600, 1)).await;
    assert_eq!(listed(&server, json!({})).await, ["host"], "hidden");
    assert_eq!(listed(&server, json!({"Mark": 600})).await, ["fan"]);
    server.rest_ok(MARK, mark("fan", 600, 2)).await;
    assert_eq!(fan.quit("a").await, 0);
    fan.join("a").await;
    assert_eq!(listed(&server, json!({"Mark": 1000})).await, [""; 0]);
}

#[tokio::test]
async fn a_robot_is_there_for_three_days_also_over_a_restart() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    server.import(&["r2", "r1"]).await;
    let body = json!({"GroupId": "a", "Member_Account": ["r1"]});
    server.rest_ok("group_open_avchatroom_http_svc/add_robots", body).await;
    // The same by its mark.
    let mark = json!({"GroupId": "a", "CommandType": 1, "MemberList": [{"Member_Account": "r2", "Marks": [500]}]});
    server.rest_ok(MARK, mark).await;
    server.crash_and_restart().await;
    let mut both = listed(&server, json!({"Mark": 500})).await;
    both.sort();
    assert_eq!(both, ["r1", "r2"]);
    let body = json!({"GroupId": "a", "Member_Account": ["r1"]});
    server.rest_ok("group_open_avchatroom_http_svc/del_robots", body).await;
    assert_eq!(
        (listed(&server, json!({})).await, server.online("a").await),
        (vec!["r2".to_owned()], 1)
    );
    server.pass(3 * 86_400_000);
    testkit::eventually("the robot to go", async || {
        (server.online("a").await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn live_rooms_of_an_account_are_listed_where_they_are_asked_for() {
    let server = TestServer::start().await;
    for room in ["a", "b", "c"] {
        server.create_room(room).await;
    }
    let mut bob = VendorClient::member(&server, "bob", "b").await;
    bob.join("a").await;
    let joined = async |more: Value| {
        let mut body = json!({"Member_Account": "bob"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = server.rest_ok("group_open_http_svc/get_joined_group_list", body).await;
        (answer["TotalCount"].clone(), answer["GroupIdList"].clone())
    };
    assert_eq!(joined(json!({})).await, (json!(0), json!([])));
    let both = json!([{"GroupId": "a"}, {"GroupId": "b"}]);
    assert_eq!(joined(json!({"WithHugeGroups": 1})).await, (json!(2), both));
    let second = json!([{"GroupId": "b"}]);
    assert_eq!(
        joined(json!({"WithHugeGroups": 1, "Limit": 1, "Offset": 1})).await,
        (json!(2), second)
    );
    assert_eq!(
        joined(json!({"WithHugeGroups": 1, "GroupType": "Public"})).await,
        (json!(0), json!([]))
    );
}

#[tokio::test]
async fn lr_m18_the_owner_makes_admins_and_nobody_else() {
    let server = TestServer::start().await;
    server.create_room_of("a", "host").await;
    let mut host = VendorClient::member(&server, "host", "a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    let servcmd = "group_open_http_svc.modify_group_member_info";
    let role = |user: &str, role: &str| json!({"GroupId": "a", "Member_Account": user, "Role": role});
    assert_eq!(fan.code(servcmd, role("fan", "Admin")).await, 10007);
    assert_eq!(host.code(servcmd, role("fan", "Owner")).await, 10004);
    assert_eq!(
        host.code(
            servcmd,
            json!({"GroupId": "a", "Member_Account": "fan", "NameCard": "x"})
        )
        .await,
        10007
    );
    host.call_ok(servcmd, role("fan", "Admin")).await;
    let admins = server
        .rest_ok("group_open_avchatroom_http_svc/get_admin_list", json!({"GroupId": "a"}))
        .await;
    assert_eq!(admins["Admin_List"][0]["Admin_Account"], "fan");
    host.call_ok(servcmd, role("fan", "Member")).await;
    let admins = server
        .rest_ok("group_open_avchatroom_http_svc/get_admin_list", json!({"GroupId": "a"}))
        .await;
    assert_eq!(admins["Admin_List"], json!([]));
}

#[tokio::test]
async fn lr_s8_a_broadcast_reaches_every_room_of_the_app_whether_pushed_or_polled() {
    let server = TestServer::start().await;
    for room in ["a", "b"] {
        server.create_room(room).await;
    }
    server.import(&["host"]).await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "b").await;
    let mut guest = VendorClient::connect(&server).await;
    let mut poller = guest.join_as_guest("a").await;
    let mut body = text_body("a", "to all");
    body["From_Account"] = json!("host");
    let first = server.rest_ok(BROADCAST, body.clone()).await["MsgSeq"]
        .as_u64()
        .unwrap();
    body["Random"] = json!(8);
    assert!(
        server.rest_ok(BROADCAST, body).await["MsgSeq"].as_u64().unwrap() > first,
        "the number grows"
    );
    let (one, other) = (alice.next_message().await, bob.next_message().await);
    for message in [&one, &other] {
        assert_eq!(message["MsgBody"][0]["MsgContent"]["Text"], "to all");
        assert_eq!(message["From_Account"], "host");
    }
    // One message with one identity, so that whoever is in both rooms shows it once.
    let id = |message: &Value| ["TinyId", "MsgClientTime", "MsgRandom"].map(|part| message[part].clone());
    assert_eq!(id(&one), id(&other));
    assert_eq!(id(&poller.next_broadcast(&mut guest).await), id(&one));
}

#[tokio::test]
async fn a_broadcast_is_outside_of_the_rates_and_of_other_apps() {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = 1;
        config.rooms.max_wait_ms = 100;
    })
    .await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    server.say("a", "uses the rate up").await;
    for n in 0..5 {
        let mut body = text_body("a", &format!("b{n}"));
        body["Random"] = json!(n);
        server.rest_ok(BROADCAST, body).await;
    }
    alice
        .expect_texts(&["uses the rate up", "b0", "b1", "b2", "b3", "b4"])
        .await;
    let other = server
        .rest_of(
            testkit::OTHER_APP,
            testkit::OTHER_KEY,
            BROADCAST,
            text_body("x", "not for you"),
        )
        .await;
    assert_eq!(other["ErrorCode"], 0);
    server.rest_ok(BROADCAST, text_body("a", "for you")).await;
    assert_eq!(alice.next_text().await, "for you");
}

#[tokio::test]
async fn the_vendors_call_rates_hold_per_app_and_command() {
    let server = TestServer::with(|config| config.limits.rest_calls_per_s = Default::default()).await;
    let list = "group_open_http_svc/get_appid_group_list";
    assert_eq!(server.rest(list, json!({})).await["ErrorCode"], 0);
    assert_eq!(server.rest(list, json!({})).await["ErrorCode"], 10006);
    let other = server
        .rest_of(testkit::OTHER_APP, testkit::OTHER_KEY, list, json!({}))
        .await;
    assert_eq!(other["ErrorCode"], 0, "each app has its own");
    server.rest_ok(BROADCAST, text_body("a", "x")).await;
    assert_eq!(server.rest(BROADCAST, text_body("a", "y")).await["ErrorCode"], 10023);
    let check = json!({"CheckItem": [{"UserID": "x"}]});
    let codes =
        futures_util::future::join_all((0..300).map(|_| server.rest("im_open_login_svc/account_check", check.clone())));
    let codes: Vec<_> = codes
        .await
        .iter()
        .map(|answer| answer["ErrorCode"].as_i64().unwrap())
        .collect();
    assert!(codes.iter().filter(|code| **code == 0).count() >= 100, "{codes:?}");
    assert!(codes.contains(&60007), "{codes:?}");
    server.pass(1_000);
    assert_eq!(server.rest(list, json!({})).await["ErrorCode"], 0);
}
