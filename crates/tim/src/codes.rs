//! The vendor's error codes, as far as a server of live rooms says them: `error-codes.md` sections 1 to 7, one module
//! per section. Clients branch on the number alone; texts are free.
//!
//! Left out, because nothing here can mean them: older tables (a newer code says the same), the vendor's inner
//! plumbing and plans, friends, offline push, and group types other than live rooms.

/// Writes a section: its constants, and a table of them for documents and tests.
macro_rules! section {
    ($(#[$about:meta])* $module:ident { $($(#[$doc:meta])* $name:ident = $code:literal,)+ }) => {
        $(#[$about])*
        pub mod $module {
            $($(#[$doc])* pub const $name: i32 = $code;)+
            /// All constants of this section with their names.
            pub const ALL: &[(&str, i32)] = &[$((stringify!($name), $name),)+];
        }
    };
}

/// Success, in every answer of every door.
pub const OK: i32 = 0;

section! {
    /// Section 1: what the REST door says before a command is looked at.
    gateway {
        /// The HTTP request makes no sense.
        BAD_HTTP = 60002,
        /// The body is not JSON.
        BAD_JSON = 60003,
        /// `identifier` is missing or cannot be a user id.
        BAD_IDENTIFIER = 60004,
        /// `usersig` is missing or unusable as text.
        BAD_USERSIG = 60005,
        /// `sdkappid` is not a number, or not one of an app here.
        BAD_APP = 60006,
        /// This command is called too often.
        COMMAND_RATE = 60007,
        /// The service did not answer in time.
        TIMEOUT = 60008,
        /// There is no such path.
        UNKNOWN_PATH = 60009,
        /// The caller is not an administrator of the app.
        NOT_ADMIN = 60010,
        /// The app calls too often, over all commands.
        APP_RATE = 60011,
        /// `sdkappid` is missing.
        NO_APP = 60012,
        /// A user id in the body is not a string.
        USER_ID_TYPE = 60015,
        /// The app is switched off.
        APP_DISABLED = 60016,
        /// The request is forbidden.
        FORBIDDEN = 60017,
        /// Too many requests at present; try again later.
        BUSY = 60018,
        /// The caller's address is not on the list of allowed ones.
        ADDRESS_NOT_ALLOWED = 60021,
    }
}

section! {
    /// Section 2: content and size of messages of any kind.
    content {
        /// The text holds what the filter forbids.
        TEXT_FILTERED = 80001,
        /// The message is larger than a message may be.
        TOO_LONG = 80002,
        /// The before-send webhook did not answer, and the app chose not to deliver then.
        WEBHOOK_FAILED = 80003,
        /// The picture holds what the filter forbids.
        PICTURE_FILTERED = 80004,
        /// The body of a one-to-one message is too large.
        C2C_BODY_TOO_LARGE = 93000,
        /// The body of a batch is too large.
        BATCH_TOO_LARGE = 90055,
    }
}

section! {
    /// Section 3: accounts and tickets.
    account {
        /// The ticket's time is over; also an unknown or ended session (decision 28).
        TICKET_EXPIRED = 70001,
        /// The ticket is an empty string.
        TICKET_EMPTY = 70002,
        /// The ticket cannot be read.
        TICKET_MALFORMED = 70003,
        /// No active key of the app signed this ticket.
        TICKET_SIGNATURE = 70009,
        /// The ticket was made for another user.
        TICKET_OTHER_USER = 70013,
        /// The ticket was made for another app.
        TICKET_OTHER_APP = 70014,
        /// The app has no key to verify with.
        NO_KEY = 70016,
        /// There is no such app.
        UNKNOWN_APP = 70020,
        /// Too many failed logins in a short time; wait a minute.
        TOO_MANY_ATTEMPTS = 70050,
        /// The account is blocked.
        BLOCKED = 70051,
        /// The login has ended, as its connection was told a moment ago.
        LOGIN_ENDED = 70052,
        /// There is no such account.
        NOT_FOUND = 70107,
        /// The account logs in too often.
        LOGIN_RATE = 70114,
        /// A list holds too many items, or none.
        BATCH_SIZE = 70206,
        /// A field is missing or cannot be used.
        PARAMETER = 70402,
        /// The command needs an administrator.
        NOT_ADMIN = 70403,
        /// The server failed.
        INTERNAL = 70500,
    }
}

section! {
    /// Section 4: user profiles.
    profile {
        /// A field is missing or cannot be used.
        PARAMETER = 40001,
        /// No account is named.
        NO_TARGET = 40002,
        /// There is no such account.
        NOT_FOUND = 40003,
        /// The command needs an administrator.
        NOT_ADMIN = 40004,
        /// The server failed.
        INTERNAL = 40006,
        /// The caller may not read this field.
        READ_DENIED = 40007,
        /// The caller may not write this field.
        WRITE_DENIED = 40008,
        /// There is no such field.
        UNKNOWN_TAG = 40009,
        /// The value has more than 500 bytes.
        VALUE_TOO_LONG = 40601,
        /// The value is not one that this standard field can have.
        BAD_VALUE = 40605,
        /// The value has the wrong type for this standard field.
        BAD_TYPE = 40610,
    }
}

section! {
    /// Section 5: one-to-one messages, as far as decision 24 has them.
    c2c {
        /// The request makes no sense.
        BAD_REQUEST = 20001,
        /// The session's ticket is over or does not hold.
        TICKET_INVALID = 20002,
        /// Sender or receiver is no account of the app.
        BAD_ACCOUNT = 20003,
        /// A network failed between servers; try again.
        NETWORK = 20004,
        /// The server failed; try again.
        INTERNAL = 20005,
        /// The before-send webhook refused.
        WEBHOOK_REFUSED = 20006,
        /// The sender is muted in the whole app.
        SENDER_MUTED = 20012,
        /// The time for recalling is over.
        RECALL_TOO_LATE = 20016,
        /// The message to recall is not there.
        RECALL_NOT_FOUND = 20022,
        /// The message has been recalled before.
        RECALL_REPEATED = 20023,
        /// Somebody else changed the same thing at the same time.
        CONFLICT = 20028,
        /// The body is not JSON.
        BAD_JSON = 90001,
        /// `MsgBody` is missing, is no array, or holds something that is no element.
        BAD_MSG_BODY = 90002,
        /// `To_Account` is missing or of the wrong type.
        BAD_TO_ACCOUNT = 90003,
        /// `MsgSeq` is not a number that can be used.
        BAD_MSG_SEQ = 90004,
        /// `MsgRandom` is missing or no integer.
        BAD_MSG_RANDOM = 90005,
        /// `MsgTimeStamp` is missing or no integer.
        BAD_MSG_TIME = 90006,
        /// `MsgBody` is no array.
        MSG_BODY_NO_ARRAY = 90007,
        /// `From_Account` is missing or no account.
        BAD_FROM_ACCOUNT = 90008,
        /// The command needs an administrator.
        NOT_ADMIN = 90009,
        /// The body is not that of a message.
        BAD_FORMAT = 90010,
        /// More than 500 receivers.
        TOO_MANY_TARGETS = 90011,
        /// The receiver is no account.
        TARGET_NOT_FOUND = 90012,
        /// More accounts than one request may name.
        TOO_MANY_ACCOUNTS = 90018,
        /// To be kept for longer than seven days.
        LIFE_TIME_TOO_LONG = 90026,
        /// `SyncOtherMachine` is no integer.
        BAD_SYNC = 90031,
        /// `OfflinePushInfo` cannot be read.
        BAD_PUSH_INFO = 90043,
        /// `MsgLifeTime` is no integer.
        BAD_LIFE_TIME = 90044,
        /// There is no such account.
        NOT_FOUND = 90048,
        /// `MsgKey` names no message.
        BAD_MSG_KEY = 90054,
        /// The server failed in a way that usually lies with the webhook's receiver.
        WEBHOOK_INTERNAL = 90992,
        /// The server failed before it took the message; try again.
        REST_INTERNAL = 91000,
        /// Displaced by another login on the same kind of terminal while polling.
        DISPLACED = 91101,
    }
}

section! {
    /// Section 6: rooms.
    group {
        /// The caller is not logged in, or his ticket does not hold.
        NOT_LOGGED_IN = 10001,
        /// The server failed; try again.
        INTERNAL = 10002,
        /// There is no such command.
        UNKNOWN_COMMAND = 10003,
        /// A field is missing or cannot be used; also what a live room refuses by its type.
        PARAMETER = 10004,
        /// More accounts than one request may name.
        TOO_MANY_ACCOUNTS = 10005,
        /// Done too often.
        RATE = 10006,
        /// The caller may not do this here; also what live rooms do not have.
        DENIED = 10007,
        /// The request makes no sense.
        BAD_REQUEST = 10008,
        /// The owner cannot leave, only disband.
        OWNER_MAY_NOT_LEAVE = 10009,
        /// The room is not there, or no longer.
        NOT_FOUND = 10010,
        /// The body is not JSON.
        BAD_JSON = 10011,
        /// The one who acts is no user.
        BAD_OPERATOR = 10012,
        /// Is in the room already. A repeated join succeeds (decision 13), so this is for other ways in.
        ALREADY_MEMBER = 10013,
        /// The text cannot be a room's id.
        BAD_ID = 10015,
        /// A before webhook refused.
        WEBHOOK_REFUSED = 10016,
        /// The sender is muted: himself, with the whole room, or in the whole app.
        MUTED = 10017,
        /// The answer would be larger than 1 MB.
        ANSWER_TOO_LARGE = 10018,
        /// There is no such account.
        ACCOUNT_NOT_FOUND = 10019,
        /// The id belongs to somebody else's room.
        ID_TAKEN = 10021,
        /// The room's rate is used up, and the message was dropped.
        MESSAGE_RATE = 10023,
        /// The id belongs to a room of the caller's own.
        ID_TAKEN_BY_CALLER = 10025,
        /// The command is switched off for the app.
        COMMAND_DISABLED = 10026,
        /// The message to recall is not there.
        RECALL_NOT_FOUND = 10030,
        /// The time for recalling is over.
        RECALL_TOO_LATE = 10031,
        /// This message cannot be recalled.
        RECALL_IMPOSSIBLE = 10032,
        /// Recalling is switched off for live rooms.
        RECALL_NOT_IN_LIVE_ROOMS = 10033,
        /// Messages of a live room cannot be deleted.
        DELETE_NOT_IN_LIVE_ROOMS = 10035,
        /// No more live rooms for this app.
        LIVE_ROOM_QUOTA = 10036,
        /// The user is in as many rooms as he may be.
        TOO_MANY_JOINED = 10037,
        /// Recalling is switched off for the app.
        RECALL_DISABLED = 10041,
        /// Nothing is kept that could be read back.
        NO_HISTORY = 10044,
        /// The attribute's key has more than 32 bytes.
        ATTRIBUTE_KEY_TOO_LONG = 10045,
        /// The attribute's value has more than 4,000 bytes.
        ATTRIBUTE_VALUE_TOO_LONG = 10046,
        /// More than 16 attributes.
        TOO_MANY_ATTRIBUTES = 10047,
        /// The values of all attributes have more than 16,000 bytes.
        ATTRIBUTES_TOO_LARGE = 10048,
        /// More than five writes of attributes in a second.
        ATTRIBUTE_RATE = 10049,
        /// The attribute to delete is not there.
        ATTRIBUTE_NOT_FOUND = 10050,
        /// More than 30 people mentioned in one message.
        TOO_MANY_MENTIONS = 10053,
        /// More members than one answer holds; page through them.
        TOO_MANY_MEMBERS = 10054,
        /// The attribute changed since it was read; read again.
        ATTRIBUTE_CONFLICT = 10056,
        /// The feature is switched off here (the vendor sells it with a higher plan).
        FEATURE_OFF = 10059,
        /// More than 20 counters.
        TOO_MANY_COUNTERS = 10063,
    }
}

section! {
    /// Section 7: muting in the whole app.
    mute {
        /// The body is not JSON.
        BAD_JSON = 130001,
        /// `Get_Account` is missing.
        NO_GET_ACCOUNT = 130002,
        /// `Get_Account` cannot be a user id.
        BAD_GET_ACCOUNT = 130003,
        /// `Set_Account` is missing.
        NO_SET_ACCOUNT = 130004,
        /// `Set_Account` cannot be a user id.
        BAD_SET_ACCOUNT = 130005,
        /// Neither of the two times is given.
        NO_TIME = 130008,
        /// The server failed.
        INTERNAL = 130014,
    }
}

/// What a before webhook of a room may answer to refuse with a code of its own (`error-codes.md` section 6). It is
/// passed on with its text.
pub const GROUP_WEBHOOK_OWN: std::ops::RangeInclusive<i32> = 10100..=10200;

/// The same for one-to-one messages (`error-codes.md` section 5).
pub const C2C_WEBHOOK_OWN: std::ops::RangeInclusive<i32> = 120_001..=130_000;

/// All codes with their names, section by section: for documents and tests.
pub fn all() -> impl Iterator<Item = (&'static str, i32)> {
    [
        gateway::ALL,
        content::ALL,
        account::ALL,
        profile::ALL,
        c2c::ALL,
        group::ALL,
        mute::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
