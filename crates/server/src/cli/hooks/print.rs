//! One readable line for each webhook.

use super::recipes::Call;
use serde_json::Value;
use std::{
    io::{IsTerminal, Write},
    time::{Duration, SystemTime},
};

/// The longest gist of a message, in characters.
const GIST_CHARS_MAX: usize = 60;

/// Prints on standard output, in colours where a person reads.
pub(super) struct Printer {
    colours: bool,
}

impl Printer {
    pub(super) fn new() -> Self {
        Self {
            colours: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    pub(super) fn say(&self, text: &str) {
        self.line("", text);
    }

    pub(super) fn refusal(&self, text: &str) {
        self.line("31", text);
    }

    pub(super) fn call(&self, call: &Call, code: i32, info: &str, took: Duration) {
        let colour = match (code, call.command.contains("Before")) {
            (0, true) => "",
            (0, false) => "2",
            _ => "31",
        };
        self.line(colour, &line(call, code, info, took));
    }

    fn line(&self, colour: &str, text: &str) {
        let time = humantime::format_rfc3339_seconds(SystemTime::now());
        let mut out = std::io::stdout().lock();
        // There is nobody left to tell when standard output is closed.
        let _ = match self.colours && !colour.is_empty() {
            true => writeln!(out, "{time} \x1b[{colour}m{text}\x1b[0m"),
            false => writeln!(out, "{time} {text}"),
        };
    }
}

/// A webhook and its answer.
fn line(call: &Call, code: i32, info: &str, took: Duration) -> String {
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| call.body.pointer(name)?.as_str());
        found.filter(|text| !text.is_empty()).unwrap_or("-").to_owned()
    };
    let command = call
        .command
        .split_once("Callback")
        .map_or(call.command.as_str(), |(_, short)| short);
    let who = text(&[
        "/From_Account",
        "/Requestor_Account",
        "/Operator_Account",
        "/Info/To_Account",
        "/MemberList/0/Member_Account",
    ]);
    let room = text(&["/GroupId", "/To_Account"]);
    let answer = match code {
        0 if call.command.contains("Before") => "allowed".to_owned(),
        0 => "heard".to_owned(),
        code => format!("refused {code} {info}"),
    };
    let platform = if call.platform.is_empty() { "-" } else { &call.platform };
    format!(
        "{command:<22} {room:<12} {who} ({platform}) {} {answer}, {} ms",
        gist(&call.body),
        took.as_millis()
    )
}

/// What a webhook is about, in a few words.
fn gist(body: &Value) -> String {
    let text = |at: &str| body.pointer(at).and_then(Value::as_str);
    let said = text("/MsgBody/0/MsgContent/Text").or_else(|| text("/MsgBody/0/MsgContent/Data"));
    let happened = text("/ExitType")
        .or_else(|| text("/JoinType"))
        .or_else(|| text("/EventType"));
    let happened = happened.or_else(|| text("/Info/Reason")).or_else(|| text("/Name"));
    let code = body.get("ErrorCode").map(|code| format!("code {code} "));
    let gist: String = said
        .or(happened)
        .unwrap_or_default()
        .chars()
        .take(GIST_CHARS_MAX)
        .collect();
    // A message is what somebody wrote: it must not write to the terminal.
    let gist: String = gist.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{}{gist:?}", code.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_says_what_where_who_and_the_answer() {
        let call = Call {
            command: "Group.CallbackBeforeSendMsg".into(),
            platform: "Web".into(),
            body: json!({"GroupId": "room-1", "From_Account": "bob",
                "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi\u{1b}[31m\nyou"}}]}),
        };
        let told = line(&call, 0, "", Duration::from_millis(3));
        assert_eq!(
            told,
            "BeforeSendMsg          room-1       bob (Web) \"hi [31m you\" allowed, 3 ms"
        );
        let told = line(&call, 10101, "not yours", Duration::ZERO);
        assert!(told.contains("refused 10101 not yours"), "{told}");
    }

    #[test]
    fn any_body_makes_a_line() {
        for body in [
            json!(null),
            json!([]),
            json!({"MsgBody": 1}),
            json!({"Info": {"Action": "Login", "Reason": "Register"}}),
        ] {
            let call = Call {
                command: String::new(),
                platform: String::new(),
                body,
            };
            assert!(!line(&call, 0, "", Duration::ZERO).is_empty());
        }
    }
}
