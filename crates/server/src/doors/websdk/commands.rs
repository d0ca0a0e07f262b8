//! The table of commands: one row for each. It drives what is run, what is refused, who may ask, and
//! `docs/compatibility.md`. Everything that is not in it is refused at once (decision 21): a client must never wait for a
//! time-out.

use super::{
    call::{Call, Outcome},
    direct, group, login, message, profile, quiet, shared, status,
};
use std::pin::Pin;
use tim::{
    answer::Refusal,
    codes::{self, group as code},
};

/// The metrics' name for everything that is not in the table.
const UNKNOWN: &str = "unknown";

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A command.
pub struct Command {
    /// `service.command`.
    pub name: &'static str,
    /// Who may ask.
    pub who: Who,
    /// What it does.
    pub does: Does,
    /// The SDK's calls that send it; empty for what an SDK asks by itself.
    pub calls: &'static str,
    /// For the documents: what is particular here.
    pub note: &'static str,
}

/// Who may ask. Finer rights are the application's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever is connected, logged in or not.
    Anybody,
    /// Whoever is logged in.
    User,
}

/// What a command does.
pub enum Does {
    /// It is served.
    Run(for<'a, 'b> fn(&'a Call<'b>) -> Running<'a>),
    /// A live room does not have it: it is refused as the vendor does.
    Refuse {
        /// With this code.
        code: i32,
        /// And this text.
        why: &'static str,
    },
}

/// LR-M10, LR-M13, decision 15.
const NO_MEMBERS: &str = "a live room has no list of members that could be added to or changed";
/// LR-S1.
const NO_HISTORY: &str = "a live room keeps no history that could be read back";

macro_rules! commands {
    ($($name:literal, $who:ident, $does:ident($($what:expr),+), $calls:literal, $note:literal;)+) => {
        /// All commands.
        pub const ALL: &[Command] = &[$(Command {
            name: $name,
            who: Who::$who,
            does: commands!(@$does $($what),+),
            calls: $calls,
            note: $note,
        }),+];
    };
    (@run $path:expr) => { Does::Run(|call| Box::pin($path(call))) };
    (@refuse $code:expr, $why:expr) => { Does::Refuse { code: $code, why: $why } };
}

commands! {
    // sessions
    "im_open_status.wslogin", Anybody, run(login::login), "`login`, and the return after a lost connection", "";
    "im_open_status.wslogout", Anybody, run(login::logout), "`logout`", "";
    "im_open_status.wshello", User, run(login::hello), "", "presence";
    // rooms
    "group_open_http_svc.create_group", User, run(group::create), "`createGroup`", "for `AVChatRoom`; another type: 10004, with the name of the supported one";
    "million_group_open_http_svc.create_group", User, run(group::create), "`createGroup` of a community", "10004, with the name of the supported type";
    "group_open_http_svc.apply_join_group", User, run(group::join), "`joinGroup`",
        "again: success; unknown room 10010, impossible id 10015; banned 10007; a 21st room in one session 10037";
    "group_open_http_noauth_svc.apply_join_group", Anybody, run(group::join_as_guest), "`joinGroup` without login", "only where the room lets guests in, else 10007";
    "group_open_http_svc.quit_group", User, run(group::quit), "`quitGroup`", "the owner: 10009; not in it: 10007";
    "group_open_http_svc.destroy_group", User, run(group::destroy), "`dismissGroup`", "the owner only, else 10007";
    "group_open_http_svc.get_group_self_member_info", User, run(group::self_info), "`getGroupProfile`", "";
    "group_open_http_svc.get_group_public_info", User, run(group::public_info), "`searchGroupByID`", "";
    "group_open_http_svc.modify_group_base_info", User, run(group::modify), "`updateGroupProfile`", "owner and admins, else 10007";
    "group_open_http_svc.get_online_member_num", Anybody, run(group::online_number), "`getGroupOnlineMemberCount`", "";
    "group_open_http_noauth_svc.get_online_member_num", Anybody, run(group::online_number), "the same for guests", "";
    "group_open_http_svc.get_joined_group_list", User, run(quiet::joined_groups), "`getGroupList`", "live rooms do not stand in it; the SDK adds the one it joined";
    "million_group_open_http_svc.get_joined_group_list", User, run(quiet::joined_groups), "", "";
    // members
    "group_open_avchatroom_http_svc.get_members", User, run(shared::members), "`getGroupMemberList`", "members only, else 10007; the newest 1,000, 500 per page";
    "group_open_http_svc.get_group_member_info", User, run(shared::members_as_ordinary), "`getGroupMemberList` before the feature bits came", "the newest 500";
    "group_open_avchatroom_http_svc.modify_user_info", User, run(shared::mark), "`markGroupMemberList`", "owner and admins, else 10007; marks from 1000";
    "group_open_http_svc.modify_group_member_info", User, run(group::change_member), "`setGroupMemberMuteTime`, `setGroupMemberRole` (v3)",
        "mute: the owner on everybody, admins on ordinary members, else 10007; role: the owner only, at most 5 admins (10004); anything else 10007";
    "group_open_http_svc.get_specified_group_member_info", User, run(group::members), "what v2 asks after a mute", "";
    "group_open_http_svc.ban_group_member", User, run(group::ban), "`deleteGroupMember` with `duration`", "a ban; the same rights as mute; the banned user's `joinGroup`: 10007";
    "group_open_http_svc.delete_group_member", User, refuse(code::PARAMETER, "a live room has no delete_group_member; ban the member instead"), "`deleteGroupMember` without `duration`", "";
    "group_open_http_svc.add_group_member", User, refuse(code::DENIED, NO_MEMBERS), "`addGroupMember`", "the SDKs refuse it by themselves: 2661";
    "group_open_http_svc.change_group_owner", User, refuse(code::DENIED, NO_MEMBERS), "`changeGroupOwner`", "the SDKs refuse it by themselves: 2620";
    // messages
    "group_open_http_svc.send_group_msg", User, run(message::send), "`sendMessage` to a room",
        "not in the room 10007, muted 10017, slow mode 10023, a word, link or repeat that the room refuses 80001, refused by the backend 10016 or its own code, longer than 12,288 bytes 80002";
    "group_open_http_svc.group_msg_recall", User, run(group::recall), "`revokeMessage` in a room",
        "the sender for two minutes (10031), owner and admins always; v3 emits `MESSAGE_REVOKED`, v2 has no event for it; 10033 where the app says `recall = false`";
    "group_open_long_polling_http_svc.get_msg", User, run(message::poll), "receiving by polling", "members where `delivery = \"poll\"`";
    "group_open_long_polling_http_noauth_svc.get_msg", Anybody, run(message::poll), "the same for guests", "";
    "group_open_http_svc.modify_group_msg", User, refuse(code::DENIED, "messages of a live room cannot be changed"), "`modifyMessage`", "the SDKs refuse it by themselves: 2481";
    "group_open_http_svc.delete_group_ramble_msg_by_seq", User, refuse(code::DELETE_NOT_IN_LIVE_ROOMS, "messages of a live room cannot be deleted for oneself"), "`deleteMessage` in a room", "";
    "group_open_http_svc.group_msg_get", User, refuse(code::NO_HISTORY, NO_HISTORY), "`getMessageList` of a room", "the SDKs answer an empty list by themselves";
    // what members share
    "group_open_http_svc.set_group_attr", User, run(shared::set_attributes), "`initGroupAttributes`", "members (app setting `members_share`), else 10007; a change in between 10056; 10045 to 10049 at the limits";
    "group_open_http_svc.modify_group_attr", User, run(shared::modify_attributes), "`setGroupAttributes`", "the same";
    "group_open_http_svc.delete_group_attr", User, run(shared::delete_attributes), "`deleteGroupAttributes`", "an unknown key: 10050";
    "group_open_http_svc.clear_group_attr", User, run(shared::clear_attributes), "`deleteGroupAttributes` without keys", "";
    "group_open_attr_http_svc.get_group_attr", User, run(shared::attributes), "`getGroupAttributes`", "members only, else 10007";
    "group_open_http_svc.update_group_counter", User, run(shared::update_counters), "`setGroupCounters`, `increaseGroupCounter`, `decreaseGroupCounter`",
        "members (`members_share`), else 10007; a room is told up to five times per second, of each counter its last value";
    "group_open_http_svc.get_group_counter", User, run(shared::counters), "`getGroupCounters`", "members only, else 10007";
    // messages to users
    "openim.sendmsg", User, run(direct::send), "`sendMessage` to a user",
        "unknown receiver 20003, silenced 20012, refused by the backend 20006 or its own code, too long 80002, more than 100 per minute 60018";
    "openim.getmsg", User, run(direct::unread), "what is unread, at login", "told as the conversation's unread messages; `getMessageList` shows them";
    "openim.getroammsg", User, run(direct::history), "`getMessageList` of a user", "seven days";
    "openim.msgwithdraw", User, run(direct::withdraw), "`revokeMessage` to a user", "the sender for two minutes (20016); again 20023; unknown 20022";
    "openim.msgreaded", User, run(direct::read), "`setMessageRead`", "the peer emits `MESSAGE_READ_BY_PEER`";
    "openim.get_peer_read_time", User, run(direct::read_times), "", "";
    "openim.ws_msg_push_ack", User, run(direct::received), "", "one way";
    // profiles and states
    "profile.portrait_get_all", User, run(profile::get), "`getMyProfile`, `getUserProfile`", "";
    "profile.portrait_set", User, run(profile::set), "`updateMyProfile`", "one's own only, custom fields too; unknown tag 40009, too long 40601";
    "im_open_status.ws_set_custom_status", User, run(status::set), "`setSelfStatus`", "until the last session ends; up to 256 bytes";
    "im_open_status.ws_get_user_status", User, run(status::get), "`getUserStatus`", "up to 500";
    "im_open_status.ws_status_subscribe", User, run(status::watch), "`subscribeUserStatus`", "up to 200 per session";
    "im_open_status.ws_status_unsubscribe", User, run(status::unwatch), "`unsubscribeUserStatus`", "";
    // what the SDK asks at login although a live room has nothing of it (web-sdk-wire.md 3.3)
    "sns.black_list_get", User, run(quiet::black_list), "", "none";
    "sns.friend_get", User, run(quiet::friends), "", "none";
    "sns.pendency_get", User, run(quiet::pendency), "", "none";
    "sns.group_get", User, run(quiet::friend_groups), "", "none";
    "recentcontact.page_get", User, run(direct::conversations), "`getConversationList`", "those with whom the user wrote within seven days, the newest 100; rooms do not stand in it";
    "recentcontact.get_contact_group", User, run(quiet::contact_groups), "", "none";
    "recentcontact.search_contact_group", User, run(quiet::nothing), "", "none";
    "openim.authkey", User, run(quiet::nothing), "", "";
    "openim.get_c2c_peer_mute_notifications", User, run(quiet::mute_notifications), "", "none";
    "im_sdk_config_mgr.fetch_config", Anybody, run(quiet::config), "", "";
    "im_sdk_config_mgr.fetch_imsdk_purchase_bitsv2", Anybody, run(quiet::purchase_bits), "", "what is built and switched on";
}

/// Runs a command.
pub async fn run(call: &Call<'_>) -> Outcome {
    let servcmd = call.head.servcmd.as_ref();
    let command = find(servcmd).ok_or_else(|| unknown(servcmd))?;
    if command.who == Who::User {
        call.session()?;
    }
    match command.does {
        Does::Run(work) => work(call).await,
        Does::Refuse { code, why } => Err(Refusal::new(code, why)),
    }
}

fn find(servcmd: &str) -> Option<&'static Command> {
    ALL.iter().find(|command| command.name == servcmd)
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
    find(servcmd).map_or(UNKNOWN, |command| command.name)
}

fn unknown(servcmd: &str) -> Refusal {
    let known: String = servcmd.chars().filter(|c| !c.is_control()).take(100).collect();
    Refusal::new(
        codes::group::UNKNOWN_COMMAND,
        format!("{known} is not served here; see docs/compatibility.md"),
    )
}
