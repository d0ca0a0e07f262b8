//! The application's refusals in the vendor's codes (error-codes.md). The same refusal has another number in each of
//! the vendor's services.

use crate::app::AppError;
use room::{attributes::AttributeError, counters::CounterError};
use tim::{
    answer::Refusal,
    body::BodyError,
    codes::{account, c2c, content, gateway, group, profile},
};

/// Which of the vendor's services answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Logins and accounts: 70xxx.
    Account,
    /// Profiles: 40xxx.
    Profile,
    /// One-to-one messages and login states at the REST door: 90xxx.
    C2c,
    /// The same at the client door: 20xxx.
    Direct,
    /// Rooms: 10xxx.
    Group,
}

impl Service {
    /// A member of the request is missing or wrong.
    pub fn parameter(self) -> i32 {
        match self {
            Self::Account => account::PARAMETER,
            Self::Profile => profile::PARAMETER,
            Self::C2c | Self::Direct => c2c::BAD_REQUEST,
            Self::Group => group::PARAMETER,
        }
    }

    fn internal(self) -> i32 {
        match self {
            Self::Account => account::INTERNAL,
            Self::Profile => profile::INTERNAL,
            Self::C2c => c2c::REST_INTERNAL,
            Self::Direct => c2c::INTERNAL,
            Self::Group => group::INTERNAL,
        }
    }

    fn no_account(self) -> i32 {
        match self {
            Self::Account => account::NOT_FOUND,
            Self::Profile => profile::NOT_FOUND,
            Self::C2c => c2c::NOT_FOUND,
            Self::Direct => c2c::BAD_ACCOUNT,
            Self::Group => group::ACCOUNT_NOT_FOUND,
        }
    }

    /// A body that cannot be read.
    pub fn bad_body(self, error: &BodyError) -> Refusal {
        Refusal::new(self.parameter(), error.to_string())
    }

    /// What the application refused.
    pub fn refuse(self, error: AppError) -> Refusal {
        let code = match &error {
            AppError::UnknownApp(_) => account::UNKNOWN_APP,
            AppError::Ticket(ticket) => ticket.code(),
            AppError::TicketRevoked | AppError::SessionOver => account::TICKET_EXPIRED,
            AppError::TooManyAttempts => account::TOO_MANY_ATTEMPTS,
            AppError::BadUser { .. } => self.parameter(),
            AppError::BadRoom { .. } => group::BAD_ID,
            AppError::NoAccount(_) => self.no_account(),
            AppError::NoRoom(_) => group::NOT_FOUND,
            AppError::RoomTaken { by_caller: true, .. } => group::ID_TAKEN_BY_CALLER,
            AppError::RoomTaken { by_caller: false, .. } => group::ID_TAKEN,
            AppError::NotMember(_)
            | AppError::OwnerOnly
            | AppError::NotModerator
            | AppError::Banned
            | AppError::NotReadable
            | AppError::BadLink
            | AppError::NoGuests => group::DENIED,
            AppError::TooManyRooms(_) | AppError::TooManyOwned(_) => group::TOO_MANY_JOINED,
            AppError::TooManyNewRooms(_) => group::RATE,
            AppError::OwnerMayNotLeave => group::OWNER_MAY_NOT_LEAVE,
            AppError::Muted | AppError::MutedUser { .. } => group::MUTED,
            AppError::SlowMode { .. } => group::MESSAGE_RATE,
            AppError::RoomField(_) | AppError::Elements(_) | AppError::BadKey => group::PARAMETER,
            AppError::ProfileField(tag) => tag.code(),
            AppError::TooLong { .. } => content::TOO_LONG,
            AppError::BadWord | AppError::Link | AppError::Repeated { .. } | AppError::RemovedByModerator => {
                content::TEXT_FILTERED
            }
            AppError::NoRecall => group::RECALL_NOT_IN_LIVE_ROOMS,
            AppError::TooLate => group::RECALL_TOO_LATE,
            AppError::NoMessage => group::RECALL_NOT_FOUND,
            AppError::Busy => gateway::BUSY,
            AppError::SilencedToUsers => c2c::SENDER_MUTED,
            AppError::NoDirect => c2c::RECALL_NOT_FOUND,
            AppError::DirectGone => c2c::RECALL_REPEATED,
            AppError::DirectTooLate => c2c::RECALL_TOO_LATE,
            AppError::Attribute(error) => match error {
                AttributeError::NoKey => group::PARAMETER,
                AttributeError::Key => group::ATTRIBUTE_KEY_TOO_LONG,
                AttributeError::Value(_) => group::ATTRIBUTE_VALUE_TOO_LONG,
                AttributeError::TooMany => group::TOO_MANY_ATTRIBUTES,
                AttributeError::TooLarge => group::ATTRIBUTES_TOO_LARGE,
                AttributeError::Unknown(_) => group::ATTRIBUTE_NOT_FOUND,
                AttributeError::Conflict => group::ATTRIBUTE_CONFLICT,
            },
            AppError::AttributeRate(_) => group::ATTRIBUTE_RATE,
            AppError::Counter(CounterError::TooMany) => group::TOO_MANY_COUNTERS,
            AppError::Counter(_) | AppError::Mark(_) | AppError::NobodyThere => group::PARAMETER,
            AppError::WordsTooLong | AppError::TooManyWatched => self.parameter(),
            AppError::Webhook { code, .. } => *code,
            AppError::WebhookFailed => content::WEBHOOK_FAILED,
            AppError::Store(_) | AppError::Ledger(_) | AppError::Hooks(_) | AppError::Words(_) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "answered with an internal error"
                );
                self.internal()
            }
        };
        Refusal::new(code, error.to_string())
    }
}
