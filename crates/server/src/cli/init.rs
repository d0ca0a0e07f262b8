//! `plaudit init`: a configuration to start with.

use super::{CliError, args::InitArgs};
use crate::config::{Secret, document};
use room::AppId;
use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// The id of the first app. Ids of the vendor begin with 14 and have ten digits; pages and backends may check for that.
const FIRST_APP: AppId = AppId(1_400_000_001);

/// A file to be written.
#[derive(Debug)]
pub struct Init {
    file: PathBuf,
    force: bool,
}

impl Init {
    pub(super) fn new(args: InitArgs) -> Self {
        Self {
            file: args.file,
            force: args.force,
        }
    }

    /// Writes the file and tells what to do next.
    pub(super) fn run(&self) -> Result<String, CliError> {
        let file = self.file.display();
        let key = fresh_key()?;
        self.write(&document::template(FIRST_APP, &key)).map_err(|error| {
            CliError::Refused(match error.kind() {
                io::ErrorKind::AlreadyExists => format!("{file} exists; --force replaces it, and its keys are lost"),
                _ => format!("{file}: cannot write the file: {error}"),
            })
        })?;
        Ok(format!(
            "Wrote {file}: app {id} with a fresh key. Nobody else can read it; keep it so.\n\n\
             Next:\n  \
             plaudit serve --config {file}\n  \
             plaudit usersig --config {file} alice           # a ticket for a page\n  \
             plaudit usersig --config {file} administrator   # a ticket for a backend\n\n\
             In the page, give the SDK the server's address as `proxyServer` and the app id {id} as `SDKAppID`.",
            id = FIRST_APP.0
        ))
    }

    fn write(&self, text: &str) -> io::Result<()> {
        if self.force {
            // Removed, not cut short: the new file must have our mode, and must not be written through a link.
            match fs::remove_file(&self.file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let mut file = create_private(&self.file)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }
}

/// A new file that only its owner may read (decision 32).
fn create_private(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// 64 hex digits, as the vendor's keys have.
fn fresh_key() -> Result<Secret, CliError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| CliError::Refused(format!("no random numbers: {error}")))?;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    fn init(file: &Path, force: bool) -> Result<String, CliError> {
        Init {
            file: file.to_owned(),
            force,
        }
        .run()
    }

    fn key_in(file: &Path) -> Secret {
        let sources = Sources {
            file: Some(file.to_owned()),
            ..Sources::default()
        };
        Config::load(&sources).unwrap().apps[0].keys[0].clone()
    }

    #[test]
    fn the_written_file_is_private_and_sound_and_the_key_fresh() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a.toml"), folder.path().join("b.toml"));
        let told = init(&a, false).unwrap();
        init(&b, false).unwrap();
        assert_eq!(key_in(&a).reveal().len(), 64);
        assert_ne!(key_in(&a), key_in(&b));
        assert!(!told.contains(key_in(&a).reveal()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&a).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn only_force_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plaudit.toml");
        fs::write(&file, "precious").unwrap();
        let error = init(&file, false).unwrap_err().to_string();
        assert!(error.contains("exists; --force replaces it"), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
        init(&file, true).unwrap();
        assert_eq!(key_in(&file).reveal().len(), 64);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
