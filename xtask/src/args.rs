//! What was asked for on the command line.

use anyhow::{Result, bail};

pub(crate) const HELP: &str = "\
cargo xtask demo    build Plaudit, start it with a room and a few scripted talkers, print one URL; Ctrl-C ends it
    --sdk ours|v3|v2
                    ours (default): the room on our elements; v3 or v2: the page that shows an official SDK in the same
                    room (each page leads to the other)
    --port N        port of the page (default: any free one)
    --release       build the optimised server, as for production (takes longer)
    --no-video      without the test video, which takes ffmpeg and, once, half a minute
    --check         start everything, see that people talk in the room and that the video runs, end

cargo xtask test    everything that must hold before a change lands: format, lints, Rust tests, fuzz bodies,
                    browser tests, the demo; stops at the first failure
    --fast          format, lints and Rust tests only
    --deny          install cargo-deny when it is missing (minutes), instead of leaving its check out

cargo xtask bench   the scenarios that can be measured, with their titles
cargo xtask bench NAME [--print] [WORDS]
                    measure one (benches/scenarios/NAME.toml) with a server of its own, and write the figures and this
                    machine's description to the end of docs/performance.md
    --print         print them only
    WORDS           go to plaudit-load behind the scenario's own, for instance --threads 1

cargo xtask help    this text
";

pub(crate) enum Task {
    Help,
    Demo(DemoWish),
    Test(TestWish),
    Bench(BenchWish),
}

#[derive(Clone, Copy, Default)]
pub(crate) enum Sdk {
    #[default]
    Ours,
    V2,
    V3,
}

impl Sdk {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

#[derive(Default)]
pub(crate) struct DemoWish {
    pub(crate) sdk: Sdk,
    /// 0 = any free port.
    pub(crate) port: u16,
    pub(crate) release: bool,
    pub(crate) check: bool,
    pub(crate) no_video: bool,
}

#[derive(Default)]
pub(crate) struct TestWish {
    pub(crate) fast: bool,
    pub(crate) deny: bool,
}

#[derive(Default)]
pub(crate) struct BenchWish {
    /// Nothing: list them.
    pub(crate) scenario: Option<String>,
    pub(crate) print: bool,
    /// For the load program.
    pub(crate) words: Vec<String>,
}

/// Reads the words after `cargo xtask`.
pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Task> {
    match words.next().as_deref() {
        None | Some("help" | "--help" | "-h") => Ok(Task::Help),
        Some("demo") => read_demo(words),
        Some("test") => read_test(words),
        Some("bench") => read_bench(words),
        Some(other) => bail!("There is no command `{other}`.\n\n{HELP}"),
    }
}

fn read_demo(mut words: impl Iterator<Item = String>) -> Result<Task> {
    let mut wish = DemoWish::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--release" => wish.release = true,
            "--check" => wish.check = true,
            "--no-video" => wish.no_video = true,
            "--sdk" => {
                wish.sdk = match words.next().as_deref() {
                    Some("ours") => Sdk::Ours,
                    Some("v2") => Sdk::V2,
                    Some("v3") => Sdk::V3,
                    other => bail!("--sdk is ours, v3 or v2, not {}.", other.unwrap_or("nothing")),
                }
            }
            "--port" => {
                let text = words.next().unwrap_or_default();
                let Ok(port) = text.parse() else {
                    bail!("--port is a number from 0 to 65535, not `{text}`.");
                };
                wish.port = port;
            }
            "--help" | "-h" => return Ok(Task::Help),
            other => bail!("`demo` does not know `{other}`.\n\n{HELP}"),
        }
    }
    Ok(Task::Demo(wish))
}

fn read_test(words: impl Iterator<Item = String>) -> Result<Task> {
    let mut wish = TestWish::default();
    for word in words {
        match word.as_str() {
            "--fast" => wish.fast = true,
            "--deny" => wish.deny = true,
            "--help" | "-h" => return Ok(Task::Help),
            other => bail!("`test` does not know `{other}`.\n\n{HELP}"),
        }
    }
    Ok(Task::Test(wish))
}

fn read_bench(words: impl Iterator<Item = String>) -> Result<Task> {
    let mut wish = BenchWish::default();
    for word in words {
        match word.as_str() {
            "--print" => wish.print = true,
            "--help" | "-h" => return Ok(Task::Help),
            _ if wish.scenario.is_some() => wish.words.push(word),
            option if option.starts_with('-') => bail!("`bench` wants a scenario before `{option}`.\n\n{HELP}"),
            _ => wish.scenario = Some(word),
        }
    }
    Ok(Task::Bench(wish))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> impl Iterator<Item = String> + '_ {
        text.split_whitespace().map(str::to_owned)
    }

    #[test]
    fn a_demo_wish_is_read_in_full() {
        let Ok(Task::Demo(wish)) = read(words("demo --sdk v2 --port 8100 --release --check --no-video")) else {
            panic!("not read as a demo");
        };
        assert_eq!(wish.sdk.name(), "v2");
        assert_eq!(wish.port, 8100);
        assert!(wish.release && wish.check && wish.no_video);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, named) in [
            ("dance", "`dance`"),
            ("demo --sdk v4", "v4"),
            ("demo --sdk", "nothing"),
            ("demo --port many", "`many`"),
            ("test --slow", "`--slow`"),
            ("bench --seconds 5", "`--seconds`"),
        ] {
            let Err(trouble) = read(words(line)) else {
                panic!("`{line}` was accepted");
            };
            assert!(trouble.to_string().contains(named), "{line}: {trouble}");
        }
    }

    #[test]
    fn a_bench_wish_passes_words_on() {
        let Ok(Task::Bench(wish)) = read(words("bench room-1000 --print --threads 1")) else {
            panic!("not read as a bench");
        };
        assert_eq!(wish.scenario.as_deref(), Some("room-1000"));
        assert!(wish.print);
        assert_eq!(wish.words, ["--threads", "1"]);
    }

    #[test]
    fn no_words_ask_for_help() {
        assert!(matches!(read(words("")), Ok(Task::Help)));
    }
}
