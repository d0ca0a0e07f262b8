//! Server, load program and kernel at a moment; what lies between two of them is a run's cost.

use crate::{
    metrics::{Metrics, label_values},
    process::{Cpu, Kernel, Memory},
    report::{Report, round},
    target::Target,
};
use std::time::Instant;

/// A moment.
pub struct Snapshot {
    at: Instant,
    /// Of the server, when its process is known.
    server: Option<(Cpu, Memory)>,
    own: Cpu,
    kernel: Kernel,
    /// The server's own figures, when its admin listener is known.
    metrics: Option<Metrics>,
}

impl Snapshot {
    /// Now.
    pub async fn take(target: &Target) -> anyhow::Result<Self> {
        let metrics = target.metrics().await?;
        let server = match target.pid {
            Some(pid) => Some((Cpu::of(pid)?, Memory::of(pid)?)),
            None => None,
        };
        Ok(Self {
            at: Instant::now(),
            server,
            own: Cpu::own()?,
            kernel: Kernel::now()?,
            metrics,
        })
    }

    /// What the server used of the processors since, in seconds.
    pub fn server_cpu_since(&self, before: &Self) -> Option<Cpu> {
        Some(self.server?.0.since(before.server?.0))
    }

    /// Adds what was used of the processors, and what the server counted. `deliveries` may be 0: then nothing is told
    /// per delivery.
    pub fn add_cost(&self, report: &mut Report, before: &Self, deliveries: u64) {
        self.add_used(report, before, deliveries);
        self.add_counted(report, before);
    }

    /// Adds what was used of the processors.
    pub fn add_used(&self, report: &mut Report, before: &Self, deliveries: u64) {
        let seconds = self.at.duration_since(before.at).as_secs_f64();
        if let Some(cpu) = self.server_cpu_since(before) {
            report.add("server_cpu_share_of_a_core", round(cpu.total_s() / seconds, 3));
            if deliveries > 0 {
                let per_delivery_us = |used_s: f64| round(used_s * 1e6 / deliveries as f64, 3);
                report.add("server_cpu_user_us_per_delivery", per_delivery_us(cpu.user_s));
                report.add("server_cpu_system_us_per_delivery", per_delivery_us(cpu.system_s));
                report.add("server_cpu_us_per_delivery", per_delivery_us(cpu.total_s()));
            }
        }
        let own = self.own.since(before.own);
        report.add("load_cpu_share_of_a_core", round(own.total_s() / seconds, 3));
    }

    /// How many events the server has skipped since, when its admin listener is known.
    pub fn skipped_since(&self, before: &Self) -> Option<u64> {
        let (after, before) = (self.metrics.as_ref()?, before.metrics.as_ref()?);
        Some(after.grown_in_all(before, "plaudit_events_skipped_total"))
    }

    /// How many likes the server has counted and refused since, when its admin listener is known.
    pub fn likes_since(&self, before: &Self) -> Option<(u64, u64)> {
        let (after, before) = (self.metrics.as_ref()?, before.metrics.as_ref()?);
        let grown = |outcome: &str| {
            let mut by_outcome = after.grown(before, "plaudit_likes_total");
            let found = by_outcome.find(|(labels, _)| label_values(labels) == outcome);
            found.map_or(0, |(_, taps)| taps)
        };
        Some((grown("counted"), grown("refused")))
    }

    /// Adds how many requests for slices reached the server since, when its admin listener is known; answers how many.
    pub fn add_slice_requests(&self, report: &mut Report, before: &Self) -> Option<u64> {
        const FAMILY: &str = "plaudit_slice_requests_total";
        let (after, before) = (self.metrics.as_ref()?, before.metrics.as_ref()?);
        let all = after.grown_in_all(before, FAMILY);
        report.add("reached_the_server", all);
        for (labels, count) in after.grown(before, FAMILY) {
            report.add(&format!("reached_the_server_{}", label_values(labels)), count);
        }
        Some(all)
    }

    /// Adds what the server counted.
    pub fn add_counted(&self, report: &mut Report, before: &Self) {
        let (Some(after), Some(before)) = (&self.metrics, &before.metrics) else {
            return;
        };
        for (labels, frames) in after.grown(before, "plaudit_frames_encoded_total") {
            report.add(&format!("frames_encoded_{}", label_values(labels)), frames);
        }
        for family in after
            .families("write")
            .into_iter()
            .filter(|name| !name.contains("writebehind"))
        {
            let name = family.trim_start_matches("plaudit_").trim_end_matches("_total");
            report.add(name, after.grown_in_all(before, family));
        }
        report.add(
            "events_handed_over",
            after.grown_in_all(before, "plaudit_events_delivered_total"),
        );
        for (name, family) in [
            ("skipped", "plaudit_events_skipped_total"),
            ("closed", "plaudit_connections_closed_total"),
            ("refused", "plaudit_connections_refused_total"),
        ] {
            report.add(name, after.grown_in_all(before, family));
            for (labels, count) in after.grown(before, family) {
                report.add(&format!("{name}_{}", label_values(labels)), count);
            }
        }
    }

    /// Adds what `connections` that were opened since `before` take while they are idle.
    pub fn add_idle_memory(&self, report: &mut Report, before: &Self, connections: u64) {
        let each = |now: u64, then: u64| (now as i64 - then as i64) / connections.max(1) as i64;
        if let (Some((_, then)), Some((_, now))) = (before.server, self.server) {
            report.add("server_rss_before_mib", mib(then.rss_bytes));
            report.add("server_rss_joined_mib", mib(now.rss_bytes));
            report.add("server_rss_bytes_per_connection", each(now.rss_bytes, then.rss_bytes));
        }
        let (then, now) = (before.kernel, self.kernel);
        // Both ends of a connection are on this machine.
        report.add(
            "kernel_slab_bytes_per_connection_both_ends",
            each(now.slab_bytes, then.slab_bytes),
        );
        report.add(
            "kernel_tcp_bytes_per_connection_both_ends",
            each(now.tcp_bytes, then.tcp_bytes),
        );
    }

    /// Adds what the server holds at the end.
    pub fn add_memory_at_end(&self, report: &mut Report) {
        if let Some((_, memory)) = self.server {
            report.add("server_rss_highest_mib", mib(memory.highest_bytes));
            report.add("server_rss_at_end_mib", mib(memory.rss_bytes));
        }
    }
}

fn mib(bytes: u64) -> f64 {
    round(bytes as f64 / (1024.0 * 1024.0), 1)
}
