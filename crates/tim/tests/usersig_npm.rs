//! Tickets made by the vendor's own signer hold here.
//!
//! `npm_tickets.json` was written once with the npm package `tls-sig-api-v2` 1.0.2 under Node: a script set `Date.now`
//! to the time noted with each ticket and called `genUserSig`, `genPrivateMapKey` or `genPrivateMapKeyWithStringRoomID`
//! of one `Api(sdkappid, key)`. No ticket was written or edited by hand, and no Node runs in this test.

use serde::Deserialize;
use tim::usersig::{Claim, sign, verify};

#[derive(Deserialize)]
struct Fixture {
    sdkappid: u32,
    key: String,
    tickets: Vec<Made>,
}

#[derive(Deserialize)]
struct Made {
    what: String,
    identifier: String,
    time: u64,
    expire: i64,
    userbuf: bool,
    usersig: String,
}

#[test]
fn tickets_of_the_npm_package_verify_until_their_last_second() {
    let fixture: Fixture = serde_json::from_str(include_str!("npm_tickets.json")).unwrap();
    assert_eq!(fixture.tickets.len(), 12);
    let other = "0".repeat(64);
    for made in fixture.tickets {
        let what = &made.what;
        let keys = [other.as_str(), fixture.key.as_str()];
        let last_second = made.time.saturating_add_signed(made.expire);
        let claim = Claim {
            identifier: &made.identifier,
            sdkappid: fixture.sdkappid,
            keys: &keys,
            now: last_second,
        };

        let verified = verify(&made.usersig, claim).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(verified.key_index, 1, "{what}");
        let ticket = verified.ticket;
        assert_eq!(
            (ticket.time, ticket.expire, ticket.userbuf.is_some()),
            (made.time, made.expire, made.userbuf)
        );

        let code = |claim| verify(&made.usersig, claim).map_err(|error| error.code());
        assert_eq!(
            code(Claim {
                now: last_second + 1,
                ..claim
            }),
            Err(70001),
            "{what}"
        );
        assert_eq!(
            code(Claim {
                identifier: "somebody",
                ..claim
            }),
            Err(70013),
            "{what}"
        );
        assert_eq!(code(Claim { sdkappid: 1, ..claim }), Err(70014), "{what}");
        assert_eq!(
            code(Claim {
                keys: &[&other],
                ..claim
            }),
            Err(70009),
            "{what}"
        );

        let again = verify(&sign(&fixture.key, &ticket), claim).map(|verified| verified.ticket);
        assert_eq!(again, Ok(ticket), "{what}: signed again here");
    }
}
