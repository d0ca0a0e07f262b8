//! The demo's video: drawn, played and encoded once by `web/demo/video/make.mjs`, and kept under `target/`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::paths;
use crate::run::{Kept, interrupted};
use crate::steps::{Bar, Steps, say};
use crate::tools;

/// Half a minute on two idle cores; the rest is for a busy machine.
const MADE_WITHIN: Duration = Duration::from_secs(600);

/// What the demo's page shows.
pub(crate) enum Video {
    /// The broadcast from this folder.
    From(PathBuf),
    /// None, and why, in a word that the page knows.
    Without(&'static str),
}

/// Makes it if it is wanted and not there yet. Without ffmpeg the demo has no video, which is no failure.
pub(crate) fn prepare(steps: &mut Steps, wanted: bool) -> Result<Video> {
    let what = "The video (the first time takes half a minute)";
    if !wanted {
        steps.left_out(what, "--no-video");
        return Ok(Video::Without("off"));
    }
    steps.step(what, || {
        let missing = tools::ffmpeg().err().map(|trouble| ("ffmpeg", trouble));
        let made = match missing {
            None => make().map_err(|trouble| ("failed", trouble)),
            Some(missing) => Err(missing),
        };
        made.map(Video::From).or_else(|(why, trouble)| {
            if interrupted() {
                return Err(trouble);
            }
            say(&format!("    {trouble:#}\n    The demo goes on without video."));
            Ok(Video::Without(why))
        })
    })
}

fn make() -> Result<PathBuf> {
    let into = paths::target().join("demo-video");
    std::fs::create_dir_all(&into).with_context(|| format!("cannot create {}", into.display()))?;
    let log = into.join("make.log");
    let mut command = Command::new("node");
    command
        .args(["demo/video/make.mjs", "--into"])
        .arg(&into)
        .current_dir(paths::web())
        .stdout(Stdio::piped())
        .stderr(File::create(&log)?);
    let mut maker = Kept::start(&mut command, "node demo/video/make.mjs")?;
    let lines = maker.lines();
    let mut bar = Bar::begin();
    let folder = maker.await_line(&lines, MADE_WITHIN, &log, |line| {
        if let Some((done, of)) = frame_in(line) {
            bar.show(done, of);
        }
        line.strip_prefix("ready ").map(PathBuf::from)
    })?;
    say(&format!("    {}", shown(&folder)));
    Ok(folder)
}

/// From the checkout's root, where it is below it.
fn shown(folder: &Path) -> String {
    folder
        .strip_prefix(paths::root())
        .unwrap_or(folder)
        .display()
        .to_string()
}

/// `frame 25 of 600`
fn frame_in(line: &str) -> Option<(usize, usize)> {
    let (done, of) = line.strip_prefix("frame ")?.split_once(" of ")?;
    Some((done.parse().ok()?, of.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_in_what_the_maker_says() {
        assert_eq!(frame_in("frame 25 of 600"), Some((25, 600)));
        assert_eq!(frame_in("ready /somewhere"), None);
        assert_eq!(frame_in("frame of"), None);
    }
}
