//! What a path asks for. Pure.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// A path of this door: `{prefix}/v1/apps/{app}/rooms/{room}/...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path<'a> {
    /// The app; nothing if that is no number.
    pub app: Option<u32>,
    /// The id of the room, decoded; nothing if that is no text.
    pub room: Option<Cow<'a, str>>,
    /// What of it.
    pub what: What,
}

/// What is read of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A stream of events.
    Events,
    /// Where the slices are.
    Live,
    /// What was said in a second.
    Slice(u64),
    /// A slice that is called neither `live` nor by a number.
    Nothing,
}

impl<'a> Path<'a> {
    /// Reads a path; nothing if it is none of this door. The room has one segment, because its id is percent-encoded.
    pub fn of(path: &'a str) -> Option<Self> {
        let mut segments = path.rsplit('/');
        let last = segments.next()?;
        let (what, room, rooms) = match (last, segments.next()?, segments.next()?) {
            ("events", room, "rooms") => (What::Events, room, "rooms"),
            (name, "slices", room) => (What::slice(name), room, segments.next()?),
            _ => return None,
        };
        let (app, apps, version) = (segments.next()?, segments.next()?, segments.next()?);
        let prefixed = segments.next().is_some();
        (rooms == "rooms" && apps == "apps" && version == "v1" && prefixed).then(|| Self {
            app: number(app).and_then(|app| app.try_into().ok()),
            room: percent_decode_str(room).decode_utf8().ok(),
            what,
        })
    }
}

impl What {
    fn slice(name: &str) -> Self {
        match name {
            "live" => Self::Live,
            second => number(second).map_or(Self::Nothing, Self::Slice),
        }
    }
}

/// A number in the one way in which it can be written, so that a cache has one name for one thing.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(app: u32, room: &str, what: What) -> Option<Path<'_>> {
        let (app, room) = (Some(app), Some(room.into()));
        Some(Path { app, room, what })
    }

    #[test]
    fn a_path_says_app_room_and_what() {
        for (text, read) in [
            ("/v1/apps/7/rooms/a/events", path(7, "a", What::Events)),
            ("/live/x/v1/apps/7/rooms/a/events", path(7, "a", What::Events)),
            ("/v1/apps/7/rooms/a/slices/live", path(7, "a", What::Live)),
            (
                "/v1/apps/7/rooms/a/slices/1795376115",
                path(7, "a", What::Slice(1_795_376_115)),
            ),
            (
                "/v1/apps/7/rooms/%40TGS%23a%2Fb%20c/events",
                path(7, "@TGS#a/b c", What::Events),
            ),
            ("/v1/apps/7/rooms/a+b/events", path(7, "a+b", What::Events)),
            ("/v1/apps/7/rooms/slices/events", path(7, "slices", What::Events)),
            ("/v1/apps/7/rooms/rooms/slices/0", path(7, "rooms", What::Slice(0))),
            ("/v1/apps/7/rooms/slices/slices/live", path(7, "slices", What::Live)),
        ] {
            assert_eq!(Path::of(text), read, "{text}");
        }
    }

    #[test]
    fn a_number_has_one_name() {
        for name in [
            "",
            "-1",
            "+1",
            "01",
            "1.0",
            "LIVE",
            "events",
            "18446744073709551616",
            "1%30",
        ] {
            let text = format!("/v1/apps/7/rooms/a/slices/{name}");
            assert_eq!(Path::of(&text).map(|path| path.what), Some(What::Nothing), "{name}");
        }
        for app in ["", "x", "07", "4294967296"] {
            let text = format!("/v1/apps/{app}/rooms/a/events");
            assert_eq!(Path::of(&text).map(|path| path.app), Some(None), "{app}");
        }
        assert_eq!(
            Path::of("/v1/apps/7/rooms/%ff/events").map(|path| path.room),
            Some(None)
        );
    }

    #[test]
    fn other_paths_are_not_of_this_door() {
        for text in [
            "",
            "/",
            "/v1/apps/7/socket",
            "/v1/apps/7/rooms/a",
            "/v1/apps/7/rooms/a/b/events",
            "/v1/apps/7/rooms/a/events/",
            "/v1/apps/7/rooms/a/slices",
            "/v2/apps/7/rooms/a/events",
            "v1/apps/7/rooms/a/events",
            "/v1/app/7/rooms/a/events",
            "/v4/group_open_http_svc/create_group",
        ] {
            assert_eq!(Path::of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_room_comes_through(room in "[ -~]{1,48}", prefix in "(/[a-z/]{0,9})?", second in any::<u64>()) {
            let encoded = percent_encoding::utf8_percent_encode(&room, percent_encoding::NON_ALPHANUMERIC);
            let text = format!("{prefix}/v1/apps/1400000001/rooms/{encoded}/slices/{second}");
            prop_assert_eq!(Path::of(&text), path(1_400_000_001, &room, What::Slice(second)));
        }

        #[test]
        fn no_path_breaks_it(text in "[/a-z0-9%.]{0,60}") {
            let _ = Path::of(&text);
            let _ = Path::of(&format!("/v1/apps/{text}/rooms/{text}/slices/{text}"));
        }
    }
}
