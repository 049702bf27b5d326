//! The request log: every call of a known caller, written after the answer was made.

use std::sync::Arc;

use axum::extract::MatchedPath;
use http::StatusCode;
use labeler_store::{ActorKind, audit::NewRequest};

use crate::{App, context::RequestContext};

/// Whose call it was; set once the caller is known.
#[derive(Debug, Clone)]
pub(crate) struct LoggedCaller {
    pub workspace_id: String,
    pub livemode: bool,
    pub kind: ActorKind,
    pub id: String,
}

fn note_failure(app: &Arc<App>, context: &RequestContext) {
    let Some(failed) = context.failed() else { return };
    let (host, id) = (Arc::clone(app), context.id().to_owned());
    app.background.spawn(Box::pin(async move {
        if let Err(error) = host.store().audit().note_failure(&failed).await {
            host.log.incident(&id, &format!("a failed authentication was not counted: {error}"));
        }
    }));
}

/// A call as it came in.
#[derive(Debug)]
pub(crate) struct Call {
    method: String,
    route: Option<String>,
    began_ms: i64,
}

impl Call {
    /// Notes what a call is before it is handled.
    pub fn begin(app: &App, request: &axum::extract::Request) -> Self {
        Self {
            method: request.method().as_str().to_owned(),
            route: request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()),
            began_ms: app.clock.now_ms(),
        }
    }

    /// Hands the row over to the background when the caller is known and the route exists, and a failed authentication
    /// when what was claimed is known.
    pub fn end(self, app: &Arc<App>, context: &RequestContext, status: u16) {
        if status == StatusCode::UNAUTHORIZED.as_u16() {
            note_failure(app, context);
        }
        let (Some(caller), Some(route)) = (context.caller(), self.route) else { return };
        let latency = app.clock.now_ms().saturating_sub(self.began_ms);
        let row = NewRequest {
            workspace_id: caller.workspace_id,
            livemode: caller.livemode,
            request_id: context.id().to_owned(),
            actor_kind: caller.kind,
            actor_id: caller.id,
            method: self.method,
            route,
            status,
            latency_ms: u32::try_from(latency.max(0)).unwrap_or(u32::MAX),
            address: context.ip(),
        };
        let host = Arc::clone(app);
        app.background.spawn(Box::pin(async move {
            if let Err(error) = host.store().audit().log_request(&row).await {
                host.log.incident(&row.request_id, &format!("the request log missed a call: {error}"));
            }
        }));
    }
}
