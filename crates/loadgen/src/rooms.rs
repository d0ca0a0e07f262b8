//! Many rooms that talk, each with a few viewers: no room is big, so nothing is gained by being so.

use crate::{
    args::{Door, RoomsArgs},
    bar,
    client::conn::{Role, Talk},
    pause,
    report::{Report, round},
    room::{quiet, settle},
    snapshot::Snapshot,
    talk::{self, Plan},
    target::{Target, now_us},
    users::Users,
};
use anyhow::Context;
use std::time::{Duration, Instant};

/// Time to tell all workers before the first message is due.
const AHEAD: Duration = Duration::from_millis(100);

/// Runs the scenario.
pub async fn run(target: &Target, args: &RoomsArgs) -> anyhow::Result<Report> {
    let rooms = target.rooms("rooms", args.rooms).await?;
    let count = rooms.len();
    let speaks = args.door == Door::Socket;
    // The first of each room speaks.
    let role = |n: usize| {
        if speaks && n < count {
            Role::Talker
        } else {
            Role::Viewer
        }
    };
    let room = |n: usize| rooms.get(n % count).cloned().unwrap_or_default();
    let viewers = count * args.viewers as usize;
    let wishes = Users::default().of(target, "viewer", viewers, &args.speaking.dialects, role, room);
    let mut fleet = target.fleet()?;
    let idle = Snapshot::take(target).await?;
    let progress = bar("join", viewers as u64);
    let joined = fleet
        .open(wishes, args.parallel, &progress)
        .await
        .context("viewers could not join")?;
    progress.finish_and_clear();
    quiet(&fleet).await?;

    let before = Snapshot::take(target).await?;
    let messages = u64::from(args.rate) * args.seconds;
    let total = messages * count as u64;
    let (sent, dropped, refused) = if speaks {
        fleet.talk(Some(Talk {
            began: Instant::now() + AHEAD,
            began_us: now_us() + AHEAD.as_micros() as u64,
            every: Duration::from_secs(1) / args.rate,
            messages,
            text_bytes: args.text_bytes as usize,
        }))?;
        let progress = bar("talk", args.seconds);
        for _ in 0..args.seconds {
            pause(Duration::from_secs(1)).await;
            progress.inc(1);
        }
        progress.finish_and_clear();
        (None, 0, 0)
    } else {
        fleet.talk(None)?;
        let plan = Plan {
            rooms: rooms.clone(),
            rate_per_s: u64::from(args.rate) * count as u64,
            seconds: args.seconds,
            text_bytes: args.text_bytes as usize,
            likes: false,
        };
        let progress = bar("send", total);
        let sent = talk::send(target, plan, &progress).await?;
        progress.finish_and_clear();
        (Some(sent.messages), sent.dropped, sent.refused)
    };
    settle(&fleet, messages).await?;
    let after = Snapshot::take(target).await?;
    let seen = fleet.harvest()?;

    let mut report = Report::default();
    report.add("rooms", count);
    report.add("connections", viewers);
    report.add("joins_per_s", (viewers as f64 / joined.as_secs_f64()).round());
    before.add_idle_memory(&mut report, &idle, viewers as u64);
    let sent = sent.unwrap_or(seen.counts.sent);
    report.add("sent", sent);
    report.add("offered_per_s", u64::from(args.rate) * count as u64);
    report.add_delivered(&seen, args.seconds as f64);
    report.add(
        "bytes_per_message",
        round(seen.counts.bytes as f64 / seen.counts.messages.max(1) as f64, 1),
    );
    after.add_cost(&mut report, &before, seen.counts.events);
    after.add_memory_at_end(&mut report);
    report.must_be_zero("refused_messages", refused + seen.counts.refused);
    report.must_be_zero("dropped_messages", dropped);
    report.must_be_zero("not_sent", total.saturating_sub(sent));
    report.must_be_zero("not_delivered", fleet.census(messages)?.short);
    if let Some(trouble) = fleet.trouble() {
        report.add("first_trouble", trouble);
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{args::Speaking, client::dialect::Dialect, tests::target};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn all_rooms_talk_through_both_doors() {
        let server = testkit::TestServer::start().await;
        let doors = [
            (Door::Socket, Dialect::Websdk),
            (Door::Socket, Dialect::Native),
            (Door::Rest, Dialect::Native),
        ];
        for (door, dialect) in doors {
            let args = RoomsArgs {
                rooms: 5,
                viewers: 4,
                rate: 10,
                seconds: 1,
                text_bytes: 100,
                parallel: 8,
                door,
                speaking: Speaking {
                    dialects: vec![dialect],
                },
            };
            let report = run(&target(&server), &args).await.unwrap();
            assert!(report.sound(), "{door:?} {dialect:?}: {}", report.text());
            assert_eq!(
                (report.figure("sent"), report.figure("delivered")),
                (50.0, 200.0),
                "{door:?}"
            );
        }
    }
}
