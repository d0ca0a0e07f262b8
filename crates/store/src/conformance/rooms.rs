//! Rooms.

use super::{APP, Bed, OTHER_APP, key, parallel, record, user, user_key, with_rooms};
use crate::{Change, Creation, MembershipChange, RoomPage, Store};
use room::{
    Entry, Epoch, Event, Millis, RoomId, RoomKey, RoomRecord, Seq, SessionId, UserKey, event::ProfileChange,
    record::CUSTOM_FIELDS_MAX,
};
use std::sync::Arc;

fn rename(name: &str) -> ProfileChange {
    ProfileChange {
        name: Some(name.into()),
        ..Default::default()
    }
}

fn names(page: &RoomPage) -> Vec<&str> {
    page.rooms.iter().map(RoomId::as_str).collect()
}

pub async fn a_room_is_created_once(bed: &impl Bed) {
    let store = bed.open().await;
    let first = RoomRecord {
        owner: Some(user("first")),
        ..record(&key("r"))
    };
    let second = RoomRecord {
        owner: Some(user("second")),
        ..record(&key("r"))
    };
    assert_eq!(store.create_room(first.clone()).await.unwrap(), Creation::Created);
    assert_eq!(
        store.create_room(second).await.unwrap(),
        Creation::Taken(Box::new(first.clone()))
    );
    assert_eq!(store.room(key("r")).await.unwrap(), Some(first));
    let elsewhere = RoomKey {
        app: OTHER_APP,
        ..key("r")
    };
    assert_eq!(store.create_room(record(&elsewhere)).await.unwrap(), Creation::Created);
    // ids are bytes: case counts
    assert_eq!(store.create_room(record(&key("R"))).await.unwrap(), Creation::Created);
}

pub async fn a_record_comes_back_as_it_was(bed: &impl Bed) {
    let store = bed.open().await;
    let full = RoomRecord {
        key: key("@TGS#a 'quoted\" %_"),
        owner: Some(user("ho'st")),
        name: "直播\u{1f389}".into(),
        introduction: "line\nline".into(),
        notification: "\"\\\0".into(),
        avatar: "https://x/y?z=1&a".into(),
        mute_all: true,
        join_option: "NeedPermission".into(),
        custom: [("k".to_owned(), "v".to_owned()), ("empty_K9".into(), "名".into())].into(),
        admins: Default::default(),
        rules: Default::default(),
        created: Millis(1_700_000_000_123),
        changed: Millis(u64::MAX),
        version: 7,
    };
    store.create_room(full.clone()).await.unwrap();
    assert_eq!(store.room(full.key.clone()).await.unwrap(), Some(full));
}

pub async fn what_does_not_exist_is_not_found(bed: &impl Bed) {
    let store = with_rooms(bed, &["other"]).await;
    assert_eq!(store.room(key("r")).await.unwrap(), None);
    assert_eq!(
        store.change_room(key("r"), rename("x"), Millis(5)).await.unwrap(),
        Change::NoRoom
    );
    assert_eq!(store.delete_room(key("r")).await.unwrap(), None);
    assert_eq!(
        store
            .room(RoomKey {
                app: OTHER_APP,
                ..key("other")
            })
            .await
            .unwrap(),
        None
    );
    assert_eq!(store.rooms(OTHER_APP, 0, 10).await.unwrap(), RoomPage::default());
}

pub async fn a_change_is_one_step(bed: &impl Bed) {
    let store = with_rooms(bed, &["r", "other"]).await;
    let change = ProfileChange {
        notification: Some("n".into()),
        mute_all: Some(true),
        custom: [("k".to_owned(), "v".to_owned())].into(),
        ..Default::default()
    };
    let mut expected = record(&key("r"));
    expected.apply(&change, Millis(9)).unwrap();
    let changed = store.change_room(key("r"), change, Millis(9)).await.unwrap();
    assert_eq!(changed, Change::Changed(Box::new(expected.clone())));
    assert_eq!(store.room(key("r")).await.unwrap(), Some(expected));
    assert_eq!(store.room(key("other")).await.unwrap(), Some(record(&key("other"))));
}

pub async fn a_refused_change_changes_nothing(bed: &impl Bed) {
    let store = with_rooms(bed, &["r"]).await;
    let custom = (0..=CUSTOM_FIELDS_MAX)
        .map(|n| (format!("k{n}"), "v".to_owned()))
        .collect();
    let answer = store
        .change_room(
            key("r"),
            ProfileChange {
                custom,
                ..rename("new")
            },
            Millis(9),
        )
        .await
        .unwrap();
    assert!(matches!(answer, Change::Refused(_)), "{answer:?}");
    assert_eq!(store.room(key("r")).await.unwrap(), Some(record(&key("r"))));
}

pub async fn of_a_hundred_parallel_creations_one_wins(bed: &impl Bed) {
    let store = bed.open().await;
    let create = |store: Arc<dyn Store>, n| async move {
        store
            .create_room(RoomRecord {
                version: n,
                ..record(&key("r"))
            })
            .await
            .unwrap()
    };
    let answers = parallel(&store, 100, create).await;
    let winner = answers.iter().position(|answer| *answer == Creation::Created).unwrap();
    let kept = store.room(key("r")).await.unwrap().unwrap();
    assert_eq!(kept.version, winner as u64);
    let taken = Creation::Taken(Box::new(kept));
    assert_eq!(answers.iter().filter(|answer| **answer == taken).count(), 99);
}

pub async fn parallel_changes_are_all_kept(bed: &impl Bed) {
    let store = with_rooms(bed, &["r"]).await;
    let change = |store: Arc<dyn Store>, n| async move {
        match store
            .change_room(key("r"), rename(&format!("n{n}")), Millis(n))
            .await
            .unwrap()
        {
            Change::Changed(record) => record.version,
            other => panic!("{other:?}"),
        }
    };
    let mut versions = parallel(&store, 100, change).await;
    versions.sort_unstable();
    assert_eq!(versions, (1..=100).collect::<Vec<_>>());
    assert_eq!(store.room(key("r")).await.unwrap().unwrap().version, 100);
}

pub async fn whoever_was_answered_finds_his_write(bed: &impl Bed) {
    let store = bed.open().await;
    let write_and_read = |store: Arc<dyn Store>, n: u64| async move {
        let key = key(&format!("r{n}"));
        store.create_room(record(&key)).await.unwrap();
        assert!(store.room(key.clone()).await.unwrap().is_some());
        for version in 1..=5 {
            store
                .change_room(key.clone(), rename("x"), Millis(version))
                .await
                .unwrap();
            assert_eq!(store.room(key.clone()).await.unwrap().unwrap().version, version);
        }
        store.delete_room(key.clone()).await.unwrap();
        assert_eq!(store.room(key).await.unwrap(), None);
    };
    parallel(&store, 30, write_and_read).await;
}

pub async fn pages_follow_the_order_of_creation(bed: &impl Bed) {
    let store = with_rooms(bed, &["c", "a", "e", "b", "d"]).await;
    store
        .create_room(record(&RoomKey {
            app: OTHER_APP,
            ..key("x")
        }))
        .await
        .unwrap();
    // a change does not move a room
    store.change_room(key("c"), rename("new"), Millis(9)).await.unwrap();
    let first = store.rooms(APP, 0, 2).await.unwrap();
    assert_eq!((names(&first), first.total), (vec!["c", "a"], 5));
    let second = store.rooms(APP, first.next, 2).await.unwrap();
    assert_eq!((names(&second), second.total), (vec!["e", "b"], 5));
    let last = store.rooms(APP, second.next, 2).await.unwrap();
    assert_eq!((names(&last), last.total, last.next), (vec!["d"], 5, 0));
    for limit in [5, 6, usize::MAX] {
        let all = store.rooms(APP, 0, limit).await.unwrap();
        assert_eq!(
            (names(&all), all.total, all.next),
            (vec!["c", "a", "e", "b", "d"], 5, 0)
        );
    }
    let none = store.rooms(APP, 0, 0).await.unwrap();
    assert_eq!((names(&none), none.total, none.next), (vec![], 5, 0));
    let other = store.rooms(OTHER_APP, 0, 2).await.unwrap();
    assert_eq!((names(&other), other.total, other.next), (vec!["x"], 1, 0));
}

pub async fn a_change_between_two_pages_skips_and_repeats_nothing(bed: &impl Bed) {
    let store = with_rooms(bed, &["a", "b", "c", "d"]).await;
    let first = store.rooms(APP, 0, 2).await.unwrap();
    for gone in ["a", "b", "d"] {
        store.delete_room(key(gone)).await.unwrap();
    }
    for new in ["e", "a"] {
        store.create_room(record(&key(new))).await.unwrap();
    }
    let second = store.rooms(APP, first.next, 10).await.unwrap();
    assert_eq!((names(&second), second.total, second.next), (vec!["c", "e", "a"], 3, 0));
}

pub async fn a_deleted_rooms_id_starts_afresh(bed: &impl Bed) {
    let store = with_rooms(bed, &["r", "other"]).await;
    let session = SessionId(1);
    let joined = |name| MembershipChange::Joined {
        session,
        room: key(name),
        since: Seq(3),
        at: Millis(1),
    };
    store
        .write_memberships(vec![joined("r"), joined("other")])
        .await
        .unwrap();
    let event = Event::Dismissed { by: user("a") };
    let entry = Arc::new(Entry {
        epoch: Epoch(1),
        seq: Seq(1),
        at: Millis(1),
        event,
    });
    let entries = vec![(key("r"), Arc::clone(&entry)), (key("other"), entry)];
    store.write_history(entries, 10).await.unwrap();

    assert_eq!(store.delete_room(key("r")).await.unwrap(), Some(record(&key("r"))));
    assert_eq!(store.delete_room(key("r")).await.unwrap(), None);
    assert_eq!(store.room(key("r")).await.unwrap(), None);
    assert_eq!(store.create_room(record(&key("r"))).await.unwrap(), Creation::Created);
    assert_eq!(store.history(key("r"), 10).await.unwrap().len(), 0);
    assert_eq!(store.history(key("other"), 10).await.unwrap().len(), 1);
    assert_eq!(store.memberships(session).await.unwrap(), [(key("other"), Seq(3))]);
    assert_eq!(store.rooms(APP, 0, 10).await.unwrap().total, 2);
}

pub async fn rooms_survive_a_restart(bed: &impl Bed) {
    let store = with_rooms(bed, &["a", "gone", "b"]).await;
    store.change_room(key("b"), rename("new"), Millis(9)).await.unwrap();
    store.delete_room(key("gone")).await.unwrap();
    let changed = store.room(key("b")).await.unwrap();
    drop(store);
    let store = bed.open().await;
    assert_eq!(store.room(key("a")).await.unwrap(), Some(record(&key("a"))));
    assert_eq!(store.room(key("b")).await.unwrap(), changed);
    let page = store.rooms(APP, 0, 10).await.unwrap();
    assert_eq!((names(&page), page.total), (vec!["a", "b"], 2));
}

pub async fn a_store_that_works_answers_a_ping(bed: &impl Bed) {
    bed.open().await.ping().await.unwrap();
}

pub async fn a_users_rooms_are_counted(bed: &impl Bed) {
    let store = with_rooms(bed, &["a"]).await;
    for name in ["b", "c"] {
        let mut owned = record(&key(name));
        owned.owner = Some(user("host"));
        store.create_room(owned).await.unwrap();
    }
    assert_eq!(store.rooms_owned(user_key("host")).await.unwrap(), 2);
    assert_eq!(store.rooms_owned(user_key("bob")).await.unwrap(), 0);
    let elsewhere = UserKey {
        app: OTHER_APP,
        ..user_key("host")
    };
    assert_eq!(store.rooms_owned(elsewhere).await.unwrap(), 0);
    store.delete_room(key("b")).await.unwrap();
    assert_eq!(store.rooms_owned(user_key("host")).await.unwrap(), 1);
}
