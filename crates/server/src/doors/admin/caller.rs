//! Who calls the admin API, and what about.

use super::refusal::Refusal;
use crate::{
    app::{AppError, Application, manage::Actor},
    config::App,
};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::{StatusCode, header, request::Parts};
use room::{AppId, RoomKey};
use serde::de::DeserializeOwned;
use std::{collections::HashMap, net::IpAddr, sync::Arc};
use subtle::ConstantTimeEq;

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Somebody who may do everything in an app.
pub(super) struct AppCaller {
    pub(super) app: Arc<Application>,
    pub(super) by: Actor,
    pub(super) id: AppId,
}

impl FromRequestParts<Arc<Application>> for AppCaller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<Application>) -> Result<Self, Refusal> {
        let id = path(parts, app, "app").await?;
        let tenant = id.parse().ok().and_then(|id| app.tenant(id).ok());
        let tenant =
            tenant.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "no_app", "no such app is served here"))?;
        let peer = parts.extensions.get::<Peer>().copied();
        let peer = peer.ok_or_else(|| Refusal::from(AppError::Busy))?;
        let by = authorize(app, tenant, parts, peer).await?;
        let (app, id) = (app.clone(), tenant.id);
        Ok(Self { app, by, id })
    }
}

/// A part of the path.
async fn path(parts: &mut Parts, app: &Arc<Application>, name: &str) -> Result<String, Refusal> {
    let Path(mut path): Path<HashMap<String, String>> = Path::from_request_parts(parts, app).await?;
    Ok(path.remove(name).unwrap_or_default())
}

/// Somebody who may do everything in a room, and the room, which need not exist.
pub(super) struct Caller {
    pub(super) app: Arc<Application>,
    pub(super) by: Actor,
    pub(super) key: RoomKey,
}

impl FromRequestParts<Arc<Application>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<Application>) -> Result<Self, Refusal> {
        let AppCaller { app, by, id } = AppCaller::from_request_parts(parts, app).await?;
        let room = path(parts, &app, "room").await?;
        let key = RoomKey {
            app: id,
            room: app.room_id(&room)?,
        };
        Ok(Self { app, by, key })
    }
}

/// `Authorization: UserSig {identifier}:{usersig}` (a UserSig has no colon, an identifier may), or
/// `Authorization: Bearer {token}`; the token's bearer acts as the app's first administrator.
async fn authorize(app: &Application, tenant: &App, parts: &Parts, peer: Peer) -> Result<Actor, Refusal> {
    let given = parts.headers.get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Some(token) = given.strip_prefix("Bearer ") {
        let right = app.config.admin_token.as_ref();
        let right = right.is_some_and(|right| bool::from(right.reveal().as_bytes().ct_eq(token.trim().as_bytes())));
        return match tenant.admins.first().filter(|_| right) {
            Some(admin) => Ok(Actor::backend(admin.clone(), Some(peer.0))),
            None => Err(Refusal::new(
                StatusCode::UNAUTHORIZED,
                "token",
                "this is not the token of admin.token_file",
            )),
        };
    }
    let split = given
        .strip_prefix("UserSig ")
        .and_then(|given| given.trim().rsplit_once(':'));
    let (identifier, ticket) = split.ok_or_else(|| {
        let text = "send Authorization: UserSig IDENTIFIER:USERSIG of an administrator (plaudit usersig signs one), or \
                    Authorization: Bearer TOKEN with the token of admin.token_file";
        Refusal::new(StatusCode::UNAUTHORIZED, "no_usersig", text)
    })?;
    let admin = app.authenticate(tenant, identifier, ticket, peer.0).await?.user.user;
    if !tenant.admins.contains(&admin) {
        let text = format!("{admin} is not an administrator of app {}", tenant.id.0);
        return Err(Refusal::new(StatusCode::FORBIDDEN, "not_admin", text));
    }
    Ok(Actor::backend(admin, Some(peer.0)))
}

/// The query of a request; an error is told as all errors are.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Application>> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<Application>) -> Result<Self, Refusal> {
        let Query(query) = Query::from_request_parts(parts, app).await?;
        Ok(Self(query))
    }
}

/// The body of a request, whatever it calls itself; an error is told as all errors are.
pub(super) struct Given<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Application>> for Given<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<Application>) -> Result<Self, Refusal> {
        let bytes = axum::body::Bytes::from_request(request, app)
            .await
            .map_err(|rejection| Refusal::new(StatusCode::BAD_REQUEST, "body", rejection.body_text()))?;
        let given = serde_json::from_slice(&bytes);
        given
            .map(Self)
            .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, "body", error.to_string()))
    }
}
