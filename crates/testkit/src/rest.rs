//! Calls of a backend at the REST door.

use crate::{ADMIN, APP, KEY, TestServer};
use serde_json::Value;

impl TestServer {
    /// The address of a REST call with these parameters, in this order, as they are.
    pub fn rest_url(&self, path: &str, parameters: &[(&str, &str)]) -> String {
        let query: Vec<_> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("http://{}{path}?{}", self.address(), query.join("&"))
    }

    /// The address of a call of the app's administrator.
    pub fn admin_url(&self, command: &str) -> String {
        self.admin_url_of(APP, KEY, command)
    }

    /// The same for any app.
    pub fn admin_url_of(&self, app: u32, key: &str, command: &str) -> String {
        let (app_id, ticket) = (app.to_string(), self.ticket_of(app, key, ADMIN));
        self.rest_url(
            &format!("/v4/{command}"),
            &[
                ("sdkappid", &app_id),
                ("identifier", ADMIN),
                ("usersig", &ticket),
                ("random", "99999999"),
                ("contenttype", "json"),
            ],
        )
    }

    /// Calls a command as the app's administrator; answers the body, whatever it says.
    pub async fn rest(&self, command: &str, body: Value) -> Value {
        self.post(&self.admin_url(command), body.to_string()).await
    }

    /// The same for any app.
    pub async fn rest_of(&self, app: u32, key: &str, command: &str, body: Value) -> Value {
        self.post(&self.admin_url_of(app, key, command), body.to_string()).await
    }

    /// Calls a command that must succeed.
    pub async fn rest_ok(&self, command: &str, body: Value) -> Value {
        let answer = self.rest(command, body.clone()).await;
        assert_eq!(answer["ErrorCode"], 0, "{command} {body} -> {answer}");
        answer
    }

    /// Posts a body to an address, and checks what every answer of this door has.
    pub async fn post(&self, url: &str, body: impl Into<reqwest::Body>) -> Value {
        let response = self.http.post(url).body(body).send().await.expect("an answer");
        self.envelope(response).await
    }

    /// The body of an answer, after the checks that hold for each: status 200, the three members and their types.
    pub async fn envelope(&self, response: reqwest::Response) -> Value {
        assert_eq!(response.status(), 200, "the HTTP status is always 200");
        let text = response.text().await.expect("a whole answer");
        let answer: Value = serde_json::from_str(&text).expect("an answer in JSON");
        let code = answer["ErrorCode"].as_i64().expect("ErrorCode is an integer");
        let status = if code == 0 { "OK" } else { "FAIL" };
        assert_eq!(answer["ActionStatus"], status, "{answer}");
        assert!(answer["ErrorInfo"].is_string(), "{answer}");
        assert!(!crate::rest::INTERNAL.contains(&code), "an internal error: {answer}");
        answer
    }

    /// The client for requests that none of these helpers makes.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Makes accounts.
    pub async fn import(&self, users: &[&str]) {
        let answer = self
            .rest_ok(
                "im_open_login_svc/multiaccount_import",
                serde_json::json!({"Accounts": users}),
            )
            .await;
        assert_eq!(answer["FailAccounts"], serde_json::json!([]));
    }

    /// Makes a room that nobody owns.
    pub async fn create_room(&self, room: &str) {
        let body = serde_json::json!({"Type": "AVChatRoom", "Name": room, "GroupId": room});
        self.rest_ok("group_open_http_svc/create_group", body).await;
    }

    /// Makes an account and a room that it owns.
    pub async fn create_room_of(&self, room: &str, owner: &str) {
        self.import(&[owner]).await;
        let body = serde_json::json!({"Type": "AVChatRoom", "Name": room, "GroupId": room, "Owner_Account": owner});
        self.rest_ok("group_open_http_svc/create_group", body).await;
    }

    /// Sends a text into a room in the administrator's name; answers its number.
    pub async fn say(&self, room: &str, text: &str) -> u64 {
        let answer = self
            .rest_ok("group_open_http_svc/send_group_msg", crate::text_body(room, text))
            .await;
        answer["MsgSeq"].as_u64().expect("MsgSeq is a number")
    }

    /// What a room says of itself.
    pub async fn room_info(&self, room: &str) -> Value {
        let body = serde_json::json!({"GroupIdList": [room]});
        let answer = self.rest_ok("group_open_http_svc/get_group_info", body).await;
        answer["GroupInfo"][0].clone()
    }

    /// How many are in a room.
    pub async fn online(&self, room: &str) -> u64 {
        let body = serde_json::json!({"GroupId": room});
        let answer = self.rest_ok("group_open_http_svc/get_online_member_num", body).await;
        answer["OnlineMemberNum"].as_u64().expect("OnlineMemberNum is a number")
    }
}

/// The codes that mean "the server failed" (decision 37): no input may bring them about.
pub const INTERNAL: [i64; 7] = [10002, 20005, 40006, 60008, 70500, 91000, 130_014];
