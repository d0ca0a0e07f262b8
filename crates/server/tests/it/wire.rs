//! Frames and addresses of the Web SDK door (web-sdk-wire.md 1, 2.1).

use serde_json::json;
use testkit::{OTHER_APP, Options, TestServer, VendorClient, text_body};
use tokio_tungstenite::tungstenite::Message;

fn at(path: &str) -> Options {
    let path = path.to_owned();
    Options {
        path,
        ..Options::default()
    }
}

#[tokio::test]
async fn text_frames_are_spoken_at_info_and_binary_ones_at_binfo_below_any_prefix() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    // The client itself insists on the right kind of frame.
    for path in ["/binfo", "/info", "/p/binfo", "/deep/er/info", "//binfo"] {
        let mut client = VendorClient::connect_with(&server, at(path)).await;
        client.heartbeat().await;
        client.login("alice", &server.ticket("alice")).await;
        client.join("a").await;
        server.say("a", "名").await;
        assert_eq!(client.next_text().await, "名", "{path}");
        client.log_out().await;
    }
}

#[tokio::test]
async fn long_documents_are_compressed_for_clients_that_can_inflate_and_for_no_others() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let gzip = Options {
        compress: true,
        ..Options::default()
    };
    let text = Options {
        compress: true,
        ..at("/info")
    };
    let mut able = VendorClient::connect_with(&server, gzip).await;
    let mut plain = VendorClient::connect(&server).await;
    let mut texting = VendorClient::connect_with(&server, text).await;
    for (client, user) in [(&mut able, "alice"), (&mut plain, "bob"), (&mut texting, "carol")] {
        client.login(user, &server.ticket(user)).await;
        client.join("a").await;
    }
    let long = "long ".repeat(1_000);
    server.say("a", "short").await;
    for client in [&mut able, &mut plain, &mut texting] {
        client.expect_texts(&["short"]).await;
    }
    let before = able.compressed;
    server.say("a", &long).await;
    for client in [&mut able, &mut plain, &mut texting] {
        client.expect_texts(&[&long]).await;
    }
    assert_eq!(able.compressed, before + 1);
    assert_eq!((plain.compressed, texting.compressed), (0, 0));
}

#[tokio::test]
async fn answers_echo_whatever_command_and_number_came() {
    let server = TestServer::start().await;
    let mut client = VendorClient::connect(&server).await;
    for (servcmd, seq) in [
        ("heartbeat.alive", 0),
        ("heartbeat.alive", u64::MAX),
        ("a\"b\\.\u{7f}名", 9_007_199_254_740_993),
    ] {
        let head = client.head(servcmd, seq);
        client.send_document(&json!({"head": head, "body": {}})).await;
        client.answer(servcmd, seq).await;
    }
    // The body may be missing; the same number may come twice.
    for _ in 0..2 {
        let head = client.head("heartbeat.alive", 7);
        client.send_document(&json!({"head": head})).await;
        client.answer("heartbeat.alive", 7).await;
    }
}

#[tokio::test]
async fn a_heartbeat_does_not_wait_in_line() {
    let server = TestServer::start().await;
    let mut client = VendorClient::connect(&server).await;
    client.heartbeat().await;
    client.login("alice", &server.ticket("alice")).await;
    for i in 0..100 {
        let body = json!({"Type": "AVChatRoom", "Name": "n", "GroupId": format!("r{i}")});
        client.request("group_open_http_svc.create_group", body).await;
    }
    let last = client.seq();
    client.heartbeat().await;
    assert!(
        client.waiting_answers() < 100,
        "each of the others had to be written to disk before"
    );
    client.answer("group_open_http_svc.create_group", last).await;
}

#[tokio::test]
async fn a_held_poll_does_not_hold_up_what_comes_after_it() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    let guest = client.join_as_guest("a").await;
    client.request(guest.servcmd, guest.body()).await;
    assert_eq!(client.code("nope.nope", json!({})).await, 10003);
    assert_eq!(client.waiting_answers(), 0);
}

#[tokio::test]
async fn commands_of_one_connection_are_worked_on_in_their_order() {
    let server = TestServer::start().await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let texts: Vec<_> = (0..50).map(|i| i.to_string()).collect();
    for text in &texts {
        alice
            .request("group_open_http_svc.send_group_msg", text_body("a", text))
            .await;
    }
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    bob.expect_texts(&texts).await;
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_with_a_status() {
    let server = TestServer::with(|config| config.apps[0].origins = vec!["https://live.example.com".into()]).await;
    let refused = async |options: Options| VendorClient::try_connect(server.address(), options).await.err();
    assert_eq!(refused(at("/nope")).await, Some(Some(404)));
    assert_eq!(
        refused(at("/v4/binfo")).await.map(|status| status != Some(101)),
        Some(true)
    );
    let from = |origin: &str| Options {
        origin: Some(origin.to_owned()),
        ..Options::default()
    };
    assert_eq!(refused(from("https://evil.example.com")).await, Some(Some(403)));
    assert_eq!(refused(from("https://live.example.com")).await, None);
    assert_eq!(refused(from("HTTPS://LIVE.example.com")).await, None);
    assert_eq!(refused(Options::default()).await, None, "programs have no origin");
    let elsewhere = Options {
        app: OTHER_APP,
        ..from("https://evil.example.com")
    };
    assert_eq!(
        refused(elsewhere).await,
        None,
        "an app without a list takes any (decision 31)"
    );
    for query in ["", "?sdkappid=", "?sdkappid=x", "?sdkappid=4294967296"] {
        let url = format!("http://{}/binfo{query}", server.address());
        assert_eq!(server.http().get(url).send().await.unwrap().status(), 400, "{query}");
    }
    let plain = format!("http://{}/binfo?sdkappid=1400000001", server.address());
    assert_eq!(server.http().get(plain).send().await.unwrap().status(), 426);
}

#[tokio::test]
async fn a_client_that_says_goodbye_is_let_go() {
    let server = TestServer::start().await;
    let mut client = VendorClient::connect(&server).await;
    client.heartbeat().await;
    client.send_frame(Message::Close(None)).await.unwrap();
    client.ended().await;
}
