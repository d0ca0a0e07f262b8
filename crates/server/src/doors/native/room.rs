//! Rooms: entered, left, looked at, made, changed, dismissed (protocol sections 4 and 9).

use super::{
    call::{Call, Done, Outcome},
    refusal::{self, Reason, refused},
    view::View,
};
use crate::app::{Application, manage::NewRoom};
use room::{AppId, event::ProfileChange};
use serde::Serialize;
use wire::{
    Place,
    answer::{self, Profile},
    frame::{State, You},
    request,
};

/// Enters a room, and hears it from the place on that the client knows.
pub async fn join(call: &Call<'_>) -> Outcome {
    let asked: request::Join = call.read()?;
    let place = asked.epoch.zip(asked.seq).map(|(epoch, seq)| Place { epoch, seq });
    let (link, app) = (call.link, &call.link.app);
    let (room, already, you) = match link.guest() {
        Some(guest) => {
            let joined = app.join_as_guest(AppId(link.app_id), &asked.room, link.conn.address, guest.number);
            let room = joined.await.map_err(refused)?.room;
            let Some(already) = link.enter_as_guest(&guest, &room.key.room) else {
                let text = "a guest may hear no more rooms at once; leave one first";
                return Err(refusal::of(Reason::Wrong(text)));
            };
            (room, already, Application::rights_of_guest())
        }
        None => {
            let session = call.session()?;
            let joined = app.join(&session, &asked.room).await.map_err(refused)?;
            let you = app.rights_of(&joined.room, &session.user).await;
            (joined.room, joined.already, you)
        }
    };
    let view = View::of(app, &room);
    app.hear(&room, &link.conn, place, |entrance| {
        answer::ok(call.id(), &view.entered(&entrance, already, Some(you)))
    })
    .await;
    if link.guest().is_some() {
        app.hear_as_guest(&room, &link.conn);
    }
    if !link.is_in(&room.key.room) {
        // It left, was put out, or ended, while it was let in.
        app.unhear_room(&room.key, &link.conn);
    }
    Ok(Done::Silently)
}

/// Leaves a room.
pub async fn leave(call: &Call<'_>) -> Outcome {
    let request::OfRoom { room } = call.read()?;
    if let Some(guest) = call.link.guest() {
        let key = call.room(&room)?;
        if !call.link.leave_guest_room(&guest, &key.room) {
            return Err(refused(crate::app::AppError::NotMember(room)));
        }
    } else {
        let session = call.session()?;
        call.link.app.leave(&session, &room).await.map_err(refused)?;
    }
    call.done()
}

/// A room, for somebody who looks at it.
pub async fn look(call: &Call<'_>) -> Outcome {
    #[derive(Serialize)]
    struct Look<'a> {
        profile: Profile<'a>,
        state: State,
        you: You,
    }
    let request::OfRoom { room } = call.read()?;
    let (key, app) = (call.room(&room)?, &call.link.app);
    let (room, you) = if call.link.guest().is_some() {
        (app.room(&key).await.map_err(refused)?, Application::rights_of_guest())
    } else {
        let session = call.session()?;
        let room = app.room(&key).await.map_err(refused)?;
        let you = app.rights_of(&room, &session.user).await;
        (room, you)
    };
    let View { record, state, .. } = View::of(app, &room);
    let profile = Profile::from(&*record);
    Ok(call.answer(&Look { profile, state, you }))
}

/// Makes a room. Its owner is not in it before he joins.
pub async fn create(call: &Call<'_>) -> Outcome {
    #[derive(Serialize)]
    struct Made {
        room: String,
    }
    let asked: request::Create = call.read()?;
    let (session, by) = (call.session()?, call.actor()?);
    let new = NewRoom {
        id: asked.room,
        owner: Some(session.user.user.clone()),
        profile: ProfileChange {
            name: Some(asked.name),
            introduction: asked.introduction,
            notification: asked.notification,
            avatar: asked.avatar,
            custom: asked.custom,
            ..ProfileChange::default()
        },
    };
    let made = call.link.app.create_room(session.user.app, &by, new).await;
    let room = made.map_err(refused)?.to_string();
    Ok(call.answer(&Made { room }))
}

/// Changes a room: owner and admins.
pub async fn update(call: &Call<'_>) -> Outcome {
    let asked: request::Update = call.read()?;
    let change = ProfileChange {
        name: asked.name,
        introduction: asked.introduction,
        notification: asked.notification,
        avatar: asked.avatar,
        custom: asked.custom,
        mute_all: asked.mute_all,
        join_option: None,
    };
    let (key, by) = (call.room(&asked.room)?, call.actor()?);
    call.link.app.change_room(&key, &by, change).await.map_err(refused)?;
    call.done()
}

/// Ends a room: its owner.
pub async fn dismiss(call: &Call<'_>) -> Outcome {
    let request::OfRoom { room } = call.read()?;
    let (key, by) = (call.room(&room)?, call.actor()?);
    call.link.app.dismiss_room(&key, &by).await.map_err(refused)?;
    call.done()
}
