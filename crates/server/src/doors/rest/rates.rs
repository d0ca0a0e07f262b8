//! How often an app may call each command (rest-api.md section 1).

use super::commands::{self, Command};
use parking_lot::Mutex;
use room::{AppId, Millis, bucket::Bucket};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

/// Calls per second of one app, where they differ from the table: by command without its service; `*` stands for all
/// that are not named. 0 is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallRates(BTreeMap<String, u64>);

/// The name for all commands that are not named.
const ALL: &str = "*";

impl CallRates {
    /// No limit at all.
    pub fn unlimited() -> Self {
        Self(BTreeMap::from([(ALL.to_owned(), 0)]))
    }

    /// Reads texts such as `send_group_msg=1000` and `*=0`.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let rate = |text: &str| {
            let (command, rate) = text.split_once('=')?;
            let command = command.trim();
            let known = command == ALL || commands::is_known(command);
            known.then_some((command.to_owned(), rate.trim().parse().ok()?))
        };
        texts.into_iter().map(rate).collect::<Option<_>>().map(Self)
    }

    /// As [`CallRates::parse`] reads them.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(command, rate)| format!("{command}={rate}"))
    }

    fn of(&self, command: &Command) -> u64 {
        let given = self.0.get(command.word()).or_else(|| self.0.get(ALL));
        given.copied().unwrap_or(command.per_s)
    }
}

/// What is left of the rates of this node.
pub struct Limiter {
    rates: CallRates,
    buckets: Mutex<HashMap<(AppId, &'static str), Bucket>>,
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Limiter").field(&self.rates).finish()
    }
}

impl Limiter {
    /// Nothing used up yet.
    pub fn new(rates: CallRates) -> Self {
        Self {
            rates,
            buckets: Mutex::default(),
        }
    }

    /// Counts a call, if it may be.
    pub fn take(&self, app: AppId, command: &'static Command, now: Millis) -> bool {
        let per_s = self.rates.of(command);
        if per_s == 0 {
            return true;
        }
        let mut buckets = self.buckets.lock();
        let bucket = buckets.entry((app, command.name));
        bucket.or_insert_with(|| Bucket::new(per_s, per_s, now)).take(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_written_and_found() {
        let rates = CallRates::parse(["send_group_msg=1000", " * = 0 "]).unwrap();
        let command = |name| commands::find(name).unwrap();
        assert_eq!(rates.of(command("group_open_http_svc/send_group_msg")), 1_000);
        assert_eq!(rates.of(command("openim/sendmsg")), 0);
        assert_eq!(rates.texts().collect::<Vec<_>>(), ["*=0", "send_group_msg=1000"]);
        let usual = CallRates::default();
        for (name, per_s) in [
            ("im_open_login_svc/multiaccount_import", 100),
            ("im_open_login_svc/account_delete", 100),
            ("im_open_login_svc/account_check", 100),
            ("group_open_http_svc/get_appid_group_list", 1),
            ("group_open_http_svc/send_broadcast_msg", 1),
            ("group_open_http_svc/send_group_msg", 200),
        ] {
            assert_eq!(usual.of(command(name)), per_s, "{name}");
        }
        for bad in [
            "send_group_msg",
            "no_such_command=1",
            "sendmsg=-1",
            "openim/sendmsg=1",
            "",
        ] {
            assert_eq!(CallRates::parse([bad]), None, "{bad}");
        }
    }
}
