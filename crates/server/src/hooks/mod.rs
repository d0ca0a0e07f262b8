//! Webhooks: the backend of an app is asked before something happens, and told afterwards.
//!
//! A question waits for the app's time limit (2 s) at most and is never repeated; what holds without an answer is the
//! app's choice for each command. News waits in a bounded line, in order for each room, and is told again as often as
//! the app wants; when the backend is too slow for it, news is lost and
//! counted, and nothing else suffers. Map: [`breaker`] when a backend is left alone.

mod breaker;

use crate::{
    app::clock::Clock,
    config::{App, Webhook},
    telemetry::metrics::Metrics,
};
use breaker::Breaker;
use parking_lot::Mutex;
use room::{AppId, Platform};
use serde_json::Value;
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    net::IpAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use tim::{
    answer::Fields,
    webhook::{self, Command, Reply},
};
use tokio::{sync::mpsc, task::JoinHandle};

/// How long the first pause is before a backend is told again; each later one is twice as long.
const RETRY_PAUSE: Duration = Duration::from_millis(500);
/// How long a pause is at the most: the news behind it waits too.
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(8);
/// The longest answer that is read, in bytes: a message and its envelope fit many times.
const ANSWER_BYTES_MAX: usize = 131_072;
/// How many lines news waits in; each room has its own, so that its events stay in order.
const LINES: usize = 8;
/// How much news may wait in one line: some seconds of a busy app.
const LINE_MAX: usize = 4_096;

/// What a backend is asked or told.
#[derive(Clone, Debug)]
pub struct Call {
    /// What about.
    pub command: Command,
    /// The members of the body, without command and time.
    pub fields: Fields,
    /// Where the acting client is, if it is one.
    pub client: Option<IpAddr>,
    /// What it runs on; nothing for the backend itself.
    pub platform: Option<Platform>,
}

/// What holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The app has no backend that wants to be asked.
    NotAsked,
    /// The backend decided.
    Decided(Reply),
    /// It did not answer, and it goes on as if it had allowed it.
    Passed,
    /// It did not answer, and the app wants nothing to pass without it.
    Unreviewed,
}

impl Verdict {
    /// What came of the question, in a word; nothing when none was asked.
    pub fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotAsked => return None,
            Self::Decided(Reply::Allow {
                elements: None,
                extra: None,
            }) => "allow",
            Self::Decided(Reply::Allow { .. }) => "rewrite",
            Self::Decided(Reply::Refuse { .. }) => "refuse",
            Self::Decided(Reply::Silent) => "silent",
            Self::Passed => "no_answer_passed",
            Self::Unreviewed => "no_answer_refused",
        })
    }
}

/// The backends of all apps.
pub struct Hooks {
    backends: HashMap<AppId, Arc<Backend>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

struct Backend {
    app: AppId,
    webhook: Webhook,
    breaker: Mutex<Breaker>,
    /// Empty once the line is closed.
    lines: Mutex<Vec<mpsc::Sender<(Call, u64)>>>,
    http: reqwest::Client,
    metrics: Arc<Metrics>,
    clock: Clock,
}

/// Why a call has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Timeout,
    Connection,
    Status,
    Answer,
}

impl Failure {
    fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::Status => "status",
            Self::Answer => "answer",
        }
    }
}

/// Why the client for a backend cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The file of certificates cannot be read.
    #[error("webhook_ca_file {}: cannot read it", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// It holds no certificate, or the system has none and one is needed.
    #[error("cannot make a client for the webhooks of {url}")]
    Client {
        /// Whose.
        url: String,
        /// Why not.
        #[source]
        cause: reqwest::Error,
    },
}

/// A client with the app's certificates.
fn client(webhook: &Webhook) -> Result<reqwest::Client, HookError> {
    let failed = |cause| HookError::Client {
        url: webhook.url.clone(),
        cause,
    };
    let mut builder = crate::http::client();
    if let Some(path) = &webhook.ca_file {
        let pem = std::fs::read(path).map_err(|error| HookError::File(path.clone(), error))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem).map_err(failed)?;
        builder = builder.tls_certs_only(certificates);
    } else if webhook.url.starts_with("http://") {
        // No certificate is needed, and a machine without any must not keep the server from starting.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(failed)
}

impl Hooks {
    /// The backends of the apps that have one, with their workers started.
    pub fn start(apps: &[App], metrics: &Arc<Metrics>, clock: &Clock) -> Result<Self, HookError> {
        let mut workers = Vec::new();
        let mut backends = HashMap::new();
        for app in apps {
            let Some(webhook) = &app.webhook else { continue };
            let (lines, readers): (Vec<_>, Vec<_>) = (0..LINES).map(|_| mpsc::channel(LINE_MAX)).unzip();
            let backend = Arc::new(Backend {
                app: app.id,
                webhook: webhook.clone(),
                breaker: Mutex::default(),
                lines: Mutex::new(lines),
                http: client(webhook)?,
                metrics: metrics.clone(),
                clock: clock.clone(),
            });
            for reader in readers {
                workers.push(tokio::spawn(tell(backend.clone(), reader)));
            }
            backends.insert(app.id, backend);
        }
        Ok(Self {
            backends,
            workers: Mutex::new(workers),
        })
    }

    fn backend(&self, app: AppId, command: Command) -> Option<&Arc<Backend>> {
        self.backends
            .get(&app)
            .filter(|backend| backend.webhook.commands.contains(&command))
    }

    /// Asks an app's backend, if it wants to be asked.
    pub async fn ask(&self, app: AppId, command: Command, call: impl FnOnce() -> Call) -> Verdict {
        match self.backend(app, command) {
            Some(backend) => backend.ask(call()).await,
            None => Verdict::NotAsked,
        }
    }

    /// Whether an app's backend wants to be asked or told this.
    pub fn wants(&self, app: AppId, command: Command) -> bool {
        self.backend(app, command).is_some()
    }

    /// Tells an app's backend something, if it wants to be told. `room` keeps the order of its events.
    pub fn tell(&self, app: AppId, command: Command, room: &str, call: impl FnOnce() -> Call) {
        if let Some(backend) = self.backend(app, command) {
            backend.put(room, call());
        }
    }

    /// No more news; what waits is told, for at most `grace`.
    pub async fn close(&self, grace: Duration) {
        self.backends.values().for_each(|backend| backend.lines.lock().clear());
        let workers = std::mem::take(&mut *self.workers.lock());
        let all = async {
            for worker in workers {
                let _ = worker.await;
            }
        };
        if tokio::time::timeout(grace, all).await.is_err() {
            tracing::warn!("webhooks were still waiting after the grace time; they are lost");
        }
    }
}

impl Backend {
    async fn ask(&self, call: Call) -> Verdict {
        let command = call.command;
        let allowed = self.breaker.lock().allows(self.clock.now());
        let failed = if allowed { "" } else { "breaker_open" };
        if failed.is_empty() {
            match self.call(call, self.clock.now().0).await {
                Ok(reply) => return Verdict::Decided(reply),
                Err(failure) => tracing::warn!(
                    app = self.app.0,
                    command = command.name(),
                    why = failure.as_str(),
                    "a webhook failed"
                ),
            }
        } else {
            self.metrics.webhook(command.name(), failed, Duration::ZERO);
        }
        if self.webhook.fail_closed.contains(&command) {
            return Verdict::Unreviewed;
        }
        self.metrics.webhook_unreviewed(command.name());
        Verdict::Passed
    }

    fn put(&self, room: &str, call: Call) {
        let mut hash = DefaultHasher::new();
        room.hash(&mut hash);
        let lines = self.lines.lock();
        let line = usize::try_from(hash.finish() % LINES as u64).unwrap_or(0);
        let at = self.clock.now().0;
        let taken = lines.get(line).is_some_and(|line| line.try_send((call, at)).is_ok());
        if !taken {
            self.metrics.webhook_lost();
        }
    }

    /// One call. `event_ms` is when it happened.
    async fn call(&self, call: Call, event_ms: u64) -> Result<Reply, Failure> {
        let started = Instant::now();
        let command = call.command;
        let answered = self.exchange(call, event_ms).await;
        let outcome = answered.as_ref().map_or_else(|failure| failure.as_str(), |_| "ok");
        self.metrics.webhook(command.name(), outcome, started.elapsed());
        let mut breaker = self.breaker.lock();
        let was_open = breaker.is_open();
        match answered {
            Ok(_) => breaker.answered(),
            Err(_) => breaker.failed(self.clock.now()),
        }
        self.metrics.webhook_breaker(was_open, breaker.is_open());
        answered
    }

    async fn exchange(&self, call: Call, event_ms: u64) -> Result<Reply, Failure> {
        let Call {
            command,
            fields,
            client,
            platform,
        } = call;
        let mut query = webhook::query(self.app.0, command, client, platform);
        // Read once: both signatures are over the time that the query carries.
        let time_s = self.clock.now().secs();
        if let Some(token) = &self.webhook.token {
            query.push_str(&format!(
                "&RequestTime={time_s}&Sign={}",
                webhook::sign(token.reveal(), time_s)
            ));
        }
        let joint = if self.webhook.url.contains('?') { '&' } else { '?' };
        let url = format!("{}{joint}{query}", self.webhook.url);
        let body = webhook::body(command, fields, event_ms, self.webhook.time_as_text);
        let body = Value::Object(body).to_string();
        let mut request = self
            .http
            .post(url)
            .timeout(Duration::from_millis(self.webhook.timeout_ms))
            .header("content-type", "application/json");
        if let Some(token) = &self.webhook.token {
            let signature = webhook::sign_body(token.reveal(), time_s, &body);
            request = request.header(webhook::SIGNATURE_HEADER, signature);
        }
        let request = request.body(body);
        let failure = |error: reqwest::Error| match error.is_timeout() {
            true => Failure::Timeout,
            false => Failure::Connection,
        };
        let mut response = request.send().await.map_err(failure)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(Failure::Status);
        }
        if !command.is_before() {
            // What it says does not matter; that it said it does.
            return Ok(Reply::Silent);
        }
        let mut answer = Vec::new();
        while let Some(part) = response.chunk().await.map_err(failure)? {
            if answer.len() + part.len() > ANSWER_BYTES_MAX {
                return Err(Failure::Answer);
            }
            answer.extend_from_slice(&part);
        }
        webhook::reply(command, &answer).map_err(|error| {
            tracing::warn!(app = self.app.0, command = command.name(), %error, "a webhook's answer is none");
            Failure::Answer
        })
    }
}

/// Tells a backend what waits in one line, until the line is closed and empty.
async fn tell(backend: Arc<Backend>, mut line: mpsc::Receiver<(Call, u64)>) {
    while let Some((call, event_ms)) = line.recv().await {
        let command = call.command;
        if !backend.breaker.lock().allows(backend.clock.now()) {
            backend.metrics.webhook_lost();
            continue;
        }
        let mut pause = RETRY_PAUSE;
        for last in (0..=backend.webhook.retries).rev().map(|left| left == 0) {
            let Err(failure) = backend.call(call.clone(), event_ms).await else {
                break;
            };
            let why = failure.as_str();
            tracing::warn!(
                app = backend.app.0,
                command = command.name(),
                why,
                last,
                "a webhook was not taken"
            );
            if last {
                backend.metrics.webhook_lost();
            } else {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(RETRY_PAUSE_MAX);
            }
        }
    }
}
