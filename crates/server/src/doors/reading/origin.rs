//! Which pages may read (decision 31): those of all origins, unless the app has a list.

use crate::config::App;
use axum::body::Body;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

/// For how long a browser need not ask again, in seconds: a day, which most browsers shorten.
const PREFLIGHT_S: &str = "86400";

/// Whether whoever asks may: programs that are no pages say no origin.
pub fn may_ask(app: &App, headers: &HeaderMap) -> bool {
    headers
        .get(header::ORIGIN)
        .is_none_or(|origin| origin.to_str().is_ok_and(|origin| app.allows_origin(origin)))
}

/// Says so in an answer. Where it depends on who asks, caches are told.
pub fn allow(app: &App, asked: &HeaderMap, answer: &mut HeaderMap) {
    if app.origins.is_empty() {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        return;
    }
    answer.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = asked.get(header::ORIGIN).filter(|_| may_ask(app, asked)) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
}

/// The answer to a browser that asks first.
pub fn preflight() -> Response<Body> {
    let built = Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD")
        .header(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "last-event-id, cache-control, if-none-match",
        )
        .header(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_S);
    built.body(Body::empty()).unwrap_or_default()
}
