//! The server: binds, serves, stops. `Server::build` returns a value with bound addresses; `run` ends when it is told.
//!
//! Order of a stop: readiness says no and new connections are refused · connections are closed with 1001, so that
//! clients come back elsewhere or later · open commands end · what was said is told and written · rooms give their
//! numbers back · the store closes.

use crate::{
    app::{Application, behind, likes, sweep, tally, words},
    config::Config,
    doors::{
        admin::AdminDoor,
        gate::{Gate, Place},
        native, ops,
        patience::Patient,
        reading, rest,
        websdk::upgrade,
    },
    fanout,
    telemetry::metrics::Metrics,
};
use anyhow::Context;
use axum::body::Body;
use http::{Method, Request, Response, StatusCode};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use std::{
    convert::Infallible,
    net::{Shutdown, SocketAddr},
    sync::Arc,
    time::Duration,
};
use store::SqliteStore;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A server that has bound its addresses and is ready to run.
pub struct Server {
    /// The application; tests look at it.
    pub app: Arc<Application>,
    /// Where clients and backends connect.
    pub clients: SocketAddr,
    /// Where the operator connects.
    pub admin: Option<SocketAddr>,
    store: Arc<SqliteStore>,
    writer: behind::Writer,
    listeners: Vec<(TcpListener, Side)>,
}

/// Who connects to a listener.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Clients,
    Operator,
}

/// What every request needs.
struct Doors {
    gate: Arc<Gate>,
    admin: Arc<AdminDoor>,
    side: Side,
}

impl Server {
    /// Opens the store and binds the addresses.
    pub async fn build(config: Config) -> anyhow::Result<Self> {
        let config = Arc::new(config);
        let metrics = Arc::new(Metrics::default());
        let observer = {
            let metrics = metrics.clone();
            Arc::new(move |operation, took| metrics.store(operation, took))
        };
        let store = Arc::new(SqliteStore::open(&config.data, observer)?);
        let (app, writer) = Application::build(config.clone(), store.clone(), metrics).await?;
        let clients = bind(config.listen, config.hub.socket_send_bytes).await?;
        let admin = match config.admin.listen {
            Some(address) => Some(bind(address, 0).await?),
            None => None,
        };
        let (clients_at, admin_at) = (
            clients.local_addr()?,
            admin.as_ref().map(TcpListener::local_addr).transpose()?,
        );
        let listeners = [(clients, Side::Clients)]
            .into_iter()
            .chain(admin.map(|admin| (admin, Side::Operator)))
            .collect();
        Ok(Self {
            app,
            clients: clients_at,
            admin: admin_at,
            store,
            writer,
            listeners,
        })
    }

    /// Serves until `stop` is cancelled, then stops in order.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let Self {
            app,
            store,
            writer,
            listeners,
            ..
        } = self;
        let connections = TaskTracker::new();
        let gate = Arc::new(Gate::new(app.clone(), connections.clone(), stop.clone()));
        let admin = Arc::new(AdminDoor::new(&app));
        let accepting: Vec<_> = listeners
            .into_iter()
            .map(|(listener, side)| {
                tokio::spawn(accept(
                    listener,
                    Arc::new(Doors {
                        gate: gate.clone(),
                        admin: admin.clone(),
                        side,
                    }),
                ))
            })
            .collect();
        let inner = CancellationToken::new();
        let spreading: Vec<_> = app.hub.workers().map(tokio::spawn).collect();
        let writing = tokio::spawn(writer.run());
        let telling = tokio::spawn(fanout::run(app.clone(), inner.clone()));
        let keeping = tokio::spawn(tally::run(app.clone(), inner.clone()));
        let reading = tokio::spawn(words::run(app.clone(), inner.clone()));
        let sweeping = tokio::spawn(sweep::run(app.clone(), inner.clone()));
        let liking = tokio::spawn(likes::run(app.clone(), inner.clone()));

        stop.cancelled().await;
        let grace = Duration::from_millis(app.config.stop_grace_ms);
        join_all(accepting).await;
        gate.close_all();
        connections.close();
        if tokio::time::timeout(grace, connections.wait()).await.is_err() {
            tracing::warn!("connections were still open after the grace time; going on without them");
        }
        app.give_up_held();
        if tokio::time::timeout(grace, app.drain()).await.is_err() {
            tracing::warn!("commands were still running after the grace time; going on without them");
        }
        inner.cancel();
        join_all([telling, sweeping, keeping, reading, liking]).await;
        spreading.iter().for_each(JoinHandle::abort);
        app.hooks.close(grace).await;
        app.close_all_rooms().await;
        // The writer ends when nobody can give it work any more.
        app.behind.close();
        join_all([writing]).await;
        tokio::task::spawn_blocking(move || store.close()).await?;
        Ok(())
    }
}

async fn join_all(tasks: impl IntoIterator<Item = JoinHandle<()>>) {
    for task in tasks {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task of the server ended badly");
        }
    }
}

/// How many connections may wait to be accepted. The kernel's usual cap; a storm of reconnects needs it.
const BACKLOG: u32 = 4_096;

/// `send_bytes` is what the system keeps for each connection's unread output; 0 leaves it to the system.
async fn bind(address: SocketAddr, send_bytes: usize) -> anyhow::Result<TcpListener> {
    let listen = || -> std::io::Result<TcpListener> {
        let socket = if address.is_ipv4() {
            tokio::net::TcpSocket::new_v4()
        } else {
            tokio::net::TcpSocket::new_v6()
        }?;
        // A restart must not wait for the old connections' TIME_WAIT.
        socket.set_reuseaddr(true)?;
        // Connections have it from their listener.
        if send_bytes > 0 {
            socket.set_send_buffer_size(u32::try_from(send_bytes).unwrap_or(u32::MAX))?;
        }
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    listen().with_context(|| format!("cannot listen on {address}; is another server running there?"))
}

async fn accept(listener: TcpListener, doors: Arc<Doors>) {
    let gate = doors.gate.clone();
    let next = async || {
        if doors.side == Side::Clients {
            gate.pace().await;
        }
        listener.accept().await
    };
    loop {
        let (socket, peer) = tokio::select! {
            accepted = next() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Mostly "too many open files": waiting a moment lets some close.
                    tracing::warn!(%error, "cannot accept a connection");
                    gate.app.metrics.refused("accept");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = gate.stop.cancelled() => return,
        };
        gate.tasks.spawn(serve_http(socket, peer, doors.clone()));
    }
}

/// One HTTP connection: REST calls one after the other, or a handshake that takes it over.
async fn serve_http(socket: TcpStream, peer: SocketAddr, doors: Arc<Doors>) {
    let place = match doors.side {
        Side::Clients => doors.gate.enter(peer.ip()),
        Side::Operator => Ok(doors.gate.enter_always()),
    };
    let place = match place {
        Ok(place) => Arc::new(place),
        Err(cause) => {
            doors.gate.app.metrics.refused(cause);
            return turn_away(socket).await;
        }
    };
    // Answers and frames are complete when they are written: waiting for more would only delay them.
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let stop = doors.gate.stop.clone();
    let config = &doors.gate.app.config;
    let timeout = Duration::from_millis(config.limits.upgrade_timeout_ms);
    let socket = Patient::new(socket, Duration::from_millis(config.hub.outbox_age_ms_max));
    let service = service_fn(move |request: Request<Incoming>| {
        let (doors, place) = (doors.clone(), place.clone());
        async move { Ok::<_, Infallible>(route(&doors, place, request.map(Body::new), peer).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeout)
        .serve_connection(TokioIo::new(socket), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "an HTTP connection ended badly");
    }
}

/// For how long whoever is turned away should stay away, in seconds: from 1 to this, so that not all come back at once.
const RETRY_AFTER_S_MAX: u32 = 5;

/// For how long whoever is turned away may hold his connection, in milliseconds: long enough to have read why.
const FAREWELL_MS: u64 = 250;

/// A refusal that costs next to nothing: the answer is written before anything is read.
async fn turn_away(socket: TcpStream) {
    let after_s = getrandom::u32().unwrap_or_default() % RETRY_AFTER_S_MAX + 1;
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: {after_s}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    );
    // A new socket takes a line of text, once the runtime has seen that it is open.
    let written = socket.writable().await.is_ok() && socket.try_write(answer.as_bytes()).is_ok();
    if !written || SockRef::from(&socket).shutdown(Shutdown::Write).is_err() {
        return;
    }
    // Closed with his request unread, it would be reset, and the answer could be lost on the way.
    let _ = tokio::time::timeout(Duration::from_millis(FAREWELL_MS), async {
        let mut rest = [0; 1024];
        while socket.readable().await.is_ok() {
            match socket.try_read(&mut rest) {
                Ok(0) => return,
                Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return,
                _ => {}
            }
        }
    })
    .await;
}

async fn route(doors: &Doors, place: Arc<Place>, request: Request<Body>, peer: SocketAddr) -> Response<Body> {
    let app = &doors.gate.app;
    let path = request.uri().path();
    let get = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = match path {
        "/healthz" if get => ops::healthz(),
        "/readyz" if get => ops::readyz(app, doors.gate.stop.is_cancelled()).await,
        "/metrics" if get && doors.side == Side::Operator => ops::metrics(&app.metrics),
        path if doors.side == Side::Operator && AdminDoor::has(path) => {
            return doors.admin.handle(request, peer.ip()).await;
        }
        _ if doors.side == Side::Operator => not_found(),
        path if rest::is_ours(path) => {
            let peer = client_address(app, &request, peer);
            rest::handle(app, request, peer).await
        }
        path if upgrade::is_ours(path) => {
            let peer = client_address(app, &request, peer);
            return upgrade::upgrade(&doors.gate, place, request, peer);
        }
        path if native::upgrade::app_of(path).is_some() => {
            let peer = client_address(app, &request, peer);
            return native::upgrade::upgrade(&doors.gate, place, request, peer);
        }
        path if reading::path::Path::of(path).is_some() => {
            let peer = client_address(app, &request, peer);
            return reading::handle(&doors.gate, &place, &request.into_parts().0, peer).await;
        }
        _ => not_found(),
    };
    response.map(Body::from)
}

/// Where the client is: the peer, or what a proxy that is trusted says of it (decision 31). Of a chain the last address
/// counts: a client can write the others itself.
fn client_address(app: &Application, request: &Request<Body>, peer: SocketAddr) -> std::net::IpAddr {
    let trusted = app.config.is_trusted_proxy(peer.ip());
    let said = || {
        let header = request.headers().get("x-forwarded-for")?.to_str().ok()?;
        header.rsplit(',').next()?.trim().parse().ok()
    };
    trusted.then(said).flatten().unwrap_or(peer.ip())
}

fn not_found() -> Response<String> {
    let text = "Plaudit answers at /v4/... (REST), /binfo (Web SDK), /v1/apps/... (native), /healthz and /readyz.\n";
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
