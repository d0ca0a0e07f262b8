//! One busy room: many viewers, messages on a fixed clock.

use crate::{
    RoomArgs, pause,
    report::Report,
    target::{Target, now_us},
    viewer::{MARK, Seen, Viewer},
};
use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long the last message may take to arrive everywhere.
const SETTLE: Duration = Duration::from_secs(10);

/// A progress bar with a title.
pub fn bar(title: &'static str, len: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:>12} [{bar:40}] {pos}/{len} {eta}");
    let bar = ProgressBar::new(len).with_prefix(title);
    if let Ok(style) = style {
        bar.with_style(style)
    } else {
        bar
    }
}

/// A room that no earlier run has used.
pub async fn make(target: &Target, name: &str) -> anyhow::Result<String> {
    let room = format!("load-{name}-{}", now_us());
    let body = json!({"Type": "AVChatRoom", "Name": "load", "GroupId": room});
    target.rest().call("group_open_http_svc/create_group", &body).await?;
    Ok(room)
}

/// Runs the scenario.
pub async fn run(target: &Target, args: &RoomArgs) -> anyhow::Result<Report> {
    let room = make(target, "room").await?;
    let joining = Instant::now();
    let progress = bar("join", args.viewers.into());
    let viewers: Vec<Viewer> = stream::iter(0..args.viewers)
        .map(|n| {
            let (room, progress) = (&room, &progress);
            async move {
                let mut viewer = Viewer::log_in(target, &format!("viewer-{n}")).await?;
                viewer.join(room).await?;
                progress.inc(1);
                anyhow::Ok(viewer)
            }
        })
        .buffer_unordered(args.parallel as usize)
        .try_collect()
        .await
        .context("viewers could not join")?;
    progress.finish_and_clear();
    let join_s = joining.elapsed().as_secs_f64();

    let (stop, stopped) = watch::channel(false);
    let watching: Vec<_> = viewers
        .into_iter()
        .map(|mut viewer| {
            let stopped = stopped.clone();
            tokio::spawn(async move {
                let before = viewer.seen.messages;
                let watched = viewer.watch(stopped).await;
                (viewer.seen, before, watched.err())
            })
        })
        .collect();
    // Join tips still flow; a talk begins when the room is quiet.
    pause(Duration::from_secs(2)).await;
    let sent = send(target, &room, args).await?;
    pause(SETTLE).await;
    stop.send_replace(true);

    let mut all = Seen::nothing()?;
    let (mut disconnected, mut short) = (0u64, 0u64);
    for viewer in watching {
        let (seen, before, error) = viewer.await?;
        disconnected += u64::from(error.is_some());
        short += (sent.messages + before).saturating_sub(seen.messages);
        all.add(&seen)?;
    }
    Ok(report(args, join_s, &sent, &all, disconnected, short))
}

struct Sent {
    messages: u64,
    refused: u64,
    seconds: f64,
}

/// Sends on a fixed clock: a message that is late is late, the next one is not.
async fn send(target: &Target, room: &str, args: &RoomArgs) -> anyhow::Result<Sent> {
    let total = u64::from(args.rate) * args.seconds;
    let rest = target.rest();
    let progress = bar("send", total);
    let (began, began_us) = (Instant::now(), now_us());
    let sending = stream::iter(0..total).map(|n| {
        let due_us = n * 1_000_000 / u64::from(args.rate);
        let (rest, progress) = (&rest, &progress);
        async move {
            let due = began + Duration::from_micros(due_us);
            tokio::time::sleep_until(due.into()).await;
            let mark = format!("{MARK}{} ", began_us + due_us);
            let text = format!("{mark:x<width$}", width = args.text_bytes as usize);
            let elements = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}]);
            let body = json!({"GroupId": room, "Random": n, "MsgBody": elements});
            let sent = rest.call("group_open_http_svc/send_group_msg", &body).await;
            progress.inc(1);
            sent.is_ok()
        }
    });
    // Enough in flight that a slow answer does not hold the clock up.
    let outcomes: Vec<bool> = sending.buffered(256).collect().await;
    progress.finish_and_clear();
    let messages = outcomes.iter().filter(|ok| **ok).count() as u64;
    Ok(Sent {
        messages,
        refused: total - messages,
        seconds: began.elapsed().as_secs_f64(),
    })
}

fn report(args: &RoomArgs, join_s: f64, sent: &Sent, seen: &Seen, disconnected: u64, short: u64) -> Report {
    let viewers = u64::from(args.viewers);
    let mut report = Report::default();
    report.add("viewers", viewers);
    report.add("joins_per_s", (viewers as f64 / join_s).round());
    report.add("sent", sent.messages);
    report.add(
        "sent_per_s",
        (sent.messages as f64 / sent.seconds * 10.0).round() / 10.0,
    );
    report.add("delivered", seen.messages);
    report.add("delivered_per_s", (seen.messages as f64 / sent.seconds).round());
    report.add("frames", seen.frames);
    report.add("bytes_per_message", seen.bytes / seen.messages.max(1));
    report.add_seen("", seen);
    report.must_be_zero("refused", sent.refused);
    report.must_be_zero("not_delivered", short);
    report.must_be_zero("missing", seen.missing);
    report.must_be_zero("repeated", seen.repeated);
    report.must_be_zero("disconnected", disconnected);
    report
}
