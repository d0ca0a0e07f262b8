//! The tenants and their keys: from `[[apps]]` in a file, and as `ID:SECRET` from the environment, the command line and
//! files of their own. No error here shows a text that may hold a key.
//!
//! Map: `layer` what each source says · `table` one `[[apps]]` of a file · `check` what is sound; here, what an app is
//! and how the sources are put together.

mod check;
mod layer;
mod table;

use super::{ConfigError, Delivery, Secret};
use check::hidden;
use layer::Given;
use room::{AppId, UserId};
use std::collections::{BTreeMap, BTreeSet};

pub(super) use layer::AppLayer;

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
