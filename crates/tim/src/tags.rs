//! Profile fields under the vendor's names (rest-api.md 4.3), and what each may hold.

use crate::codes::profile as code;
use room::{FieldValue, Profile, profile::ProfilePatch};

/// The tag of the name shown.
pub const NICK: &str = "Tag_Profile_IM_Nick";
/// The tag of the picture's URL.
pub const IMAGE: &str = "Tag_Profile_IM_Image";
const STANDARD: &str = "Tag_Profile_IM_";
const CUSTOM: &str = "Tag_Profile_Custom_";
/// Custom tags have at most this many letters after the prefix.
const CUSTOM_LETTERS_MAX: usize = 8;

/// What a standard field holds.
enum Holds {
    Number,
    Text(usize),
    OneOf(&'static [&'static str]),
}

/// The standard fields beside nick and image: the vendor's name, ours, and what it holds.
const FIELDS: [(&str, &str, Holds); 11] = [
    (
        "Gender",
        "gender",
        Holds::OneOf(&["Gender_Type_Unknown", "Gender_Type_Female", "Gender_Type_Male"]),
    ),
    ("BirthDay", "birthday", Holds::Number),
    ("Location", "location", Holds::Text(16)),
    ("SelfSignature", "signature", Holds::Text(Profile::VALUE_BYTES_MAX)),
    (
        "AllowType",
        "allow",
        Holds::OneOf(&[
            "AllowType_Type_NeedConfirm",
            "AllowType_Type_AllowAny",
            "AllowType_Type_DenyAny",
        ]),
    ),
    ("Language", "language", Holds::Number),
    ("MsgSettings", "message_settings", Holds::Number),
    (
        "AdminForbidType",
        "forbid",
        Holds::OneOf(&["AdminForbid_Type_None", "AdminForbid_Type_SendOut"]),
    ),
    ("Level", "level", Holds::Number),
    ("Role", "role", Holds::Number),
    ("RemarkName", "remark", Holds::Text(Profile::VALUE_BYTES_MAX)),
];

/// Why a field is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// No such tag.
    #[error("unknown tag {0:?}")]
    Unknown(String),
    /// The value is too long.
    #[error("{tag} is {bytes} bytes long, at most {bytes_max} are allowed")]
    TooLong {
        /// Which tag.
        tag: String,
        /// How long the value is, in bytes.
        bytes: usize,
        /// What is allowed, in bytes.
        bytes_max: usize,
    },
    /// A text where a number belongs, or the reverse.
    #[error("{0} has a value of the wrong type")]
    BadType(String),
    /// A value that the field does not have.
    #[error("{tag} must be one of {}", allowed.join(", "))]
    BadValue {
        /// Which tag.
        tag: String,
        /// What is allowed.
        allowed: &'static [&'static str],
    },
}

impl TagError {
    /// The vendor's code (error-codes.md section 4).
    pub fn code(&self) -> i32 {
        match self {
            Self::Unknown(_) => code::UNKNOWN_TAG,
            Self::TooLong { .. } => code::VALUE_TOO_LONG,
            Self::BadType(_) => code::BAD_TYPE,
            Self::BadValue { .. } => code::BAD_VALUE,
        }
    }
}

/// Puts one field into a change, under our name for it.
pub fn set(patch: &mut ProfilePatch, tag: &str, value: FieldValue) -> Result<(), TagError> {
    if let FieldValue::Text(text) = &value
        && text.len() > Profile::VALUE_BYTES_MAX
    {
        return Err(TagError::TooLong {
            tag: tag.to_owned(),
            bytes: text.len(),
            bytes_max: Profile::VALUE_BYTES_MAX,
        });
    }
    let bad_type = || TagError::BadType(tag.to_owned());
    match (tag, value) {
        (NICK, FieldValue::Text(text)) => patch.nick = Some(text),
        (IMAGE, FieldValue::Text(text)) => patch.avatar = Some(text),
        (NICK | IMAGE, FieldValue::Number(_)) => return Err(bad_type()),
        (_, value) => {
            let (name, holds) = find(tag).ok_or_else(|| TagError::Unknown(tag.to_owned()))?;
            match (holds, &value) {
                (Some(Holds::Number), FieldValue::Text(_)) => return Err(bad_type()),
                (Some(Holds::Text(_) | Holds::OneOf(_)), FieldValue::Number(_)) => return Err(bad_type()),
                (Some(Holds::Text(bytes_max)), FieldValue::Text(text)) if text.len() > *bytes_max => {
                    return Err(TagError::TooLong {
                        tag: tag.to_owned(),
                        bytes: text.len(),
                        bytes_max: *bytes_max,
                    });
                }
                (Some(Holds::OneOf(allowed)), FieldValue::Text(text)) if !allowed.contains(&text.as_str()) => {
                    return Err(TagError::BadValue {
                        tag: tag.to_owned(),
                        allowed,
                    });
                }
                _ => {}
            }
            patch.fields.insert(name, value);
        }
    }
    Ok(())
}

/// Whether a tag exists, set or not.
pub fn exists(tag: &str) -> bool {
    matches!(tag, NICK | IMAGE) || find(tag).is_some()
}

/// Our name for a tag, and what a standard one holds.
fn find(tag: &str) -> Option<(String, Option<&'static Holds>)> {
    if let Some(letters) = tag.strip_prefix(CUSTOM) {
        let good = !letters.is_empty()
            && letters.len() <= CUSTOM_LETTERS_MAX
            && letters.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        return good.then(|| (format!("custom.{letters}"), None));
    }
    let short = tag.strip_prefix(STANDARD)?;
    FIELDS
        .iter()
        .find(|(name, ..)| *name == short)
        .map(|(_, ours, holds)| ((*ours).to_owned(), Some(holds)))
}

/// The tag of a field by our name for it.
pub fn tag_of(name: &str) -> Option<String> {
    if let Some(letters) = name.strip_prefix("custom.") {
        return Some(format!("{CUSTOM}{letters}"));
    }
    FIELDS
        .iter()
        .find(|(_, ours, _)| *ours == name)
        .map(|(theirs, ..)| format!("{STANDARD}{theirs}"))
}

/// All that is set of a profile, under the vendor's tags. Nick and image are always there, empty when never set.
pub fn all(profile: &Profile) -> Vec<(String, FieldValue)> {
    let mut fields = vec![
        (NICK.to_owned(), FieldValue::Text(profile.nick.clone())),
        (IMAGE.to_owned(), FieldValue::Text(profile.avatar.clone())),
    ];
    fields.extend(
        profile
            .fields
            .iter()
            .filter_map(|(name, value)| Some((tag_of(name)?, value.clone()))),
    );
    fields
}

/// What a change sets, under the vendor's tags.
pub fn changed(patch: &ProfilePatch) -> Vec<(String, FieldValue)> {
    let text = |tag: &str, value: &Option<String>| value.clone().map(|text| (tag.to_owned(), FieldValue::Text(text)));
    let mut fields: Vec<_> = [text(NICK, &patch.nick), text(IMAGE, &patch.avatar)]
        .into_iter()
        .flatten()
        .collect();
    fields.extend(
        patch
            .fields
            .iter()
            .filter_map(|(name, value)| Some((tag_of(name)?, value.clone()))),
    );
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> FieldValue {
        FieldValue::Text(text.to_owned())
    }

    #[test]
    fn every_tag_comes_back_under_its_own_name() {
        let mut patch = ProfilePatch::default();
        let sent = [
            (NICK, text("Bob")),
            ("Tag_Profile_IM_BirthDay", FieldValue::Number(20_190_419)),
            ("Tag_Profile_IM_Gender", text("Gender_Type_Male")),
            ("Tag_Profile_Custom_Medal", text("gold")),
        ];
        for (tag, value) in sent.clone() {
            set(&mut patch, tag, value).unwrap();
        }
        let mut profile = Profile::default();
        profile.apply(&patch);
        let all = all(&profile);
        for (tag, value) in sent {
            assert!(all.contains(&(tag.to_owned(), value)), "{tag}");
        }
        assert!(all.contains(&(IMAGE.to_owned(), text(""))), "never set, but there");
        assert_eq!(changed(&patch).len(), 4);
    }

    #[test]
    fn refused_values_have_the_documented_codes() {
        let long = "x".repeat(501);
        for (tag, value, code) in [
            ("Tag_Profile_IM_Nope", text("x"), 40009),
            ("nick", text("x"), 40009),
            ("Tag_Profile_Custom_ninechars", text("x"), 40009),
            (NICK, text(&long), 40601),
            (NICK, FieldValue::Number(7), 40610),
            ("Tag_Profile_IM_BirthDay", text("2019"), 40610),
            ("Tag_Profile_IM_Location", text(&"x".repeat(17)), 40601),
            ("Tag_Profile_IM_Gender", text("Male"), 40605),
            ("Tag_Profile_IM_Gender", FieldValue::Number(1), 40610),
        ] {
            let mut patch = ProfilePatch::default();
            assert_eq!(set(&mut patch, tag, value).map_err(|e| e.code()), Err(code), "{tag}");
            assert!(patch.is_empty());
        }
        assert!(set(&mut ProfilePatch::default(), NICK, text(&"x".repeat(500))).is_ok());
    }
}
