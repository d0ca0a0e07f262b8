//! A message's elements (`MsgBody`): checked for their form, passed on byte for byte.

use crate::body::Body;
use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};
use serde_json::value::RawValue;
use std::{fmt, ops::Range};

/// The element types that a sender may use (rest-api.md 6.1).
pub const TYPES: [&str; 9] = [
    "TIMTextElem",
    "TIMFaceElem",
    "TIMLocationElem",
    "TIMCustomElem",
    "TIMSoundElem",
    "TIMImageElem",
    "TIMFileElem",
    "TIMVideoFileElem",
    "TIMRelayElem",
];

/// How deep an element may be nested. None of the documented ones goes past 5; a client's parser must survive it.
const DEPTH_MAX: usize = 32;

/// Why elements are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementError {
    /// Not a JSON array.
    #[error("MsgBody must be an array")]
    NotAnArray,
    /// An empty array.
    #[error("MsgBody must not be empty")]
    Empty,
    /// An element that is not `{"MsgType": ..., "MsgContent": {...}}`.
    #[error("MsgBody[{0}] must be an object with MsgType (a string) and MsgContent (an object)")]
    BadElement(usize),
    /// A type that does not exist.
    #[error("MsgBody[{at}].MsgType {found:?} is unknown; known are {}", TYPES.join(", "))]
    UnknownType {
        /// Which element.
        at: usize,
        /// What it says.
        found: String,
    },
    /// A text element without a text.
    #[error("MsgBody[{0}].MsgContent.Text must be a string")]
    NoText(usize),
    /// More than one custom element (rest-api.md section 6).
    #[error("MsgBody has more than one TIMCustomElem")]
    TwoCustom,
    /// Nested too deep.
    #[error("MsgBody is nested more than {DEPTH_MAX} deep")]
    TooDeep,
}

/// Checks elements and answers them without the white space between tokens: the form that is counted and delivered.
pub fn check(raw: &RawValue) -> Result<String, ElementError> {
    let compact = compact(raw.get()).ok_or(ElementError::TooDeep)?;
    let elements: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(|_| ElementError::NotAnArray)?;
    if elements.is_empty() {
        return Err(ElementError::Empty);
    }
    let mut custom = 0;
    for (at, element) in elements.into_iter().enumerate() {
        let bad = |_| ElementError::BadElement(at);
        let element = Body::of(element).map_err(bad)?;
        let kind = element.need_text("MsgType").map_err(bad)?;
        let content = element
            .object("MsgContent")
            .map_err(bad)?
            .ok_or(ElementError::BadElement(at))?;
        if !TYPES.contains(&kind.as_str()) {
            return Err(ElementError::UnknownType { at, found: kind });
        }
        // A JavaScript string may hold half a surrogate pair; such a text is passed on, not read.
        if kind == "TIMTextElem" && !content.raw("Text").is_some_and(|text| text.get().starts_with('"')) {
            return Err(ElementError::NoText(at));
        }
        custom += usize::from(kind == "TIMCustomElem");
    }
    if custom > 1 {
        Err(ElementError::TwoCustom)
    } else {
        Ok(compact)
    }
}

/// The texts of the text elements of checked elements.
pub fn texts(elements: &str) -> Vec<String> {
    let mut texts = Vec::new();
    each_text(elements, |_, text| texts.push(text));
    texts
}

/// Checked elements with other texts in the text elements; what is not rewritten stays byte for byte. Nothing when no
/// text is.
pub fn rewrite_texts(elements: &str, rewrite: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut rewritten = String::new();
    let mut copied = 0;
    each_text(elements, |range, text| {
        if let Some(new) = rewrite(&text) {
            rewritten.push_str(elements.get(copied..range.start).unwrap_or_default());
            rewritten.push_str(&serde_json::Value::String(new).to_string());
            copied = range.end;
        }
    });
    (copied > 0).then(|| rewritten + elements.get(copied..).unwrap_or_default())
}

/// Each text, and where its JSON stands.
fn each_text(elements: &str, mut see: impl FnMut(Range<usize>, String)) {
    let list: Vec<&RawValue> = serde_json::from_str(elements).unwrap_or_default();
    for element in list.into_iter().filter_map(|element| Body::of(element).ok()) {
        let is_text = element
            .text("MsgType")
            .ok()
            .flatten()
            .is_some_and(|kind| kind == "TIMTextElem");
        let content = element.object("MsgContent").ok().flatten().filter(|_| is_text);
        let Some(raw) = content.and_then(|content| content.raw("Text")) else {
            continue;
        };
        // The raw text is a part of the elements, so the difference of their places is its own.
        let start = (raw.get().as_ptr() as usize).saturating_sub(elements.as_ptr() as usize);
        if let Ok(Lossy(text)) = serde_json::from_str(raw.get()) {
            see(start..start + raw.get().len(), text);
        }
    }
}

/// A JSON string of which nothing keeps us from reading the rest, also where it holds half a surrogate pair: a word must
/// not hide behind one.
struct Lossy(String);

impl<'de> Deserialize<'de> for Lossy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Lossy;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Lossy, E> {
                Ok(Lossy(String::from_utf8_lossy(bytes).into_owned()))
            }
        }
        from.deserialize_bytes(Read)
    }
}

/// Removes white space outside of strings from valid JSON; nothing when it is nested too deep.
fn compact(json: &str) -> Option<String> {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped, mut depth) = (false, false, 0usize);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else {
            match c {
                ' ' | '\t' | '\n' | '\r' => continue,
                '"' => in_string = true,
                '[' | '{' => depth += 1,
                ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth > DEPTH_MAX {
            return None;
        }
        out.push(c);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn checked(json: &str) -> Result<String, ElementError> {
        check(&RawValue::from_string(json.to_owned()).unwrap())
    }

    #[test]
    fn texts_are_read_and_rewritten_and_the_rest_stays_byte_for_byte() {
        let elements = r#"[{"MsgType":"TIMTextElem","MsgContent":{"X":1.50,"Text":"so b\u0061d"}},{"MsgType":"TIMCustomElem","MsgContent":{"Data":"bad"}},{"MsgContent":{"Text":"fine"},"MsgType":"TIMTextElem"},{"MsgType":"TIMTextElem","MsgContent":{"Text":"\ud83d bad"}}]"#;
        assert_eq!(texts(elements), ["so bad", "fine", "\u{fffd}\u{fffd}\u{fffd} bad"]);
        let mask = |text: &str| text.contains("bad").then(|| text.replace("bad", "\"*"));
        let wanted = r#"[{"MsgType":"TIMTextElem","MsgContent":{"X":1.50,"Text":"so \"*"}},{"MsgType":"TIMCustomElem","MsgContent":{"Data":"bad"}},{"MsgContent":{"Text":"fine"},"MsgType":"TIMTextElem"},{"MsgType":"TIMTextElem","MsgContent":{"Text":"\u{fffd}\u{fffd}\u{fffd} \"*"}}]"#
            .replace("\\u{fffd}", "\u{fffd}");
        assert_eq!(rewrite_texts(elements, mask), Some(wanted));
        assert_eq!(rewrite_texts(elements, |_| None), None);
    }

    #[test]
    fn elements_pass_byte_for_byte_but_for_white_space() {
        let sent = "[ {\"MsgType\": \"TIMTextElem\",\n \"MsgContent\": {\"Text\": \"a  b \\\" \\u4e2d\\u0000 名\", \"X\": 1.50}} ]";
        let expected =
            "[{\"MsgType\":\"TIMTextElem\",\"MsgContent\":{\"Text\":\"a  b \\\" \\u4e2d\\u0000 名\",\"X\":1.50}}]";
        assert_eq!(checked(sent), Ok(expected.to_owned()));
        let half = r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"\ud83d"}}]"#;
        assert_eq!(
            checked(half),
            Ok(half.to_owned()),
            "half a surrogate pair is not ours to judge"
        );
    }

    #[test]
    fn malformed_elements_are_named() {
        for (json, error) in [
            (r#"{"MsgType":"TIMTextElem"}"#, ElementError::NotAnArray),
            ("7", ElementError::NotAnArray),
            ("[]", ElementError::Empty),
            ("[1]", ElementError::BadElement(0)),
            (r#"[{"MsgType":"TIMTextElem"}]"#, ElementError::BadElement(0)),
            (r#"[{"MsgType":7,"MsgContent":{}}]"#, ElementError::BadElement(0)),
            (
                r#"[{"MsgType":"TIMTextElem","MsgContent":"x"}]"#,
                ElementError::BadElement(0),
            ),
            (
                r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":7}}]"#,
                ElementError::NoText(0),
            ),
            (
                r#"[{"MsgType":"TIMTextElem","MsgContent":{}}]"#,
                ElementError::NoText(0),
            ),
            (
                r#"[{"MsgType":"Nope","MsgContent":{}}]"#,
                ElementError::UnknownType {
                    at: 0,
                    found: "Nope".into(),
                },
            ),
            (
                r#"[{"MsgType":"TIMCustomElem","MsgContent":{}},{"MsgType":"TIMCustomElem","MsgContent":{}}]"#,
                ElementError::TwoCustom,
            ),
        ] {
            assert_eq!(checked(json), Err(error), "{json}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |n: usize| {
            let inner = format!("{}{}", "[".repeat(n), "]".repeat(n));
            format!(r#"[{{"MsgType":"TIMCustomElem","MsgContent":{{"X":{inner}}}}}]"#)
        };
        assert!(checked(&nested(DEPTH_MAX - 3)).is_ok());
        assert_eq!(checked(&nested(DEPTH_MAX - 2)), Err(ElementError::TooDeep));
    }

    proptest! {
        #[test]
        fn compacting_keeps_the_meaning(text in any::<String>(), number in any::<i64>()) {
            let value = serde_json::json!([{"MsgType": "TIMCustomElem", "MsgContent": {"Data": text, "n": number}}]);
            let compact = checked(&serde_json::to_string_pretty(&value).unwrap()).unwrap();
            prop_assert_eq!(compact, serde_json::to_string(&value).unwrap());
        }
    }
}
