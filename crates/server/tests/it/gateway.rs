//! What the REST door says before a command is looked at (rest-api.md section 1, usersig.md 6.4).

use serde_json::json;
use testkit::{ADMIN, APP, KEY, OTHER_APP, OTHER_KEY, TestServer, within};
use tim::usersig::{Ticket, sign};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const LIST: &str = "/v4/group_open_http_svc/get_appid_group_list";

async fn code(server: &TestServer, url: &str, body: &'static str) -> i64 {
    server.post(url, body).await["ErrorCode"].as_i64().unwrap()
}

fn ticket(identifier: &str, sdkappid: u32, key: &str, time: u64, expire: i64) -> String {
    let ticket = Ticket {
        identifier: identifier.to_owned(),
        sdkappid,
        time,
        expire,
        userbuf: None,
    };
    sign(key, &ticket)
}

#[tokio::test]
async fn each_mistake_in_the_address_has_its_code_and_the_earlier_check_wins() {
    let server = TestServer::start().await;
    let good = server.ticket(ADMIN);
    let now = server.app().clock.now().secs();
    let fan = server.ticket("fan");
    let expired = ticket(ADMIN, APP, KEY, now - 100, 50);
    let other_app = ticket(ADMIN, OTHER_APP, KEY, now, 100);
    let other_key = ticket(ADMIN, APP, OTHER_KEY, now, 100);
    let (app, other) = (APP.to_string(), OTHER_APP.to_string());
    let url = |path: &str, parameters: &[(&str, &str)]| server.rest_url(path, parameters);
    // From all wrong at once to nothing wrong: each step mends what the step before was refused for.
    let steps: Vec<(String, &str, i64)> = vec![
        (url("/v4/nope/nope", &[]), "{", 60009),
        (url("/v4/group_open_http_svc/nope", &[]), "{", 10003),
        (url("/v4/", &[]), "{", 60009),
        (url(LIST, &[]), "{", 60012),
        (url(LIST, &[("identifier", ADMIN), ("usersig", &good)]), "{}", 60012),
        (url(LIST, &[("sdkappid", "")]), "{", 60006),
        (url(LIST, &[("sdkappid", "abc")]), "{", 60006),
        (url(LIST, &[("sdkappid", "-1")]), "{", 60006),
        (url(LIST, &[("sdkappid", "%2B1400000001")]), "{", 60006),
        (url(LIST, &[("sdkappid", "4294967297")]), "{", 60006),
        (url(LIST, &[("sdkappid", "1400000009")]), "{", 60006),
        (url(LIST, &[("sdkappid", &app)]), "{", 60004),
        (url(LIST, &[("sdkappid", &app), ("usersig", &good)]), "{", 60004),
        (url(LIST, &[("sdkappid", &app), ("identifier", "")]), "{", 60004),
        (url(LIST, &[("sdkappid", &app), ("identifier", "fan")]), "{", 60005),
        (
            url(LIST, &[("sdkappid", &app), ("identifier", "fan"), ("usersig", "")]),
            "{",
            70002,
        ),
        (
            url(LIST, &[("sdkappid", &app), ("identifier", "fan"), ("usersig", "eJx")]),
            "{",
            70003,
        ),
        (
            url(LIST, &[("sdkappid", &app), ("identifier", "fan"), ("usersig", &good)]),
            "{",
            70013,
        ),
        (
            url(
                LIST,
                &[("sdkappid", &app), ("identifier", ADMIN), ("usersig", &other_app)],
            ),
            "{",
            70014,
        ),
        (
            url(LIST, &[("sdkappid", &other), ("identifier", ADMIN), ("usersig", &good)]),
            "{",
            70014,
        ),
        (
            url(
                LIST,
                &[("sdkappid", &app), ("identifier", ADMIN), ("usersig", &other_key)],
            ),
            "{",
            70009,
        ),
        (
            url(
                LIST,
                &[("sdkappid", &app), ("identifier", ADMIN), ("usersig", &expired)],
            ),
            "{",
            70001,
        ),
        (
            url(LIST, &[("sdkappid", &app), ("identifier", "fan"), ("usersig", &fan)]),
            "{",
            60010,
        ),
        (
            url(LIST, &[("sdkappid", &app), ("identifier", ADMIN), ("usersig", &good)]),
            "{",
            60003,
        ),
        (
            url(LIST, &[("sdkappid", &app), ("identifier", ADMIN), ("usersig", &good)]),
            r#"{"Limit":"x"}"#,
            10004,
        ),
        (
            url(LIST, &[("sdkappid", &app), ("identifier", ADMIN), ("usersig", &good)]),
            "{}",
            0,
        ),
    ];
    for (url, body, expected) in steps {
        assert_eq!(code(&server, &url, body).await, expected, "{url} {body}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_60003() {
    let server = TestServer::start().await;
    let url = server.admin_url("group_open_http_svc/get_appid_group_list");
    for body in ["[]", "7", "\"x\"", "null", "{\"a\":}", "{}{}", "{\"Limit\":1"] {
        assert_eq!(code(&server, &url, body).await, 60003, "{body}");
    }
    let invalid = server.post(&url, b"{\"GroupType\":\"\xff\xfe\"}".to_vec()).await;
    assert!(
        [60003, 10004].contains(&invalid["ErrorCode"].as_i64().unwrap()),
        "{invalid}"
    );
}

#[tokio::test]
async fn names_and_values_of_parameters_are_case_sensitive() {
    let server = TestServer::start().await;
    let (app, good) = (APP.to_string(), server.ticket(ADMIN));
    let upper = server.rest_url(LIST, &[("SdkAppId", &app), ("identifier", ADMIN), ("usersig", &good)]);
    assert_eq!(code(&server, &upper, "{}").await, 60012);
    let other = server.rest_url(
        LIST,
        &[("sdkappid", &app), ("identifier", "Administrator"), ("usersig", &good)],
    );
    assert_eq!(code(&server, &other, "{}").await, 70013);
}

#[tokio::test]
async fn parameters_are_percent_decoded() {
    let server = TestServer::start().await;
    let encoded: String = server
        .ticket(ADMIN)
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let url = server.rest_url(
        LIST,
        &[
            ("sdkappid", "14000000%301"),
            ("identifier", "%61dministrator"),
            ("usersig", &encoded),
        ],
    );
    assert_eq!(code(&server, &url, "{}").await, 0);
}

#[tokio::test]
async fn answers_carry_the_vendors_cors_headers_and_one_connection_serves_many_calls() {
    let server = TestServer::start().await;
    let answer = server
        .http()
        .post(server.admin_url("nope/nope"))
        .body("{}")
        .send()
        .await
        .unwrap();
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-headers", "X-Requested-With"),
        ("access-control-allow-methods", "POST"),
    ] {
        assert_eq!(answer.headers()[name], value);
    }
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    let mut seen = String::new();
    for times in 1..=3 {
        socket
            .write_all(b"POST /v4/a/b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
            .await
            .unwrap();
        while seen.matches("60009").count() < times {
            let mut part = [0; 4096];
            let n = within("an answer on the same connection", socket.read(&mut part))
                .await
                .unwrap();
            assert!(n > 0, "the connection was closed after {} calls", times - 1);
            seen.push_str(&String::from_utf8_lossy(&part[..n]));
        }
    }
}

#[tokio::test]
async fn a_body_at_the_limit_is_read_and_one_byte_more_is_refused() {
    let server = TestServer::with(|config| config.limits.rest_body_bytes_max = 16_384).await;
    let url = server.admin_url("group_open_http_svc/get_appid_group_list");
    let fits = server.post(&url, format!("{{}}{}", " ".repeat(16_382))).await;
    assert_eq!(fits["ErrorCode"], 0);
    let longer = server.post(&url, format!("{{}}{}", " ".repeat(16_383))).await;
    assert_eq!(longer["ErrorCode"], 60002);
}

#[tokio::test]
async fn a_ticket_ends_with_its_time_and_with_a_kick() {
    let server = TestServer::start().await;
    let old = server.admin_url("im_open_login_svc/kick");
    server.import(&["alice"]).await;
    server.pass(2_000);
    let kick = server.rest("im_open_login_svc/kick", json!({"UserID": ADMIN})).await;
    assert_eq!(kick["ErrorCode"], 0);
    assert_eq!(
        code(&server, &old, r#"{"UserID":"alice"}"#).await,
        70001,
        "signed before the kick"
    );
    server.pass(2_000);
    assert_eq!(
        server.rest("im_open_login_svc/kick", json!({"UserID": "alice"})).await["ErrorCode"],
        0
    );
    let good = server.admin_url("im_open_login_svc/kick");
    server.pass(8 * 86_400_000);
    assert_eq!(code(&server, &good, r#"{"UserID":"alice"}"#).await, 70001, "expired");
}

#[tokio::test]
async fn too_many_failed_logins_of_one_account_are_held_off() {
    let server = TestServer::with(|config| config.limits.failed_logins_per_minute_max = 3).await;
    let app = APP.to_string();
    let wrong = server.rest_url(LIST, &[("sdkappid", &app), ("identifier", ADMIN), ("usersig", "eJx")]);
    for _ in 0..3 {
        assert_eq!(code(&server, &wrong, "{}").await, 70003);
    }
    assert_eq!(code(&server, &wrong, "{}").await, 70050, "one past the limit");
    let right = server.admin_url("group_open_http_svc/get_appid_group_list");
    assert_eq!(
        code(&server, &right, "{}").await,
        70050,
        "the right ticket waits as well"
    );
    let other = server.rest_url(LIST, &[("sdkappid", &app), ("identifier", "bob"), ("usersig", "eJx")]);
    assert_eq!(code(&server, &other, "{}").await, 70003, "another account does not");
}

#[tokio::test]
async fn plaudit_call_makes_any_call_and_fails_with_the_servers_words() {
    let server = TestServer::start().await;
    let call = async |command: &str, body: &str| {
        let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_plaudit"))
            .args(["call", "--app", &format!("{APP}:{KEY}")])
            .args(["--server", &format!("http://{}", server.address()), command, body])
            .output();
        let output = testkit::within("plaudit call", output).await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let room = r#"{"Type":"AVChatRoom","Name":"n","GroupId":"a"}"#;
    let (done, printed, _) = call("group_open_http_svc/create_group", room).await;
    assert!(done && printed.contains("\"GroupId\": \"a\""), "{printed}");
    let (done, _, complaint) = call("v4/group_open_http_svc/create_group", room).await;
    assert!(!done && complaint.contains("10021"), "{complaint}");
    let (done, _, complaint) = call("group_open_http_svc/create_group", "not json").await;
    assert!(!done && complaint.contains("not JSON"), "{complaint}");
}
