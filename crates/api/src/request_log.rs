//! The request log: one row for every call with credentials of a workspace, written after the answer was made.
//!
//! A call that was refused before its caller was known (a revoked key, an unknown path) is attributed later, in the
//! background, to the workspace of the key, client or session that its credentials name. Attribution is not
//! authentication: it only decides which workspace's log receives the row. The address's budget for calls without a
//! caller bounds these rows.

use std::sync::Arc;

use axum::extract::MatchedPath;
use http::StatusCode;
use labeler_store::{DbError, NewRequest};

use crate::{
    app::App,
    auth::{
        attribution::attribute,
        credentials::{Presented, presented},
    },
    http::context::{LoggedCaller, RequestContext},
};

/// Longest method in a row, in characters.
const LONGEST_METHOD: usize = 32;

/// Route of a call to a path that does not exist. The path itself is not stored, because it may contain anything.
const NO_ROUTE: &str = "unknown";

/// Counts a failed authentication, in the background.
fn note_failure(app: &Arc<App>, context: &RequestContext) {
    let Some(failed) = context.failed() else { return };
    let (host, id) = (Arc::clone(app), context.id().to_owned());
    app.background.spawn(Box::pin(async move {
        if let Err(error) = host.store().audit().note_failure(&failed).await {
            host.log.incident(&id, &format!("a failed authentication was not counted: {error}"));
        }
    }));
}

/// A call in progress.
#[derive(Debug)]
pub(crate) struct Call {
    method: String,
    route: Option<String>,
    began_ms: i64,
    presented: Option<Presented>,
}

impl Call {
    /// Records the start of a call, before it is handled.
    pub fn begin(app: &App, request: &axum::extract::Request) -> Self {
        Self {
            method: request.method().as_str().chars().take(LONGEST_METHOD).collect(),
            route: request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()),
            began_ms: app.clock.now_ms(),
            presented: presented(request.headers(), app.config.is_https()),
        }
    }

    /// Has the background write the row, if the call had credentials, and count the failed authentication, if the
    /// claimed identity is known.
    pub fn end(self, app: &Arc<App>, context: &RequestContext, status: StatusCode) {
        if status == StatusCode::UNAUTHORIZED {
            note_failure(app, context);
        }
        let caller = context.caller();
        // Without a caller only refusals are logged, and none of calls beyond the rate limit.
        let is_refusal = status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS;
        if caller.is_none() && !(self.presented.is_some() && is_refusal) {
            return;
        }
        let latency = app.clock.now_ms().saturating_sub(self.began_ms);
        let (host, context) = (Arc::clone(app), context.clone());
        app.background.spawn(Box::pin(async move {
            if let Err(error) = self.write(&host, &context, caller, status, latency).await {
                host.log.incident(context.id(), &format!("the request log missed a call: {error}"));
            }
        }));
    }

    async fn write(
        self,
        app: &Arc<App>,
        context: &RequestContext,
        caller: Option<LoggedCaller>,
        status: StatusCode,
        latency: i64,
    ) -> Result<(), DbError> {
        let caller = match (caller, self.presented) {
            (Some(caller), _) => caller,
            (None, Some(presented)) => match attribute(app, &presented).await? {
                Some(caller) => caller,
                None => return Ok(()),
            },
            (None, None) => return Ok(()),
        };
        let row = NewRequest {
            workspace_id: caller.workspace_id,
            livemode: caller.livemode,
            request_id: context.id().to_owned(),
            actor_kind: caller.kind,
            actor_id: caller.id,
            method: self.method,
            route: self.route.unwrap_or_else(|| NO_ROUTE.to_owned()),
            status: status.as_u16(),
            latency_ms: u32::try_from(latency.max(0)).unwrap_or(u32::MAX),
            address: context.ip(),
        };
        app.store().audit().log_request(&row).await
    }
}
