//! `plaudit hooks`: a small backend for trying things out. It prints the webhooks it gets, and follows recipes: the
//! answers to what users of live rooms ask every week, as running examples (docs/recipes/).
//!
//! Map: [`recipes`] what is made of a webhook, pure · `ask` what recipes ask
//! the server · here, the receiver.

mod ask;
mod print;
pub mod recipes;

use super::{CliError, args::HooksArgs, rest::Rest, usersig::Usersig};
use crate::config::{Env, Secret};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use parking_lot::Mutex;
use print::Printer;
use recipes::{Call, Deed, Kitchen, Recipe};
use room::UserId;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use subtle::ConstantTimeEq;
use tim::webhook;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How often likes are written back (FAQ-6: every three to five seconds).
const LIKES_EVERY: Duration = Duration::from_secs(3);
/// How long the server may take for an answer: well within the two seconds that a webhook has.
const TIMEOUT: Duration = Duration::from_millis(1_500);
/// For how long the tickets of the receiver's calls are good, in seconds.
const TICKET_S: i64 = 60;
/// With which code an order is refused to somebody who may not give it: one of the backend's own.
const NOT_YOURS: i32 = 10_101;

/// A receiver that is to be run.
#[derive(Debug)]
pub struct Hooks {
    listen: SocketAddr,
    receiver: Receiver,
}

/// What a receiver does.
#[derive(Debug)]
pub struct Receiver {
    token: Option<Secret>,
    recipes: Vec<Recipe>,
    rest: Option<Rest>,
}

impl Receiver {
    /// A receiver that checks signatures against a token, if there is one, and follows recipes at a server: its address,
    /// and who calls it.
    pub fn new(token: Option<Secret>, recipes: Vec<Recipe>, server: Option<(&str, Usersig)>) -> reqwest::Result<Self> {
        Ok(Self {
            token,
            recipes,
            rest: server.map(|(url, admin)| Rest::new(url, admin, TIMEOUT)).transpose()?,
        })
    }

    /// Receives until `stop`.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
        let state = Arc::new(Running {
            kitchen: Mutex::new(Kitchen::new(self.recipes)),
            token: self.token,
            rest: self.rest,
            printer: Printer::new(),
        });
        let writing = tokio::spawn(write_likes(state.clone(), stop.clone()));
        let router = Router::new().fallback(post(take)).with_state(state);
        let serving = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        let ended = serving.await;
        writing.abort();
        ended
    }
}

struct Running {
    kitchen: Mutex<Kitchen>,
    token: Option<Secret>,
    rest: Option<Rest>,
    printer: Printer,
}

/// What a backend answers: go on, or no.
struct Answer {
    code: i32,
    info: String,
}

impl Answer {
    fn allow() -> Self {
        Self {
            code: 0,
            info: String::new(),
        }
    }
}

impl Hooks {
    pub(super) fn new(args: HooksArgs, env: Env) -> Result<Self, CliError> {
        let token = args.token_file.as_deref().map(super::read_token).transpose()?;
        let admin = UserId::new(&args.admin).map_err(|error| CliError::Refused(format!("--admin: {error}")))?;
        let receiver = if args.recipe.is_empty() {
            Receiver::new(token, args.recipe, None)
        } else {
            let (config, id) = args.app.load(env)?;
            let usersig = Usersig::of(&config, id, admin, TICKET_S)?;
            let server = args.server.unwrap_or_else(|| format!("http://{}", config.listen));
            Receiver::new(token, args.recipe, Some((&server, usersig)))
        };
        Ok(Self {
            listen: args.listen,
            receiver: receiver.map_err(|error| CliError::Refused(error.to_string()))?,
        })
    }

    /// Receives until Ctrl-C.
    pub(super) fn run(self) -> Result<String, CliError> {
        let refused = |error: std::io::Error| CliError::Refused(format!("--listen {}: {error}", self.listen));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.map_err(refused)?.block_on(async {
            let listener = TcpListener::bind(self.listen).await.map_err(refused)?;
            let at = listener.local_addr().map_err(refused)?;
            Printer::new().say(&format!(
                "webhook_url = \"http://{at}/\" in [[apps]] sends them here; Ctrl-C ends"
            ));
            let stop = CancellationToken::new();
            let heard = stop.clone();
            tokio::spawn(async move {
                let _ = tokio::signal::ctrl_c().await;
                heard.cancel();
            });
            self.receiver.run(listener, stop).await.map_err(refused)
        })?;
        Ok("The receiver has ended.".to_owned())
    }
}

async fn take(
    State(running): State<Arc<Running>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    raw: Bytes,
) -> (StatusCode, Json<Value>) {
    let started = Instant::now();
    let query = query.unwrap_or_default();
    let query: HashMap<_, _> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let refuse = |status: StatusCode, why: &str| {
        running.printer.refusal(why);
        let answer = json!({"ActionStatus": "FAIL", "ErrorCode": 1, "ErrorInfo": why});
        (status, Json(answer))
    };
    if let Some(token) = &running.token
        && !is_signed(token, &query, &headers, &raw)
    {
        return refuse(
            StatusCode::UNAUTHORIZED,
            "a call whose signature is not that of the token",
        );
    }
    let Ok(body) = serde_json::from_slice::<Value>(&raw) else {
        return refuse(StatusCode::BAD_REQUEST, "a call whose body is not JSON");
    };
    let call = Call {
        command: body
            .get("CallbackCommand")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        platform: query.get("OptPlatform").copied().unwrap_or_default().to_owned(),
        body,
    };
    let deed = running.kitchen.lock().hear(&call);
    let answer = match deed {
        Some(deed) => running.do_it(deed).await,
        None => Answer::allow(),
    };
    running
        .printer
        .call(&call, answer.code, &answer.info, started.elapsed());
    let answer = json!({"ActionStatus": "OK", "ErrorCode": answer.code, "ErrorInfo": answer.info});
    (StatusCode::OK, Json(answer))
}

/// The vendor's signature, which every call has under a token, and ours, which covers the body too.
fn is_signed(token: &Secret, query: &HashMap<&str, &str>, headers: &HeaderMap, raw: &[u8]) -> bool {
    let time_s = query.get("RequestTime").and_then(|time| time.parse().ok()).unwrap_or(0);
    let given = query.get("Sign").copied().unwrap_or_default();
    let vendors = bool::from(webhook::sign(token.reveal(), time_s).as_bytes().ct_eq(given.as_bytes()));
    let Some(ours) = headers.get(webhook::SIGNATURE_HEADER).map(|value| value.as_bytes()) else {
        return vendors;
    };
    let body = String::from_utf8_lossy(raw);
    vendors && bool::from(webhook::sign_body(token.reveal(), time_s, &body).as_bytes().ct_eq(ours))
}

impl Running {
    /// Does what a recipe says, and answers the webhook.
    async fn do_it(&self, deed: Deed) -> Answer {
        let Some(rest) = &self.rest else { return Answer::allow() };
        let done = match deed {
            Deed::Call(command, body) => rest.call(command, &body).await.map(drop),
            Deed::Order {
                what,
                room,
                by,
                users,
                seconds,
            } => match ask::moderates(rest, &room, &by).await {
                Ok(false) => {
                    return Answer {
                        code: NOT_YOURS,
                        info: "only the owner and the admins of the room may order that".to_owned(),
                    };
                }
                Ok(true) => {
                    let (command, body) = recipes::carried_out(what, &room, &users, seconds);
                    rest.call(command, &body).await.map(drop)
                }
                Err(error) => Err(error),
            },
        };
        if let Err(error) = done {
            self.printer.refusal(&error);
        }
        Answer::allow()
    }
}

/// Writes the likes that came into the rooms' fields, every three seconds.
async fn write_likes(running: Arc<Running>, stop: CancellationToken) {
    let Some(rest) = &running.rest else { return };
    let mut ticks = tokio::time::interval(LIKES_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        let likes = running.kitchen.lock().take_likes();
        for (room, likes) in likes {
            match ask::add_likes(rest, &room, likes).await {
                Ok(total) => running.printer.say(&format!("{room}: {total} likes")),
                Err(error) => {
                    running.printer.refusal(&error);
                    running.kitchen.lock().put_back(room, likes);
                }
            }
        }
    }
}
