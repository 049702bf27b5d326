//! Lists in answers, and the number of rows that a caller asks for.

use serde::Serialize;

use crate::http::error::ApiError;

/// Complete list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Listed<T> {
    /// All entries.
    pub data: Vec<T>,
}

/// Page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page<T> {
    /// Entries of the page, in the order of the list.
    pub data: Vec<T>,
    /// Cursor of the next page, for the `cursor` parameter. Null on the last page.
    pub next_cursor: Option<String>,
}

/// Parses the parameter `limit`: 1 to `max`, or `default` when it is absent.
pub(crate) fn parse_limit(text: Option<String>, default: u32, max: u32) -> Result<u32, ApiError> {
    let Some(text) = text else { return Ok(default) };
    let limit = text.parse().ok().filter(|limit| (1..=max).contains(limit));
    limit.ok_or_else(|| ApiError::validation("limit", format!("limit must be an integer from 1 to {max}")))
}

/// Parses the parameter `limit` of a list of at most 100 rows; 50 when it is absent.
pub(crate) fn parse_usual_limit(text: Option<String>) -> Result<u32, ApiError> {
    parse_limit(text, 50, 100)
}
