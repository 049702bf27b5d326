//! The budget of upload bytes that one process holds at a time.
//!
//! An isolate has 128 MB for everything, shared by concurrent requests, and WebAssembly memory never shrinks: the
//! sum of uploads in flight must be bounded, not only each one. A request takes its share before it reads the body
//! and gives it back when the answer that still refers to those bytes has been sent or dropped.
//!
//! Invariant: the sum of unexpired leases never exceeds the budget. A lease expires because a runtime that cancels
//! a request may never drop its future; a lost lease must not turn into "busy" for ever.

use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use labeler_media::{Format, Limits};

/// How long a lease counts at most, in milliseconds. Longer than any request is allowed to take.
const LEASE_MILLIS: i64 = 180_000;

/// Bytes that may be held at the same time: 68 MiB, which admits one upload of the largest size with the largest manifest
/// store, or many small ones, and leaves the rest of the isolate's 128 MB for the module, the output and the stack.
pub const DEFAULT_BUDGET: u64 = 68 * 1024 * 1024;

/// How often a manifest store is in memory while it is judged: as it came, as the engine's boxes, as its claims, and as
/// what is said of it.
const STORE_COPIES: u64 = 4;

/// Memory that judging a file takes beside the file itself: that of its manifest store.
pub(crate) fn judging_memory(content: &[u8], format: Format) -> u64 {
    let limits = Limits::edge();
    let length = labeler_media::manifest_store_length(&mut Cursor::new(content), format, &limits);
    // A longer store is refused before it is read.
    let length = length.ok().flatten().filter(|length| *length <= limits.max_manifest_store);
    length.unwrap_or(0).saturating_mul(STORE_COPIES)
}

#[derive(Debug, Clone, Copy)]
struct Lease {
    id: u64,
    bytes: u64,
    expires_at: i64,
}

#[derive(Debug, Default)]
struct Ledger {
    next_id: u64,
    leases: Vec<Lease>,
}

/// The shared budget. Make one for the process (in a Worker: one static) and hand clones to every [`crate::App`].
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
    /// A budget of `budget` bytes.
    pub fn new(budget: u64) -> Self {
        Self { budget, ledger: Arc::default() }
    }

    /// Takes `bytes` of the budget at `now` (Unix milliseconds), or nothing when they do not fit.
    pub(crate) fn admit(&self, bytes: u64, now: i64) -> Option<Permit> {
        self.lease(bytes, now).map(|id| Permit { id, bytes, share: self.clone() })
    }

    fn lease(&self, bytes: u64, now: i64) -> Option<u64> {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.leases.retain(|lease| lease.expires_at > now);
        let held = ledger.leases.iter().fold(0_u64, |sum, lease| sum.saturating_add(lease.bytes));
        if held.saturating_add(bytes) > self.budget {
            return None;
        }
        let id = ledger.next_id;
        ledger.next_id = id.wrapping_add(1);
        ledger.leases.push(Lease { id, bytes, expires_at: now.saturating_add(LEASE_MILLIS) });
        Some(id)
    }

    fn give_back(&self, id: u64) {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.leases.retain(|lease| lease.id != id);
    }

    /// Bytes held at this moment, expired leases included.
    pub fn held(&self) -> u64 {
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.leases.iter().fold(0_u64, |sum, lease| sum.saturating_add(lease.bytes))
    }
}

/// A share of the budget; dropping it gives the bytes back.
#[derive(Debug)]
pub(crate) struct Permit {
    id: u64,
    bytes: u64,
    share: InFlight,
}

impl Permit {
    /// Lets the share count from `now` (Unix milliseconds) on as if it had just been taken, for work that may go on for
    /// longer than a lease. False when it had expired and others took the room meanwhile.
    pub fn renew(&mut self, now: i64) -> bool {
        self.share.give_back(self.id);
        match self.share.lease(self.bytes, now) {
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
        self.share.give_back(self.id);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_renewed_lease_counts_anew_unless_its_room_is_taken() {
        let budget = InFlight::new(100);
        let mut first = budget.admit(60, 0).unwrap();
        assert!(first.renew(LEASE_MILLIS - 1));
        assert!(budget.admit(60, LEASE_MILLIS).is_none(), "the first one was renewed");
        let second = budget.admit(60, 2 * LEASE_MILLIS).unwrap();
        assert!(!first.renew(2 * LEASE_MILLIS));
        drop(first);
        assert_eq!(budget.held(), 60, "what was lost is not given back");
        drop(second);
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn admits_up_to_the_budget_and_takes_back_on_drop() {
        let budget = InFlight::new(100);
        let first = budget.admit(60, 0).unwrap();
        assert!(budget.admit(41, 0).is_none());
        let second = budget.admit(40, 0).unwrap();
        assert_eq!(budget.held(), 100);
        drop(first);
        assert_eq!(budget.held(), 40);
        assert!(budget.admit(60, 0).is_some());
        drop(second);
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn a_lost_lease_stops_counting_when_it_expires() {
        let budget = InFlight::new(100);
        std::mem::forget(budget.admit(100, 0).unwrap());
        assert!(budget.admit(1, LEASE_MILLIS - 1).is_none());
        assert!(budget.admit(100, LEASE_MILLIS).is_some());
    }

    #[test]
    fn a_manifest_store_counts_four_times_and_the_largest_file_with_the_largest_store_is_admitted() {
        use labeler_media::fixtures::{Parts, c2pa_store, png};
        let store = c2pa_store(100_000);
        let with = png(&Parts { c2pa: Some(&store), ..Parts::default() });
        assert_eq!(judging_memory(&with, Format::Png), 4 * store.len() as u64);
        assert_eq!(judging_memory(&png(&Parts::default()), Format::Png), 0);
        let refused = png(&Parts { c2pa: Some(&c2pa_store(5 << 20)), ..Parts::default() });
        assert_eq!(judging_memory(&refused, Format::Png), 0, "a store that is not read takes nothing");
        let budget = InFlight::default();
        let _upload = budget.admit(crate::MAX_FILE_BYTES, 0).unwrap();
        assert!(budget.admit(4 * Limits::edge().max_manifest_store, 0).is_some());
    }

    #[test]
    fn absurd_sizes_do_not_wrap_around() {
        let budget = InFlight::new(100);
        let _held = budget.admit(1, 0).unwrap();
        assert!(budget.admit(u64::MAX, 0).is_none());
    }
}
