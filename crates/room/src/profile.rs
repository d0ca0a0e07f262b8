//! How a user looks to others.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The value of a profile field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// A number, such as a birthday as yyyymmdd.
    Number(u64),
    /// A text.
    Text(String),
}

/// A user's profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The name shown; empty when never set.
    pub nick: String,
    /// The URL of his picture; empty when never set.
    pub avatar: String,
    /// Everything else that was set, by the field's name.
    pub fields: BTreeMap<String, FieldValue>,
}

impl Profile {
    /// The longest value, in bytes (rest-api.md section 2).
    pub const VALUE_BYTES_MAX: usize = 500;

    /// Takes over what `change` sets and leaves the rest.
    pub fn apply(&mut self, change: &ProfilePatch) {
        if let Some(nick) = &change.nick {
            self.nick.clone_from(nick);
        }
        if let Some(avatar) = &change.avatar {
            self.avatar.clone_from(avatar);
        }
        self.fields.extend(change.fields.clone());
    }
}

/// A change of a profile: only what is given changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    /// The new name.
    pub nick: Option<String>,
    /// The new picture.
    pub avatar: Option<String>,
    /// Other fields to set.
    pub fields: BTreeMap<String, FieldValue>,
}

impl ProfilePatch {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
