//! Accounts and the secret.

use super::{APP, Bed, OTHER_APP, parallel, user, user_key};
use crate::{Account, Store};
use room::{AppId, FieldValue, Profile, UserId, UserKey, profile::ProfilePatch};
use std::{collections::HashSet, sync::Arc};

fn nick(name: &str) -> ProfilePatch {
    ProfilePatch {
        nick: Some(name.into()),
        ..Default::default()
    }
}

async fn put(store: &Arc<dyn Store>, app: AppId, name: &str) -> Account {
    store
        .put_accounts(app, vec![(user(name), ProfilePatch::default())])
        .await
        .unwrap()
        .remove(0)
}

async fn get(store: &Arc<dyn Store>, name: &str) -> Option<Account> {
    store.accounts(APP, vec![user(name)]).await.unwrap().remove(0)
}

pub async fn the_secret_is_made_once(bed: &impl Bed) {
    let store = bed.open().await;
    let answers = parallel(&store, 20, |store, _| async move { store.secret().await.unwrap() }).await;
    let secret = answers[0];
    assert_ne!(secret, [0; 32]);
    assert!(answers.iter().all(|other| *other == secret));
    drop(store);
    assert_eq!(bed.open().await.secret().await.unwrap(), secret);
}

pub async fn accounts_are_answered_in_the_given_order(bed: &impl Bed) {
    let store = bed.open().await;
    let users = |names: [&str; 3]| names.map(|name| (user(name), ProfilePatch::default())).to_vec();
    let names = |accounts: &[Account]| -> Vec<UserId> { accounts.iter().map(|a| a.key.user.clone()).collect() };
    let made = store.put_accounts(APP, users(["c", "a", "b"])).await.unwrap();
    assert_eq!(names(&made), [user("c"), user("a"), user("b")]);
    let again = store.put_accounts(APP, users(["a", "b", "c"])).await.unwrap();
    assert_eq!(again, [made[1].clone(), made[2].clone(), made[0].clone()]);
    let read = store
        .accounts(APP, vec![user("b"), user("nobody"), user("c"), user("b")])
        .await
        .unwrap();
    assert_eq!(
        read,
        [
            Some(made[2].clone()),
            None,
            Some(made[0].clone()),
            Some(made[2].clone())
        ]
    );
    assert!(store.put_accounts(APP, vec![]).await.unwrap().is_empty());
    assert!(store.accounts(APP, vec![]).await.unwrap().is_empty());
}

pub async fn a_patch_changes_only_what_it_sets(bed: &impl Bed) {
    let store = bed.open().await;
    let fresh = put(&store, APP, "a").await;
    assert_eq!((fresh.profile, fresh.not_before_s), (Profile::default(), 0));
    let fields = [
        ("Tag_Birth".to_owned(), FieldValue::Number(u64::MAX)),
        ("Tag_City".into(), FieldValue::Text("7".into())),
    ];
    let patch = ProfilePatch {
        avatar: Some("https://x/ü.png".into()),
        fields: fields.into(),
        ..nick("Ann 名")
    };
    let set = store
        .put_accounts(APP, vec![(user("a"), patch.clone())])
        .await
        .unwrap()
        .remove(0);
    let mut expected = Profile::default();
    expected.apply(&patch);
    assert_eq!((set.number, &set.profile), (fresh.number, &expected));
    let next = ProfilePatch {
        fields: [("Tag_City".to_owned(), FieldValue::Text(String::new()))].into(),
        ..nick("")
    };
    let changed = store
        .put_accounts(APP, vec![(user("a"), next.clone())])
        .await
        .unwrap()
        .remove(0);
    expected.apply(&next);
    assert_eq!(changed.profile, expected);
    assert_eq!(changed.profile.avatar, "https://x/ü.png");
    assert_eq!(put(&store, APP, "a").await, changed);
    assert_eq!(get(&store, "a").await, Some(changed));
}

pub async fn a_user_named_twice_gets_both_patches_in_order(bed: &impl Bed) {
    let store = bed.open().await;
    let avatar = ProfilePatch {
        avatar: Some("url".into()),
        ..Default::default()
    };
    let users = vec![
        (user("a"), nick("first")),
        (user("a"), avatar),
        (user("a"), nick("last")),
    ];
    let made = store.put_accounts(APP, users).await.unwrap();
    assert!(made.iter().all(|account| account.number == made[0].number));
    let kept = get(&store, "a").await.unwrap();
    assert_eq!(
        (kept.profile.nick.as_str(), kept.profile.avatar.as_str()),
        ("last", "url")
    );
    assert_eq!(made[2], kept);
}

pub async fn numbers_are_never_given_twice(bed: &impl Bed) {
    let mut numbers = Vec::new();
    for round in 0..3 {
        let store = bed.open().await;
        numbers.push(put(&store, APP, &format!("stays-{round}")).await.number);
        // the newest one is deleted, within a run and right before the end of one
        for _ in 0..2 {
            numbers.push(put(&store, APP, "goes").await.number);
            assert!(store.delete_account(user_key("goes")).await.unwrap());
        }
    }
    assert_eq!(
        numbers.iter().collect::<HashSet<_>>().len(),
        numbers.len(),
        "{numbers:?}"
    );
}

pub async fn apps_share_no_accounts(bed: &impl Bed) {
    let store = bed.open().await;
    let (here, there) = (put(&store, APP, "a").await, put(&store, OTHER_APP, "a").await);
    assert_ne!(here.number, there.number);
    let elsewhere = UserKey {
        app: OTHER_APP,
        user: user("a"),
    };
    store
        .put_accounts(OTHER_APP, vec![(user("a"), nick("there"))])
        .await
        .unwrap();
    store.set_not_before(elsewhere.clone(), 5).await.unwrap();
    assert_eq!(get(&store, "a").await, Some(here.clone()));
    store.delete_account(elsewhere).await.unwrap();
    assert_eq!(get(&store, "a").await, Some(here));
}

pub async fn an_account_is_deleted_once(bed: &impl Bed) {
    let store = bed.open().await;
    assert!(!store.delete_account(user_key("a")).await.unwrap());
    store.put_accounts(APP, vec![(user("a"), nick("Ann"))]).await.unwrap();
    store.set_not_before(user_key("a"), 9).await.unwrap();
    assert!(store.delete_account(user_key("a")).await.unwrap());
    assert!(!store.delete_account(user_key("a")).await.unwrap());
    assert_eq!(get(&store, "a").await, None);
    let again = put(&store, APP, "a").await;
    assert_eq!((again.profile, again.not_before_s), (Profile::default(), 0));
}

pub async fn not_before_keeps_the_later(bed: &impl Bed) {
    let store = bed.open().await;
    assert!(!store.set_not_before(user_key("a"), 10).await.unwrap());
    assert_eq!(get(&store, "a").await, None);
    put(&store, APP, "a").await;
    for (set, kept) in [(10, 10), (7, 10), (10, 10), (11, 11)] {
        assert!(store.set_not_before(user_key("a"), set).await.unwrap());
        assert_eq!(get(&store, "a").await.unwrap().not_before_s, kept);
    }
    assert_eq!(put(&store, APP, "a").await.not_before_s, 11);
}

pub async fn a_hundred_parallel_logins_make_one_account(bed: &impl Bed) {
    let store = bed.open().await;
    let made = parallel(&store, 100, |store, _| async move { put(&store, APP, "a").await }).await;
    assert!(made.iter().all(|account| *account == made[0]));
}

pub async fn accounts_survive_a_restart(bed: &impl Bed) {
    let store = bed.open().await;
    store.put_accounts(APP, vec![(user("a"), nick("Ann"))]).await.unwrap();
    store.set_not_before(user_key("a"), 9).await.unwrap();
    let before = get(&store, "a").await;
    drop(store);
    assert_eq!(get(&bed.open().await, "a").await, before);
}
