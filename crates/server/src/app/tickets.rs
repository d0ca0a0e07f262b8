//! Tickets that were found good: backends show the same one with each call. What can change is asked again at every
//! use: whether it has expired, and whether the key that signed it still stands (decision 29). Whether the account was
//! kicked meanwhile is the caller's to ask.

use crate::config::App;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tim::usersig::{self, Claim, Ticket, TicketError};

/// How many tickets are remembered; the least used are forgotten.
const TICKETS_MAX: u64 = 20_000;

/// A ticket that holds.
#[derive(Clone, Debug)]
pub struct Good {
    /// What it says.
    pub ticket: Ticket,
    /// The digest of the key that signed it.
    key: [u8; 32],
}

/// The tickets of this node.
pub struct Tickets(moka::sync::Cache<[u8; 32], Arc<Good>>);

impl Default for Tickets {
    fn default() -> Self {
        Self(moka::sync::Cache::new(TICKETS_MAX))
    }
}

/// A digest of everything that a check depends on but time and keys. Lengths keep the parts apart.
fn place(app: u32, identifier: &str, ticket: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(app.to_le_bytes());
    digest.update((identifier.len() as u64).to_le_bytes());
    digest.update(identifier);
    digest.update(ticket);
    digest.finalize().into()
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

impl Good {
    fn holds(&self, tenant: &App, now_s: u64) -> bool {
        self.ticket.expires_at() >= now_s && tenant.keys.iter().any(|key| digest(key.reveal()) == self.key)
    }

    /// The key that signed it, while it is one of the app's.
    pub fn key<'a>(&self, tenant: &'a App) -> Option<&'a str> {
        let keys = tenant.keys.iter().map(|key| key.reveal());
        keys.into_iter().find(|key| digest(key) == self.key)
    }
}

impl Tickets {
    /// Checks a ticket, unless it was found good before and still is.
    pub fn check(&self, tenant: &App, identifier: &str, ticket: &str, now_s: u64) -> Result<Arc<Good>, TicketError> {
        let place = place(tenant.id.0, identifier, ticket);
        if let Some(good) = self.0.get(&place).filter(|good| good.holds(tenant, now_s)) {
            return Ok(good);
        }
        let keys: Vec<_> = tenant.keys.iter().map(|key| key.reveal()).collect();
        let claim = Claim {
            identifier,
            sdkappid: tenant.id.0,
            keys: &keys,
            now: now_s,
        };
        let verified = usersig::verify(ticket, claim)?;
        let good = Arc::new(Good {
            key: keys.get(verified.key_index).map_or([0; 32], |key| digest(key)),
            ticket: verified.ticket,
        });
        self.0.insert(place, good.clone());
        Ok(good)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use room::AppId;

    fn app(id: u32, keys: &[&str]) -> App {
        let mut app = App::new(AppId(id), Secret::new(""));
        app.keys = keys.iter().map(|key| Secret::new(*key)).collect();
        app
    }

    fn sign(user: &str, key: &str) -> String {
        let ticket = Ticket {
            identifier: user.to_owned(),
            sdkappid: 7,
            time: 1_000,
            expire: 60,
            userbuf: None,
        };
        usersig::sign(key, &ticket)
    }

    #[test]
    fn a_remembered_ticket_ends_with_its_time_and_its_key() {
        let tickets = Tickets::default();
        let (old, new) = ("old-key-0123456789abcdef", "new-key-0123456789abcdef");
        let ticket = sign("alice", old);
        let rotating = app(7, &[new, old]);
        for _ in 0..2 {
            let good = tickets.check(&rotating, "alice", &ticket, 1_060).unwrap();
            assert_eq!(good.key(&rotating), Some(old));
        }
        assert!(matches!(
            tickets.check(&rotating, "alice", &ticket, 1_061),
            Err(TicketError::Expired { .. })
        ));
        let rotated = app(7, &[new]);
        let refused = tickets.check(&rotated, "alice", &ticket, 1_000);
        assert!(matches!(refused, Err(TicketError::BadSignature)));
        // Put back, it holds again: nothing was remembered of the refusals.
        assert!(tickets.check(&rotating, "alice", &ticket, 1_000).is_ok());
    }

    #[test]
    fn a_remembered_ticket_is_good_for_nobody_else() {
        let tickets = Tickets::default();
        let key = "a-key-0123456789abcdef";
        let ticket = sign("alice", key);
        let seven = app(7, &[key]);
        tickets.check(&seven, "alice", &ticket, 1_000).unwrap();
        let other_user = tickets.check(&seven, "bob", &ticket, 1_000);
        assert!(matches!(other_user, Err(TicketError::OtherUser)));
        let other_app = tickets.check(&app(8, &[key]), "alice", &ticket, 1_000);
        assert!(matches!(other_app, Err(TicketError::OtherApp { .. })));
        let mut changed = ticket.clone();
        changed.push('A');
        assert!(tickets.check(&seven, "alice", &changed, 1_000).is_err());
    }
}
