//! What every ledger must do. A test module calls [`suite!`](crate::conformance::suite) with an async closure that
//! makes an empty ledger which keeps 100 entries of a room.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test suite: a panic is how it fails"
)]

use crate::{Closing, Decision, Ledger, LedgerError, Opening, Receipt, Reservation};
use room::{
    AppId, Content, Epoch, Event, Message, Millis, Person, Priority, RoomId, RoomKey, Seq, UserId, admission::Pace,
    dedup::DedupKey,
};
use std::{sync::Arc, time::Duration};

/// Makes one test of each check in this module.
#[doc(hidden)]
#[macro_export]
macro_rules! ledger_suite {
    ($make:expr) => {
        $crate::ledger_suite!(@ $make; numbers_are_contiguous, a_used_up_block_admits_nothing, a_closed_room_gives_no_numbers,
            opening_twice_changes_nothing, readers_read_on_from_their_place, a_repeat_waits_and_gets_the_first_answer,
            an_undecided_message_may_be_tried_again, news_names_each_room_once, parallel_offers_get_distinct_numbers,
            history_from_before_is_readable, no_more_than_the_pace_allows_is_admitted, a_pace_changes_at_once,
            without_numbers_no_rate_is_spent, what_is_withdrawn_is_gone_and_no_gap);
    };
    (@ $make:expr; $($name:ident),*) => {
        $(#[tokio::test]
        async fn $name() {
            $crate::conformance::$name($make().await).await;
        })*
    };
}
pub use crate::ledger_suite as suite;

fn key() -> RoomKey {
    RoomKey {
        app: AppId(1),
        room: RoomId::new("r").unwrap(),
    }
}

fn message(text: &str) -> Message {
    let from = Person {
        user: UserId::new("bob").unwrap(),
        number: 1,
        nick: "Bob".into(),
        avatar: "".into(),
    };
    let content = Content {
        elements: text.into(),
        extra: "".into(),
    };
    Message {
        from,
        random: 1,
        client_time: 1,
        client_seq: 1,
        priority: Priority::Normal,
        content,
    }
}

/// A pace that never makes anybody wait.
const FAST: Pace = Pace {
    per_s: 1_000_000,
    burst: 1_000_000,
    max_wait_ms: 1_000,
};

fn notice() -> Event {
    Event::Notice {
        by: UserId::new("admin").unwrap(),
        text: "t".into(),
    }
}

fn opening(next: u64, end: u64) -> Opening {
    Opening {
        epoch: Epoch(3),
        next: Seq(next),
        end: Seq(end),
        history: Vec::new(),
    }
}

fn seqs(decisions: &[Decision]) -> Vec<u64> {
    decisions
        .iter()
        .filter_map(|decision| match decision {
            Decision::Admitted(receipt) => Some(receipt.seq.0),
            Decision::Wait(_) => None,
        })
        .collect()
}

fn dedup(random: u32) -> DedupKey {
    DedupKey {
        sender: UserId::new("bob").unwrap(),
        random,
        client_time: 1,
        body_hash: [0; 16],
    }
}

/// Messages and events share one numbering without holes.
pub async fn numbers_are_contiguous(ledger: impl Ledger) {
    ledger.open(&key(), opening(1, 100)).await.unwrap();
    assert_eq!(ledger.head(&key()).await, Ok(Seq(0)));
    let first = ledger
        .offer(&key(), vec![message("a"), message("b")], FAST, Millis(5))
        .await
        .unwrap();
    assert_eq!(seqs(&first), [1, 2]);
    let receipt = ledger.append(&key(), notice(), Millis(6)).await.unwrap();
    assert_eq!(
        receipt,
        Receipt {
            epoch: Epoch(3),
            seq: Seq(3),
            at: Millis(6)
        }
    );
    assert_eq!(
        seqs(&ledger.offer(&key(), vec![message("c")], FAST, Millis(7)).await.unwrap()),
        [4]
    );
    assert_eq!(ledger.head(&key()).await, Ok(Seq(4)));
}

/// Without numbers nothing is admitted, not even a part of a batch; after an extension it goes on without a hole.
pub async fn a_used_up_block_admits_nothing(ledger: impl Ledger) {
    ledger.open(&key(), opening(10, 12)).await.unwrap();
    let three = || vec![message("a"), message("b"), message("c")];
    assert_eq!(
        ledger.offer(&key(), three(), FAST, Millis(1)).await,
        Err(LedgerError::NoNumbers(key()))
    );
    assert!(ledger.read(&key(), Seq(9), 100).await.unwrap().entries.is_empty());
    ledger.extend(&key(), Seq(13)).await.unwrap();
    assert_eq!(
        seqs(&ledger.offer(&key(), three(), FAST, Millis(1)).await.unwrap()),
        [10, 11, 12]
    );
    assert_eq!(
        ledger.append(&key(), notice(), Millis(1)).await,
        Err(LedgerError::NoNumbers(key()))
    );
}

/// Closing says where the numbering stands, and ends it.
pub async fn a_closed_room_gives_no_numbers(ledger: impl Ledger) {
    assert_eq!(ledger.close(&key()).await, Err(LedgerError::NotOpen(key())));
    ledger.open(&key(), opening(1, 100)).await.unwrap();
    ledger.append(&key(), notice(), Millis(1)).await.unwrap();
    assert_eq!(
        ledger.close(&key()).await,
        Ok(Closing {
            epoch: Epoch(3),
            next: Seq(2)
        })
    );
    assert_eq!(
        ledger.append(&key(), notice(), Millis(1)).await,
        Err(LedgerError::NotOpen(key()))
    );
    assert_eq!(
        ledger.offer(&key(), vec![message("a")], FAST, Millis(1)).await,
        Err(LedgerError::NotOpen(key()))
    );
}

/// The second of two openers joins the first one's numbering.
pub async fn opening_twice_changes_nothing(ledger: impl Ledger) {
    ledger.open(&key(), opening(1, 100)).await.unwrap();
    ledger.append(&key(), notice(), Millis(1)).await.unwrap();
    ledger.open(&key(), opening(50, 60)).await.unwrap();
    assert_eq!(ledger.append(&key(), notice(), Millis(1)).await.unwrap().seq, Seq(2));
}

/// A reader gets what is new to him, once, in order, and is told of a hole.
pub async fn readers_read_on_from_their_place(ledger: impl Ledger) {
    ledger.open(&key(), opening(1, 1000)).await.unwrap();
    for i in 0..150 {
        ledger
            .offer(&key(), vec![message(&i.to_string())], FAST, Millis(i))
            .await
            .unwrap();
    }
    let reading = ledger.read(&key(), Seq(140), 100).await.unwrap();
    let got: Vec<_> = reading
        .entries
        .iter()
        .map(|entry| (entry.seq.0, entry.event.clone()))
        .collect();
    let sent: Vec<_> = (141..=150)
        .map(|seq| (seq, Event::Message(message(&(seq - 1).to_string()))))
        .collect();
    assert_eq!((got, reading.gap, reading.head), (sent, false, Seq(150)));
    let late = ledger.read(&key(), Seq(10), 1000).await.unwrap();
    assert_eq!((late.entries.len(), late.gap), (100, true));
}

/// While the first is undecided a repeat waits; then it gets the same receipt.
pub async fn a_repeat_waits_and_gets_the_first_answer(ledger: impl Ledger) {
    let ledger = Arc::new(ledger);
    ledger.open(&key(), opening(1, 100)).await.unwrap();
    assert_eq!(
        ledger.reserve(&key(), &dedup(1), Millis(0)).await,
        Ok(Reservation::First)
    );
    let repeat = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.reserve(&key(), &dedup(1), Millis(1)).await }
    });
    assert_eq!(
        ledger.reserve(&key(), &dedup(2), Millis(1)).await,
        Ok(Reservation::First),
        "others do not wait"
    );
    assert!(!repeat.is_finished());
    let receipt = Receipt {
        epoch: Epoch(3),
        seq: Seq(1),
        at: Millis(0),
    };
    ledger.settle(&key(), &dedup(1), Some(receipt)).await.unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(10), repeat)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer, Ok(Reservation::Repeat(receipt)));
}

/// A message that could not be decided is new again.
pub async fn an_undecided_message_may_be_tried_again(ledger: impl Ledger) {
    ledger.open(&key(), opening(1, 100)).await.unwrap();
    assert_eq!(
        ledger.reserve(&key(), &dedup(1), Millis(0)).await,
        Ok(Reservation::First)
    );
    ledger.settle(&key(), &dedup(1), None).await.unwrap();
    assert_eq!(
        ledger.reserve(&key(), &dedup(1), Millis(1)).await,
        Ok(Reservation::First)
    );
}

/// However much happened, a room with news is named once, and a quiet one not at all.
pub async fn news_names_each_room_once(ledger: impl Ledger) {
    let other = RoomKey { app: AppId(2), ..key() };
    ledger.open(&key(), opening(1, 100)).await.unwrap();
    ledger.open(&other, opening(1, 100)).await.unwrap();
    for _ in 0..5 {
        ledger.append(&key(), notice(), Millis(1)).await.unwrap();
    }
    assert_eq!(ledger.news().await, [key()]);
    assert!(
        tokio::time::timeout(Duration::from_millis(20), ledger.news())
            .await
            .is_err(),
        "nothing new"
    );
    ledger.append(&other, notice(), Millis(1)).await.unwrap();
    assert_eq!(ledger.news().await, [other]);
}

/// Many senders at once: no number twice, no hole.
pub async fn parallel_offers_get_distinct_numbers(ledger: impl Ledger) {
    let ledger = Arc::new(ledger);
    ledger.open(&key(), opening(1, 1001)).await.unwrap();
    let senders: Vec<_> = (0..10)
        .map(|_| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                for _ in 0..100 {
                    got.extend(seqs(
                        &ledger.offer(&key(), vec![message("m")], FAST, Millis(1)).await.unwrap(),
                    ));
                    tokio::task::yield_now().await;
                }
                got
            })
        })
        .collect();
    let mut all = Vec::new();
    for sender in senders {
        all.extend(sender.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, (1..=1000).collect::<Vec<_>>());
}

/// What was said before a restart can still be read, with its own epoch.
pub async fn history_from_before_is_readable(ledger: impl Ledger) {
    ledger.open(&key(), opening(1, 100)).await.unwrap();
    ledger
        .offer(&key(), vec![message("old")], FAST, Millis(1))
        .await
        .unwrap();
    let history = ledger.read(&key(), Seq(0), 100).await.unwrap().entries;
    ledger.close(&key()).await.unwrap();
    ledger
        .open(
            &key(),
            Opening {
                epoch: Epoch(4),
                next: Seq(2),
                end: Seq(100),
                history,
            },
        )
        .await
        .unwrap();
    ledger
        .offer(&key(), vec![message("new")], FAST, Millis(2))
        .await
        .unwrap();
    let reading = ledger.read(&key(), Seq(0), 100).await.unwrap();
    let got: Vec<_> = reading
        .entries
        .iter()
        .map(|entry| (entry.epoch.0, entry.seq.0))
        .collect();
    assert_eq!((got, reading.gap), (vec![(3, 1), (4, 2)], false));
}

fn many(n: usize) -> Vec<Message> {
    vec![message("m"); n]
}

/// Of an offer the front is admitted, as far as rate and burst go; the others learn when to come again. Events are
/// outside the rate.
pub async fn no_more_than_the_pace_allows_is_admitted(ledger: impl Ledger) {
    let pace = Pace::new(40, 1_000);
    ledger.open(&key(), opening(1, 1000)).await.unwrap();
    let decisions = ledger.offer(&key(), many(10), pace, Millis(0)).await.unwrap();
    assert_eq!(seqs(&decisions), (1..=8).collect::<Vec<_>>());
    assert_eq!(decisions[8..], [Decision::Wait(Some(Millis(25))); 2]);
    ledger.append(&key(), notice(), Millis(0)).await.unwrap();
    assert_eq!(
        seqs(&ledger.offer(&key(), many(2), pace, Millis(24)).await.unwrap()),
        [0u64; 0]
    );
    assert_eq!(
        seqs(&ledger.offer(&key(), many(2), pace, Millis(25)).await.unwrap()),
        [10]
    );
    let rest = ledger.offer(&key(), many(100), pace, Millis(10_000)).await.unwrap();
    assert_eq!(seqs(&rest).len(), 8, "a pause saves up no more than the burst");
}

/// The pace of an offer holds for it, whatever held before.
pub async fn a_pace_changes_at_once(ledger: impl Ledger) {
    ledger.open(&key(), opening(1, 10_000)).await.unwrap();
    let (slow, quick) = (Pace::new(10, 1_000), Pace::new(1_000, 1_000));
    assert_eq!(
        seqs(&ledger.offer(&key(), many(100), slow, Millis(0)).await.unwrap()).len(),
        2
    );
    assert_eq!(
        seqs(&ledger.offer(&key(), many(300), quick, Millis(0)).await.unwrap()).len(),
        0
    );
    assert_eq!(
        seqs(&ledger.offer(&key(), many(300), quick, Millis(50)).await.unwrap()).len(),
        50
    );
    assert_eq!(
        seqs(&ledger.offer(&key(), many(300), slow, Millis(1_000)).await.unwrap()).len(),
        2
    );
}

/// What could not be numbered costs nothing of the rate.
pub async fn without_numbers_no_rate_is_spent(ledger: impl Ledger) {
    let pace = Pace::new(40, 1_000);
    ledger.open(&key(), opening(1, 1)).await.unwrap();
    let refused = ledger.offer(&key(), many(8), pace, Millis(0)).await;
    assert_eq!(refused, Err(LedgerError::NoNumbers(key())));
    ledger.extend(&key(), Seq(100)).await.unwrap();
    assert_eq!(
        seqs(&ledger.offer(&key(), many(8), pace, Millis(0)).await.unwrap()).len(),
        8
    );
}

/// A withdrawn message is not read any more; its number stays used, and readers are not told of a gap.
pub async fn what_is_withdrawn_is_gone_and_no_gap(ledger: impl Ledger) {
    ledger.open(&key(), opening(1, 100)).await.unwrap();
    ledger.offer(&key(), many(3), FAST, Millis(0)).await.unwrap();
    ledger.withdraw(&key(), &[Seq(1), Seq(2), Seq(77)]).await.unwrap();
    let reading = ledger.read(&key(), Seq(1), 100).await.unwrap();
    let got: Vec<_> = reading.entries.iter().map(|entry| entry.seq.0).collect();
    assert_eq!((got, reading.gap), (vec![3], false));
    assert_eq!(ledger.head(&key()).await, Ok(Seq(3)));
}
