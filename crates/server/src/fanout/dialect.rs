//! The forms in which a document travels to a Web SDK connection.

use bytes::Bytes;
use hub::{
    Variant,
    frame::{self, Opcode},
};
use std::borrow::Cow;

/// How a connection wants its documents (web-sdk-wire.md 1.1, 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `/binfo`: binary frames.
    Binary,
    /// `/binfo` of a client that can inflate: binary frames, `COMP` above a size.
    Compressed,
    /// `/info`: text frames.
    Text,
}

impl Dialect {
    /// The hub's index of it.
    pub fn variant(self) -> Variant {
        Variant(match self {
            Self::Binary => 0,
            Self::Compressed => 1,
            Self::Text => 2,
        })
    }

    /// The dialect that the hub's index means.
    pub fn of(variant: Variant) -> Self {
        match variant.0 {
            1 => Self::Compressed,
            2 => Self::Text,
            _ => Self::Binary,
        }
    }

    /// For metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Compressed => "compressed",
            Self::Text => "text",
        }
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
        let compress = dialect == Dialect::Compressed
            && self.compress_above_bytes > 0
            && document.len() > self.compress_above_bytes;
        let payload = if compress {
            Cow::Owned(tim::websdk::compress(document))
        } else {
            Cow::Borrowed(document.as_bytes())
        };
        let opcode = if dialect == Dialect::Text {
            Opcode::Text
        } else {
            Opcode::Binary
        };
        frame::encode(opcode, &payload)
    }
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
        let never = Framer {
            compress_above_bytes: 0,
        };
        assert_eq!(never.frame(Dialect::Compressed, &long).len(), 103);
    }

    #[test]
    fn the_hubs_index_and_the_dialect_agree() {
        for dialect in [Dialect::Binary, Dialect::Compressed, Dialect::Text] {
            assert_eq!(Dialect::of(dialect.variant()), dialect);
        }
    }
}
