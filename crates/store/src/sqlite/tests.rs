//! What is SQLite's own: the shared suite is in [`crate::conformance`], the killed process in `tests/kill.rs`.

use super::{Cause, Observer, OpenError, SqliteStore, open::pragma, sql::execute, writer::BATCH_MAX};
use crate::{Creation, Store, StoreError, conformance::Bed};
use async_trait::async_trait;
use room::{AppId, Millis, RoomId, RoomKey, RoomRecord};
use rusqlite::Connection;
use std::{
    collections::BTreeMap,
    future::poll_fn,
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex, mpsc},
    task::Poll,
};
use tempfile::{TempDir, tempdir};

fn nobody() -> Observer {
    Arc::new(|_, _| ())
}

fn open(dir: &TempDir) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(dir.path(), nobody())
}

fn refusal(dir: &TempDir) -> OpenError {
    open(dir).err().expect("the directory is refused")
}

#[async_trait]
impl Bed for TempDir {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(open(self).unwrap())
    }
}

mod conformance {
    use tempfile::tempdir;
    crate::store_conformance!(tempdir().unwrap());
}

fn key(name: &str) -> RoomKey {
    RoomKey {
        app: AppId(1),
        room: RoomId::new(name).unwrap(),
    }
}

fn record(name: &str) -> RoomRecord {
    RoomRecord {
        key: key(name),
        owner: None,
        name: name.into(),
        introduction: String::new(),
        notification: String::new(),
        avatar: String::new(),
        mute_all: false,
        join_option: String::new(),
        custom: BTreeMap::new(),
        admins: Default::default(),
        rules: Default::default(),
        created: Millis(0),
        changed: Millis(0),
        version: 0,
    }
}

type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Brings a call as far as the queue.
async fn queued<'a, T>(call: impl Future<Output = T> + Send + 'a) -> Waiting<'a, T> {
    let mut call: Waiting<'a, T> = Box::pin(call);
    // A task that has polled much is told "pending" whatever is true, until it yields.
    tokio::task::yield_now().await;
    assert!(poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await);
    call
}

/// Keeps the writer busy with a job of its own until the returned sender is dropped: what is queued meanwhile waits
/// together.
async fn busy(store: &SqliteStore) -> (mpsc::Sender<()>, Waiting<'_, Result<(), StoreError>>) {
    let (started, starts) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let job = store.write("busy", move |_| {
        started.send(())?;
        let _ = released.recv();
        Ok(())
    });
    let job = queued(job).await;
    starts.recv().unwrap();
    (release, job)
}

#[tokio::test]
async fn what_waits_together_is_committed_together() {
    let dir = tempdir().unwrap();
    let store = open(&dir).unwrap();
    let (release, job) = busy(&store).await;
    let before = store.commits();
    let mut calls = Vec::new();
    for n in 0..2 * BATCH_MAX + 1 {
        calls.push(queued(store.create_room(record(&format!("r{n}")))).await);
    }
    drop(release);
    job.await.unwrap();
    for call in calls {
        assert_eq!(call.await.unwrap(), Creation::Created);
    }
    // the busy job's own, two full ones and the rest
    assert_eq!(store.commits() - before, 4);
}

#[tokio::test]
async fn a_job_that_fails_undoes_only_its_own_work() {
    let dir = tempdir().unwrap();
    let store = open(&dir).unwrap();
    let (release, job) = busy(&store).await;
    let before = store.commits();
    let first = queued(store.create_room(record("first"))).await;
    let failing = store.write("failing", |db| -> Result<(), Cause> {
        super::rooms::create(db, &record("half"))?;
        execute(db, "INSERT INTO rooms (app) VALUES (1)", [])?;
        Ok(())
    });
    let failing = queued(failing).await;
    let last = queued(store.create_room(record("last"))).await;
    drop(release);
    job.await.unwrap();
    assert_eq!(first.await.unwrap(), Creation::Created);
    assert!(matches!(
        failing.await,
        Err(StoreError::Failed {
            operation: "failing",
            ..
        })
    ));
    assert_eq!(last.await.unwrap(), Creation::Created);
    assert_eq!(store.commits() - before, 2);
    assert_eq!(
        store.rooms(AppId(1), 0, 10).await.unwrap().rooms,
        [key("first").room, key("last").room]
    );
}

#[tokio::test]
async fn nobody_is_told_of_success_when_the_transaction_is_lost() {
    let dir = tempdir().unwrap();
    let store = open(&dir).unwrap();
    let (release, job) = busy(&store).await;
    let first = queued(store.create_room(record("first"))).await;
    // what SQLite does by itself when the disk is full
    let losing = queued(store.write("losing", |db| Ok(execute(db, "ROLLBACK", [])?))).await;
    let last = queued(store.create_room(record("last"))).await;
    drop(release);
    job.await.unwrap();
    assert!(matches!(
        first.await,
        Err(StoreError::Failed {
            operation: "create_room",
            ..
        })
    ));
    assert!(losing.await.is_err());
    assert!(last.await.is_err());
    assert_eq!(store.rooms(AppId(1), 0, 10).await.unwrap().total, 0);
    assert_eq!(store.create_room(record("next")).await.unwrap(), Creation::Created);
}

#[tokio::test]
async fn a_call_nobody_waits_for_is_done_all_the_same() {
    let dir = tempdir().unwrap();
    let store = open(&dir).unwrap();
    let (release, job) = busy(&store).await;
    drop(queued(store.create_room(record("r"))).await);
    drop(job);
    drop(release);
    store.ping().await.unwrap();
    assert_eq!(store.room(key("r")).await.unwrap(), Some(record("r")));
}

#[tokio::test]
async fn closing_answers_what_waits_and_refuses_what_comes_later() {
    let dir = tempdir().unwrap();
    let store = open(&dir).unwrap();
    let (release, job) = busy(&store).await;
    let waiting = queued(store.create_room(record("r"))).await;
    drop(release);
    store.close();
    job.await.unwrap();
    assert_eq!(waiting.await.unwrap(), Creation::Created);
    assert!(matches!(
        store.create_room(record("late")).await,
        Err(StoreError::Closed)
    ));
    assert!(matches!(store.room(key("r")).await, Err(StoreError::Closed)));
    store.close();
    // all is in the one file, and another may have it
    assert!(!dir.path().join("plaudit.db-wal").exists());
    assert_eq!(open(&dir).unwrap().room(key("r")).await.unwrap(), Some(record("r")));
}

#[tokio::test]
async fn every_answer_is_observed_under_its_name() {
    let dir = tempdir().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&heard);
    let store = SqliteStore::open(dir.path(), Arc::new(move |name, _| hear.lock().unwrap().push(name))).unwrap();
    store.create_room(record("r")).await.unwrap();
    store.room(key("r")).await.unwrap();
    store.extend_numbers(key("r"), 1).await.unwrap_err();
    store.close();
    assert_eq!(*heard.lock().unwrap(), ["create_room", "room", "extend_numbers"]);
}

#[tokio::test]
async fn moderation_is_durable_because_every_commit_is_flushed() {
    let dir = tempdir().unwrap();
    let store = open(&dir).unwrap();
    for (name, value) in [("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1")] {
        assert_eq!(
            store.write("pragma", move |db| Ok(pragma(db, name)?)).await.unwrap(),
            value,
            "{name}"
        );
    }
    let written = store
        .read("write", |db| Ok(execute(db, "DELETE FROM rooms", [])?))
        .await;
    assert!(written.is_err(), "the reader must not write");
}

#[test]
fn a_second_instance_is_refused_until_the_first_has_closed() {
    let dir = tempdir().unwrap();
    let first = open(&dir).unwrap();
    let refused = refusal(&dir);
    assert!(matches!(refused, OpenError::Locked(_)), "{refused}");
    assert!(refused.to_string().contains("in use by another plaudit"));
    drop(first);
    open(&dir).unwrap();
}

#[test]
fn a_missing_directory_is_made_and_its_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempdir().unwrap();
    let data = dir.path().join("some/where");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let store = SqliteStore::open(&data, nobody()).unwrap();
    let files: Vec<_> = std::fs::read_dir(&data)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert!(files.len() >= 3, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600));
    drop(store);
    let database = data.join("plaudit.db");
    std::fs::set_permissions(&database, PermissionsExt::from_mode(0o644)).unwrap();
    SqliteStore::open(&data, nobody()).unwrap();
    assert_eq!(mode(&database), 0o600);
}

#[test]
fn what_is_not_a_database_is_refused_and_left_as_it_was() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("plaudit.db");
    let text = "dear diary\n".repeat(1000);
    std::fs::write(&path, &text).unwrap();
    let refused = refusal(&dir);
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
    assert!(refused.to_string().contains("restore it from a backup"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_damaged_database_is_refused() {
    let dir = tempdir().unwrap();
    drop(open(&dir).unwrap());
    let path = dir.path().join("plaudit.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..4096].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(refusal(&dir), OpenError::Damaged { .. }));
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let dir = tempdir().unwrap();
    drop(open(&dir).unwrap());
    let path = dir.path().join("plaudit.db");
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 999)
        .unwrap();
    let refused = refusal(&dir);
    assert!(matches!(refused, OpenError::Newer { found: 999, .. }), "{refused}");
    assert!(refused.to_string().contains("start the newer plaudit"));
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_was() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("plaudit.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE birds (name TEXT)")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(refusal(&dir), OpenError::Foreign(_)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
