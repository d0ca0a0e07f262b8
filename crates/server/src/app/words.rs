//! The apps' lists of words that must not be said: read at the start, and again when their files change.

use super::{AppError, Application};
use crate::{config::App, telemetry::metrics::Metrics};
use parking_lot::RwLock;
use room::{
    AppId,
    words::{Words, WordsError},
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio_util::sync::CancellationToken;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(2);

/// Why a list cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The file cannot be read.
    #[error("words_file {}: cannot read it", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// Its contents are no list.
    #[error("words_file {}: {problem}", .path.display())]
    Words {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: WordsError,
    },
}

/// What tells one state of a file from another.
type Stamp = Option<(SystemTime, u64)>;

struct List {
    path: PathBuf,
    state: RwLock<(Stamp, Arc<Words>)>,
}

/// The lists of all apps that have one.
#[derive(Default)]
pub struct WordLists(HashMap<AppId, List>);

impl WordLists {
    /// Reads all lists.
    pub fn read(apps: &[App]) -> Result<Self, ListError> {
        let lists = apps.iter().filter_map(|app| Some((app.id, app.words_file.clone()?)));
        let read = |(id, path): (AppId, PathBuf)| {
            let state = RwLock::new((stamp(&path), Arc::new(read(&path)?)));
            Ok((id, List { path, state }))
        };
        lists.map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The list of an app.
    pub fn of(&self, app: AppId) -> Option<Arc<Words>> {
        Some(self.0.get(&app)?.state.read().1.clone())
    }

    /// Reads again what has changed. A file that is no list changes nothing: the old one goes on.
    fn refresh(&self, metrics: &Metrics) {
        for (app, list) in &self.0 {
            let (known, now) = (list.state.read().0, stamp(&list.path));
            if known == now {
                continue;
            }
            match read(&list.path) {
                Ok(words) => {
                    tracing::info!(app = app.0, words = words.len(), "a list of words was read again");
                    *list.state.write() = (now, Arc::new(words));
                    metrics.word_list("ok");
                }
                Err(error) => {
                    tracing::error!(
                        app = app.0,
                        error = &error as &dyn std::error::Error,
                        "the old list of words goes on"
                    );
                    list.state.write().0 = now;
                    metrics.word_list("failed");
                }
            }
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

fn read(path: &Path) -> Result<Words, ListError> {
    let text = std::fs::read_to_string(path).map_err(|error| ListError::File(path.to_owned(), error))?;
    Words::read(&text).map_err(|problem| ListError::Words {
        path: path.to_owned(),
        problem,
    })
}

/// Looks after the lists until `stop`.
pub async fn run(app: Arc<Application>, stop: CancellationToken) {
    if app.words.0.is_empty() {
        return;
    }
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        // Building a long list takes a while: not on a thread that others wait for.
        let app = app.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || app.words.refresh(&app.metrics)).await {
            tracing::error!(%error, "looking after the lists of words");
        }
    }
}

impl From<ListError> for AppError {
    fn from(error: ListError) -> Self {
        Self::Words(Box::new(error))
    }
}
