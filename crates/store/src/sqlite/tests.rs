//! What is SQLite's own: the shared suite is in [`crate::conformance`].

use super::{Observer, SqliteStore};
use crate::{Store, conformance::Bed};
use async_trait::async_trait;
use std::sync::Arc;
use tempfile::TempDir;

fn nobody() -> Observer {
    Arc::new(|_, _| ())
}

#[async_trait]
impl Bed for TempDir {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.path(), nobody()).unwrap())
    }
}

mod conformance {
    use tempfile::tempdir;
    crate::store_conformance!(tempdir().unwrap());
}
