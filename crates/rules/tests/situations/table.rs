//! Types for the vocabulary of the table `tests/situations.toml`. Parsing reports unknown keys and words by name.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::value::{Date, Datetime};
use toml::{Table, Value};

/// The table as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Document {
    totals: Totals,
    situation: Vec<RawSituation>,
}

/// Expected totals of the table, which detect lost entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Totals {
    pub situations: usize,
    pub cases: usize,
    pub verdicts: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSituation {
    id: String,
    title: String,
    why: String,
    clause: String,
    basis: String,
    #[serde(default)]
    #[allow(dead_code)]
    audit: Option<String>,
    day: Option<Datetime>,
    #[serde(default)]
    file: Table,
    #[serde(default)]
    answers: Table,
    case: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawCase {
    id: Option<String>,
    words: Option<String>,
    day: Option<Datetime>,
    #[serde(default)]
    file: Table,
    #[serde(default)]
    answers: Table,
    #[serde(default)]
    variants: Vec<Variant>,
    expect: BTreeMap<String, Word>,
    rules: BTreeMap<String, Word>,
    #[serde(default)]
    standing: BTreeMap<String, StandingWord>,
    #[serde(default)]
    weight: BTreeMap<String, WeightWord>,
    #[serde(default)]
    says: BTreeMap<String, Words>,
    #[serde(default)]
    rule_says: BTreeMap<String, Words>,
    #[serde(default)]
    fix_says: BTreeMap<String, Words>,
    #[serde(default)]
    fix_order: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    never_says: BTreeMap<String, Words>,
    #[serde(default)]
    reports: Vec<String>,
    #[serde(default)]
    asks: Vec<String>,
    #[serde(default)]
    never_asks: Vec<String>,
    #[serde(default)]
    reaches: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Variant {
    #[serde(default)]
    file: Table,
    #[serde(default)]
    answers: Table,
}

/// One phrase, or several phrases of which at least one must occur.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Words {
    One(String),
    Any(Vec<String>),
}

impl Words {
    /// Returns the alternatives.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(word) => std::slice::from_ref(word),
            Self::Any(words) => words,
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
        pub enum $name {
            $(#[serde(rename = $text)] $variant,)*
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(match self { $(Self::$variant => $text,)* })
            }
        }
    };
}

words! {
    /// A verdict or an outcome.
    Word { Pass = "pass", Fail = "fail", Undetermined = "undetermined", NotApplicable = "not applicable" }
}
words! {
    /// The standing of a piece of evidence.
    StandingWord {
        Verified = "verified",
        Intact = "intact",
        Seen = "seen",
        StatedUnsigned = "statedUnsigned",
        StatedByYou = "statedByYou",
    }
}
words! {
    /// How a rule weighs.
    WeightWord { Required = "required", Recommended = "recommended", Informational = "informational" }
}
words! {
    /// Yes or no.
    YesNo { Yes = "yes", No = "no" }
}
words! {
    /// Whether AI made the content, and how.
    MadeByAi { Yes = "yes", No = "no", Created = "created", Altered = "altered" }
}
words! {
    /// Whose duties are judged.
    RoleWord {
        Provider = "provider",
        Deployer = "deployer",
        Platform = "platform",
        HostingPlatform = "hosting platform",
        CaptureDeviceMaker = "maker of capture devices",
    }
}
words! {
    /// The kind of file.
    Kind {
        Png = "png",
        Jpeg = "jpeg",
        Webp = "webp",
        Gif = "gif",
        Tiff = "tiff",
        Mp4 = "mp4",
        Mp3 = "mp3",
        Wav = "wav",
        Txt = "txt",
        Markdown = "markdown",
        Docx = "docx",
        Pdf = "pdf",
        UnreadDrawing = "unread drawing",
    }
}
words! {
    /// How completely the file could be read.
    ReadWord { Complete = "complete", CutShort = "cut short" }
}
words! {
    /// The signer.
    SignerWord {
        Listed = "on the C2PA trust list",
        Unlisted = "from an unlisted authority",
        SelfSigned = "self-signed",
        Test = "with a test certificate",
        Development = "with a development certificate",
    }
}
words! {
    /// Whether hashes and signature are valid.
    SignatureWord { Holds = "holds", Broken = "broken" }
}
words! {
    /// Validity of the certificate on the day of the check.
    CertificateWord { Valid = "valid", Expired = "expired", NotYetValid = "not yet valid" }
}
words! {
    /// Location of the manifest.
    StorageWord { File = "file", Sidecar = "sidecar" }
}
words! {
    /// How an ingredient relates to the asset.
    RelationWord { Parent = "parent", Component = "component", Input = "input" }
}
words! {
    /// The layer that an assertion states.
    MarkWord { Watermark = "watermark", VisibleLabel = "visible label" }
}
words! {
    /// Position of a label in an image.
    PlaceWord { Corner = "corner", Edge = "edge", Inside = "inside" }
}
words! {
    /// Time at which a label is perceived, or its position in a text.
    MomentWord { Start = "start", Middle = "middle", End = "end", Throughout = "throughout" }
}
words! {
    /// A search that found nothing.
    NothingFound { NothingFound = "nothing found" }
}
words! {
    /// The error in the code in `ContentProducer`.
    CodeWord { CheckDigit = "wrong check digit", Length = "wrong length" }
}
words! {
    /// How a mark of the earlier version changed.
    ChangeWord { Removed = "removed", Changed = "changed", Kept = "kept" }
}

/// Contents of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FileWords {
    pub kind: Kind,
    /// Used where a real file is built. The name never decides a verdict.
    #[allow(dead_code)]
    pub name: Option<String>,
    pub read: Option<ReadWord>,
    pub xmp_source_type: Option<String>,
    #[serde(default)]
    pub text_chunks: BTreeMap<String, String>,
    #[serde(default)]
    pub person_fields: BTreeMap<String, String>,
    pub camera: Option<String>,
    pub exif_taken: Option<String>,
    pub provenance_reference: Option<String>,
    pub link: Option<LinkWords>,
    #[serde(default)]
    pub aigc: Vec<AigcWords>,
    pub signer: Option<SignerWord>,
    pub signer_name: Option<String>,
    pub claim_generator: Option<String>,
    pub names_provider: Option<String>,
    pub signature: Option<SignatureWord>,
    pub certificate: Option<CertificateWord>,
    pub time_stamp: Option<Value>,
    pub manifest_in: Option<StorageWord>,
    #[serde(default)]
    pub actions: Vec<ActionWords>,
    #[serde(default)]
    pub ingredients: Vec<IngredientWords>,
    pub soft_binding: Option<String>,
    #[serde(default)]
    pub stated_marks: Vec<StatedMarkWords>,
    pub watermark_read: Option<String>,
    pub visible_label: Option<VisibleLabelWords>,
    pub audible_label: Option<AudibleLabelWords>,
    pub text_label: Option<TextLabelWords>,
    pub before: Option<BeforeWords>,
}

/// A link to provenance data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LinkWords {
    pub url: String,
    #[serde(default)]
    pub fetched: bool,
    #[serde(default)]
    pub identifies_this_file: bool,
}

/// An AIGC label, as differences from a complete one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AigcWords {
    pub place: String,
    #[serde(default)]
    pub encoded_twice: bool,
    #[serde(default)]
    pub no_json: bool,
    /// Missing keys.
    #[serde(default)]
    pub without: Vec<String>,
    /// Keys whose value is a JSON number.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Keys that the standard does not define.
    #[serde(default)]
    pub further: BTreeMap<String, String>,
    /// XMP namespace, if it differs from the guide's.
    pub namespace: Option<String>,
    /// The error in the provider's code: a wrong check digit or a wrong length.
    pub code: Option<CodeWord>,
    #[serde(rename = "Label")]
    pub label: Option<String>,
    #[serde(rename = "ContentProducer")]
    pub content_producer: Option<String>,
    #[serde(rename = "ProduceID")]
    pub produce_id: Option<String>,
    #[serde(rename = "ReservedCode1")]
    pub reserved_code_1: Option<String>,
    #[serde(rename = "ContentPropagator")]
    pub content_propagator: Option<String>,
    #[serde(rename = "PropagateID")]
    pub propagate_id: Option<String>,
    #[serde(rename = "ReservedCode2")]
    pub reserved_code_2: Option<String>,
}

impl AigcWords {
    /// Returns the seven fields in the order of Annex E: a complete label with the given fields replaced.
    pub fn fields(&self) -> [(&'static str, String); 7] {
        const PRODUCER: &str = "001191110102MACQD9K64010000";
        const NUMBER: &str = "a7f3-0001";
        let or = |given: &Option<String>, usual: &str| given.clone().unwrap_or_else(|| usual.to_owned());
        let mut producer = or(&self.content_producer, PRODUCER);
        if self.code == Some(CodeWord::CheckDigit) {
            // Changes one digit of the company's code.
            producer = producer.replace("9K64", "9K65");
        }
        [
            ("Label", or(&self.label, "1")),
            ("ContentProducer", producer),
            ("ProduceID", or(&self.produce_id, NUMBER)),
            ("ReservedCode1", or(&self.reserved_code_1, "")),
            ("ContentPropagator", or(&self.content_propagator, PRODUCER)),
            ("PropagateID", or(&self.propagate_id, NUMBER)),
            ("ReservedCode2", or(&self.reserved_code_2, "")),
        ]
    }
}

/// An action of the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ActionWords {
    pub action: String,
    pub source_type: Option<String>,
    pub system: Option<String>,
    pub version: Option<String>,
    pub when: Option<String>,
}

/// An ingredient with a manifest of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IngredientWords {
    pub relation: RelationWord,
    pub source_type: Option<String>,
    pub when: Option<String>,
    pub soft_binding: Option<String>,
}

/// A visible label or watermark that an assertion states.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StatedMarkWords {
    pub mark: MarkWord,
    #[serde(default)]
    pub pre_applied: bool,
    pub text: Option<String>,
}

/// A label that people see.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VisibleLabelWords {
    pub seen: Option<String>,
    pub looked: Option<NothingFound>,
    pub place: Option<PlaceWord>,
    pub ink_height: Option<f64>,
    pub from_second: Option<f64>,
    pub seconds: Option<f64>,
    pub moment: Option<MomentWord>,
}

/// A label that people hear.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AudibleLabelWords {
    pub heard: Option<String>,
    pub listened: Option<NothingFound>,
    pub moment: Option<MomentWord>,
}

/// A label that people read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TextLabelWords {
    pub read: Option<String>,
    pub read_through: Option<NothingFound>,
    pub place: Option<MomentWord>,
}

/// An earlier version of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BeforeWords {
    pub manifest: Option<ChangeWord>,
    pub aigc: Option<ChangeWord>,
    #[serde(default)]
    pub said_ai: bool,
}

/// The user's answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AnswerWords {
    pub role: Option<RoleWord>,
    pub made_by_ai: Option<MadeByAi>,
    pub created_on: Option<Datetime>,
    pub published_on: Option<Datetime>,
    pub distributed_on: Option<Datetime>,
    #[serde(rename = "on-eu-market-before-2-aug-2026")]
    pub on_eu_market_before: Option<YesNo>,
    pub provider_name: Option<String>,
    pub vendor_mark: Option<YesNo>,
    pub visible_label: Option<YesNo>,
    pub deep_fake: Option<YesNo>,
    pub artistic_or_satirical: Option<YesNo>,
    pub public_interest_text: Option<YesNo>,
    pub human_review: Option<YesNo>,
    pub editorial_responsibility: Option<YesNo>,
    pub signatory_of_the_code: Option<YesNo>,
    pub altered_only_slightly: Option<YesNo>,
    pub assistive_editing: Option<YesNo>,
    pub professional_use: Option<YesNo>,
    pub authorised_by_law: Option<YesNo>,
    #[serde(rename = "more-than-1-million-users")]
    pub more_than_1_million_users: Option<YesNo>,
    #[serde(rename = "more-than-2-million-users")]
    pub more_than_2_million_users: Option<YesNo>,
    pub minor_modification: Option<YesNo>,
    pub verification_tool_reads_it: Option<YesNo>,
    pub knowingly_removed: Option<YesNo>,
    #[serde(rename = "device-first-sold-since-2028")]
    pub device_first_sold_since_2028: Option<YesNo>,
    pub sold_to_businesses_only: Option<YesNo>,
    #[serde(rename = "article-17-1-service")]
    pub article_17_1_service: Option<YesNo>,
    pub unlabelled_copy_requested: Option<YesNo>,
    pub duties_in_user_agreement: Option<YesNo>,
    pub logs_kept_six_months: Option<YesNo>,
    pub declared_on_platform: Option<YesNo>,
    pub user_declared_it: Option<YesNo>,
    pub platform_found_traces: Option<YesNo>,
    pub notice_beside_post: Option<YesNo>,
    pub platform_is_producer: Option<YesNo>,
}

/// Expectation of a case.
#[derive(Clone, Debug)]
pub struct Expectation {
    pub verdicts: BTreeMap<String, Word>,
    pub rules: BTreeMap<String, Word>,
    pub standing: BTreeMap<String, StandingWord>,
    pub weight: BTreeMap<String, WeightWord>,
    pub says: BTreeMap<String, Words>,
    pub rule_says: BTreeMap<String, Words>,
    pub fix_says: BTreeMap<String, Words>,
    pub fix_order: BTreeMap<String, Vec<String>>,
    pub never_says: BTreeMap<String, Words>,
    pub reports: Vec<String>,
    pub asks: Vec<String>,
    pub never_asks: Vec<String>,
    /// Table rows in which rules end: `WA-01.none`, `common.ai.unknown`.
    pub reaches: Vec<String>,
}

/// One case, with the values of its situation already filled in.
#[derive(Clone, Debug)]
pub struct Case {
    /// `S-002(b)`, or `S-002` when the situation has one case.
    pub id: String,
    /// The distinguishing words of the case.
    pub words: String,
    /// The day of the check.
    pub day: Date,
    /// The file and the answers: the case itself, then its variants.
    pub inputs: Vec<(FileWords, AnswerWords)>,
    /// The expected result.
    pub expected: Expectation,
}

/// The whole table.
#[allow(dead_code)]
pub struct Situations {
    pub totals: Totals,
    pub ids: Vec<String>,
    pub cases: Vec<Case>,
}

/// The day of the check if the table does not give one.
const USUAL_DAY: Date = Date { year: 2026, month: 11, day: 29 };

/// Merges tables; later keys replace earlier ones.
fn merged(tables: &[&Table]) -> Table {
    tables.iter().flat_map(|table| table.iter().map(|(key, value)| (key.clone(), value.clone()))).collect()
}

fn typed<T: DeserializeOwned>(table: Table, of: &str, case: &str) -> Result<T, String> {
    T::deserialize(Value::Table(table)).map_err(|error| format!("{case}, `{of}`: {}", error.to_string().trim()))
}

/// Parses a date.
pub fn day(value: &Datetime) -> Result<Date, String> {
    value.date.ok_or_else(|| format!("`{value}` is not a day; write it as 2026-11-29"))
}

impl Situations {
    /// Parses the table.
    ///
    /// # Errors
    /// If a key or word is unknown. The message names the case and the key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Document = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut cases = Vec::new();
        for situation in &document.situation {
            for words in [&situation.id, &situation.title, &situation.why, &situation.clause, &situation.basis] {
                if words.trim().is_empty() {
                    return Err(format!("{} has an empty title, reason, clause or basis", situation.id));
                }
            }
            for (number, case) in situation.case.iter().enumerate() {
                let id = match (&case.id, situation.case.len()) {
                    (Some(letter), _) => format!("{}({letter})", situation.id),
                    (None, 1) => situation.id.clone(),
                    (None, _) => format!("{}({})", situation.id, number + 1),
                };
                let none = Variant { file: Table::new(), answers: Table::new() };
                let mut inputs = Vec::new();
                for variant in std::iter::once(&none).chain(&case.variants) {
                    let file = merged(&[&situation.file, &case.file, &variant.file]);
                    let answers = merged(&[&situation.answers, &case.answers, &variant.answers]);
                    inputs.push((typed(file, "file", &id)?, typed(answers, "answers", &id)?));
                }
                let written = case.day.as_ref().or(situation.day.as_ref());
                cases.push(Case {
                    day: written.map_or(Ok(USUAL_DAY), day)?,
                    words: case.words.clone().unwrap_or_else(|| situation.title.clone()),
                    id,
                    inputs,
                    expected: Expectation {
                        verdicts: case.expect.clone(),
                        rules: case.rules.clone(),
                        standing: case.standing.clone(),
                        weight: case.weight.clone(),
                        says: case.says.clone(),
                        rule_says: case.rule_says.clone(),
                        fix_says: case.fix_says.clone(),
                        fix_order: case.fix_order.clone(),
                        never_says: case.never_says.clone(),
                        reports: case.reports.clone(),
                        asks: case.asks.clone(),
                        never_asks: case.never_asks.clone(),
                        reaches: case.reaches.clone(),
                    },
                });
            }
        }
        let ids = document.situation.into_iter().map(|situation| situation.id).collect();
        Ok(Self { totals: document.totals, ids, cases })
    }
}
