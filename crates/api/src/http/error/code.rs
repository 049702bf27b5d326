//! The codes of errors on the wire, each with its status.

use http::StatusCode;

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
    /// The sign-in is right, but the address has not been proved by a link sent to it.
    EmailUnconfirmed = "email_unconfirmed", FORBIDDEN;
    /// The change is sensitive, and the last proof of identity in the session is more than 10 minutes old.
    ReauthenticationRequired = "reauthentication_required", FORBIDDEN;
    /// A workspace of the person requires a passkey, which this session has not shown.
    PasskeyRequired = "passkey_required", FORBIDDEN;
    /// A cookie was sent with a request that another site started.
    CrossSiteRequest = "cross_site_request", FORBIDDEN;
    /// The request came over plain http; the site is https only.
    HttpsRequired = "https_required", FORBIDDEN;
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
    /// The request conflicts with the current state, for example: already rotated, the last owner, already taken.
    Conflict = "conflict", CONFLICT;
    /// The body did not arrive in time.
    RequestTimeout = "request_timeout", REQUEST_TIMEOUT;
    /// The `Idempotency-Key` was used for another request.
    IdempotencyMismatch = "idempotency_mismatch", UNPROCESSABLE_ENTITY;
    /// Too many requests.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS;
    /// C2PA signing failed.
    SignFailed = "sign_failed", BAD_GATEWAY;
    /// Managed signing is not configured.
    SigningUnavailable = "signing_unavailable", SERVICE_UNAVAILABLE;
    /// The action needs mail, and the deployment has no mailer, or the mailer did not accept the message.
    MailUnavailable = "mail_unavailable", SERVICE_UNAVAILABLE;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_snake_case() {
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }
}
