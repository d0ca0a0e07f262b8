//! Reading JSON without trees: what is sought in an answer is unmistakable, and a storm of logins must not spend the
//! machine's time on this side.

use memchr::memmem;

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

/// Whether `mark` is anywhere in it.
pub fn has(document: &[u8], mark: &str) -> bool {
    memmem::find(document, mark.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_mark_is_found() {
        let document = br#"{"a":12,"b":"text","c":-3}"#;
        assert_eq!(number_after(document, r#""a":"#), Some(12));
        assert_eq!(number_after(document, r#""c":"#), None);
        assert_eq!(text_after(document, r#""b":""#), Some("text"));
        assert_eq!((text_after(document, r#""d":""#), number_at(b"x")), (None, None));
        assert!(has(document, "text") && !has(document, "next"));
    }
}
