//! UserSig (TLSSigAPIv2, HMAC-SHA256): the ticket that every client login and every REST call carries.
//!
//! The rules are those of `usersig.md`: section 2 (how a ticket is made), section 4 (the order of the checks and the
//! code of each). Pure: the time is an argument. What needs a memory stays with the application: known apps (70020),
//! blocked accounts (70051), throttling (70050) and "signed before the last kick", for which it compares
//! [`Ticket::time`] with its own mark by strict `>` (decision 28).
//!
//! A ticket is never compared as text: other zlib builds and other signers write the same content in other bytes.

use crate::codes::account as code;
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use flate2::{Compression, Decompress, FlushDecompress, Status, write::ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, de};
use sha2::Sha256;
use std::{fmt, io::Write};
use subtle::ConstantTimeEq;

/// The longest ticket text that is looked at. A guess with room to spare: real tickets have 150 to 700 characters.
pub const TEXT_BYTES_MAX: usize = 8 * 1024;

/// The longest JSON document that a ticket may inflate to (`usersig.md` section 4, step 4). Inflating stops there, so
/// a bomb costs no more than the longest honest ticket.
pub const DOCUMENT_BYTES_MAX: usize = 8 * 1024;

/// The only version that is spoken here; the older ECDSA scheme is refused as malformed (`usersig.md` section 7).
const VERSION: &str = "2.0";

/// Standard base64; the padding may be missing (`usersig.md` section 4, tolerances).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a ticket says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The user for whom it was made.
    pub identifier: String,
    /// The app for which it was made.
    pub sdkappid: u32,
    /// When it was signed, in seconds since 1970. May lie in the future, see [`verify`].
    pub time: u64,
    /// For how many seconds after [`Self::time`] it is good. Signers do not check it: a negative number is the usual
    /// way to make an expired ticket for a test, so it is a readable ticket that has expired, not a malformed one.
    pub expire: i64,
    /// The room privileges of the vendor's video product. Signed when present, and otherwise not looked at.
    pub userbuf: Option<Vec<u8>>,
}

impl Ticket {
    /// The last second in which the ticket is good, in seconds since 1970. Stays within `u64` whatever the ticket says.
    pub fn expires_at(&self) -> u64 {
        self.time.saturating_add_signed(self.expire)
    }
}

/// What the caller says of himself, and what is known of the app that he names.
///
/// No `Debug`: keys must not reach a log (decision 32).
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// The user id of the query string or login packet.
    pub identifier: &'a str,
    /// The app id of the query string or login packet.
    pub sdkappid: u32,
    /// The active keys of the app; more than one while a key is being replaced. Empty ones are as good as absent.
    pub keys: &'a [&'a str],
    /// The present, in seconds since 1970.
    pub now: u64,
}

/// A ticket that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub ticket: Ticket,
    /// The place in [`Claim::keys`] of the key that signed it: what it opened must close when that key is removed.
    pub key_index: usize,
}

/// Why a ticket does not hold, in the order in which the checks are made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// There is no text at all.
    #[error("the ticket is empty")]
    Empty,
    /// The app has no key, so nobody could have signed.
    #[error("no key is configured for app {sdkappid}")]
    NoKey {
        /// The claimed app.
        sdkappid: u32,
    },
    /// The text is not a ticket.
    #[error("the ticket is malformed: {0}")]
    Malformed(Flaw),
    /// The ticket names another user than the caller does.
    #[error("the ticket is for another user")]
    OtherUser,
    /// The ticket names another app than the caller does.
    #[error("the ticket is for app {ticket}, not for app {claimed}")]
    OtherApp {
        /// The app in the ticket.
        ticket: u32,
        /// The claimed app.
        claimed: u32,
    },
    /// No active key of the app made this signature over this content.
    #[error("no active key made the signature")]
    BadSignature,
    /// Genuine, but too old.
    #[error("the ticket was good until {expires_at}, and it is {now}")]
    Expired {
        /// The last second in which it was good.
        expires_at: u64,
        /// The time of the check.
        now: u64,
    },
}

impl TicketError {
    /// The vendor's code (`usersig.md` sections 4 and 6.4).
    pub fn code(&self) -> i32 {
        match self {
            Self::Empty => code::TICKET_EMPTY,
            Self::NoKey { .. } => code::NO_KEY,
            Self::Malformed(_) => code::TICKET_MALFORMED,
            Self::OtherUser => code::TICKET_OTHER_USER,
            Self::OtherApp { .. } => code::TICKET_OTHER_APP,
            Self::BadSignature => code::TICKET_SIGNATURE,
            Self::Expired { .. } => code::TICKET_EXPIRED,
        }
    }
}

/// Where reading a ticket stopped. All of them are 70003 to the caller; the difference helps whoever reads the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// More than [`TEXT_BYTES_MAX`].
    #[error("longer than {TEXT_BYTES_MAX} bytes")]
    TextTooLong,
    /// Not base64 with the three characters exchanged. One published signer forgets the exchange
    /// (`client-habits.md` 10); guessing what it meant would make two alphabets valid for ever.
    #[error("not base64 in the exchanged alphabet")]
    NotBase64,
    /// Not one whole zlib stream with nothing behind it.
    #[error("not a zlib stream")]
    NotZlib,
    /// More than [`DOCUMENT_BYTES_MAX`] once inflated.
    #[error("inflates to more than {DOCUMENT_BYTES_MAX} bytes")]
    DocumentTooLong,
    /// Not a JSON object with the members of `usersig.md` section 2 in usable types, each at most once.
    #[error("not a ticket's JSON document")]
    NotDocument,
    /// `TLS.ver` is not "2.0".
    #[error("of an unknown version")]
    Version,
    /// `TLS.userbuf` is not base64.
    #[error("its userbuf is not base64")]
    Userbuf,
}

/// Makes a ticket as the vendor's helpers do (`usersig.md` section 2).
///
/// Like them it checks nothing: with an identifier of several thousand bytes it makes a ticket that [`verify`] refuses.
pub fn sign(key: &str, ticket: &Ticket) -> String {
    let userbuf = ticket.userbuf.as_ref().map(|bytes| BASE64_STANDARD.encode(bytes));
    let mac = mac(key, ticket, userbuf.as_deref()).finalize().into_bytes();
    let document = Written {
        ver: VERSION,
        identifier: &ticket.identifier,
        sdkappid: ticket.sdkappid,
        time: ticket.time,
        expire: ticket.expire,
        userbuf: userbuf.as_deref(),
        sig: &BASE64_STANDARD.encode(mac),
    };
    let json = serde_json::to_vec(&document).expect("strings and integers can always be written as JSON");
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(&json).expect("writing into memory does not fail");
    let packed = zlib.finish().expect("writing into memory does not fail");
    BASE64_STANDARD
        .encode(packed)
        .replace('+', "*")
        .replace('/', "-")
        .replace('=', "_")
}

/// Checks a ticket against what the caller claims, in the order of `usersig.md` section 4 (its steps 1 and 3 to 8).
///
/// Tolerated: percent-encoding, missing padding, numbers given as decimal strings, members in any order, unknown
/// members, a signing time in the future. The last because signers' clocks run ahead and no vendor page calls it an
/// error; no bound is set to it, as only a holder of the key can write it.
///
/// All keys are tried, and each comparison takes constant time.
///
/// # Errors
/// The first check that fails; [`TicketError::code`] is what the caller is told.
pub fn verify(usersig: &str, claim: Claim<'_>) -> Result<Verified, TicketError> {
    if usersig.is_empty() {
        return Err(TicketError::Empty);
    }
    // An empty key is a hole in the configuration that would let everybody sign.
    if claim.keys.iter().all(|key| key.is_empty()) {
        return Err(TicketError::NoKey {
            sdkappid: claim.sdkappid,
        });
    }
    let Signed { ticket, userbuf, sig } = read(usersig).map_err(TicketError::Malformed)?;
    if ticket.identifier != claim.identifier {
        return Err(TicketError::OtherUser);
    }
    if ticket.sdkappid != claim.sdkappid {
        return Err(TicketError::OtherApp {
            ticket: ticket.sdkappid,
            claimed: claim.sdkappid,
        });
    }
    let key_index = signer(claim.keys, &ticket, userbuf.as_deref(), &sig).ok_or(TicketError::BadSignature)?;
    let expires_at = ticket.expires_at();
    if expires_at < claim.now {
        return Err(TicketError::Expired {
            expires_at,
            now: claim.now,
        });
    }
    Ok(Verified { ticket, key_index })
}

/// The first key that made `sig`. Goes through all of them, so that the time does not tell which one it was.
fn signer(keys: &[&str], ticket: &Ticket, userbuf: Option<&str>, sig: &str) -> Option<usize> {
    // Text that is no base64 is a signature that does not fit, rather than a ticket that cannot be read.
    let given = BASE64.decode(sig).ok()?;
    let mut found = None;
    for (index, key) in keys.iter().enumerate() {
        let made = mac(key, ticket, userbuf).finalize().into_bytes();
        if bool::from(made.as_slice().ct_eq(&given)) && !key.is_empty() && found.is_none() {
            found = Some(index);
        }
    }
    found
}

/// The MAC over the signed text (`usersig.md` section 2, step 1). The key is used as its characters, not as hex.
///
/// The lines can be told apart from the end whatever the identifier holds, for the others are numbers written by us
/// and base64: no line break in an identifier can pass for a line of its own.
fn mac(key: &str, ticket: &Ticket, userbuf: Option<&str>) -> Hmac<Sha256> {
    let Ticket {
        identifier,
        sdkappid,
        time,
        expire,
        ..
    } = ticket;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(b"TLS.identifier:");
    mac.update(identifier.as_bytes());
    mac.update(format!("\nTLS.sdkappid:{sdkappid}\nTLS.time:{time}\nTLS.expire:{expire}\n").as_bytes());
    if let Some(userbuf) = userbuf {
        mac.update(format!("TLS.userbuf:{userbuf}\n").as_bytes());
    }
    mac
}

/// A ticket that has been read and not yet checked.
struct Signed {
    ticket: Ticket,
    /// The userbuf as it stands in the document: the signature covers this text, and base64 has more than one spelling.
    userbuf: Option<String>,
    sig: String,
}

fn read(usersig: &str) -> Result<Signed, Flaw> {
    if usersig.len() > TEXT_BYTES_MAX {
        return Err(Flaw::TextTooLong);
    }
    let base64 = base64_of(usersig).ok_or(Flaw::NotBase64)?;
    let packed = BASE64.decode(base64).map_err(|_| Flaw::NotBase64)?;
    let mut room = [0; DOCUMENT_BYTES_MAX + 1];
    let json = inflate(&packed, &mut room)?;
    let read: Read = serde_json::from_slice(json).map_err(|_| Flaw::NotDocument)?;
    if read.ver != VERSION {
        return Err(Flaw::Version);
    }
    // Not only for the caller's sake: a userbuf with line breaks could stand for other lines of the signed text.
    let userbuf = read
        .userbuf
        .as_ref()
        .map(|text| BASE64.decode(text))
        .transpose()
        .map_err(|_| Flaw::Userbuf)?;
    let ticket = Ticket {
        identifier: read.identifier,
        sdkappid: read.sdkappid,
        time: read.time,
        expire: read.expire,
        userbuf,
    };
    Ok(Signed {
        ticket,
        userbuf: read.userbuf,
        sig: read.sig,
    })
}

/// The base64 that a ticket's text stands for, percent-encoding undone.
fn base64_of(usersig: &str) -> Option<Vec<u8>> {
    let mut base64 = Vec::with_capacity(usersig.len());
    let mut chars = usersig.chars();
    while let Some(char) = chars.next() {
        let byte = if char == '%' {
            let high = chars.next()?.to_digit(16)?;
            let low = chars.next()?.to_digit(16)?;
            u8::try_from(high * 16 + low).ok()?
        } else {
            u8::try_from(char).ok()?
        };
        base64.push(exchange(byte)?);
    }
    Some(base64)
}

/// A character of a ticket as the character of base64 that it stands for (`usersig.md` section 2, step 5).
fn exchange(byte: u8) -> Option<u8> {
    match byte {
        b'*' => Some(b'+'),
        b'-' => Some(b'/'),
        b'_' => Some(b'='),
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => Some(byte),
        _ => None,
    }
}

/// Inflates into `room`, which is one byte larger than what is allowed and ends the work there.
fn inflate<'a>(packed: &[u8], room: &'a mut [u8; DOCUMENT_BYTES_MAX + 1]) -> Result<&'a [u8], Flaw> {
    let mut zlib = Decompress::new(true);
    let status = zlib
        .decompress(packed, room, FlushDecompress::Finish)
        .map_err(|_| Flaw::NotZlib)?;
    let read = usize::try_from(zlib.total_in()).map_err(|_| Flaw::NotZlib)?;
    let written = usize::try_from(zlib.total_out()).map_err(|_| Flaw::NotZlib)?;
    if written > DOCUMENT_BYTES_MAX {
        return Err(Flaw::DocumentTooLong);
    }
    if status != Status::StreamEnd || read != packed.len() {
        return Err(Flaw::NotZlib);
    }
    room.get(..written).ok_or(Flaw::NotZlib)
}

/// The document, members in the order of the vendor's own signers.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(rename = "TLS.ver")]
    ver: &'a str,
    #[serde(rename = "TLS.identifier")]
    identifier: &'a str,
    #[serde(rename = "TLS.sdkappid")]
    sdkappid: u32,
    #[serde(rename = "TLS.time")]
    time: u64,
    #[serde(rename = "TLS.expire")]
    expire: i64,
    #[serde(rename = "TLS.userbuf", skip_serializing_if = "Option::is_none")]
    userbuf: Option<&'a str>,
    #[serde(rename = "TLS.sig")]
    sig: &'a str,
}

/// The document as others write it. A member given twice is an error: two readers could see two tickets in one.
#[derive(Deserialize)]
struct Read {
    #[serde(rename = "TLS.ver")]
    ver: String,
    #[serde(rename = "TLS.identifier")]
    identifier: String,
    #[serde(rename = "TLS.sdkappid", deserialize_with = "number")]
    sdkappid: u32,
    #[serde(rename = "TLS.time", deserialize_with = "number")]
    time: u64,
    #[serde(rename = "TLS.expire", deserialize_with = "number")]
    expire: i64,
    #[serde(rename = "TLS.userbuf", default)]
    userbuf: Option<String>,
    #[serde(rename = "TLS.sig")]
    sig: String,
}

/// An integer, or its decimal digits in a string.
fn number<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i128>,
{
    struct Number;
    impl de::Visitor<'_> for Number {
        type Value = i128;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an integer or a string of decimal digits")
        }
        fn visit_u64<E: de::Error>(self, value: u64) -> Result<i128, E> {
            Ok(value.into())
        }
        fn visit_i64<E: de::Error>(self, value: i64) -> Result<i128, E> {
            Ok(value.into())
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<i128, E> {
            // `parse` alone would also take a plus sign.
            if text.starts_with('+') {
                return Err(E::custom("not decimal digits"));
            }
            text.parse().map_err(E::custom)
        }
    }
    let value = deserializer.deserialize_any(Number)?;
    T::try_from(value).map_err(|_| de::Error::custom("out of range"))
}
