use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const KEPT_S: u64 = 60;
/// A second in the middle of nowhere.
const T: u64 = 1_795_376_100;

fn at(second: u64, ms: u64) -> Millis {
    Millis((T + second) * 1000 + ms)
}

fn text(text: &str) -> Arc<str> {
    text.into()
}

fn begun() -> Slices {
    Slices::begin(at(1, 0), Seq(10), text("{}"), KEPT_S)
}

/// Second, after, seq and events of a slice.
fn seen(slices: &Slices, second: u64) -> Result<(u64, u64, Vec<&str>), NoSlice> {
    let slice = slices.get(T + second)?;
    assert_eq!(slice.second, T + second);
    Ok((slice.after.0, slice.seq.0, slice.events().collect()))
}

#[test]
fn slices_begin_with_an_empty_one_to_read_on_from() {
    let slices = begun();
    assert_eq!((slices.oldest(), slices.newest()), (T, T));
    assert_eq!(seen(&slices, 0), Ok((10, 10, vec![])));
    assert_eq!(slices.get(T - 1), Err(NoSlice::TooOld));
    assert_eq!(slices.get(0), Err(NoSlice::TooOld));
    assert_eq!(slices.get(T + 1), Err(NoSlice::NotYet));
    assert_eq!(slices.get(u64::MAX), Err(NoSlice::NotYet));
}

#[test]
fn a_second_is_sealed_when_it_has_been_over_for_a_second() {
    let mut slices = begun();
    slices.tell(Seq(11), at(1, 5), text("a"));
    slices.tell(Seq(12), at(1, 999), text("b"));
    slices.tell(Seq(13), at(2, 0), text("c"));
    slices.seal(at(2, 999), &text("{}"));
    assert_eq!(seen(&slices, 1), Err(NoSlice::NotYet));
    slices.seal(at(3, 0), &text("{}"));
    assert_eq!(seen(&slices, 1), Ok((10, 12, vec!["a", "b"])));
    assert_eq!(seen(&slices, 2), Err(NoSlice::NotYet));
    slices.seal(at(6, 0), &text("{}"));
    assert_eq!(seen(&slices, 2), Ok((12, 13, vec!["c"])));
    assert_eq!(
        seen(&slices, 4),
        Ok((13, 13, vec![])),
        "an empty second has its slice too"
    );
}

#[test]
fn what_is_told_late_goes_into_the_next_slice_that_is_open() {
    let mut slices = begun();
    slices.seal(at(4, 0), &text("{}"));
    slices.tell(Seq(11), at(1, 0), text("late"));
    slices.tell(Seq(12), at(4, 0), text("in time"));
    slices.tell(Seq(13), at(3, 0), text("behind it"));
    slices.seal(at(7, 0), &text("{}"));
    assert_eq!(seen(&slices, 1), Ok((10, 10, vec![])));
    assert_eq!(seen(&slices, 3), Ok((10, 11, vec!["late"])));
    assert_eq!(seen(&slices, 4), Ok((11, 13, vec!["in time", "behind it"])));
}

#[test]
fn what_is_taken_back_leaves_its_place_and_changes_its_slice_only() {
    let mut slices = begun();
    slices.tell(Seq(11), at(1, 0), text("a"));
    slices.tell(Seq(12), at(2, 0), text("b"));
    slices.tell(Seq(13), at(3, 0), text("c"));
    slices.seal(at(4, 0), &text("{}"));
    slices.take_back(Seq(11), || text("gone"));
    slices.take_back(Seq(13), || text("gone"));
    slices.take_back(Seq(9), || unreachable!("it was never in a slice"));
    slices.take_back(Seq(99), || unreachable!("it is in none"));
    slices.seal(at(5, 0), &text("{}"));
    assert_eq!(seen(&slices, 1), Ok((10, 11, vec!["gone"])));
    assert_eq!(seen(&slices, 3), Ok((12, 13, vec!["gone"])));
    let changes = |second| slices.get(T + second).map(|slice| slice.changes);
    assert_eq!(
        (changes(1), changes(2), changes(3)),
        (Ok(1), Ok(0), Ok(0)),
        "nobody has seen the third with its text"
    );
}

#[test]
fn slices_are_kept_for_their_time_and_forgotten_when_nobody_asks() {
    let mut slices = begun();
    slices.seal(at(KEPT_S, 0), &text("{}"));
    assert_eq!(slices.oldest(), T);
    slices.seal(at(KEPT_S + 5, 0), &text("{}"));
    assert_eq!((slices.oldest(), slices.newest()), (T + 4, T + KEPT_S + 3));
    assert_eq!(seen(&slices, 3), Err(NoSlice::TooOld));
    assert!(!slices.is_idle(at(2 * KEPT_S + 5, 0)));
    assert!(slices.is_idle(at(2 * KEPT_S + 6, 0)));
}

#[test]
fn slices_that_begin_anew_seal_no_second_that_was_sealed_before() {
    for ms in [0, 1, 500, 999] {
        let mut before = begun();
        before.seal(at(20, ms), &text("{}"));
        let after = Slices::begin(at(20, ms), Seq(50), text("{}"), KEPT_S);
        assert_eq!(after.newest(), before.newest() + 1);
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// Time passes, in milliseconds.
    Pass(u64),
    /// The room is told of an event that was admitted so long ago, in milliseconds.
    Tell(u64),
    /// An event is taken back: one of the newest.
    TakeBack(u64),
    /// A reader asks.
    Ask,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0u64..2_500).prop_map(Step::Pass),
        6 => (0u64..4_000).prop_map(Step::Tell),
        1 => (0u64..20).prop_map(Step::TakeBack),
        2 => Just(Step::Ask),
    ];
    prop::collection::vec(step, 0..200)
}

proptest! {
    #[test]
    fn slices_have_every_event_once_in_order_and_never_change_but_for_what_is_taken_back(steps in steps()) {
        const LONG_S: u64 = 10_000;
        let mut now = at(1, 0);
        let mut slices = Slices::begin(now, Seq(10), text("{}"), LONG_S);
        let mut last = 10;
        let mut back = BTreeSet::new();
        let mut served: BTreeMap<u64, (u64, u64, Vec<u64>)> = BTreeMap::new();
        for step in steps.into_iter().chain([Step::Pass(60_000), Step::Ask]) {
            match step {
                Step::Pass(ms) => now = now.plus(ms),
                Step::Tell(ago) => {
                    last += 1;
                    slices.tell(Seq(last), Millis(now.0 - ago.min(now.0)), text(&last.to_string()));
                }
                Step::TakeBack(ago) => {
                    let seq = last.saturating_sub(ago);
                    back.insert(seq);
                    slices.take_back(Seq(seq), || text(&format!("-{seq}")));
                }
                Step::Ask => {
                    slices.seal(now, &text("{}"));
                    for second in slices.oldest()..=slices.newest() {
                        let slice = slices.get(second).unwrap();
                        let numbers = slice.events().map(|event| {
                            let gone = event.starts_with('-');
                            let seq = event.trim_start_matches('-').parse().unwrap();
                            assert_eq!(gone, back.contains(&seq), "text only of what was not taken back");
                            seq
                        });
                        let this = (slice.after.0, slice.seq.0, numbers.collect());
                        let before = served.entry(second).or_insert_with(|| this.clone());
                        prop_assert_eq!(&*before, &this, "slice {} is not what it was", second);
                    }
                    let newest = slices.newest();
                    prop_assert!(newest <= now.secs() - MARGIN_S && (newest + 1..).take(3).all(|n| slices.get(n).is_err()));
                }
            }
        }
        let mut place = 10;
        let mut second = None;
        for (n, (after, seq, numbers)) in served {
            prop_assert!(second.is_none_or(|before| before + 1 == n), "no second is left out");
            prop_assert_eq!(after, place, "slices follow one another");
            prop_assert_eq!(&numbers, &(after + 1..=seq).collect::<Vec<_>>());
            (place, second) = (seq, Some(n));
        }
        prop_assert_eq!(place, last, "every event is in a slice");
    }
}
