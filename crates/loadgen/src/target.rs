//! The server under load, and its REST door.

use crate::{client::fleet::Fleet, exchange::Exchange, metrics::Metrics};
use anyhow::{Context, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::SystemTime};
use tim::usersig::{Ticket, sign};

/// Where a server's admin listener is when nothing else is said.
const ADMIN_URL: &str = "http://127.0.0.1:8081";

/// A server on this machine.
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// The app.
    pub app: u32,
    /// The server's process, when it is known.
    pub pid: Option<u32>,
    /// The server's admin listener, when it is known.
    pub admin_url: Option<String>,
    /// How many threads read for the viewers.
    pub threads: usize,
    secret: String,
    admin: String,
    http: reqwest::Client,
}

/// Now, in microseconds since 1970: what a message carries so that its receivers know how old it is.
pub fn now_us() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as u64)
}

/// The address in a URL. Refuses everything but loopback.
pub fn loopback(url: &str) -> anyhow::Result<SocketAddr> {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let address: SocketAddr = address.parse().context("must look like http://127.0.0.1:8080")?;
    ensure!(address.ip().is_loopback(), "loads go to this machine only");
    Ok(address)
}

impl Target {
    /// The server at `url` with the app `ID:SECRET`. Refuses everything but loopback.
    pub fn new(url: &str, app: &str, admin: &str) -> anyhow::Result<Self> {
        let address = loopback(url).with_context(|| format!("--server {url}"))?;
        let (id, secret) = app.split_once(':').context("--app: must be ID:SECRET")?;
        let app = id.parse().context("--app: the id must be a number")?;
        // An error says that the process has a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().build()?;
        Ok(Self {
            address,
            app,
            pid: None,
            admin_url: None,
            threads: 2,
            secret: secret.to_owned(),
            admin: admin.to_owned(),
            http,
        })
    }

    /// A ticket of a user, good for a day.
    pub fn ticket(&self, user: &str) -> String {
        let time = now_us() / 1_000_000;
        let ticket = Ticket {
            identifier: user.to_owned(),
            sdkappid: self.app,
            time,
            expire: 86_400,
            userbuf: None,
        };
        sign(&self.secret, &ticket)
    }

    /// Where REST calls of the administrator go; signed once, used for all.
    pub fn rest(&self) -> Rest<'_> {
        let (app, admin, ticket) = (self.app, &self.admin, self.ticket(&self.admin));
        let query = format!("sdkappid={app}&identifier={admin}&usersig={ticket}&random=1&contenttype=json");
        Rest { target: self, query }
    }
}

/// One connection of its own to the REST door, for one command.
pub struct Sender {
    exchange: Exchange,
    /// Everything of a request but the length of its body and the body.
    head: String,
}

impl Sender {
    /// Sends a body and answers what came back.
    pub async fn send(&mut self, body: &str) -> anyhow::Result<Value> {
        let request = format!("{}{}\r\n\r\n{body}", self.head, body.len());
        let (_, answer) = self.exchange.ask(&request).await?;
        Ok(serde_json::from_slice(answer)?)
    }
}

impl Target {
    /// A connection that sends bodies of one command.
    pub async fn sender(&self, command: &str) -> anyhow::Result<Sender> {
        let (address, query) = (self.address, self.rest().query);
        let head = format!("POST /v4/{command}?{query} HTTP/1.1\r\nhost: {address}\r\ncontent-length: ");
        let exchange = Exchange::connect(address, None).await?;
        Ok(Sender { exchange, head })
    }

    /// The account of a room since it was made.
    pub async fn tally(&self, room: &str) -> anyhow::Result<Value> {
        self.operate(Method::GET, &format!("{room}/tally?from=0"), None).await
    }

    /// Lets everybody read a room over plain HTTP.
    pub async fn open_to_readers(&self, room: &str) -> anyhow::Result<()> {
        let rules = json!({"reading": "public"});
        self.operate(Method::PATCH, &format!("{room}/rules"), Some(&rules))
            .await?;
        Ok(())
    }

    /// Calls the admin API about a room.
    async fn operate(&self, method: Method, what: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let admin_url = self.admin_url.as_deref().unwrap_or(ADMIN_URL);
        let url = format!("{admin_url}/v1/apps/{}/rooms/{what}", self.app);
        let ticket = format!("UserSig {}:{}", self.admin, self.ticket(&self.admin));
        let mut request = self.http.request(method, url).header("authorization", ticket);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let answer: Value = response.json().await?;
        ensure!(status.is_success(), "{what}: {answer}");
        Ok(answer)
    }

    /// The server's own figures, when its admin listener is known.
    pub async fn metrics(&self) -> anyhow::Result<Option<Metrics>> {
        let Some(admin_url) = &self.admin_url else {
            return Ok(None);
        };
        let text = self
            .http
            .get(format!("{admin_url}/metrics"))
            .send()
            .await?
            .text()
            .await?;
        Ok(Some(Metrics::parse(&text)))
    }

    /// Viewers without a connection yet.
    pub fn fleet(&self) -> anyhow::Result<Fleet> {
        Fleet::new(self.address, self.app, self.threads)
    }

    /// Rooms that no earlier run has used.
    pub async fn rooms(&self, name: &str, count: u32) -> anyhow::Result<Vec<Arc<str>>> {
        let mut sender = self.sender("group_open_http_svc/create_group").await?;
        let run = now_us();
        let mut rooms = Vec::new();
        for n in 0..count {
            let room = format!("load-{name}-{run}-{n}");
            let body = json!({"Type": "AVChatRoom", "Name": "load", "GroupId": room});
            let answer = sender.send(&body.to_string()).await?;
            ensure!(answer["ErrorCode"] == 0, "create_group: {answer}");
            rooms.push(room.into());
        }
        Ok(rooms)
    }

    /// A room that no earlier run has used.
    pub async fn room(&self, name: &str) -> anyhow::Result<Arc<str>> {
        self.rooms(name, 1).await?.pop().context("no room")
    }

    /// How many the server believes to be in a room.
    pub async fn online(&self, room: &str) -> anyhow::Result<u64> {
        let command = "group_open_http_svc/get_online_member_num";
        let answer = self.rest().call(command, &json!({"GroupId": room})).await?;
        answer["OnlineMemberNum"].as_u64().context("OnlineMemberNum")
    }

    /// One of a room's counters; 0 when it has none of that name.
    pub async fn counter(&self, room: &str, name: &str) -> anyhow::Result<u64> {
        let command = "group_open_http_svc/get_group_counter";
        let answer = self.rest().call(command, &json!({"GroupId": room})).await?;
        let counters = answer["GroupCounter"].as_array();
        let found = counters.into_iter().flatten().find(|counter| counter["Key"] == name);
        Ok(found.and_then(|counter| counter["Value"].as_u64()).unwrap_or(0))
    }
}

/// The REST door.
pub struct Rest<'a> {
    target: &'a Target,
    query: String,
}

impl Rest<'_> {
    /// Calls a command; anything but success is an error.
    pub async fn call(&self, command: &str, body: &Value) -> anyhow::Result<Value> {
        let url = format!("http://{}/v4/{command}?{}", self.target.address, self.query);
        let answer: Value = self
            .target
            .http
            .post(url)
            .body(body.to_string())
            .send()
            .await?
            .json()
            .await?;
        if answer["ErrorCode"] != 0 {
            bail!("{command}: {answer}");
        }
        Ok(answer)
    }
}
