//! Attributes, counters, lists of members and marks through the Web SDK door.

use super::{
    call::{Call, Done, Outcome, refused},
    group::key,
    login,
};
use crate::doors::shared::{self, Write};
use serde_json::Value;
use tim::{answer::Refusal, fields};

async fn write(call: &Call<'_>, write: Write) -> Outcome {
    let (by, key) = (login::actor(call)?, key(call)?);
    let now = shared::write_attributes(&call.link.app, &key, &by, &call.body()?, write).await?;
    Ok(Done::Answer(now.versions()?))
}

/// `set_group_attr`.
pub async fn set_attributes(call: &Call<'_>) -> Outcome {
    write(call, Write::Set).await
}

/// `modify_group_attr`.
pub async fn modify_attributes(call: &Call<'_>) -> Outcome {
    write(call, Write::Modify).await
}

/// `delete_group_attr`.
pub async fn delete_attributes(call: &Call<'_>) -> Outcome {
    write(call, Write::Delete).await
}

/// `clear_group_attr`.
pub async fn clear_attributes(call: &Call<'_>) -> Outcome {
    write(call, Write::Clear).await
}

/// `get_group_attr`.
pub async fn attributes(call: &Call<'_>) -> Outcome {
    let (by, key) = (login::actor(call)?, key(call)?);
    Ok(Done::Answer(shared::attributes(&call.link.app, &key, &by).await?))
}

/// `update_group_counter`.
pub async fn update_counters(call: &Call<'_>) -> Outcome {
    let (by, key) = (login::actor(call)?, key(call)?);
    let answer = shared::update_counters(&call.link.app, &key, &by, &call.body()?).await?;
    Ok(Done::Answer(answer))
}

/// `get_group_counter`.
pub async fn counters(call: &Call<'_>) -> Outcome {
    let (by, key) = (login::actor(call)?, key(call)?);
    let answer = shared::counters(&call.link.app, &key, &by, &call.body()?).await?;
    Ok(Done::Answer(answer))
}

/// Only members see who is there.
fn need_there(call: &Call<'_>) -> Result<room::RoomKey, Refusal> {
    let (session, key) = (call.session()?, key(call)?);
    call.link.app.is_member(&session, &key).map_err(refused)?;
    Ok(key)
}

/// `get_members`.
pub async fn members(call: &Call<'_>) -> Outcome {
    let key = need_there(call)?;
    Ok(Done::Answer(
        shared::members(&call.link.app, &key, &call.body()?).await?,
    ))
}

/// `get_group_member_info`: the newest members, in the shape of other group types. An SDK asks so while it does not know
/// its features yet.
pub async fn members_as_ordinary(call: &Call<'_>) -> Outcome {
    let key = need_there(call)?;
    let found = shared::members(&call.link.app, &key, &tim::body::Body::default()).await?;
    let list = found.get("MemberList").cloned().unwrap_or_default();
    let number = list.as_array().map_or(0, Vec::len);
    Ok(Done::Answer(
        fields! {"MemberNum": number, "MemberList": list, "Next": Value::Null},
    ))
}

/// `modify_user_info`.
pub async fn mark(call: &Call<'_>) -> Outcome {
    let (by, key) = (login::actor(call)?, key(call)?);
    Ok(Done::Answer(
        shared::mark(&call.link.app, &key, &by, &call.body()?).await?,
    ))
}
