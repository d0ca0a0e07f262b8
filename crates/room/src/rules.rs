//! How a room is run: its own rate, how often a member may speak, and what he may not say.

use crate::record::FieldError;
use serde::{Deserialize, Deserializer, Serialize};

/// What happens to a message with a word of the app's list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum WordsRule {
    /// It passes.
    Off,
    /// It is refused.
    #[default]
    Block,
    /// It passes with stars in place of the word.
    Mask,
}

/// Who may read a room over plain HTTP, without being in it (protocol section 10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// Nobody: it is for those who are in it.
    #[default]
    Members,
    /// Who has a signed link.
    Link,
    /// Everybody.
    Public,
}

/// The rules of one room, beyond those of its app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RoomRules {
    /// Messages per second; nothing for the server's own rate.
    pub rate_per_s: Option<u32>,
    /// For how long an ordinary member waits between two messages, in seconds; 0 for not at all.
    pub slow_mode_s: u32,
    /// What happens to a message with a word of the app's list.
    pub words: WordsRule,
    /// Whether ordinary members may not send links.
    pub refuse_links: bool,
    /// For how long an ordinary member may not say the same again, in seconds; 0 for not at all.
    pub repeat_s: u32,
    /// For how long messages of ordinary members wait, so that a moderator can remove them, in seconds; 0 for not at all.
    pub hold_back_s: u32,
    /// Whether guests, who have no login, may listen (decision 12).
    pub guests: bool,
    /// Who may read it over plain HTTP (decision 25).
    pub reading: Reading,
}

impl Default for RoomRules {
    fn default() -> Self {
        Self {
            rate_per_s: None,
            slow_mode_s: 0,
            words: WordsRule::default(),
            refuse_links: false,
            repeat_s: 0,
            hold_back_s: 0,
            guests: true,
            reading: Reading::Members,
        }
    }
}

/// A change of rules; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RulesChange {
    /// The rate; `null` for the server's own.
    #[serde(deserialize_with = "given")]
    pub rate_per_s: Option<Option<u32>>,
    /// The slow mode, at most [`SLOW_MODE_S_MAX`].
    pub slow_mode_s: Option<u32>,
    /// What happens to a message with a word of the app's list.
    pub words: Option<WordsRule>,
    /// Whether ordinary members may not send links.
    pub refuse_links: Option<bool>,
    /// For how long nobody may repeat himself, at most [`REPEAT_S_MAX`].
    pub repeat_s: Option<u32>,
    /// For how long messages are held back, at most [`HOLD_BACK_S_MAX`].
    pub hold_back_s: Option<u32>,
    /// Whether guests may listen.
    pub guests: Option<bool>,
    /// Who may read it over plain HTTP.
    pub reading: Option<Reading>,
}

/// The rules of all rooms of an app, as an operator changed them while the server runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AppRules {
    /// Messages per second of each room; nothing for the rate of the configuration.
    pub rate_per_s: Option<u32>,
}

impl AppRules {
    /// Checks the rules against their limits.
    pub fn check(&self) -> Result<(), FieldError> {
        let rate_per_s = Some(self.rate_per_s);
        RulesChange {
            rate_per_s,
            ..RulesChange::default()
        }
        .check()
    }
}

/// A member that is given, also when it is `null`.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// The highest rate that a room may have, in messages per second.
pub const RATE_PER_S_MAX: u32 = 10_000;
/// The longest slow mode, in seconds.
pub const SLOW_MODE_S_MAX: u32 = 3_600;
/// The longest time without repeats, in seconds.
pub const REPEAT_S_MAX: u32 = 3_600;
/// The longest hold-back, in seconds (decision 5).
pub const HOLD_BACK_S_MAX: u32 = 10;

impl RulesChange {
    /// Checks every given rule against its limit.
    pub fn check(&self) -> Result<(), FieldError> {
        let within = |field, value: u32, min, max| match (min..=max).contains(&value) {
            true => Ok(()),
            false => Err(FieldError::OutOfRange { field, min, max }),
        };
        if let Some(Some(rate)) = self.rate_per_s {
            within("rate_per_s", rate, 1, RATE_PER_S_MAX)?;
        }
        within("slow_mode_s", self.slow_mode_s.unwrap_or(0), 0, SLOW_MODE_S_MAX)?;
        within("repeat_s", self.repeat_s.unwrap_or(0), 0, REPEAT_S_MAX)?;
        within("hold_back_s", self.hold_back_s.unwrap_or(0), 0, HOLD_BACK_S_MAX)
    }
}

impl RoomRules {
    /// Takes over a checked change.
    pub fn apply(&mut self, change: &RulesChange) {
        self.rate_per_s = change.rate_per_s.unwrap_or(self.rate_per_s);
        self.slow_mode_s = change.slow_mode_s.unwrap_or(self.slow_mode_s);
        self.words = change.words.unwrap_or(self.words);
        self.refuse_links = change.refuse_links.unwrap_or(self.refuse_links);
        self.repeat_s = change.repeat_s.unwrap_or(self.repeat_s);
        self.hold_back_s = change.hold_back_s.unwrap_or(self.hold_back_s);
        self.guests = change.guests.unwrap_or(self.guests);
        self.reading = change.reading.unwrap_or(self.reading);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_stays_and_null_goes_back_to_the_default() {
        let mut rules = RoomRules::default();
        let change = |json: &str| serde_json::from_str::<RulesChange>(json).unwrap();
        rules.apply(&change(r#"{"rate_per_s":100,"slow_mode_s":5}"#));
        assert_eq!((rules.rate_per_s, rules.slow_mode_s), (Some(100), 5));
        rules.apply(&change("{}"));
        assert_eq!((rules.rate_per_s, rules.slow_mode_s), (Some(100), 5));
        rules.apply(&change(r#"{"rate_per_s":null}"#));
        assert_eq!((rules.rate_per_s, rules.slow_mode_s), (None, 5));
        assert!(
            serde_json::from_str::<RulesChange>(r#"{"rate":1}"#).is_err(),
            "no typing error is silent"
        );
    }

    #[test]
    fn an_apps_rate_has_the_limits_of_a_rooms() {
        let rate = |rate_per_s| AppRules { rate_per_s }.check();
        assert!(rate(None).is_ok() && rate(Some(1)).is_ok() && rate(Some(10_000)).is_ok());
        assert!(rate(Some(0)).is_err() && rate(Some(10_001)).is_err());
    }

    #[test]
    fn rules_from_before_a_rule_was_there_have_its_default() {
        let rules: RoomRules = serde_json::from_str(r#"{"rate_per_s":7,"slow_mode_s":1}"#).unwrap();
        assert_eq!(
            (rules.guests, rules.words, rules.hold_back_s),
            (true, WordsRule::Block, 0)
        );
    }

    #[test]
    fn rules_are_limited_at_the_limit_and_one_past() {
        let rate = |n| {
            RulesChange {
                rate_per_s: Some(Some(n)),
                ..Default::default()
            }
            .check()
        };
        assert_eq!((rate(1), rate(10_000)), (Ok(()), Ok(())));
        assert!(rate(0).is_err() && rate(10_001).is_err());
        let slow = |n| {
            RulesChange {
                slow_mode_s: Some(n),
                ..Default::default()
            }
            .check()
        };
        assert!(slow(3_600).is_ok() && slow(3_601).is_err());
        let held = |n| {
            RulesChange {
                hold_back_s: Some(n),
                ..Default::default()
            }
            .check()
        };
        assert!(held(10).is_ok() && held(11).is_err());
        let repeated = |n| {
            RulesChange {
                repeat_s: Some(n),
                ..Default::default()
            }
            .check()
        };
        assert!(repeated(3_600).is_ok() && repeated(3_601).is_err());
    }
}
