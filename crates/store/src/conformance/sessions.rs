//! Revocations and memberships.

use super::{APP, Bed, OTHER_APP, expiry, key, with_rooms};
use crate::{MembershipChange, Store};
use room::{Millis, RoomKey, Seq, SessionId};
use std::sync::Arc;

const LOW: SessionId = SessionId(0);
const HIGH: SessionId = SessionId(u64::MAX);

fn joined(session: SessionId, name: &str, since: u64, at: u64) -> MembershipChange {
    MembershipChange::Joined {
        session,
        room: key(name),
        since: Seq(since),
        at: Millis(at),
    }
}

fn left(session: SessionId, name: &str) -> MembershipChange {
    MembershipChange::Left {
        session,
        room: key(name),
    }
}

async fn rooms_of(store: &Arc<dyn Store>, session: SessionId) -> Vec<(RoomKey, Seq)> {
    let mut rooms = store.memberships(session).await.unwrap();
    rooms.sort();
    rooms
}

pub async fn a_revocation_is_of_one_app_and_session(bed: &impl Bed) {
    let store = bed.open().await;
    assert!(!store.is_revoked(APP, HIGH).await.unwrap());
    store.revoke_session(APP, HIGH, Millis(5)).await.unwrap();
    assert!(store.is_revoked(APP, HIGH).await.unwrap());
    assert!(!store.is_revoked(OTHER_APP, HIGH).await.unwrap());
    assert!(!store.is_revoked(APP, LOW).await.unwrap());
    assert!(!store.is_revoked(APP, SessionId(u64::MAX >> 1)).await.unwrap());
}

pub async fn revocations_are_kept_until_their_time_is_over(bed: &impl Bed) {
    let store = bed.open().await;
    store.revoke_session(APP, LOW, Millis(100)).await.unwrap();
    store.revoke_session(APP, HIGH, Millis(u64::MAX)).await.unwrap();
    store.sweep(Millis(100), expiry(0)).await.unwrap();
    assert!(store.is_revoked(APP, LOW).await.unwrap());
    store.sweep(Millis(101), expiry(0)).await.unwrap();
    assert!(!store.is_revoked(APP, LOW).await.unwrap());
    assert!(store.is_revoked(APP, HIGH).await.unwrap());
}

pub async fn the_later_end_of_a_revocation_stays(bed: &impl Bed) {
    let store = bed.open().await;
    for until in [100, 200, 50] {
        store.revoke_session(APP, LOW, Millis(until)).await.unwrap();
    }
    store.sweep(Millis(200), expiry(0)).await.unwrap();
    assert!(store.is_revoked(APP, LOW).await.unwrap());
}

pub async fn membership_changes_happen_in_order(bed: &impl Bed) {
    let store = with_rooms(bed, &["a", "b"]).await;
    assert_eq!(rooms_of(&store, LOW).await, []);
    store.write_memberships(vec![]).await.unwrap();
    let changes = vec![
        left(LOW, "a"),
        joined(LOW, "a", 1, 10),
        joined(LOW, "b", 2, 10),
        joined(HIGH, "a", 3, 10),
        left(LOW, "b"),
        joined(LOW, "b", 4, 10),
        left(LOW, "a"),
    ];
    store.write_memberships(changes).await.unwrap();
    assert_eq!(rooms_of(&store, LOW).await, [(key("b"), Seq(4))]);
    assert_eq!(rooms_of(&store, HIGH).await, [(key("a"), Seq(3))]);
}

pub async fn joining_again_replaces_the_place(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.write_memberships(vec![joined(LOW, "a", 1, 10)]).await.unwrap();
    store.write_memberships(vec![joined(LOW, "a", 7, 20)]).await.unwrap();
    assert_eq!(rooms_of(&store, LOW).await, [(key("a"), Seq(7))]);
    store.sweep(Millis(0), expiry(15)).await.unwrap();
    assert_eq!(rooms_of(&store, LOW).await, [(key("a"), Seq(7))]);
}

pub async fn a_session_that_ends_is_in_no_room(bed: &impl Bed) {
    let store = with_rooms(bed, &["a", "b"]).await;
    let changes = vec![joined(LOW, "a", 1, 1), joined(LOW, "b", 1, 1), joined(HIGH, "a", 1, 1)];
    store.write_memberships(changes).await.unwrap();
    store
        .write_memberships(vec![MembershipChange::Ended { session: LOW }])
        .await
        .unwrap();
    store
        .write_memberships(vec![MembershipChange::Ended { session: LOW }])
        .await
        .unwrap();
    assert_eq!(rooms_of(&store, LOW).await, []);
    assert_eq!(rooms_of(&store, HIGH).await, [(key("a"), Seq(1))]);
}

/// A batch may be written after its room was deleted.
pub async fn a_membership_needs_its_room(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    let changes = vec![joined(LOW, "gone", 1, 1), joined(LOW, "a", 1, 1), left(LOW, "gone")];
    store.write_memberships(changes).await.unwrap();
    assert_eq!(rooms_of(&store, LOW).await, [(key("a"), Seq(1))]);
    store.delete_room(key("a")).await.unwrap();
    assert_eq!(rooms_of(&store, LOW).await, []);
}

pub async fn a_batch_that_fails_leaves_nothing(bed: &impl Bed) {
    let store = with_rooms(bed, &["a", "b"]).await;
    // a number that no database has room for; a store that takes it must take all
    let changes = vec![joined(LOW, "a", 1, 1), joined(LOW, "b", u64::MAX, 1)];
    let written = store.write_memberships(changes).await.is_ok();
    assert_eq!(rooms_of(&store, LOW).await.len(), if written { 2 } else { 0 });
}

pub async fn old_memberships_are_swept(bed: &impl Bed) {
    let store = with_rooms(bed, &["a", "b", "c"]).await;
    let changes = vec![
        joined(LOW, "a", 1, 99),
        joined(LOW, "b", 1, 100),
        joined(LOW, "c", 1, 101),
    ];
    store.write_memberships(changes).await.unwrap();
    store.sweep(Millis(1000), expiry(100)).await.unwrap();
    assert_eq!(rooms_of(&store, LOW).await, [(key("b"), Seq(1)), (key("c"), Seq(1))]);
}

pub async fn sessions_survive_a_restart(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    store.revoke_session(APP, HIGH, Millis(5)).await.unwrap();
    store.write_memberships(vec![joined(LOW, "a", 42, 1)]).await.unwrap();
    drop(store);
    let store = bed.open().await;
    assert!(store.is_revoked(APP, HIGH).await.unwrap());
    assert_eq!(rooms_of(&store, LOW).await, [(key("a"), Seq(42))]);
}
