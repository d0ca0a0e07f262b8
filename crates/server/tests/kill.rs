//! kill -9 in the middle of mutes, bans and messages to users: every one that was acknowledged is there after the restart
//! (design section 7, promise 6; decision 33).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is how a test fails"
)]

use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use testkit::{ADMIN, APP, KEY, within};

const ROUNDS: usize = 3;
const WRITERS: usize = 8;
/// How many calls a round has acknowledged when the server is killed, with others on their way.
const ACKNOWLEDGED: usize = 60;

/// A server of its own process.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_plaudit"))
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "", "--data"])
            .arg(data)
            .args(["--app", &format!("{APP}:{KEY}")])
            // Faster than the vendor lets a backend call.
            .args(["--set", "limits.rest_calls_per_s=*=0"])
            .env_remove("PLAUDIT_CONFIG")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said: Vec<_> = lines.map_while(Result::ok).take_while(|line| line != "ready").collect();
        let address = said.iter().find_map(|line| {
            let at = line.split_whitespace().find_map(|word| word.strip_prefix("http://"))?;
            Some(at.to_owned())
        });
        let address = address.expect("the server says where it is");
        Self { child, address }
    }

    async fn call(&self, http: &reqwest::Client, command: &str, body: Value) -> Option<Value> {
        call(http, &self.address, command, body).await
    }

    /// As `kill -9` does it.
    fn kill(mut self) {
        self.child.kill().unwrap();
        assert_eq!(self.child.wait().unwrap().signal(), Some(9));
    }
}

/// Calls the REST API; nothing when there is no answer.
async fn call(http: &reqwest::Client, address: &str, command: &str, body: Value) -> Option<Value> {
    let ticket = tim::usersig::Ticket {
        identifier: ADMIN.to_owned(),
        sdkappid: APP,
        time: std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs(),
        expire: 3_600,
        userbuf: None,
    };
    let usersig = tim::usersig::sign(KEY, &ticket);
    let url = format!(
        "http://{address}/v4/{command}?sdkappid={APP}&identifier={ADMIN}&usersig={usersig}&random=1&contenttype=json"
    );
    let answer: Value = http
        .post(url)
        .body(body.to_string())
        .send()
        .await
        .ok()?
        .json()
        .await
        .ok()?;
    assert_eq!(answer["ErrorCode"], 0, "{command} {body}: {answer}");
    Some(answer)
}

const MUTE: (&str, &str, &str) = ("forbid_send_msg", "get_group_muted_account", "MutedAccountList");
const BAN: (&str, &str, &str) = ("ban_group_member", "get_group_ban_member", "BannedAccountList");

/// Mutes and bans users of this writer, one after the other, until the server is gone; answers who was acknowledged.
async fn moderate(
    http: reqwest::Client,
    address: String,
    users: Vec<String>,
    acknowledged: Arc<AtomicUsize>,
) -> Vec<(bool, String)> {
    let mut done = Vec::new();
    for (n, user) in users.into_iter().enumerate() {
        let is_ban = n % 2 == 1;
        let (command, time) = if is_ban {
            (BAN.0, "Duration")
        } else {
            (MUTE.0, "MuteTime")
        };
        let body = json!({"GroupId": "a", "Members_Account": [user], time: 3_600});
        let command = format!("group_open_http_svc/{command}");
        if call(&http, &address, &command, body).await.is_none() {
            break;
        }
        done.push((is_ban, user));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_mute_and_ban_is_in_force_after_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let http = server::http::client().build().unwrap();
    let (mut muted, mut banned) = (BTreeSet::new(), BTreeSet::new());
    let mut server = Server::start(data.path());
    let room = json!({"Type": "AVChatRoom", "Name": "a", "GroupId": "a"});
    server
        .call(&http, "group_open_http_svc/create_group", room)
        .await
        .unwrap();
    for round in 0..ROUNDS {
        let users = |writer: usize| -> Vec<String> { (0..90).map(|n| format!("u{round}-{writer}-{n}")).collect() };
        for writer in 0..WRITERS {
            let accounts = json!({"Accounts": users(writer)});
            server
                .call(&http, "im_open_login_svc/multiaccount_import", accounts)
                .await
                .unwrap();
        }
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let task = moderate(
                    http.clone(),
                    server.address.clone(),
                    users(writer),
                    acknowledged.clone(),
                );
                tokio::spawn(task)
            })
            .collect();
        within("some are acknowledged", async {
            while acknowledged.load(Ordering::Relaxed) < ACKNOWLEDGED {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        })
        .await;
        server.kill();
        for writer in writers {
            for (is_ban, user) in within("the writers notice", writer).await.unwrap() {
                let list = if is_ban { &mut banned } else { &mut muted };
                list.insert(user);
            }
        }
        server = Server::start(data.path());
        for (list, (_, getter, member)) in [(&muted, MUTE), (&banned, BAN)] {
            let mut standing = BTreeSet::new();
            let mut offset = 0;
            loop {
                let body = json!({"GroupId": "a", "Limit": 100, "Offset": offset});
                let command = format!("group_open_http_svc/{getter}");
                let answer = server.call(&http, &command, body).await.unwrap();
                let page = answer[member].as_array().unwrap();
                standing.extend(
                    page.iter()
                        .map(|one| one["Member_Account"].as_str().unwrap().to_owned()),
                );
                offset = answer["NextOffset"].as_u64().unwrap_or(0);
                if offset == 0 {
                    break;
                }
            }
            let lost: Vec<_> = list.difference(&standing).collect();
            assert!(lost.is_empty(), "round {round}: {getter} forgot {lost:?}");
        }
    }
    assert!(muted.len() + banned.len() >= ROUNDS * ACKNOWLEDGED);
    server.kill();
}

/// The body of one message to a user; the same number makes the same message.
fn message(n: usize) -> Value {
    json!({
        "To_Account": "reader", "MsgSeq": n, "MsgRandom": n,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": format!("m{n}")}}],
    })
}

/// Sends one message after the other until the server is gone; answers the first that was not acknowledged.
async fn write(http: reqwest::Client, address: String, from: usize, acknowledged: Arc<AtomicUsize>) -> usize {
    for n in from.. {
        if call(&http, &address, "openim/sendmsg", message(n)).await.is_none() {
            return n;
        }
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    unreachable!("the server is killed before numbers end")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_message_to_a_user_is_kept_once_and_in_order_over_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let http = server::http::client().build().unwrap();
    let mut server = Server::start(data.path());
    let account = json!({"UserID": "reader"});
    server
        .call(&http, "im_open_login_svc/account_import", account)
        .await
        .unwrap();
    let mut next = 0;
    for _ in 0..ROUNDS {
        let acknowledged = Arc::new(AtomicUsize::new(0));
        // Whoever was not answered sends the same again: perhaps it was kept.
        let writer = tokio::spawn(write(http.clone(), server.address.clone(), next, acknowledged.clone()));
        within("some are acknowledged", async {
            while acknowledged.load(Ordering::Relaxed) < ACKNOWLEDGED {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        })
        .await;
        server.kill();
        next = within("the writer notices", writer).await.unwrap();
        server = Server::start(data.path());
    }
    let (mut found, mut place) = (Vec::new(), json!({}));
    loop {
        let mut body = json!({"Operator_Account": ADMIN, "Peer_Account": "reader", "MaxCnt": 50});
        body.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        let page = server.call(&http, "openim/admin_getroammsg", body).await.unwrap();
        let texts = page["MsgList"].as_array().unwrap().iter();
        let texts = texts.map(|one| one["MsgBody"][0]["MsgContent"]["Text"].as_str().unwrap().to_owned());
        found.splice(0..0, texts);
        if page["Complete"] == 1 {
            break;
        }
        place = json!({"MaxTime": page["LastMsgTime"], "LastMsgKey": page["LastMsgKey"]});
    }
    assert!(next >= ROUNDS * ACKNOWLEDGED);
    let mut wanted: Vec<_> = (0..next).map(|n| format!("m{n}")).collect();
    // The last one was not answered: it may be there.
    if found.len() > wanted.len() {
        wanted.push(format!("m{next}"));
    }
    assert_eq!(found, wanted);
    server.kill();
}
