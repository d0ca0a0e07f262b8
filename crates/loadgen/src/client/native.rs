//! What a client of our own protocol says and is told (docs/protocol.md).

use super::{
    dialect::{Answer, Asker, Credentials, Entrance, Message, Request, refusal},
    search::{has, number_after, text_after},
    told::Stretch,
};

/// Header of the handshake.
pub const SUBPROTOCOL: &str = "Sec-WebSocket-Protocol: plaudit.v1\r\n";
/// The same, and the offer to compress: without a memory on either side, as the server wants it anyway.
pub const SUBPROTOCOL_DEFLATED: &str = "Sec-WebSocket-Protocol: plaudit.v1\r\n\
    Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";

/// Everything that is said of a room begins with this, and nothing else does (section 2).
pub const OF_A_ROOM: &[u8] = br#"{"room":""#;

/// Where the WebSocket is.
pub fn path(app: u32) -> String {
    format!("/v1/apps/{app}/socket")
}

/// A request; without a number it is not answered.
pub fn request(number: Option<u64>, asker: &Asker<'_>, request: &Request<'_>) -> String {
    let id = number.map(|number| format!(r#""id":{number},"#)).unwrap_or_default();
    let rest = match request {
        Request::LogIn => log_in(asker),
        Request::Join { room, place: None } => format!(r#""op":"join","room":"{room}""#),
        Request::Join {
            room,
            place: Some((epoch, seq)),
        } => format!(r#""op":"join","room":"{room}","epoch":"{epoch}","seq":{seq}"#),
        Request::Leave { room } => format!(r#""op":"leave","room":"{room}""#),
        Request::Say(message) => say(message),
        Request::Like { room, taps } => format!(r#""op":"like","room":"{room}","taps":{taps}"#),
        Request::Likes { room } => format!(r#""op":"likes","room":"{room}""#),
        // Nobody polls in this dialect: there is nothing that a poll could bring.
        Request::Poll { .. } | Request::Alive => r#""op":"ping""#.to_owned(),
    };
    format!("{{{id}{rest}}}")
}

fn log_in(asker: &Asker<'_>) -> String {
    let Asker { user, ticket, .. } = asker;
    match asker.credentials {
        Some(Credentials { key, .. }) => format!(r#""op":"resume","token":"{key}""#),
        None if user.is_empty() => r#""op":"guest""#.to_owned(),
        None => format!(r#""op":"login","user":"{user}","sig":"{ticket}","platform":"Web""#),
    }
}

fn say(message: &Message<'_>) -> String {
    let (room, random, text) = (message.room, message.random(), message.text());
    let client_time = message.due_us / 1_000_000;
    format!(
        r#""op":"send","room":"{room}","random":{random},"client_time":{client_time},"parts":[{{"text":"{text}"}}]"#
    )
}

/// What an answer says. A message that the room's rate dropped has come to nothing as well.
pub fn answer(document: &[u8]) -> Answer {
    let code = number_after(document, r#""error":{"code":"#).unwrap_or(0);
    let receipt = text_after(document, r#""receipt":""#).filter(|receipt| *receipt != "admitted");
    Answer {
        to: number_after(document, r#"{"id":"#),
        refusal: refusal(code, document, r#""text":""#).or(receipt.map(str::to_owned)),
    }
}

/// What a login's answer gives.
pub fn credentials(document: &[u8]) -> Option<Credentials> {
    Some(Credentials {
        key: text_after(document, r#""token":""#)?.to_owned(),
        ..Default::default()
    })
}

/// What a join's answer gives. Its own place stands before all others in it.
pub fn entrance(document: &[u8]) -> Entrance<'_> {
    let place = text_after(document, r#""epoch":""#).zip(number_after(document, r#""seq":"#));
    Entrance {
        place,
        resumed: has(document, r#""resumed":true"#),
        more: has(document, r#""more":true"#),
        gap: has(document, r#""gap":{"#),
        poll: None,
    }
}

/// The stretch of numbers that a frame, or a join's answer, is about; nothing when it is about none.
pub fn stretch(document: &[u8]) -> Option<Stretch> {
    if let Some(from) = number_after(document, r#""skipped":{"from":"#) {
        let seq = number_after(document, r#""to":"#)?;
        return Some(Stretch {
            after: from.saturating_sub(1),
            seq,
            skipped: true,
        });
    }
    Some(Stretch {
        after: number_after(document, r#""after":"#)?,
        seq: number_after(document, r#""seq":"#)?,
        skipped: false,
    })
}

/// The sum of a room's likes, and how many came since the last one, if a frame tells them.
pub fn likes(document: &[u8]) -> Option<(u64, u64)> {
    let at = memchr::memmem::find(document, br#""state":{"#)?;
    let state = document.get(at..)?;
    Some((
        number_after(state, r#""likes":{"total":"#)?,
        number_after(state, r#""add":"#)?,
    ))
}

/// What became of the taps of one frame: counted, and refused.
pub fn counted(document: &[u8]) -> Option<(u64, u64)> {
    Some((
        number_after(document, r#""counted":"#)?,
        number_after(document, r#""refused":"#)?,
    ))
}

/// How many of a room's likes are the client's own.
pub fn mine(document: &[u8]) -> Option<u64> {
    number_after(document, r#""mine":"#)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{answer as answers, frame, request as requests};

    fn asker(credentials: Option<&Credentials>) -> Asker<'_> {
        Asker {
            app: 14,
            user: "al",
            ticket: "eJw",
            credentials,
        }
    }

    fn read<T: serde::de::DeserializeOwned>(number: Option<u64>, asked: &Request<'_>) -> (Option<u64>, String, T) {
        let key = Credentials {
            key: "abc".into(),
            ..Default::default()
        };
        // A session comes back by its key; everything else is asked the same way with and without.
        let document = request(number, &asker(Some(&key)), asked);
        let head = requests::head(document.as_bytes()).unwrap();
        (
            head.id,
            head.op.to_string(),
            requests::read(document.as_bytes()).unwrap(),
        )
    }

    #[test]
    fn the_server_reads_what_is_asked() {
        let document = request(Some(1), &asker(None), &Request::LogIn);
        let login: requests::Login = requests::read(document.as_bytes()).unwrap();
        assert_eq!(
            (login.user.as_str(), login.sig.as_str(), login.platform.as_str()),
            ("al", "eJw", "Web")
        );
        let (_, op, resume) = read::<requests::Resume>(Some(1), &Request::LogIn);
        assert_eq!((op.as_str(), resume.token.as_str()), ("resume", "abc"));

        let place = Some(("k.3", 118));
        let (id, op, join) = read::<requests::Join>(Some(2), &Request::Join { room: "r", place });
        assert_eq!((id, op.as_str(), join.room.as_str()), (Some(2), "join", "r"));
        assert_eq!((join.epoch.as_deref(), join.seq), (Some("k.3"), Some(room::Seq(118))));
        let (_, _, join) = read::<requests::Join>(Some(2), &Request::Join { room: "r", place: None });
        assert_eq!((join.epoch, join.seq), (None, None));

        let (id, op, like) = read::<requests::Like>(None, &Request::Like { room: "r", taps: 3 });
        assert_eq!((id, op.as_str(), like.taps), (None, "like", 3));
        for (asked, name) in [
            (Request::Likes { room: "r" }, "likes"),
            (Request::Leave { room: "r" }, "leave"),
        ] {
            let (_, op, of) = read::<requests::OfRoom>(Some(3), &asked);
            assert_eq!((op.as_str(), of.room.as_str()), (name, "r"));
        }

        let message = Message {
            room: "r",
            random: 7,
            due_us: 2_000_000,
            text_bytes: 30,
        };
        let (_, op, send) = read::<requests::Send>(Some(4), &Request::Say(&message));
        assert_eq!((op.as_str(), send.random, send.client_time), ("send", 7, 2));
    }

    #[test]
    fn answers_are_read_by_search() {
        let good = answers::ok(9, &answers::Done {});
        let (to, refusal) = (Some(9), None);
        assert_eq!(answer(good.as_bytes()), Answer { to, refusal });
        let refusal = answers::Refusal {
            code: 10010,
            cause: "no_room",
            text: "no".to_owned(),
            retry_after_ms: None,
        };
        let bad = answers::error(Some(10), &refusal);
        assert_eq!(answer(bad.as_bytes()).refusal.as_deref(), Some("10010 no"));
        let dropped = answers::ok(
            11,
            &answers::Receipt::Dropped {
                cause: "waited",
                repeat: false,
            },
        );
        assert_eq!(answer(dropped.as_bytes()).refusal.as_deref(), Some("dropped"));
        let taps = answers::Counted {
            counted: 2,
            refused: 1,
            total: 9,
            mine: 5,
        };
        let taps = answers::ok(12, &taps);
        assert_eq!(
            (counted(taps.as_bytes()), mine(taps.as_bytes())),
            (Some((2, 1)), Some(5))
        );
    }

    #[test]
    fn a_frame_tells_what_it_is_about() {
        let batch = frame::events("r", "k.3", (room::Seq(4), room::Seq(6)), r#"[{"seq":5},{"seq":6}]"#);
        let told = |after, seq, skipped| Some(Stretch { after, seq, skipped });
        assert_eq!(stretch(batch.as_bytes()), told(4, 6, false));
        let skipped = frame::skipped("r", "k.3", room::Seq(7), room::Seq(9));
        assert_eq!(stretch(skipped.as_bytes()), told(6, 9, true));
        let state = frame::State {
            likes: Some(frame::Likes {
                total: 12,
                add: Some(3),
            }),
            ..Default::default()
        };
        let state = frame::state("r", &state);
        assert_eq!(
            (stretch(state.as_bytes()), likes(state.as_bytes())),
            (None, Some((12, 3)))
        );
        assert_eq!(likes(batch.as_bytes()), None);
        for frame in [batch, skipped, state] {
            assert!(frame.as_bytes().starts_with(OF_A_ROOM), "{frame}");
        }
    }

    #[test]
    fn a_join_may_say_that_there_is_more() {
        assert!(entrance(br#"{"id":2,"ok":{"resumed":true,"more":true}}"#).more);
        assert!(!entrance(br#"{"id":2,"ok":{"resumed":true}}"#).more);
    }

    #[test]
    fn a_join_gives_the_place_where_the_client_is_now() {
        let snapshot =
            br#"{"id":2,"ok":{"room":"r","epoch":"k.4","seq":20,"resumed":false,"gap":{"epoch":"k.3","seq":9}}}"#;
        let found = entrance(snapshot);
        assert_eq!(
            (found.place, found.resumed, found.gap),
            (Some(("k.4", 20)), false, true)
        );
        let missed = br#"{"id":2,"ok":{"room":"r","epoch":"k.4","seq":20,"resumed":true,"after":9,"events":[]}}"#;
        let found = entrance(missed);
        assert_eq!(
            (found.place, found.resumed, found.gap),
            (Some(("k.4", 20)), true, false)
        );
        assert_eq!(
            stretch(missed).map(|stretch| (stretch.after, stretch.seq)),
            Some((9, 20))
        );
    }
}
