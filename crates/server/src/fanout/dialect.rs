//! The forms in which a document travels to a connection.

use crate::telemetry::metrics::Dialect as Spoken;
use bytes::Bytes;
use hub::{
    CloseReason, Variant,
    frame::{self, Opcode},
};
use wire::close::{self, Next};

/// How a connection wants its documents (web-sdk-wire.md 1.1, 1.2; protocol section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `/binfo`: binary frames.
    Binary,
    /// `/binfo` of a client that can inflate: binary frames, `COMP` above a size.
    Compressed,
    /// `/info`: text frames.
    Text,
    /// Our own protocol: text frames.
    Native,
    /// Our own protocol with permessage-deflate: what many share is compressed once for all of them, above a size.
    Deflated,
}

impl Dialect {
    /// All of them, by the hub's index.
    const ALL: [Self; 5] = [Self::Binary, Self::Compressed, Self::Text, Self::Native, Self::Deflated];

    /// The hub's index of it.
    pub fn variant(self) -> Variant {
        Variant(self as u8)
    }

    /// The dialect that the hub's index means.
    pub fn of(variant: Variant) -> Self {
        let found = Self::ALL.get(usize::from(variant.0)).copied();
        found.unwrap_or(Self::Binary)
    }

    /// How its frames are written, for metrics.
    pub fn encoding(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Compressed => "compressed",
            Self::Text | Self::Native => "text",
            Self::Deflated => "deflated",
        }
    }

    /// What it is counted as.
    pub fn spoken(self) -> Spoken {
        if self.is_native() {
            Spoken::Native
        } else {
            Spoken::Websdk
        }
    }

    /// Whether it is of our own protocol.
    pub fn is_native(self) -> bool {
        matches!(self, Self::Native | Self::Deflated)
    }
}

/// Makes ready-to-write frames.
#[derive(Clone, Copy, Debug)]
pub struct Framer {
    /// Documents above this size are compressed for those who can inflate; 0 means never.
    pub compress_above_bytes: usize,
}

impl Framer {
    /// A complete WebSocket frame of `document` in the form that the connection wants.
    pub fn frame(self, dialect: Dialect, document: &str) -> Bytes {
        let compress = self.compress_above_bytes > 0 && document.len() > self.compress_above_bytes;
        match dialect {
            Dialect::Compressed if compress => frame::encode(Opcode::Binary, &tim::websdk::compress(document)),
            Dialect::Deflated if compress => frame::encode_deflated(Opcode::Text, document.as_bytes()),
            _ => self.plain(dialect, document),
        }
    }

    /// The same, never compressed: what is made for one connection only is not worth it.
    pub fn plain(self, dialect: Dialect, document: &str) -> Bytes {
        let opcode = match dialect {
            Dialect::Text | Dialect::Native | Dialect::Deflated => Opcode::Text,
            Dialect::Binary | Dialect::Compressed => Opcode::Binary,
        };
        frame::encode(opcode, document.as_bytes())
    }
}

/// The most that a client of our own is asked to wait before it comes back, in milliseconds. Each draws another time, so
/// that not all come at once.
const COME_BACK_MS_MAX: u64 = 3_000;

/// What a connection is told when it is closed.
pub fn farewell(variant: Variant, reason: CloseReason) -> Bytes {
    if !Dialect::of(variant).is_native() {
        return hub::plain_farewell(variant, reason);
    }
    let (next, why) = match reason {
        CloseReason::Shutdown => (Next::ResumeElsewhere, "shutdown"),
        CloseReason::Overflow => (Next::Resume, "overflow"),
        CloseReason::Stalled => (Next::Resume, "stalled"),
        CloseReason::Silent => (Next::Resume, "silent"),
        CloseReason::SessionOver => (Next::LogIn, "session_over"),
        CloseReason::Replaced => (Next::StayAway, "replaced"),
        CloseReason::Protocol | CloseReason::Peer => (Next::StayAway, "protocol"),
    };
    let waits = matches!(next, Next::Resume | Next::ResumeElsewhere);
    let after_ms = waits.then(|| getrandom::u64().unwrap_or_default() % COME_BACK_MS_MAX);
    frame::close(next.code(), &close::reason(why, after_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_documents_for_those_who_can_inflate_are_compressed() {
        let framer = Framer {
            compress_above_bytes: 100,
        };
        let (short, long) = ("s".repeat(100), "l".repeat(101));
        assert_eq!(framer.frame(Dialect::Compressed, &short).len(), 102);
        assert_eq!(&framer.frame(Dialect::Compressed, &long)[2..6], b"COMP");
        assert_eq!(framer.frame(Dialect::Binary, &long).len(), 103);
        assert_eq!(framer.frame(Dialect::Text, &long)[0], 0x81, "a text frame");
        assert_eq!(framer.frame(Dialect::Native, &long)[0], 0x81);
        assert_eq!(framer.frame(Dialect::Deflated, &long)[0], 0xc1, "a compressed one");
        assert_eq!(framer.frame(Dialect::Deflated, &short)[0], 0x81);
        assert_eq!(framer.plain(Dialect::Deflated, &long)[0], 0x81);
        let never = Framer {
            compress_above_bytes: 0,
        };
        assert_eq!(never.frame(Dialect::Compressed, &long).len(), 103);
    }

    #[test]
    fn the_hubs_index_and_the_dialect_agree() {
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::of(dialect.variant()), dialect);
        }
    }

    #[test]
    fn our_own_clients_are_told_what_to_do_when_a_connection_ends() {
        for (reason, code, waits) in [
            (CloseReason::Shutdown, 1001, true),
            (CloseReason::Overflow, 4000, true),
            (CloseReason::Silent, 4000, true),
            (CloseReason::SessionOver, 4001, false),
            (CloseReason::Replaced, 4002, false),
            (CloseReason::Protocol, 4002, false),
        ] {
            let frame = farewell(Dialect::Native.variant(), reason);
            assert_eq!(u16::from_be_bytes([frame[2], frame[3]]), code, "{reason:?}");
            let said: serde_json::Value = serde_json::from_slice(&frame[4..]).unwrap();
            let after_ms = said["after_ms"].as_u64();
            assert_eq!(after_ms.is_some_and(|ms| ms < COME_BACK_MS_MAX), waits, "{said}");
        }
        assert_eq!(
            farewell(Dialect::Binary.variant(), CloseReason::Overflow)[..],
            [0x88, 2, 0x03, 0xf5]
        );
    }
}
