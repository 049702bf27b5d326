//! Runs a check.

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use labeler_media::{Format, Limits, ManifestStore, MediaError, Metadata, SNIFF_LENGTH, Warning, WarningKind, to_hex};
use labeler_provenance::trust::{self, TrustList, TrustListInfo};
use labeler_provenance::{BindingPass, Credentials, Integrity, Provenance, ReadError, engine_version};
use labeler_rules::Context;
use labeler_rules::evidence::Evidence;
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::compare::{self, EarlierVersion};
use crate::evidence::{self, marks};
use crate::generators;
use crate::pixels::{self, DEFAULT_MAX_PIXELS, Pixels};
use crate::report::{CheckerReport, Component, EngineInfo, MetadataReport, SCHEMA_VERSION};
use crate::rubrics;
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
    /// Largest picture whose pixels are looked at; 0 looks at none.
    pub max_pixels: u64,
    /// An earlier version of the file, to tell what became of its marks.
    pub earlier: Option<EarlierVersion>,
}

impl CheckRequest {
    /// A check at `now` with nothing else known.
    pub fn at(now: OffsetDateTime) -> Self {
        Self {
            filename: None,
            declared_mime: None,
            now,
            context: None,
            own_lists: Vec::new(),
            max_pixels: DEFAULT_MAX_PIXELS,
            earlier: None,
        }
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
    /// Judging signatures and assertions of the manifest store.
    Validating,
    /// Looking for marks in the pixels.
    Probing,
    /// Hashing the whole file, and with it what the hard binding covers.
    Hashing,
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

/// Who watches a check.
pub trait Observer {
    /// How far it is; `Break` cancels.
    fn progress(&mut self, progress: Progress) -> ControlFlow<()>;

    /// Everything but the hash of a large file (see [`STRUCTURE_FIRST`]): its structure is read in a moment, its hash takes
    /// as long as reading it all. The report has no `sha256`, and the credentials are [`Integrity::Unverified`] where
    /// they depend on it.
    fn structure(&mut self, _report: &CheckerReport) {}
}

impl<F: FnMut(Progress) -> ControlFlow<()>> Observer for F {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        self(progress)
    }
}

/// Files from this size on, in bytes, are reported in two steps: 32 MB is about a tenth of a second of hashing.
pub const STRUCTURE_FIRST: u64 = 32 << 20;

/// Checks a file.
///
/// # Errors
/// See [`CheckError`].
pub fn check<R: Read + Seek + Send>(source: &mut R, request: &CheckRequest) -> Result<CheckerReport, CheckError> {
    check_observed(source, request, &mut |_: Progress| ControlFlow::Continue(()))
}

/// Checks a file and tells `observer` how far it is.
///
/// # Errors
/// See [`CheckError`].
pub fn check_observed<R: Read + Seek + Send>(
    source: &mut R,
    request: &CheckRequest,
    observer: &mut impl Observer,
) -> Result<CheckerReport, CheckError> {
    let (findings, last) = examine(source, request, observer)?;
    Ok(findings.report(last))
}

/// Reads the marks of an earlier version, for [`CheckRequest::earlier`].
///
/// # Errors
/// See [`CheckError`].
pub fn earlier_version<R: Read + Seek + Send>(
    source: &mut R,
    request: &CheckRequest,
) -> Result<EarlierVersion, CheckError> {
    let (findings, last) = examine(source, request, &mut |_: Progress| ControlFlow::Continue(()))?;
    let evidence = findings.evidence(&findings.metadata(&last.c2pa), &last.c2pa);
    let says_ai = !labeler_rules::judge(&evidence, &findings.context()).ai.evidence.is_empty();
    Ok(EarlierVersion { evidence: Box::new(evidence), says_ai })
}

/// The C2PA manifest store of a file, for whoever wants more of it than the report says.
///
/// # Errors
/// See [`CheckError`].
pub fn manifest_store<R: Read + Seek>(source: &mut R) -> Result<Option<ManifestStore>, CheckError> {
    let format = sniff(source)?.ok_or(CheckError::Unsupported)?;
    Ok(labeler_media::manifest_store(source, format, &Limits::default())?)
}

/// Everything up to the judgement.
fn examine<'a, R: Read + Seek + Send>(
    source: &mut R,
    request: &'a CheckRequest,
    observer: &mut impl Observer,
) -> Result<(Findings<'a>, Credited), CheckError> {
    let total = source.seek(SeekFrom::End(0))?;
    if total == 0 {
        return Err(CheckError::Empty);
    }
    tell(observer, Phase::Reading, 0, total)?;
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

    tell(observer, Phase::Validating, 0, total)?;
    let mut lists = vec![trust::c2pa(), trust::interim()];
    lists.extend(request.own_lists.iter().cloned());
    let mut credentials = match &store {
        Ok(Some(store)) => Some(Credentials::open(source, format, store, &lists).map_err(|error| match error {
            ReadError::Io(error) => CheckError::Io(error),
            ReadError::Settings(what) => CheckError::Internal(what),
        })?),
        Ok(None) | Err(_) => None,
    };
    let without = || match &store {
        Ok(_) => (Provenance::default(), Value::Null),
        Err(error) => (
            Provenance { integrity: Integrity::Unreadable, error: Some(error.to_string()), ..Provenance::default() },
            Value::Null,
        ),
    };

    tell(observer, Phase::Probing, 0, total)?;
    let pixels = pixels::look(source, format, total, request.max_pixels)?;
    let lists = lists.into_iter().map(|list| list.info).collect();
    let findings = Findings { request, format, total, metadata, lists, pixels };

    if total >= STRUCTURE_FIRST {
        let (c2pa, crjson) = credentials.as_ref().map_or_else(without, Credentials::preview);
        observer.structure(&findings.report(Credited { c2pa, crjson, sha256: None }));
    }
    let digest = hash(source, credentials.as_mut().and_then(|c| c.binding.as_mut()), observer, total)?;
    let (c2pa, crjson) = credentials.map_or_else(without, Credentials::finish);
    Ok((findings, Credited { c2pa, crjson, sha256: Some(to_hex(&digest)) }))
}

fn tell(observer: &mut impl Observer, phase: Phase, done: u64, total: u64) -> Result<(), CheckError> {
    match observer.progress(Progress { phase, done, total }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(CheckError::Cancelled),
    }
}

/// What depends on the hash of the file.
struct Credited {
    c2pa: Provenance,
    crjson: Value,
    sha256: Option<String>,
}

/// What does not change between the two steps of a report.
struct Findings<'a> {
    request: &'a CheckRequest,
    format: Format,
    total: u64,
    metadata: Metadata,
    lists: Vec<TrustListInfo>,
    pixels: Pixels,
}

impl Findings<'_> {
    fn context(&self) -> Context {
        self.request.context.clone().unwrap_or_else(|| Context::new(self.request.now.date()))
    }

    /// What the file says, with the generators that its credentials name.
    fn metadata(&self, c2pa: &Provenance) -> Metadata {
        let mut metadata = self.metadata.clone();
        if let Some(store) = self.metadata.c2pa.first() {
            metadata.generators.extend(generators::in_credentials(c2pa, &store.location));
        }
        metadata
    }

    fn evidence(&self, metadata: &Metadata, c2pa: &Provenance) -> Evidence {
        let mut evidence = evidence::gather(self.format, metadata, c2pa, &self.lists, &self.pixels);
        if let Some(earlier) = &self.request.earlier {
            let chain: Vec<_> = c2pa.manifests.iter().map(|m| m.label.clone()).collect();
            evidence.comparison = Some(compare::compare(earlier, &evidence, &chain, self.pixels.not_probed.is_none()));
        }
        evidence
    }

    fn report(&self, credited: Credited) -> CheckerReport {
        let Credited { c2pa, crjson, sha256 } = credited;
        let request = self.request;
        let context = self.context();
        let metadata = self.metadata(&c2pa);
        let evidence = self.evidence(&metadata, &c2pa);
        let judgement = labeler_rules::judge(&evidence, &context);
        let signals = signals(&evidence).into_iter().filter(|(region, _)| context.regions.contains(region)).collect();
        let watermark = marks(&evidence, &self.pixels);
        let (c2pa_name, c2pa_version) = engine_version();
        CheckerReport {
            schema_version: SCHEMA_VERSION,
            sha256,
            filename: request.filename.clone(),
            mime: self.format.mime().to_owned(),
            size_bytes: self.total,
            modality: self.format.modality(),
            created_at: timestamp(request.now),
            engine: EngineInfo {
                labeler: component("labeler", env!("CARGO_PKG_VERSION")),
                c2pa: component(c2pa_name, c2pa_version),
                rules: judgement.rule_set,
                trust_lists: self.lists.iter().cloned().chain([trust::time_stamping()]).collect(),
            },
            context,
            ai: judgement.ai,
            signals,
            verdicts: judgement.regions,
            notes: judgement.notes,
            comparison: evidence.comparison,
            watermark,
            rubrics: rubrics::evaluate(&crjson),
            c2pa,
            iptc: metadata.iptc,
            metadata: MetadataReport { xmp: metadata.xmp, exif: metadata.exif, iim: metadata.iim, text: metadata.text },
            aigc: metadata.aigc,
            generators: metadata.generators,
            warnings: metadata.warnings,
        }
    }
}

/// SHA-256 of the file; the same pass feeds the hard binding.
fn hash<R: Read + Seek>(
    source: &mut R,
    mut binding: Option<&mut BindingPass>,
    observer: &mut impl Observer,
    total: u64,
) -> Result<[u8; 32], CheckError> {
    source.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256::new();
    labeler_media::read_blocks(source, |block, done| {
        hasher.update(block);
        if let Some(binding) = binding.as_deref_mut() {
            binding.update(block);
        }
        observer.progress(Progress { phase: Phase::Hashing, done, total })
    })?;
    Ok(hasher.finalize().into())
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
