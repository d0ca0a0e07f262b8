//! Calls of the server's REST API, as any backend makes them.

use super::recipes::FIELD;
use crate::cli::usersig::Usersig;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the server may take: well within the two seconds that a webhook has.
const TIMEOUT: Duration = Duration::from_millis(1_500);

/// Somebody who calls.
#[derive(Debug)]
pub(super) struct Rest {
    url: String,
    admin: Usersig,
    http: reqwest::Client,
}

impl Rest {
    pub(super) fn new(url: &str, admin: Usersig) -> reqwest::Result<Self> {
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            admin,
            http: crate::http::client().build()?,
        })
    }

    /// One call. An error says what failed, for people.
    pub(super) async fn call(&self, command: &str, body: &Value) -> Result<Value, String> {
        let random = getrandom::u32().unwrap_or(1);
        let url = format!(
            "{}/v4/{command}?sdkappid={}&identifier={}&usersig={}&random={random}&contenttype=json",
            self.url,
            self.admin.app_id(),
            self.admin.user(),
            self.admin.run(),
        );
        let sent = self.http.post(url).timeout(TIMEOUT).body(body.to_string()).send().await;
        // The address is not in the text: it holds the ticket.
        let response = sent.map_err(|error| format!("{command}: {}", error.without_url()))?;
        let answer: Value = response
            .json()
            .await
            .map_err(|error| format!("{command}: {}", error.without_url()))?;
        match answer.get("ErrorCode").and_then(Value::as_i64) {
            Some(0) => Ok(answer),
            code => {
                let info = answer.get("ErrorInfo").and_then(Value::as_str).unwrap_or_default();
                Err(format!("{command}: {} {info}", code.unwrap_or(-1)))
            }
        }
    }

    async fn room(&self, room: &str) -> Result<Value, String> {
        let answer = self
            .call("group_open_http_svc/get_group_info", &json!({"GroupIdList": [room]}))
            .await?;
        Ok(answer.pointer("/GroupInfo/0").cloned().unwrap_or_default())
    }

    /// Whether somebody owns the room, or is an admin of it.
    pub(super) async fn moderates(&self, room: &str, user: &str) -> Result<bool, String> {
        if self.room(room).await?.get("Owner_Account").and_then(Value::as_str) == Some(user) {
            return Ok(true);
        }
        let admins = self
            .call(
                "group_open_avchatroom_http_svc/get_admin_list",
                &json!({"GroupId": room}),
            )
            .await?;
        let list = admins.get("Admin_List").and_then(Value::as_array);
        let name = |admin: &Value| admin.get("Admin_Account").and_then(Value::as_str) == Some(user);
        Ok(list.is_some_and(|list| list.iter().any(name)))
    }

    /// Adds likes to the room's field; answers how many there are now.
    pub(super) async fn add_likes(&self, room: &str, likes: u64) -> Result<u64, String> {
        let info = self.room(room).await?;
        let fields = info.get("AppDefinedData").and_then(Value::as_array);
        let standing = fields.into_iter().flatten().find_map(|pair| {
            let value = pair.get("Value")?.as_str()?;
            (pair.get("Key")? == FIELD).then(|| value.parse::<u64>().ok()).flatten()
        });
        let total = standing.unwrap_or(0) + likes;
        let field = json!([{"Key": FIELD, "Value": total.to_string()}]);
        self.call(
            "group_open_http_svc/modify_group_base_info",
            &json!({"GroupId": room, "AppDefinedData": field}),
        )
        .await?;
        Ok(total)
    }
}
