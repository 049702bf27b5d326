//! The arithmetic of a rate limit, apart from where the counter lives.
//!
//! A fixed window that opens with the first call: simple to explain in three headers ("30 per 5 minutes, whole again at
//! this time") and exact, at the price that a caller may spend two budgets around the moment a window closes.
//! The function is synchronous and touches nothing else, so a single-threaded counter (a Durable Object, a mutex) that
//! runs it between two awaits admits exactly the limit, however many requests race.

use crate::ports::{Decision, RatePolicy};

/// State of one key's window. The default is a window that never opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// When the window closes: milliseconds since the Unix epoch.
    pub closes_ms: i64,
    /// Cost admitted since it opened.
    pub used: u32,
}

/// Counts one call and decides. Returns the new state, which the caller keeps, and the decision.
pub fn decide(window: Window, policy: RatePolicy, now_ms: i64) -> (Window, Decision) {
    let length_ms = i64::from(policy.window_s).saturating_mul(1000);
    // A window that closes later than one length from now was made under another policy or another clock.
    let open = window.closes_ms > now_ms && window.closes_ms.saturating_sub(now_ms) <= length_ms;
    let mut next = if open { window } else { Window { closes_ms: now_ms.saturating_add(length_ms), used: 0 } };
    let wanted = next.used.saturating_add(policy.cost);
    let allowed = wanted <= policy.limit;
    if allowed {
        next.used = wanted;
    }
    let decision = Decision {
        limit: policy.limit,
        remaining: policy.limit.saturating_sub(next.used),
        // Rounded up: who waits until this second finds the window closed.
        reset_unix_s: next.closes_ms.saturating_add(999).div_euclid(1000),
        allowed,
    };
    (next, decision)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    const POLICY: RatePolicy = RatePolicy { limit: 3, window_s: 60, cost: 1 };

    #[test]
    fn a_window_admits_its_limit_and_opens_again_at_the_announced_second() {
        let start = 1_700_000_000_250;
        let mut window = Window::default();
        for left in [2, 1, 0] {
            let (next, decision) = decide(window, POLICY, start);
            assert!(decision.allowed);
            assert_eq!(decision.remaining, left);
            assert_eq!(decision.reset_unix_s, 1_700_000_061);
            window = next;
        }
        let (window, refused) = decide(window, POLICY, start + 59_999);
        assert!(!refused.allowed);
        assert_eq!((refused.remaining, refused.reset_unix_s), (0, 1_700_000_061));
        let (_, again) = decide(window, POLICY, refused.reset_unix_s * 1000);
        assert!(again.allowed);
        assert_eq!(again.remaining, 2);
    }

    #[test]
    fn a_refused_call_costs_nothing_and_a_look_is_free() {
        let (window, _) = decide(Window::default(), POLICY, 0);
        let (same, refused) = decide(window, RatePolicy { cost: 3, ..POLICY }, 1);
        assert!(!refused.allowed);
        assert_eq!((same, refused.remaining), (window, 2));
        let (same, look) = decide(window, RatePolicy { cost: 0, ..POLICY }, 1);
        assert!(look.allowed);
        assert_eq!(same, window);
    }

    #[test]
    fn a_clock_that_jumped_back_does_not_lock_a_caller_out() {
        let exhausted = Window { closes_ms: 10_000_000, used: 3 };
        assert!(decide(exhausted, POLICY, 0).1.allowed);
    }

    proptest! {
        /// Whatever the arrivals and costs: between opening and closing no more than the limit is admitted.
        #[test]
        fn no_window_admits_more_than_its_limit(
            calls in prop::collection::vec((0_i64..40_000, 0_u32..4), 1..200),
            limit in 0_u32..10,
        ) {
            let mut window = Window::default();
            let mut now = 1_000_000;
            let mut admitted = std::collections::HashMap::<i64, u32>::new();
            for (pause, cost) in calls {
                now += pause;
                let (next, decision) = decide(window, RatePolicy { limit, window_s: 60, cost }, now);
                prop_assert!(next.closes_ms > now && next.closes_ms <= now + 60_000);
                if decision.allowed {
                    *admitted.entry(next.closes_ms).or_default() += cost;
                }
                prop_assert_eq!(decision.remaining, limit - admitted.get(&next.closes_ms).copied().unwrap_or(0));
                window = next;
            }
            prop_assert!(admitted.values().all(|sum| *sum <= limit));
        }
    }
}
