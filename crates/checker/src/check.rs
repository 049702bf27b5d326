//! Runs a check.

use std::io::{Read, Seek, SeekFrom};

use labeler_media::{Format, Limits, ManifestStore, Metadata, SNIFF_LENGTH, TextBody, Warning, WarningKind};
use labeler_pixels::mark::{Key, Search};
use labeler_pixels::{Effort, Findings};
use labeler_provenance::trust::{self, TrustList, TrustListInfo};
use labeler_provenance::{BindingPass, Credentials, HashedRanges, Integrity, Provenance, ReadError, engine_version};
use labeler_rules::evidence::Evidence;
use labeler_rules::{AiClaimState, Context};
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::compare::{self, EarlierVersion};
use crate::error::CheckError;
use crate::evidence::{self, marks};
use crate::generators;
use crate::law::Law;
use crate::pixels::{self, DEFAULT_MAX_PIXELS, PixelReader, look_here};
use crate::rejudge::{Checked, judge};
use crate::report::{CheckerReport, Component, EngineInfo, MetadataReport, SCHEMA_VERSION};
use crate::rubrics;
use crate::words::Language;

/// Options of a check. Every field except the time has a sensible default.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// Name of the file, for the report.
    pub filename: Option<String>,
    /// MIME type declared by the sender. A type that contradicts the content becomes a warning.
    pub declared_mime: Option<String>,
    /// The time of the check.
    pub now: OffsetDateTime,
    /// The circumstances of the judgement. `None` means today, a provider, the default regions, and no answers.
    pub context: Option<Context>,
    /// The operator's own trust lists. They are consulted after the official ones.
    pub own_lists: Vec<TrustList>,
    /// Maximum number of pixels of images that are decoded; 0 decodes none.
    pub max_pixels: u64,
    /// How thoroughly Labeler's own watermark is searched for.
    pub search: Search,
    /// Keys whose watermarks are read in addition to the public key's.
    pub watermark_keys: Vec<Key>,
    /// An earlier version of the file, for a comparison of its marks.
    pub earlier: Option<EarlierVersion>,
    /// Limits for reading the file.
    pub limits: Limits,
    /// The law packs that judge.
    pub law: Law,
    /// The language of the report's sentences.
    pub language: Language,
}

impl CheckRequest {
    /// Creates options for a check at `now` with default values.
    pub fn at(now: OffsetDateTime) -> Self {
        Self {
            filename: None,
            declared_mime: None,
            now,
            context: None,
            own_lists: Vec::new(),
            max_pixels: DEFAULT_MAX_PIXELS,
            search: Search::default(),
            watermark_keys: Vec::new(),
            earlier: None,
            limits: Limits::new(),
            law: Law::default(),
            language: Language::default(),
        }
    }
}

/// The current step of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading structure and metadata.
    Reading,
    /// Validating signatures and assertions of the manifest store.
    Validating,
    /// Searching the pixels for marks.
    Probing,
}

/// Checks a file with the decoders of this build: [`PendingCheck`] and its pass over the file in one call.
///
/// # Errors
/// See [`CheckError`].
pub fn check<R: Read + Seek + Send>(source: &mut R, request: &CheckRequest) -> Result<CheckerReport, CheckError> {
    Ok(whole(source, request, &mut look_here)?.finish())
}

/// Checks a file as [`check`] does and also returns the facts, for callers that judge again with other answers. For
/// `pixels` see [`PendingCheck::open`].
///
/// # Errors
/// See [`CheckError`].
pub fn check_with_facts<R: Read + Seek + Send>(
    source: &mut R,
    request: &CheckRequest,
    pixels: PixelReader<'_>,
) -> Result<Checked, CheckError> {
    Ok(whole(source, request, pixels)?.finish_with_facts())
}

fn whole<R: Read + Seek + Send>(
    source: &mut R,
    request: &CheckRequest,
    pixels: PixelReader<'_>,
) -> Result<PendingCheck, CheckError> {
    let mut pending = PendingCheck::open(source, request, &mut |_| {}, pixels)?;
    source.seek(SeekFrom::Start(0))?;
    labeler_media::read_blocks(source, |block| pending.update(block))?;
    Ok(pending)
}

/// Gathers the facts about a file without judging them, for callers that judge the same file several times with other
/// answers or other rules.
///
/// # Errors
/// See [`CheckError`].
pub fn evidence<R: Read + Seek + Send>(source: &mut R, request: &CheckRequest) -> Result<Evidence, CheckError> {
    let (examined, metadata, last) = whole(source, request, &mut look_here)?.settle();
    Ok(examined.evidence(&with_generators(metadata, &last.c2pa), &last.c2pa, &last.crjson))
}

/// Reads the marks of an earlier version, for [`CheckRequest::earlier`]. For `pixels` see [`PendingCheck::open`].
///
/// # Errors
/// See [`CheckError`].
pub fn earlier_version<R: Read + Seek + Send>(
    source: &mut R,
    request: &CheckRequest,
    pixels: PixelReader<'_>,
) -> Result<EarlierVersion, CheckError> {
    let (examined, metadata, last) = whole(source, request, pixels)?.settle();
    let evidence = examined.evidence(&with_generators(metadata, &last.c2pa), &last.c2pa, &last.crjson);
    let says_ai = labeler_rules::judge(&evidence, &examined.context()).ai.state == AiClaimState::Claimed;
    Ok(EarlierVersion { evidence: Box::new(evidence), says_ai })
}

/// Returns the C2PA manifest store of a file, for callers that need more of it than the report contains.
///
/// # Errors
/// See [`CheckError`].
pub fn manifest_store<R: Read + Seek>(source: &mut R) -> Result<Option<ManifestStore>, CheckError> {
    let format = sniff(source)?.ok_or(CheckError::Unsupported)?;
    Ok(labeler_media::manifest_store(source, format, &Limits::default())?)
}

/// A check after its structural part. It still needs one pass over the file: the caller supplies all of the file's
/// bytes in order. For callers that cannot read their source through [`Read`]; [`check`] does everything in one call.
pub struct PendingCheck {
    examined: Examined,
    metadata: Metadata,
    store: StoreFound,
    credentials: Option<Credentials>,
    sha256: Whole,
}

/// State of a manifest store that has no credentials to judge.
enum StoreFound {
    Readable,
    Unreadable(String),
}

impl StoreFound {
    fn without_credentials(&self) -> (Provenance, Value) {
        let provenance = match self {
            Self::Readable => Provenance::default(),
            Self::Unreadable(why) => {
                Provenance { integrity: Integrity::Unreadable, error: Some(why.clone()), ..Provenance::default() }
            }
        };
        (provenance, Value::Null)
    }
}

/// The SHA-256 of the whole file.
enum Whole {
    Hashing(Sha256),
    Known([u8; 32]),
}

impl PendingCheck {
    /// Performs all steps except the pass over the file. Calls `on_phase` when a step begins. `pixels` decodes images:
    /// [`look_here`], or a function that calls another module, in which case this module contains no decoder.
    ///
    /// # Errors
    /// See [`CheckError`].
    pub fn open<R: Read + Seek + Send>(
        source: &mut R,
        request: &CheckRequest,
        on_phase: &mut dyn FnMut(Phase),
        pixels: PixelReader<'_>,
    ) -> Result<Self, CheckError> {
        let total = source.seek(SeekFrom::End(0))?;
        if total == 0 {
            return Err(CheckError::Empty);
        }
        on_phase(Phase::Reading);
        let format = sniff_as(source, request)?.ok_or(CheckError::Unsupported)?;
        let mut metadata = labeler_media::read_metadata(source, format, &request.limits)?;
        // A report contains the values of a packet, not its text.
        metadata.xmp.iter_mut().for_each(|packet| packet.raw = String::new());
        if let Some(declared) = &request.declared_mime
            && !declared_type_agrees(declared, format)
        {
            metadata.warnings.push(Warning {
                // The content decides the file type, so a wrong name does not prevent any reading.
                kind: WarningKind::Misplaced,
                message: format!("The file was declared as {declared}, but its content is {}.", format.mime()),
                location: None,
            });
        }
        let store = labeler_media::manifest_store(source, format, &request.limits);

        on_phase(Phase::Validating);
        let mut lists = vec![trust::c2pa(), trust::interim()];
        lists.extend(request.own_lists.iter().cloned());
        let credentials = match &store {
            Ok(Some(store)) => Some(Credentials::open(source, format, store, &lists).map_err(|error| match error {
                ReadError::Io(error) => CheckError::Io(error),
                ReadError::Settings(what) => CheckError::Internal(what),
            })?),
            Ok(None) | Err(_) => None,
        };
        let store = store.map_or_else(|error| StoreFound::Unreadable(error.to_string()), |_| StoreFound::Readable);

        on_phase(Phase::Probing);
        let manifests = credentials.as_ref().map(Credentials::manifests).unwrap_or_default();
        let labels = evidence::label_search(&metadata, manifests, request.earlier.as_ref());
        let effort = Effort { max_pixels: request.max_pixels, search: request.search, keys: &request.watermark_keys };
        let pixels = pixels::look(source, format, total, effort, &labels, pixels)?;
        if let Some(damage) = &pixels.damage {
            metadata.warnings.push(Warning {
                kind: WarningKind::Damaged,
                message: format!("The picture is damaged: {}.", damage.trim_end_matches('.')),
                location: None,
            });
        }
        let lists = lists.into_iter().map(|list| list.info).collect();
        let text = labeler_media::read_text(source, format, &request.limits)?;
        let examined = Examined { request: request.clone(), format, total, lists, pixels, text };
        Ok(Self { examined, metadata, store, credentials, sha256: Whole::Hashing(Sha256::new()) })
    }

    /// Returns the preliminary report, without `sha256`. Credentials that depend on the file's bytes are
    /// [`Integrity::Unverified`].
    #[must_use]
    pub fn structure(&self) -> CheckerReport {
        let known = self.credentials.as_ref().map(Credentials::preview);
        let (c2pa, crjson) = known.unwrap_or_else(|| self.store.without_credentials());
        self.examined.checked(self.metadata.clone(), Credited { c2pa, crjson, sha256: None }).report
    }

    /// Sets the SHA-256 of the whole file, if the caller has a faster way to compute it. The pass is then needed only
    /// for the hard binding; returns whether the hard binding still needs the file's bytes.
    pub fn take_sha256(&mut self, digest: [u8; 32]) -> bool {
        self.sha256 = Whole::Known(digest);
        self.binding().is_some_and(|binding| binding.is_open())
    }

    /// Returns the byte ranges of the hard binding if it is a single hash over bytes of the file.
    pub fn bound_ranges(&self) -> Option<HashedRanges> {
        let binding = self.credentials.as_ref().and_then(|credentials| credentials.binding.as_ref())?;
        let HashedRanges { algorithm, ranges } = binding.ranges()?;
        let inside = |at: u64| at.min(self.examined.total);
        Some(HashedRanges { algorithm, ranges: ranges.iter().map(|r| inside(r.start)..inside(r.end)).collect() })
    }

    /// Sets the hash of [`PendingCheck::bound_ranges`], if the caller has a faster way to compute it.
    pub fn take_bound_hash(&mut self, digest: &[u8]) {
        let total = self.examined.total;
        if let Some(binding) = self.binding() {
            binding.settle(digest, total);
        }
    }

    fn binding(&mut self) -> Option<&mut BindingPass> {
        self.credentials.as_mut().and_then(|credentials| credentials.binding.as_mut())
    }

    /// Processes the next bytes of the file.
    pub fn update(&mut self, block: &[u8]) {
        if let Whole::Hashing(hasher) = &mut self.sha256 {
            hasher.update(block);
        }
        if let Some(binding) = self.binding() {
            binding.update(block);
        }
    }

    /// Returns the report. Call this after the last bytes.
    #[must_use]
    pub fn finish(self) -> CheckerReport {
        self.finish_with_facts().report
    }

    /// Returns the report and its facts. Call this after the last bytes.
    #[must_use]
    pub fn finish_with_facts(self) -> Checked {
        let (examined, metadata, credited) = self.settle();
        examined.checked(metadata, credited)
    }

    fn settle(self) -> (Examined, Metadata, Credited) {
        let Self { examined, metadata, store, credentials, sha256 } = self;
        let digest = match sha256 {
            Whole::Hashing(hasher) => hasher.finalize().into(),
            Whole::Known(digest) => digest,
        };
        let (c2pa, crjson) = credentials.map_or_else(|| store.without_credentials(), Credentials::finish);
        (examined, metadata, Credited { c2pa, crjson, sha256: Some(hex::encode(digest)) })
    }
}

/// Adds the generators that the credentials name to the metadata.
fn with_generators(mut metadata: Metadata, c2pa: &Provenance) -> Metadata {
    if let Some(store) = metadata.c2pa.first() {
        let named = generators::in_credentials(c2pa, &store.location);
        metadata.generators.extend(named);
    }
    metadata
}

/// Results that depend on the hash of the file.
struct Credited {
    c2pa: Provenance,
    crjson: Value,
    sha256: Option<String>,
}

/// Results that are the same in the preliminary and the final report.
struct Examined {
    request: CheckRequest,
    format: Format,
    total: u64,
    lists: Vec<TrustListInfo>,
    pixels: Findings,
    text: Option<TextBody>,
}

impl Examined {
    fn context(&self) -> Context {
        self.request.context.clone().unwrap_or_else(|| Context::new(self.request.now.date()))
    }

    fn evidence(&self, metadata: &Metadata, c2pa: &Provenance, crjson: &Value) -> Evidence {
        let mut evidence = evidence::gather(evidence::Found {
            format: self.format,
            metadata,
            provenance: c2pa,
            crjson,
            lists: &self.lists,
            pixels: &self.pixels,
            text: self.text.as_ref(),
        });
        if let Some(earlier) = &self.request.earlier {
            let chain: Vec<_> = c2pa.manifests.iter().map(|m| m.label.clone()).collect();
            evidence.comparison = Some(compare::compare(earlier, &evidence, &chain, &self.pixels));
        }
        evidence
    }

    /// Builds the report. `metadata` is the file's own.
    fn checked(&self, metadata: Metadata, credited: Credited) -> Checked {
        let Credited { c2pa, crjson, sha256 } = credited;
        let request = &self.request;
        let context = self.context();
        let metadata = with_generators(metadata, &c2pa);
        let evidence = self.evidence(&metadata, &c2pa, &crjson);
        let judged = judge(&evidence, &context, &request.law, request.language);
        let watermark = marks(&evidence, &self.pixels);
        let (c2pa_name, c2pa_version) = engine_version();
        let report = CheckerReport {
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
                rules: judged.rule_set,
                trust_lists: self.lists.iter().cloned().chain([trust::time_stamping()]).collect(),
            },
            language: judged.language.to_owned(),
            context,
            ai: judged.ai,
            signals: judged.signals,
            verdicts: judged.verdicts,
            notes: judged.notes,
            questions: judged.questions,
            comparison: evidence.comparison.clone(),
            watermark,
            rubrics: rubrics::evaluate(&crjson),
            c2pa,
            iptc: metadata.iptc,
            metadata: MetadataReport { xmp: metadata.xmp, exif: metadata.exif, iim: metadata.iim, text: metadata.text },
            aigc: metadata.aigc,
            generators: metadata.generators,
            warnings: metadata.warnings,
        };
        Checked { report, evidence, law: request.law.clone(), language: request.language }
    }
}

fn sniff<R: Read + Seek>(source: &mut R) -> Result<Option<Format>, CheckError> {
    source.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(SNIFF_LENGTH);
    source.by_ref().take(SNIFF_LENGTH as u64).read_to_end(&mut head)?;
    Ok(labeler_media::sniff(&head))
}

/// Detects the format from the content. Text has no signature, and images, programs and tables can also be written as
/// text. Therefore the name or the declared type counts for text only: it must name a text format or be absent.
fn sniff_as<R: Read + Seek>(source: &mut R, request: &CheckRequest) -> Result<Option<Format>, CheckError> {
    if let Some(format) = sniff(source)? {
        return Ok(Some(format));
    }
    let ending = request.filename.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    let declared = request.declared_mime.as_deref().filter(|declared| *declared != "application/octet-stream");
    let named = match (ending.map(str::to_ascii_lowercase).as_deref(), declared) {
        (Some("md" | "markdown"), _) => Some(Format::Markdown),
        (Some("txt" | "text"), _) | (None, None) => Some(Format::Text),
        (_, Some(declared)) => Format::from_mime(declared),
        (Some(_), None) => None,
    };
    let Some(format @ (Format::Text | Format::Markdown)) = named else { return Ok(None) };
    source.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(SNIFF_LENGTH);
    source.by_ref().take(SNIFF_LENGTH as u64).read_to_end(&mut head)?;
    Ok(labeler_media::is_plain_text(&head).then_some(format))
}

/// Returns whether a declared MIME type fits the content: it names the same format, another format with the same
/// container, or no particular format.
pub fn declared_type_agrees(declared: &str, found: Format) -> bool {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence.is_empty() || essence == "application/octet-stream" {
        return true;
    }
    match Format::from_mime(&essence) {
        Some(format) => format == found || family(format) == family(found),
        // A text format that cannot be detected from the content.
        None => found == Format::Text && essence.starts_with("text/"),
    }
}

/// Maps formats that share a container to one of them, because senders often confuse their names.
fn family(format: Format) -> Format {
    match format {
        Format::Heif | Format::Heic => Format::Heic,
        Format::Mp4 | Format::Mov | Format::M4a => Format::Mp4,
        Format::Matroska | Format::Webm => Format::Matroska,
        Format::Text | Format::Markdown => Format::Text,
        other => other,
    }
}

fn component(name: &str, version: &str) -> Component {
    Component { name: name.to_owned(), version: version.to_owned() }
}

/// Formats the time as RFC 3339 in UTC with milliseconds, as in the whole API.
fn timestamp(now: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    now.to_offset(time::UtcOffset::UTC).format(&format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_declared_types_by_meaning() {
        assert!(declared_type_agrees("image/jpeg", Format::Jpeg));
        assert!(declared_type_agrees("IMAGE/JPEG; charset=binary", Format::Jpeg));
        assert!(declared_type_agrees("image/heif", Format::Heic));
        assert!(declared_type_agrees("application/octet-stream", Format::Png));
        assert!(!declared_type_agrees("image/png", Format::Jpeg));
        assert!(!declared_type_agrees("text/html", Format::Jpeg));
    }
}
