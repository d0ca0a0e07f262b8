//! Numbering: no number of a room is ever given twice (decision 7).

use super::{Bed, OTHER_APP, key, parallel, record};
use crate::Block;
use room::{Epoch, RoomKey, Seq};
use std::collections::HashSet;

fn block(epoch: u32, next: u64, end: u64) -> Block {
    Block {
        epoch: Epoch(epoch),
        next: Seq(next),
        end: Seq(end),
    }
}

pub async fn the_first_number_is_one(bed: &impl Bed) {
    let store = bed.open().await;
    assert_eq!(store.reserve_numbers(key("r"), 100).await.unwrap(), block(1, 1, 101));
}

pub async fn blocks_follow_each_other(bed: &impl Bed) {
    let store = bed.open().await;
    store.reserve_numbers(key("r"), 100).await.unwrap();
    assert_eq!(store.reserve_numbers(key("r"), 1).await.unwrap(), block(2, 101, 102));
    assert_eq!(store.reserve_numbers(key("r"), 0).await.unwrap(), block(3, 102, 102));
    assert_eq!(store.reserve_numbers(key("r"), 8).await.unwrap(), block(4, 102, 110));
}

pub async fn rooms_and_apps_number_for_themselves(bed: &impl Bed) {
    let store = bed.open().await;
    for key in [
        key("r"),
        key("s"),
        RoomKey {
            app: OTHER_APP,
            ..key("r")
        },
    ] {
        assert_eq!(store.reserve_numbers(key, 10).await.unwrap(), block(1, 1, 11));
    }
}

pub async fn an_extension_is_contiguous(bed: &impl Bed) {
    let store = bed.open().await;
    store.reserve_numbers(key("r"), 10).await.unwrap();
    store.reserve_numbers(key("s"), 10).await.unwrap();
    assert_eq!(store.extend_numbers(key("r"), 5).await.unwrap(), Seq(16));
    assert_eq!(store.extend_numbers(key("r"), 5).await.unwrap(), Seq(21));
    assert_eq!(store.reserve_numbers(key("r"), 1).await.unwrap(), block(2, 21, 22));
    assert_eq!(store.extend_numbers(key("s"), 1).await.unwrap(), Seq(12));
}

pub async fn the_next_number_is_known_before_it_is_given(bed: &impl Bed) {
    let store = bed.open().await;
    assert_eq!(store.next_number(key("r")).await.unwrap(), Seq(1));
    store.reserve_numbers(key("r"), 100).await.unwrap();
    assert_eq!(store.next_number(key("r")).await.unwrap(), Seq(101));
    store.return_numbers(key("r"), Epoch(1), Seq(8)).await.unwrap();
    assert_eq!(store.next_number(key("r")).await.unwrap(), Seq(8));
    assert_eq!(store.next_number(key("s")).await.unwrap(), Seq(1));
}

pub async fn without_an_epoch_there_is_nothing_to_extend(bed: &impl Bed) {
    let store = bed.open().await;
    assert!(store.extend_numbers(key("r"), 5).await.is_err());
    store.return_numbers(key("r"), Epoch(1), Seq(1)).await.unwrap();
    assert_eq!(store.reserve_numbers(key("r"), 5).await.unwrap(), block(1, 1, 6));
}

pub async fn too_many_numbers_are_an_error_and_change_nothing(bed: &impl Bed) {
    let store = bed.open().await;
    assert!(store.reserve_numbers(key("r"), u64::MAX).await.is_err());
    assert_eq!(store.reserve_numbers(key("r"), 5).await.unwrap(), block(1, 1, 6));
    for count in [u64::MAX, u64::MAX / 2] {
        assert!(store.extend_numbers(key("r"), count).await.is_err());
        assert!(store.reserve_numbers(key("r"), count).await.is_err());
    }
    assert_eq!(store.extend_numbers(key("r"), 5).await.unwrap(), Seq(11));
    assert_eq!(store.reserve_numbers(key("r"), 5).await.unwrap(), block(2, 11, 16));
}

pub async fn numbers_are_returned_by_the_newest_epoch_only(bed: &impl Bed) {
    let store = bed.open().await;
    store.reserve_numbers(key("r"), 100).await.unwrap();
    store.reserve_numbers(key("r"), 100).await.unwrap();
    store.return_numbers(key("r"), Epoch(1), Seq(50)).await.unwrap();
    store.return_numbers(key("r"), Epoch(3), Seq(150)).await.unwrap();
    assert_eq!(store.extend_numbers(key("r"), 0).await.unwrap(), Seq(201));
    store.return_numbers(key("r"), Epoch(2), Seq(150)).await.unwrap();
    store.return_numbers(key("r"), Epoch(2), Seq(150)).await.unwrap();
    assert_eq!(store.reserve_numbers(key("r"), 1).await.unwrap(), block(3, 150, 151));
    store.return_numbers(key("r"), Epoch(2), Seq(120)).await.unwrap();
    assert_eq!(store.extend_numbers(key("r"), 0).await.unwrap(), Seq(151));
}

pub async fn only_the_epochs_own_numbers_can_be_returned(bed: &impl Bed) {
    let store = bed.open().await;
    store.reserve_numbers(key("r"), 10).await.unwrap();
    store.reserve_numbers(key("r"), 10).await.unwrap();
    for outside in [0, 1, 10, 22, u64::MAX / 2] {
        store.return_numbers(key("r"), Epoch(2), Seq(outside)).await.unwrap();
    }
    assert_eq!(store.extend_numbers(key("r"), 0).await.unwrap(), Seq(21));
    // the whole block, unused
    store.return_numbers(key("r"), Epoch(2), Seq(11)).await.unwrap();
    assert_eq!(store.reserve_numbers(key("r"), 1).await.unwrap(), block(3, 11, 12));
}

pub async fn a_clean_stop_leaves_no_hole(bed: &impl Bed) {
    for run in 0..3 {
        let store = bed.open().await;
        let numbers = store.reserve_numbers(key("r"), 100).await.unwrap();
        assert_eq!(
            numbers,
            block(run + 1, u64::from(run) * 7 + 1, u64::from(run) * 7 + 101)
        );
        store
            .return_numbers(key("r"), numbers.epoch, Seq(numbers.next.0 + 7))
            .await
            .unwrap();
    }
}

pub async fn a_crash_gives_no_number_twice(bed: &impl Bed) {
    for run in 0..3 {
        let store = bed.open().await;
        let start = u64::from(run) * 150 + 1;
        assert_eq!(
            store.reserve_numbers(key("r"), 100).await.unwrap(),
            block(run + 1, start, start + 100)
        );
        assert_eq!(store.extend_numbers(key("r"), 50).await.unwrap(), Seq(start + 150));
    }
}

pub async fn numbering_outlives_the_room(bed: &impl Bed) {
    let store = bed.open().await;
    store.create_room(record(&key("r"))).await.unwrap();
    store.reserve_numbers(key("r"), 10).await.unwrap();
    store.delete_room(key("r")).await.unwrap();
    store.create_room(record(&key("r"))).await.unwrap();
    assert_eq!(store.reserve_numbers(key("r"), 10).await.unwrap(), block(2, 11, 21));
}

pub async fn parallel_reservations_do_not_overlap(bed: &impl Bed) {
    let store = bed.open().await;
    let reserve = |store: std::sync::Arc<dyn crate::Store>, n: u64| async move {
        store.reserve_numbers(key("r"), n % 5 + 1).await.unwrap()
    };
    let mut blocks = parallel(&store, 100, reserve).await;
    blocks.sort_by_key(|block| block.epoch);
    assert_eq!(
        blocks.iter().map(|block| block.epoch.0).collect::<Vec<_>>(),
        (1..=100).collect::<Vec<_>>()
    );
    assert_eq!(blocks[0].next, Seq(1));
    assert!(blocks.windows(2).all(|pair| pair[0].end == pair[1].next));
}

/// Small and repeatable (splitmix64); a property test library would be a dependency of everybody who runs the suite.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// Plays runs of a server that uses numbers, stops cleanly or crashes, and returns numbers of the wrong epoch.
pub async fn no_number_is_given_twice_whatever_happens(bed: &impl Bed) {
    for seed in 0..8 {
        let key = key(&format!("r{seed}"));
        let mut dice = Dice(seed);
        let mut used = HashSet::new();
        let mut previous = Epoch(0);
        for _run in 0..4 {
            let store = bed.open().await;
            let mut numbers = store.reserve_numbers(key.clone(), dice.roll(20)).await.unwrap();
            assert!(numbers.epoch > previous, "seed {seed}");
            for _step in 0..10 {
                match dice.roll(8) {
                    0..4 => {
                        for _ in 0..dice.roll(5).min(numbers.end.0 - numbers.next.0) {
                            assert!(used.insert(numbers.next), "seed {seed}: {:?} given twice", numbers.next);
                            numbers.next = numbers.next.next();
                        }
                    }
                    4..6 => {
                        let count = dice.roll(10);
                        let end = store.extend_numbers(key.clone(), count).await.unwrap();
                        assert_eq!(end.0, numbers.end.0 + count, "seed {seed}");
                        numbers.end = end;
                    }
                    6 => store
                        .return_numbers(key.clone(), previous, Seq(dice.roll(50)))
                        .await
                        .unwrap(),
                    _ => numbers = store.reserve_numbers(key.clone(), dice.roll(20)).await.unwrap(),
                }
            }
            if dice.roll(2) == 0 {
                store
                    .return_numbers(key.clone(), numbers.epoch, numbers.next)
                    .await
                    .unwrap();
            }
            previous = numbers.epoch;
        }
    }
}
