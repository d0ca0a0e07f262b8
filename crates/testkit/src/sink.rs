//! A backend that takes webhooks, and answers as a test wants.

use crate::within;
use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    serve::Listener,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::{collections::HashMap, net::SocketAddr, sync::Arc};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{self, pki_types::PrivateKeyDer},
    server::TlsStream,
};

/// How a backend answers.
#[derive(Clone, Debug)]
pub enum HookAnswer {
    /// With this JSON.
    Json(Value),
    /// With this text.
    Text(String),
    /// With this HTTP status and no body.
    Status(u16),
    /// Never.
    Hang,
}

/// One call that came.
#[derive(Clone, Debug)]
pub struct HookCall {
    /// The parameters of the address.
    pub query: HashMap<String, String>,
    /// The body.
    pub body: Value,
    /// The body as it came.
    pub raw: Bytes,
    /// The headers.
    pub headers: HeaderMap,
}

#[derive(Default)]
struct Calls {
    all: Mutex<Vec<HookCall>>,
    came: Notify,
}

#[derive(Clone)]
struct Shared {
    calls: Arc<Calls>,
    /// By command word; "" for all others.
    answers: Arc<Mutex<HashMap<&'static str, HookAnswer>>>,
}

impl Shared {
    fn allowing() -> Self {
        let allow = HookAnswer::Json(json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0}));
        Self {
            calls: Arc::default(),
            answers: Arc::new(Mutex::new([("", allow)].into())),
        }
    }
}

/// Connections by TLS.
struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (socket, peer) = self.listener.accept().await.expect("a connection");
            // Who does not like the certificate goes away.
            if let Ok(stream) = self.acceptor.accept(socket).await {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A backend on a free port. It allows everything until told otherwise.
pub struct HookSink {
    /// Its address.
    pub url: String,
    shared: Shared,
    serving: JoinHandle<()>,
}

impl HookSink {
    /// A backend that listens.
    pub async fn start() -> Self {
        let shared = Shared::allowing();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook?own=1", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(take).with_state(shared.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url, shared, serving }
    }

    /// A backend that listens by TLS, with a certificate for 127.0.0.1 that nobody knows; answers that too, as PEM.
    pub async fn start_tls() -> (Self, String) {
        let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .expect("a certificate that fits its key");
        let shared = Shared::allowing();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://{}/hook?own=1", listener.local_addr().expect("an address"));
        let listener = TlsListener {
            listener,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        };
        let router = Router::new().fallback(take).with_state(shared.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        (Self { url, shared, serving }, own.cert.pem())
    }

    /// From now on a command is answered like this; "" stands for all that have no answer of their own.
    pub fn answer(&self, command: &'static str, answer: HookAnswer) {
        self.shared.answers.lock().insert(command, answer);
    }

    /// Waits for the next call of a command, and takes it out of the record.
    pub async fn next(&self, command: &str) -> HookCall {
        within(command, async {
            loop {
                let came = self.shared.calls.came.notified();
                if let Some(call) = self.take(command) {
                    return call;
                }
                came.await;
            }
        })
        .await
    }

    fn take(&self, command: &str) -> Option<HookCall> {
        let mut all = self.shared.calls.all.lock();
        let at = all.iter().position(|call| call.body["CallbackCommand"] == command)?;
        Some(all.remove(at))
    }

    /// How many calls of a command have come and were not taken out.
    pub fn count(&self, command: &str) -> usize {
        let all = self.shared.calls.all.lock();
        all.iter()
            .filter(|call| call.body["CallbackCommand"] == command)
            .count()
    }

    /// Stops listening: whoever calls now is refused.
    pub fn stop(&self) {
        self.serving.abort();
    }
}

impl Drop for HookSink {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    raw: Bytes,
) -> (StatusCode, String) {
    let query = query.unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let body: Value = serde_json::from_slice(&raw).expect("a webhook's body is JSON");
    let command = body["CallbackCommand"].as_str().unwrap_or_default().to_owned();
    shared.calls.all.lock().push(HookCall {
        query: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body,
        raw,
        headers,
    });
    shared.calls.came.notify_waiters();
    let answer = {
        let answers = shared.answers.lock();
        answers.get(command.as_str()).or(answers.get("")).cloned()
    };
    match answer.expect("there is an answer for all others") {
        HookAnswer::Json(value) => (StatusCode::OK, value.to_string()),
        HookAnswer::Text(text) => (StatusCode::OK, text),
        HookAnswer::Status(status) => (StatusCode::from_u16(status).expect("a status"), String::new()),
        HookAnswer::Hang => std::future::pending().await,
    }
}
