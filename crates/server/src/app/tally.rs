//! The accounts of rooms, kept: whole minutes go to the store, so that they outlive the room's memory and the process;
//! what a crash took is known as a hole (decision 2).

use super::{AppError, Application, room::Room};
use room::{
    RoomKey,
    tally::{Counts, Row},
};
use std::{sync::Arc, time::Duration};
use store::TallyPart;
use tokio_util::sync::CancellationToken;

/// How often minutes that are over are written. A crash takes a minute and this at the most.
const EVERY: Duration = Duration::from_secs(5);

/// The account of a room over some time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Seconds or minutes in which something came, by time and priority.
    pub rows: Vec<Row>,
    /// Rows that begin before this second are of minutes.
    pub seconds_from_s: Option<u64>,
    /// Stretches in which something may be missing, because the server crashed.
    pub holes: Vec<(u64, u64)>,
}

impl Account {
    /// All rows together.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.rows.iter().for_each(|row| total.add(&row.counts));
        total
    }
}

/// Writes minutes that are over until `stop`.
pub async fn run(app: Arc<Application>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => app.keep_tallies(&app.rooms.all(), false).await,
            () = stop.cancelled() => return,
        }
    }
}

impl Application {
    /// Writes what is due of these rooms' accounts; what cannot be written is tried again. With `all` also the minute
    /// that is not over.
    pub(super) async fn keep_tallies(&self, rooms: &[Arc<Room>], all: bool) {
        let _writing = self.tallies.lock().await;
        let now = self.clock.now();
        let part = |room: &Arc<Room>| {
            let minutes = room.tally.lock().due(now, all);
            (minutes.last || minutes.until_s > room.tally.lock().kept_s()).then(|| TallyPart {
                room: room.key.clone(),
                epoch: room.epoch,
                minutes,
            })
        };
        let (parts, kept): (Vec<_>, Vec<_>) = rooms
            .iter()
            .filter_map(|room| part(room).map(|part| (part.clone(), (room, part.minutes.until_s))))
            .unzip();
        if parts.is_empty() {
            return;
        }
        match self.store.write_tallies(parts).await {
            Ok(()) => kept
                .into_iter()
                .for_each(|(room, until_s)| room.tally.lock().kept(until_s, now)),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "keeping the accounts of rooms"
                );
            }
        }
    }

    /// The account of a room from the second `from_s` up to, but not including, `to_s`; also of one that was dismissed.
    /// Where it is known by minutes, all that are touched are told in full.
    pub async fn tally(&self, key: &RoomKey, from_s: u64, to_s: u64) -> Result<Account, AppError> {
        let _writing = self.tallies.lock().await;
        let past = self.store.tally(key.clone(), from_s / 60 * 60, to_s).await?;
        let standing = self.rooms.standing(key);
        if standing.is_none() && past.rows.is_empty() && past.holes.is_empty() {
            // Nothing is known of it; but is there such a room?
            self.room_info(key).await?;
        }
        let mut account = Account {
            rows: past.rows,
            seconds_from_s: None,
            holes: past.holes,
        };
        if let Some(room) = standing {
            let tally = room.tally.lock();
            let fine_from_s = tally.fine_from_s();
            account.rows.retain(|minute| minute.from_s < fine_from_s);
            account.rows.extend(tally.read(from_s, to_s));
            account.seconds_from_s = Some(fine_from_s);
        }
        Ok(account)
    }
}
