//! Errors of the API and their mapping to HTTP answers.
//!
//! Which type to use:
//! - **In a handler or extractor**: return [`ApiError`]. Build it from a [`Code`] with [`ApiError::new`], or with a
//!   constructor below when one fits ([`ApiError::validation`], [`ApiError::internal`], …).
//! - **Reading an upload**: return [`UploadError`]; the handler maps it with [`ApiError::upload`] and its [`Dialect`],
//!   because label endpoints and check endpoints have different codes for the same failure.
//! - **An engine's error**: map it in a `From`-like constructor in `causes` ([`ApiError::label`], [`ApiError::check`],
//!   [`ApiError::database`]), never in a handler, so that the codes stay in one table.
//! - **A failure that the caller can neither cause nor fix**: [`ApiError::internal`]. Its text goes to the host's log
//!   with the request ID, never to the caller.
//!
//! A new code needs a row in [`Code`] and a line in the documentation of [`Code`]'s variant; the OpenAPI document lists
//! codes per endpoint.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use labeler_media::{Format, Modality};
use labeler_ports::MailError;
use labeler_store::Permission;
use serde::Serialize;

mod causes;
pub(crate) mod code;

use self::code::Code;

/// Family of codes that an upload endpoint uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `validation_error`, `too_large`.
    Label,
    /// `invalid_request`, `empty_file`, `file_too_large`.
    Check,
}

/// Error that the API returns to the caller.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    message: String,
    field: Option<String>,
    retry_after_s: Option<i64>,
    challenge: Option<String>,
    internal: Option<String>,
}

/// JSON body of every error response.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorEnvelope {
    /// Error.
    pub error: ErrorBody,
    /// Value of `X-Request-Id`.
    #[schema(example = "b3d9f12c-4a7e-4f1b-8e0c-1a2b3c4d5e6f")]
    pub request_id: String,
}

/// Error of a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ErrorBody {
    /// Stable, machine-readable code.
    #[schema(example = "validation_error")]
    pub code: String,
    /// Description for people. The text can change.
    #[schema(example = "options.digitalSourceType is required")]
    pub message: String,
    /// Part or parameter that caused the error, if there is exactly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<ErrorDetails>,
}

/// Location of the error in the request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ErrorDetails {
    /// Name of a form part or query parameter, or dotted name of an option.
    #[schema(example = "options.digitalSourceType")]
    pub field: String,
}

impl ApiError {
    /// Creates an error with a message for people.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, retry_after_s: None, challenge: None, internal: None }
    }

    /// Sets the part or parameter at fault.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds `Retry-After` in seconds (RFC 9110, section 10.2.3).
    #[must_use]
    pub fn retry_after(mut self, seconds: i64) -> Self {
        self.retry_after_s = Some(seconds.max(1));
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Returns the message for people.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Creates the error for an invalid parameter.
    pub(crate) fn validation(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Code::ValidationError, message).field(field)
    }

    /// Creates the error for an internal failure. `detail` goes only to the host's log.
    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        let mut error = Self::new(
            Code::InternalError,
            "The request failed because of an internal error. Contact support and quote the request ID.",
        );
        error.internal = Some(detail.into());
        error
    }

    /// Creates the error for a request without credentials.
    pub(crate) fn missing_credentials() -> Self {
        let mut error = Self::new(Code::MissingCredentials, "Send a key as 'Authorization: Bearer lbl_…', or sign in.");
        // RFC 6750, section 3.1: no error code when the request lacks any authentication information.
        error.challenge = Some(r#"Bearer realm="labeler""#.to_owned());
        error
    }

    /// Creates the error for invalid credentials. The text is the same for every reason.
    pub(crate) fn invalid_credentials() -> Self {
        let mut error = Self::new(Code::InvalidCredentials, "The key or session is malformed, expired or revoked.");
        error.challenge = Some(
            r#"Bearer realm="labeler", error="invalid_token", error_description="malformed, expired or revoked""#
                .to_owned(),
        );
        error
    }

    /// Creates the error for a sign-in with a wrong e-mail address or password. It does not say which of the two is
    /// wrong.
    pub(crate) fn wrong_sign_in() -> Self {
        let mut error = Self::new(
            Code::InvalidCredentials,
            "The e-mail address or the password is wrong. Check both, or reset the password.",
        );
        error.challenge = Some(r#"Bearer realm="labeler""#.to_owned());
        error
    }

    /// Creates the error for a sensitive change when the last proof of identity is too old.
    pub(crate) fn reauthentication_required() -> Self {
        Self::new(
            Code::ReauthenticationRequired,
            "Confirm that it is you with POST /api/v1/session/confirm (password or passkey), then try again.",
        )
    }

    /// Creates the error for a session that has not shown the passkey that a workspace of the person requires.
    pub(crate) fn passkey_required() -> Self {
        Self::new(
            Code::PasskeyRequired,
            "This workspace requires a passkey. Use one with POST /api/v1/session/confirm, or add your first one with \
             POST /api/v1/passkeys.",
        )
    }

    /// Creates the error for a deployment without a mailer.
    pub(crate) fn no_mailer() -> Self {
        Self::new(Code::MailUnavailable, "This deployment sends no mail. Ask its operator to configure a mailer.")
    }

    /// Creates the error for a message that the mailer did not accept.
    pub(crate) fn mail(error: &MailError) -> Self {
        let mut failed =
            Self::new(Code::MailUnavailable, "The message could not be sent. Check the address, then try again.");
        failed.internal = Some(error.to_string());
        failed
    }

    /// Creates the error for a caller without a permission.
    pub(crate) fn insufficient_scope(permission: Permission) -> Self {
        let scope = scope_name(permission);
        let mut error = Self::new(Code::InsufficientScope, format!("This call needs the scope '{scope}'."));
        error.challenge = Some(format!(r#"Bearer realm="labeler", error="insufficient_scope", scope="{scope}""#));
        error
    }

    /// Creates the error for an exceeded rate limit. `wait_s` is the number of seconds until the window closes.
    pub(crate) fn rate_limited(wait_s: i64) -> Self {
        Self::new(Code::RateLimited, "Too many requests. Try again after the reset timestamp.").retry_after(wait_s)
    }

    /// Creates the error for a body that arrived too slowly.
    pub(crate) fn request_timeout() -> Self {
        let text = "The request body did not arrive in time: at most 10 seconds without a byte, and 150 seconds in all \
            (600 for a batch). Send the request again.";
        Self::new(Code::RequestTimeout, text)
    }

    /// Creates the error for an upload that finds no free memory.
    pub(crate) fn busy() -> Self {
        Self::new(Code::Busy, "Other uploads are in progress. Try again shortly.").retry_after(2)
    }

    /// Creates the error for a file that exceeds the limit of its kind.
    pub(crate) fn above_cap(part: &'static str, format: Format, limit: u64) -> Self {
        let kind = match format.modality() {
            Modality::Image => "Images",
            Modality::Video => "Videos",
            Modality::Audio => "Audio files",
            Modality::Document => "Documents",
        };
        Self::new(
            Code::FileTooLarge,
            format!(
                "{kind} are limited to {} here. The browser checker and the command line read larger ones.",
                size(limit)
            ),
        )
        .field(part)
    }

    /// Creates the error for an empty file.
    pub(crate) fn empty(part: &'static str, dialect: Dialect) -> Self {
        let code = match dialect {
            Dialect::Label => Code::ValidationError,
            Dialect::Check => Code::EmptyFile,
        };
        Self::new(code, "The file is empty.").field(part)
    }

    /// Creates the error for a file type that is not accepted.
    pub(crate) fn mime_not_allowed(part: &'static str, found: Option<&str>, accepted: &str) -> Self {
        let found = found.map_or_else(|| "This file type".to_owned(), |found| format!("The type {found}"));
        Self::new(Code::MimeNotAllowed, format!("{found} is not accepted. Accepted: {accepted}.")).field(part)
    }

    /// Creates the error for a file whose content contradicts the declared type.
    pub(crate) fn contradiction(part: &'static str, declared: &str, found: Option<Format>, dialect: Dialect) -> Self {
        let code = match dialect {
            Dialect::Label => Code::ValidationError,
            Dialect::Check => Code::MagicMismatch,
        };
        let found = found.map_or("of no known type", Format::mime);
        let declared: String = declared.chars().take(80).collect();
        Self::new(code, format!("The content is {found}, but the part declares {declared}.")).field(part)
    }

    /// Creates the error for a repeat while the first attempt is in progress.
    pub(crate) fn running() -> Self {
        Self::new(Code::Conflict, "A request with this Idempotency-Key is still in progress. Try again shortly.")
            .retry_after(2)
    }

    /// Creates the error for a request that would grant more than the caller may.
    pub(crate) fn exceeds_permissions(text: impl Into<String>) -> Self {
        Self::new(Code::InsufficientScope, text)
    }

    /// Returns the detail for the host's log, if this is an internal failure.
    pub(crate) fn incident(&self) -> Option<&str> {
        self.internal.as_deref()
    }
}

/// Returns the name of a scope or permission for the caller.
fn scope_name(permission: Permission) -> String {
    labeler_store::Scope::ALL
        .iter()
        .find(|scope| scope.permission() == permission)
        .map_or_else(|| permission_name(permission).to_owned(), |scope| scope.to_string())
}

/// Returns the name of a permission that no scope includes.
const fn permission_name(permission: Permission) -> &'static str {
    match permission {
        Permission::ManageDashboards => "dashboards:manage",
        Permission::ManageAssets => "assets:manage",
        Permission::ManageCertificates => "certificates:manage",
        Permission::ManageModels => "models:manage",
        Permission::ManageMembers => "members:manage",
        Permission::ManageKeys => "keys:manage",
        Permission::ManageSigning => "signing:manage",
        Permission::ManageBilling => "billing:manage",
        _ => "classify",
    }
}

/// Formats a size for people: in MB if it is a whole number of MiB.
fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes >= MIB && bytes.is_multiple_of(MIB) {
        format!("{} MB ({bytes} bytes)", bytes / MIB)
    } else {
        format!("{bytes} bytes")
    }
}

/// Marks a response as an error, so that the envelope can add the request ID and log it.
#[derive(Debug, Clone)]
pub(crate) struct PendingError(pub ApiError);

impl IntoResponse for ApiError {
    /// Returns the bare status. [`finish`] adds the body, where the request ID is known.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(PendingError(self));
        response
    }
}

/// Gives an error response its envelope and headers. `request_id` is the value of `X-Request-Id`.
pub(crate) fn finish(error: &ApiError, original: &Response, request_id: &str) -> Response {
    let envelope = ErrorEnvelope {
        error: ErrorBody {
            code: error.code.as_str().to_owned(),
            message: error.message.clone(),
            details: error.field.clone().map(|field| ErrorDetails { field }),
        },
        request_id: request_id.to_owned(),
    };
    let mut response = (error.code.status(), Json(envelope)).into_response();
    let headers = response.headers_mut();
    if let Some(allow) = original.headers().get(header::ALLOW) {
        headers.insert(header::ALLOW, allow.clone());
    }
    if let Some(challenge) = error.challenge.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = error.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
