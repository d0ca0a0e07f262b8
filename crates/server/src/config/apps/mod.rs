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
use room::{AppId, LeavePolicy, UserId};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use tim::webhook::Command;

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
    /// The backend that is asked and told, if there is one.
    pub webhook: Option<Webhook>,
    /// Which sessions of an account leave a room together.
    pub leave_policy: LeavePolicy,
    /// The file with the words that must not be said in its rooms.
    pub words_file: Option<PathBuf>,
    /// The custom fields that its rooms may have; empty for any (LR-A5).
    pub room_fields: Vec<String>,
    /// How many messages of a room pass per second; nothing for the server's own rate.
    pub rate_per_s: Option<u32>,
    /// Whether messages may be taken back through the vendor's API (decision 14).
    pub recall: bool,
    /// Whether a user is in one room at a time, over all his terminals (LR-M8).
    pub one_room_per_user: bool,
    /// Whether any member may change a room's attributes and counters, not only its owner and admins (decision 16).
    pub members_share: bool,
}

/// How an app's backend is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Where, beginning with `http://` or `https://`.
    pub url: String,
    /// What the calls are signed with.
    pub token: Option<Secret>,
    /// What it wants to be asked and told.
    pub commands: BTreeSet<Command>,
    /// What does not happen when it does not answer.
    pub fail_closed: BTreeSet<Command>,
    /// How long it may take for an answer, in milliseconds.
    pub timeout_ms: u64,
    /// How often it is told again what it did not take.
    pub retries: u32,
    /// Whether `EventTime` is a text, as it was until about 2024.
    pub time_as_text: bool,
    /// The file with the certificates that its own is checked against; the system's when there is none.
    pub ca_file: Option<PathBuf>,
}

impl Webhook {
    /// A backend that wants everything, unsigned, and is not waited for in vain.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            token: None,
            commands: Command::ALL.iter().copied().collect(),
            fail_closed: BTreeSet::new(),
            timeout_ms: 2_000,
            retries: 0,
            time_as_text: false,
            ca_file: None,
        }
    }
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
            webhook: None,
            leave_policy: LeavePolicy::default(),
            words_file: None,
            room_fields: Vec::new(),
            rate_per_s: None,
            recall: true,
            one_room_per_user: false,
            members_share: true,
        }
    }

    /// Whether pages of this origin may connect; any, while there is no list (decision 31).
    pub fn allows_origin(&self, origin: &str) -> bool {
        let mut list = self.origins.iter();
        self.origins.is_empty() || list.any(|allowed| allowed.eq_ignore_ascii_case(origin))
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
const URL_ALLOWED: &str = "an address that begins with http:// or https://, or \"\" for none";
const COMMANDS_ALLOWED: &str = "a list of webhook commands such as Group.CallbackBeforeSendMsg";
const BEFORE_ALLOWED: &str = "a list of webhook commands with Before in their names";
const LEAVE_ALLOWED: &str = "\"web_takes_all\", \"all_together\" or \"each_for_itself\"";
const TIMEOUT_ALLOWED: &str = "between 100 and 10000";
const RETRIES_ALLOWED: &str = "between 0 and 10";
const FIELDS_ALLOWED: &str = "a list of names of 1 to 16 bytes of A-Z a-z 0-9 _";
const RATE_ALLOWED: &str = "between 0 and 10000";
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
    AppField {
        key: "webhook_url",
        allowed: URL_ALLOWED,
        default: "\"\"",
        doc: "Where the backend is asked and told.",
    },
    AppField {
        key: "webhook_ca_file",
        allowed: "a path, or \"\" for none",
        default: "\"\"",
        doc: "Certificates (PEM) that the backend's own is checked against, for one that no public authority signed. \
              Without it those of the system count.",
    },
    AppField {
        key: "webhook_token",
        allowed: "a secret text, or \"\" for none",
        default: "\"\"",
        doc: "What calls are signed with (`Sign` and `RequestTime` in the query).",
    },
    AppField {
        key: "webhook_commands",
        allowed: COMMANDS_ALLOWED,
        default: "[]",
        doc: "What the backend is asked and told; none for everything.",
    },
    AppField {
        key: "webhook_fail_closed",
        allowed: BEFORE_ALLOWED,
        default: "[]",
        doc: "What does not happen when the backend, asked before, does not answer in time. Everything else does.",
    },
    AppField {
        key: "webhook_timeout_ms",
        allowed: TIMEOUT_ALLOWED,
        default: "2000",
        doc: "How long the backend may take for an answer, in milliseconds.",
    },
    AppField {
        key: "webhook_retries",
        allowed: RETRIES_ALLOWED,
        default: "0",
        doc: "How often it is told again what it did not take, each time after a longer pause. What is asked is never \
              asked twice.",
    },
    AppField {
        key: "webhook_event_time_text",
        allowed: "true or false",
        default: "false",
        doc: "Whether `EventTime` is a text, for receivers from before 2025.",
    },
    AppField {
        key: "leave_policy",
        allowed: LEAVE_ALLOWED,
        default: "\"web_takes_all\"",
        doc: "Which sessions of an account leave a room when one does: leaving on the Web takes all out and leaving on a \
              device only the devices, all together, or each for itself.",
    },
    AppField {
        key: "words_file",
        allowed: "a path, or \"\" for none",
        default: "\"\"",
        doc: "The words that must not be said, one per line; `=word` counts only where it stands alone, `#` begins a \
              comment. A changed file is read again within seconds. What happens to a message is a rule of each room.",
    },
    AppField {
        key: "room_fields",
        allowed: FIELDS_ALLOWED,
        default: "[]",
        doc: "The custom fields that rooms may have (AppDefinedData); none for any.",
    },
    AppField {
        key: "rate_per_s",
        allowed: RATE_ALLOWED,
        default: "0",
        doc: "How many messages of a room pass per second; 0 for `rooms.rate_per_s`. A room can have its own.",
    },
    AppField {
        key: "recall",
        allowed: "true or false",
        default: "true",
        doc: "Whether senders, owners and admins may take messages back (group_msg_recall). The admin API always may.",
    },
    AppField {
        key: "one_room_per_user",
        allowed: "true or false",
        default: "false",
        doc: "Whether a user is in one room at a time, over all his terminals: who enters another one leaves the first.",
    },
    AppField {
        key: "members_share",
        allowed: "true or false",
        default: "true",
        doc: "Whether any member of a room may change its attributes and counters through an SDK; otherwise only its owner and its admins.",
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
