//! Connections that never finish their request, while two users talk: they must not disturb.

use crate::{
    args::{HalfOpenArgs, RoomArgs},
    bar,
    report::Report,
    room,
    target::Target,
};
use futures_util::{StreamExt, stream};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// How long the server may take to give the half-open connections up: its default is 10 s.
const GIVEN_UP: Duration = Duration::from_secs(30);

/// Runs the scenario: two users talk alone, then among the half-open connections, which the server must give up.
pub async fn run(target: &Target, args: &HalfOpenArgs) -> anyhow::Result<Report> {
    let talk = RoomArgs::talk(2, 20, args.seconds);
    let alone = room::run(target, &talk).await?;

    let held = open(target, args.count).await;
    let opened = held.len();
    let watch = tokio::spawn(given_up(held));
    let among = room::run(target, &talk).await?;
    let left = watch.await?;

    let mut report = Report::default();
    report.add("half_open", opened);
    report.must_be_zero("never_given_up", left);
    report.merge("alone_", &alone);
    report.merge("among_", &among);
    Ok(report)
}

/// Opens them all; those that the server does not take are left out.
pub async fn open(target: &Target, count: u32) -> Vec<TcpStream> {
    let progress = bar("half-open", count.into());
    let opening = stream::iter(0..count).map(|n| {
        let progress = &progress;
        async move {
            let socket = half_open(target, n).await.ok();
            progress.inc(1);
            socket
        }
    });
    let held: Vec<_> = opening.buffer_unordered(256).collect().await;
    progress.finish_and_clear();
    held.into_iter().flatten().collect()
}

/// Every second one says nothing, every other one half a request.
async fn half_open(target: &Target, n: u32) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    // From an address of their own: the server counts connections by address, and the talkers have theirs.
    socket.bind(SocketAddr::from(([127, 0, 0, 201], 0)))?;
    let mut socket = socket.connect(target.address).await?;
    if n.is_multiple_of(2) {
        socket
            .write_all(b"GET /binfo?sdkappid=1 HTTP/1.1\r\nHost: x\r\nUpgra")
            .await?;
    }
    Ok(socket)
}

/// Waits until the server has closed them; answers how many it has not.
pub async fn given_up(held: Vec<TcpStream>) -> u64 {
    let closed = stream::iter(held).map(|mut socket| async move {
        let mut rest = Vec::new();
        tokio::time::timeout(GIVEN_UP, socket.read_to_end(&mut rest))
            .await
            .is_ok()
    });
    let outcomes: Vec<bool> = closed.buffer_unordered(20_000).collect().await;
    outcomes.iter().filter(|closed| !**closed).count() as u64
}
