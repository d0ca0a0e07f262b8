//! The command line.
//!
//! [`parse`] turns it into a [`Command`] with a configuration that is already checked. Nothing is started here:
//! `main` serves, and the small tools run by [`Tool::run`].

mod admin;
mod args;
mod call;
pub mod hooks;
mod init;
mod link;
mod rest;
mod usersig;
mod why;

use crate::config::{Config, ConfigError, Env, Secret, Sources};
use args::{Cli, Sub};
use clap::{
    Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::{
    ffi::OsString,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

pub use call::Call;
pub use hooks::Hooks;
pub use init::Init;
pub use link::Link;
pub use usersig::Usersig;
pub use why::Why;

/// The exit code of a wrong command line or configuration, as shells and clap have it.
const EXIT_USAGE: u8 = 2;

/// What the user wants.
#[derive(Debug)]
pub enum Command {
    /// Run the server.
    Serve(Box<Config>),
    /// Run a small tool and end.
    Tool(Tool),
}

/// A small tool: it prints something and ends.
#[derive(Debug)]
pub enum Tool {
    /// Make a ticket.
    Usersig(Usersig),
    /// Tell what became of a message.
    Why(Why),
    /// Make a link to a room.
    Link(Link),
    /// Make a REST call.
    Call(Call),
    /// Receive webhooks.
    Hooks(Hooks),
    /// Write a configuration to start with.
    Init(Init),
    /// Tell what a sound configuration says.
    Check(Box<Config>),
}

/// Why a command line cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Not a command line of ours, or a request for help.
    #[error("{}", usage_text(.0))]
    Usage(#[from] clap::Error),
    /// The configuration that it leads to is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A tool refuses.
    #[error("{0}")]
    Refused(String),
}

/// What the user wants, from the process's arguments and environment. Help and errors are printed, and end the process:
/// the exit code is 0 after help, 2 after an error.
pub fn parse() -> Command {
    match parse_from(std::env::args_os(), Env::of_process()) {
        Ok(command) => command,
        Err(CliError::Usage(asked)) if is_help(&asked) => asked.exit(),
        Err(error) => {
            complain(&error);
            std::process::exit(EXIT_USAGE.into())
        }
    }
}

/// What the user wants, from these arguments (the program's name first) and this environment. No effect but reading the
/// files that they name.
pub fn parse_from(args: impl IntoIterator<Item = OsString>, env: Env) -> Result<Command, CliError> {
    Ok(match Cli::try_parse_from(args)?.command {
        Sub::Serve(args) => Command::Serve(load(args, env)?),
        Sub::Check(args) => Command::Tool(Tool::Check(load(args, env)?)),
        Sub::Usersig(args) => Command::Tool(Tool::Usersig(Usersig::new(args, env)?)),
        Sub::Why(args) => Command::Tool(Tool::Why(Why::new(args, env)?)),
        Sub::Link(args) => Command::Tool(Tool::Link(Link::new(args, env)?)),
        Sub::Call(args) => Command::Tool(Tool::Call(Call::new(args, env)?)),
        Sub::Hooks(args) => Command::Tool(Tool::Hooks(Hooks::new(args, env)?)),
        Sub::Init(args) => Command::Tool(Tool::Init(Init::new(args))),
    })
}

/// The secret in a file, without the space around it.
fn read_token(path: &Path) -> Result<Secret, CliError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| CliError::Refused(format!("{}: {error}", path.display())))?;
    Ok(Secret::new(text.trim()))
}

fn load(args: args::ConfigArgs, env: Env) -> Result<Box<Config>, CliError> {
    let (file, flags) = args.into_parts();
    Ok(Box::new(Config::load(&Sources { file, env, flags })?))
}

impl Tool {
    /// Does the work and prints what comes out.
    pub fn run(self) -> ExitCode {
        let outcome = match self {
            Self::Usersig(usersig) => Ok(usersig.run()),
            Self::Why(why) => why.run(),
            Self::Link(link) => link.run(),
            Self::Call(call) => call.run(),
            Self::Hooks(hooks) => hooks.run(),
            Self::Init(init) => init.run(),
            Self::Check(config) => Ok(summary(&config)),
        };
        let printed = match outcome {
            Ok(text) => writeln!(io::stdout(), "{text}").map_err(|error| CliError::Refused(format!("stdout: {error}"))),
            Err(error) => Err(error),
        };
        match printed {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(&error);
                ExitCode::FAILURE
            }
        }
    }
}

/// What a person wants to see of a configuration at a glance. No keys.
fn summary(config: &Config) -> String {
    let apps: Vec<_> = config.apps.iter().map(|app| app.id.0.to_string()).collect();
    let admin = config
        .admin
        .listen
        .map_or("off".to_owned(), |address| address.to_string());
    format!(
        "The configuration is sound.\n  apps    {}\n  listen  {}\n  admin   {admin}\n  data    {}",
        apps.join(", "),
        config.listen,
        config.data.display()
    )
}

/// Tells an error on standard error.
fn complain(error: &CliError) {
    // There is nobody left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "plaudit: {error}");
}

/// Whether clap's text is not a complaint, but what was asked for, or the help that an empty command line gets.
fn is_help(error: &clap::Error) -> bool {
    !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// The text of clap without the word that our own prefix replaces, and without what may be a key.
fn usage_text(error: &clap::Error) -> String {
    if names_stray_text(error) {
        return "unexpected argument found (not shown, because it may be a key): --app stands before each ID:SECRET\n\n\
                For more information, try '--help'."
            .into();
    }
    let text = error.to_string();
    text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned()
}

/// Whether clap quotes a text that stands where a flag or a command should: a key, if its `--app` was forgotten.
fn names_stray_text(error: &clap::Error) -> bool {
    let quoted = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "-",
    };
    match error.kind() {
        ErrorKind::UnknownArgument => !quoted(ContextKind::InvalidArg).starts_with('-'),
        ErrorKind::InvalidSubcommand => quoted(ContextKind::InvalidSubcommand).contains(':'),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
