//! Our own API for operators and moderators, on the operator's listener: `/v1/apps/{app}/rooms/{room}/...`, JSON, with
//! the id of the room percent-encoded (decision 25). What it does is described in `docs/admin-api.md`; its OpenAPI
//! document, made from the handlers, is at `/v1/openapi.json`.
//!
//! Whoever calls shows `Authorization: UserSig {identifier}:{usersig}` of an administrator of the app, or
//! `Authorization: Bearer {token}` with the token of `admin.token_file`; there is no other way in, and no CORS
//! (decision 30).
//!
//! Map: [`caller`] who calls · [`refusal`] errors · [`rooms`] how a room is run · [`account`] what became of messages ·
//! [`messages`] taken back, or looked at first.

mod account;
mod caller;
mod messages;
mod refusal;
mod rooms;

use crate::app::Application;
use axum::{Json, Router, body::Body, extract::DefaultBodyLimit};
use http::{Request, Response, StatusCode};
use refusal::Refusal;
use std::{net::IpAddr, sync::Arc};
use tower::ServiceExt;
use utoipa::{
    OpenApi,
    openapi::{
        self,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The longest body, in bytes.
const BODY_BYTES_MAX: usize = 65_536;
/// Where every error sends its reader.
const SEE: &str = "see docs/admin-api.md, or GET /v1/openapi.json, for what there is";

#[derive(OpenApi)]
#[openapi(
    info(title = "Plaudit admin API", description = "For operators and moderators of live rooms."),
    security(("token" = []), ("usersig" = []))
)]
struct Document;

/// The door.
pub struct AdminDoor(Router);

impl AdminDoor {
    /// The door of an application.
    pub fn new(app: &Arc<Application>) -> Self {
        let (router, document) = routes();
        let document = Arc::new(document);
        let router = router
            .route(
                "/v1/openapi.json",
                axum::routing::get(async move || Json((*document).clone())),
            )
            .fallback(async || Refusal::new(StatusCode::NOT_FOUND, "no_path", SEE))
            .method_not_allowed_fallback(async || Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method", SEE))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
        Self(router.with_state(app.clone()))
    }

    /// Whether a path is one of this door.
    pub fn has(path: &str) -> bool {
        path.starts_with("/v1/")
    }

    /// Answers a request.
    pub async fn handle(&self, mut request: Request<Body>, peer: IpAddr) -> Response<Body> {
        request.extensions_mut().insert(caller::Peer(peer));
        match self.0.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

type Door = Router<Arc<Application>>;

fn routes() -> (Door, openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(rooms::rules, rooms::change_rules))
        .routes(routes!(rooms::app_rules, rooms::change_app_rules))
        .routes(routes!(rooms::remove))
        .routes(routes!(rooms::link))
        .routes(routes!(account::tally))
        .routes(routes!(account::messages))
        .routes(routes!(messages::delete))
        .routes(routes!(messages::held))
        .routes(routes!(messages::release))
        .routes(routes!(messages::remove))
        .split_for_parts();
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let usersig = ApiKeyValue::with_description("Authorization", "UserSig IDENTIFIER:USERSIG of an administrator");
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    components.add_security_scheme("usersig", SecurityScheme::ApiKey(ApiKey::Header(usersig)));
    (router, document)
}
