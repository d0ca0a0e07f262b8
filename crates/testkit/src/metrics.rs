//! The operator's figures.

use crate::TestServer;

impl TestServer {
    /// The text of `GET /metrics`.
    pub async fn metrics(&self) -> String {
        let url = format!("http://{}/metrics", self.admin_address());
        let response = self.http.get(url).send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        response.text().await.expect("a whole answer")
    }

    /// The sum of all series of a metric whose labels hold all of `labels`, such as `door="rest"`.
    pub async fn metric(&self, name: &str, labels: &[&str]) -> f64 {
        sum(&self.metrics().await, name, labels)
    }
}

fn sum(text: &str, name: &str, labels: &[&str]) -> f64 {
    let value = |line: &str| {
        let rest = line.strip_prefix(name)?;
        let (series, value) = rest.rsplit_once(' ')?;
        let named = series.is_empty() || series.starts_with('{');
        (named && labels.iter().all(|label| series.contains(label))).then(|| value.parse::<f64>().ok())?
    };
    text.lines().filter_map(value).sum()
}
