//! Who is in a room, marks, robots, and the rooms of an account (rest-api.md 7.10, 8.1 to 8.4).

use super::{Rest, moderation::accounts};
use crate::{
    app::AppError,
    doors::{refusal::Service, shared, view},
};
use room::{RoomKey, UserKey};
use serde_json::{Value, json};
use tim::{
    answer::{Answer, Refusal},
    body::BodyError,
    fields,
    item::LIVE_ROOM,
};

/// The most accounts of one call.
const ACCOUNTS_MAX: usize = 500;

fn bad(error: BodyError) -> Refusal {
    Service::Group.bad_body(&error)
}

fn refused(error: AppError) -> Refusal {
    Service::Group.refuse(error)
}

/// `get_members`.
pub async fn members(rest: Rest<'_>) -> Answer {
    shared::members(rest.app, &rest.room()?, &rest.body).await
}

/// `check_members`: those of the named accounts who are there.
pub async fn check(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let asked = accounts(&rest, "Member_Account", ACCOUNTS_MAX)?;
    let there = rest.app.who_is_there(&room, asked).await.map_err(refused)?;
    let there: Value = there.iter().map(|user| user.as_str()).collect();
    Ok(fields! {"Member_Account": there})
}

/// `modify_user_info`.
pub async fn mark(rest: Rest<'_>) -> Answer {
    shared::mark(rest.app, &rest.room()?, &rest.actor(), &rest.body).await
}

async fn set_robots(rest: Rest<'_>, on: bool) -> Answer {
    let room = rest.room()?;
    let users = accounts(&rest, "Member_Account", ACCOUNTS_MAX)?;
    rest.app.set_robots(&room, &users, on).await.map_err(refused)?;
    Ok(fields! {})
}

/// `add_robots`.
pub async fn add_robots(rest: Rest<'_>) -> Answer {
    set_robots(rest, true).await
}

/// `del_robots`.
pub async fn delete_robots(rest: Rest<'_>) -> Answer {
    set_robots(rest, false).await
}

/// `get_joined_group_list`: the rooms in which an account is now, if live rooms are asked for.
pub async fn joined(rest: Rest<'_>) -> Answer {
    let name = rest.body.need_text("Member_Account").map_err(bad)?;
    let number = |field| rest.body.number(field).map_err(bad);
    let live = number("WithHugeGroups")?.unwrap_or(0) == 1;
    let kind = rest
        .body
        .text("GroupType")
        .map_err(bad)?
        .filter(|kind| !kind.is_empty());
    let limit = number("Limit")?.unwrap_or(u64::MAX);
    let offset = number("Offset")?.unwrap_or(0);
    let filter = rest.body.object("ResponseFilter").map_err(bad)?.unwrap_or_default();
    let base = filter.texts("GroupBaseInfoFilter").map_err(bad)?.unwrap_or_default();
    let own = filter.texts("SelfInfoFilter").map_err(bad)?.unwrap_or_default();
    let user = UserKey {
        app: rest.app_id(),
        user: rest.app.user_id(&name).map_err(refused)?,
    };
    let mut rooms = rest.app.rooms_of(&user).await.map_err(refused)?;
    rooms.retain(|_| live && kind.as_deref().is_none_or(|kind| kind == LIVE_ROOM));
    let total = rooms.len();
    let place = |number| usize::try_from(number).unwrap_or(usize::MAX);
    let mut list = Vec::new();
    for room in rooms.into_iter().skip(place(offset)).take(place(limit)) {
        let key = RoomKey { app: user.app, room };
        // One that was dismissed a moment ago is left out.
        let Ok(info) = rest.app.room_info(&key).await else {
            continue;
        };
        let mut shown = view::group(rest.app, &info);
        shown.retain(|name, _| name == "GroupId" || base.iter().any(|asked| asked == name));
        if !own.is_empty() {
            let role = view::role(&info.record, &user.user);
            let mut entry = fields! {"Role": role, "JoinTime": 0, "MsgFlag": "AcceptNotNotify", "MsgSeq": 0};
            entry.retain(|name, _| own.iter().any(|asked| asked == name));
            shown.insert("SelfInfo".to_owned(), Value::Object(entry));
        }
        list.push(shown);
    }
    Ok(fields! {"TotalCount": total, "GroupIdList": json!(list)})
}
