//! Server-Sent Events: a room as a stream, for whoever has no WebSocket. A stream takes from the feed what comes after its
//! place; it is never pushed to. So a reader who is slow costs nothing but his place, and one who is idle nothing but a task
//! that waits.

use super::refusal::Refusal;
use crate::{app::readers::Reader, doors::native::view::View, fanout::feed::Entrance};
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Response, header};
use room::Seq;
use std::{convert::Infallible, ops::RangeInclusive, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use wire::{
    Place,
    frame::{self, Likes, Out, State},
    reading::{self, Name},
};

/// How often a reader is told how things stand, at the most.
const STATE_EVERY: Duration = Duration::from_secs(1);
/// After how long a reader comes back whose stream ended, in milliseconds; drawn, so that not everybody comes at once.
const RETRY_MS: RangeInclusive<u32> = 1_000..=5_000;

/// Where a stream goes on.
pub struct Asks(Option<Place>);

impl Asks {
    /// What a request says. The id of the last event goes before what the address says: a browser that comes back has both.
    pub fn of(headers: &HeaderMap, after: Option<&str>) -> Result<Self, Refusal> {
        let last = headers.get("last-event-id");
        let last = last.map(|id| id.to_str().unwrap_or_default());
        // A browser says an empty one if it has seen none.
        let Some(id) = last.filter(|id| !id.is_empty()).or(after) else {
            return Ok(Self(None));
        };
        let place = Place::of_id(id).ok_or_else(|| Refusal::bad("a place is called {epoch}:{seq}"))?;
        Ok(Self(Some(place)))
    }
}

/// The answer with a stream.
pub fn answer(body: Body) -> Response<Body> {
    let built = Response::builder()
        .header(header::CONTENT_TYPE, "text/event-stream")
        .header(header::CACHE_CONTROL, "no-store")
        // nginx would gather it.
        .header("x-accel-buffering", "no");
    built.body(body).unwrap_or_default()
}

/// The stream of a reader, until he goes, may not read any more, the room is over, or the server stops.
pub fn body(reader: Reader, asks: Asks, stop: CancellationToken) -> Body {
    let stream = Stream::begin(reader, asks, stop);
    Body::from_stream(stream::unfold(stream, async |mut stream| {
        let written = stream.next().await?;
        Some((Ok::<_, Infallible>(written), stream))
    }))
}

/// How long a stream still lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    /// There may be more to come.
    Goes,
    /// It tells what there is, and ends: the room is over, or the server stops.
    Ends,
    /// Its reader may not be told anything more.
    Over,
}

struct Stream {
    reader: Reader,
    /// What is written before anything else.
    first: Option<Bytes>,
    /// Everything up to here was told.
    place: Seq,
    /// How things stood when the reader was told last.
    told: State,
    /// Whether they have changed since.
    restless: bool,
    /// When he may be told again.
    state_at: Instant,
    /// When he is to see that the stream lives.
    ping_at: Instant,
    life: Life,
    moved: watch::Receiver<Seq>,
    stands: watch::Receiver<()>,
    stop: CancellationToken,
}

impl Stream {
    fn begin(reader: Reader, Asks(place): Asks, stop: CancellationToken) -> Self {
        let (app, room) = (&reader.app, &reader.room);
        let stands = room.stands.subscribe();
        let view = View::of(app, room);
        let (entrance, moved) = {
            let feed = room.feed.lock();
            // Readers know no place that the viewers were not told of.
            let head = feed.head();
            (feed.enter(place, head, app.config.rooms.history_on_join), feed.watch())
        };
        let now = Instant::now();
        Self {
            first: Some(begin(room.key.room.as_str(), &view, &entrance).into()),
            place: entrance.seq,
            told: view.state,
            restless: false,
            state_at: now + STATE_EVERY,
            ping_at: now,
            life: Life::Goes,
            moved,
            stands,
            stop,
            reader,
        }
    }

    /// What is written next.
    async fn next(&mut self) -> Option<Bytes> {
        let ping_after = Duration::from_millis(self.reader.app.config.reading.ping_ms);
        while self.life != Life::Over {
            if let Some(news) = self.news() {
                self.ping_at = Instant::now() + ping_after;
                return Some(news);
            }
            if self.life == Life::Ends {
                return None;
            }
            tokio::select! {
                // Neither fails: the room has the other ends.
                _ = self.moved.changed() => {}
                _ = self.stands.changed(), if !self.restless => self.restless = true,
                () = sleep_until(self.state_at), if self.restless => {}
                () = sleep_until(self.ping_at) => {
                    self.ping_at = Instant::now() + ping_after;
                    if self.reader.is_there() {
                        return Some(Bytes::from_static(reading::PING.as_bytes()));
                    }
                }
                () = self.reader.room.finished.cancelled() => self.life = Life::Ends,
                () = self.stop.cancelled() => self.life = Life::Ends,
            }
        }
        None
    }

    /// What there is to tell now.
    fn news(&mut self) -> Option<Bytes> {
        if self.first.is_some() {
            return self.first.take();
        }
        let room = self.reader.room.clone();
        let id = &room.key.room;
        if !self.reader.is_there() {
            self.life = Life::Over;
            let out = frame::out(id.as_str(), &Out::NotReadable);
            return Some(reading::event(Name::Out, None, &out).into());
        }
        let further = room.feed.lock().further(id, self.place);
        if let Some(further) = further {
            self.place = further.seq;
            return Some(further.frame);
        }
        if !self.restless || self.state_at > Instant::now() {
            return None;
        }
        self.restless = false;
        let stands = self.reader.app.state_of(&room);
        let changed = changes(&self.told, &stands)?;
        self.told = stands;
        self.state_at = Instant::now() + STATE_EVERY;
        let state = frame::state(id.as_str(), &changed);
        Some(reading::event(Name::State, None, &state).into())
    }
}

/// With what a stream begins: what was missed, and how things stand; or how the room is, after a gap perhaps.
fn begin(room: &str, view: &View, entrance: &Entrance) -> String {
    let drawn = getrandom::u32().unwrap_or_default() % (RETRY_MS.end() - RETRY_MS.start());
    let mut text = reading::retry(u64::from(RETRY_MS.start() + drawn));
    let id = Some((&*entrance.epoch, entrance.seq));
    if let Some(after) = entrance.resumed_after {
        let events = frame::events(room, &entrance.epoch, (after, entrance.seq), &entrance.events);
        text.push_str(&reading::event(Name::Events, id, &events));
        text.push_str(&reading::event(Name::State, None, &frame::state(room, &view.state)));
        return text;
    }
    if let Some(place) = &entrance.gap {
        text.push_str(&reading::event(Name::Gap, None, &reading::gap(room, place)));
    }
    let snapshot = reading::snapshot(&view.entered(entrance, false, None));
    text.push_str(&reading::event(Name::Snapshot, id, &snapshot));
    text
}

/// What has changed, if anything.
fn changes(told: &State, now: &State) -> Option<State> {
    let likes = match (told.likes, now.likes) {
        (Some(told), Some(now)) if told.total != now.total => Some(Likes {
            total: now.total,
            add: now.total.checked_sub(told.total),
        }),
        _ => None,
    };
    let changed = State {
        online: now.online.filter(|now| told.online.as_ref() != Some(now)),
        rules: now.rules.clone().filter(|now| told.rules.as_ref() != Some(now)),
        likes,
    };
    let any = changed.online.is_some() || changed.rules.is_some() || changed.likes.is_some();
    any.then_some(changed)
}
