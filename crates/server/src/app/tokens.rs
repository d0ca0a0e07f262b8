//! Keys that the server hands out and recognises again, also after a restart: sealed with a secret of its own, never
//! with an app's key (decision 28). They hold what they say; nothing is stored for them.
//!
//! A token is base64url of: kind, app, numbers, texts, and 16 bytes of HMAC-SHA256 over all before.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use room::{AppId, RoomId, RoomKey, Seq, SessionId, UserId};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const MAC_BYTES: usize = 16;
/// No token that we make is longer; longer texts are refused before any work, in bytes.
const TEXT_BYTES_MAX: usize = 256;

/// Who a session is: what `A2Key` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionClaims {
    /// The app.
    pub app: AppId,
    /// The user.
    pub user: UserId,
    /// The user's number: another account of the same name, made after a deletion, is another user.
    pub number: u64,
    /// The session.
    pub session: SessionId,
    /// When the session logged in, in milliseconds: of two sessions the newer one wins.
    pub login_ms: u64,
    /// When the ticket was signed, in seconds: a kick refuses older ones.
    pub ticket_s: u64,
    /// When the ticket expires, in seconds.
    pub expires_s: u64,
    /// Which key of the app signed the ticket ([`key_mark`]): removing the key ends the session.
    pub key_mark: u32,
    /// The platform class, as a number.
    pub platform: u8,
}

/// Who polls a room: what `LongPollingKey` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollClaims {
    /// The app.
    pub app: AppId,
    /// The room.
    pub room: RoomId,
    /// The guest's random number, or the number of the session that polls.
    pub who: Poller,
    /// What was said up to here is not for this poller.
    pub start: Seq,
    /// When the key ends, in seconds.
    pub expires_s: u64,
}

/// Who may read a room over plain HTTP: what the key of a link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkClaims {
    /// The room.
    pub room: RoomKey,
    /// When the link ends, in seconds.
    pub expires_s: u64,
}

/// Who polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poller {
    /// Somebody without login.
    Guest(u64),
    /// A session.
    Session(SessionId),
}

/// Makes and checks tokens.
pub struct Tokens {
    secret: [u8; 32],
}

/// A short mark of an app's key, which tells nothing about the key.
pub fn key_mark(key: &str) -> u32 {
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().take(4).fold(0, |mark, byte| mark << 8 | u32::from(*byte))
}

impl Tokens {
    /// Tokens of the server that has this secret.
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// What tells this server's store from others, and tells nothing about its secret.
    pub fn store_mark(&self) -> u64 {
        let mac = self.mac(b"the name of this store");
        mac.iter().take(6).fold(0, |mark, byte| mark << 8 | u64::from(*byte))
    }

    /// Seals a session's claims.
    pub fn session(&self, claims: &SessionClaims) -> String {
        let mut text = Writer::new(b'S', claims.app);
        for n in [
            claims.number,
            claims.session.0,
            claims.login_ms,
            claims.ticket_s,
            claims.expires_s,
        ] {
            text.number(n);
        }
        text.number(u64::from(claims.key_mark));
        text.number(u64::from(claims.platform));
        text.text(claims.user.as_str());
        self.seal(text)
    }

    /// Opens a session's claims; nothing when this server did not seal them. Expiry is the caller's to check.
    pub fn open_session(&self, token: &str) -> Option<SessionClaims> {
        let bytes = self.unseal(token)?;
        let mut text = Reader::new(&bytes, b'S')?;
        let app = AppId(u32::try_from(text.number()?).ok()?);
        let (number, session) = (text.number()?, SessionId(text.number()?));
        let (login_ms, ticket_s, expires_s) = (text.number()?, text.number()?, text.number()?);
        let (key_mark, platform) = (u32::try_from(text.number()?).ok()?, u8::try_from(text.number()?).ok()?);
        let user = UserId::new(text.rest()?).ok()?;
        Some(SessionClaims {
            app,
            user,
            number,
            session,
            login_ms,
            ticket_s,
            expires_s,
            key_mark,
            platform,
        })
    }

    /// Seals a poller's claims.
    pub fn poll(&self, claims: &PollClaims) -> String {
        let (kind, who) = match claims.who {
            Poller::Guest(guest) => (b'G', guest),
            Poller::Session(session) => (b'P', session.0),
        };
        let mut text = Writer::new(kind, claims.app);
        [who, claims.start.0, claims.expires_s]
            .into_iter()
            .for_each(|n| text.number(n));
        text.text(claims.room.as_str());
        self.seal(text)
    }

    /// Opens a poller's claims; nothing when this server did not seal them. Expiry is the caller's to check.
    pub fn open_poll(&self, token: &str) -> Option<PollClaims> {
        let bytes = self.unseal(token)?;
        let guest = bytes.first() == Some(&b'G');
        let mut text = Reader::new(&bytes, if guest { b'G' } else { b'P' })?;
        let app = AppId(u32::try_from(text.number()?).ok()?);
        let who = text.number()?;
        let who = if guest {
            Poller::Guest(who)
        } else {
            Poller::Session(SessionId(who))
        };
        let (start, expires_s) = (Seq(text.number()?), text.number()?);
        let room = RoomId::new(text.rest()?).ok()?;
        Some(PollClaims {
            app,
            room,
            who,
            start,
            expires_s,
        })
    }

    /// Seals the claims of a link.
    pub fn link(&self, claims: &LinkClaims) -> String {
        let mut text = Writer::new(b'L', claims.room.app);
        text.number(claims.expires_s);
        text.text(claims.room.room.as_str());
        self.seal(text)
    }

    /// Opens the claims of a link; nothing when this server did not seal them. Expiry is the caller's to check.
    pub fn open_link(&self, token: &str) -> Option<LinkClaims> {
        let bytes = self.unseal(token)?;
        let mut text = Reader::new(&bytes, b'L')?;
        let app = AppId(u32::try_from(text.number()?).ok()?);
        let expires_s = text.number()?;
        let room = RoomId::new(text.rest()?).ok()?;
        let room = RoomKey { app, room };
        Some(LinkClaims { room, expires_s })
    }

    fn mac(&self, bytes: &[u8]) -> [u8; MAC_BYTES] {
        let mut short = [0; MAC_BYTES];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) {
            mac.update(bytes);
            short
                .iter_mut()
                .zip(mac.finalize().into_bytes())
                .for_each(|(to, from)| *to = from);
        }
        short
    }

    fn seal(&self, text: Writer) -> String {
        let mut bytes = text.0;
        let mac = self.mac(&bytes);
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn unseal(&self, token: &str) -> Option<Vec<u8>> {
        if token.len() > TEXT_BYTES_MAX {
            return None;
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let at = bytes.len().checked_sub(MAC_BYTES)?;
        let mac = bytes.split_off(at);
        bool::from(self.mac(&bytes).ct_eq(&mac)).then_some(bytes)
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn new(kind: u8, app: AppId) -> Self {
        let mut writer = Self(vec![kind]);
        writer.number(u64::from(app.0));
        writer
    }

    fn number(&mut self, n: u64) {
        self.0.extend_from_slice(&n.to_be_bytes());
    }

    /// The last part: it reaches to the end, so it needs no length.
    fn text(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], kind: u8) -> Option<Self> {
        let (first, rest) = bytes.split_first()?;
        (*first == kind).then_some(Self(rest))
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_be_bytes(*number))
    }

    fn rest(self) -> Option<&'a str> {
        std::str::from_utf8(self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn session(user: &str) -> SessionClaims {
        SessionClaims {
            app: AppId(1_400_000_001),
            user: UserId::new(user).unwrap(),
            number: 7,
            session: SessionId(u64::MAX),
            login_ms: 1_795_376_115_123,
            ticket_s: 1_795_376_000,
            expires_s: 1_795_976_000,
            key_mark: key_mark("k"),
            platform: 1,
        }
    }

    fn poll(who: Poller) -> PollClaims {
        PollClaims {
            app: AppId(1),
            room: RoomId::new("room-1").unwrap(),
            who,
            start: Seq(9),
            expires_s: 5,
        }
    }

    fn link(room: &str) -> LinkClaims {
        let (app, room) = (AppId(1), RoomId::new(room).unwrap());
        LinkClaims {
            room: RoomKey { app, room },
            expires_s: 5,
        }
    }

    #[test]
    fn a_token_says_what_was_sealed() {
        let tokens = Tokens::new([1; 32]);
        let long = session(&"u".repeat(32));
        let token = tokens.session(&long);
        assert!(token.len() <= TEXT_BYTES_MAX);
        assert_eq!(tokens.open_session(&token), Some(long));
        for who in [Poller::Guest(3), Poller::Session(SessionId(4))] {
            assert_eq!(tokens.open_poll(&tokens.poll(&poll(who))), Some(poll(who)));
        }
        let link = link(&"r".repeat(48));
        assert_eq!(tokens.open_link(&tokens.link(&link)), Some(link));
    }

    #[test]
    fn one_kind_is_not_taken_for_another_and_a_secret_not_for_another() {
        let tokens = Tokens::new([1; 32]);
        assert_eq!(tokens.open_poll(&tokens.session(&session("alice"))), None);
        assert_eq!(tokens.open_session(&tokens.poll(&poll(Poller::Guest(1)))), None);
        assert_eq!(
            Tokens::new([2; 32]).open_session(&tokens.session(&session("alice"))),
            None
        );
        assert_eq!(tokens.open_link(&tokens.poll(&poll(Poller::Guest(1)))), None);
        assert_eq!(tokens.open_poll(&tokens.link(&link("a"))), None);
        for junk in ["", "S", "AAAA", "*&%", &"A".repeat(300)] {
            assert_eq!(tokens.open_session(junk), None);
        }
    }

    proptest! {
        #[test]
        fn a_changed_token_is_refused(at in 0usize..120, byte in any::<u8>()) {
            let tokens = Tokens::new([1; 32]);
            let token = tokens.session(&session("alice"));
            let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
            let at = at % bytes.len();
            prop_assume!(bytes[at] != byte);
            bytes[at] = byte;
            prop_assert_eq!(tokens.open_session(&URL_SAFE_NO_PAD.encode(bytes)), None);
        }
    }
}
