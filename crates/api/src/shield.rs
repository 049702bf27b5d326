//! The first look at an address: a count in this process, before credentials are read and before anything is asked.
//!
//! It is approximate on purpose (a process knows only what reaches it) and generous: it turns away floods, the limits of
//! the reference are counted exactly elsewhere. Memory is bounded: when the table is full, windows that closed go, and if
//! none did, all of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use labeler_store::{
    Decision, RatePolicy,
    rate::{Window, decide},
};

/// Calls of one address in a minute, with and without credentials: several keys at the limits of the reference.
const POLICY: RatePolicy = RatePolicy { limit: 3000, window_s: 60, cost: 1 };

/// Addresses counted at a time.
const MOST: usize = 10_000;

/// Counts calls per address. Make one for the process and hand clones to every [`crate::App`].
#[derive(Debug, Clone)]
pub struct Shield {
    policy: RatePolicy,
    windows: Arc<Mutex<HashMap<String, Window>>>,
}

impl Default for Shield {
    fn default() -> Self {
        Self::new(POLICY.limit)
    }
}

impl Shield {
    /// Lets `limit` calls of one address through in a minute.
    pub fn new(limit: u32) -> Self {
        Self { policy: RatePolicy { limit, ..POLICY }, windows: Arc::default() }
    }

    /// Counts one call of an address.
    pub(crate) fn pass(&self, address: &str, now_ms: i64) -> Decision {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST && !windows.contains_key(address) {
            windows.retain(|_, window| window.closes_ms > now_ms);
            if windows.len() >= MOST {
                windows.clear();
            }
        }
        let window = windows.entry(address.to_owned()).or_default();
        let (next, decision) = decide(*window, self.policy, now_ms);
        *window = next;
        decision
    }

    /// What an address has left, without counting anything.
    pub(crate) fn look(&self, address: &str, now_ms: i64) -> Decision {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get(address).copied().unwrap_or_default();
        decide(window, RatePolicy { cost: 0, ..self.policy }, now_ms).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_never_outgrows_its_bound() {
        let shield = Shield::new(1);
        for number in 0..25_000 {
            assert!(shield.pass(&number.to_string(), 1000).allowed);
        }
        assert!(!shield.pass("24999", 1000).allowed);
        assert!(shield.windows.lock().unwrap_or_else(PoisonError::into_inner).len() <= MOST);
        assert!(shield.pass("24999", 61_001).allowed);
    }
}
