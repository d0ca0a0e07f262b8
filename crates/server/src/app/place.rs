//! Runs of numbering as clients of our own see them: a text that names this server's store and the room's epoch, so that
//! a place of another server is never taken for one of this.

use room::Epoch;
use std::sync::Arc;

/// A room's run of numbering: from when it was opened here until it is closed.
#[derive(Clone, Debug)]
pub struct Run {
    name: Arc<str>,
    mark_len: usize,
    epoch: Epoch,
}

impl Run {
    /// The epoch of a room in the store that has this mark.
    pub fn new(mark: u64, epoch: Epoch) -> Self {
        let mark = format!("{mark:x}.");
        let mark_len = mark.len();
        Self {
            name: format!("{mark}{}", epoch.0).into(),
            mark_len,
            epoch,
        }
    }

    /// How clients know it.
    pub fn name(&self) -> Arc<str> {
        self.name.clone()
    }

    /// How clients know an epoch of the same store.
    pub fn name_of(&self, epoch: Epoch) -> String {
        format!("{}{}", self.mark(), epoch.0)
    }

    /// The epoch of that name: of the same store, and not later than this one.
    pub fn epoch_of(&self, name: &str) -> Option<Epoch> {
        let epoch = Epoch(name.strip_prefix(self.mark())?.parse().ok()?);
        (epoch <= self.epoch).then_some(epoch)
    }

    fn mark(&self) -> &str {
        self.name.get(..self.mark_len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_known_by_its_name_and_those_of_other_stores_are_not() {
        let run = Run::new(0xab12, Epoch(7));
        assert_eq!(&*run.name(), "ab12.7");
        assert_eq!(run.epoch_of("ab12.7"), Some(Epoch(7)));
        assert_eq!(run.epoch_of("ab12.3"), Some(Epoch(3)));
        assert_eq!(run.name_of(Epoch(3)), "ab12.3");
        for strange in ["ab12.8", "ab1.7", "ab123.7", "7", "", "ab12.", "ab12.x"] {
            assert_eq!(run.epoch_of(strange), None, "{strange}");
        }
    }
}
