//! What of an app is sound, and the errors that say so.

use super::super::{ConfigError, Secret, layers::shown};
use room::{IdError, UserId};
use toml::Value;

pub(super) fn refused(field: &str, value: &Value, allowed: &str, origin: &str) -> ConfigError {
    ConfigError::Value {
        field: field.to_owned(),
        value: shown(value),
        allowed: allowed.to_owned(),
        origin: origin.to_owned(),
    }
}

pub(super) fn hidden(field: &str, problem: &str, origin: &str) -> ConfigError {
    ConfigError::Hidden {
        field: field.to_owned(),
        problem: problem.to_owned(),
        origin: origin.to_owned(),
    }
}

/// A key without the space around it, which files end with and people paste.
pub(super) fn sound_key(text: &str, field: &str, origin: &str) -> Result<Secret, ConfigError> {
    let key = text.trim();
    if key.is_empty() {
        Err(hidden(field, "is empty; must be the secret key of the app", origin))
    } else if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(hidden(field, "must be printable ASCII without spaces", origin))
    } else {
        Ok(Secret::new(key))
    }
}

pub(super) fn admin(name: &str, field: &str, origin: &str) -> Result<UserId, ConfigError> {
    let refused = |why: &str| {
        let allowed = format!(
            "a user id of 1 to {} bytes of printable ASCII; this one {why}",
            UserId::BYTES_MAX
        );
        refused(field, &Value::String(name.to_owned()), &allowed, origin)
    };
    let id = UserId::new(name).map_err(|error| refused(&error.to_string()))?;
    if id.is_reserved() {
        Err(refused(&IdError::Reserved.to_string()))
    } else {
        Ok(id)
    }
}

/// An origin as browsers write it (RFC 6454 section 6.2): scheme, host, perhaps a port, and no path.
pub(super) fn page_origin(text: &str) -> Option<String> {
    let (scheme, host) = text.split_once("://")?;
    let scheme_sound = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let host_sound = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.:[]_".contains(&b));
    (scheme_sound && host_sound).then(|| text.to_ascii_lowercase())
}

pub(super) fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}
