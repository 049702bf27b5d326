//! `POST /api/v1/label/url`: fetches an image from a public URL and labels it. `labeler-fetch` decides which URLs are
//! allowed.

use std::sync::Arc;

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::HeaderMap;
use labeler_fetch::{DEFAULT_TIMEOUT_MS, Fetched, Guard, Policy};
use labeler_store::{Permission, Ticket};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    app::{App, admission::Permit},
    auth::{Authorized, Caller, endpoint},
    endpoints::{
        label::{
            idempotency::{self, Attempt},
            labelling::{self, Done, LabelResult, LabelledFile, Source, labelling_errors},
            options::SharedOptions,
        },
        workspaces::compliance_profile,
    },
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        file_name, json_body,
        route::Route,
    },
};

/// Largest body in bytes: the longest URL and the largest options, with room for escapes.
const MAX_BODY: usize = 64 * 1024;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        path: "/api/v1/label/url",
        methods: post(label_url),
        errors: &[(
            "label_url",
            labelling_errors![
                Code::SsrfBlocked,
                Code::UrlFetchFailed,
                Code::QuotaExceeded,
                Code::MimeNotAllowed,
                Code::SignFailed,
            ],
        )],
    }]
}

endpoint! {
    /// Labelling an image behind a URL.
    LabelUrl = "label_url", Some(Permission::Label), LABEL_URL
}

/// URL of the image, and label options.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelUrlRequest {
    /// Public `https` URL of at most 2,048 bytes, on port 443 and without credentials. At most five redirects are
    /// followed.
    #[schema(format = "uri", max_length = 2048, example = "https://example.com/photo.jpg")]
    url: String,
    /// Label options of `POST /api/v1/label` without `filename` and `sha256Input`, which are derived from the file.
    options: SharedOptions,
}

/// Labels an image at a public `https` URL.
///
/// The type of the file is determined from its content. Its name is the last segment of the URL's path.
///
/// URLs that lead to a non-public address, directly or by a redirect, are refused (`ssrf_blocked`). Fetching is limited
/// to 30 seconds and 50 MB (52,428,800 bytes) in total.
///
/// Callers with a key or token receive the labelled image; session callers receive JSON. An explicit `Accept` header of
/// `application/octet-stream` or `application/json` overrides this.
///
/// With an `Idempotency-Key`, a repeat of the same request within 24 hours fetches nothing. See `POST /api/v1/label`.
#[utoipa::path(
    post,
    path = "/api/v1/label/url",
    tag = "label",
    params(("Idempotency-Key" = Option<String>, Header, description = "Key of the request, 1 to 255 printable ASCII characters. A repeat of the request with the same key has no further effect within 24 hours.")),
    request_body = LabelUrlRequest,
    responses((
        status = 200,
        description = "The labelled image, or the result as JSON.",
        content(
            (LabelledFile = "application/octet-stream"),
            (LabelResult = "application/json"),
        ),
        headers(
            ("Content-Disposition" = String, description = "`attachment` with the file name. Present only with the image."),
            ("X-Labeler-Event-Id" = String, description = "ID of the labelling event."),
            ("X-Labeler-Sha256-Output" = String, description = "SHA-256 of the labelled image, lower-case hexadecimal."),
            ("X-Labeler-Applied-Layers" = String, description = "Layers that were written, separated by commas."),
            ("X-Labeler-Signer-Fingerprint" = String, description = "Fingerprint of the signing certificate."),
            ("Idempotent-Replayed" = Option<String>, description = "`true` for a repeat. Absent otherwise."),
            ("X-Labeler-Warnings" = String, description = "Codes of the warnings, separated by commas. Absent if there are none."),
        )
    ))
)]
pub(crate) async fn label_url(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<LabelUrl>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let LabelUrlRequest { url, options } = parse(json_body::read_up_to(&headers, body, MAX_BODY).await?)?;
    let fingerprint = idempotency::fingerprint(&[url.as_bytes(), options.text().as_bytes()]);
    let key = idempotency::key(&headers)?;
    let ticket = match idempotency::begin(&app, &caller, key, "POST /api/v1/label/url", &fingerprint).await? {
        Attempt::First(ticket) => ticket,
        Attempt::Replay(facts) => {
            let done = replayed_result(&app, &caller, facts).await?;
            return Ok(([idempotency::replayed()], Json(done)).into_response());
        }
    };
    match fetch_and_label(&app, &caller, &context, &url, options, ticket.as_ref()).await {
        Ok((done, permit)) => Ok(labelling::answer(&headers, &caller, &done, permit)),
        Err(error) => {
            idempotency::release(&app, ticket).await;
            Err(error)
        }
    }
}

/// Returns the answer to a repeat. The file is not fetched again: its name is the one that the workspace stores.
async fn replayed_result(app: &App, caller: &Caller, facts: Value) -> Result<LabelResult, ApiError> {
    let mut done = LabelResult::from_replay(facts, "")?;
    let event = app.store().events().get(&caller.scope, &done.event_id).await.map_err(ApiError::events)?;
    if let Some(event) = event {
        done.filename = event.data.filename;
    }
    Ok(done)
}

async fn fetch_and_label(
    app: &App,
    caller: &Caller,
    context: &RequestContext,
    url: &str,
    mut options: SharedOptions,
    ticket: Option<&Ticket>,
) -> Result<(Done, Permit), ApiError> {
    options.fill_from(&compliance_profile::defaults_for(app, caller).await?);
    // Before the file is fetched: without a certificate it could not be signed.
    let signer = labelling::signer(app, caller, options.shared()).await?;

    let mut permit = None;
    let mut room = |bytes| {
        permit = app.in_flight.admit(caller.workspace_id(), bytes, app.clock.now_ms());
        permit.is_some()
    };
    let guard = Guard { http: app.http.as_ref(), resolver: app.resolver.as_ref(), clock: app.clock.as_ref() };
    let policy = Policy {
        accepted: &labeler_labeling::ACCEPTED,
        max_bytes: app.config.max_file_bytes,
        timeout_ms: DEFAULT_TIMEOUT_MS,
    };
    let fetched = guard.fetch(url, &policy, &mut room).await.map_err(|error| ApiError::fetch(&error))?;
    let permit = permit.ok_or_else(|| ApiError::internal("a file was fetched without room for it"))?;

    let options = options.for_file(name(&fetched), hex::encode(Sha256::digest(&fetched.content)));
    let source = Source { content: Bytes::from(fetched.content), declared_type: None, part: "url" };
    let done = labelling::label(app, caller, context, &options, &signer, source, ticket).await?;
    Ok((done, permit))
}

/// Parses the body, field by field, so that each fault is named. The URL stays as it was written.
fn parse(body: Value) -> Result<LabelUrlRequest, ApiError> {
    let Value::Object(mut fields) = body else {
        return Err(ApiError::validation("body", "the body must be a JSON object with url and options"));
    };
    let (url, options) = (fields.remove("url"), fields.remove("options"));
    if let Some(unknown) = fields.keys().next() {
        let unknown: String = unknown.chars().filter(|c| !c.is_control()).take(64).collect();
        return Err(ApiError::validation(
            unknown.clone(),
            format!("{unknown} is not a known field; known are url, options"),
        ));
    }
    let url = match url {
        Some(Value::String(url)) => url,
        None | Some(Value::Null) => return Err(ApiError::validation("url", "url is required")),
        Some(_) => return Err(ApiError::validation("url", "url must be a string")),
    };
    match options {
        None | Some(Value::Null) => Err(ApiError::validation("options", "options is required")),
        Some(options) => Ok(LabelUrlRequest { url, options: SharedOptions::from_json(&options.to_string())? }),
    }
}

/// Returns a name for the file: that of the URL, with the extension of its format if it has none.
fn name(fetched: &Fetched) -> String {
    let extension = fetched.format.extension();
    if fetched.file_name.is_empty() {
        return format!("image.{extension}");
    }
    let name = file_name::safe(&fetched.file_name);
    if name.contains('.') { name } else { file_name::safe(&format!("{name}.{extension}")) }
}
