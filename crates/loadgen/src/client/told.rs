//! What a frame says of a room. All viewers of a room are sent the same bytes, so a frame is read once, and inflated once:
//! those who get it next only compare.

use flate2::read::{DeflateDecoder, ZlibDecoder};
use memchr::memmem::Finder;
use std::{borrow::Cow, io::Read};

use super::{frame::Frame, native, search::number_at};

/// Stands before the time in a message's text, in microseconds since 1970.
pub const MARK: &str = "sent@";
/// How many distinct frames are remembered. A worker reads a tick's frames of a few rooms and dialects at the same time.
const REMEMBERED: usize = 16;
/// A compressed document of the official dialect begins with this (web-sdk-wire.md 1.2).
const COMPRESSED: &[u8] = b"COMP";
/// A push of the official dialect begins with this.
const PUSH: &[u8] = br#"{"head":{"servcmd":"im_open_push."#;

/// What was said of a room.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The numbers of events.
    pub seqs: Vec<u64>,
    /// Whether each number is the one after the one before.
    pub contiguous: bool,
    /// The messages with a time in them.
    pub messages: Vec<Heard>,
    /// What our own protocol says that it is about.
    pub stretch: Option<Stretch>,
    /// The sum of the room's likes, and how many came since the last one.
    pub likes: Option<(u64, u64)>,
}

/// A message that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    pub seq: u64,
    /// When it was due, in microseconds since 1970.
    pub due_us: u64,
}

/// The numbers after `after` up to `seq`: they are told, or it is told that they are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub after: u64,
    pub seq: u64,
    pub skipped: bool,
}

/// A document: news of a room, or an answer.
pub enum Document<'a> {
    /// News, pushed.
    Push(&'a Told),
    /// Anything else, inflated.
    Other(Cow<'a, [u8]>),
}

/// Reads documents and remembers the last ones.
pub struct Reader {
    websdk: Marks,
    native: Marks,
    remembered: Vec<(Vec<u8>, Told)>,
    /// Which one was looked at last: most often it is the next one too.
    recent: usize,
    /// Which one is given up next.
    oldest: usize,
    /// How many had to be read.
    pub read: u64,
}

impl Reader {
    pub fn new() -> Self {
        Self {
            websdk: Marks::new("\"MsgSeq\":"),
            native: Marks::new("\"seq\":"),
            remembered: Vec::new(),
            recent: 0,
            oldest: 0,
            read: 0,
        }
    }

    /// Reads a document.
    pub fn read<'a>(&'a mut self, frame: Frame<'a>) -> Document<'a> {
        let payload = frame.payload;
        if let Some(known) = self.find(payload) {
            self.recent = known;
        } else {
            let document = inflated(frame);
            let told = if document.starts_with(PUSH) {
                self.look(&document)
            } else if document.starts_with(native::OF_A_ROOM) {
                self.look_native(&document)
            } else {
                return Document::Other(document);
            };
            self.remember(payload, told);
        }
        match self.remembered.get(self.recent) {
            Some((_, told)) => Document::Push(told),
            None => Document::Other(Cow::Borrowed(payload)),
        }
    }

    fn find(&self, payload: &[u8]) -> Option<usize> {
        let is = |at: &usize| self.remembered.get(*at).is_some_and(|(bytes, _)| bytes == payload);
        Some(self.recent)
            .filter(is)
            .or_else(|| (0..self.remembered.len()).find(is))
    }

    fn remember(&mut self, payload: &[u8], told: Told) {
        self.read += 1;
        if self.remembered.len() < REMEMBERED {
            self.recent = self.remembered.len();
            self.remembered.push((payload.to_vec(), told));
        } else if let Some(place) = self.remembered.get_mut(self.oldest) {
            self.recent = self.oldest;
            self.oldest = (self.oldest + 1) % REMEMBERED;
            place.0.clear();
            place.0.extend_from_slice(payload);
            place.1 = told;
        }
    }

    /// Looks through an inflated document of the official dialect.
    pub fn look(&self, document: &[u8]) -> Told {
        self.websdk.look(document)
    }

    /// Looks through an inflated frame of our own protocol, or the events in the answer to a join.
    pub fn look_native(&self, document: &[u8]) -> Told {
        let Some(stretch) = native::stretch(document) else {
            return Told {
                likes: native::likes(document),
                ..Default::default()
            };
        };
        // Before its events it tells the numbers of the whole.
        let events = memchr::memmem::find(document, br#""events":["#).and_then(|at| document.get(at..));
        Told {
            stretch: Some(stretch),
            ..self.native.look(events.unwrap_or_default())
        }
    }
}

/// What is sought in a dialect's documents.
struct Marks {
    seq: Finder<'static>,
    due: Finder<'static>,
}

impl Marks {
    fn new(seq: &'static str) -> Self {
        Self {
            seq: Finder::new(seq),
            due: Finder::new(MARK),
        }
    }

    fn look(&self, document: &[u8]) -> Told {
        let numbers: Vec<_> = numbers_after(document, &self.seq).collect();
        let messages = numbers_after(document, &self.due).map(|(at, due_us)| {
            // In both dialects an event says its number before its text.
            let before = numbers.partition_point(|(of_event, _)| *of_event < at);
            let event = before.checked_sub(1).and_then(|last| numbers.get(last));
            Heard {
                seq: event.map_or(0, |(_, seq)| *seq),
                due_us,
            }
        });
        let messages = messages.collect();
        let seqs: Vec<_> = numbers.into_iter().map(|(_, seq)| seq).collect();
        Told {
            contiguous: seqs.windows(2).all(|pair| matches!(pair, [a, b] if *b == a + 1)),
            seqs,
            messages,
            stretch: None,
            likes: None,
        }
    }
}

/// Where the mark stands, and the number behind it.
fn numbers_after<'a>(document: &'a [u8], mark: &'a Finder<'_>) -> impl Iterator<Item = (usize, u64)> {
    let length = mark.needle().len();
    mark.find_iter(document)
        .filter_map(move |at| Some((at, number_at(document.get(at + length..)?)?)))
}

/// A stream that breaks off yields what came before; whoever misses something will say so.
fn inflated(frame: Frame<'_>) -> Cow<'_, [u8]> {
    let payload = frame.payload;
    let mut document = Vec::new();
    if frame.deflated {
        // Without the end of a block, as it is sent (RFC 7692 section 7.2.1): the stream breaks off behind the text.
        let _ = DeflateDecoder::new(payload).read_to_end(&mut document);
    } else if let Some(stream) = payload.strip_prefix(COMPRESSED) {
        let _ = ZlibDecoder::new(stream).read_to_end(&mut document);
    } else {
        return Cow::Borrowed(payload);
    }
    Cow::Owned(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::frame::Cutter;
    use tim::{
        item::{Item, Kind},
        websdk,
    };

    fn push(seqs: &[u64]) -> String {
        let item = |seq: &u64| Item {
            kind: Kind::Message,
            json: format!(r#"{{"MsgSeq":{seq},"MsgBody":[{{"MsgContent":{{"Text":"{MARK}{seq}00 xxx"}}}}]}}"#),
            polled: None,
        };
        websdk::push(&seqs.iter().map(item).collect::<Vec<_>>())
    }

    fn told(reader: &mut Reader, frame: Frame<'_>) -> (Vec<u64>, bool, Vec<u64>) {
        match reader.read(frame) {
            Document::Push(told) => {
                assert!(told.messages.iter().all(|heard| heard.seq * 100 == heard.due_us));
                let due_us = told.messages.iter().map(|heard| heard.due_us).collect();
                (told.seqs.clone(), told.contiguous, due_us)
            }
            Document::Other(_) => panic!("not a push"),
        }
    }

    #[test]
    fn a_frame_is_read_once_and_remembered_while_it_is_among_the_last() {
        let mut reader = Reader::new();
        let frames: Vec<String> = (0..20).map(|n| push(&[n, n + 1])).collect();
        for (n, frame) in (0..).zip(&frames) {
            for _ in 0..3 {
                let expected = (vec![n, n + 1], true, vec![n * 100, n * 100 + 100]);
                assert_eq!(told(&mut reader, Frame::plain(frame.as_bytes())), expected);
            }
        }
        assert_eq!(reader.read, 20);
        told(&mut reader, Frame::plain(frames[4].as_bytes()));
        assert_eq!(reader.read, 20, "one of the last sixteen");
        told(&mut reader, Frame::plain(frames[0].as_bytes()));
        assert_eq!(reader.read, 21);
    }

    #[test]
    fn compressed_frames_say_the_same() {
        let mut reader = Reader::new();
        let compressed = websdk::compress(&push(&[3, 5]));
        assert_eq!(
            told(&mut reader, Frame::plain(&compressed)),
            (vec![3, 5], false, vec![300, 500])
        );
        told(&mut reader, Frame::plain(&compressed));
        assert_eq!(reader.read, 1);
        let answer = websdk::answer("a.b", 7, &Ok(Default::default()));
        let Document::Other(document) = reader.read(Frame::plain(answer.as_bytes())) else {
            panic!("an answer")
        };
        assert_eq!(document.as_ref(), answer.as_bytes());
        let compressed = websdk::compress(&answer);
        let Document::Other(document) = reader.read(Frame::plain(&compressed)) else {
            panic!("an answer")
        };
        assert_eq!(document.as_ref(), answer.as_bytes());
    }

    fn batch(seqs: &[u64]) -> String {
        let event = |seq: &u64| format!(r#"{{"seq":{seq},"type":"message","parts":[{{"text":"{MARK}{seq}00 xxx"}}]}}"#);
        let events: Vec<_> = seqs.iter().map(event).collect();
        let events = wire::frame::array(events.iter().map(String::as_str));
        let (first, last) = (seqs[0] - 1, *seqs.last().unwrap());
        wire::frame::events("r", "k.3", (room::Seq(first), room::Seq(last)), &events)
    }

    #[test]
    fn frames_of_our_own_protocol_say_what_they_are_about_and_are_inflated_once() {
        let mut reader = Reader::new();
        let document = batch(&[3, 4]);
        assert_eq!(
            told(&mut reader, Frame::plain(document.as_bytes())),
            (vec![3, 4], true, vec![300, 400])
        );
        let deflated = hub::frame::encode_deflated(hub::frame::Opcode::Text, document.as_bytes());
        let mut frames = 0;
        for _ in 0..3 {
            let cut = Cutter::default().take(&deflated, |frame| {
                frames += 1;
                assert!(frame.deflated);
                let Document::Push(told) = reader.read(frame) else {
                    panic!("not a push")
                };
                let (after, seq, skipped) = (2, 4, false);
                assert_eq!(told.stretch, Some(Stretch { after, seq, skipped }));
                assert_eq!(told.seqs, [3, 4]);
            });
            cut.unwrap();
        }
        assert_eq!((frames, reader.read), (3, 2), "once plain, once inflated");
    }
}
