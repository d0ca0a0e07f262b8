//! `plaudit call`: signs and sends any REST v4 call, and prints the answer, so that support and scripts need no client.

use super::{CliError, args::CallArgs, rest::Rest, usersig::Usersig};
use crate::{
    config::{Env, nearest},
    doors::rest::commands,
};
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
        Ok(Self {
            rest: Rest::new(&server, usersig, TIMEOUT).map_err(|error| refused(error.to_string()))?,
            command: whole_name(&args.command).map_err(refused)?,
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

/// `service/command` of what may be given as a path, or as the command alone. A name that has a service goes as it is: the
/// server may know more than this program.
fn whole_name(given: &str) -> Result<String, String> {
    let given = given.trim_start_matches('/').trim_start_matches("v4/");
    if given.contains('/') {
        return Ok(given.to_owned());
    }
    if let Some(known) = commands::ALL.iter().find(|known| known.word() == given) {
        return Ok(known.name.to_owned());
    }
    let words = commands::ALL.iter().map(|known| known.word().to_owned());
    let hint = nearest(given, words).map_or_else(String::new, |word| format!(" (did you mean {word}?)"));
    Err(format!("no command {given}{hint}; docs/compatibility.md lists them"))
}

/// The longest body that is read, in bytes: more than the server takes.
const BODY_BYTES_MAX: u64 = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_be_given_alone_or_as_a_path() {
        for given in [
            "get_group_attr",
            "group_open_attr_http_svc/get_group_attr",
            "/v4/group_open_attr_http_svc/get_group_attr",
        ] {
            assert_eq!(
                whole_name(given),
                Ok("group_open_attr_http_svc/get_group_attr".to_owned())
            );
        }
        assert_eq!(whole_name("new/one"), Ok("new/one".to_owned()), "for a newer server");
        let refused = whole_name("get_group_atr").unwrap_err();
        assert!(refused.contains("did you mean get_group_attr?"), "{refused}");
    }

    #[test]
    fn no_two_services_have_a_command_of_the_same_name() {
        let mut words: Vec<_> = commands::ALL.iter().map(commands::Command::word).collect();
        words.sort_unstable();
        let count = words.len();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
