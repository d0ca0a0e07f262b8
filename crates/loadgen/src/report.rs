//! Figures, for people and for machines.

use crate::client::counts::Seen;
use hdrhistogram::Histogram;
use serde_json::{Map, Value};

/// What came out of a scenario.
#[derive(Default)]
pub struct Report {
    figures: Map<String, Value>,
    faults: u64,
}

/// A figure with so many digits behind its point.
pub fn round(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

/// A quantile of times in microseconds, in milliseconds.
pub fn quantile_ms(times_us: &Histogram<u64>, quantile: f64) -> f64 {
    round(times_us.value_at_quantile(quantile) as f64 / 1_000.0, 1)
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

impl Report {
    /// Adds a figure.
    pub fn add(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// Adds a count that must be 0.
    pub fn must_be_zero(&mut self, name: &str, count: u64) {
        self.faults += count;
        self.add(name, count);
    }

    /// Adds how long things took.
    pub fn add_times(&mut self, prefix: &str, times_us: &Histogram<u64>) {
        for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1.0)] {
            self.add(&format!("{prefix}_{name}_ms"), quantile_ms(times_us, quantile));
        }
    }

    /// Adds what was delivered in some seconds, and that nothing of it was missing or doubled.
    pub fn add_delivered(&mut self, seen: &Seen, seconds: f64) {
        let counts = &seen.counts;
        self.add("delivered", counts.messages);
        self.add("delivered_per_s", (counts.events as f64 / seconds).round());
        self.add("events", counts.events);
        self.add("frames", counts.frames);
        self.add("frames_that_had_to_be_read", counts.read);
        self.add(
            "bytes_per_delivery",
            round(counts.bytes as f64 / counts.events.max(1) as f64, 1),
        );
        self.add_times("latency", &seen.latency_us);
        if counts.skipped > 0 {
            // Told to whoever does not get them.
            self.add("skipped_and_told", counts.skipped);
        }
        self.must_be_zero("missing", counts.missing);
        self.must_be_zero("repeated", counts.repeated);
        self.must_be_zero("disconnected", counts.disconnected);
    }

    /// Adds the figures and faults of a part of the scenario.
    pub fn merge(&mut self, prefix: &str, part: &Self) {
        self.faults += part.faults;
        self.figures.extend(
            part.figures
                .iter()
                .map(|(name, value)| (format!("{prefix}{name}"), value.clone())),
        );
    }

    /// A figure, for tests.
    #[cfg(test)]
    pub fn figure(&self, name: &str) -> f64 {
        self.figures.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN)
    }

    /// Whether everything that must be 0 is.
    pub fn sound(&self) -> bool {
        self.faults == 0
    }

    /// One JSON object.
    pub fn json(&self) -> String {
        Value::Object(self.figures.clone()).to_string()
    }

    /// A line for each figure.
    pub fn text(&self) -> String {
        let lines = self.figures.iter().map(|(name, value)| format!("{name:<44} {value}"));
        lines.collect::<Vec<_>>().join("\n")
    }
}
