//! [`RateLimiter`] on one Durable Object per key.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use js_sys::{Function, Reflect};
use labeler_ports::{Decision, RateLimitError, RateLimiter, RatePolicy};
use wasm_bindgen::{JsCast as _, JsValue};
use worker::send::{SendFuture, SendWrapper};
use worker::{Env, ObjectNamespace, Stub};

use crate::rate_limiter_do::Answer;

/// Name of the Durable Object binding.
const BINDING: &str = "RATE_LIMITER";

/// Variable: the jurisdiction in which the counters run and store their data, for example `eu`. Unlike that of a
/// bucket, it cannot be configured with the binding: the code must request it from the namespace.
const JURISDICTION: &str = "LABELER_JURISDICTION";
/// Error text of the local runtime, which does not support jurisdictions.
const LOCAL_RUNTIME: &str = "not implemented in workerd";

/// Whether this isolate's runtime is known not to support jurisdictions. Asking again would cost an exception each
/// time.
static HAS_ONE_PLACE: AtomicBool = AtomicBool::new(false);

/// Rate limiter that queries the counter of each key.
pub(crate) struct DurableRateLimiter(SendWrapper<Env>);

impl DurableRateLimiter {
    pub(crate) const fn new(env: Env) -> Self {
        Self(SendWrapper(env))
    }

    /// Returns the counter of a key in the configured jurisdiction. Fails rather than count elsewhere, except in a
    /// runtime that does not support jurisdictions.
    fn counter(&self, key: &str) -> worker::Result<Stub> {
        let namespace = self.0.durable_object(BINDING)?;
        let jurisdiction = self.0.var(JURISDICTION).map(|name| name.to_string()).unwrap_or_default();
        if jurisdiction.is_empty() || HAS_ONE_PLACE.load(Ordering::Relaxed) {
            return namespace.get_by_name(key);
        }
        match within(&namespace, &jurisdiction).and_then(|namespace| namespace.get_by_name(key)) {
            Err(error) if error.to_string().contains(LOCAL_RUNTIME) => {
                HAS_ONE_PLACE.store(true, Ordering::Relaxed);
                namespace.get_by_name(key)
            }
            other => other,
        }
    }

    async fn ask(&self, key: &str, policy: RatePolicy) -> worker::Result<Answer> {
        let RatePolicy { limit, window_s, cost } = policy;
        let stub = self.counter(key)?;
        // The URL syntax requires a host, which has no meaning here.
        let url = format!("https://rate-limiter/?limit={limit}&window_s={window_s}&cost={cost}");
        stub.fetch_with_str(&url).await?.json().await
    }
}

/// Calls `namespace.jurisdiction(name)`, which the bindings do not support yet.
fn within(namespace: &ObjectNamespace, name: &str) -> worker::Result<ObjectNamespace> {
    let namespace: &JsValue = namespace.as_ref();
    let method: Function = Reflect::get(namespace, &JsValue::from_str("jurisdiction"))?.dyn_into()?;
    Ok(ObjectNamespace::unchecked_from_js(method.call1(namespace, &JsValue::from_str(name))?))
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
