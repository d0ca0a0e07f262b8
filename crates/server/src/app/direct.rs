//! Messages from user to user (decision 24; FAQ-4c). One that is to be kept is on disk before its sender hears of it,
//! and waits until the receiver's client has it, or knows of it: pushed and acknowledged, or counted as unread at its
//! login.

use super::{
    AppError, Application,
    manage::Actor,
    report_users::Written,
    send::Place,
    session::{Conn, Session},
};
use room::{
    AppId, Content, DirectMessage, Millis, Person, Profile, UserId, UserKey,
    direct::{DirectName, LIFE_S_MAX, RECALL_MS},
};
use std::sync::Arc;
use store::{DirectPage, KeptDirect, NewDirect, Newest, Stored, Unread, Withdrawal};
use tim::direct;

/// How many waiting messages one push, or one page, carries.
const PAGE_MAX: usize = 100;
/// And of how many bytes, so that an answer stays far below a megabyte and a push below what may wait for a connection.
const PAGE_BYTES_MAX: usize = 262_144;
/// How many conversations a list has.
const CONTACTS_MAX: usize = 100;

/// A message to one user, as a door decoded it.
#[derive(Clone)]
pub struct Direct {
    /// In whose name.
    pub from: UserKey,
    /// To whom.
    pub to: UserKey,
    /// The session that sends it; none for the backend.
    pub session: Option<Arc<Session>>,
    /// What it says.
    pub body: DirectBody,
    /// Whether the sender's terminals get a copy.
    pub copy: bool,
    /// Where the caller is.
    pub place: Place,
    /// Whether the backend does not want to be asked about it.
    pub unasked: bool,
    /// Whether the backend does not want to be told of it.
    pub untold: bool,
}

/// What a message to users says, and for how long it waits for them.
#[derive(Clone, Debug)]
pub struct DirectBody {
    /// The sender's running number.
    pub seq: u32,
    /// The sender's random number.
    pub random: u32,
    /// When the sender's device made it, in seconds; 0 when unknown.
    pub client_time: u64,
    /// What it carries.
    pub content: Content,
    /// For how long it waits for a receiver who is away, in seconds; 0 for those terminals only that are there now.
    pub life_s: u64,
}

/// What the sender of a message to one user is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// When it was sent, in seconds.
    pub time_s: u64,
    /// Its name.
    pub key: String,
}

impl Delivered {
    fn of(name: DirectName) -> Self {
        Self {
            time_s: name.at_s,
            key: direct::key(name),
        }
    }
}

/// A part of what two users wrote to each other.
pub struct Conversation {
    /// The messages, oldest first.
    pub messages: Vec<KeptDirect>,
    /// Whether there is nothing before them.
    pub complete: bool,
    /// Up to which second the other one has read.
    pub read_until_s: u64,
}

/// A conversation in the list of a user's.
pub struct Contact {
    /// With whom.
    pub peer: UserId,
    /// How he looks.
    pub profile: Profile,
    /// The newest message, and how far he has read.
    pub newest: Newest,
}

impl DirectBody {
    fn message(&self, from: Person, to: &UserId, at: Millis) -> DirectMessage {
        DirectMessage {
            from,
            to: to.clone(),
            seq: self.seq,
            random: self.random,
            client_time: self.client_time,
            at,
            content: self.content.clone(),
        }
    }

    fn keep_until(&self, at: Millis) -> Millis {
        at.plus(self.life_s.min(LIFE_S_MAX) * 1000)
    }
}

/// The end of a receipt behind which more may follow.
const MORE: char = '+';

/// What a client shows when it has messages: the first and the last id.
fn receipt(first: u64, last: u64) -> String {
    format!("{first}-{last}")
}

/// How many messages, from the first, go together into one answer or push; at least one.
fn fitting(messages: &[KeptDirect]) -> usize {
    let mut bytes = 0;
    let fit = messages.iter().take_while(|kept| {
        bytes += kept.message.content.size_bytes();
        bytes <= PAGE_BYTES_MAX
    });
    fit.count().max(1).min(messages.len().max(1))
}

impl Application {
    /// Checks what holds for every message to users, and reads its sender.
    async fn direct_sender(&self, from: &UserKey, body: &DirectBody) -> Result<Person, AppError> {
        let bytes = body.content.size_bytes();
        if bytes > Content::BYTES_MAX {
            return Err(AppError::TooLong { bytes });
        }
        let person = self.person(from).await?;
        let admins = &self.tenant(from.app.0)?.admins;
        if !admins.contains(&from.user) && self.silence_of(from).await?.c2c_s > 0 {
            return Err(AppError::SilencedToUsers);
        }
        Ok(person)
    }

    /// A user writes a bounded number of messages per minute (decision 31).
    fn count_direct(&self, sender: &UserKey) -> Result<(), AppError> {
        let most = self.config.limits.directs_per_user_per_minute_max;
        let free = self.directs_sent.take(sender.clone(), most, self.clock.now());
        free.then_some(()).ok_or(AppError::Busy)
    }

    /// Sends a message to one user. Membership and mutes of rooms do not matter; a silenced sender is refused (LR-X4),
    /// but for the app's administrators.
    pub async fn send_direct(&self, direct: Direct) -> Result<Delivered, AppError> {
        let from = self.direct_sender(&direct.from, &direct.body).await?;
        self.need_account(&direct.to).await?;
        let (app, now) = (direct.from.app, self.clock.now());
        let message = direct.body.message(from.clone(), &direct.to.user, now);
        let kept = direct.body.life_s > 0;
        if kept && let Some(first) = self.store.repeated_direct(app, message.clone()).await? {
            return Ok(Delivered::of(first.name()));
        }
        if direct.session.is_some() {
            self.count_direct(&direct.from)?;
        }
        let written = Written::of(message.name());
        let Some(direct) = self.review_direct(direct, &written).await? else {
            return Ok(Delivered::of(message.name()));
        };
        let message = direct.body.message(from, &direct.to.user, now);
        let mut id = None;
        if kept {
            let keep_until = direct.body.keep_until(now);
            let new = NewDirect {
                message: message.clone(),
                keep_until,
            };
            match self.store.put_directs(app, vec![new]).await?.pop() {
                Some(Stored::Repeat(first)) => return Ok(Delivered::of(first.name())),
                Some(Stored::New(kept)) => id = Some(kept),
                None => {}
            }
        }
        self.push_direct(&message, id, &direct);
        self.report_direct(&direct, &written).await;
        Ok(Delivered::of(message.name()))
    }

    /// Sends the same message of the backend to many users; the backend is neither asked nor told (rest-api.md 5.2). Who
    /// does not exist is answered; when nobody does, nothing is sent.
    pub async fn send_directs(
        &self,
        from: &UserKey,
        to: &[UserId],
        body: &DirectBody,
        copy: bool,
    ) -> Result<(Delivered, Vec<UserId>), AppError> {
        let person = self.direct_sender(from, body).await?;
        let (app, now) = (from.app, self.clock.now());
        let (mut messages, mut unknown) = (Vec::new(), Vec::new());
        for user in to {
            let key = UserKey {
                app,
                user: user.clone(),
            };
            match self.account(&key).await? {
                Some(_) => messages.push(body.message(person.clone(), user, now)),
                None => unknown.push(user.clone()),
            }
        }
        let mut ids = vec![None; messages.len()];
        if body.life_s > 0 {
            let keep_until = body.keep_until(now);
            let new = messages
                .iter()
                .cloned()
                .map(|message| NewDirect { message, keep_until });
            let stored = self.store.put_directs(app, new.collect()).await?;
            ids = stored.into_iter().map(Some).collect();
        }
        for (message, stored) in messages.iter().zip(ids) {
            let id = match stored {
                Some(Stored::Repeat(_)) => continue,
                Some(Stored::New(id)) => Some(id),
                None => None,
            };
            let direct = Direct {
                from: from.clone(),
                to: UserKey {
                    app,
                    user: message.to.clone(),
                },
                session: None,
                body: body.clone(),
                copy,
                place: Place::default(),
                unasked: true,
                untold: true,
            };
            self.push_direct(message, id, &direct);
        }
        let name = DirectName {
            seq: body.seq,
            random: body.random,
            at_s: now.secs(),
        };
        Ok((Delivered::of(name), unknown))
    }

    /// Tells the terminals that are there: the receiver's, and the sender's other ones.
    fn push_direct(&self, message: &DirectMessage, id: Option<u64>, direct: &Direct) {
        let own = direct.session.as_ref().map(|session| session.id());
        let receipt = id.map(|id| receipt(id, id));
        self.tell_user(&direct.to, own, &direct::push([message], receipt.as_deref()));
        if direct.copy && direct.from != direct.to {
            self.tell_user(&direct.from, own, &direct::push_copy(message));
        }
    }

    /// What a user has not read, of each sender. Whoever hears that reads it from the conversation, so nothing of it
    /// waits any more to be pushed.
    pub async fn unread_directs(&self, session: &Session) -> Result<Vec<Unread>, AppError> {
        let user = &session.user;
        let unread = self
            .store
            .unread_by_peer(user.clone(), self.clock.now(), CONTACTS_MAX)
            .await?;
        if let Some(newest) = unread.iter().map(|one| one.newest).max() {
            self.store.delivered_directs(user.clone(), 0, newest).await?;
        }
        Ok(unread)
    }

    /// With whom a user wrote lately: the newest message of each conversation, newest first, how the other one looks,
    /// and up to which second he has read.
    pub async fn conversations(&self, user: &UserKey) -> Result<Vec<Contact>, AppError> {
        let newest = self.store.newest_by_peer(user.clone(), CONTACTS_MAX).await?;
        let mut contacts = Vec::with_capacity(newest.len());
        for newest in newest {
            let message = &newest.kept.message;
            let peer = UserKey {
                app: user.app,
                user: if message.from.user == user.user {
                    message.to.clone()
                } else {
                    message.from.user.clone()
                },
            };
            // The account may be gone meanwhile.
            if let Some(account) = self.account(&peer).await? {
                contacts.push(Contact {
                    profile: account.profile.clone(),
                    peer: peer.user,
                    newest,
                });
            }
        }
        Ok(contacts)
    }

    /// A session that came back on a new connection is sent again what it did not say that it has: a page, and the next
    /// one when it has that.
    pub async fn push_waiting(&self, session: &Session, conn: &Conn, after: u64) -> Result<(), AppError> {
        let now = self.clock.now();
        let waiting = self.store.waiting_directs(session.user.clone(), after, now, PAGE_MAX);
        let mut page = waiting.await?;
        page.truncate(fitting(&page));
        if let (Some(first), Some(last)) = (page.first(), page.last()) {
            let receipt = format!("{}{MORE}", receipt(first.id, last.id));
            let messages = page.iter().map(|kept| &kept.message);
            self.tell(conn, &direct::push(messages, Some(&receipt)));
        }
        Ok(())
    }

    /// The client has what it was pushed with this receipt. One that is none is nobody's loss.
    pub async fn direct_received(&self, session: &Session, receipt: &str) -> Result<(), AppError> {
        let (ids, more) = match receipt.strip_suffix(MORE) {
            Some(ids) => (ids, true),
            None => (receipt, false),
        };
        let ids = ids.split_once('-').map(|(first, last)| (first.parse(), last.parse()));
        if let Some((Ok(first), Ok(last))) = ids {
            self.store.delivered_directs(session.user.clone(), first, last).await?;
            if let Some(conn) = session.conn().filter(|_| more) {
                self.push_waiting(session, &conn, last).await?;
            }
        }
        Ok(())
    }

    /// What two users wrote to each other, from the newest of a page backwards, at most `most`; `reader` is the one
    /// whose reading of the other's messages is told.
    pub async fn conversation(
        &self,
        one: &UserKey,
        other: &UserId,
        page: DirectPage,
    ) -> Result<Conversation, AppError> {
        let app = one.app;
        let asked = DirectPage {
            // One more tells whether this is all.
            most: page.most + 1,
            ..page
        };
        let between = self.store.directs_between(app, one.user.clone(), other.clone(), asked);
        let mut messages = between.await?;
        let fit = fitting(&messages).min(page.most);
        let complete = messages.len() <= fit;
        messages.truncate(fit);
        messages.reverse();
        let read = self.store.directs_read_until(app, other.clone(), one.user.clone());
        Ok(Conversation {
            messages,
            complete,
            read_until_s: read.await?,
        })
    }

    /// Takes a message back: its sender for two minutes, the backend always.
    pub async fn withdraw_direct(
        &self,
        by: &Actor,
        app: AppId,
        pair: (&UserId, &UserId),
        name: DirectName,
    ) -> Result<(), AppError> {
        let since = match by {
            Actor::Backend(..) => Millis(0),
            Actor::User(..) => Millis(self.clock.now().0.saturating_sub(RECALL_MS)),
        };
        let (from, to) = pair;
        let withdrawn = self.store.withdraw_direct(app, from.clone(), to.clone(), name, since);
        let message = match withdrawn.await? {
            Withdrawal::Done(message) => message,
            Withdrawal::Repeated => return Err(AppError::DirectGone),
            Withdrawal::TooLate => return Err(AppError::DirectTooLate),
            Withdrawal::Unknown => return Err(AppError::NoDirect),
        };
        let document = direct::withdrawn(&message, by.user().as_str());
        for user in [from, to] {
            let user = user.clone();
            self.tell_user(&UserKey { app, user }, None, &document);
        }
        self.report_withdrawn(app, &message, by).await;
        Ok(())
    }

    /// A user has read what another one wrote to him up to a second; both are told, if that is news.
    pub async fn read_directs(&self, session: &Session, peer: &UserId, until_s: u64) -> Result<(), AppError> {
        let reader = &session.user;
        // Nobody reads what is not written yet.
        let until_s = until_s.min(self.clock.now().secs());
        let read = self
            .store
            .read_directs(reader.app, reader.user.clone(), peer.clone(), until_s);
        if !read.await? {
            return Ok(());
        }
        let theirs = UserKey {
            app: reader.app,
            user: peer.clone(),
        };
        self.tell_user(&theirs, None, &direct::read_by_peer(reader.user.as_str(), until_s));
        let document = direct::read_by_self(peer.as_str(), until_s);
        self.tell_user(reader, Some(session.id()), &document);
        self.report_read(session, peer, until_s).await;
        Ok(())
    }

    /// Up to which second each of these users has read what `one` wrote to him.
    pub async fn read_times(&self, one: &UserKey, others: &[UserId]) -> Result<Vec<u64>, AppError> {
        let mut times = Vec::with_capacity(others.len());
        for other in others {
            let read = self.store.directs_read_until(one.app, other.clone(), one.user.clone());
            times.push(read.await?);
        }
        Ok(times)
    }
}
