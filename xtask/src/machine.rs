//! What machine this is, for figures that mean nothing without it.

use std::fs;
use std::process::Command;

use crate::run::first_line;

/// One line: processor, cores, memory, kernel.
pub(crate) fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpuinfo = read("/proc/cpuinfo");
    let model = after(&cpuinfo, "model name").unwrap_or("unknown processor");
    let meminfo = read("/proc/meminfo");
    let kib = after(&meminfo, "MemTotal").and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let gib = kib.unwrap_or(0.0) / (1024.0 * 1024.0);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{cores} cores of {model}, {gib:.0} GiB, Linux {}", kernel.trim())
}

/// How many programs wanted to run on average in the last minute.
pub(crate) fn load_average() -> String {
    read("/proc/loadavg").split(' ').next().unwrap_or("?").to_owned()
}

/// The moment, as people write it.
pub(crate) fn now() -> String {
    let date = first_line(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]));
    date.unwrap_or_else(|| "an unknown day".to_owned())
}

/// The commit that is checked out, and whether something is changed.
pub(crate) fn commit() -> String {
    let mut command = Command::new("git");
    command
        .args(["describe", "--always", "--dirty", "--exclude", "*"])
        .current_dir(crate::paths::root());
    first_line(&mut command).unwrap_or_else(|| "unknown".to_owned())
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The value of the first line `name : value`.
fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_once(':')?.1.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_name() {
        let text = "processor\t: 0\nmodel name\t: A CPU @ 2: fast\nMemTotal:       16 kB\n";
        assert_eq!(after(text, "model name"), Some("A CPU @ 2: fast"));
        assert_eq!(after(text, "MemTotal"), Some("16 kB"));
        assert!(description().contains("Linux"));
    }
}
