//! Long polling: guests, and members where the app wants it (web-sdk-wire.md 5.3, 5.9).

use crate::{VendorClient, speech::text_of, within};
use serde_json::{Value, json};
use std::collections::VecDeque;

const GUEST: &str = "group_open_long_polling_http_noauth_svc.get_msg";
const MEMBER: &str = "group_open_long_polling_http_svc.get_msg";

/// Somebody who polls a room.
#[derive(Clone, Debug)]
pub struct Poller {
    /// The key for the next poll.
    pub key: String,
    /// The cursor for the next poll.
    pub next: u64,
    /// The command that polls.
    pub servcmd: &'static str,
    seen: VecDeque<Value>,
    broadcasts: VecDeque<Value>,
}

impl Poller {
    /// A guest with a key.
    pub fn guest(key: &str) -> Self {
        Self::new(key, 0, GUEST)
    }

    /// A member with the answer to his join.
    pub fn member(joined: &Value) -> Self {
        let key = joined["LongPollingKey"].as_str().expect("a key for polling");
        Self::new(key, joined["StartSeq"].as_u64().unwrap_or(0), MEMBER)
    }

    fn new(key: &str, next: u64, servcmd: &'static str) -> Self {
        Self {
            key: key.to_owned(),
            next,
            servcmd,
            seen: VecDeque::new(),
            broadcasts: VecDeque::new(),
        }
    }

    /// The body of the next poll.
    pub fn body(&self) -> Value {
        json!({"USP": 1, "StartSeq": self.next, "HoldTime": 90, "Key": self.key, "DownsizeFlag": 0})
    }

    /// Takes an answer as an SDK does; answers its items.
    pub fn take(&mut self, answer: &Value) -> Vec<Value> {
        assert_eq!(answer["ErrorCode"], 0, "{answer}");
        let next = answer["NextSeq"].as_u64().expect("NextSeq is a number");
        assert!(next >= self.next, "a cursor goes back from {} to {next}", self.next);
        self.next = next;
        self.key = answer["Key"].as_str().expect("Key is a string").to_owned();
        let broadcasts = answer["RspBroadcastMsgList"]
            .as_array()
            .expect("RspBroadcastMsgList is a list");
        self.broadcasts.extend(broadcasts.iter().cloned());
        answer["RspMsgList"].as_array().cloned().expect("RspMsgList is a list")
    }

    /// Polls once; answers the items.
    pub async fn poll(&mut self, client: &mut VendorClient) -> Vec<Value> {
        let answer = client.call(self.servcmd, self.body()).await;
        self.take(&answer)
    }

    /// Polls until there is an item.
    pub async fn next_item(&mut self, client: &mut VendorClient) -> Value {
        within("an item for a poller", self.find_item(client)).await
    }

    async fn find_item(&mut self, client: &mut VendorClient) -> Value {
        loop {
            if let Some(item) = self.seen.pop_front() {
                return item;
            }
            let items = self.poll(client).await;
            self.seen.extend(items);
        }
    }

    /// Polls until there is a broadcast.
    pub async fn next_broadcast(&mut self, client: &mut VendorClient) -> Value {
        within("a broadcast for a poller", async {
            loop {
                if let Some(broadcast) = self.broadcasts.pop_front() {
                    return broadcast;
                }
                let items = self.poll(client).await;
                self.seen.extend(items);
            }
        })
        .await
    }

    /// Polls until there is a message; answers its text.
    pub async fn next_text(&mut self, client: &mut VendorClient) -> String {
        loop {
            let item = self.next_item(client).await;
            if item["Event"] == 3 {
                return text_of(&item);
            }
        }
    }
}

impl VendorClient {
    /// Joins a room without login.
    pub async fn join_as_guest(&mut self, room: &str) -> Poller {
        let answer = self.try_join_as_guest(room).await;
        assert_eq!(answer["ErrorCode"], 0, "{answer}");
        Poller::guest(answer["LongPollingKey"].as_str().expect("a key for polling"))
    }

    /// Tries to join a room without login; answers whatever the server does.
    pub async fn try_join_as_guest(&mut self, room: &str) -> Value {
        let body = json!({"GroupId": room, "WebPushFlag": 1});
        self.call("group_open_http_noauth_svc.apply_join_group", body).await
    }
}
