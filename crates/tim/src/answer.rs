//! The envelope around every answer: the same at the REST door and inside a Web SDK frame.

use serde_json::{Map, Value};

/// The members that an answer has beside the envelope.
pub type Fields = Map<String, Value>;

/// Makes a [`Fields`] as `serde_json::json!` makes an object.
#[macro_export]
macro_rules! fields {
    ($($members:tt)*) => {
        match ::serde_json::json!({ $($members)* }) {
            ::serde_json::Value::Object(fields) => fields,
            _ => $crate::answer::Fields::new(),
        }
    };
}

/// A refusal: the documented code and a text that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The vendor's code; never 0.
    pub code: i32,
    /// For people. Clients branch on the code alone.
    pub info: String,
}

impl Refusal {
    /// A refusal with a text.
    pub fn new(code: i32, info: impl Into<String>) -> Self {
        Self {
            code,
            info: info.into(),
        }
    }
}

/// What a command answers.
pub type Answer = Result<Fields, Refusal>;

/// The JSON of an answer: the three members that must always be there, then the command's own.
pub fn body(answer: &Answer) -> String {
    let envelope = |status: &str, code: i32, info: &str| {
        fields! {"ActionStatus": status, "ErrorCode": code, "ErrorInfo": info}
    };
    let all = match answer {
        Ok(fields) => {
            let mut all = envelope("OK", 0, "");
            all.extend(fields.clone());
            all
        }
        Err(refusal) => envelope("FAIL", refusal.code, &refusal.info),
    };
    Value::Object(all).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_the_envelope() {
        assert_eq!(
            body(&Ok(fields! {"GroupId": "r", "MsgSeq": 7})),
            r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupId":"r","MsgSeq":7}"#
        );
        assert_eq!(
            body(&Err(Refusal::new(10010, "no \"such\" room"))),
            r#"{"ActionStatus":"FAIL","ErrorCode":10010,"ErrorInfo":"no \"such\" room"}"#
        );
    }
}
