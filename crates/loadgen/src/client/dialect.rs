//! How a client speaks: as the official Web SDKs do, or in our own protocol; and what it says, whichever it is.

use super::{
    frame, native,
    search::{has, text_after},
    websdk,
};
use clap::ValueEnum;
use std::net::SocketAddr;

/// How a client speaks, and wants its frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// As the official Web SDKs do.
    #[default]
    Websdk,
    /// The same, as one that can inflate.
    Compressed,
    /// In our own protocol.
    Native,
    /// The same with permessage-deflate.
    Deflated,
}

/// What a client asks.
#[derive(Clone, Copy, Debug)]
pub enum Request<'a> {
    /// Begins its session, or brings it back when it has a key already.
    LogIn,
    /// Enters a room; with the place where it was, if it keeps one.
    Join {
        room: &'a str,
        place: Option<(&'a str, u64)>,
    },
    /// Leaves a room.
    Leave { room: &'a str },
    /// Asks for a room's news.
    Poll { key: &'a str, next: u64 },
    /// Says something.
    Say(&'a Message<'a>),
    /// Likes a room.
    Like { room: &'a str, taps: u64 },
    /// How many of a room's likes are its own?
    Likes { room: &'a str },
    /// A sign of life.
    Alive,
}

/// A message that tells when it was due.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    pub room: &'a str,
    pub random: u64,
    pub due_us: u64,
    pub text_bytes: usize,
}

impl Message<'_> {
    /// Its text: when it was due, and as many more letters as it takes.
    pub fn text(&self) -> String {
        let Self { due_us, text_bytes, .. } = self;
        let mark = format!("{}{due_us} ", super::told::MARK);
        format!("{mark:x<text_bytes$}")
    }

    /// What makes it one, as both dialects take it.
    pub fn random(&self) -> u64 {
        self.random % 4_294_967_295
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    pub app: u32,
    /// Empty for a guest, and so is the ticket.
    pub user: &'a str,
    pub ticket: &'a str,
    pub credentials: Option<&'a Credentials>,
}

/// What a client shows after its login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    pub key: String,
    /// The official SDK shows these as well.
    pub tiny: String,
    pub inst: u64,
}

/// An answer, as far as every request asks for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The number of the request.
    pub to: Option<u64>,
    /// Why nothing came of it.
    pub refusal: Option<String>,
}

/// How a client finds a room that it enters.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Entrance<'a> {
    /// The place where it is now, for those who keep one.
    pub place: Option<(&'a str, u64)>,
    /// It gets exactly what it missed.
    pub resumed: bool,
    /// It missed more than one answer holds, and is to join again where this one ends.
    pub more: bool,
    /// It is told that what it missed is not to be had.
    pub gap: bool,
    /// It is to poll: with this key, from this number on.
    pub poll: Option<(&'a str, u64)>,
}

impl Dialect {
    /// Whether it is our own protocol.
    pub fn is_native(self) -> bool {
        matches!(self, Self::Native | Self::Deflated)
    }

    /// The request that makes a connection a WebSocket.
    pub fn handshake(self, app: u32, address: SocketAddr) -> String {
        let (path, headers) = match self {
            Self::Websdk => (websdk::path(app), ""),
            Self::Compressed => (websdk::path(app) + "&compress=gzip", ""),
            Self::Native => (native::path(app), native::SUBPROTOCOL),
            Self::Deflated => (native::path(app), native::SUBPROTOCOL_DEFLATED),
        };
        format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        )
    }

    /// Whether the answer to the handshake, in small letters, agrees to what was asked for.
    pub fn is_agreed(self, head: &str) -> bool {
        let deflates = has(head.as_bytes(), "permessage-deflate");
        deflates == (self == Self::Deflated)
    }

    /// A request as a frame. Without a number it is not answered.
    pub fn frame(self, number: Option<u64>, asker: &Asker<'_>, request: &Request<'_>) -> Vec<u8> {
        if self.is_native() {
            let document = native::request(number, asker, request);
            frame::masked(frame::TEXT, document.as_bytes())
        } else {
            let document = websdk::request(number.unwrap_or_default(), asker, request);
            frame::masked(frame::BINARY, document.as_bytes())
        }
    }

    /// What an answer says.
    pub fn answer(self, document: &[u8]) -> Answer {
        if self.is_native() {
            native::answer(document)
        } else {
            websdk::answer(document)
        }
    }

    /// What a login's answer gives.
    pub fn credentials(self, document: &[u8]) -> Option<Credentials> {
        if self.is_native() {
            native::credentials(document)
        } else {
            websdk::credentials(document)
        }
    }

    /// What a join's answer gives.
    pub fn entrance(self, document: &[u8]) -> Entrance<'_> {
        if self.is_native() {
            native::entrance(document)
        } else {
            websdk::entrance(document)
        }
    }
}

/// Why nothing came of a request: a code that is not 0, and the text that an answer has behind `mark`.
pub fn refusal(code: u64, document: &[u8], mark: &str) -> Option<String> {
    (code != 0).then(|| format!("{code} {}", text_after(document, mark).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_asks_for_what_the_dialect_needs() {
        let address = "127.0.0.1:80".parse().unwrap();
        for (dialect, line, header) in [
            (Dialect::Websdk, "GET /binfo?sdkappid=7 HTTP/1.1\r\n", ""),
            (
                Dialect::Compressed,
                "GET /binfo?sdkappid=7&compress=gzip HTTP/1.1\r\n",
                "",
            ),
            (
                Dialect::Native,
                "GET /v1/apps/7/socket HTTP/1.1\r\n",
                "Sec-WebSocket-Protocol: plaudit.v1\r\n\r\n",
            ),
            (
                Dialect::Deflated,
                "GET /v1/apps/7/socket HTTP/1.1\r\n",
                "server_no_context_takeover; client_no_context_takeover\r\n\r\n",
            ),
        ] {
            let request = dialect.handshake(7, address);
            assert!(request.starts_with(line) && request.ends_with("\r\n\r\n"), "{request}");
            assert!(request.ends_with(header), "{request}");
        }
    }

    #[test]
    fn compression_is_there_if_it_was_asked_for_and_only_then() {
        let (plain, deflated) = (
            "http/1.1 101 switching protocols\r\n",
            "extensions: permessage-deflate; x\r\n",
        );
        assert!(Dialect::Native.is_agreed(plain) && Dialect::Deflated.is_agreed(deflated));
        assert!(!Dialect::Native.is_agreed(deflated) && !Dialect::Deflated.is_agreed(plain));
    }

    #[test]
    fn a_message_is_as_long_as_it_should_be() {
        let message = Message {
            room: "r",
            random: 4_294_967_296,
            due_us: 1_795_376_115_123_456,
            text_bytes: 100,
        };
        assert_eq!((message.text().len(), message.random()), (100, 1));
        assert!(message.text().starts_with("sent@1795376115123456 xxx"));
    }
}
