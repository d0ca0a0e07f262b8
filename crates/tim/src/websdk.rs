//! Frames of the Web SDKs (web-sdk-wire.md section 1): one JSON document each, in both directions.

use crate::{
    answer::{self, Answer},
    fields,
    item::{Item, Kind, tiny_id},
};
use flate2::{Compression, write::ZlibEncoder};
use room::{Content, Person};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt::Write as _, io::Write as _};

/// The command under which the server speaks unasked.
pub const PUSH: &str = "im_open_push.msg_push";
/// The command under which a session is told that it is over.
pub const FORCE_OFFLINE: &str = "im_open_status.stat_forceoffline";

/// A frame from a client.
#[derive(Debug, Deserialize)]
pub struct Request<'a> {
    /// Who and what.
    #[serde(borrow)]
    pub head: Head<'a>,
    /// The command's own members.
    #[serde(borrow, default)]
    pub body: Option<&'a RawValue>,
}

/// The head of a frame: the routing key, and the credentials.
#[derive(Debug, Deserialize)]
pub struct Head<'a> {
    /// `service.command`; echoed.
    #[serde(borrow)]
    pub servcmd: Cow<'a, str>,
    /// The request's number; echoed. Not unique between connections.
    pub seq: u64,
    /// The user, before login; absent afterwards, empty for a guest.
    #[serde(borrow, default)]
    pub identifier: Option<Cow<'a, str>>,
    /// The ticket, before login.
    #[serde(borrow, default)]
    pub usersig: Option<Cow<'a, str>>,
    /// The key of the login answer, after login.
    #[serde(borrow, default)]
    pub a2: Option<Cow<'a, str>>,
    /// The app that the client believes to speak to.
    #[serde(default)]
    pub sdkappid: Option<u32>,
}

/// A frame that is not one. There is nobody to answer: it carries no number.
#[derive(Debug, thiserror::Error)]
#[error("not a Web SDK frame: {0}")]
pub struct FrameError(#[from] serde_json::Error);

/// Reads a frame.
pub fn parse(frame: &[u8]) -> Result<Request<'_>, FrameError> {
    Ok(serde_json::from_slice(frame)?)
}

/// The answer to a request; `servcmd` and `seq` are the request's own.
pub fn answer(servcmd: &str, seq: u64, answer: &Answer) -> String {
    enclose(servcmd, seq, &answer::body(answer))
}

fn enclose(servcmd: &str, seq: u64, body: &str) -> String {
    let servcmd = serde_json::Value::from(servcmd);
    format!(r#"{{"head":{{"servcmd":{servcmd},"seq":{seq}}},"body":{body}}}"#)
}

/// A push of a room's items, in their order.
pub fn push(items: &[Item]) -> String {
    let mut events = String::new();
    let mut last = None;
    for item in items {
        if last == Some(item.kind) {
            events.push(',');
        } else {
            if last.is_some() {
                events.push_str("]},");
            }
            let array = if item.kind == Kind::Message {
                "GroupMsgArray"
            } else {
                "GroupTips"
            };
            let _ = write!(events, r#"{{"Event":{},"{array}":["#, item.kind.event());
            last = Some(item.kind);
        }
        events.push_str(&item.json);
    }
    if last.is_some() {
        events.push_str("]}");
    }
    push_events(PUSH, &events)
}

/// A push of ready-made `EventArray` entries, without their brackets.
fn push_events(servcmd: &str, events: &str) -> String {
    enclose(
        servcmd,
        0,
        &format!(r#"{{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","EventArray":[{events}]}}"#),
    )
}

/// Why a session ends (web-sdk-wire.md 2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kick {
    /// The same account logged in elsewhere.
    OtherLogin = 1,
    /// The account logged in on another device.
    OtherDevice = 2,
    /// The backend ended all of the account's logins.
    Backend = 3,
}

/// The push that tells a session that it is over.
pub fn kick(kick: Kick) -> String {
    let event = format!(
        r#"{{"Event":10,"C2cNotifyMsgArray":[{{"KickoutMsgNotify":{{"KickType":{},"NewInstInfo":{{}}}}}}]}}"#,
        kick as u8
    );
    push_events(FORCE_OFFLINE, &event)
}

/// The push that tells a user that his own profile changed; `fields` are [`crate::tags`].
pub fn profile_changed(user: &str, fields: &[(String, room::FieldValue)]) -> String {
    let list: Vec<_> = fields
        .iter()
        .map(|(tag, value)| match value {
            room::FieldValue::Text(text) => serde_json::json!({"Tag": tag, "ValueBytes": text}),
            room::FieldValue::Number(number) => serde_json::json!({"Tag": tag, "ValueNum": number}),
        })
        .collect();
    let change = serde_json::json!({"Event": 7, "ProfileDataMod": [{"Profile_Account": user, "ProfileList": list}]});
    push_events(PUSH, &change.to_string())
}

/// A one-to-one message as its receiver sees it (web-sdk-wire.md 7.2).
#[derive(Clone, Copy, Debug)]
pub struct Direct<'a> {
    /// Who sends.
    pub from: &'a Person,
    /// To whom.
    pub to: &'a str,
    /// The sender's running number.
    pub seq: u32,
    /// The sender's random number.
    pub random: u32,
    /// When it was sent, in seconds.
    pub time_s: u64,
    /// When the sender's device made it, in seconds.
    pub client_time_s: u64,
    /// What it carries.
    pub content: &'a Content,
    /// Whether this copy is for another terminal of the sender.
    pub copy: bool,
}

/// `MsgKey`: what the vendor calls a one-to-one message (rest-api.md 5.1).
pub fn direct_key(seq: u32, random: u32, time_s: u64) -> String {
    format!("{seq}_{random}_{time_s}")
}

/// The push of a one-to-one message.
pub fn direct(message: Direct<'_>) -> String {
    let elements = serde_json::from_str::<&RawValue>(&message.content.elements).unwrap_or(RawValue::NULL);
    let from = message.from;
    let mut fields = fields! {
        "From_Account": from.user.as_str(), "To_Account": message.to, "TinyId": tiny_id(from.number), "MsgSeq": message.seq,
        "MsgRandom": message.random, "MsgTimeStamp": message.time_s, "MsgClientTime": message.client_time_s,
        "CloudCustomData": message.content.extra.as_ref(), "From_AccountNick": from.nick.as_ref(),
        "From_AccountHeadurl": from.avatar.as_ref(), "MsgKey": direct_key(message.seq, message.random, message.time_s),
    };
    if message.copy {
        fields.insert("IsSyncMsg".to_owned(), 1.into());
    }
    // The elements stay as the sender wrote them, so they are put in as text.
    let head = serde_json::Value::Object(fields).to_string();
    let head = head.strip_suffix('}').unwrap_or_default();
    let event = format!(r#"{{"Event":9,"C2cMsgArray":[{head},"MsgBody":{elements}}}]}}"#);
    push_events(PUSH, &event)
}

/// The answer to a poll: `items` as [`join`] makes them. `key` and `next` become the next poll's `Key` and `StartSeq`.
pub fn poll_answer(servcmd: &str, seq: u64, key: &str, next: u64, items: &str) -> String {
    let key = serde_json::Value::from(key);
    let body = format!(
        r#"{{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","Key":{key},"NextSeq":{next},"RspMsgList":[{items}],"NextBroadcastSeq":1,"RspBroadcastMsgList":[]}}"#
    );
    enclose(servcmd, seq, &body)
}

/// The items' JSON for those who poll, separated by commas.
pub fn join<'a>(items: impl Iterator<Item = &'a Item>) -> String {
    let mut joined = String::new();
    for item in items {
        if !joined.is_empty() {
            joined.push(',');
        }
        joined.push_str(item.polled());
    }
    joined
}

/// A document in its compressed form: four letters and a zlib stream (web-sdk-wire.md 1.2).
pub fn compress(document: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(b"COMP".to_vec(), Compression::fast());
    // Writing into memory does not fail; were it to, the client could still read nothing but an empty stream.
    let _ = encoder.write_all(document.as_bytes());
    encoder.finish().unwrap_or_else(|_| b"COMP".to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Refusal;
    use serde_json::{Value, json};
    use std::io::Read;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    fn item(kind: Kind, n: u32) -> Item {
        Item {
            kind,
            json: format!("{{\"n\":{n}}}"),
            polled: None,
        }
    }

    #[test]
    fn a_frame_of_the_sdk_is_read() {
        let frame = br#"{"head":{"ver":"v4","platform":7,"seq":56787590,"sdkappid":1400000001,"identifier":"alice",
            "usersig":"eJw","tjgID":"","servcmd":"im_open_status.wslogin"},"body":{"State":"Online"}}"#;
        let request = parse(frame).unwrap();
        assert_eq!(
            (request.head.servcmd.as_ref(), request.head.seq),
            ("im_open_status.wslogin", 56_787_590)
        );
        assert_eq!(request.head.identifier.as_deref(), Some("alice"));
        assert_eq!(request.head.a2, None);
        assert!(parse(br#"{"head":{"servcmd":"a.b","seq":1}}"#).unwrap().body.is_none());
        for bad in [
            &b"{}"[..],
            b"[]",
            br#"{"head":{"seq":1}}"#,
            br#"{"head":{"servcmd":"a","seq":-1}}"#,
            b"\xff",
        ] {
            assert!(parse(bad).is_err());
        }
    }

    #[test]
    fn answers_echo_command_and_number() {
        let ok = value(&answer("a.b", 7, &Ok(fields! {"X": 1})));
        assert_eq!(ok["head"], json!({"servcmd": "a.b", "seq": 7}));
        assert_eq!(
            ok["body"],
            json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "X": 1})
        );
        let failed = value(&answer("a\"b", 7, &Err(Refusal::new(10010, "gone"))));
        assert_eq!(
            (&failed["head"]["servcmd"], &failed["body"]["ErrorCode"]),
            (&json!("a\"b"), &json!(10010))
        );
    }

    #[test]
    fn a_push_keeps_the_order_and_groups_neighbours() {
        use Kind::{Message, Notice, Tip};
        let items = [
            item(Message, 1),
            item(Message, 2),
            item(Tip, 3),
            item(Message, 4),
            item(Notice, 5),
        ];
        let push = value(&push(&items));
        assert_eq!(push["head"]["servcmd"], PUSH);
        assert_eq!(
            push["body"]["EventArray"],
            json!([
                {"Event": 3, "GroupMsgArray": [{"n": 1}, {"n": 2}]},
                {"Event": 6, "GroupTips": [{"n": 3}]},
                {"Event": 3, "GroupMsgArray": [{"n": 4}]},
                {"Event": 5, "GroupTips": [{"n": 5}]},
            ])
        );
        assert_eq!(value(&super::push(&[]))["body"]["EventArray"], json!([]));
    }

    #[test]
    fn a_poll_answer_carries_the_next_place() {
        let items = [item(Kind::Message, 1), item(Kind::Tip, 2)];
        let answer = value(&poll_answer("p.get_msg", 9, "key", 13, &join(items.iter())));
        assert_eq!(answer["head"], json!({"servcmd": "p.get_msg", "seq": 9}));
        let body = &answer["body"];
        assert_eq!(
            (&body["ErrorCode"], &body["Key"], &body["NextSeq"]),
            (&json!(0), &json!("key"), &json!(13))
        );
        assert_eq!(body["RspMsgList"], json!([{"n": 1}, {"n": 2}]));
    }

    #[test]
    fn kicks_and_profile_changes_have_the_wire_pages_shape() {
        let kicked = value(&kick(Kick::Backend));
        assert_eq!(kicked["head"]["servcmd"], FORCE_OFFLINE);
        assert_eq!(
            kicked["body"]["EventArray"][0]["C2cNotifyMsgArray"][0]["KickoutMsgNotify"]["KickType"],
            3
        );
        let changed = value(&profile_changed(
            "bob",
            &[("T".into(), room::FieldValue::Text("New".into()))],
        ));
        assert_eq!(
            changed["body"]["EventArray"],
            json!([{"Event": 7, "ProfileDataMod": [{"Profile_Account": "bob",
                "ProfileList": [{"Tag": "T", "ValueBytes": "New"}]}]}])
        );
    }

    #[test]
    fn a_one_to_one_message_keeps_its_elements_as_they_were_written() {
        let from = Person {
            user: room::UserId::new("alice").unwrap(),
            number: 1,
            nick: "Alice \"A\"".into(),
            avatar: "".into(),
        };
        let elements = r#"[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"\u0000","Big":12345678901234567890123}}]"#;
        let content = Content {
            elements: elements.into(),
            extra: "e".into(),
        };
        let message = Direct {
            from: &from,
            to: "bob",
            seq: 7,
            random: 8,
            time_s: 9,
            client_time_s: 9,
            content: &content,
            copy: false,
        };
        let document = direct(message);
        assert!(document.contains(elements));
        let pushed = &value(&document)["body"]["EventArray"][0];
        let item = &pushed["C2cMsgArray"][0];
        assert_eq!((&pushed["Event"], &item["MsgKey"]), (&json!(9), &json!("7_8_9")));
        assert_eq!(
            (&item["From_AccountNick"], &item["IsSyncMsg"]),
            (&json!("Alice \"A\""), &Value::Null)
        );
        let copy = value(&direct(Direct { copy: true, ..message }));
        assert_eq!(copy["body"]["EventArray"][0]["C2cMsgArray"][0]["IsSyncMsg"], 1);
    }

    #[test]
    fn a_compressed_document_inflates_to_itself() {
        let document = "x".repeat(5000);
        let compressed = compress(&document);
        assert_eq!(&compressed[..4], b"COMP");
        assert!(compressed.len() < 200);
        let mut inflated = String::new();
        flate2::read::ZlibDecoder::new(&compressed[4..])
            .read_to_string(&mut inflated)
            .unwrap();
        assert_eq!(inflated, document);
    }
}
