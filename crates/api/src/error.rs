//! The one place where failures become HTTP answers.
//!
//! Which type to use:
//! - **In a handler or extractor**: return [`ApiError`]. Build it from a [`Code`] with [`ApiError::new`], or with a
//!   constructor below when one fits ([`ApiError::validation`], [`ApiError::internal`], …).
//! - **Reading an upload**: return [`UploadError`]; the handler maps it with [`ApiError::upload`] and its [`Dialect`],
//!   because label endpoints and check endpoints have different codes for the same failure.
//! - **An engine's error**: map it in a `From`-like constructor here ([`ApiError::label`], [`ApiError::check`],
//!   [`ApiError::database`]), never in a handler, so that the codes stay in one table.
//! - **Something the caller cannot cause or mend**: [`ApiError::internal`]. Its text goes to the host's log with the
//!   request id, never to the caller.
//!
//! A new code needs a row in [`Code`] and a line in the documentation of [`Code`]'s variant; the OpenAPI document lists
//! codes per endpoint.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use labeler_checker::CheckError;
use labeler_fetch::FetchError;
use labeler_labeling::{LabelError, OptionsError};
use labeler_media::{Format, Modality};
use labeler_store::{
    AccountsError, CertificateError, ClientError, DbError, EventsError, KeysError, MembersError, PasskeysError,
    Permission,
};
use serde::Serialize;

use crate::{context, media_type, upload::UploadError};

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $status:ident;)+) => {
        /// The stable, machine-readable codes of `error.code`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$meta])* $variant,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The text on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// The status it is answered with.
            pub const fn status(self) -> StatusCode {
                match self { $(Code::$variant => StatusCode::$status,)+ }
            }
        }
    };
}

codes! {
    /// No Authorization header or session cookie.
    MissingCredentials = "missing_credentials", UNAUTHORIZED;
    /// Key, token or session is malformed, expired or revoked; or the sign-in is wrong.
    InvalidCredentials = "invalid_credentials", UNAUTHORIZED;
    /// The caller lacks the scope, or the role lacks the permission.
    InsufficientScope = "insufficient_scope", FORBIDDEN;
    /// The endpoint needs a higher plan.
    PlanUpgradeRequired = "plan_upgrade_required", FORBIDDEN;
    /// The month's live labels of the plan are used up.
    QuotaExceeded = "quota_exceeded", FORBIDDEN;
    /// The endpoint is for people who are signed in, and a key or token was sent.
    SessionRequired = "session_required", FORBIDDEN;
    /// A cookie was sent with a request that another site started.
    CrossSiteRequest = "cross_site_request", FORBIDDEN;
    /// One or more request parameters failed validation (label and asset endpoints).
    ValidationError = "validation_error", BAD_REQUEST;
    /// Bad request body (check endpoints).
    InvalidRequest = "invalid_request", BAD_REQUEST;
    /// The file's content does not match its declared type (check endpoints).
    MagicMismatch = "magic_mismatch", BAD_REQUEST;
    /// The path parameter is not a SHA-256 of 64 lower-case hexadecimal digits.
    InvalidHash = "invalid_hash", BAD_REQUEST;
    /// The file has no bytes (check endpoints).
    EmptyFile = "empty_file", BAD_REQUEST;
    /// The file exceeds the limit (check endpoints).
    FileTooLarge = "file_too_large", PAYLOAD_TOO_LARGE;
    /// The file exceeds the limit (label endpoints), or a JSON body does.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE;
    /// The file's type is not accepted by this endpoint.
    MimeNotAllowed = "mime_not_allowed", UNSUPPORTED_MEDIA_TYPE;
    /// `signingMode` is `byoc` and no certificate was uploaded.
    SigningCertificateMissing = "signing_certificate_missing", PRECONDITION_FAILED;
    /// What was asked for contradicts what is there: replaced before, the last owner, taken.
    Conflict = "conflict", CONFLICT;
    /// The `Idempotency-Key` was used for another request.
    IdempotencyMismatch = "idempotency_mismatch", UNPROCESSABLE_ENTITY;
    /// Too many requests.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS;
    /// C2PA signing failed.
    SignFailed = "sign_failed", BAD_GATEWAY;
    /// Managed signing is not configured.
    SigningUnavailable = "signing_unavailable", SERVICE_UNAVAILABLE;
    /// Other uploads hold the memory at this moment.
    Busy = "busy", SERVICE_UNAVAILABLE;
    /// The URL, or one that it redirects to, leads to an address that is not public.
    SsrfBlocked = "ssrf_blocked", BAD_REQUEST;
    /// The URL could not be fetched.
    UrlFetchFailed = "url_fetch_failed", BAD_REQUEST;
    /// The resource or route does not exist.
    NotFound = "not_found", NOT_FOUND;
    /// The route exists, with other methods.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// Unexpected failure.
    InternalError = "internal_error", INTERNAL_SERVER_ERROR;
}

/// Which family of codes an upload endpoint speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `validation_error`, `too_large`.
    Label,
    /// `invalid_request`, `empty_file`, `file_too_large`.
    Check,
}

/// A refusal or failure on its way to the caller.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    message: String,
    field: Option<String>,
    retry_after_s: Option<i64>,
    challenge: Option<String>,
    internal: Option<String>,
}

/// The wire shape of every error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorEnvelope {
    /// What went wrong.
    pub error: ErrorBody,
    /// The value of `X-Request-Id`.
    #[schema(example = "b3d9f12c-4a7e-4f1b-8e0c-1a2b3c4d5e6f")]
    pub request_id: String,
}

/// The part of an error that is about the request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ErrorBody {
    /// Stable and machine-readable.
    #[schema(example = "validation_error")]
    pub code: String,
    /// For people; may change.
    #[schema(example = "options.digitalSourceType is required")]
    pub message: String,
    /// The part or parameter at fault, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<ErrorDetails>,
}

/// Where in the request the fault is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ErrorDetails {
    /// A part, query parameter or dotted option name.
    #[schema(example = "options.digitalSourceType")]
    pub field: String,
}

impl ApiError {
    /// An error with its message for people.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, retry_after_s: None, challenge: None, internal: None }
    }

    /// Names the part or parameter at fault.
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

    /// The message for people.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// A parameter that failed validation.
    pub(crate) fn validation(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Code::ValidationError, message).field(field)
    }

    /// A failure that is ours; `detail` goes to the host's log only.
    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        let mut error =
            Self::new(Code::InternalError, "The request failed on our side. Quote the request id to support.");
        error.internal = Some(detail.into());
        error
    }

    /// No credentials were sent.
    pub(crate) fn missing_credentials() -> Self {
        let mut error = Self::new(Code::MissingCredentials, "Send a key as 'Authorization: Bearer lbl_…', or sign in.");
        // RFC 6750, section 3.1: no error code when the request lacks any authentication information.
        error.challenge = Some(r#"Bearer realm="labeler""#.to_owned());
        error
    }

    /// Credentials were sent and are not valid. One text for every reason.
    pub(crate) fn invalid_credentials() -> Self {
        let mut error = Self::new(Code::InvalidCredentials, "The key or session is malformed, expired or revoked.");
        error.challenge = Some(
            r#"Bearer realm="labeler", error="invalid_token", error_description="malformed, expired or revoked""#
                .to_owned(),
        );
        error
    }

    /// A sign-in with the wrong e-mail address or password; which of the two is not said.
    pub(crate) fn wrong_sign_in() -> Self {
        let mut error = Self::new(Code::InvalidCredentials, "The e-mail address or the password is wrong.");
        error.challenge = Some(r#"Bearer realm="labeler""#.to_owned());
        error
    }

    /// The caller is known and may not do this.
    pub(crate) fn insufficient_scope(permission: Permission) -> Self {
        let scope = scope_name(permission);
        let mut error = Self::new(Code::InsufficientScope, format!("This call needs the scope '{scope}'."));
        error.challenge = Some(format!(r#"Bearer realm="labeler", error="insufficient_scope", scope="{scope}""#));
        error
    }

    /// The budget of the window is used up; `wait_s` seconds until it is whole again.
    pub(crate) fn rate_limited(wait_s: i64) -> Self {
        Self::new(Code::RateLimited, "Too many requests. Try again after the reset timestamp.").retry_after(wait_s)
    }

    /// The upload could not be read.
    pub(crate) fn upload(error: &UploadError, dialect: Dialect) -> Self {
        let bad_request = match dialect {
            Dialect::Label => Code::ValidationError,
            Dialect::Check => Code::InvalidRequest,
        };
        let text = error.to_string();
        match error {
            UploadError::NotMultipart => Self::new(bad_request, text).field("Content-Type"),
            UploadError::Malformed(_) | UploadError::Truncated => Self::new(bad_request, text),
            UploadError::Missing(part) | UploadError::Text { part, .. } => Self::new(bad_request, text).field(*part),
            UploadError::Unknown(part) | UploadError::Duplicate(part) => Self::new(bad_request, text).field(part),
            UploadError::TooMany { part, .. } => Self::new(bad_request, text).field(*part),
            UploadError::OptionsLate { .. } => Self::new(bad_request, text).field("options"),
            UploadError::TotalTooLarge { limit } => {
                Self::new(Code::TooLarge, format!("The request exceeds the limit of {}.", size(*limit)))
            }
            UploadError::TooLarge { part, limit } => {
                let code = match dialect {
                    Dialect::Label => Code::TooLarge,
                    Dialect::Check => Code::FileTooLarge,
                };
                Self::new(code, format!("The file exceeds the limit of {}.", size(*limit))).field(*part)
            }
            UploadError::Busy => Self::busy(),
        }
    }

    /// Other uploads hold the memory at this moment.
    pub(crate) fn busy() -> Self {
        Self::new(Code::Busy, "Other uploads are in progress. Try again shortly.").retry_after(2)
    }

    /// The image behind a URL could not be had. Which rule refused an address, and how the far side failed, is not said:
    /// the answer must not be a way to look around.
    pub(crate) fn fetch(error: &FetchError) -> Self {
        match error {
            FetchError::Invalid(what) => Self::validation("url", format!("url {what}")),
            FetchError::Blocked(_) => {
                Self::new(Code::SsrfBlocked, "The URL leads to an address that is not public.").field("url")
            }
            FetchError::Failed(_) => Self::new(Code::UrlFetchFailed, "The URL could not be fetched.").field("url"),
            FetchError::TooLarge { limit } => {
                Self::new(Code::TooLarge, format!("The file exceeds the limit of {}.", size(*limit))).field("url")
            }
            FetchError::MimeNotAllowed { found } => {
                Self::mime_not_allowed("url", found.map(Format::mime), &media_type::label_text())
            }
            FetchError::NoRoom => Self::busy(),
        }
    }

    /// The file is larger than its kind may be.
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

    /// The file has no bytes.
    pub(crate) fn empty(part: &'static str, dialect: Dialect) -> Self {
        let code = match dialect {
            Dialect::Label => Code::ValidationError,
            Dialect::Check => Code::EmptyFile,
        };
        Self::new(code, "The file is empty.").field(part)
    }

    /// The file's type is not taken here.
    pub(crate) fn mime_not_allowed(part: &'static str, found: Option<&str>, accepted: &str) -> Self {
        let found = found.map_or_else(|| "This file type".to_owned(), |found| format!("The type {found}"));
        Self::new(Code::MimeNotAllowed, format!("{found} is not accepted. Accepted: {accepted}.")).field(part)
    }

    /// The labelling engine refused or failed; `part` is where the file came by.
    pub(crate) fn label(error: &LabelError, part: &'static str) -> Self {
        match error {
            LabelError::Unsupported { found } => {
                Self::mime_not_allowed(part, found.map(Format::mime), &media_type::label_text())
            }
            LabelError::HashMismatch { .. } => Self::validation("options.sha256Input", error.to_string()),
            LabelError::Malformed(_) => Self::validation(part, error.to_string()),
            LabelError::Empty => Self::empty(part, Dialect::Label),
            LabelError::Sign(_) => {
                let mut failed = Self::new(Code::SignFailed, "The content credential could not be signed.");
                failed.internal = Some(error.to_string());
                failed
            }
        }
    }

    /// An option of the labelling request is missing or out of range.
    pub(crate) fn options(error: OptionsError) -> Self {
        Self::validation(error.field, error.message)
    }

    /// The file is not what its part declares.
    pub(crate) fn contradiction(part: &'static str, declared: &str, found: Option<Format>, dialect: Dialect) -> Self {
        let code = match dialect {
            Dialect::Label => Code::ValidationError,
            Dialect::Check => Code::MagicMismatch,
        };
        let found = found.map_or("of no known type", Format::mime);
        let declared: String = declared.chars().take(80).collect();
        Self::new(code, format!("The content is {found}, but the part declares {declared}.")).field(part)
    }

    /// The checker refused or failed.
    pub(crate) fn check(error: &CheckError, found: Option<&str>, accepted: &str) -> Self {
        match error {
            CheckError::Empty => Self::empty("file", Dialect::Check),
            CheckError::Unsupported => Self::mime_not_allowed("file", found, accepted),
            other => Self::internal(format!("check: {other}")),
        }
    }

    /// The database did not do it.
    pub(crate) fn database(error: &DbError) -> Self {
        Self::internal(format!("database: {error}"))
    }

    /// The audit trail could not be read or written.
    pub(crate) fn events(error: EventsError) -> Self {
        match error {
            EventsError::Database(error) => Self::database(&error),
            EventsError::QuotaExceeded => Self::new(
                Code::QuotaExceeded,
                "The live labels of this month are used up. GET /api/v1/workspace/usage says when the next begin.",
            ),
            EventsError::NotOnce => Self::running(),
            other => Self::internal(other.to_string()),
        }
    }

    /// The same request is being done already.
    pub(crate) fn running() -> Self {
        Self::new(Code::Conflict, "A request with this Idempotency-Key is still in progress.").retry_after(2)
    }

    /// A key was not made, replaced or ended.
    pub(crate) fn keys(error: KeysError) -> Self {
        let text = error.to_string();
        match error {
            KeysError::Name => Self::validation("name", text),
            KeysError::Grant => Self::validation("scopes", text),
            KeysError::Beyond => Self::beyond(text),
            KeysError::Expiry => Self::validation("expiresAt", text),
            KeysError::Networks => Self::validation("allow", text),
            KeysError::Overlap => Self::validation("overlapSeconds", text),
            KeysError::NotFound => Self::new(Code::NotFound, text),
            KeysError::Replaced | KeysError::Ended => Self::new(Code::Conflict, text),
            KeysError::Rng(_) => Self::internal(text),
            KeysError::Database(error) => Self::database(&error),
        }
    }

    /// An OAuth2 client or its secret did not change.
    pub(crate) fn client(error: ClientError) -> Self {
        let text = error.to_string();
        match error {
            ClientError::Wish => Self::validation("name", text),
            ClientError::Beyond => Self::beyond(text),
            ClientError::NotFound => Self::new(Code::NotFound, text),
            ClientError::TwoSecrets => Self::new(Code::Conflict, text),
            ClientError::Refused => Self::invalid_credentials(),
            ClientError::Database(error) => Self::database(&error),
        }
    }

    /// A signing certificate was not stored, found or used.
    pub(crate) fn certificate(error: CertificateError) -> Self {
        let text = error.to_string();
        match error {
            CertificateError::TooLarge => Self::new(Code::TooLarge, text),
            CertificateError::Taken => Self::new(Code::Conflict, text),
            CertificateError::NotFound => Self::new(Code::NotFound, text),
            CertificateError::NoneActive => Self::new(Code::SigningCertificateMissing, text),
            CertificateError::NotValidNow => Self::validation("chain", text),
            CertificateError::Database(error) => Self::database(&error),
        }
    }

    /// A passkey was not stored, removed or used.
    pub(crate) fn passkeys(error: PasskeysError) -> Self {
        let text = error.to_string();
        match error {
            PasskeysError::Name => Self::validation("name", text),
            PasskeysError::Taken => Self::new(Code::Conflict, text),
            PasskeysError::NotFound => Self::new(Code::NotFound, text),
            PasskeysError::Refused => Self::wrong_sign_in(),
            PasskeysError::Database(error) => Self::database(&error),
        }
    }

    /// What was asked for could do more than who asks.
    pub(crate) fn beyond(text: impl Into<String>) -> Self {
        Self::new(Code::InsufficientScope, text)
    }

    /// A membership, invitation or workspace did not change.
    pub(crate) fn members(error: MembersError) -> Self {
        let text = error.to_string();
        match error {
            MembersError::NotFound | MembersError::Link => Self::new(Code::NotFound, text),
            MembersError::Beyond => Self::beyond(text),
            MembersError::LastOwner | MembersError::Changed | MembersError::AlreadyMember => {
                Self::new(Code::Conflict, text)
            }
            MembersError::WrongPerson => Self::validation("email", text),
            MembersError::Account(error) => Self::accounts(error),
            MembersError::Database(error) => Self::database(&error),
        }
    }

    /// An account was not made, entered or changed.
    pub(crate) fn accounts(error: AccountsError) -> Self {
        let text = error.to_string();
        match error {
            AccountsError::Email => Self::validation("email", text),
            AccountsError::Password => Self::validation("password", text),
            AccountsError::Name => Self::validation("name", text),
            AccountsError::EmailTaken => Self::new(Code::Conflict, text).field("email"),
            AccountsError::SignInRefused => Self::wrong_sign_in(),
            AccountsError::Delayed { retry_after_s } => Self::rate_limited(i64::from(retry_after_s)),
            AccountsError::Rng(_) => Self::internal(text),
            AccountsError::Database(error) => Self::database(&error),
        }
    }

    /// What the host's log should say, if this failure is ours.
    pub(crate) fn incident(&self) -> Option<&str> {
        self.internal.as_deref()
    }
}

/// The scope or permission as a caller knows it.
fn scope_name(permission: Permission) -> String {
    labeler_store::Scope::ALL
        .iter()
        .find(|scope| scope.permission() == permission)
        .map_or_else(|| permission_name(permission).to_owned(), |scope| scope.to_string())
}

/// A permission that no scope stands for, which only roles have.
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

/// A limit for people: whole MiB where it is whole.
fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes >= MIB && bytes.is_multiple_of(MIB) {
        format!("{} MB ({bytes} bytes)", bytes / MIB)
    } else {
        format!("{bytes} bytes")
    }
}

/// Marks a response as an error on its way out, so that the outermost layer can add the request id and log it.
#[derive(Debug, Clone)]
pub(crate) struct ErrorOnTheWay(pub ApiError);

impl IntoResponse for ApiError {
    /// The bare status; [`finish`] gives it its body where the request id is known.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(ErrorOnTheWay(self));
        response
    }
}

/// Gives an error response its envelope and headers.
pub(crate) fn finish(error: &ApiError, original: &Response, request: &context::RequestContext) -> Response {
    let envelope = ErrorEnvelope {
        error: ErrorBody {
            code: error.code.as_str().to_owned(),
            message: error.message.clone(),
            details: error.field.clone().map(|field| ErrorDetails { field }),
        },
        request_id: request.id().to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_snake_case() {
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }

    #[test]
    fn the_same_upload_failure_has_the_code_of_its_endpoint() {
        let error = UploadError::TooLarge { limit: 50 * 1024 * 1024, part: "image" };
        let label = ApiError::upload(&error, Dialect::Label);
        assert_eq!(label.code, Code::TooLarge);
        assert_eq!(label.message, "The file exceeds the limit of 50 MB (52428800 bytes).");
        assert_eq!(ApiError::upload(&error, Dialect::Check).code, Code::FileTooLarge);
        assert_eq!(ApiError::upload(&UploadError::Truncated, Dialect::Check).code, Code::InvalidRequest);
    }

    #[test]
    fn what_is_ours_stays_inside() {
        let error = ApiError::database(&DbError::Engine("no such table: secrets".to_owned()));
        assert!(!error.message.contains("secrets"));
        assert!(error.incident().is_some_and(|text| text.contains("secrets")));
    }
}
