//! Names and numbers. Each is a type of its own, so that a room id never stands where a user id belongs.

use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// A tenant; the vendor calls it SDKAppID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppId(pub u32);

/// Why a text cannot be an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("is empty")]
    Empty,
    /// Longer than the limit, in bytes.
    #[error("is longer than {0} bytes")]
    TooLong(usize),
    /// A byte outside of printable ASCII (0x20 to 0x7E).
    #[error("has a character that is not printable ASCII")]
    NotPrintable,
    /// The prefix belongs to ids that the server makes.
    #[error("starts with a reserved prefix")]
    Reserved,
}

fn printable(text: &str, bytes_max: usize) -> Result<Arc<str>, IdError> {
    if text.is_empty() {
        Err(IdError::Empty)
    } else if text.len() > bytes_max {
        Err(IdError::TooLong(bytes_max))
    } else if !text.bytes().all(|b| (0x20..=0x7e).contains(&b)) {
        Err(IdError::NotPrintable)
    } else {
        Ok(Arc::from(text))
    }
}

macro_rules! text_id {
    ($name:ident) => {
        impl $name {
            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(&text)
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }
    };
}

/// A user (= account) of an app: 1 to 32 bytes of printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct UserId(Arc<str>);
text_id!(UserId);

impl UserId {
    /// The longest user id, in bytes (rest-api.md section 2).
    pub const BYTES_MAX: usize = 32;

    /// Checks and takes a user id.
    pub fn new(text: &str) -> Result<Self, IdError> {
        printable(text, Self::BYTES_MAX).map(Self)
    }

    /// Whether nobody may register this name: the vendor's own senders and robots (decision 31).
    pub fn is_reserved(&self) -> bool {
        ["@TIM#", "@TLS#", "@RBT#"]
            .iter()
            .any(|prefix| self.0.starts_with(prefix))
    }
}

/// A room (= live group) of an app: 1 to 48 bytes of printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomId(Arc<str>);
text_id!(RoomId);

impl RoomId {
    /// The longest room id, in bytes (rest-api.md section 2).
    pub const BYTES_MAX: usize = 48;
    /// The prefix of ids that the server gives.
    pub const ASSIGNED_PREFIX: &str = "@TGS#";

    /// Checks and takes the id of a room that may exist, chosen or assigned.
    pub fn new(text: &str) -> Result<Self, IdError> {
        printable(text, Self::BYTES_MAX).map(Self)
    }

    /// Checks and takes an id that a caller chose for a new room: it may not look like an assigned one.
    pub fn chosen(text: &str) -> Result<Self, IdError> {
        if text.starts_with(Self::ASSIGNED_PREFIX) {
            Err(IdError::Reserved)
        } else {
            Self::new(text)
        }
    }

    /// The id that the server gives for the number `n`: `@TGS#a` and upper-case base 32, as all documented samples look.
    pub fn assigned(n: u64) -> Self {
        const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = String::from("@TGS#a");
        let mut rest = n;
        for _ in 0..9 {
            let digit = DIGITS.get((rest % 32) as usize).copied().unwrap_or(b'A');
            text.push(char::from(digit));
            rest /= 32;
        }
        Self(text.into())
    }
}

/// A room of one app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RoomKey {
    /// The app.
    pub app: AppId,
    /// The room.
    pub room: RoomId,
}

/// A user of one app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UserKey {
    /// The app.
    pub app: AppId,
    /// The user.
    pub user: UserId,
}

/// One login on one terminal. Random, so that it cannot be guessed or met again after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub u64);

/// The number of an event in its room: rising, never going back, contiguous within an [`Epoch`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The number after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A stretch of a room's life in which numbers have no holes. A restart begins a new one (decision 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Epoch(pub u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_are_one_to_32_printable_bytes() {
        assert!(UserId::new("a").is_ok());
        assert!(UserId::new(&"a".repeat(32)).is_ok());
        assert_eq!(UserId::new(""), Err(IdError::Empty));
        assert_eq!(UserId::new(&"a".repeat(33)), Err(IdError::TooLong(32)));
        assert_eq!(UserId::new("tab\there"), Err(IdError::NotPrintable));
        assert_eq!(UserId::new("名"), Err(IdError::NotPrintable));
        assert!(UserId::new("@TIM#SYSTEM").is_ok_and(|id| id.is_reserved()));
    }

    #[test]
    fn a_chosen_room_id_does_not_look_assigned() {
        assert!(RoomId::chosen("room-1").is_ok());
        assert!(RoomId::chosen(&"r".repeat(48)).is_ok());
        assert_eq!(RoomId::chosen(&"r".repeat(49)), Err(IdError::TooLong(48)));
        assert_eq!(RoomId::chosen("@TGS#aX"), Err(IdError::Reserved));
        assert!(RoomId::new("@TGS#aX").is_ok());
    }

    #[test]
    fn assigned_ids_differ_and_have_the_documented_form() {
        let (a, b) = (RoomId::assigned(1), RoomId::assigned(2));
        assert_ne!(a, b);
        assert_eq!(a.as_str().len(), 15);
        assert!(a.as_str().starts_with("@TGS#a"));
        assert_eq!(RoomId::new(a.as_str()), Ok(a));
    }
}
