//! Input that nobody means well (decision 37): answered with a documented code or a close, never with an internal code,
//! never with a panic, and nothing of the state changes. The testkit fails a test whose server panicked, and every
//! answer with an internal code.

use serde_json::{Value, json};
use server::doors::{rest, websdk};
use std::collections::BTreeMap;
use testkit::{TestServer, VendorClient, text_body};
use tokio_tungstenite::tungstenite::Message;

/// Random numbers that are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, max: u64) -> Vec<u8> {
        let len = self.roll() % max;
        (0..len).map(|_| self.roll() as u8).collect()
    }
}

/// Every member that any command reads, with the values of a request that is fine.
fn members() -> BTreeMap<&'static str, Value> {
    let room = text_body("a", "hostile");
    let mut members: BTreeMap<_, _> = [
        ("UserID", json!("alice")),
        ("Identifier", json!("alice")),
        ("Nick", json!("n")),
        ("FaceUrl", json!("f")),
        ("Accounts", json!(["alice"])),
        ("AccountList", json!([{"UserID": "alice"}])),
        ("CheckItem", json!([{"UserID": "alice"}])),
        ("DeleteItem", json!([{"UserID": "nobody"}])),
        ("To_Account", json!(["alice"])),
        ("IsNeedDetail", json!(1)),
        ("From_Account", json!("alice")),
        ("ProfileItem", json!([{"Tag": "Tag_Profile_IM_Nick", "Value": "n"}])),
        ("TagList", json!(["Tag_Profile_IM_Nick"])),
        ("UserItem", json!([{"To_Account": "alice"}])),
        ("Type", json!("AVChatRoom")),
        ("Name", json!("n")),
        ("Introduction", json!("i")),
        ("Notification", json!("n")),
        ("Owner_Account", json!("alice")),
        ("ApplyJoinOption", json!("FreeAccess")),
        ("AppDefinedData", json!([{"Key": "k", "Value": "v"}])),
        ("MuteAllMember", json!("Off")),
        ("ShutUpAllMember", json!("Off")),
        ("GroupIdList", json!(["a"])),
        (
            "ResponseFilter",
            json!({"GroupBaseInfoFilter": ["Name"], "AppDefinedDataFilter_Group": ["k"]}),
        ),
        ("Limit", json!(10)),
        ("Next", json!(0)),
        ("GroupType", json!("AVChatRoom")),
        ("CloudCustomData", json!("c")),
        ("ClientSeq", json!(1)),
        ("Content", json!("c")),
        ("ToMembers_Account", json!(["alice"])),
        ("Key", json!("k")),
        ("StartSeq", json!(0)),
        ("State", json!("Online")),
        ("wslogout_type", json!(0)),
        ("GroupAttr", json!([{"key": "k", "value": "v"}])),
        ("AttrMainSeq", json!(0)),
        ("AttrControl", json!(["RaceConflict"])),
        ("GroupCounter", json!([{"Key": "k", "Value": 1}])),
        ("GroupCounterKeys", json!(["k"])),
        ("Mode", json!("Increase")),
        ("Timestamp", json!(0)),
        ("Mark", json!(1000)),
        ("CommandType", json!(1)),
        ("MemberList", json!([{"Member_Account": "alice", "Marks": [1000]}])),
        ("Member_Account", json!("alice")),
        ("Role", json!("Member")),
        ("Members_Account", json!(["alice"])),
        ("MuteTime", json!(0)),
        ("Duration", json!(1)),
        ("MsgSeq", json!(1)),
        ("MsgRandom", json!(1)),
        ("MsgLifeTime", json!(60)),
        ("MsgKey", json!("1_2_3")),
        ("Peer_Account", json!("alice")),
        (
            "MsgInfo",
            json!({"To_Account": "alice", "MsgSeq": 1, "MsgRandom": 1, "MsgTimeStamp": 1}),
        ),
        (
            "C2CMsgReaded",
            json!({"C2CMsgReadedItem": [{"To_Account": "alice", "LastedMsgTime": 1}]}),
        ),
        ("CustomStatus", json!("c")),
        ("Cookie", json!("1")),
    ]
    .into();
    for name in ["GroupId", "Random", "MsgPriority", "MsgBody", "MsgClientTime"] {
        members.insert(name, room[name].clone());
    }
    members
}

/// What stands in the place of each member in turn.
fn wrong_values() -> Vec<Value> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(""),
        json!("\u{0}\u{7f}名😀\"\\"),
        json!("x".repeat(2_000)),
        json!([]),
        json!([null, 1, "x", [], {}]),
        json!({}),
        json!({"Key": 1, "": null}),
        json!([{"UserID": {}, "To_Account": 7, "Tag": [], "Key": {}, "MsgType": 1, "MsgContent": 7}]),
        deep,
    ]
}

/// What must not change: the room, who is there, and how the user looks.
async fn state(server: &TestServer) -> (Value, u64, Value) {
    let get = json!({"To_Account": ["bystander"], "TagList": ["Tag_Profile_IM_Nick", "Tag_Profile_IM_Image"]});
    (
        server.room_info("still").await,
        server.online("still").await,
        server.rest_ok("profile/portrait_get", get).await,
    )
}

async fn with_a_bystander() -> (TestServer, VendorClient) {
    let server = TestServer::with(|config| {
        config.limits.commands_per_second_max = 10_000;
        config.limits.commands_burst = 100_000;
    })
    .await;
    server.create_room("still").await;
    server.create_room("a").await;
    server.import(&["alice"]).await;
    let bystander = VendorClient::member(&server, "bystander", "still").await;
    (server, bystander)
}

#[tokio::test]
async fn wrong_types_in_every_member_of_every_rest_command_harm_nothing() {
    let (server, mut bystander) = with_a_bystander().await;
    let before = state(&server).await;
    let (members, values) = (members(), wrong_values());
    // A broadcast is for every room, also the bystander's.
    let broadcasts = "group_open_http_svc/send_broadcast_msg";
    for command in rest::commands::ALL.iter().filter(|command| command.name != broadcasts) {
        // A command before may have dismissed it.
        let create = json!({"Type": "AVChatRoom", "Name": "n", "GroupId": "a"});
        server.rest("group_open_http_svc/create_group", create).await;
        let url = server.admin_url(command.name);
        for (at, name) in members.keys().enumerate() {
            // Three values for each member; all values over the members.
            for value in (0..3).map(|i| &values[(at * 3 + i) % values.len()]) {
                let mut body: serde_json::Map<_, _> = members
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.clone()))
                    .collect();
                if command.name.ends_with("send_group_msg") {
                    // Alone it would be refused for having targets.
                    body.remove("To_Account");
                }
                body.insert((*name).to_owned(), value.clone());
                // Rooms and accounts of their own, so that what succeeds does not touch the bystander's.
                server.post(&url, Value::Object(body).to_string()).await;
            }
        }
    }
    assert_eq!(state(&server).await, before);
    bystander.say("still", "here").await;
}

/// All places in a body: the way to each node.
fn places(body: &Value, way: &str, found: &mut Vec<String>) {
    found.push(way.to_owned());
    match body {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| places(value, &format!("{way}/{name}"), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, value)| places(value, &format!("{way}/{at}"), found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_node_of_every_good_call_replaced_by_rubbish_harms_nothing() {
    let (server, mut bystander) = with_a_bystander().await;
    server.import(&["host", "bob", "alice", "eve"]).await;
    let before = state(&server).await;
    let broadcasts = "group_open_http_svc/send_broadcast_msg";
    let mut calls = 0;
    for (command, good) in crate::conformance::good_calls() {
        if command == broadcasts {
            // It is for every room, also the bystander's.
            continue;
        }
        let url = server.admin_url(command);
        let create = json!({"Type": "AVChatRoom", "Name": "n", "GroupId": "r", "Owner_Account": "host"});
        server.rest("group_open_http_svc/create_group", create).await;
        let mut ways = Vec::new();
        places(&good, "", &mut ways);
        for way in ways {
            for value in wrong_values() {
                let mut body = good.clone();
                *body.pointer_mut(&way).unwrap() = value;
                // The helper fails the test on an internal code; a panic fails it at its end.
                server.post(&url, body.to_string()).await;
                calls += 1;
            }
        }
    }
    assert!(calls > 3_000, "{calls} malformed calls");
    assert_eq!(state(&server).await, before);
    bystander.say("still", "here").await;
}

#[tokio::test]
async fn wrong_types_in_every_member_of_every_web_sdk_command_harm_nothing() {
    let (server, mut bystander) = with_a_bystander().await;
    let before = state(&server).await;
    let (members, values) = (members(), wrong_values());
    let mut client = VendorClient::log_in(&server, "mallory").await;
    for servcmd in websdk::commands::ALL.iter().map(|command| command.name) {
        client.join("a").await;
        for (at, name) in members.keys().enumerate() {
            let value = &values[at % values.len()];
            let mut body: serde_json::Map<_, _> = members
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect();
            body.insert((*name).to_owned(), value.clone());
            let seq = client.request(servcmd, Value::Object(body)).await;
            if servcmd == "openim.ws_msg_push_ack" {
                continue;
            }
            client.answer(servcmd, seq).await;
        }
        for body in &values {
            let seq = client.request(servcmd, body.clone()).await;
            if servcmd != "openim.ws_msg_push_ack" {
                client.answer(servcmd, seq).await;
            }
        }
        // The table has a logout, too.
        if client.code("im_open_status.wshello", json!({})).await != 0 {
            client = VendorClient::log_in(&server, "mallory").await;
        }
    }
    assert_eq!(state(&server).await, before);
    bystander.say("still", "here").await;
}

#[tokio::test]
async fn wrong_types_in_the_head_end_the_connection_or_are_answered() {
    let (server, mut bystander) = with_a_bystander().await;
    let before = state(&server).await;
    let mut client = VendorClient::connect(&server).await;
    for name in [
        "servcmd",
        "seq",
        "identifier",
        "usersig",
        "a2",
        "sdkappid",
        "tinyid",
        "status_instid",
        "ver",
        "nonsense",
    ] {
        for value in wrong_values() {
            let mut head = client.head("im_open_status.wslogin", 7);
            head[name] = value;
            client.send_document(&json!({"head": head, "body": {}})).await;
            // Whatever it did, the server is there: on this connection or on the next.
            client = match client.send_frame(Message::Ping(Vec::new().into())).await {
                Ok(()) if client.still_answers().await => client,
                _ => VendorClient::connect(&server).await,
            };
        }
    }
    assert_eq!(state(&server).await, before);
    bystander.say("still", "here").await;
}

#[tokio::test]
async fn random_bytes_end_their_connection_and_nothing_else() {
    let (server, mut bystander) = with_a_bystander().await;
    let before = state(&server).await;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..100 {
        let mut client = VendorClient::connect(&server).await;
        let bytes = dice.bytes(2_000);
        client.send_frame(Message::binary(bytes)).await.unwrap();
        client.ended().await;
    }
    let whole = json!({"head": bystander.head("heartbeat.alive", 1), "body": {"a": [1, 2, {"b": "c"}]}}).to_string();
    for end in (0..whole.len()).step_by(7) {
        let mut client = VendorClient::connect(&server).await;
        client
            .send_frame(Message::binary(whole.as_bytes()[..end].to_vec()))
            .await
            .unwrap();
        client.ended().await;
    }
    assert_eq!(state(&server).await, before);
    bystander.say("still", "here").await;
}

#[tokio::test]
async fn random_bytes_and_deep_json_at_the_rest_door_are_60003() {
    let (server, _bystander) = with_a_bystander().await;
    let before = state(&server).await;
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let url = server.admin_url("group_open_http_svc/send_group_msg");
    for _ in 0..100 {
        let mut bytes = dice.bytes(3_000);
        bytes.insert(0, 0xff);
        assert_eq!(server.post(&url, bytes).await["ErrorCode"], 60003);
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [200, 100_000] {
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let answer = server.post(&url, deep).await;
            assert!(
                [60003, 10004].contains(&answer["ErrorCode"].as_i64().unwrap()),
                "{answer}"
            );
            let half = server.post(&url, open.repeat(depth)).await;
            assert_eq!(half["ErrorCode"], 60003);
        }
    }
    let mut message = text_body("a", "x");
    message["MsgBody"] = json!([{"MsgType": "TIMCustomElem", "MsgContent": {"Data": "DEEP"}}]);
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let deep = message.to_string().replace("\"DEEP\"", &deep);
    assert_eq!(server.post(&url, deep).await["ErrorCode"], 10004);
    assert_eq!(state(&server).await, before);
}

#[tokio::test]
async fn deep_json_in_a_frame_is_refused_and_the_next_frame_is_served() {
    let (server, mut bystander) = with_a_bystander().await;
    let head = bystander.head("group_open_http_svc.send_group_msg", 9).to_string();
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let body = format!(r#"{{"GroupId":"still","Random":1,"MsgBody":{deep}}}"#);
    let frame = format!(r#"{{"head":{head},"body":{body}}}"#);
    bystander.send_frame(Message::binary(frame.into_bytes())).await.unwrap();
    let code = bystander.answer("group_open_http_svc.send_group_msg", 9).await["ErrorCode"].clone();
    assert!(code == 10004 || code == 80002, "{code}");
    bystander.say("still", "here").await;
    let mut client = VendorClient::connect(&server).await;
    client
        .send_frame(Message::binary("[".repeat(60_000).into_bytes()))
        .await
        .unwrap();
    client.ended().await;
}
