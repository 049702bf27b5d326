//! Budget of the upload bytes that one process holds at a time.
//!
//! An isolate has 128 MB for everything, shared by concurrent requests, and WebAssembly memory never shrinks: the
//! sum of uploads in flight must be bounded, not only each one. A request takes its lease before it reads the body
//! and gives it back when the answer that still refers to those bytes has been sent or dropped.
//!
//! Invariants: the sum of unexpired leases never exceeds the budget, and the leases of one workspace never exceed five
//! sixths of it, so that no workspace keeps all others from uploading; all uploads without credentials together hold a
//! quarter at most. A lease expires because a runtime that cancels a request may never drop its future; a lost lease
//! must not turn into "busy" for ever.
//!
//! Password hashing is outside of this budget: it takes 19 MiB (Argon2id) within one synchronous call, so an isolate,
//! which has one thread, runs one at a time, and neither sign-ins nor uploads wait for each other.

use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use labeler_media::{Format, Limits};

/// Lifetime of a lease in milliseconds. Longer than any request may take.
const LEASE_MS: i64 = 180_000;

/// Default budget: 68 MiB. It admits one upload of the largest size with the largest manifest store, or many small
/// ones, and leaves the rest of the isolate's 128 MB for the module, the output and the stack.
pub const DEFAULT_BUDGET: u64 = 68 * 1024 * 1024;

/// Holder of all uploads without credentials. Together they hold at most a quarter of the budget.
pub(crate) const ANONYMOUS: &str = "anonymous";

/// Number of copies of a manifest store in memory during a check: the bytes, the engine's boxes, the claims, and the
/// report.
const STORE_COPIES: u64 = 4;

/// Returns the memory in bytes that judging a file takes in addition to the file itself: that of its manifest store.
pub(crate) fn judging_memory(content: &[u8], format: Format) -> u64 {
    let limits = Limits::edge();
    let length = labeler_media::manifest_store_length(&mut Cursor::new(content), format, &limits);
    // A longer store is refused before it is read.
    let length = length.ok().flatten().filter(|length| *length <= limits.max_manifest_store);
    length.unwrap_or(0).saturating_mul(STORE_COPIES)
}

#[derive(Debug, Clone)]
struct Lease {
    id: u64,
    holder: Arc<str>,
    bytes: u64,
    expires_at: i64,
}

#[derive(Debug, Default)]
struct Ledger {
    next_id: u64,
    leases: Vec<Lease>,
}

/// The shared budget. Create one per process (in a Worker: one static) and give a clone to every [`crate::app::App`].
#[derive(Debug, Clone)]
pub struct InFlight {
    budget: u64,
    ledger: Arc<Mutex<Ledger>>,
}

impl Default for InFlight {
    fn default() -> Self {
        Self::new(DEFAULT_BUDGET)
    }
}

impl InFlight {
    /// Creates a budget of `budget` bytes.
    pub fn new(budget: u64) -> Self {
        Self { budget, ledger: Arc::default() }
    }

    /// Takes `bytes` of the budget for a workspace at `now` (Unix milliseconds); `None` if they exceed the budget or
    /// the workspace's share of it.
    pub(crate) fn admit(&self, workspace_id: &str, bytes: u64, now: i64) -> Option<Permit> {
        let holder: Arc<str> = Arc::from(workspace_id);
        let id = self.lease(&holder, bytes, now)?;
        Some(Permit { id, bytes, holder, in_flight: self.clone() })
    }

    /// Takes `bytes` for judging a file that is already held. Judging is short, so the workspace's share does not limit
    /// it.
    pub(crate) fn admit_judging(&self, bytes: u64, now: i64) -> Option<Permit> {
        let holder: Arc<str> = Arc::from("");
        let id = self.lease_within(&holder, bytes, now, self.budget)?;
        Some(Permit { id, bytes, holder, in_flight: self.clone() })
    }

    /// Returns the share of one workspace in bytes. With [`DEFAULT_BUDGET`] it is slightly more than the largest
    /// upload.
    const fn share(&self) -> u64 {
        self.budget.saturating_sub(self.budget / 6)
    }

    fn share_of(&self, holder: &str) -> u64 {
        if holder == ANONYMOUS { self.budget / 4 } else { self.share() }
    }

    fn lease(&self, holder: &Arc<str>, bytes: u64, now: i64) -> Option<u64> {
        self.lease_within(holder, bytes, now, self.share_of(holder))
    }

    fn lease_within(&self, holder: &Arc<str>, bytes: u64, now: i64, share: u64) -> Option<u64> {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.leases.retain(|lease| lease.expires_at > now);
        let (mut held, mut held_by_holder) = (bytes, bytes);
        for lease in &ledger.leases {
            held = held.saturating_add(lease.bytes);
            if lease.holder == *holder {
                held_by_holder = held_by_holder.saturating_add(lease.bytes);
            }
        }
        if held > self.budget || held_by_holder > share {
            return None;
        }
        let id = ledger.next_id;
        ledger.next_id = id.wrapping_add(1);
        let holder = Arc::clone(holder);
        ledger.leases.push(Lease { id, holder, bytes, expires_at: now.saturating_add(LEASE_MS) });
        Some(id)
    }

    fn release(&self, id: u64) {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.leases.retain(|lease| lease.id != id);
    }

    /// Returns the bytes held now, including expired leases.
    pub fn held(&self) -> u64 {
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.leases.iter().fold(0_u64, |sum, lease| sum.saturating_add(lease.bytes))
    }
}

/// A lease on the budget. Dropping it releases the bytes.
#[derive(Debug)]
pub(crate) struct Permit {
    id: u64,
    bytes: u64,
    holder: Arc<str>,
    in_flight: InFlight,
}

impl Permit {
    /// Renews the lease at `now` (Unix milliseconds), for work that may take longer than a lease. Returns false if it
    /// had expired and other uploads took the memory.
    pub fn renew(&mut self, now: i64) -> bool {
        self.in_flight.release(self.id);
        match self.in_flight.lease(&self.holder, self.bytes, now) {
            Some(id) => {
                self.id = id;
                true
            }
            None => false,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.in_flight.release(self.id);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn renews_a_lease_unless_its_memory_is_taken() {
        let budget = InFlight::new(100);
        let mut first = budget.admit("a", 60, 0).unwrap();
        assert!(first.renew(LEASE_MS - 1));
        assert!(budget.admit("b", 60, LEASE_MS).is_none(), "the first one was renewed");
        let second = budget.admit("b", 60, 2 * LEASE_MS).unwrap();
        assert!(!first.renew(2 * LEASE_MS));
        drop(first);
        assert_eq!(budget.held(), 60, "what was lost is not given back");
        drop(second);
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn admits_up_to_the_budget_and_releases_on_drop() {
        let budget = InFlight::new(100);
        let first = budget.admit("a", 60, 0).unwrap();
        assert!(budget.admit("b", 41, 0).is_none());
        let second = budget.admit("b", 40, 0).unwrap();
        assert_eq!(budget.held(), 100);
        drop(first);
        assert_eq!(budget.held(), 40);
        assert!(budget.admit("a", 60, 0).is_some());
        drop(second);
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn limits_a_workspace_to_its_share() {
        let budget = InFlight::default();
        let (file, share) = (crate::app::config::MAX_FILE_BYTES, budget.share());
        assert!(file <= share && share < DEFAULT_BUDGET);
        let largest = budget.admit("a", file, 0).unwrap();
        assert!(budget.admit("a", share - file + 1, 0).is_none(), "its share is used up");
        let other = budget.admit("b", DEFAULT_BUDGET - share, 0).unwrap();
        // Processing of an admitted file does not count against the share.
        assert!(budget.admit_judging(share - file, 0).is_some());
        drop((largest, other));
        // Many small uploads have the same bound as one large one.
        let small: Vec<_> = (0..100).map_while(|_| budget.admit("a", 1024 * 1024, 0)).collect();
        assert_eq!(small.len() as u64, share / (1024 * 1024));
    }

    #[test]
    fn limits_anonymous_uploads_to_a_quarter() {
        let budget = InFlight::new(100);
        let _first = budget.admit(ANONYMOUS, 20, 0).unwrap();
        assert!(budget.admit(ANONYMOUS, 6, 0).is_none());
        let _second = budget.admit(ANONYMOUS, 5, 0).unwrap();
        assert!(budget.admit("a", 75, 0).is_some());
    }

    #[test]
    fn an_expired_lease_releases_its_memory() {
        let budget = InFlight::new(120);
        std::mem::forget(budget.admit("a", 100, 0).unwrap());
        assert!(budget.admit("a", 1, LEASE_MS - 1).is_none());
        assert!(budget.admit("b", 21, LEASE_MS - 1).is_none());
        assert!(budget.admit("a", 100, LEASE_MS).is_some());
    }

    #[test]
    fn counts_a_manifest_store_four_times_and_admits_the_largest_file() {
        use labeler_media::fixtures::{Parts, c2pa_store, png};
        let store = c2pa_store(100_000);
        let with = png(&Parts { c2pa: Some(&store), ..Parts::default() });
        assert_eq!(judging_memory(&with, Format::Png), 4 * store.len() as u64);
        assert_eq!(judging_memory(&png(&Parts::default()), Format::Png), 0);
        let refused = png(&Parts { c2pa: Some(&c2pa_store(5 << 20)), ..Parts::default() });
        assert_eq!(judging_memory(&refused, Format::Png), 0, "a store that is not read takes nothing");
        let budget = InFlight::default();
        let _upload = budget.admit("a", crate::app::config::MAX_FILE_BYTES, 0).unwrap();
        assert!(budget.admit_judging(4 * Limits::edge().max_manifest_store, 0).is_some());
    }

    #[test]
    fn refuses_sizes_that_overflow() {
        let budget = InFlight::new(100);
        let _held = budget.admit("a", 1, 0).unwrap();
        assert!(budget.admit("b", u64::MAX, 0).is_none());
    }
}
