//! The labels of the metrics. Every value comes from an enum or a `&'static str` of the program, never from outside, so
//! that the number of time series is bounded by the code and not by who calls.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use std::fmt::{self, Write};

/// An enum whose values stand in a metric under the given names.
macro_rules! label_value {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $value,)+ }

        impl $name {
            /// How it is written in the metrics.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }
        }

        impl EncodeLabelValue for $name {
            fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), fmt::Error> {
                encoder.write_str(self.as_str())
            }
        }
    };
}

/// A set of labels, with a constructor that takes the values in the order of the names.
macro_rules! label_set {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $label:ident: $kind:ty,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
        pub struct $name { $($(#[$doc])* pub $label: $kind,)+ }

        impl $name {
            /// The names of the labels, for the documentation.
            pub(super) const NAMES: &[&str] = &[$(stringify!($label)),+];

            /// The labels with these values.
            pub const fn new($($label: $kind),+) -> Self {
                Self { $($label),+ }
            }
        }
    };
}

label_value! {
    /// Through which door something came.
    Door {
        /// REST v4 of the vendor.
        Rest = "rest",
        /// The gateway of the official Web SDKs.
        Websdk = "websdk",
        /// Our own protocol.
        Native = "native",
    }
}

label_value! {
    /// What a connection speaks.
    Dialect {
        /// The frames of the official Web SDKs.
        Websdk = "websdk",
        /// Our own protocol.
        Native = "native",
    }
}

label_value! {
    /// What became of a message.
    Outcome {
        /// It has a number, and members see it.
        Admitted = "admitted",
        /// It broke a rule; the sender knows.
        Rejected = "rejected",
        /// There was no room for it under the rate.
        Dropped = "dropped",
    }
}

label_value! {
    /// The priority of a message.
    PriorityLabel {
        /// See [`room::Priority::High`].
        High = "high",
        /// See [`room::Priority::Normal`].
        Normal = "normal",
        /// See [`room::Priority::Low`].
        Low = "low",
        /// See [`room::Priority::Lowest`].
        Lowest = "lowest",
    }
}

impl From<room::Priority> for PriorityLabel {
    fn from(priority: room::Priority) -> Self {
        match priority {
            room::Priority::High => Self::High,
            room::Priority::Normal => Self::Normal,
            room::Priority::Low => Self::Low,
            room::Priority::Lowest => Self::Lowest,
        }
    }
}

label_set! {
    /// By what the connection speaks.
    ByDialect {
        /// What it speaks.
        dialect: Dialect,
    }
}

label_set! {
    /// By the reason for which something was refused, closed or lost.
    ByCause {
        /// The reason, from a fixed list.
        cause: &'static str,
    }
}

label_set! {
    /// By the fate of a message.
    ByFate {
        /// Where it came in.
        door: Door,
        /// What became of it.
        outcome: Outcome,
        /// Why; "none" for an admitted one.
        cause: &'static str,
        /// How urgent it was.
        priority: PriorityLabel,
    }
}

label_set! {
    /// By priority.
    ByPriority {
        /// How urgent it was.
        priority: PriorityLabel,
    }
}

label_set! {
    /// By the form of an encoded frame.
    ByEncoding {
        /// Which frames.
        dialect: Dialect,
        /// How they are written: "plain" or the name of a compression.
        encoding: &'static str,
    }
}

label_set! {
    /// By command.
    ByCommand {
        /// Where it came in.
        door: Door,
        /// Its name from the door's table of commands; "unknown" for every other.
        command: &'static str,
    }
}

label_set! {
    /// By webhook and what became of it.
    ByWebhook {
        /// The command word.
        command: &'static str,
        /// "ok", or why there was no answer: "timeout", "connection", "status", "answer", "breaker_open".
        outcome: &'static str,
    }
}

label_set! {
    /// By webhook.
    ByHook {
        /// The command word.
        command: &'static str,
    }
}

label_set! {
    /// By the code that answered a failed command.
    ByCode {
        /// Where it came in.
        door: Door,
        /// One of the documented error codes.
        code: i32,
    }
}

label_set! {
    /// By queue.
    ByQueue {
        /// The name of the queue.
        queue: &'static str,
    }
}

label_set! {
    /// By kind of thing.
    ByKind {
        /// The kind.
        kind: &'static str,
    }
}

label_set! {
    /// By operation.
    ByOperation {
        /// The name of the operation.
        operation: &'static str,
    }
}

label_set! {
    /// By outcome.
    ByOutcome {
        /// What came out: "ok" or the reason of the failure, from a fixed list.
        outcome: &'static str,
    }
}

label_set! {
    /// By version.
    ByVersion {
        /// The version of the program.
        version: &'static str,
    }
}
