//! History.

use super::{Bed, OTHER_APP, key, user, with_rooms};
use crate::Store;
use room::{
    Content, Entry, Epoch, Event, Message, Millis, Person, Priority, RoomKey, Seq,
    attributes::AttributeStep,
    counters::CounterNews,
    event::{AttributeNews, ProfileChange},
};
use std::sync::Arc;

fn entry(seq: u64) -> Arc<Entry> {
    let event = Event::Notice {
        by: user("admin"),
        text: format!("text {seq}").into(),
    };
    Arc::new(Entry {
        epoch: Epoch(1),
        seq: Seq(seq),
        at: Millis(seq * 10),
        event,
    })
}

async fn write(store: &Arc<dyn Store>, name: &str, seqs: impl IntoIterator<Item = u64>, keep: usize) {
    let entries = seqs.into_iter().map(|seq| (key(name), entry(seq))).collect();
    store.write_history(entries, keep).await.unwrap();
}

async fn seqs(store: &Arc<dyn Store>, name: &str, max: usize) -> Vec<u64> {
    store
        .history(key(name), max)
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.seq.0)
        .collect()
}

pub async fn entries_come_back_oldest_first(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    assert_eq!(seqs(&store, "a", 10).await, [0; 0]);
    store.write_history(vec![], 10).await.unwrap();
    write(&store, "a", [2, 1, 3], 10).await;
    write(&store, "a", [10, 5], 10).await;
    assert_eq!(seqs(&store, "a", 10).await, [1, 2, 3, 5, 10]);
    assert_eq!(seqs(&store, "a", 2).await, [5, 10]);
    assert_eq!(seqs(&store, "a", 0).await, [0; 0]);
    assert_eq!(seqs(&store, "a", usize::MAX).await.len(), 5);
    assert_eq!(store.history(key("a"), 1).await.unwrap(), [entry(10)]);
    assert_eq!(seqs(&store, "nowhere", 10).await, [0; 0]);
    assert!(
        store
            .history(
                RoomKey {
                    app: OTHER_APP,
                    ..key("a")
                },
                10
            )
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn of_each_room_the_newest_stay(bed: &impl Bed) {
    let store = with_rooms(bed, &["a", "b", "c"]).await;
    write(&store, "c", 1..=5, 5).await;
    let both = (1..=5)
        .flat_map(|seq| [(key("a"), entry(seq)), (key("b"), entry(seq + 100))])
        .collect();
    store.write_history(both, 3).await.unwrap();
    assert_eq!(seqs(&store, "a", 10).await, [3, 4, 5]);
    assert_eq!(seqs(&store, "b", 10).await, [103, 104, 105]);
    // only rooms that are touched
    assert_eq!(seqs(&store, "c", 10).await, [1, 2, 3, 4, 5]);
    write(&store, "a", [6], 3).await;
    assert_eq!(seqs(&store, "a", 10).await, [4, 5, 6]);
    write(&store, "a", [7], usize::MAX).await;
    assert_eq!(seqs(&store, "a", 10).await, [4, 5, 6, 7]);
    write(&store, "a", [8], 0).await;
    assert_eq!(seqs(&store, "a", 10).await, [0; 0]);
}

pub async fn entries_of_missing_rooms_are_left_out(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    let entries = vec![
        (key("gone"), entry(1)),
        (key("a"), entry(1)),
        (key("gone"), entry(2)),
        (key("a"), entry(2)),
    ];
    store.write_history(entries, 10).await.unwrap();
    assert_eq!(seqs(&store, "a", 10).await, [1, 2]);
    assert_eq!(seqs(&store, "gone", 10).await, [0; 0]);
    store.create_room(super::record(&key("gone"))).await.unwrap();
    assert_eq!(seqs(&store, "gone", 10).await, [0; 0]);
}

/// A caller who heard of a failure writes the batch again.
pub async fn an_entry_written_twice_is_there_once(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    write(&store, "a", [1, 2], 10).await;
    write(&store, "a", [1, 2, 3], 10).await;
    assert_eq!(seqs(&store, "a", 10).await, [1, 2, 3]);
}

pub async fn every_kind_of_event_comes_back_as_it_was(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    let person = Person {
        user: user("a"),
        number: u64::MAX,
        nick: "名 \"q\"".into(),
        avatar: "".into(),
    };
    let content = Content {
        elements: r#"[{"MsgType":"TIMTextElem","n":1.50}]"#.into(),
        extra: "\u{1f389}\n".into(),
    };
    let message = Message {
        from: person.clone(),
        random: u32::MAX,
        client_time: 1,
        client_seq: u64::MAX,
        priority: Priority::Lowest,
        content,
    };
    let custom = [("k".to_owned(), String::new())].into();
    let change = ProfileChange {
        name: Some("n".into()),
        mute_all: Some(false),
        custom,
        ..Default::default()
    };
    let events = [
        Event::Message(message.clone()),
        Event::Broadcast(message),
        Event::Attributes(AttributeNews {
            by: user("a"),
            step: AttributeStep::Merged,
            replaced: vec!["b".to_owned()],
            version: u64::MAX,
            entries: vec![("k".into(), Some(("名".into(), 2))), ("gone".into(), None)],
        }),
        Event::Counters(CounterNews {
            version: 3,
            values: [("n".to_owned(), Some(i64::MIN)), ("gone".to_owned(), None)].into(),
        }),
        Event::Joined(person.clone()),
        Event::Left(person.clone()),
        Event::Profile { by: person, change },
        Event::Notice {
            by: user("admin"),
            text: "t".into(),
        },
        Event::Dismissed { by: user("admin") },
    ];
    let entries: Vec<_> = (1..)
        .zip(events)
        .map(|(seq, event)| {
            Arc::new(Entry {
                epoch: Epoch(u32::MAX),
                seq: Seq(seq),
                at: Millis(u64::MAX),
                event,
            })
        })
        .collect();
    let batch = entries.iter().map(|entry| (key("a"), Arc::clone(entry))).collect();
    store.write_history(batch, 10).await.unwrap();
    assert_eq!(store.history(key("a"), 10).await.unwrap(), entries);
}

pub async fn history_survives_a_restart(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    write(&store, "a", 1..=5, 4).await;
    drop(store);
    assert_eq!(seqs(&bed.open().await, "a", 10).await, [2, 3, 4, 5]);
}

pub async fn a_deleted_entry_is_gone_and_stays_gone(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    write(&store, "a", 1..=3, 10).await;
    store
        .delete_entries(key("a"), vec![Seq(2), Seq(5), Seq(99)])
        .await
        .unwrap();
    // One of them was still to be written behind.
    write(&store, "a", 4..=6, 10).await;
    write(&store, "a", [2], 10).await;
    assert_eq!(seqs(&store, "a", 10).await, [1, 3, 4, 6]);
    store.delete_entries(key("nowhere"), vec![Seq(1)]).await.unwrap();
    drop(store);
    let store = bed.open().await;
    write(&store, "a", [5], 10).await;
    assert_eq!(seqs(&store, "a", 10).await, [1, 3, 4, 6]);
}
