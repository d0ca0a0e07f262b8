//! The tenants and their keys: from `[[apps]]` in a file, and as `ID:SECRET` from the environment, the command line and
//! files of their own. No error here shows a text that may hold a key.

use super::{
    ConfigError, Delivery, Flags, Secret,
    error::nearest,
    layers::{read_text, shown},
    setting::{Setting, split_list},
};
use room::{AppId, UserId};
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
        doc: "Its secret keys. Two while one replaces the other: tickets of both are good, new ones are signed with the first.",
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
        let id_field = format!("apps, number {number}: id");
        let Some(id) = table.get("id") else {
            return Err(hidden(&id_field, &format!("is missing; must be {ID_ALLOWED}"), origin));
        };
        let id = id
            .as_integer()
            .and_then(|id| u32::try_from(id).ok())
            .filter(|&id| id > 0)
            .map(AppId)
            .ok_or_else(|| ConfigError::Value {
                field: id_field,
                value: shown(id),
                allowed: ID_ALLOWED.into(),
                origin: origin.into(),
            })?;
        let field = |key: &str| format!("apps.{}.{key}", id.0);
        if let Some(unknown) = table.keys().find(|key| FIELDS.iter().all(|known| known.key != *key)) {
            let nearest = nearest(unknown, FIELDS.iter().map(|known| known.key.to_owned()));
            let nearest = nearest.map(|key| field(&key));
            return Err(ConfigError::Unknown {
                name: field(unknown),
                nearest,
                origin: origin.to_owned(),
            });
        }
        let value_error = |key: &str, value: &Value, allowed: &str| ConfigError::Value {
            field: field(key),
            value: shown(value),
            allowed: allowed.to_owned(),
            origin: origin.to_owned(),
        };
        let admins = match table.get("admins") {
            None => None,
            Some(value) => {
                let names = texts(value).filter(|names| !names.is_empty());
                let names = names.ok_or_else(|| value_error("admins", value, "a list of at least one user id"))?;
                let admins = names.iter().map(|name| admin(name, &field("admins"), origin));
                Some(admins.collect::<Result<Vec<_>, _>>()?)
            }
        };
        let origins = match table.get("origins") {
            None => None,
            Some(value) => {
                let origins = texts(value).and_then(|list| list.into_iter().map(page_origin).collect());
                Some(origins.ok_or_else(|| value_error("origins", value, ORIGINS_ALLOWED))?)
            }
        };
        let delivery = match table.get("delivery") {
            None => None,
            Some(value) => Some(
                Delivery::from_toml(value).ok_or_else(|| value_error("delivery", value, &Delivery::allowed(None)))?,
            ),
        };
        let keys = keys_from_toml(table, field, origin)?;
        Ok(Self {
            id,
            keys,
            admins,
            origins,
            delivery,
            origin: origin.to_owned(),
        })
    }
}

/// `keys`, or what stands in `key_files`. None at all is allowed here: another source may give them.
fn keys_from_toml(table: &Table, field: impl Fn(&str) -> String, origin: &str) -> Result<Vec<Secret>, ConfigError> {
    let count = || format!("must be a list of one or two, not empty (at most {KEYS_MAX} keys are active at once)");
    let list = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(value) => texts(value)
            .filter(|list| (1..=KEYS_MAX).contains(&list.len()))
            .map(Some)
            .ok_or_else(|| hidden(&field(key), &count(), origin)),
    };
    match (list("keys")?, list("key_files")?) {
        (Some(_), Some(_)) => Err(hidden(
            &field("key_files"),
            "must not stand beside `keys`; give one of them",
            origin,
        )),
        (Some(keys), None) => keys
            .into_iter()
            .map(|key| sound_key(key, &field("keys"), origin))
            .collect(),
        (None, Some(paths)) => {
            let key = |path| {
                let text = read_text(&field("key_files"), Path::new(path))?;
                sound_key(&text, &format!("{} = {path}: the key", field("key_files")), origin)
            };
            paths.into_iter().map(key).collect()
        }
        (None, None) => Ok(Vec::new()),
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
    let refused = |why: &str| ConfigError::Value {
        field: field.to_owned(),
        value: shown(&Value::String(name.to_owned())),
        allowed: format!(
            "a user id of 1 to {} bytes of printable ASCII; this one {why}",
            UserId::BYTES_MAX
        ),
        origin: origin.to_owned(),
    };
    let id = UserId::new(name).map_err(|error| refused(&error.to_string()))?;
    if id.is_reserved() {
        Err(refused("starts with a reserved prefix"))
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
