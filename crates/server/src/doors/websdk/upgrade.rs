//! From an HTTP request to a socket of our own: the handshake is checked here, then the HTTP stack and its buffers are
//! left behind.

use super::connection::{self, Gate, Place};
use crate::fanout::dialect::Dialect;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use std::{net::IpAddr, sync::Arc};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// What the request's address says (web-sdk-wire.md 1.1).
struct Address {
    app: u32,
    dialect: Dialect,
}

/// Whether a path is one of this door: the SDK appends it to whatever `proxyServer` says.
pub fn is_ours(path: &str) -> bool {
    path.ends_with("/binfo") || path.ends_with("/info")
}

/// Answers the handshake; the connection goes on in a task of its own.
pub fn upgrade(gate: &Arc<Gate>, place: Arc<Place>, mut request: Request<Body>, peer: IpAddr) -> Response<Body> {
    let Some(address) = read_address(request.uri()) else {
        return refuse(
            gate,
            StatusCode::BAD_REQUEST,
            "address",
            "the address needs ?sdkappid=NUMBER",
        );
    };
    if gate.stop.is_cancelled() {
        return refuse(
            gate,
            StatusCode::SERVICE_UNAVAILABLE,
            "stopping",
            "the server is stopping",
        );
    }
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    if gate.app.tenant(address.app).is_ok() && origin.is_some_and(|origin| !gate.app.allows_origin(address.app, origin))
    {
        return refuse(
            gate,
            StatusCode::FORBIDDEN,
            "origin",
            "pages of this origin may not connect to this app",
        );
    }
    let Some(accept) = accept_key(request.headers()) else {
        return refuse(
            gate,
            StatusCode::UPGRADE_REQUIRED,
            "handshake",
            "this is a WebSocket address",
        );
    };
    if !place.is_of(peer) {
        return refuse(
            gate,
            StatusCode::SERVICE_UNAVAILABLE,
            "address_full",
            "too many connections of one address; try again later",
        );
    }
    let upgraded = hyper::upgrade::on(&mut request);
    let gate_of_task = gate.clone();
    gate.tasks.spawn(async move {
        let Ok(upgraded) = upgraded.await else { return };
        match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => {
                let socket = parts.io.into_inner();
                // A copy of the few bytes, if any: these hold on to the HTTP stack's buffer of 8 KiB, even when there are
                // none.
                let before = Bytes::copy_from_slice(&parts.read_buf);
                drop(parts.read_buf);
                connection::serve(gate_of_task, socket, before, address.app, address.dialect, peer).await;
            }
            Err(_) => tracing::error!("an upgraded connection is not a TCP stream"),
        }
        drop(place);
    });
    let switching = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept);
    switching.body(Body::empty()).unwrap_or_default()
}

fn read_address(uri: &http::Uri) -> Option<Address> {
    let query = uri.query().unwrap_or_default();
    let value = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    };
    let app = value("sdkappid")?.parse().ok()?;
    let dialect = if uri.path().ends_with("/binfo") {
        if value("compress") == Some("gzip") {
            Dialect::Compressed
        } else {
            Dialect::Binary
        }
    } else {
        Dialect::Text
    };
    Some(Address { app, dialect })
}

/// The answer to the handshake's key; nothing when it is not a WebSocket handshake (RFC 6455 section 4.2.1).
fn accept_key(headers: &HeaderMap) -> Option<String> {
    let has = |name: header::HeaderName, wanted: &str| {
        let values = headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        values.split(',').any(|value| value.trim().eq_ignore_ascii_case(wanted))
    };
    let fits = has(header::CONNECTION, "upgrade")
        && has(header::UPGRADE, "websocket")
        && has(header::SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    fits.then(|| derive_accept_key(key.as_bytes()))
}

fn refuse(gate: &Gate, status: StatusCode, cause: &'static str, text: &'static str) -> Response<Body> {
    gate.app.metrics.refused(cause);
    let mut response = Response::new(Body::from(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_tells_app_and_dialect() {
        let read = |uri: &str| read_address(&uri.parse().unwrap()).map(|address| (address.app, address.dialect));
        assert_eq!(
            read("/binfo?sdkappid=1400000001&random=0.4"),
            Some((1_400_000_001, Dialect::Binary))
        );
        assert_eq!(
            read("/p/x/binfo?a=b&sdkappid=7&compress=gzip"),
            Some((7, Dialect::Compressed))
        );
        assert_eq!(read("/info?sdkappid=7&compress=gzip"), Some((7, Dialect::Text)));
        assert_eq!(read("/binfo"), None);
        assert_eq!(read("/binfo?sdkappid=x"), None);
        assert!(is_ours("/binfo") && is_ours("/deep/prefix/info") && !is_ours("/v4/a/b"));
    }

    #[test]
    fn only_a_whole_handshake_is_answered() {
        let mut headers = HeaderMap::new();
        headers.insert("connection", "keep-alive, Upgrade".parse().unwrap());
        headers.insert("upgrade", "WebSocket".parse().unwrap());
        headers.insert("sec-websocket-version", "13".parse().unwrap());
        assert_eq!(accept_key(&headers), None);
        headers.insert("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".parse().unwrap());
        // the example of RFC 6455 section 1.3
        assert_eq!(accept_key(&headers).as_deref(), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        headers.insert("sec-websocket-version", "12".parse().unwrap());
        assert_eq!(accept_key(&headers), None);
    }
}
