//! Mutes, bans, room admins, and silence in the whole app (rest-api.md 7.12, 7.13, 7.19, 8.5, 11).

use super::{Rest, at_most};
use crate::{
    app::AppError,
    doors::{refusal::Service, view},
};
use room::{UserId, UserKey, moderation::Sanction};
use serde_json::{Value, json};
use tim::{
    answer::{Answer, Refusal},
    body::BodyError,
    codes::{group as code, mute},
    fields,
};

/// The most accounts of one mute (rest-api.md 7.12).
const MUTED_MAX: usize = 500;
/// The most accounts of one ban (rest-api.md 7.19).
const BANNED_MAX: usize = 20;
/// The longest page of bans (rest-api.md 7.19).
const BANS_PAGE_MAX: u64 = 100;

fn bad(error: BodyError) -> Refusal {
    Service::Group.bad_body(&error)
}

fn refused(error: AppError) -> Refusal {
    Service::Group.refuse(error)
}

/// The accounts that a member of the body names: at least one, at most `max`.
pub(super) fn accounts(rest: &Rest<'_>, field: &'static str, max: usize) -> Result<Vec<UserId>, Refusal> {
    let names = rest.body.texts(field).map_err(bad)?.unwrap_or_default();
    if names.is_empty() {
        return Err(bad(BodyError::Missing(field)));
    }
    let names = at_most(names, max, code::TOO_MANY_ACCOUNTS)?;
    names
        .iter()
        .map(|name| rest.app.user_id(name).map_err(refused))
        .collect()
}

/// `forbid_send_msg`: 0 seconds unmutes, 4294967295 is for ever.
pub async fn mute(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let users = accounts(&rest, "Members_Account", MUTED_MAX)?;
    let seconds = view::mute_seconds(&rest.body)?;
    rest.app
        .mute(&room, &rest.actor(), &users, seconds)
        .await
        .map_err(refused)?;
    Ok(fields! {})
}

/// `get_group_muted_account`, old name `get_group_shutted_uin`: answers in both spellings.
pub async fn muted(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let list = rest.app.sanctioned(&room, Sanction::Mute).await.map_err(refused)?;
    let under = |name: &str| -> Value {
        list.iter()
            .map(|(user, end)| json!({"Member_Account": user.as_str(), name: end.secs()}))
            .collect()
    };
    Ok(fields! {
        "GroupId": room.room.as_str(), "MutedAccountList": under("MutedUntil"), "ShuttedUinList": under("ShuttedUntil"),
    })
}

/// `ban_group_member`.
pub async fn ban(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let users = accounts(&rest, "Members_Account", BANNED_MAX)?;
    let (seconds, reason) = view::ban_terms(&rest.body)?;
    let by = rest.actor();
    rest.app
        .ban(&room, &by, &users, seconds, &reason)
        .await
        .map_err(refused)?;
    Ok(fields! {})
}

/// `unban_group_member`.
pub async fn unban(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let users = accounts(&rest, "Members_Account", BANNED_MAX)?;
    rest.app.unban(&room, &rest.actor(), &users).await.map_err(refused)?;
    Ok(fields! {})
}

/// `get_group_ban_member`: a page of the bans, in the order of the names.
pub async fn bans(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let limit = rest.body.number("Limit").map_err(bad)?.unwrap_or(BANS_PAGE_MAX);
    if limit == 0 || limit > BANS_PAGE_MAX {
        let info = format!("Limit must be from 1 to {BANS_PAGE_MAX}");
        return Err(Refusal::new(code::PARAMETER, info));
    }
    let offset = rest.body.number("Offset").map_err(bad)?.unwrap_or(0);
    let list = rest.app.sanctioned(&room, Sanction::Ban).await.map_err(refused)?;
    let end = offset.saturating_add(limit);
    let (from, to) = (usize::try_from(offset), usize::try_from(end));
    let (from, to) = (from.unwrap_or(usize::MAX), to.unwrap_or(usize::MAX));
    let page: Value = list
        .iter()
        .take(to)
        .skip(from)
        .map(|(user, end)| json!({"Member_Account": user.as_str(), "BannedUntil": end.secs()}))
        .collect();
    let next = if to < list.len() { end } else { 0 };
    Ok(fields! {"BannedAccountList": page, "NextOffset": next})
}

/// `modify_admin`: 1 makes admins, 2 makes them members again.
pub async fn modify_admins(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let admin = match rest.body.number("CommandType").map_err(bad)? {
        Some(1) => true,
        Some(2) => false,
        _ => {
            return Err(Refusal::new(
                code::PARAMETER,
                "CommandType must be 1 (set) or 2 (unset)",
            ));
        }
    };
    let users = accounts(&rest, "Admin_Account", BANNED_MAX)?;
    let by = rest.actor();
    rest.app.set_admins(&room, &by, &users, admin).await.map_err(refused)?;
    Ok(fields! {})
}

/// `get_admin_list`.
pub async fn admins(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let info = rest.app.room_info(&room).await.map_err(refused)?;
    let users: Vec<_> = info.record.admins.iter().cloned().collect();
    let profiles = rest.app.profiles(rest.app_id(), &users).await.map_err(refused)?;
    let list: Value = users
        .iter()
        .zip(profiles)
        .map(|(user, profile)| {
            let profile = profile.unwrap_or_default();
            json!({"Admin_Account": user.as_str(), "NickName": profile.nick, "Avatar": profile.avatar})
        })
        .collect();
    Ok(fields! {"Admin_List": list})
}

/// The account of a `*nospeaking` command, whose errors have codes of their own.
fn silenced(rest: &Rest<'_>, field: &'static str, missing: i32, wrong: i32) -> Result<UserKey, Refusal> {
    let name = rest
        .body
        .text(field)
        .map_err(|error| Refusal::new(wrong, error.to_string()))?
        .ok_or_else(|| Refusal::new(missing, format!("{field} is missing")))?;
    let user = rest
        .app
        .user_id(&name)
        .map_err(|error| Refusal::new(wrong, error.to_string()))?;
    Ok(UserKey {
        app: rest.app_id(),
        user,
    })
}

/// An account that does not exist cannot be silenced; everything else is the server's fault.
fn silence_refused(error: AppError, wrong: i32) -> Refusal {
    match error {
        AppError::NoAccount(_) => Refusal::new(wrong, error.to_string()),
        error => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "answered with an internal error"
            );
            Refusal::new(mute::INTERNAL, error.to_string())
        }
    }
}

/// `setnospeaking`.
pub async fn set_silence(rest: Rest<'_>) -> Answer {
    let key = silenced(&rest, "Set_Account", mute::NO_SET_ACCOUNT, mute::BAD_SET_ACCOUNT)?;
    let time = |field| {
        let time = rest.body.number_u32(field);
        time.map_err(|error| Refusal::new(mute::NO_TIME, error.to_string()))
    };
    let (group_s, c2c_s) = (time("GroupmsgNospeakingTime")?, time("C2CmsgNospeakingTime")?);
    if group_s.is_none() && c2c_s.is_none() {
        let info = "give GroupmsgNospeakingTime, C2CmsgNospeakingTime, or both";
        return Err(Refusal::new(mute::NO_TIME, info));
    }
    let done = rest.app.silence(&key, group_s, c2c_s).await;
    done.map_err(|error| silence_refused(error, mute::BAD_SET_ACCOUNT))?;
    Ok(fields! {})
}

/// `getnospeaking`: the seconds that are left.
pub async fn silence(rest: Rest<'_>) -> Answer {
    let key = silenced(&rest, "Get_Account", mute::NO_GET_ACCOUNT, mute::BAD_GET_ACCOUNT)?;
    let silence = rest.app.silence_of(&key).await;
    let silence = silence.map_err(|error| silence_refused(error, mute::BAD_GET_ACCOUNT))?;
    Ok(fields! {"C2CmsgNospeakingTime": silence.c2c_s, "GroupmsgNospeakingTime": silence.group_s})
}
