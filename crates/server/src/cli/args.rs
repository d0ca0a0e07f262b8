//! The shape of the command line. The doc comments are its help texts.

use super::hooks::recipes::Recipe;
use crate::config::{Flags, Secret};
use clap::{Args, Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf};

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
    /// Tell what became of a message: why it was lost, or whom it reached
    ///
    /// Asks the admin API of a running server (docs/admin-api.md). Without a choice it tells of the newest messages of
    /// the room.
    #[command(after_help = "Example:\n  plaudit why --config plaudit.toml --room room-1 --from bob")]
    Why(WhyArgs),
    /// Make a link with which a room can be read over plain HTTP, while its rule "reading" is "link"
    ///
    /// Asks the admin API of a running server, and prints where the stream and the slices of the room are.
    #[command(after_help = "Example:\n  plaudit link --config plaudit.toml --room room-1 --seconds 3600")]
    Link(LinkArgs),
    /// Sign and send any REST v4 call, and print the answer
    #[command(
        after_help = "Example:\n  plaudit call --config plaudit.toml get_group_info '{\"GroupIdList\":[\"evening\"]}'"
    )]
    Call(CallArgs),
    /// Receive webhooks: print them, and follow recipes for what users of live rooms ask every week
    ///
    /// A small backend for trying things out (docs/recipes/). Recipes call the server, so they need the app's key.
    #[command(after_help = "Example:\n  plaudit hooks --config plaudit.toml --recipe mute --recipe likes")]
    Hooks(HooksArgs),
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

/// Which app, for tools that sign tickets.
#[derive(Debug, Args)]
pub(super) struct AppArgs {
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
}

#[derive(Debug, Args)]
pub(super) struct UsersigArgs {
    /// The user who will log in: 1 to 32 bytes of printable ASCII
    pub(super) user: String,
    #[command(flatten)]
    pub(super) app: AppArgs,
    /// For how many seconds the ticket is good
    // The longest is ten years: beyond, a slip is likelier than a wish.
    #[arg(long, value_name = "SECONDS", default_value_t = 604_800)]
    #[arg(value_parser = clap::value_parser!(i64).range(1..=315_360_000))]
    pub(super) expire: i64,
}

#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// The room
    #[arg(long, value_name = "ROOM")]
    pub(super) room: String,
    /// Whose message
    #[arg(long, value_name = "USER")]
    pub(super) from: Option<String>,
    /// Its Random
    #[arg(long, value_name = "NUMBER")]
    pub(super) random: Option<u32>,
    /// Its ID in an official Web SDK
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// Its MsgSeq
    #[arg(long, value_name = "NUMBER")]
    pub(super) seq: Option<u64>,
    /// When it was sent, give or take five seconds: seconds since 1970
    #[arg(long, value_name = "SECONDS")]
    pub(super) at: Option<u64>,
    /// At most how many messages, the newest first
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    pub(super) limit: usize,
    /// Print the server's answer as it is
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) admin: AdminArgs,
}

#[derive(Debug, Args)]
pub(super) struct LinkArgs {
    /// The room
    #[arg(long, value_name = "ROOM")]
    pub(super) room: String,
    /// For how long the link is good
    #[arg(long, value_name = "NUMBER", default_value_t = 86_400)]
    pub(super) seconds: u64,
    #[command(flatten)]
    pub(super) admin: AdminArgs,
}

#[derive(Debug, Args)]
pub(super) struct AdminArgs {
    #[command(flatten)]
    pub(super) app: AppArgs,
    /// The server's admin listener, as http://ADDRESS:PORT; without it that of the configuration
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    /// The administrator who asks
    #[arg(long, value_name = "USER", default_value = "administrator")]
    pub(super) admin: String,
    /// File with the token of admin.token_file, to be shown instead of a UserSig
    #[arg(long, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CallArgs {
    /// The command, alone or as service/command
    pub(super) command: String,
    /// The body, as JSON; - reads it from standard input
    #[arg(default_value = "{}")]
    pub(super) body: String,
    #[command(flatten)]
    pub(super) app: AppArgs,
    /// The server, as http://ADDRESS:PORT; without it that of the configuration
    #[arg(long, value_name = "URL")]
    pub(super) server: Option<String>,
    /// The administrator who calls
    #[arg(long, value_name = "USER", default_value = "administrator")]
    pub(super) admin: String,
}

#[derive(Debug, Args)]
pub(super) struct HooksArgs {
    /// Where to receive; port 0 takes any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9000")]
    pub(super) listen: SocketAddr,
    /// File with the app's webhook_token: calls that are not signed with it are refused
    #[arg(long, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,
    /// A recipe to follow; again for each
    #[arg(long, value_enum, value_name = "NAME")]
    pub(super) recipe: Vec<Recipe>,
    /// The server that recipes call, as http://ADDRESS:PORT; without it that of the configuration
    #[arg(long, value_name = "URL")]
    pub(super) server: Option<String>,
    #[command(flatten)]
    pub(super) app: AppArgs,
    /// The administrator in whose name recipes call
    #[arg(long, value_name = "USER", default_value = "administrator")]
    pub(super) admin: String,
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
