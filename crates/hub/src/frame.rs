//! Server-side WebSocket frames (RFC 6455 section 5.2): never masked, never fragmented, ready to be written.

use bytes::{BufMut, Bytes, BytesMut};
use flate2::{Compression, write::DeflateEncoder};
use std::io::Write;

/// What a frame is (RFC 6455 section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// UTF-8 text.
    Text = 0x1,
    /// Bytes.
    Binary = 0x2,
    /// The end, with a code.
    Close = 0x8,
    /// A question whether the peer is alive.
    Ping = 0x9,
}

/// Makes one complete frame of `payload`.
pub fn encode(opcode: Opcode, payload: &[u8]) -> Bytes {
    complete(0x80 | opcode as u8, payload)
}

/// The first reserved bit: the payload is compressed (RFC 7692 section 6).
const COMPRESSED: u8 = 0x40;

/// Makes one complete compressed frame of `payload`, for connections that agreed on permessage-deflate without context
/// takeover of the server: it stands for itself, so that all of them can share it (RFC 7692 section 7).
pub fn encode_deflated(opcode: Opcode, payload: &[u8]) -> Bytes {
    let mut deflated = DeflateEncoder::new(Vec::with_capacity(payload.len() / 2), Compression::default());
    // Writing to memory does not fail.
    let _ = deflated.write_all(payload).and_then(|()| deflated.flush());
    let body = deflated.get_ref();
    // The end that every flush writes is left away, and put back by the reader (section 7.2.1).
    let body = body.strip_suffix(&[0, 0, 0xff, 0xff]).unwrap_or(body);
    complete(0x80 | COMPRESSED | opcode as u8, body)
}

fn complete(first: u8, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(payload.len() + 10);
    frame.put_u8(first);
    match payload.len() {
        len @ 0..=125 => frame.put_u8(len as u8),
        len @ 126..=0xffff => {
            frame.put_u8(126);
            frame.put_u16(len as u16);
        }
        len => {
            frame.put_u8(127);
            frame.put_u64(len as u64);
        }
    }
    frame.put_slice(payload);
    frame.freeze()
}

/// A close frame with a status code (RFC 6455 section 7.4) and a reason of at most 123 bytes.
pub fn close(code: u16, reason: &str) -> Bytes {
    encode(Opcode::Close, &[&code.to_be_bytes(), reason.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_written_in_the_three_forms_of_the_rfc() {
        for (len, head) in [
            (0usize, vec![0x82, 0]),
            (125, vec![0x82, 125]),
            (126, vec![0x82, 126, 0, 126]),
            (65_535, vec![0x82, 126, 0xff, 0xff]),
            (65_536, vec![0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let frame = encode(Opcode::Binary, &vec![7; len]);
            assert_eq!(&frame[..head.len()], head);
            assert_eq!(frame.len(), head.len() + len);
        }
        assert_eq!(close(1001, "")[..], [0x88, 2, 0x03, 0xe9]);
        assert_eq!(close(1001, "ab")[..], [0x88, 4, 0x03, 0xe9, b'a', b'b']);
    }

    #[test]
    fn a_compressed_frame_stands_for_itself() {
        // The example of RFC 7692 section 7.2.3.1 is "Hello"; encoders differ in its bytes, readers must not.
        for text in ["Hello".to_owned(), "room ".repeat(200), String::new()] {
            let frame = encode_deflated(Opcode::Text, text.as_bytes());
            assert_eq!(frame[0], 0xc1);
            let head = if frame[1] == 126 { 4 } else { 2 };
            let body = [&frame[head..], &[0, 0, 0xff, 0xff]].concat();
            let mut inflated = Vec::new();
            let mut reader = flate2::Decompress::new(false);
            inflated.reserve(text.len() + 100);
            reader
                .decompress_vec(&body, &mut inflated, flate2::FlushDecompress::Sync)
                .unwrap();
            assert_eq!(inflated, text.as_bytes());
        }
        assert!(encode_deflated(Opcode::Text, "room ".repeat(200).as_bytes()).len() < 60);
    }
}
