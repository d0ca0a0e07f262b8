//! One connection of a Web SDK: one task that reads, writes what the hub could not write at once, and works on the
//! client's commands one after the other. Heartbeats and refusals are answered without waiting in that line: a client
//! that gets no heartbeat for three seconds gives the connection up.

use super::{
    call::{Call, Link},
    commands,
};
use crate::{
    app::session::Conn,
    doors::{
        gate::Gate,
        socket::{Line, Reading, Served, ToOutbox},
    },
    fanout::dialect::Dialect,
};
use bytes::Bytes;
use futures_util::StreamExt;
use hub::{CloseReason, Outbox};
use std::{net::IpAddr, sync::Arc};
use tim::{
    answer::Refusal,
    codes::gateway,
    websdk::{self, Request},
};
use tokio::{io::Join, net::tcp::OwnedWriteHalf, task::JoinHandle};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message,
        error::ProtocolError,
        protocol::{Role, WebSocketConfig},
    },
};

type Socket = WebSocketStream<Join<Reading, ToOutbox>>;

/// The library's read buffer per connection, in bytes: its default of 128 KiB would be most of what a connection costs.
/// A viewer's commands are shorter; a longer one is read in several pieces.
const READ_BUFFER_BYTES: usize = 1024;

async fn open(read: Reading, outbox: Arc<Outbox>, frame_bytes_max: usize) -> Socket {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(frame_bytes_max))
        .max_frame_size(Some(frame_bytes_max));
    let joined = tokio::io::join(read, ToOutbox(outbox));
    WebSocketStream::from_raw_socket(joined, Role::Server, Some(config)).await
}

/// Serves a connection until it ends.
pub async fn serve(gate: Arc<Gate>, read: Reading, write: OwnedWriteHalf, app_id: u32, dialect: Dialect, peer: IpAddr) {
    let app = gate.app.clone();
    let outbox = app.hub.connect(write, dialect.variant());
    let conn = Arc::new(Conn::new(outbox.clone(), peer, app.clock.now()));
    let served = Served::new(gate, conn.clone());
    let link = Arc::new(Link::new(app.clone(), conn, app_id));
    let socket = open(read, outbox, app.config.limits.frame_bytes_max).await;
    let reason = Connection::new(link.clone()).run(socket).await;
    link.closed();
    served.end(reason);
}

struct Connection {
    link: Arc<Link>,
    line: Line,
}

impl Connection {
    fn new(link: Arc<Link>) -> Self {
        let line = Line::new(&link.app.config.limits, link.app.clock.now());
        Self { link, line }
    }

    async fn run(mut self, mut socket: Socket) -> CloseReason {
        let outbox = self.link.conn.outbox.clone();
        loop {
            tokio::select! {
                reason = outbox.drive() => return reason,
                message = socket.next() => {
                    self.link.conn.hear(self.link.app.clock.now());
                    if let Err(reason) = self.read(message) {
                        outbox.close(reason);
                    }
                }
                () = self.line.done() => {}
            }
            self.line.go_on(|frame| begin(&self.link, frame));
        }
    }

    fn read(&mut self, message: Option<Result<Message, tungstenite::Error>>) -> Result<(), CloseReason> {
        match message {
            Some(Ok(Message::Binary(frame))) => self.take(frame),
            Some(Ok(Message::Text(frame))) => self.take(frame.into()),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
            // A client that is gone rarely says goodbye.
            Some(
                Ok(Message::Close(_))
                | Err(
                    tungstenite::Error::ConnectionClosed
                    | tungstenite::Error::Io(_)
                    | tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake),
                ),
            )
            | None => Err(CloseReason::Peer),
            Some(Err(_)) => Err(CloseReason::Protocol),
        }
    }

    /// Takes a frame: answers at once what must not wait, puts the rest in line.
    fn take(&mut self, frame: Bytes) -> Result<(), CloseReason> {
        let Ok(request) = websdk::parse(&frame) else {
            // Nobody can be answered: the frame carries no number. Official clients never send one.
            return Err(CloseReason::Protocol);
        };
        let (servcmd, seq) = (request.head.servcmd.clone().into_owned(), request.head.seq);
        let paced = self.line.pace(self.link.app.clock.now());
        if commands::answered_at_once(&servcmd) {
            self.link.answer(&servcmd, seq, &Ok(Default::default()));
        } else if !paced || self.line.put(frame).is_err() {
            let busy = Refusal::new(gateway::BUSY, "too many commands on this connection; slow down");
            self.link.answer(&servcmd, seq, &Err(busy));
        }
        Ok(())
    }
}

fn begin(link: &Arc<Link>, frame: Bytes) -> JoinHandle<()> {
    let link = link.clone();
    link.app.clone().spawn(async move {
        if let Ok(Request { head, body }) = websdk::parse(&frame) {
            Call {
                link: &link,
                head: &head,
                body,
            }
            .run()
            .await;
        }
    })
}
