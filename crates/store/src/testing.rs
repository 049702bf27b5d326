//! Fakes for tests of code above this crate.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::database::{BatchResult, Database, DbError, Row, Statement};
use crate::manifests::{ManifestStorage, MemoryManifests, StorageError};
use crate::ports::{Clock, Decision, Mail, MailError, Mailer, RateLimitError, RateLimiter, RatePolicy, Rng, RngError};
use crate::rate::{self, Window};

/// A clock that stands still until told otherwise.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Standing at this many milliseconds since the epoch.
    pub const fn at(now_ms: i64) -> Self {
        Self(AtomicI64::new(now_ms))
    }

    /// Moves forward (or back, with a negative figure).
    pub fn advance(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }

    /// Jumps.
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Repeatable "randomness" (SplitMix64): the same seed gives the same ids and secrets. For tests only.
#[derive(Debug)]
pub struct SeededRng(AtomicU64);

impl SeededRng {
    /// With this seed.
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        for chunk in bytes.chunks_mut(8) {
            let mut mixed = self.0.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let word = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.iter_mut().zip(word).for_each(|(byte, random)| *byte = random);
        }
        Ok(())
    }
}

/// A source that has nothing to give.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRng;

impl Rng for NoRng {
    fn fill(&self, _bytes: &mut [u8]) -> Result<(), RngError> {
        Err(RngError)
    }
}

/// What a [`FailingDatabase`] does to a call.
#[derive(Debug, Clone)]
pub enum Failure {
    /// Nothing runs, the error comes back.
    Before(DbError),
    /// The call runs, then its answer is lost and the error comes back.
    After(DbError),
}

/// A database that fails on demand and counts the calls that reach it.
pub struct FailingDatabase {
    inner: Arc<dyn Database>,
    /// Failures to come, by part of the SQL they apply to; the first match is used up.
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
    /// Passes everything through until told otherwise.
    pub fn new(inner: Arc<dyn Database>) -> Self {
        Self { inner, plan: Mutex::default(), down: AtomicBool::new(false), calls: AtomicU64::new(0) }
    }

    /// The next call with a statement that contains `sql_part` fails this way, once. Empty text matches every call.
    pub fn fail_next(&self, sql_part: &str, failure: Failure) {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).push((sql_part.to_owned(), failure));
    }

    /// Every call fails with [`DbError::Unavailable`] while `down` is true.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Calls so far, failed ones included.
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

/// Manifest stores in memory, with failures on demand.
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
    /// Every call fails while `down` is true, and does nothing.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Every write and removal is done and then fails while `loses` is true.
    pub fn set_loses_answers(&self, loses: bool) {
        self.loses_answers.store(loses, Ordering::SeqCst);
    }

    /// What is stored.
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

/// Exact limits in this process's memory; the same arithmetic as the Worker's counter.
pub struct MemoryRateLimiter {
    clock: Arc<dyn Clock>,
    windows: Mutex<HashMap<String, Window>>,
    down: AtomicBool,
}

impl std::fmt::Debug for MemoryRateLimiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryRateLimiter").finish_non_exhaustive()
    }
}

impl MemoryRateLimiter {
    /// Without any window open.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, windows: Mutex::default(), down: AtomicBool::new(false) }
    }

    /// Every call fails while `down` is true.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }
}

#[async_trait]
impl RateLimiter for MemoryRateLimiter {
    async fn decide(&self, key: &str, policy: RatePolicy) -> Result<Decision, RateLimitError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(RateLimitError("the test switched the limiter off".to_owned()));
        }
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(key.to_owned()).or_default();
        let (next, decision) = rate::decide(*window, policy, self.clock.now_ms());
        *window = next;
        Ok(decision)
    }
}

/// A database whose every call lets the other tasks run first, so that requests joined in one task interleave as
/// requests to a server do: between any two calls of one, others may have made theirs.
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

/// Keeps every message instead of sending it.
#[derive(Debug, Default)]
pub struct KeptMail(Mutex<Vec<Mail>>);

impl KeptMail {
    /// Messages to an address, oldest first.
    pub fn to(&self, address: &str) -> Vec<Mail> {
        self.all().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// Every message so far.
    pub fn all(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Mailer for KeptMail {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
        Ok(())
    }
}
