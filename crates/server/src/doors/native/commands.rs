//! The table of requests (docs/protocol.md). A request that is not in it is refused; nothing answers with a fake success.

use super::{
    call::{Call, Outcome},
    moderation, people,
    refusal::{self, Reason},
    room, session, shared, talk,
};

macro_rules! requests {
    ($($op:literal => $run:path,)+) => {
        /// All requests.
        pub const ALL: &[&str] = &[$($op),+];

        /// The name of a request for metrics, which must not come from outside.
        pub fn name(op: &str) -> &'static str {
            match op {
                $($op => $op,)+
                _ => "unknown",
            }
        }

        /// Works on a request.
        pub async fn run(call: &Call<'_>, op: &str) -> Outcome {
            match op {
                // Each in a box of its own, so that none pays for the largest.
                $($op => Box::pin($run(call)).await,)+
                _ => Err(refusal::of(Reason::Unknown)),
            }
        }
    };
}

requests! {
    "login" => session::login,
    "resume" => session::resume,
    "guest" => session::guest,
    "logout" => session::logout,
    "ping" => session::ping,
    "join" => room::join,
    "leave" => room::leave,
    "room" => room::look,
    "create" => room::create,
    "update" => room::update,
    "dismiss" => room::dismiss,
    "send" => talk::send,
    "like" => talk::like,
    "likes" => talk::likes,
    "recall" => talk::recall,
    "delete" => talk::delete,
    "attributes" => shared::attributes,
    "set_attributes" => shared::set_attributes,
    "replace_attributes" => shared::replace_attributes,
    "delete_attributes" => shared::delete_attributes,
    "counters" => shared::counters,
    "set_counters" => shared::set_counters,
    "add_counters" => shared::add_counters,
    "members" => people::members,
    "profiles" => people::profiles,
    "set_profile" => people::set_profile,
    "mute" => moderation::mute,
    "ban" => moderation::ban,
    "unban" => moderation::unban,
    "remove" => moderation::remove,
    "admins" => moderation::admins,
    "rules" => moderation::rules,
    "sanctioned" => moderation::sanctioned,
    "held" => moderation::held,
    "judge" => moderation::judge,
    "tally" => moderation::tally,
}
