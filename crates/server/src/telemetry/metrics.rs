//! The metrics, for Prometheus. A field's documentation is its HELP text and its line in `docs/metrics.md`.
//!
//! Each server owns a registry, because tests run several servers in one process. A family hands out the counter of a
//! set of labels by `get_or_create`, which takes a lock: on a hot path keep the handle of `get_or_create_owned`.

pub use super::labels::*;

use prometheus_client::{
    encoding::text,
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::Registry,
};

/// A histogram of durations in seconds, by labels.
pub type Seconds<L> = Family<L, Histogram, DurationBuckets>;

/// Makes histograms of durations.
#[derive(Clone, Copy, Debug, Default)]
pub struct DurationBuckets;

impl DurationBuckets {
    /// From 50 microseconds, about what the shortest command takes, doubling to 13 seconds, beyond the longest wait
    /// that is configurable.
    fn histogram() -> Histogram {
        Histogram::new(exponential_buckets(0.000_05, 2.0, 19))
    }
}

impl MetricConstructor<Histogram> for DurationBuckets {
    fn new_metric(&self) -> Histogram {
        Self::histogram()
    }
}

/// A metric as `docs/metrics.md` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name on the wire, with prefix and the ending of its type.
    pub name: String,
    /// counter, gauge, histogram or info.
    pub kind: &'static str,
    /// Its label names.
    pub labels: &'static [&'static str],
    /// What it counts.
    pub help: String,
}

/// The prefix of all names.
const PREFIX: &str = "plaudit";

macro_rules! metrics {
    (@type counter) => { Counter };
    (@type gauge) => { Gauge };
    (@type histogram) => { Histogram };
    (@type counter $labels:ident) => { Family<$labels, Counter> };
    (@type gauge $labels:ident) => { Family<$labels, Gauge> };
    (@type histogram $labels:ident) => { Seconds<$labels> };
    (@new histogram) => { DurationBuckets::histogram() };
    (@new histogram $labels:ident) => { Family::new_with_constructor(DurationBuckets) };
    (@new $kind:ident $($labels:ident)?) => { Default::default() };
    (@labels) => { &[] };
    (@labels $labels:ident) => { $labels::NAMES };
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ident $(by $labels:ident)?;)+) => {
        /// All that is measured.
        #[derive(Debug)]
        pub struct Metrics {
            registry: Registry,
            $($(#[doc = $doc])+ pub $name: metrics!(@type $kind $($labels)?),)+
        }

        impl Metrics {
            /// Metrics at zero, in a registry of their own.
            pub fn new() -> Self {
                let mut metrics = Self {
                    registry: Registry::with_prefix(PREFIX),
                    $($name: metrics!(@new $kind $($labels)?),)+
                };
                $(
                    let name = registered(stringify!($name));
                    metrics.registry.register(name, help(&[$($doc),+]), metrics.$name.clone());
                )+
                let version = Info::new(ByVersion::new(env!("CARGO_PKG_VERSION")));
                metrics.registry.register("build", BUILD_INFO_HELP, version);
                metrics
            }

            /// Every metric, in the order of this file.
            pub fn describe() -> Vec<Description> {
                let build_info = Description {
                    name: format!("{PREFIX}_build_info"),
                    kind: "info",
                    labels: ByVersion::NAMES,
                    help: BUILD_INFO_HELP.to_owned(),
                };
                vec![
                    $(Description {
                        name: format!("{PREFIX}_{}", stringify!($name)),
                        kind: stringify!($kind),
                        labels: metrics!(@labels $($labels)?),
                        help: help(&[$($doc),+]),
                    },)+
                    build_info,
                ]
            }
        }
    };
}

const BUILD_INFO_HELP: &str = "Always 1; the label tells the version of the program";

metrics! {
    /// Open client connections.
    connections: gauge by ByDialect;
    /// Connections that were turned away at once: a limit was reached or the handshake failed.
    connections_refused_total: counter by ByCause;
    /// Connections that waited at the door, because more came than `limits.new_connections_per_second_max`.
    connections_paced_total: counter;
    /// Connections that have ended.
    connections_closed_total: counter by ByCause;
    /// Sessions (logins) that are present.
    sessions: gauge;
    /// Guests that are present in a room.
    guests: gauge;
    /// Rooms in memory.
    rooms: gauge;
    /// Members present in rooms, guests not counted; a user in two rooms counts twice.
    room_members: gauge;
    /// Messages that members and backends offered, by what became of them.
    messages_total: counter by ByFate;
    /// Likes through our own protocol: "counted", or "refused" because they were beyond the cap.
    likes_total: counter by ByOutcome;
    /// Events handed to connections: one event for three viewers counts three times.
    events_delivered_total: counter;
    /// Events that a slow connection did not get, because its outbox was full; by the highest priority of their frame.
    events_skipped_total: counter by ByPriority;
    /// Time from taking an event out of the room to the last connection's outbox, in seconds.
    fanout_seconds: histogram;
    /// Frames encoded for delivery. Once per event or tick, dialect and encoding, whatever the audience.
    frames_encoded_total: counter by ByEncoding;
    /// Time from reading a command to its answer, in seconds.
    command_seconds: histogram by ByCommand;
    /// Commands that were answered with an error.
    commands_failed_total: counter by ByCode;
    /// Open streams of Server-Sent Events.
    streams: gauge;
    /// Streams of Server-Sent Events that were opened.
    streams_opened_total: counter;
    /// Requests for slices of rooms, by what they were answered with: "live", "slice", "same" (HTTP 304), "not_yet", "too_old",
    /// or "refused".
    slice_requests_total: counter by ByOutcome;
    /// Long polls that wait for something to happen.
    polls_waiting: gauge;
    /// Bytes that wait in the outboxes of all connections.
    outbox_bytes: gauge;
    /// Memory that this process uses (resident set), in bytes; 0 where the system does not tell.
    memory_bytes: gauge;
    /// Things that wait in a queue between two parts of the server.
    work_queue_depth: gauge by ByQueue;
    /// Things that were to be written behind and are lost, because the queue was full or the store failed.
    writebehind_lost_total: counter by ByKind;
    /// Time that the store took, in seconds, waiting for its turn included.
    store_seconds: histogram by ByOperation;
    /// Time that a backend took for a webhook, in seconds.
    webhook_seconds: histogram by ByWebhook;
    /// Things that passed without the backend's answer, because it gave none and the app lets them pass.
    webhooks_unreviewed_total: counter by ByHook;
    /// News that a backend was not told: the line was full, or it did not take it.
    webhooks_lost_total: counter;
    /// Apps whose backend is left alone for a while, because it did not answer several times in a row.
    webhook_breakers_open: gauge;
    /// Changed lists of words that were read again, or could not be: then the old one goes on.
    word_lists_total: counter by ByOutcome;
    /// Logins by outcome.
    logins_total: counter by ByOutcome;
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// What [`Self::render`] writes, for the `Content-Type` header.
    pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// All metrics as OpenMetrics text.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail; were it ever to, the reader sees a text without its closing `# EOF`.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

/// The name to register: the library adds the ending of a counter itself.
fn registered(name: &str) -> &str {
    name.strip_suffix("_total").unwrap_or(name)
}

/// One line of help from the lines of a doc comment. The library ends it with a full stop.
fn help(lines: &[&str]) -> String {
    let text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    text.strip_suffix('.').map_or(text.clone(), str::to_owned)
}

/// The page `docs/metrics.md`.
pub fn markdown() -> String {
    let mut text = String::from(MARKDOWN_HEAD);
    for Description {
        name,
        kind,
        labels,
        help,
    } in Metrics::describe()
    {
        let labels: Vec<_> = labels.iter().map(|label| format!("`{label}`")).collect();
        text.push_str(&format!("| `{name}` | {kind} | {} | {help}. |\n", labels.join(", ")));
    }
    text
}

const MARKDOWN_HEAD: &str = "\
<!-- Generated from crates/server/src/telemetry/metrics.rs by `UPDATE_DOCS=1 cargo nextest run -p plaudit-server`;
     do not edit. -->

# Metrics

`GET /metrics` on the admin listener answers in the OpenMetrics text format, which Prometheus reads. Label values come
from fixed lists in the program, so the number of time series does not grow with rooms, users or hostile input. A
histogram has the usual `_bucket`, `_sum` and `_count`; a family of labels appears with its first value.

| name | type | labels | meaning |
|---|---|---|---|
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_every_metric_under_its_documented_name() {
        let metrics = Metrics::new();
        metrics
            .connections
            .get_or_create(&ByDialect::new(Dialect::Websdk))
            .inc();
        metrics
            .connections_refused_total
            .get_or_create(&ByCause::new("full"))
            .inc();
        metrics
            .connections_closed_total
            .get_or_create(&ByCause::new("peer"))
            .inc();
        let priority = room::Priority::High.into();
        let fate = ByFate::new(Door::Rest, Outcome::Dropped, "rate", priority);
        metrics.messages_total.get_or_create(&fate).inc_by(2);
        metrics
            .events_skipped_total
            .get_or_create(&ByPriority::new(priority))
            .inc();
        metrics.likes_total.get_or_create(&ByOutcome::new("counted")).inc();
        metrics
            .frames_encoded_total
            .get_or_create(&ByEncoding::new(Dialect::Native, "plain"))
            .inc();
        metrics
            .command_seconds
            .get_or_create(&ByCommand::new(Door::Websdk, "unknown"))
            .observe(0.001);
        metrics
            .commands_failed_total
            .get_or_create(&ByCode::new(Door::Websdk, 10003))
            .inc();
        metrics.work_queue_depth.get_or_create(&ByQueue::new("store")).set(3);
        metrics
            .writebehind_lost_total
            .get_or_create(&ByKind::new("membership"))
            .inc();
        metrics
            .store_seconds
            .get_or_create(&ByOperation::new("commit"))
            .observe(0.5);
        metrics.logins_total.get_or_create(&ByOutcome::new("ok")).inc();
        metrics.word_list("ok");
        metrics.slice_request("live");
        metrics.webhook("a", "ok", std::time::Duration::ZERO);
        metrics.webhook_unreviewed("a");
        let text = metrics.render();
        for described in Metrics::describe() {
            let start = format!("\n{}", described.name);
            assert!(text.contains(&start), "{} is missing in\n{text}", described.name);
            assert!(
                !described
                    .labels
                    .iter()
                    .any(|label| !text.contains(&format!("{label}=\"")))
            );
        }
        let line = "plaudit_messages_total{door=\"rest\",outcome=\"dropped\",cause=\"rate\",priority=\"high\"} 2\n";
        assert!(text.contains(line), "{text}");
        assert!(
            text.contains("# HELP plaudit_sessions Sessions (logins) that are present.\n"),
            "{text}"
        );
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn two_servers_in_one_process_count_apart() {
        let (a, b) = (Metrics::new(), Metrics::new());
        a.sessions.inc();
        assert!(a.render().contains("plaudit_sessions 1\n"));
        assert!(b.render().contains("plaudit_sessions 0\n"));
    }

    #[test]
    fn the_documentation_is_current() {
        crate::config::document::assert_current("metrics.md", &markdown());
    }
}
