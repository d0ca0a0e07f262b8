//! Fuzz targets of what a Web SDK sends: frames, bodies, elements. No input makes the readers panic, and what is read
//! can be written and read again.
//!
//! A plain run takes a second per target; `fuzz/README.md` tells how to run them for longer or guided by coverage.

use bolero::{TypeGenerator, check, produce};
use serde_json::{Value, value::RawValue};
use tim::{answer::Fields, body::Body, elements, websdk};

/// Reads a body in every way that a command may.
fn read(body: &Body<'_>) {
    for field in ["GroupId", "MsgBody", "a", ""] {
        let _ = (
            body.text(field),
            body.need_text(field),
            body.number(field),
            body.number_u32(field),
        );
        let _ = (
            body.texts(field),
            body.pairs(field),
            body.switch(field),
            body.raw(field),
        );
        for inner in body.objects(field).ok().flatten().into_iter().flatten() {
            let _ = inner.text("a");
        }
        if let Ok(Some(inner)) = body.object(field) {
            let _ = inner.text("a");
        }
    }
}

/// What holds for elements: they are shortened by white space alone, and once checked they stay as they are.
fn check_elements(raw: &RawValue) -> bool {
    let Ok(compact) = elements::check(raw) else {
        return false;
    };
    assert!(compact.len() <= raw.get().len());
    let meaning = |json: &str| serde_json::from_str::<Value>(json).ok();
    assert_eq!(meaning(&compact), meaning(raw.get()));
    let again = RawValue::from_string(compact.clone()).expect("checked elements are JSON");
    assert_eq!(elements::check(&again).as_ref(), Ok(&compact));
    true
}

/// Bytes as a frame, as a body, as elements.
#[test]
fn fuzz_websdk_frame_bytes() {
    check!().for_each(|input: &[u8]| {
        if let Ok(request) = websdk::parse(input) {
            let answer = websdk::answer(&request.head.servcmd, request.head.seq, &Ok(Fields::new()));
            let echoed = websdk::parse(answer.as_bytes()).expect("an answer has the form of a frame");
            assert_eq!(
                (echoed.head.servcmd, echoed.head.seq),
                (request.head.servcmd, request.head.seq)
            );
            if let Some(Ok(body)) = request.body.map(Body::of) {
                read(&body);
            }
        }
        if let Ok(body) = Body::parse(input) {
            read(&body);
        }
        let text = String::from_utf8_lossy(input);
        if let Ok(raw) = RawValue::from_string(text.into_owned()) {
            check_elements(&raw);
        }
    });
}

/// JSON text, built from left to right; always valid.
#[derive(Debug, TypeGenerator)]
enum Piece {
    Array,
    Object,
    Close,
    Null,
    Number { value: i64 },
    Real { value: f64 },
    Text { text: String, escaped: bool },
    HalfPair { unit: u16 },
    Space { kind: u8 },
}

#[derive(Debug, TypeGenerator)]
struct Element {
    kind: u8,
    text: String,
    escaped: bool,
    #[generator(produce::<Vec<Piece>>().with().len(0usize..60))]
    extra: Vec<Piece>,
}

#[derive(Debug, TypeGenerator)]
struct Frame {
    servcmd: String,
    seq: u64,
    spaced: bool,
    #[generator(produce::<Vec<Element>>().with().len(0usize..4))]
    elements: Vec<Element>,
}

/// A JSON string, all characters escaped if wanted.
fn string(text: &str, escaped: bool) -> String {
    if escaped {
        let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        format!("\"{units}\"")
    } else {
        Value::from(text).to_string()
    }
}

/// Writes pieces as one JSON array. Answers its text and how deep it is.
fn write(pieces: &[Piece]) -> (String, usize) {
    let (mut out, mut open, mut deepest) = (String::from("["), vec![']'], 1);
    // Whether something stands before in the innermost bracket.
    let mut begun = vec![false];
    for piece in pieces {
        match piece {
            Piece::Space { kind } => {
                out.push(match kind % 4 {
                    0 => ' ',
                    1 => '\t',
                    2 => '\n',
                    _ => '\r',
                });
                continue;
            }
            Piece::Close => {
                if open.len() > 1 {
                    out.extend(open.pop());
                    begun.pop();
                }
                continue;
            }
            _ => {}
        }
        let count = begun.last_mut().expect("the outermost bracket is open");
        if std::mem::replace(count, true) {
            out.push(',');
        }
        if open.last() == Some(&'}') {
            out.push_str(&format!("\"k{}\":", out.len()));
        }
        match piece {
            Piece::Array | Piece::Object => {
                let (left, right) = if matches!(piece, Piece::Array) {
                    ('[', ']')
                } else {
                    ('{', '}')
                };
                out.push(left);
                open.push(right);
                begun.push(false);
                deepest = deepest.max(open.len());
            }
            Piece::Number { value } => out.push_str(&value.to_string()),
            Piece::Real { value } if value.is_finite() => out.push_str(&Value::from(*value).to_string()),
            Piece::Text { text, escaped } => out.push_str(&string(text, *escaped)),
            // Half a surrogate pair: JavaScript has such strings.
            Piece::HalfPair { unit } => out.push_str(&format!("\"\\u{:04x}\"", 0xd800 | (unit & 0x7ff))),
            _ => out.push_str("null"),
        }
    }
    out.extend(open.iter().rev());
    (out, deepest)
}

/// The deepest that checked elements may be; three brackets stand around an element's own content.
const DEPTH_MAX: usize = 32 - 3;

#[test]
fn fuzz_websdk_frame_structure() {
    check!().with_type::<Frame>().for_each(|frame| {
        let (mut list, mut deepest, mut custom) = (Vec::new(), 0, 0);
        for element in &frame.elements {
            let place = usize::from(element.kind) % elements::TYPES.len();
            let kind = elements::TYPES.get(place).copied().unwrap_or_default();
            custom += usize::from(kind == "TIMCustomElem");
            let (extra, depth) = write(&element.extra);
            deepest = deepest.max(depth);
            let gap = if frame.spaced { " \n " } else { "" };
            let text = string(&element.text, element.escaped);
            list.push(format!(
                r#"{{"MsgType":{gap}"{kind}","MsgContent":{{"Text":{text},{gap}"Extra":{extra}}}{gap}}}"#
            ));
        }
        let head = format!(
            r#"{{"servcmd":{},"seq":{}}}"#,
            Value::from(frame.servcmd.as_str()),
            frame.seq
        );
        let document = format!(
            r#"{{"head":{head},"body":{{"GroupId":"a","MsgBody":[{}]}}}}"#,
            list.join(",")
        );

        let request = websdk::parse(document.as_bytes()).expect("a frame that is one is read");
        assert_eq!(
            (request.head.servcmd.as_ref(), request.head.seq),
            (frame.servcmd.as_str(), frame.seq)
        );
        let body = Body::of(request.body.expect("it has a body")).expect("its body is an object");
        read(&body);
        let fine = check_elements(body.raw("MsgBody").expect("it has elements"));
        assert_eq!(
            fine,
            !list.is_empty() && custom <= 1 && deepest <= DEPTH_MAX,
            "{document}"
        );
    });
}
