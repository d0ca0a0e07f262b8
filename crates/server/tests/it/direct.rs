//! Messages from user to user (rest-api.md section 5, web-sdk-wire.md 7.2, decision 24, FAQ-4c).

use serde_json::{Value, json};
use testkit::{ADMIN, HookSink, TestServer, VendorClient};

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

/// The body of an SDK's message.
fn text(to: &str, n: u32) -> Value {
    json!({
        "From_Account": "mallory", "To_Account": to, "MsgSeq": 1000 + n, "MsgRandom": 7 * n, "MsgClientTime": 1_795_376_140,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": format!("m{n}")}}], "CloudCustomData": "",
    })
}

/// The body of a backend's message in the administrator's name.
fn ours(to: &str, n: u32) -> Value {
    let mut body = text(to, n);
    body["From_Account"] = json!(ADMIN);
    body
}

fn text_of(message: &Value) -> String {
    message["MsgBody"][0]["MsgContent"]["Text"].as_str().unwrap().to_owned()
}

/// What a client knows after its login: how much is unread, by sender.
async fn unread(client: &mut VendorClient) -> Value {
    let body = json!({"Cookie": "", "SyncFlag": 0, "NeedAbstract": 0, "IsOnlineSync": 0});
    let answer = client.call_ok("openim.getmsg", body).await;
    assert_eq!((&answer["SyncFlag"], &answer["MsgList"]), (&json!(2), &json!([])));
    answer["C2CPairUnreadCount"].clone()
}

/// A whole conversation, as an SDK pages through it, oldest first.
async fn conversation(client: &mut VendorClient, peer: &str) -> Vec<Value> {
    let (mut all, mut key, mut time) = (Vec::new(), json!(""), json!(0));
    loop {
        let body = json!({
            "Peer_Account": peer, "MaxCnt": 15, "LastMsgTime": time, "MsgKey": key, "WithRecalledMsg": 1, "GetDirection": 0,
        });
        let page = client.call_ok("openim.getroammsg", body).await;
        let list = page["MsgList"].as_array().unwrap().clone();
        assert_eq!(page["MsgCnt"], list.len());
        all.splice(0..0, list);
        if page["Complete"] == 1 {
            return all;
        }
        (key, time) = (page["MsgKey"].clone(), page["LastMsgTime"].clone());
    }
}

#[tokio::test]
async fn two_users_write_to_each_other_and_each_message_has_one_identity() {
    let server = TestServer::start().await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    let sent = alice.call_ok("openim.sendmsg", text("bob", 1)).await;
    let message = bob.take_event().await["C2cMsgArray"][0].clone();
    assert_eq!(
        message["From_Account"], "alice",
        "whoever is logged in, not whoever the body names"
    );
    assert_eq!(message["MsgKey"], sent["MsgKey"]);
    for member in ["MsgSeq", "MsgRandom", "MsgClientTime", "MsgBody"] {
        assert_eq!(message[member], text("bob", 1)[member], "{member}");
    }
    bob.call_ok("openim.sendmsg", text("alice", 2)).await;
    assert_eq!(text_of(&alice.take_event().await["C2cMsgArray"][0]), "m2");
    let both = conversation(&mut alice, "bob").await;
    assert_eq!(both.iter().map(text_of).collect::<Vec<_>>(), ["m1", "m2"]);
    assert_eq!(both[0]["TinyId"], message["TinyId"]);
    assert_eq!(conversation(&mut bob, "alice").await.len(), 2);
}

#[tokio::test]
async fn a_thousand_messages_to_somebody_who_is_away_arrive_once_and_in_order_over_crashes() {
    let mut server = TestServer::start().await;
    server.import(&["bob"]).await;
    let mut sent = Vec::new();
    for n in 0..1_000_u32 {
        if n == 300 || n == 700 {
            server.crash_and_restart().await;
        }
        let body = ours("bob", n);
        // What is answered is never lost, and the same call again does not make another one.
        let first = server.rest_ok(SEND, body.clone()).await;
        if n % 100 == 0 {
            let again = server.rest_ok(SEND, body).await;
            assert_eq!(again["MsgKey"], first["MsgKey"]);
        }
        sent.push(format!("m{n}"));
    }
    server.restart().await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    let counts = unread(&mut bob).await;
    assert_eq!(counts, json!([{"From_Account": ADMIN, "UnreadCount": 1_000}]));
    let found = conversation(&mut bob, ADMIN).await;
    assert_eq!(found.iter().map(text_of).collect::<Vec<_>>(), sent);
    // The list of conversations has it, with the last message.
    let list = bob.call_ok("recentcontact.page_get", json!({})).await;
    assert_eq!(list["SessionItem"].as_array().map(Vec::len), Some(1));
    assert_eq!(list["SessionItem"][0]["To_Account"], ADMIN);
    assert_eq!(
        list["SessionItem"][0]["LastMsg"]["MsgBody"][0]["MsgContent"]["Text"],
        "m999"
    );
}

#[tokio::test]
async fn what_a_client_did_not_acknowledge_is_pushed_again_when_it_comes_back() {
    let mut server = TestServer::start().await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    for n in 0..3 {
        let body = ours("bob", n);
        server.rest_ok(SEND, body).await;
    }
    let first = bob.take_event().await;
    assert_eq!(text_of(&first["C2cMsgArray"][0]), "m0");
    bob.next_event().await;
    // The receipt is on its way before anything that the client asks later.
    bob.heartbeat().await;
    let mut again = bob.come_back(&server).await;
    let event = again.take_event().await;
    let texts = |event: &Value| {
        event["C2cMsgArray"]
            .as_array()
            .unwrap()
            .iter()
            .map(text_of)
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&event), ["m1", "m2"]);
    assert_eq!(
        unread(&mut again).await,
        json!([]),
        "whoever came back is not told of it in another way"
    );
    // Also after a crash of the server, with what was sent to nobody meanwhile.
    server.crash_and_restart().await;
    let body = ours("bob", 3);
    server.rest_ok(SEND, body).await;
    let mut last = again.come_back(&server).await;
    let event = last.take_event().await;
    assert_eq!(texts(&event).last().map(String::as_str), Some("m3"));
    last.heartbeat().await;
    // A new page is told of all that is not read.
    let mut page = VendorClient::log_in(&server, "bob").await;
    assert_eq!(unread(&mut page).await[0]["UnreadCount"], 4);
}

#[tokio::test]
async fn much_that_waits_is_pushed_page_by_page_and_no_connection_drowns_in_it() {
    let server = TestServer::start().await;
    let bob = VendorClient::log_in(&server, "bob").await;
    let gone = bob.reconnect(&server).await;
    bob.cut();
    // 250 messages of 10 KB: more than may wait for a connection at once.
    for n in 0..250_u32 {
        let mut body = ours("bob", n);
        body["CloudCustomData"] = json!("x".repeat(10_000));
        server.rest_ok(SEND, body).await;
    }
    let mut back = gone;
    assert_eq!(back.relogin().await["ErrorCode"], 0);
    let mut got = Vec::new();
    while got.len() < 250 {
        let event = back.take_event().await;
        let page = event["C2cMsgArray"].as_array().unwrap();
        assert!(page.len() < 30, "{} messages in one push", page.len());
        got.extend(page.iter().map(text_of));
    }
    assert_eq!(got, (0..250).map(|n| format!("m{n}")).collect::<Vec<_>>());
    // Nothing is left: the next push is of something new.
    server.rest_ok(SEND, ours("bob", 999)).await;
    assert_eq!(text_of(&back.take_event().await["C2cMsgArray"][0]), "m999");
    assert_eq!(conversation(&mut back, ADMIN).await.len(), 251);
}

#[tokio::test]
async fn a_message_is_read_and_both_sides_are_told() {
    const TOLD: &str = "C2C.CallbackAfterMsgReport";
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| {
        config.sessions.web_per_user_max = 2;
        config.apps[0].webhook = Some(server::config::Webhook::new(&sink.url));
    })
    .await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    let mut other = VendorClient::log_in(&server, "bob").await;
    let sent = alice.call_ok("openim.sendmsg", text("bob", 1)).await;
    let time = sent["MsgTime"].as_u64().unwrap();
    other.next_event().await;
    let read = json!({"C2CMsgReaded": {"Cookie": "", "C2CMsgReadedItem": [
        {"To_Account": "alice", "LastedMsgTime": time, "Receipt": 1}]}});
    bob.call_ok("openim.msgreaded", read.clone()).await;
    // Again is no news, and whoever was written nothing tells nobody.
    bob.call_ok("openim.msgreaded", read.clone()).await;
    let mut mallory = VendorClient::log_in(&server, "mallory").await;
    mallory.call_ok("openim.msgreaded", read).await;
    let notice = alice.next_event().await;
    assert_eq!(
        notice["C2cNotifyMsgArray"][0]["C2cReadedReceipt"],
        json!({"To_Account": "bob", "UinPairReadArray": [{"LastReadTime": time}]})
    );
    mallory.call_ok("openim.sendmsg", text("alice", 9)).await;
    assert!(
        alice.next_event().await["C2cMsgArray"].is_array(),
        "one receipt, then something else"
    );
    let notice = other.next_event().await;
    assert_eq!(
        notice["C2cNotifyMsgArray"][0]["ReadC2cMsgNotify"],
        json!({"UinPairReadArray": [{"From_Account": "alice", "LastReadTime": time}]})
    );
    let times = alice
        .call_ok("openim.get_peer_read_time", json!({"To_Account": ["bob", "nobody"]}))
        .await;
    assert_eq!(times["ReadTime"], json!([time, 0]));
    assert_eq!(conversation(&mut alice, "bob").await[0]["IsPeerRead"], 1);
    assert_eq!(unread(&mut bob).await, json!([]));
    let told = sink.next(TOLD).await.body;
    assert_eq!(
        (&told["Report_Account"], &told["Peer_Account"]),
        (&json!("bob"), &json!("alice"))
    );
    assert_eq!(
        (&told["LastReadTime"], &told["UnreadMsgNum"]),
        (&json!(time), &json!(0))
    );
}

#[tokio::test]
async fn a_sender_takes_back_within_two_minutes_and_a_backend_always() {
    const TOLD: &str = "C2C.CallbackAfterMsgWithDraw";
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| {
        config.apps[0].webhook = Some(server::config::Webhook::new(&sink.url));
    })
    .await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    let mut info = Vec::new();
    for n in 1..=2 {
        let sent = alice.call_ok("openim.sendmsg", text("bob", n)).await;
        bob.next_event().await;
        info.push((
            sent["MsgKey"].clone(),
            json!({"MsgInfo": {
            "From_Account": "alice", "To_Account": "bob", "MsgSeq": 1000 + n, "MsgRandom": 7 * n,
            "MsgTimeStamp": sent["MsgTime"]}}),
        ));
    }
    let withdraw = "openim.msgwithdraw";
    assert_eq!(bob.code(withdraw, info[0].1.clone()).await, 20022, "not his");
    alice.call_ok(withdraw, info[0].1.clone()).await;
    let notice = bob.next_event().await;
    let gone = &notice["C2cNotifyMsgArray"][0]["WithdrawC2cMsgNotify"]["C2cWithdrawInfoArray"][0];
    assert_eq!(
        (&gone["MsgSeq"], &gone["RevokerInfo"]["Revoker_Account"]),
        (&json!(1001), &json!("alice"))
    );
    assert_eq!(alice.code(withdraw, info[0].1.clone()).await, 20023);
    let told = sink.next(TOLD).await.body;
    assert_eq!((&told["MsgKey"], &told["UnreadMsgNum"]), (&info[0].0, &json!(1)));
    server.pass(15_000);
    for _ in 0..8 {
        alice.heartbeat().await;
        bob.heartbeat().await;
        server.pass(15_000);
    }
    assert_eq!(alice.code(withdraw, info[1].1.clone()).await, 20016);
    let body = json!({"From_Account": "alice", "To_Account": "bob", "MsgKey": info[1].0});
    server.rest_ok("openim/admin_msgwithdraw", body).await;
    let flags: Vec<_> = conversation(&mut bob, "alice")
        .await
        .iter()
        .map(|one| one["MsgFlagBits"].clone())
        .collect();
    assert_eq!(flags, [8, 8]);
    assert_eq!(unread(&mut bob).await, json!([]), "what was taken back is not unread");
}

#[tokio::test]
async fn a_message_waits_for_its_life_time_and_no_longer() {
    let server = TestServer::start().await;
    server.import(&["bob"]).await;
    for (n, life) in [(1, json!(0)), (2, json!(60)), (3, json!(9_999_999)), (4, Value::Null)] {
        let mut body = ours("bob", n);
        body["MsgLifeTime"] = life;
        server.rest_ok(SEND, body).await;
    }
    let mut bob = VendorClient::log_in(&server, "bob").await;
    assert_eq!(
        unread(&mut bob).await[0]["UnreadCount"],
        3,
        "online only is kept nowhere"
    );
    assert_eq!(conversation(&mut bob, ADMIN).await.len(), 3);
    server.pass(61_000);
    let mut later = VendorClient::log_in(&server, "bob").await;
    assert_eq!(unread(&mut later).await[0]["UnreadCount"], 2);
}

#[tokio::test]
async fn a_batch_reaches_those_who_are_there_and_waits_for_the_others() {
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| {
        config.apps[0].webhook = Some(server::config::Webhook::new(&sink.url));
    })
    .await;
    server.import(&["away"]).await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    let mut body = ours("x", 1);
    body["To_Account"] = json!(["bob", "away", "nobody"]);
    let answer = server.rest_ok("openim/batchsendmsg", body).await;
    assert_eq!(
        answer["ErrorList"],
        json!([{"To_Account": "nobody", "ErrorCode": 70107}])
    );
    assert_eq!(text_of(&bob.take_event().await["C2cMsgArray"][0]), "m1");
    let mut away = VendorClient::log_in(&server, "away").await;
    assert_eq!(unread(&mut away).await[0]["UnreadCount"], 1);
    // No webhook for a batch: the next call of one is for something else.
    server.rest_ok(SEND, ours("bob", 2)).await;
    let told = sink.next("C2C.CallbackBeforeSendMsg").await.body;
    assert_eq!(told["MsgBody"][0]["MsgContent"]["Text"], "m2");
}

#[tokio::test]
async fn what_an_sdk_may_not_send_has_the_clients_codes() {
    let server = TestServer::with(|config| config.limits.directs_per_user_per_minute_max = 3).await;
    server.import(&["bob", "quiet"]).await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let with = |field: &str, value: Value| {
        let mut body = text("bob", 1);
        body[field] = value;
        body
    };
    for (body, wanted) in [
        (with("To_Account", json!("nobody")), 20003),
        (with("To_Account", json!("\u{0}")), 20003),
        (with("To_Account", json!(7)), 20001),
        (with("MsgBody", json!([])), 20001),
        (with("MsgRandom", json!("x")), 20001),
        (with("CloudCustomData", json!("x".repeat(12_289))), 80002),
    ] {
        assert_eq!(alice.code("openim.sendmsg", body.clone()).await, wanted, "{body}");
    }
    for n in 10..13 {
        alice.call_ok("openim.sendmsg", text("bob", n)).await;
    }
    assert_eq!(alice.code("openim.sendmsg", text("bob", 13)).await, 60018);
    // A repeat is no new message.
    alice.call_ok("openim.sendmsg", text("bob", 12)).await;
    let body = json!({"Set_Account": "quiet", "C2CmsgNospeakingTime": 60});
    server.rest_ok("openconfigsvr/setnospeaking", body).await;
    let mut quiet = VendorClient::log_in(&server, "quiet").await;
    assert_eq!(quiet.code("openim.sendmsg", text("bob", 1)).await, 20012);
}

#[tokio::test]
async fn a_deleted_account_takes_its_messages_along() {
    let server = TestServer::start().await;
    server.import(&["bob"]).await;
    let body = ours("bob", 1);
    server.rest_ok(SEND, body).await;
    server
        .rest_ok(
            "im_open_login_svc/account_delete",
            json!({"DeleteItem": [{"UserID": "bob"}]}),
        )
        .await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    assert_eq!(unread(&mut bob).await, json!([]));
    assert_eq!(conversation(&mut bob, ADMIN).await, [Value::Null; 0]);
}

#[tokio::test]
async fn states_of_users_are_asked_for_watched_and_given_words() {
    let server = TestServer::start().await;
    server.import(&["away"]).await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    bob.call_ok("im_open_status.ws_set_custom_status", json!({"CustomStatus": "busy"}))
        .await;
    let ask = json!({"To_Account": ["bob", "away", "nobody"]});
    let answer = alice.call_ok("im_open_status.ws_get_user_status", ask).await;
    // The words travel in base64.
    let wanted = json!([
        {"To_Account": "bob", "Status": 1, "CustomStatus": "YnVzeQ=="}, {"To_Account": "away", "Status": 2, "CustomStatus": ""},
    ]);
    assert_eq!(answer["UserStatusList"], wanted);
    assert_eq!(answer["ErrorList"][0]["Invalid_Account"], "nobody");
    alice
        .call_ok("im_open_status.ws_status_subscribe", json!({"To_Account": ["bob"]}))
        .await;
    let told = |words: &str, status: u8| json!([{"To_Account": "bob", "Status": status, "CustomStatus": words}]);
    bob.call_ok("im_open_status.ws_set_custom_status", json!({"CustomStatus": ""}))
        .await;
    assert_eq!(alice.next_event().await["UserStatusList"], told("", 1));
    bob.cut();
    assert_eq!(alice.next_event().await["UserStatusList"], told("", 2));
    alice
        .call_ok("im_open_status.ws_status_unsubscribe", json!({"To_Account": []}))
        .await;
    let _bob = VendorClient::log_in(&server, "bob").await;
    // Nothing is told any more: the next thing that comes is something else.
    server.rest_ok(SEND, ours("alice", 1)).await;
    assert!(alice.next_event().await["C2cMsgArray"].is_array());
    let long = json!({"CustomStatus": "x".repeat(257)});
    assert_eq!(alice.code("im_open_status.ws_set_custom_status", long).await, 70402);
    let many: Value = (0..201).map(|n| format!("u{n}")).collect();
    let too_many = json!({"To_Account": many});
    assert_eq!(alice.code("im_open_status.ws_status_subscribe", too_many).await, 70402);
}
