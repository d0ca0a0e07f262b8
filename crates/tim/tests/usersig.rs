//! UserSig against the published vectors and the negative cases of `usersig.md` section 6, its tolerances (section 4),
//! and every cap at the limit and one past it. Expectations are written from the page.

mod common;

use base64::prelude::{BASE64_STANDARD, Engine};
use common::{APP, KEY, pack, text};
use flate2::read::ZlibDecoder;
use std::io::Read;
use tim::usersig::{Claim, DOCUMENT_BYTES_MAX, Flaw, TEXT_BYTES_MAX, Ticket, TicketError, Verified, sign, verify};

const TIME: u64 = 1_700_000_000;
const OTHER_KEY: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

const PLAIN_JSON: &str = r#"{"TLS.ver":"2.0","TLS.identifier":"alice","TLS.sdkappid":1400000001,"TLS.time":1700000000,"TLS.expire":604800,"TLS.sig":"bPWGshsc+vFLPeFEPa+tRfoL27JpAK0RfFmL+h3xO0A="}"#;
const PLAIN: &str = "eJw1ycEKgkAUheF3uVtDriYZAy1caFADiQWtJ*dOXsoanEGE6N0Dx87ufP8HLvIcjzSAgDRGWM2fNb08G55ZPbmlJTj9UNayBpFkGJaE4rknEEm*KAalyfJAIDaYbf-m*A4CbvV17zrXRmMla6rKWkW*MW*Z5gdbHLExVS*jbj2dsNjB9wetYDAw";
const PLAIN_BY_ANOTHER_ZLIB: &str = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwok5mcmpUInilOzEgoLMFCUrQxMDCDCEyJRk5qYCRc2hogYQ0dSKgswioLiZgYkFTKw4Mx1oalJAuHtxRnGydpmbT0Cqm2tAonZJUFq*j5G5V4Gjt0FQmluuj3aGcYW-gaOtUi0ArWAwMA__";
const NUMERIC_ROOM: &str = "eJw1jUsLgkAURv-LXUfqKBkDLm6UVuZCksp2Pka72WMYNYXovwdaZ-eds-jeEO3205dQwIFNdZgMm3LxaKigQSc3ysQv1HmVSEk5cMPSR4yxNHQXwA37Z-XRil6SEsDNv2hrodK2AA6I6MbHXsbsEGWVtUDEx8o7RHPqEHGp4YDj-J*pBA7KXB9dn1i39TesiJ5afE-1fRC0Xj8L2fnkGWHVaZdraJcOfL6MsUBu";
const STRING_ROOM: &str = "eJw1jrsOgkAURP-lthrYRQy6icVqggEtNBKUEpeLucHH8lKI8d8NoKeaOdPMG4LtwXhiAQIsg8G475TgvaKUeh1fSeFvKJMs1poSENxmA3xYKrohCO78LBssNpoKBDH5i7rE4lynIEDupRsdGx1ZYaAyeyk71mEwo1eXcjmwVrf583zgy-8DuoCAXcFL5uTuo90kI882uZtPVcteJraeHza6lHLlkyI8ZQv4fAG64EPC";

fn alice(now: u64) -> Claim<'static> {
    Claim {
        identifier: "alice",
        sdkappid: APP,
        keys: &[KEY],
        now,
    }
}

fn ticket(expire: i64) -> Ticket {
    Ticket {
        identifier: "alice".to_owned(),
        sdkappid: APP,
        time: TIME,
        expire,
        userbuf: None,
    }
}

fn code(usersig: &str, claim: Claim<'_>) -> i32 {
    verify(usersig, claim).map_or_else(|error| error.code(), |_| 0)
}

fn flaw(usersig: &str) -> Option<Flaw> {
    match verify(usersig, alice(TIME)) {
        Err(TicketError::Malformed(flaw)) => Some(flaw),
        _ => None,
    }
}

/// The document in a ticket, read without the code under test.
fn document(usersig: &str) -> String {
    let base64 = usersig.replace('*', "+").replace('-', "/").replace('_', "=");
    let packed = BASE64_STANDARD.decode(base64).expect("is base64");
    let mut json = String::new();
    ZlibDecoder::new(packed.as_slice())
        .read_to_string(&mut json)
        .expect("is zlib over UTF-8");
    json
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits
        .chunks(2)
        .filter_map(|pair| u8::try_from(pair.iter().fold(0, |n, digit| n * 16 + digit)).ok())
        .collect()
}

#[test]
fn the_plain_vector_verifies_in_both_encodings() {
    for usersig in [PLAIN, PLAIN_BY_ANOTHER_ZLIB] {
        assert_eq!(
            verify(usersig, alice(TIME)),
            Ok(Verified {
                ticket: ticket(604_800),
                key_index: 0
            })
        );
    }
}

#[test]
fn signing_the_plain_vector_makes_the_same_document() {
    assert_eq!(PLAIN_JSON.len(), 167);
    assert_eq!(document(PLAIN), PLAIN_JSON, "the page agrees with itself");
    assert_eq!(document(&sign(KEY, &ticket(604_800))), PLAIN_JSON);
}

#[test]
fn the_vectors_with_userbuf_verify_and_are_signed_alike() {
    let cases = [
        (
            NUMERIC_ROOM,
            "000005616c69636553724e01000027106553f22c000000ff00000000",
            r#""TLS.userbuf":"AAAFYWxpY2VTck4BAAAnEGVT8iwAAAD/AAAAAA==","TLS.sig":"r3HWFKi2wJKI2fTo/Ymb0SMMuGx6Q2ZXG1Qkw/hjQ7g="}"#,
        ),
        (
            STRING_ROOM,
            "010005616c69636553724e01000000006553f22c0000002a000000000006726f6f6d2d41",
            r#""TLS.userbuf":"AQAFYWxpY2VTck4BAAAAAGVT8iwAAAAqAAAAAAAGcm9vbS1B","TLS.sig":"Pr1s07qFoyKd+I4/1Fq5cy0w/eyIJVxpsAACJicieXk="}"#,
        ),
    ];
    for (usersig, userbuf, tail) in cases {
        let expected = Ticket {
            userbuf: Some(bytes(userbuf)),
            ..ticket(300)
        };
        assert_eq!(
            verify(usersig, alice(TIME)),
            Ok(Verified {
                ticket: expected.clone(),
                key_index: 0
            })
        );
        let made = document(&sign(KEY, &expected));
        assert!(made.ends_with(tail), "{made}");
        assert_eq!(made, document(usersig));
    }
}

#[test]
fn an_empty_ticket_is_70002_even_without_a_key() {
    assert_eq!(code("", alice(TIME)), 70002);
    assert_eq!(
        code(
            "",
            Claim {
                keys: &[],
                ..alice(TIME)
            }
        ),
        70002
    );
}

#[test]
fn an_app_without_a_key_is_70016_before_the_ticket_is_read() {
    assert_eq!(
        code(
            "?",
            Claim {
                keys: &[],
                ..alice(TIME)
            }
        ),
        70016
    );
    assert_eq!(
        code(
            PLAIN,
            Claim {
                keys: &[],
                ..alice(TIME)
            }
        ),
        70016
    );
}

#[test]
fn an_empty_key_verifies_nothing() {
    let forged = sign("", &ticket(604_800));
    assert_eq!(
        code(
            &forged,
            Claim {
                keys: &[""],
                ..alice(TIME)
            }
        ),
        70016
    );
    assert_eq!(
        code(
            &forged,
            Claim {
                keys: &["", KEY],
                ..alice(TIME)
            }
        ),
        70009
    );
    assert_eq!(
        verify(
            PLAIN,
            Claim {
                keys: &["", KEY],
                ..alice(TIME)
            }
        )
        .unwrap()
        .key_index,
        1
    );
}

#[test]
fn a_damaged_ticket_is_70003() {
    let truncated = &PLAIN[..PLAIN.len() - 4];
    let mut damaged = PLAIN.to_owned();
    damaged.replace_range(100..101, "A");
    assert_eq!(
        (flaw(truncated), flaw(&damaged)),
        (Some(Flaw::NotZlib), Some(Flaw::NotZlib))
    );
    assert_eq!(code(&damaged, alice(TIME)), 70003);
    for usersig in ["x", "é", " ", "%", "%2", "%zz", "____", "eJw", PLAIN_JSON] {
        assert_eq!(code(usersig, alice(TIME)), 70003, "{usersig}");
    }
}

#[test]
fn the_plain_alphabet_is_70003() {
    // client-habits.md 10: a signer that forgets the exchange is not helped.
    for (exchanged, plain) in [('*', '+'), ('-', "/".chars().next().unwrap()), ('_', '=')] {
        let usersig = PLAIN_BY_ANOTHER_ZLIB.replace(exchanged, &plain.to_string());
        assert_ne!(usersig, PLAIN_BY_ANOTHER_ZLIB);
        assert_eq!(flaw(&usersig), Some(Flaw::NotBase64), "{plain}");
        let percent = format!("%{:02X}", u32::from(plain));
        assert_eq!(
            flaw(&PLAIN_BY_ANOTHER_ZLIB.replace(exchanged, &percent)),
            Some(Flaw::NotBase64),
            "{percent}"
        );
    }
}

#[test]
fn gzip_and_raw_deflate_are_70003() {
    let mut gzip = flate2::read::GzEncoder::new(PLAIN_JSON.as_bytes(), flate2::Compression::default());
    let mut raw = flate2::read::DeflateEncoder::new(PLAIN_JSON.as_bytes(), flate2::Compression::default());
    let (mut gzipped, mut deflated) = (Vec::new(), Vec::new());
    gzip.read_to_end(&mut gzipped).unwrap();
    raw.read_to_end(&mut deflated).unwrap();
    assert_eq!(
        (flaw(&text(&gzipped)), flaw(&text(&deflated))),
        (Some(Flaw::NotZlib), Some(Flaw::NotZlib))
    );
}

#[test]
fn anything_behind_the_stream_and_a_wrong_checksum_are_70003() {
    let base64 = PLAIN.replace('*', "+").replace('-', "/");
    let packed = BASE64_STANDARD.decode(base64).unwrap();
    let longer = [packed.as_slice(), b"x"].concat();
    let mut wrong_sum = packed;
    *wrong_sum.last_mut().unwrap() ^= 1;
    assert_eq!(
        (flaw(&text(&longer)), flaw(&text(&wrong_sum))),
        (Some(Flaw::NotZlib), Some(Flaw::NotZlib))
    );
}

#[test]
fn another_user_is_70013_and_another_app_is_70014_and_the_user_comes_first() {
    assert_eq!(
        code(
            PLAIN,
            Claim {
                identifier: "bob",
                ..alice(TIME)
            }
        ),
        70013
    );
    assert_eq!(
        code(
            PLAIN,
            Claim {
                identifier: "Alice",
                ..alice(TIME)
            }
        ),
        70013
    );
    assert_eq!(
        code(
            PLAIN,
            Claim {
                sdkappid: APP + 1,
                ..alice(TIME)
            }
        ),
        70014
    );
    assert_eq!(
        code(
            PLAIN,
            Claim {
                identifier: "bob",
                sdkappid: APP + 1,
                ..alice(TIME)
            }
        ),
        70013
    );
}

#[test]
fn another_key_is_70009_and_comes_before_expiry() {
    let other = sign(OTHER_KEY, &ticket(604_800));
    assert_eq!(code(&other, alice(TIME)), 70009);
    assert_eq!(code(&other, alice(u64::MAX)), 70009);
    // The key is used as its characters: the same hex digits in capitals are another key.
    assert_eq!(
        code(
            PLAIN,
            Claim {
                keys: &[&KEY.to_uppercase()],
                ..alice(TIME)
            }
        ),
        70009
    );
}

#[test]
fn a_ticket_holds_through_its_last_second_and_is_70001_after() {
    assert_eq!(code(PLAIN, alice(1_700_604_800)), 0);
    assert_eq!(code(PLAIN, alice(1_700_604_801)), 70001);
    let expired = TicketError::Expired {
        expires_at: 1_700_604_800,
        now: 1_700_604_801,
    };
    assert_eq!(verify(PLAIN, alice(1_700_604_801)), Err(expired));
}

#[test]
fn a_negative_expiry_is_an_expired_ticket() {
    let usersig = sign(KEY, &ticket(-1));
    assert_eq!(
        (code(&usersig, alice(TIME - 1)), code(&usersig, alice(TIME))),
        (0, 70001)
    );
}

#[test]
fn a_signing_time_in_the_future_is_accepted() {
    assert_eq!(code(PLAIN, alice(TIME - 60)), 0);
    assert_eq!(code(PLAIN, alice(0)), 0);
}

#[test]
fn times_at_the_ends_of_their_types_do_not_overflow() {
    let at = |time, expire| Ticket { time, ..ticket(expire) };
    for (ticket, end) in [
        (at(u64::MAX, i64::MAX), u64::MAX),
        (at(u64::MAX, 1), u64::MAX),
        (at(u64::MAX, 0), u64::MAX),
        (at(0, i64::MIN), 0),
        (at(5, -6), 0),
        (at(5, -5), 0),
    ] {
        assert_eq!(ticket.expires_at(), end, "{ticket:?}");
        let expected = if end == u64::MAX { 0 } else { 70001 };
        assert_eq!(code(&sign(KEY, &ticket), alice(u64::MAX)), expected, "{ticket:?}");
    }
}

#[test]
fn several_keys_may_be_active_and_the_result_names_the_one_that_signed() {
    let new = sign(OTHER_KEY, &ticket(604_800));
    let both = Claim {
        keys: &[KEY, OTHER_KEY],
        ..alice(TIME)
    };
    assert_eq!(verify(PLAIN, both).unwrap().key_index, 0);
    assert_eq!(verify(&new, both).unwrap().key_index, 1);
    assert_eq!(
        code(&new, Claim { keys: &[KEY], ..both }),
        70009,
        "and no longer when its key is gone"
    );
    assert_eq!(
        verify(
            PLAIN,
            Claim {
                keys: &[KEY, KEY],
                ..both
            }
        )
        .unwrap()
        .key_index,
        0
    );
}

#[test]
fn percent_encoding_and_missing_padding_are_tolerated() {
    assert!(PLAIN.contains('*') && PLAIN.contains('-') && PLAIN_BY_ANOTHER_ZLIB.ends_with("__"));
    for usersig in [
        PLAIN.replace('*', "%2A"),
        PLAIN.replace('*', "%2a").replace('-', "%2d"),
        PLAIN.replace('e', "%65"),
        PLAIN_BY_ANOTHER_ZLIB.replace('_', "%5F"),
        PLAIN_BY_ANOTHER_ZLIB.replace("__", "_"),
        PLAIN_BY_ANOTHER_ZLIB.replace("__", ""),
    ] {
        assert_eq!(code(&usersig, alice(TIME)), 0, "{usersig}");
    }
}

#[test]
fn any_member_order_white_space_unknown_members_and_decimal_strings_are_tolerated() {
    let sig = "bPWGshsc+vFLPeFEPa+tRfoL27JpAK0RfFmL+h3xO0A=";
    for json in [
        format!(
            r#"{{ "TLS.sig" : "{sig}", "TLS.expire":"604800", "TLS.time":"1700000000",
                "TLS.sdkappid":"1400000001", "TLS.identifier":"al\u0069ce", "TLS.ver":"2.0" }}"#
        ),
        PLAIN_JSON.replace("{", r#"{"TLS.more":{"a":[1,2.5,null]},"#),
        PLAIN_JSON.replace("TLS.sig", "TLS.userbuf\":null,\"TLS.sig"),
        PLAIN_JSON.replace("O0A=", "O0A"),
        PLAIN_JSON.replace("+", "\\u002b"),
        format!("\n\t {PLAIN_JSON} \r\n"),
    ] {
        assert_eq!(code(&pack(json.as_bytes()), alice(TIME)), 0, "{json}");
    }
}

#[test]
fn documents_that_are_no_tickets_are_70003() {
    let without = |member: &str| PLAIN_JSON.replacen(member, "TLS.other", 1);
    let number = |from: &str, to: &str| PLAIN_JSON.replacen(from, to, 1);
    let mut documents = vec![
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        PLAIN_JSON.replace('}', ""),
        format!("{PLAIN_JSON}x"),
        "[".repeat(4000),
        PLAIN_JSON.replace("\"2.0\"", "\"1.0\""),
        PLAIN_JSON.replace("\"2.0\"", "2.0"),
        PLAIN_JSON.replace("\"alice\"", "7"),
        PLAIN_JSON.replace("alice", "\\ud800"),
        // Twice the same member: which one counts would depend on the reader.
        PLAIN_JSON.replace("{", "{\"TLS.identifier\":\"bob\","),
        PLAIN_JSON.replace("TLS.sig", "TLS.userbuf\":7,\"TLS.sig"),
        PLAIN_JSON.replace("TLS.sig", "TLS.userbuf\":\"a b\",\"TLS.sig"),
    ];
    for member in [
        "TLS.ver",
        "TLS.identifier",
        "TLS.sdkappid",
        "TLS.time",
        "TLS.expire",
        "TLS.sig",
    ] {
        documents.push(without(member));
    }
    for bad in [
        "null", "true", "[]", "\"\"", "\"x\"", "\"+1\"", "\" 1\"", "\"0x1\"", "1.5", "1e3", "-1e400",
    ] {
        documents.extend(["1400000001", "1700000000", "604800"].map(|from| number(from, bad)));
    }
    documents.push(number("1400000001", "4294967296"));
    documents.push(number("1400000001", "-1"));
    documents.push(number("1700000000", "-1"));
    documents.push(number("1700000000", "\"18446744073709551616\""));
    documents.push(number("604800", "9223372036854775808"));
    documents.push(number("604800", &format!("\"{}\"", "9".repeat(60))));
    for json in documents {
        assert_eq!(code(&pack(json.as_bytes()), alice(TIME)), 70003, "{json}");
    }
    let not_utf8 = [b"{\"TLS.ver\":\"\xff", &PLAIN_JSON.as_bytes()[11..]].concat();
    assert_eq!(code(&pack(&not_utf8), alice(TIME)), 70003);
}

#[test]
fn a_signature_that_is_no_base64_of_32_bytes_is_70009() {
    for sig in ["", "=", "?", "AAAA", &"A".repeat(44), &"A".repeat(400)] {
        let json = PLAIN_JSON.replace("bPWGshsc+vFLPeFEPa+tRfoL27JpAK0RfFmL+h3xO0A=", sig);
        assert_eq!(code(&pack(json.as_bytes()), alice(TIME)), 70009, "{sig}");
    }
}

#[test]
fn a_userbuf_cannot_be_added_taken_away_or_changed() {
    let json = document(NUMERIC_ROOM);
    let buf = r#""TLS.userbuf":"AAAFYWxpY2VTck4BAAAnEGVT8iwAAAD/AAAAAA==","#;
    for forged in [
        json.replace(buf, ""),
        json.replace("AAAFY", "AAAFZ"),
        json.replace("AAAA==", "AAAA"),
    ] {
        assert_ne!(forged, json);
        assert_eq!(code(&pack(forged.as_bytes()), alice(TIME)), 70009, "{forged}");
    }
    let added = PLAIN_JSON.replace("TLS.sig", "TLS.userbuf\":\"\",\"TLS.sig");
    assert_eq!(code(&pack(added.as_bytes()), alice(TIME)), 70009);
    let empty = Ticket {
        userbuf: Some(Vec::new()),
        ..ticket(300)
    };
    assert_eq!(
        verify(&sign(KEY, &empty), alice(TIME)).unwrap().ticket,
        empty,
        "an empty one is not an absent one"
    );
}

#[test]
fn line_breaks_in_an_identifier_cannot_pass_for_another_users_lines() {
    // What is signed for this odd user has a signed text that begins with all the lines of alice's own.
    let odd = format!("alice\nTLS.sdkappid:{APP}\nTLS.time:{TIME}\nTLS.expire:604800\nTLS.userbuf:x");
    let for_odd = sign(
        KEY,
        &Ticket {
            identifier: odd.clone(),
            ..ticket(300)
        },
    );
    assert_eq!(
        code(
            &for_odd,
            Claim {
                identifier: &odd,
                ..alice(TIME)
            }
        ),
        0
    );
    let sig = document(&for_odd).rsplit('"').nth(1).unwrap().to_owned();
    let rest = format!("x\\nTLS.sdkappid:{APP}\\nTLS.time:{TIME}\\nTLS.expire:300");
    let forged = PLAIN_JSON
        .replace("TLS.sig", &format!("TLS.userbuf\":\"{rest}\",\"TLS.sig"))
        .replace("bPWGshsc+vFLPeFEPa+tRfoL27JpAK0RfFmL+h3xO0A=", &sig);
    assert_eq!(flaw(&pack(forged.as_bytes())), Some(Flaw::Userbuf));
}

/// A zlib stream of one stored block: its length is known to the byte.
fn stored(document: &[u8]) -> Vec<u8> {
    let length = u16::try_from(document.len()).expect("fits a stored block");
    let (mut a, mut b) = (1u32, 0u32);
    for byte in document {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    let head = [0x78, 0x01, 0x01];
    [
        &head[..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        document,
        &(b << 16 | a).to_be_bytes(),
    ]
    .concat()
}

/// The plain ticket with spaces behind its document, as unpadded text of exactly `chars` characters.
fn text_of(chars: usize) -> String {
    let document_bytes = chars * 3 / 4 - stored(b"").len();
    let spaces = " ".repeat(document_bytes - PLAIN_JSON.len());
    let text = text(&stored(format!("{PLAIN_JSON}{spaces}").as_bytes())).replace('_', "");
    assert_eq!(text.len(), chars);
    text
}

#[test]
fn the_longest_text_is_read_and_one_byte_more_is_not() {
    assert_eq!(TEXT_BYTES_MAX, 8192);
    assert_eq!(code(&text_of(8192), alice(TIME)), 0);
    // One byte more by percent-encoding, of a text that is good by itself.
    let encode_first = |text: String| text.replacen('e', "%65", 1);
    assert_eq!(code(&encode_first(text_of(8190)), alice(TIME)), 0);
    assert_eq!(code(&text_of(8191), alice(TIME)), 0);
    let longer = encode_first(text_of(8191));
    assert_eq!(longer.len(), 8193);
    assert_eq!(flaw(&longer), Some(Flaw::TextTooLong));
    assert_eq!(code(&longer, alice(TIME)), 70003);
}

#[test]
fn the_longest_document_is_read_and_one_byte_more_is_not() {
    assert_eq!(DOCUMENT_BYTES_MAX, 8192);
    let of = |bytes: usize| pack(format!("{PLAIN_JSON}{}", " ".repeat(bytes - PLAIN_JSON.len())).as_bytes());
    assert_eq!(code(&of(8192), alice(TIME)), 0);
    assert_eq!(flaw(&of(8193)), Some(Flaw::DocumentTooLong));
    assert_eq!(code(&of(8193), alice(TIME)), 70003);
}

#[test]
fn the_worst_bomb_that_fits_is_refused_as_too_long() {
    let bomb = pack(&vec![b' '; 6_000_000]);
    assert!(bomb.len() <= TEXT_BYTES_MAX, "{}", bomb.len());
    assert_eq!(flaw(&bomb), Some(Flaw::DocumentTooLong));
    assert_eq!(
        flaw(&bomb[..bomb.len() / 2]),
        Some(Flaw::DocumentTooLong),
        "it is never read to its end"
    );
}
