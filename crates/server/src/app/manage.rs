//! Rooms are made, changed, looked at, and dismissed.

use super::{AppError, Application, room::no_room, send::Place, session::Session};
use room::{
    AppId, Event, RoomId, RoomKey, RoomRecord, Seq, UserId, UserKey, event::ProfileChange, presence::Count,
    record::FieldError,
};
use std::{collections::BTreeMap, net::IpAddr, sync::Arc};
use store::{Change, Creation, RoomPage};

/// The join option of a room whose creator states none; joining is free whatever it says (LR-M3).
const FREE: &str = "FreeAccess";

/// Who asks for a change of a room.
#[derive(Clone, Debug)]
pub enum Actor {
    /// The app's backend, in the name of an administrator: may do everything.
    Backend(UserId, Place),
    /// A user, by his own login.
    User(UserId, Place),
}

impl Actor {
    /// A backend that calls from this address.
    pub fn backend(admin: UserId, address: Option<IpAddr>) -> Self {
        let platform = None;
        Self::Backend(admin, Place { address, platform })
    }

    /// The user of a session.
    pub fn of(session: &Session) -> Self {
        Self::User(session.user.user.clone(), session.place())
    }

    /// Who it is.
    pub fn user(&self) -> &UserId {
        match self {
            Self::Backend(user, _) | Self::User(user, _) => user,
        }
    }

    /// Where he acts, as webhooks tell it.
    pub(super) fn place(&self) -> Place {
        match self {
            Self::Backend(_, place) | Self::User(_, place) => *place,
        }
    }
}

/// A room that is to be made.
#[derive(Clone, Debug, Default)]
pub struct NewRoom {
    /// The id that the caller chose; the server gives one if there is none.
    pub id: Option<String>,
    /// Its owner.
    pub owner: Option<UserId>,
    /// Its profile.
    pub profile: ProfileChange,
}

/// A room as it is seen from outside.
pub struct RoomInfo {
    /// Its settings.
    pub record: Arc<RoomRecord>,
    /// How many are there.
    pub count: Count,
    /// The number of its next entry.
    pub next_seq: Seq,
}

impl Application {
    /// Checks a room id that comes from outside.
    pub fn room_id(&self, text: &str) -> Result<RoomId, AppError> {
        RoomId::new(text).map_err(|cause| AppError::BadRoom {
            id: text.to_owned(),
            cause,
        })
    }

    /// Makes a room. Its owner is not in it before he joins (LR-M1).
    pub async fn create_room(&self, app: AppId, by: &Actor, new: NewRoom) -> Result<RoomId, AppError> {
        let id = match &new.id {
            Some(id) => RoomId::chosen(id).map_err(|cause| AppError::BadRoom { id: id.clone(), cause })?,
            None => RoomId::assigned(getrandom::u64().unwrap_or_default()),
        };
        if let Some(owner) = &new.owner {
            self.need_account(&UserKey {
                app,
                user: owner.clone(),
            })
            .await?;
        }
        // A name is required, also where nothing else is given.
        let profile = ProfileChange {
            name: Some(new.profile.name.clone().unwrap_or_default()),
            ..new.profile
        };
        profile.check()?;
        self.check_fields(app, &profile)?;
        let now = self.clock.now();
        let key = RoomKey { app, room: id.clone() };
        let mut record = RoomRecord {
            key: key.clone(),
            owner: new.owner,
            name: String::new(),
            introduction: String::new(),
            notification: String::new(),
            avatar: String::new(),
            mute_all: false,
            join_option: FREE.to_owned(),
            custom: BTreeMap::new(),
            admins: Default::default(),
            rules: Default::default(),
            created: now,
            changed: now,
            version: 0,
        };
        record.apply(&profile, now)?;
        if let Actor::User(user, _) = by {
            let user = user.clone();
            let (owned, max) = (
                self.store.rooms_owned(UserKey { app, user }).await?,
                self.config.limits.rooms_per_user_max,
            );
            if owned >= max {
                return Err(AppError::TooManyOwned(max));
            }
        }
        let most = self.config.limits.new_rooms_per_day_max;
        if self.new_rooms.count(&app, now) >= most {
            return Err(AppError::TooManyNewRooms(most));
        }
        self.review_room(app, by, record.owner.as_ref(), &record.name).await?;
        self.clear_ended(&key).await?;
        match self.store.create_room(record.clone()).await? {
            Creation::Created => {
                self.new_rooms.add(app, now);
                self.report_room(by, &record);
                Ok(id)
            }
            Creation::Taken(standing) => Err(AppError::RoomTaken {
                id: id.to_string(),
                by_caller: standing.is_owner(by.user()),
            }),
        }
    }

    /// Whether the app's rooms have all these custom fields (LR-A5).
    fn check_fields(&self, app: AppId, change: &ProfileChange) -> Result<(), AppError> {
        let known = &self.tenant(app.0)?.room_fields;
        let unknown = change
            .custom
            .keys()
            .find(|key| !known.is_empty() && !known.contains(key));
        unknown.map_or(Ok(()), |key| Err(FieldError::UnknownKey(key.clone()).into()))
    }

    /// Reads a room.
    pub async fn room_info(&self, key: &RoomKey) -> Result<RoomInfo, AppError> {
        match self.rooms.standing(key) {
            Some(room) if !room.ended() => Ok(RoomInfo {
                record: room.record(),
                count: room.count(),
                next_seq: self.next_seq(key).await?,
            }),
            Some(_) => Err(no_room(key)),
            None => {
                let record = self.store.room(key.clone()).await?.ok_or_else(|| no_room(key))?;
                Ok(RoomInfo {
                    record: Arc::new(record),
                    count: Count::default(),
                    next_seq: self.next_seq(key).await?,
                })
            }
        }
    }

    /// The number of a room's next entry: the ledger knows it while the room is open, else the store.
    async fn next_seq(&self, key: &RoomKey) -> Result<Seq, AppError> {
        match self.ledger.head(key).await {
            Ok(head) => Ok(head.next()),
            Err(_) => Ok(self.store.next_number(key.clone()).await?),
        }
    }

    /// How many are in a room.
    pub async fn online_count(&self, key: &RoomKey) -> Result<usize, AppError> {
        Ok(self.online(self.room_info(key).await?.count))
    }

    /// Changes a room's profile; members are told (LR-A6).
    pub async fn change_room(&self, key: &RoomKey, by: &Actor, change: ProfileChange) -> Result<(), AppError> {
        change.check()?;
        self.check_fields(key.app, &change)?;
        let info = self.room_info(key).await?;
        if matches!(by, Actor::User(user, _) if !info.record.may_edit(user)) {
            return Err(AppError::NotModerator);
        }
        if change.is_empty() {
            return Ok(());
        }
        let record = match self
            .store
            .change_room(key.clone(), change.clone(), self.clock.now())
            .await?
        {
            Change::Changed(record) => *record,
            Change::NoRoom => return Err(no_room(key)),
            Change::Refused(error) => return Err(error.into()),
        };
        self.report_change(key, by, &change);
        // A room that is not alive here needs no tip, and is not woken for it. One that is just being opened may have
        // read the old settings: it is waited for.
        if !self.rooms.is_known(key) {
            return Ok(());
        }
        let room = self.room(key).await?;
        room.set_record(record);
        if change.mute_all.is_some() {
            self.tell_rules(&room);
        }
        let change = change.announced();
        if !change.is_empty() {
            let by = self
                .person(&UserKey {
                    app: key.app,
                    user: by.user().clone(),
                })
                .await?;
            self.append(key, Event::Profile { by, change }).await?;
        }
        Ok(())
    }

    /// Ends a room for everybody.
    pub async fn dismiss_room(&self, key: &RoomKey, by: &Actor) -> Result<(), AppError> {
        let room = self.room(key).await?;
        if matches!(by, Actor::User(user, _) if !room.record().is_owner(user)) {
            return Err(AppError::OwnerOnly);
        }
        if self.store.delete_room(key.clone()).await?.is_none() {
            return Err(no_room(key));
        }
        self.end_room(&room);
        self.new_rooms.give_back(key.app, self.clock.now());
        self.report_end(by, &room.record());
        self.append_last(key, Event::Dismissed { by: by.user().clone() }).await
    }

    /// The last event of a room that is over already: it is not opened again for it.
    async fn append_last(&self, key: &RoomKey, event: Event) -> Result<(), AppError> {
        if let Err(error) = self.ledger.append(key, event.clone(), self.clock.now()).await {
            let ledger::LedgerError::NoNumbers(_) = error else {
                return Err(error.into());
            };
            let end = self
                .store
                .extend_numbers(key.clone(), self.config.rooms.numbers_block)
                .await?;
            self.ledger.extend(key, end).await?;
            self.ledger.append(key, event, self.clock.now()).await?;
        }
        Ok(())
    }

    /// Lists an app's rooms.
    pub async fn list_rooms(&self, app: AppId, from: u64, limit: usize) -> Result<RoomPage, AppError> {
        Ok(self.store.rooms(app, from, limit).await?)
    }
}
