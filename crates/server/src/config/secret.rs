//! Texts that must not be seen.

use std::{fmt, str::FromStr};

/// The key of demos and examples: 64 hex digits that anybody can read here. It refuses to serve on anything but
/// loopback (decision 32).
pub const DEMO_KEY: &str = "706c61756469742d64656d6f2d6b65792d6e6f742d612d7365637265742d2d2d";

/// A text that reaches no log, error or panic message: it has no `Display`, and its `Debug` is a placeholder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(String);

impl Secret {
    /// Takes a text into secrecy.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Look twice at where it goes.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text))
    }
}
