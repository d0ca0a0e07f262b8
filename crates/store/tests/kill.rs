//! What was answered outlives the process, however it ends.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use room::{
    AppId, Epoch, Millis, RoomId, RoomKey, Seq, UserId,
    moderation::{FOREVER, Sanction},
};
use std::{
    collections::{HashMap, HashSet},
    io::{BufRead, BufReader, Write},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};
use store::{SqliteStore, Store};

const APP: AppId = AppId(1);
const WRITERS: u64 = 16;
const ROUNDS: u64 = 4;
const ACKNOWLEDGED_PER_ROUND: usize = 200;
const DIR: &str = "PLAUDIT_TEST_KILL_DIR";
const MODERATED: &str = "moderated";
const ROUND: &str = "PLAUDIT_TEST_KILL_ROUND";

fn key(name: &str) -> RoomKey {
    RoomKey {
        app: APP,
        room: RoomId::new(name).unwrap(),
    }
}

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir, Arc::new(|_, _| ())).unwrap()
}

/// Not a test: the process that is killed. It writes for ever and prints what was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs inside of the other test"]
async fn child() {
    let (Some(dir), Ok(round)) = (std::env::var_os(DIR), std::env::var(ROUND)) else {
        return;
    };
    let store = Arc::new(open(Path::new(&dir)));
    let room = serde_json::json!({
        "key": key(MODERATED), "owner": null, "name": "n", "introduction": "", "notification": "", "avatar": "",
        "mute_all": false, "join_option": "", "custom": {}, "created": 0, "changed": 0, "version": 0,
    });
    // From the second round on it is there already.
    store.create_room(serde_json::from_value(room).unwrap()).await.unwrap();
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        writers.push(tokio::spawn(write_for_ever(
            Arc::clone(&store),
            format!("{round}-{writer}"),
        )));
    }
    for writer in writers {
        writer.await.unwrap();
    }
}

async fn write_for_ever(store: Arc<SqliteStore>, writer: String) {
    let numbers = format!("numbers-{}", writer.len() % 2);
    for n in 0_u64.. {
        let name = format!("{writer}-{n}");
        store
            .put_accounts(APP, vec![(UserId::new(&name).unwrap(), Default::default())])
            .await
            .unwrap();
        store.revoke_session(APP, room::SessionId(n), Millis(1)).await.unwrap();
        let user = vec![UserId::new(&name).unwrap()];
        for kind in [Sanction::Mute, Sanction::Ban] {
            let put = store.sanction(key(MODERATED), kind, user.clone(), FOREVER).await;
            assert!(put.unwrap());
        }
        let block = store.reserve_numbers(key(&numbers), 3).await.unwrap();
        // past libtest's capture, and one write per line
        let line = format!("answered {name} {numbers} {} {}\n", block.epoch.0, block.end.0);
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut accounts = Vec::new();
    let mut blocks: HashMap<String, (u32, u64)> = HashMap::new();
    for round in 0..ROUNDS {
        for line in answered_until_killed(dir.path(), round) {
            let mut words = line.split(' ').skip(1).map(str::to_owned);
            accounts.push(UserId::new(&words.next().unwrap()).unwrap());
            let numbers = blocks.entry(words.next().unwrap()).or_default();
            let epoch = words.next().unwrap().parse().unwrap();
            let end = words.next().unwrap().parse().unwrap();
            *numbers = (*numbers).max((epoch, end));
        }
        let store = open(dir.path());
        let found = store.accounts(APP, accounts.clone()).await.unwrap();
        assert!(
            found.iter().all(Option::is_some),
            "round {round}: an answered account is gone"
        );
        assert!(store.is_revoked(APP, room::SessionId(0)).await.unwrap());
        let sanctions = store.sanctions(key(MODERATED)).await.unwrap();
        let sanctions: HashSet<_> = sanctions.into_iter().map(|(kind, user, _)| (kind, user)).collect();
        for user in &accounts {
            for kind in [Sanction::Mute, Sanction::Ban] {
                let kept = sanctions.contains(&(kind, user.clone()));
                assert!(kept, "round {round}: an answered {kind:?} of {user} is gone");
            }
        }
        for (name, (epoch, end)) in &mut blocks {
            let block = store.reserve_numbers(key(name), 1).await.unwrap();
            assert!(
                block.epoch > Epoch(*epoch) && block.next >= Seq(*end),
                "round {round}: {name} goes back"
            );
            (*epoch, *end) = (block.epoch.0, block.end.0);
        }
    }
    assert!(accounts.len() >= ROUNDS as usize * ACKNOWLEDGED_PER_ROUND);
}

/// Lets the child write until it has acknowledged enough, kills it in the middle (SIGKILL), and answers all that it
/// had printed by then.
fn answered_until_killed(dir: &Path, round: u64) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "child", "--nocapture"])
        .env(DIR, dir)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut answered = Vec::new();
    while answered.len() < ACKNOWLEDGED_PER_ROUND {
        let line = lines.next().expect("the child writes until it is killed");
        answered.extend(line.starts_with("answered ").then_some(line));
    }
    child.kill().unwrap();
    // what is left in the pipe was answered as well
    answered.extend(lines.filter(|line| line.starts_with("answered ")));
    assert_eq!(
        child.wait().unwrap().signal(),
        Some(9),
        "the child ended before it was killed"
    );
    answered
}
