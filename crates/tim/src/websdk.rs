//! Frames of the Web SDKs (web-sdk-wire.md section 1): one JSON document each, in both directions.

use crate::{
    answer::{self, Answer},
    item::{Item, Kind},
};
use flate2::{Compression, write::ZlibEncoder};
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
        // A broadcast is pushed as what it is like.
        let kind = if item.kind == Kind::Broadcast {
            Kind::Message
        } else {
            item.kind
        };
        if last == Some(kind) {
            events.push(',');
        } else {
            if last.is_some() {
                events.push_str("]},");
            }
            let array = if kind == Kind::Message {
                "GroupMsgArray"
            } else {
                "GroupTips"
            };
            let _ = write!(events, r#"{{"Event":{},"{array}":["#, kind.event());
            last = Some(kind);
        }
        events.push_str(&item.json);
    }
    if last.is_some() {
        events.push_str("]}");
    }
    push_events(PUSH, &events, "")
}

/// A push of ready-made `EventArray` entries, without their brackets, and members beside them.
pub(crate) fn push_events(servcmd: &str, events: &str, more: &str) -> String {
    enclose(
        servcmd,
        0,
        &format!(r#"{{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","EventArray":[{events}]{more}}}"#),
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
    push_events(FORCE_OFFLINE, &event, "")
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
    push_events(PUSH, &change.to_string(), "")
}

/// What a poll answers: the items' JSON, separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Polled {
    /// Of the room.
    pub items: String,
    /// Of all rooms of the app.
    pub broadcasts: String,
}

impl Polled {
    /// The items for those who poll.
    pub fn of<'a>(items: impl Iterator<Item = &'a Item>) -> Self {
        let mut polled = Self::default();
        for item in items {
            let list = if item.kind == Kind::Broadcast {
                &mut polled.broadcasts
            } else {
                &mut polled.items
            };
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(item.polled());
        }
        polled
    }
}

/// The answer to a poll. `key` and `next` become the next poll's `Key` and `StartSeq`. Broadcasts are numbered with the
/// room's other items, so they need no cursor of their own.
pub fn poll_answer(servcmd: &str, seq: u64, key: &str, next: u64, polled: &Polled) -> String {
    let key = serde_json::Value::from(key);
    let Polled { items, broadcasts } = polled;
    let body = format!(
        r#"{{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","Key":{key},"NextSeq":{next},"RspMsgList":[{items}],"NextBroadcastSeq":1,"RspBroadcastMsgList":[{broadcasts}]}}"#
    );
    enclose(servcmd, seq, &body)
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
    use crate::{answer::Refusal, fields};
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
        let items = [item(Kind::Message, 1), item(Kind::Broadcast, 3), item(Kind::Tip, 2)];
        let answer = value(&poll_answer("p.get_msg", 9, "key", 13, &Polled::of(items.iter())));
        assert_eq!(answer["head"], json!({"servcmd": "p.get_msg", "seq": 9}));
        let body = &answer["body"];
        assert_eq!(
            (&body["ErrorCode"], &body["Key"], &body["NextSeq"]),
            (&json!(0), &json!("key"), &json!(13))
        );
        assert_eq!(body["RspMsgList"], json!([{"n": 1}, {"n": 2}]));
        assert_eq!(body["RspBroadcastMsgList"], json!([{"n": 3}]));
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

    /// Design section 8: a batch of 8 in one compressed frame is at most a third of the plain one, with texts and senders
    /// as people have them.
    #[test]
    fn a_compressed_batch_is_at_most_a_third_of_the_plain_one() {
        let said = [
            ("mei", "小美", "主播今天的裙子好好看！"),
            ("old_wang", "老王", "这个多少钱？还有 L 码吗"),
            ("jack88", "Jack", "hello from Toronto, first time here"),
            ("xiaoyu", "小雨", "哈哈哈哈哈笑死我了"),
            ("ana.souza", "Ana", "can you show the back of it please?"),
            ("zhang_san", "张三丰", "666666"),
            ("lily", "Lily🌸", "刚下班就赶过来了，没错过什么吧"),
            ("tom", "Tom the Cat", "what a catch!! 🎉🎉"),
        ];
        let items: Vec<_> = said
            .into_iter()
            .enumerate()
            .map(|(n, (user, nick, text))| {
                let from = room::Person {
                    user: room::UserId::new(user).unwrap(),
                    number: 1_000 + n as u64 * 7_919,
                    nick: nick.into(),
                    avatar: format!("https://img.example.com/u/{user}/{n}f3a.jpg").into(),
                };
                let text = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}]);
                let message = room::Message {
                    from,
                    random: 2_654_435_769_u32.wrapping_mul(n as u32 + 1),
                    client_time: 1_795_376_114 + n as u64 / 3,
                    client_seq: 1_935_150_001 + n as u64 * 104_729,
                    priority: room::Priority::Normal,
                    content: room::Content {
                        elements: text.to_string().into(),
                        extra: "".into(),
                    },
                };
                let entry = room::Entry {
                    epoch: room::Epoch(1),
                    seq: room::Seq(90_210 + n as u64),
                    at: room::Millis(1_795_376_115_000 + n as u64 * 25),
                    event: room::Event::Message(message),
                };
                let view = crate::item::RoomView {
                    id: "evening",
                    name: "Evening sale",
                    online: 8_412,
                    online_ttl_s: 60,
                };
                crate::item::encode(&entry, view)
            })
            .collect();
        let document = push(&items);
        let (plain, compressed) = (document.len(), compress(&document).len());
        assert!(compressed * 3 <= plain, "{compressed} of {plain} bytes");
        assert!(
            compressed * 5 > plain,
            "texts as people write them, not one text over and over"
        );
    }
}
