//! Messages to users (rest-api.md section 5).

use super::{Rest, at_most};
use crate::{
    app::{
        AppError,
        direct::{Delivered, Direct},
        send::Place,
    },
    doors::{
        direct::{self as view, wrong},
        refusal::Service,
    },
};
use room::{Millis, UserId, UserKey};
use serde_json::{Value, json};
use store::DirectPage;
use tim::{
    answer::{Answer, Fields, Refusal},
    codes::{account, c2c},
    direct::parse_key,
    fields,
};

/// The most receivers of one call (rest-api.md 5.2).
const RECEIVERS_MAX: usize = 500;
/// The longest page of a conversation.
const PAGE_MAX: u64 = 100;

fn refused(error: AppError) -> Refusal {
    Service::C2c.refuse(error)
}

impl Rest<'_> {
    /// The account that a member of the body names, under the code for one that is missing or none.
    fn account(&self, field: &'static str, code: i32) -> Result<UserKey, Refusal> {
        let name = self.body.need_text(field).map_err(wrong(code))?;
        self.account_named(&name, code)
    }

    fn account_named(&self, name: &str, code: i32) -> Result<UserKey, Refusal> {
        let user = self.app.user_id(name);
        Ok(UserKey {
            app: self.app_id(),
            user: user.map_err(|error| Refusal::new(code, error.to_string()))?,
        })
    }

    /// In whose name a message is sent: the administrator's own, unless another is given.
    fn sender(&self) -> Result<UserKey, Refusal> {
        let from = self.body.text("From_Account").map_err(wrong(c2c::BAD_FROM_ACCOUNT))?;
        let from = from.filter(|from| !from.is_empty());
        self.account_named(from.as_deref().unwrap_or(self.admin.as_str()), c2c::BAD_FROM_ACCOUNT)
    }
}

fn sent(delivered: &Delivered) -> Fields {
    fields! {"MsgTime": delivered.time_s, "MsgKey": delivered.key}
}

/// `sendmsg`: a message of the administrator, or in the name of another account.
pub async fn send(rest: Rest<'_>) -> Answer {
    let to = rest.account("To_Account", c2c::BAD_TO_ACCOUNT)?;
    let from = rest.sender()?;
    let (body, copy) = view::draft(&rest.body)?;
    let forbidden = rest
        .body
        .texts("ForbidCallbackControl")
        .map_err(|error| Service::C2c.bad_body(&error))?
        .unwrap_or_default();
    let forbids = |what: &str| forbidden.iter().any(|forbidden| forbidden == what);
    let direct = Direct {
        from,
        to,
        session: None,
        body,
        copy: copy == Some(1),
        place: Place {
            address: Some(rest.address),
            platform: None,
        },
        unasked: forbids("ForbidBeforeSendMsgCallback"),
        untold: forbids("ForbidAfterSendMsgCallback"),
    };
    Ok(sent(&rest.app.send_direct(direct).await.map_err(refused)?))
}

/// `batchsendmsg`: the same message to many; the backend is never called back for it.
pub async fn send_many(rest: Rest<'_>) -> Answer {
    let names = rest.body.texts("To_Account").map_err(wrong(c2c::BAD_TO_ACCOUNT))?;
    let names = names.filter(|names| !names.is_empty());
    let names = names.ok_or_else(|| Refusal::new(c2c::BAD_TO_ACCOUNT, "To_Account is missing"))?;
    let names = at_most(names, RECEIVERS_MAX, c2c::TOO_MANY_TARGETS)?;
    let from = rest.sender()?;
    let (body, copy) = view::draft(&rest.body)?;
    let unknown = |name: &str| json!({"To_Account": name, "ErrorCode": account::NOT_FOUND});
    let (mut to, mut failed) = (Vec::new(), Vec::new());
    for name in &names {
        match UserId::new(name) {
            Ok(user) => to.push(user),
            Err(_) => failed.push(unknown(name)),
        }
    }
    let sending = rest.app.send_directs(&from, &to, &body, copy == Some(1));
    let (delivered, missing) = sending.await.map_err(refused)?;
    failed.extend(missing.iter().map(|user| unknown(user.as_str())));
    if failed.len() == names.len() {
        return Err(Refusal::new(c2c::TARGET_NOT_FOUND, "invalid To_Account"));
    }
    let mut answer = sent(&delivered);
    if !failed.is_empty() {
        answer.insert("ErrorList".to_owned(), Value::Array(failed));
    }
    Ok(answer)
}

/// `admin_getroammsg`: what two users wrote to each other, from the newest backwards.
pub async fn history(rest: Rest<'_>) -> Answer {
    let one = rest.account("Operator_Account", c2c::BAD_FROM_ACCOUNT)?;
    let other = rest.account("Peer_Account", c2c::BAD_TO_ACCOUNT)?;
    let number = |field| rest.body.number(field).map_err(|error| Service::C2c.bad_body(&error));
    let most = number("MaxCnt")?.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let last = rest.body.text("LastMsgKey").map_err(wrong(c2c::BAD_MSG_KEY))?;
    let last = last.filter(|key| !key.is_empty());
    let before = match last {
        None => None,
        Some(text) => Some(parse_key(&text).ok_or_else(|| bad_key("LastMsgKey"))?),
    };
    let until_s = number("MaxTime")?.unwrap_or(u64::MAX / 1000);
    let page = DirectPage {
        before,
        from: Millis::from_secs(number("MinTime")?.unwrap_or(0).min(u64::MAX / 1000)),
        // The whole of the last second.
        to: Millis(until_s.min(u64::MAX / 1000).saturating_mul(1000).saturating_add(999)),
        most: usize::try_from(most).unwrap_or(1),
    };
    for account in [&one, &other] {
        rest.app.need_account(account).await.map_err(refused)?;
    }
    let found = rest.app.conversation(&one, &other.user, page).await.map_err(refused)?;
    Ok(view::page(&one.user, &found, "LastMsgKey"))
}

fn bad_key(field: &str) -> Refusal {
    Refusal::new(
        c2c::BAD_MSG_KEY,
        format!("{field} must be a MsgKey of an earlier answer"),
    )
}

/// `admin_msgwithdraw`.
pub async fn withdraw(rest: Rest<'_>) -> Answer {
    let from = rest.account("From_Account", c2c::BAD_FROM_ACCOUNT)?;
    let to = rest.account("To_Account", c2c::BAD_TO_ACCOUNT)?;
    let text = rest.body.need_text("MsgKey").map_err(wrong(c2c::BAD_MSG_KEY))?;
    let name = parse_key(&text).ok_or_else(|| bad_key("MsgKey"))?;
    let (by, pair) = (rest.actor(), (&from.user, &to.user));
    let withdrawn = rest.app.withdraw_direct(&by, rest.app_id(), pair, name);
    withdrawn.await.map_err(refused)?;
    Ok(fields! {})
}
