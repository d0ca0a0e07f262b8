//! Thousands who read a room over plain HTTP, second by second (protocol section 10): through a cache the server must see a
//! few requests per second, however many they are.

use crate::{
    args::SlicesArgs,
    bar,
    client::{
        counts::Seen,
        frame::Frame,
        place::{Place, Way},
        search::number_after,
        told::{self, Document},
    },
    exchange::Exchange,
    pause,
    report::{Report, round},
    snapshot::Snapshot,
    talk::{self, Plan},
    target::{Target, loopback, now_us},
};
use anyhow::{Context, bail, ensure};
use parking_lot::Mutex;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

/// How often a reader asks (protocol section 10).
const EVERY: Duration = Duration::from_secs(1);
/// How long the last slice may take to be read by all.
const SETTLE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Readers share so many accounts of what was seen; all read the same slices, so each is looked through once per account.
const ACCOUNTS: usize = 8;

/// Runs the scenario.
pub async fn run(target: &Target, args: &SlicesArgs) -> anyhow::Result<Report> {
    let room = target.room("slices").await?;
    target.open_to_readers(&room).await?;
    let address = match &args.through {
        Some(url) => loopback(url).with_context(|| format!("--through {url}"))?,
        None => target.address,
    };
    let library = Arc::new(Library::new(target.app, &room, address)?);
    let empty = Moment::now(target, &library).await?;
    let readers = library.open(args.readers).await?;

    let before = Moment::now(target, &library).await?;
    let plan = Plan {
        rooms: vec![room],
        rate_per_s: args.rate.into(),
        seconds: args.seconds,
        text_bytes: args.text_bytes as usize,
        likes: false,
    };
    let progress = bar("send", u64::from(args.rate) * args.seconds);
    let sent = talk::send(target, plan, &progress).await?;
    progress.finish_and_clear();
    let goal = sent.messages * u64::from(args.readers);
    library.await_messages(goal).await;
    let after = Moment::now(target, &library).await?;
    library.over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await??;
    }

    let seen = library.seen()?;
    let mut report = Report::default();
    report.add("readers", args.readers);
    report.add("sent", sent.messages);
    report.add_delivered(&seen, after.since(&before).as_secs_f64());
    // Readers are told nothing unasked: up to two seconds pass until a slice is sealed, and another one until they ask.
    report.add_times("latency", &seen.polled_us);
    // Everybody comes within a second to a room that nobody has read before.
    report.merge("opening_", &before.asked_since(&empty));
    report.merge("", &after.asked_since(&before));
    let (before, after) = (before.snapshot, after.snapshot);
    after.add_cost(&mut report, &before, seen.counts.events);
    after.add_memory_at_end(&mut report);
    report.must_be_zero("refused_messages", sent.refused + sent.dropped);
    report.must_be_zero("not_delivered", goal.abs_diff(seen.counts.messages));
    Ok(report)
}

/// What was asked until now, and what reached the server.
struct Moment {
    at: Instant,
    requests: u64,
    not_yet: u64,
    too_old: u64,
    snapshot: Snapshot,
}

impl Moment {
    async fn now(target: &Target, library: &Library) -> anyhow::Result<Self> {
        let snapshot = Snapshot::take(target).await?;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Ok(Self {
            at: Instant::now(),
            requests: count(&library.requests),
            not_yet: count(&library.not_yet),
            too_old: count(&library.too_old),
            snapshot,
        })
    }

    fn since(&self, before: &Self) -> Duration {
        self.at.duration_since(before.at)
    }

    fn asked_since(&self, before: &Self) -> Report {
        let took_s = self.since(before).as_secs_f64();
        let mut report = Report::default();
        let requests = self.requests - before.requests;
        report.add("requests", requests);
        report.add("requests_per_s", round(requests as f64 / took_s, 1));
        report.add("not_yet", self.not_yet - before.not_yet);
        // Begun anew, with a gap.
        report.must_be_zero("too_old", self.too_old - before.too_old);
        if let Some(reached) = self.snapshot.add_slice_requests(&mut report, &before.snapshot) {
            report.add("reached_the_server_per_s", round(reached as f64 / took_s, 1));
        }
        report
    }
}

/// The room as it is read, and what all readers saw.
struct Library {
    address: SocketAddr,
    /// The path of the slices, and the head of a request behind its path.
    base: String,
    rest: String,
    accounts: Vec<Mutex<Account>>,
    requests: AtomicU64,
    not_yet: AtomicU64,
    too_old: AtomicU64,
    over: AtomicBool,
}

/// What some of the readers saw.
struct Account {
    told: told::Reader,
    seen: Seen,
}

/// A reader at work.
type Reading = JoinHandle<anyhow::Result<()>>;

impl Library {
    fn new(app: u32, room: &str, address: SocketAddr) -> anyhow::Result<Self> {
        let account = |_| {
            let (told, seen) = (told::Reader::new(), Seen::nothing()?);
            anyhow::Ok(Mutex::new(Account { told, seen }))
        };
        Ok(Self {
            address,
            base: format!("GET /v1/apps/{app}/rooms/{room}/slices/"),
            rest: format!(" HTTP/1.1\r\nhost: {address}\r\n\r\n"),
            accounts: (0..ACCOUNTS).map(account).collect::<Result<_, _>>()?,
            requests: AtomicU64::new(0),
            not_yet: AtomicU64::new(0),
            too_old: AtomicU64::new(0),
            over: AtomicBool::new(false),
        })
    }

    /// Opens the readers, spread over a second; answers when each has read its first slice.
    async fn open(self: &Arc<Self>, count: u32) -> anyhow::Result<Vec<Reading>> {
        let progress = bar("readers", count.into());
        let mut reading = Vec::new();
        let (begun, began) = (Arc::new(AtomicU64::new(0)), Instant::now());
        for n in 0..count {
            let (library, begun) = (self.clone(), begun.clone());
            let at = began + EVERY.mul_f64(f64::from(n) / f64::from(count));
            reading.push(tokio::spawn(async move {
                tokio::time::sleep_until(at.into()).await;
                let mut reader = Reader::connect(&library, n as usize).await?;
                reader.step().await?;
                begun.fetch_add(1, Ordering::Relaxed);
                reader.read().await
            }));
        }
        while begun.load(Ordering::Relaxed) < count.into() {
            if let Some(ended) = reading.iter().position(Reading::is_finished) {
                reading.swap_remove(ended).await??;
                bail!("a reader ended before it was told to");
            }
            progress.set_position(begun.load(Ordering::Relaxed));
            pause(LOOK_EVERY).await;
        }
        progress.finish_and_clear();
        Ok(reading)
    }

    async fn ask<'a>(&self, exchange: &'a mut Exchange, what: &str) -> anyhow::Result<(u16, &'a [u8])> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        exchange.ask(&format!("{}{what}{}", self.base, self.rest)).await
    }

    /// The n-th reader has read a slice.
    fn hear(&self, n: usize, place: &mut Place, slice: &[u8]) -> anyhow::Result<()> {
        let account = self.accounts.get(n % ACCOUNTS).context("no account")?;
        let Account { told, seen } = &mut *account.lock();
        let Document::Push(told) = told.read(Frame::plain(slice)) else {
            bail!("no slice: {}", String::from_utf8_lossy(slice));
        };
        ensure!(told.stretch.is_some(), "a slice without its place");
        seen.hear(place, told, Way::Polled, slice.len(), now_us());
        Ok(())
    }

    async fn await_messages(&self, goal: u64) {
        let began = Instant::now();
        let messages = || self.accounts.iter().map(|account| account.lock().seen.counts.messages);
        while messages().sum::<u64>() < goal && began.elapsed() < SETTLE {
            pause(LOOK_EVERY).await;
        }
    }

    fn seen(&self) -> anyhow::Result<Seen> {
        let mut all = Seen::nothing()?;
        for account in &self.accounts {
            let mut account = account.lock();
            account.seen.counts.read = account.told.read;
            all.add(&account.seen)?;
        }
        Ok(all)
    }
}

/// One reader.
struct Reader<'a> {
    library: &'a Library,
    exchange: Exchange,
    n: usize,
    place: Place,
    /// The slice that comes next; nothing when it must ask where the room is.
    next: Option<u64>,
    /// When it asks again.
    due: Instant,
}

impl<'a> Reader<'a> {
    async fn connect(library: &'a Library, n: usize) -> anyhow::Result<Self> {
        Ok(Self {
            library,
            exchange: Exchange::connect(library.address, Some(n)).await?,
            n,
            place: Place::default(),
            next: None,
            due: Instant::now(),
        })
    }

    /// Reads a slice per second until it is over.
    async fn read(mut self) -> anyhow::Result<()> {
        while !self.library.over.load(Ordering::Relaxed) {
            tokio::time::sleep_until(self.due.into()).await;
            self.step().await?;
        }
        Ok(())
    }

    async fn step(&mut self) -> anyhow::Result<()> {
        self.due += EVERY;
        let library = self.library;
        let slice = match self.next {
            Some(slice) => slice,
            None => self.newest().await?,
        };
        let (status, body) = library.ask(&mut self.exchange, &slice.to_string()).await?;
        self.next = match status {
            200 => {
                library.hear(self.n, &mut self.place, body)?;
                Some(slice + 1)
            }
            404 => {
                library.not_yet.fetch_add(1, Ordering::Relaxed);
                Some(slice)
            }
            410 => {
                library.too_old.fetch_add(1, Ordering::Relaxed);
                None
            }
            _ => bail!("slice {slice}: {status} {}", String::from_utf8_lossy(body)),
        };
        Ok(())
    }

    /// Where is the room?
    async fn newest(&mut self) -> anyhow::Result<u64> {
        self.place.forget();
        let (status, body) = self.library.ask(&mut self.exchange, "live").await?;
        ensure!(status == 200, "live: {status} {}", String::from_utf8_lossy(body));
        number_after(body, r#""newest":"#).context("live without its newest slice")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::target;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn readers_get_everything_second_by_second() {
        let server = testkit::TestServer::start().await;
        let args = SlicesArgs {
            readers: 20,
            through: None,
            rate: 10,
            seconds: 2,
            text_bytes: 100,
        };
        let report = run(&target(&server), &args).await.unwrap();
        assert!(report.sound(), "{}", report.text());
        assert_eq!((report.figure("sent"), report.figure("delivered")), (20.0, 400.0));
        assert!(report.figure("reached_the_server") >= 40.0, "{}", report.text());
    }
}
