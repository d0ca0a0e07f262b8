//! Fuzz targets of the native frames: whatever comes, reading it does not panic, and what is read means what was sent.
//!
//! A plain run takes a second per target; `fuzz/README.md` tells how to run them for longer or guided by coverage.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails, also in its helpers"
)]

use bolero::{TypeGenerator, check};
use serde_json::{Value, json};
use wire::{
    Place,
    request::{self, Part},
};

/// Every kind of request that there is, as its members are read.
fn read_all(frame: &[u8]) {
    let _ = request::read::<request::Login>(frame);
    let _ = request::read::<request::Resume>(frame);
    let _ = request::read::<request::Join>(frame);
    let _ = request::read::<request::OfRoom>(frame);
    let _ = request::read::<request::Send>(frame);
    let _ = request::read::<request::Like>(frame);
    let _ = request::read::<request::Likes>(frame);
    let _ = request::read::<request::Create>(frame);
    let _ = request::read::<request::Update>(frame);
    let _ = request::read::<request::Members>(frame);
    let _ = request::read::<request::SetAttributes>(frame);
    let _ = request::read::<request::DeleteAttributes>(frame);
    let _ = request::read::<request::SetCounters>(frame);
    let _ = request::read::<request::Profiles>(frame);
    let _ = request::read::<request::SetProfile>(frame);
    let _ = request::read::<request::Delete>(frame);
    let _ = request::read::<request::Moderate>(frame);
    let _ = request::read::<request::Rules>(frame);
    let _ = request::read::<request::Sanctioned>(frame);
    let _ = request::read::<request::Judge>(frame);
}

#[test]
fn fuzz_native_frame_bytes() {
    check!().for_each(|frame: &[u8]| {
        if let Ok(head) = request::head(frame) {
            // What has a head is JSON, and has an op.
            let frame: Value = serde_json::from_slice(frame).unwrap();
            assert_eq!(frame["op"].as_str().unwrap(), head.op);
        }
        read_all(frame);
        if let Ok(id) = std::str::from_utf8(frame)
            && let Some(place) = Place::of_id(id)
        {
            assert_eq!(Place::of_id(&place.to_id()), Some(place));
        }
    });
}

/// A value that a careless or hostile client puts where another one belongs.
#[derive(Clone, Debug, TypeGenerator)]
enum Odd {
    Null,
    Flag(bool),
    Number(i64),
    Fraction(f32),
    Text(String),
    List(Vec<u8>),
    Map(Vec<(String, u8)>),
}

impl Odd {
    fn value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Flag(flag) => json!(flag),
            Self::Number(number) => json!(number),
            Self::Fraction(fraction) => json!(fraction),
            Self::Text(text) => json!(text),
            Self::List(list) => json!(list),
            Self::Map(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), json!(value))).collect()),
        }
    }
}

/// The members of a message, some of them odd.
#[derive(Clone, Debug, TypeGenerator)]
struct Sent {
    room: String,
    random: u32,
    texts: Vec<String>,
    data: String,
    extra: String,
    odd: Option<(u8, Odd)>,
}

#[test]
fn fuzz_native_frame_structure() {
    check!().with_type().for_each(|sent: &Sent| {
        let texts = sent.texts.iter().map(|text| json!({"text": text}));
        let parts: Vec<_> = texts.chain([json!({"custom": {"data": sent.data}})]).collect();
        let mut frame = json!({
            "id": 7, "op": "send", "room": sent.room, "random": sent.random, "parts": parts, "extra": sent.extra,
        });
        let members = [
            "id",
            "op",
            "room",
            "random",
            "parts",
            "extra",
            "priority",
            "client_time",
        ];
        if let Some((at, odd)) = &sent.odd {
            frame[members[usize::from(*at) % members.len()]] = odd.value();
        }
        let bytes = frame.to_string().into_bytes();
        let _ = request::head(&bytes);
        let read = request::read::<request::Send>(&bytes);
        read_all(&bytes);
        match (read, &sent.odd) {
            (Ok(read), None) => {
                assert_eq!(
                    (&read.room, read.random, &read.extra),
                    (&sent.room, sent.random, &sent.extra)
                );
                let texts = read.parts.iter().filter_map(|part| match part {
                    Part::Text(text) => Some(text),
                    _ => None,
                });
                assert!(texts.eq(&sent.texts));
            }
            (Err(error), None) => panic!("a message cannot be read: {error}"),
            (_, Some(_)) => {}
        }
    });
}
