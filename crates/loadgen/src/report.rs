//! Figures, for people and for machines.

use crate::viewer::Seen;
use serde_json::{Map, Value, json};

/// What came out of a scenario.
#[derive(Default)]
pub struct Report {
    figures: Map<String, Value>,
    faults: u64,
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

    /// Adds what viewers saw.
    pub fn add_seen(&mut self, prefix: &str, seen: &Seen) {
        let ms = |quantile: f64| json!(seen.latency.value_at_quantile(quantile) as f64 / 1000.0);
        for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1.0)] {
            self.add(&format!("{prefix}latency_{name}_ms"), ms(quantile));
        }
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
        let lines = self.figures.iter().map(|(name, value)| format!("{name:<28} {value}"));
        lines.collect::<Vec<_>>().join("\n")
    }
}
