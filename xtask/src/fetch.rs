//! One small HTTP GET: enough to look at our own page on loopback, without a client library.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Longer than the demo's page ever takes on a busy machine; a hang must not outlast a person's patience.
const WAIT: Duration = Duration::from_secs(10);

/// Fetches `path` from `address`; the body of a 200, an error otherwise.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut raw = Vec::new();
    ask(address, path)?
        .read_to_end(&mut raw)
        .with_context(|| format!("{path} was not answered in full"))?;
    Ok(String::from_utf8_lossy(body_of(&raw, path)?).into_owned())
}

/// The first `count` bytes of what may never end: a stream.
pub(crate) fn begin(address: SocketAddr, path: &str, count: usize) -> Result<Vec<u8>> {
    let mut stream = ask(address, path)?;
    let mut raw = Vec::new();
    let mut piece = [0_u8; 4096];
    loop {
        let read = stream
            .read(&mut piece)
            .with_context(|| format!("{path} fell silent after {} bytes", raw.len()))?;
        raw.extend_from_slice(piece.get(..read).unwrap_or_default());
        match body_of(&raw, path) {
            Ok(body) if body.len() >= count => return Ok(body.iter().copied().take(count).collect()),
            Ok(body) if read == 0 => bail!("{path} ended after {} bytes", body.len()),
            Err(trouble) if read == 0 => return Err(trouble),
            _ => {}
        }
    }
}

fn ask(address: SocketAddr, path: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&address, WAIT).with_context(|| format!("no answer at {address}"))?;
    stream.set_read_timeout(Some(WAIT))?;
    stream.set_write_timeout(Some(WAIT))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    Ok(stream)
}

fn body_of<'a>(raw: &'a [u8], path: &str) -> Result<&'a [u8]> {
    let end = b"\r\n\r\n";
    let Some(at) = raw.windows(end.len()).position(|bytes| bytes == end) else {
        bail!("{path}: not an HTTP answer");
    };
    let (head, body) = raw.split_at(at);
    let head = String::from_utf8_lossy(head);
    let status = head.split_whitespace().nth(1).unwrap_or("nothing");
    if status != "200" {
        bail!("{path} answered {status}");
    }
    Ok(body.get(end.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_what_follows_the_head_of_a_200() {
        assert_eq!(
            body_of(b"HTTP/1.1 200 OK\r\na: b\r\n\r\nFLV", "/x").ok(),
            Some(&b"FLV"[..])
        );
        assert!(body_of(b"HTTP/1.1 404 Not Found\r\n\r\n", "/x").is_err());
        assert!(body_of(b"HTTP/1.1 200 OK\r\n", "/x").is_err());
    }
}
