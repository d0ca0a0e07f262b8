//! Messages to one user (rest-api.md 5.1).

use super::Rest;
use crate::{
    app::{AppError, direct::Direct, send::Place},
    doors::refusal::Service,
};
use room::{Content, UserKey};
use tim::{
    answer::{Answer, Refusal},
    codes::c2c,
    elements::{self, ElementError},
    fields,
};

/// A member of the body is wrong, under the code that the vendor has for it.
fn wrong(code: i32) -> impl Fn(tim::body::BodyError) -> Refusal {
    move |error| Refusal::new(code, error.to_string())
}

/// `sendmsg`: a message of the administrator, or in the name of another account.
pub async fn send(rest: Rest<'_>) -> Answer {
    let refused = |error: AppError| Service::C2c.refuse(error);
    let key = |name: &str, code: i32| {
        let user = rest
            .app
            .user_id(name)
            .map_err(|error| Refusal::new(code, error.to_string()))?;
        Ok::<_, Refusal>(UserKey {
            app: rest.app_id(),
            user,
        })
    };
    let to = rest.body.need_text("To_Account").map_err(wrong(c2c::BAD_TO_ACCOUNT))?;
    let from = rest.body.text("From_Account").map_err(wrong(c2c::BAD_FROM_ACCOUNT))?;
    let from = from.filter(|from| !from.is_empty());
    let from = key(from.as_deref().unwrap_or(rest.admin.as_str()), c2c::BAD_FROM_ACCOUNT)?;
    let random = rest.body.number_u32("MsgRandom").map_err(wrong(c2c::BAD_MSG_RANDOM))?;
    let random = random.ok_or_else(|| Refusal::new(c2c::BAD_MSG_RANDOM, "MsgRandom is missing"))?;
    let seq = rest.body.number_u32("MsgSeq").map_err(wrong(c2c::BAD_MSG_SEQ))?;
    let life_s = rest.body.number("MsgLifeTime").map_err(wrong(c2c::BAD_LIFE_TIME))?;
    let sync = rest.body.number("SyncOtherMachine").map_err(wrong(c2c::BAD_SYNC))?;
    let raw = rest
        .body
        .raw("MsgBody")
        .ok_or_else(|| Refusal::new(c2c::BAD_MSG_BODY, "MsgBody is missing"))?;
    let elements = elements::check(raw).map_err(|error| {
        let code = match error {
            ElementError::NotAnArray => c2c::MSG_BODY_NO_ARRAY,
            _ => c2c::BAD_MSG_BODY,
        };
        Refusal::new(code, error.to_string())
    })?;
    let extra = rest
        .body
        .text("CloudCustomData")
        .map_err(|error| Service::C2c.bad_body(&error))?;
    let forbidden = rest
        .body
        .texts("ForbidCallbackControl")
        .map_err(|error| Service::C2c.bad_body(&error))?
        .unwrap_or_default();
    let forbids = |what: &str| forbidden.iter().any(|forbidden| forbidden == what);
    let message = Direct {
        from,
        to: key(&to, c2c::BAD_TO_ACCOUNT)?,
        seq: seq.unwrap_or_else(|| getrandom::u32().unwrap_or(random)),
        random,
        content: Content {
            elements: elements.into(),
            extra: extra.unwrap_or_default().into(),
        },
        online_only: life_s == Some(0),
        copy: sync == Some(1),
        place: Place {
            address: Some(rest.address),
            platform: None,
        },
        unasked: forbids("ForbidBeforeSendMsgCallback"),
        untold: forbids("ForbidAfterSendMsgCallback"),
    };
    let delivered = rest.app.send_direct(message).await.map_err(refused)?;
    Ok(fields! {"MsgTime": delivered.time_s, "MsgKey": delivered.key})
}
