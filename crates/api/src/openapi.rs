//! Generation of the OpenAPI 3.1 document.
//!
//! Handlers describe their parameters, bodies and successes with `#[utoipa::path]`, and their route lists the error
//! codes of each operation. [`document`] joins both: every listed code becomes part of the response of its status,
//! with the envelope, an example and its headers, and every response gets the standard headers. Error responses are
//! components that operations with the same codes share. The types of a report come from its published JSON Schema,
//! which a test of the checker holds against the code.
//!
//! Making the document costs time and code size, so a running service answers [`DOCUMENT`], a committed file. A test
//! compares the two; `UPDATE_OPENAPI=1 cargo test -p labeler-api --test http openapi` rewrites the file.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

pub use crate::endpoints::service::DOCUMENT;
use crate::{
    endpoints::{check::options::CheckOptions, label::batch::Schemas},
    http::error::{ErrorEnvelope, code::Code},
    router::{Operations, routes},
};

/// Parts of the document that concern the whole API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Labeler API",
        description = "Labels AI-made media with signed content credentials and checks files against the EU AI Act, \
            California SB 942 and China's labelling measures.\n\n\
            **Authentication**: send `Authorization: Bearer lbl_…` with an API key, or the session cookie of a signed-in \
            person. State-changing requests with a cookie must come from the same origin (`Sec-Fetch-Site`, or `Origin` \
            if that header is absent). No response allows another origin (no CORS): use API keys only on servers.\n\n\
            **Rate limits**: apply per key (or person) and endpoint, in windows that open with the first call. \
            `RateLimit-Reset` is a Unix timestamp. Requests without valid credentials count against their address.\n\n\
            **Sandbox**: a `lbl_test_` key sees only records that test keys created. They expire after 24 hours."
    ),
    servers((url = "/", description = "This deployment")),
    components(schemas(ErrorEnvelope, CheckOptions)),
    tags(
        (name = "label", description = "Labelling and signing"),
        (name = "check", description = "Checking files"),
        (name = "verify", description = "Verifying files and hashes"),
        (name = "soft-binding", description = "C2PA Soft Binding Resolution API: recovery of manifest stores by watermark"),
        (name = "assets", description = "The audit log of labelling events"),
        (name = "certificates", description = "Compliance certificates"),
        (name = "keys", description = "API keys"),
        (name = "members", description = "Members and invitations"),
        (name = "workspace", description = "Workspaces, settings, usage"),
        (name = "audit", description = "Request log, admin events, hash chain"),
        (name = "oauth2", description = "OAuth2 client credentials"),
        (name = "signing", description = "Signing certificates of the workspace"),
        (name = "passkeys", description = "Passkeys of the person"),
        (name = "account", description = "Export and erasure of personal data"),
        (name = "session", description = "Sign-in and sessions, for web pages"),
        (name = "service", description = "About this service"),
    ),
    security(("bearer" = []), ("session" = []))
)]
struct Frame;

/// Error codes of every operation. Only people with a session get `passkey_required`, and only methods that a path does
/// not have get `method_not_allowed`.
const EVERYWHERE: [Code; 5] =
    [Code::HttpsRequired, Code::PasskeyRequired, Code::MethodNotAllowed, Code::RateLimited, Code::InternalError];

/// Error code of every operation with a body.
const WITH_BODY: [Code; 1] = [Code::RequestTimeout];

/// Error code of every operation whose body must not be compressed.
const WITH_PLAIN_BODY: [Code; 1] = [Code::MimeNotAllowed];

/// The published JSON Schema of a report.
const REPORT_SCHEMA: &str = include_str!("../../../web/public/schema/checker-report-1.json");

/// Generates the document.
///
/// # Errors
/// When the description does not serialise.
pub fn document() -> Result<Value, serde_json::Error> {
    let mut api = Frame::openapi();
    api.merge(Operations::openapi());
    api.merge(Schemas::openapi());
    let mut document = serde_json::to_value(api)?;

    let errors: BTreeMap<&str, &[Code]> =
        routes().iter().flat_map(|route| route.errors.iter().map(|(id, codes)| (*id, *codes))).collect();
    let mut shared = Map::new();
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
            let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
            let mut codes: Vec<Code> = errors.get(id).copied().unwrap_or_default().to_vec();
            codes.extend(EVERYWHERE);
            if let Some(content) = operation.pointer("/requestBody/content").and_then(Value::as_object) {
                codes.extend(WITH_BODY);
                if !content.contains_key("application/x-www-form-urlencoded") {
                    codes.extend(WITH_PLAIN_BODY);
                }
            }
            if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
                add_errors(responses, &codes, &mut shared);
            }
        }
    }
    add_report_types(&mut document)?;
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("headers".to_owned(), standard_headers());
        components.insert("responses".to_owned(), Value::Object(shared));
        components.insert("securitySchemes".to_owned(), security_schemes());
    }
    Ok(document)
}

/// Returns every code of [`Code`] that some operation lists, for the test that no code is undocumented.
pub fn documented_codes() -> Vec<Code> {
    let mut codes: Vec<Code> =
        routes().iter().flat_map(|route| route.errors.iter().flat_map(|(_, codes)| codes.iter().copied())).collect();
    codes.extend(EVERYWHERE);
    codes.extend(WITH_BODY);
    codes
}

/// Returns the paths of the router, in OpenAPI's notation.
pub fn routed_paths() -> Vec<&'static str> {
    routes().iter().map(|route| route.path).collect()
}

/// Replaces the schema of a report and of its parts with those of the published JSON Schema.
fn add_report_types(document: &mut Value) -> Result<(), serde_json::Error> {
    let mut report: Value = serde_json::from_str(REPORT_SCHEMA)?;
    let definitions = report.get_mut("$defs").map(Value::take).unwrap_or_default();
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    // Types of the same name in both are different types.
    let taken: Vec<String> = definitions
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .filter(|name| schemas.contains_key(*name))
        .cloned()
        .collect();
    let name_of =
        |name: &str| if taken.iter().any(|taken| taken == name) { format!("Report{name}") } else { name.to_owned() };
    if let Some(report) = report.as_object_mut() {
        for meta in ["$defs", "$id", "$schema", "title"] {
            report.remove(meta);
        }
    }
    let Value::Object(mut definitions) = definitions else { return Ok(()) };
    for definition in definitions.values_mut().chain([&mut report]) {
        rename_references(definition, &name_of);
    }
    for (name, definition) in definitions {
        schemas.insert(name_of(&name), definition);
    }
    schemas.insert("CheckerReport".to_owned(), report);
    Ok(())
}

/// Rewrites references of a JSON Schema to components of the document.
fn rename_references(value: &mut Value, name_of: &impl Fn(&str) -> String) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some(name) = target.strip_prefix("#/$defs/") {
                            *target = format!("#/components/schemas/{}", name_of(name));
                        }
                    }
                    value => rename_references(value, name_of),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rename_references(value, name_of)),
        _ => {}
    }
}

/// Adds the error responses of an operation, as references to `shared`, and the standard headers of the others.
fn add_errors(responses: &mut Map<String, Value>, codes: &[Code], shared: &mut Map<String, Value>) {
    for (status, response) in responses.iter_mut() {
        add_headers(status, response);
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        let codes = by_status.entry(code.status().as_u16()).or_default();
        if !codes.contains(code) {
            codes.push(*code);
        }
    }
    for (status, codes) in by_status {
        let name = format!("Error{}", codes.iter().map(|code| pascal(code.as_str())).collect::<String>());
        shared.entry(name.clone()).or_insert_with(|| error_response(status, &codes));
        responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }));
    }
}

fn error_response(status: u16, codes: &[Code]) -> Value {
    let names: Vec<String> = codes.iter().map(|code| format!("`{}`", code.as_str())).collect();
    let examples: Map<String, Value> =
        codes.iter().map(|code| (code.as_str().to_owned(), json!({ "value": example(*code) }))).collect();
    let mut response = json!({
        "description": names.join(", "),
        "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/ErrorEnvelope" },
            "examples": examples,
        }},
    });
    add_headers(&status.to_string(), &mut response);
    response
}

/// Converts `insufficient_scope` to `InsufficientScope`.
fn pascal(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        pascal.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        pascal.push_str(letters.as_str());
    }
    pascal
}

fn add_headers(status: &str, response: &mut Value) {
    let Some(response) = response.as_object_mut() else { return };
    let headers = response.entry("headers").or_insert_with(|| json!({}));
    let Some(headers) = headers.as_object_mut() else { return };
    let special: &[&str] = match status {
        "401" => &["WWW-Authenticate"],
        "405" => &["Allow"],
        "429" | "503" => &["Retry-After"],
        _ => &[],
    };
    let standard = [
        "X-Request-Id",
        "X-Content-Type-Options",
        "Cache-Control",
        "RateLimit-Limit",
        "RateLimit-Remaining",
        "RateLimit-Reset",
    ];
    for name in standard.iter().chain(special) {
        headers.insert((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
    }
    if status == "403" {
        let description = "Challenge (RFC 6750, section 3). Present if a scope is missing.";
        let challenge = json!({ "description": description, "schema": { "type": "string" } });
        headers.insert("WWW-Authenticate".to_owned(), challenge);
    }
}

fn example(code: Code) -> Value {
    let (message, field) = match code {
        Code::ValidationError => ("options.digitalSourceType is required", Some("options.digitalSourceType")),
        Code::InvalidRequest => ("file is required", Some("file")),
        Code::MagicMismatch => ("The content is image/jpeg, but the part declares image/png.", Some("file")),
        Code::MimeNotAllowed => {
            ("The type application/pdf is not accepted. Accepted: image/jpeg, image/png.", Some("image"))
        }
        Code::RateLimited => ("Too many requests. Try again after the reset timestamp.", None),
        Code::InsufficientScope => ("This call needs the scope 'label'.", None),
        Code::MissingCredentials => ("Send a key as 'Authorization: Bearer lbl_…', or sign in.", None),
        Code::InvalidCredentials => ("The key or session is malformed, expired or revoked.", None),
        Code::CrossSiteRequest => ("The request must come from a page of this site.", None),
        Code::InvalidHash => ("The hash must be a SHA-256 of 64 lower-case hexadecimal digits.", Some("hash")),
        Code::EmptyFile => ("The file is empty.", Some("file")),
        Code::FileTooLarge => ("The file exceeds the limit of 50 MB (52428800 bytes).", Some("file")),
        Code::TooLarge => ("The file exceeds the limit of 50 MB (52428800 bytes).", Some("image")),
        Code::EmailUnconfirmed => ("The e-mail address is not confirmed.", None),
        Code::ReauthenticationRequired => ("Confirm that it is you, then try again.", None),
        Code::PasskeyRequired => ("This workspace requires a passkey.", None),
        Code::HttpsRequired => ("This site is available over https only.", None),
        Code::MailUnavailable => ("This deployment sends no mail. Ask its operator to configure a mailer.", None),
        Code::SigningCertificateMissing => {
            ("signingMode is 'byoc' and no certificate was uploaded.", Some("options.signingMode"))
        }
        Code::SignFailed => ("The content credential could not be signed.", None),
        Code::SigningUnavailable => ("Managed signing is not configured.", Some("options.signingMode")),
        Code::RequestTimeout => ("The request body did not arrive in time.", None),
        Code::Busy => ("Other uploads are in progress. Try again shortly.", None),
        Code::PlanUpgradeRequired => ("Compliance certificates need the agency plan or a higher one.", None),
        Code::QuotaExceeded => ("The quota of live labels for this month is used up.", None),
        Code::SessionRequired => ("This endpoint is for people who are signed in.", None),
        Code::Conflict => ("The key was already replaced.", None),
        Code::IdempotencyMismatch => ("This Idempotency-Key was used for another request.", Some("Idempotency-Key")),
        Code::SsrfBlocked => ("The URL leads to an address that is not public.", Some("url")),
        Code::UrlFetchFailed => ("The URL could not be fetched.", Some("url")),
        Code::NotFound => ("No labelling event with this ID exists in this workspace.", None),
        Code::MethodNotAllowed => {
            ("The endpoint does not support this method. The Allow header lists the supported methods.", None)
        }
        Code::InternalError => {
            ("The request failed because of an internal error. Contact support and quote the request ID.", None)
        }
    };
    let mut error = json!({ "code": code.as_str(), "message": message });
    if let (Some(field), Some(error)) = (field, error.as_object_mut()) {
        error.insert("details".to_owned(), json!({ "field": field }));
    }
    json!({ "error": error, "requestId": "b3d9f12c-4a7e-4f1b-8e0c-1a2b3c4d5e6f" })
}

fn standard_headers() -> Value {
    let header =
        |description: &str, schema: Value| json!({ "description": description, "required": true, "schema": schema });
    json!({
        "X-Request-Id": header("ID of the request. Quote it when you contact support.", json!({ "type": "string", "format": "uuid" })),
        "X-Content-Type-Options": header("Always `nosniff`.", json!({ "type": "string", "const": "nosniff" })),
        "Cache-Control": header("Always `no-store`.", json!({ "type": "string", "const": "no-store" })),
        "RateLimit-Limit": header("Number of calls allowed per window.", json!({ "type": "integer", "minimum": 1 })),
        "RateLimit-Remaining": header("Number of calls left in the current window.", json!({ "type": "integer", "minimum": 0 })),
        "RateLimit-Reset": header("End of the current window as Unix time in seconds.", json!({ "type": "integer" })),
        "Allow": header("Methods that the path supports.", json!({ "type": "string" })),
        "WWW-Authenticate": header("Challenge (RFC 6750, section 3).", json!({ "type": "string" })),
        "Retry-After": {
            "description": "Number of seconds to wait before a repeat. Absent if waiting does not help.",
            "schema": { "type": "integer", "minimum": 1 },
        },
    })
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "API key. `lbl_live_…` and `lbl_test_…` keys have scopes; `lbl_sk_…` keys have a workspace role.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-labeler_session",
            "description": "Session cookie, set by `POST /api/v1/session`. Its name on http://localhost is `labeler_session`.",
        },
    })
}
