//! Fuzz targets of the REST door: bodies of every command, through the real gateway and into a real store. No body
//! makes the server panic or answer with an internal code, and a refused one changes nothing.
//!
//! A plain run takes a second per target; `fuzz/README.md` tells how to run them for longer or guided by coverage.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails, also in its helpers"
)]

use axum::body::Body;
use bolero::{TypeGenerator, check, produce};
use http::Request;
use serde_json::{Value, json};
use server::doors::rest;
use std::net::{IpAddr, Ipv4Addr};
use testkit::{TestServer, rest::INTERNAL, text_body};
use tokio::runtime::Runtime;

struct Target {
    runtime: Runtime,
    server: TestServer,
}

thread_local! {
    /// One server for all inputs of a target; what one input leaves behind is part of the next one's world. Targets run in
    /// threads of their own at the same time, and must not change each other's.
    static TARGET: Target = start();
}

fn start() -> Target {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(async {
        let server = TestServer::start().await;
        server.import(&["alice"]).await;
        server.create_room("a").await;
        server.create_room("still").await;
        server
    });
    Target { runtime, server }
}

/// Calls a command with a body.
fn call(command: &str, body: &[u8]) -> Value {
    TARGET.with(|target| call_at(target, command, body))
}

fn call_at(Target { runtime, server }: &Target, command: &str, body: &[u8]) -> Value {
    let url = server.admin_url(command);
    let address = url.split_once("/v4/").unwrap().1;
    let request = Request::post(format!("/v4/{address}"))
        .body(Body::from(body.to_vec()))
        .unwrap();
    let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let response = runtime.block_on(rest::handle(server.app(), request, peer));
    assert_eq!(response.status(), 200);
    let answer: Value = serde_json::from_str(response.body()).expect("an answer is JSON");
    let code = answer["ErrorCode"].as_i64().expect("ErrorCode is an integer");
    assert!(!INTERNAL.contains(&code), "{command}: an internal error: {answer}");
    assert_eq!(answer["ActionStatus"], if code == 0 { "OK" } else { "FAIL" });
    assert!(server.panics().is_empty(), "{:?}", server.panics());
    answer
}

fn state() -> Value {
    let ids = json!({"GroupIdList": ["a", "still"]});
    call("group_open_http_svc/get_group_info", ids.to_string().as_bytes())
}

fn command(number: u8) -> &'static str {
    rest::commands::ALL[usize::from(number) % rest::commands::ALL.len()].name
}

/// A first byte that chooses the command, then its body.
#[test]
fn fuzz_rest_body_bytes() {
    check!().for_each(|input: &[u8]| {
        let Some((number, body)) = input.split_first() else {
            return;
        };
        let before = state();
        if call(command(*number), body)["ErrorCode"] != 0 {
            assert_eq!(state(), before, "a refused body changed something");
        }
    });
}

/// A genuine request, and what is done to it.
#[derive(Debug, TypeGenerator)]
struct Hostile {
    command: u8,
    #[generator(produce::<Vec<Change>>().with().len(0usize..4))]
    changes: Vec<Change>,
    #[generator(produce::<Vec<(u16, u8)>>().with().len(0usize..2))]
    edits: Vec<(u16, u8)>,
}

/// Up to which size a body is changed further, in bytes: a list of lists of lists would grow without end.
const BYTES_MAX: usize = 2_000;

/// A change to a member; `at` is taken modulo their number.
#[derive(Debug, TypeGenerator)]
enum Change {
    Remove { at: u8 },
    Null { at: u8 },
    Number { at: u8, value: i64 },
    Big { at: u8, value: u64 },
    Text { at: u8, value: String },
    Long { at: u8, bytes: u16 },
    Many { at: u8, times: u8 },
    Inside { at: u8 },
    Flag { at: u8, value: bool },
}

/// Requests that succeed, or nearly.
fn genuine(command: &str) -> Value {
    match command.rsplit_once('/').map_or("", |(_, name)| name) {
        "account_import" => json!({"UserID": "alice", "Nick": "n", "FaceUrl": "f"}),
        "multiaccount_import" => json!({"AccountList": [{"UserID": "alice", "Nick": "n"}]}),
        "account_check" => json!({"CheckItem": [{"UserID": "alice"}]}),
        "account_delete" => json!({"DeleteItem": [{"UserID": "bob"}]}),
        "kick" => json!({"UserID": "alice"}),
        "query_online_status" | "querystate" => json!({"To_Account": ["alice"], "IsNeedDetail": 1}),
        "portrait_set" => {
            json!({"From_Account": "alice", "ProfileItem": [{"Tag": "Tag_Profile_IM_Nick", "Value": "n"}]})
        }
        "portrait_get" => json!({"To_Account": ["alice"], "TagList": ["Tag_Profile_IM_Nick"]}),
        "create_group" => json!({
            "Type": "AVChatRoom", "Name": "n", "GroupId": "a", "Owner_Account": "alice", "Introduction": "i",
            "AppDefinedData": [{"Key": "k", "Value": "v"}], "ApplyJoinOption": "FreeAccess",
        }),
        "get_group_info" => json!({"GroupIdList": ["a"], "ResponseFilter": {"GroupBaseInfoFilter": ["Name"]}}),
        "modify_group_base_info" => json!({
            "GroupId": "a", "Name": "n", "Notification": "n", "MuteAllMember": "Off",
            "AppDefinedData": [{"Key": "k", "Value": ""}],
        }),
        "get_appid_group_list" => json!({"Limit": 10, "Next": 0, "GroupType": "AVChatRoom"}),
        "send_group_msg" => {
            let mut body = text_body("a", "hi");
            body["From_Account"] = json!("alice");
            body["CloudCustomData"] = json!("c");
            body
        }
        "send_group_system_notification" => json!({"GroupId": "a", "Content": "c", "ToMembers_Account": []}),
        // destroy_group, get_online_member_num
        _ => json!({"GroupId": "a"}),
    }
}

fn change(body: &mut Value, change: &Change) {
    let Some(members) = body.as_object_mut() else { return };
    let count = members.len().max(1);
    let name = |at: u8| members.keys().nth(usize::from(at) % count).cloned().unwrap_or_default();
    let (at, value) = match change {
        Change::Remove { at } => {
            let name = name(*at);
            members.remove(&name);
            return;
        }
        Change::Null { at } => (at, Value::Null),
        Change::Number { at, value } => (at, (*value).into()),
        Change::Big { at, value } => (at, (*value).into()),
        Change::Text { at, value } => (at, value.as_str().into()),
        Change::Long { at, bytes } => (at, "x".repeat(usize::from(*bytes)).into()),
        Change::Many { at, times } => (
            at,
            vec![members.get(&name(*at)).cloned().unwrap_or_default(); usize::from(*times % 120)].into(),
        ),
        Change::Inside { at } => (at, json!({"UserID": members.get(&name(*at))})),
        Change::Flag { at, value } => (at, (*value).into()),
    };
    let name = name(*at);
    members.insert(name, value);
}

#[test]
fn fuzz_rest_body_structure() {
    check!().with_type::<Hostile>().for_each(|hostile| {
        let command = command(hostile.command);
        let mut body = genuine(command);
        for one in &hostile.changes {
            if body.to_string().len() < BYTES_MAX {
                change(&mut body, one);
            }
        }
        let mut bytes = body.to_string().into_bytes();
        for (at, to) in &hostile.edits {
            let place = usize::from(*at) % bytes.len().max(1);
            bytes[place] = *to;
        }
        let before = state();
        if call(command, &bytes)["ErrorCode"] != 0 {
            assert_eq!(state(), before, "{command}: a refused body changed something");
        }
    });
}
