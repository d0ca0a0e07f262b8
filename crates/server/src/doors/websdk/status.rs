//! States of users through the Web SDK door.

use super::call::{Call, Done, Outcome};
use crate::{
    app::{AppError, accounts::Online},
    doors::refusal::Service,
};
use room::{UserId, UserKey};
use serde_json::{Value, json};
use tim::{
    answer::{Fields, Refusal},
    codes::account as code,
    direct::encode_words,
    fields,
};

/// The most users of one question.
const ASKED_MAX: usize = 500;

fn refused(error: AppError) -> Refusal {
    Service::Account.refuse(error)
}

/// The users that the body names, and the names that cannot be users.
fn users(call: &Call<'_>) -> Result<(Vec<UserId>, Vec<String>), Refusal> {
    let bad = |error| Service::Account.bad_body(&error);
    let names = call.body()?.texts("To_Account").map_err(bad)?.unwrap_or_default();
    if names.len() > ASKED_MAX {
        let info = format!("To_Account names more than {ASKED_MAX}");
        return Err(Refusal::new(code::BATCH_SIZE, info));
    }
    let (mut users, mut wrong) = (Vec::new(), Vec::new());
    for name in names {
        match UserId::new(&name) {
            Ok(user) => users.push(user),
            Err(_) => wrong.push(name),
        }
    }
    Ok((users, wrong))
}

fn failures(names: impl IntoIterator<Item = String>) -> Value {
    let failed = |name| {
        json!({
            "To_Account": name, "Invalid_Account": name, "ErrorCode": code::NOT_FOUND,
            "ErrorInfo": "the account does not exist",
        })
    };
    names.into_iter().map(failed).collect()
}

/// `ws_set_custom_status`.
pub async fn set(call: &Call<'_>) -> Outcome {
    let bad = |error| Service::Account.bad_body(&error);
    let body = call.body()?;
    // The SDKs' own name for it, and the one of their answers.
    let words = body.text("CustomStatus").map_err(bad)?;
    let words = words.or(body.text("customStatus").map_err(bad)?).unwrap_or_default();
    call.link
        .app
        .set_words(call.session()?.as_ref(), words)
        .await
        .map_err(refused)?;
    Ok(Done::Answer(fields! {}))
}

/// `ws_get_user_status`.
pub async fn get(call: &Call<'_>) -> Outcome {
    let app = call.session()?.user.app;
    let (users, mut wrong) = users(call)?;
    let keys: Vec<_> = users.into_iter().map(|user| UserKey { app, user }).collect();
    let mut list = Vec::new();
    for status in call.link.app.statuses(&keys).await.map_err(refused)? {
        if status.online == Online::Unknown {
            wrong.push(status.user.to_string());
            continue;
        }
        list.push(json!({
            "To_Account": status.user.as_str(), "Status": status.online.number(),
            "CustomStatus": encode_words(&status.words),
        }));
    }
    Ok(Done::Answer(
        fields! {"UserStatusList": list, "ErrorList": failures(wrong)},
    ))
}

fn with_failures(wrong: Vec<String>) -> Fields {
    fields! {"ErrorList": failures(wrong)}
}

/// `ws_status_subscribe`.
pub async fn watch(call: &Call<'_>) -> Outcome {
    let (users, wrong) = users(call)?;
    call.link.app.watch(call.session()?.as_ref(), &users).map_err(refused)?;
    Ok(Done::Answer(with_failures(wrong)))
}

/// `ws_status_unsubscribe`: without names all of them.
pub async fn unwatch(call: &Call<'_>) -> Outcome {
    let (users, wrong) = users(call)?;
    let some = (!users.is_empty()).then_some(users.as_slice());
    call.link.app.unwatch(call.session()?.as_ref(), some);
    Ok(Done::Answer(with_failures(wrong)))
}
