// Generated from web/public/schema/checker-report-1.json: `npm run types` in web/ writes it anew.

/**
 * Kind of content that a format carries.
 */
export type Modality = 'image' | 'video' | 'audio' | 'document';
/**
 * Role whose duties are judged. The report contains the answered role.
 */
export type Role = 'provider' | 'deployer' | 'platform' | 'hostingPlatform' | 'captureDeviceMaker';
/**
 * Answer to a question.
 */
export type Answer = 'yes' | 'no' | 'unknown';
/**
 * How AI was involved in the content.
 */
export type AiInvolvement = 'created' | 'altered' | 'unknown';
/**
 * Body of law, judged separately.
 */
export type Region =
  | 'eu'
  | 'california'
  | 'china'
  | 'washington'
  | 'utah'
  | 'connecticut'
  | 'kazakhstan'
  | 'vietnam'
  | 'india'
  | 'korea'
  | 'newYork';
/**
 * Whether any statement says that AI made or altered the content.
 */
export type AiClaimState = 'none' | 'possible' | 'claimed';
/**
 * Reliability of a piece of evidence, weakest first.
 */
export type Standing = 'statedByYou' | 'statedUnsigned' | 'intact' | 'seen' | 'verified';
/**
 * Presence of a signal.
 */
export type SignalState = 'found' | 'absent' | 'unknown';
/**
 * The verdict of a region.
 */
export type Verdict = 'pass' | 'fail' | 'undetermined' | 'notApplicable';
/**
 * The act whose day decides which law applies.
 */
export type AttachesTo = 'creation' | 'publication' | 'distribution';
/**
 * Source of the day whose law applies.
 */
export type DaySource = 'timeStamp' | 'answer' | 'check';
/**
 * Weight of a rule in the region's verdict.
 */
export type Severity = 'required' | 'recommended' | 'informational';
/**
 * Outcome of a rule for a file.
 */
export type Outcome = 'pass' | 'fail' | 'undetermined' | 'notApplicable';
/**
 * The form of an answer.
 */
export type QuestionKind = 'yes-no' | 'day';
/**
 * A layer of marking.
 */
export type MarkLayer = 'c2pa' | 'sourceType' | 'aigc' | 'invisibleMark' | 'visibleLabel';
/**
 * Change of a layer between the earlier version and this one.
 */
export type LayerChange = 'kept' | 'added' | 'changed' | 'removed' | 'broken' | 'unknown';
/**
 * Whether credential and asset are unchanged since signing.
 */
export type Integrity = 'none' | 'intact' | 'unverified' | 'broken' | 'unreadable';
/**
 * Validity of the certificate at the time of the trusted time stamp, or now if there is none.
 */
export type CertificateTime = 'unknown' | 'in_time' | 'expired' | 'not_yet_valid';
/**
 * The form in which a file names a term. XMP shall hold [`Self::Http`]; the others are understood.
 */
export type DigitalSourceTypeForm = 'http' | 'https' | 'variant' | 'qcode' | 'bare' | 'schema_org' | 'unknown';
/**
 * Kind of field that a text entry was read from.
 */
export type TextKind =
  | 'pngText'
  | 'jpegComment'
  | 'jpegSegment'
  | 'gifComment'
  | 'id3'
  | 'riffInfo'
  | 'riffChunk'
  | 'mp4'
  | 'vorbis'
  | 'matroska'
  | 'pdfInfo'
  | 'samsungTrailer'
  | 'svg'
  | 'flv'
  | 'documentProperty'
  | 'frontMatter';
/**
 * Kind of field that holds a label.
 */
export type AigcCarrier =
  | 'xmp'
  | 'xmpOther'
  | 'exifUserComment'
  | 'exifOther'
  | 'pngText'
  | 'jpegSegment'
  | 'gifComment'
  | 'mp4'
  | 'id3'
  | 'riffInfo'
  | 'riffChunk'
  | 'vorbisComment'
  | 'matroskaTag'
  | 'pdfInfo'
  | 'flv'
  | 'documentProperty'
  | 'frontMatter'
  | 'other';
/**
 * Shape of a label's value.
 */
export type AigcShape = 'bare' | 'wrapped' | 'doubleEncoded' | 'nonStandard' | 'notJson';
/**
 * Meaning of `Label` (Annex E c).
 */
export type AigcMeaning = 'is' | 'mayBe' | 'suspected';
/**
 * Content of a provider field: `001` + `1` + 18-character unified social credit code + 5-character suffix, or a name
 * (provider coding rules guide of 2025-03-14).
 */
export type CodeCheck =
  | {
      kind: 'absent';
    }
  | {
      kind: 'name';
    }
  | {
      kind: 'valid';
      /**
       * The unified social credit code in it.
       */
      uscc: string;
      /**
       * The provider's suffix.
       */
      suffix: string;
    }
  | {
      kind: 'malformed';
      /**
       * Problem of the code.
       */
      problem: CodeProblem;
    };
/**
 * Problem of a provider code.
 */
export type CodeProblem = 'structure' | 'length' | 'checkCharacter';
/**
 * Outcome of a check. The official evaluator uses `true`, `false` and `warning` for rubrics over the file, and lists
 * the present signals for rubrics over a manifest.
 */
export type RubricOutcome = 'pass' | 'fail' | 'warn' | 'present' | 'absent' | 'notApplicable' | 'error';
/**
 * Kind of a warning.
 */
export type WarningKind =
  'truncated' | 'trailingData' | 'malformed' | 'limit' | 'unread' | 'misplaced' | 'duplicate' | 'damaged';

/**
 * Report on a file: its statements about its origin, judged by several bodies of law.
 */
export interface CheckerReport {
  /**
   * Version of the report format, [`SCHEMA_VERSION`].
   */
  schemaVersion: number;
  /**
   * SHA-256 of the file in lower-case hexadecimal. Absent only while a large file is being hashed.
   */
  sha256: string | null;
  /**
   * Name of the file, if it was given.
   */
  filename: string | null;
  /**
   * MIME type, determined from the content.
   */
  mime: string;
  /**
   * Size in bytes.
   */
  sizeBytes: number;
  /**
   * Image, video, audio or document.
   */
  modality: Modality;
  /**
   * Time of the check in RFC 3339 format with milliseconds, UTC.
   */
  createdAt: string;
  /**
   * Engines, rules and trust lists with their versions and dates.
   */
  engine: EngineInfo;
  /**
   * BCP 47 tag of the language of the sentences. Keys, ids and parameters do not depend on it.
   */
  language: string;
  /**
   * Circumstances that the judgement assumed.
   */
  context: Context;
  /**
   * Whether any statement says that AI made or altered the content.
   */
  ai: AiClaim;
  /**
   * Signals that each region looks for, with the findings.
   */
  signals: {
    [k: string]: {
      [k: string]: Signal;
    };
  };
  /**
   * One verdict per region, with every rule.
   */
  verdicts: {
    [k: string]: RegionVerdict;
  };
  /**
   * Limits of the judgement as a whole.
   */
  notes: Message[];
  /**
   * Questions whose answers would settle open rules, starting with the one that settles most.
   */
  questions?: Question[];
  /**
   * Comparison with the marks of an earlier version, if one was given.
   */
  comparison?: Comparison;
  /**
   * Content Credentials.
   */
  c2pa: Provenance;
  /**
   * IPTC and XMP statements about the origin.
   */
  iptc: IptcSummary;
  /**
   * Metadata of the file.
   */
  metadata: MetadataReport;
  /**
   * AIGC labels found in the file (GB 45438-2025).
   */
  aigc: AigcSite[];
  /**
   * Traces of known generators outside C2PA.
   */
  generators: GeneratorTrace[];
  /**
   * Outcomes of C2PA's official rubrics; empty for a file without readable credentials.
   */
  rubrics: RubricOutcomes[];
  /**
   * Watermarks: decoded, declared, or not checkable.
   */
  watermark: WatermarkReport;
  /**
   * Parts of the file that could not be read or look wrong.
   */
  warnings: Warning[];
}
/**
 * Names and versions of all components that verdicts depend on.
 */
export interface EngineInfo {
  /**
   * This software.
   */
  labeler: Component;
  /**
   * The C2PA engine.
   */
  c2pa: Component;
  /**
   * The rule set.
   */
  rules: RuleSet;
  /**
   * Trust lists consulted for claim signers, in order, followed by the list for time stamps.
   */
  trustLists: TrustListInfo[];
}
/**
 * A named version.
 */
export interface Component {
  /**
   * Name.
   */
  name: string;
  /**
   * Version.
   */
  version: string;
}
/**
 * Versions of the rules that judged.
 */
export interface RuleSet {
  /**
   * Version of the rule set.
   */
  version: string;
  /**
   * The day up to which changes of the law are included.
   */
  date: string;
  /**
   * The law packs that judged.
   */
  packs?: PackInfo[];
}
/**
 * One law pack.
 */
export interface PackInfo {
  /**
   * ID of the pack: `eu`, `us-ca`, ….
   */
  id: string;
  /**
   * Version of the pack.
   */
  version: string;
  /**
   * SHA-256 of the canonical JSON of the pack.
   */
  hash: string;
}
/**
 * Identification of a trust list in reports.
 */
export interface TrustListInfo {
  /**
   * Stable id, for example `c2pa`.
   */
  id: string;
  /**
   * Name for people.
   */
  name: string;
  /**
   * Date of issue or snapshot, ISO 8601 (`2026-09-24`).
   */
  date: string;
  /**
   * Place of publication.
   */
  source: string;
}
/**
 * Circumstances of a judgement. Only the date has no default, because this crate never reads a clock.
 *
 * Every question can be answered with *unknown*, which is the default and never counts as no. An answer is sufficient
 * for facts that no file can show. A watermark or label that is only stated in an answer stays open until it is found.
 */
export interface Context {
  /**
   * The day of the check, whose law applies where neither a trusted time stamp nor an answer gives another day.
   */
  asOf: string;
  /**
   * Role whose duties are judged.
   */
  role: Role;
  /**
   * Whether AI made or altered the content; the file's own statements count as well.
   */
  isAi: Answer;
  /**
   * Whether AI created or altered the content, if it was involved.
   */
  aiInvolvement?: AiInvolvement;
  /**
   * Day on which the content was created or last altered by AI.
   */
  createdOn?: string;
  /**
   * Day on which the content was first published.
   */
  publishedOn?: string;
  /**
   * Day on which a platform distributed the content.
   */
  distributedOn?: string;
  /**
   * Whether the AI system was on the EU market before 2 August 2026 (Article 111(4)).
   */
  placedOnMarketBefore: Answer;
  /**
   * Day on which the AI system was placed on the market. If given, it settles the previous question.
   */
  placedOnMarket?: string;
  /**
   * Name of the provider that the marks must contain.
   */
  provider?: string;
  /**
   * Whether the content is a deep fake (Article 3(60)).
   */
  deepFake: Answer;
  /**
   * Whether the provider or deployer signed the EU Code of Practice, which is voluntary.
   */
  signatory: Answer;
  /**
   * Whether there is a watermark, or a register of fingerprints or logs, by which the provider's own detector
   * recognises this output.
   */
  vendorWatermark: Answer;
  /**
   * Whether people see, hear or read a label, according to the answer.
   */
  visibleLabel: Answer;
  /**
   * Whether AI altered the input only slightly: the change is not substantial and leaves its meaning alone (Article 50(2),
   * third sentence).
   */
  alteredSlightly?: Answer;
  /**
   * Whether the AI system only assists with standard editing (Article 50(2), third sentence).
   */
  assistiveEditing?: Answer;
  /**
   * Whether the alteration is one of the eight minor modifications that section 22757.1(l) lists (California).
   */
  minorModification?: Answer;
  /**
   * Whether the deployer acts professionally. Personal use does not make a person a deployer (Article 3(4)).
   */
  deployerProfessional?: Answer;
  /**
   * Whether the content is part of an evidently artistic, creative, satirical, fictional or analogous work (Article
   * 50(4)).
   */
  artistic?: Answer;
  /**
   * Whether the text informs the public on matters of public interest (Article 50(4), second subparagraph).
   */
  publicInterestText?: Answer;
  /**
   * Whether a person reviewed the text or it went through editorial control (Article 50(4), second subparagraph).
   */
  humanReview?: Answer;
  /**
   * Whether a natural or legal person holds editorial responsibility for the publication (Article 50(4), second
   * subparagraph).
   */
  editorialResponsibility?: Answer;
  /**
   * Whether the use is authorised by law to detect, prevent, investigate or prosecute criminal offences (Article 50(2),
   * (4)).
   */
  authorisedByLaw?: Answer;
  /**
   * Whether the system has more than 1,000,000 monthly visitors or users (California until 29 September 2026,
   * Washington).
   */
  usersAboveOneMillion?: Answer;
  /**
   * Whether the platform has more than 2,000,000 monthly users (California, large online platforms).
   */
  usersAboveTwoMillion?: Answer;
  /**
   * Whether the provider's own verification tool was tried on this file and read the disclosure (section 22757.3(a)(3)).
   */
  verificationToolReads?: Answer;
  /**
   * Whether the platform removed provenance data knowingly (section 22757.3.1(c)).
   */
  knowinglyRemoved?: Answer;
  /**
   * Whether the capture device was first produced for sale in California on or after 1 January 2028 (section 22757.3.3).
   */
  deviceFirstSoldSince2028?: Answer;
  /**
   * Whether the system is sold to businesses only (Washington).
   */
  businessOnly?: Answer;
  /**
   * Whether the service falls under Article 17(1) of the Deep Synthesis Provisions: one of its kinds of service, or another
   * that generates or significantly alters content, and may confuse the public.
   */
  deepSynthesisService?: Answer;
  /**
   * Whether the user asked for a copy without the explicit label (Measures, Article 9).
   */
  unlabelledCopyRequested?: Answer;
  /**
   * Whether the user agreement states the user's labelling duties and responsibilities (Measures, Article 9).
   */
  labelDutiesAgreed?: Answer;
  /**
   * Whether logs of the supply of unlabelled copies are kept for at least six months (Measures, Article 9).
   */
  logsKept?: Answer;
  /**
   * Whether the user who publishes declared the content as AI-generated on the platform (Measures, Article 10(1)).
   */
  declaredOnPlatform?: Answer;
  /**
   * Whether a user declared the content to the platform as AI-generated (Measures, Article 6(1)(2)).
   */
  userDeclaredAi?: Answer;
  /**
   * Whether the platform found a label or other traces of generation (Measures, Article 6(1)(1), (3)).
   */
  platformFoundTraces?: Answer;
  /**
   * Whether the platform shows its notice beside the post (Measures, Article 6).
   */
  noticeBesidePost?: Answer;
  /**
   * Whether the platform is itself the producer that the label names.
   */
  platformIsProducer?: Answer;
  /**
   * Regions to judge.
   */
  regions: Region[];
}
/**
 * Evidence for and against AI, before any rule is applied.
 */
export interface AiClaim {
  /**
   * The overall result.
   */
  state: AiClaimState;
  /**
   * Whether an answer says yes, regardless of the statements of the file.
   */
  asserted: boolean;
  /**
   * The statements, strongest first.
   */
  evidence: Citation[];
  /**
   * Pairs of statements that cannot both be true.
   */
  contradictions?: Contradiction[];
}
/**
 * Fact on which a result is based.
 */
export interface Citation {
  /**
   * Name of the fact: `XMP digital source type`.
   */
  fact: string;
  /**
   * Its value, shortened to 200 characters.
   */
  value: string;
  /**
   * Place where it was found.
   */
  site: Site;
  /**
   * Standing of the fact.
   */
  standing?: Standing;
}
/**
 * Where in the file a fact was found.
 */
export interface Site {
  /**
   * Description of the place for people: `PNG iTXt XML:com.adobe.xmp`, `manifest urn:c2pa:… / c2pa.actions.v2`.
   */
  location: string;
  /**
   * Offset in bytes from the start of the file, where the fact has one.
   */
  offset?: number;
}
/**
 * Two statements about the origin that cannot both be true.
 */
export interface Contradiction {
  /**
   * The statement that says AI.
   */
  ai: Citation;
  /**
   * The statement that says otherwise.
   */
  other: Citation;
}
/**
 * One signal.
 */
export interface Signal {
  /**
   * Whether it is present.
   */
  state: SignalState;
  /**
   * Its value, if it has one.
   */
  value?: string;
  /**
   * Place where it was found.
   */
  site?: Site;
}
/**
 * One region's verdict with all its rules, in the order of their ids.
 */
export interface RegionVerdict {
  /**
   * The verdict.
   */
  verdict: Verdict;
  /**
   * The verdict in a sentence that claims no more than is known.
   */
  sentence: Message;
  /**
   * Number of rules by weight and outcome.
   */
  counts: Counts;
  /**
   * The days whose law was applied, one for each act, with the reasons.
   */
  days?: LawDay[];
  /**
   * Common reason for which all deciding rules are open, if there is one. A report shows it once.
   */
  openReason?: Message;
  /**
   * Every rule of the region.
   */
  rules: RuleResult[];
}
/**
 * A sentence with its key and parameters, from which another catalogue can form it in another language.
 */
export interface Message {
  /**
   * Key in the message catalogue.
   */
  key: string;
  /**
   * The sentence in English.
   */
  text: string;
  /**
   * Values of its placeholders.
   */
  params?: {
    [k: string]: string;
  };
}
/**
 * Numbers of outcomes for each weight of rules.
 */
export interface Counts {
  /**
   * Rules that decide the verdict.
   */
  required: Tally;
  /**
   * Rules that do not decide the verdict.
   */
  recommended: Tally;
  /**
   * Informational rules.
   */
  informational: Tally;
}
/**
 * Number of rules with each outcome.
 */
export interface Tally {
  /**
   * Rules that pass.
   */
  pass: number;
  /**
   * Rules that fail.
   */
  fail: number;
  /**
   * Open rules.
   */
  undetermined: number;
  /**
   * Rules that do not apply.
   */
  notApplicable: number;
}
/**
 * The day whose law applies to an act, with the reason.
 */
export interface LawDay {
  /**
   * The act to which the rules apply.
   */
  attachesTo: AttachesTo;
  /**
   * The day.
   */
  day: string;
  /**
   * Source of the day.
   */
  source: DaySource;
  /**
   * The reason in a sentence.
   */
  reason: Message;
}
/**
 * One rule applied to one file.
 */
export interface RuleResult {
  /**
   * ID of the rule, for example `EU-01`.
   */
  id: string;
  /**
   * The body of law.
   */
  region: Region;
  /**
   * Short name of the rule.
   */
  title: string;
  /**
   * Legal source, in the version in force on the day.
   */
  reference: Reference;
  /**
   * The requirement, quoted or summarised.
   */
  requirement: string;
  /**
   * First day of that version.
   */
  validFrom: string;
  /**
   * Last day of that version, if there is one.
   */
  validUntil?: string;
  /**
   * Its weight for this file, date and role.
   */
  severity: Severity;
  /**
   * Reason why the weight differs from the usual weight of the rule.
   */
  severityReason?: Message;
  /**
   * The outcome.
   */
  outcome: Outcome;
  /**
   * The reason for the outcome.
   */
  message: Message;
  /**
   * Limits and warnings that do not change the outcome.
   */
  notes?: Message[];
  /**
   * Information that would settle an undetermined outcome.
   */
  settles?: Message;
  /**
   * How to fix a failed outcome.
   */
  fix?: Message;
  /**
   * Facts on which the outcome is based.
   */
  evidence?: Citation[];
  /**
   * Ids of the questions that would settle it ([`Judgement::questions`]).
   */
  asks?: string[];
  /**
   * The day whose law was applied.
   */
  lawDay: string;
  /**
   * Explanation of the outcome.
   */
  trace?: Trace;
}
/**
 * Legal source of a requirement.
 */
export interface Reference {
  /**
   * The instrument: `Regulation (EU) 2024/1689`.
   */
  instrument: string;
  /**
   * Article, section or clause.
   */
  provision: string;
  /**
   * URL of a text of the instrument.
   */
  url?: string;
}
/**
 * Explanation of an outcome: the deciding row of the rule's table, and the facts in its condition.
 */
export interface Trace {
  /**
   * Key of the deciding row and of its message.
   */
  case: string;
  /**
   * The facts in its condition.
   */
  facts?: TraceFact[];
  /**
   * Unknown facts because of which earlier rows did not apply.
   */
  unknown?: string[];
}
/**
 * Fact that a condition refers to.
 */
export interface TraceFact {
  /**
   * Its name in the table of facts, or the id of a rule.
   */
  name: string;
  /**
   * Its value for this file: `yes`, `no`, `unknown`, `absent`, or the value itself.
   */
  value: string;
}
/**
 * A question whose answer would settle an open rule.
 */
export interface Question {
  /**
   * ID of the question, for example `made-by-ai`.
   */
  id: string;
  /**
   * Field of [`crate::Context`] that takes the answer, for example `isAi`.
   */
  answer: string;
  /**
   * The form of the answer.
   */
  kind: QuestionKind;
  /**
   * Possible answers; for a day, only `unknown`.
   */
  answers: string[];
  /**
   * Text of the question.
   */
  text: Message;
  /**
   * Information needed to answer it.
   */
  help?: Message;
  /**
   * Number of open rules that its answer would settle.
   */
  settles: number;
  /**
   * Regions whose rules depend on the answer.
   */
  regions: Region[];
}
/**
 * Comparison of an earlier version of the file with this one. Layers in neither version have no entry.
 */
export interface Comparison {
  /**
   * Whether any mark of the earlier version said AI.
   */
  beforeSaidAi: boolean;
  /**
   * The layers.
   */
  changes: MarkChange[];
}
/**
 * One layer, before and after.
 */
export interface MarkChange {
  /**
   * The layer.
   */
  layer: MarkLayer;
  /**
   * The change.
   */
  change: LayerChange;
  /**
   * Previous content, for display.
   */
  before: string;
  /**
   * Current content, for display.
   */
  after: string;
  /**
   * Its place in this version, or in the earlier one.
   */
  site: Site;
}
/**
 * Contents and validation of the file's credentials.
 */
export interface Provenance {
  /**
   * Intact, broken, unreadable or absent.
   */
  integrity: Integrity;
  /**
   * Reason for which the store could not be read.
   */
  error?: string;
  /**
   * Label of the active manifest.
   */
  activeManifest: string | null;
  /**
   * Signer of the active manifest.
   */
  signer: Signer | null;
  /**
   * Validity of the certificate over time.
   */
  certificateTime: CertificateTime;
  /**
   * The time stamp over the active manifest's signature.
   */
  timeStamp: TimeStamp | null;
  /**
   * Statuses of the active manifest.
   */
  validation: Validation;
  /**
   * The manifests: the active one, followed by those of its ingredients, each once.
   */
  manifests: Manifest[];
  /**
   * Thumbnails of all manifests, in the order of the store.
   */
  thumbnails?: ThumbnailInfo[];
}
/**
 * The active manifest's signer, as its leaf certificate names it.
 */
export interface Signer {
  /**
   * Subject common name.
   */
  commonName: string | null;
  /**
   * Subject organisation.
   */
  organization: string | null;
  /**
   * Issuer: organisation, else common name.
   */
  issuer: string | null;
  /**
   * COSE algorithm, for example `es256`.
   */
  algorithm: string | null;
  /**
   * `SHA256:` and the base64 digest of the leaf.
   */
  fingerprint: string | null;
  /**
   * Start of the leaf's validity, RFC 3339.
   */
  notBefore: string | null;
  /**
   * End of the leaf's validity, RFC 3339.
   */
  notAfter: string | null;
  /**
   * The list that contains this signer, if any.
   */
  trustedBy: TrustListInfo | null;
  /**
   * Whether the chain is a development chain of this product, which no list contains.
   */
  development: boolean;
  /**
   * Whether subject and issuer are the same.
   */
  selfSigned: boolean;
}
/**
 * An RFC 3161 time stamp over the claim signature.
 */
export interface TimeStamp {
  /**
   * Stated time in RFC 3339 format, if the engine could read it.
   */
  time: string | null;
  /**
   * Whether the token is well-formed and covers this signature.
   */
  valid: boolean;
  /**
   * Whether the time-stamping authority is on the C2PA time-stamping trust list.
   */
  trusted: boolean;
}
/**
 * Validation statuses of one manifest.
 */
export interface Validation {
  /**
   * Successful checks.
   */
  success: Status[];
  /**
   * Informational results.
   */
  informational: Status[];
  /**
   * Failed checks.
   */
  failure: Status[];
}
/**
 * One validation status of the engine, verbatim (C2PA 2.2, 15.2).
 */
export interface Status {
  /**
   * For example `assertion.dataHash.mismatch`.
   */
  code: string;
  /**
   * JUMBF URI of the subject of the status.
   */
  url?: string;
  /**
   * Explanation by the engine.
   */
  explanation?: string;
}
/**
 * One manifest of the store.
 */
export interface Manifest {
  /**
   * Label, for example `urn:c2pa:…`.
   */
  label: string;
  /**
   * Whether this is the active manifest; all others were reached through ingredients.
   */
  active: boolean;
  /**
   * Title of the asset.
   */
  title: string | null;
  /**
   * Instance id of the claim.
   */
  instanceId: string | null;
  /**
   * The software that wrote the claim.
   */
  claimGenerator: Software | null;
  /**
   * Claim version, 1 or 2.
   */
  claimVersion: number | null;
  /**
   * Organisation or common name of the signer.
   */
  signedBy: string | null;
  /**
   * Time of the signature, if a time stamp states one.
   */
  signedAt: string | null;
  /**
   * Entries of all actions assertions, in order.
   */
  actions: Action[];
  /**
   * Ingredients, in order.
   */
  ingredients: Ingredient[];
  /**
   * Declared watermarks and fingerprints.
   */
  softBindings: SoftBinding[];
  /**
   * Training and data mining statements.
   */
  trainingMining: TrainingMining[];
  /**
   * Digital source types that assertions other than actions state, verbatim.
   */
  assertedSourceTypes: AssertedSourceType[];
  /**
   * `c2pa.ai-disclosure` assertions, verbatim.
   */
  aiDisclosures: unknown[];
  /**
   * Names in CAWG identity assertions.
   */
  identities: string[];
  /**
   * Assertion labels, in order.
   */
  assertions: string[];
}
/**
 * A named piece of software.
 */
export interface Software {
  /**
   * Product name.
   */
  name: string;
  /**
   * Version, if stated.
   */
  version?: string;
}
/**
 * One entry of an actions assertion.
 */
export interface Action {
  /**
   * For example `c2pa.created`.
   */
  action: string;
  /**
   * URI, verbatim.
   */
  digitalSourceType?: string;
  /**
   * Stated time of the action.
   */
  when?: string;
  /**
   * Software that performed the action. A toolkit is not the AI system, so this is never taken from the claim
   * generator.
   */
  softwareAgent?: Software;
  /**
   * Free text of the action or its parameters.
   */
  description?: string;
  /**
   * Parameters other than ingredients and description, verbatim.
   */
  parameters?: {
    [k: string]: unknown;
  };
}
/**
 * An ingredient of a manifest.
 */
export interface Ingredient {
  /**
   * Title, often a file name.
   */
  title?: string;
  /**
   * MIME type.
   */
  format?: string;
  /**
   * `parentOf`, `componentOf` or `inputTo`.
   */
  relationship: string;
  /**
   * Label of the ingredient's manifest in the store.
   */
  activeManifest?: string;
  /**
   * Failure codes of the ingredient's validation.
   */
  failures: string[];
}
/**
 * A `c2pa.soft-binding` assertion: a declared watermark or fingerprint.
 */
export interface SoftBinding {
  /**
   * Algorithm name of the C2PA soft binding algorithm list.
   */
  alg: string;
  /**
   * Value of the first block, as text or hex.
   */
  value?: string;
}
/**
 * An entry of a training-mining assertion, either label.
 */
export interface TrainingMining {
  /**
   * Label of the assertion: `cawg.training-mining` or `c2pa.training-mining`.
   */
  assertion: string;
  /**
   * For example `cawg.ai_generative_training`.
   */
  entry: string;
  /**
   * `allowed`, `notAllowed` or `constrained`.
   */
  use: string;
  /**
   * Text of a constraint.
   */
  constraintInfo?: string;
}
/**
 * A digital source type outside actions.
 */
export interface AssertedSourceType {
  /**
   * Label of the assertion.
   */
  assertion: string;
  /**
   * Value, verbatim.
   */
  value: string;
}
/**
 * A thumbnail in the store. Reports do not contain its bytes; see [`crate::thumbnails`].
 */
export interface ThumbnailInfo {
  /**
   * Label of the manifest that holds it.
   */
  manifest: string;
  /**
   * Label of its assertion, for example `c2pa.thumbnail.claim`.
   */
  assertion: string;
  /**
   * MIME type, as stated.
   */
  format: string;
  /**
   * Size in bytes.
   */
  sizeBytes: number;
}
/**
 * IPTC and related fields that state origin. Single fields hold the first value in file order.
 */
export interface IptcSummary {
  /**
   * `Iptc4xmpExt:DigitalSourceType`, also as a field of a structure; `parent` properties show in the path.
   */
  digitalSourceTypes: DigitalSourceTypeFinding[];
  /**
   * `Iptc4xmpExt:AISystemUsed`: name of the AI system.
   */
  aiSystemUsed: IptcField | null;
  /**
   * `Iptc4xmpExt:AISystemVersionUsed`: its version.
   */
  aiSystemVersionUsed: IptcField | null;
  /**
   * `Iptc4xmpExt:AIPromptInformation`: the prompt.
   */
  aiPromptInformation: IptcField | null;
  /**
   * `Iptc4xmpExt:AIPromptWriterName`: author of the prompt.
   */
  aiPromptWriterName: IptcField | null;
  /**
   * `Iptc4xmpExt:DigImageGUID` or `DigitalImageGUID`: unique identifier of the image.
   */
  digitalImageGuid: IptcField | null;
  /**
   * `xmp:CreatorTool`.
   */
  creatorTool: IptcField | null;
  /**
   * `xmp:CreateDate`, ISO 8601 as written.
   */
  createDate: IptcField | null;
  /**
   * `photoshop:Credit`.
   */
  credit: IptcField | null;
  /**
   * `plus:DataMining`, a URI of the PLUS vocabulary or its last part.
   */
  dataMining: IptcField | null;
  /**
   * `plus:OtherConstraints`, which `DMI-PROHIBITED-SEECONSTRAINT` points at.
   */
  otherConstraints: IptcField | null;
  /**
   * `dcterms:provenance`: URL of a remote C2PA manifest, or `self#jumbf=…` for the embedded one. Never fetched.
   */
  provenance: IptcField | null;
}
/**
 * A digital source type that a file declares.
 */
export interface DigitalSourceTypeFinding {
  /**
   * Value as written.
   */
  raw: string;
  /**
   * Code of the term. `None` if the value is not a known term.
   */
  term: string | null;
  /**
   * English name of the term.
   */
  label: string | null;
  /**
   * The form of the value.
   */
  form: DigitalSourceTypeForm;
  /**
   * Whether the term is retired.
   */
  retired: boolean;
  /**
   * Path of the property, or name of the field.
   */
  property: string;
  /**
   * The packet or field.
   */
  location: Location;
}
/**
 * Place in the file.
 */
export interface Location {
  /**
   * Path through the container's structures, for example `JPEG/APP1[2]/XMP` (third APP1 segment; counting
   * starts at 0 and is left out for the first), `PNG/iTXt(XML:com.adobe.xmp)`, `MP4/moov/udta/meta/keys[3]`.
   */
  path: string;
  /**
   * Offset from the start of the file, in bytes. For values inside a compressed or split part: the part's offset.
   */
  offset: number;
  /**
   * Length in the file, in bytes.
   */
  length: number;
}
/**
 * Value of a field and its place.
 */
export interface IptcField {
  /**
   * Value as written.
   */
  value: string;
  /**
   * Path of the property in its packet.
   */
  property: string;
  /**
   * The packet.
   */
  location: Location;
}
/**
 * Metadata of the file, apart from the fields that state the origin.
 */
export interface MetadataReport {
  /**
   * XMP packets.
   */
  xmp: XmpPacket[];
  /**
   * EXIF blocks.
   */
  exif: Exif[];
  /**
   * IPTC-IIM datasets.
   */
  iim: IimField[];
  /**
   * Text fields of the container.
   */
  text: TextEntry[];
}
/**
 * One XMP packet.
 */
export interface XmpPacket {
  /**
   * Place of the packet. For extended XMP: the first segment.
   */
  location: Location;
  /**
   * Whether the XMP specification (ISO 16684-1 part 3) gives this place for the format. Midjourney's PNG `tEXt`
   * is an example of the contrary.
   */
  standardPlace: boolean;
  /**
   * All simple values in document order.
   */
  properties: XmpProperty[];
}
/**
 * Simple value of a packet.
 */
export interface XmpProperty {
  /**
   * Namespace URI of the property or structure field itself.
   */
  namespace: string;
  /**
   * Local name of the property or structure field itself.
   */
  name: string;
  /**
   * Path from the packet's root with the usual prefixes, array items counted from 1:
   * `xmpMM:History[2]/stEvt:softwareAgent`.
   */
  path: string;
  /**
   * Path of the structure it is a field of; `None` for properties of the resource itself.
   */
  parent: string | null;
  /**
   * Value, without white space at its ends.
   */
  value: string;
  /**
   * `xml:lang` of an alternative.
   */
  lang: string | null;
}
/**
 * One EXIF block.
 */
export interface Exif {
  /**
   * The block, from its TIFF header on.
   */
  location: Location;
  /**
   * Orientation 1 to 8; 1 is upright.
   */
  orientation: number | null;
  /**
   * Whether there is a GPS directory with a latitude.
   */
  gps: boolean;
  /**
   * The text fields that were found, in file order.
   */
  fields: ExifField[];
}
/**
 * Text field of an EXIF block.
 */
export interface ExifField {
  /**
   * TIFF tag number.
   */
  tag: number;
  /**
   * The tag's name in the EXIF specification, for example `UserComment`.
   */
  name: string;
  /**
   * Decoded value without trailing zeros and spaces, cut to [`crate::Limits::max_text`].
   */
  value: string;
  /**
   * Declared character set of `UserComment`: `ascii`, `unicode`, `jis`, `undefined`; `None` for other fields.
   */
  charset: string | null;
  /**
   * Place of the value.
   */
  location: Location;
}
/**
 * One dataset.
 */
export interface IimField {
  /**
   * Record number; 2 is the application record.
   */
  record: number;
  /**
   * Dataset number.
   */
  dataset: number;
  /**
   * Name in IIM 4.2, for example `Credit`.
   */
  name: string;
  /**
   * Decoded value.
   */
  value: string;
  /**
   * Place of the value.
   */
  location: Location;
}
/**
 * Text field of the container.
 */
export interface TextEntry {
  /**
   * Kind of field.
   */
  kind: TextKind;
  /**
   * Name of the field, see [`TextKind`].
   */
  key: string;
  /**
   * Value, cut to [`crate::Limits::max_text`] bytes.
   */
  value: string;
  /**
   * Whether the value was cut.
   */
  truncated: boolean;
  /**
   * Place of the text.
   */
  location: Location;
}
/**
 * Place that contains an AIGC label, or an attempt at one.
 */
export interface AigcSite {
  /**
   * Place of the label.
   */
  location: Location;
  /**
   * Kind of field.
   */
  carrier: AigcCarrier;
  /**
   * Name of the field as written: XMP path, keyword, frame.
   */
  field: string;
  /**
   * Whether a TC260 guide gives this place for the format.
   */
  standardPlace: boolean;
  /**
   * Value of the field, cut to 16 KiB.
   */
  raw: string;
  /**
   * Shape of the value.
   */
  shape: AigcShape;
  /**
   * The seven values; `None` when no JSON object was found.
   */
  label: AigcLabel | null;
  /**
   * Meaning of `Label`; `None` for any other value.
   */
  meaning: AigcMeaning | null;
  /**
   * Missing keys of Annex E, in the order of the annex.
   */
  missingKeys: string[];
  /**
   * Keys that are not in Annex E.
   */
  unknownKeys: string[];
  /**
   * Keys that occur more than once. The first value counts.
   */
  repeatedKeys: string[];
  /**
   * Keys of Annex E whose value is not a JSON string.
   */
  nonStringKeys: string[];
  /**
   * Values with characters outside Annex E j).
   */
  charsetViolations: CharsetViolation[];
  /**
   * Structure of `ContentProducer`.
   */
  producerCode: CodeCheck;
  /**
   * Structure of `ContentPropagator`.
   */
  propagatorCode: CodeCheck;
}
/**
 * The seven values; numbers and booleans are kept as text, see [`AigcSite::non_string_keys`].
 */
export interface AigcLabel {
  /**
   * `Label`.
   */
  label: string | null;
  /**
   * `ContentProducer`: name or code of the provider of the generation service.
   */
  contentProducer: string | null;
  /**
   * `ProduceID`: the provider's number for the content.
   */
  produceId: string | null;
  /**
   * `ReservedCode1`: reserved for the provider, for integrity.
   */
  reservedCode1: string | null;
  /**
   * `ContentPropagator`: name or code of the provider of the distribution service.
   */
  contentPropagator: string | null;
  /**
   * `PropagateID`: number of the content at the distribution service.
   */
  propagateId: string | null;
  /**
   * `ReservedCode2`: reserved for the distribution service, for integrity.
   */
  reservedCode2: string | null;
}
/**
 * A character outside the set of Annex E j): printable 0x21 to 0x7E without the backslash.
 */
export interface CharsetViolation {
  /**
   * Key of the value.
   */
  key: string;
  /**
   * First character outside the set.
   */
  character: string;
  /**
   * Position of that character in the value, in characters, from 0.
   */
  position: number;
  /**
   * Number of characters of the value outside the set.
   */
  count: number;
}
/**
 * Trace of a generator in a file.
 */
export interface GeneratorTrace {
  /**
   * Name of the generator.
   */
  generator: string;
  /**
   * Confidence tier, see the module.
   */
  tier: number;
  /**
   * Name of the field.
   */
  field: string;
  /**
   * Place of the trace.
   */
  location: Location;
  /**
   * Beginning of the value, or its part around the match, at most 160 bytes.
   */
  excerpt: string;
}
/**
 * Outcomes of one rubric. Checks without a finding (an absent signal, nothing to examine) are counted but not listed,
 * because the three rubrics have about a hundred checks.
 */
export interface RubricOutcomes {
  /**
   * Title.
   */
  name: string;
  /**
   * Issuer.
   */
  issuer: string;
  /**
   * Version of the rubric.
   */
  version: string;
  /**
   * Date of issue, RFC 3339.
   */
  date: string;
  /**
   * Number of checks that passed.
   */
  passed: number;
  /**
   * Number of checks that failed, warned, or could not be evaluated.
   */
  failed: number;
  /**
   * Checks with a result, in the rubric's order.
   */
  checks: CheckOutcome[];
}
/**
 * Check and its outcome.
 */
export interface CheckOutcome {
  /**
   * Identifier of the check in the rubric: `validation:valid_success`, `inception:signal_fullyGenAIMedia`.
   */
  id: string;
  /**
   * Outcome.
   */
  outcome: RubricOutcome;
  /**
   * English sentence of the rubric for this outcome with the matched values filled in, or the reason why there is none.
   */
  text: string;
  /**
   * The section of the specification that the rubric names.
   */
  specSection?: string;
  /**
   * Index in [`RubricReport::manifests`] of the examined manifest. Only in the signals rubric.
   */
  manifest?: number;
  /**
   * The value of the expression, shortened: at most 20 entries per level, 3 levels, 200 characters per string.
   */
  value?: {
    [k: string]: unknown;
  };
}
/**
 * Watermarks.
 */
export interface WatermarkReport {
  /**
   * Whether the pixels were searched. If not, watermarks may be present.
   */
  probed: boolean;
  /**
   * Reason why the pixels were not searched.
   */
  notProbed?: string;
  /**
   * Changes to the image after which Labeler's own watermark was not searched for. If present, the image can still
   * contain a watermark. Absent if the search was complete or found a watermark.
   */
  notSearched?: string;
  /**
   * Upper bound of the share of unmarked images in which a generator's watermark is found.
   */
  falsePositiveRate?: number;
  /**
   * Watermarks that were decoded or that the manifest declares.
   */
  marks: MarkReport[];
  /**
   * Watermarks in practical use that cannot be checked here. They must not be treated as absent.
   */
  notCheckable: string[];
}
/**
 * A watermark.
 */
export interface MarkReport {
  /**
   * Name or algorithm.
   */
  name: string;
  /**
   * Whether it was decoded from the content (`true`) or only declared (`false`).
   */
  decoded: boolean;
  /**
   * Payload, if known.
   */
  payload: string | null;
  /**
   * Place of the declaration, or method by which it was read.
   */
  source: string;
}
/**
 * Irregularity in the file's structure.
 */
export interface Warning {
  /**
   * Kind, for programs.
   */
  kind: WarningKind;
  /**
   * One sentence in English, for people.
   */
  message: string;
  /**
   * Place, if there is one.
   */
  location: Location | null;
}
