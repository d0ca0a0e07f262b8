//! Rooms and profiles in the vendor's shapes, for both doors.

use crate::{
    app::{
        AppError, Application,
        manage::{Actor, NewRoom, RoomInfo},
        send::{Draft, Sent},
    },
    doors::refusal::Service,
};
use room::{
    AppId, Content, FieldValue, Priority, Profile, RoomKey, RoomRecord, Seq, UserId, event::ProfileChange,
    profile::ProfilePatch, tally::Fate,
};
use serde_json::{Value, json};
use tim::{
    answer::{Answer, Fields, Refusal},
    body::{Body, BodyError},
    codes::group,
    elements, fields,
    item::{self, LIVE_ROOM},
    tags,
};

/// The most members that one message may mention (rest-api.md 7.14).
const MENTIONS_MAX: usize = 30;

/// The longest reason of a ban, in bytes (rest-api.md 7.19).
const REASON_BYTES_MAX: usize = 1_000;

/// A room as `get_group_info` shows it (rest-api.md 7.3, web-sdk-wire.md 5.2). Old and new spellings both.
pub fn group(app: &Application, info: &RoomInfo) -> Fields {
    let record = &info.record;
    let mute_all = if record.mute_all { "On" } else { "Off" };
    fields! {
        "GroupId": record.key.room.as_str(), "ErrorCode": 0, "ErrorInfo": "", "Type": LIVE_ROOM,
        "Name": record.name, "Introduction": record.introduction, "Notification": record.notification,
        "FaceUrl": record.avatar, "Appid": record.key.app.0,
        "Owner_Account": record.owner.as_ref().map_or("", UserId::as_str),
        "CreateTime": record.created.secs(), "InfoSeq": record.version, "LastInfoTime": record.changed.secs(),
        "LastMsgTime": 0, "NextMsgSeq": info.next_seq.0, "MemberNum": app.online(info.count), "MaxMemberNum": 0,
        "ApplyJoinOption": record.join_option, "MuteAllMember": mute_all, "ShutUpAllMember": mute_all,
        "AppDefinedData": item::pairs(&record.custom), "MemberList": [],
    }
}

/// What a user is in a room.
pub fn role(record: &RoomRecord, user: &UserId) -> &'static str {
    if record.is_owner(user) {
        "Owner"
    } else if record.is_admin(user) {
        "Admin"
    } else {
        "Member"
    }
}

/// The room that one id of a list names.
pub async fn look_up(app: &Application, id: AppId, room: &str) -> Result<RoomInfo, Refusal> {
    let look = async {
        let room = app.room_id(room)?;
        app.room_info(&RoomKey { app: id, room }).await
    };
    look.await.map_err(|error| Service::Group.refuse(error))
}

/// A room that could not be shown, inside a list that could.
pub fn failed_group(id: &str, refusal: &Refusal) -> Value {
    json!({"GroupId": id, "ErrorCode": refusal.code, "ErrorInfo": refusal.info})
}

/// `ApplyJoinOption`: kept for whoever reads it, as long as it is one of the documented ones.
fn join_option(body: &Body<'_>) -> Result<Option<String>, BodyError> {
    let stated = body.text("ApplyJoinOption")?;
    match stated.as_deref() {
        None | Some("FreeAccess" | "NeedPermission" | "DisableApply") => Ok(stated),
        Some(_) => Err(BodyError::Wrong {
            field: "ApplyJoinOption",
            wanted: "FreeAccess, NeedPermission or DisableApply",
        }),
    }
}

/// The fields of a room's profile that a body sets, under both spellings.
pub fn profile_change(body: &Body<'_>) -> Result<ProfileChange, Refusal> {
    let read = || {
        Ok(ProfileChange {
            name: body.text("Name")?,
            introduction: body.text("Introduction")?,
            notification: body.text("Notification")?,
            avatar: body.text("FaceUrl")?,
            mute_all: body.switch("MuteAllMember")?.or(body.switch("ShutUpAllMember")?),
            join_option: join_option(body)?,
            custom: body.pairs("AppDefinedData")?.unwrap_or_default(),
        })
    };
    read().map_err(|error| Service::Group.bad_body(&error))
}

/// `create_group` of both doors. `owner` is the default owner.
pub async fn create_group(
    app: &Application,
    id: AppId,
    by: &Actor,
    body: &Body<'_>,
    owner: Option<UserId>,
) -> Result<Fields, Refusal> {
    let bad = |error| Service::Group.bad_body(&error);
    let kind = body.need_text("Type").map_err(bad)?;
    if kind != LIVE_ROOM {
        let info = format!("Type {kind:?} is not served here; the supported type is {LIVE_ROOM:?} (a live room)");
        return Err(Refusal::new(group::PARAMETER, info));
    }
    if body.raw("MemberList").is_some() {
        return Err(Refusal::new(
            group::DENIED,
            "a live room is created without members: leave MemberList out",
        ));
    }
    let stated = body
        .text("Owner_Account")
        .map_err(bad)?
        .filter(|owner| !owner.is_empty());
    let owner = match (by, stated) {
        (Actor::Backend(..), Some(stated)) => Some(app.user_id(&stated).map_err(|error| Service::Group.refuse(error))?),
        _ => owner,
    };
    let profile = ProfileChange {
        mute_all: None,
        ..profile_change(body)?
    };
    let chosen = body.text("GroupId").map_err(bad)?.filter(|chosen| !chosen.is_empty());
    let new = NewRoom {
        id: chosen,
        owner,
        profile,
    };
    let made = app
        .create_room(id, by, new)
        .await
        .map_err(|error| Service::Group.refuse(error))?;
    Ok(fields! {"GroupId": made.as_str(), "Type": LIVE_ROOM, "HugeGroupFlag": 1})
}

/// The message that a `send_group_msg` body holds, of both doors.
pub fn draft(body: &Body<'_>) -> Result<Draft, Refusal> {
    let bad = |error| Service::Group.bad_body(&error);
    let random = body.number_u32("Random").map_err(bad)?;
    let random = random.ok_or_else(|| Refusal::new(group::PARAMETER, "Random is missing"))?;
    let priority = match body.text("MsgPriority").map_err(bad)? {
        None => Priority::Normal,
        Some(name) => item::priority(&name).ok_or_else(|| {
            let info = format!("MsgPriority {name:?} must be High, Normal, Low or Lowest");
            Refusal::new(group::PARAMETER, info)
        })?,
    };
    let raw = body
        .raw("MsgBody")
        .ok_or_else(|| Refusal::new(group::PARAMETER, "MsgBody is missing"))?;
    // A body that is far too long is not worth looking at.
    if raw.get().len() > 4 * Content::BYTES_MAX {
        return Err(Service::Group.refuse(AppError::TooLong { bytes: raw.get().len() }));
    }
    let mentions = body
        .objects("GroupAtInfo")
        .map_err(bad)?
        .map_or(0, |mentions| mentions.len());
    if mentions > MENTIONS_MAX {
        return Err(Refusal::new(
            group::TOO_MANY_MENTIONS,
            format!("GroupAtInfo names more than {MENTIONS_MAX}"),
        ));
    }
    let elements = elements::check(raw).map_err(|error| Service::Group.refuse(error.into()))?;
    let extra = body.text("CloudCustomData").map_err(bad)?.unwrap_or_default();
    Ok(Draft {
        random,
        client_time: body.number("MsgClientTime").map_err(bad)?.unwrap_or(0),
        client_seq: body.number("ClientSeq").map_err(bad)?.unwrap_or(0),
        priority,
        content: Content {
            elements: elements.into(),
            extra: extra.into(),
        },
    })
}

/// The seconds of a mute, under both spellings; required.
pub fn mute_seconds(body: &Body<'_>) -> Result<u32, Refusal> {
    let bad = |error| Service::Group.bad_body(&error);
    let seconds = body.number_u32("MuteTime").map_err(bad)?;
    let seconds = seconds.or(body.number_u32("ShutUpTime").map_err(bad)?);
    seconds.ok_or_else(|| bad(BodyError::Missing("MuteTime")))
}

/// For how long a ban is, in seconds, and why.
pub fn ban_terms(body: &Body<'_>) -> Result<(u32, String), Refusal> {
    let bad = |error| Service::Group.bad_body(&error);
    let seconds = body.number_u32("Duration").map_err(bad)?.filter(|seconds| *seconds > 0);
    let seconds =
        seconds.ok_or_else(|| Refusal::new(group::PARAMETER, "Duration must be a number of seconds above 0"))?;
    let reason = body.text("Description").map_err(bad)?.unwrap_or_default();
    if reason.len() > REASON_BYTES_MAX {
        let info = format!("Description is longer than {REASON_BYTES_MAX} bytes");
        return Err(Refusal::new(group::PARAMETER, info));
    }
    Ok((seconds, reason))
}

/// The most messages that one call takes back (rest-api.md 7.16).
const RECALLED_MAX: usize = 10;

/// `group_msg_recall`, from both doors: each message has a code of its own.
pub async fn recall(app: &Application, room: &RoomKey, by: &Actor, body: &Body<'_>) -> Answer {
    let bad = |error| Service::Group.bad_body(&error);
    let list = body.objects("MsgSeqList").map_err(bad)?.unwrap_or_default();
    if list.is_empty() || list.len() > RECALLED_MAX {
        let info = format!("MsgSeqList must name from 1 to {RECALLED_MAX} messages");
        return Err(Refusal::new(group::PARAMETER, info));
    }
    let mut seqs = Vec::with_capacity(list.len());
    for one in &list {
        let seq = one.number("MsgSeq").map_err(bad)?;
        seqs.push(Seq(seq.ok_or_else(|| bad(BodyError::Missing("MsgSeq")))?));
    }
    let done = app.recall(room, by, &seqs).await;
    let done = done.map_err(|error| Service::Group.refuse(error))?;
    let gone = done.gone.into_iter().map(|seq| json!({"MsgSeq": seq.0, "RetCode": 0}));
    let refused = done.refused.into_iter().map(|(seq, error)| {
        let code = Service::Group.refuse(error).code;
        json!({"MsgSeq": seq.0, "RetCode": code})
    });
    Ok(fields! {"RecallRetList": gone.chain(refused).collect::<Value>()})
}

/// What the sender of a message hears. A drop sounds like a success (decision 4, LR-F5); REST callers and the logs of
/// v3 tell it by `MsgDropReason`.
pub fn sent(sent: &Sent) -> Fields {
    let mut answer = fields! {"MsgTime": sent.receipt.at.secs(), "MsgSeq": sent.receipt.seq.0};
    if matches!(sent.fate, Some(Fate::Dropped(_))) {
        answer.insert("MsgDropReason".to_owned(), json!("MsgFreqCtrl"));
    }
    answer
}

/// A profile under the vendor's tags.
pub fn profile_items(profile: &Profile) -> Value {
    let item = |(tag, value): (String, FieldValue)| json!({"Tag": tag, "Value": value});
    tags::all(profile).into_iter().map(item).collect()
}

/// The change that a `portrait_set` body holds.
pub fn profile_patch(body: &Body<'_>) -> Result<ProfilePatch, Refusal> {
    let bad = |error| Service::Profile.bad_body(&error);
    let items = body.objects("ProfileItem").map_err(bad)?;
    let items = items.ok_or_else(|| Refusal::new(Service::Profile.parameter(), "ProfileItem is missing"))?;
    let mut patch = ProfilePatch::default();
    for item in &items {
        let tag = item.need_text("Tag").map_err(bad)?;
        let value = item
            .raw("Value")
            .and_then(|raw| serde_json::from_str::<FieldValue>(raw.get()).ok());
        let value = value.ok_or_else(|| {
            let info = format!("{tag}: Value must be a string or a whole number");
            Refusal::new(tim::codes::profile::BAD_TYPE, info)
        })?;
        tags::set(&mut patch, &tag, value).map_err(|error| Service::Profile.refuse(error.into()))?;
    }
    Ok(patch)
}
