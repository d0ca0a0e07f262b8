//! On what a session runs, and who goes out of a room together (FAQ-4, decision 23).

/// The platform that a session claims to run on. It is used for the rule of leaving and in webhooks only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Platform {
    /// A page.
    Web,
    /// An Android app.
    Android,
    /// An iPhone app.
    Ios,
    /// A Windows program.
    Windows,
    /// A Mac program.
    Mac,
    /// An iPad app.
    Ipad,
    /// A mini program.
    MiniProgram,
}

impl Platform {
    /// All platforms.
    pub const ALL: [Self; 7] = [
        Self::Web,
        Self::Android,
        Self::Ios,
        Self::Windows,
        Self::Mac,
        Self::Ipad,
        Self::MiniProgram,
    ];

    /// Its number in session keys, which outlive the program: never another one.
    pub const fn number(self) -> u8 {
        match self {
            Self::Web => 1,
            Self::Android => 2,
            Self::Ios => 3,
            Self::Windows => 4,
            Self::Mac => 5,
            Self::Ipad => 6,
            Self::MiniProgram => 7,
        }
    }

    /// The platform of a number.
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.number() == number)
    }

    /// Whether its sessions are the account's own: a page or a mini program can listen as a guest as well.
    pub const fn is_native(self) -> bool {
        !matches!(self, Self::Web | Self::MiniProgram)
    }
}

/// Which of an account's sessions leave a room when one of them does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeavePolicy {
    /// As the vendor does: leaving on the Web takes all out, leaving on a device takes the account's devices out but not
    /// the Web (FAQ-4a, FAQ-4b).
    #[default]
    WebTakesAll,
    /// They leave together.
    AllTogether,
    /// Each leaves for itself.
    EachForItself,
}

impl LeavePolicy {
    /// Whether a session on `other` leaves too when the account leaves on `leaving`.
    pub const fn takes_out(self, leaving: Platform, other: Platform) -> bool {
        match self {
            Self::WebTakesAll => !leaving.is_native() || other.is_native(),
            Self::AllTogether => true,
            Self::EachForItself => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use LeavePolicy::{AllTogether, EachForItself, WebTakesAll};

    #[test]
    fn faq_4a_leaving_on_the_web_or_in_a_mini_program_takes_every_session_out() {
        for leaving in [Platform::Web, Platform::MiniProgram] {
            assert!(
                Platform::ALL
                    .into_iter()
                    .all(|other| WebTakesAll.takes_out(leaving, other))
            );
        }
    }

    #[test]
    fn faq_4b_leaving_on_a_device_leaves_web_and_mini_program_where_they_are() {
        for leaving in Platform::ALL.into_iter().filter(|platform| platform.is_native()) {
            for other in Platform::ALL {
                assert_eq!(
                    WebTakesAll.takes_out(leaving, other),
                    other.is_native(),
                    "{leaving:?} {other:?}"
                );
            }
        }
    }

    #[test]
    fn faq_4d_the_other_policies_know_no_difference() {
        for (leaving, other) in Platform::ALL.iter().flat_map(|a| Platform::ALL.map(|b| (*a, b))) {
            assert!(AllTogether.takes_out(leaving, other));
            assert!(!EachForItself.takes_out(leaving, other));
        }
    }

    #[test]
    fn numbers_in_keys_stay_what_they_are() {
        let numbers: Vec<_> = Platform::ALL.iter().map(|platform| platform.number()).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
        assert!(
            Platform::ALL
                .iter()
                .all(|platform| Platform::of(platform.number()) == Some(*platform))
        );
        assert_eq!((Platform::of(0), Platform::of(8)), (None, None));
    }
}
