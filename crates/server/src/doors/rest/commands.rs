//! The table of REST commands: one row for each path that is served.

use super::{Rest, account, direct, group, moderation, profile};
use std::pin::Pin;
use tim::answer::Answer;

type Running<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// A command.
pub struct Command {
    /// `service/command`.
    pub name: &'static str,
    /// What it does.
    pub run: for<'a> fn(Rest<'a>) -> Running<'a>,
}

macro_rules! commands {
    ($($name:literal => $run:path),+ $(,)?) => {
        /// All commands that are served.
        pub const ALL: &[Command] = &[$(Command { name: $name, run: |rest| Box::pin($run(rest)) }),+];
    };
}

commands! {
    "im_open_login_svc/account_import" => account::import,
    "im_open_login_svc/multiaccount_import" => account::import_many,
    "im_open_login_svc/account_check" => account::check,
    "im_open_login_svc/account_delete" => account::delete,
    "im_open_login_svc/kick" => account::kick,
    "openim/query_online_status" => account::online_status,
    "openim/querystate" => account::online_status,
    "openim/sendmsg" => direct::send,
    "profile/portrait_set" => profile::set,
    "profile/portrait_get" => profile::get,
    "group_open_http_svc/create_group" => group::create,
    "group_open_http_svc/get_group_info" => group::info,
    "group_open_http_svc/modify_group_base_info" => group::modify,
    "group_open_http_svc/destroy_group" => group::destroy,
    "group_open_http_svc/get_appid_group_list" => group::list,
    "group_open_http_svc/send_group_msg" => group::send,
    "group_open_http_svc/group_msg_recall" => group::recall,
    "group_open_http_svc/send_group_system_notification" => group::notify,
    "group_open_http_svc/get_online_member_num" => group::online_number,
    "group_open_http_svc/forbid_send_msg" => moderation::mute,
    "group_open_http_svc/get_group_muted_account" => moderation::muted,
    "group_open_http_svc/get_group_shutted_uin" => moderation::muted,
    "group_open_http_svc/ban_group_member" => moderation::ban,
    "group_open_http_svc/unban_group_member" => moderation::unban,
    "group_open_http_svc/get_group_ban_member" => moderation::bans,
    "group_open_http_svc/delete_group_member" => moderation::no_removal,
    "group_open_http_svc/add_group_member" => moderation::no_members,
    "group_open_http_svc/modify_group_member_info" => moderation::no_members,
    "group_open_http_svc/change_group_owner" => moderation::no_members,
    "group_open_http_svc/get_role_in_group" => moderation::no_members,
    "group_open_http_svc/get_group_member_info" => moderation::no_members,
    "group_open_http_svc/import_group" => moderation::no_members,
    "group_open_http_svc/import_group_msg" => moderation::no_members,
    "group_open_http_svc/import_group_member" => moderation::no_members,
    "group_open_http_svc/group_msg_get_simple" => moderation::no_history,
    "group_open_avchatroom_http_svc/modify_admin" => moderation::modify_admins,
    "group_open_avchatroom_http_svc/get_admin_list" => moderation::admins,
    "openconfigsvr/setnospeaking" => moderation::set_silence,
    "openconfigsvr/getnospeaking" => moderation::silence,
}

/// The command of a path behind `v4/`.
pub fn find(path: &str) -> Option<&'static Command> {
    ALL.iter().find(|command| command.name == path)
}
