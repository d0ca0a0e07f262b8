//! The server's own figures, read at its admin listener.

use std::collections::BTreeMap;

/// All counters and gauges at a moment, by name and labels as they are written.
#[derive(Clone, Debug, Default)]
pub struct Metrics(BTreeMap<String, f64>);

impl Metrics {
    /// Reads the text form of OpenMetrics.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let value = |line: &str| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        Self(lines.filter_map(value).collect())
    }

    /// How far each series of a family has gone since `before`: its labels (or nothing), and by how much. Those that
    /// have not moved are left out.
    pub fn grown<'a>(&'a self, before: &'a Self, family: &'a str) -> impl Iterator<Item = (&'a str, u64)> {
        self.0.iter().filter_map(move |(name, value)| {
            let labels = name.strip_prefix(family)?;
            if !(labels.is_empty() || labels.starts_with('{')) {
                return None;
            }
            let grown = value - before.0.get(name).copied().unwrap_or(0.0);
            (grown > 0.0).then_some((labels, grown.round() as u64))
        })
    }

    /// How far a family has gone in all.
    pub fn grown_in_all(&self, before: &Self, family: &str) -> u64 {
        self.grown(before, family).map(|(_, grown)| grown).sum()
    }

    /// The counters with a word in their names, without labels.
    pub fn families<'a>(&'a self, word: &'a str) -> Vec<&'a str> {
        let names = self.0.keys().filter_map(|name| name.split('{').next());
        let mut found: Vec<_> = names
            .filter(|name| name.contains(word) && name.ends_with("_total"))
            .collect();
        found.dedup();
        found
    }
}

/// The values of labels, as part of a figure's name: `{cause="peer"}` is `peer`.
pub fn label_values(labels: &str) -> String {
    let values = labels.split('"').skip(1).step_by(2);
    values.collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_by_label() {
        let before = Metrics::parse("# TYPE a counter\na_total{cause=\"peer\"} 2\na_total{cause=\"x\"} 5\nb_total 1\n");
        let after =
            Metrics::parse("a_total{cause=\"peer\"} 9\na_total{cause=\"x\"} 5\nb_total 4\na_total_more 7\n# EOF\n");
        let grown: Vec<_> = after.grown(&before, "a_total").collect();
        assert_eq!(grown, [("{cause=\"peer\"}", 7)]);
        assert_eq!(after.grown_in_all(&before, "b_total"), 3);
        assert_eq!(label_values("{dialect=\"websdk\",encoding=\"plain\"}"), "websdk_plain");
        assert_eq!(after.families("b_"), ["b_total"]);
    }
}
