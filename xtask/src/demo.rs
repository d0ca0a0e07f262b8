//! `cargo xtask demo`: a living room on this machine, from nothing to one URL.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::args::{DemoWish, Sdk};
use crate::fetch;
use crate::paths::{self, TempFolder};
use crate::run::{Kept, interrupted, last_lines, run as run_to_end, trouble};
use crate::server::{APP_ID, Server, UP_WITHIN, address_in};
use crate::steps::{Steps, say};
use crate::tools;
use crate::video::{self, Video};

/// The talkers say their first four lines within ten seconds; the rest is for a busy machine.
const TALK_WITHIN: Duration = Duration::from_secs(90);

/// `--check` is content when more than this many messages were admitted.
const MESSAGES_MIN: u64 = 3;

/// A second of video has more.
const VIDEO_BYTES_MIN: usize = 10_000;

/// How the demo's server differs from one out of the box.
const SETTINGS: [&str; 3] = [
    // The host's page may be open in several windows.
    "sessions.web_per_user_max=8",
    // A visitor sees what they talk about.
    "rooms.history_on_join=20",
    // A flood of the page's own is not to be refused before the room has seen it.
    "limits.rest_calls_per_s=send_group_msg=0",
];

/// A demo that runs. Dropped in this order: the page, the server, then the folder with all its data.
pub(crate) struct Demo {
    page: Kept,
    server: Kept,
    folder: TempFolder,
    address: SocketAddr,
    has_video: bool,
}

pub(crate) fn run(wish: &DemoWish) -> Result<()> {
    let mut steps = Steps::begin();
    let demo = prepare(&mut steps, wish)?;
    if wish.check {
        return check(&mut steps, demo);
    }
    announce(&demo, wish, &steps);
    let outcome = attend(demo);
    say("The room is closed, its data removed.");
    outcome
}

fn prepare(steps: &mut Steps, wish: &DemoWish) -> Result<Demo> {
    steps.step("The official SDKs, from the npm registry", tools::web_packages)?;
    steps.step("Build our SDK and elements", tools::build_web)?;
    let (profile, flags) = if wish.release {
        ("release", vec!["--release"])
    } else {
        ("debug", vec![])
    };
    steps.step("Build the server (the first time takes some minutes)", || {
        run_to_end(
            Command::new("cargo")
                .args(["build", "--package", "plaudit-server"])
                .args(&flags)
                .current_dir(paths::root()),
            "the compiler says above what it misses.",
        )
    })?;
    let video = video::prepare(steps, !wish.no_video)?;
    steps.step("Open the room", || {
        Demo::start(&paths::binary(profile, "plaudit"), wish.port, &video)
    })
}

/// Starts the demo with a server that is already built, and sees that people talk in it. For `cargo xtask test`.
pub(crate) fn check_built(steps: &mut Steps, binary: &Path) -> Result<()> {
    steps.step("Tests of the demo's parts", || {
        tools::npm(
            &["run", "test:demo"],
            "run one alone in web/ with `node --test --test-name-pattern NAME demo/test/FILE`.",
        )
    })?;
    let video = video::prepare(steps, true)?;
    let demo = steps.step("Open the demo's room", || Demo::start(binary, 0, &video))?;
    check(steps, demo)
}

fn check(steps: &mut Steps, mut demo: Demo) -> Result<()> {
    if demo.has_video {
        steps.step("See that the video runs", || see_video_run(demo.address))?;
    }
    let admitted = steps.step("See that the page is served and people talk", || demo.see_people_talk())?;
    drop(demo);
    say(&format!(
        "The demo works: {admitted} messages were admitted. All in {}.",
        steps.total()
    ));
    Ok(())
}

fn announce(demo: &Demo, wish: &DemoWish, steps: &Steps) {
    let path = match wish.sdk {
        Sdk::Ours => String::new(),
        Sdk::V2 | Sdk::V3 => format!("sdk.html?sdk={}", wish.sdk.name()),
    };
    let url = format!("http://{}/{path}", demo.address);
    let rule = "─".repeat(url.len() + 6);
    say(&format!(
        "\n  ┌{rule}┐\n  │   {url}   │\n  └{rule}┘\n\n  Open it in a browser, and again in a second one: both see each other.\n  Ready after {}. Ctrl-C closes the room.\n",
        steps.total()
    ));
}

/// Until Ctrl-C. A part that ends by itself ends the demo, with its last words.
fn attend(mut demo: Demo) -> Result<()> {
    while !interrupted() {
        for (name, part, log) in [
            ("The page's server", &mut demo.page, demo.folder.path().join("page.log")),
            ("Plaudit", &mut demo.server, demo.folder.path().join("plaudit.log")),
        ] {
            if let Some(status) = part.ended()? {
                // After Ctrl-C the parts may be gone before we look at the flag.
                if interrupted() {
                    break;
                }
                bail!(
                    "{name} ended by itself ({status}). Its last words:\n{}",
                    last_lines(&log)
                );
            }
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    say("");
    Ok(())
}

impl Demo {
    fn start(binary: &Path, port: u16, video: &Video) -> Result<Self> {
        let folder = TempFolder::create("demo")?;
        let secret = paths::random_hex(32)?;
        let server = Server::start(binary, &folder, &secret, &SETTINGS.map(str::to_owned))?;
        let (page, address) = start_page(&folder, &server, &secret, port, video)?;
        Ok(Self {
            page,
            server: server.kept,
            folder,
            address,
            has_video: matches!(video, Video::From(_)),
        })
    }

    fn see_people_talk(&mut self) -> Result<u64> {
        for (path, bytes_min) in [
            ("/", 1_000),
            ("/viewer", 500),
            ("/host", 500),
            ("/live-room/plaudit-live-room.umd.cjs", 30_000),
            ("/sdk.html", 1_000),
            ("/sdk/ours.js", 10_000),
            ("/sdk/v2.js", 100_000),
            ("/sdk/v3.js", 100_000),
        ] {
            let body = fetch::get(self.address, path)?;
            if body.len() < bytes_min {
                bail!("{path} has {} bytes only", body.len());
            }
        }
        let until = Instant::now() + TALK_WITHIN;
        loop {
            let status = fetch::get(self.address, "/status")?;
            let admitted = number_in(&status, "admitted").context("/status does not say how many were admitted")?;
            if admitted > MESSAGES_MIN {
                return Ok(admitted);
            }
            if interrupted() {
                bail!("Interrupted.");
            }
            if Instant::now() > until {
                return Err(trouble(
                    format!(
                        "Nobody talks in the room. The page's server says:\n{status}\n{}",
                        self.logs()
                    ),
                    "run `cargo xtask demo` and look at the page; the talkers are in web/demo/server/talkers.mjs.",
                ));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn logs(&self) -> String {
        ["plaudit.log", "page.log"]
            .map(|name| format!("{name}:\n{}", last_lines(&self.folder.path().join(name))))
            .join("\n")
    }
}

/// A playlist with a segment that can be fetched, and a stream that begins as one.
fn see_video_run(address: SocketAddr) -> Result<()> {
    let playlist = fetch::get(address, "/live/live.m3u8")?;
    let segment = playlist
        .lines()
        .find(|line| line.ends_with(".ts"))
        .with_context(|| format!("the playlist names no segment:\n{playlist}"))?;
    let bytes = fetch::get(address, &format!("/live/{segment}"))?.len();
    if bytes < VIDEO_BYTES_MIN {
        bail!("the segment {segment} has {bytes} bytes only");
    }
    let stream = fetch::begin(address, "/live/live.flv", VIDEO_BYTES_MIN)?;
    if !stream.starts_with(b"FLV") {
        bail!("/live/live.flv does not begin as FLV");
    }
    Ok(())
}

/// The demo's own server: the page, tickets and the talkers.
fn start_page(
    folder: &TempFolder,
    server: &Server,
    secret: &str,
    port: u16,
    video: &Video,
) -> Result<(Kept, SocketAddr)> {
    let log = folder.path().join("page.log");
    let mut command = Command::new("node");
    command
        .arg("demo/serve.mjs")
        .current_dir(paths::web())
        .args([
            "--plaudit",
            &format!("http://{}", server.clients),
            "--admin",
            &format!("http://{}", server.admin),
            "--app",
            APP_ID,
            "--port",
            &port.to_string(),
        ])
        .env("PLAUDIT_DEMO_SECRET", secret)
        .stdout(Stdio::piped())
        .stderr(File::create(&log)?);
    match video {
        Video::From(made) => command.arg("--video").arg(made),
        Video::Without(why) => command.args(["--without-video", why]),
    };
    let mut page = Kept::start(&mut command, "node demo/serve.mjs")?;
    let lines = page.lines();
    let address = page.await_line(&lines, UP_WITHIN, &log, |line| address_in(line.strip_prefix("page ")?))?;
    Ok((page, address))
}

fn number_in(text: &str, name: &str) -> Option<u64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_what_programs_say() {
        assert_eq!(number_in("room demo\nadmitted 12\nfailed 0\n", "admitted"), Some(12));
        assert_eq!(number_in("room demo\n", "admitted"), None);
    }
}
