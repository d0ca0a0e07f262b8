//! Every event and every frame that the server says, as `docs/protocol.md` writes it. Written by hand from the page
//! (decision 37).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

use room::{
    Content, Entry, Epoch, Event, Message, Millis, Person, Priority, Seq, UserId,
    attributes::AttributeStep,
    counters::CounterNews,
    event::{AttributeNews, Crowd, MessageRef, ProfileChange, Verdict},
};
use serde_json::{Value, json, value::RawValue};
use std::collections::BTreeMap;
use wire::{
    event::{self, Style},
    frame::{self, Ended, Likes, Online, Out, Role, State, You},
};

struct Plain;

impl Style for Plain {
    fn number(&self, number: u64) -> String {
        format!("#{number}")
    }

    fn parts(&self, content: &Content) -> Box<RawValue> {
        RawValue::from_string(content.elements.to_string()).unwrap()
    }
}

fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

fn person(name: &str, number: u64) -> Person {
    Person {
        user: user(name),
        number,
        nick: format!("{name}!").into(),
        avatar: "".into(),
    }
}

fn written(name: &str, number: u64) -> Value {
    json!({"user": name, "number": format!("#{number}"), "nick": format!("{name}!"), "avatar": ""})
}

fn message(client_time: u64, extra: &str) -> Message {
    Message {
        from: person("ada", 7),
        random: 42,
        client_time,
        client_seq: 3,
        priority: Priority::High,
        content: Content {
            elements: r#"[{"text":"hi \"there\""}]"#.into(),
            extra: extra.into(),
        },
    }
}

fn verdict() -> Verdict {
    Verdict {
        by: person("host", 1),
        users: vec![person("ada", 7)],
        reason: "spam".into(),
    }
}

#[test]
fn every_event_is_written_as_the_page_says() {
    let mut crowd = Crowd::default();
    (1..=12).for_each(|n| crowd.add(person("x", n)));
    let crowd_people: Vec<_> = (3..=12).map(|n| written("x", n)).collect();
    let gone = MessageRef {
        seq: Seq(4),
        sender: 7,
        random: 42,
        client_time: 1_700_000_000,
        at_s: 1_700_000_001,
    };
    let change = ProfileChange {
        name: Some("Evening".to_owned()),
        custom: BTreeMap::from([("k".to_owned(), String::new())]),
        ..ProfileChange::default()
    };
    let attributes = AttributeNews {
        by: user("ada"),
        step: AttributeStep::Merged,
        version: 5,
        entries: vec![("a".to_owned(), Some(("1".to_owned(), 2))), ("b".to_owned(), None)],
        replaced: vec!["c".to_owned()],
    };
    let counters = CounterNews {
        version: 6,
        values: BTreeMap::from([("c".to_owned(), Some(-3)), ("d".to_owned(), None)]),
    };
    let said = json!({
        "from": written("ada", 7), "random": 42, "client_time": 1_700_000_000, "priority": "high",
        "parts": [{"text": "hi \"there\""}],
    });
    let with = |mut value: Value, kind: &str| {
        value["type"] = json!(kind);
        value
    };
    let mut unknown_time = with(said.clone(), "message");
    unknown_time["client_time"] = json!(1_795_376_115);
    unknown_time["extra"] = json!("x");
    let table = [
        (
            Event::Message(message(1_700_000_000, "")),
            with(said.clone(), "message"),
        ),
        (Event::Message(message(0, "x")), unknown_time),
        (Event::Broadcast(message(1_700_000_000, "")), with(said, "broadcast")),
        (
            Event::Joined(person("eve", 2)),
            json!({"type": "joined", "people": [written("eve", 2)], "count": 1}),
        ),
        (
            Event::Left(person("eve", 2)),
            json!({"type": "left", "people": [written("eve", 2)], "count": 1}),
        ),
        (
            Event::JoinedMany(crowd.clone()),
            json!({"type": "joined", "people": crowd_people, "count": 12}),
        ),
        (
            Event::LeftMany(crowd),
            json!({"type": "left", "people": crowd_people, "count": 12}),
        ),
        (
            Event::Removed(verdict()),
            json!({"type": "removed", "by": written("host", 1), "people": [written("ada", 7)], "reason": "spam"}),
        ),
        (
            Event::Banned {
                verdict: verdict(),
                seconds: 60,
            },
            json!({
                "type": "banned", "by": written("host", 1), "people": [written("ada", 7)], "reason": "spam", "seconds": 60,
            }),
        ),
        (
            Event::Deleted {
                by: person("host", 1),
                messages: vec![gone],
                reason: "".into(),
            },
            json!({
                "type": "deleted", "by": written("host", 1), "reason": "",
                "messages": [{"seq": 4, "number": "#7", "random": 42, "client_time": 1_700_000_000}],
            }),
        ),
        (
            Event::Profile {
                by: person("host", 1),
                change,
            },
            json!({"type": "profile", "by": written("host", 1), "change": {"name": "Evening", "custom": {"k": ""}}}),
        ),
        (
            Event::Attributes(attributes),
            json!({"type": "attributes", "by": "ada", "version": 5, "set": {"a": "1"}, "gone": ["b", "c"]}),
        ),
        (
            Event::Counters(counters),
            json!({"type": "counters", "version": 6, "set": {"c": -3}, "gone": ["d"]}),
        ),
        (
            Event::Notice {
                by: user("administrator"),
                text: "hi".into(),
            },
            json!({"type": "notice", "by": "administrator", "text": "hi"}),
        ),
        (
            Event::Dismissed { by: user("host") },
            json!({"type": "dismissed", "by": "host"}),
        ),
    ];
    for (event, mut wanted) in table {
        let entry = Entry {
            epoch: Epoch(3),
            seq: Seq(118),
            at: Millis(1_795_376_115_123),
            event,
        };
        wanted["seq"] = json!(118);
        wanted["at"] = json!(1_795_376_115_123_u64);
        let written: Value = serde_json::from_str(&event::encode(&entry, &Plain)).unwrap();
        assert_eq!(written, wanted);
        let gone: Value = serde_json::from_str(&event::encode_gone(&entry)).unwrap();
        assert_eq!(gone, json!({"seq": 118, "at": 1_795_376_115_123_u64, "type": "gone"}));
    }
}

#[test]
fn every_frame_is_written_as_the_page_says() {
    let read = |frame: String| serde_json::from_str::<Value>(&frame).unwrap();
    let batch = frame::events("a \"b\"", "k.3", (Seq(116), Seq(118)), &frame::array(["{}", "[]"]));
    assert_eq!(
        read(batch),
        json!({"room": "a \"b\"", "epoch": "k.3", "after": 116, "seq": 118, "events": [{}, []]})
    );
    assert_eq!(frame::array([]), "[]");
    assert_eq!(
        read(frame::skipped("a", "k.3", Seq(119), Seq(124))),
        json!({"room": "a", "epoch": "k.3", "skipped": {"from": 119, "to": 124}})
    );
    let state = State {
        online: Some(Online {
            members: 2,
            guests: 1,
            age_ms: 0,
        }),
        likes: Some(Likes { total: 9, add: None }),
        rules: None,
    };
    assert_eq!(
        read(frame::state("a", &state)),
        json!({"room": "a", "state": {"online": {"members": 2, "guests": 1, "age_ms": 0}, "likes": {"total": 9}}})
    );
    assert_eq!(
        read(frame::state("a", &State::default())),
        json!({"room": "a", "state": {}})
    );
    let you = You {
        role: Role::Admin,
        may_moderate: true,
        may_speak: false,
        muted_s: u32::MAX,
        likes: 3,
    };
    assert_eq!(
        read(frame::you("a", &you)),
        json!({"room": "a", "you": {
            "role": "admin", "may_moderate": true, "may_speak": false, "muted_s": 4_294_967_295_u32, "likes": 3,
        }})
    );
    for (out, wanted) in [
        (
            Out::Removed { reason: "spam" },
            json!({"why": "removed", "reason": "spam"}),
        ),
        (
            Out::Banned { seconds: 5, reason: "" },
            json!({"why": "banned", "seconds": 5, "reason": ""}),
        ),
        (Out::Left, json!({"why": "left"})),
        (Out::NoGuests, json!({"why": "no_guests"})),
    ] {
        assert_eq!(read(frame::out("a", &out)), json!({"room": "a", "out": wanted}));
    }
    assert_eq!(
        read(frame::session_ended(Ended::OtherLogin)),
        json!({"session": {"ended": "other_login"}})
    );
    assert_eq!(
        read(frame::session_ended(Ended::Kicked)),
        json!({"session": {"ended": "kicked"}})
    );
}
