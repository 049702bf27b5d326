//! Rate limits: the policies of the reference's table, and the calls to the limiter.
//!
//! The decision is made before a body is read. If the limiter fails, the call is allowed and the failure is logged: an
//! outage of the limiter must not become an outage of the service.

use labeler_ports::{Decision, RatePolicy};

use crate::{
    app::App,
    http::{context::RequestContext, error::ApiError},
};

/// A budget of `limit` calls in a window of `window_s` seconds, which opens with the first call.
const fn policy(limit: u32, window_s: u32) -> RatePolicy {
    RatePolicy { limit, window_s, cost: 1 }
}

/// `GET /certificate/{id}`: 60 per minute.
pub(crate) const CERTIFICATE: RatePolicy = policy(60, 60);
/// Management reads (keys, members, logs): 120 per minute per endpoint.
pub(crate) const MANAGE_READ: RatePolicy = policy(120, 60);
/// Management writes: 60 per minute per endpoint.
pub(crate) const MANAGE_WRITE: RatePolicy = policy(60, 60);
/// Exports: 10 per 5 minutes per endpoint.
pub(crate) const EXPORT: RatePolicy = policy(10, 300);
/// `POST /label`: 30 per 5 minutes.
pub(crate) const LABEL: RatePolicy = policy(30, 300);
/// `POST /label/batch`: 5 per 5 minutes.
pub(crate) const LABEL_BATCH: RatePolicy = policy(5, 300);
/// `POST /label/url`: 10 per 5 minutes.
pub(crate) const LABEL_URL: RatePolicy = policy(10, 300);
/// `GET /assets` and `GET /assets/{id}`: 60 per minute each.
pub(crate) const ASSETS: RatePolicy = policy(60, 60);
/// `POST /check`: 120 per minute.
pub(crate) const CHECK: RatePolicy = policy(120, 60);
/// `POST /verify`: 120 per minute.
pub(crate) const VERIFY: RatePolicy = policy(120, 60);
/// `GET /verify/{hash}`: 600 per minute.
pub(crate) const VERIFY_HASH: RatePolicy = policy(600, 60);
/// `GET /watermark/{payloadId}`: 600 per minute, as for hashes.
pub(crate) const WATERMARK: RatePolicy = policy(600, 60);
/// Look-up of manifest stores by soft binding, and reading one: 120 per minute per address each.
pub(crate) const SOFT_BINDING_ADDRESS: RatePolicy = policy(120, 60);
/// `POST /matches/byContent`: 30 per 5 minutes per address.
pub(crate) const MATCH_CONTENT_ADDRESS: RatePolicy = policy(30, 300);
/// Reading or ending the caller's own session: 120 per minute.
pub(crate) const SESSION: RatePolicy = policy(120, 60);
/// Calls without an authenticated caller (public routes, unknown routes, refused credentials): 120 per minute per
/// address.
pub(crate) const ANONYMOUS: RatePolicy = policy(120, 60);
/// Token, revocation and introspection requests, before the client is authenticated: 300 per minute per address.
pub(crate) const OAUTH_ADDRESS: RatePolicy = policy(300, 60);
/// One-time links, leak reports and password resets: 50 per 5 minutes per address.
pub(crate) const LINK_ADDRESS: RatePolicy = policy(50, 300);
/// Messages to one mailbox, counted over all callers: 5 per hour.
pub(crate) const MAILBOX: RatePolicy = policy(5, 3600);
/// New workspaces: 20 per day per address.
pub(crate) const WORKSPACE_ADDRESS: RatePolicy = policy(20, 86_400);
/// Sign-in attempts over all accounts: 50 per 5 minutes per address. Single accounts are protected by delays.
pub(crate) const SIGN_IN_ADDRESS: RatePolicy = policy(50, 300);

/// Takes one call from `bucket` and stores the decision for the response's headers.
pub(crate) async fn spend(
    app: &App,
    context: &RequestContext,
    bucket: &str,
    policy: RatePolicy,
) -> Result<(), ApiError> {
    let decision = match app.limiter.decide(bucket, policy).await {
        Ok(decision) => decision,
        Err(error) => {
            app.log.incident(context.id(), &error.to_string());
            unlimited(app.clock.now_ms(), policy)
        }
    };
    settle(app, context, decision)
}

fn settle(app: &App, context: &RequestContext, decision: Decision) -> Result<(), ApiError> {
    context.set_rate(decision);
    if decision.allowed {
        return Ok(());
    }
    let wait_ms = decision.reset_unix_s.saturating_mul(1000).saturating_sub(app.clock.now_ms());
    Err(ApiError::rate_limited(wait_ms.saturating_add(999).div_euclid(1000)))
}

/// Refuses a call from an address that floods this process. An allowed call leaves no trace in the response's headers.
pub(crate) fn throttle(app: &App, context: &RequestContext) -> Result<(), ApiError> {
    let decision = app.address_throttle.count(context.address(), app.clock.now_ms());
    if decision.allowed { Ok(()) } else { settle(app, context, decision) }
}

/// Reports the throttle's count in the response's headers, for endpoints that ask no other system and have no other
/// limit.
pub(crate) fn report_throttle(app: &App, context: &RequestContext) {
    context.set_rate(app.address_throttle.peek(context.address(), app.clock.now_ms()));
}

/// Takes one call from the budget `name` of the caller's address.
pub(crate) async fn spend_address(
    app: &App,
    context: &RequestContext,
    name: &str,
    policy: RatePolicy,
) -> Result<(), ApiError> {
    spend(app, context, &format!("{name}:{}", context.address()), policy).await
}

/// Takes one message from the budget of a mailbox. Call it before looking the address up, so that the answer does not
/// reveal whether an account exists.
pub(crate) async fn spend_mailbox(app: &App, context: &RequestContext, email: &str) -> Result<(), ApiError> {
    let mailbox = app.store().people().mailbox(email);
    spend(app, context, &format!("mailbox:{mailbox}"), MAILBOX).await
}

/// Takes one call from the general budget of the caller's address.
pub(crate) async fn spend_anonymous(app: &App, context: &RequestContext) -> Result<(), ApiError> {
    spend(app, context, &format!("address:{}", context.address()), ANONYMOUS).await
}

/// Decision that is reported when the limiter fails.
fn unlimited(now_ms: i64, policy: RatePolicy) -> Decision {
    Decision {
        limit: policy.limit,
        remaining: policy.limit.saturating_sub(policy.cost),
        reset_unix_s: now_ms.div_euclid(1000).saturating_add(i64::from(policy.window_s)),
        allowed: true,
    }
}
