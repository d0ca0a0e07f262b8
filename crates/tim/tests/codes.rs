//! The table of codes as a whole. That each code is the right one for its cause is proved where it is answered.

use std::collections::BTreeMap;
use tim::codes::{C2C_WEBHOOK_OWN, GROUP_WEBHOOK_OWN, all};

#[test]
fn every_code_has_one_name_and_lies_in_the_servers_ranges() {
    let mut names = BTreeMap::new();
    for (name, code) in all() {
        assert_eq!(names.insert(code, name), None, "{code} stands twice");
        // error-codes.md 9 and 10: negative numbers are the vendor's access layer; four-digit ones and 22xx, 85xx, 95xx
        // are made by the SDKs themselves, and a page could not tell a server's answer from its own.
        assert!(code >= 10_000, "{name} {code}");
        assert!(
            !GROUP_WEBHOOK_OWN.contains(&code) && !C2C_WEBHOOK_OWN.contains(&code),
            "{name} {code}"
        );
    }
    assert!(names.len() > 100, "{}", names.len());
}
