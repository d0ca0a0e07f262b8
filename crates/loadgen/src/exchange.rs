//! One connection of HTTP/1.1 that stays open, for one request after the other. Bare, since what is measured is the server,
//! and both share the machine.

use crate::client::socket;
use anyhow::{Context, ensure};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
};

/// What is read at once, in bytes: there may be thousands of these.
const BUFFER_BYTES: usize = 4096;

/// A connection, and the last answer that came over it.
pub struct Exchange {
    socket: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

/// The head of an answer, as far as anybody asks.
#[derive(Debug, Default, PartialEq, Eq)]
struct Head {
    status: u16,
    length: usize,
    chunked: bool,
}

impl Exchange {
    /// Connects; from the n-th local address, if the server is to see many clients.
    pub async fn connect(to: SocketAddr, n: Option<usize>) -> anyhow::Result<Self> {
        let opening = match n {
            Some(n) => {
                let socket = TcpSocket::new_v4()?;
                socket.bind(SocketAddr::from((socket::local(n), 0)))?;
                socket.connect(to).await
            }
            None => TcpStream::connect(to).await,
        };
        let opened = opening.context("connect")?;
        opened.set_nodelay(true)?;
        Ok(Self {
            socket: BufReader::with_capacity(BUFFER_BYTES, opened),
            line: String::new(),
            body: Vec::new(),
        })
    }

    /// Sends a whole request; answers the status of what came back, and its body.
    pub async fn ask(&mut self, request: &str) -> anyhow::Result<(u16, &[u8])> {
        self.socket.get_mut().write_all(request.as_bytes()).await?;
        let mut head = Head::default();
        loop {
            self.line.clear();
            ensure!(self.socket.read_line(&mut self.line).await? > 0, "the server closed");
            let line = self.line.trim_end();
            if line.is_empty() {
                break;
            }
            head.take(line)?;
        }
        ensure!(!head.chunked, "an answer in chunks, which is not read here");
        self.body.resize(head.length, 0);
        self.socket.read_exact(&mut self.body).await?;
        Ok((head.status, &self.body))
    }
}

impl Head {
    fn take(&mut self, line: &str) -> anyhow::Result<()> {
        let Some((name, value)) = line.split_once(':') else {
            let status = line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
            self.status = status.context("no answer of HTTP/1.1")?.parse()?;
            return Ok(());
        };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            self.length = value.parse().context("content-length")?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            self.chunked = value.eq_ignore_ascii_case("chunked");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_tells_status_and_length() {
        let mut head = Head::default();
        for line in ["HTTP/1.1 404 Not Found", "Date: 12:00", "Content-Length: 17", "x: y"] {
            head.take(line).unwrap();
        }
        let expected = Head {
            status: 404,
            length: 17,
            ..Head::default()
        };
        assert_eq!(head, expected);
        head.take("transfer-encoding: chunked").unwrap();
        assert!(head.chunked);
        assert!(head.take("SSH-2.0").is_err());
    }
}
