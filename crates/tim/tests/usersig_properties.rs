//! What holds for every ticket and every text.

mod common;

use common::{APP, KEY};
use proptest::{
    collection::{SizeRange, vec},
    option,
    prelude::*,
    sample::Index,
};
use tim::usersig::{Claim, Ticket, TicketError, sign, verify};

fn userbuf(bytes: impl Into<SizeRange>) -> impl Strategy<Value = Option<Vec<u8>>> {
    option::of(vec(any::<u8>(), bytes))
}

prop_compose! {
    fn tickets()(
        identifier in any::<String>(),
        sdkappid in any::<u32>(),
        time in any::<u64>(),
        expire in any::<i64>(),
        userbuf in userbuf(0..200),
    ) -> Ticket {
        Ticket { identifier, sdkappid, time, expire, userbuf }
    }
}

fn claim(ticket: &Ticket) -> Claim<'_> {
    Claim {
        identifier: &ticket.identifier,
        sdkappid: ticket.sdkappid,
        keys: &[KEY],
        now: ticket.expires_at(),
    }
}

proptest! {
    #[test]
    fn what_was_signed_verifies_as_what_it_is(ticket in tickets()) {
        let verified = verify(&sign(KEY, &ticket), claim(&ticket)).unwrap();
        prop_assert_eq!(&verified.ticket, &ticket);
    }

    #[test]
    fn no_other_key_verifies_it(ticket in tickets(), key in "[ -~]{1,80}") {
        prop_assume!(key != KEY);
        let keys = [key.as_str()];
        let result = verify(&sign(KEY, &ticket), Claim { keys: &keys, ..claim(&ticket) });
        prop_assert_eq!(result, Err(TicketError::BadSignature));
    }

    #[test]
    fn one_changed_character_never_makes_another_ticket(ticket in tickets(), at in any::<Index>(), to in any::<char>()) {
        let mut chars: Vec<char> = sign(KEY, &ticket).chars().collect();
        let at = at.index(chars.len());
        chars[at] = to;
        let changed: String = chars.into_iter().collect();
        if let Ok(verified) = verify(&changed, claim(&ticket)) {
            prop_assert_eq!(verified.ticket, ticket);
        }
    }

    #[test]
    fn one_changed_character_within_the_alphabet_neither(
        ticket in tickets(), at in any::<Index>(), to in "[A-Za-z0-9*_-]", other in "[a-z]{1,8}",
    ) {
        let mut usersig = sign(KEY, &ticket);
        let at = at.index(usersig.len());
        usersig.replace_range(at..=at, &to);
        if let Ok(verified) = verify(&usersig, claim(&ticket)) {
            prop_assert_eq!(&verified.ticket, &ticket);
        }
        if other != ticket.identifier {
            let as_other = verify(&usersig, Claim { identifier: &other, ..claim(&ticket) });
            prop_assert!(as_other.is_err(), "{as_other:?}");
        }
    }

    #[test]
    fn no_text_panics_or_verifies(usersig in any::<String>(), identifier in any::<String>(), now in any::<u64>()) {
        let claim = Claim { identifier: &identifier, sdkappid: APP, keys: &[KEY], now };
        let result = verify(&usersig, claim);
        prop_assert!(result.is_err(), "{result:?}");
    }

    #[test]
    fn no_document_panics_or_verifies(document in vec(any::<u8>(), 0..300)) {
        let claim = Claim { identifier: "alice", sdkappid: APP, keys: &[KEY], now: 0 };
        let result = verify(&common::pack(&document), claim);
        prop_assert!(matches!(result, Err(TicketError::Malformed(_))), "{result:?}");
    }
}
