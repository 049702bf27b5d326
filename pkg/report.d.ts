// Generated from web/public/schema/checker-report-1.json: `npm run types` in web/ writes it anew.

/**
 * Kind of content that a format carries.
 */
export type Modality = 'image' | 'video' | 'audio' | 'document';
/**
 * Whose duties are judged. Taken as answered: the report names it.
 */
export type Role = 'provider' | 'deployer' | 'platform' | 'hostingPlatform' | 'captureDeviceMaker';
/**
 * An answer that may be missing.
 */
export type Answer = 'yes' | 'no' | 'unknown';
/**
 * How AI was involved in the content.
 */
export type AiInvolvement = 'created' | 'altered' | 'unknown';
/**
 * A body of law, judged on its own.
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
 * Whether anything says that AI made or altered the content.
 */
export type AiClaimState = 'none' | 'possible' | 'claimed';
/**
 * How well a piece of evidence is backed, weakest first.
 */
export type Standing = 'statedByYou' | 'statedUnsigned' | 'intact' | 'seen' | 'verified';
/**
 * Whether a signal is there.
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
 * What decided the day whose law applies.
 */
export type DaySource = 'timeStamp' | 'answer' | 'check';
/**
 * How a rule weighs in the region's verdict.
 */
export type Severity = 'required' | 'recommended' | 'informational';
/**
 * What a rule says about a file.
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
 * What happened to a layer between the earlier version and this one.
 */
export type LayerChange = 'kept' | 'added' | 'changed' | 'removed' | 'broken' | 'unknown';
/**
 * Whether credential and asset are as they were when signed.
 */
export type Integrity = 'none' | 'intact' | 'unverified' | 'broken' | 'unreadable';
/**
 * The certificate's validity at the time that counts: the trusted time stamp's, else now.
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
 * Outcome of a check. The official evaluator knows `true`, `false` and `warning` for rubrics over the file, and
 * lists the signals that are there for rubrics over a manifest.
 */
export type RubricOutcome = 'pass' | 'fail' | 'warn' | 'present' | 'absent' | 'notApplicable' | 'error';
/**
 * Kind of a warning.
 */
export type WarningKind =
  'truncated' | 'trailingData' | 'malformed' | 'limit' | 'unread' | 'misplaced' | 'duplicate' | 'damaged';

/**
 * Everything a file says about its origin, and what three bodies of law make of it.
 */
export interface CheckerReport {
  /**
   * [`SCHEMA_VERSION`].
   */
  schemaVersion: number;
  /**
   * SHA-256 of the file, lower-case hex; absent only while a large file is still being hashed.
   */
  sha256: string | null;
  /**
   * Name of the file, if it was given.
   */
  filename: string | null;
  /**
   * MIME type by content.
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
   * When the check ran, RFC 3339 with milliseconds, UTC.
   */
  createdAt: string;
  /**
   * What judged: engines, rules and trust lists with their versions and dates.
   */
  engine: EngineInfo;
  /**
   * The language of the sentences, as BCP 47 writes it. Keys, ids and parameters do not depend on it.
   */
  language: string;
  /**
   * The circumstances that the judgement assumed.
   */
  context: Context;
  /**
   * Whether anything says that AI made or altered the content.
   */
  ai: AiClaim;
  /**
   * What was looked for in each region, and what was found.
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
   * The questions whose answers would settle what is open, first the one that settles most.
   */
  questions?: Question[];
  /**
   * What became of the marks of an earlier version, where one was given.
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
   * The metadata that was read.
   */
  metadata: MetadataReport;
  /**
   * Every AIGC label (GB 45438-2025) found.
   */
  aigc: AigcSite[];
  /**
   * Traces of known generators outside C2PA.
   */
  generators: GeneratorTrace[];
  /**
   * The outcomes of C2PA's official rubrics; none for a file without readable credentials.
   */
  rubrics: RubricOutcomes[];
  /**
   * Invisible marks: what was probed, declared, or cannot be checked here.
   */
  watermark: WatermarkReport;
  /**
   * What could not be read, or looks wrong.
   */
  warnings: Warning[];
}
/**
 * Names and versions of everything that a verdict depends on.
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
   * Trust lists that were consulted for claim signers, in order, then the one for time stamps.
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
 * Which text of the rules judged.
 */
export interface RuleSet {
  /**
   * Version of the rule set.
   */
  version: string;
  /**
   * The day up to which the law was followed.
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
   * `eu`, `us-ca`, …
   */
  id: string;
  /**
   * Its version.
   */
  version: string;
  /**
   * SHA-256 of its canonical JSON.
   */
  hash: string;
}
/**
 * What a report says about a trust list.
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
   * Where the list is published.
   */
  source: string;
}
/**
 * The circumstances of a judgement. Only the date has no default: this crate never reads a clock.
 *
 * Every question has the answer *unknown*, which is its default and never means no. An answer is enough for what no file
 * can show; a mark or label that is only stated here stays open until it is seen.
 */
export interface Context {
  /**
   * The day of the check, whose law applies where neither a trusted time stamp nor an answer gives another day.
   */
  asOf: string;
  /**
   * Whose duties are judged.
   */
  role: Role;
  /**
   * Whether AI made or altered the content; the file's own statements count as well.
   */
  isAi: Answer;
  /**
   * Whether AI created or altered it, when it did.
   */
  aiInvolvement?: AiInvolvement;
  /**
   * The day the content was created or last altered by AI.
   */
  createdOn?: string;
  /**
   * The day it was first published.
   */
  publishedOn?: string;
  /**
   * The day a platform distributed it.
   */
  distributedOn?: string;
  /**
   * Whether the AI system was on the EU market before 2 August 2026 (Article 111(4)).
   */
  placedOnMarketBefore: Answer;
  /**
   * The day it was placed on the market, which settles the question above when given.
   */
  placedOnMarket?: string;
  /**
   * The provider's name that the marks must give.
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
   * Whether there is any invisible mark, or a register of fingerprints or logs, by which the provider's own detector
   * recognises this output.
   */
  vendorWatermark: Answer;
  /**
   * Whether people see, hear or read a label, as the asker attests.
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
   * Whether the deployer acts professionally; personal use makes nobody a deployer (Article 3(4)).
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
   * Whether logs of that supply are kept for at least six months (Measures, Article 9).
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
   * The regions to judge.
   */
  regions: Region[];
}
/**
 * What was found for and against AI, before any rule is applied.
 */
export interface AiClaim {
  /**
   * The upshot.
   */
  state: AiClaimState;
  /**
   * Whether the asker says yes (the file may say nothing).
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
 * A fact that a result rests on.
 */
export interface Citation {
  /**
   * What was found: `XMP digital source type`.
   */
  fact: string;
  /**
   * Its value, shortened to 200 characters.
   */
  value: string;
  /**
   * Where.
   */
  site: Site;
  /**
   * How well it is backed.
   */
  standing?: Standing;
}
/**
 * Where in the file a fact was found.
 */
export interface Site {
  /**
   * A person's way to find it again: `PNG iTXt XML:com.adobe.xmp`, `manifest urn:c2pa:… / c2pa.actions.v2`.
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
   * The one that says AI.
   */
  ai: Citation;
  /**
   * The one that says otherwise.
   */
  other: Citation;
}
/**
 * One signal.
 */
export interface Signal {
  /**
   * Whether it is there.
   */
  state: SignalState;
  /**
   * Its value, where it has one.
   */
  value?: string;
  /**
   * Where it was found.
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
   * The verdict in a sentence that says no more than it knows.
   */
  sentence: Message;
  /**
   * How the rules came out.
   */
  counts: Counts;
  /**
   * The days whose law was applied, one for each act, and why.
   */
  days?: LawDay[];
  /**
   * The one reason for which all rules that decide are open, when there is one: a report says it once.
   */
  openReason?: Message;
  /**
   * Every rule of the region.
   */
  rules: RuleResult[];
}
/**
 * A sentence with the key and parameters it was made from, so that another catalogue can say it.
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
   * The values that its placeholders took.
   */
  params?: {
    [k: string]: string;
  };
}
/**
 * The tallies by weight.
 */
export interface Counts {
  /**
   * Rules that decide the verdict.
   */
  required: Tally;
  /**
   * Rules that do not.
   */
  recommended: Tally;
  /**
   * Rules for information.
   */
  informational: Tally;
}
/**
 * How many rules have each outcome.
 */
export interface Tally {
  /**
   * Passed.
   */
  pass: number;
  /**
   * Failed.
   */
  fail: number;
  /**
   * Open.
   */
  undetermined: number;
  /**
   * Not applicable.
   */
  notApplicable: number;
}
/**
 * The day whose law applies to an act, and why that day.
 */
export interface LawDay {
  /**
   * The act that the rules attach to.
   */
  attachesTo: AttachesTo;
  /**
   * The day.
   */
  day: string;
  /**
   * What decided it.
   */
  source: DaySource;
  /**
   * The same in a sentence.
   */
  reason: Message;
}
/**
 * One rule applied to one file.
 */
export interface RuleResult {
  /**
   * `EU-01`.
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
   * Where it is written, in the version in force on the day.
   */
  reference: Reference;
  /**
   * What it asks for, quoted or summed up.
   */
  requirement: string;
  /**
   * First day of that version.
   */
  validFrom: string;
  /**
   * Last day of that version, when it ends.
   */
  validUntil?: string;
  /**
   * Its weight for this file, date and role.
   */
  severity: Severity;
  /**
   * Why the weight differs from the rule's usual one.
   */
  severityReason?: Message;
  /**
   * What it says.
   */
  outcome: Outcome;
  /**
   * Why.
   */
  message: Message;
  /**
   * Limits and warnings that do not change the outcome.
   */
  notes?: Message[];
  /**
   * What would settle an undetermined outcome.
   */
  settles?: Message;
  /**
   * How to mend a failed one.
   */
  fix?: Message;
  /**
   * The facts it rests on.
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
   * Why it came out so.
   */
  trace?: Trace;
}
/**
 * Where a requirement is written.
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
   * Address of a text of the instrument.
   */
  url?: string;
}
/**
 * Why a rule came out as it did: which row of its table applied, and what its condition saw.
 */
export interface Trace {
  /**
   * The row, which is also the key of its message.
   */
  case: string;
  /**
   * The facts in its condition.
   */
  facts?: TraceFact[];
  /**
   * Facts that were unknown in rows before it, which therefore did not apply.
   */
  unknown?: string[];
}
/**
 * A fact that a condition asked about.
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
 * A question whose answer would settle something that is open.
 */
export interface Question {
  /**
   * `made-by-ai`.
   */
  id: string;
  /**
   * The field of [`crate::Context`] that takes the answer: `isAi`.
   */
  answer: string;
  /**
   * The form of the answer.
   */
  kind: QuestionKind;
  /**
   * The answers to choose from; of a day, only `unknown`.
   */
  answers: string[];
  /**
   * The question.
   */
  text: Message;
  /**
   * What one has to know to answer it.
   */
  help?: Message;
  /**
   * How many open rules wait for it.
   */
  settles: number;
  /**
   * Regions that ask it.
   */
  regions: Region[];
}
/**
 * An earlier version of the file against this one. Layers in neither version have no entry.
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
   * What happened.
   */
  change: LayerChange;
  /**
   * What it was, for display.
   */
  before: string;
  /**
   * What it is, for display.
   */
  after: string;
  /**
   * Where it is, or was in the earlier version.
   */
  site: Site;
}
/**
 * What the file's credentials say.
 */
export interface Provenance {
  /**
   * Intact, broken, unreadable or absent.
   */
  integrity: Integrity;
  /**
   * Why the store could not be read.
   */
  error?: string;
  /**
   * Label of the active manifest.
   */
  activeManifest: string | null;
  /**
   * Who signed the active manifest.
   */
  signer: Signer | null;
  /**
   * Was the certificate in time.
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
   * The manifests: the active one first, then through its ingredients, each once.
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
   * The list that trusts this signer, if one does.
   */
  trustedBy: TrustListInfo | null;
  /**
   * A development chain of this product, which nobody trusts.
   */
  development: boolean;
  /**
   * Subject and issuer are the same.
   */
  selfSigned: boolean;
}
/**
 * An RFC 3161 time stamp over the claim signature.
 */
export interface TimeStamp {
  /**
   * Time stated, RFC 3339, if the engine could read it.
   */
  time: string | null;
  /**
   * The token is well-formed and covers this signature.
   */
  valid: boolean;
  /**
   * Its authority is on the C2PA time-stamping trust list.
   */
  trusted: boolean;
}
/**
 * Validation statuses of one manifest.
 */
export interface Validation {
  /**
   * What held.
   */
  success: Status[];
  /**
   * What is worth knowing and no failure.
   */
  informational: Status[];
  /**
   * What failed.
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
   * JUMBF URI of what the status is about.
   */
  url?: string;
  /**
   * The engine's words.
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
   * Declared invisible marks and fingerprints.
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
   * Names that CAWG identity assertions give.
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
   * When it happened, as stated.
   */
  when?: string;
  /**
   * The software that did it. A toolkit is not the AI system, so this is never filled from the claim generator.
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
   * Label of the ingredient's own manifest in the store.
   */
  activeManifest?: string;
  /**
   * Failure codes that validating the ingredient gave.
   */
  failures: string[];
}
/**
 * A `c2pa.soft-binding` assertion: a declared invisible mark or fingerprint.
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
 * A thumbnail in the store. Its bytes stay out of reports: [`crate::thumbnails`] hands them out.
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
   * `Iptc4xmpExt:AIPromptWriterName`: who wrote the prompt.
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
   * Code of the term; `None` when the value is no known term.
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
 * The metadata that was read, beyond the fields that state the origin.
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
 * One place that holds, or tries to hold, the label.
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
   * Keys of Annex E that are missing, in its order.
   */
  missingKeys: string[];
  /**
   * Keys that Annex E does not know.
   */
  unknownKeys: string[];
  /**
   * Keys that stand more than once; the first value counts here.
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
   * `ReservedCode1`: the provider's own use, for integrity.
   */
  reservedCode1: string | null;
  /**
   * `ContentPropagator`: name or code of the provider of the distribution service.
   */
  contentPropagator: string | null;
  /**
   * `PropagateID`: its number for the content.
   */
  propagateId: string | null;
  /**
   * `ReservedCode2`: its own use, for integrity.
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
   * Its position in the value, in characters, from 0.
   */
  position: number;
  /**
   * How many characters of the value are outside the set.
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
 * One rubric's outcomes. Checks that found nothing to say (a signal that is not there, nothing to look at) are counted
 * and not listed: three rubrics have some hundred checks.
 */
export interface RubricOutcomes {
  /**
   * Its title.
   */
  name: string;
  /**
   * Who issued it.
   */
  issuer: string;
  /**
   * Its own version.
   */
  version: string;
  /**
   * When it was issued, RFC 3339.
   */
  date: string;
  /**
   * Checks that passed.
   */
  passed: number;
  /**
   * Checks that failed, warn, or could not be evaluated.
   */
  failed: number;
  /**
   * Checks with something to say, in the rubric's own order.
   */
  checks: CheckOutcome[];
}
/**
 * Check and its outcome.
 */
export interface CheckOutcome {
  /**
   * The rubric's identifier: `validation:valid_success`, `inception:signal_fullyGenAIMedia`.
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
   * Which of [`RubricReport::manifests`] was looked at; only in the signals rubric.
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
 * Invisible marks.
 */
export interface WatermarkReport {
  /**
   * Whether the pixels were probed. If not, silence says nothing.
   */
  probed: boolean;
  /**
   * Why the pixels were not probed.
   */
  notProbed?: string;
  /**
   * After which changes to the picture Labeler's own watermark was not searched for. If present, a watermark may be
   * there all the same; absent when the search was complete or found it.
   */
  notSearched?: string;
  /**
   * Upper bound of the share of unmarked pictures that show a generator's mark all the same.
   */
  falsePositiveRate?: number;
  /**
   * Marks that were decoded or that the manifest declares.
   */
  marks: MarkReport[];
  /**
   * Marks that exist in the field and cannot be checked here: never to be read as absent.
   */
  notCheckable: string[];
}
/**
 * One invisible mark.
 */
export interface MarkReport {
  /**
   * Name or algorithm.
   */
  name: string;
  /**
   * Decoded from the signal, or only declared.
   */
  decoded: boolean;
  /**
   * Payload, if known.
   */
  payload: string | null;
  /**
   * Where it was declared, or how it was read.
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
