//! What a Web SDK says: the commands of `web-sdk-wire.md` sections 2, 3, 5 and 7.

use crate::{TestServer, VendorClient};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// The body of a `send_group_msg` with a text, for both doors; each has a `Random` of its own.
pub fn text_body(room: &str, text: &str) -> Value {
    static RANDOM: AtomicU32 = AtomicU32::new(73_094_707);
    json!({
        "GroupId": room, "Random": RANDOM.fetch_add(1, Ordering::Relaxed), "MsgPriority": "Normal",
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}], "MsgClientTime": 1_795_376_115,
    })
}

impl VendorClient {
    /// A new connection on which a user has logged in.
    pub async fn log_in(server: &TestServer, user: &str) -> Self {
        let mut client = Self::connect(server).await;
        client.login(user, &server.ticket(user)).await;
        client
    }

    /// The same, in a room.
    pub async fn member(server: &TestServer, user: &str, room: &str) -> Self {
        let mut client = Self::log_in(server, user).await;
        client.join(room).await;
        client
    }

    /// Logs in with a ticket; must succeed.
    pub async fn login(&mut self, user: &str, ticket: &str) -> Value {
        let answer = self.try_login(user, ticket).await;
        assert_eq!(answer["ErrorCode"], 0, "login of {user}: {answer}");
        answer
    }

    /// Logs in with a ticket; answers whatever the server does.
    pub async fn try_login(&mut self, user: &str, ticket: &str) -> Value {
        const LOGIN: &str = "im_open_status.wslogin";
        self.seq += 1;
        self.login = None;
        let mut head = self.head(LOGIN, self.seq);
        head["identifier"] = user.into();
        head["usersig"] = ticket.into();
        let body = json!({"State": "Online", "is_web_uniapp": 0, "InstType": 0});
        self.send_document(&json!({"head": head, "body": body})).await;
        let answer = self.answer(LOGIN, self.seq).await;
        self.note_login(&answer);
        answer
    }

    fn note_login(&mut self, answer: &Value) {
        if let (Some(a2), Some(tiny_id), Some(inst_id)) = (
            answer["A2Key"].as_str(),
            answer["TinyId"].as_str(),
            answer["InstId"].as_u64(),
        ) {
            self.login = Some((a2.to_owned(), tiny_id.to_owned(), inst_id));
        }
    }

    /// The key of the login.
    pub fn a2(&self) -> &str {
        self.login.as_ref().map_or("", |login| login.0.as_str())
    }

    /// The login's `TinyId`: part of the identity of its messages.
    pub fn login_number(&self) -> &str {
        self.login.as_ref().map_or("", |login| login.1.as_str())
    }

    /// Shows this key from now on, as an SDK does after a reconnect.
    pub fn take_key(&mut self, a2: &str) {
        self.login = Some((a2.to_owned(), "144115188075855873".to_owned(), 1));
    }

    /// A new connection to the server, with the credentials of this one and nothing said on it yet.
    pub async fn reconnect(&self, server: &TestServer) -> Self {
        let mut client = Self::connect_with(server, self.options.clone()).await;
        client.login.clone_from(&self.login);
        client.seq = self.seq;
        client
    }

    /// Logs in again with the key alone; answers whatever the server does.
    pub async fn relogin(&mut self) -> Value {
        let body = json!({"State": "Online", "is_web_uniapp": 0, "InstType": 0});
        let answer = self.call("im_open_status.wslogin", body).await;
        self.note_login(&answer);
        answer
    }

    /// Reconnects and logs in again; must succeed.
    pub async fn come_back(&self, server: &TestServer) -> Self {
        let mut client = self.reconnect(server).await;
        let answer = client.relogin().await;
        assert_eq!(answer["ErrorCode"], 0, "{answer}");
        client
    }

    /// Logs out; the connection stays.
    pub async fn log_out(&mut self) -> Value {
        let answer = self.call("im_open_status.wslogout", json!({"wslogout_type": 0})).await;
        self.login = None;
        answer
    }

    /// A heartbeat that must be answered.
    pub async fn heartbeat(&mut self) {
        self.call_ok("heartbeat.alive", json!({})).await;
    }

    /// Joins a room; must succeed. Answers what the server does.
    pub async fn join(&mut self, room: &str) -> Value {
        let body = json!({"GroupId": room, "WebPushFlag": 1});
        let answer = self.call_ok("group_open_http_svc.apply_join_group", body).await;
        assert_eq!(answer["JoinedStatus"], "JoinedSuccess", "{answer}");
        assert_eq!(answer["HugeGroupFlag"], 1, "{answer}");
        answer
    }

    /// Leaves a room; answers the code.
    pub async fn quit(&mut self, room: &str) -> i64 {
        self.code("group_open_http_svc.quit_group", json!({"GroupId": room}))
            .await
    }

    /// Says a text; must succeed. Answers its number.
    pub async fn say(&mut self, room: &str, text: &str) -> u64 {
        let answer = self
            .call_ok("group_open_http_svc.send_group_msg", text_body(room, text))
            .await;
        answer["MsgSeq"].as_u64().expect("MsgSeq is a number")
    }

    /// Says a text; answers the code.
    pub async fn try_say(&mut self, room: &str, text: &str) -> i64 {
        self.code("group_open_http_svc.send_group_msg", text_body(room, text))
            .await
    }

    /// The next message of a room; tips and notices before it are skipped.
    pub async fn next_message(&mut self) -> Value {
        loop {
            let item = self.next_item().await;
            if item["Event"] == 3 {
                return item;
            }
        }
    }

    /// The text of the next message.
    pub async fn next_text(&mut self) -> String {
        text_of(&self.next_message().await)
    }

    /// The texts of the next messages, as many as these, which must be these.
    pub async fn expect_texts(&mut self, texts: &[&str]) {
        for text in texts {
            assert_eq!(self.next_text().await, *text, "of {texts:?}");
        }
    }
}

/// The text of a message's first element.
pub(crate) fn text_of(item: &Value) -> String {
    item["MsgBody"][0]["MsgContent"]["Text"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
