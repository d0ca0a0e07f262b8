//! Users: imported by the backend or made at their first login, and how they look.

use super::{AppError, Application, manage::Actor};
use room::{AppId, Person, Profile, UserId, UserKey, profile::ProfilePatch};
use std::sync::Arc;
use store::Account;
use tim::{tags, websdk};

/// Whether a user is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Online {
    /// A connection is alive.
    Yes,
    /// None is.
    No,
    /// There is no such account.
    Unknown,
}

impl Online {
    /// The vendor's number for it (web-sdk-api.md section 5).
    pub fn number(self) -> u8 {
        match self {
            Self::Yes => 1,
            Self::No => 2,
            Self::Unknown => 3,
        }
    }
}

impl Application {
    /// Checks a user id that comes from outside.
    pub fn user_id(&self, text: &str) -> Result<UserId, AppError> {
        UserId::new(text).map_err(|cause| AppError::BadUser {
            id: text.to_owned(),
            cause,
        })
    }

    /// Checks the id of a user who may come into being: the vendor's own senders may not.
    pub fn new_user_id(&self, text: &str) -> Result<UserId, AppError> {
        let user = self.user_id(text)?;
        if user.is_reserved() {
            return Err(AppError::BadUser {
                id: text.to_owned(),
                cause: room::IdError::Reserved,
            });
        }
        Ok(user)
    }

    /// Reads an account.
    pub async fn account(&self, key: &UserKey) -> Result<Option<Arc<Account>>, AppError> {
        if let Some(account) = self.accounts.get(key).await {
            return Ok(Some(account));
        }
        let found = self
            .store
            .accounts(key.app, vec![key.user.clone()])
            .await?
            .into_iter()
            .next()
            .flatten();
        let Some(account) = found.map(Arc::new) else {
            return Ok(None);
        };
        // Never over a newer entry: a change that was made meanwhile put its own result there.
        Ok(Some(
            self.accounts.entry(key.clone()).or_insert(account).await.into_value(),
        ))
    }

    /// Takes over what the store answered for a change.
    pub(super) async fn keep_account(&self, account: Account) -> Arc<Account> {
        let account = Arc::new(account);
        self.accounts.insert(account.key.clone(), account.clone()).await;
        account
    }

    /// Reads an account that must exist.
    pub async fn need_account(&self, key: &UserKey) -> Result<Arc<Account>, AppError> {
        self.account(key)
            .await?
            .ok_or_else(|| AppError::NoAccount(key.user.to_string()))
    }

    /// Creates accounts, or changes those that exist; answers them in the given order.
    pub async fn import(&self, app: AppId, users: Vec<(UserId, ProfilePatch)>) -> Result<Vec<Arc<Account>>, AppError> {
        let patches: Vec<_> = users.iter().map(|(_, patch)| patch.clone()).collect();
        let accounts = self.store.put_accounts(app, users).await?;
        let mut imported = Vec::with_capacity(accounts.len());
        for (account, patch) in accounts.into_iter().zip(patches) {
            let account = self.keep_account(account).await;
            self.tell_own_sessions(&account.key, &patch);
            imported.push(account);
        }
        Ok(imported)
    }

    /// Changes the profile of an account that exists.
    pub async fn set_profile(&self, key: &UserKey, by: &Actor, patch: ProfilePatch) -> Result<(), AppError> {
        self.need_account(key).await?;
        self.import(key.app, vec![(key.user.clone(), patch.clone())]).await?;
        self.report_profile(key, by, &patch);
        Ok(())
    }

    /// The user's other terminals learn that he looks different now.
    fn tell_own_sessions(&self, key: &UserKey, patch: &ProfilePatch) {
        if patch.is_empty() {
            return;
        }
        let document = websdk::profile_changed(key.user.as_str(), &tags::changed(patch));
        self.tell_user(key, None, &document);
    }

    /// The profiles of users, in the given order.
    pub async fn profiles(&self, app: AppId, users: &[UserId]) -> Result<Vec<Option<Profile>>, AppError> {
        let mut profiles = Vec::with_capacity(users.len());
        for user in users {
            let key = UserKey {
                app,
                user: user.clone(),
            };
            profiles.push(self.account(&key).await?.map(|account| account.profile.clone()));
        }
        Ok(profiles)
    }

    /// Deletes an account and ends its sessions. False when there was none.
    pub async fn delete_account(&self, key: &UserKey) -> Result<bool, AppError> {
        let deleted = self.store.delete_account(key.clone()).await?;
        self.accounts.invalidate(key).await;
        self.end_sessions_of(key, Some(websdk::Kick::Backend)).await?;
        Ok(deleted)
    }

    /// Whether users are connected, in the given order.
    pub async fn online_status(&self, app: AppId, users: &[UserId]) -> Result<Vec<Online>, AppError> {
        let mut states = Vec::with_capacity(users.len());
        for user in users {
            let key = UserKey {
                app,
                user: user.clone(),
            };
            states.push(if self.account(&key).await?.is_none() {
                Online::Unknown
            } else if self.sessions.of(&key).iter().any(|session| session.conn().is_some()) {
                Online::Yes
            } else {
                Online::No
            });
        }
        Ok(states)
    }

    /// The user as others see him in a room right now.
    pub async fn person(&self, key: &UserKey) -> Result<Person, AppError> {
        let account = self.need_account(key).await?;
        Ok(Person {
            user: key.user.clone(),
            number: account.number,
            nick: account.profile.nick.as_str().into(),
            avatar: account.profile.avatar.as_str().into(),
        })
    }
}
