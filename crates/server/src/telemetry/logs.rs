//! Logs: to standard error, for people or as JSON.

use crate::config::{Log, LogFormat};
use std::io::{self, IsTerminal};
use tracing_subscriber::{EnvFilter, fmt, util::SubscriberInitExt};

/// Sends what the program logs to standard error from here on.
///
/// The first call in a process decides; later ones change nothing, because tests run several servers in one process.
pub fn init(config: &Log) {
    let filter = EnvFilter::new(config.level.as_str());
    let logs = fmt().with_env_filter(filter).with_writer(io::stderr);
    let _ = match config.format {
        LogFormat::Human => logs.with_ansi(wants_colour()).finish().try_init(),
        LogFormat::Json => logs.json().flatten_event(true).finish().try_init(),
    };
}

/// Colour for a person at a terminal who did not ask for none (no-color.org).
fn wants_colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
