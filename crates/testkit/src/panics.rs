//! A panic in a server's thread is a bug, also when the server survives it: it is noted here, and the test fails when
//! its server is dropped.

use std::{
    collections::HashMap,
    sync::{Mutex, Once, PoisonError},
};

static NOTED: Mutex<Option<HashMap<String, Vec<String>>>> = Mutex::new(None);
static HOOK: Once = Once::new();

/// From now on panics are noted, by the name of their thread. They are still printed.
pub fn watch() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let thread = std::thread::current().name().unwrap_or_default().to_owned();
            let mut noted = NOTED.lock().unwrap_or_else(PoisonError::into_inner);
            noted
                .get_or_insert_default()
                .entry(thread)
                .or_default()
                .push(info.to_string());
            drop(noted);
            before(info);
        }));
    });
}

/// The panics of threads with this name, so far.
pub fn of(thread: &str) -> Vec<String> {
    let noted = NOTED.lock().unwrap_or_else(PoisonError::into_inner);
    noted
        .as_ref()
        .and_then(|noted| noted.get(thread))
        .cloned()
        .unwrap_or_default()
}
