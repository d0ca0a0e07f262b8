//! WebSocket frames as a client sees them (RFC 6455 section 5): the server's are not masked, its own are.

/// Opcode of a text message.
pub const TEXT: u8 = 1;
/// Opcode of a binary message.
pub const BINARY: u8 = 2;
/// Opcode of a goodbye.
pub const CLOSE: u8 = 8;
/// Opcode of a ping.
pub const PING: u8 = 9;
/// Opcode of the answer to a ping.
pub const PONG: u8 = 10;

/// The longest frame that is believed, in bytes: a server that says more is out of step.
const PAYLOAD_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Any key will do here: masks guard against proxies that mistake frames for HTTP, and there is none on loopback.
const MASK: [u8; 4] = [0x5a, 0x17, 0xc3, 0x66];

/// The first reserved bit: the payload is compressed (RFC 7692 section 6).
const DEFLATED: u8 = 0x40;

/// A frame's opcode, and where its payload lies behind the frame's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub opcode: u8,
    /// Whether the payload is compressed.
    pub deflated: bool,
    /// Of the header alone.
    pub head_bytes: usize,
    pub payload_bytes: usize,
}

/// A frame that has come.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub opcode: u8,
    /// Whether the payload is compressed.
    pub deflated: bool,
    pub payload: &'a [u8],
    /// With its header.
    pub wire_bytes: usize,
}

impl<'a> Frame<'a> {
    /// A document that came in another way than as a frame.
    pub fn plain(payload: &'a [u8]) -> Self {
        Self {
            opcode: TEXT,
            deflated: false,
            payload,
            wire_bytes: payload.len(),
        }
    }
}

/// The server sent something that is not a frame for a client.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

/// Reads the header at the beginning of `bytes`; nothing when it is not all there yet.
pub fn header(bytes: &[u8]) -> Result<Option<Header>, Malformed> {
    let &[first, second, ..] = bytes else { return Ok(None) };
    // Final, not masked, no extension but compression, which is for messages only: the server never sends anything else.
    let (opcode, deflated) = (first & 0x0f, first & DEFLATED != 0);
    if first & 0xb0 != 0x80 || second & 0x80 != 0 || deflated && opcode >= CLOSE {
        return Err(Malformed);
    }
    let (length, head_bytes) = match second {
        126 => match bytes {
            [_, _, a, b, ..] => (u64::from(u16::from_be_bytes([*a, *b])), 4),
            _ => return Ok(None),
        },
        127 => match bytes {
            [_, _, a, b, c, d, e, f, g, h, ..] => (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 10),
            _ => return Ok(None),
        },
        short => (u64::from(short), 2),
    };
    if length > PAYLOAD_BYTES_MAX {
        return Err(Malformed);
    }
    Ok(Some(Header {
        opcode,
        deflated,
        head_bytes,
        payload_bytes: length as usize,
    }))
}

/// A complete frame of a client.
pub fn masked(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 14);
    head(&mut frame, opcode, payload.len(), 0x80);
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// A complete frame of a server, for the floor.
pub fn bare(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 10);
    head(&mut frame, opcode, payload.len(), 0);
    frame.extend(payload);
    frame
}

fn head(frame: &mut Vec<u8>, opcode: u8, length: usize, mask_bit: u8) {
    frame.push(0x80 | opcode);
    match length {
        0..126 => frame.push(mask_bit | length as u8),
        126..0x1_0000 => {
            frame.push(mask_bit | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        _ => {
            frame.push(mask_bit | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
}

/// Cuts a stream into frames. Holds bytes only while a frame is not all there.
#[derive(Default)]
pub struct Cutter {
    partial: Vec<u8>,
}

impl Cutter {
    /// Takes what was read; tells `each` the frames that are complete.
    pub fn take(&mut self, chunk: &[u8], mut each: impl FnMut(Frame<'_>)) -> Result<(), Malformed> {
        if self.partial.is_empty() {
            let rest = cut(chunk, &mut each)?;
            self.partial.extend_from_slice(rest);
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.partial);
        held.extend_from_slice(chunk);
        let left = cut(&held, &mut each)?.len();
        if left > 0 {
            held.drain(..held.len() - left);
            self.partial = held;
        }
        Ok(())
    }
}

/// Tells all complete frames; answers what is left.
fn cut<'a>(mut bytes: &'a [u8], each: &mut impl FnMut(Frame<'_>)) -> Result<&'a [u8], Malformed> {
    while let Some(header) = header(bytes)? {
        let total = header.head_bytes + header.payload_bytes;
        let Some((frame, rest)) = bytes.split_at_checked(total) else {
            break;
        };
        each(Frame {
            opcode: header.opcode,
            deflated: header.deflated,
            payload: frame.get(header.head_bytes..).unwrap_or_default(),
            wire_bytes: total,
        });
        bytes = rest;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_cut_alike_wherever_the_stream_is_split() {
        let payloads: Vec<Vec<u8>> = [0_usize, 5, 125, 126, 70_000].iter().map(|n| vec![b'x'; *n]).collect();
        let stream: Vec<u8> = payloads.iter().flat_map(|payload| bare(BINARY, payload)).collect();
        for step in [1, 2, 3, 7, 1_000, stream.len()] {
            let mut cutter = Cutter::default();
            let (mut seen, mut wire) = (Vec::new(), 0);
            for chunk in stream.chunks(step) {
                let taken = cutter.take(chunk, |frame| {
                    assert_eq!((frame.opcode, frame.deflated), (BINARY, false));
                    seen.push(frame.payload.to_vec());
                    wire += frame.wire_bytes;
                });
                taken.unwrap();
            }
            assert_eq!((seen == payloads, wire), (true, stream.len()), "steps of {step}");
            assert!(cutter.partial.is_empty());
        }
    }

    #[test]
    fn what_is_not_a_frame_of_a_server_is_refused() {
        let compressed_ping = [0xc9, 0];
        for bad in [
            &b"HTTP/1.1"[..],
            &masked(BINARY, b"masked"),
            &compressed_ping,
            &[0xa2, 0],
            &[0x02, 0],
        ] {
            assert_eq!(header(bad), Err(Malformed), "{bad:?}");
        }
        assert_eq!(header(&[0x82]), Ok(None));
        let compressed = header(&hub::frame::encode_deflated(hub::frame::Opcode::Text, b"text"));
        assert_eq!(
            compressed.map(|header| header.map(|header| (header.opcode, header.deflated))),
            Ok(Some((TEXT, true)))
        );
    }

    #[test]
    fn a_clients_frame_can_be_unmasked() {
        let frame = masked(TEXT, b"hello");
        assert_eq!(frame[..2], [0x81, 0x85]);
        let plain: Vec<u8> = frame[6..]
            .iter()
            .zip(frame[2..6].iter().cycle())
            .map(|(byte, mask)| byte ^ mask)
            .collect();
        assert_eq!(plain, b"hello");
    }
}
