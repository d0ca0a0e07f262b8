//! The door of our own protocol, as `docs/protocol.md` has it.

use serde_json::{Value, json};
use testkit::{
    APP, Ended, HookSink, NativeClient, OTHER_APP, OTHER_KEY, TestServer, VendorClient, eventually, text_body,
};
use tokio_tungstenite::tungstenite::Message;

const SEND: &str = "group_open_http_svc.send_group_msg";

async fn with_room(room: &str) -> TestServer {
    let server = TestServer::start().await;
    server.create_room(room).await;
    server
}

#[tokio::test]
async fn a_handshake_of_another_kind_is_refused_with_a_status() {
    let server = TestServer::with(|config| config.apps[1].origins = vec!["https://a.example".to_owned()]).await;
    let connect = async |app, subprotocol, headers: &[(&'static str, &str)]| {
        NativeClient::try_connect(server.address(), app, subprotocol, headers)
            .await
            .err()
    };
    assert_eq!(connect(APP, Some("plaudit.v1"), &[]).await, None);
    assert_eq!(connect(APP, Some("plaudit.v2, plaudit.v1"), &[]).await, None);
    assert_eq!(connect(APP, None, &[]).await, Some(Some(400)));
    assert_eq!(connect(APP, Some("plaudit.v2"), &[]).await, Some(Some(400)));
    assert_eq!(connect(7, Some("plaudit.v1"), &[]).await, Some(Some(404)));
    let elsewhere = [("origin", "https://b.example")];
    assert_eq!(
        connect(OTHER_APP, Some("plaudit.v1"), &elsewhere).await,
        Some(Some(403))
    );
}

#[tokio::test]
async fn nobody_asks_for_anything_before_he_has_said_who_he_is() {
    let server = with_room("a").await;
    let mut client = NativeClient::connect(&server).await;
    for request in [
        json!({"op": "join", "room": "a"}),
        json!({"op": "logout"}),
        json!({"op": "profiles", "users": []}),
    ] {
        assert_eq!(client.refused(request).await, (70001, "login".to_owned()));
    }
    let login = |user: &str, sig: String, platform: &str| json!({"op": "login", "user": user, "sig": sig, "platform": platform});
    let (code, cause) = client.refused(login("ada", "no ticket".to_owned(), "Web")).await;
    assert_eq!((code / 1000, cause.as_str()), (70, "login"));
    let other = server.ticket_of(OTHER_APP, OTHER_KEY, "ada");
    assert_eq!(client.refused(login("ada", other, "Web")).await.1, "login");
    assert_eq!(
        client.refused(login("ada", server.ticket("ada"), "Amiga")).await,
        (10004, "bad_request".to_owned())
    );
    let welcome = client.ok(login("ada", server.ticket("ada"), "Web")).await;
    assert_eq!(
        (&welcome["user"], &welcome["ping_ms"], &welcome["taps_max"]),
        (&json!("ada"), &json!(10_000), &json!(20))
    );
    assert_eq!(
        client.refused(login("eve", server.ticket("eve"), "Web")).await.1,
        "bad_request"
    );
    client.ok(json!({"op": "logout"})).await;
    client.ok(login("eve", server.ticket("eve"), "Web")).await;
}

#[tokio::test]
async fn who_does_not_say_who_he_is_is_sent_away() {
    let server = TestServer::with(|config| config.limits.login_timeout_ms = 100).await;
    let mut silent = NativeClient::connect(&server).await;
    let mut guest = NativeClient::connect(&server).await;
    guest.ok(json!({"op": "guest"})).await;
    let (ended, reason) = silent.end().await;
    assert_eq!((ended, &reason["why"]), (Ended(Some(4002)), &json!("protocol")));
    guest.catch_up().await;
}

#[tokio::test]
async fn a_snapshot_says_in_one_frame_how_a_room_is() {
    let server = TestServer::with(|config| config.rooms.history_on_join = 2).await;
    let room =
        json!({"Type": "AVChatRoom", "GroupId": "a", "Name": "Evening", "Owner_Account": "host", "Notification": "hi"});
    server.import(&["host"]).await;
    server.rest_ok("group_open_http_svc/create_group", room).await;
    let mut host = NativeClient::member(&server, "host", "a").await;
    for (random, text) in ["one", "two", "three"].into_iter().enumerate() {
        host.say("a", text, random as u32).await;
    }
    host.hears("a", "three").await;
    host.ok(json!({"op": "set_attributes", "room": "a", "values": {"theme": "blue"}}))
        .await;
    host.ok(json!({"op": "add_counters", "room": "a", "values": {"gifts": 5}}))
        .await;
    host.ok(json!({"op": "rules", "room": "a", "change": {"slow_mode_s": 7}}))
        .await;
    host.ok(json!({"op": "like", "room": "a", "taps": 3})).await;
    host.event("a", "the counter", |event| event["set"]["gifts"] == 5).await;
    let mut ada = NativeClient::log_in(&server, "ada").await;
    let joined = ada.join("a").await;
    assert_eq!(
        (&joined["already"], &joined["resumed"], &joined["gap"]),
        (&json!(false), &json!(false), &Value::Null)
    );
    let profile = &joined["profile"];
    assert_eq!(
        (&profile["name"], &profile["owner"], &profile["notification"]),
        (&json!("Evening"), &json!("host"), &json!("hi"))
    );
    assert_eq!(joined["attributes"]["values"], json!({"theme": "blue"}));
    assert_eq!(joined["counters"]["values"]["gifts"], 5);
    assert_eq!(
        joined["you"],
        json!({"role": "member", "may_moderate": false, "may_speak": true, "muted_s": 0, "likes": 0})
    );
    let state = &joined["state"];
    assert_eq!(state["online"], json!({"members": 2, "guests": 0, "age_ms": 0}));
    assert_eq!(
        (&state["likes"]["total"], &state["rules"]["slow_mode_s"]),
        (&json!(3), &json!(7))
    );
    let recent: Vec<_> = joined["recent"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["parts"][0]["text"])
        .collect();
    assert_eq!(
        recent,
        ["two", "three"],
        "as many as the operator shows to newcomers, oldest first"
    );
    assert_eq!(ada.join("a").await["already"], true);
    let looked = ada.ok(json!({"op": "room", "room": "a"})).await;
    assert_eq!(
        (&looked["profile"]["name"], &looked["you"]["role"]),
        (&json!("Evening"), &json!("member"))
    );
}

#[tokio::test]
async fn both_dialects_hear_the_same_in_the_same_order() {
    let server = with_room("a").await;
    let mut vendor = VendorClient::member(&server, "bob", "a").await;
    let mut native = NativeClient::member(&server, "ada", "a").await;
    let nick = json!({"op": "set_profile", "nick": "Ada 爱达", "avatar": "https://x/a.png", "fields": {"gender": "Gender_Type_Female"}});
    native.ok(nick).await;
    let receipt = native.say("a", "from ours", 7).await;
    assert_eq!(receipt["receipt"], "admitted", "{receipt}");
    let custom = json!({"custom": {"data": "gift", "description": "d", "extension": "e"}});
    let gift = json!({"op": "send", "room": "a", "random": 8, "priority": "high", "parts": [custom], "extra": "x"});
    native.ok(gift).await;
    vendor.call_ok(SEND, text_body("a", "from theirs")).await;
    let heard = native.hears("a", "from theirs").await;
    assert_eq!(
        (&heard["from"]["user"], &heard["priority"]),
        (&json!("bob"), &json!("normal"))
    );
    let own = native.hears("a", "from ours").await;
    assert_eq!(
        (&own["seq"], &own["from"]["nick"]),
        (&receipt["seq"], &json!("Ada 爱达"))
    );
    let mut seqs = Vec::new();
    while seqs.len() < 3 {
        let item = vendor.next_item().await;
        if item["MsgBody"].is_array() && item["Event"] == 3 {
            seqs.push(item["MsgSeq"].clone());
            if item["MsgSeq"] == receipt["seq"] {
                assert_eq!(
                    item["MsgBody"][0],
                    json!({"MsgType": "TIMTextElem", "MsgContent": {"Text": "from ours"}})
                );
            }
        }
    }
    let said = native.rooms["a"]
        .events
        .iter()
        .filter(|event| event["type"] == "message");
    assert_eq!(said.map(|event| event["seq"].clone()).collect::<Vec<_>>(), seqs);
    let gift = native.event("a", "the gift", |event| event["extra"] == "x").await;
    assert_eq!((&gift["priority"], &gift["parts"]), (&json!("high"), &json!([custom])));
}

#[tokio::test]
async fn who_comes_back_gets_exactly_what_he_missed() {
    let mut server = with_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut eve = NativeClient::member(&server, "eve", "a").await;
    eve.say("a", "before", 1).await;
    ada.hears("a", "before").await;
    let ada = ada.reconnect(&server).await;
    eve.say("a", "while away", 2).await;
    let seq = eve.say("a", "to be deleted", 3).await["seq"].clone();
    eve.say("a", "last", 4).await;
    eve.ok(json!({"op": "recall", "room": "a", "seqs": [seq]})).await;
    let mut ada = ada.come_back(&server).await;
    ada.hears("a", "last").await;
    assert_eq!(
        ada.texts("a"),
        ["before", "while away", "last"],
        "what was taken back is left out"
    );
    assert!(ada.rooms["a"].holes.is_empty());
    ada.event("a", "the removal", |event| {
        event["type"] == "deleted" && event["messages"][0]["seq"] == seq
    })
    .await;
    // Also over a clean restart, into another epoch.
    let epoch = ada.rooms["a"].epoch.clone();
    eve.say("a", "just before the restart", 5).await;
    server.restart().await;
    let mut ada = ada.come_back(&server).await;
    let mut eve = eve.come_back(&server).await;
    eve.say("a", "after it", 6).await;
    ada.hears("a", "after it").await;
    assert_eq!(ada.texts("a")[3..], ["just before the restart", "after it"]);
    assert!(ada.rooms["a"].holes.is_empty() && ada.rooms["a"].epoch != epoch);
}

#[tokio::test]
async fn a_place_that_the_server_cannot_go_on_from_is_answered_with_a_gap_and_a_snapshot() {
    let mut server = TestServer::with(|config| config.rooms.history_entries = 50).await;
    server.create_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut eve = NativeClient::member(&server, "eve", "a").await;
    eve.say("a", "heard", 1).await;
    ada.hears("a", "heard").await;
    let here = ada.rooms["a"].clone();
    // More than the history holds.
    let ada = ada.reconnect(&server).await;
    for random in 2..60 {
        eve.say("a", "much", random).await;
    }
    eve.say("a", "the last of it", 60).await;
    eve.hears("a", "the last of it").await;
    let mut ada = ada.come_back(&server).await;
    assert_eq!(ada.rooms["a"].holes, [(here.seq + 1, 0)]);
    // A crash may have taken the newest entries from the disk.
    server.crash_and_restart().await;
    ada = ada.come_back(&server).await;
    assert_eq!(ada.rooms["a"].holes.len(), 2);
    // Another server, with the same room and the same numbers.
    let other = with_room("a").await;
    let mut stranger = NativeClient::member(&other, "eve", "a").await;
    for random in 0..5 {
        stranger.say("a", "elsewhere", random).await;
    }
    let mut lost = NativeClient::log_in(&other, "ada").await;
    lost.rooms.insert("a".to_owned(), testkit::Seen { seq: 2, ..here });
    lost.join("a").await;
    assert_eq!(lost.rooms["a"].holes, [(3, 0)]);
    // And places that cannot be.
    for (epoch, seq) in [("", 0), ("x", 1), (&*lost.rooms["a"].epoch.clone(), u64::MAX)] {
        let joined = lost
            .ok(json!({"op": "join", "room": "a", "epoch": epoch, "seq": seq}))
            .await;
        assert_eq!(
            (&joined["resumed"], &joined["gap"]["seq"]),
            (&json!(false), &json!(seq))
        );
    }
}

#[tokio::test]
async fn the_sender_is_told_the_truth() {
    let server = TestServer::with(|config| {
        config.rooms.rate_per_s = 1;
        config.rooms.max_wait_ms = 300;
    })
    .await;
    server.import(&["host"]).await;
    let room = json!({"Type": "AVChatRoom", "GroupId": "a", "Name": "a", "Owner_Account": "host"});
    server.rest_ok("group_open_http_svc/create_group", room).await;
    let mut host = NativeClient::member(&server, "host", "a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let first = ada.say("a", "one", 1).await;
    assert_eq!(first["receipt"], "admitted");
    assert_eq!(first["epoch"].as_str(), Some(&*ada.rooms["a"].epoch));
    let dropped = ada.say("a", "two", 2).await;
    assert_eq!(
        (&dropped["receipt"], &dropped["cause"]),
        (&json!("dropped"), &json!("waited"))
    );
    // A repeat gets the first answer.
    let again = ada.say("a", "one", 1).await;
    assert_eq!(
        (&again["receipt"], &again["seq"], &again["repeat"]),
        (&json!("admitted"), &first["seq"], &json!(true))
    );
    let again = ada.say("a", "two", 2).await;
    assert_eq!((&again["receipt"], &again["repeat"]), (&json!("dropped"), &json!(true)));
    // Refusals say when to try again.
    let send = |text: &str| json!({"op": "send", "room": "a", "random": 9, "parts": [{"text": text}]});
    host.ok(json!({"op": "mute", "room": "a", "users": ["ada"], "seconds": 60}))
        .await;
    let you = ada
        .state("his rights", |state| state["you"]["muted_s"].as_u64() > Some(0))
        .await;
    assert_eq!(you["you"]["may_speak"], false);
    let refusal = ada.refusal(send("three")).await;
    assert_eq!((&refusal["code"], &refusal["cause"]), (&json!(10017), &json!("muted")));
    assert!(
        (1_000..=60_000).contains(&refusal["retry_after_ms"].as_u64().unwrap()),
        "{refusal}"
    );
    host.ok(json!({"op": "mute", "room": "a", "users": ["ada"], "seconds": 0}))
        .await;
    ada.state("his rights", |state| state["you"]["may_speak"] == true).await;
    let long = "x".repeat(12_288);
    assert_eq!(ada.refused(send(&long)).await, (80002, "too_long".to_owned()));
    for (wrong, part) in [
        (json!([]), "nothing"),
        (json!([{"custom": {}}, {"custom": {}}]), "two custom parts"),
        (json!([{"picture": 1}]), "no such part"),
        (json!("text"), "no list"),
    ] {
        let request = json!({"op": "send", "room": "a", "random": 1, "parts": wrong});
        assert_eq!(ada.refused(request).await, (10004, "bad_request".to_owned()), "{part}");
    }
    host.ok(json!({"op": "update", "room": "a", "mute_all": true})).await;
    ada.state("the rule", |state| state["state"]["rules"]["mute_all"] == true)
        .await;
    assert_eq!(ada.refused(send("four")).await.1, "muted");
}

#[tokio::test]
async fn a_message_that_is_held_back_is_answered_twice() {
    let server = with_room("a").await;
    server.import(&["host"]).await;
    let room = json!({"Type": "AVChatRoom", "GroupId": "b", "Name": "b", "Owner_Account": "host"});
    server.rest_ok("group_open_http_svc/create_group", room).await;
    let mut host = NativeClient::member(&server, "host", "b").await;
    host.ok(json!({"op": "rules", "room": "b", "change": {"hold_back_s": 10}}))
        .await;
    let mut ada = NativeClient::member(&server, "ada", "b").await;
    let mut held = async |text: &str, random: u32, verdict: &str| {
        let send = json!({"op": "send", "room": "b", "random": random, "parts": [{"text": text}]});
        let id = ada.request(send).await;
        let first = ada.answer(id).await;
        assert_eq!(first["ok"]["receipt"], "held", "{first}");
        let list = host.ok(json!({"op": "held", "room": "b"})).await;
        let message = &list["messages"][0];
        assert_eq!(
            (&message["parts"][0]["text"], &message["from"]["user"]),
            (&json!(text), &json!("ada"))
        );
        let judge = json!({"op": "judge", "room": "b", "held": [message["held"]], "verdict": verdict});
        assert_eq!(host.ok(judge).await["held"], json!([message["held"]]));
        ada.answer(id).await
    };
    let released = held("good", 1, "release").await;
    assert_eq!(released["ok"]["receipt"], "admitted", "{released}");
    let removed = held("bad", 2, "remove").await;
    assert_eq!(
        (&removed["error"]["code"], &removed["error"]["cause"]),
        (&json!(80001), &json!("moderator"))
    );
    assert_eq!(ada.refused(json!({"op": "held", "room": "b"})).await.1, "not_moderator");
    assert_eq!(
        ada.refused(json!({"op": "tally", "room": "b"})).await.1,
        "not_moderator"
    );
    let tally = host.ok(json!({"op": "tally", "room": "b"})).await;
    assert_eq!(
        (&tally["offered"], &tally["admitted"], &tally["rejected"]),
        (&json!(2), &json!(1), &json!({"moderator": 1}))
    );
}

#[tokio::test]
async fn who_is_put_out_is_told_why_and_hears_no_more() {
    let server = TestServer::start().await;
    server.import(&["host"]).await;
    let room = json!({"Type": "AVChatRoom", "GroupId": "a", "Name": "a", "Owner_Account": "host"});
    server.rest_ok("group_open_http_svc/create_group", room).await;
    let mut host = NativeClient::member(&server, "host", "a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    host.ok(json!({"op": "remove", "room": "a", "users": ["ada"], "reason": "spam"}))
        .await;
    let out = ada.state("the way out", |state| !state["out"].is_null()).await;
    assert_eq!(out, json!({"room": "a", "out": {"why": "removed", "reason": "spam"}}));
    assert_eq!(
        host.event("a", "the tip", |event| event["type"] == "removed").await["people"][0]["user"],
        "ada"
    );
    ada.join("a").await;
    host.ok(json!({"op": "ban", "room": "a", "users": ["ada"], "seconds": 60}))
        .await;
    let out = ada.state("the way out", |state| !state["out"].is_null()).await;
    assert_eq!(
        out,
        json!({"room": "a", "out": {"why": "banned", "seconds": 60, "reason": ""}})
    );
    assert_eq!(
        ada.refused(json!({"op": "join", "room": "a"})).await,
        (10007, "banned".to_owned())
    );
    let banned = host.ok(json!({"op": "sanctioned", "room": "a", "kind": "ban"})).await;
    assert_eq!(banned["users"][0]["user"], "ada");
    host.ok(json!({"op": "unban", "room": "a", "users": ["ada"]})).await;
    ada.join("a").await;
    assert_eq!(
        ada.refused(json!({"op": "mute", "room": "a", "users": ["host"], "seconds": 9}))
            .await
            .1,
        "not_moderator"
    );
    host.ok(json!({"op": "admins", "room": "a", "users": ["ada"], "admin": true}))
        .await;
    let you = ada.state("the new role", |state| state["you"]["role"] == "admin").await;
    assert_eq!(you["you"]["may_moderate"], true);
    let said = host.say("a", "something", 1).await;
    let deleted = ada
        .ok(json!({"op": "delete", "room": "a", "seqs": [said["seq"], 99_999]}))
        .await;
    assert_eq!(deleted["gone"], json!([said["seq"]]));
    assert_eq!(deleted["refused"][0]["cause"], "no_message");
    host.ok(json!({"op": "dismiss", "room": "a"})).await;
    ada.event("a", "the end", |event| event["type"] == "dismissed").await;
    assert_eq!(
        ada.refused(json!({"op": "join", "room": "a"})).await,
        (10010, "no_room".to_owned())
    );
}

#[tokio::test]
async fn guests_hear_and_say_nothing_and_may_log_in_on_the_same_connection() {
    let server = with_room("a").await;
    let mut guest = NativeClient::guest(&server, "a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    ada.say("a", "hello guests", 1).await;
    guest.hears("a", "hello guests").await;
    for request in [
        json!({"op": "send", "room": "a", "random": 1, "parts": [{"text": "me too"}]}),
        json!({"op": "like", "room": "a", "taps": 1}),
        json!({"op": "members", "room": "a"}),
    ] {
        assert_eq!(guest.refused(request).await, (10007, "guest".to_owned()));
    }
    let online = guest.ok(json!({"op": "room", "room": "a"})).await["state"]["online"].clone();
    assert_eq!((&online["members"], &online["guests"]), (&json!(1), &json!(1)));
    let login = json!({"op": "login", "user": "bob", "sig": server.ticket("bob"), "platform": "Web"});
    guest.ok(login).await;
    guest.rooms.clear();
    guest.join("a").await;
    guest.say("a", "now I speak", 1).await;
    ada.hears("a", "now I speak").await;
    let online = ada.ok(json!({"op": "room", "room": "a"})).await["state"]["online"].clone();
    assert_eq!((&online["members"], &online["guests"]), (&json!(2), &json!(0)));
    // A room may want no guests any more: they are put out when they are heard from next.
    let mut guest = NativeClient::guest(&server, "a").await;
    let (status, _) = server
        .admin(http::Method::PATCH, "a/rules", Some(json!({"guests": false})))
        .await;
    assert_eq!(status, 200);
    server.pass(6_000);
    guest.catch_up().await;
    let out = guest.state("the way out", |state| !state["out"].is_null()).await;
    assert_eq!(out, json!({"room": "a", "out": {"why": "no_guests"}}));
    assert_eq!(guest.refused(json!({"op": "join", "room": "a"})).await.1, "no_guests");
}

#[tokio::test]
async fn a_newer_login_on_the_same_platform_ends_the_older_one_and_on_another_it_does_not() {
    let server = with_room("a").await;
    let mut web = NativeClient::log_in(&server, "ada").await;
    let mut phone = NativeClient::log_in_on(&server, "ada", "Android").await;
    let mut tablet = NativeClient::log_in_on(&server, "ada", "iPad").await;
    let _second = NativeClient::log_in_on(&server, "ada", "Android").await;
    phone
        .state("the end of the session", |state| {
            state["session"]["ended"] == "other_login"
        })
        .await;
    let (ended, reason) = phone.end().await;
    assert_eq!((ended, &reason["why"]), (Ended(Some(4001)), &json!("session_over")));
    web.catch_up().await;
    tablet.catch_up().await;
    server.rest_ok("im_open_login_svc/kick", json!({"UserID": "ada"})).await;
    web.state("the end of the session", |state| state["session"]["ended"] == "kicked")
        .await;
    assert_eq!(web.end().await.0, Ended(Some(4001)));
    let mut back = NativeClient::connect(&server).await;
    let token = web.token.clone().unwrap();
    assert_eq!(
        back.refused(json!({"op": "resume", "token": token})).await,
        (70001, "login".to_owned())
    );
}

#[tokio::test]
async fn connections_end_with_a_word_on_what_to_do_next() {
    let mut server = with_room("a").await;
    let ada = NativeClient::member(&server, "ada", "a").await;
    // A newer connection takes the session over.
    let token = ada.token.clone().unwrap();
    let mut second = NativeClient::connect(&server).await;
    second.ok(json!({"op": "resume", "token": token})).await;
    let mut ada = ada;
    assert_eq!(ada.end().await, (Ended(Some(4002)), json!({"why": "replaced"})));
    // The server stops.
    server.begin_stop();
    let (ended, reason) = second.end().await;
    assert_eq!((ended, &reason["why"]), (Ended(Some(1001)), &json!("shutdown")));
    assert!(reason["after_ms"].as_u64().unwrap() < 3_000, "{reason}");
    server.stop().await;
}

#[tokio::test]
async fn a_silent_client_is_let_go_and_comes_back_into_its_rooms() {
    let server = with_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    server.pass(61_000);
    let (ended, reason) = ada.end().await;
    assert_eq!((ended, &reason["why"]), (Ended(Some(4000)), &json!("silent")));
    let ada = ada.come_back(&server).await;
    assert!(ada.rooms["a"].holes.is_empty());
}

#[tokio::test]
async fn what_is_no_request_is_answered_and_costs_nothing_else() {
    let server = with_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"op\":1}",
        "{\"id\":-1,\"op\":\"ping\"}",
        "\u{0}",
        &"[".repeat(5_000),
    ] {
        ada.send_text(text).await;
        assert_eq!(ada.answer(0).await["error"]["cause"], "bad_request", "{text}");
    }
    assert_eq!(
        ada.refused(json!({"op": "dance"})).await,
        (10003, "unknown_op".to_owned())
    );
    for request in [
        json!({"op": "join"}),
        json!({"op": "join", "room": 7}),
        json!({"op": "join", "room": "a", "seq": "x", "epoch": "y"}),
        json!({"op": "like", "room": "a", "taps": -1}),
        json!({"op": "rules", "room": "a", "change": {"speed": 1}}),
        json!({"op": "mute", "room": "a", "users": [], "seconds": 1}),
        json!({"op": "mute", "room": "a", "users": ["x"]}),
        json!({"op": "set_profile", "fields": {"level": []}}),
    ] {
        assert_eq!(ada.refused(request.clone()).await.0, 10004, "{request}");
    }
    assert_eq!(
        ada.refused(json!({"op": "join", "room": "x".repeat(49)})).await,
        (10015, "bad_room".to_owned())
    );
    // Bytes are read as text; a frame that is too long is not.
    ada.send_message(Message::binary(br#"{"id":900,"op":"ping"}"#.to_vec()))
        .await
        .unwrap();
    assert!(ada.answer(900).await["ok"]["time_ms"].is_u64());
    let long = format!("{{\"op\":\"{}\"}}", "x".repeat(70_000));
    let _ = ada.send_message(Message::text(long)).await;
    assert_eq!(ada.end().await.0, Ended(Some(4002)));
}

#[tokio::test]
async fn requests_that_come_too_fast_are_refused_and_the_others_are_done_in_their_order() {
    let server = TestServer::with(|config| {
        config.limits.commands_burst = 5;
        config.limits.commands_per_second_max = 1;
    })
    .await;
    let mut ada = NativeClient::log_in(&server, "ada").await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(ada.request(json!({"op": "ping"})).await);
    }
    let mut refused = 0;
    for id in ids {
        let answer = ada.answer(id).await;
        if answer["error"]["cause"] == "busy" {
            assert_eq!(answer["error"]["retry_after_ms"], 1_000);
            refused += 1;
        }
    }
    assert!((3..=4).contains(&refused), "{refused}");
}

#[tokio::test]
async fn likes_are_summed_capped_told_once_per_tick_and_kept() {
    let sink = HookSink::start().await;
    let mut server = TestServer::with(|config| {
        config.apps[0].webhook = Some(server::config::Webhook::new(&sink.url));
        config.rooms.rate_per_s = 1;
    })
    .await;
    server.create_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut bob = NativeClient::member(&server, "bob", "a").await;
    let mut vendor = VendorClient::member(&server, "carl", "a").await;
    let counted = ada.ok(json!({"op": "like", "room": "a", "taps": 5})).await;
    assert_eq!(counted, json!({"counted": 5, "refused": 0, "total": 5, "mine": 5}));
    let counted = ada.ok(json!({"op": "like", "room": "a", "taps": 100})).await;
    assert_eq!(
        (&counted["counted"], &counted["refused"]),
        (&json!(35), &json!(65)),
        "40 in reserve"
    );
    bob.send_text(&json!({"op": "like", "room": "a", "taps": 2}).to_string())
        .await;
    let mut sum = 0;
    while sum < 42 {
        let state = bob.state("likes", |state| !state["state"]["likes"].is_null()).await;
        let likes = &state["state"]["likes"];
        sum += likes["add"].as_u64().unwrap();
        assert!(likes["total"].as_u64().unwrap() >= sum);
    }
    assert_eq!(sum, 42);
    let likes = bob.ok(json!({"op": "likes", "room": "a", "top": 5})).await;
    let top = json!([{"user": "ada", "taps": 40}, {"user": "bob", "taps": 2}]);
    assert_eq!(likes, json!({"total": 42, "mine": 2, "top": top}));
    // Official SDKs see them in the counter, backends in a webhook.
    loop {
        let item = vendor.next_item().await;
        if item.to_string().contains("likes") {
            break;
        }
    }
    eventually("the counter", async || {
        let counters = json!({"GroupId": "a"});
        let counters = server.rest_ok("group_open_http_svc/get_group_counter", counters).await;
        (counters["GroupCounter"] == json!([{"Key": "likes", "Value": 42}])).then_some(())
    })
    .await;
    let mut told = 0;
    while told < 42 {
        let call = sink.next("Plaudit.CallbackAfterLikes").await;
        told += call.body["Count"].as_u64().unwrap();
        assert_eq!(call.body["GroupId"], "a");
    }
    assert!(server.metric("plaudit_likes_total", &["outcome=\"refused\""]).await >= 65.0);
    // Kept over a crash; and a backend that writes the counter is followed.
    server.crash_and_restart().await;
    let mut ada = NativeClient::log_in(&server, "ada").await;
    assert_eq!(ada.join("a").await["state"]["likes"]["total"], 42);
    let set = json!({"GroupId": "a", "GroupCounter": [{"Key": "likes", "Value": 1000}], "Mode": "Set"});
    server.rest_ok("group_open_http_svc/update_group_counter", set).await;
    assert_eq!(
        ada.ok(json!({"op": "like", "room": "a", "taps": 1})).await["total"],
        1001
    );
    assert_eq!(
        ada.refused(json!({"op": "like", "room": "b", "taps": 1})).await,
        (10007, "not_member".to_owned())
    );
}

#[tokio::test]
async fn members_are_told_how_many_they_are() {
    let server = with_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let _guest = NativeClient::guest(&server, "a").await;
    let state = ada
        .state("the count", |state| state["state"]["online"]["guests"] == 1)
        .await;
    assert_eq!(state["state"]["online"]["members"], 1);
    let page = ada.ok(json!({"op": "members", "room": "a"})).await;
    assert_eq!((&page["members"][0]["user"], &page["next"]), (&json!("ada"), &json!(0)));
    let looks = ada.ok(json!({"op": "profiles", "users": ["ada", "nobody"]})).await;
    assert_eq!(
        looks["profiles"],
        json!([{"user": "ada", "nick": "", "avatar": "", "fields": {}}])
    );
}
