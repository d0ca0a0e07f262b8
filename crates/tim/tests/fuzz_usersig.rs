//! Fuzz targets of the ticket reader: no input makes it panic, and nothing verifies but what the key signed.
//!
//! A plain run takes a second per target; `fuzz/README.md` tells how to run them for longer or guided by coverage.

mod common;

use base64::prelude::{BASE64_STANDARD, Engine};
use bolero::{TypeGenerator, check, produce};
use common::{APP, KEY, pack, text};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tim::usersig::{Claim, Ticket, verify};

fn claim(identifier: &str) -> Claim<'_> {
    // At time 0 nothing has expired, so that the signature alone decides.
    Claim {
        identifier,
        sdkappid: APP,
        keys: &[KEY],
        now: 0,
    }
}

/// Bytes as the whole text, as the zlib stream in it, and as the document in that.
#[test]
fn fuzz_usersig_bytes() {
    check!().for_each(|input: &[u8]| {
        for usersig in [String::from_utf8_lossy(input).into_owned(), text(input), pack(input)] {
            assert!(verify(&usersig, claim("alice")).is_err());
        }
    });
}

/// A genuine ticket, and what a forger does to it.
#[derive(Debug, TypeGenerator)]
struct Forgery {
    identifier: String,
    time: u64,
    expire: i64,
    #[generator(produce::<Vec<u8>>().with().len(0usize..40))]
    userbuf: Vec<u8>,
    has_userbuf: bool,
    #[generator(produce::<Vec<Change>>().with().len(0usize..4))]
    changes: Vec<Change>,
    #[generator(produce::<Vec<Edit>>().with().len(0usize..3))]
    document_edits: Vec<Edit>,
    #[generator(produce::<Vec<Edit>>().with().len(0usize..2))]
    stream_edits: Vec<Edit>,
    #[generator(produce::<Vec<Edit>>().with().len(0usize..2))]
    text_edits: Vec<Edit>,
}

/// A change to the members of the document; `at` is taken modulo their number.
#[derive(Debug, TypeGenerator)]
enum Change {
    Remove { at: u8 },
    Repeat { at: u8 },
    Swap { at: u8, with: u8 },
    Null { at: u8 },
    Number { at: u8, value: i64 },
    Digits { at: u8, value: i64 },
    Text { at: u8, value: String },
    AddUserbuf { value: String },
    Resign { key: String },
}

/// One byte overwritten; `at` is taken modulo the length.
#[derive(Debug, TypeGenerator)]
struct Edit {
    at: u16,
    to: u8,
}

type Members = Vec<(String, Value)>;

/// The MAC over the signed text, written from `usersig.md` section 2 and not with the code under test.
fn signature(key: &str, ticket: &Ticket) -> String {
    let Ticket {
        identifier,
        sdkappid,
        time,
        expire,
        userbuf,
    } = ticket;
    let mut signed =
        format!("TLS.identifier:{identifier}\nTLS.sdkappid:{sdkappid}\nTLS.time:{time}\nTLS.expire:{expire}\n");
    if let Some(userbuf) = userbuf {
        signed.push_str(&format!("TLS.userbuf:{}\n", BASE64_STANDARD.encode(userbuf)));
    }
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .expect("any key")
        .chain_update(signed);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

fn members(ticket: &Ticket) -> Members {
    let mut members: Members = vec![
        ("TLS.ver".into(), "2.0".into()),
        ("TLS.identifier".into(), ticket.identifier.as_str().into()),
        ("TLS.sdkappid".into(), ticket.sdkappid.into()),
        ("TLS.time".into(), ticket.time.into()),
        ("TLS.expire".into(), ticket.expire.into()),
        ("TLS.sig".into(), signature(KEY, ticket).into()),
    ];
    if let Some(userbuf) = &ticket.userbuf {
        members.push(("TLS.userbuf".into(), BASE64_STANDARD.encode(userbuf).into()));
    }
    members
}

fn change(members: &mut Members, ticket: &Ticket, change: &Change) {
    let count = members.len().max(1);
    let place = |at: &u8| usize::from(*at) % count;
    let mut set = |at: &u8, value: Value| {
        if let Some(member) = members.get_mut(place(at)) {
            member.1 = value;
        }
    };
    match change {
        Change::Null { at } => set(at, Value::Null),
        Change::Number { at, value } => set(at, (*value).into()),
        Change::Digits { at, value } => set(at, value.to_string().into()),
        Change::Text { at, value } => set(at, value.as_str().into()),
        Change::Remove { at } => drop(members.drain(place(at)..).next()),
        Change::Repeat { at } => members.extend(members.get(place(at)).cloned()),
        Change::Swap { at, with } if !members.is_empty() => members.swap(place(at), place(with)),
        Change::Swap { .. } => {}
        Change::AddUserbuf { value } => members.push(("TLS.userbuf".into(), value.as_str().into())),
        Change::Resign { key } if key != KEY => members.push(("TLS.sig".into(), signature(key, ticket).into())),
        Change::Resign { .. } => {}
    }
}

fn write(members: &Members) -> Vec<u8> {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}

fn edit(bytes: &mut [u8], edits: &[Edit]) {
    for Edit { at, to } in edits {
        let place = usize::from(*at) % bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(place) {
            *byte = *to;
        }
    }
}

#[test]
fn fuzz_usersig_forgery() {
    check!().with_type::<Forgery>().for_each(|forgery| {
        let ticket = Ticket {
            identifier: forgery.identifier.clone(),
            sdkappid: APP,
            time: forgery.time,
            expire: forgery.expire,
            userbuf: forgery.has_userbuf.then(|| forgery.userbuf.clone()),
        };
        let mut members = members(&ticket);
        for one in &forgery.changes {
            change(&mut members, &ticket, one);
        }
        let mut document = write(&members);
        edit(&mut document, &forgery.document_edits);
        let base64 = pack(&document).replace('*', "+").replace('-', "/").replace('_', "=");
        let mut stream = BASE64_STANDARD.decode(base64).expect("was encoded just now");
        edit(&mut stream, &forgery.stream_edits);
        let mut usersig = text(&stream).into_bytes();
        edit(&mut usersig, &forgery.text_edits);
        let usersig = String::from_utf8_lossy(&usersig);

        let untouched = forgery.changes.is_empty()
            && forgery.document_edits.is_empty()
            && forgery.stream_edits.is_empty()
            && forgery.text_edits.is_empty();
        if untouched && usersig.len() < 8192 && document.len() < 8192 {
            assert!(verify(&usersig, claim(&ticket.identifier)).is_ok());
        }
        // The forger claims to be whoever his document names, the one whose ticket he holds, or somebody else.
        let named = members
            .iter()
            .find(|(name, _)| name == "TLS.identifier")
            .and_then(|(_, value)| value.as_str());
        for identifier in [named.unwrap_or("alice"), &ticket.identifier, "mallory"] {
            if let Ok(verified) = verify(&usersig, claim(identifier)) {
                assert_eq!(
                    (verified.ticket.identifier.as_str(), &verified.ticket),
                    (identifier, &ticket)
                );
            }
        }
    });
}
