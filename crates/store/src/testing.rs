//! Fakes for tests of code above this crate.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::database::{BatchResult, Database, DbError, Row, Statement};
use crate::manifests::storage::{ManifestStorage, MemoryManifests, StorageError};

/// Failure that a [`FailingDatabase`] injects into a call.
#[derive(Debug, Clone)]
pub enum Failure {
    /// Nothing runs; the error is returned.
    Before(DbError),
    /// The call runs, then its answer is lost and the error is returned.
    After(DbError),
}

/// Database that fails on demand and counts its calls.
pub struct FailingDatabase {
    inner: Arc<dyn Database>,
    /// Planned failures, by part of the SQL that they apply to. The first match is used once.
    plan: Mutex<Vec<(String, Failure)>>,
    down: AtomicBool,
    calls: AtomicU64,
}

impl std::fmt::Debug for FailingDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FailingDatabase").field("calls", &self.calls).finish_non_exhaustive()
    }
}

impl FailingDatabase {
    /// Creates a database that passes every call through until a failure is planned.
    pub fn new(inner: Arc<dyn Database>) -> Self {
        Self { inner, plan: Mutex::default(), down: AtomicBool::new(false), calls: AtomicU64::new(0) }
    }

    /// Makes the next call with a statement that contains `sql_part` fail, once. Empty text matches every call.
    pub fn fail_next(&self, sql_part: &str, failure: Failure) {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).push((sql_part.to_owned(), failure));
    }

    /// Makes every call fail with [`DbError::Unavailable`] while `down` is true.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Returns the number of calls so far, failed ones included.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    fn next_failure(&self, statements: &[Statement]) -> Option<Failure> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return Some(Failure::Before(DbError::Unavailable("the test switched the database off".to_owned())));
        }
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let position = plan
            .iter()
            .position(|(part, _)| statements.iter().any(|statement| statement.sql.contains(part.as_str())))?;
        Some(plan.remove(position).1)
    }
}

#[async_trait]
impl Database for FailingDatabase {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        match self.next_failure(std::slice::from_ref(&statement)) {
            Some(Failure::Before(error)) => Err(error),
            Some(Failure::After(error)) => {
                self.inner.query(statement).await?;
                Err(error)
            }
            None => self.inner.query(statement).await,
        }
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<BatchResult>, DbError> {
        match self.next_failure(&statements) {
            Some(Failure::Before(error)) => Err(error),
            Some(Failure::After(error)) => {
                self.inner.batch(statements).await?;
                Err(error)
            }
            None => self.inner.batch(statements).await,
        }
    }
}

/// Manifest storage in memory that fails on demand.
#[derive(Debug)]
pub struct FailingManifests {
    inner: MemoryManifests,
    down: AtomicBool,
    loses_answers: AtomicBool,
}

impl Default for FailingManifests {
    fn default() -> Self {
        let inner = MemoryManifests::new(64 * 1024 * 1024);
        Self { inner, down: AtomicBool::new(false), loses_answers: AtomicBool::new(false) }
    }
}

impl FailingManifests {
    /// Makes every call fail without effect while `down` is true.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Makes every write and removal take effect and then fail while `loses` is true.
    pub fn set_loses_answers(&self, loses: bool) {
        self.loses_answers.store(loses, Ordering::SeqCst);
    }

    /// Returns the storage behind it.
    pub const fn inner(&self) -> &MemoryManifests {
        &self.inner
    }

    fn before(&self) -> Result<(), StorageError> {
        Self::fail_if(&self.down, "the test switched the storage off")
    }

    fn after(&self) -> Result<(), StorageError> {
        Self::fail_if(&self.loses_answers, "the answer was lost")
    }

    fn fail_if(fails: &AtomicBool, why: &str) -> Result<(), StorageError> {
        if fails.load(Ordering::SeqCst) { Err(StorageError(why.to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl ManifestStorage for FailingManifests {
    async fn put(&self, name: &str, content: &[u8]) -> Result<(), StorageError> {
        self.before()?;
        self.inner.put(name, content).await?;
        self.after()
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.before()?;
        self.inner.get(name).await
    }

    async fn remove(&self, names: &[String]) -> Result<(), StorageError> {
        self.before()?;
        self.inner.remove(names).await?;
        self.after()
    }
}

/// Database whose calls let the other tasks run first, so that requests joined in one task interleave like requests to
/// a server: other calls may happen between any two calls of one request.
pub struct Interleaved(pub Arc<dyn Database>);

impl std::fmt::Debug for Interleaved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Interleaved")
    }
}

async fn others_first() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if waited {
            return std::task::Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

#[async_trait]
impl Database for Interleaved {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        others_first().await;
        self.0.query(statement).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<BatchResult>, DbError> {
        others_first().await;
        self.0.batch(statements).await
    }
}
