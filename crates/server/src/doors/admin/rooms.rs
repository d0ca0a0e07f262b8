//! How a room is run.

use super::{
    caller::{AppCaller, Caller, Given},
    refusal::{Refusal, Told},
};
use axum::Json;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
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

/// For how long a link is to be good.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Term {
    /// From 1 to 31,536,000, a year.
    #[schema(minimum = 1, maximum = 31_536_000)]
    seconds: u64,
}

/// A link with which a room can be read over plain HTTP, while its rule `reading` is `link`.
#[derive(Serialize, ToSchema)]
pub(super) struct Link {
    /// What is shown as `?key=`.
    key: String,
    /// When it ends, in seconds since 1970.
    expires_s: u64,
    /// Where the stream is, at the clients' listener.
    events: String,
    /// Where the slices begin.
    slices: String,
}

/// Makes a link with which a room can be read over plain HTTP. It ends by itself; before that only by the room's rule.
#[utoipa::path(
    post,
    path = "/v1/apps/{app}/rooms/{room}/link",
    params(("app" = u32, Path), ("room" = String, Path)),
    request_body = Term,
    responses((status = 200, body = Link), (status = "4XX", body = Told)),
)]
pub(super) async fn link(caller: Caller, Given(term): Given<Term>) -> Result<Json<Link>, Refusal> {
    const YEAR_S: u64 = 31_536_000;
    if !(1..=YEAR_S).contains(&term.seconds) {
        return Err(Refusal::parameter(format!("seconds is from 1 to {YEAR_S}")));
    }
    let (key, expires_s) = caller.app.make_link(&caller.key, term.seconds).await?;
    let room = utf8_percent_encode(caller.key.room.as_str(), NON_ALPHANUMERIC);
    let base = format!("/v1/apps/{}/rooms/{room}", caller.key.app.0);
    Ok(Json(Link {
        events: format!("{base}/events?key={key}"),
        slices: format!("{base}/slices/live?key={key}"),
        key,
        expires_s,
    }))
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
