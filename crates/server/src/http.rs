//! The HTTP client of this process: for webhooks, and for the tools that call a server.

use reqwest::{ClientBuilder, redirect};

/// A client that is to be built. It follows no redirects and no proxies of the environment: only the operator says where
/// things go. TLS is that of rustls with ring, which is small and built without further tools.
pub fn client() -> ClientBuilder {
    // An error says that the process has a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy()
}
