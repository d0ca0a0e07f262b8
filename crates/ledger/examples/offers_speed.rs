//! How many messages per second one room decides on one core when far more are offered than it admits:
//! `cargo run --release -p plaudit-ledger --example offers_speed`.
//!
//! Each is counted, looked up among the repeats, put into the lane of its priority, and decided: the lanes are served as
//! the server serves them, by offers to the ledger; what finds its lane full, or waits too long, is dropped.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a measurement")]

use ledger::{Decision, Ledger, MemoryLedger, Opening};
use room::{
    AppId, Content, Epoch, Message, Millis, Person, Priority, RoomId, RoomKey, Seq, UserId,
    admission::{Lanes, Pace},
    dedup::DedupKey,
    tally::{Arrival, Cause, Fate, Tally},
};
use std::time::Instant;

const MESSAGES: u32 = 2_000_000;
/// Offered per millisecond of the room's time: 200,000 per second.
const PER_MS: u32 = 200;
const PACE: Pace = Pace {
    per_s: 40,
    burst: 8,
    max_wait_ms: 1_000,
};

struct Offered {
    message: Message,
    key: DedupKey,
    arrival: Arrival,
}

fn message(n: u32, from: &Person) -> Message {
    let priority = match n % 100 {
        0 => Priority::High,
        1..10 => Priority::Normal,
        _ => Priority::Low,
    };
    Message {
        from: from.clone(),
        random: n,
        client_time: 1,
        client_seq: 0,
        priority,
        content: Content {
            elements: r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello"}}]"#.into(),
            extra: "".into(),
        },
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let room = RoomKey {
        app: AppId(1),
        room: RoomId::new("busy").expect("an id"),
    };
    let from = Person {
        user: UserId::new("somebody").expect("an id"),
        number: 1,
        nick: "Somebody".into(),
        avatar: "".into(),
    };
    let ledger = MemoryLedger::new(256);
    let opening = Opening {
        epoch: Epoch(1),
        next: Seq(1),
        end: Seq(u64::from(MESSAGES)),
        history: Vec::new(),
    };
    ledger.open(&room, opening).await.expect("opens");
    let (mut lanes, mut tally) = (Lanes::default(), Tally::new(900, Millis(0)));
    let mut rounds = Vec::new();
    for round in 0..5 {
        let began = Instant::now();
        let (mut admitted, mut dropped) = (0_u32, 0_u32);
        for n in 0..MESSAGES {
            let now = Millis(u64::from(round * (MESSAGES / PER_MS) + n / PER_MS));
            let offered = Offered {
                message: message(n, &from),
                key: DedupKey {
                    sender: from.user.clone(),
                    random: n,
                    client_time: u64::from(round),
                    body_hash: [7; 16],
                },
                arrival: tally.arrive(Priority::Low, now),
            };
            ledger.reserve(&room, &offered.key, now).await.expect("open");
            let priority = offered.message.priority;
            let mut over: Vec<_> = lanes.enter(PACE, priority, offered, now).err().into_iter().collect();
            // Whoever finds the line idle serves it; in a flood that is once per millisecond at the most.
            if n % PER_MS == 0 {
                over.extend(lanes.expire(PACE, now).into_iter().map(|one| one.item));
                let going = lanes.take(PACE.burst as usize);
                let messages = going.iter().map(|one| one.item.message.clone()).collect();
                let decisions = ledger.offer(&room, messages, PACE, now).await.expect("open");
                let mut waiting = Vec::new();
                for (one, decision) in going.into_iter().zip(decisions) {
                    match decision {
                        Decision::Admitted(receipt) => {
                            ledger.settle(&room, &one.item.key, Some(receipt)).await.expect("open");
                            tally.settle(one.item.arrival, Fate::Admitted);
                            admitted += 1;
                        }
                        Decision::Wait(_) => waiting.push(one),
                    }
                }
                lanes.put_back(waiting);
            }
            for offered in over {
                ledger.settle(&room, &offered.key, None).await.expect("open");
                tally.settle(offered.arrival, Fate::Dropped(Cause::Waited));
                dropped += 1;
            }
        }
        let per_s = f64::from(MESSAGES) / began.elapsed().as_secs_f64();
        println!("{per_s:>9.0} decisions per second; {admitted} admitted, {dropped} dropped");
        rounds.push(per_s);
    }
    rounds.sort_by(f64::total_cmp);
    println!("{:>9.0} median", rounds.get(rounds.len() / 2).copied().unwrap_or(0.0));
}
