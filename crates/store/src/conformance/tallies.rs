//! The accounts of rooms.

use super::{Bed, OTHER_APP, expiry, key, with_rooms};
use crate::{Expiry, TallyPart};
use room::{
    Epoch, Millis, Priority, RoomKey,
    tally::{Cause, Counts, Minutes, Row},
};

fn row(from_s: u64, priority: Priority, offered: u64) -> Row {
    let counts = Counts {
        offered,
        admitted: offered - 1,
        dropped: [(Cause::Waited, 1)].into(),
        ..Counts::default()
    };
    Row {
        from_s,
        priority,
        counts,
    }
}

fn part(rows: Vec<Row>, until_s: u64) -> Vec<TallyPart> {
    part_of(Epoch(1), rows, until_s, false)
}

fn part_of(epoch: Epoch, rows: Vec<Row>, until_s: u64, last: bool) -> Vec<TallyPart> {
    let minutes = Minutes { rows, until_s, last };
    let room = key("a");
    vec![TallyPart { room, epoch, minutes }]
}

pub async fn minutes_are_added_up_and_read_by_time(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.begin_tally(key("a"), Epoch(1), 0).await.unwrap();
    let rows = vec![
        row(60, Priority::Low, 5),
        row(60, Priority::High, 2),
        row(120, Priority::Low, 3),
    ];
    store.write_tallies(part(rows, 180)).await.unwrap();
    store
        .write_tallies(part(vec![row(120, Priority::Low, 4)], 180))
        .await
        .unwrap();
    let read = store.tally(key("a"), 0, 1_000).await.unwrap();
    let told: Vec<_> = read
        .rows
        .iter()
        .map(|row| (row.from_s, row.priority, row.counts.offered))
        .collect();
    let wanted = [(60, Priority::Low, 5), (60, Priority::High, 2), (120, Priority::Low, 7)];
    assert_eq!((told, read.holes), (wanted.to_vec(), vec![]));
    assert_eq!(read.rows[2].counts.dropped, [(Cause::Waited, 2)].into());
    assert_eq!(store.tally(key("a"), 61, 121).await.unwrap().rows.len(), 1);
    let other = RoomKey {
        app: OTHER_APP,
        ..key("a")
    };
    for elsewhere in [key("b"), other] {
        assert_eq!(store.tally(elsewhere, 0, 1_000).await.unwrap().rows, []);
    }
}

pub async fn an_account_that_was_cut_off_has_a_hole(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.begin_tally(key("a"), Epoch(1), 10).await.unwrap();
    store.begin_tally(key("a"), Epoch(2), 90).await.unwrap();
    store.write_tallies(part(vec![], 60)).await.unwrap();
    let holes = |from_s, to_s| {
        let store = store.clone();
        async move { store.tally(key("a"), from_s, to_s).await.unwrap().holes }
    };
    assert_eq!(holes(0, 1_000).await, []);
    store.cut_off_tallies(200).await.unwrap();
    assert_eq!(holes(0, 1_000).await, [(60, 200), (90, 200)]);
    store.cut_off_tallies(300).await.unwrap();
    assert_eq!(holes(0, 1_000).await.len(), 2, "nothing was being kept");
    assert_eq!((holes(0, 60).await, holes(200, 300).await), (vec![], vec![]));
    assert_eq!((holes(89, 90).await.len(), holes(90, 91).await.len()), (1, 2));
}

pub async fn an_account_that_was_ended_has_none(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.begin_tally(key("a"), Epoch(1), 10).await.unwrap();
    store.begin_tally(key("a"), Epoch(2), 20).await.unwrap();
    for epoch in [2, 1] {
        let last = part_of(Epoch(epoch), vec![], 30, true);
        store.write_tallies(last).await.unwrap();
    }
    store.cut_off_tallies(100).await.unwrap();
    assert_eq!(store.tally(key("a"), 0, 1_000).await.unwrap().holes, []);
}

pub async fn an_account_outlives_its_room_until_it_is_old(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.begin_tally(key("a"), Epoch(1), 0).await.unwrap();
    store
        .write_tallies(part(vec![row(60, Priority::Low, 5)], 120))
        .await
        .unwrap();
    store.cut_off_tallies(130).await.unwrap();
    store.delete_room(key("a")).await.unwrap();
    store.sweep(Millis(0), expiry(0)).await.unwrap();
    assert_eq!(store.tally(key("a"), 0, 1_000).await.unwrap().rows.len(), 1);
    let before = |tallies_s| Expiry { tallies_s, ..expiry(0) };
    store.sweep(Millis(0), before(61)).await.unwrap();
    let read = store.tally(key("a"), 0, 1_000).await.unwrap();
    assert_eq!((read.rows, read.holes), (vec![], vec![(120, 130)]));
    store.sweep(Millis(0), before(131)).await.unwrap();
    assert_eq!(store.tally(key("a"), 0, 1_000).await.unwrap().holes, []);
}

pub async fn accounts_survive_a_restart(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.begin_tally(key("a"), Epoch(1), 0).await.unwrap();
    store
        .write_tallies(part(vec![row(60, Priority::Low, 5)], 120))
        .await
        .unwrap();
    drop(store);
    let store = bed.open().await;
    store.cut_off_tallies(500).await.unwrap();
    let read = store.tally(key("a"), 0, 1_000).await.unwrap();
    assert_eq!((read.rows.len(), read.holes), (1, vec![(120, 500)]));
}
