//! What is said, liked, and taken back (protocol sections 7 and 9).

use super::{
    call::{Call, Link, Outcome},
    refusal::{self, Reason, refused},
};
use crate::{
    app::{
        AppError,
        likes::LikesOf,
        send::{Draft, Sent, Speaker},
    },
    fanout::parts,
    telemetry::metrics::Door,
};
use room::{
    Content, Priority, RoomKey, Seq,
    likes::Counted,
    tally::{Cause, Fate},
};
use serde::Serialize;
use serde_json::value::RawValue;
use std::{sync::Arc, time::Instant};
use tokio::sync::oneshot;
use wire::{
    answer::{self, Liker, Likes, Receipt, Refusal},
    request,
};

/// Says something.
pub async fn send(call: &Call<'_>) -> Outcome {
    let asked: request::Send = call.read()?;
    let (session, key) = (call.session()?, call.room(&asked.room)?);
    let elements = parts::elements(&asked.parts);
    let checked = RawValue::from_string(elements).map_err(|_| refusal::of(Reason::Wrong("parts cannot be read")))?;
    let elements = tim::elements::check(&checked).map_err(|error| refused(error.into()))?;
    let draft = Draft {
        random: asked.random,
        client_time: asked.client_time,
        client_seq: 0,
        priority: Priority::from(asked.priority),
        content: Content {
            elements: elements.into(),
            extra: asked.extra.into(),
        },
    };
    let app = &call.link.app;
    let (later, end) = oneshot::channel();
    let sent = app.send_and_follow(&key, Speaker::Member(session), draft, Some(later));
    let sent = sent.await.map_err(refused)?;
    if sent.fate.is_none() {
        follow(call, key.clone(), end);
    }
    receipt(call.link, &key, sent, |receipt| call.answer(receipt)).await
}

/// Answers once more when it is known what became of a message that is held back.
fn follow(call: &Call<'_>, key: RoomKey, end: oneshot::Receiver<Result<Sent, AppError>>) {
    let (link, id) = (call.link.clone(), call.id());
    tokio::spawn(async move {
        let Ok(ended) = end.await else { return };
        let told = match ended {
            Ok(sent) => receipt(&link, &key, sent, |receipt| answer::ok(id, receipt)).await,
            Err(error) => Err(refused(error)),
        };
        let document = told.unwrap_or_else(|refusal| answer::error(Some(id), &refusal));
        link.app.tell_native(&link.conn, &document);
    });
}

/// What became of a message, as its sender is told.
async fn receipt<T>(
    link: &Arc<Link>,
    key: &RoomKey,
    sent: Sent,
    tell: impl FnOnce(&Receipt<'_>) -> T,
) -> Result<T, Refusal> {
    let room = link.app.room(key).await.map_err(refused)?;
    let dropped = |cause, repeat| Receipt::Dropped { cause, repeat };
    let epoch = room.feed.lock().run().name_of(sent.receipt.epoch);
    let admitted = |repeat| Receipt::Admitted {
        epoch: &epoch,
        seq: sent.receipt.seq,
        at: sent.receipt.at.0,
        repeat,
    };
    Ok(tell(&match sent.fate {
        None => Receipt::Held {
            until: sent
                .receipt
                .at
                .plus(u64::from(room.record().rules.hold_back_s) * 1000)
                .0,
        },
        Some(Fate::Admitted) => admitted(false),
        Some(Fate::Dropped(cause)) => dropped(cause.as_str(), false),
        Some(Fate::Rejected(Cause::Duplicate)) if sent.receipt.seq > Seq(0) => admitted(true),
        // The first answer was a drop, a silence, or "held back": what exactly is not kept.
        Some(Fate::Rejected(Cause::Duplicate)) => dropped("unknown", true),
        Some(Fate::Rejected(_)) => Receipt::Silenced {},
    }))
}

/// Likes a room.
pub async fn like(call: &Call<'_>) -> Outcome {
    let asked: request::Like = call.read()?;
    // Also without an id: somebody who may not like should know.
    call.session()?;
    let counted = count(call.link, &asked)?;
    Ok(call.answer(&answered(counted)))
}

/// Likes a room without waiting in line, if the request does: they come by the thousand, and there is nothing to wait for.
pub fn like_at_once(link: &Arc<Link>, id: Option<u64>, frame: &[u8]) -> bool {
    let started = Instant::now();
    let Ok(asked) = request::read::<request::Like>(frame) else {
        return false;
    };
    // Whatever goes wrong is told by the ordinary way.
    let Ok(counted) = count(link, &asked) else { return false };
    if let Some(id) = id {
        link.app.tell_native(&link.conn, &answer::ok(id, &answered(counted)));
    }
    link.app.metrics.command(Door::Native, "like", 0, started.elapsed());
    true
}

fn count(link: &Arc<Link>, asked: &request::Like) -> Result<Counted, Refusal> {
    let session = link.session().ok_or_else(|| refusal::of(Reason::Nobody))?;
    let room = link.app.room_id(&asked.room).map_err(refused)?;
    link.app.like(&session, &link.key(room), asked.taps).map_err(refused)
}

fn answered(became: Counted) -> answer::Counted {
    let Counted {
        counted,
        refused,
        total,
        mine,
    } = became;
    answer::Counted {
        counted,
        refused,
        total,
        mine,
    }
}

/// Who liked a room.
pub async fn likes(call: &Call<'_>) -> Outcome {
    let asked: request::Likes = call.read()?;
    let (session, key) = (call.session()?, call.room(&asked.room)?);
    let likes = call.link.app.likes(&session, &key, asked.top);
    let LikesOf { total, mine, top } = likes.map_err(refused)?;
    let top = top.into_iter().map(|(user, taps)| Liker {
        user: user.to_string(),
        taps,
    });
    let top = top.collect();
    Ok(call.answer(&Likes { total, mine, top }))
}

#[derive(Serialize)]
struct Withdrawn {
    gone: Vec<Seq>,
    refused: Vec<NotWithdrawn>,
}

#[derive(Serialize)]
struct NotWithdrawn {
    seq: Seq,
    #[serde(flatten)]
    refusal: Refusal,
}

/// Takes messages back: one's own within two minutes, or as a moderator; the app may have switched it off.
pub async fn recall(call: &Call<'_>) -> Outcome {
    withdraw(call, true).await
}

/// Takes messages back as a moderator.
pub async fn delete(call: &Call<'_>) -> Outcome {
    withdraw(call, false).await
}

async fn withdraw(call: &Call<'_>, recall: bool) -> Outcome {
    let asked: request::Delete = call.read()?;
    let (key, by, app) = (call.room(&asked.room)?, call.actor()?, &call.link.app);
    let room = app.room(&key).await.map_err(refused)?;
    if !recall && !room.record().may_edit(by.user()) {
        return Err(refused(AppError::NotModerator));
    }
    let done = if recall {
        app.recall(&key, &by, &asked.seqs).await
    } else {
        app.delete_messages(&key, &by, &asked.seqs, &asked.reason).await
    };
    let done = done.map_err(refused)?;
    let refused = done.refused.into_iter().map(|(seq, error)| NotWithdrawn {
        seq,
        refusal: refused(error),
    });
    Ok(call.answer(&Withdrawn {
        gone: done.gone,
        refused: refused.collect(),
    }))
}
