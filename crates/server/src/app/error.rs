//! Why the application refuses. One list for all doors; each door says it in its own codes.

use ledger::LedgerError;
use room::{
    IdError, attributes::AttributeError, counters::CounterError, marks::MarkError, record::FieldError, tally::Cause,
};
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
    /// The user owns as many rooms as he may.
    #[error("a user may own {0} rooms; dismiss one first, or let the backend make it")]
    TooManyOwned(u64),
    /// The app made as many rooms today as it may.
    #[error("an app may make {0} rooms a day that it does not dismiss again; see limits.new_rooms_per_day_max")]
    TooManyNewRooms(u64),
    /// Only the owner, admins on ordinary members, and the app's backend may do this.
    #[error("only the owner and the admins of the room may do this, and not to those who stand above them")]
    NotModerator,
    /// Only the owner (or the app's backend) may do this.
    #[error("only the owner of the room may do this")]
    OwnerOnly,
    /// The owner may not leave his room.
    #[error("the owner cannot leave the room; dismiss it instead")]
    OwnerMayNotLeave,
    /// The sender may not speak now.
    #[error("everybody is muted in this room")]
    Muted,
    /// The sender may not speak now.
    #[error("you are muted{}", for_seconds(*seconds))]
    MutedUser {
        /// For how long, in seconds; `u32::MAX` for ever.
        seconds: u32,
    },
    /// The sender may not write to single users now (LR-X4).
    #[error("this account may not send messages to users now")]
    SilencedToUsers,
    /// There is no such message between these two users.
    #[error("there is no such message between these two users")]
    NoDirect,
    /// The message was taken back before.
    #[error("this message was taken back before")]
    DirectGone,
    /// The message was sent too long ago for its sender to take it back.
    #[error("a message can be taken back for {} minutes only", room::direct::RECALL_MS / 60_000)]
    DirectTooLate,
    /// Attributes do not change.
    #[error(transparent)]
    Attribute(#[from] AttributeError),
    /// The attributes of the room were written too often.
    #[error("the attributes of a room can be written {0} times per second; wait a moment")]
    AttributeRate(u64),
    /// Counters do not change.
    #[error(transparent)]
    Counter(#[from] CounterError),
    /// A mark is not put on.
    #[error(transparent)]
    Mark(#[from] MarkError),
    /// None of those who are to be marked is there.
    #[error("none of these accounts is in the room now")]
    NobodyThere,
    /// What a user says of himself is too long.
    #[error("a status has at most {} bytes", super::status::WORDS_BYTES_MAX)]
    WordsTooLong,
    /// A session watches too many users.
    #[error("a session watches at most {} users", super::status::WATCHED_MAX)]
    TooManyWatched,
    /// The user may not be in the room.
    #[error("you are banned from this room")]
    Banned,
    /// The sender spoke a moment ago, and the room is slow.
    #[error("this room is in slow mode; wait {wait_s} s before you speak again")]
    SlowMode {
        /// How long to wait, in seconds.
        wait_s: u64,
    },
    /// A word of the app's list is in the message.
    #[error("the message has a word that must not be said here")]
    BadWord,
    /// A link is in the message.
    #[error("links must not be sent in this room")]
    Link,
    /// The sender said the same a moment ago.
    #[error("you said that a moment ago; wait {wait_s} s before you say it again")]
    Repeated {
        /// How long to wait, in seconds.
        wait_s: u64,
    },
    /// A moderator removed it before it was said.
    #[error("a moderator removed the message")]
    RemovedByModerator,
    /// The room may not be read over plain HTTP.
    #[error("this room is for those who are in it; it may not be read from outside")]
    NotReadable,
    /// The room may be read with a link only, and this is none.
    #[error("this room may be read with a link only, and this one is not good, or not any more")]
    BadLink,
    /// Guests may not be in the room.
    #[error("this room is for members only; log in")]
    NoGuests,
    /// The message is not among the recent ones of the room, or not a message.
    #[error("there is no such message among the recent ones of the room")]
    NoMessage,
    /// Messages may not be taken back.
    #[error("messages cannot be taken back in this app")]
    NoRecall,
    /// The message was said too long ago for its sender to take it back.
    #[error("a message can be taken back for {} minutes only", super::withdraw::RECALL_S / 60)]
    TooLate,
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
    /// The app's backend refused it.
    #[error("{info}")]
    Webhook {
        /// With this code.
        code: i32,
        /// And this text.
        info: String,
    },
    /// The app's backend gave no answer, and nothing is to pass without one.
    #[error("the app's backend does not answer, and nothing passes without it; try again later")]
    WebhookFailed,
    /// A list of words could not be read.
    #[error(transparent)]
    Words(Box<super::words::ListError>),
    /// The client for webhooks could not be made.
    #[error(transparent)]
    Hooks(crate::hooks::HookError),
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
    /// Under which cause a refused message stands in the account.
    pub fn rejection(&self) -> Cause {
        match self {
            Self::NotMember(_) => Cause::NotMember,
            Self::NoRoom(_) => Cause::NoRoom,
            Self::Muted | Self::MutedUser { .. } => Cause::Muted,
            Self::Banned => Cause::Banned,
            Self::SlowMode { .. } => Cause::SlowMode,
            Self::Webhook { .. } => Cause::Webhook,
            Self::WebhookFailed => Cause::WebhookFailed,
            Self::TooLong { .. } => Cause::TooLong,
            Self::BadWord => Cause::Words,
            Self::Link => Cause::Links,
            Self::Repeated { .. } => Cause::Repeated,
            Self::RemovedByModerator => Cause::Moderator,
            _ => Cause::Failed,
        }
    }
}

fn for_seconds(seconds: u32) -> String {
    match seconds {
        u32::MAX => String::new(),
        seconds => format!(" for {seconds} more seconds"),
    }
}
