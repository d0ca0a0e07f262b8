//! Where things are in this checkout, and a folder that goes away by itself.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map(Path::to_path_buf).unwrap_or(here)
}

/// Demo page and browser tests, with their `node_modules`.
pub(crate) fn web() -> PathBuf {
    root().join("web")
}

/// Scenarios of `cargo xtask bench`.
pub(crate) fn scenarios() -> PathBuf {
    root().join("benches/scenarios")
}

/// What is built goes here.
pub(crate) fn target() -> PathBuf {
    root().join(std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from))
}

/// A binary of a profile (`debug` or `release`).
pub(crate) fn binary(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(name)
}

/// Files `crates/*/tests/fuzz_*.rs`, by their stems.
pub(crate) fn fuzz_bodies() -> Vec<String> {
    let mut stems: Vec<String> = crates()
        .flat_map(|krate| files(&krate.join("tests")))
        .filter(|file| file.extension().is_some_and(|end| end == "rs"))
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .filter(|stem| stem.starts_with("fuzz_"))
        .collect();
    stems.sort();
    stems
}

/// Whether any crate carries an example in its documentation (a doc test).
pub(crate) fn has_doc_tests() -> bool {
    let mut folders: Vec<PathBuf> = crates().map(|krate| krate.join("src")).collect();
    while let Some(folder) = folders.pop() {
        for entry in files(&folder) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|end| end == "rs")
                && std::fs::read_to_string(&entry).is_ok_and(|text| has_example(&text))
            {
                return true;
            }
        }
    }
    false
}

/// Whether a doc comment opens a fence that rustdoc takes for Rust: named so, or without a name.
fn has_example(source: &str) -> bool {
    let mut fenced = false;
    for line in source.lines().map(str::trim_start) {
        let Some(fence) = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
            .and_then(|text| text.trim().strip_prefix("```"))
        else {
            continue;
        };
        if !fenced && matches!(fence, "" | "rust" | "no_run" | "should_panic" | "compile_fail") {
            return true;
        }
        fenced = !fenced;
    }
    false
}

fn crates() -> impl Iterator<Item = PathBuf> {
    files(&root().join("crates")).into_iter().filter(|path| path.is_dir())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

/// A fresh folder, removed with everything in it when dropped.
pub(crate) struct TempFolder(PathBuf);

impl TempFolder {
    /// `what` is part of its name, for whoever finds one that was left over.
    pub(crate) fn create(what: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("plaudit-{what}-{}", random_hex(6)?));
        std::fs::create_dir(&path).with_context(|| format!("cannot create the folder {}", path.display()))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        if let Err(trouble) = std::fs::remove_dir_all(&self.0) {
            eprintln!("could not remove {}: {trouble}", self.0.display());
        }
    }
}

/// Random bytes from the system, as hexadecimal text.
pub(crate) fn random_hex(bytes: usize) -> Result<String> {
    use std::fmt::Write as _;
    use std::io::Read as _;
    let mut raw = vec![0_u8; bytes];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut raw))
        .context("cannot read /dev/urandom")?;
    Ok(raw.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temp_folder_is_gone_when_dropped() {
        let folder = TempFolder::create("test").expect("a folder");
        let path = folder.path().to_path_buf();
        std::fs::write(path.join("file"), "text").expect("a file");
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn only_fences_of_rust_in_doc_comments_are_examples() {
        assert!(has_example("/// ```\n/// let a = 1;\n/// ```"));
        assert!(has_example("    /// ```rust\n"));
        assert!(!has_example("//! ```text\n//! a -> b\n//! ```\n"));
        assert!(!has_example("let s = \"```rust\";"));
    }
}
