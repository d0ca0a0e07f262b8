//! What became of messages: the account of all, and the story of each.

use super::{
    caller::{Asked, Caller},
    refusal::{Refusal, Told},
};
use axum::Json;
use room::{
    Millis, Seq, UserId,
    tally::{Counts, Row},
    trace::{Search, Trace},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How far back the account is read when nobody says, in seconds.
const TALLY_S: u64 = 60;
/// How many stories are told when nobody says.
const MESSAGES: usize = 20;
/// How many stories are told at the most.
const MESSAGES_MAX: usize = 1_000;
/// How far from the stated second a message may have come, in seconds: people's clocks differ, and so do theirs from ours.
const NEAR_S: u64 = 5;

/// Which part of the account.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    /// The first second, since 1970; a minute before `to` when it is not given.
    from: Option<u64>,
    /// The second after the last; the next one when it is not given.
    to: Option<u64>,
}

/// The account of a room.
#[derive(Serialize, ToSchema)]
pub(super) struct Account {
    /// The first second.
    from_s: u64,
    /// The second after the last.
    to_s: u64,
    /// From this second on there are rows of single seconds, before it of minutes; nothing when all are of minutes.
    seconds_from_s: Option<u64>,
    /// Stretches of seconds in which something may be missing, because the server crashed: from, and up to but not
    /// including.
    holes: Vec<(u64, u64)>,
    /// All rows together.
    total: Counts,
    /// The seconds or minutes in which something came, by priority.
    rows: Vec<Row>,
}

/// The account of a room's messages: offered = admitted + rejected + dropped + pending, in every row, at every read.
#[utoipa::path(
    get,
    path = "/v1/apps/{app}/rooms/{room}/tally",
    params(("app" = u32, Path), ("room" = String, Path), Span),
    responses((status = 200, body = Account), (status = "4XX", body = Told)),
)]
pub(super) async fn tally(caller: Caller, Asked(span): Asked<Span>) -> Result<Json<Account>, Refusal> {
    let Caller { app, key, .. } = caller;
    let to_s = span.to.unwrap_or_else(|| app.clock.now().secs() + 1);
    let from_s = span.from.unwrap_or(to_s.saturating_sub(TALLY_S));
    let account = app.tally(&key, from_s, to_s).await?;
    Ok(Json(Account {
        from_s,
        to_s,
        seconds_from_s: account.seconds_from_s,
        total: account.total(),
        holes: account.holes,
        rows: account.rows,
    }))
}

/// Which messages; what is not given does not matter.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Whose.
    from: Option<UserId>,
    /// The `Random` of the message.
    random: Option<u32>,
    /// The `ID` of the message in an official Web SDK, `NUMBER-SECONDS-RANDOM`.
    id: Option<String>,
    /// The `MsgSeq` of the message.
    seq: Option<u64>,
    /// That came within five seconds of this second, since 1970.
    at: Option<u64>,
    /// At most how many, the newest first; 20 when it is not given, at most 1000.
    limit: Option<usize>,
}

impl Wanted {
    fn search(&self) -> Result<Search, Refusal> {
        let id = self.id.as_deref().map(|id| {
            let read = read_id(id);
            read.ok_or_else(|| Refusal::parameter(format!("id {id:?} must look like 144115198-1700000000-4711")))
        });
        let (id_time, id_random) = id.transpose()?.unzip();
        if let (Some(random), Some(other)) = (self.random, id_random)
            && random != other
        {
            return Err(Refusal::parameter("random is not that of the id; give one of them"));
        }
        Ok(Search {
            from: self.from.clone(),
            random: self.random.or(id_random),
            client_time_s: id_time,
            seq: self.seq.map(Seq),
            since: self.at.map(|at| Millis::from_secs(at.saturating_sub(NEAR_S))),
            until: self.at.map(|at| Millis::from_secs(at.saturating_add(NEAR_S + 1))),
        })
    }
}

/// The time and the random number in a message's `ID`.
fn read_id(id: &str) -> Option<(u64, u32)> {
    let mut parts = id.rsplitn(3, '-');
    let (random, time) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next()?.parse::<u64>().ok()?;
    Some((time, random))
}

/// Stories of messages.
#[derive(Serialize, ToSchema)]
pub(super) struct Messages {
    /// What came before this second is not known any more.
    since_s: u64,
    /// The stories, the newest first.
    messages: Vec<Trace>,
}

/// What became of single messages, while it is remembered.
#[utoipa::path(
    get,
    path = "/v1/apps/{app}/rooms/{room}/messages",
    params(("app" = u32, Path), ("room" = String, Path), Wanted),
    responses((status = 200, body = Messages), (status = "4XX", body = Told)),
)]
pub(super) async fn messages(caller: Caller, Asked(wanted): Asked<Wanted>) -> Result<Json<Messages>, Refusal> {
    let search = wanted.search()?;
    let max = wanted.limit.unwrap_or(MESSAGES).min(MESSAGES_MAX);
    let (since, messages) = caller.app.trace(&caller.key, &search, max).await?;
    let since_s = since.0.div_ceil(1000);
    Ok(Json(Messages { since_s, messages }))
}

#[cfg(test)]
mod tests {
    use super::read_id;

    #[test]
    fn the_id_of_a_message_is_read_from_its_end() {
        assert_eq!(read_id("144115198-1700000000-4711"), Some((1_700_000_000, 4711)));
        for wrong in ["", "1-2", "a-1-2", "1-2-x", "1-2-4294967296", "1--2"] {
            assert_eq!(read_id(wrong), None, "{wrong}");
        }
    }
}
