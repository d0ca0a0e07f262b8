//! The life of a message (decision 5): size, membership and ban, mute, duplicate, slow mode, the backend's word, its
//! turn under the room's rate. Each message has one place in the room's account, from here to its end.

use super::{
    AppError, Application,
    line::{Turned, nowhere},
    manage::Actor,
    room::Room,
    session::Session,
};
use crate::telemetry::metrics::Door;
use ledger::{Receipt, Reservation};
use room::{
    Content, Entry, Message, Millis, Platform, Priority, RoomKey, UserId, UserKey,
    dedup::DedupKey,
    event::Event,
    moderation::{Sanction, seconds_left},
    tally::{Arrival, Cause, Fate},
    trace::{self, Search, Trace, TraceId},
};
use sha2::{Digest, Sha256};
use std::{net::IpAddr, sync::Arc};

/// A message as a door decoded it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Half of its identity.
    pub random: u32,
    /// When the sender's device made it, in seconds; 0 when unknown.
    pub client_time: u64,
    /// The sender's own running number; 0 when unknown.
    pub client_seq: u64,
    /// How urgent it is.
    pub priority: Priority,
    /// What it carries.
    pub content: Content,
}

/// Who speaks.
pub enum Speaker<'a> {
    /// A session, which must be in the room.
    Member(&'a Session),
    /// The app's backend, in the name of any account, in the room or not (LR-S6).
    Backend(Backend),
}

/// A backend that speaks.
pub struct Backend {
    /// In whose name.
    pub user: UserKey,
    /// Which administrator calls.
    pub by: UserId,
    /// From where.
    pub address: IpAddr,
    /// Whether it does not want to be asked about its own message.
    pub unasked: bool,
    /// Whether it does not want to be told of its own message.
    pub untold: bool,
}

/// Where somebody acts, as webhooks tell it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// His address, where it is known.
    pub address: Option<IpAddr>,
    /// What he runs on; nothing for the backend itself.
    pub platform: Option<Platform>,
}

impl Speaker<'_> {
    /// In whose name he speaks.
    pub(super) fn user(&self) -> &UserKey {
        match self {
            Self::Member(session) => &session.user,
            Self::Backend(backend) => &backend.user,
        }
    }

    /// Who asks for it.
    pub(super) fn operator(&self) -> &UserId {
        match self {
            Self::Member(session) => &session.user.user,
            Self::Backend(backend) => &backend.by,
        }
    }

    /// Where he is.
    pub(super) fn place(&self) -> Place {
        match self {
            Self::Member(session) => session.place(),
            Self::Backend(backend) => Place {
                address: Some(backend.address),
                platform: None,
            },
        }
    }

    /// Whether the backend is not asked.
    pub(super) fn unasked(&self) -> bool {
        matches!(self, Self::Backend(backend) if backend.unasked)
    }

    /// Whether the backend is not told.
    pub(super) fn untold(&self) -> bool {
        matches!(self, Self::Backend(backend) if backend.untold)
    }

    /// Through which door he comes.
    fn door(&self) -> Door {
        match self {
            Self::Member(_) => Door::Websdk,
            Self::Backend(_) => Door::Rest,
        }
    }
}

/// What the sender hears of a message that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its place; number 0 when it is nowhere.
    pub receipt: Receipt,
    /// What became of it.
    pub fate: Fate,
}

/// A message's place in the account, and its story. However its work ends, it is closed.
pub(super) struct Case<'a> {
    app: &'a Application,
    pub(super) room: &'a Arc<Room>,
    pub(super) speaker: &'a Speaker<'a>,
    arrival: Arrival,
    priority: Priority,
    trace: TraceId,
    fate: Fate,
}

impl<'a> Case<'a> {
    fn open(app: &'a Application, room: &'a Arc<Room>, speaker: &'a Speaker<'a>, draft: &Draft) -> Self {
        let (now, user) = (app.clock.now(), speaker.user().user.clone());
        let door = speaker.door().as_str();
        let trace = Trace::new(user, draft.random, draft.client_time, draft.priority, door, now);
        Self {
            app,
            room,
            speaker,
            arrival: room.tally.lock().arrive(draft.priority, now),
            priority: draft.priority,
            trace: room.traces.lock().begin(trace, app.trace_share()),
            fate: Fate::Rejected(Cause::Failed),
        }
    }

    /// Adds to the message's story.
    pub(super) fn note(&self, note: impl FnOnce(&mut Trace)) {
        if let Some(trace) = self.room.traces.lock().get_mut(self.trace) {
            note(trace);
        }
    }
}

impl Drop for Case<'_> {
    fn drop(&mut self) {
        self.room.tally.lock().settle(self.arrival, self.fate);
        let now = self.app.clock.now();
        self.note(|trace| (trace.fate, trace.decided_ms) = (Some(self.fate), Some(now)));
        self.app.metrics.message(self.speaker.door(), self.fate, self.priority);
    }
}

impl Application {
    /// Sends a message. A repeat of it gets the first answer and is not sent again (LR-S5).
    pub async fn send(self: &Arc<Self>, key: &RoomKey, speaker: Speaker<'_>, draft: Draft) -> Result<Sent, AppError> {
        let room = self.room(key).await.inspect_err(|error| {
            let fate = Fate::Rejected(error.rejection());
            self.metrics.message(speaker.door(), fate, draft.priority);
            let why = (error.rejection(), Some(error));
            self.report_unsaid(key, &speaker, draft.random, &draft.content, why);
        })?;
        let mut case = Case::open(self, &room, &speaker, &draft);
        let (random, content) = (draft.random, draft.content.clone());
        let sent = self.decide(&case, draft).await;
        case.fate = match &sent {
            Ok(sent) => sent.fate,
            Err(error) => {
                case.note(|trace| trace.refusal = Some(error.to_string()));
                Fate::Rejected(error.rejection())
            }
        };
        if let Fate::Rejected(cause) | Fate::Dropped(cause) = case.fate {
            let why = (cause, sent.as_ref().err());
            self.report_unsaid(key, &speaker, random, &content, why);
        }
        sent
    }

    async fn decide(self: &Arc<Self>, case: &Case<'_>, draft: Draft) -> Result<Sent, AppError> {
        let (room, speaker) = (case.room, case.speaker);
        let bytes = draft.content.size_bytes();
        if bytes > Content::BYTES_MAX {
            return Err(AppError::TooLong { bytes });
        }
        self.may_speak(room, speaker).await?;
        let message = Message {
            from: self.person(speaker.user()).await?,
            random: draft.random,
            client_time: draft.client_time,
            client_seq: draft.client_seq,
            priority: draft.priority,
            content: draft.content,
        };
        let identity = identity(&message);
        if let Reservation::Repeat(receipt) = self.ledger.reserve(&room.key, &identity, self.clock.now()).await? {
            let fate = Fate::Rejected(Cause::Duplicate);
            return Ok(Sent { receipt, fate });
        }
        let sent = self.speak(case, message).await;
        let answer = sent.as_ref().ok().map(|sent| sent.receipt);
        self.ledger.settle(&room.key, &identity, answer).await?;
        sent
    }

    /// How many stories a room may keep: the rooms that are alive share them evenly.
    pub(super) fn trace_share(&self) -> usize {
        self.config.trace.messages_max / self.rooms.count().max(1)
    }

    /// The stories of messages of a room, the newest first; and since when they are known.
    pub async fn trace(&self, key: &RoomKey, search: &Search, max: usize) -> Result<(Millis, Vec<Trace>), AppError> {
        let room = self.room(key).await?;
        let traces = room.traces.lock();
        let forgotten = Millis(self.clock.now().0.saturating_sub(self.config.trace.keep_s * 1000));
        let since = forgotten.max(room.opened).max(traces.since());
        Ok((since, traces.find(search, max)))
    }

    /// Membership, ban and mute. A backend speaks in the name of others, also under mute-all, but not in the name of
    /// those who may not speak; its own administrator always may.
    async fn may_speak(&self, room: &Room, speaker: &Speaker<'_>) -> Result<(), AppError> {
        let (key, now) = (speaker.user(), self.clock.now());
        match speaker {
            Speaker::Member(session) => {
                self.is_member(session, &room.key)?;
                if !room.record().may_speak(&key.user) {
                    return Err(AppError::Muted);
                }
            }
            Speaker::Backend(_) if self.tenant(key.app.0)?.admins.contains(&key.user) => return Ok(()),
            Speaker::Backend(_) => {}
        }
        let end = |kind| room.sanctions.lock().end(kind, &key.user, now);
        if end(Sanction::Ban).is_some() {
            return Err(AppError::Banned);
        }
        let silent = self.need_account(key).await?.group_silent_until;
        let muted = end(Sanction::Mute).into_iter().chain([silent]).max();
        match muted.filter(|end| *end > now) {
            Some(end) => Err(AppError::MutedUser {
                seconds: seconds_left(end, now),
            }),
            None => Ok(()),
        }
    }

    /// Slow mode, and the message's turn.
    async fn speak(self: &Arc<Self>, case: &Case<'_>, message: Message) -> Result<Sent, AppError> {
        let (room, speaker) = (case.room, case.speaker);
        let (record, now) = (room.record(), self.clock.now());
        let user = &speaker.user().user;
        let every_ms = u64::from(record.rules.slow_mode_s) * 1000;
        let slowed = matches!(speaker, Speaker::Member(_)) && every_ms > 0 && !record.may_edit(user);
        if slowed && let Err(wait_ms) = room.speakers.lock().speak(user, every_ms, now) {
            return Err(AppError::SlowMode {
                wait_s: wait_ms.div_ceil(1000),
            });
        }
        let sent = self.review_and_say(case, message).await;
        if slowed && !matches!(&sent, Ok(sent) if sent.fate == Fate::Admitted) {
            room.speakers.lock().unspeak(user, now);
        }
        sent
    }

    /// What the backend says of it, and its turn.
    async fn review_and_say(self: &Arc<Self>, case: &Case<'_>, message: Message) -> Result<Sent, AppError> {
        let gone = |fate| Sent {
            receipt: nowhere(self.clock.now()),
            fate,
        };
        let Some(message) = self.review(case, message).await? else {
            return Ok(gone(Fate::Rejected(Cause::WebhookSilent)));
        };
        let in_line = self.clock.now();
        let turned = self.take_turn(case.room, message.clone()).await?;
        case.note(|trace| trace.waited_ms = Some(self.clock.now().since(in_line)));
        match turned {
            Turned::Admitted(receipt) => {
                let Receipt { epoch, seq, .. } = receipt;
                case.note(|trace| trace.place = Some(trace::Place { epoch, seq }));
                self.report_said(case.room, case.speaker, &message, receipt);
                let fate = Fate::Admitted;
                Ok(Sent { receipt, fate })
            }
            Turned::Dropped(cause) => Ok(gone(Fate::Dropped(cause))),
            Turned::Failed => Err(AppError::Busy),
        }
    }

    /// A room that is opened remembers the answers that it gave before: a client sends again what a restart kept from
    /// being answered, and must not be heard twice.
    pub(super) async fn remember_answers(&self, room: &RoomKey, history: &[Arc<Entry>]) -> Result<(), AppError> {
        for entry in history {
            let Event::Message(message) = &entry.event else {
                continue;
            };
            let key = identity(message);
            if let Reservation::First = self.ledger.reserve(room, &key, entry.at).await? {
                let Entry { epoch, seq, at, .. } = **entry;
                self.ledger.settle(room, &key, Some(Receipt { epoch, seq, at })).await?;
            }
        }
        Ok(())
    }

    /// Tells everybody in a room something; outside the rate (LR-S7).
    pub async fn notify(&self, key: &RoomKey, by: &Actor, text: &str) -> Result<(), AppError> {
        let bytes = text.len();
        if bytes > Content::BYTES_MAX {
            return Err(AppError::TooLong { bytes });
        }
        self.room(key).await?;
        self.append(
            key,
            Event::Notice {
                by: by.user().clone(),
                text: text.into(),
            },
        )
        .await?;
        Ok(())
    }
}

/// What makes a message the same as another (decision 6).
fn identity(message: &Message) -> DedupKey {
    DedupKey {
        sender: message.from.user.clone(),
        random: message.random,
        client_time: message.client_time,
        body_hash: body_hash(&message.content),
    }
}

fn body_hash(content: &Content) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(content.elements.as_bytes());
    // The elements are one JSON value, so nothing of the extra can pass for a part of them.
    hash.update(content.extra.as_bytes());
    let mut short = [0; 16];
    short.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    short
}
