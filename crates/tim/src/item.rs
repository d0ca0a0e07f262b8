//! What members see, in the Web SDK's shape (web-sdk-wire.md 5.4 to 5.6): one JSON object for each entry of a room,
//! made once and then shared by pushes, polls and the history for newcomers.

use crate::answer::Fields;
use room::{
    Entry, Event, Message, Person, Priority,
    attributes::AttributeStep,
    counters::CounterNews,
    event::{AttributeNews, MessageRef, ProfileChange, Verdict},
};
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

/// The vendor's name for a live room.
pub const LIVE_ROOM: &str = "AVChatRoom";
/// The vendor's sender of notices.
pub const SYSTEM: &str = "@TIM#SYSTEM";
/// The vendor's user numbers start here; ours are added, so that message ids have the form that clients know.
const TINY_ID_BASE: u64 = 144_115_188_075_855_872;

/// A user's number as the vendor writes it: a decimal string.
pub fn tiny_id(number: u64) -> String {
    TINY_ID_BASE.saturating_add(number).to_string()
}

/// How an item travels in a push (web-sdk-wire.md section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{"Event":3,"GroupMsgArray":[...]}`
    Message,
    /// `{"Event":6,"GroupTips":[...]}`
    Tip,
    /// `{"Event":5,"GroupTips":[...]}`
    Notice,
    /// Like a message, but those who poll get it in a list of its own (web-sdk-wire.md 5.4).
    Broadcast,
}

impl Kind {
    /// The number in `Event`.
    pub fn event(self) -> u8 {
        match self {
            Self::Message | Self::Broadcast => 3,
            Self::Tip => 6,
            Self::Notice => 5,
        }
    }
}

/// What an item says of its room beside the entry itself.
#[derive(Clone, Copy, Debug)]
pub struct RoomView<'a> {
    /// The room's id.
    pub id: &'a str,
    /// The room's name.
    pub name: &'a str,
    /// How many are there; tips carry it.
    pub online: usize,
    /// For how long a client may show that number, in seconds.
    pub online_ttl_s: u64,
}

/// An encoded entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// How it travels.
    pub kind: Kind,
    /// The JSON object.
    pub json: String,
    /// The JSON object for those who poll, where theirs has another shape.
    pub polled: Option<String>,
}

impl Item {
    fn new(kind: Kind, json: String) -> Self {
        Self {
            kind,
            json,
            polled: None,
        }
    }

    /// The JSON object for those who poll.
    pub fn polled(&self) -> &str {
        self.polled.as_deref().unwrap_or(&self.json)
    }
}

/// `MsgPriority` as clients write it.
pub fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "High",
        Priority::Normal => "Normal",
        Priority::Low => "Low",
        Priority::Lowest => "Lowest",
    }
}

/// Reads `MsgPriority`; nothing for an unknown name (case counts, rest-api.md 7.14).
pub fn priority(name: &str) -> Option<Priority> {
    [Priority::High, Priority::Normal, Priority::Low, Priority::Lowest]
        .into_iter()
        .find(|priority| priority_name(*priority) == name)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MessageItem<'a> {
    event: u8,
    to_group_id: &'a str,
    #[serde(rename = "From_Account")]
    from_account: &'a str,
    tiny_id: String,
    msg_seq: u64,
    msg_random: u32,
    msg_time_stamp: u64,
    msg_client_time: u64,
    msg_priority: &'static str,
    client_seq: u64,
    cloud_custom_data: &'a str,
    is_system_msg: u8,
    msg_body: &'a RawValue,
    group_info: Value,
}

/// Encodes an entry of a room.
pub fn encode(entry: &Entry, view: RoomView<'_>) -> Item {
    match &entry.event {
        Event::Message(message) => Item::new(Kind::Message, message_json(entry, message, view)),
        Event::Joined(person) => tip(entry, view, come_and_go(JOINED, std::slice::from_ref(person), view)),
        Event::Left(person) => tip(entry, view, come_and_go(LEFT, std::slice::from_ref(person), view)),
        Event::JoinedMany(crowd) => tip(entry, view, come_and_go(JOINED, &crowd.people, view)),
        Event::LeftMany(crowd) => tip(entry, view, come_and_go(LEFT, &crowd.people, view)),
        Event::Removed(verdict) => tip(entry, view, Value::Object(verdict_tip(REMOVED, verdict))),
        Event::Banned { verdict, seconds } => {
            let mut body = verdict_tip(BANNED, verdict);
            let members = verdict
                .users
                .iter()
                .map(|user| json!({"User_Account": user.user.as_str()}));
            let extra = json!({"BanDuration": seconds, "BanDescription": verdict.reason.as_ref()});
            body.insert("MsgMemberInfo".to_owned(), members.collect());
            body.insert("MemberExtraInfo".to_owned(), extra);
            tip(entry, view, Value::Object(body))
        }
        Event::Deleted { by, messages, reason } => deletion(entry, view, by, messages, reason),
        Event::Attributes(news) => tip(entry, view, attributes_tip(news)),
        Event::Counters(news) => tip(entry, view, counters_tip(news)),
        Event::Broadcast(message) => Item::new(Kind::Broadcast, message_json(entry, message, view)),
        Event::Profile { by, change } => tip(entry, view, profile_tip(by, change)),
        Event::Notice { by, text } => {
            let body = json!({"ReportType": 255, "Operator_Account": by.as_str(), "UserDefinedField": text.as_ref()});
            notice(entry, view, body)
        }
        Event::Dismissed { by } => notice(entry, view, json!({"ReportType": 5, "Operator_Account": by.as_str()})),
    }
}

fn message_json(entry: &Entry, message: &Message, view: RoomView<'_>) -> String {
    // The elements were checked when they came in; a broken store shows as an empty message, not as a lost tick.
    let body = serde_json::from_str(&message.content.elements).unwrap_or(RawValue::NULL);
    let item = MessageItem {
        event: Kind::Message.event(),
        to_group_id: view.id,
        from_account: message.from.user.as_str(),
        tiny_id: tiny_id(message.from.number),
        msg_seq: entry.seq.0,
        msg_random: message.random,
        msg_time_stamp: entry.at.secs(),
        // Without the sender's time the message would get another id at each receiver.
        msg_client_time: if message.client_time == 0 {
            entry.at.secs()
        } else {
            message.client_time
        },
        msg_priority: priority_name(message.priority),
        client_seq: message.client_seq,
        cloud_custom_data: &message.content.extra,
        is_system_msg: 0,
        msg_body: body,
        // No FaceUrl here: clients map it to the same property as the sender's avatar (web-sdk-wire.md 5.4).
        group_info: json!({
            "GroupId": view.id, "GroupName": view.name, "GroupType": LIVE_ROOM,
            "From_AccountNick": message.from.nick.as_ref(), "From_AccountHeadurl": message.from.avatar.as_ref(),
            "MsgFrom_AccountExtraInfo": {"NameCard": ""},
        }),
    };
    serde_json::to_string(&item).unwrap_or_default()
}

fn person_info(person: &Person) -> Value {
    json!({"UserId": person.user.as_str(), "NickName": person.nick.as_ref(), "ImageUrl": person.avatar.as_ref()})
}

/// The operations of tips (web-sdk-wire.md 5.5).
const JOINED: u8 = 1;
const LEFT: u8 = 2;
const REMOVED: u8 = 3;
const BANNED: u8 = 10;

fn accounts(people: &[Person]) -> Value {
    people.iter().map(|person| person.user.as_str()).collect()
}

fn infos(people: &[Person]) -> Value {
    people.iter().map(person_info).collect()
}

/// The newest of them is the operator: clients show the tip under his name.
fn come_and_go(op: u8, people: &[Person], view: RoomView<'_>) -> Value {
    let newest = people.last();
    json!({
        "OpType": op, "Operator_Account": newest.map_or(SYSTEM, |person| person.user.as_str()),
        "List_Account": accounts(people),
        "MemberNum": view.online, "OnlineInf": {"Num": view.online, "ET": view.online_ttl_s},
        "MsgOperatorMemberExtraInfo": newest.map(person_info), "MsgMemberExtraInfo": infos(people),
    })
}

fn verdict_tip(op: u8, verdict: &Verdict) -> Fields {
    crate::fields! {
        "OpType": op, "Operator_Account": verdict.by.user.as_str(), "List_Account": accounts(&verdict.users),
        "MsgOperatorMemberExtraInfo": person_info(&verdict.by), "MsgMemberExtraInfo": infos(&verdict.users),
    }
}

/// Messages taken back: one shape for those who are pushed to, another for those who poll (web-sdk-wire.md 5.8).
fn deletion(entry: &Entry, view: RoomView<'_>, by: &Person, messages: &[MessageRef], reason: &str) -> Item {
    let by = json!({"Revoker_Account": by.user.as_str(), "Reason": reason});
    let pushed: Value = messages
        .iter()
        .map(|message| {
            json!({
                "GroupId": view.id, "TinyId": tiny_id(message.sender), "MsgSeq": message.seq.0, "MsgRandom": message.random,
                "MsgClientTime": message.client_time, "MsgTimeStamp": message.at_s, "RevokerInfo": by,
            })
        })
        .collect();
    let listed: Value = messages
        .iter()
        .map(|message| {
            json!({
                "TinyId": tiny_id(message.sender), "MsgClientTime": message.client_time, "MsgRandom": message.random,
                "MsgSeq": message.seq.0,
            })
        })
        .collect();
    let polled = json!({
        "Event": 20, "ToGroupId": view.id, "MsgSeq": entry.seq.0, "GroupInfo": {"GroupId": view.id},
        "MsgBody": {"RevokeMsgList": listed}, "RevokerInfo": by,
    });
    Item {
        polled: Some(polled.to_string()),
        ..notice(entry, view, json!({"GroupWithdrawInfoArray": pushed}))
    }
}

fn profile_tip(by: &Person, change: &ProfileChange) -> Value {
    let mut new = crate::fields! {};
    let texts = [
        ("GroupName", &change.name),
        ("GroupIntroduction", &change.introduction),
        ("GroupNotification", &change.notification),
        ("GroupFaceUrl", &change.avatar),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            new.insert(name.to_owned(), json!(value));
        }
    }
    if let Some(mute_all) = change.mute_all {
        new.insert("ShutupAll".to_owned(), json!(u8::from(mute_all)));
    }
    if !change.custom.is_empty() {
        new.insert("MsgAppDefinedData".to_owned(), pairs(&change.custom));
    }
    json!({
        "OpType": 6, "Operator_Account": by.user.as_str(), "MsgOperatorMemberExtraInfo": person_info(by),
        "MsgGroupNewInfo": new,
    })
}

/// Attributes changed; shown to nobody, but taken over by the clients (web-sdk-wire.md 5.7).
fn attributes_tip(news: &AttributeNews) -> Value {
    let step = match news.step {
        AttributeStep::Replaced => 1,
        AttributeStep::Merged => 2,
        AttributeStep::Cleared => 3,
        AttributeStep::Deleted => 4,
    };
    let entries = news.entries.iter().map(|(key, now)| match now {
        Some((value, seq)) => json!({"Key": key, "Value": value, "SubKeySeq": seq}),
        None => json!({"Key": key, "Value": "", "SubKeySeq": 0}),
    });
    json!({"OpType": 6, "Operator_Account": news.by.as_str(), "MsgGroupNewInfo": {"GroupAttrOption": {
        "OpType": step, "GroupAttrSeq": news.version, "PushChangedAttrValFlag": 1,
        "GroupAttrInfo": entries.collect::<Value>(),
    }}})
}

/// Counters changed (web-sdk-wire.md 5.7): those that are there, and those that are gone.
fn counters_tip(news: &CounterNews) -> Value {
    let list = |kind: u8, gone: bool| {
        let fits = news.values.iter().filter(|(_, value)| value.is_none() == gone);
        let pairs: Vec<_> = fits
            .map(|(key, value)| json!({"Key": key, "Value": value.unwrap_or(0)}))
            .collect();
        (!pairs.is_empty()).then(|| json!({"Type": kind, "GroupCounterSeq": news.version, "GroupCounter": pairs}))
    };
    let infos: Value = [list(0, false), list(1, true)].into_iter().flatten().collect();
    json!({"GroupCounterInfo": infos})
}

/// A list of `{Key, Value}` pairs.
pub fn pairs<'a>(map: impl IntoIterator<Item = (&'a String, &'a String)>) -> Value {
    map.into_iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}

fn tip(entry: &Entry, view: RoomView<'_>, body: Value) -> Item {
    system(Kind::Tip, entry, view, body)
}

fn notice(entry: &Entry, view: RoomView<'_>, body: Value) -> Item {
    system(Kind::Notice, entry, view, body)
}

fn system(kind: Kind, entry: &Entry, view: RoomView<'_>, body: Value) -> Item {
    Item::new(kind, Value::Object(envelope(kind, entry, view, body)).to_string())
}

fn envelope(kind: Kind, entry: &Entry, view: RoomView<'_>, body: Value) -> Fields {
    let seconds = entry.at.secs();
    crate::fields! {
        "Event": kind.event(), "ToGroupId": view.id, "From_Account": SYSTEM,
        // The number doubles as the random half of the identity: it is unique in the room.
        "MsgSeq": entry.seq.0, "MsgRandom": entry.seq.0 & 0xffff_ffff, "ClientSeq": entry.seq.0,
        "MsgTimeStamp": seconds, "MsgClientTime": seconds, "IsSystemMsg": 1,
        "GroupInfo": {"GroupId": view.id, "GroupName": view.name, "GroupType": LIVE_ROOM},
        "MsgBody": body,
    }
}

/// The notice to somebody who was put out (web-sdk-wire.md 5.6): an item of his alone, for a push to his connection.
/// `seconds` is 0 when he may come back at once.
pub fn put_out(entry: &Entry, view: RoomView<'_>, verdict: &Verdict, to: &str, seconds: u32) -> Item {
    let body = json!({
        "ReportType": 21, "Operator_Account": verdict.by.user.as_str(), "BanDuration": seconds,
        "BanDescription": verdict.reason.as_ref(), "MsgOperatorMemberExtraInfo": person_info(&verdict.by),
    });
    let mut notice = envelope(Kind::Notice, entry, view, body);
    notice.insert("To_Account".to_owned(), Value::from(to));
    Item::new(Kind::Notice, Value::Object(notice).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use room::{Content, Epoch, Millis, Seq, UserId};

    const VIEW: RoomView<'static> = RoomView {
        id: "room1",
        name: "Evening",
        online: 2,
        online_ttl_s: 60,
    };

    fn bob() -> Person {
        Person {
            user: UserId::new("bob").unwrap(),
            number: 3,
            nick: "Bob".into(),
            avatar: "http://x/b.png".into(),
        }
    }

    fn encoded(event: Event) -> (Kind, Value) {
        let entry = Entry {
            epoch: Epoch(1),
            seq: Seq(102),
            at: Millis(1_795_376_115_900),
            event,
        };
        let item = encode(&entry, VIEW);
        (item.kind, serde_json::from_str(&item.json).unwrap())
    }

    #[test]
    fn a_message_has_every_field_of_the_wire_page() {
        let content = Content {
            elements: r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]"#.into(),
            extra: "ccd".into(),
        };
        let message = Message {
            from: bob(),
            random: 73_094_707,
            client_time: 1_795_376_114,
            client_seq: 1_935_150_001,
            priority: Priority::High,
            content,
        };
        let (kind, item) = encoded(Event::Message(message));
        assert_eq!(kind, Kind::Message);
        assert_eq!(
            item,
            json!({
                "Event": 3, "ToGroupId": "room1", "From_Account": "bob", "TinyId": "144115188075855875", "MsgSeq": 102,
                "MsgRandom": 73_094_707, "MsgTimeStamp": 1_795_376_115, "MsgClientTime": 1_795_376_114,
                "MsgPriority": "High", "ClientSeq": 1_935_150_001_u64, "CloudCustomData": "ccd", "IsSystemMsg": 0,
                "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}],
                "GroupInfo": {"GroupId": "room1", "GroupName": "Evening", "GroupType": "AVChatRoom",
                    "From_AccountNick": "Bob", "From_AccountHeadurl": "http://x/b.png",
                    "MsgFrom_AccountExtraInfo": {"NameCard": ""}},
            })
        );
    }

    #[test]
    fn tips_and_notices_say_what_happened() {
        let (kind, tip) = encoded(Event::Joined(bob()));
        assert_eq!(
            (kind, &tip["Event"], &tip["MsgBody"]["OpType"]),
            (Kind::Tip, &json!(6), &json!(1))
        );
        assert_eq!(
            tip["GroupInfo"]["GroupId"], "room1",
            "without it the client throws (web-sdk-wire.md 5.4)"
        );
        assert_eq!(tip["MsgBody"]["OnlineInf"], json!({"Num": 2, "ET": 60}));
        assert_eq!(tip["MsgBody"]["MsgMemberExtraInfo"][0]["NickName"], "Bob");
        assert_eq!(encoded(Event::Left(bob())).1["MsgBody"]["OpType"], 2);

        let change = ProfileChange {
            name: Some("New".into()),
            mute_all: Some(true),
            custom: [("likes".to_owned(), "5".to_owned())].into(),
            ..Default::default()
        };
        let (_, tip) = encoded(Event::Profile { by: bob(), change });
        assert_eq!(
            tip["MsgBody"]["MsgGroupNewInfo"],
            json!({"GroupName": "New", "ShutupAll": 1, "MsgAppDefinedData": [{"Key": "likes", "Value": "5"}]})
        );

        let by = UserId::new("administrator").unwrap();
        let (kind, notice) = encoded(Event::Notice {
            by: by.clone(),
            text: "hello".into(),
        });
        assert_eq!(
            (kind, &notice["Event"], &notice["From_Account"]),
            (Kind::Notice, &json!(5), &json!(SYSTEM))
        );
        assert_eq!(notice["MsgBody"]["UserDefinedField"], "hello");
        assert_eq!(encoded(Event::Dismissed { by }).1["MsgBody"]["ReportType"], 5);
    }

    fn verdict() -> Verdict {
        let by = Person {
            user: UserId::new("host").unwrap(),
            number: 1,
            nick: "Host".into(),
            avatar: "".into(),
        };
        Verdict {
            by,
            users: vec![bob()],
            reason: "spam".into(),
        }
    }

    #[test]
    fn members_who_are_put_out_are_named_to_the_room_and_told_themselves() {
        let (kind, tip) = encoded(Event::Removed(verdict()));
        assert_eq!((kind, &tip["MsgBody"]["OpType"]), (Kind::Tip, &json!(3)));
        assert_eq!(tip["MsgBody"]["List_Account"], json!(["bob"]));
        let seconds = 60;
        let (_, tip) = encoded(Event::Banned {
            verdict: verdict(),
            seconds,
        });
        assert_eq!(tip["MsgBody"]["OpType"], 10);
        assert_eq!(tip["MsgBody"]["MsgMemberInfo"], json!([{"User_Account": "bob"}]));
        let extra = json!({"BanDuration": 60, "BanDescription": "spam"});
        assert_eq!(tip["MsgBody"]["MemberExtraInfo"], extra);

        let entry = Entry {
            epoch: Epoch(1),
            seq: Seq(103),
            at: Millis(1_000),
            event: Event::Removed(verdict()),
        };
        let item = put_out(&entry, VIEW, &verdict(), "bob", 0);
        let notice: Value = serde_json::from_str(&item.json).unwrap();
        assert_eq!((item.kind, &notice["To_Account"]), (Kind::Notice, &json!("bob")));
        assert_eq!(notice["MsgBody"]["ReportType"], 21);
        assert_eq!(notice["MsgBody"]["BanDuration"], 0, "he may come back at once");
    }

    #[test]
    fn a_crowd_is_one_tip_that_names_the_newest_last() {
        let mut crowd = room::event::Crowd::default();
        crowd.add(verdict().by);
        crowd.add(bob());
        let (_, tip) = encoded(Event::JoinedMany(crowd));
        assert_eq!(tip["MsgBody"]["List_Account"], json!(["host", "bob"]));
        assert_eq!(
            (&tip["MsgBody"]["OpType"], &tip["MsgBody"]["Operator_Account"]),
            (&json!(1), &json!("bob"))
        );
    }

    #[test]
    fn a_deletion_has_one_shape_for_a_push_and_another_for_a_poll() {
        let messages = vec![MessageRef {
            seq: Seq(90),
            sender: 3,
            random: 9,
            client_time: 77,
            at_s: 78,
        }];
        let entry = Entry {
            epoch: Epoch(1),
            seq: Seq(102),
            at: Millis(1_000),
            event: Event::Deleted {
                by: bob(),
                messages,
                reason: "".into(),
            },
        };
        let item = encode(&entry, VIEW);
        let pushed: Value = serde_json::from_str(&item.json).unwrap();
        assert_eq!((item.kind, &pushed["Event"]), (Kind::Notice, &json!(5)));
        let revoked = &pushed["MsgBody"]["GroupWithdrawInfoArray"][0];
        assert_eq!((&revoked["MsgSeq"], &revoked["MsgRandom"]), (&json!(90), &json!(9)));
        let polled: Value = serde_json::from_str(item.polled()).unwrap();
        assert_eq!((&polled["Event"], &polled["MsgSeq"]), (&json!(20), &json!(102)));
        let wanted = json!([{"TinyId": "144115188075855875", "MsgClientTime": 77, "MsgRandom": 9, "MsgSeq": 90}]);
        assert_eq!(polled["MsgBody"]["RevokeMsgList"], wanted);
    }

    #[test]
    fn priorities_are_read_by_their_exact_name() {
        for name in ["High", "Normal", "Low", "Lowest"] {
            assert_eq!(priority(name).map(priority_name), Some(name));
        }
        assert_eq!(priority("high"), None);
    }
}
