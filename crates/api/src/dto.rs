//! Shapes of answers that more than one endpoint gives.

use labeler_store::{Event, Modality};
use serde::Serialize;
use time::{
    OffsetDateTime,
    format_description::{BorrowedFormatItem, well_known::Iso8601},
    macros::format_description,
};

use crate::error::ApiError;

/// ISO 8601 in UTC with milliseconds, `2026-05-16T10:30:00.000Z`.
const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A time as answers give it.
pub(crate) fn iso_time(unix_ms: i64) -> Result<String, ApiError> {
    instant(unix_ms)?.format(TIME).map_err(|error| ApiError::internal(format!("time {unix_ms}: {error}")))
}

/// Unix milliseconds as a time.
pub(crate) fn instant(unix_ms: i64) -> Result<OffsetDateTime, ApiError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms).saturating_mul(1_000_000))
        .map_err(|error| ApiError::internal(format!("time {unix_ms}: {error}")))
}

/// A time that may be absent.
pub(crate) fn optional_time(unix_ms: Option<i64>) -> Result<Option<String>, ApiError> {
    unix_ms.map(iso_time).transpose()
}

/// A time of a body: ISO 8601 with its offset from UTC, in Unix milliseconds.
pub(crate) fn time_of(field: &str, text: &str) -> Result<i64, ApiError> {
    OffsetDateTime::parse(text, &Iso8601::DEFAULT)
        .ok()
        .and_then(|time| i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).ok())
        .ok_or_else(|| {
            let message = format!("{field} must be an ISO 8601 date and time, for example 2026-05-16T10:30:00Z");
            ApiError::validation(field, message)
        })
}

/// A list that comes whole.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Listed<T> {
    /// Every one.
    pub data: Vec<T>,
}

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page<T> {
    /// In the order of the list.
    pub data: Vec<T>,
    /// Start of the next page, for `cursor`; null on the last page.
    pub next_cursor: Option<String>,
}

/// A scope of a key or client.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "describes texts that are read by the store")]
pub(crate) enum ScopeName {
    /// Label images.
    Label,
    /// Read labelling events.
    Assets,
    /// Read compliance certificates.
    Certificates,
    /// Check files.
    Check,
    /// Verify files and hashes.
    Verify,
}

/// Kind of medium.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ModalityName {
    /// Still or animated image.
    Image,
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
}

impl From<Modality> for ModalityName {
    fn from(modality: Modality) -> Self {
        match modality {
            Modality::Image => Self::Image,
            Modality::Video => Self::Video,
            Modality::Audio => Self::Audio,
        }
    }
}

/// A labelling event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asset {
    /// Sorts by time.
    #[schema(example = "evt_01k6z3t8q4x5v9n2b7c0d1e8f6")]
    id: String,
    /// SHA-256 of the file received, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    sha256_input: String,
    /// SHA-256 of the file returned, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    sha256_output: String,
    /// Name given in the options.
    #[schema(example = "photo.jpg")]
    filename: String,
    /// Media type of the file.
    #[schema(example = "image/jpeg")]
    mime: String,
    /// Size of the file returned, in bytes.
    #[schema(example = 2_048_576)]
    size_bytes: u64,
    /// Kind of medium.
    modality: ModalityName,
    /// Jurisdiction profile.
    #[schema(example = "eu_strict")]
    region_preset: String,
    /// IPTC digital source type.
    #[schema(example = "trainedAlgorithmicMedia")]
    digital_source_type: String,
    /// Assertions of the manifest; only in the single record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["c2pa.actions.v2", "c2pa.training-mining"]))]
    assertions: Option<Vec<String>>,
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2")]
    signer_fingerprint: String,
    /// Whether "do not train" was written.
    dnt_enabled: bool,
    /// Whether a visible label is on the picture.
    visible_overlay: bool,
    /// When it was labelled.
    #[schema(format = DateTime, example = "2026-05-16T10:30:00.000Z")]
    created_at: String,
}

impl Asset {
    /// As a row of the list.
    pub fn summary(event: &Event) -> Result<Self, ApiError> {
        let data = &event.data;
        Ok(Self {
            id: event.id.clone(),
            sha256_input: data.sha256_input.clone(),
            sha256_output: data.sha256_output.clone(),
            filename: data.filename.clone(),
            mime: data.mime.clone(),
            size_bytes: data.size_bytes,
            modality: data.modality.into(),
            region_preset: data.region_preset.clone(),
            digital_source_type: data.digital_source_type.clone(),
            assertions: None,
            signer_fingerprint: data.signer_fingerprint.clone(),
            dnt_enabled: data.dnt_enabled,
            visible_overlay: data.visible_overlay,
            created_at: iso_time(event.created_at_ms)?,
        })
    }

    /// As a single record.
    pub fn detail(event: &Event) -> Result<Self, ApiError> {
        Ok(Self { assertions: Some(event.data.assertions.clone()), ..Self::summary(event)? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_have_milliseconds_and_end_in_z() {
        assert_eq!(iso_time(1_778_927_400_000).unwrap(), "2026-05-16T10:30:00.000Z");
        assert_eq!(iso_time(7).unwrap(), "1970-01-01T00:00:00.007Z");
        assert!(iso_time(i64::MAX).is_err());
    }
}
