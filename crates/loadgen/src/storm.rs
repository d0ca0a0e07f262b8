//! Everybody at once: logins and joins as fast as the server takes them, and everybody again after a loss of all
//! connections.

use crate::{
    args::StormArgs,
    bar,
    client::{conn::Role, counts::Seen, fleet::Fleet},
    pause,
    report::{Report, round},
    restart,
    room::{quiet, settle},
    snapshot::Snapshot,
    talk::{self, Plan, Sent},
    target::Target,
    users::Users,
};
use anyhow::Context;
use indicatif::ProgressBar;
use std::{sync::Arc, time::Duration};

/// Said when all have come back: whoever is a member still must get it.
const PROOF_PER_S: u64 = 5;
/// What is said while all are away, per second at the most: below a room's rate.
const MISSED_PER_S: u64 = 20;

/// How long everybody stays away after that: the room tells its last message within a tick, and it must be missed too.
const AWAY: Duration = Duration::from_millis(500);

/// Runs the scenario.
pub async fn run(target: &mut Target, args: &StormArgs) -> anyhow::Result<Report> {
    run_with(target, args, async |target| restart::ask(target).await).await
}

async fn run_with(
    target: &mut Target,
    args: &StormArgs,
    restart: impl AsyncFnOnce(&mut Target) -> anyhow::Result<()>,
) -> anyhow::Result<Report> {
    let room = target.room("storm").await?;
    let count = args.viewers as usize;
    let dialects = &args.speaking.dialects;
    let wishes = Users::default().of(target, "viewer", count, dialects, |_| Role::Viewer, |_| room.clone());
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
        fleet.talk(None)?;
        fleet.cut()?;
        let missed = say(target, &room, args.missed.into()).await?;
        pause(AWAY).await;
        if args.restart {
            restart(target).await?;
        }
        let before = Snapshot::take(target).await?;
        let progress = bar("come back", count as u64);
        let took = fleet
            .come_back(count as u64, &progress)
            .await
            .context("viewers could not come back")?;
        progress.finish_and_clear();
        let after = Snapshot::take(target).await?;
        let seen = fleet.harvest()?;
        let mut second = Report::default();
        add_opened(&mut second, args.viewers, took, &seen);
        after.add_cost(&mut second, &before, 0);
        add_cpu(&mut second, &after, &before, args.viewers);
        add_missed(&mut second, &fleet, missed, seen).await?;
        report.merge("again_", &second);
    }

    quiet(&fleet).await?;
    fleet.talk(None)?;
    let sent = say(target, &room, PROOF_PER_S).await?;
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

/// A backend says so many messages in the room, in a second or somewhat more.
async fn say(target: &Target, room: &Arc<str>, messages: u64) -> anyhow::Result<Sent> {
    let seconds = messages.div_ceil(MISSED_PER_S);
    let plan = Plan {
        rooms: vec![room.clone()],
        rate_per_s: messages.div_ceil(seconds.max(1)),
        seconds,
        text_bytes: 100,
        likes: false,
    };
    talk::send(target, plan, &ProgressBar::hidden()).await
}

/// Whoever came back has exactly what he missed, or was told that it is not to be had.
async fn add_missed(report: &mut Report, fleet: &Fleet, missed: Sent, mut seen: Seen) -> anyhow::Result<()> {
    // Our own protocol brings it with the answer to the join; the official SDKs are sent it afterwards.
    seen.add(&quiet(fleet).await?)?;
    let counts = &seen.counts;
    report.add("resumed", counts.resumed);
    report.add("gaps", counts.gaps);
    report.must_be_zero("gaps_untold", counts.gaps_untold);
    if missed.messages > 0 {
        report.add("missed_messages", missed.messages);
        report.add("missed_delivered", counts.messages);
        let short = fleet.census(missed.messages)?.short;
        report.must_be_zero("missed_not_delivered", short.abs_diff(counts.gaps * missed.messages));
        report.must_be_zero("missing", counts.missing);
        report.must_be_zero("repeated", counts.repeated);
    }
    Ok(())
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
    use crate::{args::Speaking, client::dialect::Dialect, tests::target};

    fn small(dialects: &[Dialect]) -> StormArgs {
        StormArgs {
            viewers: 50,
            parallel: 16,
            again: true,
            missed: 0,
            restart: false,
            speaking: Speaking {
                dialects: dialects.to_vec(),
            },
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn everybody_comes_back_and_is_still_in_the_room() {
        let server = testkit::TestServer::start().await;
        let args = small(&[Dialect::Websdk, Dialect::Native]);
        let report = run(&mut target(&server), &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert_eq!(report.figure("proof_messages"), 5.0);
        assert!(report.figure("again_per_s") > 0.0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_comes_back_after_a_restart_gets_what_he_missed() {
        let mut server = testkit::TestServer::start().await;
        // The same addresses once more: the clients know no others.
        server.config.listen = server.address();
        server.config.admin.listen = Some(server.admin_address());
        let args = StormArgs {
            missed: 7,
            restart: true,
            ..small(&[Dialect::Native, Dialect::Deflated])
        };
        let mut target = target(&server);
        let restarted = run_with(&mut target, &args, async |_| {
            server.restart().await;
            Ok(())
        });
        let report = restarted.await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert_eq!(report.figure("again_resumed") + report.figure("again_gaps"), 50.0);
        let delivered = 7.0 * report.figure("again_resumed");
        assert_eq!(report.figure("again_missed_delivered"), delivered, "{}", report.text());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_missed_more_than_the_room_remembers_is_told_of_the_gap() {
        let server = testkit::TestServer::with(|config| config.rooms.history_entries = 50).await;
        let args = StormArgs {
            viewers: 10,
            missed: 60,
            ..small(&[Dialect::Native])
        };
        let report = run(&mut target(&server), &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert_eq!(
            (report.figure("again_gaps"), report.figure("again_resumed")),
            (10.0, 0.0)
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_comes_too_fast_waits_and_is_served() {
        let server = testkit::TestServer::with(|config| config.limits.new_connections_per_second_max = 20).await;
        let args = StormArgs {
            viewers: 40,
            parallel: 40,
            again: false,
            ..small(&[Dialect::Websdk])
        };
        let report = run(&mut target(&server), &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert_eq!(report.figure("first_turned_away"), 0.0);
        let per_s = report.figure("first_per_s");
        assert!(
            per_s < 60.0,
            "twenty at once, the others by twenty a second: not {per_s}"
        );
    }
}
