//! A client of our own protocol, written from `docs/protocol.md`. It keeps its place in each room, and fails the test
//! when what it is told has a hole that nobody told it of.

use crate::{APP, TestServer, client::Ended, within};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{self, Message, client::IntoClientRequest},
};

/// What one viewer knows of a room: everything he was told, and where he is.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The run of numbering.
    pub epoch: String,
    /// The last number that he knows.
    pub seq: u64,
    /// The events that he was told, in their order.
    pub events: Vec<Value>,
    /// The stretches that he was told he is not told: from, to.
    pub holes: Vec<(u64, u64)>,
}

/// A client of our own protocol. It reads only while something is waited for, so an untouched client is a silent one.
pub struct NativeClient {
    /// Nothing once it is cut.
    socket: Option<WebSocketStream<TcpStream>>,
    next_id: u64,
    answers: HashMap<u64, VecDeque<Value>>,
    /// What it knows of each room.
    pub rooms: HashMap<String, Seen>,
    states: VecDeque<Value>,
    /// The key of its session.
    pub token: Option<String>,
}

impl NativeClient {
    /// Connects; nobody is there yet.
    pub async fn connect(server: &TestServer) -> Self {
        match Self::try_connect(server.address(), APP, Some("plaudit.v1"), &[]).await {
            Ok(client) => client,
            Err(status) => panic!("the handshake is refused with {status:?}"),
        }
    }

    /// Connects, or answers the HTTP status of the refusal.
    pub async fn try_connect(
        server: SocketAddr,
        app: u32,
        subprotocol: Option<&str>,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, Option<u16>> {
        let address = format!("ws://{server}/v1/apps/{app}/socket");
        let mut request = address.into_client_request().expect("an address");
        let subprotocol = subprotocol.map(|name| ("sec-websocket-protocol", name));
        for (name, value) in headers.iter().copied().chain(subprotocol) {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
        let socket = within("a connection", TcpStream::connect(server)).await;
        let socket = socket.map_err(|_| None)?;
        let connected = within("the handshake", tokio_tungstenite::client_async(request, socket)).await;
        let (socket, _) = connected.map_err(|error| match error {
            tungstenite::Error::Http(response) => Some(response.status().as_u16()),
            _ => None,
        })?;
        Ok(Self {
            socket: Some(socket),
            next_id: 0,
            answers: HashMap::new(),
            rooms: HashMap::new(),
            states: VecDeque::new(),
            token: None,
        })
    }

    /// Somebody who is logged in on the Web.
    pub async fn log_in(server: &TestServer, user: &str) -> Self {
        Self::log_in_on(server, user, "Web").await
    }

    /// Somebody who is logged in on a platform.
    pub async fn log_in_on(server: &TestServer, user: &str, platform: &str) -> Self {
        let mut client = Self::connect(server).await;
        let login = json!({"op": "login", "user": user, "sig": server.ticket(user), "platform": platform});
        let welcome = client.ok(login).await;
        client.token = Some(welcome["token"].as_str().expect("a token").to_owned());
        client
    }

    /// Somebody who is logged in, and in a room.
    pub async fn member(server: &TestServer, user: &str, room: &str) -> Self {
        let mut client = Self::log_in(server, user).await;
        client.join(room).await;
        client
    }

    /// A guest in a room.
    pub async fn guest(server: &TestServer, room: &str) -> Self {
        let mut client = Self::connect(server).await;
        client.ok(json!({"op": "guest"})).await;
        client.join(room).await;
        client
    }

    /// Takes the socket away without a word, as a tunnel does.
    pub fn cut(&mut self) {
        self.socket = None;
    }

    /// Whether it was not cut.
    pub fn is_there(&self) -> bool {
        self.socket.is_some()
    }

    fn socket(&mut self) -> &mut WebSocketStream<TcpStream> {
        self.socket.as_mut().expect("a connection that was not cut")
    }

    /// Takes the socket away, and connects again, with what it knew.
    pub async fn reconnect(self, server: &TestServer) -> Self {
        let Self { rooms, token, .. } = self;
        Self {
            rooms,
            token,
            ..Self::connect(server).await
        }
    }

    /// Comes back: resumes the session, and joins every room that it was in at its place.
    pub async fn come_back(self, server: &TestServer) -> Self {
        let mut client = self.reconnect(server).await;
        let token = client.token.clone().expect("a session");
        client.ok(json!({"op": "resume", "token": token})).await;
        let rooms: Vec<_> = client.rooms.keys().cloned().collect();
        for room in rooms {
            client.join(&room).await;
        }
        client
    }

    /// Sends a frame as it is.
    pub async fn send_text(&mut self, text: &str) {
        let sent = within("a frame to be taken", self.socket().send(Message::text(text))).await;
        sent.expect("the connection lives");
    }

    /// Sends any WebSocket message.
    pub async fn send_message(&mut self, message: Message) -> Result<(), tungstenite::Error> {
        within("a message to be taken", self.socket().send(message)).await
    }

    /// Sends a request; answers its number.
    pub async fn request(&mut self, mut request: Value) -> u64 {
        self.next_id += 1;
        request["id"] = json!(self.next_id);
        self.send_text(&request.to_string()).await;
        self.next_id
    }

    /// The next answer to a request, whole.
    pub async fn answer(&mut self, id: u64) -> Value {
        loop {
            if let Some(answer) = self.answers.get_mut(&id).and_then(VecDeque::pop_front) {
                return answer;
            }
            self.read(&format!("the answer to request {id}"))
                .await
                .expect("the connection lives");
        }
    }

    /// Whether the answer to a request has come, as far as it was read.
    pub fn is_answered(&self, id: u64) -> bool {
        self.answers.get(&id).is_some_and(|answers| !answers.is_empty())
    }

    /// Asks, and answers what was asked for.
    pub async fn ok(&mut self, request: Value) -> Value {
        let asked = request.to_string();
        let id = self.request(request).await;
        let mut answer = self.answer(id).await;
        assert!(answer["error"].is_null(), "{asked} is refused: {answer}");
        answer["ok"].take()
    }

    /// Asks, and answers the refusal.
    pub async fn refusal(&mut self, request: Value) -> Value {
        let asked = request.to_string();
        let id = self.request(request).await;
        let mut answer = self.answer(id).await;
        assert!(answer["ok"].is_null(), "{asked} is not refused: {answer}");
        answer["error"].take()
    }

    /// Asks, and answers code and cause of the refusal.
    pub async fn refused(&mut self, request: Value) -> (i64, String) {
        let refusal = self.refusal(request).await;
        let cause = refusal["cause"].as_str().expect("a cause").to_owned();
        (refusal["code"].as_i64().expect("a code"), cause)
    }

    /// Joins a room, at the place that it knows, if it was there before. What it gets goes into its account of the room.
    pub async fn join(&mut self, room: &str) -> Value {
        loop {
            let joined = self.join_once(room).await;
            if joined["more"] != true {
                return joined;
            }
        }
    }

    async fn join_once(&mut self, room: &str) -> Value {
        let mut request = json!({"op": "join", "room": room});
        if let Some(seen) = self.rooms.get(room) {
            request["epoch"] = json!(seen.epoch);
            request["seq"] = json!(seen.seq);
        }
        let joined = self.ok(request).await;
        let seen = self.rooms.entry(room.to_owned()).or_default();
        if joined["resumed"] == true {
            assert_eq!(joined["after"], seen.seq, "what was missed begins where he was");
            seen.take(&joined["events"]);
        } else if !joined["gap"].is_null() {
            assert_eq!(joined["gap"], json!({"epoch": seen.epoch, "seq": seen.seq}));
            seen.holes.push((seen.seq + 1, joined["seq"].as_u64().expect("a seq")));
        }
        seen.epoch = joined["epoch"].as_str().expect("an epoch").to_owned();
        seen.seq = joined["seq"].as_u64().expect("a seq");
        joined
    }

    /// Says something in a room; answers the receipt.
    pub async fn say(&mut self, room: &str, text: &str, random: u32) -> Value {
        self.ok(json!({"op": "send", "room": room, "random": random, "client_time": 1_795_376_109, "parts": [{"text": text}]}))
            .await
    }

    /// Reads until an event of a room fits; answers it. Only those that came after the last such call are looked at when
    /// `from` says so.
    pub async fn event(&mut self, room: &str, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut looked = 0;
        loop {
            if let Some(seen) = self.rooms.get(room) {
                if let Some(event) = seen.events.iter().skip(looked).find(|event| fits(event)) {
                    return event.clone();
                }
                looked = seen.events.len();
            }
            self.read(what).await.expect("the connection lives");
        }
    }

    /// Reads until a text was said in a room.
    pub async fn hears(&mut self, room: &str, text: &str) -> Value {
        self.event(room, &format!("{text:?}"), |event| event["parts"][0]["text"] == text)
            .await
    }

    /// The texts that were said in a room, as far as it was told.
    pub fn texts(&self, room: &str) -> Vec<String> {
        let events = self.rooms.get(room).into_iter().flat_map(|seen| &seen.events);
        let texts = events.filter_map(|event| event["parts"][0]["text"].as_str());
        texts.map(str::to_owned).collect()
    }

    /// Reads until a frame without a number fits (`state`, `you`, `out`, `session`); answers it.
    pub async fn state(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            while let Some(state) = self.states.pop_front() {
                if fits(&state) {
                    return state;
                }
            }
            self.read(what).await.expect("the connection lives");
        }
    }

    /// Everything that came before this moment is read: asks something and reads until the answer.
    pub async fn catch_up(&mut self) {
        self.ok(json!({"op": "ping"})).await;
    }

    /// Reads until the connection is over; answers the code and the reason.
    pub async fn end(&mut self) -> (Ended, Value) {
        loop {
            match within("the end of the connection", self.socket().next()).await {
                Some(Ok(Message::Close(Some(frame)))) => {
                    let reason = serde_json::from_str(&frame.reason).unwrap_or(Value::Null);
                    return (Ended(Some(frame.code.into())), reason);
                }
                Some(Ok(Message::Text(text))) => self.note(&text),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return (Ended(None), Value::Null),
            }
        }
    }

    async fn read(&mut self, what: &str) -> Result<(), Ended> {
        match within(what, self.socket().next()).await {
            Some(Ok(Message::Text(text))) => self.note(&text),
            Some(Ok(Message::Close(frame))) => return Err(Ended(frame.map(|frame| frame.code.into()))),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(Ended(None)),
        }
        Ok(())
    }

    fn note(&mut self, text: &str) {
        let frame: Value = serde_json::from_str(text).expect("a frame is JSON");
        if frame.get("id").is_some() {
            let id = frame["id"].as_u64().unwrap_or(0);
            self.answers.entry(id).or_default().push_back(frame);
        } else if frame.get("events").is_some() || frame.get("skipped").is_some() {
            let room = frame["room"].as_str().expect("a room");
            let seen = self.rooms.get_mut(room).expect("a room that was joined");
            seen.hear(&frame);
        } else {
            self.states.push_back(frame);
        }
    }
}

impl Seen {
    pub(crate) fn take(&mut self, events: &Value) {
        for event in events.as_array().expect("events are an array") {
            let seq = event["seq"].as_u64().expect("a seq");
            if seq > self.seq {
                self.seq = seq;
                self.events.push(event.clone());
            }
        }
    }

    pub(crate) fn hear(&mut self, frame: &Value) {
        assert_eq!(frame["epoch"], self.epoch, "a live connection stays in one epoch");
        if let Some(skipped) = frame.get("skipped") {
            let (from, to) = (skipped["from"].as_u64().unwrap(), skipped["to"].as_u64().unwrap());
            assert_eq!(from, self.seq + 1, "what is skipped begins where he is");
            self.holes.push((from, to));
            self.seq = to;
            return;
        }
        let (after, seq) = (frame["after"].as_u64().unwrap(), frame["seq"].as_u64().unwrap());
        assert!(
            after <= self.seq,
            "he is at {}, and is told what comes after {after}: a silent hole",
            self.seq
        );
        self.take(&frame["events"]);
        self.seq = self.seq.max(seq);
    }
}
