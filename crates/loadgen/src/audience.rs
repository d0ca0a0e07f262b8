//! Who hears a flooded room: so many that the server has no processor to spare. They ask for every High message, in the
//! order of the numbers, and for an account of everything else.

use crate::{
    bar,
    client::{conn::Role, counts::Seen, dialect::Dialect, fleet::Fleet, place::Digest, worker::Compared},
    pause,
    report::{Report, round},
    room::quiet,
    snapshot::Snapshot,
    target::Target,
    users::Users,
};
use anyhow::Context;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How many open at the same time.
const PARALLEL: u32 = 64;
/// How long the last message may take to arrive everywhere: a server that is behind may take its time, but not for ever.
const CATCH_UP: Duration = Duration::from_secs(30);
/// How often it is looked whether everybody has everything.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Viewers in the room, before the flood.
pub struct Audience<'a> {
    target: &'a Target,
    fleet: Fleet,
    viewers: u32,
    empty: Snapshot,
    joined: Snapshot,
}

impl<'a> Audience<'a> {
    /// They join; the flood may begin when this answers.
    pub async fn open(target: &'a Target, room: &Arc<str>, viewers: u32) -> anyhow::Result<Self> {
        let role = |_| Role::Viewer;
        let wishes = Users::default().of(target, "audience", viewers as usize, &[Dialect::Websdk], role, |_| {
            room.clone()
        });
        let empty = Snapshot::take(target).await?;
        let mut fleet = target.fleet()?;
        let progress = bar("join", viewers.into());
        let opened = fleet.open(wishes, PARALLEL, &progress).await;
        opened.context("the audience could not join")?;
        progress.finish_and_clear();
        // Join tips still flow, and they are none of the flood's.
        quiet(&fleet).await?;
        fleet.talk(None)?;
        Ok(Self {
            target,
            fleet,
            viewers,
            empty,
            joined: Snapshot::take(target).await?,
        })
    }

    /// The flood is over: what did they hear of the `admitted` messages, of which `highs` were High ones and `last` is
    /// the highest number?
    pub async fn heard(self, admitted: u64, highs: Digest, last: u64) -> anyhow::Result<Outcome> {
        let flooded = Snapshot::take(self.target).await?;
        let (over, mut compared) = (Instant::now(), self.fleet.compare(highs, last)?);
        while compared != Compared::default() && over.elapsed() < CATCH_UP {
            pause(LOOK_EVERY).await;
            compared = self.fleet.compare(highs, last)?;
        }
        let caught_up = over.elapsed();
        let seen = self.fleet.harvest()?;
        let settled = Snapshot::take(self.target).await?;
        let mut figures = Report::default();
        flooded.add_used(&mut figures, &self.joined, seen.counts.events);
        settled.add_counted(&mut figures, &self.joined);
        self.joined
            .add_idle_memory(&mut figures, &self.empty, self.viewers.into());
        settled.add_memory_at_end(&mut figures);
        if let Some(trouble) = self.fleet.trouble() {
            figures.add("first_trouble", trouble);
        }
        Ok(Outcome {
            viewers: self.viewers.into(),
            admitted,
            highs: highs.messages,
            skipped: settled.skipped_since(&self.joined).unwrap_or(0),
            caught_up,
            compared,
            seen,
            figures,
        })
    }
}

/// What an audience heard.
pub struct Outcome {
    viewers: u64,
    /// While it was there.
    admitted: u64,
    /// How many of these were High.
    highs: u64,
    /// By the server's account.
    skipped: u64,
    caught_up: Duration,
    compared: Compared,
    seen: Seen,
    /// The server's.
    figures: Report,
}

impl Outcome {
    /// Adds everything to the flood's report.
    pub fn add(&self, report: &mut Report) {
        report.merge("", &self.figures);
        report.merge("audience_", &self.own());
    }

    fn own(&self) -> Report {
        let counts = &self.seen.counts;
        let mut own = Report::default();
        own.add("viewers", self.viewers);
        own.add("admitted", self.admitted);
        own.add("events", counts.events);
        own.add("frames", counts.frames);
        own.add("frames_that_had_to_be_read", counts.read);
        own.add(
            "events_per_frame",
            round(counts.events as f64 / counts.frames.max(1) as f64, 1),
        );
        own.add("mib", round(counts.bytes as f64 / (1024.0 * 1024.0), 1));
        own.add("high_delivered", counts.messages);
        own.add_times("high_latency", &self.seen.latency_us);
        own.add("caught_up_after_ms", self.caught_up.as_millis() as u64);
        // Below High a slow viewer may be passed over, and the account says so (decision 36).
        own.add("missing", counts.missing);
        let expected = self.admitted * self.viewers;
        own.must_be_zero("unaccounted", expected.abs_diff(counts.events + self.skipped));
        let highs = self.highs * self.viewers;
        own.must_be_zero("high_not_delivered", highs.saturating_sub(counts.messages));
        own.must_be_zero("heard_other_high_or_in_another_order", self.compared.unlike);
        own.must_be_zero("behind_at_the_end", self.compared.behind);
        own.must_be_zero("repeated", counts.repeated);
        own.must_be_zero("disconnected", counts.disconnected);
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three viewers who heard all of ten messages, two of them High.
    fn sound() -> Outcome {
        let mut seen = Seen::nothing().unwrap();
        (seen.counts.events, seen.counts.messages) = (30, 6);
        Outcome {
            viewers: 3,
            admitted: 10,
            highs: 2,
            skipped: 0,
            caught_up: Duration::ZERO,
            compared: Compared::default(),
            seen,
            figures: Report::default(),
        }
    }

    #[test]
    fn what_must_not_happen_to_an_audience_is_a_fault() {
        assert!(sound().own().sound());
        type Fault = fn(&mut Outcome);
        let faults: [(&str, Fault); 7] = [
            ("lost and not counted", |outcome| outcome.seen.counts.events -= 1),
            ("counted and not lost", |outcome| outcome.skipped += 1),
            ("a High lost", |outcome| outcome.seen.counts.messages -= 1),
            ("heard otherwise", |outcome| outcome.compared.unlike += 1),
            ("behind", |outcome| outcome.compared.behind += 1),
            ("repeated", |outcome| outcome.seen.counts.repeated += 1),
            ("disconnected", |outcome| outcome.seen.counts.disconnected += 1),
        ];
        for (name, fault) in faults {
            let mut outcome = sound();
            fault(&mut outcome);
            assert!(!outcome.own().sound(), "{name}");
        }
    }

    #[test]
    fn what_the_server_skipped_and_counted_is_no_fault() {
        let mut outcome = sound();
        outcome.seen.counts.events -= 2;
        outcome.seen.counts.missing = 2;
        outcome.skipped = 2;
        assert!(outcome.own().sound());
    }
}
