//! How much memory this process uses, and when that is too much for more connections.

use std::{
    fs,
    sync::atomic::{AtomicU64, Ordering},
};

/// The memory of this process, as it was looked at last.
#[derive(Debug)]
pub struct Memory {
    used_bytes: AtomicU64,
    bytes_max: u64,
}

impl Memory {
    /// A ceiling of `bytes_max`; 0 for four fifths of what the machine or the container has.
    pub fn new(bytes_max: u64) -> Self {
        let bytes_max = match bytes_max {
            0 => given_bytes().map_or(u64::MAX, |given| given / 5 * 4),
            set => set,
        };
        let memory = Self {
            used_bytes: AtomicU64::new(0),
            bytes_max,
        };
        memory.look();
        memory
    }

    /// Looks how much is used; answers it in bytes.
    pub fn look(&self) -> u64 {
        // Where the system does not tell, there is no ceiling.
        let used = field_kib("/proc/self/status", "VmRSS:").unwrap_or(0) * 1024;
        self.used_bytes.store(used, Ordering::Relaxed);
        used
    }

    /// Whether so much is used that nobody new may come in.
    pub fn is_full(&self) -> bool {
        self.used_bytes.load(Ordering::Relaxed) >= self.bytes_max
    }
}

/// What the container gives, else what the machine has.
fn given_bytes() -> Option<u64> {
    let container = fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()
        .and_then(|text| text.trim().parse().ok());
    let machine = field_kib("/proc/meminfo", "MemTotal:").map(|kib| kib * 1024);
    [container, machine].into_iter().flatten().min()
}

/// A line such as `VmRSS:   1234 kB`.
fn field_kib(file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_is_at_the_limit_and_not_before() {
        let memory = Memory::new(1_000);
        for (used, full) in [(999, false), (1_000, true), (1_001, true)] {
            memory.used_bytes.store(used, Ordering::Relaxed);
            assert_eq!(memory.is_full(), full, "{used}");
        }
        let unset = Memory::new(0);
        assert!(unset.look() > 0 && !unset.is_full(), "a test does not use four fifths");
        assert!(unset.bytes_max < u64::MAX, "this system tells what it has");
    }
}
