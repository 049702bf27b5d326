//! Exports: lists of any length as a file. Pages are read while the file is sent.

use std::future::Future;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use futures_util::stream;
use http::{HeaderValue, header};
use labeler_store::DbError;
use serde_json::Value;

use crate::http::{error::ApiError, file_name, query};

/// Format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
pub(crate) enum Format {
    /// JSON Lines: one object per line.
    #[schema(rename = "jsonl")]
    JsonLines,
    /// CSV (RFC 4180).
    #[schema(rename = "csv")]
    Csv,
}

impl Format {
    /// Parses the parameter `format`.
    pub fn from_query(raw: Option<&str>) -> Result<Self, ApiError> {
        match query::parse(raw, &["format"])?.get("format").map(String::as_str) {
            None | Some("jsonl") => Ok(Self::JsonLines),
            Some("csv") => Ok(Self::Csv),
            Some(_) => Err(ApiError::validation("format", "format must be one of jsonl, csv")),
        }
    }
}

/// A part of a file.
pub(crate) struct Chunk<C> {
    /// Whole lines.
    pub text: String,
    /// Position of the next part; `None` after the last.
    pub next: Option<C>,
}

/// Appends a line of JSON.
pub(crate) fn line(text: &mut String, value: &Value) {
    text.push_str(&value.to_string());
    text.push('\n');
}

/// Returns a field of CSV, quoted if necessary. A text that spreadsheets would read as a formula is preceded by an
/// apostrophe.
pub(crate) fn csv_field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

enum State<C> {
    Header(C),
    Page(C),
    Over,
}

/// Returns the file as a response, beginning at `first`. If a page cannot be read, the answer breaks off.
pub(crate) fn response<C, F, R>(format: Format, name: &str, csv_header: &'static str, first: C, page: F) -> Response
where
    C: Send + 'static,
    F: Fn(C) -> R + Send + 'static,
    R: Future<Output = Result<Chunk<C>, DbError>> + Send,
{
    let start = match format {
        Format::Csv => State::Header(first),
        Format::JsonLines => State::Page(first),
    };
    let body = stream::try_unfold((start, page), move |(state, page)| async move {
        match state {
            State::Header(first) => Ok(Some((csv_header.to_owned(), (State::Page(first), page)))),
            State::Page(from) => {
                let chunk = page(from).await?;
                let next = chunk.next.map_or(State::Over, State::Page);
                Ok::<_, DbError>(Some((chunk.text, (next, page))))
            }
            State::Over => Ok(None),
        }
    });
    let (media_type, extension) = match format {
        Format::JsonLines => ("application/x-ndjson", "jsonl"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let mut response = Body::from_stream(body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let disposition = file_name::attachment(&format!("{name}.{extension}"));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    response
}
