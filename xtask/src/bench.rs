//! `cargo xtask bench`: one scenario, measured on this machine and written down.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::args::BenchWish;
use crate::cache::Cache;
use crate::machine;
use crate::paths::{self, TempFolder};
use crate::run::{
    Kept, LOOK_EVERY, cargo, interrupted, last_lines, line_of, run as run_to_end, trouble, with_many_files,
};
use crate::scenario::{self, Program, Scenario};
use crate::server::{APP_ID, Server, forget_settings};
use crate::steps::{Steps, say};
use crate::tools;

/// Where runs are written down: at the end of this file, under this heading.
const PAGE: &str = "docs/performance.md";
const HEADING: &str = "## Runs";

pub(crate) fn run(wish: &BenchWish) -> Result<()> {
    let Some(name) = &wish.scenario else {
        return list();
    };
    let scenario = Scenario::named(name)?;
    let mut words = scenario.words()?;
    words.extend(wish.words.iter().cloned());
    let mut steps = Steps::begin();
    steps.step(
        "Build the server and the load program (the first time takes some minutes)",
        || {
            run_to_end(
                &mut cargo(&[
                    "build",
                    "--release",
                    "--package",
                    "plaudit-server",
                    "--package",
                    "plaudit-loadgen",
                ]),
                "the compiler says above what it misses.",
            )
        },
    )?;
    if scenario.program()? == Program::Page {
        steps.step("Node.js and the packages of web/", tools::web_packages)?;
        steps.step("Chromium and fonts", tools::browser)?;
        steps.step("Build the SDK and the elements", tools::build_web)?;
    }
    let load = machine::load_average();
    let outcome = steps.step(&format!("{name}: {}", scenario.title), || measure(&scenario, &words))?;
    let run = Run {
        name,
        scenario: &scenario,
        words: &words,
        load,
        outcome: &outcome,
    };
    let text = run.text();
    say(&format!("\n{text}"));
    if wish.print {
        say(&format!("Not written to {PAGE}, as asked. All in {}.", steps.total()));
    } else {
        write_down(&text)?;
        say(&format!("Written to the end of {PAGE}. All in {}.", steps.total()));
    }
    if !outcome.sound {
        bail!("Something was lost, doubled or out of order; see the figures above.");
    }
    Ok(())
}

fn list() -> Result<()> {
    for (name, scenario) in scenario::all()? {
        say(&format!("{name:<24} {}", scenario.title));
    }
    say("\nRun one with `cargo xtask bench NAME`.");
    Ok(())
}

/// What came out.
struct Outcome {
    figures: Map<String, Value>,
    sound: bool,
}

fn measure(scenario: &Scenario, words: &[String]) -> Result<Outcome> {
    let folder = TempFolder::create("bench")?;
    let secret = paths::random_hex(32)?;
    let mut server = Server::start(
        &paths::binary("release", "plaudit"),
        &folder,
        &secret,
        &scenario.server.settings,
    )?;
    let cache = scenario.cache.as_ref();
    let cache = cache.map(|cache| Cache::start(&cache.config, &folder, server.clients));
    let cache = cache.transpose()?;
    let mut command = match scenario.program()? {
        Program::Load => with_many_files(&paths::binary("release", "plaudit-load")),
        Program::Page => {
            let mut node = Command::new("node");
            node.arg("bench/page.mjs").current_dir(paths::web());
            node
        }
    };
    forget_settings(&mut command);
    command.args(words);
    if let Some(cache) = &cache {
        command.args(["--through", &format!("http://{}", cache.address)]);
    }
    command
        .args(["--server", &format!("http://{}", server.clients)])
        .args(["--admin-url", &format!("http://{}", server.admin)])
        .args(["--pid", &server.kept.id().to_string(), "--json"])
        .env("PLAUDIT_APP", format!("{APP_ID}:{secret}"))
        .stdout(Stdio::piped());
    let line = line_of(&command);
    let mut load = Kept::start_asking(&mut command, &line)?;
    let (told, status) = attend(&mut load, &mut server)?;
    let figures = told.iter().rev().find_map(|line| serde_json::from_str(line).ok());
    let figures: Map<String, Value> = figures.ok_or_else(|| {
        trouble(
            format!(
                "the load program told no figures ({status}). The server's last words:\n{}",
                last_lines(&folder.path().join("plaudit.log"))
            ),
            "read what it says above; the scenario is in benches/scenarios/.",
        )
    })?;
    Ok(Outcome {
        figures,
        sound: status.success(),
    })
}

/// Stays with the load program to its end, and restarts the server when it asks for that. Answers what else it said.
fn attend(load: &mut Kept, server: &mut Server) -> Result<(Vec<String>, ExitStatus)> {
    let (lines, began) = (load.lines(), Instant::now());
    let mut told = Vec::new();
    loop {
        match lines.recv_timeout(LOOK_EVERY) {
            Ok(line) if line == "restart" => {
                server.restart()?;
                load.answer(&server.kept.id().to_string())?;
            }
            Ok(line) => told.push(line),
            Err(_) => {
                if let Some(status) = load.ended()? {
                    told.extend(lines.iter());
                    return Ok((told, status));
                }
            }
        }
        if interrupted() {
            bail!("Interrupted after {} s.", began.elapsed().as_secs());
        }
    }
}

/// A run, as it is written down.
struct Run<'a> {
    name: &'a str,
    scenario: &'a Scenario,
    words: &'a [String],
    load: String,
    outcome: &'a Outcome,
}

impl Run<'_> {
    fn text(&self) -> String {
        let settings: Vec<_> = self
            .scenario
            .server
            .settings
            .iter()
            .map(|setting| format!(" --set '{setting}'"))
            .collect();
        let cache = self.scenario.cache.as_ref();
        let cache = cache
            .map(|cache| format!(", nginx with `{}`", cache.config))
            .unwrap_or_default();
        let mut text = format!(
            "### `{}`: {}\n\n{}, commit {}, {}, load average before {}.\n`plaudit serve{}`{cache} and `{} {}`:\n\n| figure | value |\n|---|---|\n",
            self.name,
            self.scenario.title,
            machine::now(),
            machine::commit(),
            machine::description(),
            self.load,
            settings.concat(),
            self.scenario.program().map_or("", Program::name),
            self.words.join(" "),
        );
        let (zero, told): (Vec<_>, Vec<_>) = self
            .outcome
            .figures
            .iter()
            .partition(|(_, value)| value.as_f64() == Some(0.0));
        for (name, value) in told {
            // Writing into a text does not fail.
            let _ = writeln!(text, "| {name} | {} |", shown(value));
        }
        if !zero.is_empty() {
            let names: Vec<_> = zero.into_iter().map(|(name, _)| name.as_str()).collect();
            let _ = writeln!(text, "| {} | 0 |", names.join(", "));
        }
        if !self.outcome.sound {
            text.push_str("\n**Not sound: something was lost, doubled or out of order.**\n");
        }
        text
    }
}

/// A value for people: thousands are set apart.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            let text = text.strip_suffix(".0").unwrap_or(&text);
            let (whole, part) = text
                .split_once('.')
                .map_or((text, None), |(whole, part)| (whole, Some(part)));
            let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
            let mut grouped = String::new();
            for (n, digit) in digits.chars().enumerate() {
                if n > 0 && (digits.len() - n).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            let part = part.map(|part| format!(".{part}")).unwrap_or_default();
            format!("{sign}{grouped}{part}")
        }
        Value::String(text) => text.replace('|', "/"),
        Value::Object(members) if members.is_empty() => "none".to_owned(),
        Value::Object(members) => {
            let each = members.iter().map(|(name, value)| format!("{name} {}", shown(value)));
            each.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn write_down(text: &str) -> Result<()> {
    let path = paths::root().join(PAGE);
    let page = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut file = std::fs::OpenOptions::new().append(true).open(&path)?;
    if !page.lines().any(|line| line == HEADING) {
        write!(
            file,
            "\n{HEADING}\n\nWritten by `cargo xtask bench NAME`; the newest is the last.\n"
        )?;
    }
    write!(file, "\n{text}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_shown_for_people() {
        for (value, expected) in [
            (json!(1_234_567), "1,234,567"),
            (json!(-942), "-942"),
            (json!(-1942), "-1,942"),
            (json!(40116.0), "40,116"),
            (json!(1234.5), "1,234.5"),
            (json!("a|b"), "a/b"),
            (json!({}), "none"),
            (json!({"rate": 1200, "late": 3}), "rate 1,200, late 3"),
        ] {
            assert_eq!(shown(&value), expected);
        }
    }
}
