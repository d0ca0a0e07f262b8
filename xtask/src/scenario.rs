//! Files `benches/scenarios/NAME.toml`: what is measured, with which server and which load.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::paths;

/// A scenario as its file says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// One line that says what is measured.
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) server: ServerPart,
    pub(crate) cache: Option<CachePart>,
    load: toml::Table,
}

/// What puts the load on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// `plaudit-load`.
    Load,
    /// `web/bench/page.mjs`: a page in a browser.
    Page,
}

impl Program {
    /// As it is called by hand.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Load => "plaudit-load",
            Self::Page => "node web/bench/page.mjs",
        }
    }
}

/// The server that is measured.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerPart {
    /// `key=value`, as `plaudit serve --set` takes them.
    #[serde(default)]
    pub(crate) settings: Vec<String>,
}

/// A cache through which the load program reads: it is told where with `--through`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CachePart {
    /// nginx's configuration, below the checkout's root.
    pub(crate) config: String,
}

impl Scenario {
    /// Reads the scenario of a name.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let path = paths::scenarios().join(format!("{name}.toml"));
        if !path.is_file() {
            let names: Vec<_> = all()?.into_iter().map(|(name, _)| name).collect();
            bail!("There is no scenario `{name}`; there are {}.", names.join(", "));
        }
        Self::read(&path)
    }

    fn read(path: &Path) -> Result<Self> {
        let what = || path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(what)?;
        let scenario: Self = toml::from_str(&text).with_context(what)?;
        scenario.words().with_context(what)?;
        scenario.program().with_context(what)?;
        Ok(scenario)
    }

    /// `program` of `[load]`; without it `plaudit-load`.
    pub(crate) fn program(&self) -> Result<Program> {
        match self.load.get("program").map(toml::Value::as_str) {
            None => Ok(Program::Load),
            Some(Some("page")) => Ok(Program::Page),
            Some(_) => bail!("[load] program: `page`, or nothing"),
        }
    }

    /// The words for the load program: its command, then `--key value` for each further member of `[load]`; a true value is
    /// a bare `--key`.
    pub(crate) fn words(&self) -> Result<Vec<String>> {
        let command = self.load.get("command").and_then(toml::Value::as_str);
        let mut words = vec![command.context("[load] needs a command")?.to_owned()];
        for (key, value) in self
            .load
            .iter()
            .filter(|(key, _)| !["command", "program"].contains(&key.as_str()))
        {
            let option = format!("--{}", key.replace('_', "-"));
            match value {
                toml::Value::Boolean(true) => words.push(option),
                toml::Value::Integer(number) => words.extend([option, number.to_string()]),
                toml::Value::String(text) => words.extend([option, text.clone()]),
                _ => bail!("[load] {key}: a number, a text, or true"),
            }
        }
        Ok(words)
    }
}

/// All scenarios with their names, in the order of names.
pub(crate) fn all() -> Result<Vec<(String, Scenario)>> {
    let folder = paths::scenarios();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "toml")
            && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
        {
            found.push((name.to_owned(), Scenario::read(&path)?));
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Vec<String>> {
        toml::from_str::<Scenario>(text)?.words()
    }

    #[test]
    fn the_load_becomes_words() {
        let text = "title = 't'\n[load]\ncommand = 'room'\nviewers = 5\ncompress = true\ntext_bytes = 300\n";
        let told = words(text).expect("a good scenario");
        assert_eq!(told.join(" "), "room --compress --text-bytes 300 --viewers 5");
    }

    #[test]
    fn a_page_may_be_the_load() {
        let read = |text: &str| toml::from_str::<Scenario>(text).expect("a good scenario");
        let page = read("title = 't'\n[load]\nprogram = 'page'\ncommand = 'room'\nrate = 200\n");
        assert_eq!(page.program().ok(), Some(Program::Page));
        assert_eq!(page.words().expect("good words").join(" "), "room --rate 200");
        assert!(read("title = 't'\n[load]\nprogram = 'ps'\n").program().is_err());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for bad in [
            "title = 't'\n[load]\nviewers = 5\n",
            "title = 't'\n[load]\ncommand = 'room'\nviewers = [1]\n",
            "title = 't'\nspeed = 1\n[load]\ncommand = 'room'\n",
            "[load]\ncommand = 'room'\n",
        ] {
            assert!(words(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_file_is_a_scenario() {
        let all = all().expect("good files");
        assert!(all.iter().any(|(name, _)| name == "room-1000"), "{all:?}");
        assert!(Scenario::named("no-such").is_err());
    }
}
