//! Sessions begin, come back, and end.

use super::{
    AppError, Application,
    report_users::Turn,
    session::{Conn, Session, SessionOver},
    tokens::{SessionClaims, key_mark},
};
use crate::config::App;
use hub::{Class, CloseReason};
use room::{Platform, SessionId, UserKey};
use std::{collections::HashMap, net::IpAddr, sync::Arc};
use store::{Account, MembershipChange};
use tim::{
    usersig::Ticket,
    websdk::{self, Kick},
};
use wire::frame::{self, Ended};

/// How a session ends, and what its connection is told.
enum End {
    /// A newer login takes its place; the backend hears of it with that one.
    Displaced(Option<Kick>),
    /// By its own wish, or the backend's.
    Over(Option<Kick>),
}

/// A user who proved who he is.
pub struct Proven {
    /// Who.
    pub user: UserKey,
    /// What he proved it with.
    ticket: Ticket,
    /// Which key signed it.
    key_mark: u32,
}

impl Application {
    /// Checks a ticket: that it holds, and that it is newer than the account's last kick.
    pub async fn authenticate(
        &self,
        tenant: &App,
        identifier: &str,
        ticket: &str,
        address: IpAddr,
    ) -> Result<Proven, AppError> {
        // A name that cannot be one is judged after the ticket: an empty ticket is the plainer mistake.
        let user = self.new_user_id(identifier);
        let failures = (address, user.as_ref().ok().cloned());
        let now = self.clock.now();
        if self.failed_logins.count(&failures, now) >= self.config.limits.failed_logins_per_minute_max {
            return Err(AppError::TooManyAttempts);
        }
        let checked = self.tickets.check(tenant, identifier, ticket, now.secs());
        let good = checked.inspect_err(|_| self.failed_logins.add(failures, now))?;
        let user = UserKey {
            app: tenant.id,
            user: user?,
        };
        let not_before_s = self.account(&user).await?.map_or(0, |account| account.not_before_s);
        if not_before_s > 0 && good.ticket.time <= not_before_s {
            return Err(AppError::TicketRevoked);
        }
        let key_mark = good.key(tenant).map_or(0, key_mark);
        Ok(Proven {
            user,
            ticket: good.ticket.clone(),
            key_mark,
        })
    }

    /// The account of somebody who logs in; made at the first login, as the vendor does.
    async fn account_at_login(&self, key: &UserKey) -> Result<Arc<Account>, AppError> {
        if let Some(account) = self.account(key).await? {
            return Ok(account);
        }
        let made = self
            .import(key.app, vec![(key.user.clone(), Default::default())])
            .await?;
        made.into_iter()
            .next()
            .ok_or_else(|| AppError::NoAccount(key.user.to_string()))
    }

    /// Begins a session on a connection. Older logins of the user on the same platform end (decision 18).
    pub async fn login(
        &self,
        tenant: &App,
        identifier: &str,
        ticket: &str,
        conn: &Arc<Conn>,
        platform: Platform,
    ) -> Result<(Arc<Session>, String), AppError> {
        let proven = self.authenticate(tenant, identifier, ticket, conn.address).await?;
        let account = self.account_at_login(&proven.user).await?;
        // Later than every login that stands, also within one millisecond: the newest one is to stay.
        let standing = self.sessions.of(&proven.user);
        let newest_ms = standing.iter().map(|session| session.claims.login_ms).max();
        let login_ms = newest_ms.map_or(0, |ms| ms + 1).max(self.clock.now().0);
        let claims = SessionClaims {
            app: tenant.id,
            user: proven.user.user.clone(),
            number: account.number,
            session: SessionId(getrandom::u64().unwrap_or_default()),
            login_ms,
            ticket_s: proven.ticket.time,
            expires_s: proven.ticket.expires_at(),
            key_mark: proven.key_mark,
            platform: platform.number(),
        };
        let a2 = self.tokens.session(&claims);
        let session = Arc::new(Session::new(claims, conn.clone(), HashMap::new()));
        self.sessions.insert(session.clone()).map_err(|_| AppError::Busy)?;
        self.newcomers.session(&session);
        let displaced = self.end_older(&session).await?;
        self.report_state(&session, Some(conn), Turn::Login, &displaced);
        Ok((session, a2))
    }

    /// Brings a session back on a connection, by the key of its login. The caller answers the client and then attaches
    /// the session's rooms ([`Application::attach_rooms`]).
    pub async fn resume(&self, a2: &str, conn: &Arc<Conn>) -> Result<Arc<Session>, AppError> {
        let claims = self.tokens.open_session(a2).ok_or(AppError::SessionOver)?;
        self.check_claims(&claims).await?;
        let standing = self.sessions.get(claims.session);
        let was_lost = standing.as_ref().is_none_or(|session| session.conn().is_none());
        let session = match standing {
            Some(session) => session,
            None => self.restore(claims, conn).await?,
        };
        if let Some(old) = session.attach(conn).map_err(|SessionOver| AppError::SessionOver)? {
            self.unhear(&session, &old);
            old.outbox.close(CloseReason::Replaced);
        }
        session.note_return();
        let displaced = self.end_older(&session).await?;
        if was_lost {
            self.report_state(&session, Some(conn), Turn::Login, &displaced);
        }
        // A newer login of the user may have ended this one just now.
        if session.conn().is_none() {
            Err(AppError::SessionOver)
        } else {
            Ok(session)
        }
    }

    async fn check_claims(&self, claims: &SessionClaims) -> Result<(), AppError> {
        let tenant = self.tenant(claims.app.0).map_err(|_| AppError::SessionOver)?;
        let expired = claims.expires_s < self.clock.now().secs();
        let key_stands = tenant.keys.iter().any(|key| key_mark(key.reveal()) == claims.key_mark);
        let user = UserKey {
            app: claims.app,
            user: claims.user.clone(),
        };
        let account = self.account(&user).await?.ok_or(AppError::SessionOver)?;
        let kicked = account.not_before_s > 0 && claims.ticket_s <= account.not_before_s;
        let over = expired || !key_stands || kicked || account.number != claims.number;
        if over || self.store.is_revoked(claims.app, claims.session).await? {
            return Err(AppError::SessionOver);
        }
        Ok(())
    }

    /// A session that this process does not know: from before a restart, or silent for long.
    async fn restore(&self, claims: SessionClaims, conn: &Arc<Conn>) -> Result<Arc<Session>, AppError> {
        let rooms = self.store.memberships(claims.session).await?;
        let rooms = rooms.into_iter().map(|(key, since)| (key.room, since)).collect();
        let session = Arc::new(Session::new(claims, conn.clone(), rooms));
        match self.sessions.insert(session.clone()) {
            Ok(()) => self.newcomers.session(&session),
            Err(standing) => return Ok(standing),
        }
        for (room, _) in session.rooms() {
            let key = room::RoomKey {
                app: session.user.app,
                room,
            };
            match self.room(&key).await {
                Ok(room) if !self.is_banned(&room, &session.user.user) => {
                    // He was silent for so long that he was given up, or the server was away.
                    if room
                        .presence
                        .lock()
                        .enter(&session.user.user, session.id(), self.clock.now())
                    {
                        self.report_presence(&room, &session.user.user, true);
                    }
                }
                // It was dismissed meanwhile, or the user was banned; the client is told when it asks.
                _ => {
                    session.leave(&key.room);
                }
            }
        }
        Ok(session)
    }

    /// Lets the session's present connection hear its rooms, after what it may have missed.
    pub async fn attach_rooms(&self, session: &Session) {
        for (room, _) in session.rooms() {
            self.attach(session, &room).await;
        }
    }

    /// Ends the logins that are too many on the session's platform; answers where they were.
    async fn end_older(&self, session: &Session) -> Result<Vec<Platform>, AppError> {
        let newest = match session.platform() {
            Platform::Web => self.config.sessions.web_per_user_max,
            _ => self.config.sessions.device_per_user_max,
        };
        let mut displaced = Vec::new();
        for older in self.sessions.beyond(&session.user, session.claims.platform, newest) {
            let same_conn = older.id() != session.id()
                && older
                    .conn()
                    .zip(session.conn())
                    .is_some_and(|(theirs, ours)| theirs.id() == ours.id());
            // A page that logs in twice over one socket is not kicked by itself.
            let why = End::Displaced((!same_conn).then_some(Kick::OtherLogin));
            self.end_session(&older, why).await?;
            displaced.push(older.platform());
        }
        Ok(displaced)
    }

    /// Ends a session by its own wish.
    pub async fn logout(&self, session: &Session) -> Result<(), AppError> {
        self.end_session(session, End::Over(None)).await
    }

    /// Ends all sessions of a user and refuses his old tickets (REST `kick`).
    pub async fn kick(&self, key: &UserKey) -> Result<(), AppError> {
        if !self.store.set_not_before(key.clone(), self.clock.now().secs()).await? {
            return Err(AppError::NoAccount(key.user.to_string()));
        }
        self.accounts.invalidate(key).await;
        self.end_sessions_of(key, Some(Kick::Backend)).await
    }

    pub(super) async fn end_sessions_of(&self, key: &UserKey, why: Option<Kick>) -> Result<(), AppError> {
        for session in self.sessions.of(key) {
            self.end_session(&session, End::Over(why)).await?;
        }
        Ok(())
    }

    /// Ends a session for ever; its key is refused before anybody hears of it.
    async fn end_session(&self, session: &Session, end: End) -> Result<(), AppError> {
        let until = room::Millis::from_secs(session.claims.expires_s);
        self.store.revoke_session(session.user.app, session.id(), until).await?;
        let (End::Displaced(why) | End::Over(why)) = end;
        let farewell = |conn: &Conn| match why {
            Some(why) if conn.dialect().is_native() => {
                self.tell_native(conn, &frame::session_ended(ended(why)));
                conn.outbox.close(CloseReason::SessionOver);
            }
            Some(why) => {
                self.tell(conn, &websdk::kick(why));
                conn.note_end(self.clock.now());
            }
            None => {}
        };
        let Some((conn, rooms)) = session.end(farewell) else {
            return Ok(());
        };
        self.sessions.remove(session);
        self.forget_status(session);
        self.behind
            .membership(MembershipChange::Ended { session: session.id() });
        for room in rooms {
            let key = room::RoomKey {
                app: session.user.app,
                room,
            };
            if let Some(room) = self.rooms.standing(&key) {
                room.presence.lock().leave(&session.user.user, session.id());
            }
            if let Some(conn) = &conn {
                self.hub.leave(&key, conn.id());
            }
        }
        if matches!(end, End::Over(_)) {
            self.report_state(session, conn.as_deref(), Turn::Logout, &[]);
        }
        Ok(())
    }

    /// A session's connection is gone: it hears nothing, but is still in its rooms.
    pub fn detach(&self, session: &Session, conn: &Conn) {
        self.unhear(session, conn);
        if session.detach(conn.id()) {
            self.report_state(session, Some(conn), Turn::of_close(conn.outbox.closed()), &[]);
        }
    }

    fn unhear(&self, session: &Session, conn: &Conn) {
        for (room, _) in session.rooms() {
            self.hub.leave(
                &room::RoomKey {
                    app: session.user.app,
                    room,
                },
                conn.id(),
            );
        }
    }

    /// Sends one document to the connections of a user's sessions, but of the one that is left out.
    pub(super) fn tell_user(&self, user: &UserKey, but: Option<SessionId>, document: &str) {
        let sessions = self.sessions.of(user).into_iter();
        let others = sessions.filter(|session| Some(session.id()) != but);
        others
            .filter_map(|session| session.conn())
            .for_each(|conn| self.tell(&conn, document));
    }

    /// Sends one document in the vendor's shape to one connection. Who speaks our own protocol is told nothing: what it
    /// has no words for stays with the official SDKs.
    pub fn tell(&self, conn: &Conn, document: &str) {
        let dialect = conn.dialect();
        if !dialect.is_native() {
            conn.outbox.send(&self.framer.frame(dialect, document), Class::Reply);
        }
    }

    /// Sends one document of our own protocol to one connection that speaks it.
    pub fn tell_native(&self, conn: &Conn, document: &str) {
        let dialect = conn.dialect();
        if dialect.is_native() {
            conn.outbox.send(&self.framer.plain(dialect, document), Class::Reply);
        }
    }
}

fn ended(why: Kick) -> Ended {
    match why {
        Kick::OtherLogin | Kick::OtherDevice => Ended::OtherLogin,
        Kick::Backend => Ended::Kicked,
    }
}
