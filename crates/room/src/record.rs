//! A room's durable settings, the limits of their fields, and who may change them.

use crate::{
    Millis, RoomKey, UserId,
    event::ProfileChange,
    rules::{RoomRules, RulesChange},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is kept of a room: who owns it and how it looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRecord {
    /// Which room.
    pub key: RoomKey,
    /// Who owns it; a room made by the backend may have no owner.
    pub owner: Option<UserId>,
    /// Its name, 1 to 30 bytes.
    pub name: String,
    /// What it is about, at most 240 bytes.
    pub introduction: String,
    /// The notice pinned to it, at most 300 bytes.
    pub notification: String,
    /// The URL of its picture, at most 100 bytes.
    pub avatar: String,
    /// Whether only owner and admins may speak.
    pub mute_all: bool,
    /// The join option that the creator stated. Kept for its reader only: joining a live room is always free (LR-M3).
    pub join_option: String,
    /// Custom fields (LR-A5).
    pub custom: BTreeMap<String, String>,
    /// Its admins, at most [`ADMINS_MAX`]; they need not be there (LR-M18).
    #[serde(default)]
    pub admins: BTreeSet<UserId>,
    /// How it is run.
    #[serde(default)]
    pub rules: RoomRules,
    /// When it was made.
    pub created: Millis,
    /// When its profile last changed.
    pub changed: Millis,
    /// Grows by one with each change.
    pub version: u64,
}

/// A field of a room that breaks its limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// A name is required.
    #[error("Name must not be empty")]
    NoName,
    /// A text is too long.
    #[error("{field} is {bytes} bytes long, at most {bytes_max} are allowed")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// How long it is, in bytes.
        bytes: usize,
        /// What is allowed, in bytes.
        bytes_max: usize,
    },
    /// A custom field's key breaks the rule.
    #[error("custom field key {0:?} must be 1 to 16 bytes of A-Z a-z 0-9 _")]
    BadKey(String),
    /// A custom field that the app does not have.
    #[error("custom field {0:?} is none of this app's; room_fields of the app lists them")]
    UnknownKey(String),
    /// Too many custom fields.
    #[error("a room has at most {0} custom fields")]
    TooMany(usize),
    /// Too many admins.
    #[error("a room has at most {ADMINS_MAX} admins; take the role from one first")]
    TooManyAdmins,
    /// A number is beyond its limits.
    #[error("{field} must be between {min} and {max}")]
    OutOfRange {
        /// Which field.
        field: &'static str,
        /// The least that is allowed.
        min: u32,
        /// The most that is allowed.
        max: u32,
    },
}

/// The most custom fields of a room (rest-api.md section 2: 10, in another generation 20).
pub const CUSTOM_FIELDS_MAX: usize = 20;
/// The most admins of a room (LR-M18).
pub const ADMINS_MAX: usize = 5;
const CUSTOM_KEY_BYTES_MAX: usize = 16;
const CUSTOM_VALUE_BYTES_MAX: usize = 512;

impl ProfileChange {
    /// Checks every given field against its limit (rest-api.md section 2: bytes, not characters).
    pub fn check(&self) -> Result<(), FieldError> {
        if self.name.as_deref() == Some("") {
            return Err(FieldError::NoName);
        }
        let texts = [
            ("Name", &self.name, 30),
            ("Introduction", &self.introduction, 240),
            ("Notification", &self.notification, 300),
            ("FaceUrl", &self.avatar, 100),
        ];
        for (field, value, bytes_max) in texts {
            check_length(field, value.as_deref().unwrap_or_default(), bytes_max)?;
        }
        for (key, value) in &self.custom {
            if !is_custom_key(key) {
                return Err(FieldError::BadKey(key.clone()));
            }
            check_length("custom field value", value, CUSTOM_VALUE_BYTES_MAX)?;
        }
        Ok(())
    }
}

/// Whether a custom field may have this name.
pub fn is_custom_key(key: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=CUSTOM_KEY_BYTES_MAX).contains(&key.len()) && key.bytes().all(good)
}

fn check_length(field: &'static str, value: &str, bytes_max: usize) -> Result<(), FieldError> {
    let bytes = value.len();
    if bytes > bytes_max {
        Err(FieldError::TooLong {
            field,
            bytes,
            bytes_max,
        })
    } else {
        Ok(())
    }
}

impl RoomRecord {
    /// Takes over a checked change. An empty custom value deletes the field. Fails when there would be too many fields.
    pub fn apply(&mut self, change: &ProfileChange, now: Millis) -> Result<(), FieldError> {
        let mut custom = self.custom.clone();
        for (key, value) in &change.custom {
            if value.is_empty() {
                custom.remove(key);
            } else {
                custom.insert(key.clone(), value.clone());
            }
        }
        if custom.len() > CUSTOM_FIELDS_MAX {
            return Err(FieldError::TooMany(CUSTOM_FIELDS_MAX));
        }
        self.custom = custom;
        let texts = [
            (&mut self.name, &change.name),
            (&mut self.introduction, &change.introduction),
            (&mut self.notification, &change.notification),
            (&mut self.avatar, &change.avatar),
            (&mut self.join_option, &change.join_option),
        ];
        for (field, value) in texts {
            if let Some(value) = value {
                field.clone_from(value);
            }
        }
        self.mute_all = change.mute_all.unwrap_or(self.mute_all);
        self.touch(now);
        Ok(())
    }

    /// Takes over checked rules.
    pub fn apply_rules(&mut self, change: &RulesChange, now: Millis) {
        self.rules.apply(change);
        self.touch(now);
    }

    /// Makes users admins, or ordinary members again. Fails when there would be too many admins.
    pub fn apply_admins(&mut self, users: &[UserId], admin: bool, now: Millis) -> Result<(), FieldError> {
        let mut admins = self.admins.clone();
        for user in users {
            if admin {
                admins.insert(user.clone());
            } else {
                admins.remove(user);
            }
        }
        if admins.len() > ADMINS_MAX {
            return Err(FieldError::TooManyAdmins);
        }
        self.admins = admins;
        self.touch(now);
        Ok(())
    }

    fn touch(&mut self, now: Millis) {
        self.changed = now;
        self.version += 1;
    }

    /// Whether `user` owns the room.
    pub fn is_owner(&self, user: &UserId) -> bool {
        self.owner.as_ref() == Some(user)
    }

    /// Whether `user` is an admin of the room.
    pub fn is_admin(&self, user: &UserId) -> bool {
        self.admins.contains(user)
    }

    /// Whether `user` may change the room's profile and moderate it: its owner and its admins (decision 16).
    pub fn may_edit(&self, user: &UserId) -> bool {
        self.is_owner(user) || self.is_admin(user)
    }

    /// Whether `by` may put a sanction on `user`: the owner on everybody else, an admin on ordinary members.
    pub fn may_sanction(&self, by: &UserId, user: &UserId) -> bool {
        by != user && !self.is_owner(user) && (self.is_owner(by) || self.is_admin(by) && !self.is_admin(user))
    }

    /// Whether `user` may speak now (LR-X3).
    pub fn may_speak(&self, user: &UserId) -> bool {
        !self.mute_all || self.may_edit(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AppId, RoomId};

    fn record() -> RoomRecord {
        RoomRecord {
            key: RoomKey {
                app: AppId(1),
                room: RoomId::new("r").unwrap(),
            },
            owner: Some(UserId::new("host").unwrap()),
            name: "n".into(),
            introduction: String::new(),
            notification: String::new(),
            avatar: String::new(),
            mute_all: false,
            join_option: "FreeAccess".into(),
            custom: BTreeMap::new(),
            admins: BTreeSet::new(),
            rules: RoomRules::default(),
            created: Millis(0),
            changed: Millis(0),
            version: 0,
        }
    }

    #[test]
    fn fields_are_limited_in_bytes_at_the_limit_and_one_past() {
        for (bytes_max, make) in [
            (
                30,
                (|s| ProfileChange {
                    name: Some(s),
                    ..Default::default()
                }) as fn(String) -> ProfileChange,
            ),
            (240, |s| ProfileChange {
                introduction: Some(s),
                ..Default::default()
            }),
            (300, |s| ProfileChange {
                notification: Some(s),
                ..Default::default()
            }),
            (100, |s| ProfileChange {
                avatar: Some(s),
                ..Default::default()
            }),
            (512, |s| ProfileChange {
                custom: [("k".to_owned(), s)].into(),
                ..Default::default()
            }),
        ] {
            assert_eq!(make("x".repeat(bytes_max)).check(), Ok(()));
            assert!(matches!(
                make("x".repeat(bytes_max + 1)).check(),
                Err(FieldError::TooLong { .. })
            ));
        }
        // 10 characters of 3 bytes fit, 11 do not
        assert!(
            ProfileChange {
                name: Some("名".repeat(10)),
                ..Default::default()
            }
            .check()
            .is_ok()
        );
        assert!(
            ProfileChange {
                name: Some("名".repeat(11)),
                ..Default::default()
            }
            .check()
            .is_err()
        );
    }

    #[test]
    fn an_empty_custom_value_deletes_the_field() {
        let mut room = record();
        let set = |value: &str| ProfileChange {
            custom: [("likes".into(), value.into())].into(),
            ..Default::default()
        };
        room.apply(&set("5"), Millis(1)).unwrap();
        assert_eq!(room.custom.get("likes").map(String::as_str), Some("5"));
        room.apply(&set(""), Millis(2)).unwrap();
        assert!(room.custom.is_empty());
        assert_eq!((room.version, room.changed), (2, Millis(2)));
    }

    #[test]
    fn too_many_custom_fields_change_nothing() {
        let mut room = record();
        let custom = (0..=CUSTOM_FIELDS_MAX)
            .map(|i| (format!("k{i}"), "v".to_owned()))
            .collect();
        let before = room.clone();
        assert!(
            room.apply(
                &ProfileChange {
                    custom,
                    ..Default::default()
                },
                Millis(1)
            )
            .is_err()
        );
        assert_eq!(room, before);
    }

    #[test]
    fn lr_x3_under_mute_all_only_owner_and_admins_speak() {
        let mut room = record();
        let [host, helper, fan] = ["host", "helper", "fan"].map(|name| UserId::new(name).unwrap());
        room.apply_admins(std::slice::from_ref(&helper), true, Millis(1))
            .unwrap();
        assert!(room.may_speak(&fan));
        room.mute_all = true;
        assert!(!room.may_speak(&fan) && room.may_speak(&host) && room.may_speak(&helper));
    }

    #[test]
    fn lr_m18_a_room_has_at_most_five_admins() {
        let mut room = record();
        let names: Vec<_> = (0..6).map(|n| UserId::new(&format!("a{n}")).unwrap()).collect();
        room.apply_admins(&names[..5], true, Millis(1)).unwrap();
        let before = room.clone();
        assert_eq!(
            room.apply_admins(&names[5..], true, Millis(2)),
            Err(FieldError::TooManyAdmins)
        );
        assert_eq!(room, before);
        room.apply_admins(&names[..1], false, Millis(3)).unwrap();
        room.apply_admins(&names[5..], true, Millis(4)).unwrap();
        assert!(room.is_admin(&names[5]) && !room.is_admin(&names[0]));
    }

    #[test]
    fn nobody_sanctions_who_stands_above_him_or_beside_him() {
        let mut room = record();
        let [host, helper, other, fan] = ["host", "helper", "other", "fan"].map(|name| UserId::new(name).unwrap());
        room.apply_admins(&[helper.clone(), other.clone()], true, Millis(1))
            .unwrap();
        for (by, user, may) in [
            (&host, &fan, true),
            (&host, &helper, true),
            (&helper, &fan, true),
            (&helper, &other, false),
            (&helper, &host, false),
            (&fan, &other, false),
            (&host, &host, false),
        ] {
            assert_eq!(room.may_sanction(by, user), may, "{by} on {user}");
        }
    }

    #[test]
    fn a_record_from_before_there_were_admins_is_still_read() {
        let mut old = serde_json::to_value(record()).unwrap();
        old.as_object_mut()
            .unwrap()
            .retain(|name, _| name != "admins" && name != "rules");
        assert_eq!(serde_json::from_value::<RoomRecord>(old).unwrap(), record());
    }
}
