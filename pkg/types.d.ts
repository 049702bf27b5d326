// The report, mirrored by hand from the engine.

/** Settings of a check. */
export interface CheckOptions {
  /** Name in the report; a `File` brings its own. */
  filename?: string;
  /** Media type that the file claims; a `File` brings the one its extension implies. */
  declaredMime?: string;
  /** Clock of the report, milliseconds since 1970; the device's clock by default. */
  nowMs?: number;
  /** The circumstances of the judgement; today, a provider and all regions by default. */
  context?: JudgementContext;
  /** Largest picture, in pixels, that is searched for invisible marks; the API's limit by default, 0 for none. */
  maxPixels?: number;
  /**
   * How thoroughly pictures are searched for Labeler's own watermark. `whole`, the default: in the whole picture, also
   * resized, mirrored or turned by quarters. `deep`: also after a crop, a rotation by any angle or a change of aspect
   * ratio, which takes about half a second more for a picture without a watermark.
   */
  search?: 'whole' | 'deep';
}

export type Answer = 'yes' | 'no' | 'unknown';
export type Role = 'provider' | 'deployer' | 'platform' | 'hostingPlatform' | 'captureDeviceMaker';

/** What the asker knows and the file does not. What is absent is unknown, which never means no. Days are `2026-11-21`. */
export interface JudgementContext {
  /** The day of the check, whose law applies where neither a trusted time stamp nor an answer gives another day. */
  asOf: string;
  role?: Role;
  isAi?: Answer;
  aiInvolvement?: 'created' | 'altered' | 'unknown';
  createdOn?: string;
  publishedOn?: string;
  distributedOn?: string;
  /** Whether the AI system was on the EU market before 2 August 2026. */
  placedOnMarketBefore?: Answer;
  /** The day it was placed on the market. */
  placedOnMarket?: string;
  /** The provider's name that the marks must give. */
  provider?: string;
  deepFake?: Answer;
  /** Whether the provider or deployer signed the EU Code of Practice. */
  signatory?: Answer;
  vendorWatermark?: Answer;
  visibleLabel?: Answer;
  alteredSlightly?: Answer;
  assistiveEditing?: Answer;
  minorModification?: Answer;
  deployerProfessional?: Answer;
  artistic?: Answer;
  publicInterestText?: Answer;
  humanReview?: Answer;
  editorialResponsibility?: Answer;
  authorisedByLaw?: Answer;
  usersAboveOneMillion?: Answer;
  usersAboveTwoMillion?: Answer;
  verificationToolReads?: Answer;
  knowinglyRemoved?: Answer;
  deviceFirstSoldSince2028?: Answer;
  businessOnly?: Answer;
  deepSynthesisService?: Answer;
  unlabelledCopyRequested?: Answer;
  labelDutiesAgreed?: Answer;
  logsKept?: Answer;
  declaredOnPlatform?: Answer;
  userDeclaredAi?: Answer;
  platformFoundTraces?: Answer;
  noticeBesidePost?: Answer;
  platformIsProducer?: Answer;
  regions?: string[];
}

/** A question whose answer would settle something that is open. */
export interface Question {
  /** `made-by-ai` */
  id: string;
  /** The field of `JudgementContext` that takes the answer. */
  answer: string;
  kind: 'yes-no' | 'day';
  /** The answers to choose from; of a day, only `unknown`. */
  answers: string[];
  text: Message;
  /** What one has to know to answer it. */
  help?: Message;
  /** How many open rules wait for it. */
  settles: number;
  /** Regions that ask it. */
  regions: string[];
}

/**
 * How well a piece of evidence is backed. `verified`: the signature holds and its signer is on a named list; `intact`: it
 * holds, the signer is unknown; `seen`: read from pixels, samples or text; `statedUnsigned`: by a field that anybody can
 * write; `statedByYou`: by an answer.
 */
export type Standing = 'verified' | 'intact' | 'seen' | 'statedUnsigned' | 'statedByYou';

/** The day whose law applies to an act, and why that day. */
export interface LawDay {
  attachesTo: 'creation' | 'publication' | 'distribution';
  day: string;
  source: 'timeStamp' | 'answer' | 'check';
  reason: Message;
}

/** What a rule says, and a region. The sentence or message says why. */
export type Outcome = 'pass' | 'fail' | 'undetermined' | 'notApplicable';
/** How a rule weighs: only `required` ones decide the region's verdict. */
export type Severity = 'required' | 'recommended' | 'informational';
export type Modality = 'image' | 'video' | 'audio' | 'text' | 'document' | 'unknown';

/** What was found in one file and what follows from it, region by region. */
export interface CheckerReport {
  schemaVersion: number;
  /** Lower-case hex; null only in the first of the two reports on a large file. */
  sha256: string | null;
  filename: string | null;
  /** By content, never by extension. */
  mime: string;
  sizeBytes: number;
  modality: Modality;
  /** ISO 8601, the clock that the caller gave. */
  createdAt: string;
  engine: EngineInfo;
  /** The circumstances that the judgement assumed. */
  context: JudgementContext;
  ai: AiClaim;
  /** By region, then by name: what was looked for, and what was found. */
  signals: Record<string, Record<string, Signal>>;
  /** By region: `eu`, `california`, `china`, … */
  verdicts: Record<string, RegionVerdict>;
  /** Limits of the judgement as a whole. */
  notes: Message[];
  /** The questions that open verdicts need, first the one whose answer settles most; absent when nothing is asked. */
  questions?: Question[];
  c2pa: C2paSummary;
  /** C2PA's official rubrics for assets, applied to this file. */
  rubrics?: RubricResult[];
  iptc: IptcSummary;
  metadata: MetadataReport;
  /** Every AIGC label (GB 45438-2025) found. */
  aigc: AigcSite[];
  /** Traces of known generators outside C2PA. */
  generators: GeneratorTrace[];
  watermark: WatermarkSummary;
  /** What could not be read, or looks wrong. */
  warnings: Warning[];
}

/** One official rubric. */
export interface RubricResult {
  name: string;
  issuer: string;
  version: string;
  date: string;
  /** Checks that passed. */
  passed: number;
  /** Checks that failed, warn, or could not be evaluated. */
  failed: number;
  /** Checks with something to say. */
  checks: {
    id: string;
    /** `present`: a signal is in the manifest; `error`: the check has no value for it. */
    outcome: 'pass' | 'fail' | 'warn' | 'present' | 'error';
    /** The rubric's own English sentence for this outcome. */
    text: string;
    specSection?: string;
    /** Which manifest a signal was found in, counted from the active one. */
    manifest?: number;
    value?: unknown;
  }[];
}

/** Whether anything says that AI made or altered the content. */
export interface AiClaim {
  state: 'none' | 'possible' | 'claimed';
  /** Whether the asker says yes. */
  asserted: boolean;
  evidence: Citation[];
  contradictions?: { ai: Citation; other: Citation }[];
}

export interface Signal {
  /** `absent` only where every place of the container was read. */
  state: 'found' | 'absent' | 'unknown';
  value?: string;
  site?: Site;
}

/** A place in the file. */
export interface Location {
  /** The way through the container's structures. */
  path: string;
  /** Bytes. */
  offset: number;
  length: number;
}

export interface Warning {
  kind: string;
  message: string;
  location: Location | null;
}

/** A sentence with the key and parameters it was made from, so that another language can say it. */
export interface Message {
  key: string;
  text: string;
  params?: Record<string, string>;
}

export interface RegionVerdict {
  /** `fail`: a required rule fails; `undetermined`: none fails, one is open; `notApplicable`: none applies. */
  verdict: Outcome;
  sentence: Message;
  counts: Record<Severity, Record<Outcome, number>>;
  /** The days whose law was applied, one for each act. */
  days?: LawDay[];
  /** The one reason for which all rules that decide are open, when there is one. */
  openReason?: Message;
  rules: RuleResult[];
}

export interface RuleResult {
  id: string;
  region: string;
  title: string;
  reference: Reference;
  /** What the provision asks for, quoted or summed up. */
  requirement: string;
  /** First day of the version applied, ISO 8601. */
  validFrom: string;
  validUntil?: string;
  severity: Severity;
  severityReason?: Message;
  outcome: Outcome;
  message: Message;
  notes?: Message[];
  /** What would settle an undetermined rule. */
  settles?: Message;
  /** How to mend a failed one. */
  fix?: Message;
  evidence?: Citation[];
  /** Ids of the questions that would settle it. */
  asks?: string[];
  /** The day whose law was applied. */
  lawDay?: string;
  trace?: { case: string; facts?: { name: string; value: string }[]; unknown?: string[] };
}

/** One version of a rule, from the catalogue. */
export interface Rule {
  id: string;
  region: string;
  title: string;
  requirement: string;
  reference: Reference;
  validFrom: string;
  validUntil?: string | null;
  severity: Severity;
  roles: string[];
}

export interface Reference {
  instrument: string;
  provision: string;
  url?: string;
}

export interface Citation {
  fact: string;
  value: string;
  site: Site;
  standing?: Standing;
}

/** Where in the file. */
export interface Site {
  location: string;
  /** Bytes from the start of the file. */
  offset?: number;
}

/** Content Credentials. Integrity, signer, certificate time and AI statement are four separate facts. */
export interface C2paSummary {
  /** `unverified`: signature and assertions match, the file has not been hashed (yet). */
  integrity: 'none' | 'intact' | 'unverified' | 'broken' | 'unreadable';
  error?: string;
  activeManifest: string | null;
  signer: Signer | null;
  /** At the trusted time stamp, else at the report's clock. */
  certificateTime: 'unknown' | 'in_time' | 'expired' | 'not_yet_valid';
  timeStamp: TimeStamp | null;
  validation: Validation;
  /** The active one first, then those reached through ingredients, each once. */
  manifests: Manifest[];
  /** Pictures that claims hold of their assets. */
  thumbnails?: Thumbnail[];
}

export interface Thumbnail {
  /** Label of the manifest that holds it. */
  manifest: string;
  /** Label of its assertion: `c2pa.thumbnail.claim…` shows the manifest's asset, `c2pa.thumbnail.ingredient…` an ingredient. */
  assertion: string;
  /** Media type, as stated. */
  format: string;
  sizeBytes: number;
}

export interface Signer {
  commonName: string | null;
  organization: string | null;
  issuer: string | null;
  algorithm: string | null;
  /** `SHA256:` and base64. */
  fingerprint: string | null;
  notBefore: string | null;
  notAfter: string | null;
  /** The list that trusts this signer, if one does. */
  trustedBy: TrustList | null;
  /** A development chain of this product, which nobody trusts. */
  development: boolean;
  selfSigned: boolean;
}

export interface TrustList {
  id: string;
  name: string;
  /** Day of issue or snapshot. */
  date: string;
  source: string;
}

export interface TimeStamp {
  time: string | null;
  valid: boolean;
  trusted: boolean;
}

export interface Validation {
  success: Status[];
  informational: Status[];
  failure: Status[];
}

export interface Status {
  /** For example `assertion.dataHash.mismatch`. */
  code: string;
  url?: string;
  explanation?: string;
}

export interface Software {
  name: string;
  version?: string;
}

export interface Action {
  action: string;
  digitalSourceType?: string;
  when?: string;
  softwareAgent?: Software;
  description?: string;
  parameters?: Record<string, unknown>;
}

export interface Ingredient {
  title?: string;
  format?: string;
  relationship: string;
  /** Label of the ingredient's own manifest in the store. */
  activeManifest?: string;
  failures: string[];
}

export interface Manifest {
  label: string;
  active: boolean;
  title: string | null;
  claimGenerator: Software | null;
  claimVersion: number | null;
  signedBy: string | null;
  signedAt: string | null;
  actions: Action[];
  ingredients: Ingredient[];
  softBindings: { alg: string; value?: string }[];
  trainingMining: { assertion: string; entry: string; use: string }[];
  /** Labels of CAWG identity assertions. */
  identities?: string[];
  assertions: string[];
}

/** A field of an XMP packet that states the origin. */
export interface IptcField {
  /** As written. */
  value: string;
  /** Path of the property in its packet. */
  property: string;
  location: Location;
}

export interface DigitalSourceTypeFinding {
  /** As written. */
  raw: string;
  /** Code of the term; null when the value is no known term. */
  term: string | null;
  /** English name of the term. */
  label: string | null;
  form: string;
  retired: boolean;
  property: string;
  location: Location;
}

/** IPTC and related fields that state origin. */
export interface IptcSummary {
  digitalSourceTypes: DigitalSourceTypeFinding[];
  aiSystemUsed: IptcField | null;
  aiSystemVersionUsed: IptcField | null;
  aiPromptInformation: IptcField | null;
  aiPromptWriterName: IptcField | null;
  digitalImageGuid: IptcField | null;
  creatorTool: IptcField | null;
  createDate: IptcField | null;
  credit: IptcField | null;
  dataMining: IptcField | null;
  otherConstraints: IptcField | null;
  /** Address of a remote C2PA manifest. Never fetched. */
  provenance: IptcField | null;
}

/** The metadata that was read, beyond the fields that state the origin. */
export interface MetadataReport {
  xmp: {
    location: Location;
    standardPlace: boolean;
    properties: { path: string; value: string; [key: string]: unknown }[];
  }[];
  exif: {
    location: Location;
    orientation: number | null;
    gps: boolean;
    fields: { tag: number; name: string; value: string; location: Location }[];
  }[];
  iim: { record: number; dataset: number; name: string; value: string; location: Location }[];
  text: { kind: string; key: string; value: string; truncated: boolean; location: Location }[];
}

/** A place that holds, or tries to hold, China's implicit label. */
export interface AigcSite {
  location: Location;
  carrier: string;
  field: string;
  standardPlace: boolean;
  /** The value as it stands in the field. */
  raw: string;
  /** The values by key of GB 45438-2025, Annex E; null when no JSON object was found. */
  label: Record<string, string | null> | null;
  [key: string]: unknown;
}

export interface GeneratorTrace {
  generator: string;
  tier: number;
  field: string;
  location: Location;
  excerpt: string;
}

export interface WatermarkSummary {
  /** Whether the pixels were probed. If not, silence says nothing. */
  probed: boolean;
  /** Why they were not. */
  notProbed?: string;
  /**
   * After which changes to the picture Labeler's own watermark was not searched for. If present, a watermark may be there
   * all the same; absent when the search was complete or found it.
   */
  notSearched?: string;
  /** Upper bound of the share of unmarked pictures that show a generator's mark all the same. */
  falsePositiveRate?: number;
  marks: WatermarkFinding[];
  /** Marks that exist and cannot be checked here: never to be read as absent. */
  notCheckable: string[];
}

export interface WatermarkFinding {
  name: string;
  /** Read from the pixels, or only declared by the credentials. */
  decoded: boolean;
  payload: string | null;
  source: string;
}

export interface EngineInfo {
  labeler: { name: string; version: string };
  c2pa: { name: string; version: string };
  /** `packs`: the law packs that judged, with the SHA-256 of each. */
  rules: { version: string; date: string; packs?: { id: string; version: string; hash: string }[] };
  trustLists: TrustList[];
}
