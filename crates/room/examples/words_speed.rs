//! How long a list of 100,000 words takes to build, and a message to be looked through:
//! `cargo run --release -p plaudit-room --example words_speed`.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a measurement")]

use room::words::Words;
use std::time::Instant;

const WORDS: usize = 100_000;
const MESSAGES: usize = 10_000;

/// Pseudo-random Chinese characters and letters: the same in every run.
fn text(seed: &mut u64, chars: usize) -> String {
    let mut next = || {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    };
    let pick = |n: u64| match n % 3 {
        0 => char::from_u32(0x61 + (n / 3 % 26) as u32),
        _ => char::from_u32(0x4e00 + (n / 3 % 3_000) as u32),
    };
    (0..chars).filter_map(|_| pick(next())).collect()
}

fn main() {
    let mut seed = 7;
    let list: Vec<String> = (0..WORDS).map(|n| text(&mut seed, 3 + n % 4)).collect();
    let began = Instant::now();
    let words = Words::read(&list.join("\n")).expect("a sound list");
    println!("{} words built in {:?}", words.len(), began.elapsed());
    for chars in [20, 100, 1_000] {
        let messages: Vec<String> = (0..MESSAGES).map(|_| text(&mut seed, chars)).collect();
        let began = Instant::now();
        let hits = messages.iter().filter(|message| words.has(message)).count();
        let each = began.elapsed() / MESSAGES as u32;
        println!("{chars} characters: {each:?} each, {hits} of {MESSAGES} with a word");
    }
}
