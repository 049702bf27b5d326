//! Maps errors of other crates to [`ApiError`].

use labeler_checker::CheckError;
use labeler_fetch::FetchError;
use labeler_labeling::{LabelError, OptionsError};
use labeler_media::Format;
use labeler_store::{
    AccountsError, CertificateError, ClientError, DbError, EraseError, EventsError, KeysError, MembersError,
    PasskeysError, WatermarkKeyError,
};

use crate::http::{
    error::{ApiError, Dialect, code::Code, size},
    media_type,
    times::iso_time,
    upload::error::UploadError,
};

impl ApiError {
    /// Maps an error of an upload.
    pub(crate) fn upload(error: &UploadError, dialect: Dialect) -> Self {
        let bad_request = match dialect {
            Dialect::Label => Code::ValidationError,
            Dialect::Check => Code::InvalidRequest,
        };
        let text = error.to_string();
        match error {
            UploadError::NotMultipart => Self::new(bad_request, text).field("Content-Type"),
            UploadError::BoundaryMismatch => Self::new(bad_request, text).field("Content-Type"),
            UploadError::Encoded(_) => Self::new(Code::MimeNotAllowed, text).field("Content-Encoding"),
            UploadError::Malformed(_) | UploadError::Truncated | UploadError::Outgrown => Self::new(bad_request, text),
            UploadError::Missing(part) | UploadError::Text { part, .. } => Self::new(bad_request, text).field(*part),
            UploadError::Unknown(part) | UploadError::Duplicate(part) => Self::new(bad_request, text).field(part),
            UploadError::TooMany { part, .. } => Self::new(bad_request, text).field(*part),
            UploadError::NoSpool { limit } => Self::new(
                Code::TooLarge,
                format!(
                    "This deployment takes batches of at most {}, because its operator has set up no storage for \
                     larger ones. Send the images in several batches.",
                    size(*limit)
                ),
            ),
            UploadError::Spool(error) => Self::internal(error.to_string()),
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

    /// Maps an error of fetching a URL. The answer does not say which rule refused an address or how the remote host
    /// failed, so that it cannot be used to explore networks.
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

    /// Maps an error of the labelling engine. `part` is the name of the part or parameter with the file.
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

    /// Maps an invalid label option.
    pub(crate) fn options(error: OptionsError) -> Self {
        Self::validation(error.field, error.message)
    }

    /// Maps an error of the checker.
    pub(crate) fn check(error: &CheckError, found: Option<&str>, accepted: &str) -> Self {
        match error {
            CheckError::Empty => Self::empty("file", Dialect::Check),
            CheckError::Unsupported => Self::mime_not_allowed("file", found, accepted),
            other => Self::internal(format!("check: {other}")),
        }
    }

    /// Maps an error of the database.
    pub(crate) fn database(error: &DbError) -> Self {
        Self::internal(format!("database: {error}"))
    }

    /// Maps an error of the audit trail.
    pub(crate) fn events(error: EventsError) -> Self {
        match error {
            EventsError::Database(error) => Self::database(&error),
            EventsError::QuotaExceeded => Self::new(
                Code::QuotaExceeded,
                "The quota of live labels for this month is used up. It resets on the first day of the next month \
                 (UTC). The dashboard shows the usage and the plans with a higher quota.",
            ),
            EventsError::NotOnce => Self::running(),
            other => Self::internal(other.to_string()),
        }
    }

    /// Maps an error of creating, rotating or revoking a key.
    pub(crate) fn keys(error: KeysError) -> Self {
        let text = error.to_string();
        match error {
            KeysError::Name => Self::validation("name", text),
            KeysError::Grant => Self::validation("scopes", text),
            KeysError::ExceedsPermissions => Self::exceeds_permissions(text),
            KeysError::Expiry => Self::validation("expiresAt", text),
            KeysError::Outlives { until_ms } => match iso_time(until_ms) {
                Ok(until) => Self::validation("expiresAt", format!("{text}; this key works until {until}")),
                Err(error) => error,
            },
            KeysError::WiderNetworks(_) => Self::validation("allow", text),
            KeysError::Networks => Self::validation("allow", text),
            KeysError::Overlap => Self::validation("overlapSeconds", text),
            KeysError::NotFound => Self::new(
                Code::NotFound,
                "No API key with this ID exists in this workspace. GET /api/v1/keys lists them.",
            ),
            KeysError::Replaced | KeysError::Ended => Self::new(Code::Conflict, text),
            KeysError::Rng(_) => Self::internal(text),
            KeysError::Database(error) => Self::database(&error),
        }
    }

    /// Maps an error of changing an OAuth2 client or its secrets.
    pub(crate) fn client(error: ClientError) -> Self {
        let text = error.to_string();
        match error {
            ClientError::InvalidRequest => Self::validation("name", text),
            ClientError::ExceedsPermissions => Self::exceeds_permissions(text),
            ClientError::NotFound => Self::new(
                Code::NotFound,
                "No OAuth2 client or secret with this ID exists in this workspace. \
                 GET /api/v1/oauth-clients lists the clients.",
            ),
            ClientError::TwoSecrets | ClientError::HasKeys => Self::new(Code::Conflict, text),
            ClientError::EndingKey => Self::exceeds_permissions(text),
            ClientError::Refused => Self::invalid_credentials(),
            ClientError::Database(error) => Self::database(&error),
        }
    }

    /// Maps an error of storing, finding or using a signing certificate.
    pub(crate) fn certificate(error: CertificateError) -> Self {
        let text = error.to_string();
        match error {
            CertificateError::TooLarge => Self::new(Code::TooLarge, text),
            CertificateError::Taken => Self::new(Code::Conflict, text),
            CertificateError::NotFound => Self::new(
                Code::NotFound,
                "No usable signing certificate with this ID exists in this workspace. \
                 GET /api/v1/signing-certificates lists them.",
            ),
            CertificateError::NoneActive => Self::new(Code::SigningCertificateMissing, text),
            CertificateError::NotValidNow => Self::validation("chain", text),
            CertificateError::Database(error) => Self::database(&error),
        }
    }

    /// Maps an error of storing or removing a watermark key.
    pub(crate) fn watermark_key(error: WatermarkKeyError) -> Self {
        match error {
            WatermarkKeyError::NotFound => Self::new(
                Code::NotFound,
                "This workspace has no watermark key. Set one with PUT /api/v1/workspace/watermark-key.",
            ),
            WatermarkKeyError::Database(error) => Self::database(&error),
        }
    }

    /// Maps an error of storing, removing or using a passkey.
    pub(crate) fn passkeys(error: PasskeysError) -> Self {
        let text = error.to_string();
        match error {
            PasskeysError::Name => Self::validation("name", text),
            PasskeysError::Taken => Self::new(Code::Conflict, text),
            PasskeysError::NotFound => {
                Self::new(Code::NotFound, "You have no passkey with this ID. GET /api/v1/passkeys lists yours.")
            }
            PasskeysError::Refused => Self::wrong_sign_in(),
            PasskeysError::Unproved => Self::new(Code::EmailUnconfirmed, text),
            PasskeysError::Database(error) => Self::database(&error),
        }
    }

    /// Maps an error of changing a membership, invitation or workspace.
    pub(crate) fn members(error: MembersError) -> Self {
        let text = error.to_string();
        match error {
            MembersError::NotFound => {
                Self::new(Code::NotFound, "No member or open invitation with this ID exists in this workspace.")
            }
            MembersError::Link => {
                Self::new(Code::NotFound, "The link is invalid, expired or already used. Request a new link.")
            }
            MembersError::ExceedsPermissions => Self::exceeds_permissions(text),
            MembersError::LastOwner
            | MembersError::Changed
            | MembersError::AlreadyMember
            | MembersError::TooManyWorkspaces => Self::new(Code::Conflict, text),
            MembersError::WrongPerson => Self::validation("email", text),
            MembersError::Unaddressed => Self::new(Code::Conflict, text),
            MembersError::Account(error) => Self::accounts(error),
            MembersError::Database(error) => Self::database(&error),
        }
    }

    /// Maps an error of erasing a person or a workspace.
    pub(crate) fn erasure(error: EraseError) -> Self {
        match error {
            EraseError::NotFound => Self::new(Code::NotFound, "The person or workspace was already erased."),
            EraseError::LastOwner(workspaces) => {
                let which = if workspaces.is_empty() { String::new() } else { format!(": {}", workspaces.join(", ")) };
                let text = format!(
                    "You are the last owner of a workspace{which}. Make another member its owner, or erase it first."
                );
                Self::new(Code::Conflict, text)
            }
            EraseError::Database(error) => Self::database(&error),
        }
    }

    /// Maps an error of creating, using or changing an account.
    pub(crate) fn accounts(error: AccountsError) -> Self {
        let text = error.to_string();
        match error {
            AccountsError::Email => Self::validation("email", text),
            AccountsError::Password | AccountsError::CommonPassword => Self::validation("password", text),
            AccountsError::Name => Self::validation("name", text),
            AccountsError::EmailTaken => Self::new(Code::Conflict, text).field("email"),
            AccountsError::SignInRefused => Self::wrong_sign_in(),
            AccountsError::Unproved => Self::new(Code::EmailUnconfirmed, text),
            AccountsError::Delayed { retry_after_s } => Self::rate_limited(i64::from(retry_after_s)),
            AccountsError::Rng(_) => Self::internal(text),
            AccountsError::Database(error) => Self::database(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_upload_errors_to_the_codes_of_the_endpoint() {
        let error = UploadError::TooLarge { limit: 50 * 1024 * 1024, part: "image" };
        let label = ApiError::upload(&error, Dialect::Label);
        assert_eq!(label.code, Code::TooLarge);
        assert_eq!(label.message, "The file exceeds the limit of 50 MB (52428800 bytes).");
        assert_eq!(ApiError::upload(&error, Dialect::Check).code, Code::FileTooLarge);
        assert_eq!(ApiError::upload(&UploadError::Truncated, Dialect::Check).code, Code::InvalidRequest);
    }

    #[test]
    fn hides_details_of_internal_failures() {
        let error = ApiError::database(&DbError::Engine("no such table: secrets".to_owned()));
        assert!(!error.message.contains("secrets"));
        assert!(error.incident().is_some_and(|text| text.contains("secrets")));
    }
}
