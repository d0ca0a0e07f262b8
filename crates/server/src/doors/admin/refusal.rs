//! Errors of the admin API.

use crate::app::AppError;
use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection, QueryRejection},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// A refusal: an HTTP status, a word for programs, and a text for people.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    told: Told,
}

/// What is told of a refusal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub(super) struct Told {
    /// A word for programs.
    error: &'static str,
    /// What to do, for people.
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            told: Told { error, message },
        }
    }

    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "parameter", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.told)).into_response()
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "body", rejection.body_text())
    }
}

impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        Self::parameter(rejection.body_text())
    }
}

impl From<PathRejection> for Refusal {
    fn from(rejection: PathRejection) -> Self {
        Self::parameter(rejection.body_text())
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let (status, word) = match &error {
            AppError::NoRoom(_) => (StatusCode::NOT_FOUND, "no_room"),
            AppError::NoAccount(_) => (StatusCode::NOT_FOUND, "no_account"),
            AppError::UnknownApp(_) => (StatusCode::NOT_FOUND, "no_app"),
            AppError::Ticket(_) | AppError::TicketRevoked => (StatusCode::UNAUTHORIZED, "usersig"),
            AppError::TooManyAttempts => (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"),
            AppError::BadRoom { .. } | AppError::BadUser { .. } | AppError::RoomField(_) => {
                (StatusCode::BAD_REQUEST, "parameter")
            }
            _ => {
                tracing::error!(error = &error as &dyn std::error::Error, "the admin API failed");
                (StatusCode::SERVICE_UNAVAILABLE, "failed")
            }
        };
        Self::new(status, word, error.to_string())
    }
}
