//! Mutes, bans, silences, rules and admins.

use super::{APP, Bed, OTHER_APP, expiry, key, record, user, with_rooms};
use crate::Change;
use room::{
    Millis, UserKey,
    moderation::Sanction::{Ban, Mute},
    rules::{AppRules, RoomRules, RulesChange},
};

pub async fn sanctions_are_kept_per_room_and_kind(bed: &impl Bed) {
    let store = with_rooms(bed, &["r", "s"]).await;
    let both = vec![user("a"), user("b")];
    assert!(store.sanction(key("r"), Mute, both, Millis(10)).await.unwrap());
    assert!(
        store
            .sanction(key("r"), Ban, vec![user("b")], Millis(20))
            .await
            .unwrap()
    );
    assert!(
        store
            .sanction(key("r"), Mute, vec![user("a")], Millis(30))
            .await
            .unwrap()
    );
    let kept = store.sanctions(key("r")).await.unwrap();
    let wanted = [
        (Mute, user("a"), Millis(30)),
        (Mute, user("b"), Millis(10)),
        (Ban, user("b"), Millis(20)),
    ];
    assert_eq!(kept, wanted);
    assert_eq!(store.sanctions(key("s")).await.unwrap(), []);
    store
        .sanction(key("r"), Mute, vec![user("a"), user("none")], Millis(0))
        .await
        .unwrap();
    assert_eq!(store.sanctions(key("r")).await.unwrap(), wanted[1..]);
}

pub async fn a_sanction_on_an_unknown_room_is_none(bed: &impl Bed) {
    let store = bed.open().await;
    assert!(
        !store
            .sanction(key("r"), Ban, vec![user("a")], Millis(10))
            .await
            .unwrap()
    );
    assert_eq!(store.sanctions(key("r")).await.unwrap(), []);
    let change = RulesChange::default();
    assert_eq!(
        store.change_rules(key("r"), change, Millis(1)).await.unwrap(),
        Change::NoRoom
    );
}

pub async fn what_has_ended_is_swept(bed: &impl Bed) {
    let store = with_rooms(bed, &["r"]).await;
    store
        .sanction(key("r"), Mute, vec![user("a")], Millis(10))
        .await
        .unwrap();
    store
        .sanction(key("r"), Mute, vec![user("b")], Millis(11))
        .await
        .unwrap();
    store.sweep(Millis(10), expiry(0)).await.unwrap();
    assert_eq!(
        store.sanctions(key("r")).await.unwrap(),
        [(Mute, user("b"), Millis(11))]
    );
}

pub async fn sanctions_go_with_their_room(bed: &impl Bed) {
    let store = with_rooms(bed, &["r"]).await;
    store
        .sanction(key("r"), Ban, vec![user("a")], Millis(10))
        .await
        .unwrap();
    store.delete_room(key("r")).await.unwrap();
    store.create_room(record(&key("r"))).await.unwrap();
    assert_eq!(store.sanctions(key("r")).await.unwrap(), []);
}

pub async fn a_silence_changes_only_what_it_names(bed: &impl Bed) {
    let store = bed.open().await;
    let bob = UserKey {
        app: APP,
        user: user("bob"),
    };
    assert_eq!(store.silence(bob.clone(), Some(Millis(1)), None).await.unwrap(), None);
    store
        .put_accounts(APP, vec![(user("bob"), Default::default())])
        .await
        .unwrap();
    store
        .silence(bob.clone(), Some(Millis(5)), None)
        .await
        .unwrap()
        .unwrap();
    let account = store
        .silence(bob.clone(), None, Some(Millis(7)))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (account.group_silent_until, account.c2c_silent_until),
        (Millis(5), Millis(7))
    );
    let account = store.silence(bob, Some(Millis(0)), None).await.unwrap().unwrap();
    assert_eq!(
        (account.group_silent_until, account.c2c_silent_until),
        (Millis(0), Millis(7))
    );
}

pub async fn rules_and_admins_are_kept(bed: &impl Bed) {
    let store = with_rooms(bed, &["r"]).await;
    let change = RulesChange {
        rate_per_s: Some(Some(5)),
        slow_mode_s: Some(3),
        guests: Some(false),
        ..Default::default()
    };
    store.change_rules(key("r"), change, Millis(9)).await.unwrap();
    let changed = store
        .change_admins(key("r"), vec![user("a"), user("b")], true, Millis(10))
        .await
        .unwrap();
    let Change::Changed(record) = changed else {
        panic!("{changed:?}")
    };
    assert_eq!(
        record.rules,
        RoomRules {
            rate_per_s: Some(5),
            slow_mode_s: 3,
            guests: false,
            ..Default::default()
        }
    );
    assert_eq!((record.admins.len(), record.changed), (2, Millis(10)));
    let six = (0..6).map(|n| user(&format!("x{n}"))).collect();
    let refused = store.change_admins(key("r"), six, true, Millis(11)).await.unwrap();
    assert!(matches!(refused, Change::Refused(_)));
    assert_eq!(
        store.room(key("r")).await.unwrap().unwrap(),
        *record,
        "nothing of it was done"
    );
}

pub async fn moderation_survives_a_restart(bed: &impl Bed) {
    let store = with_rooms(bed, &["r"]).await;
    store
        .put_accounts(APP, vec![(user("bob"), Default::default())])
        .await
        .unwrap();
    let bob = UserKey {
        app: APP,
        user: user("bob"),
    };
    store.silence(bob, Some(Millis(5)), Some(Millis(6))).await.unwrap();
    store
        .sanction(key("r"), Ban, vec![user("bob")], Millis(10))
        .await
        .unwrap();
    store
        .change_admins(key("r"), vec![user("a")], true, Millis(1))
        .await
        .unwrap();
    drop(store);
    let store = bed.open().await;
    assert_eq!(
        store.sanctions(key("r")).await.unwrap(),
        [(Ban, user("bob"), Millis(10))]
    );
    let account = store.accounts(APP, vec![user("bob")]).await.unwrap().remove(0).unwrap();
    assert_eq!(
        (account.group_silent_until, account.c2c_silent_until),
        (Millis(5), Millis(6))
    );
    assert!(store.room(key("r")).await.unwrap().unwrap().is_admin(&user("a")));
}

pub async fn the_rules_of_an_app_are_kept(bed: &impl Bed) {
    let store = bed.open().await;
    assert_eq!(store.app_rules().await.unwrap(), []);
    let rate = |rate_per_s| AppRules { rate_per_s };
    store.put_app_rules(APP, rate(Some(5))).await.unwrap();
    store.put_app_rules(OTHER_APP, rate(Some(6))).await.unwrap();
    store.put_app_rules(APP, rate(None)).await.unwrap();
    drop(store);
    let kept = bed.open().await.app_rules().await.unwrap();
    assert_eq!(kept, [(APP, rate(None)), (OTHER_APP, rate(Some(6)))]);
}
