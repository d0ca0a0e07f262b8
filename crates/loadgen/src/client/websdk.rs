//! What the official Web SDK says and is told (web-sdk-wire.md).

use super::{
    dialect::{Answer, Asker, Credentials, Entrance, Message, Request, refusal},
    search::{number_after, text_after},
};

const LOGIN: &str = "im_open_status.wslogin";
const HEARTBEAT: &str = "heartbeat.alive";
const JOIN: &str = "group_open_http_svc.apply_join_group";
const JOIN_AS_GUEST: &str = "group_open_http_noauth_svc.apply_join_group";
const LEAVE: &str = "group_open_http_svc.quit_group";
const SEND: &str = "group_open_http_svc.send_group_msg";
const POLL: &str = "group_open_long_polling_http_svc.get_msg";
const POLL_AS_GUEST: &str = "group_open_long_polling_http_noauth_svc.get_msg";

const LOGIN_BODY: &str = r#"{"State":"Online","is_web_uniapp":0,"InstType":0}"#;

/// Where the WebSocket is.
pub fn path(app: u32) -> String {
    format!("/binfo?sdkappid={app}")
}

/// A request.
pub fn request(number: u64, asker: &Asker<'_>, request: &Request<'_>) -> String {
    let guest = asker.user.is_empty();
    let (servcmd, body) = match request {
        Request::LogIn => (LOGIN, LOGIN_BODY.to_owned()),
        Request::Join { room, .. } => (
            if guest { JOIN_AS_GUEST } else { JOIN },
            format!(r#"{{"GroupId":"{room}","WebPushFlag":1}}"#),
        ),
        Request::Leave { room } => (LEAVE, format!(r#"{{"GroupId":"{room}"}}"#)),
        Request::Poll { key, next } => (if guest { POLL_AS_GUEST } else { POLL }, poll_body(key, *next)),
        Request::Say(message) => (SEND, say(message, "Normal")),
        Request::Alive => (HEARTBEAT, "{}".to_owned()),
        // Its clients cannot like; whoever asks them to is told that there is no such command.
        Request::Like { .. } | Request::Likes { .. } => ("group_open_http_svc.like", "{}".to_owned()),
    };
    match asker.credentials {
        Some(who) => with_key(servcmd, number, asker.app, who, &body),
        None => with_ticket(servcmd, number, asker, &body),
    }
}

/// Of somebody who shows his ticket.
fn with_ticket(servcmd: &str, number: u64, asker: &Asker<'_>, body: &str) -> String {
    let Asker { app, user, ticket, .. } = asker;
    format!(
        r#"{{"head":{{"ver":"v4","platform":7,"status_instid":0,"sdkappid":{app},"identifier":"{user}","usersig":"{ticket}","servcmd":"{servcmd}","seq":{number}}},"body":{body}}}"#
    )
}

/// Of somebody who is logged in.
fn with_key(servcmd: &str, number: u64, app: u32, who: &Credentials, body: &str) -> String {
    let Credentials { key, tiny, inst } = who;
    format!(
        r#"{{"head":{{"ver":"v4","platform":7,"status_instid":{inst},"sdkappid":{app},"a2":"{key}","tinyid":"{tiny}","servcmd":"{servcmd}","seq":{number}}},"body":{body}}}"#
    )
}

fn poll_body(key: &str, next: u64) -> String {
    format!(r#"{{"USP":1,"StartSeq":{next},"HoldTime":90,"Key":"{key}","DownsizeFlag":0}}"#)
}

/// The body of a message, as the SDK and backends send it.
pub fn say(message: &Message<'_>, priority: &str) -> String {
    let (room, random, text) = (message.room, message.random(), message.text());
    format!(
        r#"{{"GroupId":"{room}","Random":{random},"MsgClientTime":{},"MsgPriority":"{priority}","MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{text}"}}}}]}}"#,
        message.due_us / 1_000_000
    )
}

/// What an answer says.
pub fn answer(document: &[u8]) -> Answer {
    let code = number_after(document, r#""ErrorCode":"#).unwrap_or(0);
    Answer {
        to: number_after(document, r#""seq":"#),
        refusal: refusal(code, document, r#""ErrorInfo":""#),
    }
}

/// What a login's answer gives.
pub fn credentials(document: &[u8]) -> Option<Credentials> {
    Some(Credentials {
        key: text_after(document, r#""A2Key":""#)?.to_owned(),
        tiny: text_after(document, r#""TinyId":""#)?.to_owned(),
        inst: number_after(document, r#""InstId":"#)?,
    })
}

/// What a join's answer gives: perhaps that the client is to poll.
pub fn entrance(document: &[u8]) -> Entrance<'_> {
    let poll = text_after(document, r#""LongPollingKey":""#);
    let next = number_after(document, r#""StartSeq":"#).unwrap_or(0);
    Entrance {
        poll: poll.map(|key| (key, next)),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tim::{answer::Refusal, fields, websdk};

    #[test]
    fn the_server_reads_what_is_asked() {
        let mut asker = Asker {
            app: 14,
            user: "al",
            ticket: "eJw",
            credentials: None,
        };
        let frame = request(7, &asker, &Request::LogIn);
        let head = websdk::parse(frame.as_bytes()).unwrap().head;
        assert_eq!((head.servcmd.as_ref(), head.seq, head.sdkappid), (LOGIN, 7, Some(14)));
        assert_eq!(
            (head.identifier.as_deref(), head.usersig.as_deref()),
            (Some("al"), Some("eJw"))
        );
        let who = Credentials {
            key: "key".into(),
            tiny: "144".into(),
            inst: 3,
        };
        asker.credentials = Some(&who);
        let frame = request(8, &asker, &Request::Poll { key: "K", next: 12 });
        let request = websdk::parse(frame.as_bytes()).unwrap();
        assert_eq!(request.head.a2.as_deref(), Some("key"));
        assert!(request.body.unwrap().get().contains(r#""StartSeq":12"#));
    }

    #[test]
    fn answers_are_read_by_search() {
        let good = websdk::answer(LOGIN, 9, &Ok(fields! {"A2Key": "abc", "TinyId": "144", "InstId": 5}));
        let (to, refusal) = (Some(9), None);
        assert_eq!(answer(good.as_bytes()), Answer { to, refusal });
        let who = credentials(good.as_bytes()).unwrap();
        assert_eq!((who.key.as_str(), who.tiny.as_str(), who.inst), ("abc", "144", 5));
        let bad = websdk::answer(JOIN, 10, &Err(Refusal::new(10010, "no")));
        assert_eq!(answer(bad.as_bytes()).refusal.as_deref(), Some("10010 no"));
        assert_eq!(credentials(bad.as_bytes()), None);
    }

    #[test]
    fn a_join_may_say_that_the_client_is_to_poll() {
        let polls = entrance(br#"{"LongPollingKey":"K","StartSeq":7}"#);
        assert_eq!(polls.poll, Some(("K", 7)));
        assert_eq!(entrance(b"{}"), Entrance::default());
    }
}
