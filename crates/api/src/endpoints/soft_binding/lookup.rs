//! Look-up of kept manifest stores by Labeler's watermark.
//!
//! A kept manifest store contains nothing that a holder of the labelled file cannot read in it. It is given to
//! everybody who knows the watermark's payload, which is in the file's pixels, or the manifest's ID, which is random.

use std::str::FromStr;

use labeler_labeling::MARK_ALGORITHM;
use labeler_pixels::mark::Payload;
use labeler_store::{MAX_MANIFEST_MATCHES, ManifestsError};
use serde::Serialize;

use crate::{app::App, http::error::ApiError};

/// Maximum number of matches in an answer when `maxResults` is absent.
const DEFAULT_MATCHES: u32 = 10;
/// Longest base64 text of a soft binding's value, in characters. Labeler's have 24.
const MAX_VALUE_LENGTH: usize = 1024;

/// Parses the text form of a watermark's payload.
pub(crate) fn parse_payload(field: &str, text: &str) -> Result<Payload, ApiError> {
    Payload::from_str(text)
        .map_err(|_| ApiError::validation(field, format!("{field} must be wm_ and 13 characters of a-z and 2-7")))
}

/// Parses the payload in a soft binding. The algorithm must be Labeler's; the value is the base64 of the payload's text
/// form.
pub(crate) fn parse_binding(alg: &str, value: &str) -> Result<Payload, ApiError> {
    check_algorithm("alg", alg)?;
    let refused = || {
        let text = "value must be the base64 of a payload ID: wm_ and 13 characters of a-z and 2-7";
        ApiError::validation("value", text)
    };
    if value.len() > MAX_VALUE_LENGTH {
        return Err(ApiError::validation("value", format!("value has at most {MAX_VALUE_LENGTH} characters")));
    }
    let bytes = decode_base64(value).ok_or_else(refused)?;
    String::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).ok_or_else(refused)
}

/// Decodes base64 with or without padding.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
    STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Refuses every algorithm except Labeler's.
pub(crate) fn check_algorithm(field: &str, alg: &str) -> Result<(), ApiError> {
    if alg == MARK_ALGORITHM {
        return Ok(());
    }
    Err(ApiError::validation(field, format!("{field} must be {MARK_ALGORITHM}, the only algorithm supported here")))
}

/// Parses the parameter `maxResults`: 1 to [`MAX_MANIFEST_MATCHES`], 10 when it is absent.
pub(crate) fn parse_max_results(text: Option<&str>) -> Result<u32, ApiError> {
    let Some(text) = text else { return Ok(DEFAULT_MATCHES) };
    let number = text.parse().ok().filter(|number| (1..=MAX_MANIFEST_MATCHES).contains(number));
    number.ok_or_else(|| ApiError::validation("maxResults", format!("maxResults must be 1 to {MAX_MANIFEST_MATCHES}")))
}

/// Result of a look-up, in the format of the C2PA specification.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SoftBindingQueryResult {
    /// Matches, oldest first. Empty if no kept manifest store matches.
    #[schema(max_items = 100)]
    pub matches: Vec<SoftBindingMatch>,
}

/// Matching manifest store.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SoftBindingMatch {
    /// ID of the active manifest, for `GET /manifests/{manifestId}`.
    #[schema(example = "urn:c2pa:f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4")]
    manifest_id: String,
    /// Strength of the match, 0 to 100. Always 100, because a watermark either matches or does not.
    #[schema(minimum = 0, maximum = 100, example = 100)]
    similarity_score: u8,
}

/// Finds the kept manifest stores of files with this watermark.
pub(crate) async fn find_matches(app: &App, payload: Payload, max: u32) -> Result<SoftBindingQueryResult, ApiError> {
    let found = app.store().manifests().by_watermark(&payload.to_string(), max).await;
    let ids = found.map_err(|error| failed(&error))?;
    let matches = ids.into_iter().map(|manifest_id| SoftBindingMatch { manifest_id, similarity_score: 100 });
    Ok(SoftBindingQueryResult { matches: matches.collect() })
}

/// Reads the kept manifest store with this ID.
pub(crate) async fn read(app: &App, id: &str) -> Result<Option<Vec<u8>>, ApiError> {
    app.store().manifests().read(id).await.map_err(|error| failed(&error))
}

fn failed(error: &ManifestsError) -> ApiError {
    ApiError::internal(format!("manifests: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    #[test]
    fn parses_bindings_with_base64_of_a_payload_id() {
        let payload = Payload::new(12345);
        let value = STANDARD.encode(payload.to_string());
        assert_eq!(parse_binding(MARK_ALGORITHM, &value).unwrap(), payload);
        assert_eq!(parse_binding(MARK_ALGORITHM, value.trim_end_matches('=')).unwrap(), payload);
        let (raw, long) = (payload.to_string(), "A".repeat(100_000));
        for (alg, value) in [
            ("com.adobe.trustmark.P", value.as_str()),
            ("", value.as_str()),
            (MARK_ALGORITHM, ""),
            (MARK_ALGORITHM, raw.as_str()),
            (MARK_ALGORITHM, "%%%"),
            (MARK_ALGORITHM, "/////w=="),
            (MARK_ALGORITHM, long.as_str()),
        ] {
            assert!(parse_binding(alg, value).is_err(), "{alg} {value}");
        }
    }

    #[test]
    fn bounds_the_number_of_matches() {
        assert_eq!(parse_max_results(None).unwrap(), 10);
        assert_eq!(parse_max_results(Some("100")).unwrap(), 100);
        for refused in ["0", "101", "-1", "", "ten", "99999999999999999999"] {
            assert!(parse_max_results(Some(refused)).is_err(), "{refused}");
        }
    }
}
