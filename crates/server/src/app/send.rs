//! The life of a message, in the order of decision 5: size, membership, mute, duplicate, admission. Webhooks, words and
//! lanes find their places between these steps.

use super::{AppError, Application, manage::Actor, session::Session};
use ledger::{Receipt, Reservation};
use room::{Content, Entry, Message, Priority, RoomKey, UserKey, dedup::DedupKey, event::Event};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A message as a door decoded it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Half of its identity.
    pub random: u32,
    /// When the sender's device made it, in seconds; 0 when unknown.
    pub client_time: u64,
    /// The sender's own running number; 0 when unknown.
    pub client_seq: u64,
    /// How urgent it is.
    pub priority: Priority,
    /// What it carries.
    pub content: Content,
}

/// Who speaks.
pub enum Speaker<'a> {
    /// A session, which must be in the room.
    Member(&'a Session),
    /// The app's backend, in the name of any account, in the room or not (LR-S6).
    Backend(UserKey),
}

impl Application {
    /// Sends a message. A repeat of it gets the first answer and is not sent again (LR-S5).
    pub async fn send(&self, room: &RoomKey, speaker: Speaker<'_>, draft: Draft) -> Result<Receipt, AppError> {
        let bytes = draft.content.size_bytes();
        if bytes > Content::BYTES_MAX {
            return Err(AppError::TooLong { bytes });
        }
        let live = self.room(room).await?;
        let from = match &speaker {
            Speaker::Member(session) => {
                self.is_member(session, room)?;
                if !live.record().may_speak(&session.user.user) {
                    return Err(AppError::Muted);
                }
                self.person(&session.user).await?
            }
            Speaker::Backend(user) => self.person(user).await?,
        };
        let message = Message {
            from,
            random: draft.random,
            client_time: draft.client_time,
            client_seq: draft.client_seq,
            priority: draft.priority,
            content: draft.content,
        };
        let key = identity(&message);
        if let Reservation::Repeat(receipt) = self.ledger.reserve(room, &key, self.clock.now()).await? {
            return Ok(receipt);
        }
        let decided = self.offer(room, message).await;
        self.ledger.settle(room, &key, decided.as_ref().ok().copied()).await?;
        decided
    }

    /// A room that is opened remembers the answers that it gave before: a client sends again what a restart kept from
    /// being answered, and must not be heard twice.
    pub(super) async fn remember_answers(&self, room: &RoomKey, history: &[Arc<Entry>]) -> Result<(), AppError> {
        for entry in history {
            let Event::Message(message) = &entry.event else {
                continue;
            };
            let key = identity(message);
            if let Reservation::First = self.ledger.reserve(room, &key, entry.at).await? {
                let Entry { epoch, seq, at, .. } = **entry;
                self.ledger.settle(room, &key, Some(Receipt { epoch, seq, at })).await?;
            }
        }
        Ok(())
    }

    /// Tells everybody in a room something; outside the rate (LR-S7).
    pub async fn notify(&self, key: &RoomKey, by: &Actor, text: &str) -> Result<(), AppError> {
        let bytes = text.len();
        if bytes > Content::BYTES_MAX {
            return Err(AppError::TooLong { bytes });
        }
        self.room(key).await?;
        self.append(
            key,
            Event::Notice {
                by: by.user().clone(),
                text: text.into(),
            },
        )
        .await?;
        Ok(())
    }
}

/// What makes a message the same as another (decision 6).
fn identity(message: &Message) -> DedupKey {
    DedupKey {
        sender: message.from.user.clone(),
        random: message.random,
        client_time: message.client_time,
        body_hash: body_hash(&message.content),
    }
}

fn body_hash(content: &Content) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(content.elements.as_bytes());
    // The elements are one JSON value, so nothing of the extra can pass for a part of them.
    hash.update(content.extra.as_bytes());
    let mut short = [0; 16];
    short.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    short
}
