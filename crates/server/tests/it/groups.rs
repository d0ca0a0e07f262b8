//! Rooms through the REST door (rest-api.md 7.1 to 7.4, 7.9, 7.20).

use serde_json::{Value, json};
use testkit::{ADMIN, APP, TestServer, VendorClient};

const CREATE: &str = "group_open_http_svc/create_group";
const INFO: &str = "group_open_http_svc/get_group_info";
const MODIFY: &str = "group_open_http_svc/modify_group_base_info";
const DESTROY: &str = "group_open_http_svc/destroy_group";
const LIST: &str = "group_open_http_svc/get_appid_group_list";
const ONLINE: &str = "group_open_http_svc/get_online_member_num";

async fn code(server: &TestServer, command: &str, body: Value) -> i64 {
    server.rest(command, body).await["ErrorCode"].as_i64().unwrap()
}

fn fields(n: usize) -> Value {
    (0..n).map(|i| json!({"Key": format!("k{i}"), "Value": "v"})).collect()
}

#[tokio::test]
async fn a_room_shows_what_it_was_made_with() {
    let server = TestServer::start().await;
    server.import(&["host"]).await;
    let before = server.app().clock.now().secs();
    let made = server
        .rest_ok(
            CREATE,
            json!({
                "Type": "AVChatRoom", "Name": "Evening show", "GroupId": "room-1", "Owner_Account": "host",
                "Introduction": "i", "Notification": "n", "FaceUrl": "http://x/r.png", "MaxMemberCount": 7,
                "ApplyJoinOption": "FreeAccess", "AppDefinedData": [{"Key": "likes", "Value": "0"}],
            }),
        )
        .await;
    assert_eq!(made["GroupId"], "room-1");
    let room = server.room_info("room-1").await;
    for (field, value) in [
        ("GroupId", json!("room-1")),
        ("ErrorCode", json!(0)),
        ("Type", json!("AVChatRoom")),
        ("Name", json!("Evening show")),
        ("Introduction", json!("i")),
        ("Notification", json!("n")),
        ("FaceUrl", json!("http://x/r.png")),
        ("Owner_Account", json!("host")),
        ("Appid", json!(APP)),
        ("NextMsgSeq", json!(1)),
        ("MemberNum", json!(0)),
        ("ApplyJoinOption", json!("FreeAccess")),
        ("MuteAllMember", json!("Off")),
        ("ShutUpAllMember", json!("Off")),
        ("AppDefinedData", json!([{"Key": "likes", "Value": "0"}])),
        ("MemberList", json!([])),
    ] {
        assert_eq!(room[field], value, "{field}");
    }
    let created = room["CreateTime"].as_u64().unwrap();
    assert!(
        (before..=before + 60).contains(&created),
        "{created} is not about {before}"
    );
    for field in ["LastInfoTime", "LastMsgTime", "InfoSeq", "MaxMemberNum"] {
        assert!(room[field].is_u64(), "{field} is an integer");
    }
    let assigned = server.rest_ok(CREATE, json!({"Type": "AVChatRoom", "Name": "n"})).await;
    let id = assigned["GroupId"].as_str().unwrap();
    assert!(id.starts_with("@TGS#a"), "{id}");
    assert_eq!(
        server.room_info(id).await["Owner_Account"],
        "",
        "empty when there is none"
    );
}

#[tokio::test]
async fn create_group_checks_its_fields() {
    let server = TestServer::start().await;
    server.import(&["host"]).await;
    server.create_room_of("taken", "host").await;
    let own = json!({"Type": "AVChatRoom", "Name": "n", "GroupId": "own", "Owner_Account": ADMIN});
    server.rest_ok(CREATE, own.clone()).await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"Type": "AVChatRoom", "Name": "n"});
        body[field] = value;
        body
    };
    let long = |n: usize| json!("x".repeat(n));
    let field = |key: String, value: String| json!([{"Key": key, "Value": value}]);
    for (body, expected) in [
        (json!({"Name": "n"}), 10004),
        (json!({"Type": "AVChatRoom"}), 10004),
        (with("Type", json!(7)), 10004),
        (with("Type", json!("Public")), 10004),
        (with("Type", json!("avchatroom")), 10004),
        (with("Name", json!("")), 10004),
        (with("Name", json!(7)), 10004),
        (with("Name", long(30)), 0),
        (with("Name", long(31)), 10004),
        (with("Name", json!("名".repeat(10))), 0),
        (with("Name", json!("名".repeat(11))), 10004),
        (with("Introduction", long(240)), 0),
        (with("Introduction", long(241)), 10004),
        (with("Notification", long(300)), 0),
        (with("Notification", long(301)), 10004),
        (with("FaceUrl", long(100)), 0),
        (with("FaceUrl", long(101)), 10004),
        (with("GroupId", long(48)), 0),
        (with("GroupId", long(49)), 10015),
        (with("GroupId", json!("名")), 10015),
        (with("GroupId", json!("@TGS#aX")), 10015),
        (with("GroupId", json!(7)), 10004),
        (with("GroupId", json!("taken")), 10021),
        (own, 10025),
        (with("Owner_Account", json!("nobody")), 10019),
        (with("Owner_Account", json!(7)), 10004),
        (with("MemberList", json!([{"Member_Account": "host"}])), 10007),
        (with("MemberList", json!([])), 10007),
        (with("AppDefinedData", json!("x")), 10004),
        (with("AppDefinedData", json!([{"Value": "x"}])), 10004),
        (with("AppDefinedData", field("k".repeat(16), "v".repeat(512))), 0),
        (with("AppDefinedData", field("k".repeat(17), "v".into())), 10004),
        (with("AppDefinedData", field("k".into(), "v".repeat(513))), 10004),
        (with("AppDefinedData", field("k-k".into(), "v".into())), 10004),
        (with("AppDefinedData", fields(20)), 0),
        (with("AppDefinedData", fields(21)), 10004),
        (with("MaxMemberCount", json!(6000)), 0),
    ] {
        assert_eq!(code(&server, CREATE, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn get_group_info_answers_each_room_for_itself() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let answer = server
        .rest_ok(INFO, json!({"GroupIdList": ["a", "unknown", "名"]}))
        .await;
    let infos = answer["GroupInfo"].as_array().unwrap();
    let codes: Vec<_> = infos
        .iter()
        .map(|info| (info["GroupId"].as_str().unwrap(), info["ErrorCode"].as_i64().unwrap()))
        .collect();
    assert_eq!(codes, [("a", 0), ("unknown", 10010), ("名", 10015)]);
    assert!(infos.iter().all(|info| info["ErrorInfo"].is_string()));
    let ids = |n: usize| (0..n).map(|i| format!("r{i}")).collect::<Vec<_>>();
    for (body, expected) in [
        (json!({}), 10004),
        (json!({"GroupIdList": "a"}), 10004),
        (json!({"GroupIdList": [7]}), 10004),
        (json!({"GroupIdList": ids(50)}), 0),
        (json!({"GroupIdList": ids(51)}), 10004),
        (json!({"GroupIdList": ["a"], "ResponseFilter": 7}), 10004),
        (
            json!({"GroupIdList": ["a"], "ResponseFilter": {"GroupBaseInfoFilter": "Name"}}),
            10004,
        ),
    ] {
        assert_eq!(code(&server, INFO, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn get_group_info_answers_what_the_filters_ask_for() {
    let server = TestServer::start().await;
    let body = json!({
        "Type": "AVChatRoom", "Name": "n", "GroupId": "a",
        "AppDefinedData": [{"Key": "k1", "Value": "1"}, {"Key": "k2", "Value": "2"}],
    });
    server.rest_ok(CREATE, body).await;
    let filter = json!({
        "GroupBaseInfoFilter": ["Type", "Name", "ShutUpAllMember"], "MemberInfoFilter": ["Account"],
        "AppDefinedDataFilter_Group": ["k2"],
    });
    let answer = server
        .rest_ok(INFO, json!({"GroupIdList": ["a"], "ResponseFilter": filter}))
        .await;
    let room = answer["GroupInfo"][0].as_object().unwrap();
    assert_eq!((&room["Type"], &room["Name"]), (&json!("AVChatRoom"), &json!("n")));
    assert_eq!(room["ShutUpAllMember"], "Off");
    assert_eq!(room["AppDefinedData"], json!([{"Key": "k2", "Value": "2"}]));
    for absent in [
        "Introduction",
        "Owner_Account",
        "CreateTime",
        "MuteAllMember",
        "NextMsgSeq",
    ] {
        assert!(!room.contains_key(absent), "{absent} was not asked for");
    }
    assert!(
        room.contains_key("GroupId") && room.contains_key("ErrorCode"),
        "always there"
    );
}

#[tokio::test]
async fn modify_changes_what_is_given_and_tells_the_members() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    let change = json!({
        "GroupId": "a", "Name": "New", "Introduction": "i", "Notification": "n", "FaceUrl": "f", "MaxMemberNum": 5,
        "AppDefinedData": [{"Key": "likes", "Value": "5"}, {"Key": "stars", "Value": "1"}],
    });
    server.rest_ok(MODIFY, change).await;
    let tip = loop {
        let item = fan.next_item().await;
        if item["MsgBody"]["OpType"] == 6 {
            break item;
        }
    };
    assert!([4, 6].contains(&tip["Event"].as_i64().unwrap()));
    assert_eq!(tip["GroupInfo"]["GroupId"], "a");
    assert_eq!(tip["MsgBody"]["Operator_Account"], ADMIN);
    let new = &tip["MsgBody"]["MsgGroupNewInfo"];
    assert_eq!(
        (&new["GroupName"], &new["GroupIntroduction"]),
        (&json!("New"), &json!("i"))
    );
    assert_eq!(
        (&new["GroupNotification"], &new["GroupFaceUrl"]),
        (&json!("n"), &json!("f"))
    );
    assert_eq!(
        new["MsgAppDefinedData"],
        json!([{"Key": "likes", "Value": "5"}, {"Key": "stars", "Value": "1"}])
    );
    let before = server.room_info("a").await;
    for (spelling, value, shown) in [
        ("MuteAllMember", "On", "On"),
        ("ShutUpAllMember", "Off", "Off"),
        ("ShutUpAllMember", "On", "On"),
        ("MuteAllMember", "Off", "Off"),
    ] {
        server.rest_ok(MODIFY, json!({"GroupId": "a", spelling: value})).await;
        let room = server.room_info("a").await;
        assert_eq!(
            (&room["MuteAllMember"], &room["ShutUpAllMember"]),
            (&json!(shown), &json!(shown))
        );
    }
    let deletion = json!({"GroupId": "a", "AppDefinedData": [{"Key": "likes", "Value": ""}]});
    server.rest_ok(MODIFY, deletion).await;
    let after = server.room_info("a").await;
    assert_eq!(
        after["AppDefinedData"],
        json!([{"Key": "stars", "Value": "1"}]),
        "an empty value deletes"
    );
    assert_eq!(
        (&after["Name"], &after["Introduction"]),
        (&json!("New"), &json!("i")),
        "what is not given stays"
    );
    assert!(
        after["InfoSeq"].as_u64() > before["InfoSeq"].as_u64(),
        "it grows with each change"
    );
    // No tip for mute-all (LR-X5): the next thing that the member hears is the deletion of the custom field.
    let next = fan.next_item().await;
    assert!(
        next["MsgBody"]["MsgGroupNewInfo"]["MsgAppDefinedData"].is_array(),
        "{next}"
    );
}

#[tokio::test]
async fn modify_checks_its_fields_and_changes_nothing_when_it_refuses() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let before = server.room_info("a").await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"GroupId": "a", "Introduction": "changed"});
        body[field] = value;
        body
    };
    let long = |n: usize| json!("x".repeat(n));
    for (body, expected) in [
        (json!({"Name": "n"}), 10004),
        (json!({"GroupId": 7, "Name": "n"}), 10004),
        (json!({"GroupId": "unknown", "Name": "n"}), 10010),
        (json!({"GroupId": "名", "Name": "n"}), 10015),
        (with("Name", json!("")), 10004),
        (with("Name", json!(7)), 10004),
        (with("Name", long(31)), 10004),
        (with("Introduction", long(241)), 10004),
        (with("Notification", long(301)), 10004),
        (with("FaceUrl", long(101)), 10004),
        (with("MuteAllMember", json!("on")), 10004),
        (with("ShutUpAllMember", json!(true)), 10004),
        (with("AppDefinedData", fields(21)), 10004),
        (with("AppDefinedData", json!({"Key": "k"})), 10004),
    ] {
        assert_eq!(code(&server, MODIFY, body.clone()).await, expected, "{body}");
    }
    assert_eq!(server.room_info("a").await, before);
    for body in [
        json!({"GroupId": "a"}),
        with("Name", long(30)),
        with("Notification", long(300)),
        with("AppDefinedData", fields(20)),
    ] {
        assert_eq!(code(&server, MODIFY, body.clone()).await, 0, "{body}");
    }
}

#[tokio::test]
async fn destroy_ends_a_room_once_and_frees_its_id() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    server.rest_ok(DESTROY, json!({"GroupId": "a"})).await;
    let notice = loop {
        let item = fan.next_item().await;
        if item["Event"] == 5 {
            break item;
        }
    };
    assert_eq!(notice["MsgBody"]["ReportType"], 5);
    assert_eq!(notice["GroupInfo"]["GroupId"], "a");
    for (command, body) in [
        (DESTROY, json!({"GroupId": "a"})),
        (MODIFY, json!({"GroupId": "a", "Name": "n"})),
        (ONLINE, json!({"GroupId": "a"})),
        ("group_open_http_svc/send_group_msg", testkit::text_body("a", "late")),
    ] {
        assert_eq!(code(&server, command, body).await, 10010, "{command} after the end");
    }
    assert_eq!(server.room_info("a").await["ErrorCode"], 10010);
    assert_eq!(fan.try_say("a", "late").await, 10010);
    for (body, expected) in [
        (json!({}), 10004),
        (json!({"GroupId": "unknown"}), 10010),
        (json!({"GroupId": "名"}), 10015),
    ] {
        assert_eq!(code(&server, DESTROY, body.clone()).await, expected, "{body}");
    }
    server.create_room("a").await;
    assert_eq!(server.online("a").await, 0, "nobody is carried over");
    assert_eq!(fan.try_say("a", "not a member here").await, 10007);
}

#[tokio::test]
async fn the_list_of_rooms_is_paged() {
    let server = TestServer::start().await;
    let rooms = ["a", "b", "c", "d", "e"];
    for room in rooms {
        server.create_room(room).await;
    }
    let (mut next, mut seen, mut pages) = (json!(0), Vec::new(), 0);
    loop {
        let body = json!({"Limit": 2, "Next": next, "GroupType": "AVChatRoom"});
        let page = server.rest_ok(LIST, body).await;
        assert_eq!(page["TotalCount"], 5, "of all pages");
        let ids = page["GroupIdList"].as_array().unwrap();
        assert!(ids.len() <= 2);
        seen.extend(ids.iter().map(|id| id["GroupId"].as_str().unwrap().to_owned()));
        pages += 1;
        next = page["Next"].clone();
        if next == 0 {
            break;
        }
    }
    seen.sort();
    assert_eq!((seen, pages), (rooms.map(str::to_owned).to_vec(), 3));
    let all = server.rest_ok(LIST, json!({})).await;
    assert_eq!(
        (all["GroupIdList"].as_array().unwrap().len(), &all["Next"]),
        (5, &json!(0))
    );
    let none = server.rest_ok(LIST, json!({"GroupType": "Public"})).await;
    assert_eq!((&none["TotalCount"], &none["GroupIdList"]), (&json!(0), &json!([])));
    for (body, expected) in [
        (json!({"Limit": 1}), 0),
        (json!({"Limit": 10_000}), 0),
        (json!({"Limit": 10_001}), 10004),
        (json!({"Limit": "2"}), 10004),
        (json!({"Next": -1}), 10004),
        (json!({"Next": "x"}), 10004),
        (json!({"GroupType": 7}), 10004),
        (json!({"Next": u64::MAX}), 0),
    ] {
        assert_eq!(code(&server, LIST, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn the_online_number_follows_members_and_guests() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    assert_eq!(server.online("a").await, 0);
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    assert_eq!(server.online("a").await, 1);
    alice.join("a").await;
    assert_eq!(server.online("a").await, 1, "a second join is no second member");
    let mut guest = VendorClient::connect(&server).await;
    guest.join_as_guest("a").await;
    assert_eq!(server.online("a").await, 2, "guests count by default (decision 19)");
    assert_eq!(alice.quit("a").await, 0);
    assert_eq!(server.online("a").await, 1);
    for (body, expected) in [
        (json!({}), 10004),
        (json!({"GroupId": ["a"]}), 10004),
        (json!({"GroupId": "unknown"}), 10010),
        (json!({"GroupId": "x".repeat(49)}), 10015),
    ] {
        assert_eq!(code(&server, ONLINE, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn the_join_option_can_be_changed_and_raises_no_tip() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    assert_eq!(fan.next_item().await["MsgBody"]["OpType"], 1, "his own coming");
    let modify = "group_open_http_svc/modify_group_base_info";
    server
        .rest_ok(modify, json!({"GroupId": "a", "ApplyJoinOption": "DisableApply"}))
        .await;
    let wrong = server
        .rest(modify, json!({"GroupId": "a", "ApplyJoinOption": "Nope"}))
        .await;
    assert_eq!(wrong["ErrorCode"], 10004);
    let info = server
        .rest_ok("group_open_http_svc/get_group_info", json!({"GroupIdList": ["a"]}))
        .await;
    assert_eq!(info["GroupInfo"][0]["ApplyJoinOption"], "DisableApply");
    server
        .rest_ok("group_open_http_svc/send_group_msg", testkit::text_body("a", "next"))
        .await;
    assert_eq!(fan.next_item().await["Event"], 3, "the message is the next thing");
}

#[tokio::test]
async fn an_app_makes_so_many_rooms_a_day_and_dismissed_ones_do_not_count() {
    let server = TestServer::with(|config| config.limits.new_rooms_per_day_max = 2).await;
    let make = async |id: &str| {
        code(
            &server,
            CREATE,
            json!({"Type": "AVChatRoom", "Name": "n", "GroupId": id}),
        )
        .await
    };
    assert_eq!((make("a").await, make("b").await, make("c").await), (0, 0, 10006));
    server.rest_ok(DESTROY, json!({"GroupId": "a"})).await;
    assert_eq!((make("c").await, make("d").await), (0, 10006));
    server.pass(86_400_000);
    assert_eq!(make("d").await, 0);
}
