//! Who is there: login, resume, guest, logout (protocol section 3).

use super::{
    call::{Call, Link, Outcome},
    refusal::{self, Reason, refused},
};
use crate::{app::session::Session, fanout::parts::House};
use room::Platform;
use wire::{
    answer::{self, Refusal, Time, Welcome},
    event::Style,
    request,
};

/// How often a client is to be heard from, in milliseconds: twice before it is not counted as present any more.
const PING_MS: u64 = 10_000;

/// The platforms by the names that clients state.
const PLATFORMS: [(&str, Platform); 7] = [
    ("Web", Platform::Web),
    ("Android", Platform::Android),
    ("iOS", Platform::Ios),
    ("Windows", Platform::Windows),
    ("Mac", Platform::Mac),
    ("iPad", Platform::Ipad),
    ("MiniProgram", Platform::MiniProgram),
];

/// Begins a session with a ticket.
pub async fn login(call: &Call<'_>) -> Outcome {
    let asked: request::Login = call.read()?;
    let platform = PLATFORMS.iter().find(|(name, _)| *name == asked.platform);
    let Some((_, platform)) = platform else {
        let text = "platform is one of Web, Android, iOS, Windows, Mac, iPad, MiniProgram";
        return Err(refusal::of(Reason::Wrong(text)));
    };
    let link = call.link;
    nobody_is_logged_in(call)?;
    let tenant = link.app.tenant(link.app_id).map_err(refused)?;
    let login = link.app.login(tenant, &asked.user, &asked.sig, &link.conn, *platform);
    let (session, token) = login.await.map_err(refused)?;
    link.log_in(session.clone());
    Ok(welcome(call, Some((&session, &token)), None))
}

/// Brings a session back. Its rooms are heard again when they are asked for.
pub async fn resume(call: &Call<'_>) -> Outcome {
    let request::Resume { token } = call.read()?;
    let link = call.link;
    nobody_is_logged_in(call)?;
    let session = link.app.resume(&token, &link.conn).await.map_err(refused)?;
    link.log_in(session.clone());
    let rooms = session.rooms().into_iter().map(|(room, _)| room.to_string()).collect();
    Ok(welcome(call, Some((&session, &token)), Some(rooms)))
}

/// Lets somebody in who has no login.
pub async fn guest(call: &Call<'_>) -> Outcome {
    nobody_is_logged_in(call)?;
    if call.link.guest().is_none() {
        call.link.let_in();
    }
    Ok(welcome(call, None, None))
}

fn nobody_is_logged_in(call: &Call<'_>) -> Result<(), Refusal> {
    match call.link.session() {
        Some(_) => Err(refusal::of(Reason::Wrong("somebody is logged in here; log out first"))),
        None => Ok(()),
    }
}

fn welcome(call: &Call<'_>, who: Option<(&Session, &str)>, rooms: Option<Vec<String>>) -> super::call::Done {
    let app = &call.link.app;
    call.answer(&Welcome {
        user: who.map(|(session, _)| session.user.user.as_str()),
        number: who.map(|(session, _)| House.number(session.claims.number)),
        token: who.map(|(_, token)| token),
        rooms,
        time_ms: app.clock.now().0,
        ping_ms: PING_MS,
        taps_max: app.config.limits.like_taps_per_second_max,
    })
}

/// Ends the session; the connection stays.
pub async fn logout(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    call.link.app.logout(&session).await.map_err(refused)?;
    call.link.log_out();
    call.done()
}

/// Answers a sign of life without waiting in line, if it wants an answer: a message may wait there for its turn for longer
/// than a client waits for this.
pub fn ping_at_once(link: &Link, id: Option<u64>) -> bool {
    if let Some(id) = id {
        let time_ms = link.app.clock.now().0;
        link.app.tell_native(&link.conn, &answer::ok(id, &Time { time_ms }));
    }
    id.is_some()
}

/// A sign of life that wants no answer.
pub async fn ping(call: &Call<'_>) -> Outcome {
    let time_ms = call.link.app.clock.now().0;
    Ok(call.answer(&Time { time_ms }))
}
