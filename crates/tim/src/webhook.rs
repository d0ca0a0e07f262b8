//! Webhooks: what a backend is asked and told, in the vendor's shapes (webhooks.md). Pure: somebody else carries them.
//!
//! Map: [`Command`] what there is · [`body`] what is said · [`query`] and [`sign`] how it is addressed · [`reply`] what
//! the backend answers.

use crate::{
    answer::Fields,
    body::Body,
    codes::{C2C_WEBHOOK_OWN, GROUP_WEBHOOK_OWN, c2c, group},
    elements,
};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use room::Platform;
use serde_json::{Value, json, value::RawValue};
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, net::IpAddr};

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// What a backend can be called for (webhooks.md section 2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $($(#[$doc])* $name,)+
        }

        impl Command {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The command word.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

commands! {
    /// Somebody wants to make a room.
    BeforeCreateGroup = "Group.CallbackBeforeCreateGroup",
    /// A room was made.
    AfterCreateGroup = "Group.CallbackAfterCreateGroup",
    /// A user wants to join.
    BeforeApplyJoinGroup = "Group.CallbackBeforeApplyJoinGroup",
    /// A user joined.
    AfterNewMemberJoin = "Group.CallbackAfterNewMemberJoin",
    /// A user left or was put out.
    AfterMemberExit = "Group.CallbackAfterMemberExit",
    /// Somebody wants to say something.
    BeforeSendMsg = "Group.CallbackBeforeSendMsg",
    /// It was said.
    AfterSendMsg = "Group.CallbackAfterSendMsg",
    /// It could not be said.
    SendMsgException = "Group.CallbackSendMsgException",
    /// A room was dismissed.
    AfterGroupDestroyed = "Group.CallbackAfterGroupDestroyed",
    /// Messages were taken back.
    AfterRecallMsg = "Group.CallbackAfterRecallMsg",
    /// A room's texts changed.
    AfterGroupInfoChanged = "Group.CallbackAfterGroupInfoChanged",
    /// A room's attributes changed.
    AfterGroupAttrChanged = "Group.CallbackAfterGroupAttrChanged",
    /// A room was liked through our own protocol. Not one of the vendor's; its receivers do not know it, and lose nothing.
    AfterLikes = "Plaudit.CallbackAfterLikes",
    /// A member fell silent, or is heard from again (LR-M6).
    OnMemberStateChange = "Group.CallbackOnMemberStateChange",
    /// Somebody wants to write to one user.
    C2cBeforeSendMsg = "C2C.CallbackBeforeSendMsg",
    /// It was written, or could not be.
    C2cAfterSendMsg = "C2C.CallbackAfterSendMsg",
    /// A user read what another one wrote.
    C2cAfterMsgReport = "C2C.CallbackAfterMsgReport",
    /// A message to one user was taken back.
    C2cAfterMsgWithDraw = "C2C.CallbackAfterMsgWithDraw",
    /// A user's session began, came back or ended, or its connection was lost.
    StateChange = "State.StateChange",
    /// A user looks different now.
    PortraitSet = "Profile.CallbackPortraitSet",
}

impl Command {
    /// The command of a word.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|command| command.name() == name)
    }

    /// Whether the backend may refuse.
    pub const fn is_before(self) -> bool {
        matches!(
            self,
            Self::BeforeCreateGroup | Self::BeforeApplyJoinGroup | Self::BeforeSendMsg | Self::C2cBeforeSendMsg
        )
    }
}

/// A complete body: the command first, the time of the event last, in milliseconds; as a text for receivers that were
/// written when it was one.
pub fn body(command: Command, fields: Fields, event_ms: u64, time_as_text: bool) -> Fields {
    let mut body = crate::fields! {"CallbackCommand": command.name()};
    body.extend(fields);
    // Documented without (webhooks.md 3.14).
    if command != Command::OnMemberStateChange {
        let time = if time_as_text {
            json!(event_ms.to_string())
        } else {
            json!(event_ms)
        };
        body.insert("EventTime".to_owned(), time);
    }
    body
}

/// `OptPlatform`: where the acting client is; nothing stands for the backend itself.
pub fn platform_name(platform: Option<Platform>) -> &'static str {
    match platform {
        None => "RESTAPI",
        Some(Platform::Web | Platform::MiniProgram) => "Web",
        Some(Platform::Android) => "Android",
        Some(Platform::Ios) => "iOS",
        Some(Platform::Windows) => "Windows",
        Some(Platform::Mac) => "Mac",
        Some(Platform::Ipad) => "iPad",
    }
}

/// The query of a call, to be appended to the backend's address.
pub fn query(app: u32, command: Command, client: Option<IpAddr>, platform: Option<Platform>) -> String {
    let query = format!("SdkAppid={app}&CallbackCommand={}&contenttype=json", command.name());
    // Documented without a place (webhooks.md 3.14).
    if command == Command::OnMemberStateChange {
        return query;
    }
    let client = client.map(|address| address.to_string()).unwrap_or_default();
    let client = utf8_percent_encode(&client, NON_ALPHANUMERIC)
        .to_string()
        .replace("%2E", ".");
    let platform = match platform {
        // In capitals here, and nowhere else (webhooks.md section 1).
        Some(Platform::Ios) if command == Command::StateChange => "IOS",
        other => platform_name(other),
    };
    format!("{query}&ClientIP={client}&OptPlatform={platform}")
}

/// Our own proof beside the vendor's, which covers the body too (decision 30): the value of the header
/// [`SIGNATURE_HEADER`], `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of `SECONDS.BODY` under the token.
pub fn sign_body(token: &str, time_s: u64, body: &str) -> String {
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).map(|mut mac| {
        mac.update(format!("{time_s}.{body}").as_bytes());
        hex(&mac.finalize().into_bytes())
    });
    format!("t={time_s},v1={}", mac.unwrap_or_default())
}

/// The header of [`sign_body`].
pub const SIGNATURE_HEADER: &str = "x-plaudit-signature";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// `Sign`: what proves that a call is ours; `time_s` travels beside it as `RequestTime`.
pub fn sign(token: &str, time_s: u64) -> String {
    hex(&Sha256::digest(format!("{token}{time_s}")))
}

/// What a backend decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Go on; a message perhaps with other elements and another extra.
    Allow {
        /// The elements instead of the sender's, checked.
        elements: Option<String>,
        /// The extra instead of the sender's.
        extra: Option<String>,
    },
    /// Refuse, with this code and text for the caller.
    Refuse {
        /// The code.
        code: i32,
        /// The text.
        info: String,
    },
    /// Take the message, and tell its sender nothing.
    Silent,
}

/// Why an answer is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// Not a JSON object.
    #[error("the backend's answer is not a JSON object")]
    NotJson,
    /// Without a usable `ErrorCode`.
    #[error("the backend's answer has no whole number in ErrorCode")]
    NoCode,
}

/// Reads a backend's answer (webhooks.md section 1). A rewritten body that is none is left out: the original goes on.
pub fn reply(command: Command, answer: &[u8]) -> Result<Reply, ReplyError> {
    let body = Body::parse(answer).map_err(|_| ReplyError::NotJson)?;
    let code = body.raw("ErrorCode").and_then(code_of).ok_or(ReplyError::NoCode)?;
    let info = || body.text("ErrorInfo").ok().flatten().unwrap_or_default();
    let (refused, own_codes) = match command {
        Command::C2cBeforeSendMsg => (c2c::WEBHOOK_REFUSED, C2C_WEBHOOK_OWN),
        _ => (group::WEBHOOK_REFUSED, GROUP_WEBHOOK_OWN),
    };
    let of_message = matches!(command, Command::BeforeSendMsg | Command::C2cBeforeSendMsg);
    Ok(match code {
        0 if of_message => Reply::Allow {
            elements: body.raw("MsgBody").and_then(|raw| elements::check(raw).ok()),
            extra: body.text("CloudCustomData").ok().flatten(),
        },
        0 => Reply::Allow {
            elements: None,
            extra: None,
        },
        2 if of_message => Reply::Silent,
        other => Reply::Refuse {
            code: i32::try_from(other)
                .ok()
                .filter(|own| own_codes.contains(own))
                .unwrap_or(refused),
            info: info(),
        },
    })
}

/// A whole number, also one that is written as a string.
fn code_of(raw: &RawValue) -> Option<i64> {
    match serde_json::from_str(raw.get()).ok()? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(command: Command, answer: &str) -> Result<Reply, ReplyError> {
        reply(command, answer.as_bytes())
    }

    fn refuse(code: i32, info: &str) -> Result<Reply, ReplyError> {
        Ok(Reply::Refuse {
            code,
            info: info.to_owned(),
        })
    }

    const ALLOW: Reply = Reply::Allow {
        elements: None,
        extra: None,
    };

    #[test]
    fn the_pages_vector_of_the_signature() {
        let wanted = "76e0d0a73444a4c5c3d9b89d4d978475bbf346be64d5c2d8eb6d80e7c73f843f";
        assert_eq!(sign("live-token-01", 1_700_000_000), wanted);
    }

    #[test]
    fn codes_decide_as_the_page_says() {
        use Command::{BeforeApplyJoinGroup as Join, BeforeSendMsg as Send};
        for (command, answer, wanted) in [
            (Send, r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#, Ok(ALLOW)),
            (Send, r#"{"ActionStatus":"OK","ErrorCode":"0"}"#, Ok(ALLOW)),
            (Send, r#"{"ActionStatus":"OK","ErrorCode":1}"#, refuse(10016, "")),
            (Send, r#"{"ErrorCode":2}"#, Ok(Reply::Silent)),
            (Join, r#"{"ErrorCode":2}"#, refuse(10016, "")),
            (Send, r#"{"ErrorCode":10100,"ErrorInfo":"no"}"#, refuse(10100, "no")),
            (Send, r#"{"ErrorCode":10200,"ErrorInfo":"no"}"#, refuse(10200, "no")),
            (Send, r#"{"ErrorCode":10099,"ErrorInfo":"no"}"#, refuse(10016, "no")),
            (Send, r#"{"ErrorCode":10201}"#, refuse(10016, "")),
            (Send, r#"{"ErrorCode":-1}"#, refuse(10016, "")),
            (Send, r#"{"ActionStatus":"OK"}"#, Err(ReplyError::NoCode)),
            (Send, r#"{"ErrorCode":1.5}"#, Err(ReplyError::NoCode)),
            (Send, "[]", Err(ReplyError::NotJson)),
            (Send, "<html>", Err(ReplyError::NotJson)),
        ] {
            assert_eq!(read(command, answer), wanted, "{command:?} {answer}");
        }
    }

    #[test]
    fn a_message_may_be_rewritten_but_not_into_nonsense() {
        let send = |answer: &str| read(Command::BeforeSendMsg, answer).unwrap();
        let element = r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}"#;
        let rewritten = send(&format!(
            r#"{{"ErrorCode":0,"MsgBody":[{element}],"CloudCustomData":"c"}}"#
        ));
        let wanted = Reply::Allow {
            elements: Some(format!("[{element}]")),
            extra: Some("c".to_owned()),
        };
        assert_eq!(rewritten, wanted);
        for nonsense in ["5", "{}", "[]", r#"[{"MsgType":"Nonsense","MsgContent":{}}]"#] {
            assert_eq!(send(&format!(r#"{{"ErrorCode":0,"MsgBody":{nonsense}}}"#)), ALLOW);
        }
    }

    #[test]
    fn a_call_is_addressed_as_the_page_says() {
        let address = "203.0.113.9".parse().ok();
        assert_eq!(
            query(1_400_000_001, Command::BeforeSendMsg, address, Some(Platform::Web)),
            "SdkAppid=1400000001&CallbackCommand=Group.CallbackBeforeSendMsg&contenttype=json&ClientIP=203.0.113.9&OptPlatform=Web"
        );
        let rest = query(1, Command::AfterCreateGroup, "::1".parse().ok(), None);
        assert!(rest.ends_with("&ClientIP=%3A%3A1&OptPlatform=RESTAPI"), "{rest}");
    }

    #[test]
    fn a_body_begins_with_its_command_and_ends_with_its_time() {
        let text = Value::Object(body(
            Command::AfterSendMsg,
            crate::fields! {"GroupId": "a"},
            1_700_000_009_000,
            false,
        ));
        let wanted = r#"{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"a","EventTime":1700000009000}"#;
        assert_eq!(text.to_string(), wanted);
    }

    #[test]
    fn names_are_found_and_the_before_ones_known() {
        for command in Command::ALL {
            assert_eq!(Command::find(command.name()), Some(*command));
            assert_eq!(command.name().contains("CallbackBefore"), command.is_before());
        }
        assert_eq!(Command::find("Group.CallbackNone"), None);
    }
}
