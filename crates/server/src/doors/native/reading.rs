//! Frames from a client of our own. The library reads and checks them, and answers pings; what was compressed is inflated
//! here, up to the limit that holds for frames.

use crate::{
    app::{clock::Clock, session::Conn},
    doors::socket::{Reading, ToOutbox},
};
use bytes::Bytes;
use flate2::read::DeflateDecoder;
use futures_util::stream::{self, BoxStream, StreamExt};
use hub::CloseReason;
use soketto::{
    BoxedError, Incoming, Mode, Receiver, Storage,
    base::{Header, OpCode},
    connection::{Builder, Error},
    extension::{Extension, Param},
};
use std::{
    io::{self, Read},
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
        let mut inflated = Vec::new();
        let limit = self.bytes_max as u64 + 1;
        DeflateDecoder::new(data.as_slice())
            .take(limit)
            .read_to_end(&mut inflated)?;
        if inflated.len() > self.bytes_max {
            return Err("the message is too long when it is inflated".into());
        }
        header.set_rsv1(false);
        header.set_payload_len(inflated.len());
        *data = inflated;
        Ok(())
    }

    fn reserved_bits(&self) -> (bool, bool, bool) {
        (self.agreed, false, false)
    }
}
