//! Fuzz target of the native door: requests of every kind, some of their members odd, over a real connection. Each is
//! answered, with what was asked for or with an error that is none of the server's own, and nothing panics.
//!
//! A plain run takes a second; `fuzz/README.md` tells how to run it for longer or guided by coverage.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails, also in its helpers"
)]

use bolero::{TypeGenerator, check};
use serde_json::{Value, json};
use server::doors::native::commands;
use std::cell::RefCell;
use testkit::{NativeClient, TestServer};
use tokio::runtime::Runtime;

struct Target {
    runtime: Runtime,
    server: TestServer,
    client: NativeClient,
}

thread_local! {
    /// One server and one connection for all inputs; what one input leaves behind is part of the next one's world.
    static TARGET: RefCell<Target> = RefCell::new(start());
}

fn start() -> Target {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (server, client) = runtime.block_on(async {
        let server = TestServer::with(|config| {
            config.limits.commands_per_second_max = 10_000;
            config.limits.commands_burst = 100_000;
            config.limits.rooms_per_user_max = 1_000_000;
            config.limits.new_rooms_per_day_max = 1_000_000;
            config.rooms.join_tips = false;
        })
        .await;
        server.create_room_of("a", "ada").await;
        let client = NativeClient::member(&server, "ada", "a").await;
        (server, client)
    });
    Target {
        runtime,
        server,
        client,
    }
}

/// A value for a member of a request: what belongs there, or something odd.
#[derive(Clone, Debug, TypeGenerator)]
enum Member {
    Right,
    Null,
    Flag(bool),
    Number(i64),
    Text(String),
    Texts(Vec<String>),
    Map(Vec<(String, i32)>),
}

impl Member {
    fn value(&self, right: Value) -> Value {
        match self {
            Self::Right => right,
            Self::Null => Value::Null,
            Self::Flag(flag) => json!(flag),
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Texts(texts) => json!(texts),
            Self::Map(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), json!(value))).collect()),
        }
    }
}

#[derive(Clone, Debug, TypeGenerator)]
struct Request {
    op: u8,
    room: Option<Member>,
    users: Option<Member>,
    seconds: Option<Member>,
    values: Option<Member>,
    parts: Option<Member>,
    place: Option<(Member, Member)>,
    name: Option<Member>,
    numbers: Option<Member>,
}

/// These end what the target stands on.
const LEFT_OUT: [&str; 3] = ["logout", "dismiss", "leave"];

#[test]
fn fuzz_native_requests() {
    check!().with_type().for_each(|request: &Request| {
        TARGET.with_borrow_mut(|target| ask(target, request));
    });
}

fn ask(target: &mut Target, request: &Request) {
    let Target {
        runtime,
        server,
        client,
    } = target;
    let ops: Vec<_> = commands::ALL.iter().filter(|op| !LEFT_OUT.contains(op)).collect();
    let mut frame = json!({"op": ops[usize::from(request.op) % ops.len()]});
    let mut set = |name: &str, member: &Option<Member>, right: Value| {
        if let Some(member) = member {
            frame[name] = member.value(right);
        }
    };
    set("room", &request.room, json!("a"));
    set("users", &request.users, json!(["eve"]));
    set("seconds", &request.seconds, json!(60));
    set("values", &request.values, json!({"k": 1}));
    set("parts", &request.parts, json!([{"text": "hi"}]));
    for name in ["name", "nick", "user", "token", "sig", "platform", "kind", "verdict"] {
        set(name, &request.name, json!("x"));
    }
    for name in ["seqs", "held", "keys"] {
        set(name, &request.numbers, json!([1, 2]));
    }
    for name in ["random", "taps", "top", "before", "seen"] {
        set(name, &request.seconds, json!(3));
    }
    if let Some((epoch, seq)) = &request.place {
        set("epoch", &Some(epoch.clone()), json!("x.1"));
        set("seq", &Some(seq.clone()), json!(1));
    }
    runtime.block_on(async {
        let id = client.request(frame.clone()).await;
        let answer = client.answer(id).await;
        let code = answer["error"]["code"].as_i64().unwrap_or_default();
        assert!(
            ![10002, 70500, 40006, 90994].contains(&code),
            "{frame} is answered with {answer}"
        );
        assert!(
            answer["ok"].is_object() || code > 0,
            "{frame} is answered with {answer}"
        );
    });
    assert!(server.panics().is_empty());
}
