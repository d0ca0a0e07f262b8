//! Rooms: snapshots, places, events, rights (protocol sections 4 to 6, 9).

use super::{hosted, with_room};
use serde_json::{Value, json};
use testkit::{NativeClient, TestServer, VendorClient, text_body};

const SEND: &str = "group_open_http_svc.send_group_msg";

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
    eve.event("a", "the removal", |event| event["type"] == "deleted").await;
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
    // And twice over, with nothing said in between: the place is of this run, its number of the one before.
    server.restart().await;
    let ada = ada.come_back(&server).await;
    let mut eve = eve.come_back(&server).await;
    eve.say("a", "again", 7).await;
    let mut ada = ada.come_back(&server).await;
    ada.hears("a", "again").await;
    assert!(ada.rooms["a"].holes.is_empty());
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
    assert_eq!(
        ada.rooms["a"].holes.iter().map(|hole| hole.0).collect::<Vec<_>>(),
        [here.seq + 1]
    );
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
    assert_eq!(lost.rooms["a"].holes[0].0, 3);
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
async fn who_is_put_out_is_told_why_and_hears_no_more() {
    let server = TestServer::start().await;
    let mut host = hosted(&server, "a").await;
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
    // A room may want no guests any more: they are put out at once.
    let mut guest = NativeClient::guest(&server, "a").await;
    let (status, _) = server
        .admin(http::Method::PATCH, "a/rules", Some(json!({"guests": false})))
        .await;
    assert_eq!(status, 200);
    let out = guest.state("the way out", |state| !state["out"].is_null()).await;
    assert_eq!(out, json!({"room": "a", "out": {"why": "no_guests"}}));
    assert_eq!(guest.refused(json!({"op": "join", "room": "a"})).await.1, "no_guests");
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

#[tokio::test]
async fn what_is_too_much_for_one_answer_comes_in_parts_and_whole() {
    // A slow line could never take it in one piece.
    let server = TestServer::with(|config| {
        config.hub.outbox_bytes_max = 400_000;
        config.hub.socket_send_bytes = 4_096;
    })
    .await;
    server.create_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut eve = NativeClient::member(&server, "eve", "a").await;
    ada.cut();
    let long = "x".repeat(11_000);
    for random in 0..100 {
        let text = format!("{random} {long}");
        eve.say("a", &text, random).await;
        // Her own line is as narrow: not much faster than she hears.
        if random % 10 == 9 {
            eve.hears("a", &text).await;
        }
    }
    let mut ada = ada.come_back(&server).await;
    eve.say("a", "the end", 1_000).await;
    ada.hears("a", "the end").await;
    assert!(ada.rooms["a"].holes.is_empty());
    let texts = ada.texts("a");
    assert_eq!(texts.len(), 101);
    assert!((0..100).all(|n| texts[n].starts_with(&format!("{n} "))));
}

#[tokio::test]
async fn a_receipt_is_a_place_and_a_place_that_nobody_has_reached_is_none() {
    let server = TestServer::with(|config| config.hub.tick_ms = 1_000).await;
    server.create_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    ada.say("a", "one", 1).await;
    ada.hears("a", "one").await;
    // The room rests now: what is said is told a second later.
    let receipt = ada.say("a", "two", 2).await;
    let join = |seq: u64| json!({"op": "join", "room": "a", "epoch": receipt["epoch"], "seq": seq});
    let seq = receipt["seq"].as_u64().unwrap();
    let joined = ada.ok(join(seq)).await;
    assert_eq!(
        (&joined["resumed"], &joined["seq"], &joined["events"]),
        (&json!(true), &json!(seq), &json!([]))
    );
    assert_eq!(ada.ok(join(seq + 1)).await["gap"]["seq"], seq + 1);
}

#[tokio::test]
async fn who_missed_too_much_still_gets_what_is_left_of_it() {
    let mut server = TestServer::with(|config| config.rooms.history_entries = 50).await;
    server.create_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    let mut eve = NativeClient::member(&server, "eve", "a").await;
    ada.cut();
    for random in 0..60 {
        eve.say("a", &format!("m{random}"), random).await;
    }
    eve.hears("a", "m59").await;
    let mut ada = ada.reconnect(&server).await;
    let resume = json!({"op": "resume", "token": ada.token});
    ada.ok(resume).await;
    let joined = ada.join("a").await;
    assert!(!joined["gap"].is_null());
    let recent = joined["recent"].as_array().unwrap();
    assert_eq!((recent.len(), &recent[49]["parts"][0]["text"]), (50, &json!("m59")));
    server.stop().await;
}

#[tokio::test]
async fn attributes_that_were_replaced_are_told_as_gone() {
    let server = with_room("a").await;
    let mut ada = NativeClient::member(&server, "ada", "a").await;
    ada.ok(json!({"op": "set_attributes", "room": "a", "values": {"a": "1", "b": "2"}}))
        .await;
    let now = ada
        .ok(json!({"op": "replace_attributes", "room": "a", "values": {"b": "3", "c": "4"}}))
        .await;
    assert_eq!(now["values"], json!({"b": "3", "c": "4"}));
    let told = ada.event("a", "the change", |event| event["set"]["c"] == "4").await;
    assert_eq!(
        (&told["set"], &told["gone"]),
        (&json!({"b": "3", "c": "4"}), &json!(["a"]))
    );
}
