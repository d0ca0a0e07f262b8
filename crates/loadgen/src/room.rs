//! One busy room: many viewers, messages on a fixed clock, and what may disturb them.

use crate::{
    args::{FloorArgs, RoomArgs},
    bar,
    client::{
        conn::Role,
        counts::{Counts, Seen},
        dialect::Dialect,
        fleet::Fleet,
    },
    floor::{self, Floor},
    half_open, pause,
    report::{Report, median, quantile_ms, round},
    snapshot::Snapshot,
    talk::{self, Plan, Sent},
    target::Target,
    users::Users,
};
use anyhow::Context;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How long the last message may take to arrive everywhere.
const SETTLE: Duration = Duration::from_secs(10);
/// The room is quiet when nothing came for so long; it is waited for at most [`SETTLE`].
const QUIET: Duration = Duration::from_millis(500);
/// How often what is waited for is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long a window of a pair is when nothing else is said, in seconds.
const PAIR_WINDOW_S: u64 = 10;
/// The header of a WebSocket frame of some hundred bytes.
const FRAME_HEAD_BYTES: u32 = 4;

/// Runs the scenario.
pub async fn run(target: &Target, args: &RoomArgs) -> anyhow::Result<Report> {
    let before_floor = floor(target, args).await?;
    let mut room = Room::open(target, args).await?;
    let mut report = Report::default();
    room.add_opened(&mut report);
    let half_open = half_open::open(target, args.half_open).await;

    let told = if args.pairs > 0 {
        room.pairs().await?
    } else {
        room.whole().await?
    };
    let (before, after) = (&told.before, &told.after);

    report.add("sent", told.sent.messages);
    report.add("sent_per_s", round(told.sent.messages as f64 / told.sent.seconds, 1));
    report.add_delivered(&told.seen, told.sent.seconds);
    told.add_windows(&mut report);
    after.add_cost(&mut report, before, told.seen.counts.events);
    if args.likes > 0 {
        report.add("likes_admitted", told.likes.messages);
        report.add("likes_dropped", told.likes.dropped);
    }
    report.must_be_zero("refused_messages", told.sent.refused + told.likes.refused);
    let census = room.fleet.census(told.sent.messages)?;
    report.must_be_zero("not_delivered", census.short);
    // Everybody hears the same in the same order, however he speaks.
    let conversations = census.conversations.len() as u64;
    report.must_be_zero("other_conversations", conversations.saturating_sub(1));
    room.add_disturbance(&mut report, &told).await?;
    if args.half_open > 0 {
        report.add("half_open", half_open.len());
        report.must_be_zero("half_open_never_given_up", half_open::given_up(half_open).await);
    }
    room.add_tally(&mut report).await?;
    Snapshot::take(target).await?.add_memory_at_end(&mut report);
    drop(room);

    let after_floor = floor(target, args).await?;
    if let (Some(one), Some(other)) = (before_floor, after_floor) {
        one.add(&mut report, "floor_before_");
        other.add(&mut report, "floor_after_");
        let floor_us = (one.us_per_send() + other.us_per_send()) / 2.0;
        report.add("floor_us_per_send", round(floor_us, 3));
        if let Some(cpu) = after.server_cpu_since(before) {
            let each_us = cpu.total_s() * 1e6 / told.seen.counts.events.max(1) as f64;
            report.add("ratio_to_floor", round(each_us / floor_us, 3));
        }
    }
    Ok(report)
}

async fn floor(target: &Target, args: &RoomArgs) -> anyhow::Result<Option<Floor>> {
    if args.floor_seconds == 0 {
        return Ok(None);
    }
    let floor = FloorArgs {
        connections: args.viewers,
        rate: args.rate,
        frame_bytes: args.floor_bytes.unwrap_or(args.text_bytes + FRAME_HEAD_BYTES),
        seconds: args.floor_seconds,
    };
    floor::measure(target, &floor).await.map(Some)
}

/// Waits until nothing comes any more; answers what came.
pub async fn quiet(fleet: &Fleet) -> anyhow::Result<Seen> {
    let began = Instant::now();
    let mut all = fleet.harvest()?;
    while began.elapsed() < SETTLE {
        pause(QUIET).await;
        let seen = fleet.harvest()?;
        all.add(&seen)?;
        if seen.counts.events == 0 {
            break;
        }
    }
    Ok(all)
}

/// Waits until everybody has got so many messages since the talk began, at most [`SETTLE`].
pub async fn settle(fleet: &Fleet, expected: u64) -> anyhow::Result<()> {
    let began = Instant::now();
    while fleet.census(expected)?.short > 0 && began.elapsed() < SETTLE {
        pause(LOOK_EVERY).await;
    }
    Ok(())
}

/// What was said and heard.
struct Told {
    sent: Sent,
    likes: Sent,
    seen: Seen,
    /// p99 of each window, in milliseconds; with pairs, those with a disturbance.
    windows_ms: Vec<f64>,
    /// p99 of the windows without a disturbance, in milliseconds.
    undisturbed_ms: Vec<f64>,
    slow: Slow,
    /// When the talk began, and when it was over.
    before: Snapshot,
    after: Snapshot,
}

/// How slow viewers ended.
#[derive(Clone, Copy, Debug, Default)]
struct Slow {
    cut: u64,
    kept: u64,
}

impl Told {
    async fn nothing(target: &Target) -> anyhow::Result<Self> {
        Ok(Self {
            before: Snapshot::take(target).await?,
            after: Snapshot::take(target).await?,
            sent: Sent::default(),
            likes: Sent::default(),
            seen: Seen::nothing()?,
            windows_ms: Vec::new(),
            undisturbed_ms: Vec::new(),
            slow: Slow::default(),
        })
    }

    fn add_windows(&self, report: &mut Report) {
        if let Some(worst) = self.windows_ms.iter().copied().reduce(f64::max) {
            report.add("windows", self.windows_ms.len());
            report.add("latency_p99_of_the_worst_window_ms", worst);
        }
        if !self.undisturbed_ms.is_empty() {
            let (without, with) = (median(self.undisturbed_ms.clone()), median(self.windows_ms.clone()));
            report.add("latency_p99_undisturbed_ms", without);
            report.add("latency_p99_disturbed_ms", with);
            report.add("latency_p99_growth_ms", round(with - without, 1));
        }
    }
}

/// The room with everybody in it.
struct Room<'a> {
    target: &'a Target,
    args: &'a RoomArgs,
    id: Arc<str>,
    users: Users,
    fleet: Fleet,
    opened: Opened,
}

/// How everybody came in.
struct Opened {
    before: Snapshot,
    after: Snapshot,
    took: Duration,
    seen: Seen,
}

impl<'a> Room<'a> {
    async fn open(target: &'a Target, args: &'a RoomArgs) -> anyhow::Result<Self> {
        let id = target.room("room").await?;
        let mut users = Users::default();
        let room = |_| id.clone();
        let viewers = args.viewers as usize;
        let mut wishes = users.of(
            target,
            "viewer",
            viewers,
            &args.speaking.dialects,
            |_| Role::Viewer,
            room,
        );
        wishes.extend(users.of(
            target,
            "",
            args.poll as usize,
            &[Dialect::Websdk],
            |_| Role::Guest,
            room,
        ));
        // Two by two, since they are dealt to the workers in turn.
        let churner = |n: usize| Role::Churner {
            inside: (n / 2).is_multiple_of(2),
        };
        wishes.extend(users.of(
            target,
            "churner",
            args.churn as usize,
            &args.speaking.dialects,
            churner,
            room,
        ));
        let before = Snapshot::take(target).await?;
        let mut fleet = target.fleet()?;
        let progress = bar("join", wishes.len() as u64);
        let took = fleet
            .open(wishes, args.parallel, &progress)
            .await
            .context("viewers could not join")?;
        progress.finish_and_clear();
        let seen = fleet.harvest()?;
        // Join tips still flow; a talk begins when the room is quiet.
        quiet(&fleet).await?;
        let after = Snapshot::take(target).await?;
        Ok(Self {
            target,
            args,
            id,
            users,
            fleet,
            opened: Opened {
                before,
                after,
                took,
                seen,
            },
        })
    }

    fn add_opened(&self, report: &mut Report) {
        let Opened {
            before,
            after,
            took,
            seen,
        } = &self.opened;
        let connections = self.users.count() as u64;
        report.add("viewers", self.args.viewers);
        if self.args.poll > 0 {
            report.add("guests_who_poll", self.args.poll);
        }
        report.add("connections", connections);
        report.add("joins_per_s", (connections as f64 / took.as_secs_f64()).round());
        report.add("openings_turned_away", seen.counts.turned_away);
        after.add_idle_memory(report, before, connections);
    }

    /// The whole talk, with everything that disturbs from its beginning to its end.
    async fn whole(&mut self) -> anyhow::Result<Told> {
        self.fleet.talk(None)?;
        let (slow, faults) = self.disturb().await?;
        let mut told = Told::nothing(self.target).await?;
        told.seen.counts += &faults;
        let window = (self.args.window > 0).then_some(self.args.window);
        told.windows_ms = self.talk(&mut told, self.args.seconds, window).await?;
        told.after = Snapshot::take(self.target).await?;
        told.slow = self.leave_alone(slow).await?;
        Ok(told)
    }

    /// Windows without and with what disturbs, in turn (decision 34).
    async fn pairs(&mut self) -> anyhow::Result<Told> {
        let window_s = if self.args.window > 0 {
            self.args.window
        } else {
            PAIR_WINDOW_S
        };
        self.fleet.talk(None)?;
        let mut told = Told::nothing(self.target).await?;
        for _ in 0..self.args.pairs {
            let without = self.talk(&mut told, window_s, Some(window_s)).await?;
            told.undisturbed_ms.extend(without);
            let (slow, faults) = self.disturb().await?;
            told.seen.counts += &faults;
            let with = self.talk(&mut told, window_s, Some(window_s)).await?;
            told.windows_ms.extend(with);
            let slow = self.leave_alone(slow).await?;
            told.slow.cut += slow.cut;
            told.slow.kept += slow.kept;
        }
        told.after = Snapshot::take(self.target).await?;
        Ok(told)
    }

    /// Slow viewers come, and churn begins. Answers what was wrong meanwhile: their join tips are of no talk.
    async fn disturb(&mut self) -> anyhow::Result<(Option<Fleet>, Counts)> {
        let (mut slow, mut faults) = (None, Counts::default());
        if self.args.slow > 0 {
            let (count, id) = (self.args.slow as usize, &self.id);
            let wishes = self.users.of(
                self.target,
                "slow",
                count,
                &self.args.speaking.dialects,
                |_| Role::Slow,
                |_| id.clone(),
            );
            let mut fleet = self.target.fleet()?;
            let progress = bar("slow", count as u64);
            fleet
                .open(wishes, self.args.parallel, &progress)
                .await
                .context("slow viewers could not join")?;
            progress.finish_and_clear();
            slow = Some(fleet);
            let tips = quiet(&self.fleet).await?.counts;
            faults.missing = tips.missing;
            faults.repeated = tips.repeated;
            faults.disconnected = tips.disconnected;
        }
        self.fleet.churn(self.args.churn.into())?;
        Ok((slow, faults))
    }

    /// Churn ends; slow viewers read what they have, so that they see how the server left them, and go.
    async fn leave_alone(&self, slow: Option<Fleet>) -> anyhow::Result<Slow> {
        self.fleet.churn(0.0)?;
        let Some(slow) = slow else {
            return Ok(Slow::default());
        };
        slow.hurry()?;
        let began = Instant::now();
        let mut left = u64::MAX;
        // What waits for them at the server comes first, the goodbye last.
        while began.elapsed() < SETTLE {
            let now = slow.census(0)?.slow;
            if now == 0 || now == left && slow.harvest()?.counts.frames == 0 && began.elapsed() > 2 * QUIET {
                break;
            }
            left = now;
            pause(QUIET).await;
        }
        let kept = slow.census(0)?.slow;
        Ok(Slow {
            cut: u64::from(self.args.slow) - kept,
            kept,
        })
    }

    /// Talks for some seconds; answers the p99 of each window of `window_s`, in milliseconds.
    async fn talk(&self, told: &mut Told, seconds: u64, window_s: Option<u64>) -> anyhow::Result<Vec<f64>> {
        let plan = |rate: u32, likes: bool| Plan {
            rooms: vec![self.id.clone()],
            rate_per_s: rate.into(),
            seconds,
            text_bytes: self.args.text_bytes as usize,
            likes,
        };
        let (texts, likes) = (plan(self.args.rate, false), plan(self.args.likes, true));
        let progress = bar("send", (texts.rate_per_s + likes.rate_per_s) * seconds);
        // What came before is of no window.
        told.seen.add(&self.fleet.harvest()?)?;
        let sending = async {
            tokio::try_join!(
                talk::send(self.target, texts, &progress),
                talk::send(self.target, likes, &progress)
            )
        };
        tokio::pin!(sending);
        let mut windows = Vec::new();
        let mut keep = |told: &mut Told| {
            let seen = self.fleet.harvest()?;
            // A window in which nothing came says nothing.
            if window_s.is_some() && seen.counts.messages > 0 {
                windows.push(quantile_ms(&seen.latency_us, 0.99));
            }
            anyhow::Ok(told.seen.add(&seen)?)
        };
        let (sent, likes) = match window_s {
            Some(window_s) if window_s < seconds => {
                let mut ticks = tokio::time::interval(Duration::from_secs(window_s));
                ticks.tick().await;
                loop {
                    tokio::select! {
                        sent = &mut sending => break sent?,
                        _ = ticks.tick() => keep(told)?,
                    }
                }
            }
            _ => sending.await?,
        };
        progress.finish_and_clear();
        told.sent += sent;
        told.likes += likes;
        settle(&self.fleet, told.sent.messages).await?;
        keep(told)?;
        Ok(windows)
    }

    async fn add_disturbance(&self, report: &mut Report, told: &Told) -> anyhow::Result<()> {
        if self.args.slow > 0 {
            report.add("slow_viewers", self.args.slow);
            report.add("slow_cut", told.slow.cut);
            report.add("slow_kept", told.slow.kept);
        }
        let counts = &told.seen.counts;
        if counts.polls + counts.polls_failed > 0 {
            report.add("polls", counts.polls);
            report.add_times("polled_latency", &told.seen.polled_us);
            report.must_be_zero("polls_failed", counts.polls_failed);
        }
        if self.args.churn == 0 {
            return Ok(());
        }
        report.add("churn_joins", counts.joins);
        report.add("churn_leaves", counts.leaves);
        report.add("churn_late", counts.churn_late);
        report.add("churn_p50_ms", quantile_ms(&told.seen.steps_us, 0.5));
        report.add("churn_p99_ms", quantile_ms(&told.seen.steps_us, 0.99));
        report.must_be_zero("churn_failed", counts.churn_failed);
        let began = Instant::now();
        while self.fleet.census(0)?.toggling > 0 && began.elapsed() < SETTLE {
            pause(LOOK_EVERY).await;
        }
        let expected = self.fleet.census(0)?.inside;
        let mut online = self.target.online(&self.id).await?;
        // The number may be some seconds old.
        while online != expected && began.elapsed() < SETTLE {
            pause(LOOK_EVERY).await;
            online = self.target.online(&self.id).await?;
        }
        report.add("online_expected", expected);
        report.add("online_told", online);
        report.must_be_zero("online_wrong", online.abs_diff(expected));
        Ok(())
    }

    /// What the server's own account of the room says, when its admin listener is known.
    async fn add_tally(&self, report: &mut Report) -> anyhow::Result<()> {
        if self.target.admin_url.is_some() {
            let tally = self.target.tally(&self.id).await?;
            report.add("tally_admitted", tally["total"]["admitted"].clone());
            report.add("tally_dropped", tally["total"]["dropped"].clone());
        }
        if let Some(trouble) = self.fleet.trouble() {
            report.add("first_trouble", trouble);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{args::Speaking, tests::target};

    fn small() -> RoomArgs {
        RoomArgs {
            parallel: 8,
            ..RoomArgs::talk(20, 20, 1)
        }
    }

    async fn sound(args: &RoomArgs) -> Report {
        let server = testkit::TestServer::start().await;
        let report = run(&target(&server), args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        report
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_small_room_delivers_everything_and_tells_what_it_costs() {
        let args = RoomArgs {
            floor_seconds: 1,
            likes: 5,
            half_open: 0,
            ..small()
        };
        let report = sound(&args).await;
        assert_eq!((report.figure("sent"), report.figure("delivered")), (20.0, 400.0));
        assert_eq!(report.figure("tally_admitted"), 25.0);
        for told in [
            "ratio_to_floor",
            "server_cpu_us_per_delivery",
            "latency_p99_ms",
            "bytes_per_delivery",
        ] {
            assert!(report.figure(told) > 0.0, "{told}: {}", report.text());
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn viewers_who_inflate_and_guests_who_poll_get_everything() {
        let args = RoomArgs {
            speaking: Speaking {
                dialects: vec![Dialect::Compressed],
            },
            poll: 5,
            text_bytes: 2_000,
            ..small()
        };
        let report = sound(&args).await;
        assert_eq!(report.figure("delivered"), 500.0);
        assert!(report.figure("bytes_per_delivery") < 1_000.0, "{}", report.text());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn viewers_of_all_dialects_hear_everything_in_one_room() {
        let args = RoomArgs {
            viewers: 24,
            speaking: Speaking {
                dialects: vec![Dialect::Native, Dialect::Deflated, Dialect::Websdk],
            },
            churn: 12,
            text_bytes: 300,
            ..small()
        };
        let report = sound(&args).await;
        assert!(report.figure("delivered") >= 480.0, "{}", report.text());
        assert!(report.figure("churn_joins") >= 3.0, "{}", report.text());
        for encoding in ["native_text", "native_deflated", "websdk_binary"] {
            let frames = report.figure(&format!("frames_encoded_{encoding}"));
            assert!(frames > 0.0, "{encoding}: {}", report.text());
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_batch_takes_fewer_bytes_deflated() {
        let bytes = async |dialect| {
            let args = RoomArgs {
                speaking: Speaking {
                    dialects: vec![dialect],
                },
                text_bytes: 2_000,
                ..small()
            };
            sound(&args).await.figure("bytes_per_delivery")
        };
        let (plain, deflated) = (bytes(Dialect::Native).await, bytes(Dialect::Deflated).await);
        assert!(plain > 2_000.0 && deflated < 1_000.0, "{plain} {deflated}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn members_poll_where_the_server_wants_it() {
        let server = testkit::TestServer::with(|config| {
            let poll = server::config::Delivery::Poll;
            config.apps.iter_mut().for_each(|app| app.delivery = poll);
        })
        .await;
        let report = run(&target(&server), &small()).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert!(report.figure("polls") >= 20.0, "{}", report.text());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn churn_leaves_the_count_right() {
        let args = RoomArgs {
            churn: 20,
            pairs: 1,
            window: 1,
            ..small()
        };
        let report = sound(&args).await;
        assert!(
            report.figure("churn_joins") >= 5.0 && report.figure("churn_leaves") >= 5.0,
            "{}",
            report.text()
        );
        assert!(report.figure("latency_p99_undisturbed_ms") > 0.0, "{}", report.text());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn slow_viewers_are_cut_while_the_others_get_everything() {
        let server = testkit::TestServer::with(|config| {
            // What the kernel holds for a slow viewer is filled within the talk, and then the outbox's age counts.
            config.hub.outbox_age_ms_max = 1_000;
        })
        .await;
        let args = RoomArgs {
            slow: 4,
            speaking: Speaking {
                dialects: vec![Dialect::Websdk, Dialect::Native],
            },
            seconds: 3,
            text_bytes: 8_000,
            rate: 200,
            ..small()
        };
        let report = run(&target(&server), &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert_eq!(
            report.figure("slow_cut") + report.figure("slow_kept"),
            4.0,
            "{}",
            report.text()
        );
        let harmed = report.figure("slow_cut") + report.figure("skipped");
        assert!(harmed > 0.0, "{}", report.text());
    }
}
