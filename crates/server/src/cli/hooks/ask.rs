//! What recipes ask the server, and what they write there.

use super::{super::rest::Rest, recipes::FIELD};
use serde_json::{Value, json};

async fn info(rest: &Rest, room: &str) -> Result<Value, String> {
    let answer = rest
        .call("group_open_http_svc/get_group_info", &json!({"GroupIdList": [room]}))
        .await?;
    Ok(answer.pointer("/GroupInfo/0").cloned().unwrap_or_default())
}

/// Whether somebody owns the room, or is an admin of it.
pub(super) async fn moderates(rest: &Rest, room: &str, user: &str) -> Result<bool, String> {
    if info(rest, room).await?.get("Owner_Account").and_then(Value::as_str) == Some(user) {
        return Ok(true);
    }
    let admins = rest
        .call(
            "group_open_avchatroom_http_svc/get_admin_list",
            &json!({"GroupId": room}),
        )
        .await?;
    let list = admins.get("Admin_List").and_then(Value::as_array);
    let name = |admin: &Value| admin.get("Admin_Account").and_then(Value::as_str) == Some(user);
    Ok(list.is_some_and(|list| list.iter().any(name)))
}

/// Adds likes to the room's field; answers how many there are now.
pub(super) async fn add_likes(rest: &Rest, room: &str, likes: u64) -> Result<u64, String> {
    let info = info(rest, room).await?;
    let fields = info.get("AppDefinedData").and_then(Value::as_array);
    let standing = fields.into_iter().flatten().find_map(|pair| {
        let value = pair.get("Value")?.as_str()?;
        (pair.get("Key")? == FIELD).then(|| value.parse::<u64>().ok()).flatten()
    });
    let total = standing.unwrap_or(0) + likes;
    let field = json!([{"Key": FIELD, "Value": total.to_string()}]);
    rest.call(
        "group_open_http_svc/modify_group_base_info",
        &json!({"GroupId": room, "AppDefinedData": field}),
    )
    .await?;
    Ok(total)
}
