//! The application: what can be done with rooms and users, whoever asks. Every door calls these functions; none of
//! them touches the store, the ledger or the hub by itself.
//!
//! Map: [`accounts`] users and how they look · [`login`] sessions begin, come back and end · [`manage`] rooms are made,
//! changed, dismissed · [`membership`] join, leave, guests · [`moderate`] mutes, bans, admins, rules · [`send`] the life of a message · [`line`] where it waits for its turn · [`held`]
//! before that, where moderators look first · [`shared`] attributes and counters · [`likes`] likes · [`place`] runs of numbering · [`readers`] those who read over plain HTTP · [`audience`] who is there · [`broadcast`] to all rooms · `filter` what may be said, [`words`] the lists · [`withdraw`] messages are
//! taken back · `report` and `report_users` what backends are asked and told · [`direct`] messages from user to user · [`status`] in what state users are · [`standing`] how rooms stand · [`sweep`] what happens
//! when nothing happens, [`wheel`] when to look · [`tally`] accounts that are kept · [`room`] rooms that are alive here · [`session`] sessions · [`tickets`] that were found good · [`tokens`] keys that survive a
//! restart · [`behind`] write-behind · [`counts`] how often · [`memory`] how much · [`clock`] time.

pub mod accounts;
pub mod audience;
pub mod behind;
pub mod broadcast;
pub mod clock;
pub mod counts;
pub mod direct;
pub mod error;
mod filter;
pub mod held;
pub mod likes;
pub mod line;
pub mod login;
pub mod manage;
pub mod membership;
pub mod memory;
pub mod moderate;
pub mod place;
pub mod readers;
mod report;
mod report_users;
pub mod room;
pub mod send;
pub mod session;
pub mod shared;
pub mod standing;
pub mod status;
pub mod sweep;
pub mod tally;
pub mod tickets;
pub mod tokens;
pub mod wheel;
pub mod withdraw;
pub mod words;

pub use error::AppError;

use crate::{
    config::{App, Config},
    doors::rest::rates::Limiter,
    fanout::dialect::{self, Framer},
    hooks::Hooks,
    telemetry::metrics::Metrics,
};
use ::room::{AppId, UserId, UserKey, rules::AppRules};
use clock::Clock;
use counts::Counts;
use hub::{Hub, OutboxLimits};
use ledger::{Ledger, MemoryLedger};
use session::{Conn, Sessions};
use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};
use store::{Account, Store};
use tokens::Tokens;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// How many accounts are kept in memory; the others are read again when needed.
const ACCOUNTS_MAX: u64 = 100_000;
const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;

/// The application of this node.
pub struct Application {
    /// How it is set up.
    pub config: Arc<Config>,
    /// Its figures.
    pub metrics: Arc<Metrics>,
    /// Its clock.
    pub clock: Clock,
    /// Makes frames.
    pub framer: Framer,
    /// The live connections and who hears which room.
    pub hub: Hub,
    pub(crate) ledger: Arc<dyn Ledger>,
    pub(crate) rooms: room::Rooms,
    pub(crate) sessions: Sessions,
    pub(crate) behind: behind::Behind,
    /// What must not be said in the rooms of each app.
    pub(crate) words: words::WordLists,
    /// How often apps may call REST commands.
    pub(crate) call_rates: Limiter,
    /// The backends of the apps.
    pub(crate) hooks: Hooks,
    pub(crate) broadcasts: broadcast::Broadcasts,
    pub(crate) statuses: status::Statuses,
    /// Rooms whose viewers are to be told of likes.
    liked: likes::Liked,
    store: Arc<dyn Store>,
    tokens: Tokens,
    pub(crate) tickets: tickets::Tickets,
    tenants: HashMap<AppId, App>,
    /// What operators changed for all rooms of an app.
    app_rules: parking_lot::RwLock<HashMap<AppId, AppRules>>,
    accounts: moka::future::Cache<UserKey, Arc<Account>>,
    /// By address, and account where the name can be one.
    failed_logins: Counts<(std::net::IpAddr, Option<UserId>)>,
    /// By address, in the present minute.
    guest_joins: Counts<std::net::IpAddr>,
    /// By sender, in the present minute.
    directs_sent: Counts<UserKey>,
    /// By app, in the present day: rooms made and not dismissed again.
    new_rooms: Counts<AppId>,
    conns: parking_lot::Mutex<HashMap<hub::ConnId, Weak<Conn>>>,
    pub(crate) newcomers: sweep::Newcomers,
    /// How much this process uses.
    pub memory: memory::Memory,
    /// Held while accounts go to the store, so that no minute is read twice or not at all.
    tallies: tokio::sync::Mutex<()>,
    tasks: TaskTracker,
}

impl Application {
    /// Builds the application on an open store. Answers it and the writer that must be run for it.
    pub async fn build(
        config: Arc<Config>,
        store: Arc<dyn Store>,
        metrics: Arc<Metrics>,
    ) -> Result<(Arc<Self>, behind::Writer), AppError> {
        let secret = store.secret().await?;
        let (behind, writer) = behind::line(store.clone(), metrics.clone(), config.rooms.history_entries);
        let limits = OutboxLimits {
            bytes_max: config.hub.outbox_bytes_max,
            age_max: Duration::from_millis(config.hub.outbox_age_ms_max),
        };
        let shards = match config.hub.shards {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => n,
        };
        let clock = Clock::default();
        let app_rules = store.app_rules().await?.into_iter().collect();
        let app = Self {
            app_rules: parking_lot::RwLock::new(app_rules),
            words: words::WordLists::read(&config.apps)?,
            hooks: Hooks::start(&config.apps, &metrics, &clock).map_err(AppError::Hooks)?,
            framer: Framer {
                compress_above_bytes: config.websdk.compress_above_bytes,
            },
            hub: Hub::new(shards, limits, dialect::farewell),
            ledger: Arc::new(MemoryLedger::new(config.rooms.history_entries)),
            call_rates: Limiter::new(config.limits.rest_calls_per_s.clone()),
            tickets: tickets::Tickets::default(),
            tokens: Tokens::new(secret),
            tenants: config.apps.iter().map(|tenant| (tenant.id, tenant.clone())).collect(),
            accounts: moka::future::Cache::new(ACCOUNTS_MAX),
            failed_logins: Counts::new(MINUTE_MS),
            guest_joins: Counts::new(MINUTE_MS),
            directs_sent: Counts::new(MINUTE_MS),
            new_rooms: Counts::new(DAY_MS),
            broadcasts: broadcast::Broadcasts::default(),
            statuses: status::Statuses::default(),
            liked: likes::Liked::default(),
            clock,
            rooms: room::Rooms::default(),
            sessions: Sessions::default(),
            conns: parking_lot::Mutex::default(),
            newcomers: sweep::Newcomers::default(),
            memory: memory::Memory::new(config.limits.memory_bytes_max),
            tallies: tokio::sync::Mutex::default(),
            tasks: TaskTracker::new(),
            behind,
            store,
            metrics,
            config,
        };
        // The second of a crash may be this one.
        app.store.cut_off_tallies(app.clock.now().secs() + 1).await?;
        for tenant in app.tenants.values() {
            let admins = tenant
                .admins
                .iter()
                .map(|admin| (admin.clone(), Default::default()))
                .collect();
            app.store.put_accounts(tenant.id, admins).await?;
        }
        Ok((Arc::new(app), writer))
    }

    /// The app with this id.
    pub fn tenant(&self, app: u32) -> Result<&App, AppError> {
        self.tenants.get(&AppId(app)).ok_or(AppError::UnknownApp(app))
    }

    /// Whether the app allows pages of this origin; any, while it has no list (decision 31).
    pub fn allows_origin(&self, app: u32, origin: &str) -> bool {
        self.tenant(app).is_ok_and(|tenant| tenant.allows_origin(origin))
    }

    /// Runs something to its end, also when whoever asked for it goes away: a client that sends again after a
    /// reconnect must find its first message decided, not abandoned.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.tasks.spawn(work)
    }

    /// Answers when the store works.
    pub async fn ready(&self) -> Result<(), AppError> {
        Ok(self.store.ping().await?)
    }

    /// Waits until everything that was begun is done.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Takes in a connection.
    pub fn connected(&self, conn: &Arc<Conn>) {
        self.conns.lock().insert(conn.id(), Arc::downgrade(conn));
        self.newcomers.conn(conn);
    }

    /// A connection is gone.
    pub fn disconnected(&self, conn: &Conn) {
        self.conns.lock().remove(&conn.id());
    }

    /// The live connections.
    pub fn conns(&self) -> Vec<Arc<Conn>> {
        self.conns.lock().values().filter_map(Weak::upgrade).collect()
    }
}
