//! Who is there, and how users look (protocol section 9).

use super::{
    call::{Call, Outcome},
    refusal::{self, Reason, refused},
};
use crate::app::{AppError, standing::role_of};
use room::{
    FieldValue, UserId,
    moderation::{Sanction, seconds_left},
    profile::ProfilePatch,
};
use serde::Serialize;
use std::collections::BTreeMap;
use tim::tags;
use wire::{frame::Role, request};

/// The most users that one request may ask about.
const ASKED_MAX: usize = 100;

#[derive(Serialize)]
struct Member {
    user: String,
    nick: String,
    avatar: String,
    role: Role,
    joined_s: u64,
    muted_s: u32,
}

/// Those who are in a room, the newest first.
pub async fn members(call: &Call<'_>) -> Outcome {
    #[derive(Serialize)]
    struct Page {
        members: Vec<Member>,
        next: u64,
    }
    let asked: request::Members = call.read()?;
    let (session, key, app) = (call.session()?, call.room(&asked.room)?, &call.link.app);
    app.is_member(&session, &key).map_err(refused)?;
    let page = app.online_members(&key, asked.before, None).await.map_err(refused)?;
    let room = app.room(&key).await.map_err(refused)?;
    let (record, now) = (room.record(), app.clock.now());
    let muted = |user: &UserId| {
        let end = room.sanctions.lock().end(Sanction::Mute, user, now);
        end.map_or(0, |end| seconds_left(end, now))
    };
    let members = page.members.into_iter().map(|(listed, profile)| Member {
        role: role_of(&record, &listed.user),
        joined_s: listed.joined.secs(),
        muted_s: muted(&listed.user),
        user: listed.user.to_string(),
        nick: profile.nick,
        avatar: profile.avatar,
    });
    let members = members.collect();
    let next = page.next;
    Ok(call.answer(&Page { members, next }))
}

/// How users look. Those that do not exist are left out.
pub async fn profiles(call: &Call<'_>) -> Outcome {
    #[derive(Serialize)]
    struct Looks {
        user: String,
        nick: String,
        avatar: String,
        fields: BTreeMap<String, FieldValue>,
    }
    #[derive(Serialize)]
    struct All {
        profiles: Vec<Looks>,
    }
    let asked: request::Profiles = call.read()?;
    let session = call.session()?;
    if asked.users.len() > ASKED_MAX {
        return Err(refusal::of(Reason::Wrong("users holds more than 100 of them")));
    }
    let app = &call.link.app;
    // A name that cannot be one is that of somebody who does not exist.
    let users: Vec<_> = asked.users.iter().filter_map(|user| app.user_id(user).ok()).collect();
    let profiles = app.profiles(session.user.app, &users).await.map_err(refused)?;
    let found = users.iter().zip(profiles).filter_map(|(user, profile)| {
        let profile = profile?;
        Some(Looks {
            user: user.to_string(),
            nick: profile.nick,
            avatar: profile.avatar,
            fields: profile.fields,
        })
    });
    let profiles = found.collect();
    Ok(call.answer(&All { profiles }))
}

/// Changes how the user himself looks.
pub async fn set_profile(call: &Call<'_>) -> Outcome {
    let asked: request::SetProfile = call.read()?;
    let (session, by) = (call.session()?, call.actor()?);
    let mut patch = ProfilePatch::default();
    let wrong = |error: tags::TagError| refused(AppError::ProfileField(error));
    for (tag, text) in [(tags::NICK, asked.nick), (tags::IMAGE, asked.avatar)] {
        if let Some(text) = text {
            tags::set(&mut patch, tag, FieldValue::Text(text)).map_err(wrong)?;
        }
    }
    for (name, value) in asked.fields {
        let tag = tags::tag_of(&name).ok_or_else(|| wrong(tags::TagError::Unknown(name)))?;
        let value = match value {
            serde_json::Value::String(text) => FieldValue::Text(text),
            value => {
                let number = value.as_u64();
                FieldValue::Number(number.ok_or_else(|| refusal::of(Reason::Wrong("fields are texts and numbers")))?)
            }
        };
        tags::set(&mut patch, &tag, value).map_err(wrong)?;
    }
    let app = &call.link.app;
    app.set_profile(&session.user, &by, patch).await.map_err(refused)?;
    call.done()
}
