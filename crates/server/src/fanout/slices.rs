//! What a room says, cut into seconds, for caches (protocol section 10, decision 0020). Pure: time is an argument.
//!
//! An event belongs to the second of its time, unless that one is sealed already, or an event before it stands in a later
//! one: then it belongs to the next that can take it. So slices have every event once, in order, and a sealed slice never
//! changes, but for what is taken back.

use bytes::Bytes;
use room::{Millis, Seq};
use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
};

/// A second is sealed when it has been over for this long, in seconds: what was said in it has been told by then, also in a
/// busy room. What is told even later goes into a later slice, and nothing is lost.
const MARGIN_S: u64 = 1;

/// The slices of one room: those that are sealed, and what will be in the next ones.
pub struct Slices {
    kept_s: u64,
    /// One after the other, the newest last; there is always one.
    sealed: VecDeque<Slice>,
    /// With the second to which each belongs; these never fall.
    open: VecDeque<(u64, Told)>,
    /// When somebody asked last.
    asked: Millis,
}

/// What a room said in one second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Which second, since 1970.
    pub second: u64,
    /// What came before it.
    pub after: Seq,
    /// The number of its last event; that of `after` if there is none.
    pub seq: Seq,
    /// How the room stood when it was sealed, as JSON.
    pub state: Arc<str>,
    /// How often something in it was taken back since.
    pub changes: u32,
    told: Vec<Told>,
    body: OnceLock<Bytes>,
}

/// An event and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    seq: Seq,
    text: Arc<str>,
}

/// Why there is no such slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSlice {
    /// Its second is not over, or only just.
    NotYet,
    /// It is not kept any more, or nobody asked for slices then.
    TooOld,
}

impl Slice {
    /// Its events, as JSON.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.told.iter().map(|told| &*told.text)
    }

    /// What is sent of it, written once.
    pub fn body(&self, write: impl FnOnce(&Self) -> String) -> Bytes {
        self.body.get_or_init(|| write(self).into()).clone()
    }
}

impl Slices {
    /// Slices that begin now, after `head`, and are kept for some seconds. The first one is empty, so that there is a place
    /// to read on from. It is a second that no earlier slices of this room can have sealed.
    pub fn begin(now: Millis, head: Seq, state: Arc<str>, kept_s: u64) -> Self {
        let first = Slice {
            second: now.secs().saturating_sub(MARGIN_S),
            after: head,
            seq: head,
            state,
            changes: 0,
            told: Vec::new(),
            body: OnceLock::new(),
        };
        Self {
            kept_s,
            sealed: VecDeque::from([first]),
            open: VecDeque::new(),
            asked: now,
        }
    }

    /// Whether nobody asked for as long as slices are kept.
    pub fn is_idle(&self, now: Millis) -> bool {
        now.since(self.asked) > self.kept_s * 1000
    }

    /// The room's viewers were told of an event.
    pub fn tell(&mut self, seq: Seq, at: Millis, text: Arc<str>) {
        let newest = self.open.back().map_or(self.newest() + 1, |(second, _)| *second);
        self.open.push_back((at.secs().max(newest), Told { seq, text }));
    }

    /// An event was taken back: its place stays, with this text.
    pub fn take_back(&mut self, seq: Seq, text: impl FnOnce() -> Arc<str>) {
        let of_slice = self.sealed.partition_point(|slice| slice.seq < seq);
        let told = match self.sealed.get_mut(of_slice) {
            Some(slice) => {
                let told = slice.told.iter_mut().find(|told| told.seq == seq);
                if told.is_some() {
                    slice.changes += 1;
                    slice.body = OnceLock::new();
                }
                told
            }
            None => self.open.iter_mut().map(|(_, told)| told).find(|told| told.seq == seq),
        };
        if let Some(told) = told {
            told.text = text();
        }
    }

    /// Somebody asks: seals the seconds that can be, with how the room stands now, and forgets those that are too old.
    pub fn seal(&mut self, now: Millis, state: &Arc<str>) {
        self.asked = self.asked.max(now);
        while self.newest() + MARGIN_S + 1 < now.secs() {
            let second = self.newest() + 1;
            let after = self.sealed.back().map_or(Seq(0), |slice| slice.seq);
            let count = self.open.partition_point(|(of, _)| *of <= second);
            let told: Vec<_> = self.open.drain(..count).map(|(_, told)| told).collect();
            self.sealed.push_back(Slice {
                second,
                after,
                seq: told.last().map_or(after, |told| told.seq),
                state: state.clone(),
                changes: 0,
                told,
                body: OnceLock::new(),
            });
            if self.sealed.len() as u64 > self.kept_s {
                self.sealed.pop_front();
            }
        }
    }

    /// A slice.
    pub fn get(&self, second: u64) -> Result<&Slice, NoSlice> {
        let at = second.checked_sub(self.oldest()).ok_or(NoSlice::TooOld)?;
        let at = usize::try_from(at).map_err(|_| NoSlice::NotYet)?;
        self.sealed.get(at).ok_or(NoSlice::NotYet)
    }

    /// The oldest sealed second that is kept.
    pub fn oldest(&self) -> u64 {
        self.sealed.front().map_or(0, |slice| slice.second)
    }

    /// The newest sealed second.
    pub fn newest(&self) -> u64 {
        self.sealed.back().map_or(0, |slice| slice.second)
    }
}

#[cfg(test)]
mod tests;
