//! What the tests of tickets share: packing made without the code under test.

use base64::prelude::{BASE64_STANDARD, Engine};
use flate2::{Compression, write::ZlibEncoder};
use std::io::Write;

/// The app of `usersig.md` section 6.
pub(crate) const APP: u32 = 1_400_000_001;
/// The key of `usersig.md` section 6.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A document as a ticket's text: zlib, base64, characters exchanged.
pub(crate) fn pack(document: &[u8]) -> String {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(document).expect("memory takes it");
    text(&zlib.finish().expect("memory takes it"))
}

/// Bytes in a ticket's alphabet.
pub(crate) fn text(bytes: &[u8]) -> String {
    BASE64_STANDARD
        .encode(bytes)
        .replace('+', "*")
        .replace('/', "-")
        .replace('=', "_")
}
