//! The vendor's REST v4 door: `POST /v4/{service}/{command}?sdkappid&identifier&usersig&random&contenttype` with a JSON
//! body (rest-api.md section 1). The HTTP status is always 200; success or failure is in the body.
//!
//! Map: this file is the gateway, what is checked for every command · [`commands`] the table · [`account`],
//! [`profile`], [`group`], [`moderation`], [`audience`], [`shared`], [`direct`] what the commands do · [`rates`] how
//! often.

pub mod account;
pub mod audience;
pub mod commands;
pub mod direct;
pub mod group;
pub mod moderation;
pub mod profile;
pub mod rates;
pub mod shared;

use crate::{
    app::{Application, manage::Actor},
    config::App,
    doors::refusal::Service,
    telemetry::metrics::Door,
};
use bytes::Bytes;
use commands::Does;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Limited};
use percent_encoding::percent_decode_str;
use room::{AppId, RoomKey, UserId};
use std::{borrow::Cow, net::IpAddr, sync::Arc, time::Instant};
use tim::{
    answer::{self, Answer, Refusal},
    body::Body,
    codes::{account as account_codes, gateway, group as group_codes},
};

/// A command that passed the gateway.
pub struct Rest<'a> {
    /// The application.
    pub app: &'a Arc<Application>,
    /// The app that calls.
    pub tenant: &'a App,
    /// The administrator who calls.
    pub admin: UserId,
    /// From where he calls.
    pub address: IpAddr,
    /// What is asked.
    pub body: Body<'a>,
}

impl Rest<'_> {
    /// The app's id.
    pub fn app_id(&self) -> AppId {
        self.tenant.id
    }

    /// Who acts.
    pub fn actor(&self) -> Actor {
        Actor::backend(self.admin.clone(), Some(self.address))
    }

    /// The room that `GroupId` names.
    pub fn room(&self) -> Result<RoomKey, Refusal> {
        let id = self
            .body
            .need_text("GroupId")
            .map_err(|error| Service::Group.bad_body(&error))?;
        let room = self.app.room_id(&id).map_err(|error| Service::Group.refuse(error))?;
        Ok(RoomKey {
            app: self.app_id(),
            room,
        })
    }
}

/// Whether a path is one of this door. Clients double the leading slash.
pub fn is_ours(path: &str) -> bool {
    path.trim_start_matches('/').starts_with("v4/")
}

/// Answers a request.
pub async fn handle(app: &Arc<Application>, request: Request<axum::body::Body>, peer: IpAddr) -> Response<String> {
    let started = Instant::now();
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let command = path.strip_prefix("v4/").and_then(commands::find);
    let answer = match command {
        None => Err(unknown(&path)),
        Some(command) => {
            let query = request.uri().query().unwrap_or_default().to_owned();
            let app_of_task = app.clone();
            let bytes_max = app.config.limits.rest_body_bytes_max;
            match Limited::new(request.into_body(), bytes_max).collect().await {
                Err(_) => {
                    let info = format!("the body did not arrive whole, or is longer than {bytes_max} bytes");
                    Err(Refusal::new(gateway::BAD_HTTP, info))
                }
                // Worked on to its end, also when the caller hangs up.
                Ok(body) => {
                    let work = run(app_of_task, command, query, body.to_bytes(), peer);
                    app.spawn(work)
                        .await
                        .unwrap_or_else(|_| Err(Refusal::new(group_codes::INTERNAL, "internal error")))
                }
            }
        }
    };
    let code = answer.as_ref().err().map_or(0, |refusal| refusal.code);
    app.metrics.command(
        Door::Rest,
        command.map_or("unknown", |command| command.name),
        code,
        started.elapsed(),
    );
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, "X-Requested-With")
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, "POST");
    response.body(answer::body(&answer)).unwrap_or_default()
}

/// The checks of the gateway, in the order of rest-api.md section 1, then the command.
async fn run(
    app: Arc<Application>,
    command: &'static commands::Command,
    query: String,
    body: Bytes,
    peer: IpAddr,
) -> Answer {
    let query = Query(&query);
    let app_id = query
        .get("sdkappid")
        .ok_or_else(|| Refusal::new(gateway::NO_APP, "sdkappid is missing"))?;
    // Digits only: a number may be written with a sign, an app id may not.
    let digits = app_id.bytes().all(|b| b.is_ascii_digit());
    let id = app_id.parse().ok().filter(|_| digits);
    let tenant = id.and_then(|id| app.tenant(id).ok());
    let tenant = tenant.ok_or_else(|| Refusal::new(gateway::BAD_APP, format!("no app {app_id:?} is served here")))?;
    let identifier = query.get("identifier").filter(|identifier| !identifier.is_empty());
    let identifier = identifier.ok_or_else(|| Refusal::new(gateway::BAD_IDENTIFIER, "identifier is missing"))?;
    let ticket = query
        .get("usersig")
        .ok_or_else(|| Refusal::new(gateway::BAD_USERSIG, "usersig is missing"))?;
    let proven = app.authenticate(tenant, &identifier, &ticket, peer).await;
    let admin = proven.map_err(|error| Service::Account.refuse(error))?.user.user;
    if !tenant.admins.contains(&admin) {
        let info = format!("{admin} is not an administrator of app {}; see --admin", tenant.id.0);
        return Err(Refusal::new(gateway::NOT_ADMIN, info));
    }
    if !app.call_rates.take(tenant.id, command, app.clock.now()) {
        let info = format!("{} is called too often; see limits.rest_calls_per_s", command.word());
        return Err(Refusal::new(command.too_often, info));
    }
    let body = Body::parse(&body).map_err(|error| Refusal::new(gateway::BAD_JSON, error.to_string()))?;
    match command.does {
        Does::Refuse { code, why } => Err(Refusal::new(code, why)),
        Does::Run(work) => {
            let rest = Rest {
                app: &app,
                tenant,
                admin,
                address: peer,
                body,
            };
            work(rest).await
        }
    }
}

fn unknown(path: &str) -> Refusal {
    let shown: String = path.chars().take(100).collect();
    let code = if path.starts_with("v4/group_open_") {
        group_codes::UNKNOWN_COMMAND
    } else {
        gateway::UNKNOWN_PATH
    };
    Refusal::new(code, format!("/{shown} is not served here; see docs/compatibility.md"))
}

/// The parameters of an address.
struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    /// A parameter's value, percent-decoded. `+` stays: a UserSig has none, and a user id may have one.
    fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = self
            .0
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        Some(percent_decode_str(value).decode_utf8_lossy())
    }
}

/// A list with at most `max` members, or the code for too many.
fn at_most<T>(list: Vec<T>, max: usize, code: i32) -> Result<Vec<T>, Refusal> {
    if list.len() > max {
        Err(Refusal::new(code, format!("at most {max} per call")))
    } else {
        Ok(list)
    }
}

/// The code for a batch that is too large, in the account service.
const BATCH_SIZE: i32 = account_codes::BATCH_SIZE;
