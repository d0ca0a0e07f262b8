//! One small HTTP GET: enough to look at our own page on loopback, without a client library.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Longer than the demo's page ever takes on a busy machine; a hang must not outlast a person's patience.
const WAIT: Duration = Duration::from_secs(10);

/// Fetches `path` from `address`; the body of a 200, an error otherwise.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, WAIT).with_context(|| format!("no answer at {address}"))?;
    stream.set_read_timeout(Some(WAIT))?;
    stream.set_write_timeout(Some(WAIT))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut raw = Vec::new();
    stream
        .read_to_end(&mut raw)
        .with_context(|| format!("{path} was not answered in full"))?;
    let text = String::from_utf8_lossy(&raw);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        bail!("{path}: not an HTTP answer");
    };
    let status = head.split_whitespace().nth(1).unwrap_or("nothing");
    if status != "200" {
        bail!("{path} answered {status}");
    }
    Ok(body.to_owned())
}
