//! What processes use, as Linux tells it.

use anyhow::Context;
use std::{fs, path::Path};

/// The unit of `utime` and `stime` on Linux.
const TICKS_PER_S: f64 = 100.0;
const KIB: u64 = 1024;
/// Linux counts the memory of TCP in pages.
const PAGE_BYTES: u64 = 4096;

/// What was used of the processors, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cpu {
    pub user_s: f64,
    pub system_s: f64,
}

impl Cpu {
    /// Of a process since it began.
    pub fn of(pid: u32) -> anyhow::Result<Self> {
        Self::read(Path::new(&format!("/proc/{pid}/stat"))).context("--pid: no such process")
    }

    /// Of this process.
    pub fn own() -> anyhow::Result<Self> {
        Self::of(std::process::id())
    }

    /// Of the thread that asks.
    pub fn of_thread() -> anyhow::Result<Self> {
        Self::read(Path::new("/proc/thread-self/stat"))
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let stat = fs::read_to_string(path)?;
        // The name of the program may hold blanks; it ends with the last bracket.
        let (_, fields) = stat.rsplit_once(") ").context("an odd stat file")?;
        let mut ticks = fields.split(' ').skip(11).map(|field| field.parse::<f64>());
        let mut next = || anyhow::Ok(ticks.next().context("an odd stat file")?? / TICKS_PER_S);
        Ok(Self {
            user_s: next()?,
            system_s: next()?,
        })
    }

    /// User and system together.
    pub fn total_s(self) -> f64 {
        self.user_s + self.system_s
    }

    /// What was used since.
    pub fn since(self, before: Self) -> Self {
        Self {
            user_s: self.user_s - before.user_s,
            system_s: self.system_s - before.system_s,
        }
    }
}

/// What the thread that asks has used of the processors, in nanoseconds: finer than [`Cpu`], but not split.
pub fn thread_ns() -> anyhow::Result<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let first = text.split(' ').next().unwrap_or_default();
    first.trim().parse().context("an odd schedstat file")
}

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// What it holds now.
    pub rss_bytes: u64,
    /// The most that it ever held.
    pub highest_bytes: u64,
}

impl Memory {
    pub fn of(pid: u32) -> anyhow::Result<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).context("--pid: no such process")?;
        Ok(Self {
            rss_bytes: kib(&status, "VmRSS:") * KIB,
            highest_bytes: kib(&status, "VmHWM:") * KIB,
        })
    }
}

/// Memory that the kernel holds for all of the machine, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kernel {
    pub slab_bytes: u64,
    /// Buffers of TCP.
    pub tcp_bytes: u64,
}

impl Kernel {
    pub fn now() -> anyhow::Result<Self> {
        let meminfo = fs::read_to_string("/proc/meminfo")?;
        let sockets = fs::read_to_string("/proc/net/sockstat")?;
        let tcp = sockets
            .lines()
            .find(|line| line.starts_with("TCP:"))
            .unwrap_or_default();
        let pages = tcp
            .split_once(" mem ")
            .and_then(|(_, pages)| pages.trim().parse::<u64>().ok());
        Ok(Self {
            slab_bytes: (kib(&meminfo, "SReclaimable:") + kib(&meminfo, "SUnreclaim:")) * KIB,
            tcp_bytes: pages.unwrap_or(0) * PAGE_BYTES,
        })
    }
}

fn kib(text: &str, name: &str) -> u64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_something() {
        let before = (thread_ns().unwrap(), Cpu::own().unwrap());
        let mut work = 1_u64;
        while thread_ns().unwrap() - before.0 < 30_000_000 {
            work = work.wrapping_mul(31).rotate_left(5);
        }
        assert!(Cpu::own().unwrap().since(before.1).total_s() > 0.0, "{work}");
        let memory = Memory::of(std::process::id()).unwrap();
        assert!(memory.rss_bytes > 1_000_000 && memory.highest_bytes >= memory.rss_bytes);
        assert!(Kernel::now().unwrap().slab_bytes > 0);
        assert!(Cpu::of(u32::MAX).is_err());
    }
}
