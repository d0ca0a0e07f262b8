//! Reading a room over plain HTTP (docs/protocol.md, section 10), below any path prefix:
//! `/v1/apps/{app}/rooms/{room}/events` and `.../slices/...`. No cookies, no login: what a room's rules say, and a link's key.
//!
//! Map: [`path`] what is asked for · [`origin`] which pages may ask · [`slices`] what caches keep · [`stream`] Server-Sent
//! Events · [`refusal`] errors.

pub mod origin;
pub mod path;
pub mod refusal;
pub mod slices;
pub mod stream;

use crate::{
    app::Application,
    doors::gate::{Gate, Place},
};
use axum::{body::Body, extract::Query};
use http::{Method, Response, StatusCode, Uri, header, request::Parts};
use path::{Path, What};
use refusal::Refusal;
use room::RoomKey;
use serde::Deserialize;
use std::net::IpAddr;

/// What a query may say.
#[derive(Debug, Default, Deserialize)]
struct Said {
    /// The key of a link.
    key: Option<String>,
    /// Where a stream goes on.
    after: Option<String>,
}

/// Answers a request for a path of this door.
pub async fn handle(gate: &Gate, place: &Place, request: &Parts, peer: IpAddr) -> Response<Body> {
    let app = &gate.app;
    let Some(path) = Path::of(request.uri.path()) else {
        return Refusal::no_path().answer();
    };
    let Some(tenant) = path.app.and_then(|id| app.tenant(id).ok()) else {
        return Refusal::no_app().answer();
    };
    let mut answer = if !origin::may_ask(tenant, &request.headers) {
        Refusal::origin().answer()
    } else if request.method == Method::OPTIONS {
        origin::preflight()
    } else if !matches!(request.method, Method::GET | Method::HEAD) {
        Refusal::method().answer()
    } else {
        let key = room_of(app, &path).map(|room| RoomKey { app: tenant.id, room });
        let answered = match key {
            Ok(key) => read(gate, place, request, peer, &path.what, &key).await,
            Err(refusal) => Err(refusal),
        };
        answered.unwrap_or_else(Refusal::answer)
    };
    origin::allow(tenant, &request.headers, answer.headers_mut());
    answer
}

fn room_of(app: &Application, path: &Path<'_>) -> Result<room::RoomId, Refusal> {
    let room = path.room.as_deref().ok_or_else(Refusal::no_text)?;
    Ok(app.room_id(room)?)
}

async fn read(
    gate: &Gate,
    place: &Place,
    request: &Parts,
    peer: IpAddr,
    what: &What,
    key: &RoomKey,
) -> Result<Response<Body>, Refusal> {
    let said = said(&request.uri)?;
    let link = said.key.as_deref();
    match what {
        What::Events => {
            let asks = stream::Asks::of(&request.headers, said.after.as_deref())?;
            if request.method == Method::HEAD {
                gate.app.may_read(key, link).await?;
                return Ok(stream::answer(Body::empty()));
            }
            let full = match gate.stop.is_cancelled() {
                true => Some("stopping"),
                false => (!place.is_of(peer)).then_some("address_full"),
            };
            if let Some(cause) = full {
                gate.app.metrics.refused(cause);
                return Err(Refusal::full());
            }
            let reader = gate.app.open_stream(key, link, peer).await?;
            Ok(stream::answer(stream::body(reader, asks, gate.stop.clone())))
        }
        What::Live => slices::live(&gate.app, key, link).await,
        What::Slice(second) => slices::slice(&gate.app, key, link, *second, &request.headers).await,
        What::Nothing => Err(Refusal::no_path()),
    }
}

fn said(uri: &Uri) -> Result<Said, Refusal> {
    match Query::try_from_uri(uri) {
        Ok(Query(said)) => Ok(said),
        Err(rejection) => Err(Refusal::bad(rejection.body_text())),
    }
}

fn json(status: StatusCode, cache: String, body: impl Into<Body>) -> Response<Body> {
    let built = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, cache);
    built.body(body.into()).unwrap_or_default()
}
