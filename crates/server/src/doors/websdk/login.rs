//! Login, re-login, logout.

use super::call::{Call, Done, Outcome};
use crate::{app::manage::Actor, doors::refusal::Service};
use room::Platform;
use tim::{fields, item};

/// `wslogin`: with user and ticket the first time, with nothing but the key on a fresh socket.
pub async fn login(call: &Call<'_>) -> Outcome {
    let app = &call.link.app;
    // The key was checked on the way here; whoever shows none must show a ticket.
    let has_key = call.head.a2.as_deref().is_some_and(|a2| !a2.is_empty());
    let (session, a2) = if has_key {
        let session = call.session()?;
        let a2 = call.head.a2.as_deref().unwrap_or_default().to_owned();
        (session, a2)
    } else {
        let identifier = call.head.identifier.as_deref().unwrap_or_default();
        let ticket = call.head.usersig.as_deref().unwrap_or_default();
        let logged_in = app
            .login(call.tenant()?, identifier, ticket, &call.link.conn, Platform::Web)
            .await;
        app.metrics.login(if logged_in.is_ok() { "ok" } else { "refused" });
        let (session, a2) = logged_in.map_err(|error| Service::Account.refuse(error))?;
        // Another user may log in on the socket of the first (web-sdk-wire.md 2.3).
        if let Some(before) = call.link.log_out().filter(|before| before.id() != session.id()) {
            app.logout(&before)
                .await
                .map_err(|error| Service::Account.refuse(error))?;
        }
        call.link.log_in(a2.clone(), session.clone());
        (session, a2)
    };
    Ok(Done::Answer(fields! {
        "A2Key": a2, "TinyId": item::tiny_id(session.claims.number),
        // Echoed as status_instid; never 0, else the SDK ignores kicks.
        "InstId": (session.id().0 & 0x3fff_ffff) | 1,
        "HelloInterval": app.config.websdk.hello_interval_s, "TimeStamp": app.clock.now().secs(),
        "CustomStatus": "", "PurchaseBits": purchase_bits(call),
    }))
}

/// `wslogout`. A client that reacts to a kick calls it too: there is nobody to log out any more, and that is fine.
pub async fn logout(call: &Call<'_>) -> Outcome {
    call.link.conn.note_goodbye();
    if let Some(session) = call.link.log_out() {
        call.link
            .app
            .logout(&session)
            .await
            .map_err(|error| Service::Account.refuse(error))?;
    }
    Ok(Done::Answer(fields! {}))
}

/// `wshello`: presence; whoever is not logged in any more learns it here.
pub async fn hello(call: &Call<'_>) -> Outcome {
    call.session()?;
    Ok(Done::Answer(fields! {}))
}

/// The features that are built and switched on (decision 17), rightmost = bit 0 (web-sdk-wire.md 3.4).
pub fn purchase_bits(call: &Call<'_>) -> String {
    let history = u64::from(call.link.app.config.rooms.history_on_join > 0) << 2;
    let (member_list, user_status, bans, counters) = (1 << 6, 1 << 7, 1 << 11, 1 << 15);
    format!("{:016b}", history | member_list | user_status | bans | counters)
}

/// The user, for commands that name their owner.
pub fn actor(call: &Call<'_>) -> Result<Actor, tim::answer::Refusal> {
    Ok(Actor::of(call.session()?.as_ref()))
}
