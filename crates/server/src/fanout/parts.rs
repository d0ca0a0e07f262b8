//! The parts of a message in our own protocol, and the vendor's elements, in which every message is kept: whoever says
//! something is understood by the clients of both.

use room::Content;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wire::{event::Style, request::Part};

/// How our own protocol writes what the room does not know.
#[derive(Clone, Copy, Debug)]
pub struct House;

impl Style for House {
    fn number(&self, number: u64) -> String {
        tim::item::tiny_id(number)
    }

    fn parts(&self, content: &Content) -> Box<RawValue> {
        let elements: Vec<Element<'_>> = serde_json::from_str(&content.elements).unwrap_or_default();
        let parts: Vec<_> = elements.iter().map(Written::of).collect();
        serde_json::value::to_raw_value(&parts).unwrap_or_default()
    }
}

/// An element as the vendor's API has it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Element<'a> {
    msg_type: String,
    #[serde(borrow)]
    msg_content: &'a RawValue,
}

/// The members of the elements that have parts of their own. Raw, since a text may hold half a surrogate pair.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Known<'a> {
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    desc: Option<&'a RawValue>,
    #[serde(borrow, default)]
    ext: Option<&'a RawValue>,
    #[serde(borrow, default)]
    index: Option<&'a RawValue>,
}

/// A part as it is written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Written<'a> {
    Text(&'a RawValue),
    Custom(Custom<'a>),
    Face {
        index: &'a RawValue,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a RawValue>,
    },
    Other {
        r#type: &'a str,
        content: &'a RawValue,
    },
}

#[derive(Serialize)]
struct Custom<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<&'a RawValue>,
}

impl<'a> Written<'a> {
    fn of(element: &'a Element<'a>) -> Self {
        let known: Known<'a> = serde_json::from_str(element.msg_content.get()).unwrap_or_default();
        match (element.msg_type.as_str(), known.text, known.index) {
            ("TIMTextElem", Some(text), _) => Self::Text(text),
            ("TIMCustomElem", ..) => Self::Custom(Custom {
                data: known.data,
                description: known.desc,
                extension: known.ext,
            }),
            ("TIMFaceElem", _, Some(index)) => Self::Face {
                index,
                data: known.data,
            },
            _ => Self::Other {
                r#type: &element.msg_type,
                content: element.msg_content,
            },
        }
    }
}

/// The vendor's elements for the parts of a message that somebody sends: the same for the same parts, so that a repeat is
/// recognised.
pub fn elements(parts: &[Part]) -> String {
    let elements: Vec<_> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => serde_json::json!({"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}),
            Part::Custom {
                data,
                description,
                extension,
            } => serde_json::json!({
                "MsgType": "TIMCustomElem", "MsgContent": {"Data": data, "Desc": description, "Ext": extension},
            }),
            Part::Face { index, data } => {
                serde_json::json!({"MsgType": "TIMFaceElem", "MsgContent": {"Index": index, "Data": data}})
            }
        })
        .collect();
    serde_json::Value::Array(elements).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(elements: &str) -> String {
        let content = Content {
            elements: elements.into(),
            extra: "".into(),
        };
        House.parts(&content).get().to_owned()
    }

    #[test]
    fn elements_become_parts() {
        for (element, part) in [
            (
                r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"a\"b"}}"#,
                r#"{"text":"a\"b"}"#,
            ),
            (
                r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"half \ud800"}}"#,
                r#"{"text":"half \ud800"}"#,
            ),
            (
                r#"{"MsgType":"TIMCustomElem","MsgContent":{"Data":"d","Desc":"e","Ext":"f","Sound":""}}"#,
                r#"{"custom":{"data":"d","description":"e","extension":"f"}}"#,
            ),
            (
                r#"{"MsgType":"TIMFaceElem","MsgContent":{"Index":3,"Data":"x"}}"#,
                r#"{"face":{"index":3,"data":"x"}}"#,
            ),
            (
                r#"{"MsgType":"TIMLocationElem","MsgContent":{"Latitude":1.5}}"#,
                r#"{"other":{"type":"TIMLocationElem","content":{"Latitude":1.5}}}"#,
            ),
        ] {
            assert_eq!(parts(&format!("[{element}]")), format!("[{part}]"));
        }
        assert_eq!(parts("[]"), "[]");
    }

    #[test]
    fn parts_come_back_as_they_were_sent() {
        let sent = r#"[{"text":"hello"},{"custom":{"data":"d","description":"","extension":"f"}},{"face":{"index":2,"data":"y"}}]"#;
        let read: Vec<Part> = serde_json::from_str(sent).unwrap();
        assert_eq!(parts(&elements(&read)), sent);
        let raw = RawValue::from_string(elements(&read)).unwrap();
        assert_eq!(tim::elements::check(&raw).unwrap(), elements(&read), "they are compact");
    }
}
