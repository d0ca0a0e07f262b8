//! Messages through the Web SDK door: sent, and polled for.

use super::call::{Call, Done, Outcome, bad, refused};
use crate::{
    app::{
        AppError,
        membership::{Asks, Poll},
        send::Speaker,
    },
    doors::view,
};
use room::{RoomKey, Seq};
use tim::websdk;

/// `send_group_msg`.
pub async fn send(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let app = &call.link.app;
    let body = call.body()?;
    let id = body.need_text("GroupId").map_err(bad)?;
    let key = RoomKey {
        app: session.user.app,
        room: app.room_id(&id).map_err(refused)?,
    };
    let draft = view::draft(&body)?;
    let sent = app.send(&key, Speaker::Member(session), draft).await.map_err(refused)?;
    Ok(Done::Answer(view::sent(&sent)))
}

/// `get_msg`: answered by the room's feed, now or when something happens.
pub async fn poll(call: &Call<'_>) -> Outcome {
    let body = call.body()?;
    let key = body.need_text("Key").map_err(bad)?;
    let after = Seq(body.number("StartSeq").map_err(bad)?.unwrap_or(0));
    let logged_in = call.link.session();
    let asks = if call.head.servcmd.contains("_noauth_") {
        Asks::Guest(logged_in.as_deref())
    } else {
        call.session()?;
        logged_in.as_deref().map_or(Asks::Guest(None), Asks::Member)
    };
    let poll = Poll {
        servcmd: call.head.servcmd.clone().into_owned(),
        number: call.head.seq,
        key: key.clone(),
        after,
    };
    let app = &call.link.app;
    match app.poll(&call.link.conn, asks, poll).await {
        Ok(()) => Ok(Done::Silently),
        Err(AppError::NoRoom(id)) => {
            let Some((next, item)) = app.farewell(&key, after) else {
                return Err(refused(AppError::NoRoom(id)));
            };
            let document = websdk::poll_answer(&call.head.servcmd, call.head.seq, &key, next.0, &item);
            app.tell(&call.link.conn, &document);
            Ok(Done::Silently)
        }
        Err(error) => Err(refused(error)),
    }
}
