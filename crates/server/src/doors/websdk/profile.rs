//! Profiles through the Web SDK door.

use super::call::{Call, Done, Outcome};
use crate::{
    app::manage::Actor,
    doors::{refusal::Service, view},
};
use serde_json::json;
use tim::{answer::Refusal, body::BodyError, codes, fields};

/// The most users that one call may ask about (web-sdk-wire.md section 4).
const ASKED_MAX: usize = 100;

fn bad(error: BodyError) -> Refusal {
    Service::Profile.bad_body(&error)
}

/// `portrait_get_all`. Unknown users are left out, as the SDK expects.
pub async fn get(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let asked = call.body()?.objects("UserItem").map_err(bad)?.unwrap_or_default();
    if asked.len() > ASKED_MAX {
        return Err(Refusal::new(
            codes::profile::PARAMETER,
            format!("UserItem holds more than {ASKED_MAX} users"),
        ));
    }
    let mut users = Vec::with_capacity(asked.len());
    for item in &asked {
        // A name that cannot exist is an unknown user, not a broken request.
        users.extend(call.link.app.user_id(&item.need_text("To_Account").map_err(bad)?).ok());
    }
    let profiles = call.link.app.profiles(session.user.app, &users).await;
    let profiles = profiles.map_err(|error| Service::Profile.refuse(error))?;
    let found = users.iter().zip(profiles).filter_map(|(user, profile)| {
        let items = view::profile_items(&profile?);
        Some(json!({"To_Account": user.as_str(), "ResultCode": 0, "ResultInfo": "", "ProfileItem": items}))
    });
    Ok(Done::Answer(fields! {"UserProfileItem": found.collect::<Vec<_>>()}))
}

/// `portrait_set`: one's own.
pub async fn set(call: &Call<'_>) -> Outcome {
    let session = call.session()?;
    let patch = view::profile_patch(&call.body()?)?;
    let set = call
        .link
        .app
        .set_profile(&session.user, &Actor::of(&session), patch)
        .await;
    set.map_err(|error| Service::Profile.refuse(error))?;
    Ok(Done::Answer(fields! {}))
}
