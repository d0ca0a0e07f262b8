//! Everybody at once: logins and joins as fast as the server takes them, and everybody again after a loss of all
//! connections.

use crate::{
    args::StormArgs,
    bar,
    client::{conn::Role, counts::Seen},
    report::{Report, round},
    room::{quiet, settle},
    snapshot::Snapshot,
    talk::{self, Plan},
    target::Target,
    users::Users,
};
use anyhow::Context;
use indicatif::ProgressBar;
use std::time::Duration;

/// Said when all have come back: whoever is a member still must get it.
const PROOF_PER_S: u64 = 5;

/// Runs the scenario.
pub async fn run(target: &Target, args: &StormArgs) -> anyhow::Result<Report> {
    let room = target.room("storm").await?;
    let count = args.viewers as usize;
    let wishes = Users::default().of(target, "viewer", count, false, |_| Role::Viewer, |_| room.clone());
    let mut fleet = target.fleet()?;
    let mut report = Report::default();
    report.add("viewers", args.viewers);

    let before = Snapshot::take(target).await?;
    let progress = bar("join", count as u64);
    let took = fleet
        .open(wishes, args.parallel, &progress)
        .await
        .context("viewers could not join")?;
    progress.finish_and_clear();
    let after = Snapshot::take(target).await?;
    let mut first = Report::default();
    add_opened(&mut first, args.viewers, took, &fleet.harvest()?);
    after.add_cost(&mut first, &before, 0);
    add_cpu(&mut first, &after, &before, args.viewers);
    report.merge("first_", &first);
    quiet(&fleet).await?;

    if args.again {
        fleet.cut()?;
        let before = Snapshot::take(target).await?;
        let progress = bar("come back", count as u64);
        let took = fleet
            .come_back(count as u64, &progress)
            .await
            .context("viewers could not come back")?;
        progress.finish_and_clear();
        let after = Snapshot::take(target).await?;
        let mut second = Report::default();
        add_opened(&mut second, args.viewers, took, &fleet.harvest()?);
        after.add_cost(&mut second, &before, 0);
        add_cpu(&mut second, &after, &before, args.viewers);
        report.merge("again_", &second);
    }

    quiet(&fleet).await?;
    fleet.talk(None)?;
    let plan = Plan {
        rooms: vec![room],
        rate_per_s: PROOF_PER_S,
        seconds: 1,
        text_bytes: 100,
        likes: false,
    };
    let sent = talk::send(target, plan, &ProgressBar::hidden()).await?;
    settle(&fleet, sent.messages).await?;
    let seen = fleet.harvest()?;
    report.add("proof_messages", sent.messages);
    report.must_be_zero("proof_refused", sent.refused + sent.dropped);
    report.must_be_zero("proof_not_delivered", fleet.census(sent.messages)?.short);
    report.must_be_zero("disconnected", seen.counts.disconnected);
    Snapshot::take(target).await?.add_memory_at_end(&mut report);
    if let Some(trouble) = fleet.trouble() {
        report.add("first_trouble", trouble);
    }
    Ok(report)
}

fn add_opened(report: &mut Report, viewers: u32, took: Duration, seen: &Seen) {
    report.add("took_s", round(took.as_secs_f64(), 2));
    report.add("per_s", (f64::from(viewers) / took.as_secs_f64()).round());
    report.add("turned_away", seen.counts.turned_away);
    report.add_times("opening", &seen.steps_us);
    report.must_be_zero("disconnected", seen.counts.disconnected);
}

fn add_cpu(report: &mut Report, after: &Snapshot, before: &Snapshot, viewers: u32) {
    if let Some(cpu) = after.server_cpu_since(before) {
        report.add(
            "server_cpu_us_per_viewer",
            round(cpu.total_s() * 1e6 / f64::from(viewers), 1),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::target;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn everybody_comes_back_and_is_still_in_the_room() {
        let server = testkit::TestServer::start().await;
        let args = StormArgs {
            viewers: 50,
            parallel: 16,
            again: true,
        };
        let report = run(&target(&server), &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert_eq!(report.figure("proof_messages"), 5.0);
        assert!(report.figure("again_per_s") > 0.0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_comes_too_fast_waits_and_is_served() {
        let server = testkit::TestServer::with(|config| config.limits.new_connections_per_second_max = 20).await;
        let args = StormArgs {
            viewers: 40,
            parallel: 40,
            again: false,
        };
        let report = run(&target(&server), &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert_eq!(report.figure("first_turned_away"), 0.0);
        let per_s = report.figure("first_per_s");
        assert!(
            per_s < 60.0,
            "twenty at once, the others by twenty a second: not {per_s}"
        );
    }
}
