//! Attributes, counters and robots.

use super::{Bed, key, parallel, user, with_rooms};
use crate::Change;
use room::{
    Millis,
    attributes::{AttributeChange, AttributeError},
    counters::{CounterChange, CounterError},
};
use std::collections::BTreeMap;

fn merge(name: &str, value: &str) -> AttributeChange {
    AttributeChange::Merge(BTreeMap::from([(name.to_owned(), value.to_owned())]))
}

fn add(name: &str, number: i64) -> CounterChange {
    CounterChange::Add(BTreeMap::from([(name.to_owned(), number)]))
}

pub async fn attributes_change_in_one_step(bed: &impl Bed) {
    let store = with_rooms(bed, &["a", "b"]).await;
    let changed = store
        .change_attributes(key("a"), merge("k", "v"), Some(0))
        .await
        .unwrap();
    let Change::Changed(now) = changed else {
        panic!("{changed:?}")
    };
    assert_eq!((now.version, now.entries["k"].value.as_str()), (1, "v"));
    let refused = store
        .change_attributes(key("a"), merge("k", "w"), Some(0))
        .await
        .unwrap();
    assert_eq!(refused, Change::Refused(AttributeError::Conflict));
    assert_eq!(store.attributes(key("a")).await.unwrap(), *now);
    assert_eq!(store.attributes(key("b")).await.unwrap(), Default::default());
    let nowhere = store
        .change_attributes(key("nope"), merge("k", "v"), None)
        .await
        .unwrap();
    assert_eq!(nowhere, Change::NoRoom);
}

pub async fn of_parallel_writers_of_one_version_one_wins(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    let outcomes = parallel(&store, 50, |store, n| async move {
        let change = merge("k", &n.to_string());
        store.change_attributes(key("a"), change, Some(0)).await.unwrap()
    })
    .await;
    let won = outcomes.iter().filter(|outcome| matches!(outcome, Change::Changed(_)));
    assert_eq!(won.count(), 1);
}

pub async fn parallel_increments_are_all_counted(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    parallel(&store, 100, |store, _| async move {
        store.change_counters(key("a"), add("likes", 2)).await.unwrap()
    })
    .await;
    let counters = store.counters(key("a")).await.unwrap();
    assert_eq!((counters.version, counters.values["likes"]), (100, 200));
    let refused = store.change_counters(key("a"), add("likes", i64::MAX)).await.unwrap();
    assert_eq!(refused, Change::Refused(CounterError::Overflow("likes".into())));
    assert_eq!(store.counters(key("a")).await.unwrap(), counters);
}

pub async fn what_is_shared_goes_with_its_room_and_survives_a_restart(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.change_attributes(key("a"), merge("k", "v"), None).await.unwrap();
    store.change_counters(key("a"), add("likes", 1)).await.unwrap();
    assert!(
        store
            .put_robots(key("a"), vec![user("r"), user("s")], Millis(500))
            .await
            .unwrap()
    );
    drop(store);
    let store = bed.open().await;
    assert_eq!(store.attributes(key("a")).await.unwrap().version, 1);
    assert_eq!(store.counters(key("a")).await.unwrap().values["likes"], 1);
    assert_eq!(store.robots(key("a")).await.unwrap().len(), 2);
    store.delete_room(key("a")).await.unwrap();
    store.create_room(super::record(&key("a"))).await.unwrap();
    assert_eq!(store.attributes(key("a")).await.unwrap(), Default::default());
    assert_eq!(store.counters(key("a")).await.unwrap(), Default::default());
    assert_eq!(store.robots(key("a")).await.unwrap(), []);
}

pub async fn robots_come_go_and_expire(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.put_robots(key("a"), vec![user("r")], Millis(500)).await.unwrap();
    store.put_robots(key("a"), vec![user("s")], Millis(900)).await.unwrap();
    store.put_robots(key("a"), vec![user("t")], Millis(900)).await.unwrap();
    store.put_robots(key("a"), vec![user("t")], Millis(0)).await.unwrap();
    store.sweep(Millis(500), super::expiry(0)).await.unwrap();
    assert_eq!(store.robots(key("a")).await.unwrap(), [(user("s"), Millis(900))]);
    assert!(!store.put_robots(key("nope"), vec![user("r")], Millis(1)).await.unwrap());
}
