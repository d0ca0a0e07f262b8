//! The ring of recent events: what a returning client reads from.

use crate::{Entry, Seq};
use std::{collections::VecDeque, sync::Arc};

/// The newest entries of a room, oldest first.
#[derive(Debug)]
pub struct History {
    entries: VecDeque<Arc<Entry>>,
    entries_max: usize,
    /// Everything up to here was pushed out of the ring, or was before it.
    forgotten: Seq,
}

/// What a reader gets.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The entries after the asked place, oldest first.
    pub entries: Vec<Arc<Entry>>,
    /// The number of the room's newest entry.
    pub head: Seq,
    /// Whether entries between the asked place and the first given one are gone: never silence about a hole.
    pub gap: bool,
}

impl History {
    /// A ring that keeps `entries_max` entries, filled with what is known from before.
    pub fn new(entries_max: usize, before: Vec<Arc<Entry>>) -> Self {
        let mut history = Self {
            entries: VecDeque::new(),
            entries_max: entries_max.max(1),
            forgotten: before
                .first()
                .map_or(Seq(0), |first| Seq(first.seq.0.saturating_sub(1))),
        };
        before.into_iter().for_each(|entry| history.push(entry));
        history
    }

    /// Adds the newest entry; the oldest goes when the ring is full.
    pub fn push(&mut self, entry: Arc<Entry>) {
        if self.entries.len() >= self.entries_max {
            self.forgotten = self.entries.pop_front().map_or(self.forgotten, |oldest| oldest.seq);
        }
        if self.entries.is_empty() && self.forgotten == Seq(0) {
            self.forgotten = Seq(entry.seq.0.saturating_sub(1));
        }
        self.entries.push_back(entry);
    }

    /// Takes entries out; what was taken out is no hole.
    pub fn withdraw(&mut self, seqs: &[Seq]) {
        self.entries.retain(|entry| !seqs.contains(&entry.seq));
    }

    /// What came after `after`, at most the newest `entries_max` of it.
    pub fn after(&self, after: Seq, entries_max: usize) -> Reading {
        let start = self.entries.partition_point(|entry| entry.seq <= after);
        let skip = start.max(self.entries.len().saturating_sub(entries_max));
        let entries: Vec<_> = self.entries.iter().skip(skip).cloned().collect();
        let head = self.entries.back().map_or(after, |entry| entry.seq);
        // A hole is certain when entries were skipped, or when the ring begins after the place asked for.
        let gap = skip > start || (after.0 > 0 && after < self.forgotten);
        Reading { entries, head, gap }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Epoch, Event, Millis, UserId};

    fn entry(seq: u64) -> Arc<Entry> {
        let event = Event::Dismissed {
            by: UserId::new("a").unwrap(),
        };
        Arc::new(Entry {
            epoch: Epoch(1),
            seq: Seq(seq),
            at: Millis(seq),
            event,
        })
    }

    fn seqs(reading: &Reading) -> Vec<u64> {
        reading.entries.iter().map(|entry| entry.seq.0).collect()
    }

    #[test]
    fn a_reader_gets_exactly_what_came_after_his_place() {
        let history = History::new(10, (1..=5).map(entry).collect());
        assert_eq!(seqs(&history.after(Seq(0), 100)), [1, 2, 3, 4, 5]);
        assert_eq!(seqs(&history.after(Seq(3), 100)), [4, 5]);
        assert_eq!(seqs(&history.after(Seq(5), 100)), [0u64; 0]);
        assert!(!history.after(Seq(3), 100).gap);
        assert_eq!(history.after(Seq(5), 100).head, Seq(5));
    }

    #[test]
    fn a_reader_who_comes_too_late_is_told_so() {
        let mut history = History::new(3, Vec::new());
        (1..=10).map(entry).for_each(|e| history.push(e));
        let late = history.after(Seq(4), 100);
        assert_eq!((seqs(&late), late.gap), (vec![8, 9, 10], true));
        let just = history.after(Seq(7), 100);
        assert_eq!((seqs(&just), just.gap), (vec![8, 9, 10], false));
        let capped = history.after(Seq(7), 2);
        assert_eq!((seqs(&capped), capped.gap), (vec![9, 10], true));
    }
}
