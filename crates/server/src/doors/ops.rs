//! Health and metrics, for operators. Liveness and readiness are at every listener; metrics at the admin one only.

use crate::{app::Application, telemetry::metrics::Metrics};
use http::{Response, StatusCode, header};

/// `GET /healthz`: the process answers.
pub fn healthz() -> Response<String> {
    Response::new("ok\n".to_owned())
}

/// `GET /readyz`: it can do its work, and is not stopping.
pub async fn readyz(app: &Application, stopping: bool) -> Response<String> {
    let (status, text) = match app.ready().await {
        _ if stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
    };
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    response
}

/// `GET /metrics`.
pub fn metrics(metrics: &Metrics) -> Response<String> {
    let response = Response::builder().header(header::CONTENT_TYPE, Metrics::CONTENT_TYPE);
    response.body(metrics.render()).unwrap_or_default()
}
