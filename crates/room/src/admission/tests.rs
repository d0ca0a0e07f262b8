//! The two halves driven together on a fake clock, as a node drives them.

use super::*;
use crate::tally::{Arrival, Cause, Fate, Tally};
use proptest::prelude::*;
use std::collections::HashMap;

use Priority::{High, Low, Lowest, Normal};

/// What became of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Done {
    id: usize,
    priority: Priority,
    arrived: Millis,
    at: Millis,
    admitted: bool,
}

/// Lanes, meter and tally of one room, and everything that was decided.
struct Machine {
    pace: Pace,
    meter: Meter,
    lanes: Lanes<(usize, Arrival)>,
    tally: Tally,
    done: Vec<Done>,
    next_id: usize,
}

impl Machine {
    fn new(pace: Pace) -> Self {
        Self {
            pace,
            meter: Meter::new(pace, Millis(0)),
            lanes: Lanes::default(),
            tally: Tally::new(900, Millis(0)),
            done: Vec::new(),
            next_id: 0,
        }
    }

    fn offer(&mut self, priority: Priority, now: Millis) {
        self.run_until(now);
        let id = self.next_id;
        self.next_id += 1;
        let arrival = self.tally.arrive(priority, now);
        if let Err((id, arrival)) = self.lanes.enter(self.pace, priority, (id, arrival), now) {
            self.decide(id, arrival, priority, now, now, Fate::Dropped(Cause::LaneFull));
        }
        self.pump(now);
    }

    fn decide(&mut self, id: usize, arrival: Arrival, priority: Priority, arrived: Millis, at: Millis, fate: Fate) {
        self.tally.settle(arrival, fate);
        self.done.push(Done {
            id,
            priority,
            arrived,
            at,
            admitted: fate == Fate::Admitted,
        });
    }

    fn pump(&mut self, now: Millis) {
        for Waiting {
            item: (id, arrival),
            priority,
            since,
        } in self.lanes.expire(self.pace, now)
        {
            self.decide(id, arrival, priority, since, now, Fate::Dropped(Cause::Waited));
        }
        let allowed = self.meter.allows(self.pace, now);
        let going = self.lanes.take(allowed);
        self.meter.spend(going.len());
        for Waiting {
            item: (id, arrival),
            priority,
            since,
        } in going
        {
            let left_behind = self.lanes.lanes.iter().flatten().any(|other| other.priority > priority);
            assert!(!left_behind, "rule 2: a higher one waits while {priority:?} goes");
            self.decide(id, arrival, priority, since, now, Fate::Admitted);
        }
    }

    /// Lets the time pass, waking when a token comes or somebody has waited for too long.
    fn run_until(&mut self, until: Millis) {
        while let Some(expiry) = self.lanes.next_expiry(self.pace) {
            let wake = self.meter.ready_at().map_or(expiry, |ready| ready.min(expiry));
            if wake >= until {
                break;
            }
            self.pump(wake);
        }
    }

    fn finish(&mut self) {
        self.run_until(Millis(u64::MAX));
    }

    fn admitted(&self, priority: Priority) -> usize {
        self.done
            .iter()
            .filter(|done| done.admitted && done.priority == priority)
            .count()
    }
}

/// Offers `(priority, how many)` all at time 0 to a room at 40/s and answers how many of each were admitted in the end.
fn at_once(offers: &[(Priority, usize)]) -> HashMap<Priority, usize> {
    let mut machine = Machine::new(Pace::default());
    for (priority, n) in offers {
        (0..*n).for_each(|_| machine.offer(*priority, Millis(0)));
    }
    machine.finish();
    offers
        .iter()
        .map(|(priority, _)| (*priority, machine.admitted(*priority)))
        .collect()
}

#[test]
fn lr_f1_a_room_lets_its_rate_and_a_small_burst_pass() {
    // 8 go at once, 40 wait in the lane and go within the second, 52 find the lane full.
    assert_eq!(
        at_once(&[(Normal, 100)]),
        [(Normal, 8 + 39)].into(),
        "the last in the lane reaches max_wait first"
    );
}

#[test]
fn lr_f2_higher_priorities_go_first() {
    let admitted = at_once(&[(Low, 60), (High, 20)]);
    assert_eq!(admitted[&High], 20, "all of them");
    // 8 Low went before the High ones came; 39 places of the next second, less 20.
    assert_eq!(admitted[&Low], 8 + 39 - 20);
}

#[test]
fn lr_f3_there_is_no_second_limit_per_priority() {
    assert_eq!(at_once(&[(High, 48)])[&High], at_once(&[(Low, 48)])[&Low]);
}

#[test]
fn lr_f4_the_excess_of_high_messages_is_dropped_as_well() {
    assert_eq!(at_once(&[(High, 100)])[&High], 8 + 39);
}

#[test]
fn lr_f9_the_wait_is_short_and_the_order_kept() {
    let mut machine = Machine::new(Pace::default());
    (0..20).for_each(|_| machine.offer(Normal, Millis(0)));
    machine.finish();
    let times: Vec<_> = machine.done.iter().map(|done| done.at.0).collect();
    let expected: Vec<_> = (0..8).map(|_| 0).chain((1..=12).map(|n| n * 25)).collect();
    assert_eq!(times, expected, "eight at once, then one each 25 ms");
    assert!(machine.done.is_sorted_by_key(|done| done.id), "first come, first go");
}

#[test]
fn a_rate_of_zero_lets_nothing_pass_and_says_so_within_max_wait() {
    let pace = Pace {
        per_s: 0,
        burst: 0,
        max_wait_ms: 500,
    };
    let mut machine = Machine::new(pace);
    machine.meter.spend(1); // the one that a new bucket always holds
    machine.offer(High, Millis(0));
    machine.finish();
    assert_eq!((machine.done[0].admitted, machine.done[0].at), (false, Millis(500)));
}

#[test]
fn the_rate_changes_live() {
    let mut machine = Machine::new(Pace::new(10, 1_000));
    for ms in (0..10_000).step_by(10) {
        if ms == 5_000 {
            machine.pace = Pace::new(50, 1_000);
        }
        machine.offer(Normal, Millis(ms));
    }
    machine.finish();
    let admitted_between = |from, to| {
        let within = |done: &&Done| done.admitted && (from..to).contains(&done.at.0);
        machine.done.iter().filter(within).count()
    };
    assert_eq!(admitted_between(1_000, 5_000), 40);
    assert_eq!(admitted_between(6_000, 10_000), 200);
}

#[test]
fn in_a_flood_every_high_message_goes_in_order_and_waits_as_stated() {
    let mut machine = Machine::new(Pace::default());
    let mut admitted_before = 0;
    for ms in 0..30_000u64 {
        let now = Millis(ms);
        (0..10).for_each(|_| machine.offer(Low, now));
        machine.offer(Normal, now);
        if ms % 50 == 7 {
            machine.offer(High, now);
        }
        if ms % 1_000 == 999 {
            let rows = machine.tally.read(0, 60);
            let offered: u64 = rows.iter().map(|row| row.counts.offered).sum();
            assert_eq!(offered, machine.next_id as u64);
            assert!(rows.iter().all(|row| row.counts.adds_up()), "rule 4 at every read");
            let admitted = machine.done.iter().filter(|done| done.admitted).count();
            assert!(admitted - admitted_before <= 48, "rule 1: rate and burst");
            admitted_before = admitted;
        }
    }
    machine.finish();
    let high: Vec<_> = machine.done.iter().filter(|done| done.priority == High).collect();
    assert_eq!(high.len(), 600);
    assert!(high.iter().all(|done| done.admitted), "every one of them");
    assert!(high.is_sorted_by_key(|done| done.id), "in order");
    // A token comes each 25 ms, so nobody with the highest priority waits longer than that.
    let longest = high.iter().map(|done| done.at.since(done.arrived)).max();
    assert_eq!(longest, Some(18));
    assert_eq!(
        machine.admitted(Low),
        8,
        "the burst, before the first Normal one came; then never"
    );
    let within = machine
        .done
        .iter()
        .filter(|done| done.admitted && done.at < Millis(30_000));
    assert_eq!(
        within.count(),
        8 + 40 * 30 - 1,
        "the burst, and then every token as it comes"
    );
}

fn priorities() -> impl Strategy<Value = Priority> {
    prop_oneof![Just(High), Just(Normal), Just(Low), Just(Lowest)]
}

proptest! {
    #[test]
    fn the_rules_hold_for_any_traffic(
        per_s in 1u32..60, max_wait_ms in 1u64..2_000,
        steps in prop::collection::vec((0u64..60, priorities()), 1..400)
    ) {
        let pace = Pace::new(per_s, max_wait_ms);
        let run = || {
            let mut machine = Machine::new(pace);
            let mut now = 0;
            for (step, priority) in &steps {
                now += step;
                machine.offer(*priority, Millis(now)); // rule 2 is asserted inside
            }
            machine.finish();
            machine
        };
        let machine = run();
        prop_assert_eq!(machine.done.len(), steps.len(), "each has one end");
        let admitted: Vec<_> = machine.done.iter().filter(|done| done.admitted).map(|done| done.at.0).collect();
        for (i, start) in admitted.iter().enumerate() {
            let within = admitted[i..].iter().take_while(|at| **at < start + 1000).count();
            prop_assert!(within <= (pace.per_s + pace.burst) as usize, "rule 1");
        }
        for done in &machine.done {
            prop_assert!(done.at.since(done.arrived) <= max_wait_ms, "rule 3");
        }
        let rows = machine.tally.read(0, u64::MAX);
        prop_assert!(rows.iter().all(|row| row.counts.adds_up() && row.counts.pending == 0), "rule 4");
        prop_assert_eq!(&run().done, &machine.done, "rule 6: a replay decides alike");
    }

    #[test]
    fn what_is_put_back_stands_where_it_stood(
        entered in prop::collection::vec(priorities(), 0..50), max in 0usize..60
    ) {
        let pace = Pace::new(1_000, 1_000);
        let mut lanes = Lanes::default();
        for (id, priority) in entered.iter().enumerate() {
            lanes.enter(pace, *priority, id, Millis(0)).unwrap();
        }
        let before = lanes.clone().take(usize::MAX);
        let taken = lanes.take(max);
        prop_assert!(taken.is_sorted_by_key(|one| std::cmp::Reverse(one.priority)));
        lanes.put_back(taken);
        prop_assert_eq!(lanes.take(usize::MAX), before);
        prop_assert!(lanes.is_empty());
    }
}
