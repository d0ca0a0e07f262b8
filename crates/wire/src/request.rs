//! What clients ask (protocol sections 2, 3, 4, 7, 9). A frame is read twice: first who asks what, then the members of that
//! request.

use room::{Priority, Seq, rules::RulesChange};
use serde::{Deserialize, de::DeserializeOwned};
use std::{borrow::Cow, collections::BTreeMap};

/// A frame that cannot be read. The text says which member is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct BadRequest {
    /// The request's id, if that much could be read.
    pub id: Option<u64>,
    text: String,
}

impl BadRequest {
    fn new(id: Option<u64>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { id, text }
    }
}

/// What every request has.
#[derive(Debug)]
pub struct Head<'a> {
    /// Chosen by the client; echoed. Without one there is no answer.
    pub id: Option<u64>,
    /// What is asked.
    pub op: Cow<'a, str>,
}

/// The largest id: the largest integer that every client can count to, 2^53 - 1.
pub const ID_MAX: u64 = (1 << 53) - 1;

/// Reads who asks what.
pub fn head(frame: &[u8]) -> Result<Head<'_>, BadRequest> {
    #[derive(Deserialize)]
    struct Members<'a> {
        #[serde(default)]
        id: Option<u64>,
        #[serde(borrow, default)]
        op: Option<Cow<'a, str>>,
    }
    // An array of the members in their order would be read, too.
    if frame.trim_ascii_start().first() != Some(&b'{') {
        return Err(BadRequest::new(None, "not a request: it is no JSON object"));
    }
    let Members { id, op } =
        serde_json::from_slice(frame).map_err(|error| BadRequest::new(None, format!("not a request: {error}")))?;
    if id.is_some_and(|id| !(1..=ID_MAX).contains(&id)) {
        return Err(BadRequest::new(
            None,
            "not a request: id is a number from 1 to 2^53 - 1",
        ));
    }
    match op {
        Some(op) => Ok(Head { id, op }),
        None => Err(BadRequest::new(id, "not a request: op is missing")),
    }
}

/// Reads the members of a request.
pub fn read<T: DeserializeOwned>(frame: &[u8]) -> Result<T, BadRequest> {
    let mut json = serde_json::Deserializer::from_slice(frame);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let at = error.path().to_string();
        let cause = error.into_inner();
        let text = match at.as_str() {
            "." => cause.to_string(),
            at => format!("{at}: {cause}"),
        };
        BadRequest::new(None, text)
    })
}

macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty $(= $default:ident)?,)* })+) => {
        $($(#[$doc])* #[derive(Debug, Deserialize)] pub struct $name {
            $($(#[$field_doc])* $(#[serde($default)])? pub $field: $kind,)*
        })+
    };
}

requests! {
    /// Begins a session.
    Login {
        /// Who.
        user: String,
        /// His ticket.
        sig: String,
        /// What he runs on.
        platform: String,
    }
    /// Brings a session back.
    Resume {
        /// Its key.
        token: String,
    }
    /// Enters a room.
    Join {
        /// Which.
        room: String,
        /// Where the client was: the run of numbering.
        epoch: Option<String> = default,
        /// And the number of the last entry that it knows.
        seq: Option<Seq> = default,
    }
    /// Something about a room, and nothing more to say.
    OfRoom {
        /// Which.
        room: String,
    }
    /// Says something.
    Send {
        /// Where.
        room: String,
        /// What makes it one.
        random: u32,
        /// When the device made it, in seconds.
        client_time: u64 = default,
        /// How urgent it is.
        priority: PriorityWord = default,
        /// What: a list of parts.
        parts: Vec<Part>,
        /// A free text with it.
        extra: String = default,
    }
    /// Likes a room.
    Like {
        /// Which.
        room: String,
        /// How often.
        taps: u32,
    }
    /// Who liked a room.
    Likes {
        /// Which.
        room: String,
        /// How many of those who gave most.
        top: usize = default,
    }
    /// Makes a room.
    Create {
        /// Its id; the server gives one if there is none.
        room: Option<String> = default,
        /// Its name.
        name: String,
        /// What it is about.
        introduction: Option<String> = default,
        /// The notice pinned to it.
        notification: Option<String> = default,
        /// The address of its picture.
        avatar: Option<String> = default,
        /// Custom fields.
        custom: BTreeMap<String, String> = default,
    }
    /// Changes a room.
    Update {
        /// Which.
        room: String,
        /// Its name.
        name: Option<String> = default,
        /// What it is about.
        introduction: Option<String> = default,
        /// The notice pinned to it.
        notification: Option<String> = default,
        /// The address of its picture.
        avatar: Option<String> = default,
        /// Custom fields; an empty value deletes one.
        custom: BTreeMap<String, String> = default,
        /// Whether only owner and admins may speak.
        mute_all: Option<bool> = default,
    }
    /// Those who are in a room.
    Members {
        /// Which.
        room: String,
        /// Where the page begins.
        before: u64 = default,
    }
    /// Writes attributes.
    SetAttributes {
        /// Of which room.
        room: String,
        /// What is to be there.
        values: BTreeMap<String, String>,
        /// The version that the writer knows.
        seen: Option<u64> = default,
    }
    /// Deletes attributes.
    DeleteAttributes {
        /// Of which room.
        room: String,
        /// Which; none for all.
        keys: Vec<String>,
        /// The version that the writer knows.
        seen: Option<u64> = default,
    }
    /// Writes or adds to counters.
    SetCounters {
        /// Of which room.
        room: String,
        /// What is to be there, or to be added.
        values: BTreeMap<String, i64>,
    }
    /// How users look.
    Profiles {
        /// Who.
        users: Vec<String>,
    }
    /// Changes how the user himself looks.
    SetProfile {
        /// The name shown.
        nick: Option<String> = default,
        /// The address of his picture.
        avatar: Option<String> = default,
        /// Other fields.
        fields: BTreeMap<String, serde_json::Value> = default,
    }
    /// Takes messages back.
    Delete {
        /// Of which room.
        room: String,
        /// Which.
        seqs: Vec<Seq>,
        /// Why.
        reason: String = default,
    }
    /// Moderates users; not all members count for all of them.
    Moderate {
        /// In which room.
        room: String,
        /// Whom.
        users: Vec<String>,
        /// For how long.
        seconds: Option<u32> = default,
        /// Why.
        reason: String = default,
        /// Whether they are to be admins.
        admin: Option<bool> = default,
    }
    /// Changes how a room is run.
    Rules {
        /// Which.
        room: String,
        /// What is to change.
        change: RulesChange,
    }
    /// On whom a sanction lies.
    Sanctioned {
        /// In which room.
        room: String,
        /// Which.
        kind: SanctionWord,
    }
    /// Lets messages go that are held back, or removes them.
    Judge {
        /// In which room.
        room: String,
        /// Which.
        held: Vec<u64>,
        /// What becomes of them.
        verdict: VerdictWord,
    }
}

/// How urgent a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriorityWord {
    /// Gifts.
    High,
    /// Text.
    #[default]
    Normal,
    /// Likes.
    Low,
    /// Below likes.
    Lowest,
}

impl From<PriorityWord> for Priority {
    fn from(word: PriorityWord) -> Self {
        match word {
            PriorityWord::High => Self::High,
            PriorityWord::Normal => Self::Normal,
            PriorityWord::Low => Self::Low,
            PriorityWord::Lowest => Self::Lowest,
        }
    }
}

/// A sanction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SanctionWord {
    /// May not speak.
    Mute,
    /// May not be there.
    Ban,
}

/// What becomes of a message that is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    /// It is said.
    Release,
    /// It is not.
    Remove,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A text.
    Text(String),
    /// What only the app understands.
    Custom {
        /// The data.
        #[serde(default)]
        data: String,
        /// What it is.
        #[serde(default)]
        description: String,
        /// More of it.
        #[serde(default)]
        extension: String,
    },
    /// A face of the app's set.
    Face {
        /// Which.
        index: i64,
        /// More of it.
        #[serde(default)]
        data: String,
    },
}
