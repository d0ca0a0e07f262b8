//! Attributes and counters between clients and backends (LR-A1 to LR-A4, web-sdk-wire.md 5.7).

use serde_json::{Value, json};
use server::config::Webhook;
use testkit::{ADMIN, HookSink, TestServer, VendorClient, eventually};

const SET: &str = "group_open_http_svc.set_group_attr";
const MODIFY: &str = "group_open_http_svc.modify_group_attr";
const DELETE: &str = "group_open_http_svc.delete_group_attr";
const CLEAR: &str = "group_open_http_svc.clear_group_attr";
const GET: &str = "group_open_attr_http_svc.get_group_attr";
const COUNT: &str = "group_open_http_svc.update_group_counter";

fn write(entries: Value, seen: u64) -> Value {
    json!({"GroupId": "a", "GroupAttr": entries, "AttrMainSeq": seen, "BytesKey": "a", "AttrControl": ["RaceConflict"]})
}

/// The next notice of attributes.
async fn notice(client: &mut VendorClient) -> Value {
    loop {
        let item = client.next_item().await;
        let news = &item["MsgBody"]["MsgGroupNewInfo"]["GroupAttrOption"];
        if news.is_object() {
            assert_eq!((&item["Event"], &item["MsgBody"]["OpType"]), (&json!(6), &json!(6)));
            return news.clone();
        }
    }
}

#[tokio::test]
async fn each_write_is_answered_and_told_as_the_wire_page_says() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let answer = alice.call_ok(SET, write(json!([{"key": "k", "value": "1"}]), 0)).await;
    assert_eq!(
        (&answer["AttrMainSeq"], &answer["GroupAttrAry"]),
        (&json!(1), &json!([{"key": "k", "seq": 1}]))
    );
    let told = |op: u8, version: u64, list: Value| json!({"OpType": op, "GroupAttrSeq": version, "PushChangedAttrValFlag": 1, "GroupAttrInfo": list});
    let entry = |key: &str, value: &str, seq: u64| json!({"Key": key, "Value": value, "SubKeySeq": seq});
    assert_eq!(notice(&mut bob).await, told(1, 1, json!([entry("k", "1", 1)])));
    alice
        .call_ok(
            MODIFY,
            write(json!([{"key": "k", "value": "2"}, {"key": "l", "value": "3"}]), 1),
        )
        .await;
    assert_eq!(
        notice(&mut bob).await,
        told(2, 2, json!([entry("k", "2", 2), entry("l", "3", 1)]))
    );
    let answer = bob.call_ok(DELETE, write(json!([{"key": "l", "seq": 1}]), 2)).await;
    assert_eq!(answer["AttrMainSeq"], 3);
    assert_eq!(notice(&mut bob).await, told(4, 3, json!([entry("l", "", 0)])));
    let all = alice
        .call_ok(GET, json!({"GroupId": "a", "Key": "a", "GroupType": 1}))
        .await;
    assert_eq!(all["GroupAttrAry"], json!([{"key": "k", "value": "2", "seq": 2}]));
    let mut clear = write(Value::Null, 3);
    clear.as_object_mut().unwrap().remove("GroupAttr");
    assert_eq!(alice.call_ok(CLEAR, clear).await["AttrMainSeq"], 4);
    assert_eq!(notice(&mut bob).await["OpType"], 3);
    assert_eq!(
        alice.call_ok(GET, json!({"GroupId": "a"})).await["GroupAttrAry"],
        json!([])
    );
}

#[tokio::test]
async fn lr_a2_of_two_writers_the_first_wins_and_the_other_hears_10056() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    alice
        .call_ok(MODIFY, write(json!([{"key": "k", "value": "hers"}]), 0))
        .await;
    assert_eq!(
        bob.code(MODIFY, write(json!([{"key": "k", "value": "his"}]), 0)).await,
        10056
    );
    // He reads again, and writes.
    let seen = bob.call_ok(GET, json!({"GroupId": "a"})).await["AttrMainSeq"]
        .as_u64()
        .unwrap();
    bob.call_ok(MODIFY, write(json!([{"key": "k", "value": "his"}]), seen))
        .await;
    // A backend overwrites.
    let body = json!({"GroupId": "a", "GroupAttr": [{"key": "k", "value": "ours"}]});
    server.rest_ok("group_open_http_svc/modify_group_attr", body).await;
    let now = alice.call_ok(GET, json!({"GroupId": "a"})).await;
    assert_eq!(now["GroupAttrAry"][0]["value"], "ours");
}

#[tokio::test]
async fn lr_a1_a_room_is_written_five_times_per_second_by_all_together() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let rest = async |n: u64| {
        let body = json!({"GroupId": "a", "GroupAttr": [{"key": "k", "value": n.to_string()}]});
        server.rest("group_open_http_svc/modify_group_attr", body).await["ErrorCode"].clone()
    };
    // What is refused for another reason does not count.
    assert_eq!(
        alice.code(MODIFY, write(json!([{"key": "k", "value": "x"}]), 9)).await,
        10056
    );
    let mut codes = Vec::new();
    for n in 0..20 {
        codes.push(rest(n).await);
    }
    let passed = codes.iter().filter(|code| **code == 0).count();
    assert!((5..=6).contains(&passed), "{codes:?}");
    assert!(codes.iter().all(|code| *code == 0 || *code == 10049), "{codes:?}");
    assert_eq!(
        alice
            .code(MODIFY, write(json!([{"key": "k", "value": "x"}]), passed as u64))
            .await,
        10049
    );
    server.pass(1_000);
    assert_eq!(rest(99).await, 0);
}

#[tokio::test]
async fn lr_a3_only_who_is_there_reads_and_writes_and_an_app_may_want_moderators_only() {
    let server = TestServer::with(|config| config.apps[0].members_share = false).await;
    server.create_room_of("a", "host").await;
    let mut host = VendorClient::log_in(&server, "host").await;
    let body = write(json!([{"key": "k", "value": "v"}]), 0);
    let count = json!({"GroupId": "a", "GroupCounter": [{"Key": "n", "Value": 1}]});
    for (servcmd, body) in [(MODIFY, &body), (GET, &json!({"GroupId": "a"})), (COUNT, &count)] {
        assert_eq!(host.code(servcmd, body.clone()).await, 10007, "{servcmd} from outside");
    }
    host.join("a").await;
    host.call_ok(MODIFY, body.clone()).await;
    let mut fan = VendorClient::member(&server, "fan", "a").await;
    fan.call_ok(GET, json!({"GroupId": "a"})).await;
    assert_eq!(
        fan.code(MODIFY, write(json!([{"key": "k", "value": "w"}]), 1)).await,
        10007
    );
    assert_eq!(fan.code(COUNT, count).await, 10007);
}

#[tokio::test]
async fn a_backend_hears_of_attributes() {
    const TOLD: &str = "Group.CallbackAfterGroupAttrChanged";
    let sink = HookSink::start().await;
    let server = TestServer::with(|config| config.apps[0].webhook = Some(Webhook::new(&sink.url))).await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    alice.call_ok(SET, write(json!([{"key": "k", "value": "v"}]), 0)).await;
    let mut told = sink.next(TOLD).await;
    assert!(told.body.as_object_mut().unwrap().remove("EventTime").unwrap().is_u64());
    let wanted = |by: &str, step: &str, list: Value| {
        json!({"CallbackCommand": TOLD, "GroupId": "a", "Type": "AVChatRoom", "Operator_Account": by, "OptionType": step,
            "GroupAttr": list})
    };
    assert_eq!(told.body, wanted("alice", "set", json!([{"key": "k", "value": "v"}])));
    let body = json!({"GroupId": "a", "GroupAttr": [{"key": "k"}]});
    server.rest_ok("group_open_http_svc/delete_group_attr", body).await;
    let mut told = sink.next(TOLD).await;
    told.body.as_object_mut().unwrap().remove("EventTime");
    assert_eq!(told.body, wanted(ADMIN, "delete", json!([{"key": "k"}])));
}

/// What the next notices of counters say, until `key` is `value`; answers how many there were.
async fn hear_until(client: &mut VendorClient, key: &str, value: i64) -> usize {
    let mut notices = 0;
    loop {
        let item = client.next_item().await;
        let Some(infos) = item["MsgBody"]["GroupCounterInfo"].as_array() else {
            continue;
        };
        notices += 1;
        let pairs = infos.iter().flat_map(|info| info["GroupCounter"].as_array().unwrap());
        if pairs
            .into_iter()
            .any(|pair| pair["Key"] == key && pair["Value"] == value)
        {
            return notices;
        }
    }
}

#[tokio::test]
async fn lr_a4_every_count_is_kept_and_the_room_is_told_a_few_times_per_second() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let url = server.admin_url("group_open_http_svc/update_group_counter");
    let body = json!({"GroupId": "a", "Mode": "Increase", "GroupCounter": [{"Key": "likes", "Value": 2}]}).to_string();
    let calls = (0..200).map(|_| server.post(&url, body.clone()));
    for answer in futures_util::future::join_all(calls).await {
        assert_eq!(answer["ErrorCode"], 0);
    }
    let all = server
        .rest_ok("group_open_http_svc/get_group_counter", json!({"GroupId": "a"}))
        .await;
    assert_eq!(all["GroupCounter"], json!([{"Key": "likes", "Value": 400}]));
    let notices = hear_until(&mut bob, "likes", 400).await;
    assert!(notices < 60, "{notices} notices of 200 changes");
    let body = json!({"GroupId": "a"});
    server.rest_ok("group_open_http_svc/delete_group_counter", body).await;
    let gone = eventually("the notice of a deletion", async || {
        let item = bob.next_item().await;
        item["MsgBody"]["GroupCounterInfo"]
            .as_array()
            .map(|infos| infos[0].clone())
    })
    .await;
    assert_eq!(
        (&gone["Type"], &gone["GroupCounter"]),
        (&json!(1), &json!([{"Key": "likes", "Value": 0}]))
    );
}

#[tokio::test]
async fn what_is_shared_survives_a_crash_and_ends_with_the_room() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    let attributes = json!({"GroupId": "a", "GroupAttr": [{"key": "k", "value": "v"}]});
    server.rest_ok("group_open_http_svc/set_group_attr", attributes).await;
    let counters = json!({"GroupId": "a", "GroupCounter": [{"Key": "n", "Value": 7}]});
    server
        .rest_ok("group_open_http_svc/update_group_counter", counters)
        .await;
    server.crash_and_restart().await;
    let read = async |server: &TestServer| {
        let body = json!({"GroupId": "a"});
        let attributes = server
            .rest_ok("group_open_attr_http_svc/get_group_attr", body.clone())
            .await;
        let counters = server.rest_ok("group_open_http_svc/get_group_counter", body).await;
        (attributes["GroupAttrAry"].clone(), counters["GroupCounter"].clone())
    };
    let kept = (
        json!([{"key": "k", "value": "v", "seq": 1}]),
        json!([{"Key": "n", "Value": 7}]),
    );
    assert_eq!(read(&server).await, kept);
    server
        .rest_ok("group_open_http_svc/destroy_group", json!({"GroupId": "a"}))
        .await;
    server.create_room("a").await;
    assert_eq!(read(&server).await, (json!([]), json!([])));
}
