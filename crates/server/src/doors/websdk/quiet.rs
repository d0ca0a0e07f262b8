//! What a Web SDK asks at its login although a live room has nothing of it: friends, groups of conversations. The answers say "there is none" in the form that ends the asking (web-sdk-wire.md 3.3, decision 21).

use super::{
    call::{Call, Done, Outcome},
    login,
};
use tim::fields;

/// For how long a client may keep the cloud configuration, in seconds. 0 would make it ask each second.
const CONFIG_TTL_S: u64 = 7_200;

/// The cloud configuration of every client. Measured with both SDKs: a client that is pushed to and whose first try to
/// reconnect is refused tries again only when its next log report is due, by default after up to 60 s, which is as long
/// as a silent session is kept (decision 10). With 3 s it is back as soon as the server is.
const CLOUD_CONFIG: &str = r#"{"evt_rpt_waiting":"3000"}"#;

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident => { $($fields:tt)* })+) => {
        $($(#[$doc])*
        pub async fn $name(_: &Call<'_>) -> Outcome {
            Ok(Done::Answer(fields! { $($fields)* }))
        })+
    };
}

answers! {
    /// Nothing to say.
    nothing => {}
    /// Nobody is blocked.
    black_list => {"BlackListItem": [], "StartIndex": 0, "CurruentSequence": 0}
    /// No friends.
    friends => {"UserDataItem": [], "FriendNum": 0, "CompleteFlag": 1, "NextStartIndex": 0}
    /// No requests of friends.
    pendency => {"PendencyItem": [], "UnreadPendencyCount": 0}
    /// No groups of friends.
    friend_groups => {"ResultItem": []}
    /// No groups of conversations.
    contact_groups => {"CompleteFlag": 1, "NextStartIndex": 0, "GroupItem": [], "ContactItem": []}
    /// Nobody is silenced.
    mute_notifications => {"MuteNotificationsList": [], "UpdateSeq": 1}
    /// Live rooms never belong in this list.
    joined_groups => {"TotalCount": 0, "GroupIdList": []}
    /// The few settings of the cloud console that we use.
    config => {
        "int32_error_code": 0, "str_json_config": CLOUD_CONFIG, "uint32_expired_time": CONFIG_TTL_S, "uint64_version": 1
    }
}

/// The features that are built and switched on.
pub async fn purchase_bits(call: &Call<'_>) -> Outcome {
    Ok(Done::Answer(fields! {
        "int32_error_code": 0, "str_purchase_bits": login::purchase_bits(call), "uint32_expired_time": CONFIG_TTL_S,
    }))
}
