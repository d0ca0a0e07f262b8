//! Word lists: what must not be said, found however it is written: in full-width or styled letters, in capitals, or with
//! invisible characters in between.

use aho_corasick::{AhoCorasick, BuildError};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// The longest word, in characters.
pub const WORD_CHARS_MAX: usize = 100;
/// The most words of a list: twice what is asked of it. A list of 100,000 words takes some tens of MiB.
pub const WORDS_MAX: usize = 200_000;

/// Why a list of words is refused.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// A word is too long.
    #[error("line {line}: a word has at most {WORD_CHARS_MAX} characters")]
    TooLong {
        /// Where it stands, counted from 1.
        line: usize,
    },
    /// Nothing is left of a word, since all its characters are ignored.
    #[error("line {line}: a word must have a visible character")]
    Invisible {
        /// Where it stands, counted from 1.
        line: usize,
    },
    /// The list is too long.
    #[error("a list has at most {WORDS_MAX} words")]
    TooMany,
    /// The automaton cannot be built.
    #[error("the words cannot be searched for")]
    Build(#[from] BuildError),
}

/// A list of words that must not be said.
#[derive(Clone, Debug)]
pub struct Words {
    found: AhoCorasick,
    /// By pattern: whether it counts as a whole word only.
    whole: Vec<bool>,
}

impl Words {
    /// Reads a list: one word per line; `=word` counts only where no letter or digit touches it; empty lines, and those
    /// that begin with `#`, are skipped.
    pub fn read(text: &str) -> Result<Self, WordsError> {
        let (mut patterns, mut whole) = (Vec::new(), Vec::new());
        for (at, line) in text.lines().enumerate() {
            let (line, at) = (line.trim(), at + 1);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let word = line.strip_prefix('=').unwrap_or(line);
            if word.chars().count() > WORD_CHARS_MAX {
                return Err(WordsError::TooLong { line: at });
            }
            let folded = fold(word).text;
            if folded.is_empty() {
                return Err(WordsError::Invisible { line: at });
            }
            if patterns.len() >= WORDS_MAX {
                return Err(WordsError::TooMany);
            }
            patterns.push(folded);
            whole.push(line.starts_with('='));
        }
        Ok(Self {
            found: AhoCorasick::new(patterns)?,
            whole,
        })
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.whole.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// Whether a text holds a word of the list.
    pub fn has(&self, text: &str) -> bool {
        let folded = fold(text);
        self.hits(&folded).next().is_some()
    }

    /// The text with a `*` for each character of each word of the list; nothing when it holds none.
    pub fn mask(&self, text: &str) -> Option<String> {
        let folded = fold(text);
        let mut masked = vec![false; text.chars().count()];
        for hit in self.hits(&folded) {
            let (first, last) = (folded.origin(hit.start), folded.origin(hit.end.saturating_sub(1)));
            let covered = first.zip(last).and_then(|(first, last)| masked.get_mut(first..=last));
            covered.into_iter().flatten().for_each(|mark| *mark = true);
        }
        let star = |(c, masked)| if masked { '*' } else { c };
        let any = masked.contains(&true);
        any.then(|| text.chars().zip(masked).map(star).collect())
    }

    fn hits<'a>(&'a self, folded: &'a Folded) -> impl Iterator<Item = Range<usize>> + 'a {
        let hits = self.found.find_overlapping_iter(&folded.text);
        let counts = |hit: &aho_corasick::Match| {
            let whole = self.whole.get(hit.pattern().as_usize()).copied().unwrap_or(false);
            !whole || folded.stands_alone(hit.range())
        };
        hits.filter(counts).map(|hit| hit.range())
    }
}

/// A text in the form in which words are compared, and where each byte of it comes from.
struct Folded {
    text: String,
    /// By byte: which character of the original it comes from.
    origins: Vec<usize>,
}

impl Folded {
    fn origin(&self, byte: usize) -> Option<usize> {
        self.origins.get(byte).copied()
    }

    fn stands_alone(&self, hit: Range<usize>) -> bool {
        let before = self.text.get(..hit.start).and_then(|text| text.chars().next_back());
        let after = self.text.get(hit.end..).and_then(|text| text.chars().next());
        !before.into_iter().chain(after).any(char::is_alphanumeric)
    }
}

/// Compatibility decomposition and case folding, character by character, so that each one knows where it comes from.
/// Folding by way of capitals makes equal what has one capital form: final and plain sigma, sharp s and ss.
fn fold(text: &str) -> Folded {
    let mut folded = Folded {
        text: String::with_capacity(text.len()),
        origins: Vec::with_capacity(text.len()),
    };
    for (at, c) in text.chars().enumerate().filter(|(_, c)| !is_ignored(*c)) {
        let parts = std::iter::once(c)
            .nfkd()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase);
        for part in parts.filter(|part| !is_ignored(*part)) {
            folded.text.push(part);
            folded.origins.resize(folded.text.len(), at);
        }
    }
    folded
}

/// Characters that nobody sees (Unicode: default ignorable), with which words are hidden.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text in the form in which repeats are compared: folded, and without white space.
pub fn gist(text: &str) -> String {
    let mut gist = fold(text).text;
    gist.retain(|c| !c.is_whitespace());
    gist
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(list: &str) -> Words {
        Words::read(list).unwrap()
    }

    #[test]
    fn a_word_is_found_however_it_is_written() {
        let list = words("bad\nstra\u{df}e\n\u{574f}\u{4eba}\ncaf\u{e9}\n");
        for text in [
            "bad",
            "so BAD!",
            "\u{ff22}\u{ff41}\u{ff44}",    // full width
            "b\u{200b}a\u{2060}d",         // hidden between
            "\u{1d4d1}\u{1d4ea}\u{1d4ed}", // styled letters
            "\u{24b7}\u{24d0}\u{24d3}",    // circled letters
            "STRASSE",
            "\u{4ed6}\u{662f}\u{574f}\u{4eba}!",
            "CAFE\u{301}", // the accent apart
        ] {
            assert!(list.has(text), "{text}");
        }
        for text in ["", "ba d", "b.a.d", "cafe", "\u{574f}"] {
            assert!(!list.has(text), "{text}");
        }
    }

    #[test]
    fn a_mask_covers_the_characters_of_the_original_and_nothing_else() {
        let list = words("bad\nadd\n\u{574f}\u{4eba}");
        let mask = |text| list.mask(text);
        assert_eq!(mask("fine"), None);
        assert_eq!(mask("so BAD, so bad"), Some("so ***, so ***".into()));
        assert_eq!(mask("badd"), Some("****".into()), "words that overlap");
        assert_eq!(mask("b\u{200b}ad\u{1f600}"), Some("****\u{1f600}".into()));
        assert_eq!(
            mask("\u{4e2a}\u{574f}\u{4eba}\u{554a}"),
            Some("\u{4e2a}**\u{554a}".into())
        );
        // One character that stands for several is covered as one.
        assert_eq!(words("fi").mask("o\u{fb01}n"), Some("o*n".into()));
    }

    #[test]
    fn a_whole_word_counts_only_where_it_stands_alone() {
        let list = words("# names\n=ass\n\n  \n");
        assert_eq!(list.len(), 1);
        for text in ["ass", "an ass!", "\u{2018}ASS\u{2019}"] {
            assert!(list.has(text), "{text}");
        }
        for text in ["class", "assume", "ass1", "grass"] {
            assert!(!list.has(text), "{text}");
        }
    }

    #[test]
    fn a_list_that_cannot_be_is_refused_with_the_line() {
        let long = format!("ok\n{}", "x".repeat(101));
        assert!(matches!(Words::read(&long), Err(WordsError::TooLong { line: 2 })));
        assert!(matches!(
            Words::read("\u{200b}=\u{200b}\n"),
            Err(WordsError::Invisible { line: 1 }) | Ok(_)
        ));
        assert!(matches!(
            Words::read("=\u{200b}"),
            Err(WordsError::Invisible { line: 1 })
        ));
        assert!(words("").is_empty() && !words("").has("anything"));
    }

    #[test]
    fn texts_that_say_the_same_have_one_gist() {
        assert_eq!(gist("Buy  NOW"), gist("\u{ff42}uy\u{200b}now "));
        assert_ne!(gist("buy now"), gist("buy now!"));
    }

    proptest! {
        #[test]
        fn what_is_masked_has_as_many_characters_and_no_word_left(text in "[abAB\u{200b}\u{ff41}\u{df} ]{0,30}") {
            let list = words("ab\nbaa\nass");
            prop_assert_eq!(list.has(&text), list.mask(&text).is_some());
            if let Some(masked) = list.mask(&text) {
                prop_assert_eq!(masked.chars().count(), text.chars().count());
                prop_assert!(!list.has(&masked), "{} in {}", masked, text);
            }
        }

        #[test]
        fn no_text_makes_it_fail(text in any::<String>(), word in any::<String>()) {
            if let Ok(list) = Words::read(&word) {
                let _ = list.mask(&text);
            }
        }
    }
}
