//! Fakes of the ports, for tests of code above this crate.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::rate::{self, Decision, RateLimitError, RateLimiter, RatePolicy, Window};
use crate::{Clock, Mail, MailError, Mailer, Rng, RngError};

/// Clock that shows a set time until it is moved.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Creates a clock that shows this time, in milliseconds since the Unix epoch.
    pub const fn at(now_ms: i64) -> Self {
        Self(AtomicI64::new(now_ms))
    }

    /// Moves the time forward by `by_ms` milliseconds, or back if it is negative.
    pub fn advance(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }

    /// Sets the time, in milliseconds since the Unix epoch.
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Repeatable pseudo-random generator (SplitMix64): the same seed gives the same IDs and secrets. For tests only.
#[derive(Debug)]
pub struct SeededRng(AtomicU64);

impl SeededRng {
    /// Creates a generator with this seed.
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

/// Random source that always fails.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRng;

impl Rng for NoRng {
    fn fill(&self, _bytes: &mut [u8]) -> Result<(), RngError> {
        Err(RngError)
    }
}

/// Rate limiter in this process's memory. Uses the same arithmetic as the Worker's counter.
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
    /// Creates a limiter without open windows.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, windows: Mutex::default(), down: AtomicBool::new(false) }
    }

    /// Makes every call fail while `down` is true.
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

/// Mailer that keeps every message instead of sending it.
#[derive(Debug, Default)]
pub struct KeptMail(Mutex<Vec<Mail>>);

impl KeptMail {
    /// Returns the messages to an address, oldest first.
    pub fn to(&self, address: &str) -> Vec<Mail> {
        self.all().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// Returns every message so far, oldest first.
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
