//! What the receiver makes of a webhook: pure, so that every recipe is a table. Orders travel as custom messages whose
//! `Data` is JSON, as pages send them (docs/recipes/).

use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// A recipe that the receiver follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Recipe {
    /// `{"order":"mute","Members_Account":["bob"],"seconds":60}` from the owner or an admin mutes (FAQ-2)
    Mute,
    /// `{"order":"kick",...}` from the owner or an admin puts out and keeps out (FAQ-3)
    Kick,
    /// `{"like":1}` counts, and the sum is written into the room's field `likes` every 3 s (FAQ-6)
    Likes,
    /// Whoever leaves on a device is told so on his pages, which leave too (FAQ-4)
    Leave,
}

/// A webhook as it came.
#[derive(Clone, Debug)]
pub struct Call {
    /// What about.
    pub command: String,
    /// Where the acting client is.
    pub platform: String,
    /// What is said.
    pub body: Value,
}

/// What an order is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Not to speak.
    Mute,
    /// Not to be there.
    Kick,
}

/// What is to be done about a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Somebody orders something; first it is seen whether he may.
    Order {
        /// What.
        what: What,
        /// In which room.
        room: String,
        /// Who.
        by: String,
        /// On whom.
        users: Vec<String>,
        /// For how long.
        seconds: u32,
    },
    /// A call of the REST API.
    Call(&'static str, Value),
}

/// The data of a custom message that is meant for the backend.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Order {
        order: What,
        #[serde(rename = "Members_Account")]
        users: Vec<String>,
        seconds: Option<u32>,
    },
    Like {
        like: u64,
    },
}

/// For how long an order holds that does not say.
const SECONDS: u32 = 60;
/// The most likes of one message: a page that claims more is not believed.
const LIKES_MAX: u64 = 20;
/// The custom field of a room that holds the likes.
pub(super) const FIELD: &str = "likes";

/// What the receiver remembers.
#[derive(Debug, Default)]
pub struct Kitchen {
    recipes: Vec<Recipe>,
    /// By room: what came since the last writing.
    likes: HashMap<String, u64>,
}

impl Kitchen {
    /// Follows these recipes.
    pub fn new(recipes: Vec<Recipe>) -> Self {
        Self {
            recipes,
            likes: HashMap::new(),
        }
    }

    fn follows(&self, recipe: Recipe) -> bool {
        self.recipes.contains(&recipe)
    }

    /// Hears a webhook; answers what is to be done before it is answered.
    pub fn hear(&mut self, call: &Call) -> Option<Deed> {
        let text = |name: &str| {
            call.body
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let room = text("GroupId");
        match call.command.as_str() {
            "Group.CallbackBeforeSendMsg" => match custom(&call.body)? {
                Said::Like { like } => {
                    if self.follows(Recipe::Likes) && like > 0 {
                        *self.likes.entry(room).or_default() += like.min(LIKES_MAX);
                    }
                    None
                }
                Said::Order { order, users, seconds } => {
                    let followed = match order {
                        What::Mute => self.follows(Recipe::Mute),
                        What::Kick => self.follows(Recipe::Kick),
                    };
                    followed.then(|| Deed::Order {
                        what: order,
                        room,
                        by: text("From_Account"),
                        users,
                        seconds: seconds.unwrap_or(SECONDS),
                    })
                }
            },
            "Group.CallbackAfterMemberExit" => {
                let by_himself = text("ExitType") == "Quit" && call.platform != "Web";
                (by_himself && self.follows(Recipe::Leave)).then(|| {
                    let data = json!({"leave": room}).to_string();
                    let random = call.body.get("EventTime").and_then(Value::as_u64).unwrap_or(0) % 4_294_967_295;
                    let body = json!({
                        "To_Account": text("Operator_Account"), "MsgLifeTime": 0, "MsgRandom": random,
                        "MsgBody": [{"MsgType": "TIMCustomElem", "MsgContent": {"Data": data}}],
                    });
                    Deed::Call("openim/sendmsg", body)
                })
            }
            _ => None,
        }
    }

    /// The likes that came since the last time, by room.
    pub fn take_likes(&mut self) -> Vec<(String, u64)> {
        self.likes.drain().collect()
    }

    /// Likes that could not be written count again.
    pub fn put_back(&mut self, room: String, likes: u64) {
        *self.likes.entry(room).or_default() += likes;
    }
}

/// The custom element of a message, if a backend can read it.
fn custom(body: &Value) -> Option<Said> {
    let elements = body.get("MsgBody")?.as_array()?;
    let data = elements.iter().find_map(|element| {
        let custom = element.get("MsgType")? == "TIMCustomElem";
        element
            .pointer("/MsgContent/Data")
            .and_then(Value::as_str)
            .filter(|_| custom)
    })?;
    serde_json::from_str(data).ok()
}

/// The call that carries an order out.
pub(super) fn carried_out(what: What, room: &str, users: &[String], seconds: u32) -> (&'static str, Value) {
    match what {
        What::Mute => (
            "group_open_http_svc/forbid_send_msg",
            json!({"GroupId": room, "Members_Account": users, "MuteTime": seconds}),
        ),
        What::Kick => (
            "group_open_http_svc/ban_group_member",
            json!({"GroupId": room, "Members_Account": users, "Duration": seconds, "Description": "put out"}),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(data: &str) -> Call {
        Call {
            command: "Group.CallbackBeforeSendMsg".into(),
            platform: "Web".into(),
            body: json!({"GroupId": "a", "From_Account": "host", "MsgBody": [
                {"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}},
                {"MsgType": "TIMCustomElem", "MsgContent": {"Data": data}}]}),
        }
    }

    fn left(platform: &str, kind: &str) -> Call {
        Call {
            command: "Group.CallbackAfterMemberExit".into(),
            platform: platform.into(),
            body: json!({"GroupId": "a", "ExitType": kind, "Operator_Account": "bob", "EventTime": 7}),
        }
    }

    const MUTE: &str = r#"{"order":"mute","Members_Account":["bob"],"seconds":120}"#;

    #[test]
    fn orders_are_heard_by_those_who_follow_their_recipe() {
        let wanted = Deed::Order {
            what: What::Mute,
            room: "a".into(),
            by: "host".into(),
            users: vec!["bob".into()],
            seconds: 120,
        };
        assert_eq!(Kitchen::new(vec![Recipe::Mute]).hear(&said(MUTE)), Some(wanted));
        assert_eq!(Kitchen::new(vec![Recipe::Kick]).hear(&said(MUTE)), None);
        let kick = r#"{"order":"kick","Members_Account":["bob"]}"#;
        let Some(Deed::Order { what, seconds, .. }) = Kitchen::new(vec![Recipe::Kick]).hear(&said(kick)) else {
            panic!("an order")
        };
        assert_eq!((what, seconds), (What::Kick, 60));
    }

    #[test]
    fn what_is_no_order_is_left_alone() {
        let mut kitchen = Kitchen::new(vec![Recipe::Mute, Recipe::Kick, Recipe::Likes, Recipe::Leave]);
        for data in [
            "",
            "hello",
            "{}",
            r#"{"order":"dance","Members_Account":[]}"#,
            r#"{"order":"mute"}"#,
            "[]",
            r#"{"like":-1}"#,
        ] {
            assert_eq!(kitchen.hear(&said(data)), None, "{data}");
        }
        for body in [json!(null), json!({"MsgBody": 5}), json!({"MsgBody": [{"MsgType": 1}]})] {
            let call = Call { body, ..said("") };
            assert_eq!(kitchen.hear(&call), None);
        }
        assert_eq!(kitchen.take_likes(), []);
    }

    #[test]
    fn likes_are_added_up_within_reason_and_taken_once() {
        let mut kitchen = Kitchen::new(vec![Recipe::Likes]);
        for data in [r#"{"like":1}"#, r#"{"like":3}"#, r#"{"like":1000000}"#] {
            assert_eq!(kitchen.hear(&said(data)), None);
        }
        assert_eq!(kitchen.take_likes(), [("a".to_owned(), 24)]);
        assert_eq!(kitchen.take_likes(), []);
        kitchen.put_back("a".into(), 24);
        kitchen.hear(&said(r#"{"like":1}"#));
        assert_eq!(kitchen.take_likes(), [("a".to_owned(), 25)]);
    }

    #[test]
    fn who_leaves_on_a_device_is_told_on_his_pages() {
        let mut kitchen = Kitchen::new(vec![Recipe::Leave]);
        let Some(Deed::Call(command, body)) = kitchen.hear(&left("Android", "Quit")) else {
            panic!("a call")
        };
        assert_eq!(
            (command, &body["To_Account"], &body["MsgLifeTime"]),
            ("openim/sendmsg", &json!("bob"), &json!(0))
        );
        assert_eq!(body["MsgBody"][0]["MsgContent"]["Data"], r#"{"leave":"a"}"#);
        assert_eq!(kitchen.hear(&left("Web", "Quit")), None);
        assert_eq!(kitchen.hear(&left("Android", "Kicked")), None);
    }
}
