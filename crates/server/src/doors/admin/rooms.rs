//! How a room is run.

use super::{
    caller::{AppCaller, Caller, Given},
    refusal::{Refusal, Told},
};
use axum::Json;
use room::{
    UserId,
    rules::{AppRules, RoomRules, RulesChange},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Nothing more to say.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {}

/// The rules of a room.
#[derive(Serialize, ToSchema)]
pub(super) struct Rules {
    rules: RoomRules,
}

/// How a room is run.
#[utoipa::path(
    get,
    path = "/v1/apps/{app}/rooms/{room}/rules",
    params(("app" = u32, Path), ("room" = String, Path)),
    responses((status = 200, body = Rules), (status = "4XX", body = Told)),
)]
pub(super) async fn rules(caller: Caller) -> Result<Json<Rules>, Refusal> {
    let rules = caller.app.room_info(&caller.key).await?.record.rules.clone();
    Ok(Json(Rules { rules }))
}

/// Changes how a room is run, at once; it is on disk before the answer.
#[utoipa::path(
    patch,
    path = "/v1/apps/{app}/rooms/{room}/rules",
    params(("app" = u32, Path), ("room" = String, Path)),
    request_body = RulesChange,
    responses((status = 200, body = Rules), (status = "4XX", body = Told)),
)]
pub(super) async fn change_rules(caller: Caller, Given(change): Given<RulesChange>) -> Result<Json<Rules>, Refusal> {
    caller.app.change_rules(&caller.key, &caller.by, change).await?;
    rules(caller).await
}

/// The rules of all rooms of an app.
#[derive(Serialize, ToSchema)]
pub(super) struct OfApp {
    rules: AppRules,
}

/// The rules of all rooms of an app, as they were changed while the server runs.
#[utoipa::path(
    get,
    path = "/v1/apps/{app}/rules",
    params(("app" = u32, Path)),
    responses((status = 200, body = OfApp), (status = "4XX", body = Told)),
)]
pub(super) async fn app_rules(caller: AppCaller) -> Json<OfApp> {
    let rules = caller.app.app_rules(caller.id);
    Json(OfApp { rules })
}

/// Changes the rules of all rooms of an app, at once; it is on disk before the answer. A room's own rules go before them.
#[utoipa::path(
    patch,
    path = "/v1/apps/{app}/rules",
    params(("app" = u32, Path)),
    request_body = AppRules,
    responses((status = 200, body = OfApp), (status = "4XX", body = Told)),
)]
pub(super) async fn change_app_rules(caller: AppCaller, Given(rules): Given<AppRules>) -> Result<Json<OfApp>, Refusal> {
    caller.app.set_app_rules(caller.id, rules).await?;
    Ok(app_rules(caller).await)
}

/// Who is to go, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    users: Vec<UserId>,
    #[serde(default)]
    reason: String,
}

/// Puts members out of a room. They may come back; a ban keeps them out.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/rooms/{room}/remove",
    params(("app" = u32, Path), ("room" = String, Path)),
    request_body = Removal,
    responses((status = 200, body = Done), (status = "4XX", body = Told)),
)]
pub(super) async fn remove(caller: Caller, Given(removal): Given<Removal>) -> Result<Json<Done>, Refusal> {
    let Caller { app, by, key } = caller;
    app.remove_members(&key, &by, &removal.users, &removal.reason).await?;
    Ok(Json(Done {}))
}
