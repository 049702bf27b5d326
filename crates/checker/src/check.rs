//! Runs a check.

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use labeler_media::{Format, Limits, MediaError, SNIFF_LENGTH, Warning, WarningKind, to_hex};
use labeler_provenance::trust::{self, TrustList};
use labeler_provenance::{Integrity, Provenance, ReadError, engine_version};
use labeler_rules::Context;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::evidence::{self, marks};
use crate::report::{CheckerReport, Component, EngineInfo, MetadataReport, SCHEMA_VERSION};
use crate::signals::signals;

/// What to check with. Every field has a sane default but the clock.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// Name of the file, for the report.
    pub filename: Option<String>,
    /// MIME type that the sender declared; one that disagrees with the content becomes a warning.
    pub declared_mime: Option<String>,
    /// The time of the check.
    pub now: OffsetDateTime,
    /// The circumstances of the judgement; `None` is today, a provider, all regions, nothing else known.
    pub context: Option<Context>,
    /// The operator's own trust lists, consulted after the official ones.
    pub own_lists: Vec<TrustList>,
}

impl CheckRequest {
    /// A check at `now` with nothing else known.
    pub fn at(now: OffsetDateTime) -> Self {
        Self { filename: None, declared_mime: None, now, context: None, own_lists: Vec::new() }
    }
}

/// Why a file could not be checked. A damaged file that can still be read is no error: it has a report with warnings.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The content is of no known type.
    #[error("the content is of no known type")]
    Unsupported,
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The source failed.
    #[error("could not read the file: {0}")]
    Io(#[from] std::io::Error),
    /// A defect of ours: a trust list or the engine's settings.
    #[error("the check failed: {0}")]
    Internal(String),
}

impl From<MediaError> for CheckError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Io(error) => Self::Io(error),
            MediaError::Empty => Self::Empty,
            MediaError::Cancelled => Self::Cancelled,
            other => Self::Internal(other.to_string()),
        }
    }
}

/// The step a check is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading structure and metadata.
    Reading,
    /// Hashing the whole file.
    Hashing,
    /// Validating the manifest against the asset.
    Validating,
}

/// How far a check is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The step.
    pub phase: Phase,
    /// Bytes done in this step.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
}

/// Checks a file.
///
/// # Errors
/// See [`CheckError`].
pub fn check<R: Read + Seek + Send>(source: &mut R, request: &CheckRequest) -> Result<CheckerReport, CheckError> {
    check_with_progress(source, request, |_| ControlFlow::Continue(()))
}

/// Checks a file and tells how far it is; `Break` cancels.
///
/// # Errors
/// See [`CheckError`].
pub fn check_with_progress<R: Read + Seek + Send>(
    source: &mut R,
    request: &CheckRequest,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<CheckerReport, CheckError> {
    let total = source.seek(SeekFrom::End(0))?;
    if total == 0 {
        return Err(CheckError::Empty);
    }
    let mut tell = |phase, done| match progress(Progress { phase, done, total }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(CheckError::Cancelled),
    };

    tell(Phase::Reading, 0)?;
    let format = sniff(source)?.ok_or(CheckError::Unsupported)?;
    let mut metadata = labeler_media::read_metadata(source, format, &Limits::default())?;
    if let Some(declared) = &request.declared_mime
        && !declared_type_agrees(declared, format)
    {
        metadata.warnings.push(Warning {
            kind: WarningKind::Malformed,
            message: format!("The file was declared as {declared}, but its content is {}.", format.mime()),
            location: None,
        });
    }
    let store = labeler_media::manifest_store(source, format, &Limits::default());

    source.seek(SeekFrom::Start(0))?;
    let mut cancelled = Ok(());
    let digest = labeler_media::sha256(source, |done| {
        cancelled = tell(Phase::Hashing, done);
        if cancelled.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;

    tell(Phase::Validating, 0)?;
    let mut lists = vec![trust::c2pa(), trust::interim()];
    lists.extend(request.own_lists.iter().cloned());
    let c2pa = match &store {
        Ok(None) => Provenance::default(),
        Ok(Some(store)) => labeler_provenance::read(source, format, store, &lists).map_err(|e| match e {
            ReadError::Io(error) => CheckError::Io(error),
            ReadError::Settings(what) => CheckError::Internal(what),
        })?,
        Err(error) => {
            Provenance { integrity: Integrity::Unreadable, error: Some(error.to_string()), ..Provenance::default() }
        }
    };
    tell(Phase::Validating, total)?;

    let lists: Vec<_> = lists.into_iter().map(|list| list.info).collect();
    let context = request.context.clone().unwrap_or_else(|| Context::new(request.now.date()));
    let evidence = evidence::gather(format, &metadata, &c2pa, &lists);
    let judgement = labeler_rules::judge(&evidence, &context);
    let signals = signals(&evidence).into_iter().filter(|(region, _)| context.regions.contains(region)).collect();
    let (c2pa_name, c2pa_version) = engine_version();
    Ok(CheckerReport {
        schema_version: SCHEMA_VERSION,
        sha256: to_hex(&digest),
        filename: request.filename.clone(),
        mime: format.mime().to_owned(),
        size_bytes: total,
        modality: format.modality(),
        created_at: timestamp(request.now),
        engine: EngineInfo {
            labeler: component("labeler", env!("CARGO_PKG_VERSION")),
            c2pa: component(c2pa_name, c2pa_version),
            rules: judgement.rule_set,
            trust_lists: lists.into_iter().chain([trust::time_stamping()]).collect(),
        },
        context,
        ai: judgement.ai,
        signals,
        verdicts: judgement.regions,
        notes: judgement.notes,
        watermark: marks(&evidence),
        c2pa,
        iptc: metadata.iptc,
        metadata: MetadataReport { xmp: metadata.xmp, exif: metadata.exif, iim: metadata.iim, text: metadata.text },
        aigc: metadata.aigc,
        generators: metadata.generators,
        warnings: metadata.warnings,
    })
}

fn sniff<R: Read + Seek>(source: &mut R) -> Result<Option<Format>, CheckError> {
    source.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(SNIFF_LENGTH);
    source.by_ref().take(SNIFF_LENGTH as u64).read_to_end(&mut head)?;
    Ok(labeler_media::sniff(&head))
}

/// Whether a declared MIME type fits the content: it names the same format, a sibling that shares the container, or
/// nothing in particular.
pub fn declared_type_agrees(declared: &str, found: Format) -> bool {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence.is_empty() || essence == "application/octet-stream" {
        return true;
    }
    match Format::from_mime(&essence) {
        Some(format) => format == found || family(format) == family(found),
        None => false,
    }
}

/// Formats that one container serves, so that senders mix their names up in good faith.
fn family(format: Format) -> Format {
    match format {
        Format::Heif | Format::Heic => Format::Heic,
        Format::Mp4 | Format::Mov | Format::M4a => Format::Mp4,
        Format::Matroska | Format::Webm => Format::Matroska,
        other => other,
    }
}

fn component(name: &str, version: &str) -> Component {
    Component { name: name.to_owned(), version: version.to_owned() }
}

/// RFC 3339 in UTC with milliseconds, the form of every time in the API.
fn timestamp(now: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    now.to_offset(time::UtcOffset::UTC).format(&format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_type_is_compared_by_meaning() {
        assert!(declared_type_agrees("image/jpeg", Format::Jpeg));
        assert!(declared_type_agrees("IMAGE/JPEG; charset=binary", Format::Jpeg));
        assert!(declared_type_agrees("image/heif", Format::Heic));
        assert!(declared_type_agrees("application/octet-stream", Format::Png));
        assert!(!declared_type_agrees("image/png", Format::Jpeg));
        assert!(!declared_type_agrees("text/html", Format::Jpeg));
    }
}
