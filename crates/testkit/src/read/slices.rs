//! A reader of slices.

use super::Got;
use crate::{APP, Seen, TestServer, within};

/// Somebody who reads a room in slices, from a server or from a cache before one. He fails the test when they do not follow one
/// another.
pub struct SliceReader {
    http: reqwest::Client,
    base: String,
    /// The slice that he asks for next.
    pub next: u64,
    /// What he knows of the room.
    pub seen: Seen,
}

impl SliceReader {
    /// Begins at the newest slice of a room of [`APP`], as `live` says it.
    pub async fn begin(http: reqwest::Client, at: std::net::SocketAddr, room: &str) -> Self {
        let base = format!("http://{at}/v1/apps/{APP}/rooms/{room}/slices");
        let mut reader = Self {
            http,
            base,
            next: 0,
            seen: Seen::default(),
        };
        let live = reader.get("live").await;
        assert_eq!(live.status, 200, "{live:?}");
        let live = live.json();
        reader.seen.epoch = live["epoch"].as_str().expect("an epoch").to_owned();
        reader.next = live["newest"].as_u64().expect("a second");
        let first = reader.get(&reader.next.to_string()).await.json();
        reader.seen.seq = first["after"].as_u64().expect("a seq");
        reader
    }

    /// The same, straight from a server.
    pub async fn of(server: &TestServer, room: &str) -> Self {
        Self::begin(server.http.clone(), server.address(), room).await
    }

    async fn get(&self, what: &str) -> Got {
        let request = self.http.get(format!("{}/{what}", self.base));
        Got::of(within("a slice", request.send()).await.expect("an answer")).await
    }

    /// Asks for the next slice; answers the HTTP status.
    pub async fn step(&mut self) -> u16 {
        let got = self.get(&self.next.to_string()).await;
        if got.status == 200 {
            let slice = got.json();
            assert_eq!(slice["slice"], self.next);
            assert_eq!(slice["after"], self.seen.seq, "slices follow one another");
            self.seen.hear(&slice);
            self.next += 1;
        }
        got.status
    }

    /// Reads slices until a text was said; `pass` waits until the next one may be there.
    pub async fn hears(&mut self, text: &str, mut pass: impl AsyncFnMut()) {
        within(&format!("{text:?} in a slice"), async {
            while !self.texts().iter().any(|heard| heard == text) {
                match self.step().await {
                    200 => {}
                    404 => pass().await,
                    status => panic!("slice {} is answered with {status}", self.next),
                }
            }
        })
        .await;
    }

    /// The texts that he was told.
    pub fn texts(&self) -> Vec<String> {
        let events = self.seen.events.iter();
        let texts = events.filter_map(|event| event["parts"][0]["text"].as_str());
        texts.map(str::to_owned).collect()
    }
}
