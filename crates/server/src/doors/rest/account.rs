//! Accounts and their login states (rest-api.md section 3).

use super::{BATCH_SIZE, Rest, at_most};
use crate::{app::accounts::Online, doors::refusal::Service};
use room::{FieldValue, UserId, UserKey, profile::ProfilePatch};
use serde_json::{Value, json};
use tim::{
    answer::{Answer, Refusal},
    body::{Body, BodyError},
    codes::{account, c2c, gateway},
    fields, tags,
};

/// The most accounts of one call.
const BATCH_MAX: usize = 100;
/// The most accounts whose state one call may ask.
const STATES_MAX: usize = 500;

fn bad(error: BodyError) -> Refusal {
    match error {
        BodyError::Wrong {
            field: "UserID" | "Identifier",
            ..
        } => Refusal::new(gateway::USER_ID_TYPE, error.to_string()),
        error => Service::Account.bad_body(&error),
    }
}

fn refused(error: crate::app::AppError) -> Refusal {
    Service::Account.refuse(error)
}

/// `UserID`, in the oldest generation `Identifier` (client-habits 1).
fn user_id(body: &Body<'_>) -> Result<String, Refusal> {
    let id = body
        .text("UserID")
        .map_err(bad)?
        .or(body.text("Identifier").map_err(bad)?);
    id.ok_or_else(|| bad(BodyError::Missing("UserID")))
}

fn patch(body: &Body<'_>) -> Result<ProfilePatch, Refusal> {
    let mut patch = ProfilePatch::default();
    for (field, tag) in [("Nick", tags::NICK), ("FaceUrl", tags::IMAGE)] {
        if let Some(value) = body.text(field).map_err(bad)? {
            tags::set(&mut patch, tag, FieldValue::Text(value)).map_err(|error| refused(error.into()))?;
        }
    }
    Ok(patch)
}

/// `account_import`: again is not an error, and updates.
pub async fn import(rest: Rest<'_>) -> Answer {
    let user = rest.app.new_user_id(&user_id(&rest.body)?).map_err(refused)?;
    let patch = patch(&rest.body)?;
    rest.app
        .import(rest.app_id(), vec![(user, patch)])
        .await
        .map_err(refused)?;
    Ok(fields! {})
}

/// `multiaccount_import`, in the old form `Accounts` and the new one `AccountList`. What cannot be imported is named.
pub async fn import_many(rest: Rest<'_>) -> Answer {
    let mut wanted: Vec<(String, ProfilePatch)> = Vec::new();
    if let Some(items) = rest.body.objects("AccountList").map_err(bad)? {
        for item in &items {
            wanted.push((user_id(item)?, patch(item)?));
        }
    } else if let Some(names) = rest.body.texts("Accounts").map_err(bad)? {
        wanted.extend(names.into_iter().map(|name| (name, ProfilePatch::default())));
    } else {
        return Err(bad(BodyError::Missing("AccountList")));
    }
    if wanted.is_empty() {
        return Err(Refusal::new(BATCH_SIZE, "AccountList is empty"));
    }
    let (mut users, mut failed) = (Vec::new(), Vec::new());
    for (name, patch) in at_most(wanted, BATCH_MAX, BATCH_SIZE)? {
        match rest.app.new_user_id(&name) {
            Ok(user) => users.push((user, patch)),
            Err(_) => failed.push(name),
        }
    }
    rest.app.import(rest.app_id(), users).await.map_err(refused)?;
    Ok(fields! {"FailAccounts": failed})
}

fn items(rest: &Rest<'_>, field: &'static str) -> Result<Vec<String>, Refusal> {
    let items = rest
        .body
        .objects(field)
        .map_err(bad)?
        .ok_or_else(|| bad(BodyError::Missing(field)))?;
    at_most(items, BATCH_MAX, BATCH_SIZE)?.iter().map(user_id).collect()
}

/// `account_check`.
pub async fn check(rest: Rest<'_>) -> Answer {
    let mut results = Vec::new();
    for name in items(&rest, "CheckItem")? {
        let known = match UserId::new(&name) {
            Ok(user) => rest
                .app
                .account(&UserKey {
                    app: rest.app_id(),
                    user,
                })
                .await
                .map_err(refused)?
                .is_some(),
            Err(_) => false,
        };
        let status = if known { "Imported" } else { "NotImported" };
        results.push(json!({"UserID": name, "ResultCode": 0, "ResultInfo": "", "AccountStatus": status}));
    }
    Ok(fields! {"ResultItem": results})
}

/// `account_delete`.
pub async fn delete(rest: Rest<'_>) -> Answer {
    let mut results = Vec::new();
    for name in items(&rest, "DeleteItem")? {
        let deleted = match UserId::new(&name) {
            Ok(user) if rest.tenant.admins.contains(&user) => Err(json!({
                "ResultCode": account::PARAMETER, "ResultInfo": "an administrator cannot be deleted", "UserID": name,
            })),
            Ok(user) => Ok(rest
                .app
                .delete_account(&UserKey {
                    app: rest.app_id(),
                    user,
                })
                .await
                .map_err(refused)?),
            Err(_) => Ok(false),
        };
        results.push(match deleted {
            Ok(true) => json!({"ResultCode": 0, "ResultInfo": "", "UserID": name}),
            Ok(false) => json!({
                "ResultCode": account::NOT_FOUND, "ResultInfo": "Err_TLS_PT_Open_Login_Account_Not_Exist",
                "UserID": name,
            }),
            Err(refused) => refused,
        });
    }
    Ok(fields! {"ResultItem": results})
}

/// `kick`: ends all logins of an account, and refuses the tickets that were signed before.
pub async fn kick(rest: Rest<'_>) -> Answer {
    let user = rest.app.user_id(&user_id(&rest.body)?).map_err(refused)?;
    rest.app
        .kick(&UserKey {
            app: rest.app_id(),
            user,
        })
        .await
        .map_err(refused)?;
    Ok(fields! {})
}

/// `query_online_status`, in the old generation `querystate`: both spellings in the answer.
pub async fn online_status(rest: Rest<'_>) -> Answer {
    let bad = |error: BodyError| Refusal::new(c2c::BAD_TO_ACCOUNT, error.to_string());
    let names = rest.body.texts("To_Account").map_err(bad)?;
    let names = names.ok_or_else(|| bad(BodyError::Missing("To_Account")))?;
    let names = at_most(names, STATES_MAX, c2c::TOO_MANY_TARGETS)?;
    let detailed = rest
        .body
        .number("IsNeedDetail")
        .map_err(|error| Service::C2c.bad_body(&error))?
        == Some(1);
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        let state = match UserId::new(&name) {
            Ok(user) => {
                let states = rest.app.online_status(rest.app_id(), &[user]).await;
                states
                    .map_err(|error| Service::C2c.refuse(error))?
                    .first()
                    .copied()
                    .unwrap_or(Online::Unknown)
            }
            Err(_) => Online::Unknown,
        };
        match state {
            Online::Unknown => unknown.push(json!({"To_Account": name, "ErrorCode": account::NOT_FOUND})),
            state => found.push(online(&name, state == Online::Yes, detailed)),
        }
    }
    Ok(fields! {"QueryResult": found, "ErrorList": unknown})
}

fn online(name: &str, online: bool, detailed: bool) -> Value {
    let status = if online { "Online" } else { "Offline" };
    let mut result = fields! {"To_Account": name, "State": status, "Status": status};
    if detailed {
        let detail = if online {
            json!([{"Platform": "Web", "Status": "Online"}])
        } else {
            json!([])
        };
        result.insert("Detail".to_owned(), detail);
    }
    Value::Object(result)
}
