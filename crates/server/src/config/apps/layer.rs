//! What each source says of apps, before they are put together.

use super::{
    super::{ConfigError, Delivery, Flags, Secret, layers::read_text, setting::split_list},
    App, ID_ALLOWED, Webhook,
    check::{admin, hidden, sound_key},
    table,
};
use room::{AppId, LeavePolicy, UserId};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use tim::webhook::Command;
use toml::Value;

/// What one source says of one app.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) id: AppId,
    pub(super) keys: Vec<Secret>,
    pub(super) admins: Option<Vec<UserId>>,
    pub(super) origins: Option<Vec<String>>,
    pub(super) delivery: Option<Delivery>,
    pub(super) webhook_url: Option<String>,
    pub(super) webhook_token: Option<Secret>,
    pub(super) webhook_commands: Option<BTreeSet<Command>>,
    pub(super) webhook_fail_closed: Option<BTreeSet<Command>>,
    pub(super) webhook_ca_file: Option<PathBuf>,
    pub(super) webhook_timeout_ms: Option<u64>,
    pub(super) webhook_retries: Option<u32>,
    pub(super) webhook_event_time_text: Option<bool>,
    pub(super) leave_policy: Option<LeavePolicy>,
    pub(super) words_file: Option<PathBuf>,
    pub(super) room_fields: Option<Vec<String>>,
    pub(super) rate_per_s: Option<u32>,
    pub(super) recall: Option<bool>,
    pub(super) one_room_per_user: Option<bool>,
    pub(super) members_share: Option<bool>,
    /// Which file, variable or flag, for errors.
    pub(super) origin: String,
}

/// What one source says of apps.
#[derive(Clone, Debug)]
pub(in crate::config) struct AppLayer(pub(super) Vec<Given>);

impl AppLayer {
    /// From `[[apps]]` in a file.
    pub(in crate::config) fn from_toml(value: Value, origin: &str) -> Result<Self, ConfigError> {
        let not_a_list = || hidden("apps", "must be a list of sections, [[apps]]", origin);
        let Value::Array(list) = value else {
            return Err(not_a_list());
        };
        let mut apps = Vec::with_capacity(list.len());
        for (index, app) in list.into_iter().enumerate() {
            let Value::Table(app) = app else {
                return Err(not_a_list());
            };
            apps.push(table::read(index + 1, &app, origin)?);
        }
        Self::new(apps)
    }

    /// From `PLAUDIT_APP`, `PLAUDIT_APP_FILE` and `PLAUDIT_ADMIN`.
    pub(in crate::config) fn from_env<'a>(
        variable: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Option<Self>, ConfigError> {
        let mut apps = Vec::new();
        for text in variable("PLAUDIT_APP").into_iter().flat_map(split_list) {
            apps.push(Given::from_text(text, "PLAUDIT_APP", "the environment")?);
        }
        if let Some(path) = variable("PLAUDIT_APP_FILE") {
            apps.extend(read_app_file("PLAUDIT_APP_FILE", Path::new(path))?);
        }
        let admins: Vec<_> = variable("PLAUDIT_ADMIN").into_iter().flat_map(split_list).collect();
        Self::with_admins(apps, &admins, "PLAUDIT_ADMIN", "PLAUDIT_APP or PLAUDIT_APP_FILE")
    }

    /// From `--app`, `--app-file` and `--admin`.
    pub(in crate::config) fn from_flags(flags: &Flags) -> Result<Option<Self>, ConfigError> {
        let mut apps = Vec::new();
        for text in &flags.apps {
            apps.push(Given::from_text(text.reveal(), "--app", "the command line")?);
        }
        for path in &flags.app_files {
            apps.extend(read_app_file("--app-file", path)?);
        }
        let admins: Vec<_> = flags.admins.iter().map(String::as_str).collect();
        Self::with_admins(apps, &admins, "--admin", "--app or --app-file")
    }

    fn with_admins(
        mut apps: Vec<Given>,
        admins: &[&str],
        field: &str,
        needs: &str,
    ) -> Result<Option<Self>, ConfigError> {
        if let Some(first) = admins.first() {
            if apps.is_empty() {
                let text = format!("{field} = {first}: is about the apps of {needs}, and there are none");
                return Err(ConfigError::Conflict(text));
            }
            let admins = admins
                .iter()
                .map(|name| admin(name, field, field))
                .collect::<Result<Vec<_>, _>>()?;
            apps.iter_mut().for_each(|app| app.admins = Some(admins.clone()));
        }
        if apps.is_empty() {
            Ok(None)
        } else {
            Self::new(apps).map(Some)
        }
    }

    /// An app may stand in several sources, but only once in each.
    fn new(apps: Vec<Given>) -> Result<Self, ConfigError> {
        let mut ids = BTreeSet::new();
        for app in &apps {
            if !ids.insert(app.id) {
                let problem = "stands here twice; give each app once, with both of its keys in `keys` of the file";
                return Err(hidden(&format!("apps.{}", app.id.0), problem, &app.origin));
            }
        }
        Ok(Self(apps))
    }
}

impl Given {
    /// From `ID:SECRET`. Nothing of a text that has another form is shown: id and secret may have changed places.
    fn from_text(text: &str, field: &str, origin: &str) -> Result<Self, ConfigError> {
        let form = || hidden(field, &format!("must be ID:SECRET, where ID is {ID_ALLOWED}"), origin);
        let (id, key) = text.split_once(':').ok_or_else(form)?;
        let id = id
            .trim()
            .parse()
            .ok()
            .filter(|&id| id > 0)
            .map(AppId)
            .ok_or_else(form)?;
        let keys = vec![sound_key(key, &format!("the key of app {} in {field}", id.0), origin)?];
        Ok(Self {
            id,
            keys,
            admins: None,
            origins: None,
            delivery: None,
            webhook_url: None,
            webhook_token: None,
            webhook_commands: None,
            webhook_fail_closed: None,
            webhook_ca_file: None,
            webhook_timeout_ms: None,
            webhook_retries: None,
            webhook_event_time_text: None,
            leave_policy: None,
            words_file: None,
            room_fields: None,
            rate_per_s: None,
            recall: None,
            one_room_per_user: None,
            members_share: None,
            origin: field.to_owned(),
        })
    }

    /// Takes from a higher source what that one gives.
    pub(super) fn overlay(&mut self, above: &Self) {
        if !above.keys.is_empty() {
            self.keys.clone_from(&above.keys);
            self.origin.clone_from(&above.origin);
        }
        self.admins = above.admins.clone().or(self.admins.take());
        self.origins = above.origins.clone().or(self.origins.take());
        self.delivery = above.delivery.or(self.delivery);
        self.webhook_url = above.webhook_url.clone().or(self.webhook_url.take());
        self.webhook_token = above.webhook_token.clone().or(self.webhook_token.take());
        self.webhook_commands = above.webhook_commands.clone().or(self.webhook_commands.take());
        self.webhook_fail_closed = above.webhook_fail_closed.clone().or(self.webhook_fail_closed.take());
        self.webhook_ca_file = above.webhook_ca_file.clone().or(self.webhook_ca_file.take());
        self.webhook_timeout_ms = above.webhook_timeout_ms.or(self.webhook_timeout_ms);
        self.webhook_retries = above.webhook_retries.or(self.webhook_retries);
        self.webhook_event_time_text = above.webhook_event_time_text.or(self.webhook_event_time_text);
        self.leave_policy = above.leave_policy.or(self.leave_policy);
        self.words_file = above.words_file.clone().or(self.words_file.take());
        self.room_fields = above.room_fields.clone().or(self.room_fields.take());
        self.rate_per_s = above.rate_per_s.or(self.rate_per_s);
        self.recall = above.recall.or(self.recall);
        self.one_room_per_user = above.one_room_per_user.or(self.one_room_per_user);
        self.members_share = above.members_share.or(self.members_share);
    }

    pub(super) fn into_app(self, delivery: Delivery) -> App {
        let default = App::new(self.id, Secret::new(""));
        let webhook = self.webhook_url.filter(|url| !url.is_empty()).map(|url| {
            let all = Webhook::new(&url);
            Webhook {
                token: self.webhook_token,
                commands: self
                    .webhook_commands
                    .filter(|some| !some.is_empty())
                    .unwrap_or(all.commands),
                fail_closed: self.webhook_fail_closed.unwrap_or(all.fail_closed),
                ca_file: self.webhook_ca_file.filter(|path| !path.as_os_str().is_empty()),
                timeout_ms: self.webhook_timeout_ms.unwrap_or(all.timeout_ms),
                retries: self.webhook_retries.unwrap_or(all.retries),
                time_as_text: self.webhook_event_time_text.unwrap_or(all.time_as_text),
                url,
            }
        });
        App {
            id: self.id,
            keys: self.keys,
            admins: self.admins.unwrap_or(default.admins),
            origins: self.origins.unwrap_or_default(),
            delivery: self.delivery.unwrap_or(delivery),
            webhook,
            leave_policy: self.leave_policy.unwrap_or_default(),
            words_file: self.words_file.filter(|path| !path.as_os_str().is_empty()),
            room_fields: self.room_fields.unwrap_or_default(),
            rate_per_s: self.rate_per_s.filter(|rate| *rate > 0),
            recall: self.recall.unwrap_or(default.recall),
            one_room_per_user: self.one_room_per_user.unwrap_or_default(),
            members_share: self.members_share.unwrap_or(default.members_share),
        }
    }
}

/// The apps of a file with one `ID:SECRET` per line. Empty lines and those that begin with `#` are skipped.
fn read_app_file(field: &str, path: &Path) -> Result<Vec<Given>, ConfigError> {
    let text = read_text(field, path)?;
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let origin = path.display().to_string();
    lines
        .map(|(number, line)| Given::from_text(line, &format!("{origin} line {number}"), field))
        .collect()
}
