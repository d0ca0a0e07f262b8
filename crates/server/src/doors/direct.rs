//! Messages to users in the vendor's shapes, for both doors.

use super::refusal::Service;
use crate::app::direct::{Conversation, DirectBody};
use room::{Content, UserId, direct::LIFE_S_MAX};
use serde_json::json;
use store::KeptDirect;
use tim::{
    answer::{Fields, Refusal},
    body::{Body, BodyError},
    codes::c2c,
    direct::{key, listed},
    elements::{self, ElementError},
    fields,
};

/// A member of the body is wrong, under the code that the vendor has for it.
pub fn wrong(code: i32) -> impl Fn(BodyError) -> Refusal {
    move |error| Refusal::new(code, error.to_string())
}

/// The message that a `sendmsg` body holds, and its `SyncOtherMachine`.
pub fn draft(body: &Body<'_>) -> Result<(DirectBody, Option<u64>), Refusal> {
    let bad = |error: BodyError| Service::C2c.bad_body(&error);
    let random = body.number_u32("MsgRandom").map_err(wrong(c2c::BAD_MSG_RANDOM))?;
    let random = random.ok_or_else(|| Refusal::new(c2c::BAD_MSG_RANDOM, "MsgRandom is missing"))?;
    let seq = body.number_u32("MsgSeq").map_err(wrong(c2c::BAD_MSG_SEQ))?;
    let life_s = body.number("MsgLifeTime").map_err(wrong(c2c::BAD_LIFE_TIME))?;
    let sync = body.number("SyncOtherMachine").map_err(wrong(c2c::BAD_SYNC))?;
    body.object("OfflinePushInfo").map_err(wrong(c2c::BAD_PUSH_INFO))?;
    let raw = body.raw("MsgBody");
    let raw = raw.ok_or_else(|| Refusal::new(c2c::BAD_MSG_BODY, "MsgBody is missing"))?;
    let elements = elements::check(raw).map_err(|error| {
        let code = match error {
            ElementError::NotAnArray => c2c::MSG_BODY_NO_ARRAY,
            _ => c2c::BAD_MSG_BODY,
        };
        Refusal::new(code, error.to_string())
    })?;
    let extra = body.text("CloudCustomData").map_err(bad)?.unwrap_or_default();
    let draft = DirectBody {
        seq: seq.unwrap_or_else(|| getrandom::u32().unwrap_or(random)),
        random,
        client_time: body.number("MsgClientTime").map_err(bad)?.unwrap_or(0),
        content: Content {
            elements: elements.into(),
            extra: extra.into(),
        },
        life_s: life_s.unwrap_or(LIFE_S_MAX),
    };
    Ok((draft, sync))
}

/// A page of what `one` and another wrote to each other; the name of its first message, from which the next page goes
/// on, under `next_key`.
pub fn page(one: &UserId, found: &Conversation, next_key: &str) -> Fields {
    let read = |kept: &KeptDirect| kept.message.from.user == *one && kept.message.at.secs() <= found.read_until_s;
    let list: Vec<_> = found
        .messages
        .iter()
        .map(|kept| listed(&kept.message, kept.withdrawn, read(kept)))
        .collect();
    let first = found.messages.first().map(|kept| kept.message.name());
    let mut fields = fields! {
        "Complete": u8::from(found.complete), "MsgCnt": list.len(), "LastMsgTime": first.map_or(0, |name| name.at_s),
        "MsgList": list,
    };
    fields.insert(next_key.to_owned(), json!(first.map_or_else(String::new, key)));
    fields
}
