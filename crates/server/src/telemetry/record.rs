//! What the application notes, in its own words.

use super::metrics::{
    ByCause, ByCode, ByCommand, ByDialect, ByEncoding, ByFate, ByHook, ByKind, ByOperation, ByOutcome, ByPriority,
    ByQueue, ByWebhook, Dialect, Door, Metrics, Outcome, PriorityLabel,
};
use hub::Delivered;
use room::{Priority, likes::Counted, tally::Fate};
use std::time::Duration;

impl Metrics {
    /// `n` things of a kind were to be written behind and are lost.
    pub fn writebehind_lost(&self, kind: &'static str, n: u64) {
        self.writebehind_lost_total.get_or_create(&ByKind::new(kind)).inc_by(n);
    }

    /// How much waits in a queue.
    pub fn set_work_queue(&self, queue: &'static str, depth: usize) {
        self.work_queue_depth
            .get_or_create(&ByQueue::new(queue))
            .set(depth as i64);
    }

    /// A room's viewers were told of `events` events.
    pub fn delivered(&self, delivered: Delivered, events: u64, took: Duration) {
        self.fanout_seconds.observe(took.as_secs_f64());
        self.events_delivered_total
            .inc_by(delivered.connections as u64 * events);
        let skips = delivered.skips;
        for (priority, count) in [
            (Priority::Normal, skips.normal),
            (Priority::Low, skips.low),
            (Priority::Lowest, skips.lowest),
        ] {
            if count > 0 {
                let priority = ByPriority::new(PriorityLabel::from(priority));
                self.events_skipped_total.get_or_create(&priority).inc_by(count);
            }
        }
    }

    /// A connection came, or one went.
    pub fn connection(&self, dialect: Dialect, change: i64) {
        self.connections.get_or_create(&ByDialect::new(dialect)).inc_by(change);
    }

    /// A connection was closed.
    pub fn connection_closed(&self, cause: &'static str) {
        self.connections_closed_total.get_or_create(&ByCause::new(cause)).inc();
    }

    /// A frame was encoded for an audience.
    pub fn encoded(&self, dialect: Dialect, encoding: &'static str) {
        self.frames_encoded_total
            .get_or_create(&ByEncoding::new(dialect, encoding))
            .inc();
    }

    /// Who is there.
    pub fn set_population(&self, sessions: usize, rooms: usize, members: usize, guests: usize) {
        self.sessions.set(sessions as i64);
        self.rooms.set(rooms as i64);
        self.room_members.set(members as i64);
        self.guests.set(guests as i64);
    }

    /// What waits for clients.
    pub fn set_waiting(&self, polls: usize, outbox_bytes: usize) {
        self.polls_waiting.set(polls as i64);
        self.outbox_bytes.set(outbox_bytes as i64);
    }

    /// A command was answered; `code` is 0 for success.
    pub fn command(&self, door: Door, command: &'static str, code: i32, took: Duration) {
        self.command_seconds
            .get_or_create(&ByCommand::new(door, command))
            .observe(took.as_secs_f64());
        if code != 0 {
            self.commands_failed_total.get_or_create(&ByCode::new(door, code)).inc();
        }
    }

    /// A message was decided.
    pub fn message(&self, door: Door, fate: Fate, priority: Priority) {
        let (outcome, cause) = match fate {
            Fate::Admitted => (Outcome::Admitted, "none"),
            Fate::Rejected(cause) => (Outcome::Rejected, cause.as_str()),
            Fate::Dropped(cause) => (Outcome::Dropped, cause.as_str()),
        };
        let fate = ByFate::new(door, outcome, cause, PriorityLabel::from(priority));
        self.messages_total.get_or_create(&fate).inc();
    }

    /// Somebody liked a room.
    pub fn likes(&self, became: Counted) {
        for (outcome, taps) in [("counted", became.counted), ("refused", became.refused)] {
            if taps > 0 {
                self.likes_total.get_or_create(&ByOutcome::new(outcome)).inc_by(taps);
            }
        }
    }

    /// Somebody opened a stream.
    pub fn stream_opened(&self) {
        self.streams.inc();
        self.streams_opened_total.inc();
    }

    /// Somebody asked for slices.
    pub fn slice_request(&self, outcome: &'static str) {
        self.slice_requests_total.get_or_create(&ByOutcome::new(outcome)).inc();
    }

    /// A webhook was called, or would have been.
    pub fn webhook(&self, command: &'static str, outcome: &'static str, took: Duration) {
        self.webhook_seconds
            .get_or_create(&ByWebhook::new(command, outcome))
            .observe(took.as_secs_f64());
    }

    /// Something passed without the backend's answer.
    pub fn webhook_unreviewed(&self, command: &'static str) {
        self.webhooks_unreviewed_total
            .get_or_create(&ByHook::new(command))
            .inc();
    }

    /// A changed list of words was read, or not.
    pub fn word_list(&self, outcome: &'static str) {
        self.word_lists_total.get_or_create(&ByOutcome::new(outcome)).inc();
    }

    /// A backend is left alone from now on, or not any more.
    pub fn webhook_breaker(&self, was_open: bool, is_open: bool) {
        match (was_open, is_open) {
            (false, true) => drop(self.webhook_breakers_open.inc()),
            (true, false) => drop(self.webhook_breakers_open.dec()),
            _ => {}
        }
    }

    /// A backend was not told something.
    pub fn webhook_lost(&self) {
        self.webhooks_lost_total.inc();
    }

    /// Somebody tried to log in.
    pub fn login(&self, outcome: &'static str) {
        self.logins_total.get_or_create(&ByOutcome::new(outcome)).inc();
    }

    /// A connection was turned away.
    pub fn refused(&self, cause: &'static str) {
        self.connections_refused_total.get_or_create(&ByCause::new(cause)).inc();
    }

    /// The store answered.
    pub fn store(&self, operation: &'static str, took: Duration) {
        self.store_seconds
            .get_or_create(&ByOperation::new(operation))
            .observe(took.as_secs_f64());
    }
}
