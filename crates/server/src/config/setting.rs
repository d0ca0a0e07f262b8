//! What a setting is: a type that can be read from TOML and from text, and the macro that declares a section of them.
//!
//! A section is declared once; its struct, defaults, ranges, error texts, the template of `plaudit init` and
//! `docs/configuration.md` all come from that declaration, so none of them can drift.

use crate::doors::rest::rates::CallRates;
use ipnet::IpNet;
use std::{net::IpAddr, net::SocketAddr, path::PathBuf};
use toml::Value;
use tracing_subscriber::EnvFilter;

/// The smallest and the greatest value of a number; `None` for what is not a number.
pub type Bounds = Option<(u64, u64)>;

/// A type that a setting can have.
pub(super) trait Setting: Sized {
    /// What may be given, in words that follow "must be".
    fn allowed(bounds: Bounds) -> String;

    /// From an environment variable or the command line.
    fn from_text(text: &str) -> Option<Self>;

    /// From a file.
    fn from_toml(value: &Value) -> Option<Self> {
        value.as_str().and_then(Self::from_text)
    }

    /// As a file would give it.
    fn to_toml(&self) -> Value;

    /// Whether a number is neither too small nor too great.
    fn is_within(&self, _bounds: Bounds) -> bool {
        true
    }
}

macro_rules! number_setting {
    ($($number:ty)+) => { $(
        impl Setting for $number {
            fn allowed(bounds: Bounds) -> String {
                let (min, max) = bounds.unwrap_or((0, i64::MAX as u64));
                format!("between {min} and {max}")
            }

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn from_toml(value: &Value) -> Option<Self> {
                value.as_integer().and_then(|number| number.try_into().ok())
            }

            fn to_toml(&self) -> Value {
                Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
            }

            fn is_within(&self, bounds: Bounds) -> bool {
                bounds.is_none_or(|(min, max)| u64::try_from(*self).is_ok_and(|number| (min..=max).contains(&number)))
            }
        }
    )+ };
}
number_setting!(u64 usize);

impl Setting for bool {
    fn allowed(_: Bounds) -> String {
        "true or false".into()
    }

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_toml(value: &Value) -> Option<Self> {
        value.as_bool()
    }

    fn to_toml(&self) -> Value {
        Value::Boolean(*self)
    }
}

impl Setting for SocketAddr {
    fn allowed(_: Bounds) -> String {
        "ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080".into()
    }

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_toml(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl Setting for Option<SocketAddr> {
    fn allowed(bounds: Bounds) -> String {
        format!("{}, or \"\" for off", SocketAddr::allowed(bounds))
    }

    fn from_text(text: &str) -> Option<Self> {
        if text.is_empty() {
            Some(None)
        } else {
            SocketAddr::from_text(text).map(Some)
        }
    }

    fn to_toml(&self) -> Value {
        Value::String(self.map(|address| address.to_string()).unwrap_or_default())
    }
}

impl Setting for PathBuf {
    fn allowed(_: Bounds) -> String {
        "a path".into()
    }

    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }

    fn to_toml(&self) -> Value {
        Value::String(self.display().to_string())
    }
}

impl Setting for Option<PathBuf> {
    fn allowed(_: Bounds) -> String {
        "a path, or \"\" for none".into()
    }

    fn from_text(text: &str) -> Option<Self> {
        Some(PathBuf::from_text(text))
    }

    fn to_toml(&self) -> Value {
        Value::String(self.as_ref().map(|path| path.display().to_string()).unwrap_or_default())
    }
}

/// What is logged: a level or a list of `target=level`, checked when it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// Checks and takes a filter.
    pub fn new(text: &str) -> Option<Self> {
        let sound = !text.trim().is_empty() && EnvFilter::try_new(text).is_ok();
        sound.then(|| Self(text.to_owned()))
    }

    /// The text of the filter.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for LogFilter {
    fn default() -> Self {
        Self("info".into())
    }
}

impl Setting for LogFilter {
    fn allowed(_: Bounds) -> String {
        "error, warn, info, debug, trace, off, or a list such as info,server=debug".into()
    }

    fn from_text(text: &str) -> Option<Self> {
        Self::new(text)
    }

    fn to_toml(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl Setting for Vec<IpNet> {
    fn allowed(_: Bounds) -> String {
        "a list of addresses and networks, such as 10.0.0.1 and 10.1.0.0/16".into()
    }

    fn from_text(text: &str) -> Option<Self> {
        split_list(text).map(network).collect()
    }

    fn from_toml(value: &Value) -> Option<Self> {
        value
            .as_array()?
            .iter()
            .map(|item| item.as_str().and_then(network))
            .collect()
    }

    fn to_toml(&self) -> Value {
        Value::Array(self.iter().map(|network| Value::String(network.to_string())).collect())
    }
}

impl Setting for CallRates {
    fn allowed(_: Bounds) -> String {
        "a list of COMMAND=NUMBER with commands of docs/compatibility.md, or *".into()
    }

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(split_list(text))
    }

    fn from_toml(value: &Value) -> Option<Self> {
        let texts: Option<Vec<_>> = value.as_array()?.iter().map(Value::as_str).collect();
        Self::parse(texts?)
    }

    fn to_toml(&self) -> Value {
        Value::Array(self.texts().map(Value::String).collect())
    }
}

/// A network, or the network of one address.
fn network(text: &str) -> Option<IpNet> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// The items of a list that is given as one text.
pub(super) fn split_list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Declares an enum that is given by one of a few words.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $value,)+ }

        impl Setting for $name {
            fn allowed(_: Bounds) -> String {
                [$(concat!("\"", $text, "\"")),+].join(" or ")
            }

            fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$value),)+ _ => None }
            }

            fn to_toml(&self) -> Value {
                Value::String(match self { $(Self::$value => $text,)+ }.into())
            }
        }
    };
}

/// Declares a section: a struct with a doc comment, a type, a default and, for numbers, a range for each field.
macro_rules! section {
    ($(#[doc = $about:literal])+ [$section:literal] $name:ident {
        $($(#[doc = $doc:literal])+ $key:ident: $kind:ty = $default:expr $(, $min:literal ..= $max:literal)?;)+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[doc = $doc])+ pub $key: $kind,)+ }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $name {
            /// The declaration as data.
            pub(super) fn section() -> Section {
                let default = Self::default();
                Section {
                    name: $section,
                    about: &[$($about),+],
                    fields: vec![$(Field {
                        section: $section,
                        key: stringify!($key),
                        doc: &[$($doc),+],
                        allowed: <$kind as Setting>::allowed(section!(@bounds $($min, $max)?)),
                        bounds: section!(@bounds $($min, $max)?),
                        default: default.$key.to_toml(),
                    },)+],
                }
            }

            /// What the sources give, and the defaults for the rest.
            pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
                let default = Self::default();
                Ok(Self {
                    $($key: layers.get($section, stringify!($key), section!(@bounds $($min, $max)?), default.$key)?,)+
                })
            }
        }
    };
    (@bounds) => { None };
    (@bounds $min:literal, $max:literal) => { Some(($min, $max)) };
}

pub(super) use {choice, section};

/// A section of the configuration, as data.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its name in brackets; empty for what stands before all sections.
    pub name: &'static str,
    /// What it is about: the lines of its doc comment.
    pub about: &'static [&'static str],
    /// Its settings.
    pub fields: Vec<Field>,
}

/// A setting, as data.
#[derive(Clone, Debug)]
pub struct Field {
    /// The section it stands in.
    pub section: &'static str,
    /// Its name there.
    pub key: &'static str,
    /// What it does: the lines of its doc comment.
    pub doc: &'static [&'static str],
    /// What may be given, in words that follow "must be".
    pub allowed: String,
    /// The range of a number.
    pub bounds: Bounds,
    /// What holds when nothing is given.
    pub default: Value,
}

impl Field {
    /// Its full name, as in errors and in `--set`.
    pub fn path(&self) -> String {
        if self.section.is_empty() {
            self.key.to_owned()
        } else {
            format!("{}.{}", self.section, self.key)
        }
    }

    /// Its environment variable.
    pub fn variable(&self) -> String {
        format!("PLAUDIT_{}", self.path().replace('.', "__").to_uppercase())
    }
}
