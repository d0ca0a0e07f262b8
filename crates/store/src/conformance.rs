//! What every [`Store`] does, as tests. An implementation passes them with [`store_conformance!`](crate::store_conformance).
//!
//! Each test gets a [`Bed`] of its own with nothing in it. Dropping a store without more is what a crash looks like from
//! here; that answered writes outlive the process itself is for each implementation to show.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is how a test fails, and this is a test suite"
)]
#![allow(
    clippy::missing_panics_doc,
    missing_docs,
    reason = "a test's name is a sentence that says what it shows"
)]

pub mod accounts;
pub mod directs;
pub mod history;
pub mod numbering;
pub mod rooms;
pub mod sanctions;
pub mod sessions;
pub mod shared;
pub mod tallies;

use crate::{Expiry, Store};
use async_trait::async_trait;
use room::{AppId, Millis, RoomId, RoomKey, RoomRecord, UserId, UserKey};
use std::{collections::BTreeMap, sync::Arc};

/// A place where a store keeps its state.
#[async_trait]
pub trait Bed: Send + Sync {
    /// Opens the store. A second call comes after the first store was dropped, and finds what was answered before.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Makes a test of every function of the suite. The argument is an expression that makes a new [`Bed`]; the caller's
/// crate needs tokio with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! store_conformance {
    ($bed:expr) => {
        $crate::store_conformance! { @each $bed;
            accounts {
                the_secret_is_made_once
                accounts_are_answered_in_the_given_order
                a_patch_changes_only_what_it_sets
                a_user_named_twice_gets_both_patches_in_order
                numbers_are_never_given_twice
                apps_share_no_accounts
                an_account_is_deleted_once
                not_before_keeps_the_later
                a_hundred_parallel_logins_make_one_account
                accounts_survive_a_restart
            }
            rooms {
                a_room_is_created_once
                a_record_comes_back_as_it_was
                what_does_not_exist_is_not_found
                a_change_is_one_step
                a_refused_change_changes_nothing
                of_a_hundred_parallel_creations_one_wins
                parallel_changes_are_all_kept
                whoever_was_answered_finds_his_write
                pages_follow_the_order_of_creation
                a_change_between_two_pages_skips_and_repeats_nothing
                a_deleted_rooms_id_starts_afresh
                rooms_survive_a_restart
                a_store_that_works_answers_a_ping
                a_users_rooms_are_counted
            }
            sanctions {
                sanctions_are_kept_per_room_and_kind
                a_sanction_on_an_unknown_room_is_none
                what_has_ended_is_swept
                sanctions_go_with_their_room
                a_silence_changes_only_what_it_names
                rules_and_admins_are_kept
                the_rules_of_an_app_are_kept
                moderation_survives_a_restart
            }
            numbering {
                the_first_number_is_one
                blocks_follow_each_other
                rooms_and_apps_number_for_themselves
                an_extension_is_contiguous
                the_next_number_is_known_before_it_is_given
                without_an_epoch_there_is_nothing_to_extend
                too_many_numbers_are_an_error_and_change_nothing
                numbers_are_returned_by_the_newest_epoch_only
                only_the_epochs_own_numbers_can_be_returned
                a_clean_stop_leaves_no_hole
                a_crash_gives_no_number_twice
                numbering_outlives_the_room
                parallel_reservations_do_not_overlap
                no_number_is_given_twice_whatever_happens
            }
            sessions {
                a_revocation_is_of_one_app_and_session
                revocations_are_kept_until_their_time_is_over
                the_later_end_of_a_revocation_stays
                membership_changes_happen_in_order
                joining_again_replaces_the_place
                a_session_that_ends_is_in_no_room
                a_membership_needs_its_room
                a_batch_that_fails_leaves_nothing
                old_memberships_are_swept
                sessions_survive_a_restart
            }
            history {
                entries_come_back_oldest_first
                of_each_room_the_newest_stay
                entries_of_missing_rooms_are_left_out
                an_entry_written_twice_is_there_once
                every_kind_of_event_comes_back_as_it_was
                history_survives_a_restart
                a_deleted_entry_is_gone_and_stays_gone
            }
            tallies {
                minutes_are_added_up_and_read_by_time
                an_account_that_was_cut_off_has_a_hole
                an_account_that_was_ended_has_none
                an_account_outlives_its_room_until_it_is_old
                accounts_survive_a_restart
            }
            shared {
                attributes_change_in_one_step
                of_parallel_writers_of_one_version_one_wins
                parallel_increments_are_all_counted
                what_is_shared_goes_with_its_room_and_survives_a_restart
                robots_come_go_and_expire
            }
            directs {
                what_waits_comes_in_order_and_once
                what_waits_survives_a_restart_and_ends_with_its_time
                a_repeat_is_not_kept_again
                a_conversation_is_read_backwards_in_pages
                a_message_is_taken_back_once_and_in_time
                what_was_read_is_not_unread
                what_is_unread_is_counted_until_it_is_read
                the_newest_of_each_conversation_is_known
                a_deleted_account_leaves_no_messages
                old_messages_are_swept
            }
        }
    };
    (@each $bed:expr; $($module:ident { $($name:ident)* })*) => { $(mod $module { use super::*; $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            $crate::conformance::$module::$name(&$bed).await;
        }
    )* })* };
}

/// Forgets memberships from before this time, and nothing of accounts.
fn expiry(memberships: u64) -> Expiry {
    Expiry {
        memberships: Millis(memberships),
        tallies_s: 0,
        directs: Millis(0),
    }
}

const APP: AppId = AppId(1_400_000_001);
const OTHER_APP: AppId = AppId(u32::MAX);

fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

fn user_key(name: &str) -> UserKey {
    UserKey {
        app: APP,
        user: user(name),
    }
}

fn key(name: &str) -> RoomKey {
    RoomKey {
        app: APP,
        room: RoomId::new(name).unwrap(),
    }
}

fn record(key: &RoomKey) -> RoomRecord {
    RoomRecord {
        key: key.clone(),
        owner: None,
        name: "name".into(),
        introduction: String::new(),
        notification: String::new(),
        avatar: String::new(),
        mute_all: false,
        join_option: "FreeAccess".into(),
        custom: BTreeMap::new(),
        admins: Default::default(),
        rules: Default::default(),
        created: Millis(1),
        changed: Millis(1),
        version: 0,
    }
}

/// A store with these rooms in it.
async fn with_rooms(bed: &impl Bed, names: &[&str]) -> Arc<dyn Store> {
    let store = bed.open().await;
    for name in names {
        store.create_room(record(&key(name))).await.unwrap();
    }
    store
}

/// Runs `count` calls at the same time and answers what they answered.
async fn parallel<T, F>(store: &Arc<dyn Store>, count: u64, call: impl Fn(Arc<dyn Store>, u64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|n| tokio::spawn(call(Arc::clone(store), n))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}
