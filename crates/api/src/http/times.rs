//! Times in bodies and answers: ISO 8601 on the wire, Unix milliseconds inside.

use time::{
    OffsetDateTime,
    format_description::{BorrowedFormatItem, well_known::Iso8601},
    macros::format_description,
};

use crate::http::error::ApiError;

/// ISO 8601 in UTC with milliseconds, `2026-05-16T10:30:00.000Z`.
const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// Formats Unix milliseconds for an answer.
pub(crate) fn iso_time(unix_ms: i64) -> Result<String, ApiError> {
    instant(unix_ms)?.format(TIME).map_err(|error| ApiError::internal(format!("time {unix_ms}: {error}")))
}

/// Converts Unix milliseconds.
pub(crate) fn instant(unix_ms: i64) -> Result<OffsetDateTime, ApiError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms).saturating_mul(1_000_000))
        .map_err(|error| ApiError::internal(format!("time {unix_ms}: {error}")))
}

/// Formats Unix milliseconds that may be absent.
pub(crate) fn optional_time(unix_ms: Option<i64>) -> Result<Option<String>, ApiError> {
    unix_ms.map(iso_time).transpose()
}

/// Parses a field of a body, ISO 8601 with an offset from UTC, into Unix milliseconds.
pub(crate) fn parse_time(field: &str, text: &str) -> Result<i64, ApiError> {
    OffsetDateTime::parse(text, &Iso8601::DEFAULT)
        .ok()
        .and_then(|time| i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).ok())
        .ok_or_else(|| {
            let message = format!("{field} must be an ISO 8601 date and time, for example 2026-05-16T10:30:00Z");
            ApiError::validation(field, message)
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn formats_times_in_utc_with_milliseconds() {
        assert_eq!(iso_time(1_778_927_400_000).unwrap(), "2026-05-16T10:30:00.000Z");
        assert_eq!(iso_time(7).unwrap(), "1970-01-01T00:00:00.007Z");
        assert!(iso_time(i64::MAX).is_err());
    }
}
