//! What was asked for on the command line. The doc comments are the program's help.

use crate::client::dialect::Dialect;
use clap::{Args, Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(
    version,
    about = "Puts load on a Plaudit server on this machine and says what came out",
    // A scenario's file says one thing, whoever runs it may say another behind it.
    args_override_self = true
)]
pub struct Cli {
    #[command(flatten)]
    pub server: ServerArgs,
    #[command(subcommand)]
    pub scenario: Scenario,
}

/// The server, and how this program works.
#[derive(Args)]
pub struct ServerArgs {
    /// The server's client address; loopback only.
    #[arg(long, global = true, default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// An app of the server, as ID:SECRET; or in the environment as PLAUDIT_APP, where other users cannot read it.
    #[arg(long, global = true)]
    pub app: Option<String>,
    /// An administrator of the app.
    #[arg(long, global = true, default_value = "administrator")]
    pub admin: String,
    /// The server's admin listener, where its figures and the accounts of rooms are read. `flood` takes http://127.0.0.1:8081 if nothing is said.
    #[arg(long, global = true)]
    pub admin_url: Option<String>,
    /// The server's process, whose use of processors and memory is told.
    #[arg(long, global = true)]
    pub pid: Option<u32>,
    /// How many threads read for the viewers.
    #[arg(long, global = true, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub threads: u32,
    /// Print the figures as one JSON object.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum Scenario {
    /// Many viewers in one room, messages on a fixed clock; every viewer checks that nothing is missing.
    Room(RoomArgs),
    /// Many rooms that talk, each with a few viewers.
    Rooms(RoomsArgs),
    /// Everybody logs in and joins as fast as the server takes them.
    Storm(StormArgs),
    /// Viewers in a room in which nobody speaks: what a connection costs.
    Idle(IdleArgs),
    /// The bare loop that everything is compared with: one ready-made frame to each connection, one write each.
    Floor(FloorArgs),
    /// Far more likes and texts into one room than its rate, gifts among them, beside other rooms that talk.
    Flood(FloodArgs),
    /// Likes by the thousand, some of them beyond the cap, in a room that talks: alone and beside them, in turn.
    Likes(LikesArgs),
    /// As many REST calls as the server takes, into many rooms.
    Rest(RestArgs),
    /// Many who read a room over plain HTTP, second by second, through a cache or from the server itself.
    Slices(SlicesArgs),
    /// Many connections that never finish their request, while two users talk.
    HalfOpen(HalfOpenArgs),
}

/// How viewers speak.
#[derive(Args, Clone, Debug)]
pub struct Speaking {
    /// How viewers speak; of several, separated by commas, each in turn.
    #[arg(long = "dialect", value_enum, value_delimiter = ',', default_value = "websdk")]
    pub dialects: Vec<Dialect>,
}

impl Default for Speaking {
    fn default() -> Self {
        let dialects = vec![Dialect::Websdk];
        Self { dialects }
    }
}

/// One busy room.
#[derive(Args, Clone)]
pub struct RoomArgs {
    /// How many viewers join.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub viewers: u32,
    /// Messages per second.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub rate: u32,
    /// For how many seconds. With `--pairs` the pairs' windows count in place of it.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub seconds: u64,
    /// How long a message's text is, in bytes.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(30..=8_000))]
    pub text_bytes: u32,
    /// How many open at the same time.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub parallel: u32,
    /// How many guests poll beside the viewers.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub poll: u32,
    #[command(flatten)]
    pub speaking: Speaking,
    /// How many more viewers read one byte per second.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=5_000))]
    pub slow: u32,
    /// Joins and leaves per second beside the talk, half of them each, by as many more users.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=20_000))]
    pub churn: u32,
    /// Likes (messages of low priority) per second beside the talk.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=5_000))]
    pub likes: u32,
    /// Connections that never finish their request.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub half_open: u32,
    /// Latency is also told per window of so many seconds; 0 for none. With `--pairs`: how long a window is, 10 by default.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub window: u64,
    /// So many windows without and as many with slow viewers and churn, in turn; the median p99 of each is told.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub pairs: u32,
    /// The floor runs so many seconds before and after, with as many connections and the same rate; 0 for none.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=60))]
    pub floor_seconds: u64,
    /// The floor's frame in bytes; by default that of the bare text.
    #[arg(long, value_parser = clap::value_parser!(u32).range(16..=65_535))]
    pub floor_bytes: Option<u32>,
}

impl RoomArgs {
    /// A plain talk.
    pub fn talk(viewers: u32, rate: u32, seconds: u64) -> Self {
        Self {
            viewers,
            rate,
            seconds,
            text_bytes: 100,
            parallel: 64,
            poll: 0,
            speaking: Speaking::default(),
            slow: 0,
            churn: 0,
            likes: 0,
            half_open: 0,
            window: 0,
            pairs: 0,
            floor_seconds: 0,
            floor_bytes: None,
        }
    }
}

/// Which way messages take into the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Door {
    /// A viewer of each room speaks, in his dialect.
    Socket,
    /// A backend speaks, over a few connections. The server must not limit its calls.
    Rest,
}

/// Many rooms.
#[derive(Args)]
pub struct RoomsArgs {
    /// How many rooms.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub rooms: u32,
    /// How many viewers in each.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub viewers: u32,
    /// Messages per second in each.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=40))]
    pub rate: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub seconds: u64,
    /// How long a message's text is, in bytes.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(30..=8_000))]
    pub text_bytes: u32,
    /// How many open at the same time.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub parallel: u32,
    /// Who speaks.
    #[arg(long, value_enum, default_value_t = Door::Socket)]
    pub door: Door,
    #[command(flatten)]
    pub speaking: Speaking,
}

/// Everybody at once.
#[derive(Args)]
pub struct StormArgs {
    /// How many.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=19_000))]
    pub viewers: u32,
    /// How many open at the same time.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub parallel: u32,
    /// All connections break off afterwards, and everybody comes back with the key of the first login.
    #[arg(long)]
    pub again: bool,
    /// So many messages are said while they are away; whoever comes back must get them, or be told that he does not.
    #[arg(long, default_value_t = 0, requires = "again", value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub missed: u32,
    /// The server is restarted while they are away: this program says `restart`, and waits for a line with the number of
    /// the new process.
    #[arg(long, requires = "again")]
    pub restart: bool,
    #[command(flatten)]
    pub speaking: Speaking,
}

/// Nobody speaks.
#[derive(Args)]
pub struct IdleArgs {
    /// How many join.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=19_000))]
    pub viewers: u32,
    /// How many open at the same time.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub parallel: u32,
    /// For how many seconds they stay. Memory is read at the end; allocators give it back late.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub seconds: u64,
    #[command(flatten)]
    pub speaking: Speaking,
}

/// The bare loop.
#[derive(Args, Clone, Copy)]
pub struct FloorArgs {
    /// How many connections.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=9_500))]
    pub connections: u32,
    /// Messages per second to each.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub rate: u32,
    /// Bytes of a frame on the wire.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(16..=65_535))]
    pub frame_bytes: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub seconds: u64,
}

/// A flood into one room.
#[derive(Args)]
pub struct FloodArgs {
    /// Likes (Low) per second.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(0..=50_000))]
    pub low: u32,
    /// Texts (Normal) per second.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=50_000))]
    pub normal: u32,
    /// Gifts (High) per second.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=40))]
    pub high: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub seconds: u64,
    /// How many viewers hear the flooded room during those seconds.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=18_000))]
    pub audience: u32,
    /// How often the other rooms are measured alone and beside a flood, before.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub pairs: u32,
    /// For how many seconds each time.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub pair_seconds: u64,
    /// How many other rooms talk.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=12))]
    pub rooms: u32,
    /// The most messages that may be admitted in a second: the room's rate and its burst, a fifth of it.
    #[arg(long, default_value_t = 48)]
    pub at_most: u32,
}

/// Likes by the thousand.
#[derive(Args)]
pub struct LikesArgs {
    /// How many like, in our own protocol.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub clients: u32,
    /// How many frames each of them sends per second. The server takes 50 of a connection (`limits.commands_per_second_max`).
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub frames: u32,
    /// How many in a hundred of them bring more than one tap in a frame.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub over: u32,
    /// How many taps those bring.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub over_taps: u32,
    /// How many taps of a user count in a second: the server's `limits.like_taps_per_second_max`.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub cap: u32,
    /// How many others are measured.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub viewers: u32,
    #[command(flatten)]
    pub speaking: Speaking,
    /// Messages per second.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub rate: u32,
    /// How long a message's text is, in bytes.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(30..=8_000))]
    pub text_bytes: u32,
    /// So many windows without likes and as many with them, in turn.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub pairs: u32,
    /// How long a window is, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub window: u64,
    /// The server's tick (`hub.tick_ms`): nobody may be told more than one sum of likes in it.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub tick_ms: u64,
    /// How many open at the same time.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub parallel: u32,
}

/// Calls of a backend.
#[derive(Args)]
pub struct RestArgs {
    /// Over how many connections.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub connections: u32,
    /// Into how many rooms.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub rooms: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub seconds: u64,
}

/// Readers over plain HTTP.
#[derive(Args)]
pub struct SlicesArgs {
    /// How many read.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=19_000))]
    pub readers: u32,
    /// Where they read: a cache in front of the server; the server itself if nothing is said. Loopback only.
    #[arg(long)]
    pub through: Option<String>,
    /// Messages per second in the room.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub rate: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub seconds: u64,
    /// How long a message's text is, in bytes.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(30..=8_000))]
    pub text_bytes: u32,
}

/// Connections that never finish their request.
#[derive(Args)]
pub struct HalfOpenArgs {
    /// How many.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=19_000))]
    pub count: u32,
    /// For how many seconds two users talk, once before and once while they are open.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub seconds: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
        let words = [
            "plaudit-load",
            "--app",
            "1:x",
            "room",
            "--seconds",
            "60",
            "--pid",
            "7",
            "--json",
            "--seconds",
            "5",
        ];
        let cli = Cli::try_parse_from(words).unwrap();
        assert_eq!((cli.server.pid, cli.server.json), (Some(7), true));
        let Scenario::Room(room) = cli.scenario else {
            panic!("not a room")
        };
        assert_eq!(room.seconds, 5);
    }
}
