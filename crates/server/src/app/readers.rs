//! Those who read a room over plain HTTP (protocol section 10): whether they may, as a stream, or in slices.

use super::{
    AppError, Application,
    room::{Room, no_room},
    tokens::LinkClaims,
};
use crate::fanout::{
    feed::{Asking, Kept, Sealed},
    slices::NoSlice,
};
use room::{
    Millis, RoomKey,
    rules::{Reading, RoomRules},
};
use std::{net::IpAddr, sync::Arc};

/// How often a room is told that a reader is there, in milliseconds: well before he would not be counted.
const SEEN_EVERY_MS: u64 = 5_000;

/// What somebody shows who wants to read.
#[derive(Clone, Copy, Debug)]
pub struct Permit {
    /// Until when his link for this room is good, in seconds, if he has one.
    link_until_s: Option<u64>,
}

impl Permit {
    /// Whether a room with these rules may be read with it.
    fn check(&self, rules: &RoomRules, now: Millis) -> Result<(), AppError> {
        match rules.reading {
            Reading::Public => Ok(()),
            Reading::Link if self.link_until_s.is_some_and(|until| now.secs() < until) => Ok(()),
            Reading::Link => Err(AppError::BadLink),
            Reading::Members => Err(AppError::NotReadable),
        }
    }

    /// For how long it is good in a room with these rules, in seconds, if that ends by itself.
    fn left_s(&self, rules: &RoomRules, now: Millis) -> Option<u64> {
        let until = self.link_until_s.filter(|_| rules.reading == Reading::Link);
        until.map(|until| until.saturating_sub(now.secs()))
    }
}

/// A slice for a reader.
pub struct Slice {
    /// The slice, if there is one.
    pub sealed: Result<Sealed, NoSlice>,
    /// For how long this reader may have it, in seconds, if that ends by itself.
    pub left_s: Option<u64>,
}

/// Somebody who reads a room as a stream. He counts as a guest until this is dropped.
pub struct Reader {
    /// Where.
    pub app: Arc<Application>,
    /// What he reads.
    pub room: Arc<Room>,
    permit: Permit,
    guest: u64,
    seen: Millis,
}

impl Reader {
    /// He is there, if he may be.
    pub fn is_there(&mut self) -> bool {
        let now = self.app.clock.now();
        let welcome = self.permit.check(&self.room.record().rules, now).is_ok();
        if welcome && now.since(self.seen) >= SEEN_EVERY_MS {
            self.see(now);
        }
        welcome
    }

    fn see(&mut self, now: Millis) {
        self.seen = now;
        self.room.presence.lock().guest_seen(self.guest, now);
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.room.presence.lock().guest_left(self.guest);
        self.app.metrics.streams.dec();
    }
}

impl Application {
    /// The key of a link to a room, good for some seconds; answers also when it ends.
    pub async fn make_link(&self, key: &RoomKey, seconds: u64) -> Result<(String, u64), AppError> {
        self.room_info(key).await?;
        let expires_s = self.clock.now().secs() + seconds;
        let claims = LinkClaims {
            room: key.clone(),
            expires_s,
        };
        Ok((self.tokens.link(&claims), expires_s))
    }

    fn permit(&self, key: &RoomKey, link: Option<&str>) -> Permit {
        let claims = link.and_then(|link| self.tokens.open_link(link));
        let claims = claims.filter(|claims| claims.room == *key);
        Permit {
            link_until_s: claims.map(|claims| claims.expires_s),
        }
    }

    /// A room for somebody who reads it. It is opened only if he may: names cost nothing to invent. A dismissed room lingers
    /// for those who have not read the last event.
    async fn room_to_read(&self, key: &RoomKey, permit: Permit) -> Result<Arc<Room>, AppError> {
        let standing = self.rooms.standing(key);
        let record = match &standing {
            Some(room) => room.record(),
            None => Arc::new(self.store.room(key.clone()).await?.ok_or_else(|| no_room(key))?),
        };
        permit.check(&record.rules, self.clock.now())?;
        match standing.filter(|room| room.ended()) {
            Some(lingering) => Ok(lingering),
            None => self.room(key).await,
        }
    }

    /// Somebody begins to read a room as a stream.
    pub async fn open_stream(
        self: &Arc<Self>,
        key: &RoomKey,
        link: Option<&str>,
        address: IpAddr,
    ) -> Result<Reader, AppError> {
        let now = self.clock.now();
        let most = self.config.limits.guest_joins_per_address_per_minute_max;
        if !self.guest_joins.take(address, most, now) {
            return Err(AppError::Busy);
        }
        let permit = self.permit(key, link);
        let room = self.room_to_read(key, permit).await?;
        if room.ended() {
            return Err(no_room(key));
        }
        self.metrics.stream_opened();
        let mut reader = Reader {
            app: self.clone(),
            room,
            permit,
            guest: getrandom::u64().unwrap_or_default(),
            seen: now,
        };
        reader.see(now);
        Ok(reader)
    }

    /// Whether a room may be read.
    pub async fn may_read(&self, key: &RoomKey, link: Option<&str>) -> Result<(), AppError> {
        let permit = self.permit(key, link);
        self.room_to_read(key, permit).await.map(drop)
    }

    /// Where the slices of a room are, and the room.
    pub async fn kept_slices(&self, key: &RoomKey, link: Option<&str>) -> Result<(Arc<Room>, Kept), AppError> {
        let room = self.room_to_read(key, self.permit(key, link)).await?;
        if room.ended() {
            return Err(no_room(key));
        }
        let asking = self.asking(&room);
        let kept = room.feed.lock().kept(asking);
        Ok((room, kept))
    }

    /// What a room said in a second.
    pub async fn slice(&self, key: &RoomKey, link: Option<&str>, second: u64) -> Result<Slice, AppError> {
        let permit = self.permit(key, link);
        let room = self.room_to_read(key, permit).await?;
        let asking = self.asking(&room);
        let left_s = permit.left_s(&room.record().rules, asking.now);
        let sealed = room.feed.lock().slice(&key.room, second, asking);
        Ok(Slice { sealed, left_s })
    }

    fn asking(&self, room: &Room) -> Asking {
        Asking {
            now: self.clock.now(),
            state: wire::reading::standing(&self.crowd_of(room)).into(),
            kept_s: self.config.reading.slices_kept_s,
        }
    }
}
