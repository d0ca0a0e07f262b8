use super::*;
use std::sync::Arc;
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};

/// A connection with small kernel buffers, so that a peer that does not read is noticed soon.
async fn pair(limits: OutboxLimits) -> (Arc<Outbox>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (socket, _) = listener.accept().await.unwrap();
    socket2::SockRef::from(&socket).set_send_buffer_size(4096).unwrap();
    let (_, write) = socket.into_split();
    let outbox = Outbox::new(ConnId(1), Variant(0), write, (limits, plain_farewell), Arc::default());
    (Arc::new(outbox), peer)
}

fn limits(bytes_max: usize) -> OutboxLimits {
    OutboxLimits {
        bytes_max,
        age_max: Duration::from_secs(60),
    }
}

/// Fills the kernel's buffers, so that everything after it waits in the outbox.
fn fill(outbox: &Outbox) -> usize {
    let mut sent = 0;
    while outbox.waiting_bytes() == 0 {
        assert_eq!(outbox.send(&Bytes::from(vec![b'f'; 1000]), Class::Reply), taken());
        sent += 1000;
    }
    sent
}

/// Sends a frame with three events.
fn send(outbox: &Outbox, byte: u8, len: usize, priority: Priority) -> Sent {
    let class = Class::Event { priority, events: 3 };
    outbox.send(&Bytes::from(vec![byte; len]), class)
}

fn taken() -> Sent {
    Outcome::Taken.into()
}

#[tokio::test]
async fn a_frame_is_written_at_once_when_nothing_waits() {
    let (outbox, mut peer) = pair(limits(10_000)).await;
    assert_eq!(outbox.send(&Bytes::from_static(b"hello"), Class::Reply), taken());
    let mut got = [0; 5];
    peer.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"hello");
    assert_eq!(outbox.waiting_bytes(), 0);
}

#[tokio::test]
async fn what_the_peer_does_not_take_arrives_later_complete_and_in_order() {
    let (outbox, mut peer) = pair(limits(1 << 20)).await;
    let mut expected = vec![b'f'; fill(&outbox)];
    for byte in b'a'..=b'z' {
        assert_eq!(send(&outbox, byte, 5000, Priority::Normal), taken());
        expected.extend(vec![byte; 5000]);
    }
    let driver = tokio::spawn({
        let outbox = outbox.clone();
        async move { outbox.drive().await }
    });
    let mut got = vec![0; expected.len()];
    peer.read_exact(&mut got).await.unwrap();
    assert!(got == expected);
    assert_eq!(outbox.waiting_bytes(), 0);
    outbox.close(CloseReason::Shutdown);
    assert_eq!(driver.await.unwrap(), CloseReason::Shutdown);
    let mut rest = Vec::new();
    peer.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, &frame::close(1001, "")[..]);
}

#[tokio::test]
async fn a_full_outbox_leaves_out_the_least_urgent_first() {
    let (outbox, _peer) = pair(limits(10_000)).await;
    fill(&outbox);
    let free = 10_000 - outbox.waiting_bytes();
    assert_eq!(send(&outbox, b'n', free - 3000, Priority::Normal), taken());
    assert_eq!(send(&outbox, b'l', 3000, Priority::Low), taken());
    assert_eq!(
        send(&outbox, b'x', 1, Priority::Low),
        Sent {
            outcome: Outcome::Skipped,
            skips: Skips {
                low: 3,
                ..Skips::default()
            }
        },
        "a newcomer does not push out its equals"
    );
    assert_eq!(
        send(&outbox, b'm', 3000, Priority::Normal),
        Sent {
            outcome: Outcome::Taken,
            skips: Skips {
                low: 3,
                ..Skips::default()
            }
        },
        "Low makes room for Normal"
    );
    assert_eq!(
        send(&outbox, b'h', 3000, Priority::High),
        Sent {
            outcome: Outcome::Taken,
            skips: Skips {
                normal: 3,
                ..Skips::default()
            }
        },
        "Normal makes room for High"
    );
    assert!(outbox.waiting_bytes() <= 10_000);
    assert_eq!(outbox.closed(), None);
}

#[tokio::test]
async fn a_connection_closes_rather_than_lose_something_urgent() {
    let (outbox, _peer) = pair(limits(10_000)).await;
    fill(&outbox);
    while outbox.closed().is_none() {
        let sent = send(&outbox, b'h', 3000, Priority::High);
        assert!(sent.skips.is_none() && sent.outcome != Outcome::Skipped);
    }
    assert_eq!(outbox.closed(), Some(CloseReason::Overflow));
    assert_eq!(outbox.waiting_bytes(), 0, "a closed connection holds nothing");
    assert_eq!(send(&outbox, b'h', 1, Priority::High).outcome, Outcome::Closed);
}

/// The clock is the test's: it goes on by itself whenever everybody waits.
#[tokio::test(start_paused = true)]
async fn a_peer_that_reads_nothing_for_too_long_is_dead() {
    let (outbox, peer) = pair(limits(1 << 23)).await;
    socket2::SockRef::from(&peer).set_recv_buffer_size(4096).unwrap();
    // More than the kernel holds for the two of them.
    outbox.send(&Bytes::from(vec![b'f'; 1 << 22]), Class::Reply);
    let began = Instant::now();
    assert_eq!(outbox.drive().await, CloseReason::Stalled);
    let waited = began.elapsed();
    assert!(
        (Duration::from_secs(60)..Duration::from_secs(61)).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test]
async fn what_waits_in_all_outboxes_is_counted_until_it_is_written_skipped_or_given_up() {
    let (outbox, mut peer) = pair(limits(10_000)).await;
    let all = outbox.all_waiting.clone();
    fill(&outbox);
    for _ in 0..20 {
        send(&outbox, b'n', 3000, Priority::Normal);
        assert_eq!(all.load(Ordering::Relaxed), outbox.waiting_bytes());
    }
    let driver = tokio::spawn({
        let outbox = outbox.clone();
        async move { outbox.drive().await }
    });
    let mut got = vec![0; 1000];
    while outbox.waiting_bytes() > 0 {
        peer.read_exact(&mut got).await.unwrap();
    }
    assert_eq!(all.load(Ordering::Relaxed), 0);
    fill(&outbox);
    assert!(all.load(Ordering::Relaxed) > 0);
    outbox.close(CloseReason::Replaced);
    assert_eq!(all.load(Ordering::Relaxed), 0);
    driver.await.unwrap();
}

#[tokio::test]
async fn what_is_left_out_is_told_of_in_its_place() {
    let (outbox, mut peer) = pair(limits(10_000)).await;
    let filled = fill(&outbox);
    let send = |byte: u8, len: usize, priority, instead: &'static [u8]| {
        let class = Class::Event { priority, events: 1 };
        outbox.send_or(&Bytes::from(vec![byte; len]), &Bytes::from_static(instead), class)
    };
    let free = 10_000 - outbox.waiting_bytes();
    assert_eq!(send(b'n', free - 3_000, Priority::Normal, b"<n>"), taken());
    assert_eq!(send(b'l', 2_900, Priority::Low, b"<l>"), taken());
    // The newcomer is left out itself; then the one before it goes for a more urgent one.
    assert_eq!(send(b'x', 200, Priority::Low, b"<x>").outcome, Outcome::Skipped);
    assert_eq!(send(b'h', 1_000, Priority::High, b"<h>").outcome, Outcome::Taken);
    assert_eq!(outbox.waiting_bytes(), 10_000 - 3_000 + b"<l><x>".len() + 1_000);
    let driver = tokio::spawn({
        let outbox = outbox.clone();
        async move { outbox.drive().await }
    });
    let mut got = vec![0; filled + free - 3_000 + b"<l><x>".len() + 1_000];
    peer.read_exact(&mut got).await.unwrap();
    got.dedup();
    assert_eq!(got, *b"fn<l><x>h");
    outbox.close(CloseReason::Replaced);
    driver.await.unwrap();
}
