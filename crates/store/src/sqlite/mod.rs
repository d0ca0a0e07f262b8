//! The store of a single node: one SQLite database in WAL mode, one thread that writes, one that reads.
//!
//! Map: [`open`] lock, checks, schema · [`worker`] a thread and its bounded queue · [`writer`] group commit ·
//! [`accounts`], [`rooms`], [`numbering`], [`sanctions`], [`sessions`], [`tallies`],
//! [`shared`], [`directs`] the statements · [`sql`] helpers.
//!
//! A write is answered after the commit that holds it, a read sees every commit before it: so whoever was answered finds
//! his write. The statements know nothing of threads, the threads nothing of tables.

mod accounts;
mod directs;
mod numbering;
mod open;
mod rooms;
mod sanctions;
mod sessions;
mod shared;
mod sql;
mod tallies;
#[cfg(test)]
mod tests;
mod worker;
mod writer;

pub use open::OpenError;

use crate::{
    Account, Block, Change, Creation, DirectPage, Expiry, KeptDirect, MembershipChange, NewDirect, Newest, PastTally,
    RoomPage, Store, StoreError, Stored, TallyPart, Unread, Withdrawal,
};
use async_trait::async_trait;
use room::{
    AppId, DirectMessage, Entry, Epoch, Millis, RoomKey, RoomRecord, Seq, SessionId, UserId, UserKey,
    attributes::{AttributeChange, AttributeError, Attributes},
    counters::{CounterChange, CounterError, Counters},
    direct::DirectName,
    event::ProfileChange,
    moderation::Sanction,
    profile::ProfilePatch,
    rules::{AppRules, RulesChange},
};
use rusqlite::Connection;
use std::{
    fs::File,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use worker::Worker;

/// Why a job failed; the caller's [`StoreError`] says which.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Told of every answer: the operation (the name of the method of [`Store`]), and the time from submission to answer.
/// Runs on the store's own threads, so it must be quick and must not call the store.
pub type Observer = Arc<dyn Fn(&'static str, Duration) + Send + Sync>;

/// [`Store`] on SQLite, in `plaudit.db` of a data directory. Dropping it is [`SqliteStore::close`].
pub struct SqliteStore {
    reader: Worker,
    writer: Worker,
    commits: Arc<AtomicU64>,
    /// Keeps a second instance out of the directory for as long as it is here.
    lock: Mutex<Option<File>>,
}

impl SqliteStore {
    /// Opens the data directory `dir`, makes it if it is missing, and brings its database to the present schema.
    pub fn open(dir: &Path, observe: Observer) -> Result<Self, OpenError> {
        let opened = open::open(dir)?;
        let commits = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&commits);
        let writer = Worker::start("store-writer", Arc::clone(&observe), move |queue| {
            writer::run(&opened.writer, &queue, &counter);
        });
        let reader = Worker::start("store-reader", observe, move |queue| {
            for mut queued in queue {
                queued.job.run(&opened.reader);
                queued.job.answer();
            }
        });
        let (reader, writer) = (reader.map_err(OpenError::Thread)?, writer.map_err(OpenError::Thread)?);
        Ok(Self {
            reader,
            writer,
            commits,
            lock: Mutex::new(Some(opened.lock)),
        })
    }

    /// Answers what is in the queues, folds the log into the database and lets the directory go. Every later call is
    /// answered with [`StoreError::Closed`]. Blocks the thread until done.
    pub fn close(&self) {
        // The writer last: only then is its connection the only one, and SQLite removes the log.
        self.reader.stop();
        self.writer.stop();
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// How many transactions were committed since it was opened: with the number of writes it tells how many shared
    /// one flush to disk.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn read<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.reader.call(operation, work).await
    }

    async fn write<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.call(operation, work).await
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.close();
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn secret(&self) -> Result<[u8; 32], StoreError> {
        self.write("secret", accounts::secret).await
    }

    async fn put_accounts(&self, app: AppId, users: Vec<(UserId, ProfilePatch)>) -> Result<Vec<Account>, StoreError> {
        self.write("put_accounts", move |db| accounts::put(db, app, &users))
            .await
    }

    async fn accounts(&self, app: AppId, users: Vec<UserId>) -> Result<Vec<Option<Account>>, StoreError> {
        self.read("accounts", move |db| {
            users.iter().map(|user| accounts::account(db, app, user)).collect()
        })
        .await
    }

    async fn delete_account(&self, key: UserKey) -> Result<bool, StoreError> {
        self.write("delete_account", move |db| accounts::delete(db, &key)).await
    }

    async fn set_not_before(&self, key: UserKey, secs: u64) -> Result<bool, StoreError> {
        self.write("set_not_before", move |db| accounts::set_not_before(db, &key, secs))
            .await
    }

    async fn silence(
        &self,
        key: UserKey,
        group: Option<Millis>,
        c2c: Option<Millis>,
    ) -> Result<Option<Account>, StoreError> {
        self.write("silence", move |db| accounts::silence(db, &key, group, c2c))
            .await
    }

    async fn create_room(&self, record: RoomRecord) -> Result<Creation, StoreError> {
        self.write("create_room", move |db| rooms::create(db, &record)).await
    }

    async fn room(&self, key: RoomKey) -> Result<Option<RoomRecord>, StoreError> {
        self.read("room", move |db| rooms::read(db, &key)).await
    }

    async fn change_room(&self, key: RoomKey, change: ProfileChange, now: Millis) -> Result<Change, StoreError> {
        let apply = move |record: &mut RoomRecord| record.apply(&change, now);
        self.write("change_room", move |db| rooms::change(db, &key, apply))
            .await
    }

    async fn change_rules(&self, key: RoomKey, change: RulesChange, now: Millis) -> Result<Change, StoreError> {
        let apply = move |record: &mut RoomRecord| {
            record.apply_rules(&change, now);
            Ok(())
        };
        self.write("change_rules", move |db| rooms::change(db, &key, apply))
            .await
    }

    async fn put_app_rules(&self, app: AppId, rules: AppRules) -> Result<(), StoreError> {
        self.write("put_app_rules", move |db| rooms::put_app_rules(db, app, &rules))
            .await
    }

    async fn app_rules(&self) -> Result<Vec<(AppId, AppRules)>, StoreError> {
        self.read("app_rules", rooms::app_rules).await
    }

    async fn change_admins(
        &self,
        key: RoomKey,
        users: Vec<UserId>,
        admin: bool,
        now: Millis,
    ) -> Result<Change, StoreError> {
        let apply = move |record: &mut RoomRecord| record.apply_admins(&users, admin, now);
        self.write("change_admins", move |db| rooms::change(db, &key, apply))
            .await
    }

    async fn sanction(
        &self,
        key: RoomKey,
        kind: Sanction,
        users: Vec<UserId>,
        until: Millis,
    ) -> Result<bool, StoreError> {
        self.write("sanction", move |db| sanctions::put(db, &key, kind, &users, until))
            .await
    }

    async fn sanctions(&self, key: RoomKey) -> Result<Vec<(Sanction, UserId, Millis)>, StoreError> {
        self.read("sanctions", move |db| sanctions::of(db, &key)).await
    }

    async fn delete_room(&self, key: RoomKey) -> Result<Option<RoomRecord>, StoreError> {
        self.write("delete_room", move |db| rooms::delete(db, &key)).await
    }

    async fn rooms(&self, app: AppId, from: u64, limit: usize) -> Result<RoomPage, StoreError> {
        self.read("rooms", move |db| rooms::page(db, app, from, limit)).await
    }

    async fn rooms_owned(&self, owner: UserKey) -> Result<u64, StoreError> {
        self.read("rooms_owned", move |db| rooms::owned(db, &owner)).await
    }

    async fn reserve_numbers(&self, key: RoomKey, count: u64) -> Result<Block, StoreError> {
        self.write("reserve_numbers", move |db| numbering::reserve(db, &key, count))
            .await
    }

    async fn extend_numbers(&self, key: RoomKey, count: u64) -> Result<Seq, StoreError> {
        self.write("extend_numbers", move |db| numbering::extend(db, &key, count))
            .await
    }

    async fn return_numbers(&self, key: RoomKey, epoch: Epoch, next: Seq) -> Result<(), StoreError> {
        self.write("return_numbers", move |db| numbering::give_back(db, &key, epoch, next))
            .await
    }

    async fn next_number(&self, key: RoomKey) -> Result<Seq, StoreError> {
        self.read("next_number", move |db| numbering::next(db, &key)).await
    }

    async fn revoke_session(&self, app: AppId, session: SessionId, until: Millis) -> Result<(), StoreError> {
        self.write("revoke_session", move |db| sessions::revoke(db, app, session, until))
            .await
    }

    async fn is_revoked(&self, app: AppId, session: SessionId) -> Result<bool, StoreError> {
        self.read("is_revoked", move |db| sessions::is_revoked(db, app, session))
            .await
    }

    async fn write_memberships(&self, changes: Vec<MembershipChange>) -> Result<(), StoreError> {
        self.write("write_memberships", move |db| sessions::write_memberships(db, &changes))
            .await
    }

    async fn memberships(&self, session: SessionId) -> Result<Vec<(RoomKey, Seq)>, StoreError> {
        self.read("memberships", move |db| sessions::memberships(db, session))
            .await
    }

    async fn write_history(&self, entries: Vec<(RoomKey, Arc<Entry>)>, keep: usize) -> Result<(), StoreError> {
        self.write("write_history", move |db| rooms::write_history(db, &entries, keep))
            .await
    }

    async fn history(&self, key: RoomKey, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.read("history", move |db| rooms::history(db, &key, max)).await
    }

    async fn delete_entries(&self, key: RoomKey, seqs: Vec<Seq>) -> Result<(), StoreError> {
        self.write("delete_entries", move |db| rooms::delete_entries(db, &key, &seqs))
            .await
    }

    async fn begin_tally(&self, key: RoomKey, epoch: Epoch, now_s: u64) -> Result<(), StoreError> {
        self.write("begin_tally", move |db| tallies::begin(db, &key, epoch, now_s))
            .await
    }

    async fn write_tallies(&self, parts: Vec<TallyPart>) -> Result<(), StoreError> {
        self.write("write_tallies", move |db| tallies::write(db, &parts)).await
    }

    async fn tally(&self, key: RoomKey, from_s: u64, to_s: u64) -> Result<PastTally, StoreError> {
        self.read("tally", move |db| tallies::read(db, &key, from_s, to_s))
            .await
    }

    async fn cut_off_tallies(&self, now_s: u64) -> Result<(), StoreError> {
        self.write("cut_off_tallies", move |db| tallies::cut_off(db, now_s))
            .await
    }

    async fn attributes(&self, key: RoomKey) -> Result<Attributes, StoreError> {
        self.read("attributes", move |db| shared::attributes(db, &key)).await
    }

    async fn change_attributes(
        &self,
        key: RoomKey,
        change: AttributeChange,
        seen: Option<u64>,
    ) -> Result<Change<Attributes, AttributeError>, StoreError> {
        self.write("change_attributes", move |db| {
            shared::change_attributes(db, &key, &change, seen)
        })
        .await
    }

    async fn counters(&self, key: RoomKey) -> Result<Counters, StoreError> {
        self.read("counters", move |db| shared::counters(db, &key)).await
    }

    async fn change_counters(
        &self,
        key: RoomKey,
        change: CounterChange,
    ) -> Result<Change<(Counters, Vec<String>), CounterError>, StoreError> {
        self.write("change_counters", move |db| shared::change_counters(db, &key, &change))
            .await
    }

    async fn put_robots(&self, key: RoomKey, users: Vec<UserId>, until: Millis) -> Result<bool, StoreError> {
        self.write("put_robots", move |db| shared::put_robots(db, &key, &users, until))
            .await
    }

    async fn robots(&self, key: RoomKey) -> Result<Vec<(UserId, Millis)>, StoreError> {
        self.read("robots", move |db| shared::robots(db, &key)).await
    }

    async fn repeated_direct(&self, app: AppId, message: DirectMessage) -> Result<Option<DirectMessage>, StoreError> {
        self.read("repeated_direct", move |db| directs::find_repeated(db, app, &message))
            .await
    }

    async fn put_directs(&self, app: AppId, messages: Vec<NewDirect>) -> Result<Vec<Stored>, StoreError> {
        self.write("put_directs", move |db| directs::put(db, app, &messages))
            .await
    }

    async fn waiting_directs(
        &self,
        to: UserKey,
        after: u64,
        now: Millis,
        most: usize,
    ) -> Result<Vec<KeptDirect>, StoreError> {
        self.read("waiting_directs", move |db| directs::waiting(db, &to, after, now, most))
            .await
    }

    async fn unread_by_peer(&self, to: UserKey, now: Millis, most: usize) -> Result<Vec<Unread>, StoreError> {
        self.read("unread_by_peer", move |db| directs::unread_by_peer(db, &to, now, most))
            .await
    }

    async fn newest_by_peer(&self, of: UserKey, most: usize) -> Result<Vec<Newest>, StoreError> {
        self.read("newest_by_peer", move |db| directs::newest_by_peer(db, &of, most))
            .await
    }

    async fn delivered_directs(&self, to: UserKey, from: u64, up_to: u64) -> Result<(), StoreError> {
        self.write("delivered_directs", move |db| directs::delivered(db, &to, from, up_to))
            .await
    }

    async fn unread_directs(&self, to: UserKey, most: usize) -> Result<usize, StoreError> {
        self.read("unread_directs", move |db| directs::unread(db, &to, most))
            .await
    }

    async fn directs_between(
        &self,
        app: AppId,
        one: UserId,
        other: UserId,
        page: DirectPage,
    ) -> Result<Vec<KeptDirect>, StoreError> {
        self.read("directs_between", move |db| {
            directs::between(db, app, (&one, &other), page)
        })
        .await
    }

    async fn withdraw_direct(
        &self,
        app: AppId,
        from: UserId,
        to: UserId,
        name: DirectName,
        since: Millis,
    ) -> Result<Withdrawal, StoreError> {
        self.write("withdraw_direct", move |db| {
            directs::withdraw(db, app, (&from, &to), name, since)
        })
        .await
    }

    async fn read_directs(&self, app: AppId, reader: UserId, peer: UserId, until_s: u64) -> Result<bool, StoreError> {
        self.write("read_directs", move |db| {
            directs::read(db, app, &reader, &peer, until_s)
        })
        .await
    }

    async fn directs_read_until(&self, app: AppId, reader: UserId, peer: UserId) -> Result<u64, StoreError> {
        self.read("directs_read_until", move |db| {
            directs::read_until(db, app, &reader, &peer)
        })
        .await
    }

    async fn sweep(&self, now: Millis, before: Expiry) -> Result<(), StoreError> {
        self.write("sweep", move |db| {
            shared::sweep(db, now)?;
            directs::sweep(db, before.directs)?;
            sanctions::sweep(db, now)?;
            tallies::sweep(db, before.tallies_s)?;
            sessions::sweep(db, now, before.memberships)
        })
        .await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.write("ping", |_| Ok(())).await?;
        self.read("ping", |db| Ok(sql::one(db, "SELECT 1", [], |_| Ok(())).map(drop)?))
            .await
    }
}
