//! Reading request bodies, of both doors: one member at a time, each with the type that the command wants.
//!
//! Members stay raw until they are asked for. So unknown and misplaced ones cost nothing (client-habits 7), and a
//! message's elements pass through byte for byte.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap};

/// Why a body cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is not JSON, or not an object.
    #[error("the body is not a JSON object: {0}")]
    NotAnObject(String),
    /// A required member is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A member has another type or range.
    #[error("{field} must be {wanted}")]
    Wrong {
        /// Which member.
        field: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
}

impl BodyError {
    /// The member that is meant, if one is.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotAnObject(_) => None,
            Self::Missing(field) | Self::Wrong { field, .. } => Some(field),
        }
    }
}

/// A JSON object whose members are read when asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Body<'a>(#[serde(borrow)] BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Body<'a> {
    /// Reads an object. Nothing at all reads as `{}` (client-habits 5).
    pub fn parse(text: &'a [u8]) -> Result<Self, BodyError> {
        if text.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        serde_json::from_slice(text).map_err(|error| BodyError::NotAnObject(error.to_string()))
    }

    /// Reads an object that is part of another one.
    pub fn of(raw: &'a RawValue) -> Result<Self, BodyError> {
        Self::parse(raw.get().as_bytes())
    }

    /// A member as it was sent; `null` counts as absent.
    pub fn raw(&self, field: &str) -> Option<&'a RawValue> {
        self.0.get(field).copied().filter(|raw| raw.get() != "null")
    }

    fn read<T: DeserializeOwned>(&self, field: &'static str, wanted: &'static str) -> Result<Option<T>, BodyError> {
        let Some(raw) = self.raw(field) else { return Ok(None) };
        serde_json::from_str(raw.get())
            .map(Some)
            .map_err(|_| BodyError::Wrong { field, wanted })
    }

    /// A text.
    pub fn text(&self, field: &'static str) -> Result<Option<String>, BodyError> {
        self.read(field, "a string")
    }

    /// A text that must be there.
    pub fn need_text(&self, field: &'static str) -> Result<String, BodyError> {
        self.text(field)?.ok_or(BodyError::Missing(field))
    }

    /// A whole number from 0.
    pub fn number(&self, field: &'static str) -> Result<Option<u64>, BodyError> {
        self.read(field, "a whole number that is not negative")
    }

    /// A whole number of 64 bits with a sign.
    pub fn integer(&self, field: &'static str) -> Result<Option<i64>, BodyError> {
        self.read(field, "a whole number of 64 bits")
    }

    /// A list of whole numbers of 32 bits.
    pub fn numbers_u32(&self, field: &'static str) -> Result<Option<Vec<u32>>, BodyError> {
        self.read(field, "an array of whole numbers from 0 to 4294967295")
    }

    /// A whole number of 32 bits.
    pub fn number_u32(&self, field: &'static str) -> Result<Option<u32>, BodyError> {
        self.read(field, "a whole number from 0 to 4294967295")
    }

    /// A list of texts.
    pub fn texts(&self, field: &'static str) -> Result<Option<Vec<String>>, BodyError> {
        self.read(field, "an array of strings")
    }

    /// A list of objects.
    pub fn objects(&self, field: &'static str) -> Result<Option<Vec<Body<'a>>>, BodyError> {
        let wanted = "an array of objects";
        let Some(raw) = self.raw(field) else { return Ok(None) };
        serde_json::from_str(raw.get())
            .map(Some)
            .map_err(|_| BodyError::Wrong { field, wanted })
    }

    /// An object.
    pub fn object(&self, field: &'static str) -> Result<Option<Body<'a>>, BodyError> {
        let Some(raw) = self.raw(field) else { return Ok(None) };
        Body::of(raw).map(Some).map_err(|_| BodyError::Wrong {
            field,
            wanted: "an object",
        })
    }

    /// A list of `{Key, Value}` pairs, such as custom fields.
    pub fn pairs(&self, field: &'static str) -> Result<Option<BTreeMap<String, String>>, BodyError> {
        let Some(items) = self.objects(field)? else {
            return Ok(None);
        };
        let pair = |item: &Body<'_>| Ok((item.need_text("Key")?, item.text("Value")?.unwrap_or_default()));
        items.iter().map(pair).collect::<Result<_, _>>().map(Some)
    }

    /// `On` or `Off`.
    pub fn switch(&self, field: &'static str) -> Result<Option<bool>, BodyError> {
        match self.text(field)?.as_deref() {
            None => Ok(None),
            Some("On") => Ok(Some(true)),
            Some("Off") => Ok(Some(false)),
            Some(_) => Err(BodyError::Wrong {
                field,
                wanted: "\"On\" or \"Off\"",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_with_the_wanted_type() {
        let body = Body::parse(
            br#" {"A":"x","N":7,"L":["a","b"],"Z":null,"P":[{"Key":"k","Value":"v"},{"Key":"d"}],"S":"On"} "#,
        )
        .unwrap();
        assert_eq!(body.need_text("A"), Ok("x".to_owned()));
        assert_eq!(body.number("N"), Ok(Some(7)));
        assert_eq!(body.texts("L"), Ok(Some(vec!["a".to_owned(), "b".to_owned()])));
        assert_eq!(body.text("Z"), Ok(None), "null counts as absent");
        assert_eq!(body.switch("S"), Ok(Some(true)));
        let pairs = body.pairs("P").unwrap().unwrap();
        assert_eq!((pairs["k"].as_str(), pairs["d"].as_str()), ("v", ""));
        assert_eq!(body.need_text("B"), Err(BodyError::Missing("B")));
        assert!(matches!(body.text("N"), Err(BodyError::Wrong { field: "N", .. })));
        assert!(body.number("A").is_err() && body.texts("A").is_err() && body.objects("L").is_err());
    }

    #[test]
    fn numbers_at_the_limit_and_one_past() {
        let body = Body::parse(br#"{"M":4294967295,"X":4294967296,"Neg":-1,"F":1.5}"#).unwrap();
        assert_eq!(body.number_u32("M"), Ok(Some(u32::MAX)));
        assert!(body.number_u32("X").is_err() && body.number("Neg").is_err() && body.number("F").is_err());
    }

    #[test]
    fn no_body_is_an_empty_object_and_anything_else_is_an_error() {
        assert!(Body::parse(b"").unwrap().raw("A").is_none());
        for bad in [&b"[]"[..], b"1", b"{", b"\"x\"", b"\xff\xfe", b"{\"a\":}"] {
            assert!(matches!(Body::parse(bad), Err(BodyError::NotAnObject(_))));
        }
        let deep = "[".repeat(100_000);
        assert!(Body::parse(deep.as_bytes()).is_err());
        let deep = format!("{{\"A\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
        assert!(Body::parse(deep.as_bytes()).is_ok_and(|body| body.text("A").is_err()));
    }
}
