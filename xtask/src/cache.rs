//! nginx as a cache before the server of a bench, with the configuration that operators are given.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::paths::{self, TempFolder};
use crate::run::{Kept, LOOK_EVERY, interrupted, trouble, with_many_files};
use crate::server::UP_WITHIN;

/// Readers, and a few connections to the server.
const CONNECTIONS: u32 = 20_000;

/// A cache that runs; it ends when this is dropped.
pub(crate) struct Cache {
    _kept: Kept,
    /// Where readers connect.
    pub(crate) address: SocketAddr,
}

impl Cache {
    /// Starts it with the file `given` (below the checkout's root), and everything that it writes in `folder`.
    pub(crate) fn start(given: &str, folder: &TempFolder, server: SocketAddr) -> Result<Self> {
        // nginx cannot say which port it was given, so one is looked for that is free.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let file = configure(given, folder.path(), server, address)?;
        let mut command = with_many_files(Path::new("nginx"));
        command.arg("-c").arg(&file).args(["-e", "stderr"]);
        let mut kept = Kept::start(&mut command, "nginx")?;
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if interrupted() {
                bail!("Interrupted.");
            }
            if kept.ended()?.is_some() || began.elapsed() > UP_WITHIN {
                return Err(trouble(
                    "nginx does not run.",
                    "read what it says above; where it is missing, `apt-get install nginx-light`.",
                ));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(Self { _kept: kept, address })
    }
}

/// The operators' file, with our addresses and our folder, in as much of a frame as nginx wants.
fn configure(given: &str, folder: &Path, server: SocketAddr, listen: SocketAddr) -> Result<PathBuf> {
    let path = paths::root().join(given);
    let mut slices = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let cache = folder.join("cache").display().to_string();
    for (theirs, ours) in [
        ("/var/cache/nginx/plaudit", cache),
        ("server 127.0.0.1:8080;", format!("server {server};")),
        ("listen 8443;", format!("listen {listen};")),
    ] {
        ensure!(slices.contains(theirs), "`{theirs}` does not stand in {given}");
        slices = slices.replace(theirs, &ours);
    }
    let folder = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {folder}/{name};\n"))
        .concat();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nevents {{ worker_connections {CONNECTIONS}; }}\n\
         http {{\n    access_log off;\n{temporary}{slices}\n}}\n"
    );
    let file = PathBuf::from(format!("{folder}/nginx.conf"));
    std::fs::write(&file, text)?;
    Ok(file)
}
