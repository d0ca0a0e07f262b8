//! What waits for one connection: bounded in bytes and in age.

use crate::{ConnId, Variant, frame};
use bytes::Bytes;
use parking_lot::Mutex;
use room::Priority;
use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    net::Shutdown,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::tcp::OwnedWriteHalf,
    sync::Notify,
    time::{Instant, timeout_at},
};

/// How much may wait for one connection.
#[derive(Clone, Copy, Debug)]
pub struct OutboxLimits {
    /// The most bytes that wait.
    pub bytes_max: usize,
    /// How long the oldest of them may wait before the peer counts as dead.
    pub age_max: Duration,
}

/// What a frame is to its receiver; decides what goes first when the outbox is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The answer to a request, or a control frame: never skipped.
    Reply,
    /// Something of a room.
    Event {
        /// The highest priority of what the frame carries.
        priority: Priority,
        /// How many events it carries.
        events: u32,
    },
}

impl Class {
    /// Whether it may be left out for a slow viewer: everything of a room below High.
    fn skippable(self) -> Option<Priority> {
        match self {
            Self::Event { priority, .. } if priority < Priority::High => Some(priority),
            _ => None,
        }
    }
}

/// How many events were left out, by the highest priority of their frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skips {
    /// Text, mostly.
    pub normal: u64,
    /// Likes, mostly.
    pub low: u64,
    /// What is below likes.
    pub lowest: u64,
}

impl Skips {
    /// Whether nothing was left out.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    fn add(&mut self, class: Class) {
        if let Class::Event { priority, events } = class {
            let events = u64::from(events);
            match priority {
                // High is never left out.
                Priority::High => {}
                Priority::Normal => self.normal += events,
                Priority::Low => self.low += events,
                Priority::Lowest => self.lowest += events,
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.normal += other.normal;
        self.low += other.low;
        self.lowest += other.lowest;
    }
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is written, or waits.
    Taken,
    /// It was left out: the outbox is full of what is at least as urgent.
    Skipped,
    /// The connection is closed, or was closed because this frame must not be lost silently.
    Closed,
}

/// What became of a frame, and of others for its sake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What became of it.
    pub outcome: Outcome,
    /// What was left out: the frame itself, or less urgent ones for it.
    pub skips: Skips,
}

impl From<Outcome> for Sent {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            skips: Skips::default(),
        }
    }
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The peer closed, or the network did.
    Peer,
    /// The peer did not read fast enough, and something urgent would have been lost.
    Overflow,
    /// The peer read nothing for too long.
    Stalled,
    /// Nothing was heard from the peer for too long.
    Silent,
    /// The peer broke the protocol or a limit.
    Protocol,
    /// A newer connection of the same session took over.
    Replaced,
    /// The login that it served is over.
    SessionOver,
    /// The server stops.
    Shutdown,
}

impl CloseReason {
    /// The WebSocket status code that goes with it (RFC 6455 section 7.4.1).
    pub fn code(self) -> u16 {
        match self {
            Self::Peer | Self::Replaced | Self::SessionOver => 1000,
            Self::Shutdown => 1001,
            Self::Protocol => 1008,
            Self::Overflow | Self::Stalled | Self::Silent => 1013,
        }
    }
}

/// What a connection of a variant is told when it is closed: a complete close frame.
pub type Farewell = fn(Variant, CloseReason) -> Bytes;

/// The status code that goes with the reason, and nothing more.
pub fn plain_farewell(_: Variant, reason: CloseReason) -> Bytes {
    frame::close(reason.code(), "")
}

struct Waiting {
    bytes: Bytes,
    class: Class,
    /// What is written in its place when it is left out; may be empty.
    instead: Bytes,
    since: Instant,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Waiting>,
    /// How much of the first frame is already written: such a frame can neither be skipped nor overtaken.
    written: usize,
    bytes: usize,
    closed: Option<CloseReason>,
}

/// The writing side of one connection.
pub struct Outbox {
    id: ConnId,
    variant: Variant,
    limits: OutboxLimits,
    farewell: Farewell,
    socket: OwnedWriteHalf,
    queue: Mutex<Queue>,
    /// Wakes the connection's own task: something waits, or the connection is closed.
    wake: Notify,
    /// The bytes that wait in all outboxes of the hub.
    all_waiting: Arc<AtomicUsize>,
}

impl Outbox {
    pub(crate) fn new(
        id: ConnId,
        variant: Variant,
        socket: OwnedWriteHalf,
        (limits, farewell): (OutboxLimits, Farewell),
        all_waiting: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            id,
            variant,
            limits,
            farewell,
            socket,
            queue: Mutex::default(),
            wake: Notify::new(),
            all_waiting,
        }
    }

    /// The connection's number.
    pub fn id(&self) -> ConnId {
        self.id
    }

    /// The encoding that the connection wants.
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// Sends a complete frame: at once if nothing waits before it, else after what waits.
    pub fn send(&self, frame: &Bytes, class: Class) -> Sent {
        self.send_or(frame, &Bytes::new(), class)
    }

    /// The same; if the frame is left out, now or later, `instead` is written in its place, unless it is empty.
    pub(crate) fn send_or(&self, frame: &Bytes, instead: &Bytes, class: Class) -> Sent {
        let mut queue = self.queue.lock();
        if queue.closed.is_some() {
            return Outcome::Closed.into();
        }
        let mut written = 0;
        if queue.frames.is_empty() {
            match self.socket.try_write(frame) {
                Ok(n) if n == frame.len() => return Outcome::Taken.into(),
                Ok(n) => written = n,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => {
                    self.close_locked(&mut queue, CloseReason::Peer);
                    return Outcome::Closed.into();
                }
            }
        }
        let (mut sent, class) = if written == 0 {
            (self.make_room(&mut queue, frame.len(), class), class)
        } else {
            // The tail of a frame must follow its head, whatever it carries.
            queue.written = 0;
            (Outcome::Taken.into(), Class::Reply)
        };
        if sent.outcome == Outcome::Taken {
            self.wait(&mut queue, frame.slice(written..), instead.clone(), class);
        } else if sent.outcome == Outcome::Skipped && !instead.is_empty() {
            // That something is left out is never left out itself.
            let told = self.make_room(&mut queue, instead.len(), Class::Reply);
            sent.skips.merge(told.skips);
            if told.outcome == Outcome::Taken {
                self.wait(&mut queue, instead.clone(), Bytes::new(), Class::Reply);
            } else {
                sent.outcome = told.outcome;
            }
        }
        sent
    }

    fn wait(&self, queue: &mut Queue, bytes: Bytes, instead: Bytes, class: Class) {
        self.count(queue, |waiting| waiting + bytes.len());
        queue.frames.push_back(Waiting {
            bytes,
            class,
            instead,
            since: Instant::now(),
        });
        self.wake.notify_one();
    }

    /// Changes how many bytes wait, here and in all.
    fn count(&self, queue: &mut Queue, change: impl FnOnce(usize) -> usize) {
        let before = std::mem::replace(&mut queue.bytes, 0);
        queue.bytes = change(before);
        // First what comes, so that the sum of all never falls below zero.
        self.all_waiting.fetch_add(queue.bytes, Ordering::Relaxed);
        self.all_waiting.fetch_sub(before, Ordering::Relaxed);
    }

    /// Leaves out less urgent frames until `len` more bytes fit.
    fn make_room(&self, queue: &mut Queue, len: usize, class: Class) -> Sent {
        let mut skips = Skips::default();
        let outcome = loop {
            if queue.bytes + len <= self.limits.bytes_max {
                break Outcome::Taken;
            }
            let first_free = usize::from(queue.written > 0);
            let lowest = queue
                .frames
                .iter()
                .enumerate()
                .skip(first_free)
                .filter_map(|(at, waiting)| waiting.class.skippable().map(|priority| (priority, at)))
                .min();
            match (lowest, class.skippable()) {
                // The newcomer is the least urgent of all.
                (Some((priority, _)), Some(mine)) if mine <= priority => break Outcome::Skipped,
                (None, Some(_)) => break Outcome::Skipped,
                (Some((_, at)), _) => skips.add(self.leave_out(queue, at)),
                (None, None) => {
                    self.close_locked(queue, CloseReason::Overflow);
                    break Outcome::Closed;
                }
            }
        };
        if outcome == Outcome::Skipped {
            skips.add(class);
        }
        Sent { outcome, skips }
    }

    /// Leaves a frame out that waits; what stands for it takes its place.
    fn leave_out(&self, queue: &mut Queue, at: usize) -> Class {
        let Some(waiting) = queue.frames.get_mut(at) else {
            return Class::Reply;
        };
        let class = std::mem::replace(&mut waiting.class, Class::Reply);
        let instead = std::mem::take(&mut waiting.instead);
        let (less, more) = (waiting.bytes.len(), instead.len());
        waiting.bytes = instead;
        if more == 0 {
            queue.frames.remove(at);
        }
        self.count(queue, |bytes| bytes + more - less);
        class
    }

    /// Writes what waits whenever the peer takes it; answers when the connection is closed, which it is when the peer
    /// takes nothing for too long. To be awaited by the one task that owns the connection; safe to drop and call again.
    pub async fn drive(&self) -> CloseReason {
        loop {
            let (closed, oldest) = {
                let queue = self.queue.lock();
                (queue.closed, queue.frames.front().map(|first| first.since))
            };
            match (closed, oldest) {
                (Some(reason), _) => return reason,
                (None, None) => self.wake.notified().await,
                // In a box of its own: nearly all connections have nothing that waits, and should not pay for it.
                (None, Some(since)) => Box::pin(self.write_on(since + self.limits.age_max)).await,
            }
        }
    }

    /// Writes as soon as the peer takes something, or gives up at the deadline.
    async fn write_on(&self, deadline: Instant) {
        tokio::select! {
            writable = timeout_at(deadline, self.socket.writable()) => match writable {
                Ok(Ok(())) => self.flush(),
                Ok(Err(_)) => self.close(CloseReason::Peer),
                Err(_) => self.close(CloseReason::Stalled),
            },
            // A close does not wait for a peer that does not read.
            () = self.wake.notified() => {}
        }
    }

    fn flush(&self) {
        const SLICES_MAX: usize = 64;
        let mut queue = self.queue.lock();
        while !queue.frames.is_empty() && queue.closed.is_none() {
            let written = {
                let skip = queue.written;
                let slices: Vec<_> = queue
                    .frames
                    .iter()
                    .take(SLICES_MAX)
                    .enumerate()
                    .map(|(at, waiting)| {
                        IoSlice::new(waiting.bytes.get(if at == 0 { skip } else { 0 }..).unwrap_or(&[]))
                    })
                    .collect();
                self.socket.try_write_vectored(&slices)
            };
            match written {
                Ok(n) => {
                    self.count(&mut queue, |bytes| bytes.saturating_sub(n));
                    queue.advance(n);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.close_locked(&mut queue, CloseReason::Peer),
            }
        }
    }

    /// How many bytes wait.
    pub fn waiting_bytes(&self) -> usize {
        self.queue.lock().bytes
    }

    /// Closes the connection. What waits is dropped; a close frame is sent if nothing stands in its way.
    pub fn close(&self, reason: CloseReason) {
        self.close_locked(&mut self.queue.lock(), reason);
    }

    /// Whether it is closed, and why.
    pub fn closed(&self) -> Option<CloseReason> {
        self.queue.lock().closed
    }

    fn close_locked(&self, queue: &mut Queue, reason: CloseReason) {
        if queue.closed.is_some() {
            return;
        }
        if queue.frames.is_empty() && reason != CloseReason::Peer {
            // Best effort: the peer may be gone, and the next line ends the connection either way.
            let _ = self.socket.try_write(&(self.farewell)(self.variant, reason));
        }
        queue.closed = Some(reason);
        queue.frames = VecDeque::new();
        self.count(queue, |_| 0);
        // Only the writing side: unread input would turn a full close into a reset, and the close frame could be lost.
        let _ = socket2::SockRef::from(self.socket.as_ref()).shutdown(Shutdown::Write);
        self.wake.notify_one();
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        let left = self.queue.get_mut().bytes;
        self.all_waiting.fetch_sub(left, Ordering::Relaxed);
    }
}

impl Queue {
    /// Notes that `n` bytes of the front were written.
    fn advance(&mut self, n: usize) {
        self.written += n;
        while let Some(first) = self.frames.front() {
            if self.written < first.bytes.len() {
                return;
            }
            self.written -= first.bytes.len();
            self.frames.pop_front();
        }
        self.written = 0;
    }
}

#[cfg(test)]
mod tests;
