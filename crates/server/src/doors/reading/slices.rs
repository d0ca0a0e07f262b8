//! Slices: what caches keep of a room (decision 0020).

use super::{json, refusal::Refusal};
use crate::{
    app::Application,
    fanout::{feed::Kept, slices::NoSlice},
};
use axum::body::Body;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use room::RoomKey;
use wire::{answer::Profile, reading::Live};

/// For how long a slice may be kept, in seconds: a year, which stands for ever in HTTP (RFC 9111 says nothing longer is useful).
const EVER_S: u64 = 31_536_000;

/// Where the slices of a room are.
pub async fn live(app: &Application, key: &RoomKey, link: Option<&str>) -> Result<Response<Body>, Refusal> {
    let (room, kept) = noted(app, app.kept_slices(key, link).await)?;
    let Kept { epoch, oldest, newest } = kept;
    let record = room.record();
    let live = Live {
        room: key.room.as_str(),
        epoch: &epoch,
        oldest,
        newest,
        profile: Profile::from(&*record),
        state: app.state_of(&room),
    };
    app.metrics.slice_request("live");
    Ok(json(StatusCode::OK, "public, max-age=1".to_owned(), live.to_json()))
}

/// What a room said in a second.
pub async fn slice(
    app: &Application,
    key: &RoomKey,
    link: Option<&str>,
    second: u64,
    headers: &HeaderMap,
) -> Result<Response<Body>, Refusal> {
    let slice = noted(app, app.slice(key, link, second).await)?;
    let (outcome, sealed) = match slice.sealed {
        Ok(sealed) => ("slice", Ok(sealed)),
        Err(NoSlice::NotYet) => ("not_yet", Err(Refusal::not_yet())),
        Err(NoSlice::TooOld) => ("too_old", Err(Refusal::too_old())),
    };
    let tag = sealed.as_ref().ok().map(|sealed| format!("\"{}\"", sealed.tag));
    let same = tag.as_ref().is_some_and(|tag| is_known(headers, tag));
    app.metrics.slice_request(if same { "same" } else { outcome });
    // Who has a link may have it for as long as the link is good.
    let age_s = slice.left_s.map_or(EVER_S, |left| left.min(EVER_S));
    let cache = format!("public, max-age={age_s}, immutable");
    let body = sealed?.body;
    let mut answer = match same {
        true => json(StatusCode::NOT_MODIFIED, cache, Body::empty()),
        false => json(StatusCode::OK, cache, body),
    };
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    Ok(answer)
}

/// Whether whoever asks has these bytes already (RFC 9110 section 13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).into_iter();
    let mut known = known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    known.any(|known| {
        matches!(known.trim().trim_start_matches("W/"), "*") || known.trim().trim_start_matches("W/") == tag
    })
}

fn noted<T, E: Into<Refusal>>(app: &Application, answer: Result<T, E>) -> Result<T, Refusal> {
    answer.map_err(|error| {
        app.metrics.slice_request("refused");
        error.into()
    })
}
