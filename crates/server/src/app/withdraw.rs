//! Messages are taken back: by their senders within two minutes, by owner and admins, and by the backend always
//! (decision 14). Gone is gone: they are not replayed, not shown to newcomers, and not on disk.

use super::{AppError, Application, manage::Actor, room::Room};
use room::{Entry, Event, RoomKey, Seq, UserKey};
use std::{collections::BTreeMap, sync::Arc};

/// For how long a sender may take his message back, in seconds (error-codes.md, 10031).
pub const RECALL_S: u64 = 120;

/// What became of messages that were to be taken back.
#[derive(Debug, Default)]
pub struct Withdrawal {
    /// Those that are gone.
    pub gone: Vec<Seq>,
    /// Those that are not, and why.
    pub refused: Vec<(Seq, AppError)>,
}

impl Application {
    /// Takes messages back as the vendor's API does: the app may have switched it off.
    pub async fn recall(&self, key: &RoomKey, by: &Actor, seqs: &[Seq]) -> Result<Withdrawal, AppError> {
        if !self.tenant(key.app.0)?.recall {
            return Err(AppError::NoRecall);
        }
        self.delete_messages(key, by, seqs, "").await
    }

    /// Takes messages back, for everybody. They are off the disk before anybody is told, and before this returns.
    pub async fn delete_messages(
        &self,
        key: &RoomKey,
        by: &Actor,
        seqs: &[Seq],
        reason: &str,
    ) -> Result<Withdrawal, AppError> {
        let room = self.room(key).await?;
        let recent = self.ledger.read(key, Seq(0), usize::MAX).await?.entries;
        let recent: BTreeMap<Seq, Arc<Entry>> = recent.into_iter().map(|entry| (entry.seq, entry)).collect();
        let mut withdrawal = Withdrawal::default();
        let mut messages = Vec::new();
        for seq in seqs {
            let entry = recent.get(seq);
            match self.may_delete(&room, by, entry.map(Arc::as_ref)) {
                Ok(message) => {
                    withdrawal.gone.push(*seq);
                    messages.push(message);
                }
                Err(error) => withdrawal.refused.push((*seq, error)),
            }
        }
        if messages.is_empty() {
            return Ok(withdrawal);
        }
        let by_person = UserKey {
            app: key.app,
            user: by.user().clone(),
        };
        let event = Event::Deleted {
            by: self.person(&by_person).await?,
            messages,
            reason: reason.into(),
        };
        self.store.delete_entries(key.clone(), withdrawal.gone.clone()).await?;
        self.ledger.withdraw(key, &withdrawal.gone).await?;
        self.append(key, event).await?;
        {
            let mut traces = room.traces.lock();
            withdrawal.gone.iter().for_each(|seq| traces.deleted(*seq));
        }
        self.report_recall(&room, by, &withdrawal.gone);
        Ok(withdrawal)
    }

    fn may_delete(&self, room: &Room, by: &Actor, entry: Option<&Entry>) -> Result<room::event::MessageRef, AppError> {
        let entry = entry.ok_or(AppError::NoMessage)?;
        let message = entry.message_ref().ok_or(AppError::NoMessage)?;
        let Actor::User(user, _) = by else { return Ok(message) };
        if room.record().may_edit(user) {
            return Ok(message);
        }
        let own = matches!(&entry.event, Event::Message(message) if message.from.user == *user);
        let late = self.clock.now().since(entry.at) > RECALL_S * 1000;
        match (own, late) {
            (false, _) => Err(AppError::NotModerator),
            (true, true) => Err(AppError::TooLate),
            (true, false) => Ok(message),
        }
    }
}
