//! What can be wrong with a configuration. Every message names the field, what was given and what is allowed; secrets
//! are never in it.

use std::{io, path::PathBuf};

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A setting has a value that is not allowed.
    #[error("{field} = {value}: must be {allowed} (set by {origin})")]
    Value {
        /// The setting.
        field: String,
        /// What was given.
        value: String,
        /// What may be given.
        allowed: String,
        /// Which file, variable or flag gave it.
        origin: String,
    },
    /// There is no such setting.
    #[error("{name}: there is no such {}{} (in {origin})", what(.name), suggestion(.nearest))]
    Unknown {
        /// The name as it was written; a section stands in brackets.
        name: String,
        /// The setting with the most similar name, written in the same way.
        nearest: Option<String>,
        /// Which file, variable or flag has it.
        origin: String,
    },
    /// Something is wrong with an app, its keys or a text that may hold a key: what was given is not shown.
    #[error("{field}: {problem} (set by {origin})")]
    Hidden {
        /// The field.
        field: String,
        /// What is wrong and what is allowed.
        problem: String,
        /// Which file, variable or flag gave it.
        origin: String,
    },
    /// Each setting is allowed, but not together with another.
    #[error("{0}")]
    Conflict(String),
    /// A file could not be read.
    #[error("{field} = {}: cannot read the file: {source}", .path.display())]
    File {
        /// The setting or flag that names the file.
        field: String,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is not TOML.
    #[error("{}: line {line}: {problem}", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where in it, counted from 1.
        line: usize,
        /// What is wrong, without the text of the line: it may hold a key.
        problem: String,
    },
}

fn what(name: &str) -> &'static str {
    if name.starts_with('[') { "section" } else { "setting" }
}

fn suggestion(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|name| format!("; did you mean {name}?"))
        .unwrap_or_default()
}

/// The candidate that is most like `name`, if any is like it at all.
pub(crate) fn nearest(name: &str, candidates: impl IntoIterator<Item = String>) -> Option<String> {
    // A third of the letters wrong is still a slip of the keyboard or of memory; more is another word.
    let distance_max = (name.len() / 3).max(2);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, &candidate), candidate))
        .filter(|(distance, _)| *distance <= distance_max)
        .min()
        .map(|(_, candidate)| candidate)
}
