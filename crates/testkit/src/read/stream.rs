//! A reader of Server-Sent Events.

use super::Got;
use crate::{Seen, TestServer, within};
use serde_json::{Value, json};

/// An event of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Its name; a comment has none.
    pub name: String,
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Its data; the text of a comment.
    pub data: Value,
}

/// Somebody who reads a stream. He keeps his place, and fails the test when what he is told has a hole that nobody told him
/// of. He reads only while something is waited for.
pub struct StreamReader {
    response: reqwest::Response,
    waiting: String,
    /// What he knows of the room.
    pub seen: Seen,
    /// After how long he is to come back, in milliseconds.
    pub retry_ms: Option<u64>,
}

impl StreamReader {
    /// Opens the stream of a room, and reads how the room is.
    pub async fn open(server: &TestServer, room: &str) -> Self {
        match Self::try_open(server, &format!("{room}/events"), &[]).await {
            Ok(mut reader) => {
                reader.named("snapshot").await;
                reader
            }
            Err(got) => panic!("the stream is refused: {got:?}"),
        }
    }

    /// Comes back to the room with the id that it had last.
    pub async fn come_back(self, server: &TestServer, room: &str) -> Self {
        let id = format!("{}:{}", self.seen.epoch, self.seen.seq);
        let Self { response, seen, .. } = self;
        drop(response);
        match Self::try_open(server, &format!("{room}/events"), &[("last-event-id", &id)]).await {
            Ok(reader) => Self { seen, ..reader },
            Err(got) => panic!("the stream is refused: {got:?}"),
        }
    }

    /// Asks for a stream, or answers the refusal.
    pub async fn try_open(server: &TestServer, what: &str, headers: &[(&str, &str)]) -> Result<Self, Got> {
        let request = server.http.get(server.reading_url(what));
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await.expect("an answer");
        if response.status() != 200 {
            return Err(Got::of(response).await);
        }
        for (name, value) in [("content-type", "text/event-stream"), ("cache-control", "no-store")] {
            assert_eq!(response.headers()[name], value);
        }
        Ok(Self {
            response,
            waiting: String::new(),
            seen: Seen::default(),
            retry_ms: None,
        })
    }

    /// The next event or comment; nothing when the stream is over.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(at) = self.waiting.find("\n\n") {
                let block: String = self.waiting.drain(..at + 2).collect();
                if let Some(told) = self.note(&block) {
                    return Some(told);
                }
                continue;
            }
            match within("something in the stream", self.response.chunk()).await {
                Ok(Some(bytes)) => self.waiting.push_str(std::str::from_utf8(&bytes).expect("text")),
                // A server that stops, or crashes, ends it in the middle.
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// Reads until an event of this name.
    pub async fn named(&mut self, name: &str) -> Told {
        loop {
            let told = self.next().await;
            let told = told.unwrap_or_else(|| panic!("the stream ends before {name}"));
            if told.name == name {
                return told;
            }
        }
    }

    /// Reads until a text was said.
    pub async fn hears(&mut self, text: &str) {
        while !self.texts().iter().any(|heard| heard == text) {
            assert!(self.next().await.is_some(), "the stream ends before {text:?}");
        }
    }

    /// The texts that he was told.
    pub fn texts(&self) -> Vec<String> {
        let events = self.seen.events.iter();
        let texts = events.filter_map(|event| event["parts"][0]["text"].as_str());
        texts.map(str::to_owned).collect()
    }

    /// Reads to the end; answers the names of what came.
    pub async fn rest(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(told) = self.next().await {
            names.push(told.name);
        }
        names
    }

    fn note(&mut self, block: &str) -> Option<Told> {
        let mut told = Told {
            name: String::new(),
            id: None,
            data: Value::Null,
        };
        for line in block.lines().filter(|line| !line.is_empty()) {
            let (field, value) = line.split_once(':').expect("a field");
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "" => told.data = json!(value),
                "event" => told.name = value.to_owned(),
                "id" => told.id = Some(value.to_owned()),
                "data" => told.data = serde_json::from_str(value).expect("data is JSON"),
                "retry" => {
                    self.retry_ms = Some(value.parse().expect("milliseconds"));
                    return None;
                }
                _ => panic!("an unknown field: {line}"),
            }
        }
        self.follow(&told);
        Some(told)
    }

    fn follow(&mut self, told: &Told) {
        let (seen, data) = (&mut self.seen, &told.data);
        match told.name.as_str() {
            "snapshot" => {
                if !data["gap"].is_null() {
                    seen.holes.push((seen.seq + 1, 0));
                }
                seen.epoch = data["epoch"].as_str().expect("an epoch").to_owned();
                seen.seq = data["seq"].as_u64().expect("a seq");
            }
            "events" if data["epoch"] != seen.epoch => {
                // He came back, and the room was opened anew meanwhile; it goes on exactly there. Who has told his place
                // with the address knows nothing else.
                let after = data["after"].as_u64().expect("a seq");
                assert!(
                    seen.epoch.is_empty() || seen.seq == after,
                    "what was missed begins where he was"
                );
                seen.seq = after;
                seen.epoch = data["epoch"].as_str().expect("an epoch").to_owned();
                seen.hear(data);
            }
            "events" | "skipped" => seen.hear(data),
            _ => {}
        }
        if let Some(id) = &told.id {
            assert_eq!(
                *id,
                format!("{}:{}", self.seen.epoch, self.seen.seq),
                "the id is the place"
            );
        }
    }
}
