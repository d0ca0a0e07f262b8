//! Rooms through the Web SDK door. Who asks is taken from the session, whatever the body says.

use super::{
    call::{Call, Done, Outcome, bad, refused},
    login,
};
use crate::{
    app::{Application, manage::Actor, membership::Joined, session::Session},
    doors::view,
};
use room::{RoomId, RoomKey, RoomRecord, moderation::Sanction};
use serde_json::{Value, json};
use tim::{
    answer::{Fields, Refusal},
    fields,
};

/// The most rooms that one call may ask about (rest-api.md 7.3).
const ASKED_MAX: usize = 50;

/// The most accounts of one ban (rest-api.md 7.19).
const BANNED_MAX: usize = 20;

/// The room that the body names.
pub fn key(call: &Call<'_>) -> Result<RoomKey, Refusal> {
    let session = call.session()?;
    let id = call.body()?.need_text("GroupId").map_err(bad)?;
    Ok(RoomKey {
        app: session.user.app,
        room: call.link.app.room_id(&id).map_err(refused)?,
    })
}

/// `create_group`: the caller owns what he makes, and is not in it before he joins.
pub async fn create(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let by = Actor::of(&session);
    let owner = Some(session.user.user.clone());
    let made = view::create_group(&call.link.app, session.user.app, &by, &call.body()?, owner).await?;
    Ok(Done::Answer(made))
}

/// `apply_join_group`.
pub async fn join(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let id = call.body()?.need_text("GroupId").map_err(bad)?;
    let joined = call.link.app.join(&session, &id).await.map_err(refused)?;
    let fields = join_answer(&call.link.app, &joined);
    Ok(Done::ThenHear(fields, vec![joined.room.key.room.clone()]))
}

/// `apply_join_group` of somebody who is not logged in.
pub async fn join_as_guest(call: &Call<'_>) -> Outcome {
    let id = call.body()?.need_text("GroupId").map_err(bad)?;
    let app = call.tenant()?.id;
    let joined = call
        .link
        .app
        .join_as_guest(app, &id, call.link.conn.address, getrandom::u64().unwrap_or_default())
        .await
        .map_err(refused)?;
    call.link.note_guest_room(&joined.room.key.room);
    Ok(Done::Answer(join_answer(&call.link.app, &joined)))
}

fn join_answer(app: &Application, joined: &Joined) -> Fields {
    let mut fields = fields! {
        "JoinedStatus": "JoinedSuccess", "HugeGroupFlag": 1, "StartSeq": joined.since.0,
        "AVChatRoomKey": joined.room.key.room.as_str(),
    };
    // Present means: poll (web-sdk-wire.md 5.1).
    if let Some(poll_key) = &joined.poll_key {
        fields.insert("LongPollingKey".to_owned(), json!(poll_key));
    }
    // The newest messages from before (LR-S3).
    let history = joined
        .room
        .feed
        .lock()
        .newest_messages(app.config.rooms.history_on_join);
    if !history.is_empty() {
        let history: Value = serde_json::from_str(&format!("[{history}]")).unwrap_or_default();
        fields.insert("RspMsgList".to_owned(), history);
    }
    fields
}

/// `quit_group`.
pub async fn quit(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let id = call.body()?.need_text("GroupId").map_err(bad)?;
    call.link.app.leave(&session, &id).await.map_err(refused)?;
    Ok(Done::Answer(fields! {}))
}

/// `destroy_group`: the owner only.
pub async fn destroy(call: &Call<'_>) -> Outcome {
    let by = login::actor(call)?;
    call.link.app.dismiss_room(&key(call)?, &by).await.map_err(refused)?;
    Ok(Done::Answer(fields! {}))
}

/// `modify_group_base_info`: owner and admins (decision 16).
pub async fn modify(call: &Call<'_>) -> Outcome {
    let by = login::actor(call)?;
    let change = view::profile_change(&call.body()?)?;
    call.link
        .app
        .change_room(&key(call)?, &by, change)
        .await
        .map_err(refused)?;
    Ok(Done::Answer(fields! {}))
}

/// `group_msg_recall`: the SDK's `revokeMessage` (decision 14). One message at a time, so its refusal is the answer's.
pub async fn recall(call: &Call<'_>) -> Outcome {
    let by = login::actor(call)?;
    let answer = view::recall(&call.link.app, &key(call)?, &by, &call.body()?).await?;
    let refused = answer
        .get("RecallRetList")
        .and_then(|list| list.get(0)?.get("RetCode")?.as_i64());
    match refused.and_then(|code| i32::try_from(code).ok()) {
        Some(code) if code != 0 => Err(Refusal::new(code, "the message cannot be taken back")),
        _ => Ok(Done::Answer(answer)),
    }
}

/// `modify_group_member_info`: serves the mute time and the role only (decision 15).
pub async fn change_member(call: &Call<'_>) -> Outcome {
    let by = login::actor(call)?;
    let room = key(call)?;
    let (app, body) = (&call.link.app, call.body()?);
    let name = body.need_text("Member_Account").map_err(bad)?;
    let user = app.user_id(&name).map_err(refused)?;
    match body.text("Role").map_err(bad)?.as_deref() {
        Some(role @ ("Admin" | "Member")) => {
            let done = app.set_admins(&room, &by, &[user], role == "Admin").await;
            done.map_err(refused)?;
        }
        Some(_) => {
            return Err(bad(tim::body::BodyError::Wrong {
                field: "Role",
                wanted: "Admin or Member",
            }));
        }
        None if body.raw("ShutUpTime").is_none() && body.raw("MuteTime").is_none() => {
            let info = "members of a live room have a mute time and a role, and nothing else that could be set";
            return Err(Refusal::new(tim::codes::group::DENIED, info));
        }
        None => {
            let seconds = view::mute_seconds(&body)?;
            app.mute(&room, &by, &[user], seconds).await.map_err(refused)?;
        }
    }
    Ok(Done::Answer(fields! {}))
}

/// `get_specified_group_member_info`: what v2 asks after a mute. Members are not stored, so it hears of roles and mutes.
pub async fn members(call: &Call<'_>) -> Outcome {
    let (room, app) = (key(call)?, &call.link.app);
    let names = call
        .body()?
        .texts("Member_List_Account")
        .map_err(bad)?
        .unwrap_or_default();
    let info = app.room_info(&room).await.map_err(refused)?;
    let muted = app.sanctioned(&room, Sanction::Mute).await.map_err(refused)?;
    let entry = |name: &String| {
        let user = app.user_id(name).ok()?;
        let until = muted
            .iter()
            .find(|(other, _)| *other == user)
            .map_or(0, |(_, end)| end.secs());
        Some(json!({
            "Member_Account": name, "Role": view::role(&info.record, &user), "JoinTime": 0, "NameCard": "",
            "ShutUpUntil": until, "MuteUntil": until,
        }))
    };
    let list: Value = names.iter().take(ASKED_MAX).filter_map(entry).collect();
    Ok(Done::Answer(fields! {"MemberList": list}))
}

/// `ban_group_member`: the SDK's `deleteGroupMember` with a duration (decision 12).
pub async fn ban(call: &Call<'_>) -> Outcome {
    let by = login::actor(call)?;
    let room = key(call)?;
    let app = &call.link.app;
    let body = call.body()?;
    let names = body.texts("Members_Account").map_err(bad)?.unwrap_or_default();
    if names.is_empty() || names.len() > BANNED_MAX {
        let info = format!("Members_Account must name from 1 to {BANNED_MAX} accounts");
        return Err(Refusal::new(tim::codes::group::TOO_MANY_ACCOUNTS, info));
    }
    let users: Result<Vec<_>, _> = names.iter().map(|name| app.user_id(name)).collect();
    let (seconds, reason) = view::ban_terms(&body)?;
    let done = app.ban(&room, &by, &users.map_err(refused)?, seconds, &reason).await;
    done.map_err(refused)?;
    Ok(Done::Answer(fields! {}))
}

/// `get_group_self_member_info`: rooms, and what the caller is in each.
pub async fn self_info(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let entered = enter_guest_rooms(call, &session).await?;
    let fields = infos(call, session.user.app, |record| {
        session.since(&record.key.room).map(|_| {
            let role = view::role(record, &session.user.user);
            let user = session.user.user.as_str();
            json!({"Member_Account": user, "Role": role, "JoinTime": 0, "MsgFlag": "AcceptNotNotify", "NameCard": ""})
        })
    })
    .await?;
    Ok(Done::ThenHear(fields, entered))
}

/// A guest who logs in and calls `joinGroup`: v2 believes that he is in the room already, so it asks for the room and
/// never joins. Whoever asks for a room that was joined on this connection without a login, joins it here. Only the
/// question of `joinGroup` counts, which wants the owner too: v3 asks on its own at login, for the message flag.
async fn enter_guest_rooms(call: &Call<'_>, session: &Session) -> Result<Vec<RoomId>, Refusal> {
    let body = call.body()?;
    let filter = body.object("ResponseFilter").map_err(bad)?.unwrap_or_default();
    let wanted = filter.texts("GroupBaseInfoFilter").map_err(bad)?.unwrap_or_default();
    let mut entered = Vec::new();
    if wanted.iter().any(|name| name == "Owner_Account") {
        for id in body.texts("GroupIdList").map_err(bad)?.unwrap_or_default() {
            let Ok(room) = call.link.app.room_id(&id) else { continue };
            if session.since(&room).is_none() && call.link.take_guest_room(&room) {
                call.link.app.join(session, &id).await.map_err(refused)?;
                entered.push(room);
            }
        }
    }
    Ok(entered)
}

/// `get_group_public_info`.
pub async fn public_info(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    Ok(Done::Answer(infos(call, session.user.app, |_| None).await?))
}

async fn infos(
    call: &Call<'_>,
    app: room::AppId,
    own_entry: impl Fn(&RoomRecord) -> Option<Value>,
) -> Result<Fields, Refusal> {
    let ids = call.body()?.texts("GroupIdList").map_err(bad)?.unwrap_or_default();
    if ids.len() > ASKED_MAX {
        return Err(Refusal::new(
            tim::codes::group::PARAMETER,
            format!("GroupIdList holds more than {ASKED_MAX} ids"),
        ));
    }
    let mut infos = Vec::with_capacity(ids.len());
    for id in ids {
        let info = view::look_up(&call.link.app, app, &id).await;
        infos.push(match info {
            Ok(info) => {
                let mut group = view::group(&call.link.app, &info);
                if let Some(own) = own_entry(&info.record) {
                    group.insert("MemberList".to_owned(), json!([own]));
                } else {
                    // v3 reads the first entry of any list that is there, even of an empty one.
                    group.remove("MemberList");
                }
                Value::Object(group)
            }
            Err(refusal) => view::failed_group(&id, &refusal),
        });
    }
    Ok(fields! {"GroupInfo": infos})
}

/// `get_online_member_num`: guests may ask too.
pub async fn online_number(call: &Call<'_>) -> Outcome {
    let id = call.body()?.need_text("GroupId").map_err(bad)?;
    let app = &call.link.app;
    let key = RoomKey {
        app: call.tenant()?.id,
        room: app.room_id(&id).map_err(refused)?,
    };
    let online = app.online_count(&key).await.map_err(refused)?;
    Ok(Done::Answer(
        fields! {"OnlineMemberNum": online, "ExpireTime": crate::app::room::ONLINE_TTL_S},
    ))
}
