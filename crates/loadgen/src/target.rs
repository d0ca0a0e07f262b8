//! The server under load, and its REST door.

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use std::{net::SocketAddr, time::SystemTime};
use tim::usersig::{Ticket, sign};

/// A server on this machine.
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// The app.
    pub app: u32,
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

impl Target {
    /// The server at `url` with the app `ID:SECRET`. Refuses everything but loopback.
    pub fn new(url: &str, app: &str, admin: &str) -> anyhow::Result<Self> {
        let address = url
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .parse::<SocketAddr>();
        let address = address.with_context(|| format!("--server {url}: must look like http://127.0.0.1:8080"))?;
        ensure!(
            address.ip().is_loopback(),
            "--server {url}: loads go to this machine only"
        );
        let (id, secret) = app.split_once(':').context("--app: must be ID:SECRET")?;
        let app = id.parse().context("--app: the id must be a number")?;
        let http = reqwest::Client::builder().build()?;
        Ok(Self {
            address,
            app,
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
