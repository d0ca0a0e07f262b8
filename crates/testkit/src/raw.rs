//! A viewer that speaks WebSocket byte by byte, for what client libraries hide: compressed frames.

use crate::{APP, TestServer, within};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection to the native door that offers permessage-deflate as browsers do.
pub struct RawViewer(TcpStream);

/// A frame as it came.
pub struct RawFrame {
    /// The first byte: whether it is the last fragment, the reserved bits, and the opcode.
    pub first: u8,
    /// The payload as it travelled.
    pub payload: Vec<u8>,
}

impl RawFrame {
    /// Whether it is compressed.
    pub fn is_deflated(&self) -> bool {
        self.first & 0x40 != 0
    }

    /// What it says.
    pub fn json(&self) -> Value {
        let mut text = self.payload.clone();
        if self.is_deflated() {
            text.extend_from_slice(&[0, 0, 0xff, 0xff]);
            let mut inflated = Vec::with_capacity(1 << 20);
            let read =
                flate2::Decompress::new(false).decompress_vec(&text, &mut inflated, flate2::FlushDecompress::Sync);
            read.expect("a frame that stands for itself");
            text = inflated;
        }
        serde_json::from_slice(&text).expect("a frame is JSON")
    }
}

impl RawViewer {
    /// Connects; answers the extensions that the server agreed on, too.
    pub async fn connect(server: &TestServer) -> (Self, String) {
        let mut socket = TcpStream::connect(server.address()).await.expect("a connection");
        let request = format!(
            "GET /v1/apps/{APP}/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: plaudit.v1\r\n\
             Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).await.expect("a request is taken");
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push(char::from(
                within("the handshake", socket.read_u8()).await.expect("an answer"),
            ));
        }
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        let agreed = head
            .lines()
            .find_map(|line| line.strip_prefix("sec-websocket-extensions: "));
        (Self(socket), agreed.unwrap_or_default().to_owned())
    }

    /// Sends a text frame, masked with zeros; compressed if `deflated` says so.
    pub async fn send(&mut self, text: &str, deflated: bool) {
        let (first, payload) = if deflated {
            // What the server's own frames are made with; the head is left off.
            let frame = hub::frame::encode_deflated(hub::frame::Opcode::Text, text.as_bytes());
            let head = match frame[1] {
                126 => 4,
                127 => 10,
                _ => 2,
            };
            (0xc1, frame[head..].to_vec())
        } else {
            (0x81, text.as_bytes().to_vec())
        };
        let mut frame = vec![first, 0xfe];
        frame.extend_from_slice(&u16::try_from(payload.len()).expect("a short frame").to_be_bytes());
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(&payload);
        self.0.write_all(&frame).await.expect("a frame is taken");
    }

    /// The next frame.
    pub async fn next(&mut self) -> RawFrame {
        within("a frame", async {
            let first = self.0.read_u8().await.expect("a frame");
            let len = match self.0.read_u8().await.expect("a length") {
                126 => u64::from(self.0.read_u16().await.expect("a length")),
                127 => self.0.read_u64().await.expect("a length"),
                len => u64::from(len),
            };
            let mut payload = vec![0; len as usize];
            self.0.read_exact(&mut payload).await.expect("a payload");
            RawFrame { first, payload }
        })
        .await
    }

    /// Reads until a text frame fits.
    pub async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> RawFrame {
        loop {
            let frame = self.next().await;
            if frame.first & 0x0f == 1 && fits(&frame.json()) {
                return frame;
            }
        }
    }
}
