//! From an HTTP request to a connection of a Web SDK: what its address says.

use super::connection;
use crate::{
    doors::{
        gate::{Gate, Place},
        socket::{self, Refused},
    },
    fanout::dialect::Dialect,
};
use axum::body::Body;
use http::{Request, Response, StatusCode};
use std::{net::IpAddr, sync::Arc};

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
    let Some(Address { app, dialect }) = read_address(request.uri()) else {
        let text = "the address needs ?sdkappid=NUMBER";
        return Refused::new(StatusCode::BAD_REQUEST, "address", text).answer(gate);
    };
    match socket::check(gate, &place, &request, peer, app) {
        Err(refused) => refused.answer(gate),
        Ok(accept) => {
            socket::take_over(gate, place, &mut request, move |gate, read, write| {
                connection::serve(gate, read, write, app, dialect, peer)
            });
            socket::switching(accept).body(Body::empty()).unwrap_or_default()
        }
    }
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
}
