//! The table of REST commands: one row for each path. It drives what is run, what is refused, how often a command may be
//! called, and `docs/compatibility.md`. Whoever calls is an administrator of the app, in every row.

use super::{Rest, account, audience, direct, group, moderation, profile, shared};
use std::pin::Pin;
use tim::{
    answer::Answer,
    codes::{c2c, gateway::COMMAND_RATE as RATE, group as code},
};

type Running<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// A command.
pub struct Command {
    /// `service/command`.
    pub name: &'static str,
    /// How often an app may call it per second, where the configuration says nothing else.
    pub per_s: u64,
    /// The code for whoever calls it more often.
    pub too_often: i32,
    /// What it does.
    pub does: Does,
    /// For the documents: what is particular here.
    pub note: &'static str,
}

/// What a command does.
pub enum Does {
    /// It is served.
    Run(for<'a> fn(Rest<'a>) -> Running<'a>),
    /// A live room does not have it: it is refused as the vendor does.
    Refuse {
        /// With this code.
        code: i32,
        /// And this text.
        why: &'static str,
    },
}

/// Calls per second of most commands (rest-api.md section 1).
const USUAL: u64 = 200;
/// Of the commands that work on many accounts.
const BATCH: u64 = 100;

/// Members of a live room are whoever is there, and its owner is who made it (LR-M10, LR-M13; decision 15).
const NO_MEMBERS: &str = "a live room has no list of members that could be added to, read or changed";
/// LR-S1.
const NO_HISTORY: &str = "a live room keeps no history that could be read back";
/// Decision 12.
const NO_REMOVAL: &str = "a live room has no delete_group_member; use ban_group_member, or forbid_send_msg to mute";
/// LR-S1.
const NO_CHANGE: &str = "messages of a live room cannot be changed; take them back with group_msg_recall";
/// LR-S1.
const NO_UNREAD: &str = "a live room counts no unread messages";

macro_rules! commands {
    ($($name:literal, $per_s:expr, $too_often:expr, $does:ident($($what:expr),+), $note:literal;)+) => {
        /// All commands.
        pub const ALL: &[Command] = &[$(Command {
            name: $name,
            per_s: $per_s,
            too_often: $too_often,
            does: commands!(@$does $($what),+),
            note: $note,
        }),+];
    };
    (@run $path:expr) => { Does::Run(|rest| Box::pin($path(rest))) };
    (@refuse $code:expr, $why:expr) => { Does::Refuse { code: $code, why: $why } };
}

commands! {
    "im_open_login_svc/account_import", USUAL, RATE, run(account::import),
        "again is no error and updates; `Identifier` is read like `UserID`";
    "im_open_login_svc/multiaccount_import", BATCH, RATE, run(account::import_many),
        "`Accounts` and `AccountList`, up to 100 (70206); what cannot be an id is in `FailAccounts`";
    "im_open_login_svc/account_check", BATCH, RATE, run(account::check), "up to 100 (70206)";
    "im_open_login_svc/account_delete", BATCH, RATE, run(account::delete),
        "up to 100 (70206); unknown: 70107 in the item; an admin of the app: 70402 in the item; ends the account's sessions; its messages to and from users go with it";
    "im_open_login_svc/kick", USUAL, RATE, run(account::kick), "unknown account: 70107";
    "openim/query_online_status", USUAL, RATE, run(account::online_status),
        "`State` and `Status`; `Online` or `Offline`, never `PushOnline`; unknown accounts in `ErrorList` with 70107";
    "openim/querystate", USUAL, RATE, run(account::online_status), "the older name of `query_online_status`";
    "openim/sendmsg", USUAL, RATE, run(direct::send),
        "kept for `MsgLifeTime` seconds (at most, and without it, seven days) until the receiver has read it; 0: for terminals that are there now; shown in conversations for seven days; unknown account 90048, silenced sender 20012; `OfflinePushInfo` and `SendMsgControl` are ignored";
    "openim/batchsendmsg", USUAL, RATE, run(direct::send_many),
        "up to 500 receivers (90011); unknown ones in `ErrorList` with 70107; all unknown: 90012; no webhooks";
    "openim/admin_getroammsg", USUAL, RATE, run(direct::history),
        "the newest page first, the oldest message first inside; up to 100 per page, seven days";
    "openim/admin_msgwithdraw", USUAL, RATE, run(direct::withdraw),
        "at any time; unknown 20022, again 20023, no `MsgKey` 90054";
    "openim/modify_group_msg", USUAL, RATE, refuse(c2c::BAD_REQUEST, NO_CHANGE), "the vendor's code is not documented";
    "profile/portrait_set", USUAL, RATE, run(profile::set), "unknown account: 40003; unknown tag: 40009";
    "profile/portrait_get", USUAL, RATE, run(profile::get),
        "up to 100; unknown accounts in a list, and with 40003 in their items";
    "group_open_http_svc/create_group", USUAL, RATE, run(group::create),
        "another `Type`: 10004; `MemberList`: 10007; unknown owner: 10019; id taken: 10021, by a room of the calling admin's own: 10025; more than 10,000 a day that are not dismissed again: 10006 (`limits.new_rooms_per_day_max`)";
    "group_open_http_svc/get_group_info", USUAL, RATE, run(group::info),
        "up to 50; each room with its own code; `MemberList` is empty";
    "group_open_http_svc/modify_group_base_info", USUAL, RATE, run(group::modify),
        "name, introduction, notification, picture, mute-all, custom fields; the rest is ignored";
    "group_open_http_svc/destroy_group", USUAL, RATE, run(group::destroy), "";
    "group_open_http_svc/get_appid_group_list", 1, code::RATE, run(group::list),
        "another `GroupType` than `AVChatRoom`: an empty list";
    "group_open_http_svc/get_joined_group_list", USUAL, RATE, run(audience::joined),
        "live rooms, in which the account is now, only with `WithHugeGroups` 1; unknown account: 10019";
    "group_open_http_svc/send_group_msg", USUAL, RATE, run(group::send),
        "`To_Account`: 10004; `MsgDropReason` where the rate dropped it; a muted `From_Account` 10017, a banned one 10007, the admins of the app always may; `ForbidCallbackControl` holds; `GroupAtInfo`, `OnlineOnlyFlag`, `OfflinePushInfo`, `SendMsgControl` are ignored";
    "group_open_http_svc/send_group_system_notification", USUAL, RATE, run(group::notify),
        "always to everybody; `ToMembers_Account` is ignored (more than 500: 10005)";
    "group_open_http_svc/send_broadcast_msg", 1, code::MESSAGE_RATE, run(group::broadcast),
        "to everybody who is in a room of the app now, outside of the rates; SDKs that poll mark it `isBroadcastMessage`, to those that are pushed to it is a message like others";
    "group_open_http_svc/group_msg_recall", USUAL, RATE, run(group::recall),
        "live rooms: 10033 at the vendor, and here where the app says `recall = false`; up to 10 messages, each with its own code (10030: not among the recent ones)";
    "group_open_http_svc/delete_group_msg_by_sender", USUAL, RATE, run(group::forget_sender),
        "success without effect, as documented";
    "group_open_http_svc/get_online_member_num", USUAL, RATE, run(group::online_number),
        "exact at once, not every 10 s; robots are counted";
    "group_open_http_svc/forbid_send_msg", USUAL, RATE, run(moderation::mute),
        "up to 500 (10005); `MuteTime` or `ShutUpTime`; unknown account: 10019";
    "group_open_http_svc/get_group_muted_account", USUAL, RATE, run(moderation::muted),
        "both spellings in each answer; for ever: 4294967295";
    "group_open_http_svc/get_group_shutted_uin", USUAL, RATE, run(moderation::muted),
        "the older name of `get_group_muted_account`";
    "group_open_http_svc/ban_group_member", USUAL, RATE, run(moderation::ban),
        "up to 20 (10005); `Duration` above 0; puts out at once";
    "group_open_http_svc/unban_group_member", USUAL, RATE, run(moderation::unban), "up to 20 (10005)";
    "group_open_http_svc/get_group_ban_member", USUAL, RATE, run(moderation::bans), "up to 100 per page";
    "group_open_http_svc/set_group_attr", USUAL, RATE, run(shared::set_attributes),
        "10045 to 10048 at the limits; all writes of a room together 5 per second (10049)";
    "group_open_http_svc/modify_group_attr", USUAL, RATE, run(shared::modify_attributes), "the same";
    "group_open_http_svc/delete_group_attr", USUAL, RATE, run(shared::delete_attributes),
        "an unknown key: 10050, and nothing is deleted";
    "group_open_http_svc/clear_group_attr", USUAL, RATE, run(shared::clear_attributes), "";
    "group_open_attr_http_svc/get_group_attr", USUAL, RATE, run(shared::attributes),
        "with the version of all and of each";
    "group_open_http_svc/get_group_counter", USUAL, RATE, run(shared::counters),
        "no keys: all; unknown keys are left out";
    "group_open_http_svc/update_group_counter", USUAL, RATE, run(shared::update_counters),
        "no `Mode`: `Set`; more than 20 keys 10063; beyond 64 bits 10004, and nothing changes";
    "group_open_http_svc/delete_group_counter", USUAL, RATE, run(shared::delete_counters),
        "no keys: all; unknown keys are no error";
    "group_open_avchatroom_http_svc/get_members", USUAL, RATE, run(audience::members),
        "the newest 1,000, 500 per page; exact at once; `Role` and `Marks` too";
    "group_open_avchatroom_http_svc/check_members", USUAL, RATE, run(audience::check), "up to 500 (10005)";
    "group_open_avchatroom_http_svc/modify_user_info", USUAL, RATE, run(audience::mark),
        "up to 500 (10005); marks 500, 600 and from 1000, else 10004; an eleventh kind or a 1,001st member 10004, and nothing is marked; nobody there 10004";
    "group_open_avchatroom_http_svc/add_robots", USUAL, RATE, run(audience::add_robots),
        "for three days, also over a restart; up to 500 (10005); unknown account 10019";
    "group_open_avchatroom_http_svc/del_robots", USUAL, RATE, run(audience::delete_robots), "";
    "group_open_avchatroom_http_svc/modify_admin", USUAL, RATE, run(moderation::modify_admins),
        "at most 5 admins (10004)";
    "group_open_avchatroom_http_svc/get_admin_list", USUAL, RATE, run(moderation::admins), "";
    "group_open_http_svc/delete_group_member", USUAL, RATE, refuse(code::PARAMETER, NO_REMOVAL), "";
    "group_open_http_svc/add_group_member", USUAL, RATE, refuse(code::DENIED, NO_MEMBERS), "";
    "group_open_http_svc/modify_group_member_info", USUAL, RATE, refuse(code::DENIED, NO_MEMBERS),
        "10007 or 10004 at the vendor";
    "group_open_http_svc/change_group_owner", USUAL, RATE, refuse(code::DENIED, NO_MEMBERS), "";
    "group_open_http_svc/get_role_in_group", USUAL, RATE, refuse(code::DENIED, NO_MEMBERS), "";
    "group_open_http_svc/get_group_member_info", USUAL, RATE, refuse(code::DENIED, NO_MEMBERS),
        "`get_members` lists who is there";
    "group_open_http_svc/import_group", USUAL, RATE, refuse(code::DENIED, NO_MEMBERS), "";
    "group_open_http_svc/import_group_msg", USUAL, RATE, refuse(code::DENIED, NO_HISTORY), "";
    "group_open_http_svc/import_group_member", USUAL, RATE, refuse(code::DENIED, NO_MEMBERS), "";
    "group_open_http_svc/group_msg_get_simple", USUAL, RATE, refuse(code::NO_HISTORY, NO_HISTORY), "";
    "group_open_http_svc/set_unread_msg_num", USUAL, RATE, refuse(code::DENIED, NO_UNREAD),
        "the vendor's code is not documented";
    "openconfigsvr/setnospeaking", USUAL, RATE, run(moderation::set_silence), "";
    "openconfigsvr/getnospeaking", USUAL, RATE, run(moderation::silence), "the seconds that are left";
}

/// The command of a path behind `v4/`.
pub fn find(path: &str) -> Option<&'static Command> {
    ALL.iter().find(|command| command.name == path)
}

/// Whether a command of some service has this name.
pub fn is_known(command: &str) -> bool {
    ALL.iter().any(|known| known.word() == command)
}

impl Command {
    /// The name without its service.
    pub fn word(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(_, word)| word)
    }
}
