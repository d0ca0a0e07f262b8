//! Our own API for operators and moderators, on the operator's listener: `/v1/apps/{app}/rooms/{room}/...`, JSON, with
//! the id of the room percent-encoded (decision 25). What it does is described in `docs/admin-api.md`.
//!
//! Whoever calls shows `Authorization: UserSig {identifier}:{usersig}` of an administrator of the app; there is no other
//! way in, and no CORS (decision 30).

use crate::app::{AppError, Application, manage::Actor};
use axum::body::Body;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use percent_encoding::percent_decode_str;
use room::{RoomKey, UserId, rules::RulesChange, tally::Counts};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{borrow::Cow, net::IpAddr, sync::Arc};

/// The longest body, in bytes.
const BODY_BYTES_MAX: usize = 65_536;
/// How far back the account is read when nobody says, in seconds.
const TALLY_S: u64 = 60;

/// A refusal: an HTTP status, a word for programs, and a text for people.
struct Refusal {
    status: StatusCode,
    error: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            error,
            message: message.into(),
        }
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let (status, word) = match &error {
            AppError::NoRoom(_) => (StatusCode::NOT_FOUND, "no_room"),
            AppError::NoAccount(_) => (StatusCode::NOT_FOUND, "no_account"),
            AppError::UnknownApp(_) => (StatusCode::NOT_FOUND, "no_app"),
            AppError::Ticket(_) | AppError::TicketRevoked => (StatusCode::UNAUTHORIZED, "usersig"),
            AppError::TooManyAttempts => (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"),
            AppError::BadRoom { .. } | AppError::BadUser { .. } | AppError::RoomField(_) => {
                (StatusCode::BAD_REQUEST, "parameter")
            }
            _ => {
                tracing::error!(error = &error as &dyn std::error::Error, "the admin API failed");
                (StatusCode::SERVICE_UNAVAILABLE, "failed")
            }
        };
        Self::new(status, word, error.to_string())
    }
}

/// Whether a path is one of this door.
pub fn is_ours(path: &str) -> bool {
    path.starts_with("/v1/")
}

/// Answers a request.
pub async fn handle(app: &Arc<Application>, request: Request<Body>, peer: IpAddr) -> Response<String> {
    let (status, body) = match run(app, request, peer).await {
        Ok(body) => (StatusCode::OK, body),
        Err(refusal) => (
            refusal.status,
            json!({"error": refusal.error, "message": refusal.message}),
        ),
    };
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json");
    response.body(body.to_string()).unwrap_or_default()
}

async fn run(app: &Arc<Application>, request: Request<Body>, peer: IpAddr) -> Result<Value, Refusal> {
    let unknown = || {
        Refusal::new(
            StatusCode::NOT_FOUND,
            "no_path",
            "see docs/admin-api.md for what there is",
        )
    };
    let path = request.uri().path().to_owned();
    let parts: Vec<_> = path.split('/').collect();
    let ["", "v1", "apps", id, "rooms", room, what] = parts.as_slice() else {
        return Err(unknown());
    };
    let tenant = id.parse().ok().and_then(|id| app.tenant(id).ok());
    let tenant = tenant.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "no_app", "no such app is served here"))?;
    let (identifier, ticket) = credentials(request.headers())?;
    let proven = app.authenticate(tenant, &identifier, &ticket, peer).await?;
    let admin = proven.user.user;
    if !tenant.admins.contains(&admin) {
        let text = format!("{admin} is not an administrator of app {}", tenant.id.0);
        return Err(Refusal::new(StatusCode::FORBIDDEN, "not_admin", text));
    }
    let room = percent_decode_str(room).decode_utf8_lossy();
    let key = RoomKey {
        app: tenant.id,
        room: app.room_id(&room)?,
    };
    let by = Actor::Backend(admin);
    let query = request.uri().query().unwrap_or_default().to_owned();
    match (request.method().clone(), *what) {
        (Method::GET, "tally") => tally(app, &key, &query).await,
        (Method::GET, "rules") => rules(app, &key).await,
        (Method::PATCH, "rules") => {
            let change: RulesChange = body(request).await?;
            app.change_rules(&key, &by, change).await?;
            rules(app, &key).await
        }
        (Method::POST, "remove") => {
            let removal: Removal = body(request).await?;
            app.remove_members(&key, &by, &removal.users, &removal.reason).await?;
            Ok(json!({}))
        }
        (_, "tally" | "rules" | "remove") => Err(Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method",
            "see docs/admin-api.md for the method",
        )),
        _ => Err(unknown()),
    }
}

/// `Authorization: UserSig {identifier}:{usersig}`; a UserSig has no colon, an identifier may.
fn credentials(headers: &HeaderMap) -> Result<(String, String), Refusal> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let split = given.and_then(|given| given.strip_prefix("UserSig ")?.trim().rsplit_once(':'));
    let (identifier, ticket) = split.ok_or_else(|| {
        let text = "send Authorization: UserSig IDENTIFIER:USERSIG of an administrator; plaudit usersig signs one";
        Refusal::new(StatusCode::UNAUTHORIZED, "no_usersig", text)
    })?;
    Ok((identifier.to_owned(), ticket.to_owned()))
}

async fn body<T: DeserializeOwned>(request: Request<Body>) -> Result<T, Refusal> {
    let bad = |message: String| Refusal::new(StatusCode::BAD_REQUEST, "body", message);
    let bytes = Limited::new(request.into_body(), BODY_BYTES_MAX).collect().await;
    let bytes = bytes.map_err(|_| {
        bad(format!(
            "the body did not arrive whole, or is longer than {BODY_BYTES_MAX} bytes"
        ))
    })?;
    serde_json::from_slice(&bytes.to_bytes()).map_err(|error| bad(error.to_string()))
}

/// Who is to go, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Removal {
    users: Vec<UserId>,
    #[serde(default)]
    reason: String,
}

async fn rules(app: &Application, key: &RoomKey) -> Result<Value, Refusal> {
    let rules = app.room_info(key).await?.record.rules.clone();
    Ok(json!({"rules": rules}))
}

/// The account of a room from the second `from` up to, but not including, `to`.
async fn tally(app: &Application, key: &RoomKey, query: &str) -> Result<Value, Refusal> {
    let given = |name: &str| -> Result<Option<u64>, Refusal> {
        let value = query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let number = |value: &str| {
            let text = format!("{name} must be a number of seconds since 1970");
            let decoded: Cow<'_, str> = percent_decode_str(value).decode_utf8_lossy();
            decoded
                .parse()
                .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "parameter", text))
        };
        value.map(number).transpose()
    };
    let now_s = app.clock.now().secs();
    let to_s = given("to")?.unwrap_or(now_s + 1);
    let from_s = given("from")?.unwrap_or(to_s.saturating_sub(TALLY_S));
    let room = app.room(key).await?;
    let rows = room.tally.lock().read(from_s, to_s);
    let total = rows.iter().fold(Counts::default(), |mut total, row| {
        total.add(&row.counts);
        total
    });
    Ok(json!({"from_s": from_s, "to_s": to_s, "since_s": room.opened.secs(), "total": total, "rows": rows}))
}
