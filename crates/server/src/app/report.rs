//! What an app's backend is asked before something happens, and told afterwards, in the vendor's shapes (webhooks.md
//! section 3).

use super::{
    AppError, Application,
    manage::Actor,
    room::Room,
    send::{Case, Place, Speaker},
    session::Session,
};
use crate::hooks::{Call, Verdict};
use ledger::Receipt;
use room::{
    AppId, Content, Message, RoomKey, RoomRecord, Seq, UserId, UserKey,
    attributes::AttributeStep,
    event::{AttributeNews, ProfileChange},
    tally::Cause,
    trace::Review,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Instant};
use tim::{
    answer::Fields,
    codes::{content, group},
    fields,
    item::{self, LIVE_ROOM},
    webhook::{Command, Reply},
};

/// What a rate limit is called in the vendor's exception (error-codes.md section 11).
const TOO_FAST: &str = "msg count exceeds limit,please retry later";

/// A message as its webhooks show it.
struct Said<'a> {
    key: &'a RoomKey,
    from: &'a str,
    operator: &'a str,
    random: u32,
    content: &'a Content,
}

impl Said<'_> {
    fn fields(&self) -> Fields {
        let elements: Value = serde_json::from_str(&self.content.elements).unwrap_or_default();
        let mut fields = fields! {
            "GroupId": self.key.room.as_str(), "Type": LIVE_ROOM, "From_Account": self.from,
            "Operator_Account": self.operator, "Random": self.random, "OnlineOnlyFlag": 0, "MsgBody": elements,
        };
        if !self.content.extra.is_empty() {
            fields.insert("CloudCustomData".to_owned(), json!(self.content.extra.as_ref()));
        }
        fields
    }
}

pub(super) fn call(command: Command, place: Place, fields: Fields) -> Call {
    Call {
        command,
        fields,
        client: place.address,
        platform: place.platform,
    }
}

pub(super) fn members(users: &[UserId]) -> Value {
    users
        .iter()
        .map(|user| json!({"Member_Account": user.as_str()}))
        .collect()
}

/// What a refused or dropped message is called in an exception; nothing for what the backend decided itself.
fn exception_code(cause: Cause) -> Option<i32> {
    Some(match cause {
        Cause::LaneFull | Cause::Waited | Cause::SlowMode => group::MESSAGE_RATE,
        Cause::Muted => group::MUTED,
        Cause::NotMember | Cause::Banned => group::DENIED,
        Cause::NoRoom => group::NOT_FOUND,
        Cause::TooLong => content::TOO_LONG,
        Cause::Words | Cause::Links | Cause::Repeated | Cause::Moderator => content::TEXT_FILTERED,
        _ => return None,
    })
}

/// A content as the backend made it; one that it made too long stays as it was.
pub(super) fn rewritten(content: Content, elements: Option<String>, extra: Option<String>) -> Content {
    let new = Content {
        elements: elements.map_or(content.elements.clone(), Into::into),
        extra: extra.map_or(content.extra.clone(), Into::into),
    };
    let bytes = new.size_bytes();
    if bytes > Content::BYTES_MAX {
        tracing::warn!(bytes, "a webhook's message is too long; the sender's own goes on");
        return content;
    }
    new
}

/// What a verdict means where nothing can be rewritten.
fn decided(verdict: Verdict) -> Result<(), AppError> {
    match verdict {
        Verdict::NotAsked | Verdict::Passed | Verdict::Decided(Reply::Allow { .. } | Reply::Silent) => Ok(()),
        Verdict::Decided(Reply::Refuse { code, info }) => Err(AppError::Webhook { code, info }),
        Verdict::Unreviewed => Err(AppError::WebhookFailed),
    }
}

impl Application {
    /// Asks before a message is said. Answers it as it is to be said; nothing when its sender is to believe that it was.
    pub(super) async fn review(&self, case: &Case, message: Message) -> Result<Option<Message>, AppError> {
        let (room, speaker) = (&case.room, &case.speaker);
        if speaker.unasked() {
            return Ok(Some(message));
        }
        const ASKED: Command = Command::BeforeSendMsg;
        let said = Said {
            key: &room.key,
            from: message.from.user.as_str(),
            operator: speaker.operator().as_str(),
            random: message.random,
            content: &message.content,
        };
        let question = || call(ASKED, speaker.place(), said.fields());
        let asked = Instant::now();
        let verdict = self.hooks.ask(room.key.app, ASKED, question).await;
        let took_ms = u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX);
        case.note(|trace| {
            trace.review = verdict.word().map(|answer| Review { answer, took_ms });
        });
        match verdict {
            Verdict::NotAsked | Verdict::Passed => Ok(Some(message)),
            Verdict::Decided(Reply::Silent) => Ok(None),
            Verdict::Decided(Reply::Refuse { code, info }) => Err(AppError::Webhook { code, info }),
            Verdict::Unreviewed => Err(AppError::WebhookFailed),
            Verdict::Decided(Reply::Allow { elements, extra }) => {
                let content = rewritten(message.content.clone(), elements, extra);
                Ok(Some(Message { content, ..message }))
            }
        }
    }

    /// Tells that a message was said.
    pub(super) fn report_said(&self, room: &Room, speaker: &Speaker, message: &Message, receipt: Receipt) {
        if speaker.untold() {
            return;
        }
        const TOLD: Command = Command::AfterSendMsg;
        let said = Said {
            key: &room.key,
            from: message.from.user.as_str(),
            operator: speaker.operator().as_str(),
            random: message.random,
            content: &message.content,
        };
        self.hooks.tell(room.key.app, TOLD, room.key.room.as_str(), || {
            let mut fields = said.fields();
            fields.insert("MsgSeq".to_owned(), json!(receipt.seq.0));
            fields.insert("MsgTime".to_owned(), json!(receipt.at.secs()));
            call(TOLD, speaker.place(), fields)
        });
    }

    /// Tells that a message could not be said (LR-F6).
    pub(super) fn report_unsaid(
        &self,
        key: &RoomKey,
        speaker: &Speaker,
        random: u32,
        content: &Content,
        why: (Cause, Option<&AppError>),
    ) {
        let (cause, error) = why;
        let Some(code) = exception_code(cause) else { return };
        const TOLD: Command = Command::SendMsgException;
        let said = Said {
            key,
            from: speaker.user().user.as_str(),
            operator: speaker.operator().as_str(),
            random,
            content,
        };
        self.hooks.tell(key.app, TOLD, key.room.as_str(), || {
            let mut fields = said.fields();
            let info = error.map_or_else(|| TOO_FAST.to_owned(), ToString::to_string);
            fields.insert("ErrorCode".to_owned(), json!(code));
            fields.insert("ErrorInfo".to_owned(), json!(info));
            call(TOLD, speaker.place(), fields)
        });
    }

    /// Asks before a user joins.
    pub(super) async fn review_join(&self, room: &Room, session: &Session) -> Result<(), AppError> {
        const ASKED: Command = Command::BeforeApplyJoinGroup;
        let question = || {
            let user = session.user.user.as_str();
            let room = room.key.room.as_str();
            call(
                ASKED,
                session.place(),
                fields! {"GroupId": room, "Type": LIVE_ROOM, "Requestor_Account": user},
            )
        };
        decided(self.hooks.ask(room.key.app, ASKED, question).await)
    }

    /// Tells that a user joined.
    pub(super) fn report_join(&self, room: &Room, session: &Session) {
        const TOLD: Command = Command::AfterNewMemberJoin;
        let (id, user) = (room.key.room.as_str(), &session.user.user);
        self.hooks.tell(room.key.app, TOLD, id, || {
            let fields = fields! {
                "GroupId": id, "Type": LIVE_ROOM, "JoinType": "Apply", "Operator_Account": user.as_str(),
                "NewMemberList": members(std::slice::from_ref(user)),
            };
            call(TOLD, session.place(), fields)
        });
    }

    /// Tells that users are out of a room: one by his own wish, or some because somebody put them out.
    pub(super) fn report_exit(&self, room: &Room, by: &UserId, users: &[UserId], place: Place, kicked: bool) {
        const TOLD: Command = Command::AfterMemberExit;
        let id = room.key.room.as_str();
        self.hooks.tell(room.key.app, TOLD, id, || {
            let fields = fields! {
                "GroupId": id, "Type": LIVE_ROOM, "ExitType": if kicked { "Kicked" } else { "Quit" },
                "Operator_Account": by.as_str(), "ExitMemberList": members(users),
            };
            call(TOLD, place, fields)
        });
    }

    /// Asks before a room is made.
    pub(super) async fn review_room(
        &self,
        app: AppId,
        by: &Actor,
        owner: Option<&UserId>,
        name: &str,
    ) -> Result<(), AppError> {
        const ASKED: Command = Command::BeforeCreateGroup;
        let owned = match owner.filter(|_| self.hooks.wants(app, ASKED)) {
            Some(owner) => {
                let user = owner.clone();
                self.store.rooms_owned(UserKey { app, user }).await?
            }
            None => 0,
        };
        let question = || {
            let fields = fields! {
                "Operator_Account": by.user().as_str(), "Owner_Account": owner.map_or("", UserId::as_str),
                "Type": LIVE_ROOM, "Name": name, "CreateGroupNum": owned, "MemberList": [],
            };
            call(ASKED, by.place(), fields)
        };
        decided(self.hooks.ask(app, ASKED, question).await)
    }

    /// Tells that a room was made.
    pub(super) fn report_room(&self, by: &Actor, record: &RoomRecord) {
        const TOLD: Command = Command::AfterCreateGroup;
        let id = record.key.room.as_str();
        self.hooks.tell(record.key.app, TOLD, id, || {
            let fields = fields! {
                "GroupId": id, "Operator_Account": by.user().as_str(),
                "Owner_Account": record.owner.as_ref().map_or("", UserId::as_str), "Type": LIVE_ROOM,
                "Name": record.name, "MemberList": [], "UserDefinedDataList": item::pairs(&record.custom),
            };
            call(TOLD, by.place(), fields)
        });
    }

    /// Tells that a room is over.
    pub(super) fn report_end(&self, by: &Actor, record: &RoomRecord) {
        const TOLD: Command = Command::AfterGroupDestroyed;
        let id = record.key.room.as_str();
        self.hooks.tell(record.key.app, TOLD, id, || {
            let fields = fields! {
                "GroupId": id, "Type": LIVE_ROOM,
                "Owner_Account": record.owner.as_ref().map_or("", UserId::as_str), "Name": record.name,
                "MemberList": [],
            };
            call(TOLD, by.place(), fields)
        });
    }

    /// Tells that messages were taken back.
    pub(super) fn report_recall(&self, room: &Room, by: &Actor, seqs: &[Seq]) {
        const TOLD: Command = Command::AfterRecallMsg;
        let id = room.key.room.as_str();
        self.hooks.tell(room.key.app, TOLD, id, || {
            let list: Value = seqs.iter().map(|seq| json!({"MsgSeq": seq.0})).collect();
            let fields = fields! {
                "Operator_Account": by.user().as_str(), "Type": LIVE_ROOM, "GroupId": id, "MsgSeqList": list,
            };
            call(TOLD, by.place(), fields)
        });
    }

    /// Tells how a room was liked since the last time, by whom, and how many likes it has now.
    pub(super) fn report_likes(&self, room: &Room, by: &BTreeMap<UserId, u64>, total: i64) {
        const TOLD: Command = Command::AfterLikes;
        /// More would be a body of a size that no backend expects.
        const LIKERS_MAX: usize = 1_000;
        let id = room.key.room.as_str();
        self.hooks.tell(room.key.app, TOLD, id, || {
            let one = |(user, taps): (&UserId, &u64)| json!({"From_Account": user.as_str(), "Count": taps});
            let fields = fields! {
                "GroupId": id, "Type": LIVE_ROOM, "Count": by.values().sum::<u64>(), "Total": total,
                "LikeList": by.iter().take(LIKERS_MAX).map(one).collect::<Value>(),
            };
            call(TOLD, Place::default(), fields)
        });
    }

    /// Tells that the attributes of a room changed.
    pub(super) fn report_attributes(&self, room: &Room, by: &Actor, news: &AttributeNews) {
        const TOLD: Command = Command::AfterGroupAttrChanged;
        let id = room.key.room.as_str();
        self.hooks.tell(room.key.app, TOLD, id, || {
            let step = match news.step {
                AttributeStep::Replaced => "set",
                AttributeStep::Merged => "modify",
                AttributeStep::Deleted => "delete",
                AttributeStep::Cleared => "clear",
            };
            let entry = |(key, now): &(String, Option<(String, u64)>)| match now {
                Some((value, _)) => json!({"key": key, "value": value}),
                None => json!({"key": key}),
            };
            let fields = fields! {
                "GroupId": id, "Type": LIVE_ROOM, "Operator_Account": by.user().as_str(), "OptionType": step,
                "GroupAttr": news.entries.iter().map(entry).collect::<Value>(),
            };
            call(TOLD, by.place(), fields)
        });
    }

    /// Tells that one of a room's four texts changed; other changes are nobody's news.
    pub(super) fn report_change(&self, key: &RoomKey, by: &Actor, change: &ProfileChange) {
        const TOLD: Command = Command::AfterGroupInfoChanged;
        let texts = [
            ("Name", &change.name),
            ("Introduction", &change.introduction),
            ("Notification", &change.notification),
            ("FaceUrl", &change.avatar),
        ];
        if texts.iter().all(|(_, text)| text.is_none()) {
            return;
        }
        let id = key.room.as_str();
        self.hooks.tell(key.app, TOLD, id, || {
            let mut fields = fields! {"GroupId": id, "Type": LIVE_ROOM, "Operator_Account": by.user().as_str()};
            for (name, text) in texts {
                if let Some(text) = text {
                    fields.insert(name.to_owned(), json!(text));
                }
            }
            call(TOLD, by.place(), fields)
        });
    }
}
