//! Those who read rooms over plain HTTP, written from `docs/protocol.md`, section 10.

mod slices;
mod stream;

pub use slices::SliceReader;
pub use stream::{StreamReader, Told};

use crate::{APP, TestServer};
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

/// An answer to a request.
#[derive(Clone, Debug)]
pub struct Got {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// What it says, byte for byte.
    pub text: String,
}

impl Got {
    async fn of(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("a whole answer"),
        }
    }

    /// What it says, as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    /// The cause of a refusal.
    pub fn cause(&self) -> String {
        self.json()["error"]["cause"].as_str().expect("a cause").to_owned()
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a header is text"))
    }
}

impl TestServer {
    /// Says who may read a room of [`APP`]: `members`, `link` or `public`.
    pub async fn open_to(&self, room: &str, reading: &str) {
        let change = json!({"reading": reading});
        let (status, body) = self.admin(Method::PATCH, &format!("{room}/rules"), Some(change)).await;
        assert_eq!((status, &body["rules"]["reading"]), (200, &json!(reading)), "{body}");
    }

    /// A room of [`APP`] that everybody may read.
    pub async fn create_public_room(&self, room: &str) {
        self.create_room(room).await;
        self.open_to(room, "public").await;
    }

    /// Asks for what is below a room of [`APP`] at the clients' listener; a path that begins with `/` is taken as it is.
    pub async fn read(&self, what: &str) -> Got {
        self.read_as(Method::GET, what, &[]).await
    }

    /// Asks with a method and headers.
    pub async fn read_as(&self, method: Method, what: &str, headers: &[(&str, &str)]) -> Got {
        let request = self.http.request(method, self.reading_url(what));
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        Got::of(request.send().await.expect("an answer")).await
    }

    fn reading_url(&self, what: &str) -> String {
        match what.strip_prefix('/') {
            Some(path) => format!("http://{}/{path}", self.address()),
            None => format!("http://{}/v1/apps/{APP}/rooms/{what}", self.address()),
        }
    }
}
