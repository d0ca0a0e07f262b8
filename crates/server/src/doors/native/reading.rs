//! Frames from a client of our own. The library reads and checks them, and answers pings; what was compressed is inflated
//! here, up to the limit that holds for frames.

use crate::{
    app::{clock::Clock, session::Conn},
    doors::socket::{Reading, ToOutbox},
};
use bytes::Bytes;
use flate2::{Decompress, FlushDecompress, Status};
use futures_util::stream::{self, BoxStream, StreamExt};
use hub::CloseReason;
use soketto::{
    BoxedError, Incoming, Mode, Receiver, Storage,
    base::{Header, OpCode},
    connection::{Builder, Error},
    extension::{Extension, Param},
};
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, Join, ReadBuf};
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

type Socket = Compat<Join<Hearing, ToOutbox>>;

/// The frames of a connection, until it ends. Safe to drop while one is waited for.
pub fn frames(
    read: Reading,
    conn: Arc<Conn>,
    clock: Clock,
    deflated: bool,
    bytes_max: usize,
) -> BoxStream<'static, Result<Bytes, CloseReason>> {
    let outbox = conn.outbox.clone();
    let hearing = Hearing { read, conn, clock };
    let socket = tokio::io::join(hearing, ToOutbox(outbox)).compat();
    let mut builder = Builder::new(socket, Mode::Server);
    builder.set_max_message_size(bytes_max);
    builder.set_max_frame_size(bytes_max);
    builder.add_extensions([Box::new(Inflate::new(deflated, bytes_max)) as Box<dyn Extension + Send>]);
    let (_, receiver) = builder.finish();
    stream::unfold(receiver, async |mut receiver| {
        let frame = next(&mut receiver).await;
        Some((frame, receiver))
    })
    .boxed()
}

async fn next(receiver: &mut Receiver<Socket>) -> Result<Bytes, CloseReason> {
    loop {
        let mut message = Vec::new();
        match receiver.receive(&mut message).await {
            Ok(Incoming::Data(_)) => return Ok(message.into()),
            Ok(Incoming::Pong(_)) => {}
            // A client that is gone rarely says goodbye.
            Ok(Incoming::Closed(_)) | Err(Error::Io(_) | Error::Closed) => return Err(CloseReason::Peer),
            Err(_) => return Err(CloseReason::Protocol),
        }
    }
}

/// The reading side, which notes that the client is alive, whatever comes from it (decision 10).
struct Hearing {
    read: Reading,
    conn: Arc<Conn>,
    clock: Clock,
}

impl AsyncRead for Hearing {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.read).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.conn.hear(self.clock.now());
        }
        polled
    }
}

/// permessage-deflate without context takeover (RFC 7692), for reading only: the hub writes ready-made frames. The library's
/// own would inflate without a limit.
#[derive(Debug)]
struct Inflate {
    agreed: bool,
    bytes_max: usize,
    /// Whether the message of which fragments come is compressed.
    continued: bool,
}

impl Inflate {
    fn new(agreed: bool, bytes_max: usize) -> Self {
        Self {
            agreed,
            bytes_max,
            continued: false,
        }
    }
}

impl Extension for Inflate {
    fn is_enabled(&self) -> bool {
        true
    }

    fn name(&self) -> &str {
        "permessage-deflate"
    }

    fn params(&self) -> &[Param<'_>] {
        &[]
    }

    fn configure(&mut self, _: &[Param<'_>]) -> Result<(), BoxedError> {
        Ok(())
    }

    fn encode(&mut self, _: &mut Header, _: &mut Storage<'_>) -> Result<(), BoxedError> {
        Ok(())
    }

    fn decode(&mut self, header: &mut Header, data: &mut Vec<u8>) -> Result<(), BoxedError> {
        if !header.is_masked() {
            return Err("a client's frames are masked (RFC 6455 section 5.1)".into());
        }
        let first = header.opcode() != OpCode::Continue;
        if first {
            self.continued = header.is_rsv1();
        } else if header.is_rsv1() {
            return Err("only the first fragment says that a message is compressed (RFC 7692 section 6.1)".into());
        }
        if !header.is_fin() || !std::mem::take(&mut self.continued) {
            return Ok(());
        }
        // What every flush writes was left away (RFC 7692 section 7.2.1).
        data.extend_from_slice(&[0, 0, 0xff, 0xff]);
        *data = inflate(data, self.bytes_max)?;
        header.set_rsv1(false);
        header.set_payload_len(data.len());
        Ok(())
    }

    fn reserved_bits(&self) -> (bool, bool, bool) {
        (self.agreed, false, false)
    }
}

/// Inflates a message that stands for itself, if it is not longer than `bytes_max` then.
fn inflate(deflated: &[u8], bytes_max: usize) -> Result<Vec<u8>, BoxedError> {
    let mut reader = Decompress::new(false);
    let mut inflated = Vec::new();
    loop {
        // One more byte than is allowed, so that too long is seen.
        let place = (deflated.len() * 4).max(256).min(bytes_max + 1 - inflated.len());
        inflated.reserve_exact(place);
        let read = usize::try_from(reader.total_in())?;
        let rest = deflated.get(read..).unwrap_or_default();
        let status = reader.decompress_vec(rest, &mut inflated, FlushDecompress::Sync)?;
        if inflated.len() > bytes_max {
            return Err("the message is too long when it is inflated".into());
        }
        let used_up = usize::try_from(reader.total_in())? == deflated.len();
        // With place left over there is nothing more to come.
        if status == Status::StreamEnd || (used_up && inflated.len() < inflated.capacity()) {
            return Ok(inflated);
        }
        if status == Status::BufError && inflated.len() < inflated.capacity() {
            return Err("the message cannot be inflated".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::DeflateEncoder};
    use proptest::prelude::*;
    use std::io::Write;

    #[test]
    fn what_a_client_deflates_is_inflated_up_to_the_limit() {
        let texts = [
            String::new(),
            r#"{"id":1,"op":"ping"}"#.to_owned(),
            "x".repeat(60_000),
            (0..20_000).map(|n: u32| n.to_string()).collect(),
        ];
        for text in texts {
            let mut client = DeflateEncoder::new(Vec::new(), Compression::best());
            client.write_all(text.as_bytes()).unwrap();
            client.flush().unwrap();
            let sent = client.get_ref();
            assert_eq!(inflate(sent, text.len()).unwrap(), text.as_bytes());
            if !text.is_empty() {
                assert!(inflate(sent, text.len() - 1).is_err(), "one byte less is allowed");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_inflated_within_the_limit_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(inflated) = inflate(&bytes, 1_000) {
                prop_assert!(inflated.len() <= 1_000);
            }
        }
    }
}
