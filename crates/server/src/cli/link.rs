//! `plaudit link`: a link with which a room can be read over plain HTTP, made by a running server.

use super::{CliError, admin::Admin, args::LinkArgs};
use crate::config::Env;
use serde_json::{Value, json};

/// A wish for a link.
#[derive(Debug)]
pub struct Link {
    admin: Admin,
    seconds: u64,
}

impl Link {
    pub(super) fn new(args: LinkArgs, env: Env) -> Result<Self, CliError> {
        Ok(Self {
            admin: Admin::new(args.admin, &args.room, env)?,
            seconds: args.seconds,
        })
    }

    /// Asks, and answers what is to be printed.
    pub(super) fn run(&self) -> Result<String, CliError> {
        super::admin::block_on(self.ask())
    }

    async fn ask(&self) -> Result<String, CliError> {
        let link = self.admin.post("link", &json!({"seconds": self.seconds})).await?;
        let address = |name: &str| link.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(format!("stream  {}\nslices  {}", address("events"), address("slices")))
    }
}
