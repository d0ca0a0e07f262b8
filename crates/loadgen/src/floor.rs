//! The floor: what one write per connection and message costs on this machine, whatever the server. Everything else is
//! compared with it, so that figures of different machines say the same.

use crate::{
    args::FloorArgs,
    bar,
    client::{conn::Role, dialect::Dialect, fleet::Fleet, frame},
    process::{Cpu, thread_ns},
    report::{Report, round},
    target::Target,
    users::Users,
};
use anyhow::Context;
use std::{
    io::{ErrorKind, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

/// How long the last frames may take to arrive.
const SETTLE: Duration = Duration::from_secs(10);
/// How many connections open at the same time; the listener has a short line.
const PARALLEL: u32 = 64;

/// What the loop cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Floor {
    /// Writes that took a whole frame.
    pub sends: u64,
    /// Writes that took none, or not all of it, because the reader was behind.
    pub skipped: u64,
    /// Frames that arrived.
    pub arrived: u64,
    cpu_ns: u64,
    cpu: Cpu,
    seconds: f64,
}

impl Floor {
    /// What a write costs, in microseconds of a processor.
    pub fn us_per_send(&self) -> f64 {
        self.cpu_ns as f64 / 1_000.0 / self.sends.max(1) as f64
    }

    /// Adds its figures.
    pub fn add(&self, report: &mut Report, prefix: &str) {
        // The clock ticks of user and system are coarse; their ratio divides the exact sum.
        let user = self.cpu.user_s / self.cpu.total_s().max(0.001);
        report.add(&format!("{prefix}cpu_us_per_send"), round(self.us_per_send(), 3));
        report.add(
            &format!("{prefix}cpu_user_us_per_send"),
            round(self.us_per_send() * user, 3),
        );
        report.add(
            &format!("{prefix}cpu_system_us_per_send"),
            round(self.us_per_send() * (1.0 - user), 3),
        );
        report.add(
            &format!("{prefix}sends_per_s"),
            (self.sends as f64 / self.seconds).round(),
        );
        report.add(&format!("{prefix}skipped"), self.skipped);
    }
}

/// Runs the scenario.
pub async fn run(target: &Target, args: &FloorArgs) -> anyhow::Result<Report> {
    let own = Cpu::own()?;
    let floor = measure(target, args).await?;
    let mut report = Report::default();
    report.add("connections", args.connections);
    report.add("rate_per_s", args.rate);
    report.add("frame_bytes", args.frame_bytes);
    report.add("sends", floor.sends);
    floor.add(&mut report, "");
    let readers_s = Cpu::own()?.since(own).total_s() - floor.cpu_ns as f64 / 1e9;
    report.add("readers_cpu_share_of_a_core", round(readers_s / floor.seconds, 3));
    report.must_be_zero("lost", floor.sends.saturating_sub(floor.arrived));
    Ok(report)
}

/// Opens the connections, runs the loop, closes them.
pub async fn measure(target: &Target, args: &FloorArgs) -> anyhow::Result<Floor> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("bind the floor's listener")?;
    let address = listener.local_addr()?;
    let count = args.connections as usize;
    let accepting = thread::spawn(move || accept(&listener, count));
    let mut fleet = Fleet::new(address, 0, target.threads)?;
    open(target, &mut fleet, count).await?;
    let connections = accepting
        .join()
        .map_err(|_| anyhow::anyhow!("the floor's listener panicked"))??;
    let args = *args;
    let writing = tokio::task::spawn_blocking(move || write(connections, &args));
    let (mut floor, connections) = writing.await??;
    fleet.await_messages(floor.sends, SETTLE).await;
    floor.arrived = fleet.messages();
    drop(fleet);
    drop(connections);
    Ok(floor)
}

async fn open(target: &Target, fleet: &mut Fleet, count: usize) -> anyhow::Result<()> {
    let progress = bar("floor", count as u64);
    let readers = Users::default().of(target, "", count, &[Dialect::Websdk], |_| Role::Bare, |_| "".into());
    fleet.open(readers, PARALLEL, &progress).await?;
    progress.finish_and_clear();
    Ok(())
}

fn accept(listener: &TcpListener, count: usize) -> anyhow::Result<Vec<TcpStream>> {
    (0..count)
        .map(|_| {
            let (socket, _) = listener.accept().context("accept")?;
            socket.set_nodelay(true)?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        })
        .collect()
}

/// The loop itself, in a thread of its own. Hands the connections back, for what was written is not read yet.
fn write(mut connections: Vec<TcpStream>, args: &FloorArgs) -> anyhow::Result<(Floor, Vec<TcpStream>)> {
    let head = frame::bare(frame::BINARY, &vec![0; args.frame_bytes as usize]).len() - args.frame_bytes as usize;
    let payload = vec![b'x'; args.frame_bytes as usize - head];
    let ready_made = frame::bare(frame::BINARY, &payload);
    let every = Duration::from_secs(1) / args.rate;
    let (began, until) = (Instant::now(), Duration::from_secs(args.seconds));
    let (ns, cpu) = (thread_ns()?, Cpu::of_thread()?);
    let mut floor = Floor::default();
    for n in 0.. {
        let due = every * n;
        if due >= until || began.elapsed() >= until {
            break;
        }
        thread::sleep(due.saturating_sub(began.elapsed()));
        connections.retain_mut(|connection| match connection.write(&ready_made) {
            Ok(written) if written == ready_made.len() => {
                floor.sends += 1;
                true
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                floor.skipped += 1;
                true
            }
            // Half a frame puts a stream out of step for good: it gets no more.
            _ => {
                floor.skipped += 1;
                false
            }
        });
    }
    floor.cpu_ns = thread_ns()? - ns;
    floor.cpu = Cpu::of_thread()?.since(cpu);
    floor.seconds = began.elapsed().as_secs_f64();
    Ok((floor, connections))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_frame_of_a_small_floor_arrives_and_costs_something() {
        let target = Target::new("http://127.0.0.1:1", "1:x", "nobody").unwrap();
        let args = FloorArgs {
            connections: 50,
            rate: 40,
            frame_bytes: 300,
            seconds: 1,
        };
        let floor = measure(&target, &args).await.unwrap();
        assert_eq!((floor.sends + floor.skipped, floor.arrived), (2_000, floor.sends));
        assert!(floor.us_per_send() > 0.05, "{floor:?}");
    }
}
