//! What an app's backend is asked and told about single users: their sessions, how they look, and what is written to
//! them (webhooks.md sections 3.14, 4 to 6).

use super::{
    AppError, Application,
    direct::Direct,
    manage::Actor,
    report::{call, members, rewritten},
    room::Room,
    send::Place,
    session::{Conn, Session},
};
use crate::hooks::Verdict;
use hub::CloseReason;
use room::{Platform, UserId, UserKey, profile::ProfilePatch};
use serde_json::{Value, json};
use tim::{
    answer::Fields,
    codes::c2c,
    fields, tags,
    webhook::{Command, Reply},
};

/// What happened to a session (webhooks.md section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It began, or is connected again.
    Login,
    /// It was ended.
    Logout,
    /// Its connection was closed.
    Closed,
    /// Nothing was heard of it any more.
    Silent,
}

impl Turn {
    /// How a connection ended.
    pub(super) fn of_close(reason: Option<CloseReason>) -> Self {
        match reason {
            Some(CloseReason::Silent) => Self::Silent,
            _ => Self::Closed,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Login => ("Login", "Register"),
            Self::Logout => ("Logout", "Unregister"),
            Self::Closed => ("Disconnect", "LinkClose"),
            Self::Silent => ("Disconnect", "TimeOut"),
        }
    }
}

/// A platform as state webhooks name it.
fn device(platform: Platform) -> &'static str {
    match platform {
        Platform::Web | Platform::MiniProgram => "Web",
        Platform::Android => "Android",
        Platform::Ios => "iOS",
        Platform::Windows => "Windows",
        Platform::Mac => "Mac",
        Platform::Ipad => "iPad",
    }
}

impl Application {
    /// Tells what happened to a session, and which others of the user a login displaced.
    pub(super) fn report_state(&self, session: &Session, conn: Option<&Conn>, turn: Turn, displaced: &[Platform]) {
        const TOLD: Command = Command::StateChange;
        let user = session.user.user.as_str();
        self.hooks.tell(session.user.app, TOLD, user, || {
            let (action, reason) = turn.words();
            let mut fields = fields! {"Info": {"Action": action, "To_Account": user, "Reason": reason}};
            if !displaced.is_empty() {
                let list: Value = displaced.iter().map(|one| json!({"Platform": device(*one)})).collect();
                fields.insert("KickedDevice".to_owned(), list);
            }
            let place = Place {
                address: conn.map(|conn| conn.address),
                platform: Some(session.platform()),
            };
            call(TOLD, place, fields)
        });
    }

    /// Tells that nothing is heard of a member any more, or that he is back (LR-M6).
    pub(super) fn report_presence(&self, room: &Room, user: &UserId, heard: bool) {
        const TOLD: Command = Command::OnMemberStateChange;
        let id = room.key.room.as_str();
        self.hooks.tell(room.key.app, TOLD, id, || {
            let event = if heard { "Online" } else { "Offline" };
            let list = members(std::slice::from_ref(user));
            call(
                TOLD,
                Place::default(),
                fields! {"GroupId": id, "EventType": event, "MemberList": list},
            )
        });
    }

    /// Tells that a user looks different now.
    pub(super) fn report_profile(&self, key: &UserKey, by: &Actor, patch: &ProfilePatch) {
        const TOLD: Command = Command::PortraitSet;
        let user = key.user.as_str();
        if patch.is_empty() {
            return;
        }
        self.hooks.tell(key.app, TOLD, user, || {
            let item = |(tag, value)| json!({"Tag": tag, "Value": value});
            let items: Value = tags::changed(patch).into_iter().map(item).collect();
            let fields = fields! {
                "Operator_Account": by.user().as_str(), "From_Account": user, "ProfileItem": items,
            };
            call(TOLD, by.place(), fields)
        });
    }

    /// Asks before a message is written to one user. Answers it as it is to be written; nothing when its sender is to
    /// believe that it was.
    pub(super) async fn review_direct(&self, message: &Direct, told: &Written) -> Result<Option<Direct>, AppError> {
        const ASKED: Command = Command::C2cBeforeSendMsg;
        if message.unasked {
            return Ok(Some(message.clone()));
        }
        let question = || call(ASKED, message.place, direct_fields(message, told));
        match self.hooks.ask(message.from.app, ASKED, question).await {
            Verdict::NotAsked | Verdict::Passed => Ok(Some(message.clone())),
            Verdict::Decided(Reply::Silent) => Ok(None),
            Verdict::Decided(Reply::Refuse { code, info }) => Err(AppError::Webhook { code, info }),
            Verdict::Unreviewed => Err(AppError::WebhookFailed),
            Verdict::Decided(Reply::Allow { elements, extra }) => {
                let content = rewritten(message.content.clone(), elements, extra);
                Ok(Some(Direct {
                    content,
                    ..message.clone()
                }))
            }
        }
    }

    /// Tells that a message was written to one user, or why it could not be.
    pub(super) fn report_direct(&self, message: &Direct, told: &Written, failed: Option<&AppError>) {
        const TOLD: Command = Command::C2cAfterSendMsg;
        if message.untold {
            return;
        }
        let to = message.to.user.as_str();
        self.hooks.tell(message.from.app, TOLD, to, || {
            let mut fields = direct_fields(message, told);
            let (code, info, unread) = match failed {
                None => (0, "send msg succeed".to_owned(), 0),
                Some(error) => (c2c::NETWORK, error.to_string(), -1),
            };
            // Nothing is kept yet, so nothing is unread.
            fields.extend(fields! {"SendMsgResult": code, "ErrorInfo": info, "UnreadMsgNum": unread});
            call(TOLD, message.place, fields)
        });
    }
}

/// When a message to one user was written, and its name.
pub(super) struct Written {
    pub(super) time_s: u64,
    pub(super) key: String,
}

fn direct_fields(message: &Direct, told: &Written) -> Fields {
    let elements: Value = serde_json::from_str(&message.content.elements).unwrap_or_default();
    let mut fields = fields! {
        "From_Account": message.from.user.as_str(), "To_Account": message.to.user.as_str(), "MsgSeq": message.seq,
        "MsgRandom": message.random, "MsgTime": told.time_s, "MsgKey": told.key,
        "OnlineOnlyFlag": u8::from(message.online_only), "MsgBody": elements,
    };
    if !message.content.extra.is_empty() {
        fields.insert("CloudCustomData".to_owned(), json!(message.content.extra.as_ref()));
    }
    fields
}
