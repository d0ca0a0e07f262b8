//! From an HTTP request to a connection of our own protocol: the app, the subprotocol, and whether frames may be compressed
//! (protocol section 1).

use super::connection;
use crate::{
    doors::{
        gate::{Gate, Place},
        socket::{self, Refused},
    },
    fanout::dialect::Dialect,
};
use axum::body::Body;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode, header};
use std::{net::IpAddr, sync::Arc};

/// The app of a socket's path, if it is one.
pub fn app_of(path: &str) -> Option<&str> {
    let (_, rest) = path.rsplit_once("/v1/apps/")?;
    let app = rest.strip_suffix("/socket")?;
    (!app.contains('/')).then_some(app)
}

/// Answers the handshake; the connection goes on in a task of its own.
pub fn upgrade(gate: &Arc<Gate>, place: Arc<Place>, mut request: Request<Body>, peer: IpAddr) -> Response<Body> {
    let app = app_of(request.uri().path()).and_then(|app| app.parse().ok());
    let Some(app) = app.filter(|app| gate.app.tenant(*app).is_ok()) else {
        let text = "no such app is served here";
        return Refused::new(StatusCode::NOT_FOUND, "address", text).answer(gate);
    };
    let speaks = words(request.headers(), header::SEC_WEBSOCKET_PROTOCOL);
    if !speaks.contains(&wire::SUBPROTOCOL) {
        let text = "the subprotocol plaudit.v1 is spoken here";
        return Refused::new(StatusCode::BAD_REQUEST, "handshake", text).answer(gate);
    }
    let deflates = gate.app.framer.compress_above_bytes > 0 && offers_deflate(request.headers());
    match socket::check(gate, &place, &request, peer, app) {
        Err(refused) => refused.answer(gate),
        Ok(accept) => {
            let dialect = if deflates { Dialect::Deflated } else { Dialect::Native };
            socket::take_over(gate, place, &mut request, move |gate, read, write| {
                connection::serve(gate, read, write, app, dialect, peer)
            });
            let mut answer = socket::switching(accept).header(header::SEC_WEBSOCKET_PROTOCOL, wire::SUBPROTOCOL);
            if deflates {
                answer = answer.header(header::SEC_WEBSOCKET_EXTENSIONS, AGREED);
            }
            answer.body(Body::empty()).unwrap_or_default()
        }
    }
}

/// What is agreed on: nothing is remembered from one message to the next, in either direction, so that a frame can be
/// shared, and an idle connection holds no window (RFC 7692 section 7.1).
const AGREED: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

fn words(headers: &HeaderMap, name: HeaderName) -> Vec<&str> {
    let values = headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).collect()
}

/// Whether one of the client's offers can be agreed to. One that wants a smaller window of the server cannot: the
/// compressor has the largest one only.
fn offers_deflate(headers: &HeaderMap) -> bool {
    words(headers, header::SEC_WEBSOCKET_EXTENSIONS)
        .into_iter()
        .any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            parts.next() == Some("permessage-deflate")
                && parts.all(|part| {
                    let (name, value) = part.split_once('=').unwrap_or((part, ""));
                    match name.trim() {
                        "server_no_context_takeover" | "client_no_context_takeover" | "client_max_window_bits" => true,
                        "server_max_window_bits" => value.trim().trim_matches('"') == "15",
                        _ => false,
                    }
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_names_the_app() {
        assert_eq!(app_of("/v1/apps/1400000001/socket"), Some("1400000001"));
        assert_eq!(app_of("/prefix/v1/apps/7/socket"), Some("7"));
        for path in [
            "/v1/apps/7",
            "/v1/apps/7/rooms/a/socket",
            "/apps/7/socket",
            "/v1/apps/7/socket/",
        ] {
            assert_eq!(app_of(path), None, "{path}");
        }
    }

    #[test]
    fn compression_is_agreed_to_where_it_can_be_shared() {
        let offers = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::SEC_WEBSOCKET_EXTENSIONS, text.parse().unwrap());
            offers_deflate(&headers)
        };
        assert!(offers("permessage-deflate"));
        assert!(
            offers("permessage-deflate; client_max_window_bits"),
            "what browsers offer"
        );
        assert!(offers(
            "x-other, permessage-deflate; server_no_context_takeover; server_max_window_bits=15"
        ));
        assert!(offers(
            "permessage-deflate; server_max_window_bits=10, permessage-deflate"
        ));
        for text in [
            "",
            "permessage-bzip2",
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; new",
        ] {
            assert!(!offers(text), "{text}");
        }
    }
}
