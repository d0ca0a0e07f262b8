//! Errors of this door: an HTTP status, and the error object of our protocol.

use crate::{app::AppError, doors::native};
use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use tim::codes::{account, gateway, group};
use wire::answer;

/// After how long whoever is too many comes back at the earliest and at the latest, in seconds.
const RETRY_S: std::ops::RangeInclusive<u32> = 1..=5;

/// A refusal.
pub struct Refusal {
    status: StatusCode,
    told: answer::Refusal,
    retry_s: Option<u32>,
}

impl Refusal {
    fn new(status: StatusCode, code: i32, cause: &'static str, text: impl Into<String>) -> Self {
        let (text, retry_after_ms) = (text.into(), None);
        Self {
            status,
            told: answer::Refusal {
                code,
                cause,
                text,
                retry_after_ms,
            },
            retry_s: None,
        }
    }

    /// No such app.
    pub fn no_app() -> Self {
        let text = "no such app is served here";
        Self::new(StatusCode::NOT_FOUND, account::UNKNOWN_APP, "no_app", text)
    }

    /// A slice that is called neither `live` nor by a number.
    pub fn no_path() -> Self {
        let text = "a slice is called live, or by the number of its second";
        Self::new(StatusCode::NOT_FOUND, group::PARAMETER, "no_path", text)
    }

    /// A room's id that is no text.
    pub fn no_text() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            group::BAD_ID,
            "bad_room",
            "the id of the room is no text",
        )
    }

    /// A request that cannot be read.
    pub fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, group::PARAMETER, "bad_request", text)
    }

    /// Neither GET nor HEAD.
    pub fn method() -> Self {
        let text = "rooms are read with GET";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, group::PARAMETER, "method", text)
    }

    /// A page of an origin that the app does not have on its list.
    pub fn origin() -> Self {
        let text = "pages of this origin may not read rooms of this app";
        Self::new(StatusCode::FORBIDDEN, group::DENIED, "origin", text)
    }

    /// Too many connections of one address, or the server stops.
    pub fn full() -> Self {
        let text = "too many connections of one address, or the server is stopping; try again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, gateway::BUSY, "busy", text).later()
    }

    /// A slice whose second is not over, or only just.
    pub fn not_yet() -> Self {
        let text = "this second is not over; ask again in a second";
        Self::new(StatusCode::NOT_FOUND, group::PARAMETER, "not_yet", text)
    }

    /// A slice that is not kept any more, or never was.
    pub fn too_old() -> Self {
        let text = "this slice is not kept any more; begin anew with live";
        Self::new(StatusCode::GONE, group::PARAMETER, "too_old", text)
    }

    /// Drawn, so that not everybody comes back at once.
    fn later(mut self) -> Self {
        let drawn = getrandom::u32().unwrap_or_default();
        self.retry_s = Some(RETRY_S.start() + drawn % (RETRY_S.end() - RETRY_S.start() + 1));
        self
    }

    /// How it is said. Who may not read, and what is not there, a cache may know for a second: a crowd that asks for it costs
    /// no more than one that reads.
    pub fn answer(self) -> Response<Body> {
        #[derive(Serialize)]
        struct Told {
            error: answer::Refusal,
        }
        let cache = match self.status {
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => "public, max-age=1",
            _ => "no-store",
        };
        let body = serde_json::to_vec(&Told { error: self.told }).unwrap_or_default();
        let mut answer = super::json(self.status, cache.to_owned(), body);
        if let Some(seconds) = self.retry_s {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            let methods = HeaderValue::from_static("GET, HEAD, OPTIONS");
            answer.headers_mut().insert(header::ALLOW, methods);
        }
        answer
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let status = match &error {
            AppError::UnknownApp(_) | AppError::NoRoom(_) => StatusCode::NOT_FOUND,
            AppError::NotReadable | AppError::BadLink => StatusCode::FORBIDDEN,
            AppError::BadRoom { .. } => StatusCode::BAD_REQUEST,
            AppError::Busy => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        let told = native::refusal::refused(error);
        let later = told.retry_after_ms.is_some();
        let refusal = Self {
            status,
            told,
            retry_s: None,
        };
        if later { refusal.later() } else { refusal }
    }
}
