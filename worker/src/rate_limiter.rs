//! [`RateLimiter`] on the Durable Object of the key.

use async_trait::async_trait;
use labeler_store::{Decision, RateLimitError, RateLimiter, RatePolicy};
use worker::Env;
use worker::send::{SendFuture, SendWrapper};

use crate::rate_limiter_do::Answer;

/// Name of the Durable Object binding.
const BINDING: &str = "RATE_LIMITER";

/// Asks the counter of each key.
pub(crate) struct DurableRateLimiter(SendWrapper<Env>);

impl DurableRateLimiter {
    pub(crate) const fn new(env: Env) -> Self {
        Self(SendWrapper(env))
    }

    async fn ask(&self, key: &str, policy: RatePolicy) -> worker::Result<Answer> {
        let RatePolicy { limit, window_s, cost } = policy;
        let stub = self.0.durable_object(BINDING)?.get_by_name(key)?;
        // The host is required by URL syntax and means nothing.
        let url = format!("https://rate-limiter/?limit={limit}&window_s={window_s}&cost={cost}");
        stub.fetch_with_str(&url).await?.json().await
    }
}

#[async_trait]
impl RateLimiter for DurableRateLimiter {
    async fn decide(&self, key: &str, policy: RatePolicy) -> Result<Decision, RateLimitError> {
        let answer = SendFuture::new(self.ask(key, policy)).await.map_err(|error| RateLimitError(error.to_string()))?;
        Ok(Decision {
            limit: policy.limit,
            remaining: answer.remaining,
            reset_unix_s: answer.reset_unix_s,
            allowed: answer.allowed,
        })
    }
}
