//! The application's refusals, and the door's own, as our protocol says them: the vendor's number, since people know it, one
//! word, and when to try again.

use crate::{app::AppError, doors::refusal::Service};
use room::attributes::AttributeError;
use tim::codes::{gateway, group};
use wire::{answer::Refusal, request::BadRequest};

/// Why the door itself refuses.
pub enum Reason<'a> {
    /// The request cannot be read.
    Bad(&'a BadRequest),
    /// A member of it is wrong.
    Wrong(&'static str),
    /// There is no such request.
    Unknown,
    /// Requests come too fast.
    TooFast,
    /// Guests do not do this.
    Guest,
    /// Nobody has said who he is.
    Nobody,
}

/// How long whoever asks too much waits, in milliseconds.
const BUSY_MS: u64 = 1_000;

/// The door's own refusals.
pub fn of(reason: Reason<'_>) -> Refusal {
    let (code, cause, text, retry_after_ms) = match reason {
        Reason::Bad(bad) => (group::PARAMETER, "bad_request", bad.to_string(), None),
        Reason::Wrong(text) => (group::PARAMETER, "bad_request", text.to_owned(), None),
        Reason::Unknown => (
            group::UNKNOWN_COMMAND,
            "unknown_op",
            "there is no such request".to_owned(),
            None,
        ),
        Reason::TooFast => {
            let text = "too many requests on this connection; slow down".to_owned();
            (gateway::BUSY, "busy", text, Some(BUSY_MS))
        }
        Reason::Guest => (
            group::DENIED,
            "guest",
            "guests listen only; log in first".to_owned(),
            None,
        ),
        Reason::Nobody => {
            let text = "say first who you are: login, resume or guest".to_owned();
            (tim::codes::account::TICKET_EXPIRED, "login", text, None)
        }
    };
    Refusal {
        code,
        cause,
        text,
        retry_after_ms,
    }
}

/// What the application refused.
pub fn refused(error: AppError) -> Refusal {
    let (cause, retry_after_ms) = cause(&error);
    let service = if cause == "login" {
        Service::Account
    } else {
        Service::Group
    };
    let refusal = service.refuse(error);
    Refusal {
        code: refusal.code,
        cause,
        text: refusal.info,
        retry_after_ms,
    }
}

/// The word for a refusal, and after how long the same request may succeed, in milliseconds.
fn cause(error: &AppError) -> (&'static str, Option<u64>) {
    let seconds = |seconds: u64| Some(seconds.saturating_mul(1000));
    match error {
        AppError::UnknownApp(_) | AppError::Ticket(_) | AppError::TicketRevoked | AppError::SessionOver => {
            ("login", None)
        }
        AppError::TooManyAttempts => ("login", Some(60_000)),
        AppError::BadRoom { .. } => ("bad_room", None),
        AppError::NoAccount(_) => ("no_account", None),
        AppError::NoRoom(_) => ("no_room", None),
        AppError::RoomTaken { .. } => ("room_taken", None),
        AppError::NotMember(_) => ("not_member", None),
        AppError::TooManyRooms(_) | AppError::TooManyOwned(_) | AppError::TooManyNewRooms(_) => {
            ("too_many_rooms", None)
        }
        AppError::NotModerator => ("not_moderator", None),
        AppError::OwnerOnly => ("owner_only", None),
        AppError::OwnerMayNotLeave => ("owner_may_not_leave", None),
        AppError::Muted | AppError::MutedUser { seconds: u32::MAX } => ("muted", None),
        AppError::MutedUser { seconds: left } => ("muted", seconds(u64::from(*left))),
        AppError::Banned => ("banned", None),
        AppError::SlowMode { wait_s } => ("slow_mode", seconds(*wait_s)),
        AppError::BadWord => ("words", None),
        AppError::Link => ("links", None),
        AppError::Repeated { wait_s } => ("repeated", seconds(*wait_s)),
        AppError::RemovedByModerator => ("moderator", None),
        AppError::NoGuests => ("no_guests", None),
        AppError::NotReadable => ("not_readable", None),
        AppError::BadLink => ("link", None),
        AppError::NoMessage => ("no_message", None),
        AppError::NoRecall | AppError::TooLate => ("too_late", None),
        AppError::TooLong { .. } => ("too_long", None),
        AppError::Webhook { .. } => ("webhook", None),
        AppError::WebhookFailed => ("webhook", Some(BUSY_MS)),
        AppError::Attribute(AttributeError::Conflict) => ("conflict", Some(0)),
        AppError::AttributeRate(_) | AppError::Busy => ("busy", Some(BUSY_MS)),
        AppError::Store(_) | AppError::Ledger(_) => ("internal", Some(BUSY_MS)),
        AppError::Hooks(_) | AppError::Words(_) => ("internal", None),
        _ => ("bad_request", None),
    }
}
