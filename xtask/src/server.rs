//! A Plaudit server of our own on loopback, on any free ports.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::paths::TempFolder;
use crate::run::{Kept, with_many_files};

/// The app that demo and benches speak to.
pub(crate) const APP_ID: &str = "1400000001";

/// Long enough for a busy two-core machine; the server is up in well under a second on an idle one.
pub(crate) const UP_WITHIN: Duration = Duration::from_secs(60);

/// A server that runs; it ends when this is dropped.
pub(crate) struct Server {
    pub(crate) kept: Kept,
    /// Where clients and backends connect.
    pub(crate) clients: SocketAddr,
    /// Where the operator connects.
    pub(crate) admin: SocketAddr,
    how: How,
}

/// How it is started, and started again.
#[derive(Clone)]
struct How {
    binary: PathBuf,
    folder: PathBuf,
    secret: String,
    settings: Vec<String>,
}

impl Server {
    /// Starts it with its data in `folder` and the `settings` (`key=value`) that differ from the defaults.
    pub(crate) fn start(binary: &Path, folder: &TempFolder, secret: &str, settings: &[String]) -> Result<Self> {
        let how = How {
            binary: binary.to_path_buf(),
            folder: folder.path().to_path_buf(),
            secret: secret.to_owned(),
            settings: settings.to_vec(),
        };
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        how.start(free, free)
    }

    /// Ends it, and starts it again with the same data at the same addresses.
    pub(crate) fn restart(&mut self) -> Result<()> {
        self.kept.end();
        *self = self.how.clone().start(self.clients, self.admin)?;
        Ok(())
    }
}

impl How {
    fn start(self, clients: SocketAddr, admin: SocketAddr) -> Result<Server> {
        let log = self.folder.join("plaudit.log");
        let mut command = with_many_files(&self.binary);
        command
            .args(["serve", "--listen", &clients.to_string()])
            .args(["--admin-listen", &admin.to_string()])
            .arg("--data")
            .arg(self.folder.join("data"));
        for setting in &self.settings {
            command.args(["--set", setting]);
        }
        // What somebody has set for a server of his own is not meant for this one.
        forget_settings(&mut command);
        command
            // Not an argument: anyone on the machine can read those.
            .env("PLAUDIT_APP", format!("{APP_ID}:{}", self.secret))
            .env("PLAUDIT_ADMIN", "administrator")
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(&log)?);
        let mut kept = Kept::start(&mut command, "plaudit serve")?;
        let lines = kept.lines();
        let (mut clients, mut admin) = (None, None);
        let (clients, admin) = kept.await_line(&lines, UP_WITHIN, &log, |line| {
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("clients"), Some(url)) => clients = address_in(url),
                (Some("admin"), Some(url)) => admin = address_in(url),
                (Some("ready"), _) => return Some((clients, admin)),
                _ => {}
            }
            None
        })?;
        Ok(Server {
            kept,
            clients: clients.context("plaudit said `ready` but not where its clients connect")?,
            admin: admin.context("plaudit said `ready` but not where its operator connects")?,
            how: self,
        })
    }
}

/// Takes the settings of a server out of a program's environment.
pub(crate) fn forget_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PLAUDIT_")) {
        command.env_remove(name);
    }
}

/// The address in `http://127.0.0.1:8080/...`.
pub(crate) fn address_in(url: &str) -> Option<SocketAddr> {
    url.strip_prefix("http://")?.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_what_programs_say() {
        assert_eq!(address_in("http://127.0.0.1:8080/"), "127.0.0.1:8080".parse().ok());
        assert_eq!(address_in("ws://127.0.0.1:8080"), None);
    }
}
