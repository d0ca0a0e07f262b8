//! A connection of a Web SDK: handshake, frames, and which document answers what (web-sdk-wire.md 1).

use crate::{APP, TestServer, within};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Map, Value, json};
use std::{collections::VecDeque, io::Read, net::SocketAddr};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{self, Message},
};

/// How a client connects.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its app.
    pub app: u32,
    /// The path, with any prefix.
    pub path: String,
    /// Whether it says that it can inflate.
    pub compress: bool,
    /// The `Origin` of its page.
    pub origin: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            app: APP,
            path: "/binfo".to_owned(),
            compress: false,
            origin: None,
        }
    }
}

/// The connection is over, with the status code of the server's close frame if there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended(pub Option<u16>);

/// A client of the Web SDK door. It reads only while something is waited for, so an untouched client is a silent one.
pub struct VendorClient {
    pub(crate) socket: WebSocketStream<TcpStream>,
    pub(crate) options: Options,
    pub(crate) seq: u64,
    /// The login's `A2Key`, `TinyId`, `InstId`, once there was one.
    pub(crate) login: Option<(String, String, u64)>,
    answers: VecDeque<Value>,
    items: VecDeque<Value>,
    events: VecDeque<Value>,
    /// How many documents came in compressed form.
    pub compressed: usize,
}

impl VendorClient {
    /// Connects as a browser does.
    pub async fn connect(server: &TestServer) -> Self {
        Self::connect_with(server, Options::default()).await
    }

    /// Connects in another way; the handshake must succeed.
    pub async fn connect_with(server: &TestServer, options: Options) -> Self {
        match Self::try_connect(server.address(), options).await {
            Ok(client) => client,
            Err(status) => panic!("the handshake is refused with {status:?}"),
        }
    }

    /// Connects, or answers the HTTP status of the refusal; `None` when there is no answer at all.
    pub async fn try_connect(server: SocketAddr, options: Options) -> Result<Self, Option<u16>> {
        let address = format!(
            "ws://{server}{}?sdkappid={}&instanceid=0123456789abcdef0123456789abcdef&random=0.4481&platform=7&host=unknown\
             &version=-1&sdkversion=2.27.6{}",
            options.path,
            options.app,
            if options.compress { "&compress=gzip" } else { "" },
        );
        let mut request = tungstenite::client::IntoClientRequest::into_client_request(address).expect("an address");
        if let Some(origin) = &options.origin {
            let origin = origin.parse().expect("an origin");
            request.headers_mut().insert("origin", origin);
        }
        let socket = within("a connection", TcpStream::connect(server))
            .await
            .map_err(|_| None)?;
        let connected = within("the handshake", tokio_tungstenite::client_async(request, socket)).await;
        let (socket, _) = connected.map_err(|error| match error {
            tungstenite::Error::Http(response) => Some(response.status().as_u16()),
            _ => None,
        })?;
        Ok(Self {
            socket,
            options,
            seq: 56_787_590,
            login: None,
            answers: VecDeque::new(),
            items: VecDeque::new(),
            events: VecDeque::new(),
            compressed: 0,
        })
    }

    /// Sends any frame.
    pub async fn send_frame(&mut self, frame: Message) -> Result<(), tungstenite::Error> {
        within("a frame to be taken", self.socket.send(frame)).await
    }

    /// Sends any document, in the frames of its door.
    pub async fn send_document(&mut self, document: &Value) {
        let text = document.to_string();
        let frame = if self.options.path.ends_with("/info") {
            Message::text(text)
        } else {
            Message::binary(text.into_bytes())
        };
        self.send_frame(frame).await.expect("the connection lives");
    }

    /// The head of a request, with the credentials that an SDK has at this point.
    pub fn head(&self, servcmd: &str, seq: u64) -> Value {
        let mut head = Map::new();
        let common = json!({
            "ver": "v4", "platform": 7, "websdkappid": 537_048_168, "websdkversion": "1.7.3", "sdkappid": self.options.app,
            "contenttype": "json", "reqtime": 1_795_376_109, "sdkability": 192_371, "tjgID": "", "servcmd": servcmd,
            "seq": seq,
        });
        head.extend(common.as_object().cloned().unwrap_or_default());
        let credentials = match &self.login {
            Some((a2, tiny_id, inst_id)) => json!({"a2": a2, "tinyid": tiny_id, "status_instid": inst_id}),
            None => json!({"identifier": "", "usersig": "", "status_instid": 0}),
        };
        head.extend(credentials.as_object().cloned().unwrap_or_default());
        Value::Object(head)
    }

    /// Sends a request; answers its number.
    pub async fn request(&mut self, servcmd: &str, body: Value) -> u64 {
        self.seq += 1;
        let head = self.head(servcmd, self.seq);
        self.send_document(&json!({"head": head, "body": body})).await;
        self.seq
    }

    /// Sends a request and waits for its answer, whatever it says.
    pub async fn call(&mut self, servcmd: &str, body: Value) -> Value {
        let seq = self.request(servcmd, body).await;
        self.answer(servcmd, seq).await
    }

    /// Sends a request that must succeed.
    pub async fn call_ok(&mut self, servcmd: &str, body: Value) -> Value {
        let answer = self.call(servcmd, body.clone()).await;
        assert_eq!(answer["ErrorCode"], 0, "{servcmd} {body} -> {answer}");
        answer
    }

    /// Sends a request and answers the code that it is answered with.
    pub async fn code(&mut self, servcmd: &str, body: Value) -> i64 {
        let answer = self.call(servcmd, body).await;
        answer["ErrorCode"].as_i64().expect("ErrorCode is an integer")
    }

    /// Waits for the answer to a request: the first with its command and number.
    pub async fn answer(&mut self, servcmd: &str, seq: u64) -> Value {
        within(servcmd, self.find_answer(servcmd, seq)).await
    }

    async fn find_answer(&mut self, servcmd: &str, seq: u64) -> Value {
        loop {
            let fits = |answer: &Value| answer["head"]["servcmd"] == servcmd && answer["head"]["seq"] == seq;
            if let Some(at) = self.answers.iter().position(fits) {
                let answer = self.answers.remove(at).unwrap_or_default();
                let code = answer["body"]["ErrorCode"].as_i64().expect("ErrorCode is an integer");
                assert!(!crate::rest::INTERNAL.contains(&code), "an internal error: {answer}");
                return answer["body"].clone();
            }
            if let Err(ended) = self.read().await {
                panic!("the connection ended ({ended:?}) instead of answering {servcmd} {seq}");
            }
        }
    }

    /// The number of the last request.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// How many answers have come that nobody has waited for yet.
    pub fn waiting_answers(&self) -> usize {
        self.answers.len()
    }

    /// How many events have come that nobody has taken yet.
    pub fn waiting_events(&self) -> usize {
        self.events.len()
    }

    /// The next thing of a room: message, tip or notice.
    pub async fn next_item(&mut self) -> Value {
        within("an item of a room", self.find_item()).await
    }

    async fn find_item(&mut self) -> Value {
        loop {
            if let Some(item) = self.items.pop_front() {
                return item;
            }
            if let Err(ended) = self.read().await {
                panic!("the connection ended ({ended:?}) instead of bringing an item");
            }
        }
    }

    /// The next entry of an `EventArray` that is not of a room: kicks, profile changes.
    pub async fn next_event(&mut self) -> Value {
        within("an event", self.find_event()).await
    }

    async fn find_event(&mut self) -> Value {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            if let Err(ended) = self.read().await {
                panic!("the connection ended ({ended:?}) instead of bringing an event");
            }
        }
    }

    /// The next entry of an `EventArray` that is not of a room, acknowledged as an SDK does when that is asked for.
    pub async fn take_event(&mut self) -> Value {
        let event = self.next_event().await;
        if event["SessionData"].is_string() {
            let receipt = json!({"SessionData": event["SessionData"]});
            self.request("openim.ws_msg_push_ack", receipt).await;
        }
        event
    }

    /// Waits for the end of the connection.
    pub async fn ended(&mut self) -> Ended {
        within("the connection's end", async {
            loop {
                if let Err(ended) = self.read().await {
                    return ended;
                }
            }
        })
        .await
    }

    /// Whether the connection lives: a heartbeat is answered, or the end comes.
    pub async fn still_answers(&mut self) -> bool {
        const ALIVE: &str = "heartbeat.alive";
        self.seq += 1;
        let head = self.head(ALIVE, self.seq);
        let frame = Message::binary(json!({"head": head, "body": {}}).to_string().into_bytes());
        if self.send_frame(frame).await.is_err() {
            return false;
        }
        let seq = self.seq;
        within("a heartbeat's answer or the end", async {
            loop {
                let fits = |answer: &Value| answer["head"]["servcmd"] == ALIVE && answer["head"]["seq"] == seq;
                if self.answers.iter().any(fits) {
                    self.answers.clear();
                    return true;
                }
                if self.read().await.is_err() {
                    return false;
                }
            }
        })
        .await
    }

    /// Ends the connection as a network does.
    pub fn cut(self) {
        drop(self.socket);
    }

    /// Reads one document and puts it where it belongs. Its callers set the limit: pings keep this alive for ever.
    async fn read(&mut self) -> Result<(), Ended> {
        let document = loop {
            match self.socket.next().await {
                Some(Ok(Message::Binary(bytes))) => break self.decode(&bytes),
                Some(Ok(Message::Text(text))) => {
                    assert!(self.options.path.ends_with("/info"), "a text frame at /binfo: {text}");
                    break serde_json::from_str(&text).expect("a document is JSON");
                }
                Some(Ok(Message::Close(frame))) => return Err(Ended(frame.map(|frame| frame.code.into()))),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Ended(None)),
            }
        };
        self.sort(document);
        Ok(())
    }

    fn decode(&mut self, bytes: &[u8]) -> Value {
        assert!(self.options.path.ends_with("/binfo"), "a binary frame at /info");
        let Some(stream) = bytes.strip_prefix(b"COMP") else {
            return serde_json::from_slice(bytes).expect("a document is JSON");
        };
        assert!(self.options.compress, "compressed for a client that cannot inflate");
        self.compressed += 1;
        let mut text = String::new();
        flate2::read::ZlibDecoder::new(stream)
            .read_to_string(&mut text)
            .expect("a zlib stream");
        serde_json::from_str(&text).expect("a document is JSON")
    }

    fn sort(&mut self, document: Value) {
        let Some(events) = document["body"]["EventArray"].as_array() else {
            return self.answers.push_back(document);
        };
        for event in events {
            match event["GroupMsgArray"].as_array().or(event["GroupTips"].as_array()) {
                Some(items) => self.items.extend(items.iter().cloned()),
                None => {
                    let mut event = event.clone();
                    // What is to be shown when it arrived stands beside the list.
                    if document["body"]["NeedAck"] == 1 {
                        event["SessionData"] = document["body"]["SessionData"].clone();
                    }
                    self.events.push_back(event);
                }
            }
        }
    }
}
