//! `cargo xtask test`: everything that must hold before a change lands. Stops at the first failure.
//!
//! The order is by price: what fails in seconds comes first. All Rust steps but clippy use one profile and one set of
//! features (`--workspace` with tests), so that nothing is compiled twice.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::args::TestWish;
use crate::run::run as run_to_end;
use crate::steps::{Steps, say};
use crate::{demo, paths, tools};

/// Per fuzz body; CI's share (decision 39). Longer runs: fuzz/README.md.
const FUZZ_MS: &str = "30000";

pub(crate) fn run(wish: &TestWish) -> Result<()> {
    let mut steps = Steps::begin();
    rust(&mut steps, wish)?;
    if !wish.fast {
        let server = paths::binary("debug", "plaudit");
        fuzz(&mut steps)?;
        packages(&mut steps)?;
        build_server(&mut steps)?;
        protocol(&mut steps, &server)?;
        browser(&mut steps, &server)?;
        demo::check_built(&mut steps, &server)?;
    }
    say(&format!("\nEverything holds. All in {}.", steps.total()));
    Ok(())
}

fn rust(steps: &mut Steps, wish: &TestWish) -> Result<()> {
    steps.step("Format", || {
        cargo(
            &["fmt", "--all", "--check"],
            "run `cargo fmt --all`, look at the change, commit it.",
        )
    })?;
    licences(steps, wish)?;
    steps.step("Lints", || {
        cargo(
            &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"],
            "clippy names the place and the rule above; a rule is switched off only where it is wrong, with its reason.",
        )
    })?;
    steps.step("The test runner", tools::nextest)?;
    steps.step("nginx, before which slices are tested", tools::nginx)?;
    steps.step("Rust tests", || {
        cargo(
            &["nextest", "run", "--workspace"],
            "run one alone with `cargo nextest run --workspace NAME`, its output with `--no-capture`.",
        )
    })?;
    if paths::has_doc_tests() {
        steps.step("Examples in the documentation", || {
            cargo(
                &["test", "--doc", "--workspace"],
                "the example named above does not do what it says.",
            )
        })?;
    }
    Ok(())
}

fn licences(steps: &mut Steps, wish: &TestWish) -> Result<()> {
    let what = "Licences, bans and sources of dependencies";
    if wish.fast {
        return Ok(());
    }
    if !tools::deny(wish.deny)? {
        steps.left_out(
            what,
            "cargo-deny is not installed (`cargo xtask test --deny` installs it; it takes minutes)",
        );
        return Ok(());
    }
    // Advisories need a database from the network, which CI does not have.
    steps.step(what, || {
        cargo(
            &["deny", "check", "licenses", "bans", "sources"],
            "deny.toml says what is allowed; a new licence needs a reason there.",
        )
    })
}

fn fuzz(steps: &mut Steps) -> Result<()> {
    let bodies = paths::fuzz_bodies();
    let what = format!("Fuzz bodies, {} s each", FUZZ_MS.trim_end_matches("000"));
    if bodies.is_empty() {
        steps.left_out(&what, "there is no crates/*/tests/fuzz_*.rs");
        return Ok(());
    }
    steps.step(&what, || {
        run_to_end(
            Command::new("cargo")
                .args(["test", "--workspace", "--test", "fuzz_*"])
                .current_dir(paths::root())
                .env("BOLERO_RANDOM_TEST_TIME_MS", FUZZ_MS),
            "the input that broke it is printed above; make it a test first, then fix it (fuzz/README.md).",
        )
    })
}

/// Our packages: built, because the browser tests load them, and tested alone, their sizes and shapes among that; and the
/// demo's own parts.
fn packages(steps: &mut Steps) -> Result<()> {
    steps.step("Node.js and the packages of web/", tools::web_packages)?;
    steps.step("Build our SDK and elements", tools::build_web)?;
    steps.step("Tests of our packages", || {
        tools::npm(
            &["test", "--workspaces"],
            "run one alone in its folder with `node --test --test-name-pattern NAME test/FILE`, after `npm run build`.",
        )
    })?;
    steps.step("ffmpeg, for videos to play", tools::ffmpeg)?;
    steps.step("Tests of the demo", || {
        tools::npm(
            &["run", "test:demo"],
            "run one alone in web/ with `node --test --test-name-pattern NAME demo/test/FILE`.",
        )
    })
}

/// With the tests' features, so that the binary of the Rust tests is used and not a second one.
fn build_server(steps: &mut Steps) -> Result<()> {
    steps.step("The server for the browser", || {
        cargo(
            &["build", "--workspace", "--bins", "--tests"],
            "the compiler says above what it misses.",
        )
    })
}

/// The client that was written from the protocol's page alone (decision 38).
fn protocol(steps: &mut Steps, server: &Path) -> Result<()> {
    let python = steps.step("Python and its packages", tools::python)?;
    steps.step("The protocol's page", || {
        run_to_end(
            Command::new(python)
                .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
                .current_dir(paths::web().join("e2e/python"))
                .env("PLAUDIT_BIN", server),
            "server, client or docs/protocol.md is wrong: they are to agree. One test alone: `-k NAME`.",
        )
    })
}

fn browser(steps: &mut Steps, server: &Path) -> Result<()> {
    steps.step("Chromium and fonts", tools::browser)?;
    let mut command = Command::new("npx");
    command
        .args(["playwright", "test", "--config", "e2e/playwright.config.mjs"])
        .current_dir(paths::web());
    // Where the tests look by themselves; elsewhere only with CARGO_TARGET_DIR.
    if server != paths::root().join("target/debug/plaudit") {
        command.env("PLAUDIT_BIN", server);
    }
    steps.step("Browser tests", || {
        run_to_end(
            &mut command,
            "run one alone in web/ with `npx playwright test --config e2e/playwright.config.mjs -g NAME`; what a failed test left is in web/e2e/test-results.",
        )
    })
}

fn cargo(words: &[&str], next: &str) -> Result<()> {
    run_to_end(Command::new("cargo").args(words).current_dir(paths::root()), next)
}
