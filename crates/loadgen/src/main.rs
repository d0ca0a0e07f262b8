//! `plaudit-load`: puts load on a Plaudit server on this machine and says what came out. The viewers speak the wire of
//! the official Web SDKs. Loads go to loopback only and are bounded in count and time.
//!
//! Map: [`target`] the server and its REST door · [`viewer`] one viewer · [`room`] one busy room · [`flood`] far more
//! than a room's rate · [`rest`] calls of a backend · [`half_open`] connections that never finish their request · [`report`] figures.
#![allow(
    clippy::print_stdout,
    reason = "a command line program: its figures go to standard output"
)]
#![allow(clippy::indexing_slicing, reason = "JSON values: a missing member reads as null")]
#![allow(unreachable_pub, reason = "a program: nothing of it is reached from outside")]

mod flood;
mod half_open;
mod report;
mod rest;
mod room;
mod target;
mod viewer;

use clap::{Args, Parser, Subcommand};
use std::time::Duration;
use target::Target;

#[derive(Parser)]
#[command(
    version,
    about = "Puts load on a Plaudit server on this machine and says what came out"
)]
struct Cli {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Args)]
struct ServerArgs {
    /// The server's client address; loopback only.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    server: String,
    /// An app of the server, as ID:SECRET.
    #[arg(long)]
    app: String,
    /// An administrator of the app.
    #[arg(long, default_value = "administrator")]
    admin: String,
    /// Print the figures as one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Scenario {
    /// Many viewers in one room, messages on a fixed clock; every viewer checks that nothing is missing.
    Room(RoomArgs),
    /// Far more likes and texts into one room than its rate, gifts among them, beside other rooms that talk.
    Flood(FloodArgs),
    /// As many REST calls as the server takes, into many rooms.
    Rest(RestArgs),
    /// Many connections that never finish their request, while two users talk.
    HalfOpen(HalfOpenArgs),
}

/// One busy room.
#[derive(Args)]
pub struct RoomArgs {
    /// How many viewers join.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    viewers: u32,
    /// Messages per second.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rate: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// How long a message's text is, in bytes.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(30..=8_000))]
    text_bytes: u32,
    /// How many viewers log in at the same time.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    parallel: u32,
}

/// A flood into one room.
#[derive(Args)]
pub struct FloodArgs {
    /// Likes (Low) per second.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(0..=50_000))]
    low: u32,
    /// Texts (Normal) per second.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=50_000))]
    normal: u32,
    /// Gifts (High) per second.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=40))]
    high: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// How often the other rooms are measured alone and beside a flood, before.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=20))]
    pairs: u32,
    /// For how many seconds each time.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    pair_seconds: u64,
    /// How many other rooms talk.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=12))]
    rooms: u32,
    /// The most messages that may be admitted in a second: the room's rate and its burst.
    #[arg(long, default_value_t = 48)]
    at_most: u32,
    /// The server's admin listener, where the account is read.
    #[arg(long, default_value = "http://127.0.0.1:8081")]
    admin_url: String,
}

/// Calls of a backend.
#[derive(Args)]
pub struct RestArgs {
    /// Over how many connections.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    connections: u32,
    /// Into how many rooms.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    rooms: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// The server's process, whose use of the processors is told.
    #[arg(long)]
    pid: Option<u32>,
}

/// Connections that never finish their request.
#[derive(Args)]
pub struct HalfOpenArgs {
    /// How many.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    count: u32,
    /// For how many seconds two users talk, once before and once while they are open.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let target = Target::new(&cli.server.server, &cli.server.app, &cli.server.admin)?;
    let report = match cli.scenario {
        Scenario::Room(args) => room::run(&target, &args).await?,
        Scenario::Flood(args) => flood::run(&target, &args).await?,
        Scenario::Rest(args) => rest::run(&target, &args).await?,
        Scenario::HalfOpen(args) => half_open::run(&target, &args).await?,
    };
    println!("{}", if cli.server.json { report.json() } else { report.text() });
    anyhow::ensure!(
        report.sound(),
        "something was lost, doubled or out of order; see the figures above"
    );
    Ok(())
}

/// A pause, for clocks that tick on purpose.
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
