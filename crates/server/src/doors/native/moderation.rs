//! What owner and admins do (protocol section 9).

use super::{
    call::{Call, Outcome},
    refusal::{self, Reason, refused},
};
use crate::{
    app::{AppError, held::Verdict, manage::Actor},
    fanout::parts::House,
};
use room::{RoomKey, UserId, moderation::Sanction, moderation::seconds_left};
use serde::Serialize;
use wire::{
    answer::{Held, Refusal},
    event::{Persons, Style},
    request::{self, SanctionWord, VerdictWord},
};

/// The most users of one request.
const USERS_MAX: usize = 100;

/// In which room, by whom, to whom.
struct Asked {
    key: RoomKey,
    by: Actor,
    users: Vec<UserId>,
    seconds: Option<u32>,
    reason: String,
    admin: Option<bool>,
}

fn read(call: &Call<'_>) -> Result<Asked, Refusal> {
    let asked: request::Moderate = call.read()?;
    if asked.users.is_empty() || asked.users.len() > USERS_MAX {
        return Err(refusal::of(Reason::Wrong("users holds 1 to 100 of them")));
    }
    let users = asked.users.iter().map(|user| call.link.app.user_id(user));
    Ok(Asked {
        key: call.room(&asked.room)?,
        by: call.actor()?,
        users: users.collect::<Result<_, _>>().map_err(refused)?,
        seconds: asked.seconds,
        reason: asked.reason,
        admin: asked.admin,
    })
}

fn need<T>(value: Option<T>, text: &'static str) -> Result<T, Refusal> {
    value.ok_or_else(|| refusal::of(Reason::Wrong(text)))
}

/// Keeps users from speaking.
pub async fn mute(call: &Call<'_>) -> Outcome {
    let asked = read(call)?;
    let seconds = need(asked.seconds, "seconds is missing")?;
    let done = call.link.app.mute(&asked.key, &asked.by, &asked.users, seconds).await;
    done.map_err(refused)?;
    call.done()
}

/// Puts users out and keeps them out.
pub async fn ban(call: &Call<'_>) -> Outcome {
    let asked = read(call)?;
    let seconds = need(asked.seconds.filter(|seconds| *seconds > 0), "seconds is missing, or 0")?;
    let Asked {
        key, by, users, reason, ..
    } = &asked;
    let done = call.link.app.ban(key, by, users, seconds, reason).await;
    done.map_err(refused)?;
    call.done()
}

/// Lets users in again.
pub async fn unban(call: &Call<'_>) -> Outcome {
    let asked = read(call)?;
    let done = call.link.app.unban(&asked.key, &asked.by, &asked.users).await;
    done.map_err(refused)?;
    call.done()
}

/// Puts users out.
pub async fn remove(call: &Call<'_>) -> Outcome {
    let Asked {
        key, by, users, reason, ..
    } = read(call)?;
    let done = call.link.app.remove_members(&key, &by, &users, &reason).await;
    done.map_err(refused)?;
    call.done()
}

/// Makes users admins, or ordinary members again.
pub async fn admins(call: &Call<'_>) -> Outcome {
    let asked = read(call)?;
    let admin = need(asked.admin, "admin is missing")?;
    let done = call
        .link
        .app
        .set_admins(&asked.key, &asked.by, &asked.users, admin)
        .await;
    done.map_err(refused)?;
    call.done()
}

/// Changes how a room is run.
pub async fn rules(call: &Call<'_>) -> Outcome {
    #[derive(Serialize)]
    struct Now {
        rules: room::rules::RoomRules,
    }
    let request::Rules { room, change } = call.read()?;
    let (key, by, app) = (call.room(&room)?, call.actor()?, &call.link.app);
    app.change_rules(&key, &by, change).await.map_err(refused)?;
    let rules = app.room(&key).await.map_err(refused)?.record().rules.clone();
    Ok(call.answer(&Now { rules }))
}

/// The room, for somebody who moderates it.
async fn moderated(call: &Call<'_>, room: &str) -> Result<RoomKey, Refusal> {
    let (key, by) = (call.room(room)?, call.actor()?);
    let room = call.link.app.room(&key).await.map_err(refused)?;
    if !room.record().may_edit(by.user()) {
        return Err(refused(AppError::NotModerator));
    }
    Ok(key)
}

/// On whom a sanction lies.
pub async fn sanctioned(call: &Call<'_>) -> Outcome {
    #[derive(Serialize)]
    struct One {
        user: String,
        seconds: u32,
    }
    #[derive(Serialize)]
    struct All {
        users: Vec<One>,
    }
    let request::Sanctioned { room, kind } = call.read()?;
    let (key, app) = (moderated(call, &room).await?, &call.link.app);
    let kind = match kind {
        SanctionWord::Mute => Sanction::Mute,
        SanctionWord::Ban => Sanction::Ban,
    };
    let now = app.clock.now();
    let users = app.sanctioned(&key, kind).await.map_err(refused)?;
    let users = users.into_iter().map(|(user, until)| One {
        user: user.to_string(),
        seconds: seconds_left(until, now),
    });
    let users = users.collect();
    Ok(call.answer(&All { users }))
}

/// The messages that are held back.
pub async fn held(call: &Call<'_>) -> Outcome {
    #[derive(Serialize)]
    struct All<'a> {
        messages: Vec<Held<'a>>,
    }
    let request::OfRoom { room } = call.read()?;
    let key = moderated(call, &room).await?;
    let held = call.link.app.held(&key).await.map_err(refused)?;
    let messages = held.iter().map(|held| Held {
        held: held.id,
        from: Persons::new(&held.message.from, &House),
        parts: House.parts(&held.message.content),
        extra: &held.message.content.extra,
        until: held.until.0,
    });
    let messages = messages.collect();
    Ok(call.answer(&All { messages }))
}

/// Lets messages go that are held back, or removes them.
pub async fn judge(call: &Call<'_>) -> Outcome {
    #[derive(Serialize)]
    struct Judged {
        held: Vec<u64>,
    }
    let request::Judge { room, held, verdict } = call.read()?;
    let key = moderated(call, &room).await?;
    let verdict = match verdict {
        VerdictWord::Release => Verdict::Release,
        VerdictWord::Remove => Verdict::Remove,
    };
    let held = call.link.app.judge(&key, &held, verdict).await.map_err(refused)?;
    Ok(call.answer(&Judged { held }))
}

/// How far back the account reaches, in seconds.
const TALLY_S: u64 = 60;

/// The account of the room's messages of the last minute.
pub async fn tally(call: &Call<'_>) -> Outcome {
    let request::OfRoom { room } = call.read()?;
    let (key, app) = (moderated(call, &room).await?, &call.link.app);
    let to_s = app.clock.now().secs() + 1;
    let account = app.tally(&key, to_s - TALLY_S, to_s).await.map_err(refused)?;
    Ok(call.answer(&account.total()))
}
