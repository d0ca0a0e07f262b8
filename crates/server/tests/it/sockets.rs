//! Sockets that say nothing, half of something, or what is no WebSocket: refused or timed out, and nobody else notices.

use testkit::{TestServer, VendorClient, eventually, within};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How many half-open sockets; the benchmark has 10,000 (decision 35).
const HALF_OPEN: usize = 2_000;

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

fn sockets_are_possible(wanted: usize) -> bool {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line
        .and_then(|line| line.split_whitespace().nth(3))
        .and_then(|n| n.parse::<usize>().ok());
    soft.is_none_or(|soft| soft > wanted)
}

#[tokio::test]
async fn two_thousand_half_open_sockets_end_by_themselves_while_a_pair_talks() {
    let many = if sockets_are_possible(2 * HALF_OPEN + 200) {
        HALF_OPEN
    } else {
        300
    };
    let server = TestServer::with(|config| config.limits.upgrade_timeout_ms = 3_000).await;
    server.create_room("a").await;
    let mut alice = VendorClient::member(&server, "alice", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    alice.say("a", "before").await;
    bob.expect_texts(&["before"]).await;
    let before = open_files();
    let mut sockets = Vec::with_capacity(many);
    for i in 0..many {
        let mut socket = TcpStream::connect(server.address()).await.unwrap();
        let half: &[u8] = match i % 4 {
            0 => b"",
            1 => b"GET /binfo?sdkappid=1400000001 HTTP/1.1\r\nHost: x\r\nUpgrade: webso",
            2 => b"POST /v4/group_open_http_svc/send_group_msg?sdkappid=14",
            _ => b"\x16\x03\x01\x02\x00\x01\x00",
        };
        socket.write_all(half).await.unwrap();
        sockets.push(socket);
        if i % 200 == 0 {
            let text = format!("while {i} are open");
            alice.say("a", &text).await;
            bob.expect_texts(&[&text]).await;
        }
    }
    for mut socket in sockets {
        let mut rest = Vec::new();
        let _ = within("a half-open socket to be closed", socket.read_to_end(&mut rest)).await;
    }
    alice.say("a", "after").await;
    bob.expect_texts(&["after"]).await;
    eventually("the descriptors to be back", async || {
        (open_files() <= before).then_some(())
    })
    .await;
    assert_eq!(server.metric("plaudit_connections", &[]).await, 2.0);
}

/// A connection after its handshake, on which anything can be written.
async fn upgraded(server: &TestServer) -> TcpStream {
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    let request = "GET /binfo?sdkappid=1400000001 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        let byte = within("the handshake", socket.read_u8()).await.unwrap();
        seen.push(byte);
    }
    assert!(seen.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&seen));
    socket
}

async fn is_closed(what: &str, socket: &mut TcpStream) {
    let mut rest = Vec::new();
    let _ = within(&format!("the end after {what}"), socket.read_to_end(&mut rest)).await;
}

/// A masked frame with a mask of zeros.
fn frame(first: u8, declared: u64, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match declared {
        0..=125 => frame.push(0x80 | declared as u8),
        126..=65_535 => {
            frame.push(0x80 | 126);
            frame.extend((declared as u16).to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend(declared.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[tokio::test]
async fn frames_that_break_the_protocol_end_their_connection() {
    let server = TestServer::start().await;
    let mut other = VendorClient::connect(&server).await;
    let document = br#"{"head":{"servcmd":"heartbeat.alive","seq":1},"body":{}}"#;
    let mut unmasked = vec![0x82, document.len() as u8];
    unmasked.extend(document);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("an unmasked frame", unmasked),
        ("a huge declared length", frame(0x82, 1 << 40, b"x")),
        ("the hugest length", frame(0x82, u64::MAX, b"x")),
        ("a length with its top bit set", frame(0x82, 1 << 63, b"x")),
        ("a reserved bit", frame(0xc2, 2, b"{}")),
        ("a reserved opcode", frame(0x83, 2, b"{}")),
        ("a continuation of nothing", frame(0x80, 2, b"{}")),
        ("a control frame in parts", frame(0x09, 1, b"x")),
        ("a long ping", frame(0x89, 126, &[0; 126])),
        ("no JSON", frame(0x82, 1, b"{")),
        ("no object", frame(0x82, 2, b"[]")),
        ("no head", frame(0x82, 2, b"{}")),
        ("invalid UTF-8 in a text frame", frame(0x81, 2, b"\xff\xfe")),
        ("invalid UTF-8 in a binary frame", frame(0x82, 2, b"\xff\xfe")),
        ("a close frame with half a code", frame(0x88, 1, b"\x03")),
        ("zeros", vec![0; 100]),
        ("an HTTP request", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(4)),
    ];
    for (what, bytes) in cases {
        let mut socket = upgraded(&server).await;
        socket.write_all(&bytes).await.unwrap();
        is_closed(what, &mut socket).await;
        other.heartbeat().await;
    }
}

#[tokio::test]
async fn a_flood_of_fragments_is_bounded_by_the_frame_limit() {
    let server = TestServer::start().await;
    let mut socket = upgraded(&server).await;
    let mut first = true;
    let flooding = async {
        // 64 KiB are allowed; 16 MiB in parts are not.
        for _ in 0..16_384 {
            let part = frame(if first { 0x02 } else { 0x00 }, 1_024, &[b' '; 1_024]);
            first = false;
            if socket.write_all(&part).await.is_err() {
                return true;
            }
        }
        false
    };
    let cut = within("the flood to be cut", flooding).await;
    if !cut {
        is_closed("the flood", &mut socket).await;
    }
    VendorClient::connect(&server).await.heartbeat().await;
}

#[tokio::test]
async fn a_frame_that_arrives_byte_by_byte_is_read_and_half_a_frame_harms_nobody() {
    let server = TestServer::start().await;
    let document = br#"{"head":{"servcmd":"heartbeat.alive","seq":1},"body":{}}"#;
    let whole = frame(0x82, document.len() as u64, document);
    let mut slow = upgraded(&server).await;
    for byte in &whole {
        slow.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut answer = [0; 2];
    within("the answer", slow.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer[0], 0x82);
    let mut half = upgraded(&server).await;
    half.write_all(&whole[..whole.len() / 2]).await.unwrap();
    VendorClient::connect(&server).await.heartbeat().await;
    drop(half);
    server.pass(61_000);
    is_closed("a minute of silence", &mut slow).await;
}

#[tokio::test]
async fn a_viewer_who_reads_nothing_is_given_up_and_holds_up_nobody() {
    let server = TestServer::with(|config| {
        config.hub.outbox_bytes_max = 65_536;
        config.hub.outbox_age_ms_max = 1_000;
        config.hub.tick_ms = 0;
    })
    .await;
    server.create_room("a").await;
    let _deaf = VendorClient::member(&server, "deaf", "a").await;
    let mut bob = VendorClient::member(&server, "bob", "a").await;
    let long = "x".repeat(12_000);
    let mut said = 0;
    let stalled = async || {
        let closed = server
            .metric("plaudit_connections_closed_total", &["cause=\"stalled\""])
            .await;
        closed
            + server
                .metric("plaudit_connections_closed_total", &["cause=\"overflow\""])
                .await
            >= 1.0
    };
    // Until the kernel's buffers and the outbox are full and old.
    while said < 3_000 && !stalled().await {
        for _ in 0..20 {
            let seq = server.say("a", &long).await;
            while bob.next_item().await["MsgSeq"] != seq {}
            said += 1;
        }
    }
    assert!(
        stalled().await,
        "after {said} long messages the deaf viewer is still there"
    );
    bob.say("a", "on").await;
}
