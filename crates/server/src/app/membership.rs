//! Who is in a room: members by their sessions, guests by their keys.

use super::{
    AppError, Application,
    room::Room,
    session::{Conn, Session},
    tokens::{PollClaims, Poller},
};
use crate::{
    config::Delivery,
    fanout::feed::{Entrance, Missed, Waiter},
};
use room::{AppId, Event, RoomId, RoomKey, Seq};
use std::{net::IpAddr, sync::Arc};
use store::MembershipChange;
use tim::websdk::Polled;
use wire::frame::Out;

/// How long a polling key is good, in seconds. It is renewed with the answers, so only an absent client meets the end.
const POLL_KEY_S: u64 = 86_400;

/// What a join gives.
pub struct Joined {
    /// The room.
    pub room: Arc<Room>,
    /// The place up to which nothing is for the joiner.
    pub since: Seq,
    /// Whether he was there before.
    pub already: bool,
    /// The key with which he polls, if he polls.
    pub poll_key: Option<String>,
}

/// Who polls.
#[derive(Clone, Copy)]
pub enum Asks<'a> {
    /// Somebody who shows a guest's key; whoever is logged in on his connection meanwhile counts once, as that.
    Guest(Option<&'a Session>),
    /// Somebody who is logged in.
    Member(&'a Session),
}

/// A poll as the client sent it.
pub struct Poll {
    /// The command, echoed in the answer.
    pub servcmd: String,
    /// The number, echoed in the answer.
    pub number: u64,
    /// The key.
    pub key: String,
    /// The place after which the client wants to read.
    pub after: Seq,
}

impl Application {
    /// A session enters a room. Entering again changes nothing and succeeds (decision 13, LR-M4).
    ///
    /// The caller answers the client first and then calls [`Application::attach`]: a client that is told of a room
    /// before it knows that it is in there asks back for each item.
    pub async fn join(&self, session: &Session, id: &str) -> Result<Joined, AppError> {
        let key = RoomKey {
            app: session.user.app,
            room: self.room_id(id)?,
        };
        let room = self.room(&key).await?;
        if self.is_banned(&room, &session.user.user) {
            return Err(AppError::Banned);
        }
        let repeat = session.since(&key.room).is_some();
        if !repeat {
            self.review_join(&room, session).await?;
            if self.tenant(key.app.0)?.one_room_per_user {
                self.leave_other_rooms(session, &key.room).await?;
            }
        }
        let head = room.feed.lock().head();
        if !session.enter(&key.room, head, self.config.limits.rooms_per_session_max) {
            return Err(AppError::TooManyRooms(self.config.limits.rooms_per_session_max));
        }
        let since = session.since(&key.room).unwrap_or(head);
        let first = room
            .presence
            .lock()
            .enter(&session.user.user, session.id(), self.clock.now());
        if !repeat {
            let (session, at) = (session.id(), self.clock.now());
            self.behind.membership(MembershipChange::Joined {
                session,
                room: key.clone(),
                since,
                at,
            });
        }
        if first {
            self.report_join(&room, session);
            self.tip(&room, Event::Joined(self.person(&session.user).await?))
                .await?;
        }
        let members_poll = self.tenant(key.app.0)?.delivery == Delivery::Poll;
        let poll_key = members_poll.then(|| self.poll_key(&key, Poller::Session(session.id()), since));
        Ok(Joined {
            room,
            since,
            already: repeat,
            poll_key,
        })
    }

    /// Come and go are told within their own budget; beyond it a summary says it.
    async fn tip(&self, room: &Room, event: Event) -> Result<(), AppError> {
        if self.config.rooms.join_tips
            && let Some(event) = room.tip(event, self.clock.now())
        {
            self.append(&room.key, event).await?;
        }
        Ok(())
    }

    /// Lets the session's connection hear a room that it is in, after what it may have missed. Where members poll there
    /// is nothing to do: their polls say where they are.
    pub async fn attach(&self, session: &Session, room: &RoomId) {
        let key = RoomKey {
            app: session.user.app,
            room: room.clone(),
        };
        if self
            .tenant(key.app.0)
            .is_ok_and(|tenant| tenant.delivery == Delivery::Poll)
        {
            return;
        }
        let (Some(conn), Some(since)) = (session.conn(), session.since(room)) else {
            return;
        };
        let missed = Missed {
            since,
            heard: session.heard_before(),
            replay_max: self.config.websdk.replay_max,
        };
        if let Ok(room) = self.room(&key).await {
            room.feed.lock().attach(&key, &conn, missed, &self.hub, self.framer);
            // It may have left, been put out, or ended, while it was attached.
            if session.since(&key.room).is_none() || session.conn().is_none_or(|now| now.id() != conn.id()) {
                self.hub.leave(&key, conn.id());
            }
        }
    }

    /// Lets a connection of our own protocol hear a room from now on, after an answer that is made of where it enters:
    /// nothing falls in between, and nothing comes twice. Where the answer is only a part of what was missed, it hears
    /// the room after the last one.
    pub async fn hear(
        &self,
        room: &Room,
        conn: &Conn,
        place: Option<wire::Place>,
        answer: impl FnOnce(Entrance) -> String,
    ) {
        // A room that is just being closed: the next join finds it opened anew.
        let admitted = self.ledger.head(&room.key).await.unwrap_or_default();
        let feed = room.feed.lock();
        let entrance = feed.enter(place, admitted, self.config.rooms.history_on_join);
        let more = entrance.more;
        self.tell_native(conn, &answer(entrance));
        if !more {
            self.hub.join(&room.key, &conn.outbox);
        }
    }

    /// Lets a connection hear a room no more.
    pub fn unhear_room(&self, room: &RoomKey, conn: &Conn) {
        self.hub.leave(room, conn.id());
    }

    /// A session leaves a room by its own wish; which of the account's other sessions leave too is the app's choice
    /// (FAQ-4).
    pub async fn leave(&self, session: &Session, id: &str) -> Result<(), AppError> {
        let key = RoomKey {
            app: session.user.app,
            room: self.room_id(id)?,
        };
        let room = self.room(&key).await?;
        if session.since(&key.room).is_none() {
            return Err(AppError::NotMember(key.room.to_string()));
        }
        if room.record().is_owner(&session.user.user) {
            return Err(AppError::OwnerMayNotLeave);
        }
        let policy = self.tenant(key.app.0)?.leave_policy;
        let mut last = self.take_out(&room, session);
        for other in self.sessions.of(&session.user) {
            let there = other.id() != session.id() && other.since(&key.room).is_some();
            if there && policy.takes_out(session.platform(), other.platform()) {
                last |= self.take_out(&room, &other);
                self.tell_out(&room.key, &other, &Out::Left);
            }
        }
        let user = &session.user.user;
        self.report_exit(&room, user, std::slice::from_ref(user), session.place(), false);
        if last {
            self.tip(&room, Event::Left(self.person(&session.user).await?)).await?;
        }
        Ok(())
    }

    /// Takes all sessions of a user out of the other rooms, where the app wants him in one at a time (LR-M8). The owner
    /// of one of them leaves it too: he did not ask to.
    async fn leave_other_rooms(&self, session: &Session, but: &RoomId) -> Result<(), AppError> {
        let user = &session.user.user;
        for other in self.sessions.of(&session.user) {
            for (id, _) in other.rooms().into_iter().filter(|(id, _)| id != but) {
                let key = RoomKey {
                    app: session.user.app,
                    room: id,
                };
                let room = self.room(&key).await?;
                let last = self.take_out(&room, &other);
                self.tell_out(&room.key, &other, &Out::Left);
                self.report_exit(&room, user, std::slice::from_ref(user), other.place(), false);
                if last {
                    self.tip(&room, Event::Left(self.person(&session.user).await?)).await?;
                }
            }
        }
        Ok(())
    }

    /// Tells a session that speaks our own protocol that it is not in a room any more.
    pub(super) fn tell_out(&self, room: &RoomKey, session: &Session, out: &Out<'_>) {
        if let Some(conn) = session.conn() {
            self.tell_native(&conn, &wire::frame::out(room.room.as_str(), out));
        }
    }

    /// Takes a session out of a room, wherever that is known. True when it was the user's last one there.
    pub(super) fn take_out(&self, room: &Room, session: &Session) -> bool {
        session.leave(&room.key.room);
        if let Some(conn) = session.conn() {
            self.hub.leave(&room.key, conn.id());
        }
        self.behind.membership(MembershipChange::Left {
            session: session.id(),
            room: room.key.clone(),
        });
        room.presence.lock().leave(&session.user.user, session.id())
    }

    /// Somebody without login wants to listen (LR-G1). No account, no tip, no record: a key is all there is.
    pub async fn join_as_guest(&self, app: AppId, id: &str, address: IpAddr, guest: u64) -> Result<Joined, AppError> {
        let most = self.config.limits.guest_joins_per_address_per_minute_max;
        if !self.guest_joins.take(address, most, self.clock.now()) {
            return Err(AppError::Busy);
        }
        let key = RoomKey {
            app,
            room: self.room_id(id)?,
        };
        let room = self.room(&key).await?;
        if !room.record().rules.guests {
            return Err(AppError::NoGuests);
        }
        room.presence.lock().guest_seen(guest, self.clock.now());
        let since = room.feed.lock().head();
        let poll_key = Some(self.poll_key(&key, Poller::Guest(guest), since));
        Ok(Joined {
            room,
            since,
            already: false,
            poll_key,
        })
    }

    /// A guest hears a room on a connection of his own from now on.
    pub fn hear_as_guest(&self, room: &Room, conn: &Arc<Conn>) {
        room.guests.lock().insert(conn.id(), conn.clone());
        if !room.record().rules.guests {
            // That was changed while he came.
            self.put_guests_out(room);
        }
    }

    /// A guest is heard from who hears a room on a connection of his own. False when he is not there any more.
    pub fn guest_is_there(&self, key: &RoomKey, guest: u64, conn: &Conn) -> bool {
        let Some(room) = self.rooms.standing(key) else {
            return false;
        };
        let there = room.guests.lock().contains_key(&conn.id());
        if there {
            room.presence.lock().guest_seen(guest, self.clock.now());
        }
        there
    }

    /// Guests may not be in a room any more: those who hear it on connections are told, and hear it no more.
    pub(super) fn put_guests_out(&self, room: &Room) {
        let out = wire::frame::out(room.key.room.as_str(), &Out::NoGuests);
        let guests = std::mem::take(&mut *room.guests.lock());
        for conn in guests.into_values() {
            self.hub.leave(&room.key, conn.id());
            self.tell_native(&conn, &out);
        }
    }

    /// A guest leaves a room that he hears on a connection.
    pub fn leave_as_guest(&self, key: &RoomKey, guest: u64, conn: &Conn) {
        self.hub.leave(key, conn.id());
        if let Some(room) = self.rooms.standing(key) {
            room.guests.lock().remove(&conn.id());
            room.presence.lock().guest_left(guest);
        }
    }

    fn poll_key(&self, key: &RoomKey, who: Poller, start: Seq) -> String {
        let expires_s = self.clock.now().secs() + POLL_KEY_S;
        self.tokens.poll(&PollClaims {
            app: key.app,
            room: key.room.clone(),
            who,
            start,
            expires_s,
        })
    }

    /// Answers a poll, now or when something happens. A guest's key is good for guests only, a member's for that member
    /// only (decision 9).
    pub async fn poll(&self, conn: &Arc<Conn>, asks: Asks<'_>, poll: Poll) -> Result<(), AppError> {
        let claims = self.tokens.open_poll(&poll.key).ok_or(AppError::BadKey)?;
        let now = self.clock.now();
        if claims.expires_s < now.secs() {
            return Err(AppError::BadKey);
        }
        let key = RoomKey {
            app: claims.app,
            room: claims.room.clone(),
        };
        match (claims.who, asks) {
            (Poller::Guest(_), Asks::Guest(_)) => {}
            (Poller::Session(id), Asks::Member(session)) if session.id() == id => {}
            _ => return Err(AppError::BadKey),
        }
        let room = match self.rooms.standing(&key) {
            // A dismissed room lingers for those who have not read the last notice.
            Some(room) => room,
            None => self.room(&key).await?,
        };
        // Only now: that a room is gone ends a member's polling, that he is not in it does not.
        if let Asks::Member(session) = asks
            && session.since(&key.room).is_none()
            && !room.ended()
        {
            return Err(AppError::NotMember(key.room.to_string()));
        }
        if let (Poller::Guest(guest), Asks::Guest(logged_in)) = (claims.who, asks)
            && !room.ended()
        {
            if !room.record().rules.guests {
                room.presence.lock().guest_left(guest);
                return Err(AppError::NoGuests);
            }
            let counts_as_member = logged_in.is_some_and(|session| session.since(&key.room).is_some());
            let mut presence = room.presence.lock();
            if counts_as_member {
                presence.guest_left(guest);
            } else {
                presence.guest_seen(guest, now);
            }
        }
        let half = claims.expires_s.saturating_sub(POLL_KEY_S / 2) < now.secs();
        let renewed = if half {
            self.poll_key(&key, claims.who, claims.start)
        } else {
            poll.key
        };
        let until = now.plus(self.config.websdk.poll_hold_ms);
        let hold = conn
            .hold_poll(self.config.limits.polls_per_connection_max)
            .ok_or(AppError::Busy)?;
        let waiter = Waiter {
            hold,
            servcmd: poll.servcmd,
            number: poll.number,
            key: renewed,
            // A client's cursor of 0 means "from the start of my key".
            after: poll.after.max(claims.start),
            until,
        };
        let due = room.feed.lock().poll(waiter);
        due.answer(self.framer).await;
        Ok(())
    }

    /// A room that a poller asks for is gone, and nothing is left of it: he is told so in the form that ends his
    /// polling, since an error would make him ask for ever (web-sdk-wire.md 5.3).
    pub fn farewell(&self, poll_key: &str, after: Seq) -> Option<(Seq, Polled)> {
        let claims = self.tokens.open_poll(poll_key)?;
        // A client may name any place, also the last one that can be counted to.
        let seq = Seq(after.max(claims.start).0.saturating_add(1));
        let by = room::UserId::new("administrator").ok()?;
        let entry = room::Entry {
            epoch: room::Epoch(0),
            seq,
            at: self.clock.now(),
            event: Event::Dismissed { by },
        };
        let view = tim::item::RoomView {
            id: claims.room.as_str(),
            name: "",
            online: 0,
            online_ttl_s: 0,
        };
        Some((seq, Polled::of([tim::item::encode(&entry, view)].iter())))
    }

    /// Whether the session is in the room.
    pub fn is_member(&self, session: &Session, key: &RoomKey) -> Result<(), AppError> {
        if session.since(&key.room).is_some() {
            Ok(())
        } else {
            Err(AppError::NotMember(key.room.to_string()))
        }
    }
}
