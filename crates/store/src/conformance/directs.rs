//! Messages from user to user.

use super::{APP, Bed, OTHER_APP, expiry, user, user_key};
use crate::{DirectPage, Expiry, KeptDirect, NewDirect, Store, Stored, Withdrawal};
use room::{Content, DirectMessage, Millis, Person};
use std::sync::Arc;

const AT: u64 = 1_700_000_000_000;

fn message(from: &str, to: &str, n: u32) -> DirectMessage {
    DirectMessage {
        from: Person {
            user: user(from),
            number: 1,
            nick: "nick".into(),
            avatar: "".into(),
        },
        to: user(to),
        seq: n,
        random: n * 10,
        client_time: 7,
        at: Millis(AT + u64::from(n) * 1000),
        content: Content {
            elements: format!("[{n}]").into(),
            extra: "e".into(),
        },
    }
}

fn waiting(message: DirectMessage) -> NewDirect {
    NewDirect {
        message,
        keep_until: Millis(AT * 2),
    }
}

async fn put(store: &Arc<dyn Store>, messages: impl IntoIterator<Item = DirectMessage>) -> Vec<u64> {
    let messages = messages.into_iter().map(waiting).collect();
    let stored = store.put_directs(APP, messages).await.unwrap();
    let id = |stored: &Stored| match stored {
        Stored::New(id) => *id,
        Stored::Repeat(earlier) => panic!("a repeat of {earlier:?}"),
    };
    stored.iter().map(id).collect()
}

async fn inbox(store: &Arc<dyn Store>, name: &str) -> Vec<u32> {
    let kept = store.waiting_directs(user_key(name), 0, Millis(AT), 100).await.unwrap();
    kept.iter().map(|kept| kept.message.seq).collect()
}

fn seqs(kept: &[KeptDirect]) -> Vec<u32> {
    kept.iter().map(|kept| kept.message.seq).collect()
}

const ALL: DirectPage = DirectPage {
    before: None,
    from: Millis(0),
    to: Millis(u64::MAX),
    most: 100,
};

pub async fn what_waits_comes_in_order_and_once(bed: &impl Bed) {
    let store = bed.open().await;
    let ids = put(&store, (1..=5).map(|n| message("a", "b", n))).await;
    put(&store, [message("b", "a", 9)]).await;
    let first = store.waiting_directs(user_key("b"), 0, Millis(AT), 2).await.unwrap();
    assert_eq!(seqs(&first), [1, 2]);
    assert_eq!(first[0].message, message("a", "b", 1));
    let next = store
        .waiting_directs(user_key("b"), first[1].id, Millis(AT), 9)
        .await
        .unwrap();
    assert_eq!(seqs(&next), [3, 4, 5]);
    store.delivered_directs(user_key("b"), 0, ids[1]).await.unwrap();
    store.delivered_directs(user_key("b"), ids[3], ids[3]).await.unwrap();
    assert_eq!(inbox(&store, "b").await, [3, 5]);
    assert_eq!(inbox(&store, "a").await, [9], "of somebody else");
    assert_eq!(inbox(&store, "nobody").await, [0; 0]);
}

pub async fn what_waits_survives_a_restart_and_ends_with_its_time(bed: &impl Bed) {
    let store = bed.open().await;
    let short = NewDirect {
        message: message("a", "b", 1),
        keep_until: Millis(AT + 60_000),
    };
    store
        .put_directs(APP, vec![short, waiting(message("a", "b", 3))])
        .await
        .unwrap();
    drop(store);
    let store = bed.open().await;
    assert_eq!(inbox(&store, "b").await, [1, 3]);
    let later = store
        .waiting_directs(user_key("b"), 0, Millis(AT + 60_000), 9)
        .await
        .unwrap();
    assert_eq!(seqs(&later), [3]);
}

pub async fn a_repeat_is_not_kept_again(bed: &impl Bed) {
    let store = bed.open().await;
    put(&store, [message("a", "b", 1)]).await;
    let mut again = message("a", "b", 1);
    again.at = again.at.plus(1_000);
    assert_eq!(
        store.repeated_direct(APP, again.clone()).await.unwrap(),
        Some(message("a", "b", 1))
    );
    let stored = store.put_directs(APP, vec![waiting(again.clone())]).await.unwrap();
    assert_eq!(stored, [Stored::Repeat(Box::new(message("a", "b", 1)))]);
    let mut other = again.clone();
    other.content.elements = "[\"other\"]".into();
    let mut late = again.clone();
    late.at = Millis(message("a", "b", 1).at.0 + 300_000);
    for new in [other, late, message("b", "a", 1)] {
        assert_eq!(store.repeated_direct(APP, new).await.unwrap(), None);
    }
    assert_eq!(store.repeated_direct(OTHER_APP, again).await.unwrap(), None);
    assert_eq!(inbox(&store, "b").await, [1]);
}

pub async fn a_conversation_is_read_backwards_in_pages(bed: &impl Bed) {
    let store = bed.open().await;
    put(&store, (1..=4).map(|n| message("a", "b", n))).await;
    put(&store, [message("b", "a", 5), message("a", "c", 6)]).await;
    let between = async |page| store.directs_between(APP, user("a"), user("b"), page).await.unwrap();
    assert_eq!(seqs(&between(ALL).await), [5, 4, 3, 2, 1]);
    let first = between(DirectPage { most: 2, ..ALL }).await;
    assert_eq!(seqs(&first), [5, 4]);
    let before = Some(first[1].message.name());
    assert_eq!(seqs(&between(DirectPage { before, most: 2, ..ALL }).await), [3, 2]);
    // Its own side of the conversation names a place too.
    let before = Some(first[0].message.name());
    assert_eq!(seqs(&between(DirectPage { before, ..ALL }).await), [4, 3, 2, 1]);
    let (from, to) = (message("a", "b", 2).at, message("a", "b", 3).at);
    assert_eq!(seqs(&between(DirectPage { from, to, ..ALL }).await), [3, 2]);
    let other = store
        .directs_between(OTHER_APP, user("a"), user("b"), ALL)
        .await
        .unwrap();
    assert_eq!(other, []);
}

pub async fn a_message_is_taken_back_once_and_in_time(bed: &impl Bed) {
    let store = bed.open().await;
    let kept = message("a", "b", 1);
    put(&store, [kept.clone()]).await;
    let withdraw = async |from: &str, to: &str, since| {
        let withdrawn = store
            .withdraw_direct(APP, user(from), user(to), kept.name(), since)
            .await;
        withdrawn.unwrap()
    };
    assert_eq!(withdraw("b", "a", Millis(0)).await, Withdrawal::Unknown, "not his");
    assert_eq!(withdraw("a", "b", kept.at.plus(1)).await, Withdrawal::TooLate);
    assert_eq!(
        withdraw("a", "b", kept.at).await,
        Withdrawal::Done(Box::new(kept.clone()))
    );
    assert_eq!(withdraw("a", "b", kept.at).await, Withdrawal::Repeated);
    assert_eq!(inbox(&store, "b").await, [0; 0]);
    let page = store.directs_between(APP, user("b"), user("a"), ALL).await.unwrap();
    assert!(page[0].withdrawn);
}

pub async fn what_was_read_is_not_unread(bed: &impl Bed) {
    let store = bed.open().await;
    put(&store, (1..=3).map(|n| message("a", "b", n))).await;
    put(&store, [message("c", "b", 4)]).await;
    assert_eq!(store.unread_directs(user_key("b"), 100).await.unwrap(), 4);
    assert_eq!(store.unread_directs(user_key("b"), 3).await.unwrap(), 3);
    let until = message("a", "b", 2).at.secs();
    let read =
        async |reader: &str, peer: &str, until| store.read_directs(APP, user(reader), user(peer), until).await.unwrap();
    assert!(read("b", "a", until).await);
    assert!(
        !read("b", "a", until - 1).await && !read("b", "a", until).await,
        "nothing new"
    );
    assert!(
        !read("a", "b", until).await && !read("b", "nobody", until).await,
        "nothing was written"
    );
    assert_eq!(
        store.directs_read_until(APP, user("b"), user("a")).await.unwrap(),
        until
    );
    assert_eq!(store.directs_read_until(APP, user("a"), user("b")).await.unwrap(), 0);
    assert_eq!(store.unread_directs(user_key("b"), 100).await.unwrap(), 2);
}

pub async fn what_is_unread_is_counted_until_it_is_read(bed: &impl Bed) {
    let store = bed.open().await;
    let ids = put(&store, (1..=4).map(|n| message("a", "b", n))).await;
    put(&store, [message("b", "a", 5), message("c", "b", 6)]).await;
    let unread = async |now| {
        let unread = store.unread_by_peer(user_key("b"), Millis(now), 10).await.unwrap();
        unread.into_iter().map(|one| (one.from, one.count)).collect::<Vec<_>>()
    };
    assert_eq!(unread(AT).await, [(user("a"), 4), (user("c"), 1)]);
    store.delivered_directs(user_key("b"), 0, ids[3]).await.unwrap();
    assert_eq!(unread(AT).await.len(), 2, "delivered is not read");
    let until = message("a", "b", 3).at.secs();
    store.read_directs(APP, user("b"), user("a"), until).await.unwrap();
    assert_eq!(unread(AT).await, [(user("a"), 1), (user("c"), 1)]);
    assert_eq!(unread(AT * 2).await, [], "their time is over");
}

pub async fn the_newest_of_each_conversation_is_known(bed: &impl Bed) {
    let store = bed.open().await;
    let messages = [
        message("a", "b", 1),
        message("c", "a", 2),
        message("b", "a", 3),
        message("b", "c", 4),
        message("a", "c", 5),
    ];
    put(&store, messages).await;
    // What c has read of a's, and not what a has read of c's.
    for (reader, peer, n) in [("c", "a", 5), ("a", "c", 2)] {
        let until = message(peer, reader, n).at.secs();
        store.read_directs(APP, user(reader), user(peer), until).await.unwrap();
    }
    let newest = async |name: &str, most| {
        let newest = store.newest_by_peer(user_key(name), most).await.unwrap();
        newest
            .iter()
            .map(|one| (one.kept.message.seq, one.read_until_s))
            .collect::<Vec<_>>()
    };
    let read = message("a", "c", 5).at.secs();
    assert_eq!(newest("a", 10).await, [(5, read), (3, 0)]);
    assert_eq!(newest("a", 1).await, [(5, read)]);
    assert_eq!(newest("c", 10).await, [(5, message("c", "a", 2).at.secs()), (4, 0)]);
    assert_eq!(newest("nobody", 1).await, []);
}

pub async fn a_deleted_account_leaves_no_messages(bed: &impl Bed) {
    let store = bed.open().await;
    for name in ["a", "b"] {
        store
            .put_accounts(APP, vec![(user(name), Default::default())])
            .await
            .unwrap();
    }
    put(
        &store,
        [message("a", "b", 1), message("b", "a", 2), message("a", "c", 3)],
    )
    .await;
    store.read_directs(APP, user("b"), user("a"), 9).await.unwrap();
    store.delete_account(user_key("b")).await.unwrap();
    assert_eq!(store.directs_between(APP, user("a"), user("b"), ALL).await.unwrap(), []);
    assert_eq!(store.directs_read_until(APP, user("b"), user("a")).await.unwrap(), 0);
    assert_eq!(inbox(&store, "c").await, [3]);
}

pub async fn old_messages_are_swept(bed: &impl Bed) {
    let store = bed.open().await;
    put(&store, (1..=3).map(|n| message("a", "b", n))).await;
    let directs = message("a", "b", 2).at;
    store.sweep(Millis(AT), Expiry { directs, ..expiry(0) }).await.unwrap();
    assert_eq!(inbox(&store, "b").await, [2, 3]);
}
