//! What happened in a room (protocol section 5).

use room::{
    Content, Entry, Event, Person, Priority, Seq,
    event::{MessageRef, Verdict},
};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What the protocol leaves to whoever knows it.
pub trait Style {
    /// A user's number as clients show it.
    fn number(&self, number: u64) -> String;
    /// The parts of a message, a JSON array.
    fn parts(&self, content: &Content) -> Box<RawValue>;
}

/// A person as he looked.
#[derive(Debug, Serialize)]
pub struct Persons<'a> {
    user: &'a str,
    number: String,
    nick: &'a str,
    avatar: &'a str,
}

impl<'a> Persons<'a> {
    /// That person, written in a style.
    pub fn new(person: &'a Person, style: &impl Style) -> Self {
        Self {
            user: person.user.as_str(),
            number: style.number(person.number),
            nick: &person.nick,
            avatar: &person.avatar,
        }
    }
}

#[derive(Serialize)]
struct Written<'a> {
    seq: Seq,
    at: u64,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum What<'a> {
    Message(Message<'a>),
    Broadcast(Message<'a>),
    Joined(People<'a>),
    Left(People<'a>),
    Removed(Sentence<'a>),
    Banned {
        #[serde(flatten)]
        sentence: Sentence<'a>,
        seconds: u32,
    },
    Deleted {
        by: Persons<'a>,
        messages: Vec<Gone>,
        reason: &'a str,
    },
    Profile {
        by: Persons<'a>,
        change: Change<'a>,
    },
    Attributes {
        by: &'a str,
        version: u64,
        set: BTreeMap<&'a str, &'a str>,
        gone: Vec<&'a str>,
    },
    Counters {
        version: u64,
        set: BTreeMap<&'a str, i64>,
        gone: Vec<&'a str>,
    },
    Notice {
        by: &'a str,
        text: &'a str,
    },
    Dismissed {
        by: &'a str,
    },
}

#[derive(Serialize)]
struct Message<'a> {
    from: Persons<'a>,
    random: u32,
    client_time: u64,
    priority: &'static str,
    parts: Box<RawValue>,
    #[serde(skip_serializing_if = "str::is_empty")]
    extra: &'a str,
}

#[derive(Serialize)]
struct People<'a> {
    people: Vec<Persons<'a>>,
    count: u64,
}

#[derive(Serialize)]
struct Sentence<'a> {
    by: Persons<'a>,
    people: Vec<Persons<'a>>,
    reason: &'a str,
}

#[derive(Serialize)]
struct Gone {
    seq: Seq,
    number: String,
    random: u32,
    client_time: u64,
}

#[derive(Serialize)]
struct Change<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    introduction: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    custom: &'a BTreeMap<String, String>,
}

/// The word for a priority.
pub const fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "high",
        Priority::Normal => "normal",
        Priority::Low => "low",
        Priority::Lowest => "lowest",
    }
}

/// An entry as one JSON object.
pub fn encode(entry: &Entry, style: &impl Style) -> String {
    let written = Written {
        seq: entry.seq,
        at: entry.at.0,
        what: what(entry, style),
    };
    crate::frame::json(&written)
}

/// What stands for an entry whose content was taken back, where its place has to stay (protocol section 10).
pub fn encode_gone(entry: &Entry) -> String {
    #[derive(Serialize)]
    struct Tombstone {
        seq: Seq,
        at: u64,
        r#type: &'static str,
    }
    let (seq, at) = (entry.seq, entry.at.0);
    let r#type = "gone";
    crate::frame::json(&Tombstone { seq, at, r#type })
}

fn what<'a>(entry: &'a Entry, style: &impl Style) -> What<'a> {
    let person = |person: &'a Person| Persons::new(person, style);
    let people = |people: &'a [Person], count: u64| People {
        people: people.iter().map(person).collect(),
        count,
    };
    let one = |who: &'a Person| people(std::slice::from_ref(who), 1);
    let sentence = |verdict: &'a Verdict| Sentence {
        by: person(&verdict.by),
        people: verdict.users.iter().map(person).collect(),
        reason: &verdict.reason,
    };
    let message = |message: &'a room::Message| Message {
        from: person(&message.from),
        random: message.random,
        client_time: entry.message_ref().map_or(message.client_time, |id| id.client_time),
        priority: priority(message.priority),
        parts: style.parts(&message.content),
        extra: &message.content.extra,
    };
    match &entry.event {
        Event::Message(said) => What::Message(message(said)),
        Event::Broadcast(said) => What::Broadcast(message(said)),
        Event::Joined(who) => What::Joined(one(who)),
        Event::Left(who) => What::Left(one(who)),
        Event::JoinedMany(crowd) => What::Joined(people(&crowd.people, crowd.count)),
        Event::LeftMany(crowd) => What::Left(people(&crowd.people, crowd.count)),
        Event::Removed(verdict) => What::Removed(sentence(verdict)),
        Event::Banned { verdict, seconds } => What::Banned {
            sentence: sentence(verdict),
            seconds: *seconds,
        },
        Event::Deleted { by, messages, reason } => What::Deleted {
            by: person(by),
            messages: messages.iter().map(|id| gone(id, style)).collect(),
            reason,
        },
        Event::Profile { by, change } => What::Profile {
            by: person(by),
            change: Change {
                name: change.name.as_deref(),
                introduction: change.introduction.as_deref(),
                notification: change.notification.as_deref(),
                avatar: change.avatar.as_deref(),
                custom: &change.custom,
            },
        },
        Event::Attributes(news) => {
            let there = |(key, now): &'a (String, Option<(String, u64)>)| {
                now.as_ref().map(|(value, _)| (key.as_str(), value.as_str()))
            };
            let deleted = news.entries.iter().filter(|(_, now)| now.is_none());
            let missing = deleted.map(|(key, _)| key.as_str());
            What::Attributes {
                by: news.by.as_str(),
                version: news.version,
                set: news.entries.iter().filter_map(there).collect(),
                gone: missing.chain(news.replaced.iter().map(String::as_str)).collect(),
            }
        }
        Event::Counters(news) => {
            let missing = news.values.iter().filter(|(_, now)| now.is_none());
            What::Counters {
                version: news.version,
                set: news
                    .values
                    .iter()
                    .filter_map(|(key, now)| Some((key.as_str(), (*now)?)))
                    .collect(),
                gone: missing.map(|(key, _)| key.as_str()).collect(),
            }
        }
        Event::Notice { by, text } => What::Notice { by: by.as_str(), text },
        Event::Dismissed { by } => What::Dismissed { by: by.as_str() },
    }
}

fn gone(id: &MessageRef, style: &impl Style) -> Gone {
    Gone {
        seq: id.seq,
        number: style.number(id.sender),
        random: id.random,
        client_time: id.client_time,
    }
}
