//! Profiles (rest-api.md section 4).

use super::{Rest, at_most};
use crate::doors::{refusal::Service, view};
use room::{UserId, UserKey};
use serde_json::{Value, json};
use tim::{
    answer::{Answer, Refusal},
    body::BodyError,
    codes::profile as code,
    fields, tags,
};

/// The most accounts of one call.
const ASKED_MAX: usize = 100;

fn bad(error: BodyError) -> Refusal {
    Service::Profile.bad_body(&error)
}

/// `portrait_set`.
pub async fn set(rest: Rest<'_>) -> Answer {
    let refused = |error| Service::Profile.refuse(error);
    let user = rest
        .app
        .user_id(&rest.body.need_text("From_Account").map_err(bad)?)
        .map_err(refused)?;
    let patch = view::profile_patch(&rest.body)?;
    rest.app
        .set_profile(
            &UserKey {
                app: rest.app_id(),
                user,
            },
            &rest.actor(),
            patch,
        )
        .await
        .map_err(refused)?;
    Ok(fields! {"ErrorDisplay": ""})
}

/// `portrait_get`: only what was set; a failed account is named beside the others.
pub async fn get(rest: Rest<'_>) -> Answer {
    let names = rest.body.texts("To_Account").map_err(bad)?.unwrap_or_default();
    if names.is_empty() {
        return Err(Refusal::new(code::NO_TARGET, "To_Account is missing"));
    }
    let wanted = rest
        .body
        .texts("TagList")
        .map_err(bad)?
        .ok_or_else(|| bad(BodyError::Missing("TagList")))?;
    if let Some(tag) = wanted.iter().find(|tag| !tags::exists(tag)) {
        return Err(Refusal::new(code::UNKNOWN_TAG, format!("unknown tag {tag:?}")));
    }
    let (mut items, mut failed) = (Vec::new(), Vec::new());
    for name in at_most(names, ASKED_MAX, code::PARAMETER)? {
        let profile = match UserId::new(&name) {
            Ok(user) => {
                let found = rest.app.profiles(rest.app_id(), &[user]).await;
                found
                    .map_err(|error| Service::Profile.refuse(error))?
                    .into_iter()
                    .next()
                    .flatten()
            }
            Err(_) => None,
        };
        match profile {
            Some(profile) => {
                let set = tags::all(&profile).into_iter().filter(|(tag, _)| wanted.contains(tag));
                let set: Value = set.map(|(tag, value)| json!({"Tag": tag, "Value": value})).collect();
                items.push(json!({"To_Account": name, "ProfileItem": set, "ResultCode": 0, "ResultInfo": ""}));
            }
            None => {
                let (code, info) = (code::NOT_FOUND, "the account does not exist");
                items.push(json!({"To_Account": name, "ResultCode": code, "ResultInfo": info}));
                failed.push(name);
            }
        }
    }
    let mut answer = fields! {"UserProfileItem": items, "ErrorDisplay": ""};
    if !failed.is_empty() {
        answer.insert("Fail_Account".to_owned(), json!(failed));
    }
    Ok(answer)
}
