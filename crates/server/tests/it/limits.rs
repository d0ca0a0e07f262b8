//! What one client, one address and all together may take: at each limit and one past it.

use serde_json::json;
use std::time::Duration;
use testkit::{Options, TestServer, VendorClient, eventually, text_body, within};
use tokio::{io::AsyncReadExt, net::TcpStream};
use tokio_tungstenite::tungstenite::Message;

const BUSY: i64 = 60018;

async fn status(server: &TestServer) -> Option<Option<u16>> {
    VendorClient::try_connect(server.address(), Options::default())
        .await
        .err()
}

#[tokio::test]
async fn more_commands_than_allowed_are_refused_and_heartbeats_are_not() {
    let server = TestServer::with(|config| {
        config.limits.commands_burst = 5;
        config.limits.commands_per_second_max = 1;
    })
    .await;
    let mut client = VendorClient::connect(&server).await;
    let mut seqs = Vec::new();
    for _ in 0..6 {
        seqs.push(client.request("nope.nope", json!({})).await);
    }
    for (at, seq) in seqs.into_iter().enumerate() {
        let code = client.answer("nope.nope", seq).await["ErrorCode"].clone();
        assert_eq!(code, if at < 5 { 10003 } else { BUSY }, "command {at}");
    }
    client.heartbeat().await;
    server.pass(2_000);
    assert_eq!(
        client.code("nope.nope", json!({})).await,
        10003,
        "after a pause there is room again"
    );
}

#[tokio::test]
async fn more_waiting_commands_than_allowed_are_refused_at_once() {
    let server = TestServer::with(|config| config.limits.command_queue_max = 2).await;
    let mut client = VendorClient::log_in(&server, "alice").await;
    let mut seqs = Vec::new();
    for i in 0..50 {
        let body = json!({"Type": "AVChatRoom", "Name": "n", "GroupId": format!("r{i}")});
        seqs.push(client.request("group_open_http_svc.create_group", body).await);
    }
    let (mut made, mut refused) = (0, 0);
    for (at, seq) in seqs.into_iter().enumerate() {
        match client.answer("group_open_http_svc.create_group", seq).await["ErrorCode"].as_i64() {
            Some(0) => made += 1,
            Some(BUSY) => refused += 1,
            other => panic!("command {at}: {other:?}"),
        }
        assert!(at >= 3 || refused == 0, "one runs and two wait");
    }
    assert!(made >= 3 && refused > 0, "{made} made, {refused} refused");
    let list = server
        .rest_ok("group_open_http_svc/get_appid_group_list", json!({}))
        .await;
    assert_eq!(list["TotalCount"], made, "what was refused was not done");
}

#[tokio::test]
async fn one_connection_holds_so_many_polls_and_no_more() {
    let server = TestServer::with(|config| config.limits.polls_per_connection_max = 2).await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    let mut guest = client.join_as_guest("a").await;
    let held = [
        client.request(guest.servcmd, guest.body()).await,
        client.request(guest.servcmd, guest.body()).await,
    ];
    assert_eq!(client.code(guest.servcmd, guest.body()).await, BUSY);
    server.say("a", "x").await;
    for seq in held {
        let answer = client.answer(guest.servcmd, seq).await;
        assert_eq!(answer["RspMsgList"].as_array().unwrap().len(), 1);
        guest.next = answer["NextSeq"].as_u64().unwrap();
    }
    let seq = client.request(guest.servcmd, guest.body()).await;
    server.say("a", "y").await;
    assert_eq!(
        client.answer(guest.servcmd, seq).await["ErrorCode"],
        0,
        "there is room again"
    );
}

#[tokio::test]
async fn a_frame_at_the_limit_is_read_and_one_byte_more_ends_the_connection() {
    let server = TestServer::with(|config| config.limits.frame_bytes_max = 16_384).await;
    let mut client = VendorClient::connect(&server).await;
    let frame = |client: &VendorClient, bytes: usize| {
        let head = client.head("heartbeat.alive", 7);
        let text = json!({"head": head, "body": {}}).to_string();
        Message::binary(format!("{text}{}", " ".repeat(bytes - text.len())).into_bytes())
    };
    let fits = frame(&client, 16_384);
    client.send_frame(fits).await.unwrap();
    client.answer("heartbeat.alive", 7).await;
    let longer = frame(&client, 16_385);
    client.send_frame(longer).await.unwrap();
    let code = client.ended().await.0;
    assert!([Some(1008), Some(1009), None].contains(&code), "{code:?}");
    VendorClient::connect(&server).await.heartbeat().await;
}

#[tokio::test]
async fn as_many_connections_as_allowed_are_served_and_one_more_gets_503() {
    for per_address in [false, true] {
        let server = TestServer::with(|config| {
            let limit = if per_address {
                &mut config.limits.connections_per_address_max
            } else {
                &mut config.limits.connections_max
            };
            *limit = 3;
        })
        .await;
        let mut clients = Vec::new();
        for i in 1..=3 {
            let client = VendorClient::try_connect(server.address(), Options::default()).await;
            clients.push(client.unwrap_or_else(|status| panic!("connection {i} of 3 is refused with {status:?}")));
        }
        assert_eq!(status(&server).await, Some(Some(503)), "per address: {per_address}");
        for client in &mut clients {
            client.heartbeat().await;
        }
        clients.pop().unwrap().cut();
        let again = eventually("a free place", async || {
            VendorClient::try_connect(server.address(), Options::default())
                .await
                .ok()
        })
        .await;
        clients.push(again);
        assert!(
            server
                .metric("plaudit_connections_refused_total", &["cause=\"full\""])
                .await
                >= 1.0
        );
    }
}

#[tokio::test]
async fn new_connections_beyond_their_pace_wait_and_are_served() {
    let server = TestServer::with(|config| config.limits.new_connections_per_second_max = 5).await;
    let began = std::time::Instant::now();
    let mut kept = Vec::new();
    for i in 1..=12 {
        let client = VendorClient::try_connect(server.address(), Options::default()).await;
        kept.push(client.unwrap_or_else(|status| panic!("connection {i} is refused with {status:?}")));
    }
    let took = began.elapsed();
    assert!(
        took.as_millis() >= 1_300,
        "five at once, seven by 200 ms each: not {took:?}"
    );
    assert!(server.metric("plaudit_connections_paced_total", &[]).await >= 1.0);
    for client in &mut kept {
        client.heartbeat().await;
    }
}

#[tokio::test]
async fn a_server_that_uses_too_much_memory_lets_nobody_in_and_loses_nobody() {
    /// Far more than the server and this test need.
    const BALLAST_BYTES: usize = 512 << 20;
    let used = server::app::memory::Memory::new(0).look();
    let server = TestServer::with(|config| config.limits.memory_bytes_max = used + BALLAST_BYTES as u64 / 2).await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let ballast = vec![1_u8; BALLAST_BYTES];
    eventually("nobody to be let in", async || {
        (status(&server).await == Some(Some(503))).then_some(())
    })
    .await;
    let refused = server
        .metric("plaudit_connections_refused_total", &["cause=\"memory\""])
        .await;
    assert!(refused >= 1.0);
    alice.say("a", "still here").await;
    drop(ballast);
    eventually("the door to open again", async || {
        status(&server).await.is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_session_is_in_so_many_rooms_and_no_more() {
    let server = TestServer::with(|config| config.limits.rooms_per_session_max = 2).await;
    for room in ["a", "b", "c"] {
        server.create_room(room).await;
    }
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    alice.join("b").await;
    const JOIN: &str = "group_open_http_svc.apply_join_group";
    assert_eq!(alice.code(JOIN, json!({"GroupId": "c"})).await, 10037);
    alice.join("a").await;
    assert_eq!(server.online("c").await, 0);
    assert_eq!(alice.quit("b").await, 0);
    alice.join("c").await;
}

#[tokio::test]
async fn failed_logins_are_counted_by_address_and_account() {
    let server = TestServer::with(|config| config.limits.failed_logins_per_minute_max = 3).await;
    let mut client = VendorClient::connect(&server).await;
    for _ in 0..3 {
        assert_eq!(client.try_login("alice", "eJx").await["ErrorCode"], 70003);
    }
    assert_eq!(
        client.try_login("alice", &server.ticket("alice")).await["ErrorCode"],
        70050
    );
    let mut other = VendorClient::connect(&server).await;
    assert_eq!(
        other.try_login("alice", &server.ticket("alice")).await["ErrorCode"],
        70050,
        "on any connection"
    );
    assert_eq!(
        other.try_login("bob", &server.ticket("bob")).await["ErrorCode"],
        0,
        "another account"
    );
}

#[tokio::test]
async fn guests_of_one_address_join_at_their_pace() {
    let server = TestServer::with(|config| config.limits.guest_joins_per_address_per_minute_max = 3).await;
    server.create_room("a").await;
    let mut client = VendorClient::connect(&server).await;
    for _ in 0..3 {
        client.join_as_guest("a").await;
    }
    assert_eq!(client.try_join_as_guest("a").await["ErrorCode"], BUSY);
    let mut other = VendorClient::connect(&server).await;
    assert_eq!(
        other.try_join_as_guest("a").await["ErrorCode"],
        BUSY,
        "the address counts, not the connection"
    );
    VendorClient::member(&server, "alice", "a").await;
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_closed() {
    let server = TestServer::with(|config| config.limits.upgrade_timeout_ms = 200).await;
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    let mut rest = Vec::new();
    // Either an answer and the end, or just the end.
    let _ = within("the server to close", socket.read_to_end(&mut rest)).await;
    let mut slow = TcpStream::connect(server.address()).await.unwrap();
    let dripping = async {
        for byte in b"GET /binfo?sdkappid=1400000001 HTTP/1.1\r\nX-Long: "
            .iter()
            .chain([b'x'; 10_000].iter())
        {
            if tokio::io::AsyncWriteExt::write_all(&mut slow, &[*byte]).await.is_err() {
                return;
            }
            // The pace of a slow client: what is tested, not a synchronisation.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the server listened to a slow request for ever");
    };
    within("the server to give a slow client up", dripping).await;
}

#[tokio::test]
async fn a_tip_budget_limits_what_comes_and_goes() {
    let server = TestServer::with(|config| config.rooms.tips_per_second_max = 2).await;
    server.create_room("a").await;
    let mut watcher = VendorClient::member(&server, "watcher", "a").await;
    for i in 0..6 {
        VendorClient::member(&server, &format!("u{i}"), "a").await;
    }
    let end = watcher
        .call_ok("group_open_http_svc.send_group_msg", text_body("a", "end"))
        .await;
    let mut tips = 0;
    // One's own message comes back over the push as well.
    loop {
        let item = watcher.next_item().await;
        if item["MsgSeq"] == end["MsgSeq"] {
            break;
        }
        tips += 1;
    }
    assert!((1..=6).contains(&tips), "{tips} of 7 joins");
}

#[tokio::test]
async fn a_user_owns_as_many_rooms_as_he_may_and_a_backend_makes_more() {
    let server = TestServer::with(|config| config.limits.rooms_per_user_max = 2).await;
    let mut bob = VendorClient::log_in(&server, "bob").await;
    let room = |id: &str| json!({"Type": "AVChatRoom", "Name": id, "GroupId": id});
    for id in ["a", "b"] {
        bob.call_ok("group_open_http_svc.create_group", room(id)).await;
    }
    assert_eq!(bob.code("group_open_http_svc.create_group", room("c")).await, 10037);
    server.create_room_of("c", "bob").await;
    bob.call_ok("group_open_http_svc.destroy_group", json!({"GroupId": "a"}))
        .await;
    bob.call_ok("group_open_http_svc.destroy_group", json!({"GroupId": "b"}))
        .await;
    bob.call_ok("group_open_http_svc.create_group", room("d")).await;
}
