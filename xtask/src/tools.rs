//! What the steps need on this machine: looked for first, installed only when missing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::paths;
use crate::run::{first_line, run, trouble, works};
use crate::steps::say;

/// The oldest Node.js with the test runner that the SDK's tests use.
const NODE_MIN: u32 = 20;

/// Debian's names: the browser, and fonts so that Chinese text and emoji are not boxes.
const BROWSER_PACKAGES: [&str; 3] = ["chromium", "fonts-noto-cjk", "fonts-noto-color-emoji"];

/// Node.js and npm, and the packages of `web/` as its lock file says.
pub(crate) fn web_packages() -> Result<()> {
    let install = format!(
        "install Node.js {NODE_MIN} or newer with npm (Debian: `apt-get install nodejs npm`), then run this again."
    );
    let Some(version) = first_line(Command::new("node").arg("--version")) else {
        return Err(trouble("Node.js is not here.", install));
    };
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MIN) {
        return Err(trouble(format!("Node.js {version} is too old."), install));
    }
    let Some(npm) = first_line(Command::new("npm").arg("--version")) else {
        return Err(trouble("Node.js is here, npm is not.", install));
    };
    say(&format!("    Node.js {version}, npm {npm}"));
    if web_packages_are_fresh() {
        say("    web/node_modules is as package-lock.json says");
        return Ok(());
    }
    run(
        Command::new("npm")
            .arg("ci")
            .current_dir(paths::web())
            // The browser comes from the system's packages, never by download.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
        "see that the npm registry can be reached, then run this again.",
    )
}

fn web_packages_are_fresh() -> bool {
    let changed = |path: &Path| -> Option<SystemTime> { path.metadata().ok()?.modified().ok() };
    let installed = changed(&paths::web().join("node_modules/.package-lock.json"));
    let wanted = changed(&paths::web().join("package-lock.json"));
    matches!((installed, wanted), (Some(installed), Some(wanted)) if installed >= wanted)
}

/// Our packages, in the order in which they need each other: pages and browser tests load them.
pub(crate) fn build_web() -> Result<()> {
    npm(&["run", "build"], "the compiler says above what it misses.")
}

/// npm in `web/`, with its own output.
pub(crate) fn npm(words: &[&str], next: &str) -> Result<()> {
    run(Command::new("npm").args(words).current_dir(paths::web()), next)
}

/// The system's Chromium, and fonts for its pictures.
pub(crate) fn browser() -> Result<()> {
    let missing: Vec<&str> = BROWSER_PACKAGES
        .into_iter()
        .filter(|package| !works(Command::new("dpkg").args(["-s", package])))
        .collect();
    let found = first_line(Command::new("chromium").arg("--version"));
    if let (Some(version), true) = (&found, missing.is_empty()) {
        say(&format!("    {version}"));
        return Ok(());
    }
    if !works(Command::new("apt-get").arg("--version")) {
        return match found {
            // Another system with its own Chromium: the fonts are its owner's affair.
            Some(version) => {
                say(&format!("    {version} (not Debian: fonts are not looked at)"));
                Ok(())
            }
            None => Err(trouble(
                "Chromium is not here, and neither is apt-get.",
                "install Chromium so that `chromium` is found, then run this again.",
            )),
        };
    }
    let mut wanted = missing;
    if found.is_none() && !wanted.contains(&"chromium") {
        wanted.push("chromium");
    }
    install(&wanted)
}

/// Python, and the packages that the client of `web/e2e/python` needs, in a folder of their own.
pub(crate) fn python() -> Result<PathBuf> {
    let folder = paths::root().join("target/python");
    let python = folder.join("bin/python");
    let wanted = paths::web().join("e2e/python/requirements.txt");
    let done = folder.join("requirements.txt");
    let same = std::fs::read(&wanted)
        .ok()
        .is_some_and(|wanted| std::fs::read(&done).ok() == Some(wanted));
    if same && works(Command::new(&python).args(["-m", "pytest", "--version"])) {
        say("    target/python is as requirements.txt says");
        return Ok(python);
    }
    // Debian's python3 cannot make such a folder without its other half.
    if !works(Command::new("python3").args(["-c", "import ensurepip"])) {
        install_for(
            "Python 3 with venv",
            &["python3", "python3-venv"],
            "install Python 3 so that `python3 -m venv` works, then run this again.",
        )?;
    }
    let next = "see that PyPI can be reached, then run this again.";
    run(
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder),
        next,
    )?;
    let mut pip = Command::new(&python);
    run(pip.args(["-m", "pip", "install", "-q", "-r"]).arg(&wanted), next)?;
    std::fs::copy(&wanted, &done).context("cannot note in target/python what it was made from")?;
    Ok(python)
}

/// nginx, the cache before which slices are tested.
pub(crate) fn nginx() -> Result<()> {
    // Debian keeps it where only root looks.
    if let Some(nginx) = ["nginx", "/usr/sbin/nginx"]
        .into_iter()
        .find(|nginx| works(Command::new(nginx).arg("-v")))
    {
        say(&format!("    {nginx}"));
        return Ok(());
    }
    install_for(
        "nginx",
        &["nginx-light"],
        "install nginx so that `nginx` is found, then run this again.",
    )
}

/// ffmpeg, which encodes the demo's video.
pub(crate) fn ffmpeg() -> Result<()> {
    if let Some(version) = first_line(Command::new("ffmpeg").arg("-version")) {
        say(&format!(
            "    {}",
            version.split(" Copyright").next().unwrap_or(&version)
        ));
        return Ok(());
    }
    install_for(
        "ffmpeg",
        &["ffmpeg"],
        "install ffmpeg (with libx264) so that `ffmpeg` is found, then run this again.",
    )
}

/// Installs Debian's packages for what is missing; elsewhere says what a person can do.
fn install_for(what: &str, packages: &[&str], elsewhere: &str) -> Result<()> {
    if !works(Command::new("apt-get").arg("--version")) {
        return Err(trouble(
            format!("{what} is not here, and neither is apt-get."),
            elsewhere,
        ));
    }
    install(packages)
}

/// Installs Debian's packages.
fn install(packages: &[&str]) -> Result<()> {
    let next = format!(
        "install them by hand (`apt-get install {}` as root), then run this again.",
        packages.join(" ")
    );
    run(&mut apt(&["update"], packages)?, &next)?;
    let words = [&["install", "-y", "-q", "--no-install-recommends"], packages].concat();
    run(&mut apt(&words, packages)?, &next)
}

/// `apt-get` as root, for these packages: directly, or by sudo where that asks no password.
fn apt(words: &[&str], packages: &[&str]) -> Result<Command> {
    let uid = first_line(Command::new("id").arg("-u")).context("cannot tell who we are: `id -u` failed")?;
    let mut command = if uid == "0" {
        Command::new("apt-get")
    } else if works(Command::new("sudo").args(["-n", "true"])) {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        return Err(trouble(
            format!("Packages are missing ({}), and we are not root.", packages.join(" ")),
            format!(
                "run `sudo apt-get install {}`, then run this again.",
                packages.join(" ")
            ),
        ));
    };
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Somebody else's apt-get may be at work (a fresh machine updates itself): wait, do not fail.
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(words);
    Ok(command)
}

/// The test runner.
pub(crate) fn nextest() -> Result<()> {
    if let Some(version) = first_line(Command::new("cargo").args(["nextest", "--version"])) {
        say(&format!("    {version}"));
        return Ok(());
    }
    run(
        Command::new("cargo").args(["install", "cargo-nextest", "--locked"]),
        "see that crates.io can be reached, or install cargo-nextest by hand, then run this again.",
    )
}

/// Whether `cargo deny` can be run; with `install` it is built when missing.
pub(crate) fn deny(install: bool) -> Result<bool> {
    if works(Command::new("cargo").args(["deny", "--version"])) {
        return Ok(true);
    }
    if !install {
        return Ok(false);
    }
    run(
        Command::new("cargo").args(["install", "cargo-deny", "--locked"]),
        "see that crates.io can be reached, or leave out --deny, then run this again.",
    )?;
    Ok(true)
}
