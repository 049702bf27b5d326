//! The budget of upload bytes that one process holds at a time.
//!
//! An isolate has 128 MB for everything, shared by concurrent requests, and WebAssembly memory never shrinks: the
//! sum of uploads in flight must be bounded, not only each one. A request takes its lease before it reads the body
//! and gives it back when the answer that still refers to those bytes has been sent or dropped.
//!
//! Invariants: the sum of unexpired leases never exceeds the budget, and the leases of one workspace never exceed five
//! sixths of it, so that no workspace keeps all others from uploading; all uploads without credentials together hold a
//! quarter at most. A lease expires because a runtime that cancels a request may never drop its future; a lost lease must
//! not turn into "busy" for ever.
//!
//! Password hashing is outside of this budget: it takes 19 MiB (Argon2id) within one synchronous call, so an isolate,
//! which has one thread, runs one at a time, and neither sign-ins nor uploads wait for each other.

use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use labeler_media::{Format, Limits};

/// How long a lease counts at most, in milliseconds. Longer than any request is allowed to take.
const LEASE_MILLIS: i64 = 180_000;

/// Bytes that may be held at the same time: 68 MiB, which admits one upload of the largest size with the largest manifest
/// store, or many small ones, and leaves the rest of the isolate's 128 MB for the module, the output and the stack.
pub const DEFAULT_BUDGET: u64 = 68 * 1024 * 1024;

/// The holder of all uploads without credentials. Together they hold a quarter of the budget at most.
pub(crate) const STRANGERS: &str = "strangers";

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

/// The shared budget. Make one for the process (in a Worker: one static) and hand clones to every [`crate::app::App`].
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

    /// Takes `bytes` of the budget for a workspace at `now` (Unix milliseconds), or nothing when they do not fit into the
    /// budget or into the workspace's share of it.
    pub(crate) fn admit(&self, workspace_id: &str, bytes: u64, now: i64) -> Option<Permit> {
        let holder: Arc<str> = Arc::from(workspace_id);
        let id = self.lease(&holder, bytes, now)?;
        Some(Permit { id, bytes, holder, in_flight: self.clone() })
    }

    /// Takes `bytes` for judging a file that is held already. That is short, so no workspace's share bounds it.
    pub(crate) fn admit_judging(&self, bytes: u64, now: i64) -> Option<Permit> {
        let holder: Arc<str> = Arc::from("");
        let id = self.lease_within(&holder, bytes, now, self.budget)?;
        Some(Permit { id, bytes, holder, in_flight: self.clone() })
    }

    /// What one workspace may hold of uploads: with [`DEFAULT_BUDGET`], one of the largest size and a little more.
    const fn share(&self) -> u64 {
        self.budget.saturating_sub(self.budget / 6)
    }

    fn share_of(&self, holder: &str) -> u64 {
        if holder == STRANGERS { self.budget / 4 } else { self.share() }
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
        ledger.leases.push(Lease { id, holder, bytes, expires_at: now.saturating_add(LEASE_MILLIS) });
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

/// A lease on the budget; dropping it gives the bytes back.
#[derive(Debug)]
pub(crate) struct Permit {
    id: u64,
    bytes: u64,
    holder: Arc<str>,
    in_flight: InFlight,
}

impl Permit {
    /// Lets the lease count from `now` (Unix milliseconds) on as if it had just been taken, for work that may go on for
    /// longer than a lease. False when it had expired and others took the room meanwhile.
    pub fn renew(&mut self, now: i64) -> bool {
        self.in_flight.give_back(self.id);
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
        self.in_flight.give_back(self.id);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_renewed_lease_counts_anew_unless_its_room_is_taken() {
        let budget = InFlight::new(100);
        let mut first = budget.admit("a", 60, 0).unwrap();
        assert!(first.renew(LEASE_MILLIS - 1));
        assert!(budget.admit("b", 60, LEASE_MILLIS).is_none(), "the first one was renewed");
        let second = budget.admit("b", 60, 2 * LEASE_MILLIS).unwrap();
        assert!(!first.renew(2 * LEASE_MILLIS));
        drop(first);
        assert_eq!(budget.held(), 60, "what was lost is not given back");
        drop(second);
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn admits_up_to_the_budget_and_takes_back_on_drop() {
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
    fn no_workspace_takes_the_whole_budget() {
        let budget = InFlight::default();
        let (file, share) = (crate::app::config::MAX_FILE_BYTES, budget.share());
        assert!(file <= share && share < DEFAULT_BUDGET);
        let largest = budget.admit("a", file, 0).unwrap();
        assert!(budget.admit("a", share - file + 1, 0).is_none(), "its share is used up");
        let other = budget.admit("b", DEFAULT_BUDGET - share, 0).unwrap();
        // What is done with a file that was let in does not count against the share.
        assert!(budget.admit_judging(share - file, 0).is_some());
        drop((largest, other));
        // Many small uploads have the same bound as one large one.
        let small: Vec<_> = (0..100).map_while(|_| budget.admit("a", 1024 * 1024, 0)).collect();
        assert_eq!(small.len() as u64, share / (1024 * 1024));
    }

    #[test]
    fn uploads_without_credentials_leave_room_for_those_with_them() {
        let budget = InFlight::new(100);
        let _first = budget.admit(STRANGERS, 20, 0).unwrap();
        assert!(budget.admit(STRANGERS, 6, 0).is_none());
        let _second = budget.admit(STRANGERS, 5, 0).unwrap();
        assert!(budget.admit("a", 75, 0).is_some());
    }

    #[test]
    fn a_lost_lease_stops_counting_when_it_expires() {
        let budget = InFlight::new(120);
        std::mem::forget(budget.admit("a", 100, 0).unwrap());
        assert!(budget.admit("a", 1, LEASE_MILLIS - 1).is_none());
        assert!(budget.admit("b", 21, LEASE_MILLIS - 1).is_none());
        assert!(budget.admit("a", 100, LEASE_MILLIS).is_some());
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
        let _upload = budget.admit("a", crate::app::config::MAX_FILE_BYTES, 0).unwrap();
        assert!(budget.admit_judging(4 * Limits::edge().max_manifest_store, 0).is_some());
    }

    #[test]
    fn absurd_sizes_do_not_wrap_around() {
        let budget = InFlight::new(100);
        let _held = budget.admit("a", 1, 0).unwrap();
        assert!(budget.admit("b", u64::MAX, 0).is_none());
    }
}
