//! Messages that moderators take back, or look at before they are said.

use super::{
    caller::{Caller, Given},
    refusal::{Refusal, Told},
};
use crate::app::held::{HeldMessage, Verdict};
use axum::Json;
use room::{Millis, Priority, Seq, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;

/// Which messages are to be taken back, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Deletion {
    /// Their `MsgSeq`.
    seqs: Vec<u64>,
    /// Told to whoever shows them.
    #[serde(default)]
    reason: String,
}

/// What was taken back.
#[derive(Serialize, ToSchema)]
pub(super) struct Deleted {
    /// They are gone, for everybody.
    deleted: Vec<u64>,
    /// They are not among the recent ones of the room.
    missing: Vec<u64>,
}

/// Takes messages back, for everybody: off the disk before the answer.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/rooms/{room}/messages/delete",
    params(("app" = u32, Path), ("room" = String, Path)),
    request_body = Deletion,
    responses((status = 200, body = Deleted), (status = "4XX", body = Told)),
)]
pub(super) async fn delete(caller: Caller, Given(deletion): Given<Deletion>) -> Result<Json<Deleted>, Refusal> {
    let Caller { app, by, key } = caller;
    let seqs: Vec<_> = deletion.seqs.into_iter().map(Seq).collect();
    let done = app.delete_messages(&key, &by, &seqs, &deletion.reason).await?;
    Ok(Json(Deleted {
        deleted: done.gone.into_iter().map(|seq| seq.0).collect(),
        missing: done.refused.into_iter().map(|(seq, _)| seq.0).collect(),
    }))
}

/// A message that is held back.
#[derive(Serialize, ToSchema)]
pub(super) struct Held {
    /// Its number, for `held/release` and `held/remove`.
    id: u64,
    from: UserId,
    nick: String,
    priority: Priority,
    random: u32,
    /// When it goes by itself.
    until_ms: Millis,
    /// What it carries (`MsgBody`).
    #[schema(value_type = Vec<Object>)]
    elements: Value,
}

impl From<HeldMessage> for Held {
    fn from(held: HeldMessage) -> Self {
        let message = held.message;
        let raw = RawValue::from_string(message.content.elements.to_string());
        Self {
            id: held.id,
            nick: message.from.nick.to_string(),
            from: message.from.user,
            priority: message.priority,
            random: message.random,
            until_ms: held.until,
            elements: raw
                .ok()
                .and_then(|raw| serde_json::from_str(raw.get()).ok())
                .unwrap_or_default(),
        }
    }
}

/// The messages that are held back, the oldest first.
#[derive(Serialize, ToSchema)]
pub(super) struct HeldList {
    held: Vec<Held>,
}

/// The messages that are held back now.
#[utoipa::path(
    get,
    path = "/v1/apps/{app}/rooms/{room}/held",
    params(("app" = u32, Path), ("room" = String, Path)),
    responses((status = 200, body = HeldList), (status = "4XX", body = Told)),
)]
pub(super) async fn held(caller: Caller) -> Result<Json<HeldList>, Refusal> {
    let held = caller.app.held(&caller.key).await?;
    let held = held.into_iter().map(Held::from).collect();
    Ok(Json(HeldList { held }))
}

/// Which messages that are held back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Judged {
    ids: Vec<u64>,
}

/// Those of them that were still waiting.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {
    done: Vec<u64>,
}

/// Lets messages go that are held back.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/rooms/{room}/held/release",
    params(("app" = u32, Path), ("room" = String, Path)),
    request_body = Judged,
    responses((status = 200, body = Done), (status = "4XX", body = Told)),
)]
pub(super) async fn release(caller: Caller, Given(judged): Given<Judged>) -> Result<Json<Done>, Refusal> {
    let done = caller.app.judge(&caller.key, &judged.ids, Verdict::Release).await?;
    Ok(Json(Done { done }))
}

/// Removes messages that are held back: nobody sees them.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/rooms/{room}/held/remove",
    params(("app" = u32, Path), ("room" = String, Path)),
    request_body = Judged,
    responses((status = 200, body = Done), (status = "4XX", body = Told)),
)]
pub(super) async fn remove(caller: Caller, Given(judged): Given<Judged>) -> Result<Json<Done>, Refusal> {
    let done = caller.app.judge(&caller.key, &judged.ids, Verdict::Remove).await?;
    Ok(Json(Done { done }))
}
