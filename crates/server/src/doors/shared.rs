//! Attributes, counters, marks and lists of members in the vendor's shapes, for both doors (rest-api.md sections 8 to
//! 10, web-sdk-wire.md 5.7 and 5.8).

use super::refusal::Service;
use crate::{
    app::{AppError, Application, audience::Page, manage::Actor},
    doors::view,
};
use room::{
    RoomKey, UserId,
    attributes::{AttributeChange, Attributes},
    counters::CounterChange,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tim::{
    answer::{Answer, Refusal},
    body::{Body, BodyError},
    codes::group as code,
    fields,
};

/// The most accounts that one call marks (rest-api.md 8.3).
const MARKED_MAX: usize = 500;

fn bad(error: BodyError) -> Refusal {
    Service::Group.bad_body(&error)
}

fn refused(error: AppError) -> Refusal {
    Service::Group.refuse(error)
}

/// How attributes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// `set_group_attr`: all at once.
    Set,
    /// `modify_group_attr`: some.
    Modify,
    /// `delete_group_attr`: some go.
    Delete,
    /// `clear_group_attr`: all go.
    Clear,
}

/// A command that writes attributes. A client that asks for `RaceConflict` is refused when he does not know the newest
/// version (LR-A2); a backend that gives none overwrites.
pub async fn write_attributes(
    app: &Application,
    key: &RoomKey,
    by: &Actor,
    body: &Body<'_>,
    write: Write,
) -> Result<AttributesNow, Refusal> {
    let list = body.objects("GroupAttr").map_err(bad)?;
    let list = match (write, list) {
        (Write::Clear, _) => Vec::new(),
        (Write::Set, Some(list)) => list,
        (_, Some(list)) if !list.is_empty() => list,
        _ => return Err(bad(BodyError::Missing("GroupAttr"))),
    };
    let mut names = Vec::with_capacity(list.len());
    let mut entries = BTreeMap::new();
    for item in &list {
        let name = item.need_text("key").map_err(bad)?;
        if matches!(write, Write::Set | Write::Modify) {
            entries.insert(name.clone(), item.need_text("value").map_err(bad)?);
        }
        names.push(name);
    }
    let change = match write {
        Write::Set => AttributeChange::Replace(entries),
        Write::Modify => AttributeChange::Merge(entries),
        Write::Delete => AttributeChange::Delete(names.clone()),
        Write::Clear => AttributeChange::Clear,
    };
    let control = body.texts("AttrControl").map_err(bad)?.unwrap_or_default();
    let careful = control.iter().any(|word| word == "RaceConflict");
    let seen = body.number("AttrMainSeq").map_err(bad)?.filter(|_| careful);
    let now = app.change_attributes(key, by, change, seen).await.map_err(refused)?;
    Ok(AttributesNow { now, names })
}

/// The attributes after a write, and the keys that were written.
pub struct AttributesNow {
    /// All of them.
    pub now: std::sync::Arc<Attributes>,
    /// The keys that the caller named.
    pub names: Vec<String>,
}

impl AttributesNow {
    /// What a client hears: the version of all, and of each key that it wrote.
    pub fn versions(&self) -> Answer {
        let written = self
            .names
            .iter()
            .filter_map(|name| Some((name, self.now.entries.get(name)?)));
        let written: Value = written
            .map(|(name, entry)| json!({"key": name, "seq": entry.seq}))
            .collect();
        Ok(fields! {"AttrMainSeq": self.now.version, "GroupAttrAry": written})
    }
}

/// `get_group_attr`.
pub async fn attributes(app: &Application, key: &RoomKey, by: &Actor) -> Answer {
    let now = app.attributes(key, by).await.map_err(refused)?;
    let list: Value = now
        .entries
        .iter()
        .map(|(name, entry)| json!({"key": name, "value": entry.value, "seq": entry.seq}))
        .collect();
    Ok(fields! {"AttrMainSeq": now.version, "GroupAttrAry": list})
}

fn counter_list<'a>(values: impl IntoIterator<Item = (&'a String, &'a i64)>) -> Value {
    let pair = |(key, value): (&String, &i64)| json!({"Key": key, "Value": value});
    values.into_iter().map(pair).collect()
}

/// `update_group_counter`; without a `Mode` it sets.
pub async fn update_counters(app: &Application, key: &RoomKey, by: &Actor, body: &Body<'_>) -> Answer {
    let list = body
        .objects("GroupCounter")
        .map_err(bad)?
        .filter(|list| !list.is_empty());
    let mut numbers = BTreeMap::new();
    for item in list.ok_or_else(|| bad(BodyError::Missing("GroupCounter")))? {
        let value = item.integer("Value").map_err(bad)?;
        let value = value.ok_or_else(|| bad(BodyError::Missing("Value")))?;
        numbers.insert(item.need_text("Key").map_err(bad)?, value);
    }
    let change = match body.text("Mode").map_err(bad)?.as_deref() {
        None | Some("Set") => CounterChange::Set(numbers),
        Some("Increase") => CounterChange::Add(numbers),
        Some("Decrease") => CounterChange::Subtract(numbers),
        Some(_) => {
            return Err(bad(BodyError::Wrong {
                field: "Mode",
                wanted: "Set, Increase or Decrease",
            }));
        }
    };
    let values = app.change_counters(key, by, change).await.map_err(refused)?;
    Ok(fields! {"GroupCounter": counter_list(&values)})
}

/// The counters that a body names; nothing for all of them.
fn counter_keys(body: &Body<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let keys = body.texts("GroupCounterKeys").map_err(bad)?;
    Ok(keys.filter(|keys| !keys.is_empty()))
}

/// `get_group_counter`.
pub async fn counters(app: &Application, key: &RoomKey, by: &Actor, body: &Body<'_>) -> Answer {
    let keys = counter_keys(body)?;
    let now = app.counters(key, by).await.map_err(refused)?;
    let wanted = |key: &String| keys.as_ref().is_none_or(|keys| keys.contains(key));
    let found = now.values.iter().filter(|(key, _)| wanted(key));
    Ok(fields! {"GroupCounterSeq": now.version, "GroupCounter": counter_list(found)})
}

/// `delete_group_counter`.
pub async fn delete_counters(app: &Application, key: &RoomKey, by: &Actor, body: &Body<'_>) -> Answer {
    let change = CounterChange::Delete(counter_keys(body)?);
    app.change_counters(key, by, change).await.map_err(refused)?;
    Ok(fields! {})
}

/// `get_members`: those who are there, the newest first.
pub async fn members(app: &Application, key: &RoomKey, body: &Body<'_>) -> Answer {
    let from = body.number("Timestamp").map_err(bad)?.unwrap_or(0);
    let mark = body.number_u32("Mark").map_err(bad)?;
    let page = app.online_members(key, from, mark).await.map_err(refused)?;
    let record = app.room_info(key).await.map_err(refused)?.record;
    let Page { members, next } = page;
    let list: Value = members
        .into_iter()
        .map(|(listed, profile)| {
            json!({
                "Member_Account": listed.user.as_str(), "JoinTime": listed.joined.secs(), "NickName": profile.nick,
                "Avatar": profile.avatar, "Role": view::role(&record, &listed.user), "Marks": listed.marks,
            })
        })
        .collect();
    Ok(fields! {"MemberList": list, "NextTimestamp": next})
}

/// `modify_user_info`: marks. Who is not there is left out of the answer.
pub async fn mark(app: &Application, key: &RoomKey, by: &Actor, body: &Body<'_>) -> Answer {
    let command = body.number("CommandType").map_err(bad)?;
    let on = match command {
        Some(1) => true,
        Some(2) => false,
        _ => {
            let info = "CommandType must be 1 (set) or 2 (remove)";
            return Err(Refusal::new(code::PARAMETER, info));
        }
    };
    let list = body.objects("MemberList").map_err(bad)?.unwrap_or_default();
    if list.len() > MARKED_MAX {
        let info = format!("MemberList names more than {MARKED_MAX}");
        return Err(Refusal::new(code::TOO_MANY_ACCOUNTS, info));
    }
    let mut members: Vec<(UserId, Vec<u32>)> = Vec::with_capacity(list.len());
    for item in &list {
        let name = item.need_text("Member_Account").map_err(bad)?;
        let marks = item
            .numbers_u32("Marks")
            .map_err(bad)?
            .filter(|marks| !marks.is_empty());
        let marks = marks.ok_or_else(|| bad(BodyError::Missing("Marks")))?;
        members.push((app.user_id(&name).map_err(refused)?, marks));
    }
    if members.is_empty() {
        return Err(bad(BodyError::Missing("MemberList")));
    }
    let done = app.mark_members(key, by, &members, on).await.map_err(refused)?;
    let done: Value = done
        .iter()
        .map(|user| json!({"Member_Account": user.as_str()}))
        .collect();
    Ok(fields! {"CommandType": command, "MemberList": done})
}
