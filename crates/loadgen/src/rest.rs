//! How many calls per second the REST door takes: messages into many rooms over connections that stay open.

use crate::{args::RestArgs, process::Cpu, report::Report, target::Target};
use anyhow::ensure;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// What the connections counted together.
#[derive(Default)]
struct Counted {
    answered: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
}

/// Runs the scenario.
pub async fn run(target: &Target, args: &RestArgs) -> anyhow::Result<Report> {
    let rest = target.rest();
    let rooms: Vec<_> = (0..args.rooms).map(|n| format!("rest-{n}")).collect();
    for room in &rooms {
        let body = json!({"Type": "AVChatRoom", "Name": room, "GroupId": room});
        rest.call("group_open_http_svc/create_group", &body).await?;
    }
    let counted = Arc::new(Counted::default());
    let before = target.pid.map(Cpu::of).transpose()?;
    let began = Instant::now();
    let until = began + Duration::from_secs(args.seconds);
    let mut calling = Vec::new();
    for n in 0..args.connections {
        let mut sender = target.sender("group_open_http_svc/send_group_msg").await?;
        let (counted, rooms) = (counted.clone(), rooms.clone());
        calling.push(tokio::spawn(async move {
            for call in 0_u32.. {
                if Instant::now() >= until {
                    break;
                }
                let room = rooms.get((call.wrapping_mul(stride(&rooms)).wrapping_add(n)) as usize % rooms.len());
                let body = json!({
                    "GroupId": room, "Random": call.wrapping_mul(31).wrapping_add(n),
                    "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": format!("message {n} {call}")}}],
                });
                let answer = sender.send(&body.to_string()).await?;
                counted.answered.fetch_add(1, Ordering::Relaxed);
                counted
                    .failed
                    .fetch_add(u64::from(answer["ErrorCode"] != 0), Ordering::Relaxed);
                counted
                    .dropped
                    .fetch_add(u64::from(answer["MsgDropReason"].is_string()), Ordering::Relaxed);
            }
            anyhow::Ok(())
        }));
    }
    for caller in calling {
        caller.await??;
    }
    let took_s = began.elapsed().as_secs_f64();
    let answered = counted.answered.load(Ordering::Relaxed);
    ensure!(answered > 0, "nothing was answered");
    let mut report = Report::default();
    report.add("calls", answered);
    report.add("calls_per_s", (answered as f64 / took_s).round());
    report.add("dropped_by_the_rate", counted.dropped.load(Ordering::Relaxed));
    report.must_be_zero("failed", counted.failed.load(Ordering::Relaxed));
    if let (Some(before), Some(pid)) = (before, target.pid) {
        let used_s = Cpu::of(pid)?.since(before).total_s();
        report.add(
            "server_cpu_us_per_call",
            (used_s * 1e7 / answered as f64).round() / 10.0,
        );
        report.add("calls_per_core_s", (answered as f64 / used_s).round());
    }
    for room in &rooms {
        rest.call("group_open_http_svc/destroy_group", &json!({"GroupId": room}))
            .await?;
    }
    Ok(report)
}

/// A step that takes the connections to different rooms.
fn stride(rooms: &[String]) -> u32 {
    u32::try_from(rooms.len() / 7 * 2 + 1).unwrap_or(1)
}
