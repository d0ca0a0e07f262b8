//! Calls of the server's REST API, as any backend makes them.

use super::usersig::Usersig;
use serde_json::Value;
use std::time::Duration;

/// Somebody who calls.
#[derive(Debug)]
pub(super) struct Rest {
    url: String,
    admin: Usersig,
    http: reqwest::Client,
}

impl Rest {
    /// Calls a server, in an administrator's name. Each answer may take `timeout`.
    pub(super) fn new(url: &str, admin: Usersig, timeout: Duration) -> reqwest::Result<Self> {
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            admin,
            http: crate::http::client().timeout(timeout).build()?,
        })
    }

    /// One call that must succeed. An error says what failed, for people.
    pub(super) async fn call(&self, command: &str, body: &Value) -> Result<Value, String> {
        let answer = self.answer(command, body).await?;
        match answer.get("ErrorCode").and_then(Value::as_i64) {
            Some(0) => Ok(answer),
            code => {
                let info = answer.get("ErrorInfo").and_then(Value::as_str).unwrap_or_default();
                Err(format!("{command}: {} {info}", code.unwrap_or(-1)))
            }
        }
    }

    /// One call, and whatever it is answered.
    pub(super) async fn answer(&self, command: &str, body: &Value) -> Result<Value, String> {
        let random = getrandom::u32().unwrap_or(1);
        let url = format!(
            "{}/v4/{command}?sdkappid={}&identifier={}&usersig={}&random={random}&contenttype=json",
            self.url,
            self.admin.app_id(),
            self.admin.user(),
            self.admin.run(),
        );
        let sent = self.http.post(url).body(body.to_string()).send().await;
        // The address is not in the text: it holds the ticket.
        let response = sent.map_err(|error| format!("{command}: {}", error.without_url()))?;
        let answer = response.json().await;
        answer.map_err(|error| format!("{command}: {}", error.without_url()))
    }
}
