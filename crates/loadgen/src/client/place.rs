//! Where a viewer is in a room, and how he notices that something is missing: by the numbers of events, and in our own
//! protocol also by what each frame says that it is about.

use super::{
    counts::Seen,
    told::{Stretch, Told},
};

/// What one viewer must remember.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The number of the last event; nothing before the first.
    last: Option<u64>,
    /// The number up to which the answer to his join held everything.
    joined: u64,
    /// When the last message was due.
    last_due_us: u64,
    /// The last sum of the room's likes that he was told; 0 before the first.
    pub likes: u64,
    /// Messages with a time in them since the talk began.
    pub heard: Digest,
    /// Numbers that he was told he is not told, since the talk began.
    pub skipped: u64,
    /// Sums of likes since the talk began.
    pub likes_told: u64,
}

/// Messages with a time in them, by those times and in the order in which they came: two are equal only if they heard the
/// same, without a loss, a repetition or a change of order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    pub messages: u64,
    digest: u64,
}

impl Digest {
    /// The next message.
    pub fn hear(&mut self, due_us: u64) {
        // An odd number with its bits well spread (the golden ratio), so that each step can be undone: no message is
        // forgotten by what comes after it.
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        self.messages += 1;
        self.digest = (self.digest.rotate_left(5) ^ due_us).wrapping_mul(SPREAD);
    }
}

/// How news came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Unasked.
    Pushed,
    /// He polled.
    Polled,
    /// He came back, and had missed it: it is as old as he was away. Meanwhile another run of numbering may have begun.
    Missed { epoch_is_new: bool },
}

impl Place {
    /// Nothing is known any more: the next number is the first.
    pub fn forget(&mut self) {
        (self.last, self.joined) = (None, 0);
    }

    /// He joined, and knows everything up to this number.
    pub fn enter(&mut self, seq: u64) {
        (self.last, self.joined) = (Some(seq), seq);
    }

    /// The number of the last event; 0 before the first.
    pub fn last(&self) -> u64 {
        self.last.unwrap_or(0)
    }

    /// The talk begins: what is heard is counted anew.
    pub fn count_anew(&mut self) {
        self.heard = Digest::default();
        (self.skipped, self.likes_told) = (0, 0);
    }
}

impl Seen {
    /// A viewer is told something.
    pub fn hear(&mut self, place: &mut Place, told: &Told, way: Way, wire_bytes: usize, now_us: u64) {
        if let Some((total, add)) = told.likes {
            self.hear_likes(place, total, add);
        }
        let known = match told.stretch {
            Some(stretch) => self.follow(place, stretch, told, way),
            None => {
                self.follow_numbers(place, told);
                0
            }
        };
        if told.seqs.is_empty() {
            return;
        }
        let counts = &mut self.counts;
        counts.events += told.seqs.len() as u64;
        counts.frames += 1;
        counts.bytes += wire_bytes as u64;
        // In the dialect that says no stretches nothing is known before it is told.
        for heard in told.messages.iter().filter(|heard| known == 0 || heard.seq > known) {
            counts.messages += 1;
            counts.unordered += u64::from(heard.due_us < place.last_due_us);
            place.last_due_us = heard.due_us;
            place.heard.hear(heard.due_us);
            let latency_us = match way {
                Way::Pushed => &mut self.latency_us,
                Way::Polled => &mut self.polled_us,
                Way::Missed { .. } => {
                    counts.caught_up += 1;
                    continue;
                }
            };
            latency_us.saturating_record(now_us.saturating_sub(heard.due_us).max(1));
        }
    }

    /// In the official dialect there are only the numbers of events.
    fn follow_numbers(&mut self, place: &mut Place, told: &Told) {
        let (Some(first), Some(last)) = (told.seqs.first(), told.seqs.last()) else {
            return;
        };
        if told.contiguous && place.last.is_none_or(|before| *first == before + 1) {
            place.last = Some(*last);
            return;
        }
        for seq in &told.seqs {
            match place.last {
                Some(before) if *seq <= before => self.counts.repeated += 1,
                before => {
                    self.counts.missing += before.map_or(0, |before| seq - before - 1);
                    place.last = Some(*seq);
                }
            }
        }
    }

    /// In our own protocol a frame says what it is about (protocol section 5). Answers up to where everything was known
    /// before, if that reaches into the frame.
    fn follow(&mut self, place: &mut Place, stretch: Stretch, told: &Told, way: Way) -> u64 {
        let Stretch { after, seq, skipped } = stretch;
        let last = place.last.unwrap_or(after);
        let counts = &mut self.counts;
        // A silent hole.
        counts.missing += after.saturating_sub(last);
        // What the answer to the join held may come once more; nothing else.
        counts.repeated += last.min(seq).saturating_sub(after.max(place.joined));
        place.last = Some(last.max(seq));
        if skipped {
            let numbers = seq.saturating_sub(last.max(after));
            counts.skipped += numbers;
            place.skipped += numbers;
        } else if way != (Way::Missed { epoch_is_new: true }) {
            // Nothing is taken back here, so each number has its event; only a new run of numbering begins with a higher
            // number than the next.
            counts.missing += (seq - after.min(seq)).saturating_sub(told.seqs.len() as u64);
        }
        if last > after { last } else { 0 }
    }

    /// One sum of likes for everybody: the one before, and what came since.
    fn hear_likes(&mut self, place: &mut Place, total: u64, add: u64) {
        self.counts.likes_told += 1;
        self.counts.likes_unlike += u64::from(place.likes > 0 && total != place.likes + add);
        place.likes = total;
        place.likes_told += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::told::Heard;

    fn told(seqs: &[u64]) -> Told {
        let heard = |seq: &u64| Heard {
            seq: *seq,
            due_us: seq * 10,
        };
        Told {
            seqs: seqs.to_vec(),
            contiguous: seqs.windows(2).all(|pair| pair[1] == pair[0] + 1),
            messages: seqs.iter().map(heard).collect(),
            ..Default::default()
        }
    }

    fn batch(after: u64, seqs: &[u64], seq: u64) -> Told {
        let skipped = false;
        Told {
            stretch: Some(Stretch { after, seq, skipped }),
            ..told(seqs)
        }
    }

    fn skipped(from: u64, to: u64) -> Told {
        let (after, seq, skipped) = (from - 1, to, true);
        Told {
            stretch: Some(Stretch { after, seq, skipped }),
            ..Default::default()
        }
    }

    fn hear(place: &mut Place, frames: &[Told]) -> crate::client::counts::Counts {
        let mut seen = Seen::nothing().unwrap();
        for frame in frames {
            seen.hear(place, frame, Way::Pushed, 100, 1_000);
        }
        seen.counts
    }

    #[test]
    fn numbers_that_are_missing_or_come_again_are_counted() {
        for (frames, expected) in [
            (&[&[7, 8][..], &[9]][..], (3, 0, 0)),
            (&[&[7, 8], &[11]], (3, 2, 0)),
            (&[&[7, 9]], (2, 1, 0)),
            (&[&[7, 8], &[8, 9]], (4, 0, 1)),
            (&[&[7], &[6], &[8]], (3, 0, 1)),
            (&[&[7, 7]], (2, 0, 1)),
        ] {
            let told: Vec<_> = frames.iter().map(|seqs| told(seqs)).collect();
            let counts = hear(&mut Place::default(), &told);
            assert_eq!(
                (counts.messages, counts.missing, counts.repeated),
                expected,
                "{frames:?}"
            );
        }
    }

    #[test]
    fn a_hole_between_frames_is_silent_unless_it_is_told() {
        let counts = |frames: &[Told]| {
            let mut place = Place::default();
            place.enter(4);
            let counts = hear(&mut place, frames);
            (counts.messages, counts.missing, counts.repeated, counts.skipped)
        };
        assert_eq!(counts(&[batch(4, &[5, 6], 6), batch(6, &[7], 7)]), (3, 0, 0, 0));
        assert_eq!(counts(&[batch(4, &[5], 5), batch(7, &[8], 8)]), (2, 2, 0, 0));
        assert_eq!(
            counts(&[batch(4, &[5], 5), skipped(6, 7), batch(7, &[8], 8)]),
            (2, 0, 0, 2)
        );
        assert_eq!(counts(&[skipped(7, 8)]), (0, 2, 0, 2), "not told of two");
        assert_eq!(
            counts(&[batch(4, &[5, 7], 7)]),
            (2, 1, 0, 0),
            "a number without its event"
        );
        assert_eq!(counts(&[batch(4, &[5], 5), batch(4, &[5, 6], 6)]), (2, 0, 1, 0));
    }

    #[test]
    fn what_the_answer_to_a_join_held_may_come_once_more_and_is_left_out() {
        let mut place = Place::default();
        place.enter(6);
        let counts = hear(&mut place, &[batch(4, &[5, 6], 6), batch(5, &[6, 7], 7)]);
        assert_eq!((counts.messages, counts.missing, counts.repeated), (1, 0, 0));
        assert_eq!((place.last(), place.heard.messages), (7, 1));
    }

    #[test]
    fn what_was_missed_is_no_latency_and_may_reach_into_the_next_run_of_numbering() {
        for (epoch_is_new, missing) in [(true, 0), (false, 993)] {
            let (mut seen, mut place) = (Seen::nothing().unwrap(), Place::default());
            place.enter(4);
            let (missed, way) = (batch(4, &[5, 6, 1_000], 1_000), Way::Missed { epoch_is_new });
            seen.hear(&mut place, &missed, way, 100, 1_000);
            let counts = &seen.counts;
            assert_eq!((counts.messages, counts.caught_up, counts.missing), (3, 3, missing));
            assert_eq!((seen.latency_us.len(), place.last()), (0, 1_000));
        }
    }

    #[test]
    fn sums_of_likes_follow_one_another() {
        let likes = |total, add| Told {
            likes: Some((total, add)),
            ..Default::default()
        };
        let mut place = Place::default();
        let counts = hear(&mut place, &[likes(5, 2), likes(9, 4), likes(12, 2)]);
        assert_eq!((counts.likes_told, counts.likes_unlike, counts.frames), (3, 1, 0));
        assert_eq!((place.likes, place.likes_told), (12, 3));
    }

    #[test]
    fn those_who_heard_something_else_or_otherwise_are_not_equal() {
        let heard = |dues: &[u64]| {
            let mut heard = Digest::default();
            dues.iter().for_each(|due| heard.hear(*due));
            heard
        };
        let all = heard(&[10, 20, 30]);
        assert_eq!(all, heard(&[10, 20, 30]));
        for other in [
            &[10, 20][..],
            &[10, 30, 20],
            &[10, 20, 20],
            &[20, 10, 30],
            &[10, 20, 30, 30],
        ] {
            assert_ne!(all, heard(other), "{other:?}");
        }
    }
}
