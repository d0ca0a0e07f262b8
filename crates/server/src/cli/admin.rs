//! The admin API of a running server, as the small tools ask it about a room.

use super::{CliError, args::AdminArgs, usersig::Usersig};
use crate::config::{Env, Secret};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, header::AUTHORIZATION};
use room::UserId;
use serde_json::Value;
use std::time::Duration;

/// For how long the ticket of the question is good, in seconds.
const TICKET_S: i64 = 60;
/// How long the server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Somebody who may ask about a room.
#[derive(Debug)]
pub(super) struct Admin {
    /// `http://.../v1/apps/{app}/rooms/{room}/`
    base: String,
    authorization: Secret,
}

impl Admin {
    pub(super) fn new(args: AdminArgs, room: &str, env: Env) -> Result<Self, CliError> {
        let admin = UserId::new(&args.admin).map_err(|error| CliError::Refused(format!("--admin: {error}")))?;
        let (config, id) = args.app.load(env)?;
        let usersig = Usersig::of(&config, id, admin, TICKET_S)?;
        let url = match (args.url, config.admin.listen) {
            (Some(url), _) => url,
            (None, Some(listen)) => format!("http://{listen}"),
            (None, None) => {
                let text = "admin.listen is \"\", so the server has no admin listener to ask; or give its --url";
                return Err(CliError::Refused(text.to_owned()));
            }
        };
        let authorization = match &args.token_file {
            Some(path) => format!("Bearer {}", super::read_token(path)?.reveal()),
            None => format!("UserSig {}:{}", args.admin, usersig.run()),
        };
        let (url, room) = (url.trim_end_matches('/'), encode(room));
        Ok(Self {
            base: format!("{url}/v1/apps/{}/rooms/{room}/", usersig.app_id()),
            authorization: Secret::new(authorization),
        })
    }

    /// Asks for something about the room.
    pub(super) async fn get(&self, what: &str, query: &[(&'static str, String)]) -> Result<Value, CliError> {
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        self.call(Method::GET, what, &pairs.join("&"), None).await
    }

    /// Has something done with the room.
    pub(super) async fn post(&self, what: &str, body: &Value) -> Result<Value, CliError> {
        self.call(Method::POST, what, "", Some(body)).await
    }

    async fn call(&self, method: Method, what: &str, query: &str, body: Option<&Value>) -> Result<Value, CliError> {
        let refused = |text: String| CliError::Refused(format!("{}{what}: {text}", self.base));
        let client = crate::http::client().timeout(TIMEOUT).build();
        let client = client.map_err(|error| refused(error.to_string()))?;
        let mut request = client
            .request(method, format!("{}{what}?{query}", self.base))
            .header(AUTHORIZATION, self.authorization.reveal());
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|_| {
            refused("no answer; is the server running, and is --url its admin listener (admin.listen)?".to_owned())
        })?;
        let status = response.status();
        let body: Value = response.json().await.map_err(|error| refused(error.to_string()))?;
        match body.get("message").and_then(Value::as_str) {
            _ if status.is_success() => Ok(body),
            Some(message) => Err(refused(message.to_owned())),
            None => Err(refused(status.to_string())),
        }
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Waits for an answer, without a runtime around.
pub(super) fn block_on(work: impl Future<Output = Result<String, CliError>>) -> Result<String, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Refused(error.to_string()))?;
    runtime.block_on(work)
}
