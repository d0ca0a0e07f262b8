//! `plaudit-load`: puts load on a Plaudit server on this machine and says what came out. The viewers speak
//! our own protocol, or the wire of the official Web SDKs. Loads go to loopback only and are bounded in count and time.
//!
//! Map: [`args`] the command line · [`target`] the server and its REST door, over an [`exchange`] · [`client`] thousands of
//! lean viewers · [`users`] who they are · [`talk`] a backend that speaks on a clock · scenarios: [`room`] one busy room,
//! [`rooms`] many, [`storm`] everybody at once, perhaps after a [`restart`], [`idle`] nobody speaks, [`likes`] thousands per
//! second, [`slices`] those who read over plain HTTP, [`flood`] far more than a room's rate, of two kinds of [`stream`],
//! [`audience`] who hears that, [`rest`] calls of a backend, [`half_open`] connections that never finish their request ·
//! [`floor`] what everything is compared with · figures: [`snapshot`] a moment, of [`process`] and [`metrics`], [`report`]
//! what is printed.
#![allow(
    clippy::print_stdout,
    reason = "a command line program: its figures go to standard output"
)]
#![allow(clippy::indexing_slicing, reason = "JSON values: a missing member reads as null")]
#![allow(unreachable_pub, reason = "a program: nothing of it is reached from outside")]

mod args;
mod audience;
mod client;
mod exchange;
mod flood;
mod floor;
mod half_open;
mod idle;
mod likes;
mod metrics;
mod process;
mod report;
mod rest;
mod restart;
mod room;
mod rooms;
mod slices;
mod snapshot;
mod storm;
mod stream;
mod talk;
mod target;
mod users;

use anyhow::Context;
use args::{Cli, Scenario, ServerArgs};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use std::{process::ExitCode, time::Duration};
use target::Target;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let mut target = read_target(&cli.server, &cli.scenario)?;
    let report = match &cli.scenario {
        Scenario::Room(args) => room::run(&target, args).await?,
        Scenario::Rooms(args) => rooms::run(&target, args).await?,
        Scenario::Storm(args) => storm::run(&mut target, args).await?,
        Scenario::Idle(args) => idle::run(&target, args).await?,
        Scenario::Floor(args) => floor::run(&target, args).await?,
        Scenario::Flood(args) => flood::run(&target, args).await?,
        Scenario::Likes(args) => likes::run(&target, args).await?,
        Scenario::Rest(args) => rest::run(&target, args).await?,
        Scenario::Slices(args) => slices::run(&target, args).await?,
        Scenario::HalfOpen(args) => half_open::run(&target, args).await?,
    };
    println!("{}", if cli.server.json { report.json() } else { report.text() });
    anyhow::ensure!(
        report.sound(),
        "something was lost, doubled or out of order; see the figures above"
    );
    Ok(())
}

fn read_target(server: &ServerArgs, scenario: &Scenario) -> anyhow::Result<Target> {
    let app = server.app.clone().or_else(|| std::env::var("PLAUDIT_APP").ok());
    // The floor speaks to no server.
    let app = app.or_else(|| matches!(scenario, Scenario::Floor(_)).then(|| "0:".to_owned()));
    let app = app.context("--app ID:SECRET is missing, and so is PLAUDIT_APP")?;
    let mut target = Target::new(&server.server, &app, &server.admin)?;
    target.pid = server.pid;
    target.admin_url = server.admin_url.clone();
    target.threads = server.threads as usize;
    Ok(target)
}

/// A pause, for clocks that tick on purpose.
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// A progress bar with a title.
fn bar(title: &'static str, len: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:>12} [{bar:40}] {pos}/{len} {eta}");
    let bar = ProgressBar::new(len).with_prefix(title);
    if let Ok(style) = style {
        bar.with_style(style)
    } else {
        bar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test's server as a target; its process is the test's own.
    pub fn target(server: &testkit::TestServer) -> Target {
        let app = format!("{}:{}", testkit::APP, testkit::KEY);
        let mut target = Target::new(&format!("http://{}", server.address()), &app, testkit::ADMIN).unwrap();
        target.pid = Some(std::process::id());
        target.admin_url = Some(format!("http://{}", server.admin_address()));
        target
    }
}
