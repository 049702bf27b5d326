//! How often somebody may call: the policies of the reference's table, and asking the limiter.
//!
//! The decision is made before a body is read. A limiter that cannot be asked lets the call pass and is reported to
//! the host's log: an outage of the counter must not become an outage of the service.

use labeler_store::{Decision, RatePolicy};

use crate::{App, context::RequestContext, error::ApiError};

/// A budget of calls in a window that opens with the first call.
const fn policy(limit: u32, window_s: u32) -> RatePolicy {
    RatePolicy { limit, window_s, cost: 1 }
}

/// `GET /certificate/{id}`: 60 in a minute.
pub(crate) const CERTIFICATE: RatePolicy = policy(60, 60);
/// Reading what is managed (keys, members, logs), each list: 120 in a minute.
pub(crate) const MANAGE_READ: RatePolicy = policy(120, 60);
/// Changing what is managed, each kind of change: 60 in a minute.
pub(crate) const MANAGE_WRITE: RatePolicy = policy(60, 60);
/// Exports, each: 10 in 5 minutes.
pub(crate) const EXPORT: RatePolicy = policy(10, 300);
/// `POST /label`: 30 in 5 minutes.
pub(crate) const LABEL: RatePolicy = policy(30, 300);
/// `POST /label/batch`: 5 in 5 minutes.
pub(crate) const LABEL_BATCH: RatePolicy = policy(5, 300);
/// `POST /label/url`: 10 in 5 minutes.
pub(crate) const LABEL_URL: RatePolicy = policy(10, 300);
/// `GET /assets` and `GET /assets/{id}`, each: 60 in a minute.
pub(crate) const ASSETS: RatePolicy = policy(60, 60);
/// `POST /check`: 120 in a minute.
pub(crate) const CHECK: RatePolicy = policy(120, 60);
/// `POST /verify`: 120 in a minute.
pub(crate) const VERIFY: RatePolicy = policy(120, 60);
/// `GET /verify/{hash}`: 600 in a minute.
pub(crate) const VERIFY_HASH: RatePolicy = policy(600, 60);
/// `GET /watermark/{payloadId}`: 600 in a minute, as for hashes.
pub(crate) const WATERMARK: RatePolicy = policy(600, 60);
/// Looking manifests up by a soft binding, and reading one, each per address: 120 in a minute.
pub(crate) const SOFT_BINDING_ADDRESS: RatePolicy = policy(120, 60);
/// `POST /matches/byContent` per address: 30 in 5 minutes.
pub(crate) const MATCH_CONTENT_ADDRESS: RatePolicy = policy(30, 300);
/// Reading or ending one's own session: 120 in a minute.
pub(crate) const SESSION: RatePolicy = policy(120, 60);
/// Everything that names no caller, per address: public routes, unknown routes, refused credentials.
pub(crate) const ANONYMOUS: RatePolicy = policy(120, 60);
/// Token, revocation and introspection requests per address, before the client is known.
pub(crate) const OAUTH_ADDRESS: RatePolicy = policy(300, 60);
/// One-time links, leak reports and password resets per address.
pub(crate) const LINK_ADDRESS: RatePolicy = policy(50, 300);
/// Messages to one mailbox, counted over all callers: 5 in an hour.
pub(crate) const MAILBOX: RatePolicy = policy(5, 3600);
/// New workspaces per address: 20 in a day.
pub(crate) const WORKSPACE_ADDRESS: RatePolicy = policy(20, 86_400);
/// Sign-in attempts per address, over all accounts; single accounts are protected by delays.
pub(crate) const SIGN_IN_ADDRESS: RatePolicy = policy(50, 300);

/// Takes one call from `bucket`, and keeps the decision for the response's headers.
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

/// Turns a flood from one address away before anything is asked. What it lets through leaves no trace in the headers.
pub(crate) fn shield(app: &App, context: &RequestContext) -> Result<(), ApiError> {
    let decision = app.shield.pass(context.address(), app.clock.now_ms());
    if decision.allowed { Ok(()) } else { settle(app, context, decision) }
}

/// For what answers out of this process alone: the shield has counted the call, and its count is what is reported.
pub(crate) fn shield_only(app: &App, context: &RequestContext) {
    context.set_rate(app.shield.look(context.address(), app.clock.now_ms()));
}

/// Takes one call from a budget of the caller's address for one kind of call.
pub(crate) async fn spend_address(
    app: &App,
    context: &RequestContext,
    name: &str,
    policy: RatePolicy,
) -> Result<(), ApiError> {
    spend(app, context, &format!("{name}:{}", context.address()), policy).await
}

/// Takes one message from the budget of a mailbox, before anything is looked up: the answer says nothing about who exists.
pub(crate) async fn spend_mailbox(app: &App, context: &RequestContext, email: &str) -> Result<(), ApiError> {
    let mailbox = app.store().accounts().mailbox(email);
    spend(app, context, &format!("mailbox:{mailbox}"), MAILBOX).await
}

/// Takes one call from the budget of the caller's address.
pub(crate) async fn spend_anonymous(app: &App, context: &RequestContext) -> Result<(), ApiError> {
    spend(app, context, &format!("address:{}", context.address()), ANONYMOUS).await
}

/// What is reported when nobody counts.
fn unlimited(now_ms: i64, policy: RatePolicy) -> Decision {
    Decision {
        limit: policy.limit,
        remaining: policy.limit.saturating_sub(policy.cost),
        reset_unix_s: now_ms.div_euclid(1000).saturating_add(i64::from(policy.window_s)),
        allowed: true,
    }
}
