//! What the official Web SDK says and is told (web-sdk-wire.md), without JSON trees: what is sought in an answer is
//! unmistakable, and a storm of logins must not spend the machine's time on this side.

use memchr::memmem;

/// What a client shows after its login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    pub a2: String,
    pub tiny: String,
    pub inst: u64,
}

/// Login.
pub const LOGIN: &str = "im_open_status.wslogin";
/// Sign of life.
pub const HEARTBEAT: &str = "heartbeat.alive";
/// Joins a room.
pub const JOIN: &str = "group_open_http_svc.apply_join_group";
/// Joins a room without a login.
pub const JOIN_AS_GUEST: &str = "group_open_http_noauth_svc.apply_join_group";
/// Leaves a room.
pub const LEAVE: &str = "group_open_http_svc.quit_group";
/// Speaks in a room.
pub const SEND: &str = "group_open_http_svc.send_group_msg";
/// Asks for a room's news.
pub const POLL: &str = "group_open_long_polling_http_svc.get_msg";
/// The same without a login.
pub const POLL_AS_GUEST: &str = "group_open_long_polling_http_noauth_svc.get_msg";

/// The body of a login.
pub const LOGIN_BODY: &str = r#"{"State":"Online","is_web_uniapp":0,"InstType":0}"#;

/// A request of somebody who shows his ticket (both empty: a guest).
pub fn with_ticket(servcmd: &str, seq: u64, app: u32, user: &str, ticket: &str, body: &str) -> String {
    format!(
        r#"{{"head":{{"ver":"v4","platform":7,"status_instid":0,"sdkappid":{app},"identifier":"{user}","usersig":"{ticket}","servcmd":"{servcmd}","seq":{seq}}},"body":{body}}}"#
    )
}

/// A request of somebody who is logged in.
pub fn with_key(servcmd: &str, seq: u64, app: u32, who: &Credentials, body: &str) -> String {
    let Credentials { a2, tiny, inst } = who;
    format!(
        r#"{{"head":{{"ver":"v4","platform":7,"status_instid":{inst},"sdkappid":{app},"a2":"{a2}","tinyid":"{tiny}","servcmd":"{servcmd}","seq":{seq}}},"body":{body}}}"#
    )
}

/// The body of a poll.
pub fn poll_body(key: &str, next: u64) -> String {
    format!(r#"{{"USP":1,"StartSeq":{next},"HoldTime":90,"Key":"{key}","DownsizeFlag":0}}"#)
}

/// The number behind `mark`.
pub fn number_after(document: &[u8], mark: &str) -> Option<u64> {
    let at = memmem::find(document, mark.as_bytes())?;
    number_at(document.get(at + mark.len()..)?)
}

/// The number at the beginning.
pub fn number_at(bytes: &[u8]) -> Option<u64> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    let mut any = false;
    let number = digits.fold(0_u64, |number, digit| {
        any = true;
        number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))
    });
    any.then_some(number)
}

/// The text between `mark`, which ends with a quotation mark, and the next one. What is asked for holds no escapes.
pub fn text_after<'a>(document: &'a [u8], mark: &str) -> Option<&'a str> {
    let at = memmem::find(document, mark.as_bytes())?;
    let rest = document.get(at + mark.len()..)?;
    let end = memchr::memchr(b'"', rest)?;
    std::str::from_utf8(rest.get(..end)?).ok()
}

/// The number of the request that a document answers.
pub fn answers(document: &[u8]) -> Option<u64> {
    number_after(document, r#""seq":"#)
}

/// The code of an answer; 0 when it carries none.
pub fn error_code(document: &[u8]) -> u64 {
    number_after(document, r#""ErrorCode":"#).unwrap_or(0)
}

/// What a login's answer gives.
pub fn credentials(document: &[u8]) -> Option<Credentials> {
    Some(Credentials {
        a2: text_after(document, r#""A2Key":""#)?.to_owned(),
        tiny: text_after(document, r#""TinyId":""#)?.to_owned(),
        inst: number_after(document, r#""InstId":"#)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tim::{answer::Refusal, fields, websdk};

    #[test]
    fn the_server_reads_what_is_asked() {
        let frame = with_ticket(LOGIN, 7, 14, "al", "eJw", LOGIN_BODY);
        let head = websdk::parse(frame.as_bytes()).unwrap().head;
        assert_eq!((head.servcmd.as_ref(), head.seq, head.sdkappid), (LOGIN, 7, Some(14)));
        assert_eq!(
            (head.identifier.as_deref(), head.usersig.as_deref()),
            (Some("al"), Some("eJw"))
        );
        let who = Credentials {
            a2: "key".into(),
            tiny: "144".into(),
            inst: 3,
        };
        let frame = with_key(POLL, 8, 14, &who, &poll_body("K", 12));
        let request = websdk::parse(frame.as_bytes()).unwrap();
        assert_eq!(request.head.a2.as_deref(), Some("key"));
        assert!(request.body.unwrap().get().contains(r#""StartSeq":12"#));
    }

    #[test]
    fn answers_are_read_by_search() {
        let good = websdk::answer(LOGIN, 9, &Ok(fields! {"A2Key": "abc", "TinyId": "144", "InstId": 5}));
        assert_eq!((answers(good.as_bytes()), error_code(good.as_bytes())), (Some(9), 0));
        let who = credentials(good.as_bytes()).unwrap();
        assert_eq!((who.a2.as_str(), who.tiny.as_str(), who.inst), ("abc", "144", 5));
        let bad = websdk::answer(JOIN, 10, &Err(Refusal::new(10010, "no")));
        assert_eq!(error_code(bad.as_bytes()), 10010);
        assert_eq!((credentials(bad.as_bytes()), number_at(b"x")), (None, None));
    }
}
