//! What a frame says of a room. All viewers of a room are sent the same bytes, so a frame is read once: those who get it
//! next only compare.

use flate2::read::ZlibDecoder;
use memchr::memmem::{self, Finder};
use std::{borrow::Cow, io::Read};

use super::wire::number_at;

/// Stands before the time in a message's text, in microseconds since 1970.
pub const MARK: &str = "sent@";
/// How many distinct frames are remembered. A worker reads a tick's frames of a few rooms at the same time.
const REMEMBERED: usize = 16;
/// A compressed document begins with this (web-sdk-wire.md 1.2).
const COMPRESSED: &[u8] = b"COMP";
/// A push begins with this.
const PUSH: &[u8] = br#"{"head":{"servcmd":"im_open_push."#;

/// What was said of a room.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The numbers of messages, tips and notices.
    pub seqs: Vec<u64>,
    /// Whether each number is the one after the one before.
    pub contiguous: bool,
    /// When the messages with a time in them were due, in microseconds since 1970.
    pub due_us: Vec<u64>,
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
    seq: Finder<'static>,
    mark: Finder<'static>,
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
            seq: Finder::new("\"MsgSeq\":"),
            mark: Finder::new(MARK),
            remembered: Vec::new(),
            recent: 0,
            oldest: 0,
            read: 0,
        }
    }

    /// Reads a document.
    pub fn read<'a>(&'a mut self, payload: &'a [u8]) -> Document<'a> {
        if let Some(known) = self.find(payload) {
            self.recent = known;
        } else {
            let compressed = payload.strip_prefix(COMPRESSED);
            let document = match compressed {
                Some(stream) => Cow::Owned(inflate(stream)),
                None => Cow::Borrowed(payload),
            };
            if !document.starts_with(PUSH) {
                return Document::Other(document);
            }
            let told = self.look(&document);
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

    /// Looks through an inflated document.
    pub fn look(&self, document: &[u8]) -> Told {
        let seqs = numbers_after(document, &self.seq);
        Told {
            contiguous: seqs.windows(2).all(|pair| matches!(pair, [a, b] if *b == a + 1)),
            due_us: numbers_after(document, &self.mark),
            seqs,
        }
    }
}

fn numbers_after(document: &[u8], mark: &Finder<'_>) -> Vec<u64> {
    let length = mark.needle().len();
    let found: memmem::FindIter<'_, '_> = mark.find_iter(document);
    found.filter_map(|at| number_at(document.get(at + length..)?)).collect()
}

/// A stream that breaks off yields what came before; whoever misses something will say so.
fn inflate(stream: &[u8]) -> Vec<u8> {
    let mut document = Vec::with_capacity(stream.len() * 8);
    let _ = ZlibDecoder::new(stream).read_to_end(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use super::*;
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

    fn told(reader: &mut Reader, payload: &[u8]) -> (Vec<u64>, bool, Vec<u64>) {
        match reader.read(payload) {
            Document::Push(told) => (told.seqs.clone(), told.contiguous, told.due_us.clone()),
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
                assert_eq!(told(&mut reader, frame.as_bytes()), expected);
            }
        }
        assert_eq!(reader.read, 20);
        told(&mut reader, frames[4].as_bytes());
        assert_eq!(reader.read, 20, "one of the last sixteen");
        told(&mut reader, frames[0].as_bytes());
        assert_eq!(reader.read, 21);
    }

    #[test]
    fn compressed_frames_say_the_same() {
        let mut reader = Reader::new();
        let compressed = websdk::compress(&push(&[3, 5]));
        assert_eq!(told(&mut reader, &compressed), (vec![3, 5], false, vec![300, 500]));
        told(&mut reader, &compressed);
        assert_eq!(reader.read, 1);
        let answer = websdk::answer("a.b", 7, &Ok(Default::default()));
        let Document::Other(document) = reader.read(answer.as_bytes()) else {
            panic!("an answer")
        };
        assert_eq!(document.as_ref(), answer.as_bytes());
        let compressed = websdk::compress(&answer);
        let Document::Other(document) = reader.read(&compressed) else {
            panic!("an answer")
        };
        assert_eq!(document.as_ref(), answer.as_bytes());
    }
}
