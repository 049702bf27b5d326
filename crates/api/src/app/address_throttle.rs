//! In-process throttle per client address. It runs before credentials are read and before any other system is asked.
//!
//! It is approximate (each process counts only its own requests) and generous: it only turns floods away. The limits of
//! the reference are counted exactly by the rate limiter. Memory is bounded: when the table is full, closed windows are
//! removed; if there are none, the whole table is cleared.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use labeler_ports::rate::{Window, decide};
use labeler_ports::{Decision, RatePolicy};

/// 3000 calls of one address per minute, with and without credentials: room for several keys at the limits of the
/// reference.
const POLICY: RatePolicy = RatePolicy { limit: 3000, window_s: 60, cost: 1 };

/// Maximum number of addresses in the table.
const MAX_ADDRESSES: usize = 10_000;

/// Counts calls per address. Create one per process and give a clone to every [`crate::app::App`].
#[derive(Debug, Clone)]
pub struct AddressThrottle {
    policy: RatePolicy,
    windows: Arc<Mutex<HashMap<String, Window>>>,
}

impl Default for AddressThrottle {
    fn default() -> Self {
        Self::new(POLICY.limit)
    }
}

impl AddressThrottle {
    /// Creates a throttle that allows `limit` calls of one address per minute.
    pub fn new(limit: u32) -> Self {
        Self { policy: RatePolicy { limit, ..POLICY }, windows: Arc::default() }
    }

    /// Counts one call of an address.
    pub(crate) fn count(&self, address: &str, now_ms: i64) -> Decision {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MAX_ADDRESSES && !windows.contains_key(address) {
            windows.retain(|_, window| window.closes_ms > now_ms);
            if windows.len() >= MAX_ADDRESSES {
                windows.clear();
            }
        }
        let window = windows.entry(address.to_owned()).or_default();
        let (next, decision) = decide(*window, self.policy, now_ms);
        *window = next;
        decision
    }

    /// Returns the remaining budget of an address without counting a call.
    pub(crate) fn peek(&self, address: &str, now_ms: i64) -> Decision {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get(address).copied().unwrap_or_default();
        decide(window, RatePolicy { cost: 0, ..self.policy }, now_ms).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_the_number_of_addresses() {
        let throttle = AddressThrottle::new(1);
        for number in 0..25_000 {
            assert!(throttle.count(&number.to_string(), 1000).allowed);
        }
        assert!(!throttle.count("24999", 1000).allowed);
        assert!(throttle.windows.lock().unwrap_or_else(PoisonError::into_inner).len() <= MAX_ADDRESSES);
        assert!(throttle.count("24999", 61_001).allowed);
    }
}
