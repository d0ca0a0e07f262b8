//! How a connection ends (protocol section 8).

/// What a client does after its connection was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Come back with the session's token, and the place in each room.
    Resume,
    /// The same; the server stops.
    ResumeElsewhere,
    /// The session is over: begin another one.
    LogIn,
    /// Do not come back by yourself.
    StayAway,
}

impl Next {
    /// The WebSocket status code.
    pub const fn code(self) -> u16 {
        match self {
            Self::ResumeElsewhere => 1001,
            Self::Resume => 4000,
            Self::LogIn => 4001,
            Self::StayAway => 4002,
        }
    }
}

/// The reason of a close frame: why, and for how long to stay away first. `why` is a short word of the program.
pub fn reason(why: &str, after_ms: Option<u64>) -> String {
    match after_ms {
        Some(after_ms) => format!(r#"{{"why":"{why}","after_ms":{after_ms}}}"#),
        None => format!(r#"{{"why":"{why}"}}"#),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_json_that_fits_into_a_control_frame() {
        assert_eq!(reason("overflow", Some(1200)), r#"{"why":"overflow","after_ms":1200}"#);
        assert_eq!(reason("protocol", None), r#"{"why":"protocol"}"#);
        assert!(reason("a_word_as_long_as_they_get", Some(u64::MAX)).len() <= 123);
    }
}
