//! What the members of a room share: attributes and counters (protocol section 9).

use super::{
    call::{Call, Outcome},
    refusal::refused,
};
use room::{attributes::AttributeChange, counters::CounterChange};
use serde::Serialize;
use std::collections::BTreeMap;
use wire::{answer::Values, request};

/// The attributes of a room.
pub async fn attributes(call: &Call<'_>) -> Outcome {
    let request::OfRoom { room } = call.read()?;
    let (key, by) = (call.room(&room)?, call.actor()?);
    let now = call.link.app.attributes(&key, &by).await.map_err(refused)?;
    Ok(call.answer(&Values::from(&*now)))
}

async fn change(call: &Call<'_>, room: &str, change: AttributeChange, seen: Option<u64>) -> Outcome {
    let (key, by) = (call.room(room)?, call.actor()?);
    let now = call.link.app.change_attributes(&key, &by, change, seen).await;
    Ok(call.answer(&Values::from(&*now.map_err(refused)?)))
}

/// Writes attributes; others stay.
pub async fn set_attributes(call: &Call<'_>) -> Outcome {
    let asked: request::SetAttributes = call.read()?;
    change(call, &asked.room, AttributeChange::Merge(asked.values), asked.seen).await
}

/// Writes attributes; others go.
pub async fn replace_attributes(call: &Call<'_>) -> Outcome {
    let asked: request::SetAttributes = call.read()?;
    change(call, &asked.room, AttributeChange::Replace(asked.values), asked.seen).await
}

/// Deletes attributes, or all of them.
pub async fn delete_attributes(call: &Call<'_>) -> Outcome {
    let asked: request::DeleteAttributes = call.read()?;
    let what = if asked.keys.is_empty() {
        AttributeChange::Clear
    } else {
        AttributeChange::Delete(asked.keys)
    };
    change(call, &asked.room, what, asked.seen).await
}

/// The counters of a room.
pub async fn counters(call: &Call<'_>) -> Outcome {
    let request::OfRoom { room } = call.read()?;
    let (key, by) = (call.room(&room)?, call.actor()?);
    let now = call.link.app.counters(&key, &by).await.map_err(refused)?;
    Ok(call.answer(&Values::from(&*now)))
}

async fn count(call: &Call<'_>, change: fn(BTreeMap<String, i64>) -> CounterChange) -> Outcome {
    #[derive(Serialize)]
    struct Touched {
        values: BTreeMap<String, i64>,
    }
    let asked: request::SetCounters = call.read()?;
    let (key, by) = (call.room(&asked.room)?, call.actor()?);
    let values = call.link.app.change_counters(&key, &by, change(asked.values)).await;
    let values = values.map_err(refused)?;
    Ok(call.answer(&Touched { values }))
}

/// Writes counters.
pub async fn set_counters(call: &Call<'_>) -> Outcome {
    count(call, CounterChange::Set).await
}

/// Adds to counters.
pub async fn add_counters(call: &Call<'_>) -> Outcome {
    count(call, CounterChange::Add).await
}
