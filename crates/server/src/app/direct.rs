//! Messages to one user, delivered to the terminals that he has now (decision 24; FAQ-4c). Keeping them for somebody who
//! is away comes later: until then that is refused, never answered with a success.

use super::{AppError, Application, report_users::Written, send::Place};
use room::{Content, UserKey};
use tim::websdk;

/// A message to one user.
#[derive(Clone, Debug)]
pub struct Direct {
    /// In whose name.
    pub from: UserKey,
    /// To whom.
    pub to: UserKey,
    /// The sender's running number.
    pub seq: u32,
    /// The sender's random number.
    pub random: u32,
    /// What it carries.
    pub content: Content,
    /// Whether it is for those terminals only that are there now.
    pub online_only: bool,
    /// Whether the sender's own terminals get a copy.
    pub copy: bool,
    /// Where the caller is.
    pub place: Place,
    /// Whether the backend does not want to be asked about it.
    pub unasked: bool,
    /// Whether the backend does not want to be told of it.
    pub untold: bool,
}

/// What the sender of a message to one user is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// When it was sent, in seconds.
    pub time_s: u64,
    /// Its name.
    pub key: String,
}

impl Application {
    /// Sends a message of the backend to one user. Membership and mutes of rooms do not matter; a silenced sender is
    /// refused (LR-X4), but for the app's administrators.
    pub async fn send_direct(&self, message: Direct) -> Result<Delivered, AppError> {
        let bytes = message.content.size_bytes();
        if bytes > Content::BYTES_MAX {
            return Err(AppError::TooLong { bytes });
        }
        let from = self.person(&message.from).await?;
        self.need_account(&message.to).await?;
        let admins = &self.tenant(message.from.app.0)?.admins;
        if !admins.contains(&message.from.user) && self.silence_of(&message.from).await?.c2c_s > 0 {
            return Err(AppError::SilencedToUsers);
        }
        let time_s = self.clock.now().secs();
        let written = Written {
            time_s,
            key: websdk::direct_key(message.seq, message.random, time_s),
        };
        let delivered = Delivered {
            time_s,
            key: written.key.clone(),
        };
        let Some(message) = self.review_direct(&message, &written).await? else {
            return Ok(delivered);
        };
        let conns = |user: &UserKey| self.sessions.of(user).into_iter().filter_map(|session| session.conn());
        let receivers: Vec<_> = conns(&message.to).collect();
        if receivers.is_empty() && !message.online_only {
            let away = AppError::Away(message.to.user.to_string());
            self.report_direct(&message, &written, Some(&away));
            return Err(away);
        }
        let direct = websdk::Direct {
            from: &from,
            to: message.to.user.as_str(),
            seq: message.seq,
            random: message.random,
            time_s,
            client_time_s: time_s,
            content: &message.content,
            copy: false,
        };
        let document = websdk::direct(direct);
        receivers.iter().for_each(|conn| self.tell(conn, &document));
        if message.copy && message.from != message.to {
            let document = websdk::direct(websdk::Direct { copy: true, ..direct });
            conns(&message.from).for_each(|conn| self.tell(&conn, &document));
        }
        self.report_direct(&message, &written, None);
        Ok(delivered)
    }
}
