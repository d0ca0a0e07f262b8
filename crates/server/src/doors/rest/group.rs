//! Rooms (rest-api.md section 7). The backend may do everything, in a room or not (LR-S6).

use super::{Rest, at_most};
use crate::{
    app::{
        AppError,
        send::{Backend, Speaker},
    },
    doors::{refusal::Service, view},
};
use room::UserKey;
use serde_json::{Value, json};
use tim::{
    answer::{Answer, Fields, Refusal},
    body::{Body, BodyError},
    codes::group as code,
    fields,
    item::LIVE_ROOM,
};

/// The most rooms that one call may ask about.
const ASKED_MAX: usize = 50;
/// The most rooms on one page of the list.
const PAGE_MAX: u64 = 10_000;
/// The last place that the store can count to.
const NEXT_MAX: u64 = i64::MAX as u64;
/// The most accounts that `send_group_system_notification` may name, all of whom are ignored in a live room.
const NAMED_MAX: usize = 500;

fn bad(error: BodyError) -> Refusal {
    Service::Group.bad_body(&error)
}

fn refused(error: AppError) -> Refusal {
    Service::Group.refuse(error)
}

/// `group_msg_recall` (decision 14).
pub async fn recall(rest: Rest<'_>) -> Answer {
    view::recall(rest.app, &rest.room()?, &rest.actor(), &rest.body).await
}

/// `create_group`.
pub async fn create(rest: Rest<'_>) -> Answer {
    view::create_group(rest.app, rest.app_id(), &rest.actor(), &rest.body, None).await
}

/// `get_group_info`: each room has a code of its own.
pub async fn info(rest: Rest<'_>) -> Answer {
    let ids = rest
        .body
        .texts("GroupIdList")
        .map_err(bad)?
        .ok_or_else(|| bad(BodyError::Missing("GroupIdList")))?;
    let filter = rest.body.object("ResponseFilter").map_err(bad)?.unwrap_or_default();
    let base = filter.texts("GroupBaseInfoFilter").map_err(bad)?;
    let custom = filter.texts("AppDefinedDataFilter_Group").map_err(bad)?;
    let mut infos = Vec::new();
    for id in at_most(ids, ASKED_MAX, code::PARAMETER)? {
        let info = view::look_up(rest.app, rest.app_id(), &id).await;
        infos.push(match info {
            Ok(info) => Value::Object(filtered(
                view::group(rest.app, &info),
                base.as_deref(),
                custom.as_deref(),
            )),
            Err(refusal) => view::failed_group(&id, &refusal),
        });
    }
    Ok(fields! {"GroupInfo": infos})
}

/// Leaves what the caller asked for; what identifies the room stays. Without a filter everything stays.
fn filtered(mut group: Fields, base: Option<&[String]>, custom: Option<&[String]>) -> Fields {
    const ALWAYS: [&str; 3] = ["GroupId", "ErrorCode", "ErrorInfo"];
    // Custom fields have a filter of their own, members another one.
    const APART: [&str; 2] = ["AppDefinedData", "MemberList"];
    if let Some(base) = base {
        let asked = |name: &str| base.iter().any(|asked| asked == name);
        group.retain(|name, _| ALWAYS.contains(&name.as_str()) || APART.contains(&name.as_str()) || asked(name));
    }
    if let (Some(custom), Some(Value::Array(pairs))) = (custom, group.get_mut("AppDefinedData")) {
        let asked = |pair: &Value| {
            pair["Key"]
                .as_str()
                .is_some_and(|key| custom.iter().any(|asked| asked == key))
        };
        pairs.retain(asked);
    }
    group
}

/// `modify_group_base_info`.
pub async fn modify(rest: Rest<'_>) -> Answer {
    let change = view::profile_change(&rest.body)?;
    rest.app
        .change_room(&rest.room()?, &rest.actor(), change)
        .await
        .map_err(refused)?;
    Ok(fields! {})
}

/// `destroy_group`.
pub async fn destroy(rest: Rest<'_>) -> Answer {
    rest.app
        .dismiss_room(&rest.room()?, &rest.actor())
        .await
        .map_err(refused)?;
    Ok(fields! {})
}

/// `get_appid_group_list`. There are live rooms only; another type has none.
pub async fn list(rest: Rest<'_>) -> Answer {
    let limit = rest.body.number("Limit").map_err(bad)?.unwrap_or(PAGE_MAX);
    // Opaque to callers, who may send anything: no place is beyond what the store can count to.
    let from = rest.body.number("Next").map_err(bad)?.unwrap_or(0).min(NEXT_MAX);
    if limit == 0 || limit > PAGE_MAX {
        return Err(Refusal::new(
            code::PARAMETER,
            format!("Limit must be from 1 to {PAGE_MAX}"),
        ));
    }
    let kind = rest
        .body
        .text("GroupType")
        .map_err(bad)?
        .filter(|kind| !kind.is_empty());
    if kind.is_some_and(|kind| kind != LIVE_ROOM) {
        return Ok(fields! {"TotalCount": 0, "GroupIdList": [], "Next": 0});
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let page = rest.app.list_rooms(rest.app_id(), from, limit).await.map_err(refused)?;
    let ids: Value = page
        .rooms
        .iter()
        .map(|room| json!({"GroupId": room.as_str()}))
        .collect();
    Ok(fields! {"TotalCount": page.total, "GroupIdList": ids, "Next": page.next})
}

/// Who speaks: `From_Account`, else the administrator who calls.
fn from(rest: &Rest<'_>) -> Result<UserKey, Refusal> {
    let user = match rest
        .body
        .text("From_Account")
        .map_err(bad)?
        .filter(|from| !from.is_empty())
    {
        Some(from) => rest.app.user_id(&from).map_err(refused)?,
        None => rest.admin.clone(),
    };
    Ok(UserKey {
        app: rest.app_id(),
        user,
    })
}

/// `send_group_msg`.
pub async fn send(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let from = from(&rest)?;
    refuse_targets(&rest.body)?;
    let draft = view::draft(&rest.body)?;
    let forbidden = rest
        .body
        .texts("ForbidCallbackControl")
        .map_err(bad)?
        .unwrap_or_default();
    let forbids = |what: &str| forbidden.iter().any(|forbidden| forbidden == what);
    let backend = Backend {
        user: from,
        by: rest.admin.clone(),
        address: rest.address,
        unasked: forbids("ForbidBeforeSendMsgCallback"),
        untold: forbids("ForbidAfterSendMsgCallback"),
    };
    let sent = rest.app.send(&room, Speaker::Backend(backend), draft).await;
    let sent = sent.map_err(refused)?;
    Ok(view::sent(&sent))
}

/// A live room has no messages to chosen members (LR-S2): sending one to everybody would betray a secret.
fn refuse_targets(body: &Body<'_>) -> Result<(), Refusal> {
    let targets = body.texts("To_Account").map_err(bad)?.unwrap_or_default();
    if targets.is_empty() {
        Ok(())
    } else {
        Err(Refusal::new(code::PARAMETER, "a live room has no targeted messages"))
    }
}

/// `send_group_system_notification`: always to everybody in a live room (LR-S7).
pub async fn notify(rest: Rest<'_>) -> Answer {
    let room = rest.room()?;
    let text = rest.body.need_text("Content").map_err(bad)?;
    at_most(
        rest.body.texts("ToMembers_Account").map_err(bad)?.unwrap_or_default(),
        NAMED_MAX,
        code::TOO_MANY_ACCOUNTS,
    )?;
    rest.app.notify(&room, &rest.actor(), &text).await.map_err(refused)?;
    Ok(fields! {})
}

/// `get_online_member_num`.
pub async fn online_number(rest: Rest<'_>) -> Answer {
    let online = rest.app.online_count(&rest.room()?).await.map_err(refused)?;
    Ok(fields! {"OnlineMemberNum": online})
}

/// `send_broadcast_msg`: to everybody who is in a room of the app (LR-S8).
pub async fn broadcast(rest: Rest<'_>) -> Answer {
    let from = rest
        .body
        .text("From_Account")
        .map_err(bad)?
        .filter(|from| !from.is_empty());
    let user = match from {
        Some(from) => rest.app.user_id(&from).map_err(refused)?,
        None => rest.admin.clone(),
    };
    let from = UserKey {
        app: rest.app_id(),
        user,
    };
    let seq = rest
        .app
        .broadcast(&from, view::draft(&rest.body)?)
        .await
        .map_err(refused)?;
    Ok(fields! {"MsgSeq": seq})
}

/// `delete_group_msg_by_sender`: a live room keeps nothing that could be deleted; the call succeeds all the same
/// (rest-api.md 7.22).
pub async fn forget_sender(rest: Rest<'_>) -> Answer {
    rest.body.need_text("Sender_Account").map_err(bad)?;
    rest.app.room_info(&rest.room()?).await.map_err(refused)?;
    Ok(fields! {})
}
