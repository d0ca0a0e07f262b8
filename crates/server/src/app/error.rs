//! Why the application refuses. One list for all doors; each door says it in its own codes.

use ledger::LedgerError;
use room::{IdError, record::FieldError};
use store::StoreError;
use tim::{elements::ElementError, tags::TagError, usersig::TicketError};

/// A refusal of the application. Nothing was changed, unless a variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// No such app here.
    #[error("app {0} is not served here; check sdkappid and the server's --app")]
    UnknownApp(u32),
    /// The ticket does not hold.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// The ticket was signed before the account was kicked; a newly signed one works.
    #[error("this UserSig was signed before the account was kicked; sign a new one")]
    TicketRevoked,
    /// A session's key is unknown, expired, or was revoked by logout, kick, deletion or key removal.
    #[error("this login is over; log in again")]
    SessionOver,
    /// Too many failed logins from this address for this account.
    #[error("too many failed logins; wait a minute")]
    TooManyAttempts,
    /// A user id that cannot be one.
    #[error("user id {id:?} {cause}")]
    BadUser {
        /// What was given.
        id: String,
        /// What is wrong with it.
        cause: IdError,
    },
    /// A room id that cannot be one.
    #[error("room id {id:?} {cause}")]
    BadRoom {
        /// What was given.
        id: String,
        /// What is wrong with it.
        cause: IdError,
    },
    /// No such account.
    #[error("account {0} does not exist; import it first")]
    NoAccount(String),
    /// No such room, or not any more.
    #[error("room {0} does not exist or was dismissed")]
    NoRoom(String),
    /// The room's id is taken.
    #[error("room id {id} is taken{}", if *by_caller { " by you" } else { "" })]
    RoomTaken {
        /// The id.
        id: String,
        /// Whether the caller owns the room that has it.
        by_caller: bool,
    },
    /// The caller is not in the room.
    #[error("you are not in room {0}; join it first")]
    NotMember(String),
    /// The session is in as many rooms as it may.
    #[error("a session may be in {0} rooms at once; leave one first")]
    TooManyRooms(usize),
    /// Only the owner (or the app's backend) may do this.
    #[error("only the owner of the room may do this")]
    OwnerOnly,
    /// The owner may not leave his room.
    #[error("the owner cannot leave the room; dismiss it instead")]
    OwnerMayNotLeave,
    /// The sender may not speak now.
    #[error("everybody is muted in this room")]
    Muted,
    /// A field of the room breaks its limit.
    #[error(transparent)]
    RoomField(#[from] FieldError),
    /// A field of a profile breaks its limit.
    #[error(transparent)]
    ProfileField(#[from] TagError),
    /// The message's elements are malformed.
    #[error(transparent)]
    Elements(#[from] ElementError),
    /// The message is too long.
    #[error(
        "the message is {bytes} bytes long, at most {} are allowed",
        room::Content::BYTES_MAX
    )]
    TooLong {
        /// Its size, in bytes.
        bytes: usize,
    },
    /// A guest key that this server did not make, or that has expired.
    #[error("the polling key is not valid here any more; join again")]
    BadKey,
    /// The caller asks too much at present.
    #[error("too many requests; try again in a moment")]
    Busy,
    /// The store failed; retryable.
    #[error("the store does not answer at present; try again")]
    Store(#[from] StoreError),
    /// The ledger failed; retryable.
    #[error("the room's ledger does not answer at present; try again")]
    Ledger(#[from] LedgerError),
}

impl AppError {
    /// A short word for metrics, from a fixed list.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::UnknownApp(_) => "unknown_app",
            Self::Ticket(_) | Self::TicketRevoked => "ticket",
            Self::SessionOver => "session_over",
            Self::TooManyAttempts => "too_many_attempts",
            Self::BadUser { .. } | Self::NoAccount(_) => "account",
            Self::BadRoom { .. } | Self::NoRoom(_) => "no_room",
            Self::RoomTaken { .. } => "room_taken",
            Self::NotMember(_) => "not_member",
            Self::TooManyRooms(_) => "too_many_rooms",
            Self::OwnerOnly | Self::OwnerMayNotLeave => "denied",
            Self::Muted => "muted",
            Self::RoomField(_) | Self::ProfileField(_) | Self::Elements(_) => "malformed",
            Self::TooLong { .. } => "too_long",
            Self::BadKey => "bad_key",
            Self::Busy => "busy",
            Self::Store(_) => "store",
            Self::Ledger(_) => "ledger",
        }
    }
}
