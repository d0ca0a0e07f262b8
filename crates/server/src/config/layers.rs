//! The sources, one over the other: what a later one gives replaces what an earlier one gave.

use super::{
    ConfigError, Flags, Sources,
    apps::AppLayer,
    error::nearest,
    sections,
    setting::{Bounds, Field, Setting},
};
use std::{collections::BTreeMap, fs, path::Path};
use toml::{Table, Value};

/// The prefix of the environment variables that are looked at.
const PREFIX: &str = "PLAUDIT_";

/// Variables that are read elsewhere: the file's name, and the apps.
const OTHER_VARIABLES: &[&str] = &["PLAUDIT_CONFIG", "PLAUDIT_APP", "PLAUDIT_APP_FILE", "PLAUDIT_ADMIN"];

/// What is given for a setting, before it is known to be allowed.
enum Raw {
    /// By a file, with a type.
    Toml(Value),
    /// By the environment or the command line.
    Text(String),
}

struct Given {
    raw: Raw,
    /// Which file, variable or flag, for errors.
    origin: String,
}

/// All that the sources give.
pub(super) struct Layers {
    fields: Vec<Field>,
    given: BTreeMap<String, Given>,
    /// The apps of each source that has any, in rising order.
    pub(super) apps: Vec<AppLayer>,
}

impl Layers {
    /// Reads all sources.
    pub(super) fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let fields = sections::all().into_iter().flat_map(|section| section.fields).collect();
        let mut layers = Self {
            fields,
            given: BTreeMap::new(),
            apps: Vec::new(),
        };
        let variable = |name: &str| {
            sources
                .env
                .0
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        match (sources.file.as_deref(), variable("PLAUDIT_CONFIG")) {
            (Some(path), _) => layers.read_file("--config", path)?,
            (None, Some(path)) => layers.read_file("PLAUDIT_CONFIG", Path::new(path))?,
            (None, None) => {}
        }
        layers.read_env(&sources.env.0)?;
        layers.apps.extend(AppLayer::from_env(variable)?);
        layers.read_flags(&sources.flags)?;
        layers.apps.extend(AppLayer::from_flags(&sources.flags)?);
        Ok(layers)
    }

    /// The value of a setting: what was given last, or the default.
    pub(super) fn get<T: Setting>(
        &self,
        section: &str,
        key: &str,
        bounds: Bounds,
        default: T,
    ) -> Result<T, ConfigError> {
        let field = if section.is_empty() {
            key.to_owned()
        } else {
            format!("{section}.{key}")
        };
        let Some(given) = self.given.get(&field) else {
            return Ok(default);
        };
        let value = match &given.raw {
            Raw::Toml(value) => T::from_toml(value),
            Raw::Text(text) => T::from_text(text),
        };
        value
            .filter(|value| value.is_within(bounds))
            .ok_or_else(|| ConfigError::Value {
                field,
                value: given.raw.shown(),
                allowed: T::allowed(bounds),
                origin: given.origin.clone(),
            })
    }

    fn read_file(&mut self, named_by: &str, path: &Path) -> Result<(), ConfigError> {
        let origin = path.display().to_string();
        let text = read_text(named_by, path)?;
        let table: Table = text.parse().map_err(|error: toml::de::Error| ConfigError::Syntax {
            path: path.to_owned(),
            line: 1 + error
                .span()
                .and_then(|span| text.get(..span.start))
                .unwrap_or("")
                .matches('\n')
                .count(),
            problem: error.message().to_owned(),
        })?;
        for (key, value) in table {
            if key == "apps" {
                self.apps.push(AppLayer::from_toml(value, &origin)?);
            } else if self.fields.iter().any(|field| field.section == key) {
                let Value::Table(section) = value else {
                    let allowed = format!("a section, [{key}]");
                    return Err(ConfigError::Value {
                        field: key,
                        value: shown(&value),
                        allowed,
                        origin,
                    });
                };
                for (inner, value) in section {
                    self.put(format!("{key}.{inner}"), Raw::Toml(value), &origin)?;
                }
            } else if value.is_table() {
                let names = self.fields.iter().map(|field| format!("[{}]", field.section));
                let name = format!("[{key}]");
                return Err(ConfigError::Unknown {
                    nearest: nearest(&name, names),
                    name,
                    origin,
                });
            } else {
                self.put(key, Raw::Toml(value), &origin)?;
            }
        }
        Ok(())
    }

    fn read_env(&mut self, env: &[(String, String)]) -> Result<(), ConfigError> {
        for (name, text) in env {
            if !name.starts_with(PREFIX) || OTHER_VARIABLES.contains(&name.as_str()) || is_from_kubernetes(name) {
                continue;
            }
            let Some(field) = self.fields.iter().find(|field| field.variable() == *name) else {
                let names = self.fields.iter().map(Field::variable);
                let nearest = nearest(name, names.chain(OTHER_VARIABLES.iter().map(|&name| name.to_owned())));
                return Err(ConfigError::Unknown {
                    name: name.clone(),
                    nearest,
                    origin: "the environment".into(),
                });
            };
            self.put(field.path(), Raw::Text(text.clone()), name)?;
        }
        Ok(())
    }

    fn read_flags(&mut self, flags: &Flags) -> Result<(), ConfigError> {
        for assignment in &flags.set {
            let Some((path, text)) = assignment.split_once('=') else {
                return Err(ConfigError::Value {
                    field: "--set".into(),
                    value: assignment.clone(),
                    allowed: "section.key=value, such as hub.tick_ms=50".into(),
                    origin: "the command line".into(),
                });
            };
            self.put(path.trim().to_owned(), Raw::Text(text.trim().to_owned()), "--set")?;
        }
        // A flag of its own is plainer than --set, so it wins.
        let own = [
            ("listen", "--listen", &flags.listen),
            ("admin.listen", "--admin-listen", &flags.admin_listen),
            ("data", "--data", &flags.data),
        ];
        for (path, flag, text) in own {
            if let Some(text) = text {
                self.put(path.to_owned(), Raw::Text(text.clone()), flag)?;
            }
        }
        Ok(())
    }

    fn put(&mut self, path: String, raw: Raw, origin: &str) -> Result<(), ConfigError> {
        if self.fields.iter().any(|field| field.path() == path) {
            self.given.insert(
                path,
                Given {
                    raw,
                    origin: origin.to_owned(),
                },
            );
            return Ok(());
        }
        if path == "apps" || path.starts_with("apps.") {
            let problem = "cannot be given here; use --app, PLAUDIT_APP or [[apps]] in a file".to_owned();
            return Err(ConfigError::Hidden {
                field: path,
                problem,
                origin: origin.to_owned(),
            });
        }
        let nearest = nearest(&path, self.fields.iter().map(Field::path));
        Err(ConfigError::Unknown {
            name: path,
            nearest,
            origin: origin.to_owned(),
        })
    }
}

impl Raw {
    fn shown(&self) -> String {
        match self {
            Self::Toml(value) => shown(value),
            Self::Text(text) => shortened(text),
        }
    }
}

/// A value as it stands in an error.
pub(super) fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}

/// A text without its end when it is too long to read, or "nothing" in quotes when there is none.
fn shortened(text: &str) -> String {
    const CHARS_MAX: usize = 100;
    if text.is_empty() {
        return "\"\"".into();
    }
    let mut short: String = text.chars().take(CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

/// Kubernetes gives every container the addresses of a service in variables that start with the service's name: one
/// that is called "plaudit" must not keep Plaudit from starting.
fn is_from_kubernetes(name: &str) -> bool {
    name == "PLAUDIT_PORT" || name.starts_with("PLAUDIT_PORT_") || name.starts_with("PLAUDIT_SERVICE_")
}

/// The text of a file that the setting or flag `field` names.
pub(super) fn read_text(field: &str, path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::File {
        field: field.into(),
        path: path.into(),
        source,
    })
}
