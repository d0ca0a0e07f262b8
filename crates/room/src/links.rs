//! Links in texts.

use linkify::{LinkFinder, LinkKind};

/// Whether a text holds a link: with a scheme, or without one, such as `example.com/win`.
pub fn has_link(text: &str) -> bool {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    finder.links(text).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::has_link;

    #[test]
    fn links_are_found_with_and_without_a_scheme_and_plain_talk_is_none() {
        for text in [
            "https://example.com",
            "see http://example.com/a?b=c now",
            "go to example.com/win",
            "example.com",
            "\u{770b}www.example.com\u{770b}",
        ] {
            assert!(has_link(text), "{text}");
        }
        for text in [
            "",
            "hello",
            "3.5 stars...",
            "what?!",
            "10:30",
            "a/b",
            "\u{597d}\u{3002}",
        ] {
            assert!(!has_link(text), "{text}");
        }
    }
}
