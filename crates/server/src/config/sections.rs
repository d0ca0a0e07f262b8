//! The sections and their settings. The doc comments are what operators read in the template and in
//! `docs/configuration.md`.

use super::{
    ConfigError,
    layers::Layers,
    setting::{Bounds, Field, LogFilter, Section, Setting, choice, section},
};
use crate::doors::rest::rates::CallRates;
use ipnet::IpNet;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};
use toml::Value;

/// All sections, in the order of the documentation.
pub fn all() -> Vec<Section> {
    vec![
        Top::section(),
        Admin::section(),
        Log::section(),
        Rooms::section(),
        Trace::section(),
        Websdk::section(),
        Sessions::section(),
        Reading::section(),
        Hub::section(),
        Limits::section(),
        Proxies::section(),
    ]
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

section! {
    /// What stands before all sections.
    [""] Top {
        /// Where clients and backends connect. Port 0 takes any free port.
        listen: SocketAddr = loopback(8080);
        /// The folder of the database. It is made when it is missing.
        data: PathBuf = "plaudit-data".into();
        /// How long a stop waits for open work before it cuts, in milliseconds.
        stop_grace_ms: u64 = 5_000, 0..=60_000;
    }
}

section! {
    /// The operator's side: metrics, health and the admin API.
    ["admin"] Admin {
        /// Where the operator connects; "" for no such listener. Do not open it to the world.
        listen: Option<SocketAddr> = Some(loopback(8081));
        /// A file with a token of 16 or more characters that opens the admin API for all apps (`Authorization: Bearer`).
        /// Without one, a UserSig of an administrator does it, for his app.
        token_file: Option<PathBuf> = None;
    }
}

choice! {
    /// How logs are written.
    LogFormat {
        /// Lines for people.
        Human = "human",
        /// One JSON object per line, for machines.
        Json = "json",
    }
}

section! {
    /// Logs, on standard error.
    ["log"] Log {
        /// What is logged.
        level: LogFilter = LogFilter::default();
        /// How it is written: lines for people, or one JSON object per line.
        format: LogFormat = LogFormat::Human;
    }
}

section! {
    /// How rooms behave.
    ["rooms"] Rooms {
        /// How many recent messages a newcomer is shown.
        history_on_join: usize = 0, 0..=50;
        /// How many recent events of a room are kept, in memory and on disk, for clients that come back. Half of it is
        /// also the most that is admitted before viewers are told: a room with a rate of thousands needs more.
        history_entries: usize = 256, 50..=10_000;
        /// How many messages of a room pass per second; what exceeds it waits, the most urgent first. A room can have
        /// its own.
        rate_per_s: u64 = 40, 1..=10_000;
        /// How long a message waits for its turn at most, in milliseconds. Then it is dropped and counted.
        max_wait_ms: u64 = 1_000, 100..=10_000;
        /// Whether members are told who joins and leaves.
        join_tips: bool = true;
        /// How many join and leave tips a room shows per second. What goes beyond is told in summaries; 0 shows none.
        tips_per_second_max: u64 = 20, 0..=1_000;
        /// How many event numbers a room reserves at once in the store. A restart goes on in the next block, so a
        /// larger block means fewer writes and a larger gap.
        numbers_block: u64 = 10_000, 100..=1_000_000;
        /// After how many seconds without members a room leaves memory. It stays in the store.
        idle_unload_s: u64 = 600, 10..=86_400;
        /// Whether the online number counts guests.
        count_guests: bool = true;
    }
}

section! {
    /// What is remembered of messages, so that a lost one can be explained (docs/admin-api.md).
    ["trace"] Trace {
        /// How long the story of each message, and the seconds of a room's account, stay in memory, in seconds.
        keep_s: u64 = 900, 60..=86_400;
        /// How long a room's account stays on disk, by minutes, in days.
        keep_days: u64 = 30, 1..=3_650;
        /// Of how many messages the story is kept at once; the rooms in memory share them evenly. 0 for none.
        messages_max: usize = 100_000, 0..=10_000_000;
    }
}

choice! {
    /// How events reach an official Web SDK that is logged in. Guests always poll.
    Delivery {
        /// The server sends them as they come.
        Push = "push",
        /// The client asks for them.
        Poll = "poll",
    }
}

section! {
    /// The door of the official Web SDKs.
    ["websdk"] Websdk {
        /// How events reach a user who is logged in; guests always poll. An app can have its own.
        delivery: Delivery = Delivery::Push;
        /// How long a poll waits for something to happen, in milliseconds.
        poll_hold_ms: u64 = 10_000, 1_000..=12_000;
        /// Frames above this size are compressed for clients that can read it, also those of our own protocol, in bytes; 0
        /// for never.
        compress_above_bytes: usize = 1_024, 0..=1_048_576;
        /// How often a client is told to say hello, in seconds.
        hello_interval_s: u64 = 120, 10..=3_600;
        /// After how much silence of a client the server pings it, in milliseconds.
        ping_after_ms: u64 = 10_000, 1_000..=15_000;
        /// How many missed events a client that comes back is sent again at most.
        replay_max: usize = 150, 0..=150;
    }
}

section! {
    /// Logins.
    ["sessions"] Sessions {
        /// How many sessions a user may have on the Web at once. One more ends the oldest.
        web_per_user_max: usize = 1, 1..=10;
        /// The same on each other platform: Android, iOS, Windows, Mac, iPad, mini programs.
        device_per_user_max: usize = 1, 1..=10;
        /// How long the rooms of a silent session are remembered, in hours.
        keep_hours: u64 = 24, 1..=8_760;
    }
}

section! {
    /// Rooms that are read over plain HTTP, as a stream or in slices (docs/protocol.md, section 10).
    ["reading"] Reading {
        /// For how long the slices of a room are kept, in seconds; in memory, with everything that was said in them. When
        /// nobody has asked for so long, they are forgotten.
        slices_kept_s: u64 = 60, 5..=3_600;
        /// After how long without news a stream shows that it lives, in milliseconds.
        ping_ms: u64 = 15_000, 1_000..=15_000;
    }
}

section! {
    /// How events are spread over connections.
    ["hub"] Hub {
        /// For how long events of a busy room are gathered into one write per connection, in milliseconds; 0 sends
        /// each at once. A quiet room never waits.
        tick_ms: u64 = 100, 0..=1_000;
        /// Over how many shards connections are spread; 0 for one per processor core.
        shards: usize = 0, 0..=256;
        /// How much the system keeps for one connection that does not read, in bytes, before anything waits in the
        /// server; the system takes twice that, with what it needs itself. 0 leaves it to the system, which may mean
        /// megabytes for each.
        socket_send_bytes: usize = 65_536, 0..=16_777_216;
        /// How much may wait for one slow connection, in bytes. Beyond it lower priorities are skipped and counted.
        outbox_bytes_max: usize = 1_048_576, 65_536..=67_108_864;
        /// How long an event may wait for a slow connection, in milliseconds.
        outbox_age_ms_max: u64 = 30_000, 1_000..=300_000;
    }
}

section! {
    /// What one client, one address and all together may take. Reaching a limit is an error to whoever reaches it, and
    /// a metric.
    ["limits"] Limits {
        /// Open connections at once.
        connections_max: usize = 20_000, 1..=1_000_000;
        /// Open connections from one address at once.
        connections_per_address_max: usize = 10_000, 1..=1_000_000;
        /// New connections per second. More of them are not refused: they wait at the door, in the system's queue.
        new_connections_per_second_max: u64 = 5_000, 1..=1_000_000;
        /// How much memory this process may use before it lets nobody new in, in bytes; 0 for four fifths of what the
        /// machine or the container has. Who is in stays.
        memory_bytes_max: u64 = 0, 0..=1_125_899_906_842_624;
        /// How long a new connection may take to send its request, in milliseconds.
        upgrade_timeout_ms: u64 = 10_000, 100..=60_000;
        /// How long a client of our own protocol may take to say who it is, in milliseconds.
        login_timeout_ms: u64 = 10_000, 100..=60_000;
        /// The longest frame of a client, in bytes; also after it is inflated.
        frame_bytes_max: usize = 65_536, 16_384..=16_777_216;
        /// The longest body of a REST request, in bytes.
        rest_body_bytes_max: usize = 1_048_576, 16_384..=67_108_864;
        /// Commands per second of one connection, in the long run.
        commands_per_second_max: u64 = 50, 1..=10_000;
        /// Commands of one connection at once, after a pause.
        commands_burst: u64 = 200, 1..=100_000;
        /// Commands of one connection that may wait to be worked on.
        command_queue_max: usize = 128, 1..=10_000;
        /// Long polls of one connection at once.
        polls_per_connection_max: usize = 16, 1..=1_000;
        /// Rooms of one session at once.
        rooms_per_session_max: usize = 20, 1..=1_000;
        /// Rooms that one user may own when he makes another himself; backends are not limited.
        rooms_per_user_max: u64 = 100, 1..=1_000_000;
        /// Rooms that one app may make a day and not dismiss again.
        new_rooms_per_day_max: u64 = 10_000, 1..=100_000_000;
        /// Messages that one user may write to other users per minute; backends are not limited.
        directs_per_user_per_minute_max: u64 = 100, 1..=1_000_000;
        /// Writes of a room's attributes per second, all writers together.
        attribute_writes_per_s_max: u64 = 5, 1..=1_000;
        /// How often an app may call a REST command per second, where it differs from the vendor's limits
        /// (docs/compatibility.md): COMMAND=NUMBER, such as send_group_msg=1000; 0 for no limit, * for all that are not
        /// named.
        rest_calls_per_s: CallRates = CallRates::default();
        /// Joins of guests from one address per minute.
        guest_joins_per_address_per_minute_max: u64 = 6_000, 1..=1_000_000;
        /// How many likes of one user count in a second in one room, with as many again in reserve. The rest are refused.
        like_taps_per_second_max: u64 = 20, 1..=1_000;
        /// Failed logins per minute of one address and account together.
        failed_logins_per_minute_max: u64 = 20, 1..=100_000;
    }
}

section! {
    /// Proxies in front of the server.
    ["proxies"] Proxies {
        /// Addresses and networks whose X-Forwarded-For is believed. For all others the peer's own address counts.
        trusted: Vec<IpNet> = Vec::new();
    }
}
