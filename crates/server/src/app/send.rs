//! The life of a message (decision 5): size, membership and ban, mute, duplicate, slow mode, the backend's word, words
//! and links, hold-back, its turn under the room's rate. Each message has one place in the room's account, from here to its end.

use super::{
    AppError, Application,
    filter::Saying,
    held::Follower,
    line::{Turned, nowhere},
    manage::Actor,
    room::Room,
    session::Session,
};
use crate::telemetry::metrics::Door;
use ledger::{Receipt, Reservation};
use parking_lot::Mutex;
use room::{
    Content, Entry, Message, Millis, Platform, Priority, RoomKey, Seq, UserId, UserKey,
    dedup::DedupKey,
    event::Event,
    moderation::{Sanction, seconds_left},
    tally::{Arrival, Cause, Fate},
    trace::{self, Search, Trace, TraceId},
};
use sha2::{Digest, Sha256};
use std::{net::IpAddr, sync::Arc};
use tokio::sync::oneshot;

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
pub enum Speaker {
    /// A session, which must be in the room.
    Member(Arc<Session>),
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

impl Speaker {
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
            Self::Member(session) if session.is_native() => Door::Native,
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
    /// What became of it; nothing while it is held back.
    pub fate: Option<Fate>,
}

/// Who hears what became of a message that is held back.
pub type Later = oneshot::Sender<Result<Sent, AppError>>;

impl Sent {
    /// It is in the room.
    fn admitted(receipt: Receipt) -> Self {
        let fate = Some(Fate::Admitted);
        Self { receipt, fate }
    }

    /// It is nowhere, and its sender is to believe that it was said.
    fn nowhere(fate: Option<Fate>, at: Millis) -> Self {
        let receipt = nowhere(at);
        Self { receipt, fate }
    }

    /// The room had no place for it.
    pub(super) fn dropped(cause: Cause, at: Millis) -> Self {
        Self::nowhere(Some(Fate::Dropped(cause)), at)
    }
}

/// What is known when the sender is answered.
enum Step {
    /// Everything.
    Decided(Sent),
    /// That the message is to be held back, and for how long, in milliseconds.
    Hold(Message, u64),
}

/// A message's place in the account, and its story. However its work ends, it is closed.
pub(super) struct Case {
    pub(super) app: Arc<Application>,
    pub(super) room: Arc<Room>,
    pub(super) speaker: Speaker,
    /// As the sender gave it.
    random: u32,
    content: Content,
    arrival: Arrival,
    priority: Priority,
    trace: TraceId,
    fate: Fate,
    /// What makes the message the same as another, once that is known.
    identity: Option<DedupKey>,
    /// When slow mode noted him.
    spoke: Option<Millis>,
    /// What was noted against repeats, and when.
    pub(super) said: Option<(Saying, Millis)>,
}

impl Case {
    fn open(app: &Arc<Application>, room: Arc<Room>, speaker: Speaker, draft: &Draft) -> Self {
        let (now, user) = (app.clock.now(), speaker.user().user.clone());
        let door = speaker.door().as_str();
        let trace = Trace::new(user, draft.random, draft.client_time, draft.priority, door, now);
        let arrival = room.tally.lock().arrive(draft.priority, now);
        let trace = room.traces.lock().begin(trace, app.trace_share());
        Self {
            app: app.clone(),
            random: draft.random,
            content: draft.content.clone(),
            arrival,
            priority: draft.priority,
            trace,
            fate: Fate::Rejected(Cause::Failed),
            identity: None,
            spoke: None,
            said: None,
            room,
            speaker,
        }
    }

    /// Adds to the message's story.
    pub(super) fn note(&self, note: impl FnOnce(&mut Trace)) {
        if let Some(trace) = self.room.traces.lock().get_mut(self.trace) {
            note(trace);
        }
    }

    /// Closes the case as it ended, and tells the backend of what was not said.
    fn close(mut self, ended: Result<Sent, AppError>) -> Result<Sent, AppError> {
        let error = ended.as_ref().err();
        self.fate = match (&ended, error) {
            (Ok(Sent { fate: Some(fate), .. }), _) => *fate,
            (_, Some(error)) => {
                self.note(|trace| trace.refusal = Some(error.to_string()));
                Fate::Rejected(error.rejection())
            }
            _ => self.fate,
        };
        if let Fate::Rejected(cause) | Fate::Dropped(cause) = self.fate {
            let (key, why) = (&self.room.key, (cause, error));
            self.app
                .report_unsaid(key, &self.speaker, self.random, &self.content, why);
        }
        ended
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        self.room.tally.lock().settle(self.arrival, self.fate);
        let now = self.app.clock.now();
        self.note(|trace| (trace.fate, trace.decided_ms) = (Some(self.fate), Some(now)));
        self.app.metrics.message(self.speaker.door(), self.fate, self.priority);
        if self.fate == Fate::Admitted {
            return;
        }
        // What was not said does not keep its sender from trying again.
        if let Some(at) = self.spoke {
            self.room.speakers.lock().undo(&self.speaker.user().user, at);
        }
        if let Some((saying, at)) = &self.said {
            self.room.said.lock().undo(saying, *at);
        }
    }
}

impl Application {
    /// Sends a message. A repeat of it gets the first answer and is not sent again (LR-S5).
    pub async fn send(self: &Arc<Self>, key: &RoomKey, speaker: Speaker, draft: Draft) -> Result<Sent, AppError> {
        self.send_and_follow(key, speaker, draft, None).await
    }

    /// The same; `later` hears the end of a message that is held back.
    pub async fn send_and_follow(
        self: &Arc<Self>,
        key: &RoomKey,
        speaker: Speaker,
        draft: Draft,
        later: Option<Later>,
    ) -> Result<Sent, AppError> {
        let room = self.room(key).await.inspect_err(|error| {
            let fate = Fate::Rejected(error.rejection());
            self.metrics.message(speaker.door(), fate, draft.priority);
            let why = (error.rejection(), Some(error));
            self.report_unsaid(key, &speaker, draft.random, &draft.content, why);
        })?;
        let mut case = Case::open(self, room, speaker, &draft);
        let follower: Follower = Arc::new(Mutex::new(later));
        match self.decide(&mut case, draft, &follower).await {
            Ok(Step::Decided(sent)) => case.close(Ok(sent)),
            Ok(Step::Hold(message, hold_ms)) => {
                let (app, room, identity) = (self.clone(), case.room.key.clone(), case.identity.clone());
                self.spawn(async move {
                    let ended = app.hold_and_say(&mut case, message, hold_ms, follower.clone()).await;
                    let ended = case.close(ended);
                    // A repeat gets the answer that stands in the end.
                    if let (Ok(sent), Some(identity)) = (&ended, identity)
                        && let Err(error) = app.ledger.settle(&room, &identity, Some(sent.receipt)).await
                    {
                        tracing::warn!(room = %room.room, error = &error as &dyn std::error::Error, "settling a held message");
                    }
                    // A sender through the vendor's doors was answered, and does not ask again; the story tells.
                    let _ = follower.lock().take().map(|later| later.send(ended));
                });
                Ok(Sent::nowhere(None, self.clock.now()))
            }
            Err(error) => case.close(Err(error)),
        }
    }

    async fn decide(self: &Arc<Self>, case: &mut Case, draft: Draft, follower: &Follower) -> Result<Step, AppError> {
        let bytes = draft.content.size_bytes();
        if bytes > Content::BYTES_MAX {
            return Err(AppError::TooLong { bytes });
        }
        self.may_speak(&case.room, &case.speaker).await?;
        let message = Message {
            from: self.person(case.speaker.user()).await?,
            random: draft.random,
            client_time: draft.client_time,
            client_seq: draft.client_seq,
            priority: draft.priority,
            content: draft.content,
        };
        let (identity, key) = (identity(&message), case.room.key.clone());
        case.identity = Some(identity.clone());
        if let Reservation::Repeat(receipt) = self.ledger.reserve(&key, &identity, self.clock.now()).await? {
            let duplicate = Fate::Rejected(Cause::Duplicate);
            if receipt.seq == Seq(0) && case.room.held.follow(&message, follower.lock().take()) {
                case.fate = duplicate;
                return Ok(Step::Decided(Sent { receipt, fate: None }));
            }
            let fate = Some(duplicate);
            return Ok(Step::Decided(Sent { receipt, fate }));
        }
        let step = self.speak(case, message).await;
        let answer = match &step {
            Ok(Step::Decided(sent)) => Some(sent.receipt),
            Ok(Step::Hold(..)) => Some(nowhere(self.clock.now())),
            Err(_) => None,
        };
        self.ledger.settle(&key, &identity, answer).await?;
        step
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
    async fn may_speak(&self, room: &Room, speaker: &Speaker) -> Result<(), AppError> {
        let key = speaker.user();
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
        self.is_not_sanctioned(room, key).await
    }

    /// Whether neither a ban, nor a mute, nor a silence lies on a user.
    pub(super) async fn is_not_sanctioned(&self, room: &Room, key: &UserKey) -> Result<(), AppError> {
        let now = self.clock.now();
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

    /// Slow mode, the backend's word, what may be said at all; then its turn, or a time in which moderators look at it.
    async fn speak(self: &Arc<Self>, case: &mut Case, message: Message) -> Result<Step, AppError> {
        self.slow_down(case)?;
        let Some(message) = self.review(case, message).await? else {
            let fate = Some(Fate::Rejected(Cause::WebhookSilent));
            return Ok(Step::Decided(Sent::nowhere(fate, self.clock.now())));
        };
        let message = case.filter(message)?;
        match Self::hold_ms(case) {
            0 => self.say(case, message).await.map(Step::Decided),
            hold_ms => Ok(Step::Hold(message, hold_ms)),
        }
    }

    /// Slow mode: owner, admins and backends are exempt.
    fn slow_down(&self, case: &mut Case) -> Result<(), AppError> {
        let (record, now) = (case.room.record(), self.clock.now());
        let user = &case.speaker.user().user;
        let every_ms = u64::from(record.rules.slow_mode_s) * 1000;
        if every_ms == 0 || matches!(case.speaker, Speaker::Backend(_)) || record.may_edit(user) {
            return Ok(());
        }
        let spoken = case.room.speakers.lock().happen(user, every_ms, now);
        spoken.map_err(|wait_ms| AppError::SlowMode {
            wait_s: wait_ms.div_ceil(1000),
        })?;
        case.spoke = Some(now);
        Ok(())
    }

    /// The message's turn.
    pub(super) async fn say(self: &Arc<Self>, case: &Case, message: Message) -> Result<Sent, AppError> {
        let in_line = self.clock.now();
        let turned = self.take_turn(&case.room, message.clone()).await?;
        case.note(|trace| trace.waited_ms = Some(self.clock.now().since(in_line)));
        match turned {
            Turned::Admitted(receipt) => {
                let Receipt { epoch, seq, .. } = receipt;
                case.note(|trace| trace.place = Some(trace::Place { epoch, seq }));
                self.report_said(&case.room, &case.speaker, &message, receipt);
                Ok(Sent::admitted(receipt))
            }
            Turned::Dropped(cause) => Ok(Sent::dropped(cause, self.clock.now())),
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
