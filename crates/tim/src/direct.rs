//! Messages from user to user in the vendor's shapes (rest-api.md section 5, web-sdk-wire.md 7.2).

use crate::{
    answer::Fields,
    fields,
    item::tiny_id,
    websdk::{PUSH, push_events},
};
use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use room::{DirectMessage, Profile, direct::DirectName};
use serde_json::{Value, json, value::RawValue};

/// `MsgFlagBits` of a message that was taken back.
const WITHDRAWN: u8 = 8;

/// `MsgKey`: what the vendor calls a message.
pub fn key(name: DirectName) -> String {
    format!("{}_{}_{}", name.seq, name.random, name.at_s)
}

/// Reads a `MsgKey`; nothing for what is none.
pub fn parse_key(key: &str) -> Option<DirectName> {
    let mut parts = key.split('_');
    let mut part = || parts.next().filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let name = DirectName {
        seq: part()?.parse().ok()?,
        random: part()?.parse().ok()?,
        at_s: part()?.parse().ok()?,
    };
    parts.next().is_none().then_some(name)
}

fn head(message: &DirectMessage) -> Fields {
    let (from, name) = (&message.from, message.name());
    // Without the sender's time the message would get another id at each terminal.
    let client_time = if message.client_time == 0 {
        name.at_s
    } else {
        message.client_time
    };
    fields! {
        "From_Account": from.user.as_str(), "To_Account": message.to.as_str(), "TinyId": tiny_id(from.number),
        "MsgSeq": name.seq, "MsgRandom": name.random, "MsgTimeStamp": name.at_s, "MsgClientTime": client_time,
        "CloudCustomData": message.content.extra.as_ref(), "From_AccountNick": from.nick.as_ref(),
        "From_AccountHeadurl": from.avatar.as_ref(), "MsgKey": key(name),
    }
}

/// A message as a JSON object. The elements stay as the sender wrote them, so they are put in as text.
fn object(message: &DirectMessage, fields: Fields) -> String {
    let elements = serde_json::from_str::<&RawValue>(&message.content.elements).unwrap_or(RawValue::NULL);
    let head = Value::Object(fields).to_string();
    let head = head.strip_suffix('}').unwrap_or_default();
    format!(r#"{head},"MsgBody":{elements}}}"#)
}

/// A message in a list of what two users wrote to each other.
pub fn listed(message: &DirectMessage, withdrawn: bool, read: bool) -> Value {
    let mut item = head(message);
    item.extend(fields! {
        "MsgFlagBits": if withdrawn { WITHDRAWN } else { 0 }, "IsPeerRead": u8::from(read),
        "MsgBody": serde_json::from_str::<Value>(&message.content.elements).unwrap_or_default(),
    });
    Value::Object(item)
}

/// A conversation in a list (web-sdk-wire.md 3.3): its newest message, with whom it is, how he looks, and up to which
/// second he has read.
pub fn contact(newest: &DirectMessage, withdrawn: bool, peer: &str, profile: &Profile, read_until_s: u64) -> Value {
    json!({
        "Type": 1, "To_Account": peer, "MsgTimeStamp": newest.at.secs(), "MsgSeq": newest.seq,
        "C2cNick": profile.nick, "C2cImage": profile.avatar, "LastC2CMsgFromAccount": newest.from.user.as_str(),
        "C2cPeerReadTime": read_until_s, "TopFlags": 0, "LastMsgFlags": if withdrawn { WITHDRAWN } else { 0 },
        "LastMsg": {
            "MsgBody": serde_json::from_str::<Value>(&newest.content.elements).unwrap_or_default(),
            "CloudCustomData": newest.content.extra.as_ref(),
        },
    })
}

/// A push of messages to their receiver; `receipt` comes back when he has them.
pub fn push<'a>(messages: impl IntoIterator<Item = &'a DirectMessage>, receipt: Option<&str>) -> String {
    let items: Vec<_> = messages
        .into_iter()
        .map(|message| object(message, head(message)))
        .collect();
    let event = format!(r#"{{"Event":9,"C2cMsgArray":[{}]}}"#, items.join(","));
    let more = receipt.map_or_else(String::new, |receipt| {
        format!(r#","NeedAck":1,"SessionData":{}"#, Value::from(receipt))
    });
    push_events(PUSH, &event, &more)
}

/// A push of a message to another terminal of its sender.
pub fn push_copy(message: &DirectMessage) -> String {
    let mut fields = head(message);
    fields.insert("IsSyncMsg".to_owned(), 1.into());
    let event = format!(r#"{{"Event":9,"C2cMsgArray":[{}]}}"#, object(message, fields));
    push_events(PUSH, &event, "")
}

fn notify(what: Value) -> String {
    push_events(PUSH, &json!({"Event": 10, "C2cNotifyMsgArray": [what]}).to_string(), "")
}

/// The push to both sides of a message that was taken back.
pub fn withdrawn(message: &DirectMessage, by: &str) -> String {
    let name = message.name();
    notify(json!({"WithdrawC2cMsgNotify": {"C2cWithdrawInfoArray": [{
        "From_Account": message.from.user.as_str(), "To_Account": message.to.as_str(), "MsgSeq": name.seq,
        "MsgRandom": name.random, "MsgTimeStamp": name.at_s, "RevokerInfo": {"Revoker_Account": by},
    }]}}))
}

/// The push to a sender whose messages were read up to a second.
pub fn read_by_peer(reader: &str, until_s: u64) -> String {
    notify(json!({"C2cReadedReceipt": {"To_Account": reader, "UinPairReadArray": [{"LastReadTime": until_s}]}}))
}

/// The push to the reader's own terminals.
pub fn read_by_self(peer: &str, until_s: u64) -> String {
    let pairs = json!([{"From_Account": peer, "LastReadTime": until_s}]);
    notify(json!({"ReadC2cMsgNotify": {"UinPairReadArray": pairs}}))
}

/// What a user says of himself, as clients expect it.
pub fn encode_words(words: &str) -> String {
    BASE64.encode(words)
}

/// The push that tells in what state users are: each with the vendor's number for it and his own words.
pub fn statuses<'a>(states: impl IntoIterator<Item = (&'a str, u8, &'a str)>) -> String {
    let list = states
        .into_iter()
        .map(|(user, status, custom)| json!({"To_Account": user, "Status": status, "CustomStatus": custom}));
    push_events(
        PUSH,
        &json!({"UserStatusList": list.collect::<Value>()}).to_string(),
        "",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use room::{Content, Millis, Person, UserId};

    fn message(elements: &str) -> DirectMessage {
        DirectMessage {
            from: Person {
                user: UserId::new("alice").unwrap(),
                number: 1,
                nick: "Alice \"A\"".into(),
                avatar: "".into(),
            },
            to: UserId::new("bob").unwrap(),
            seq: 7,
            random: 8,
            client_time: 0,
            at: Millis(9_500),
            content: Content {
                elements: elements.into(),
                extra: "e".into(),
            },
        }
    }

    fn event(document: &str) -> Value {
        serde_json::from_str::<Value>(document).unwrap()["body"].clone()
    }

    #[test]
    fn a_message_keeps_its_elements_as_they_were_written() {
        let elements = r#"[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"\u0000","Big":12345678901234567890123}}]"#;
        let message = message(elements);
        let document = push([&message, &message], Some("4-5"));
        assert!(document.contains(elements));
        let body = event(&document);
        assert_eq!((&body["NeedAck"], &body["SessionData"]), (&json!(1), &json!("4-5")));
        let pushed = &body["EventArray"][0];
        assert_eq!(pushed["C2cMsgArray"].as_array().map(Vec::len), Some(2));
        let item = &pushed["C2cMsgArray"][0];
        assert_eq!((&pushed["Event"], &item["MsgKey"]), (&json!(9), &json!("7_8_9")));
        assert_eq!(
            (&item["From_AccountNick"], &item["MsgClientTime"]),
            (&json!("Alice \"A\""), &json!(9))
        );
        assert_eq!(item["IsSyncMsg"], Value::Null);
        assert_eq!(event(&push([&message], None))["NeedAck"], Value::Null);
        assert_eq!(
            event(&push_copy(&message))["EventArray"][0]["C2cMsgArray"][0]["IsSyncMsg"],
            1
        );
    }

    #[test]
    fn a_key_names_its_message_and_nothing_else_is_one() {
        let name = message("[]").name();
        assert_eq!(parse_key(&key(name)), Some(name));
        for bad in [
            "",
            "1_2",
            "1_2_3_4",
            "a_2_3",
            "+1_2_3",
            "4294967296_1_1",
            "1__3",
            "-1_2_3",
        ] {
            assert_eq!(parse_key(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn notices_have_the_wire_pages_shape() {
        let gone = event(&withdrawn(&message("[]"), "alice"));
        assert_eq!(
            gone["EventArray"][0]["C2cNotifyMsgArray"][0]["WithdrawC2cMsgNotify"]["C2cWithdrawInfoArray"],
            json!([{"From_Account": "alice", "To_Account": "bob", "MsgSeq": 7, "MsgRandom": 8, "MsgTimeStamp": 9,
                "RevokerInfo": {"Revoker_Account": "alice"}}])
        );
        assert_eq!(
            event(&read_by_peer("bob", 9))["EventArray"][0]["C2cNotifyMsgArray"],
            json!([{"C2cReadedReceipt": {"To_Account": "bob", "UinPairReadArray": [{"LastReadTime": 9}]}}])
        );
        assert_eq!(
            event(&read_by_self("alice", 9))["EventArray"][0]["C2cNotifyMsgArray"],
            json!([{"ReadC2cMsgNotify": {"UinPairReadArray": [{"From_Account": "alice", "LastReadTime": 9}]}}])
        );
        assert_eq!(listed(&message("[]"), true, true)["MsgFlagBits"], 8);
    }
}
