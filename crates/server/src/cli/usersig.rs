//! `plaudit usersig`: a ticket for trying things out. Backends make their own.

use super::{
    CliError,
    args::{AppArgs, UsersigArgs},
};
use crate::config::{Config, Env, Flags, Secret, Sources};
use room::{AppId, UserId};
use std::time::{SystemTime, UNIX_EPOCH};

/// A ticket to be made.
#[derive(Debug)]
pub struct Usersig {
    app: AppId,
    key: Secret,
    user: UserId,
    expire_s: i64,
}

impl Usersig {
    pub(super) fn new(args: UsersigArgs, env: Env) -> Result<Self, CliError> {
        let user = UserId::new(&args.user).map_err(|error| {
            CliError::Refused(format!(
                "USER = {:?}: {error}; must be 1 to 32 bytes of printable ASCII",
                args.user
            ))
        })?;
        let (config, id) = args.app.load(env)?;
        Self::of(&config, id, user, args.expire)
    }

    /// A ticket of the app that is meant: this one, or the only one.
    pub(super) fn of(config: &Config, id: Option<u32>, user: UserId, expire_s: i64) -> Result<Self, CliError> {
        let (app, key) = choose(config, id)?;
        Ok(Self {
            app,
            key,
            user,
            expire_s,
        })
    }

    /// Whom it is for.
    pub(super) fn user(&self) -> &UserId {
        &self.user
    }

    /// A ticket of an app with this key.
    pub fn with_key(app: AppId, key: Secret, user: UserId, expire_s: i64) -> Self {
        Self {
            app,
            key,
            user,
            expire_s,
        }
    }

    /// The id of its app.
    pub(super) fn app_id(&self) -> u32 {
        self.app.0
    }

    /// The text of the ticket, signed now.
    pub(super) fn run(&self) -> String {
        // A clock before 1970 makes a ticket that is long expired, which is what a server would say of it too.
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        self.sign(now)
    }

    fn sign(&self, now: u64) -> String {
        let ticket = tim::usersig::Ticket {
            identifier: self.user.as_str().to_owned(),
            sdkappid: self.app.0,
            time: now,
            expire: self.expire_s,
            userbuf: None,
        };
        tim::usersig::sign(self.key.reveal(), &ticket)
    }
}

impl AppArgs {
    /// The configuration that is meant, and which of its apps.
    pub(super) fn load(self, env: Env) -> Result<(Config, Option<u32>), CliError> {
        let flags = Flags {
            apps: self.app.into_iter().collect(),
            app_files: self.app_file.into_iter().collect(),
            ..Flags::default()
        };
        // Who names an app here means that one, whatever else the environment has.
        let named_here = !flags.apps.is_empty() || !flags.app_files.is_empty();
        let env = if named_here { Env::default() } else { env };
        let file = self.config;
        let config = Config::load(&Sources { file, env, flags })?;
        Ok((config, self.app_id))
    }
}

/// The app that is asked for, or the only one, with the key that signs.
fn choose(config: &Config, id: Option<u32>) -> Result<(AppId, Secret), CliError> {
    let ids = || {
        config
            .apps
            .iter()
            .map(|app| app.id.0.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let app = match (id, config.apps.as_slice()) {
        (None, [only]) => only,
        (None, _) => {
            return Err(CliError::Refused(format!(
                "--app-id is missing: there are the apps {}",
                ids()
            )));
        }
        (Some(id), _) => config
            .app(AppId(id))
            .ok_or_else(|| CliError::Refused(format!("--app-id = {id}: there is no such app; there are {}", ids())))?,
    };
    let key = app
        .keys
        .first()
        .ok_or_else(|| CliError::Refused(format!("app {} has no key", app.id.0)))?;
    Ok((app.id, key.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tim::usersig::{Claim, verify};

    #[test]
    fn a_printed_ticket_verifies() {
        let usersig = Usersig {
            app: AppId(1_400_000_001),
            key: Secret::new("the key"),
            user: UserId::new("alice").unwrap(),
            expire_s: 60,
        };
        let claim = |now| Claim {
            identifier: "alice",
            sdkappid: 1_400_000_001,
            keys: &["the key"],
            now,
        };
        let text = usersig.sign(1_000);
        assert!(verify(&text, claim(1_060)).is_ok());
        assert!(verify(&text, claim(1_061)).is_err());
    }
}
