//! The shape of the command line. The doc comments are its help texts.

use crate::config::{Flags, Secret};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// A self-hosted server for live rooms.
///
/// Speaks the public API of Tencent Cloud IM for live groups: existing backends and pages with the official Web SDKs
/// work against it unchanged.
#[derive(Debug, Parser)]
#[command(name = "plaudit", version, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Sub,
}

#[derive(Debug, Subcommand)]
pub(super) enum Sub {
    /// Run the server
    ///
    /// The configuration is built from, in rising order: defaults, the file of --config, variables PLAUDIT_*, and the
    /// flags here. `plaudit init` writes a file with every setting; docs/configuration.md lists them.
    #[command(after_help = "Example:\n  plaudit serve --app 1400000001:SECRET")]
    Serve(ConfigArgs),
    /// Print a UserSig: the ticket with which a user logs in
    #[command(after_help = "Example:\n  plaudit usersig --config plaudit.toml alice")]
    Usersig(UsersigArgs),
    /// Write a commented configuration with a fresh secret key
    Init(InitArgs),
    /// Tell whether a configuration is sound, without starting anything
    ///
    /// Takes the same flags and variables as `serve`.
    Check(ConfigArgs),
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// Configuration file (TOML); without it, the one that PLAUDIT_CONFIG names
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where clients and backends connect; port 0 takes any free port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Where the operator finds metrics and health; "" for nowhere [default: 127.0.0.1:8081]
    #[arg(long, value_name = "ADDRESS:PORT")]
    admin_listen: Option<String>,
    /// Folder of the database; made when missing [default: plaudit-data]
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// An app (SDKAppID) and its secret key; again for each app. Other users of this machine can see it: prefer
    /// --app-file, PLAUDIT_APP or --config
    #[arg(long, value_name = "ID:SECRET")]
    app: Vec<Secret>,
    /// File with one ID:SECRET per line; again for each file
    #[arg(long, value_name = "FILE")]
    app_file: Vec<PathBuf>,
    /// A user who may call REST in the apps of --app and --app-file; again for each [default: administrator]
    #[arg(long, value_name = "USER")]
    admin: Vec<String>,
    /// Any other setting, such as hub.tick_ms=50; again for each
    #[arg(long, value_name = "SECTION.KEY=VALUE")]
    set: Vec<String>,
}

impl ConfigArgs {
    /// The file, and the rest.
    pub(super) fn into_parts(self) -> (Option<PathBuf>, Flags) {
        let flags = Flags {
            listen: self.listen,
            admin_listen: self.admin_listen,
            data: self.data,
            apps: self.app,
            app_files: self.app_file,
            admins: self.admin,
            set: self.set,
        };
        (self.config, flags)
    }
}

#[derive(Debug, Args)]
pub(super) struct UsersigArgs {
    /// The user who will log in: 1 to 32 bytes of printable ASCII
    pub(super) user: String,
    /// The app (SDKAppID) and its secret key
    #[arg(long, value_name = "ID:SECRET", conflicts_with_all = ["app_file", "config"])]
    pub(super) app: Option<Secret>,
    /// File with one ID:SECRET per line
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    pub(super) app_file: Option<PathBuf>,
    /// Configuration file; without any of the three, PLAUDIT_CONFIG, PLAUDIT_APP and PLAUDIT_APP_FILE count
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Which app, where there are several
    #[arg(long, value_name = "ID")]
    pub(super) app_id: Option<u32>,
    /// For how many seconds the ticket is good
    // The longest is ten years: beyond, a slip is likelier than a wish.
    #[arg(long, value_name = "SECONDS", default_value_t = 604_800)]
    #[arg(value_parser = clap::value_parser!(i64).range(1..=315_360_000))]
    pub(super) expire: i64,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The file to write
    #[arg(default_value = "plaudit.toml")]
    pub(super) file: PathBuf,
    /// Replace the file if there is one; its keys are lost
    #[arg(long)]
    pub(super) force: bool,
}
