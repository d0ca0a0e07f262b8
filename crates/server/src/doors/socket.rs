//! What both doors for WebSockets have in common: the handshake, after which the HTTP stack and its buffers are left
//! behind; the two halves of the socket; and the line of a connection's commands.

use super::{
    gate::{Gate, Place},
    patience::Patient,
};
use crate::app::session::Conn;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header, response};
use hub::{Class, CloseReason, Outbox};
use hyper_util::rt::TokioIo;
use room::{Millis, bucket::Bucket};
use std::{
    collections::VecDeque,
    io,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
    task::JoinHandle,
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Why a handshake is refused.
pub struct Refused {
    /// The HTTP status.
    pub status: StatusCode,
    /// The word for metrics.
    pub cause: &'static str,
    /// For people.
    pub text: &'static str,
}

impl Refused {
    /// A refusal.
    pub fn new(status: StatusCode, cause: &'static str, text: &'static str) -> Self {
        Self { status, cause, text }
    }

    /// The answer.
    pub fn answer(self, gate: &Gate) -> Response<Body> {
        gate.app.metrics.refused(self.cause);
        let mut response = Response::new(Body::from(Bytes::from_static(self.text.as_bytes())));
        *response.status_mut() = self.status;
        response
    }
}

/// What every handshake is checked for: that the server goes on, that the page's origin may connect to the app, that it
/// is one, and that its address has a place. Answers the key that completes it.
pub fn check(gate: &Gate, place: &Place, request: &Request<Body>, peer: IpAddr, app: u32) -> Result<String, Refused> {
    if gate.stop.is_cancelled() {
        let text = "the server is stopping";
        return Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", text));
    }
    let origin = request.headers().get(header::ORIGIN);
    let origin = origin.and_then(|origin| origin.to_str().ok());
    if gate.app.tenant(app).is_ok() && origin.is_some_and(|origin| !gate.app.allows_origin(app, origin)) {
        let text = "pages of this origin may not connect to this app";
        return Err(Refused::new(StatusCode::FORBIDDEN, "origin", text));
    }
    let Some(accept) = accept_key(request.headers()) else {
        let text = "this is a WebSocket address";
        return Err(Refused::new(StatusCode::UPGRADE_REQUIRED, "handshake", text));
    };
    if !place.is_of(peer) {
        let text = "too many connections of one address; try again later";
        return Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, "address_full", text));
    }
    Ok(accept)
}

/// The answer to the handshake's key; nothing when it is not a WebSocket handshake (RFC 6455 section 4.2.1).
fn accept_key(headers: &HeaderMap) -> Option<String> {
    let has = |name: header::HeaderName, wanted: &str| {
        let values = headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        values.split(',').any(|value| value.trim().eq_ignore_ascii_case(wanted))
    };
    let fits = has(header::CONNECTION, "upgrade")
        && has(header::UPGRADE, "websocket")
        && has(header::SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    fits.then(|| derive_accept_key(key.as_bytes()))
}

/// The answer that completes a handshake; the caller may add to it.
pub fn switching(accept: String) -> response::Builder {
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept)
}

/// Takes the socket over once the handshake is answered: `serve` gets its two halves, in a task of its own.
pub fn take_over<F>(
    gate: &Arc<Gate>,
    place: Arc<Place>,
    request: &mut Request<Body>,
    serve: impl FnOnce(Arc<Gate>, Reading, OwnedWriteHalf) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send,
{
    let upgraded = hyper::upgrade::on(request);
    let gate_of_task = gate.clone();
    gate.tasks.spawn(async move {
        let Ok(upgraded) = upgraded.await else { return };
        match upgraded.downcast::<TokioIo<Patient>>() {
            Ok(parts) => {
                let (read, write) = parts.io.into_inner().into_socket().into_split();
                // A copy of the few bytes, if any: these hold on to the HTTP stack's buffer of 8 KiB, even when there are
                // none.
                let before = Bytes::copy_from_slice(&parts.read_buf);
                drop(parts.read_buf);
                serve(gate_of_task, Reading { before, socket: read }, write).await;
            }
            Err(_) => tracing::error!("an upgraded connection is not one of ours"),
        }
        drop(place);
    });
}

/// The writing side that a WebSocket library sees: what it writes by itself (pongs, close frames) waits in line with
/// everything else.
pub struct ToOutbox(pub Arc<Outbox>);

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
pub struct Reading {
    /// What was read already.
    pub before: Bytes,
    /// The rest comes from here.
    pub socket: OwnedReadHalf,
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

/// A connection is served: it is counted, and closed with all others when the server stops.
pub struct Served {
    gate: Arc<Gate>,
    /// The connection.
    pub conn: Arc<Conn>,
}

impl Served {
    /// Begins.
    pub fn new(gate: Arc<Gate>, conn: Arc<Conn>) -> Self {
        let app = &gate.app;
        app.connected(&conn);
        // From here on it is closed with all others; before, nobody else would do it.
        if gate.stop.is_cancelled() {
            conn.outbox.close(CloseReason::Shutdown);
        }
        app.metrics.connection(conn.dialect().spoken(), 1);
        Self { gate, conn }
    }

    /// It ended.
    pub fn end(self, reason: CloseReason) {
        let app = &self.gate.app;
        self.conn.outbox.close(reason);
        app.disconnected(&self.conn);
        app.metrics.connection(self.conn.dialect().spoken(), -1);
        app.metrics.connection_closed(cause(reason));
    }
}

fn cause(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Peer => "peer",
        CloseReason::Overflow => "overflow",
        CloseReason::Stalled => "stalled",
        CloseReason::Silent => "silent",
        CloseReason::Protocol => "protocol",
        CloseReason::Replaced => "replaced",
        CloseReason::SessionOver => "session_over",
        CloseReason::Shutdown => "shutdown",
    }
}

/// The commands of one connection: worked on one after the other, no faster than is allowed.
pub struct Line {
    waiting: VecDeque<Bytes>,
    waiting_max: usize,
    running: Option<JoinHandle<()>>,
    pace: Bucket,
}

/// A command came too fast, or too many wait.
#[derive(Clone, Copy, Debug)]
pub struct TooFast;

impl Line {
    /// An empty line, under the limits of the server.
    pub fn new(limits: &crate::config::Limits, now: Millis) -> Self {
        Self {
            waiting: VecDeque::new(),
            waiting_max: limits.command_queue_max,
            running: None,
            pace: Bucket::new(limits.commands_per_second_max, limits.commands_burst, now),
        }
    }

    /// Whether no command waits or is being worked on.
    pub fn is_idle(&self) -> bool {
        self.running.is_none() && self.waiting.is_empty()
    }

    /// Counts a command, also one that is answered at once; answers whether it came slowly enough.
    pub fn pace(&mut self, now: Millis) -> bool {
        self.pace.take(now)
    }

    /// Puts a command into the line.
    pub fn put(&mut self, frame: Bytes) -> Result<(), TooFast> {
        if self.waiting.len() >= self.waiting_max {
            return Err(TooFast);
        }
        self.waiting.push_back(frame);
        Ok(())
    }

    /// Begins with the next one, if none is being worked on. It is worked on to its end, also when the connection ends
    /// first: the client will ask again on another one, and must find it done.
    pub fn go_on(&mut self, begin: impl FnOnce(Bytes) -> JoinHandle<()>) {
        if self.running.is_none() {
            self.running = self.waiting.pop_front().map(begin);
        }
    }

    /// Waits until the one that is being worked on is done; for ever if there is none.
    pub async fn done(&mut self) {
        match self.running.as_mut() {
            Some(work) => {
                // A panic in a command is a bug, logged by the runtime; the client's request times out, the connection
                // lives.
                let _ = work.await;
                self.running = None;
            }
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_handshake_is_answered() {
        let mut headers = HeaderMap::new();
        headers.insert("connection", "keep-alive, Upgrade".parse().unwrap());
        headers.insert("upgrade", "WebSocket".parse().unwrap());
        headers.insert("sec-websocket-version", "13".parse().unwrap());
        assert_eq!(accept_key(&headers), None);
        headers.insert("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".parse().unwrap());
        // the example of RFC 6455 section 1.3
        assert_eq!(accept_key(&headers).as_deref(), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        headers.insert("sec-websocket-version", "12".parse().unwrap());
        assert_eq!(accept_key(&headers), None);
    }
}
