//! Messages to users through the Web SDK door (web-sdk-wire.md 7.2). Who sends is taken from the session.

use super::call::{Call, Done, Outcome};
use crate::{
    app::{
        AppError,
        direct::{Contact, Direct},
        manage::Actor,
    },
    doors::{direct as view, refusal::Service},
};
use room::{Millis, UserId, UserKey, direct::DirectName};
use serde_json::{Value, json};
use store::{DirectPage, Newest};
use tim::{
    answer::Refusal,
    body::{Body, BodyError},
    codes::c2c,
    direct::parse_key,
    fields,
};

fn contact(contact: &Contact) -> Value {
    let Newest { kept, read_until_s } = &contact.newest;
    let peer = contact.peer.as_str();
    tim::direct::contact(&kept.message, kept.withdrawn, peer, &contact.profile, *read_until_s)
}

/// The longest page of a conversation.
const PAGE_MAX: u64 = 100;
/// The most users of one question.
const ASKED_MAX: usize = 100;

/// `SyncFlag`: nothing follows.
const ALL_TOLD: u8 = 2;

fn bad(error: BodyError) -> Refusal {
    Service::Direct.bad_body(&error)
}

fn refused(error: AppError) -> Refusal {
    Service::Direct.refuse(error)
}

fn user(body: &Body<'_>, field: &'static str) -> Result<UserId, Refusal> {
    let name = body.need_text(field).map_err(bad)?;
    // A name that cannot exist is an unknown user.
    UserId::new(&name).map_err(|_| refused(AppError::NoAccount(name)))
}

/// `sendmsg`.
pub async fn send(call: &Call<'_>) -> Outcome {
    let (session, body) = (call.session()?, call.body()?);
    let to = UserKey {
        app: session.user.app,
        user: user(&body, "To_Account")?,
    };
    // The REST door's codes are for backends; a client knows one for a request that makes no sense.
    let draft = view::draft(&body).map_err(|refusal| Refusal::new(c2c::BAD_REQUEST, refusal.info));
    let (draft, _) = draft?;
    let direct = Direct {
        from: session.user.clone(),
        to,
        place: session.place(),
        session: Some(session),
        body: draft,
        copy: true,
        unasked: false,
        untold: false,
    };
    let sent = call.link.app.send_direct(direct).await.map_err(refused)?;
    Ok(Done::Answer(fields! {"MsgTime": sent.time_s, "MsgKey": sent.key}))
}

/// `getmsg`: how much is unread, at a login. The SDKs read the messages themselves from the conversations: they would skip
/// those that they were given here wherever they know the conversation. A client that came back is pushed what it missed
/// instead: only so it tells its page ([`crate::app::Application::push_waiting`]).
pub async fn unread(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let unread = if session.returned() {
        Vec::new()
    } else {
        call.link.app.unread_directs(&session).await.map_err(refused)?
    };
    let counts: Value = unread
        .iter()
        .map(|one| json!({"From_Account": one.from.as_str(), "UnreadCount": one.count}))
        .collect();
    // Without a cookie the SDKs look at nothing.
    let cookie = if unread.is_empty() { "" } else { "1" };
    Ok(Done::Answer(
        fields! {"Cookie": cookie, "SyncFlag": ALL_TOLD, "MsgList": [], "C2CPairUnreadCount": counts},
    ))
}

/// `recentcontact.page_get`: those with whom the caller wrote lately. Without them the SDKs forget what they were told of
/// unread messages. One page, since anything but `CompleteFlag` 1 makes them ask on.
pub async fn conversations(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let contacts = call.link.app.conversations(&session.user).await.map_err(refused)?;
    let list: Value = contacts.iter().map(contact).collect();
    Ok(Done::Answer(fields! {
        "CompleteFlag": 1, "SessionItem": list, "TimeStamp": 0, "StartIndex": 0, "TopTimeStamp": 0, "TopStartIndex": 0,
    }))
}

/// `ws_msg_push_ack`: the client has a push; it wants no answer.
pub async fn received(call: &Call<'_>) -> Outcome {
    // A receipt that is none is nobody's; an answer would be worse.
    let receipt = call.body()?.text("SessionData").unwrap_or_default().unwrap_or_default();
    let noted = call.link.app.direct_received(call.session()?.as_ref(), &receipt).await;
    if let Err(error) = noted {
        // It comes again after the next login; the client knows it by its id.
        tracing::warn!(error = &error as &dyn std::error::Error, "a receipt was not noted");
    }
    Ok(Done::Silently)
}

/// `getroammsg`: what the caller and another user wrote to each other, from the newest backwards.
pub async fn history(call: &Call<'_>) -> Outcome {
    let (session, body) = (call.session()?, call.body()?);
    let peer = user(&body, "Peer_Account")?;
    let most = body
        .number("MaxCnt")
        .map_err(bad)?
        .unwrap_or(PAGE_MAX)
        .clamp(1, PAGE_MAX);
    let key = body.text("MsgKey").map_err(bad)?.unwrap_or_default();
    let page = DirectPage {
        before: parse_key(&key),
        from: Millis(0),
        to: Millis(u64::MAX),
        most: usize::try_from(most).unwrap_or(1),
    };
    let found = call.link.app.conversation(&session.user, &peer, page).await;
    let found = found.map_err(refused)?;
    Ok(Done::Answer(view::page(&session.user.user, &found, "MsgKey")))
}

/// `msgwithdraw`: one's own, for two minutes.
pub async fn withdraw(call: &Call<'_>) -> Outcome {
    let (session, body) = (call.session()?, call.body()?);
    let info = body.object("MsgInfo").map_err(bad)?.unwrap_or_default();
    let number = |field| {
        let number = info.number_u32(field).map_err(bad)?;
        number.ok_or_else(|| bad(BodyError::Missing(field)))
    };
    let name = DirectName {
        seq: number("MsgSeq")?,
        random: number("MsgRandom")?,
        at_s: info.number("MsgTimeStamp").map_err(bad)?.unwrap_or(0),
    };
    let (me, to) = (&session.user.user, user(&info, "To_Account")?);
    let by = Actor::of(&session);
    let withdrawn = call.link.app.withdraw_direct(&by, session.user.app, (me, &to), name);
    withdrawn.await.map_err(refused)?;
    Ok(Done::Answer(fields! {}))
}

/// `msgreaded`.
pub async fn read(call: &Call<'_>) -> Outcome {
    let (session, body) = (call.session()?, call.body()?);
    let read = body.object("C2CMsgReaded").map_err(bad)?.unwrap_or_default();
    let items = read.objects("C2CMsgReadedItem").map_err(bad)?.unwrap_or_default();
    if items.len() > ASKED_MAX {
        return Err(Refusal::new(
            c2c::BAD_REQUEST,
            format!("more than {ASKED_MAX} users at once"),
        ));
    }
    for item in &items {
        let peer = user(item, "To_Account")?;
        let until_s = item.number("LastedMsgTime").map_err(bad)?.unwrap_or(0);
        let read = call.link.app.read_directs(&session, &peer, until_s).await;
        read.map_err(refused)?;
    }
    Ok(Done::Answer(fields! {}))
}

/// `get_peer_read_time`: one time for each asked account.
pub async fn read_times(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let names = call.body()?.texts("To_Account").map_err(bad)?.unwrap_or_default();
    let mut times = Vec::new();
    for name in names.iter().take(ASKED_MAX) {
        let read = match UserId::new(name) {
            Ok(user) => call
                .link
                .app
                .read_times(&session.user, &[user])
                .await
                .map_err(refused)?,
            Err(_) => Vec::new(),
        };
        times.push(json!(read.first().copied().unwrap_or(0)));
    }
    Ok(Done::Answer(fields! {"ReadTime": times}))
}
