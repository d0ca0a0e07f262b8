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
use room::{AppId, DirectMessage, Platform, UserId, UserKey, direct::DirectName, profile::ProfilePatch};
use serde_json::{Value, json};
use tim::{
    answer::Fields,
    direct, fields, tags,
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
    /// Tells what happened to a session, and which others of the user a login displaced: those who watch the user, and
    /// the backend.
    pub(super) fn report_state(&self, session: &Session, conn: Option<&Conn>, turn: Turn, displaced: &[Platform]) {
        self.tell_watchers(&session.user);
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
    pub(super) async fn review_direct(&self, direct: Direct, told: &Written) -> Result<Option<Direct>, AppError> {
        const ASKED: Command = Command::C2cBeforeSendMsg;
        if direct.unasked {
            return Ok(Some(direct));
        }
        let question = || call(ASKED, direct.place, direct_fields(&direct, told));
        match self.hooks.ask(direct.from.app, ASKED, question).await {
            Verdict::NotAsked | Verdict::Passed => Ok(Some(direct)),
            Verdict::Decided(Reply::Silent) => Ok(None),
            Verdict::Decided(Reply::Refuse { code, info }) => Err(AppError::Webhook { code, info }),
            Verdict::Unreviewed => Err(AppError::WebhookFailed),
            Verdict::Decided(Reply::Allow { elements, extra }) => {
                let mut direct = direct;
                direct.body.content = rewritten(direct.body.content.clone(), elements, extra);
                Ok(Some(direct))
            }
        }
    }

    /// How many messages a user has not read, for a backend that wants to know; nothing for one that is not told. What
    /// was done is done, also where the store cannot count just now.
    async fn unread(&self, command: Command, user: &UserKey) -> Option<usize> {
        if !self.hooks.wants(user.app, command) {
            return None;
        }
        let counted = self.store.unread_directs(user.clone(), UNREAD_MAX).await;
        let counted = counted.inspect_err(|error| {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "unread messages are not counted"
            );
        });
        Some(counted.unwrap_or(0))
    }

    /// Tells that a message was written to one user.
    pub(super) async fn report_direct(&self, direct: &Direct, told: &Written) {
        const TOLD: Command = Command::C2cAfterSendMsg;
        if direct.untold {
            return;
        }
        let Some(unread) = self.unread(TOLD, &direct.to).await else {
            return;
        };
        let to = direct.to.user.as_str();
        self.hooks.tell(direct.from.app, TOLD, to, || {
            let mut fields = direct_fields(direct, told);
            fields.extend(fields! {"SendMsgResult": 0, "ErrorInfo": "send msg succeed", "UnreadMsgNum": unread});
            call(TOLD, direct.place, fields)
        });
    }

    /// Tells that a message to one user was taken back.
    pub(super) async fn report_withdrawn(&self, app: AppId, message: &DirectMessage, by: &Actor) {
        const TOLD: Command = Command::C2cAfterMsgWithDraw;
        let receiver = UserKey {
            app,
            user: message.to.clone(),
        };
        let Some(unread) = self.unread(TOLD, &receiver).await else {
            return;
        };
        let (from, to) = (message.from.user.as_str(), message.to.as_str());
        self.hooks.tell(app, TOLD, to, || {
            let key = direct::key(message.name());
            let fields = fields! {"From_Account": from, "To_Account": to, "MsgKey": key, "UnreadMsgNum": unread};
            call(TOLD, by.place(), fields)
        });
    }

    /// Tells that a user has read what another one wrote to him.
    pub(super) async fn report_read(&self, session: &Session, peer: &UserId, until_s: u64) {
        const TOLD: Command = Command::C2cAfterMsgReport;
        let Some(unread) = self.unread(TOLD, &session.user).await else {
            return;
        };
        let reader = session.user.user.as_str();
        self.hooks.tell(session.user.app, TOLD, reader, || {
            let fields = fields! {
                "Report_Account": reader, "Peer_Account": peer.as_str(), "LastReadTime": until_s,
                "UnreadMsgNum": unread,
            };
            call(TOLD, session.place(), fields)
        });
    }
}

/// Beyond this, unread messages are not counted.
const UNREAD_MAX: usize = 1_000;

/// When a message to one user was written, and its name.
pub(super) struct Written {
    pub(super) time_s: u64,
    pub(super) key: String,
}

impl Written {
    pub(super) fn of(name: DirectName) -> Self {
        Self {
            time_s: name.at_s,
            key: direct::key(name),
        }
    }
}

fn direct_fields(message: &Direct, told: &Written) -> Fields {
    let body = &message.body;
    let elements: Value = serde_json::from_str(&body.content.elements).unwrap_or_default();
    let mut fields = fields! {
        "From_Account": message.from.user.as_str(), "To_Account": message.to.user.as_str(), "MsgSeq": body.seq,
        "MsgRandom": body.random, "MsgTime": told.time_s, "MsgKey": told.key,
        "OnlineOnlyFlag": u8::from(body.life_s == 0), "MsgBody": elements,
    };
    if !body.content.extra.is_empty() {
        fields.insert("CloudCustomData".to_owned(), json!(body.content.extra.as_ref()));
    }
    fields
}
