//! `plaudit why`: what became of a message, asked of a running server's admin API and told for people.

use super::{CliError, admin::Admin, args::WhyArgs};
use crate::config::Env;
use humantime::format_rfc3339_millis;
use room::tally::Cause;
use serde_json::Value;
use std::{
    fmt::Write as _,
    io::IsTerminal,
    time::{Duration, UNIX_EPOCH},
};

/// How much of the account is shown beside, in seconds.
const AROUND_S: u64 = 60;

/// A question about messages of a room.
#[derive(Debug)]
pub struct Why {
    admin: Admin,
    query: Vec<(&'static str, String)>,
    at_s: Option<u64>,
    json: bool,
}

impl Why {
    pub(super) fn new(args: WhyArgs, env: Env) -> Result<Self, CliError> {
        let admin = Admin::new(args.admin, &args.room, env)?;
        let text = |value: &Option<u64>| value.map(|value| value.to_string());
        let given = [
            ("from", args.from),
            ("random", text(&args.random.map(u64::from))),
            ("id", args.id),
            ("seq", text(&args.seq)),
            ("at", text(&args.at)),
            ("limit", Some(args.limit.to_string())),
        ];
        Ok(Self {
            admin,
            query: given
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
            at_s: args.at,
            json: args.json,
        })
    }

    /// Asks, and answers what is to be printed.
    pub(super) fn run(&self) -> Result<String, CliError> {
        super::admin::block_on(self.ask())
    }

    async fn ask(&self) -> Result<String, CliError> {
        let answer = self.admin.get("messages", &self.query).await?;
        if self.json {
            return Ok(format!("{answer:#}"));
        }
        let paint = Paint(std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none());
        let messages = answer.pointer("/messages").and_then(Value::as_array);
        let stories: Vec<_> = messages
            .into_iter()
            .flatten()
            .map(|message| story(message, paint))
            .collect();
        if !stories.is_empty() {
            return Ok(stories.join("\n\n"));
        }
        let around = self.at_s.map(|at| {
            let from = at.saturating_sub(AROUND_S / 2);
            vec![("from", from.to_string()), ("to", (from + AROUND_S).to_string())]
        });
        let account = self.admin.get("tally", &around.unwrap_or_default()).await?;
        Ok(nothing(&answer, &account))
    }
}

/// Colours, where they are wanted.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn outcome(self, fate: &str) -> String {
        let colour = match fate {
            "admitted" => "32",
            "pending" => "33",
            _ => "31",
        };
        match self.0 {
            true => format!("\x1b[1;{colour}m{fate}\x1b[0m"),
            false => fate.to_owned(),
        }
    }
}

fn number(value: &Value, at: &str) -> Option<u64> {
    value.pointer(at).and_then(Value::as_u64)
}

fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

fn time(ms: u64) -> String {
    format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(ms)).to_string()
}

/// One message, for people.
fn story(message: &Value, paint: Paint) -> String {
    let mut told = format!(
        "{} from {}, priority {}, by {}, random {}",
        time(number(message, "/arrived_ms").unwrap_or(0)),
        text(message, "/from"),
        text(message, "/priority"),
        text(message, "/door"),
        number(message, "/random").unwrap_or(0),
    );
    let mut line = |name: &str, what: String| {
        let _ = write!(told, "\n  {name:<9} {what}");
    };
    if let Some(took_ms) = number(message, "/review/took_ms") {
        line(
            "webhook",
            format!("{} after {took_ms} ms", text(message, "/review/answer")),
        );
    }
    if let Some(held_ms) = number(message, "/held_ms") {
        line("held", format!("{held_ms} ms for the moderators"));
    }
    if let Some(waited_ms) = number(message, "/waited_ms") {
        line("lane", format!("waited {waited_ms} ms for its turn"));
    }
    let fate = text(message, "/outcome/fate");
    let place = number(message, "/place/seq").map(|seq| format!(" as MsgSeq {seq}"));
    let cause = text(message, "/outcome/cause");
    let because = if cause.is_empty() {
        String::new()
    } else {
        format!(": {cause}")
    };
    line(
        "outcome",
        format!("{}{because}{}", paint.outcome(fate), place.unwrap_or_default()),
    );
    if let Some(refusal) = message.pointer("/refusal").and_then(Value::as_str) {
        line("sender", format!("was told: {refusal}"));
    }
    if let Ok(cause) = serde_json::from_value::<Cause>(Value::from(cause)) {
        line("what next", advice(cause).to_owned());
    }
    if message.pointer("/told").is_some() {
        let n = |name: &str| number(message, &format!("/told/{name}")).unwrap_or(0);
        let (connections, polls, skipped, closed) = (n("connections"), n("polls"), n("skipped"), n("closed"));
        line(
            "told",
            format!("{connections} connections, {polls} polls; {skipped} too slow, {closed} of them closed"),
        );
    }
    if message.pointer("/deleted").is_some() {
        line("deleted", "it was taken back later".to_owned());
    }
    told
}

/// What is known where no message fits.
fn nothing(answer: &Value, account: &Value) -> String {
    let total = |name: &str| number(account, &format!("/total/{name}")).unwrap_or(0);
    let causes = |name: &str| {
        let causes = account.pointer(&format!("/total/{name}")).and_then(Value::as_object);
        let causes = causes.into_iter().flatten().map(|(cause, n)| format!("{n} {cause}"));
        let causes: Vec<_> = causes.collect();
        if causes.is_empty() {
            "none".to_owned()
        } else {
            causes.join(", ")
        }
    };
    format!(
        "No message fits. The stories of messages are known since {}.\n\
         The room's account from {} to {}: {} offered, {} admitted, {} pending; rejected: {}; dropped: {}.\n\
         A message that is not in the account did not reach this server: look at the sender's network and login.",
        time(number(answer, "/since_s").unwrap_or(0) * 1000),
        time(number(account, "/from_s").unwrap_or(0) * 1000),
        time(number(account, "/to_s").unwrap_or(0) * 1000),
        total("offered"),
        total("admitted"),
        total("pending"),
        causes("rejected"),
        causes("dropped"),
    )
}

/// What to do about a lost message.
fn advice(cause: Cause) -> &'static str {
    match cause {
        Cause::NotMember => "the sender has to join the room first; a login on another page may have put him out",
        Cause::NoRoom => "there is no such room",
        Cause::Banned => "he may not be in the room; unban_group_member lifts it",
        Cause::Muted => "he, or everybody, is muted; see get_group_muted_account, mute-all and getnospeaking",
        Cause::SlowMode => "the room is slow: slow_mode_s of its rules",
        Cause::TooLong => "the text and CloudCustomData must be 12,288 bytes at most",
        Cause::Duplicate => "nothing: a client sent it again, and heard the first answer",
        Cause::Webhook | Cause::WebhookSilent => "your backend decided it: look at its answer",
        Cause::WebhookFailed => "your backend did not answer, and webhook_fail_closed says that nothing passes then",
        Cause::Words => "a word of the app's list is in it",
        Cause::Links => "the room refuses links",
        Cause::Repeated => "he said the same a moment ago, and the room refuses repeats",
        Cause::Moderator => "a moderator took it out while it was held back",
        Cause::Failed => "the server could not decide it: look at its log",
        Cause::LaneFull | Cause::Waited => {
            "the room was too busy for its rate: raise rate_per_s of its rules, or send what matters with priority High"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_lost_message_is_told_with_its_cause_and_what_to_do() {
        let message = json!({
            "from": "bob", "random": 7, "client_time_s": 0, "priority": "Low", "door": "websdk",
            "arrived_ms": 1_700_000_000_123u64, "review": {"answer": "allow", "took_ms": 12}, "waited_ms": 1000,
            "decided_ms": 1_700_000_001_123u64, "outcome": {"fate": "dropped", "cause": "waited"},
        });
        let told = story(&message, Paint(false));
        for part in [
            "2023-11-14T22:13:20.123Z from bob, priority Low, by websdk, random 7",
            "\n  webhook   allow after 12 ms",
            "\n  lane      waited 1000 ms",
            "\n  outcome   dropped: waited",
            "\n  what next the room was too busy",
        ] {
            assert!(told.contains(part), "{part:?} in {told}");
        }
    }

    #[test]
    fn a_message_that_arrived_is_told_with_its_place_and_audience() {
        let message = json!({
            "from": "bob", "random": 7, "priority": "High", "door": "rest", "arrived_ms": 0,
            "outcome": {"fate": "admitted"}, "place": {"epoch": 1, "seq": 42},
            "told": {"at_ms": 1, "connections": 3, "polls": 2, "skipped": 1, "closed": 0}, "deleted": true,
        });
        let told = story(&message, Paint(true));
        assert!(told.contains("\u{1b}[1;32madmitted\u{1b}[0m as MsgSeq 42"), "{told}");
        assert!(
            told.contains("3 connections, 2 polls; 1 too slow, 0 of them closed"),
            "{told}"
        );
        assert!(told.contains("taken back"), "{told}");
    }

    #[test]
    fn where_nothing_fits_the_account_is_told() {
        let account = json!({"from_s": 0, "to_s": 60, "total":
            {"offered": 5, "admitted": 3, "pending": 0, "rejected": {"muted": 1}, "dropped": {"waited": 1}}});
        let told = nothing(&json!({"since_s": 0}), &account);
        assert!(
            told.contains("5 offered, 3 admitted, 0 pending; rejected: 1 muted; dropped: 1 waited"),
            "{told}"
        );
    }
}
