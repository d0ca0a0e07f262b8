//! The tenants and their keys: from `[[apps]]` in a file, and as `ID:SECRET` from the environment, the command line and
//! files of their own. No error here shows a text that may hold a key.

use super::{
    ConfigError, Delivery, Flags, Secret,
    error::nearest,
    layers::{read_text, shown},
    setting::{Setting, split_list},
};
use room::{AppId, IdError, UserId};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use toml::{Table, Value};

/// How many keys of an app may be active at once: the one in use and the one that replaces it.
pub const KEYS_MAX: usize = 2;

/// The admin of an app that names none, as in the vendor's console.
const DEFAULT_ADMIN: &str = "administrator";

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its id; the vendor calls it SDKAppID.
    pub id: AppId,
    /// Its active keys, one or two. Tickets of both are good; new ones are signed with the first.
    pub keys: Vec<Secret>,
    /// Who may call REST. At least one.
    pub admins: Vec<UserId>,
    /// The `Origin` values of pages that may connect, in lower case; empty for any.
    pub origins: Vec<String>,
    /// How events reach its users who are logged in: its own choice, or that of `websdk.delivery`.
    pub delivery: Delivery,
}

impl App {
    /// An app with one key, and defaults for the rest.
    pub fn new(id: AppId, key: Secret) -> Self {
        let admins = UserId::new(DEFAULT_ADMIN).into_iter().collect();
        Self {
            id,
            keys: vec![key],
            admins,
            origins: Vec::new(),
            delivery: Delivery::Push,
        }
    }
}

/// A setting of an app, for the documentation and for finding unknown ones.
#[derive(Clone, Copy, Debug)]
pub struct AppField {
    /// Its name in `[[apps]]`.
    pub key: &'static str,
    /// What may be given.
    pub allowed: &'static str,
    /// What holds when nothing is given.
    pub default: &'static str,
    /// What it does.
    pub doc: &'static str,
}

const ID_ALLOWED: &str = "a whole number between 1 and 4294967295";
const ORIGINS_ALLOWED: &str = "a list of origins such as https://live.example.com, without a path";

/// The settings of an app.
pub const FIELDS: &[AppField] = &[
    AppField {
        key: "id",
        allowed: ID_ALLOWED,
        default: "",
        doc: "The id of the app (SDKAppID).",
    },
    AppField {
        key: "keys",
        allowed: "a list of one or two keys",
        default: "",
        doc: "Its secret keys. Two while one replaces the other: tickets of both are good, new ones are signed with the \
              first.",
    },
    AppField {
        key: "key_files",
        allowed: "a list of one or two paths",
        default: "",
        doc: "Files with one key each, instead of `keys`.",
    },
    AppField {
        key: "admins",
        allowed: "a list of user ids",
        default: "[\"administrator\"]",
        doc: "The users who may call REST.",
    },
    AppField {
        key: "origins",
        allowed: ORIGINS_ALLOWED,
        default: "[]",
        doc: "The origins of the pages that may connect; none for any.",
    },
    AppField {
        key: "delivery",
        allowed: "\"push\" or \"poll\"",
        default: "that of `websdk.delivery`",
        doc: "How events reach the users who are logged in.",
    },
];

/// What one source says of one app.
#[derive(Clone, Debug)]
struct Given {
    id: AppId,
    keys: Vec<Secret>,
    admins: Option<Vec<UserId>>,
    origins: Option<Vec<String>>,
    delivery: Option<Delivery>,
    origin: String,
}

/// What one source says of apps.
#[derive(Clone, Debug)]
pub(super) struct AppLayer(Vec<Given>);

impl AppLayer {
    /// From `[[apps]]` in a file.
    pub(super) fn from_toml(value: Value, origin: &str) -> Result<Self, ConfigError> {
        let not_a_list = || hidden("apps", "must be a list of sections, [[apps]]", origin);
        let Value::Array(list) = value else {
            return Err(not_a_list());
        };
        let mut apps = Vec::with_capacity(list.len());
        for (index, app) in list.into_iter().enumerate() {
            let Value::Table(table) = app else {
                return Err(not_a_list());
            };
            apps.push(Given::from_toml(index + 1, &table, origin)?);
        }
        Self::new(apps)
    }

    /// From `PLAUDIT_APP`, `PLAUDIT_APP_FILE` and `PLAUDIT_ADMIN`.
    pub(super) fn from_env<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Self>, ConfigError> {
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
    pub(super) fn from_flags(flags: &Flags) -> Result<Option<Self>, ConfigError> {
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
            origin: field.to_owned(),
        })
    }

    fn from_toml(number: usize, table: &Table, origin: &str) -> Result<Self, ConfigError> {
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
        Ok(Self {
            id,
            keys: app.keys()?,
            admins: admins.transpose()?,
            origins: app.get("origins", ORIGINS_ALLOWED, |value| {
                texts(value)?.into_iter().map(page_origin).collect()
            })?,
            delivery: app.get("delivery", &Delivery::allowed(None), Delivery::from_toml)?,
            origin: origin.to_owned(),
        })
    }
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

/// What all sources say together.
pub(super) fn merge(layers: &[AppLayer], delivery: Delivery) -> Result<Vec<App>, ConfigError> {
    let mut merged: BTreeMap<AppId, Given> = BTreeMap::new();
    for given in layers.iter().flat_map(|layer| layer.0.iter()) {
        match merged.get_mut(&given.id) {
            None => drop(merged.insert(given.id, given.clone())),
            Some(below) => below.overlay(given),
        }
    }
    if merged.is_empty() {
        let text = "apps: there is none; give one with --app ID:SECRET, PLAUDIT_APP=ID:SECRET, or [[apps]] in a file \
                    that `plaudit init` writes";
        return Err(ConfigError::Conflict(text.into()));
    }
    let mut seen = BTreeSet::new();
    for app in merged.values() {
        let field = format!("apps.{}.keys", app.id.0);
        if app.keys.is_empty() {
            let problem = "is missing; give the keys in `keys` or `key_files`, or by --app or PLAUDIT_APP";
            return Err(hidden(&field, problem, &app.origin));
        }
        if !app.keys.iter().all(|key| seen.insert(key.clone())) {
            return Err(hidden(
                &field,
                "has a key that is given twice; each key must be another one",
                &app.origin,
            ));
        }
    }
    Ok(merged.into_values().map(|given| given.into_app(delivery)).collect())
}

impl Given {
    /// Takes from a higher source what that one gives.
    fn overlay(&mut self, above: &Self) {
        if !above.keys.is_empty() {
            self.keys.clone_from(&above.keys);
            self.origin.clone_from(&above.origin);
        }
        self.admins = above.admins.clone().or(self.admins.take());
        self.origins = above.origins.clone().or(self.origins.take());
        self.delivery = above.delivery.or(self.delivery);
    }

    fn into_app(self, delivery: Delivery) -> App {
        let default = App::new(self.id, Secret::new(""));
        App {
            id: self.id,
            keys: self.keys,
            admins: self.admins.unwrap_or(default.admins),
            origins: self.origins.unwrap_or_default(),
            delivery: self.delivery.unwrap_or(delivery),
        }
    }
}

fn refused(field: &str, value: &Value, allowed: &str, origin: &str) -> ConfigError {
    ConfigError::Value {
        field: field.to_owned(),
        value: shown(value),
        allowed: allowed.to_owned(),
        origin: origin.to_owned(),
    }
}

fn hidden(field: &str, problem: &str, origin: &str) -> ConfigError {
    ConfigError::Hidden {
        field: field.to_owned(),
        problem: problem.to_owned(),
        origin: origin.to_owned(),
    }
}

/// A key without the space around it, which files end with and people paste.
fn sound_key(text: &str, field: &str, origin: &str) -> Result<Secret, ConfigError> {
    let key = text.trim();
    if key.is_empty() {
        Err(hidden(field, "is empty; must be the secret key of the app", origin))
    } else if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(hidden(field, "must be printable ASCII without spaces", origin))
    } else {
        Ok(Secret::new(key))
    }
}

fn admin(name: &str, field: &str, origin: &str) -> Result<UserId, ConfigError> {
    let refused = |why: &str| {
        let allowed = format!(
            "a user id of 1 to {} bytes of printable ASCII; this one {why}",
            UserId::BYTES_MAX
        );
        refused(field, &Value::String(name.to_owned()), &allowed, origin)
    };
    let id = UserId::new(name).map_err(|error| refused(&error.to_string()))?;
    if id.is_reserved() {
        Err(refused(&IdError::Reserved.to_string()))
    } else {
        Ok(id)
    }
}

/// An origin as browsers write it (RFC 6454 section 6.2): scheme, host, perhaps a port, and no path.
fn page_origin(text: &str) -> Option<String> {
    let (scheme, host) = text.split_once("://")?;
    let scheme_sound = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let host_sound = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.:[]_".contains(&b));
    (scheme_sound && host_sound).then(|| text.to_ascii_lowercase())
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}
