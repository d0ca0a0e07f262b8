//! Durable state behind one trait. What the trait says, every implementation does; the suite in [`conformance`] proves
//! it. SQLite is the store of a single node; PostgreSQL comes with the cluster.
//!
//! A call that changes something answers after the change is on disk (decision 33), except the two that are named
//! write-behind: [`Store::write_memberships`] and [`Store::write_history`] are durable too when they answer, but their
//! callers batch them and do not wait, so a crash may lose the last batch.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod sqlite;

pub use sqlite::{Observer, OpenError, SqliteStore};

use async_trait::async_trait;
use room::{
    AppId, DirectMessage, Entry, Epoch, Millis, Profile, RoomId, RoomKey, RoomRecord, Seq, SessionId, UserId, UserKey,
    attributes::{AttributeChange, AttributeError, Attributes},
    counters::{CounterChange, CounterError, Counters},
    direct::DirectName,
    event::ProfileChange,
    moderation::Sanction,
    profile::ProfilePatch,
    record::FieldError,
    rules::{AppRules, RulesChange},
    tally::{Minutes, Row},
};
use std::sync::Arc;

/// Why the store could not do what was asked. Every variant is retryable: nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("store: {operation} failed")]
    Failed {
        /// What was tried.
        operation: &'static str,
        /// Why it failed.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store's thread is gone; the process is about to end.
    #[error("store: closed")]
    Closed,
}

/// What is kept of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub key: UserKey,
    /// His number: unique in the store, never given twice, also not after deletion.
    pub number: u64,
    /// How he looks.
    pub profile: Profile,
    /// Tickets signed at or before this second are refused (REST `kick`); 0 when never kicked.
    pub not_before_s: u64,
    /// Until when he may not speak in any room (LR-X4); long ago when he may.
    pub group_silent_until: Millis,
    /// Until when he may not write to single users (LR-X4); long ago when he may.
    pub c2c_silent_until: Millis,
}

/// What came of creating a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creation {
    /// It exists now.
    Created,
    /// The id was taken by this room; nothing changed.
    Taken(Box<RoomRecord>),
}

/// What came of changing a room, or what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T = RoomRecord, E = FieldError> {
    /// It looks like this now.
    Changed(Box<T>),
    /// There is no such room.
    NoRoom,
    /// The change breaks a limit; nothing changed.
    Refused(E),
}

impl<T, E> Change<T, E> {
    /// The same with something else made of what changed.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Change<U, E> {
        match self {
            Self::Changed(now) => Change::Changed(Box::new(make(*now))),
            Self::NoRoom => Change::NoRoom,
            Self::Refused(refusal) => Change::Refused(refusal),
        }
    }
}

/// A message from user to user that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDirect {
    /// The message.
    pub message: DirectMessage,
    /// Until when it is for a receiver who has not got it, or not read it.
    pub keep_until: Millis,
}

/// A message from user to user as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDirect {
    /// Its place in the order of arrival.
    pub id: u64,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// The message.
    pub message: DirectMessage,
}

/// What a user has not read of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Who wrote.
    pub from: UserId,
    /// How many messages.
    pub count: u64,
    /// The id of the newest of them.
    pub newest: u64,
}

/// The newest of what two users wrote to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The message.
    pub kept: KeptDirect,
    /// Up to which second the other one has read; 0 for nothing.
    pub read_until_s: u64,
}

/// What came of keeping a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is kept under this id.
    New(u64),
    /// It was kept before; this is the first one (decision 6).
    Repeat(Box<DirectMessage>),
}

/// What came of taking a message back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// It is taken back; this is what it was.
    Done(Box<DirectMessage>),
    /// It was taken back before.
    Repeated,
    /// It is older than asked for.
    TooLate,
    /// There is no such message.
    Unknown,
}

/// A page of what two users wrote to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectPage {
    /// What came before this message; nothing to begin with the newest.
    pub before: Option<DirectName>,
    /// Not older than this.
    pub from: Millis,
    /// Not newer than this.
    pub to: Millis,
    /// How many at most.
    pub most: usize,
}

/// A page of an app's rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomPage {
    /// The rooms' ids, in the order in which they were made.
    pub rooms: Vec<RoomId>,
    /// How many rooms the app has in all.
    pub total: u64,
    /// What to pass for the next page; 0 when this was the last.
    pub next: u64,
}

/// Numbers that belong to one run of one room (decision 7): `next` up to, but not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The stretch that these numbers belong to.
    pub epoch: Epoch,
    /// The first number to use.
    pub next: Seq,
    /// The first number that is not ours.
    pub end: Seq,
}

/// A part of the account of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TallyPart {
    /// Which room.
    pub room: RoomKey,
    /// Which of its runs.
    pub epoch: Epoch,
    /// What came.
    pub minutes: Minutes,
}

/// What is kept of the account of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastTally {
    /// The minutes in which something came, by time and priority.
    pub rows: Vec<Row>,
    /// Stretches of seconds, from and up to but not including, of which a crash took what was not kept yet.
    pub holes: Vec<(u64, u64)>,
}

/// A change of a membership, written behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MembershipChange {
    /// The session is in the room and has seen everything up to `since`.
    Joined {
        /// Which session.
        session: SessionId,
        /// Which room.
        room: RoomKey,
        /// The room's newest number when it joined.
        since: Seq,
        /// When it joined, for the sweep.
        at: Millis,
    },
    /// The session is not in the room any more.
    Left {
        /// Which session.
        session: SessionId,
        /// Which room.
        room: RoomKey,
    },
    /// The session ended: it is in no room any more.
    Ended {
        /// Which session.
        session: SessionId,
    },
}

/// From when on things are kept. Revocations and sanctions say themselves when they expire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expiry {
    /// Memberships whose `at` is before this are forgotten.
    pub memberships: Millis,
    /// So are accounts of rooms before this second.
    pub tallies_s: u64,
    /// And messages from user to user.
    pub directs: Millis,
}

/// Durable state.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The server's own secret: random, made at the first call, the same ever after. Never the key of an app.
    async fn secret(&self) -> Result<[u8; 32], StoreError>;

    /// Creates the accounts that do not exist and applies the patches to all, one after the other; answers them in the
    /// given order. An empty patch of an account that exists costs no write.
    async fn put_accounts(&self, app: AppId, users: Vec<(UserId, ProfilePatch)>) -> Result<Vec<Account>, StoreError>;

    /// Reads accounts, in the given order.
    async fn accounts(&self, app: AppId, users: Vec<UserId>) -> Result<Vec<Option<Account>>, StoreError>;

    /// Deletes an account. False when there was none.
    async fn delete_account(&self, key: UserKey) -> Result<bool, StoreError>;

    /// Refuses tickets signed at or before `secs` (the later of the old and the new value stays). False when there is
    /// no such account.
    async fn set_not_before(&self, key: UserKey, secs: u64) -> Result<bool, StoreError>;

    /// Silences an account in all rooms, towards single users, or both; what is not given stays. Answers the account;
    /// `None` when there is none.
    async fn silence(
        &self,
        key: UserKey,
        group: Option<Millis>,
        c2c: Option<Millis>,
    ) -> Result<Option<Account>, StoreError>;

    /// Creates a room unless its id is taken.
    async fn create_room(&self, record: RoomRecord) -> Result<Creation, StoreError>;

    /// Reads a room.
    async fn room(&self, key: RoomKey) -> Result<Option<RoomRecord>, StoreError>;

    /// Changes a room's profile in one step ([`RoomRecord::apply`]).
    async fn change_room(&self, key: RoomKey, change: ProfileChange, now: Millis) -> Result<Change, StoreError>;

    /// Changes a room's rules in one step ([`RoomRecord::apply_rules`]).
    async fn change_rules(&self, key: RoomKey, change: RulesChange, now: Millis) -> Result<Change, StoreError>;

    /// Replaces the rules of all rooms of an app.
    async fn put_app_rules(&self, app: AppId, rules: AppRules) -> Result<(), StoreError>;

    /// The rules of all apps that have some.
    async fn app_rules(&self) -> Result<Vec<(AppId, AppRules)>, StoreError>;

    /// Makes users a room's admins, or ordinary members, in one step ([`RoomRecord::apply_admins`]).
    async fn change_admins(
        &self,
        key: RoomKey,
        users: Vec<UserId>,
        admin: bool,
        now: Millis,
    ) -> Result<Change, StoreError>;

    /// Puts a sanction on users of a room, all or none, or moves its end; [`Millis`] 0 lifts it. False when there is no
    /// such room.
    async fn sanction(
        &self,
        key: RoomKey,
        kind: Sanction,
        users: Vec<UserId>,
        until: Millis,
    ) -> Result<bool, StoreError>;

    /// The sanctions of a room that [`Store::sweep`] has not forgotten.
    async fn sanctions(&self, key: RoomKey) -> Result<Vec<(Sanction, UserId, Millis)>, StoreError>;

    /// Deletes a room, its sanctions, its memberships and its history; its numbering stays, so that numbers never go back even when
    /// the id is used again. Answers what it was; `None` when there was none.
    async fn delete_room(&self, key: RoomKey) -> Result<Option<RoomRecord>, StoreError>;

    /// Lists an app's rooms, at most `limit` from the place `from` (0 first, then [`RoomPage::next`]).
    async fn rooms(&self, app: AppId, from: u64, limit: usize) -> Result<RoomPage, StoreError>;

    /// How many rooms of an app a user owns.
    async fn rooms_owned(&self, owner: UserKey) -> Result<u64, StoreError>;

    /// Begins a new epoch of a room and gives it `count` numbers after all that were ever given. The first number of
    /// all is 1 (LR-S4).
    async fn reserve_numbers(&self, key: RoomKey, count: u64) -> Result<Block, StoreError>;

    /// Gives the running epoch `count` more numbers after its block; answers the new end. Contiguous, since a room has
    /// one ledger. Fails when the room never had an epoch.
    async fn extend_numbers(&self, key: RoomKey, count: u64) -> Result<Seq, StoreError>;

    /// Gives back the unused numbers from `next` on, if `epoch` is still the room's newest: a clean stop leaves no hole.
    /// Anything but the epoch's own numbers is left alone: a hole is harmless, a number given twice is not.
    async fn return_numbers(&self, key: RoomKey, epoch: Epoch, next: Seq) -> Result<(), StoreError>;

    /// The number that the next [`Store::reserve_numbers`] begins with: for a room that nobody has open, the number of
    /// its next entry.
    async fn next_number(&self, key: RoomKey) -> Result<Seq, StoreError>;

    /// Refuses a session for ever; the note may be forgotten after `until`, when its tokens have expired by themselves.
    /// Of two such times the later stays.
    async fn revoke_session(&self, app: AppId, session: SessionId, until: Millis) -> Result<(), StoreError>;

    /// Whether a session was revoked.
    async fn is_revoked(&self, app: AppId, session: SessionId) -> Result<bool, StoreError>;

    /// Writes membership changes, in order, all or none. Joining a room that does not exist (it was deleted before the
    /// batch was written) is left out.
    async fn write_memberships(&self, changes: Vec<MembershipChange>) -> Result<(), StoreError>;

    /// The rooms that a session is in, and since which number.
    async fn memberships(&self, session: SessionId) -> Result<Vec<(RoomKey, Seq)>, StoreError>;

    /// Adds entries to the rooms' histories; of each touched room the newest `keep` stay. Entries of rooms that do not
    /// exist are left out.
    async fn write_history(&self, entries: Vec<(RoomKey, Arc<Entry>)>, keep: usize) -> Result<(), StoreError>;

    /// The newest entries of a room, at most `max`, oldest first.
    async fn history(&self, key: RoomKey, max: usize) -> Result<Vec<Arc<Entry>>, StoreError>;

    /// Takes entries out of a room's history for ever: what is still to be written behind does not bring them back.
    async fn delete_entries(&self, key: RoomKey, seqs: Vec<Seq>) -> Result<(), StoreError>;

    /// Begins to keep the account of a room's run, its epoch.
    async fn begin_tally(&self, key: RoomKey, epoch: Epoch, now_s: u64) -> Result<(), StoreError>;

    /// Adds to the accounts of rooms; the last part of a run ends it.
    async fn write_tallies(&self, parts: Vec<TallyPart>) -> Result<(), StoreError>;

    /// The account of a room: minutes that begin in the seconds from `from_s` up to, but not including, `to_s`, and holes
    /// that reach into them. Also of rooms that were deleted.
    async fn tally(&self, key: RoomKey, from_s: u64, to_s: u64) -> Result<PastTally, StoreError>;

    /// Notes, at a start, that no account is being kept: runs that were begun and never ended were cut off, and what may
    /// be missing in them is a hole.
    async fn cut_off_tallies(&self, now_s: u64) -> Result<(), StoreError>;

    /// The attributes of a room; none of one that does not exist.
    async fn attributes(&self, key: RoomKey) -> Result<Attributes, StoreError>;

    /// Changes the attributes of a room in one step ([`Attributes::apply`]).
    async fn change_attributes(
        &self,
        key: RoomKey,
        change: AttributeChange,
        seen: Option<u64>,
    ) -> Result<Change<Attributes, AttributeError>, StoreError>;

    /// The counters of a room; none of one that does not exist.
    async fn counters(&self, key: RoomKey) -> Result<Counters, StoreError>;

    /// Changes the counters of a room in one step ([`Counters::apply`]); answers the keys that were touched, too.
    async fn change_counters(
        &self,
        key: RoomKey,
        change: CounterChange,
    ) -> Result<Change<(Counters, Vec<String>), CounterError>, StoreError>;

    /// Shows users in a room until some time; [`Millis`] 0 ends it. False when there is no such room.
    async fn put_robots(&self, key: RoomKey, users: Vec<UserId>, until: Millis) -> Result<bool, StoreError>;

    /// Who is shown in a room without being there, and until when.
    async fn robots(&self, key: RoomKey) -> Result<Vec<(UserId, Millis)>, StoreError>;

    /// The message that this one repeats (decision 6): same sender, receiver, numbers and content, a moment ago.
    async fn repeated_direct(&self, app: AppId, message: DirectMessage) -> Result<Option<DirectMessage>, StoreError>;

    /// Keeps messages from user to user, in order, all or none. A repeat is not kept again.
    async fn put_directs(&self, app: AppId, messages: Vec<NewDirect>) -> Result<Vec<Stored>, StoreError>;

    /// How many messages of each sender a user has not read, in the order of the newest of each; at
    /// most `most` senders.
    async fn unread_by_peer(&self, to: UserKey, now: Millis, most: usize) -> Result<Vec<Unread>, StoreError>;

    /// The newest message between a user and each of those whom he wrote with, newest first, at most `most`.
    async fn newest_by_peer(&self, of: UserKey, most: usize) -> Result<Vec<Newest>, StoreError>;

    /// What no client of a user has yet and came after the id `after`, oldest first, at most `most`.
    async fn waiting_directs(
        &self,
        to: UserKey,
        after: u64,
        now: Millis,
        most: usize,
    ) -> Result<Vec<KeptDirect>, StoreError>;

    /// Those with ids from `from` up to `up_to` reached the user: they wait no more. Whether he has read them is another
    /// matter.
    async fn delivered_directs(&self, to: UserKey, from: u64, up_to: u64) -> Result<(), StoreError>;

    /// How many messages a user has not read; beyond `most` they are not counted.
    async fn unread_directs(&self, to: UserKey, most: usize) -> Result<usize, StoreError>;

    /// What two users wrote to each other, newest first.
    async fn directs_between(
        &self,
        app: AppId,
        one: UserId,
        other: UserId,
        page: DirectPage,
    ) -> Result<Vec<KeptDirect>, StoreError>;

    /// Takes a message back for ever, unless it is older than `since`.
    async fn withdraw_direct(
        &self,
        app: AppId,
        from: UserId,
        to: UserId,
        name: DirectName,
        since: Millis,
    ) -> Result<Withdrawal, StoreError>;

    /// Notes that a user has read what another wrote to him up to a second. False, and nothing changes, when that was
    /// nothing new.
    async fn read_directs(&self, app: AppId, reader: UserId, peer: UserId, until_s: u64) -> Result<bool, StoreError>;

    /// Up to which second a user has read what another wrote to him; 0 for nothing.
    async fn directs_read_until(&self, app: AppId, reader: UserId, peer: UserId) -> Result<u64, StoreError>;

    /// Forgets what has expired.
    async fn sweep(&self, now: Millis, before: Expiry) -> Result<(), StoreError>;

    /// Answers when the store works, for readiness.
    async fn ping(&self) -> Result<(), StoreError>;
}
