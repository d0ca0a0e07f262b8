//! Logs: to standard error, for people or as JSON.

use crate::config::{Log, LogFormat};
use std::io::{self, IsTerminal};
use tracing::Dispatch;
use tracing_subscriber::{EnvFilter, fmt, fmt::MakeWriter, util::SubscriberInitExt};

/// Sends what the program logs to standard error from here on.
///
/// The first call in a process decides; later ones change nothing, because tests run several servers in one process.
pub fn init(config: &Log) {
    let _ = dispatch(config, io::stderr, wants_colour()).try_init();
}

fn dispatch<W>(config: &Log, writer: W, colour: bool) -> Dispatch
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let filter = EnvFilter::new(config.level.as_str());
    // Where nobody reads the logs any more, the library would complain on the same broken pipe, and panic.
    let logs = fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .log_internal_errors(false);
    match config.format {
        LogFormat::Human => logs.with_ansi(colour).finish().into(),
        LogFormat::Json => logs.json().flatten_event(true).finish().into(),
    }
}

/// Colour for a person at a terminal who did not ask for none (no-color.org).
fn wants_colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LogFilter;
    use parking_lot::Mutex;
    use std::{io::Write, sync::Arc};

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat) -> String {
        let page = Page::default();
        let config = Log {
            level: LogFilter::new("info").unwrap(),
            format,
        };
        let writer = page.clone();
        tracing::dispatcher::with_default(&dispatch(&config, move || writer.clone(), false), || {
            tracing::info!(app = 7, "hello");
            tracing::debug!("too quiet");
        });
        let bytes = page.0.lock().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn people_read_lines_and_machines_read_json() {
        let line = logged(LogFormat::Human);
        assert!(
            line.contains("INFO") && line.ends_with("hello app=7\n") && line.lines().count() == 1,
            "{line}"
        );
        let json: serde_json::Value = serde_json::from_str(&logged(LogFormat::Json)).unwrap();
        assert_eq!(
            (&json["message"], &json["app"], &json["level"]),
            (&"hello".into(), &7.into(), &"INFO".into())
        );
    }
}
