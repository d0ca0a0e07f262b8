//! Everything that members of a room see, in the one order that the ledger gives.

use crate::{Epoch, Message, Millis, Priority, Seq, UserId, attributes::AttributeStep, counters::CounterNews};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// A user as others see him in a room at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// His number, part of the identity of his messages.
    pub number: u64,
    /// The name shown; may be empty.
    pub nick: Arc<str>,
    /// The URL of his picture; may be empty.
    pub avatar: Arc<str>,
}

/// What changed in a room's profile; only what is given changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileChange {
    /// The room's name.
    pub name: Option<String>,
    /// What the room is about.
    pub introduction: Option<String>,
    /// The notice pinned to it.
    pub notification: Option<String>,
    /// The URL of its picture.
    pub avatar: Option<String>,
    /// Whether only owner and admins may speak.
    pub mute_all: Option<bool>,
    /// The join option that is stated; without effect in a live room (LR-M3).
    pub join_option: Option<String>,
    /// Custom fields; an empty value deletes the field (LR-A5).
    pub custom: BTreeMap<String, String>,
}

impl ProfileChange {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The part that members are told of: mute-all and the join option raise no tip (LR-X5).
    pub fn announced(&self) -> Self {
        Self {
            mute_all: None,
            join_option: None,
            ..self.clone()
        }
    }
}

/// People who came or left within one tip's time: the newest by name, the others as a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crowd {
    /// The newest of them, oldest first; at most [`Crowd::NAMED_MAX`].
    pub people: Vec<Person>,
    /// How many there were in all.
    pub count: u64,
}

impl Crowd {
    /// How many a summary names: as many as a chat shows in a line.
    pub const NAMED_MAX: usize = 10;

    /// One more.
    pub fn add(&mut self, person: Person) {
        if self.people.len() >= Self::NAMED_MAX {
            self.people.remove(0);
        }
        self.people.push(person);
        self.count += 1;
    }

    /// Hands the crowd out and begins anew; nothing when nobody came.
    pub fn take(&mut self) -> Option<Self> {
        (self.count > 0).then(|| std::mem::take(self))
    }
}

/// What a moderator did to members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Who did it.
    pub by: Person,
    /// To whom.
    pub users: Vec<Person>,
    /// Why, in the moderator's words; may be empty.
    pub reason: Arc<str>,
}

/// What identifies a message for whoever shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRef {
    /// Its number.
    pub seq: Seq,
    /// Its sender's number.
    pub sender: u64,
    /// The sender's random number.
    pub random: u32,
    /// When the sender's device made it, in seconds; when it was admitted, if that is not known.
    pub client_time: u64,
    /// When it was admitted, in seconds.
    pub at_s: u64,
}

/// How the room's attributes changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeNews {
    /// Who changed them.
    pub by: UserId,
    /// How.
    pub step: AttributeStep,
    /// Their version now.
    pub version: u64,
    /// The keys that were touched: with value and sequence where they are there now.
    pub entries: Vec<(String, Option<(String, u64)>)>,
    /// Others that are not there any more, because all were replaced.
    #[serde(default)]
    pub replaced: Vec<String>,
}

/// Something that members see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A member, or the backend for him, said something.
    Message(Message),
    /// Somebody came in.
    Joined(Person),
    /// Somebody left by his own wish.
    Left(Person),
    /// More came in than tips tell one by one (design section 4, rule 5).
    JoinedMany(Crowd),
    /// More left than tips tell one by one.
    LeftMany(Crowd),
    /// A moderator put members out; they may come back.
    Removed(Verdict),
    /// A moderator put members out and keeps them out (LR-M14).
    Banned {
        /// Who, whom, and why.
        verdict: Verdict,
        /// For how long, in seconds; `u32::MAX` for ever.
        seconds: u32,
    },
    /// Messages were taken back by their sender or a moderator; whoever shows them stops.
    Deleted {
        /// Who did it.
        by: Person,
        /// What is gone.
        messages: Vec<MessageRef>,
        /// Why, in his words; may be empty.
        reason: Arc<str>,
    },
    /// The room's profile changed.
    Profile {
        /// Who changed it.
        by: Person,
        /// What is new.
        change: ProfileChange,
    },
    /// The room's attributes changed.
    Attributes(AttributeNews),
    /// The room's counters changed.
    Counters(CounterNews),
    /// The backend says something in all rooms of the app at once (LR-S8); outside the rate.
    Broadcast(Message),
    /// The backend tells everybody something (LR-S7); outside the rate.
    Notice {
        /// Who sent it.
        by: UserId,
        /// The text.
        text: Arc<str>,
    },
    /// The room is gone; nothing follows.
    Dismissed {
        /// Who ended it.
        by: UserId,
    },
}

impl Event {
    /// How urgent its delivery is: a message as its sender said; orders and notices High; come-and-go Low.
    pub fn priority(&self) -> Priority {
        match self {
            Self::Message(message) => message.priority,
            Self::Notice { .. }
            | Self::Dismissed { .. }
            | Self::Removed(_)
            | Self::Banned { .. }
            | Self::Deleted { .. }
            | Self::Broadcast(_) => Priority::High,
            Self::Profile { .. } | Self::Attributes(_) => Priority::Normal,
            // The next one says it too.
            Self::Counters(_) | Self::Joined(_) | Self::Left(_) | Self::JoinedMany(_) | Self::LeftMany(_) => {
                Priority::Low
            }
        }
    }
}

/// An event with its place in the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The stretch of numbering it belongs to.
    pub epoch: Epoch,
    /// Its number.
    pub seq: Seq,
    /// When it was admitted.
    pub at: Millis,
    /// What happened.
    pub event: Event,
}

impl Entry {
    /// What identifies the message that this is; nothing when it is none.
    pub fn message_ref(&self) -> Option<MessageRef> {
        let Event::Message(message) = &self.event else {
            return None;
        };
        let client_time = if message.client_time == 0 {
            self.at.secs()
        } else {
            message.client_time
        };
        Some(MessageRef {
            seq: self.seq,
            sender: message.from.number,
            random: message.random,
            client_time,
            at_s: self.at.secs(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_names_the_newest_and_counts_all() {
        let person = |n: u64| Person {
            user: UserId::new(&format!("u{n}")).unwrap(),
            number: n,
            nick: "".into(),
            avatar: "".into(),
        };
        let mut crowd = Crowd::default();
        assert_eq!(crowd.take(), None);
        (0..25).for_each(|n| crowd.add(person(n)));
        let taken = crowd.take().unwrap();
        assert_eq!(taken.count, 25);
        let named: Vec<_> = taken.people.iter().map(|person| person.number).collect();
        assert_eq!(named, (15..25).collect::<Vec<_>>());
        assert_eq!(crowd.take(), None, "it begins anew");
    }
}
