//! Runs a check.

use std::io::{Read, Seek, SeekFrom};

use labeler_media::{
    Format, Limits, ManifestStore, MediaError, Metadata, SNIFF_LENGTH, TextBody, Warning, WarningKind, to_hex,
};
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
    /// How thoroughly our own watermark is searched for.
    pub search: Search,
    /// Keys whose watermarks are read beside the public one.
    pub watermark_keys: Vec<Key>,
    /// An earlier version of the file, to tell what became of its marks.
    pub earlier: Option<EarlierVersion>,
    /// What reading the file may cost.
    pub limits: Limits,
    /// The law packs that judge.
    pub law: Law,
    /// The language of the report's sentences.
    pub language: Language,
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
            search: Search::default(),
            watermark_keys: Vec::new(),
            earlier: None,
            limits: Limits::new(),
            law: Law::default(),
            language: Language::default(),
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
}

/// Checks a file: [`Begun`] and its pass over the file in one call, with the decoders of this build.
///
/// # Errors
/// See [`CheckError`].
pub fn check<R: Read + Seek + Send>(source: &mut R, request: &CheckRequest) -> Result<CheckerReport, CheckError> {
    Ok(whole(source, request, &mut look_here)?.finish())
}

/// Checks a file as [`check`] does, and keeps the facts: for callers that judge again under other answers. `pixels` as
/// for [`Begun::open`].
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
) -> Result<Begun, CheckError> {
    let mut begun = Begun::open(source, request, &mut |_| {}, pixels)?;
    source.seek(SeekFrom::Start(0))?;
    labeler_media::read_blocks(source, |block| begun.update(block))?;
    Ok(begun)
}

/// Gathers the facts about a file without judging them, for callers that judge the same file several times: under other
/// answers, by other rules.
///
/// # Errors
/// See [`CheckError`].
pub fn evidence<R: Read + Seek + Send>(source: &mut R, request: &CheckRequest) -> Result<Evidence, CheckError> {
    let (examined, metadata, last) = whole(source, request, &mut look_here)?.settle();
    Ok(examined.evidence(&with_generators(metadata, &last.c2pa), &last.c2pa, &last.crjson))
}

/// Reads the marks of an earlier version, for [`CheckRequest::earlier`]. `pixels` as for [`Begun::open`].
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

/// The C2PA manifest store of a file, for whoever wants more of it than the report says.
///
/// # Errors
/// See [`CheckError`].
pub fn manifest_store<R: Read + Seek>(source: &mut R) -> Result<Option<ManifestStore>, CheckError> {
    let format = sniff(source)?.ok_or(CheckError::Unsupported)?;
    Ok(labeler_media::manifest_store(source, format, &Limits::default())?)
}

/// A check whose structural part is done. What is left is one pass over the file, whose bytes the caller brings: all of
/// them, in order. For callers that read their source otherwise than by [`Read`]; [`check`] is all of it in one call.
pub struct Begun {
    examined: Examined,
    metadata: Metadata,
    store: StoreFound,
    credentials: Option<Credentials>,
    sha256: Whole,
}

/// What became of the manifest store when there are no credentials to judge.
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

impl Begun {
    /// Does everything but the pass over the file. `on_phase` is told of each step as it begins. `pixels` decodes
    /// pictures: [`look_here`], or a module elsewhere, and then this one contains no decoder.
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
        // A report holds the values of a packet, not its text.
        metadata.xmp.iter_mut().for_each(|packet| packet.raw = String::new());
        if let Some(declared) = &request.declared_mime
            && !declared_type_agrees(declared, format)
        {
            metadata.warnings.push(Warning {
                // The content decides what a file is; a wrong name leaves nothing unread.
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

    /// The report as far as it is known: without `sha256`, and the credentials are [`Integrity::Unverified`] where they
    /// depend on the file's bytes.
    #[must_use]
    pub fn structure(&self) -> CheckerReport {
        let known = self.credentials.as_ref().map(Credentials::preview);
        let (c2pa, crjson) = known.unwrap_or_else(|| self.store.without_credentials());
        self.examined.checked(self.metadata.clone(), Credited { c2pa, crjson, sha256: None }).report
    }

    /// Takes the SHA-256 of the whole file from somebody who hashes faster. The pass is then for the hard binding alone;
    /// says whether that still wants the file's bytes.
    pub fn take_sha256(&mut self, digest: [u8; 32]) -> bool {
        self.sha256 = Whole::Known(digest);
        self.binding().is_some_and(|binding| binding.is_open())
    }

    /// The bytes that the hard binding hashes, where one hash over bytes of the file is all of it.
    pub fn bound_ranges(&self) -> Option<HashedRanges> {
        let binding = self.credentials.as_ref().and_then(|credentials| credentials.binding.as_ref())?;
        let HashedRanges { algorithm, ranges } = binding.ranges()?;
        let inside = |at: u64| at.min(self.examined.total);
        Some(HashedRanges { algorithm, ranges: ranges.iter().map(|r| inside(r.start)..inside(r.end)).collect() })
    }

    /// Takes the hash of [`Begun::bound_ranges`] from somebody who hashes faster.
    pub fn take_bound_hash(&mut self, digest: &[u8]) {
        let total = self.examined.total;
        if let Some(binding) = self.binding() {
            binding.settle(digest, total);
        }
    }

    fn binding(&mut self) -> Option<&mut BindingPass> {
        self.credentials.as_mut().and_then(|credentials| credentials.binding.as_mut())
    }

    /// The next bytes of the file.
    pub fn update(&mut self, block: &[u8]) {
        if let Whole::Hashing(hasher) = &mut self.sha256 {
            hasher.update(block);
        }
        if let Some(binding) = self.binding() {
            binding.update(block);
        }
    }

    /// The report, after the last bytes.
    #[must_use]
    pub fn finish(self) -> CheckerReport {
        self.finish_with_facts().report
    }

    /// The report and the facts that it rests on, after the last bytes.
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
        (examined, metadata, Credited { c2pa, crjson, sha256: Some(to_hex(&digest)) })
    }
}

/// What the file says, with the generators that its credentials name.
fn with_generators(mut metadata: Metadata, c2pa: &Provenance) -> Metadata {
    if let Some(store) = metadata.c2pa.first() {
        let named = generators::in_credentials(c2pa, &store.location);
        metadata.generators.extend(named);
    }
    metadata
}

/// What depends on the hash of the file.
struct Credited {
    c2pa: Provenance,
    crjson: Value,
    sha256: Option<String>,
}

/// What does not change between the two steps of a report.
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

    /// `metadata` is the file's own.
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

/// The format by content. Text has no signature of its own, and pictures, programs and tables are written as text too, so
/// here alone the name or the declared type counts: it must name a text, or there must be none.
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

/// Whether a declared MIME type fits the content: it names the same format, a sibling that shares the container, or
/// nothing in particular.
pub fn declared_type_agrees(declared: &str, found: Format) -> bool {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence.is_empty() || essence == "application/octet-stream" {
        return true;
    }
    match Format::from_mime(&essence) {
        Some(format) => format == found || family(format) == family(found),
        // A text format that is not known by its content.
        None => found == Format::Text && essence.starts_with("text/"),
    }
}

/// Formats that one container serves, so that senders mix their names up in good faith.
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
