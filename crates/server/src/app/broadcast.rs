//! What the backend says in all rooms of its app at once (LR-S8).

use super::{AppError, Application, send::Draft};
use room::{Content, Event, Message, UserKey};
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers of broadcasts: they grow, also over a restart, and fit 32 bits for long.
#[derive(Default)]
pub struct Broadcasts(AtomicU64);

impl Broadcasts {
    fn next(&self, now_s: u64) -> u64 {
        let grown = |last: u64| Some(now_s.max(last + 1));
        let before = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown);
        grown(before.unwrap_or(0)).unwrap_or(now_s)
    }
}

impl Application {
    /// Says something to everybody who is in a room of the app now; outside of the rates of the rooms. Rooms in which
    /// nobody is are not woken for it. Answers its number.
    pub async fn broadcast(&self, from: &UserKey, draft: Draft) -> Result<u64, AppError> {
        let bytes = draft.content.size_bytes();
        if bytes > Content::BYTES_MAX {
            return Err(AppError::TooLong { bytes });
        }
        let now_s = self.clock.now().secs();
        let message = Message {
            from: self.person(from).await?,
            random: draft.random,
            // Rooms tell of it at different moments; clients that are in several must see one message.
            client_time: if draft.client_time == 0 {
                now_s
            } else {
                draft.client_time
            },
            client_seq: draft.client_seq,
            priority: draft.priority,
            content: draft.content,
        };
        let rooms = self.rooms.all();
        for room in rooms.iter().filter(|room| room.key.app == from.app && !room.ended()) {
            // One that ends at this moment needs no broadcast any more, and keeps none from the others.
            if let Err(error) = self.append(&room.key, Event::Broadcast(message.clone())).await {
                tracing::warn!(room = %room.key.room, error = &error as &dyn std::error::Error, "a broadcast");
            }
        }
        Ok(self.broadcasts.next(now_s))
    }
}
