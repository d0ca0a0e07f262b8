//! The table of commands. Everything that is not in it is refused at once (decision 21): a client must never wait for a
//! time-out.

use super::{
    call::{Call, Outcome},
    group, login, message, profile, quiet,
};
use tim::{answer::Refusal, codes};

/// The metrics' name for everything that is not in the table.
const UNKNOWN: &str = "unknown";

macro_rules! commands {
    ($($name:literal => $run:path),+ $(,)?) => {
        /// The names of all commands that are served.
        pub const NAMES: &[&str] = &[$($name),+];

        /// Runs a command.
        pub async fn run(call: &Call<'_>) -> Outcome {
            match call.head.servcmd.as_ref() {
                $($name => $run(call).await,)+
                other => Err(unknown(other)),
            }
        }
    };
}

commands! {
    // sessions
    "im_open_status.wslogin" => login::login,
    "im_open_status.wslogout" => login::logout,
    "im_open_status.wshello" => login::hello,
    // rooms
    "group_open_http_svc.create_group" => group::create,
    "group_open_http_svc.apply_join_group" => group::join,
    "group_open_http_noauth_svc.apply_join_group" => group::join_as_guest,
    "group_open_http_svc.quit_group" => group::quit,
    "group_open_http_svc.destroy_group" => group::destroy,
    "group_open_http_svc.modify_group_base_info" => group::modify,
    "group_open_http_svc.modify_group_member_info" => group::mute,
    "group_open_http_svc.get_specified_group_member_info" => group::members,
    "group_open_http_svc.ban_group_member" => group::ban,
    "group_open_http_svc.get_group_self_member_info" => group::self_info,
    "group_open_http_svc.get_group_public_info" => group::public_info,
    "group_open_http_svc.get_online_member_num" => group::online_number,
    "group_open_http_noauth_svc.get_online_member_num" => group::online_number,
    // messages
    "group_open_http_svc.send_group_msg" => message::send,
    "group_open_http_svc.group_msg_recall" => group::recall,
    "group_open_long_polling_http_svc.get_msg" => message::poll,
    "group_open_long_polling_http_noauth_svc.get_msg" => message::poll,
    // profiles
    "profile.portrait_get_all" => profile::get,
    "profile.portrait_set" => profile::set,
    // what the SDK asks at login although a live room has nothing of it (web-sdk-wire.md 3.3)
    "sns.black_list_get" => quiet::black_list,
    "sns.friend_get" => quiet::friends,
    "sns.pendency_get" => quiet::pendency,
    "sns.group_get" => quiet::friend_groups,
    "recentcontact.page_get" => quiet::contacts_page,
    "recentcontact.get_contact_group" => quiet::contact_groups,
    "recentcontact.search_contact_group" => quiet::nothing,
    "openim.authkey" => quiet::nothing,
    "openim.getmsg" => quiet::offline_messages,
    "openim.get_c2c_peer_mute_notifications" => quiet::mute_notifications,
    "openim.get_peer_read_time" => quiet::read_times,
    "openim.ws_msg_push_ack" => quiet::one_way,
    "group_open_http_svc.get_joined_group_list" => quiet::joined_groups,
    "million_group_open_http_svc.get_joined_group_list" => quiet::joined_groups,
    "im_sdk_config_mgr.fetch_config" => quiet::config,
    "im_sdk_config_mgr.fetch_imsdk_purchase_bitsv2" => quiet::purchase_bits,
}

/// Commands that are answered with nothing but success, before whatever waits in line, and need no login.
pub fn answered_at_once(servcmd: &str) -> bool {
    matches!(servcmd, "heartbeat.alive" | "imopenstat.tim_web_report_v2")
}

/// Whether a key in the head of this command must be good. Whoever leaves need not show one.
pub fn needs_session(servcmd: &str) -> bool {
    servcmd != "im_open_status.wslogout"
}

/// The name under which a command is counted: its own from the table, else one for all others.
pub fn name(servcmd: &str) -> &'static str {
    NAMES.iter().find(|name| **name == servcmd).copied().unwrap_or(UNKNOWN)
}

fn unknown(servcmd: &str) -> Refusal {
    let known: String = servcmd.chars().filter(|c| !c.is_control()).take(100).collect();
    Refusal::new(
        codes::group::UNKNOWN_COMMAND,
        format!("{known} is not served here; see docs/compatibility.md"),
    )
}
