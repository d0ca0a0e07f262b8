//! How a room is run: its own rate, and how often a member may speak.

use crate::record::FieldError;
use serde::{Deserialize, Deserializer, Serialize};

/// The rules of one room, beyond those of its app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RoomRules {
    /// Messages per second; nothing for the server's own rate.
    pub rate_per_s: Option<u32>,
    /// For how long an ordinary member waits between two messages, in seconds; 0 for not at all.
    pub slow_mode_s: u32,
}

/// A change of rules; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RulesChange {
    /// The rate; `null` for the server's own.
    #[serde(deserialize_with = "given")]
    pub rate_per_s: Option<Option<u32>>,
    /// The slow mode.
    pub slow_mode_s: Option<u32>,
}

/// A member that is given, also when it is `null`.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// The highest rate that a room may have, in messages per second.
pub const RATE_PER_S_MAX: u32 = 10_000;
/// The longest slow mode, in seconds.
pub const SLOW_MODE_S_MAX: u32 = 3_600;

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
        within("slow_mode_s", self.slow_mode_s.unwrap_or(0), 0, SLOW_MODE_S_MAX)
    }
}

impl RoomRules {
    /// Takes over a checked change.
    pub fn apply(&mut self, change: &RulesChange) {
        self.rate_per_s = change.rate_per_s.unwrap_or(self.rate_per_s);
        self.slow_mode_s = change.slow_mode_s.unwrap_or(self.slow_mode_s);
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
    }
}
