//! `plaudit call`: signs and sends any REST v4 call, and prints the answer, so that support and scripts need no client.

use super::{CliError, args::CallArgs, rest::Rest, usersig::Usersig};
use crate::config::Env;
use room::UserId;
use serde_json::Value;
use std::{io::Read, time::Duration};

/// For how long the ticket of the call is good, in seconds.
const TICKET_S: i64 = 60;
/// How long the server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A call that is to be made.
#[derive(Debug)]
pub struct Call {
    rest: Rest,
    command: String,
    body: Value,
}

impl Call {
    pub(super) fn new(args: CallArgs, env: Env) -> Result<Self, CliError> {
        let refused = |error: String| CliError::Refused(error);
        let admin = UserId::new(&args.admin).map_err(|error| refused(format!("--admin: {error}")))?;
        let text = match args.body.as_str() {
            "-" => std::io::read_to_string(std::io::stdin().lock().take(BODY_BYTES_MAX))
                .map_err(|error| refused(format!("standard input: {error}")))?,
            body => body.to_owned(),
        };
        let body = serde_json::from_str(&text).map_err(|error| refused(format!("the body is not JSON: {error}")))?;
        let (config, id) = args.app.load(env)?;
        let server = args.server.unwrap_or_else(|| format!("http://{}", config.listen));
        let usersig = Usersig::of(&config, id, admin, TICKET_S)?;
        let command = args
            .command
            .trim_start_matches('/')
            .trim_start_matches("v4/")
            .to_owned();
        Ok(Self {
            rest: Rest::new(&server, usersig, TIMEOUT).map_err(|error| refused(error.to_string()))?,
            command,
            body,
        })
    }

    /// Calls, and answers what is to be printed; an answer with an `ErrorCode` is an error, printed in full.
    pub(super) fn run(&self) -> Result<String, CliError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| CliError::Refused(error.to_string()))?;
        let answer = runtime.block_on(self.rest.answer(&self.command, &self.body));
        let answer = answer.map_err(CliError::Refused)?;
        match answer.get("ErrorCode").and_then(Value::as_i64) {
            Some(0) => Ok(format!("{answer:#}")),
            _ => Err(CliError::Refused(format!("{answer:#}"))),
        }
    }
}

/// The longest body that is read, in bytes: more than the server takes.
const BODY_BYTES_MAX: u64 = 16 << 20;
