//! The configuration: settled once, before anything starts.
//!
//! Built from, in rising order: defaults, a TOML file, the environment, the command line. [`Config::load`] reads the
//! files that its [`Sources`] name and does nothing else: it binds, makes and prints nothing.
//!
//! Map: [`sections`] every setting with its default and range · [`apps`] the tenants and their keys · [`document`] the
//! template and the documentation · `setting` how a setting is declared and read · `layers` one source over the other ·
//! [`ConfigError`] what can be wrong.
//!
//! Absent on purpose: serde. Its errors quote the text that they dislike, which may be a key, and know neither ranges
//! nor which of four sources is to blame.

pub mod apps;
pub mod document;
mod error;
mod layers;
mod secret;
pub mod sections;
mod setting;

pub use apps::{App, Webhook};
pub use error::ConfigError;
pub(crate) use error::nearest;
pub use secret::{DEMO_KEY, Secret};
pub use sections::{
    Admin, Delivery, Hub, Limits, Log, LogFormat, Proxies, Reading, Rooms, Sessions, Top, Trace, Websdk,
};
pub use setting::{Bounds, Field, LogFilter, Section};

use layers::Layers;
use room::AppId;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

/// Everything that can be chosen about a server.
///
/// `Default` has no app, and a server without one can do nothing; [`Config::load`] insists on one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// See [`Top::listen`].
    pub listen: SocketAddr,
    /// See [`Top::data`].
    pub data: PathBuf,
    /// See [`Top::stop_grace_ms`].
    pub stop_grace_ms: u64,
    /// The tenants, in the order of their ids.
    pub apps: Vec<App>,
    /// See [`Admin`].
    pub admin: Admin,
    /// See [`Log`].
    pub log: Log,
    /// See [`Rooms`].
    pub rooms: Rooms,
    /// What `admin.token_file` holds.
    pub admin_token: Option<Secret>,
    /// See [`Trace`].
    pub trace: Trace,
    /// See [`Websdk`].
    pub websdk: Websdk,
    /// See [`Sessions`].
    pub sessions: Sessions,
    /// See [`Reading`].
    pub reading: Reading,
    /// See [`Hub`].
    pub hub: Hub,
    /// See [`Limits`].
    pub limits: Limits,
    /// See [`Proxies`].
    pub proxies: Proxies,
}

/// Where a configuration comes from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The TOML file. Without it, the one that the variable `PLAUDIT_CONFIG` names, if any.
    pub file: Option<PathBuf>,
    /// The environment; variables that do not start with `PLAUDIT_` are not looked at.
    pub env: Env,
    /// The command line.
    pub flags: Flags,
}

/// Environment variables: names and values. They may hold keys, so `Debug` shows names only.
#[derive(Clone, Default)]
pub struct Env(pub Vec<(String, String)>);

/// What the command line gives.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--listen`
    pub listen: Option<String>,
    /// `--admin-listen`
    pub admin_listen: Option<String>,
    /// `--data`
    pub data: Option<String>,
    /// `--app ID:SECRET`
    pub apps: Vec<Secret>,
    /// `--app-file`
    pub app_files: Vec<PathBuf>,
    /// `--admin`
    pub admins: Vec<String>,
    /// `--set section.key=value`
    pub set: Vec<String>,
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Env {
    /// The variables of this process that concern Plaudit.
    pub fn of_process() -> Self {
        // A variable that is not Unicode cannot be one of ours with a value that is allowed.
        let ours = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("PLAUDIT_"))?;
            Some((name, value.to_string_lossy().into_owned()))
        });
        Self(ours.collect())
    }
}

impl Default for Config {
    fn default() -> Self {
        let top = Top::default();
        Self {
            listen: top.listen,
            data: top.data,
            stop_grace_ms: top.stop_grace_ms,
            apps: Vec::new(),
            admin: Admin::default(),
            admin_token: None,
            log: Log::default(),
            rooms: Rooms::default(),
            trace: Trace::default(),
            websdk: Websdk::default(),
            sessions: Sessions::default(),
            reading: Reading::default(),
            hub: Hub::default(),
            limits: Limits::default(),
            proxies: Proxies::default(),
        }
    }
}

/// The fewest characters of the admin API's token: what nobody guesses.
const TOKEN_CHARS_MIN: usize = 16;

fn read_token(path: &Path) -> Result<Secret, ConfigError> {
    const FIELD: &str = "admin.token_file";
    let text = layers::read_text(FIELD, path)?;
    let token = text.trim();
    if token.chars().count() < TOKEN_CHARS_MIN {
        return Err(ConfigError::Hidden {
            field: FIELD.to_owned(),
            problem: format!("the token in the file must have at least {TOKEN_CHARS_MIN} characters"),
            origin: path.display().to_string(),
        });
    }
    Ok(Secret::new(token))
}

impl Config {
    /// Whether the address is a proxy that may say who its clients are.
    pub fn is_trusted_proxy(&self, peer: IpAddr) -> bool {
        self.proxies.trusted.iter().any(|network| network.contains(&peer))
    }

    /// Reads and checks the configuration. Its only effect is to read the files that the sources name.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let layers = Layers::read(sources)?;
        let top = Top::read(&layers)?;
        let (websdk, admin) = (Websdk::read(&layers)?, Admin::read(&layers)?);
        let config = Self {
            listen: top.listen,
            data: top.data,
            stop_grace_ms: top.stop_grace_ms,
            apps: apps::merge(&layers.apps, websdk.delivery)?,
            admin_token: admin.token_file.as_deref().map(read_token).transpose()?,
            admin,
            log: Log::read(&layers)?,
            rooms: Rooms::read(&layers)?,
            trace: Trace::read(&layers)?,
            websdk,
            sessions: Sessions::read(&layers)?,
            reading: Reading::read(&layers)?,
            hub: Hub::read(&layers)?,
            limits: Limits::read(&layers)?,
            proxies: Proxies::read(&layers)?,
        };
        config.check_together()?;
        Ok(config)
    }

    /// The app with this id.
    pub fn app(&self, id: AppId) -> Option<&App> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// What is allowed alone and not together.
    fn check_together(&self) -> Result<(), ConfigError> {
        let conflict = |text: String| Err(ConfigError::Conflict(text));
        if self
            .admin
            .listen
            .is_some_and(|admin| admin.port() != 0 && admin == self.listen)
        {
            return conflict(format!(
                "admin.listen = {}: must differ from listen, or be \"\" for no admin listener",
                self.listen
            ));
        }
        if self.listen.ip().is_loopback() {
            return Ok(());
        }
        match self
            .apps
            .iter()
            .find(|app| app.keys.iter().any(|key| key.reveal() == DEMO_KEY))
        {
            None => Ok(()),
            Some(app) => conflict(format!(
                "listen = {}: must be a loopback address such as 127.0.0.1:{}, because app {} has the demo key, which \
                 everybody knows; `plaudit init` makes a key of your own",
                self.listen,
                self.listen.port(),
                app.id.0
            )),
        }
    }
}

#[cfg(test)]
mod tests;
