//! One connection of a Web SDK: one task that reads, writes what the hub could not write at once, and works on the
//! client's commands one after the other. Heartbeats and refusals are answered without waiting in that line: a client
//! that gets no heartbeat for three seconds gives the connection up.

use super::{
    call::{Call, Link},
    commands,
};
use crate::{
    app::{Application, session::Conn},
    fanout::dialect::Dialect,
    telemetry::metrics::{ByCause, ByDialect, Dialect as Spoken},
};
use bytes::Bytes;
use futures_util::StreamExt;
use hub::{Class, CloseReason, Outbox};
use parking_lot::Mutex;
use room::bucket::Bucket;
use std::{
    collections::{HashMap, VecDeque},
    io,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tim::{
    answer::Refusal,
    codes::gateway,
    websdk::{self, Request},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, Join, ReadBuf},
    net::{TcpStream, tcp::OwnedReadHalf},
    task::JoinHandle,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message,
        error::ProtocolError,
        protocol::{Role, WebSocketConfig},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Who may come in, and who is in.
pub struct Gate {
    /// The application.
    pub app: Arc<Application>,
    /// The connections' tasks.
    pub tasks: TaskTracker,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
    places: Mutex<Places>,
}

struct Places {
    taken: usize,
    by_address: HashMap<IpAddr, usize>,
    arrivals: Bucket,
}

impl Gate {
    /// A gate in front of the application.
    pub fn new(app: Arc<Application>, tasks: TaskTracker, stop: CancellationToken) -> Self {
        let per_second = app.config.limits.new_connections_per_second_max;
        let arrivals = Bucket::new(per_second, per_second, app.clock.now());
        let places = Places {
            taken: 0,
            by_address: HashMap::new(),
            arrivals,
        };
        Self {
            app,
            tasks,
            stop,
            places: Mutex::new(places),
        }
    }

    /// Waits until one more connection may come in this second. What comes meanwhile waits in the system's queue: after
    /// a restart everybody comes at once, and should be served a little later rather than be sent away.
    pub async fn pace(&self) {
        let mut first = true;
        loop {
            let now = self.app.clock.now();
            let ready_at = {
                let arrivals = &mut self.places.lock().arrivals;
                if arrivals.take(now) {
                    return;
                }
                arrivals.ready_at()
            };
            if std::mem::take(&mut first) {
                self.app.metrics.connections_paced_total.inc();
            }
            let wait_ms = ready_at.map_or(1, |at| at.since(now)).max(1);
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    /// Takes a place for a connection, if there is one: in memory, in all, and for its address. It is free again when the
    /// answer is dropped; else it answers why there is none.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Result<Place, &'static str> {
        let limits = &self.app.config.limits;
        if self.app.memory.is_full() {
            return Err("memory");
        }
        let mut places = self.places.lock();
        let free = places.taken < limits.connections_max;
        // Behind a trusted proxy are many clients; each is counted when its request says who it is.
        let counted = !self.app.config.is_trusted_proxy(peer);
        if !free || (counted && !places.count(peer, limits.connections_per_address_max)) {
            return Err("full");
        }
        places.taken += 1;
        let mut addresses = Vec::new();
        if counted {
            addresses.push(peer);
        }
        Ok(Place {
            gate: self.clone(),
            addresses: Mutex::new(addresses),
        })
    }

    /// The server stops: clients come back elsewhere or later.
    pub fn close_all(&self) {
        self.app
            .conns()
            .iter()
            .for_each(|conn| conn.outbox.close(CloseReason::Shutdown));
    }

    /// Takes a place whether there is one or not, for the operator: he must see into a server that is full.
    pub fn enter_always(self: &Arc<Self>) -> Place {
        self.places.lock().taken += 1;
        Place {
            gate: self.clone(),
            addresses: Mutex::default(),
        }
    }
}

impl Places {
    fn count(&mut self, address: IpAddr, max: usize) -> bool {
        let of_address = self.by_address.entry(address).or_insert(0);
        let free = *of_address < max;
        *of_address += usize::from(free);
        free
    }
}

/// A connection's place; free again when dropped.
pub struct Place {
    gate: Arc<Gate>,
    addresses: Mutex<Vec<IpAddr>>,
}

impl Place {
    /// Counts the connection for the address of the client behind a proxy too. False when that one has too many.
    pub fn is_of(&self, client: IpAddr) -> bool {
        let mut addresses = self.addresses.lock();
        if addresses.contains(&client) {
            return true;
        }
        let max = self.gate.app.config.limits.connections_per_address_max;
        let counted = self.gate.places.lock().count(client, max);
        if counted {
            addresses.push(client);
        }
        counted
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.gate.places.lock();
        places.taken -= 1;
        for address in self.addresses.get_mut() {
            if let Some(of_address) = places.by_address.get_mut(address) {
                *of_address -= 1;
                if *of_address == 0 {
                    places.by_address.remove(address);
                }
            }
        }
    }
}

/// The writing side that the WebSocket library sees: what it writes by itself (pongs, close frames) waits in line with
/// everything else.
struct ToOutbox(Arc<Outbox>);

impl AsyncWrite for ToOutbox {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.send(&Bytes::copy_from_slice(bytes), Class::Reply);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What was read with the handshake, then the socket.
struct Reading {
    before: Bytes,
    socket: OwnedReadHalf,
}

impl AsyncRead for Reading {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.before.is_empty() {
            return Pin::new(&mut self.socket).poll_read(cx, buf);
        }
        let n = self.before.len().min(buf.remaining());
        buf.put_slice(&self.before.split_to(n));
        Poll::Ready(Ok(()))
    }
}

type Socket = WebSocketStream<Join<Reading, ToOutbox>>;

/// The library's read buffer per connection, in bytes: its default of 128 KiB would be most of what a connection costs.
/// A viewer's commands are shorter; a longer one is read in several pieces.
const READ_BUFFER_BYTES: usize = 1024;

async fn open(socket: OwnedReadHalf, before: Bytes, outbox: Arc<Outbox>, frame_bytes_max: usize) -> Socket {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(frame_bytes_max))
        .max_frame_size(Some(frame_bytes_max));
    let joined = tokio::io::join(Reading { before, socket }, ToOutbox(outbox));
    WebSocketStream::from_raw_socket(joined, Role::Server, Some(config)).await
}

/// Serves a connection until it ends.
pub async fn serve(gate: Arc<Gate>, socket: TcpStream, before: Bytes, app_id: u32, dialect: Dialect, peer: IpAddr) {
    // Frames are complete when they are written: waiting for more would only delay them.
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let app = gate.app.clone();
    let (read, write) = socket.into_split();
    let outbox = app.hub.connect(write, dialect.variant());
    let conn = Arc::new(Conn::new(outbox.clone(), peer, app.clock.now()));
    app.connected(&conn);
    // From here on it is closed with all others; before, nobody else would do it.
    if gate.stop.is_cancelled() {
        outbox.close(CloseReason::Shutdown);
    }
    let label = ByDialect::new(Spoken::Websdk);
    app.metrics.connections.get_or_create(&label).inc();
    let link = Arc::new(Link::new(app.clone(), conn.clone(), app_id));
    let socket = open(read, before, outbox.clone(), app.config.limits.frame_bytes_max).await;
    let reason = Connection::new(link.clone()).run(socket).await;
    outbox.close(reason);
    link.closed();
    app.disconnected(&conn);
    app.metrics.connections.get_or_create(&label).dec();
    app.metrics
        .connections_closed_total
        .get_or_create(&ByCause::new(cause(reason)))
        .inc();
}

fn cause(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Peer => "peer",
        CloseReason::Overflow => "overflow",
        CloseReason::Stalled => "stalled",
        CloseReason::Silent => "silent",
        CloseReason::Protocol => "protocol",
        CloseReason::Replaced => "replaced",
        CloseReason::Shutdown => "shutdown",
    }
}

struct Connection {
    link: Arc<Link>,
    waiting: VecDeque<Bytes>,
    running: Option<JoinHandle<()>>,
    pace: Bucket,
}

impl Connection {
    fn new(link: Arc<Link>) -> Self {
        let limits = &link.app.config.limits;
        let pace = Bucket::new(
            limits.commands_per_second_max,
            limits.commands_burst,
            link.app.clock.now(),
        );
        Self {
            link,
            waiting: VecDeque::new(),
            running: None,
            pace,
        }
    }

    async fn run(mut self, mut socket: Socket) -> CloseReason {
        let outbox = self.link.conn.outbox.clone();
        loop {
            let happened = tokio::select! {
                reason = outbox.drive() => return reason,
                message = socket.next() => Happened::Read(message),
                () = finished(&mut self.running), if self.running.is_some() => Happened::Answered,
            };
            match happened {
                Happened::Read(message) => {
                    self.link.conn.hear(self.link.app.clock.now());
                    if let Err(reason) = self.read(message) {
                        outbox.close(reason);
                    }
                }
                Happened::Answered => self.start_next(),
            }
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
        let limits = &self.link.app.config.limits;
        let paced = self.pace.take(self.link.app.clock.now());
        if commands::answered_at_once(&request.head.servcmd) {
            self.link
                .answer(&request.head.servcmd, request.head.seq, &Ok(Default::default()));
        } else if !paced || self.waiting.len() >= limits.command_queue_max {
            let busy = Refusal::new(gateway::BUSY, "too many commands on this connection; slow down");
            self.link.answer(&request.head.servcmd, request.head.seq, &Err(busy));
        } else {
            self.waiting.push_back(frame);
            if self.running.is_none() {
                self.start_next();
            }
        }
        Ok(())
    }

    /// Starts on the next frame in line. It is worked on to its end, also when the connection ends first: the client
    /// will ask again on another one, and must find it done.
    fn start_next(&mut self) {
        self.running = self.waiting.pop_front().map(|frame| {
            let link = self.link.clone();
            self.link.app.spawn(async move {
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
        });
    }
}

enum Happened {
    Read(Option<Result<Message, tungstenite::Error>>),
    Answered,
}

async fn finished(running: &mut Option<JoinHandle<()>>) {
    if let Some(work) = running.as_mut() {
        // A panic in a command is a bug, logged by the runtime; the client's request times out, the connection lives.
        let _ = work.await;
        *running = None;
    }
}
