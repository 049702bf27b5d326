// The types of a report, which follow from its JSON Schema, and those of what the engine takes and gives besides.

import type {
  Context,
  MarkReport,
  Provenance,
  Reference,
  RubricOutcomes,
  Severity,
  ThumbnailInfo,
  TrustListInfo,
  WatermarkReport,
} from './report.d.ts';
export type * from './report.d.ts';

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

/** What the asker knows and the file does not. What is absent is unknown, which never means no. Days are `2026-11-21`. */
export type JudgementContext = Pick<Context, 'asOf'> & Partial<Omit<Context, 'regions'>> & { regions?: string[] };

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

/** Content Credentials. Integrity, signer, certificate time and AI statement are four separate facts. */
export type C2paSummary = Provenance;
/** A picture that a claim holds of its asset or of an ingredient. */
export type Thumbnail = ThumbnailInfo;
export type TrustList = TrustListInfo;
/** One official rubric. */
export type RubricResult = RubricOutcomes;
export type WatermarkSummary = WatermarkReport;
export type WatermarkFinding = MarkReport;
