//! Rate limits: the interface of a limiter, and the arithmetic of one, apart from where the counter is stored.
//!
//! A limit is a fixed window that opens with the first call. It is easy to explain in three headers ("30 per 5 minutes,
//! full again at this time") and exact, at the price that a caller may spend two budgets around the moment when a
//! window closes. [`decide`] is synchronous and has no side effects, so a single-threaded counter (a Durable Object, a
//! mutex) that runs it between two awaits admits exactly the limit, however many requests race.

use async_trait::async_trait;

/// Budget of a window, and the cost of this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatePolicy {
    /// Budget of one window, in units of cost.
    pub limit: u32,
    /// Length of the window in seconds. The window opens with the first call.
    pub window_s: u32,
    /// Cost of this call: usually 1. A call with cost 0 only reads the counter.
    pub cost: u32,
}

/// Answer of a rate limiter: the fields of the `RateLimit-*` headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Budget of one window.
    pub limit: u32,
    /// Budget that remains after this call.
    pub remaining: u32,
    /// When the window closes and the budget is full again: Unix time in seconds, rounded up.
    pub reset_unix_s: i64,
    /// Whether this call is admitted. A refused call costs nothing.
    pub allowed: bool,
}

/// Error for a limiter that cannot be reached. Whether the call is then admitted is the caller's policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rate limiter is unavailable: {0}")]
pub struct RateLimitError(pub String);

/// Exact counter per key across all requests, whichever isolate they reach.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Counts one call under `key` (for example `key:AbCd…:POST /api/v1/label`) and decides whether it is admitted.
    ///
    /// # Errors
    /// [`RateLimitError`] when the counter cannot be reached.
    async fn decide(&self, key: &str, policy: RatePolicy) -> Result<Decision, RateLimitError>;
}

/// State of one key's window. The default is a window that was never opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// When the window closes, in milliseconds since the Unix epoch.
    pub closes_ms: i64,
    /// Cost admitted since the window opened.
    pub used: u32,
}

/// Counts one call and decides whether it is admitted. Returns the new state, which the caller stores, and the
/// decision.
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
        // Rounded up, so that the window is closed for a caller who waits until this second.
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
    fn admits_the_limit_and_reopens_at_the_announced_second() {
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
    fn charges_nothing_for_refused_calls_and_calls_of_cost_0() {
        let (window, _) = decide(Window::default(), POLICY, 0);
        let (same, refused) = decide(window, RatePolicy { cost: 3, ..POLICY }, 1);
        assert!(!refused.allowed);
        assert_eq!((same, refused.remaining), (window, 2));
        let (same, look) = decide(window, RatePolicy { cost: 0, ..POLICY }, 1);
        assert!(look.allowed);
        assert_eq!(same, window);
    }

    #[test]
    fn reopens_the_window_when_the_clock_jumps_back() {
        let exhausted = Window { closes_ms: 10_000_000, used: 3 };
        assert!(decide(exhausted, POLICY, 0).1.allowed);
    }

    proptest! {
        /// For any arrivals and costs, a window admits at most its limit between opening and closing.
        #[test]
        fn never_admits_more_than_the_limit(
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
