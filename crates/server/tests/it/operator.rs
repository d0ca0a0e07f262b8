//! Health, metrics, and a stop in order.

use serde_json::json;
use testkit::{TestServer, VendorClient, eventually, within};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

async fn status(server: &TestServer, url: String) -> (u16, String) {
    let response = server.http().get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn health_is_told_at_both_listeners_and_metrics_at_the_operators_only() {
    let server = TestServer::start().await;
    for address in [server.address(), server.admin_address()] {
        assert_eq!(status(&server, format!("http://{address}/healthz")).await.0, 200);
        assert_eq!(status(&server, format!("http://{address}/readyz")).await.0, 200);
    }
    let (code, text) = status(&server, format!("http://{}/metrics", server.address())).await;
    assert!(code == 404 && !text.contains("plaudit_"), "clients see no metrics");
    let url = format!("http://{}/metrics", server.admin_address());
    let response = server.http().get(url).send().await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    assert!(response.text().await.unwrap().ends_with("# EOF\n"));
    let rest = server.admin_url("group_open_http_svc/get_appid_group_list");
    let rest = rest.replace(&server.address().to_string(), &server.admin_address().to_string());
    assert_eq!(
        status(&server, rest).await.0,
        404,
        "the operator's listener has no REST door"
    );
    assert_eq!(status(&server, format!("http://{}/", server.address())).await.0, 404);
}

#[tokio::test]
async fn the_figures_follow_what_happens() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut client = VendorClient::connect(&server).await;
    client.join_as_guest("a").await;
    client.try_login("bob", "eJx").await;
    alice.say("a", "one").await;
    server.say("a", "two").await;
    assert_eq!(alice.try_say("unknown", "x").await, 10010);
    assert_eq!(server.rest("nope/nope", json!({})).await["ErrorCode"], 60009);
    let figure = async |name: &str, labels: &[&str]| server.metric(name, labels).await;
    assert_eq!(
        figure("plaudit_messages_total", &["door=\"websdk\"", "outcome=\"admitted\""]).await,
        1.0
    );
    assert_eq!(
        figure("plaudit_messages_total", &["door=\"rest\"", "outcome=\"admitted\""]).await,
        1.0
    );
    assert_eq!(
        figure("plaudit_messages_total", &["outcome=\"rejected\"", "cause=\"no_room\""]).await,
        1.0
    );
    assert_eq!(figure("plaudit_logins_total", &["outcome=\"ok\""]).await, 1.0);
    assert_eq!(figure("plaudit_logins_total", &["outcome=\"refused\""]).await, 1.0);
    assert_eq!(
        figure("plaudit_commands_failed_total", &["door=\"rest\"", "code=\"60009\""]).await,
        1.0
    );
    assert_eq!(
        figure("plaudit_commands_failed_total", &["door=\"websdk\"", "code=\"70003\""]).await,
        1.0
    );
    assert_eq!(figure("plaudit_connections", &["dialect=\"websdk\""]).await, 2.0);
    assert!(figure("plaudit_command_seconds_count", &["door=\"websdk\""]).await >= 5.0);
    assert!(figure("plaudit_store_seconds_count", &[]).await >= 1.0);
    for (name, expected) in [
        ("plaudit_sessions", 1.0),
        ("plaudit_rooms", 1.0),
        ("plaudit_room_members", 1.0),
        ("plaudit_guests", 1.0),
    ] {
        eventually(name, async || (figure(name, &[]).await == expected).then_some(())).await;
    }
    alice.cut();
    client.cut();
    eventually("the connections to be gone", async || {
        let open = figure("plaudit_connections", &[]).await;
        let closed = figure("plaudit_connections_closed_total", &["cause=\"peer\""]).await;
        ((open, closed) == (0.0, 2.0)).then_some(())
    })
    .await;
    assert!(figure("plaudit_events_delivered_total", &[]).await >= 2.0);
    assert!(figure("plaudit_frames_encoded_total", &[]).await >= 2.0);
}

#[tokio::test]
async fn a_stop_closes_connections_with_1001_and_says_that_it_is_not_ready() {
    let mut server = TestServer::start().await;
    let mut alice = VendorClient::log_in(&server, "alice").await;
    let mut text = VendorClient::connect(&server).await;
    // A request that has begun before the stop and ends after its beginning.
    let mut late = TcpStream::connect(server.admin_address()).await.unwrap();
    late.write_all(b"GET /readyz HTTP/1.1\r\n").await.unwrap();
    server.metrics().await;
    server.begin_stop();
    assert_eq!(alice.ended().await.0, Some(1001));
    assert_eq!(text.ended().await.0, Some(1001));
    let mut answer = String::new();
    // Whether the request was in time or not is the network's choice; "ready" is never the answer.
    if late.write_all(b"Host: x\r\n\r\n").await.is_ok() {
        let _ = within("the late answer", late.read_to_string(&mut answer)).await;
    }
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 503"), "{answer}");
    server.stop().await;
    server.start_again().await;
    alice.come_back(&server).await;
}

#[tokio::test]
async fn a_stop_lets_commands_that_have_begun_end() {
    let mut server = TestServer::start().await;
    server.create_room("a").await;
    let calls: Vec<_> = (0..20)
        .map(|i| {
            let name = format!("r{i}");
            let body = json!({"Type": "AVChatRoom", "Name": name, "GroupId": name}).to_string();
            let url = server.admin_url("group_open_http_svc/create_group");
            let request = server.http().post(url).body(body);
            let call = async move { request.send().await.ok()?.text().await.ok() };
            (name, tokio::spawn(call))
        })
        .collect();
    server.begin_stop();
    let mut answered = Vec::new();
    for (name, call) in calls {
        let text = within("an answer or a refusal", call).await.unwrap();
        if text.is_some_and(|text| text.contains("\"ErrorCode\":0")) {
            answered.push(name);
        }
    }
    server.restart().await;
    for name in answered {
        assert_eq!(
            server.room_info(&name).await["ErrorCode"],
            0,
            "{name} was answered and is there"
        );
    }
}
