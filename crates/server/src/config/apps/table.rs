//! One `[[apps]]` of a file, while it is read.

use super::{
    super::{ConfigError, Delivery, Secret, error::nearest, layers::read_text, setting::Setting},
    BEFORE_ALLOWED, COMMANDS_ALLOWED, FIELDS, FIELDS_ALLOWED, ID_ALLOWED, KEYS_MAX, LEAVE_ALLOWED, ORIGINS_ALLOWED,
    RATE_ALLOWED, RETRIES_ALLOWED, TIMEOUT_ALLOWED, URL_ALLOWED,
    check::{admin, hidden, page_origin, refused, sound_key, texts},
    layer::Given,
};
use room::{AppId, LeavePolicy};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use tim::webhook::Command;
use toml::{Table, Value};

/// The app in the table with this number, counted from 1.
pub(super) fn read(number: usize, table: &Table, origin: &str) -> Result<Given, ConfigError> {
    let field = format!("apps, number {number}: id");
    let Some(value) = table.get("id") else {
        return Err(hidden(&field, &format!("is missing; must be {ID_ALLOWED}"), origin));
    };
    let id = value
        .as_integer()
        .and_then(|id| u32::try_from(id).ok())
        .filter(|&id| id > 0)
        .map(AppId);
    let id = id.ok_or_else(|| refused(&field, value, ID_ALLOWED, origin))?;
    let app = AppTable { id, table, origin };
    app.refuse_unknown()?;
    let names = app.get("admins", "a list of at least one user id", |value| {
        texts(value).filter(|names| !names.is_empty())
    })?;
    let admins = names.map(|names| {
        names
            .iter()
            .map(|name| admin(name, &app.field("admins"), origin))
            .collect()
    });
    Ok(Given {
        id,
        keys: app.keys()?,
        admins: admins.transpose()?,
        origins: app.get("origins", ORIGINS_ALLOWED, |value| {
            texts(value)?.into_iter().map(page_origin).collect()
        })?,
        webhook_url: app.get("webhook_url", URL_ALLOWED, |value| {
            value
                .as_str()
                .filter(|url| url.is_empty() || is_address(url))
                .map(str::to_owned)
        })?,
        webhook_token: app.token()?,
        webhook_commands: app.get("webhook_commands", COMMANDS_ALLOWED, |value| commands(value, |_| true))?,
        webhook_fail_closed: app.get("webhook_fail_closed", BEFORE_ALLOWED, |value| {
            commands(value, Command::is_before)
        })?,
        webhook_ca_file: app.get("webhook_ca_file", "a path, or \"\" for none", |value| {
            value.as_str().map(PathBuf::from)
        })?,
        webhook_timeout_ms: app.get("webhook_timeout_ms", TIMEOUT_ALLOWED, |value| {
            let ms = value.as_integer().and_then(|ms| u64::try_from(ms).ok());
            ms.filter(|ms| (100..=10_000).contains(ms))
        })?,
        webhook_retries: app.get("webhook_retries", RETRIES_ALLOWED, |value| {
            let retries = value.as_integer().and_then(|retries| u32::try_from(retries).ok());
            retries.filter(|retries| *retries <= 10)
        })?,
        webhook_event_time_text: app.get("webhook_event_time_text", "true or false", Value::as_bool)?,
        leave_policy: app.get("leave_policy", LEAVE_ALLOWED, |value| match value.as_str()? {
            "web_takes_all" => Some(LeavePolicy::WebTakesAll),
            "all_together" => Some(LeavePolicy::AllTogether),
            "each_for_itself" => Some(LeavePolicy::EachForItself),
            _ => None,
        })?,
        words_file: app.get("words_file", "a path, or \"\" for none", |value| {
            value.as_str().map(PathBuf::from)
        })?,
        room_fields: app.get("room_fields", FIELDS_ALLOWED, |value| {
            let names = texts(value)?;
            let sound = names.iter().all(|name| room::record::is_custom_key(name));
            sound.then(|| names.into_iter().map(str::to_owned).collect())
        })?,
        rate_per_s: app.get("rate_per_s", RATE_ALLOWED, |value| {
            let rate = value.as_integer().and_then(|rate| u32::try_from(rate).ok());
            rate.filter(|rate| (0..=room::rules::RATE_PER_S_MAX).contains(rate))
        })?,
        recall: app.get("recall", "true or false", Value::as_bool)?,
        one_room_per_user: app.get("one_room_per_user", "true or false", Value::as_bool)?,
        members_share: app.get("members_share", "true or false", Value::as_bool)?,
        delivery: app.get("delivery", &Delivery::allowed(None), Delivery::from_toml)?,
        origin: origin.to_owned(),
    })
}

/// Whether a text may be the address of a backend.
fn is_address(url: &str) -> bool {
    let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    host.is_some_and(|host| !host.is_empty())
}

/// A list of webhooks that all fit.
fn commands(value: &Value, fits: impl Fn(Command) -> bool) -> Option<BTreeSet<Command>> {
    let find = |name: &str| Command::find(name).filter(|command| fits(*command));
    texts(value)?.into_iter().map(find).collect()
}

/// One `[[apps]]` of a file, while it is read.
struct AppTable<'a> {
    id: AppId,
    table: &'a Table,
    origin: &'a str,
}

impl<'a> AppTable<'a> {
    fn field(&self, key: &str) -> String {
        format!("apps.{}.{key}", self.id.0)
    }

    fn refuse_unknown(&self) -> Result<(), ConfigError> {
        let Some(unknown) = self
            .table
            .keys()
            .find(|key| FIELDS.iter().all(|known| known.key != *key))
        else {
            return Ok(());
        };
        let nearest = nearest(unknown, FIELDS.iter().map(|known| known.key.to_owned())).map(|key| self.field(&key));
        Err(ConfigError::Unknown {
            name: self.field(unknown),
            nearest,
            origin: self.origin.to_owned(),
        })
    }

    /// A setting that is no secret, if it is given.
    fn get<T>(
        &self,
        key: &str,
        allowed: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        read(value)
            .map(Some)
            .ok_or_else(|| refused(&self.field(key), value, allowed, self.origin))
    }

    /// `keys`, or what stands in `key_files`. None at all is allowed here: another source may give them.
    fn keys(&self) -> Result<Vec<Secret>, ConfigError> {
        match (self.one_or_two("keys")?, self.one_or_two("key_files")?) {
            (Some(_), Some(_)) => {
                let problem = "must not stand beside `keys`; give one of them";
                Err(hidden(&self.field("key_files"), problem, self.origin))
            }
            (Some(keys), None) => keys
                .into_iter()
                .map(|key| sound_key(key, &self.field("keys"), self.origin))
                .collect(),
            (None, Some(paths)) => paths.into_iter().map(|path| self.key_in(path)).collect(),
            (None, None) => Ok(Vec::new()),
        }
    }

    /// `webhook_token`; it is never shown.
    fn token(&self) -> Result<Option<Secret>, ConfigError> {
        let Some(value) = self.table.get("webhook_token") else {
            return Ok(None);
        };
        let field = self.field("webhook_token");
        let text = value
            .as_str()
            .ok_or_else(|| hidden(&field, "must be a text", self.origin))?;
        if text.is_empty() {
            return Ok(None);
        }
        sound_key(text, &field, self.origin).map(Some)
    }

    fn one_or_two(&self, key: &str) -> Result<Option<Vec<&'a str>>, ConfigError> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let list = texts(value).filter(|list| (1..=KEYS_MAX).contains(&list.len()));
        list.map(Some)
            .ok_or_else(|| hidden(&self.field(key), "must be a list of one or two texts", self.origin))
    }

    fn key_in(&self, path: &str) -> Result<Secret, ConfigError> {
        let field = self.field("key_files");
        let text = read_text(&field, Path::new(path))?;
        sound_key(&text, &format!("{field} = {path}: the key"), self.origin)
    }
}
