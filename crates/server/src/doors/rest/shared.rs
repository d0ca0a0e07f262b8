//! Attributes and counters (rest-api.md sections 9 and 10).

use super::Rest;
use crate::doors::shared::{self, Write};
use tim::{answer::Answer, fields};

async fn write(rest: Rest<'_>, write: Write) -> Answer {
    shared::write_attributes(rest.app, &rest.room()?, &rest.actor(), &rest.body, write).await?;
    Ok(fields! {})
}

/// `set_group_attr`.
pub async fn set_attributes(rest: Rest<'_>) -> Answer {
    write(rest, Write::Set).await
}

/// `modify_group_attr`.
pub async fn modify_attributes(rest: Rest<'_>) -> Answer {
    write(rest, Write::Modify).await
}

/// `delete_group_attr`.
pub async fn delete_attributes(rest: Rest<'_>) -> Answer {
    write(rest, Write::Delete).await
}

/// `clear_group_attr`.
pub async fn clear_attributes(rest: Rest<'_>) -> Answer {
    write(rest, Write::Clear).await
}

/// `get_group_attr`.
pub async fn attributes(rest: Rest<'_>) -> Answer {
    shared::attributes(rest.app, &rest.room()?, &rest.actor()).await
}

/// `get_group_counter`.
pub async fn counters(rest: Rest<'_>) -> Answer {
    shared::counters(rest.app, &rest.room()?, &rest.actor(), &rest.body).await
}

/// `update_group_counter`.
pub async fn update_counters(rest: Rest<'_>) -> Answer {
    shared::update_counters(rest.app, &rest.room()?, &rest.actor(), &rest.body).await
}

/// `delete_group_counter`.
pub async fn delete_counters(rest: Rest<'_>) -> Answer {
    shared::delete_counters(rest.app, &rest.room()?, &rest.actor(), &rest.body).await
}
