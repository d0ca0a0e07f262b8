//! A flood into one room: far more likes and texts than its rate, gifts among them, and other rooms that must not notice
//! (LR-F2, decision 34).

use crate::{
    args::FloodArgs,
    audience::Audience,
    bar,
    client::{conn::Role, counts::Seen, dialect::Dialect, place::Digest, told::MARK},
    pause,
    report::{Report, median, quantile_ms},
    room::settle,
    stream::{Clock, Stream},
    target::{Sender, Target, now_us},
    users::Users,
};
use anyhow::{Context, ensure};
use futures_util::future::try_join_all;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Connections that carry likes and texts, for each message that may be admitted in a second. What waits in a lane holds
/// its connection up for a second at the most, and a lane holds no more than a second's messages, so these fill both
/// lanes and leave as many for what is dropped at once.
const CONNECTIONS_PER_ADMITTED: u32 = 4;
/// Connections that carry gifts, so that none has to wait behind a like before it is offered. A gift waits for a second at
/// the most, and there are at most forty per second.
const GIFT_CONNECTIONS: u32 = 64;
/// Messages per second in each other room.
const TALK_PER_S: u64 = 2;

/// What the flood was answered.
#[derive(Default)]
struct Answers {
    admitted: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
    high_lost: AtomicU64,
    /// How many were admitted, by second of the server's clock.
    by_second: Mutex<BTreeMap<u64, u64>>,
    /// When each admitted High message was due, by its number.
    highs: Mutex<BTreeMap<u64, u64>>,
    /// The highest number that a message was given.
    last: AtomicU64,
}

impl Answers {
    /// What whoever hears the room after the number `after` is told: the High messages in the order of their numbers.
    fn highs_after(&self, after: u64) -> Digest {
        let highs = self.highs.lock().unwrap_or_else(|held| held.into_inner());
        let mut heard = Digest::default();
        highs.range(after + 1..).for_each(|(_, due_us)| heard.hear(*due_us));
        heard
    }
}

/// Runs the scenario.
pub async fn run(target: &Target, args: &FloodArgs) -> anyhow::Result<Report> {
    let room = target.room("flood").await?;
    let mut watcher = target.fleet()?;
    let watchers = Users::default().of(
        target,
        "watcher",
        1,
        &[Dialect::Websdk],
        |_| Role::Viewer,
        |_| room.clone(),
    );
    watcher.open(watchers, 1, &ProgressBar::hidden()).await?;
    watcher.talk(None)?;
    let others = target.rooms("other", args.rooms).await?;
    let answers = Arc::new(Answers::default());

    // Five alternating pairs: the other rooms alone, and beside the flood.
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let progress = bar("pairs", u64::from(args.pairs) * 2);
    for _ in 0..args.pairs {
        alone.push(talk(target, &others, args.pair_seconds).await?);
        progress.inc(1);
        let (talked, flooded) = tokio::join!(
            talk(target, &others, args.pair_seconds),
            flood(target, &room, args, Clock::new(args.pair_seconds, None), &answers)
        );
        flooded?;
        beside.push(talked?);
        progress.inc(1);
    }
    progress.finish_and_clear();

    let before = (
        answers.admitted.load(Ordering::Relaxed),
        answers.last.load(Ordering::Relaxed),
    );
    let mut audience = None;
    if args.audience > 0 {
        audience = Some(Audience::open(target, &room, args.audience).await?);
    }
    let progress = bar("flood", args.seconds);
    let clock = Clock::new(args.seconds, Some(progress.clone()));
    let done = AtomicBool::new(false);
    let (flooded, read) = tokio::join!(
        async {
            let flooded = flood(target, &room, args, clock, &answers).await;
            done.store(true, Ordering::Relaxed);
            flooded
        },
        read_tally(target, &room, &done)
    );
    progress.finish_and_clear();
    let flooded = flooded?;
    let heard = match audience {
        None => None,
        Some(audience) => {
            let admitted = answers.admitted.load(Ordering::Relaxed) - before.0;
            let last = answers.last.load(Ordering::Relaxed);
            Some(audience.heard(admitted, answers.highs_after(before.1), last).await?)
        }
    };
    settle(&watcher, highs(args)).await?;
    let seen = watcher.harvest()?;
    let mut report = report(target, args, &room, &answers, &seen, flooded, read?, (alone, beside)).await?;
    if let Some(heard) = heard {
        heard.add(&mut report);
    }
    Ok(report)
}

/// How long the flood took, in seconds, and how many it offered.
type Flooded = (f64, u64);

async fn flood(
    target: &Target,
    room: &str,
    args: &FloodArgs,
    clock: Clock,
    answers: &Arc<Answers>,
) -> anyhow::Result<Flooded> {
    let open = async |count: u32| {
        let opening = (0..count).map(|_| target.sender("group_open_http_svc/send_group_msg"));
        try_join_all(opening).await
    };
    let (many, few) = (
        open(CONNECTIONS_PER_ADMITTED * args.at_most).await?,
        open(GIFT_CONNECTIONS).await?,
    );
    let clock = clock.begun_now();
    let likes = Arc::new(Stream::likes_and_texts(args, clock.clone()));
    let gifts = Arc::new(Stream::gifts(args, clock.clone()));
    let senders = many.into_iter().map(|sender| (likes.clone(), sender));
    let senders = senders.chain(few.into_iter().map(|sender| (gifts.clone(), sender)));
    let carrying = senders.map(|(stream, sender)| {
        let (answers, room) = (answers.clone(), room.to_owned());
        tokio::spawn(async move { carry(&stream, &answers, &room, sender).await })
    });
    let mut offered = 0;
    for sent in try_join_all(carrying.collect::<Vec<_>>()).await? {
        offered += sent?;
    }
    Ok((clock.began.elapsed().as_secs_f64(), offered))
}

/// One connection: takes the next message of the stream, waits until it is due, and sends it.
async fn carry(stream: &Stream, answers: &Answers, room: &str, mut sender: Sender) -> anyhow::Result<u64> {
    let (clock, mut offered) = (&stream.clock, 0);
    loop {
        let Some((n, due_us, priority)) = stream.take() else {
            return Ok(offered);
        };
        tokio::time::sleep_until((clock.began + Duration::from_micros(due_us)).into()).await;
        if let Some(progress) = &clock.progress {
            progress.set_position(due_us / 1_000_000);
        }
        let due = clock.began_us + due_us;
        let text = if priority == "High" {
            format!("{MARK}{due} ")
        } else {
            "x".repeat(30)
        };
        let body = json!({
            "GroupId": room, "Random": (2 * n + u64::from(priority == "High")) % 4_294_967_295, "MsgClientTime": due / 1_000_000, "MsgPriority": priority,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}],
        });
        offered += 1;
        let answer = sender.send(&body.to_string()).await?;
        match (answer["ErrorCode"].as_i64(), answer["MsgSeq"].as_u64()) {
            (Some(0), Some(seq)) if seq > 0 => {
                answers.admitted.fetch_add(1, Ordering::Relaxed);
                answers.last.fetch_max(seq, Ordering::Relaxed);
                if priority == "High" {
                    let mut highs = answers.highs.lock().unwrap_or_else(|held| held.into_inner());
                    highs.insert(seq, due);
                }
                let second = answer["MsgTime"].as_u64().unwrap_or(0);
                let mut by_second = answers.by_second.lock().unwrap_or_else(|held| held.into_inner());
                *by_second.entry(second).or_default() += 1;
            }
            (Some(0), _) => {
                answers.dropped.fetch_add(1, Ordering::Relaxed);
                answers
                    .high_lost
                    .fetch_add(u64::from(priority == "High"), Ordering::Relaxed);
            }
            _ => {
                answers.failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Talks in the other rooms, a listener in each; answers what the listeners saw.
async fn talk(target: &Target, rooms: &[Arc<str>], seconds: u64) -> anyhow::Result<Seen> {
    let mut listeners = target.fleet()?;
    let room = |n: usize| rooms.get(n).cloned().unwrap_or_default();
    let wishes = Users::default().of(
        target,
        "listener",
        rooms.len(),
        &[Dialect::Websdk],
        |_| Role::Viewer,
        room,
    );
    listeners.open(wishes, 8, &ProgressBar::hidden()).await?;
    listeners.talk(None)?;
    listeners.harvest()?;
    try_join_all(
        rooms
            .iter()
            .enumerate()
            .map(|(n, room)| talk_in(target, room, n, seconds)),
    )
    .await?;
    settle(&listeners, seconds * TALK_PER_S).await?;
    let seen = listeners.harvest()?;
    let expected = seconds * TALK_PER_S * rooms.len() as u64;
    ensure!(
        seen.counts.messages == expected,
        "{} of {expected} messages arrived in other rooms",
        seen.counts.messages
    );
    ensure!(seen.counts.disconnected == 0, "a listener: {:?}", listeners.trouble());
    Ok(seen)
}

async fn talk_in(target: &Target, room: &str, n: usize, seconds: u64) -> anyhow::Result<()> {
    let (began, began_us) = (Instant::now(), now_us());
    let mut sender = target.sender("group_open_http_svc/send_group_msg").await?;
    for message in 0..seconds * TALK_PER_S {
        // The rooms do not speak all at the same moment.
        let due_us = message * 1_000_000 / TALK_PER_S + n as u64 * 70_000;
        tokio::time::sleep_until((began + Duration::from_micros(due_us)).into()).await;
        let text = format!("{MARK}{} ", began_us + due_us);
        let body = json!({
            "GroupId": room, "Random": now_us() % 4_294_967_295,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}],
        });
        let answer = sender.send(&body.to_string()).await?;
        ensure!(answer["ErrorCode"] == 0, "a message of another room: {answer}");
    }
    Ok(())
}

/// How many gifts are sent in all.
fn highs(args: &FloodArgs) -> u64 {
    u64::from(args.high) * (args.seconds + u64::from(args.pairs) * args.pair_seconds)
}

/// Reads the account twice a second until the flood is over; answers how often, and in how many readings it did not add
/// up.
async fn read_tally(target: &Target, room: &str, done: &AtomicBool) -> anyhow::Result<(u64, u64)> {
    let (mut readings, mut wrong) = (0, 0);
    while !done.load(Ordering::Relaxed) {
        let tally = target.tally(room).await?;
        let rows = tally["rows"].as_array().context("rows of the account")?;
        readings += 1;
        wrong += u64::from(!rows.iter().all(|row| adds_up(&row["counts"])) || !adds_up(&tally["total"]));
        pause(Duration::from_millis(500)).await;
    }
    Ok((readings, wrong))
}

fn sum(counts: &Value, name: &str) -> u64 {
    match &counts[name] {
        Value::Object(causes) => causes.values().filter_map(Value::as_u64).sum(),
        count => count.as_u64().unwrap_or(0),
    }
}

fn adds_up(counts: &Value) -> bool {
    let parts = ["admitted", "rejected", "dropped", "pending"];
    sum(counts, "offered") == parts.iter().map(|part| sum(counts, part)).sum::<u64>()
}

#[allow(clippy::too_many_arguments, reason = "a report of everything that was seen")]
async fn report(
    target: &Target,
    args: &FloodArgs,
    room: &str,
    answers: &Answers,
    seen: &Seen,
    (took_s, offered): Flooded,
    (readings, wrong): (u64, u64),
    (alone, beside): (Vec<Seen>, Vec<Seen>),
) -> anyhow::Result<Report> {
    let highs = highs(args);
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let (admitted, dropped, failed) = (
        count(&answers.admitted),
        count(&answers.dropped),
        count(&answers.failed),
    );
    let tally = target.tally(room).await?;
    let total = &tally["total"];
    let by_second = answers.by_second.lock().unwrap_or_else(|held| held.into_inner());
    let most = by_second.values().max().copied().unwrap_or(0);
    let mut report = Report::default();
    report.add("offered", offered);
    report.add("offered_per_s", (offered as f64 / took_s).round());
    report.add("admitted_in_all", admitted);
    report.add("dropped_in_all", dropped);
    report.add("admitted_per_s_at_most", most);
    report.add("high_sent_in_all", highs);
    report.add("high_delivered", seen.counts.messages);
    report.add_times("high_latency", &seen.latency_us);
    let p99 = |seens: &[Seen]| median(seens.iter().map(|seen| quantile_ms(&seen.latency_us, 0.99)).collect());
    report.add("others_p99_alone_ms", p99(&alone));
    report.add("others_p99_beside_ms", p99(&beside));
    report.add("tally_readings", readings);
    report.must_be_zero("tally_wrong", wrong);
    report.must_be_zero("failed", failed);
    report.must_be_zero("high_lost", count(&answers.high_lost));
    report.must_be_zero("high_not_delivered", highs.saturating_sub(seen.counts.messages));
    if args.audience == 0 {
        report.must_be_zero("high_out_of_order", seen.counts.unordered);
    } else {
        // Where no processor is free the senders overtake one another; the audience asks for the order of the numbers.
        report.add("high_overtaken_by_a_later_one", seen.counts.unordered);
    }
    report.must_be_zero("missing", seen.counts.missing);
    report.must_be_zero("repeated", seen.counts.repeated);
    report.must_be_zero("over_rate_and_burst", most.saturating_sub(args.at_most.into()));
    let told = (sum(total, "offered"), sum(total, "admitted"), sum(total, "dropped"));
    let sent = (admitted + dropped + failed, admitted, dropped);
    report.must_be_zero("tally_is_not_what_was_answered", u64::from(told != sent));
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_small_flood_loses_no_gift_and_its_account_adds_up() {
        let server = testkit::TestServer::with(|config| config.rooms.rate_per_s = 40).await;
        let target = crate::tests::target(&server);
        let args = FloodArgs {
            low: 500,
            normal: 50,
            high: 5,
            seconds: 2,
            audience: 0,
            pairs: 1,
            pair_seconds: 1,
            rooms: 2,
            at_most: 48,
        };
        let report = run(&target, &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn everybody_who_hears_a_flooded_room_hears_each_gift_in_order() {
        let server = testkit::TestServer::with(|config| config.rooms.rate_per_s = 100).await;
        let target = crate::tests::target(&server);
        let args = FloodArgs {
            low: 500,
            normal: 50,
            high: 10,
            seconds: 2,
            audience: 30,
            pairs: 1,
            pair_seconds: 1,
            rooms: 1,
            at_most: 120,
        };
        let report = run(&target, &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        // The gifts of the pair's flood came before the audience.
        assert_eq!(report.figure("audience_high_delivered"), 600.0, "{}", report.text());
        let events = report.figure("audience_events");
        assert!(events >= 30.0 * 200.0, "rate and time: {}", report.text());
        assert!(report.figure("audience_high_latency_p99_ms") > 0.0, "{}", report.text());
        assert!(report.figure("audience_events_per_frame") > 1.0, "{}", report.text());
    }

    #[test]
    fn an_account_that_does_not_add_up_is_seen() {
        let counts = |pending: u64| json!({"offered": 5, "admitted": 2, "rejected": {"muted": 1}, "dropped": {"waited": 1}, "pending": pending});
        assert!(adds_up(&counts(1)) && !adds_up(&counts(0)));
    }
}
