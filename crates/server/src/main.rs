//! `plaudit`: reads what is wanted, builds the server, says where it is, runs until it is told to stop.

use anyhow::Context;
use server::{
    Server,
    cli::{self, Command},
    config::Config,
    telemetry::logs,
};
use std::{io::Write, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Gives memory back to the system: after a storm of connections the C library's allocator keeps nearly all of it
/// (docs/performance.md).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match cli::parse() {
        Command::Tool(tool) => tool.run(),
        Command::Serve(config) => match serve(*config) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "plaudit: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

fn serve(config: Config) -> anyhow::Result<()> {
    logs::init(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = stop_on_signal()?;
        let server = Server::build(config).await?;
        announce(&server).context("cannot write to standard output")?;
        server.run(stop).await
    })
}

/// SIGTERM or SIGINT stop the server in order; a second one ends it at once.
fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let told = stop.clone();
    tokio::spawn(async move {
        for last in [false, true] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if last {
                std::process::exit(130);
            }
            tracing::info!("stopping; once more to stop at once");
            told.cancel();
        }
    });
    Ok(stop)
}

/// Every address that is bound, then `ready`: for people, and for scripts that chose port 0.
fn announce(server: &Server) -> std::io::Result<()> {
    let clients = server.clients;
    let mut out = std::io::stdout().lock();
    writeln!(out, "plaudit {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(
        out,
        "  clients  http://{clients}  (Web SDK proxyServer: ws://{clients}, REST: http://{clients}/v4/...)"
    )?;
    match server.admin {
        Some(admin) => writeln!(out, "  admin    http://{admin}  (metrics: /metrics)")?,
        None => writeln!(out, "  admin    off")?,
    }
    writeln!(out, "ready")?;
    out.flush()
}
