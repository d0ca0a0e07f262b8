//! Viewers in a room in which nobody speaks: what a connection costs that does nothing.

use crate::{
    args::IdleArgs, bar, client::conn::Role, pause, report::Report, room::quiet, snapshot::Snapshot, target::Target,
    users::Users,
};
use anyhow::Context;
use std::time::Duration;

/// Runs the scenario.
pub async fn run(target: &Target, args: &IdleArgs) -> anyhow::Result<Report> {
    let room = target.room("idle").await?;
    let count = args.viewers as usize;
    let wishes = Users::default().of(
        target,
        "viewer",
        count,
        &args.speaking.dialects,
        |_| Role::Viewer,
        |_| room.clone(),
    );
    let before = Snapshot::take(target).await?;
    let mut fleet = target.fleet()?;
    let progress = bar("join", count as u64);
    let took = fleet
        .open(wishes, args.parallel, &progress)
        .await
        .context("viewers could not join")?;
    progress.finish_and_clear();
    quiet(&fleet).await?;
    let joined = Snapshot::take(target).await?;
    let progress = bar("idle", args.seconds);
    for _ in 0..args.seconds {
        pause(Duration::from_secs(1)).await;
        progress.inc(1);
    }
    progress.finish_and_clear();
    let after = Snapshot::take(target).await?;

    let mut report = Report::default();
    report.add("connections", args.viewers);
    report.add("joins_per_s", (f64::from(args.viewers) / took.as_secs_f64()).round());
    after.add_idle_memory(&mut report, &before, args.viewers.into());
    after.add_memory_at_end(&mut report);
    after.add_cost(&mut report, &joined, 0);
    let seen = fleet.harvest()?;
    report.must_be_zero("disconnected", seen.counts.disconnected);
    let online = target.online(&room).await?;
    report.must_be_zero("online_wrong", online.abs_diff(args.viewers.into()));
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{args::Speaking, client::dialect::Dialect, tests::target};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn those_who_are_idle_stay() {
        let server = testkit::TestServer::start().await;
        let args = IdleArgs {
            viewers: 30,
            parallel: 8,
            seconds: 1,
            speaking: Speaking {
                dialects: vec![Dialect::Native, Dialect::Websdk],
            },
        };
        let report = run(&target(&server), &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert!(report.figure("server_rss_joined_mib") > 1.0, "{}", report.text());
    }
}
