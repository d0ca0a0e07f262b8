//! Numbered steps: what is happening, and how long each took.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use anyhow::Result;

/// Counts the steps of one command and says the time of each.
pub(crate) struct Steps {
    begun: Instant,
    count: usize,
    colour: bool,
}

impl Steps {
    pub(crate) fn begin() -> Self {
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self {
            begun: Instant::now(),
            count: 0,
            colour,
        }
    }

    /// Says what is happening, does it, says how long it took. The work's own output stands between the two lines.
    pub(crate) fn step<T>(&mut self, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.count += 1;
        say(&self.bold(&format!("[{}] {what}", self.count)));
        let begun = Instant::now();
        let outcome = work();
        let took = human(begun.elapsed());
        match &outcome {
            Ok(_) => say(&format!("    done in {took}")),
            Err(_) => say(&format!("    failed after {took}")),
        }
        outcome
    }

    /// A step that is left out, and why.
    pub(crate) fn left_out(&mut self, what: &str, why: &str) {
        self.count += 1;
        say(&self.bold(&format!("[{}] {what}", self.count)));
        say(&format!("    left out: {why}"));
    }

    /// The time since the first step.
    pub(crate) fn total(&self) -> String {
        human(self.begun.elapsed())
    }

    fn bold(&self, text: &str) -> String {
        if self.colour {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// How far a step is: a bar that is drawn over itself in a terminal, a few lines for whoever keeps our output.
pub(crate) struct Bar {
    terminal: bool,
    told: usize,
}

const BAR_CELLS: usize = 30;
/// Without a terminal: a line per quarter.
const LINES: usize = 4;

impl Bar {
    pub(crate) fn begin() -> Self {
        Self {
            terminal: std::io::stdout().is_terminal(),
            told: 0,
        }
    }

    pub(crate) fn show(&mut self, done: usize, of: usize) {
        let of = of.max(1);
        if self.terminal {
            print!("\r    {}", bar(done, of));
            let _ = std::io::stdout().flush();
            if done >= of {
                say("");
            }
        } else if done * LINES / of > self.told {
            self.told = done * LINES / of;
            say(&format!("    {} %", done * 100 / of));
        }
    }
}

fn bar(done: usize, of: usize) -> String {
    let full = (done * BAR_CELLS / of).min(BAR_CELLS);
    format!(
        "{}{} {:3} %",
        "█".repeat(full),
        "░".repeat(BAR_CELLS - full),
        (done * 100 / of).min(100)
    )
}

/// One line on standard output, at once: the programs that we run write there too, and the order must hold.
pub(crate) fn say(line: &str) {
    println!("{line}");
    // A closed pipe on the other side is no reason to stop the work.
    let _ = std::io::stdout().flush();
}

fn human(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_its_work_is_done() {
        assert_eq!(bar(0, 600), format!("{}   0 %", "░".repeat(30)));
        assert_eq!(bar(300, 600), format!("{}{}  50 %", "█".repeat(15), "░".repeat(15)));
        assert_eq!(bar(700, 600), format!("{} 100 %", "█".repeat(30)));
    }

    #[test]
    fn times_are_written_as_people_say_them() {
        assert_eq!(human(Duration::from_millis(1240)), "1.2 s");
        assert_eq!(human(Duration::from_secs(42)), "42 s");
        assert_eq!(human(Duration::from_secs(125)), "2 min 05 s");
    }
}
