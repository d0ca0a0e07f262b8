//! A server in this process: its own runtime, its own data folder, ports that the system chose.

use crate::{ADMIN, APP, KEY, OTHER_APP, OTHER_KEY, PATIENCE, panics, within};
use reqwest::Method;
use room::AppId;
use serde_json::Value;
use server::{
    Server,
    app::Application,
    config::{App, Config, Secret},
    doors::rest::rates::CallRates,
};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tim::usersig::{self, Ticket};
use tokio::{runtime::Runtime, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// For how long a test's tickets are good, in seconds.
const TICKET_S: i64 = 604_800;

/// A server with a data folder that lives as long as the test.
pub struct TestServer {
    /// With what the next start is configured.
    pub config: Config,
    pub(crate) http: reqwest::Client,
    running: Option<Running>,
    thread: String,
    _data: TempDir,
}

struct Running {
    /// Apart from the test's: a crash is the end of the runtime.
    runtime: Runtime,
    app: Arc<Application>,
    clients: SocketAddr,
    admin: SocketAddr,
    stop: CancellationToken,
    ended: JoinHandle<anyhow::Result<()>>,
}

impl TestServer {
    /// A server with defaults, and the two apps of this crate.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server whose configuration `change` has changed.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        panics::watch();
        let data = tempfile::tempdir().expect("a folder for the test's data");
        let mut config = Config {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            data: data.path().to_owned(),
            stop_grace_ms: 3_000,
            apps: [(APP, KEY), (OTHER_APP, OTHER_KEY)]
                .map(|(id, key)| App::new(AppId(id), Secret::new(key)))
                .to_vec(),
            ..Config::default()
        };
        config.admin.listen = Some((Ipv4Addr::LOCALHOST, 0).into());
        config.limits.rest_calls_per_s = CallRates::unlimited();
        // Tests talk faster than people; those about a busy room set its rate themselves.
        config.rooms.rate_per_s = 10_000;
        change(&mut config);
        let http = server::http::client()
            .timeout(PATIENCE)
            // An idle connection would take a place under the limits that tests count.
            .pool_max_idle_per_host(0)
            .build()
            .expect("an HTTP client");
        let mut server = Self {
            config,
            http,
            running: None,
            thread: format!("server-{}", COUNT.fetch_add(1, Ordering::Relaxed)),
            _data: data,
        };
        server.run().await;
        server
    }

    async fn run(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name(self.thread.clone())
            .enable_all()
            .build()
            .expect("a runtime");
        let server = within("the server's start", async {
            loop {
                let config = self.config.clone();
                let built = runtime
                    .spawn(Server::build(config))
                    .await
                    .expect("no panic at the start");
                match built {
                    Ok(server) => return server,
                    // After a crash the dying threads hold the data folder for a moment.
                    Err(error) if format!("{error:#}").contains("lock") => {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    Err(error) => panic!("the server does not start: {error:#}"),
                }
            }
        })
        .await;
        let stop = CancellationToken::new();
        self.running = Some(Running {
            app: server.app.clone(),
            clients: server.clients,
            admin: server.admin.expect("tests have an admin listener"),
            ended: runtime.spawn(server.run(stop.clone())),
            stop,
            runtime,
        });
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the server runs")
    }

    /// The application behind the doors; `app().clock` can be moved.
    pub fn app(&self) -> &Arc<Application> {
        &self.running().app
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.running().clients
    }

    /// Where the operator connects.
    pub fn admin_address(&self) -> SocketAddr {
        self.running().admin
    }

    /// Calls the admin API about a room of [`APP`] (`../` for the app), as its administrator; answers status and body.
    pub async fn admin(&self, method: Method, what: &str, body: Option<Value>) -> (u16, Value) {
        let credentials = format!("UserSig {ADMIN}:{}", self.ticket(ADMIN));
        self.admin_as(method, what, body, Some(credentials)).await
    }

    /// Calls the admin API about a room of [`APP`] with these credentials.
    pub async fn admin_as(
        &self,
        method: Method,
        what: &str,
        body: Option<Value>,
        credentials: Option<String>,
    ) -> (u16, Value) {
        let place = match what.strip_prefix("../") {
            Some(of_app) => of_app.to_owned(),
            None => format!("rooms/{what}"),
        };
        let url = format!("http://{}/v1/apps/{APP}/{place}", self.admin_address());
        let mut request = self.http.request(method, url);
        if let Some(credentials) = credentials {
            request = request.header("authorization", credentials);
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let response = request.send().await.expect("an answer of the admin API");
        let status = response.status().as_u16();
        (status, response.json().await.expect("a JSON answer of the admin API"))
    }

    /// Lets time pass in the server: tickets, silence, duplicates. Timers of the runtime do not notice.
    pub fn pass(&self, ms: u64) {
        self.app().clock.advance(ms);
    }

    /// A ticket of [`APP`] for a user, signed now.
    pub fn ticket(&self, user: &str) -> String {
        self.ticket_of(APP, KEY, user)
    }

    /// A ticket of any app, signed now.
    pub fn ticket_of(&self, app: u32, key: &str, user: &str) -> String {
        ticket_at(app, key, user, self.app().clock.now().secs())
    }

    /// Asks the server to stop, and does not wait for it.
    pub fn begin_stop(&self) {
        self.running().stop.cancel();
    }

    /// Stops the server as a signal would.
    pub async fn stop(&mut self) {
        let running = self.running.take().expect("the server runs");
        running.stop.cancel();
        let ended = within("a clean stop", running.ended).await;
        ended.expect("no panic at the stop").expect("a clean stop");
        running.runtime.shutdown_background();
    }

    /// Ends the server's tasks wherever they are: no farewell, nothing written any more.
    pub async fn crash(&mut self) {
        let Running { runtime, .. } = self.running.take().expect("the server runs");
        let ended = tokio::task::spawn_blocking(|| runtime.shutdown_timeout(PATIENCE));
        within("the crash", ended).await.expect("the runtime ends");
    }

    /// Starts again on the same data, at another port.
    pub async fn start_again(&mut self) {
        assert!(self.running.is_none(), "the server runs already");
        self.run().await;
    }

    /// A clean stop and a new start.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.start_again().await;
    }

    /// A crash and a new start.
    pub async fn crash_and_restart(&mut self) {
        self.crash().await;
        self.start_again().await;
    }

    /// The panics of the server's threads so far; any of them fails the test at its end.
    pub fn panics(&self) -> Vec<String> {
        panics::of(&self.thread)
    }
}

/// A ticket signed at `time_s`, good for a week.
pub(crate) fn ticket_at(app: u32, key: &str, user: &str, time_s: u64) -> String {
    let ticket = Ticket {
        identifier: user.to_owned(),
        sdkappid: app,
        time: time_s,
        expire: TICKET_S,
        userbuf: None,
    };
    usersig::sign(key, &ticket)
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.runtime.shutdown_background();
        }
        if !std::thread::panicking() {
            let panics = self.panics();
            assert!(panics.is_empty(), "the server panicked: {panics:#?}");
        }
    }
}
