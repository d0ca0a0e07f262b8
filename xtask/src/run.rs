//! Other programs: run to their end, or kept running and ended in good order.
//!
//! Ctrl-C in a terminal reaches every program there; SIGTERM (a CI that gives up) reaches only us. Both are heard here
//! as a flag, so that whatever we started is ended and temporary folders are removed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

/// How often we look whether a program has ended or a signal has come.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A server drains its connections before it ends; longer than that means that it hangs.
const END_WITHIN: Duration = Duration::from_secs(10);

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From here on SIGINT and SIGTERM set a flag in place of ending us.
pub(crate) fn hear_signals() -> Result<()> {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(flag)).context("cannot listen for Ctrl-C")?;
    }
    Ok(())
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// What went wrong, and what to do next.
pub(crate) fn trouble(what: impl std::fmt::Display, next: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{what}\n  What to do: {next}")
}

/// A command as a person would type it.
pub(crate) fn line_of(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .map(|word| {
            if word.contains([' ', '*']) {
                format!("'{word}'")
            } else {
                word.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a program to its end; its output goes where ours goes, untouched. `next` says what to do when it fails.
pub(crate) fn run(command: &mut Command, next: &str) -> Result<()> {
    let line = line_of(command);
    println!("    $ {line}");
    let status = finish(command, &line)?;
    if status.success() {
        return Ok(());
    }
    Err(trouble(format!("`{line}` failed ({status})."), next))
}

/// Whether a program can be run here and says yes; its output is not shown.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The first line that a program prints, if it can be run.
pub(crate) fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    Some(
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .next()?
            .trim()
            .to_owned(),
    )
}

/// Cargo, as somebody would call it himself. `cargo xtask` tells us about our own package in the environment; build scripts
/// that look there (ring's) would run again, and minutes of compiling after them, each time we and a person take turns.
pub(crate) fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    let ours = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME", "CARGO_CRATE_NAME"];
    for (name, _) in std::env::vars_os() {
        if ours.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.args(words).current_dir(crate::paths::root());
    command
}

/// A program that may open as many files as the system lets us: thousands of connections, where shells often say 1,024.
/// What is started is the program itself, under the number that we know.
pub(crate) fn with_many_files(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"ulimit -n "$(ulimit -H -n)"; exec "$@""#, "sh"])
        .arg(program);
    command
}

fn finish(command: &mut Command, line: &str) -> Result<ExitStatus> {
    Kept::start(command, line)?.wait()
}

/// A program that we started and that we end: SIGTERM first, force only when it does not listen.
pub(crate) struct Kept {
    child: Child,
    name: String,
}

impl Kept {
    pub(crate) fn start(command: &mut Command, name: &str) -> Result<Self> {
        Self::begin(command.stdin(Stdio::null()), name)
    }

    /// One that may ask something, in a line of its standard output, and is [answered](Self::answer).
    pub(crate) fn start_asking(command: &mut Command, name: &str) -> Result<Self> {
        Self::begin(command.stdin(Stdio::piped()), name)
    }

    fn begin(command: &mut Command, name: &str) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start `{name}`"))?;
        Ok(Self {
            child,
            name: name.to_owned(),
        })
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it ends; ends it when we are interrupted.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                if interrupted() {
                    bail!("Interrupted.");
                }
                return Ok(status);
            }
            if interrupted() {
                self.end();
                bail!("Interrupted.");
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Answers what it asked, in a line of its standard input.
    pub(crate) fn answer(&mut self, line: &str) -> Result<()> {
        let told = self.child.stdin.as_mut().map(|stdin| writeln!(stdin, "{line}"));
        told.transpose().with_context(|| format!("answer `{}`", self.name))?;
        Ok(())
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("cannot wait for `{}`", self.name))
    }

    /// The lines of its standard output, as they come; read to its end, so that it never blocks on a full pipe.
    pub(crate) fn lines(&mut self) -> Receiver<String> {
        let (give, take) = channel();
        if let Some(stdout) = self.child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // Nobody may be listening any more; the pipe is emptied all the same.
                    let _ = give.send(line);
                }
            });
        }
        take
    }

    /// Waits for the line in which `find` finds something. `log` is named, and its end shown, when that never comes.
    pub(crate) fn await_line<T>(
        &mut self,
        lines: &Receiver<String>,
        within: Duration,
        log: &Path,
        mut find: impl FnMut(&str) -> Option<T>,
    ) -> Result<T> {
        let until = Instant::now() + within;
        let mut said = Vec::new();
        loop {
            match lines.recv_timeout(LOOK_EVERY) {
                Ok(line) => {
                    if let Some(found) = find(&line) {
                        return Ok(found);
                    }
                    said.push(line);
                    continue;
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            if interrupted() {
                bail!("Interrupted.");
            }
            let why = match self.ended()? {
                Some(status) => {
                    // What it said last may be read only now.
                    for line in lines {
                        if let Some(found) = find(&line) {
                            return Ok(found);
                        }
                        said.push(line);
                    }
                    format!("ended ({status})")
                }
                None if Instant::now() > until => format!("said nothing of the kind within {} s", within.as_secs()),
                None => continue,
            };
            return Err(trouble(
                format!(
                    "`{}` {why}. It said:\n{}\n{}",
                    self.name,
                    said.join("\n"),
                    last_lines(log)
                ),
                "read what it says above.",
            ));
        }
    }

    /// Ends it and waits until it is gone.
    pub(crate) fn end(&mut self) {
        if let Ok(Some(_)) = self.child.try_wait() {
            return;
        }
        works(Command::new("kill").args(["-TERM", &self.child.id().to_string()]));
        let until = Instant::now() + END_WITHIN;
        while Instant::now() < until {
            if let Ok(Some(_)) | Err(_) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        eprintln!(
            "`{}` did not end within {} s and is killed.",
            self.name,
            END_WITHIN.as_secs()
        );
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.end();
    }
}

/// The end of a log file, for a failure's text.
pub(crate) fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(20);
    lines.get(from..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_what_to_do() {
        let Err(trouble) = run(&mut Command::new("false"), "try `true`.") else {
            panic!("false succeeded");
        };
        let text = trouble.to_string();
        assert!(
            text.contains("`false` failed") && text.contains("What to do: try `true`."),
            "{text}"
        );
    }

    #[test]
    fn a_kept_program_is_awaited_and_ended() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "echo one; echo two 2; exec sleep 60"])
            .stdout(Stdio::piped());
        let mut kept = Kept::start(&mut command, "sh").expect("started");
        let lines = kept.lines();
        let found = kept
            .await_line(&lines, Duration::from_secs(10), Path::new("/nonexistent"), |line| {
                line.strip_prefix("two ").map(str::to_owned)
            })
            .expect("the line");
        assert_eq!(found, "2");
        kept.end();
        assert!(kept.ended().expect("known").is_some());
    }

    #[test]
    fn a_program_that_ends_early_tells_what_it_said() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo port taken; exit 3"]).stdout(Stdio::piped());
        let mut kept = Kept::start(&mut command, "sh").expect("started");
        let lines = kept.lines();
        let Err(trouble) = kept.await_line(
            &lines,
            Duration::from_secs(10),
            Path::new("/nonexistent"),
            |_| None::<()>,
        ) else {
            panic!("found nothing, yet went on");
        };
        assert!(trouble.to_string().contains("port taken"), "{trouble}");
    }

    #[test]
    fn the_last_words_of_a_program_that_has_ended_are_heard() {
        // Said in the moment between the last look at its words and the look whether it still runs.
        let (say, words) = std::sync::mpsc::channel();
        let mut command = Command::new("true");
        let mut kept = Kept::start(&mut command, "true").expect("started");
        let speaker = std::thread::spawn(move || {
            std::thread::sleep(LOOK_EVERY + LOOK_EVERY / 2);
            say.send("ready now".to_owned())
        });
        let found = kept.await_line(&words, Duration::from_secs(10), Path::new("/nonexistent"), |line| {
            line.strip_prefix("ready ").map(str::to_owned)
        });
        assert_eq!(found.expect("heard"), "now");
        speaker.join().expect("no panic").expect("sent");
    }
}
