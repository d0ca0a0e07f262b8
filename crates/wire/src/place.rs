use room::Seq;
use serde::Serialize;

/// Where a client is in a room: everything up to it is known to him (protocol section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The run of numbering, a text without meaning to the client.
    pub epoch: String,
    /// The number of the last entry that he knows.
    pub seq: Seq,
}

impl Place {
    /// As the id of a Server-Sent Event: `{epoch}:{seq}`.
    pub fn to_id(&self) -> String {
        format!("{}:{}", self.epoch, self.seq.0)
    }

    /// Reads such an id; nothing when it is none.
    pub fn of_id(id: &str) -> Option<Self> {
        let (epoch, seq) = id.rsplit_once(':')?;
        let (epoch, seq) = (epoch.to_owned(), Seq(seq.parse().ok()?));
        (!epoch.is_empty()).then_some(Self { epoch, seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_the_place() {
        let place = Place {
            epoch: "k2f9x1.3".to_owned(),
            seq: Seq(118),
        };
        assert_eq!(place.to_id(), "k2f9x1.3:118");
        assert_eq!(Place::of_id("k2f9x1.3:118"), Some(place));
        for id in ["", ":1", "a", "a:", "a:x", "a:-1", "a:18446744073709551616"] {
            assert_eq!(Place::of_id(id), None, "{id}");
        }
    }
}
