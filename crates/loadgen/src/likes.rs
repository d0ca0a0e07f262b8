//! Likes by the thousand in a room that talks: each is counted or refused, everybody is told one sum per tick, and messages
//! are as fast as without (decision 34).

use crate::{
    args::LikesArgs,
    bar,
    client::{
        conn::{Liked, Role, Talk},
        counts::{Counts, Seen},
        dialect::Dialect,
        fleet::Fleet,
        worker::Expected,
    },
    pause,
    process::Cpu,
    report::{Report, median, quantile_ms, round},
    room::{quiet, settle},
    snapshot::Snapshot,
    talk::{self, Plan, Sent},
    target::{Target, now_us},
    users::Users,
};
use anyhow::Context;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Time to tell all likers before the first like is due.
const AHEAD: Duration = Duration::from_millis(100);
/// How long the last like may take to be counted and told.
const SETTLE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Runs the scenario.
pub async fn run(target: &Target, args: &LikesArgs) -> anyhow::Result<Report> {
    let mut crowd = Crowd::open(target, args).await?;
    let before = Snapshot::take(target).await?;
    let progress = bar("pairs", u64::from(args.pairs) * 2);
    for _ in 0..args.pairs {
        crowd.talk(false).await?;
        progress.inc(1);
        crowd.talk(true).await?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    let given = Given::of(&crowd.likers.likes().await?);
    let behind = crowd.await_sum(given.counted).await?;
    let counter = crowd.await_counter(given.counted).await?;
    let after = Snapshot::take(target).await?;

    let mut report = Report::default();
    crowd.add(&mut report);
    given.add(&mut report, args, &crowd.liking);
    report.add("counter", counter);
    report.must_be_zero("counter_is_another_sum", counter.abs_diff(given.counted));
    report.must_be_zero("behind_the_last_sum", behind);
    if let Some((counted, refused)) = after.likes_since(&before) {
        report.must_be_zero("metric_counted_is_another", counted.abs_diff(given.counted));
        report.must_be_zero(
            "metric_refused_is_another",
            refused.abs_diff(given.taps - given.counted),
        );
    }
    after.add_cost(&mut report, &before, crowd.seen.counts.events);
    after.add_memory_at_end(&mut report);
    if let Some(trouble) = crowd.likers.trouble().or(crowd.viewers.trouble()) {
        report.add("first_trouble", trouble);
    }
    Ok(report)
}

/// Those who like, those who are measured, and what came of it.
struct Crowd<'a> {
    target: &'a Target,
    args: &'a LikesArgs,
    room: Arc<str>,
    likers: Fleet,
    /// Apart from the likers, so that their threads have nothing to do but to read.
    viewers: Fleet,
    sent: Sent,
    /// What the viewers saw.
    seen: Seen,
    /// What the likers did and saw.
    liking: Counts,
    alone: Windows,
    beside: Windows,
    /// Sums of likes that came sooner than one per tick.
    too_many_sums: u64,
    not_delivered: u64,
}

/// Windows of one kind.
#[derive(Default)]
struct Windows {
    p99_ms: Vec<f64>,
    cpu_s: f64,
}

impl<'a> Crowd<'a> {
    async fn open(target: &'a Target, args: &'a LikesArgs) -> anyhow::Result<Self> {
        let room = target.room("likes").await?;
        let mut users = Users::default();
        let over = u64::from(args.over);
        let liker = |n: usize| {
            // Evenly among the others.
            let over = (n as u64 + 1) * over / 100 > n as u64 * over / 100;
            Role::Liker {
                taps: if over { args.over_taps.into() } else { 1 },
                asks: over,
            }
        };
        let (clients, viewers) = (args.clients as usize, args.viewers as usize);
        let likers = users.of(target, "liker", clients, &[Dialect::Native], liker, |_| room.clone());
        let role = |_| Role::Viewer;
        let watchers = users.of(target, "viewer", viewers, &args.speaking.dialects, role, |_| {
            room.clone()
        });
        let progress = bar("join", (clients + viewers) as u64);
        let (mut fleet, mut watching) = (target.fleet()?, target.fleet()?);
        let opened = fleet.open(likers, args.parallel, &progress).await;
        opened.context("likers could not join")?;
        let opened = watching.open(watchers, args.parallel, &progress).await;
        opened.context("viewers could not join")?;
        progress.finish_and_clear();
        // Join tips are of no talk.
        quiet(&watching).await?;
        fleet.harvest()?;
        Ok(Self {
            target,
            args,
            room,
            likers: fleet,
            viewers: watching,
            sent: Sent::default(),
            seen: Seen::nothing()?,
            liking: Counts::default(),
            alone: Windows::default(),
            beside: Windows::default(),
            too_many_sums: 0,
            not_delivered: 0,
        })
    }

    /// Talks for one window, alone or beside likes.
    async fn talk(&mut self, beside_likes: bool) -> anyhow::Result<()> {
        let began = Instant::now();
        let cpu = self.cpu()?;
        self.viewers.talk(None)?;
        if beside_likes {
            self.likers.talk(Some(Talk {
                began: began + AHEAD,
                began_us: now_us() + AHEAD.as_micros() as u64,
                every: Duration::from_secs(1) / self.args.frames,
                messages: u64::from(self.args.frames) * self.args.window,
                text_bytes: 0,
            }))?;
        }
        let plan = Plan {
            rooms: vec![self.room.clone()],
            rate_per_s: self.args.rate.into(),
            seconds: self.args.window,
            text_bytes: self.args.text_bytes as usize,
            likes: false,
        };
        let sent = talk::send(self.target, plan, &indicatif::ProgressBar::hidden()).await?;
        settle(&self.viewers, sent.messages).await?;
        if beside_likes {
            self.await_frames().await?;
        }
        let cpu_s = self.cpu()?.since(cpu).total_s();
        self.check_window(began.elapsed(), sent.messages)?;
        let seen = self.viewers.harvest()?;
        let kind = if beside_likes {
            &mut self.beside
        } else {
            &mut self.alone
        };
        kind.p99_ms.push(quantile_ms(&seen.latency_us, 0.99));
        kind.cpu_s += cpu_s;
        self.seen.add(&seen)?;
        self.sent += sent;
        Ok(())
    }

    fn cpu(&self) -> anyhow::Result<Cpu> {
        self.target.pid.map_or(Ok(Cpu::default()), Cpu::of)
    }

    /// Waits until the likers have sent everything: whoever is late catches up.
    async fn await_frames(&mut self) -> anyhow::Result<()> {
        let each = u64::from(self.args.frames) * self.args.window;
        let (goal, began) = (
            self.liking.like_frames + each * u64::from(self.args.clients),
            Instant::now(),
        );
        while self.liking.like_frames < goal && began.elapsed() < SETTLE {
            pause(LOOK_EVERY).await;
            self.liking += &self.likers.harvest()?.counts;
        }
        Ok(())
    }

    /// Nobody is told more than one sum per tick, and everybody every message.
    fn check_window(&mut self, took: Duration, messages: u64) -> anyhow::Result<()> {
        let expected = Expected {
            messages,
            ..Expected::default()
        };
        let viewers = self.viewers.census_of(expected)?;
        let likers = self.likers.census_of(Expected::default())?;
        // The one at the beginning, and one for each tick that has ended.
        let sums_max = 1 + (took.as_millis() as u64).div_ceil(self.args.tick_ms.max(1));
        let most = viewers.likes_told_most.max(likers.likes_told_most);
        self.too_many_sums += most.saturating_sub(sums_max);
        self.not_delivered += viewers.short;
        Ok(())
    }

    /// Waits until everybody was told the last sum; answers how many were not.
    async fn await_sum(&mut self, likes: u64) -> anyhow::Result<u64> {
        let (began, expected) = (Instant::now(), Expected { messages: 0, likes });
        loop {
            let behind = self.likers.census_of(expected)?.likes_behind + self.viewers.census_of(expected)?.likes_behind;
            if behind == 0 || began.elapsed() > SETTLE {
                self.liking += &self.likers.harvest()?.counts;
                return Ok(behind);
            }
            pause(LOOK_EVERY).await;
        }
    }

    /// Waits until the room's counter, which is written once a second, says so; answers what it says.
    async fn await_counter(&self, likes: u64) -> anyhow::Result<u64> {
        let began = Instant::now();
        loop {
            let counter = self.target.counter(&self.room, "likes").await?;
            if counter == likes || began.elapsed() > SETTLE {
                return Ok(counter);
            }
            pause(LOOK_EVERY).await;
        }
    }

    fn add(&self, report: &mut Report) {
        let (args, likes) = (self.args, &self.liking);
        let seconds = (args.window * u64::from(args.pairs)) as f64;
        report.add("likers", args.clients);
        report.add("viewers", args.viewers);
        report.add("sent", self.sent.messages);
        report.add_delivered(&self.seen, 2.0 * seconds);
        let (alone, beside) = (median(self.alone.p99_ms.clone()), median(self.beside.p99_ms.clone()));
        report.add("windows", args.pairs);
        report.add("latency_p99_without_likes_ms", alone);
        report.add("latency_p99_with_likes_ms", beside);
        report.add("latency_p99_growth_ms", round(beside - alone, 1));
        report.add("like_frames", likes.like_frames);
        report.add("like_frames_per_s", (likes.like_frames as f64 / seconds).round());
        if self.target.pid.is_some() {
            let used_s = self.beside.cpu_s - self.alone.cpu_s;
            let each_us = used_s * 1e6 / likes.like_frames.max(1) as f64;
            report.add("server_cpu_us_per_like_frame", round(each_us, 2));
        }
        report.add("sums_told", likes.likes_told + self.seen.counts.likes_told);
        report.add("sums_passed_over", likes.likes_unlike + self.seen.counts.likes_unlike);
        let each = u64::from(args.frames) * args.window * u64::from(args.pairs);
        let planned = each * u64::from(args.clients);
        report.must_be_zero("like_frames_not_sent", planned.abs_diff(likes.like_frames));
        report.must_be_zero("like_frames_refused", likes.refused);
        report.must_be_zero("more_than_a_sum_per_tick", self.too_many_sums);
        report.must_be_zero("refused_messages", self.sent.refused + self.sent.dropped);
        report.must_be_zero("not_delivered", self.not_delivered);
        report.must_be_zero("likers_missing", likes.missing + likes.repeated);
        report.must_be_zero("likers_disconnected", likes.disconnected);
    }
}

/// What all likers gave, and what the server says to each of them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Given {
    taps: u64,
    counted: u64,
    /// Likers whom the server did not answer.
    unanswered: u64,
    /// Of those who stayed below the cap.
    refused_below: u64,
    /// Of those who were over it: taps, how many count, and the most that one of them has.
    over: (u64, u64, u64),
}

impl Given {
    fn of(likers: &[Liked]) -> Self {
        let mut given = Self::default();
        for Liked { each, taps, mine } in likers.iter().copied() {
            given.taps += taps;
            given.unanswered += u64::from(mine.is_none());
            let mine = mine.unwrap_or(0);
            given.counted += mine;
            if each > 1 {
                let (all, counted, most) = given.over;
                given.over = (all + taps, counted + mine, most.max(mine));
            } else {
                given.refused_below += taps.abs_diff(mine);
            }
        }
        given
    }

    fn add(&self, report: &mut Report, args: &LikesArgs, answers: &Counts) {
        let (taps, counted, most) = self.over;
        report.add("taps", self.taps);
        report.add("taps_counted", self.counted);
        report.add("taps_refused", self.taps - self.counted);
        report.add("taps_over_the_cap", taps);
        report.add("taps_over_the_cap_counted", counted);
        // A window begins with the reserve, twice the cap, and lasts up to a second longer where the clock is late.
        let seconds = args.window + 1 + 2;
        let allowed = u64::from(args.cap) * seconds * u64::from(args.pairs);
        report.must_be_zero("unanswered", self.unanswered);
        report.must_be_zero("refused_below_the_cap", self.refused_below);
        report.must_be_zero("counted_beyond_the_cap", most.saturating_sub(allowed));
        // Whoever is over the cap is answered what became of each frame.
        report.must_be_zero("answered_counted_is_another", answers.taps_counted.abs_diff(counted));
        let refused = taps.saturating_sub(counted);
        report.must_be_zero("answered_refused_is_another", answers.taps_refused.abs_diff(refused));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{args::Speaking, tests::target};

    fn small() -> LikesArgs {
        LikesArgs {
            clients: 20,
            frames: 20,
            over: 25,
            over_taps: 3,
            cap: 20,
            viewers: 6,
            speaking: Speaking {
                dialects: vec![Dialect::Native, Dialect::Deflated, Dialect::Websdk],
            },
            rate: 20,
            text_bytes: 100,
            pairs: 1,
            window: 2,
            tick_ms: 100,
            parallel: 8,
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_like_is_counted_or_refused_and_told_in_one_sum_per_tick() {
        let server = testkit::TestServer::start().await;
        let report = run(&target(&server), &small()).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        let figure = |name| report.figure(name);
        // Fifteen stay below the cap, five are over it: a reserve of forty and twenty per second count.
        assert_eq!((figure("like_frames"), figure("taps")), (800.0, 1_200.0));
        let (counted, refused) = (figure("taps_counted"), figure("taps_refused"));
        assert!(refused >= 50.0 && counted >= 900.0, "{}", report.text());
        assert_eq!(counted + refused, 1_200.0);
        assert!(figure("sums_told") > 0.0 && figure("sent") == 80.0, "{}", report.text());
    }

    #[test]
    fn what_likers_gave_adds_up() {
        let liked = |each, taps, mine| Liked { each, taps, mine };
        let given = Given::of(&[
            liked(1, 40, Some(40)),
            liked(1, 40, Some(39)),
            liked(3, 90, Some(60)),
            liked(3, 90, None),
        ]);
        let expected = Given {
            taps: 260,
            counted: 139,
            unanswered: 1,
            refused_below: 1,
            over: (180, 60, 60),
        };
        assert_eq!(given, expected);
    }
}
