//! One viewer: logs in, joins a room, and checks everything that it is told.

use crate::target::{Target, now_us};
use anyhow::{Context, bail};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{net::TcpStream, sync::watch};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

/// Stands before the time in a message's text, in microseconds since 1970.
pub const MARK: &str = "sent@";
/// Latencies are recorded up to this, in microseconds: one minute.
const LATENCY_MAX_US: u64 = 60_000_000;
/// How long a viewer waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The SDK asks for a sign of life after ten seconds without a frame (web-sdk-wire.md 2.1).
const HEARTBEAT: Duration = Duration::from_secs(10);

/// A connected viewer.
pub struct Viewer {
    socket: WebSocketStream<TcpStream>,
    number: u64,
    a2: Value,
    tiny: Value,
    inst: Value,
    /// What it saw.
    pub seen: Seen,
}

/// What a viewer saw.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The number of the last entry; 0 before the first.
    last: u64,
    /// Messages with a time in them.
    pub messages: u64,
    /// Frames with something of the room.
    pub frames: u64,
    /// Bytes of those frames.
    pub bytes: u64,
    /// Numbers that are missing.
    pub missing: u64,
    /// Numbers that came again or late.
    pub repeated: u64,
    /// Messages that were due before the one that came before them.
    pub unordered: u64,
    /// When the last message was due.
    last_due: u64,
    /// From the intended time of a message to its arrival, in microseconds.
    pub latency: Histogram<u32>,
}

impl Seen {
    /// Nothing yet.
    pub fn nothing() -> anyhow::Result<Self> {
        let latency = Histogram::new_with_bounds(1, LATENCY_MAX_US, 2).context("histogram")?;
        Ok(Self {
            last: 0,
            messages: 0,
            frames: 0,
            bytes: 0,
            missing: 0,
            repeated: 0,
            unordered: 0,
            last_due: 0,
            latency,
        })
    }

    /// Adds what another viewer saw.
    pub fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.messages += other.messages;
        self.frames += other.frames;
        self.bytes += other.bytes;
        self.missing += other.missing;
        self.repeated += other.repeated;
        self.unordered += other.unordered;
        self.latency.add(&other.latency).context("histogram")
    }

    /// Looks through a frame without reading it as JSON: what is sought is unmistakable, and thousands of viewers on
    /// the server's own machine must not take its time.
    fn look(&mut self, frame: &str) {
        let now = now_us();
        let mut any = false;
        for seq in numbers_after(frame, "\"MsgSeq\":") {
            any = true;
            match seq.checked_sub(self.last) {
                _ if self.last == 0 => {}
                Some(1) => {}
                Some(0) | None => {
                    self.repeated += 1;
                    continue;
                }
                Some(step) => self.missing += step - 1,
            }
            self.last = seq;
        }
        for sent in numbers_after(frame, MARK) {
            self.messages += 1;
            self.unordered += u64::from(sent < self.last_due);
            self.last_due = sent;
            self.latency.saturating_record(now.saturating_sub(sent).max(1));
        }
        if any {
            self.frames += 1;
            self.bytes += frame.len() as u64;
        }
    }
}

fn numbers_after<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = u64> + 'a {
    text.split(mark).skip(1).map(|rest| {
        rest.bytes()
            .take_while(u8::is_ascii_digit)
            .fold(0, |n: u64, digit| n.wrapping_mul(10) + u64::from(digit - b'0'))
    })
}

impl Viewer {
    /// Connects and logs in.
    pub async fn log_in(target: &Target, user: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(target.address).await.context("connect")?;
        stream.set_nodelay(true)?;
        let url = format!("ws://{}/binfo?sdkappid={}", target.address, target.app).into_client_request()?;
        // Small buffers: thousands of viewers live in this process.
        let config = WebSocketConfig::default()
            .read_buffer_size(8 * 1024)
            .write_buffer_size(0);
        let (socket, _) = tokio_tungstenite::client_async_with_config(url, stream, Some(config)).await?;
        let mut viewer = Self {
            socket,
            number: 0,
            a2: Value::Null,
            tiny: Value::Null,
            inst: json!(0),
            seen: Seen::nothing()?,
        };
        let head = json!({"identifier": user, "usersig": target.ticket(user), "sdkappid": target.app});
        let body = json!({"State": "Online", "is_web_uniapp": 0, "InstType": 0});
        let answer = viewer.request("im_open_status.wslogin", head, body).await?;
        let keep = |name: &str| answer[name].clone();
        (viewer.a2, viewer.tiny, viewer.inst) = (keep("A2Key"), keep("TinyId"), keep("InstId"));
        Ok(viewer)
    }

    /// Joins a room.
    pub async fn join(&mut self, room: &str) -> anyhow::Result<()> {
        let body = json!({"GroupId": room, "WebPushFlag": 1});
        self.ask("group_open_http_svc.apply_join_group", body).await.map(|_| ())
    }

    /// Asks as the logged-in user.
    pub async fn ask(&mut self, servcmd: &str, body: Value) -> anyhow::Result<Value> {
        let head = json!({"a2": self.a2, "tinyid": self.tiny, "status_instid": self.inst});
        self.request(servcmd, head, body).await
    }

    async fn request(&mut self, servcmd: &str, mut head: Value, body: Value) -> anyhow::Result<Value> {
        self.number += 1;
        (head["servcmd"], head["seq"]) = (json!(servcmd), json!(self.number));
        let frame = json!({"head": head, "body": body}).to_string();
        self.socket.send(Message::Binary(Bytes::from(frame))).await?;
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.next())
                .await
                .with_context(|| format!("{servcmd}: no answer"))??;
            let frame: Value = serde_json::from_slice(&frame)?;
            if frame["head"]["servcmd"] == servcmd && frame["head"]["seq"] == self.number {
                if frame["body"]["ErrorCode"] != 0 {
                    bail!("{servcmd}: {}", frame["body"]);
                }
                return Ok(frame["body"].clone());
            }
        }
    }

    /// The next frame from the server; what it tells of the room is noted.
    pub async fn next(&mut self) -> anyhow::Result<Bytes> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Binary(frame))) => {
                    self.seen.look(std::str::from_utf8(&frame)?);
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => bail!("the server closed: {frame:?}"),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => bail!("the server closed"),
            }
        }
    }

    /// Watches until `stop` says so. Keeps the connection alive as the SDK does.
    pub async fn watch(&mut self, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut stop) => return Ok(()),
                frame = tokio::time::timeout(HEARTBEAT, self.next()) => match frame {
                    Ok(frame) => { frame?; }
                    Err(_) => {
                        self.number += 1;
                        let beat = json!({"head": {"servcmd": "heartbeat.alive", "seq": self.number}, "body": {}});
                        self.socket.send(Message::Binary(Bytes::from(beat.to_string()))).await?;
                    }
                }
            }
        }
    }
}

/// Waits until the watched value is true, or can never be.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
