// Order and grouping of a report's parts for the components, and the summary of what the manifests say about AI.

import type {
  AigcSite,
  C2paSummary,
  CheckerReport,
  IptcSummary,
  Location,
  Manifest,
  MetadataReport,
  Outcome,
  RegionVerdict,
  RuleResult,
  Severity,
  Standing,
} from '@labeler/engine/types';

const regionOrder = ['eu', 'california', 'china'];
const weight: Record<Severity, number> = { required: 0, recommended: 1, informational: 2 };

/** Returns the regions in the order in which they are shown: the known ones first, then the rest by name. */
export function regionsOf(verdicts: Record<string, RegionVerdict>): [string, RegionVerdict][] {
  const rank = (id: string) => {
    const index = regionOrder.indexOf(id);
    return index < 0 ? regionOrder.length : index;
  };
  return Object.entries(verdicts).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Returns the rules with an outcome by severity, the highest first, otherwise in their own order. */
export function rulesWith(outcome: Outcome, rules: RuleResult[]): RuleResult[] {
  return rules.filter((rule) => rule.outcome === outcome).sort((a, b) => weight[a.severity] - weight[b.severity]);
}

/** Least number of rules with the same reason that are folded under it. */
const MANY = 3;

/**
 * Groups the open rules of a region. `same`: open for the reason that the region's sentence gives; `shared`: groups with
 * another reason in common, which is shown once; `others`: the rest.
 */
export function openRules({ rules, openReason }: RegionVerdict): {
  same: RuleResult[];
  shared: RuleResult[][];
  others: RuleResult[];
} {
  const open = rulesWith('undetermined', rules);
  const same = openReason ? open.filter(({ message }) => message.key === openReason.key) : [];
  const byReason = new Map<string, RuleResult[]>();
  for (const rule of open) {
    if (same.includes(rule)) continue;
    const reason = JSON.stringify([rule.message.key, rule.message.params]);
    byReason.set(reason, [...(byReason.get(reason) ?? []), rule]);
  }
  const shared = [...byReason.values()].filter((group) => group.length >= MANY);
  return {
    same,
    shared,
    others: open.filter((rule) => !same.includes(rule) && !shared.some((group) => group.includes(rule))),
  };
}

const standings: readonly Standing[] = ['verified', 'intact', 'seen', 'statedUnsigned', 'statedByYou'];

/** Returns the standings that occur in a report, the strongest first. */
export function standingsIn({ ai, verdicts }: Pick<CheckerReport, 'ai' | 'verdicts'>): Standing[] {
  const cited = Object.values(verdicts).flatMap(({ rules }) => rules.flatMap(({ evidence }) => evidence ?? []));
  const found = new Set([...ai.evidence, ...cited].map(({ standing }) => standing));
  return standings.filter((standing) => found.has(standing));
}

// Codes about the signer, trust and certificate time. They do not mean that the file was changed.
const trustOrTime = /^(signingCredential|timeStamp|cawg)\./;

/**
 * Integrity in the words of the page. `unverified`: nothing shows a change, but the signature could not be verified
 * either, because the engine stops at an unusable certificate.
 */
export function integrityOf(c2pa: C2paSummary): C2paSummary['integrity'] | 'unverified' {
  const { failure } = c2pa.validation;
  const harmless = failure.length > 0 && failure.every(({ code }) => trustOrTime.test(code));
  return c2pa.integrity === 'broken' && harmless ? 'unverified' : c2pa.integrity;
}

/** Whether a law is reported for information and gives no verdict. */
export function isInformational({ sentence }: RegionVerdict): boolean {
  return sentence.key === 'verdict.informational';
}

/** The regions to show at the top: the three laws, others as soon as they ask something of the file, and those for information. */
export function headlineRegions(verdicts: Record<string, RegionVerdict>): [string, RegionVerdict][] {
  return regionsOf(verdicts).filter(
    ([id, verdict]) => regionOrder.includes(id) || verdict.verdict !== 'notApplicable' || isInformational(verdict),
  );
}

/** Returns an address that is safe in a link: a report from a file can contain any text. */
export function safeUrl(url: string | undefined): string | undefined {
  return url !== undefined && /^https:\/\//.test(url) ? url : undefined;
}

/** Whether bytes that a manifest calls a picture may be shown as one: raster types only. */
export function isPicture(mediaType: string): boolean {
  return /^image\/(?:jpeg|png|webp|avif|gif)$/.test(mediaType);
}

export type AiStatement = 'generated' | 'edited' | 'captured' | 'other' | 'silent';

export interface AiFinding {
  statement: AiStatement;
  /** Where it is said: in the active manifest or in another one. */
  active: boolean;
  /** The source type, without its address. */
  term?: string;
}

// IPTC's vocabulary https://cv.iptc.org/newscodes/digitalsourcetype/ and C2PA's own term for trained models.
const terms: Record<string, AiStatement> = {
  trainedAlgorithmicMedia: 'generated',
  trainedAlgorithmicData: 'generated',
  compositeSynthetic: 'edited',
  compositeWithTrainedAlgorithmicMedia: 'edited',
  digitalCapture: 'captured',
  computationalCapture: 'captured',
};
const rank: Record<AiStatement, number> = { generated: 0, edited: 1, captured: 2, other: 3, silent: 4 };

/** Returns the last part of a vocabulary address. */
export function termOf(uri: string): string {
  return uri.split(/[/#]/).at(-1) ?? uri;
}

/** Returns the strongest statement of the manifests about AI. The active manifest takes precedence over its ingredients. */
export function aiFinding(c2pa: C2paSummary): AiFinding {
  const findings = c2pa.manifests.flatMap((manifest) =>
    manifest.actions.flatMap((action): AiFinding[] => {
      if (!action.digitalSourceType) return [];
      const term = termOf(action.digitalSourceType);
      return [{ statement: terms[term] ?? 'other', active: manifest.active, term }];
    }),
  );
  findings.sort((a, b) => rank[a.statement] - rank[b.statement] || Number(b.active) - Number(a.active));
  return findings[0] ?? { statement: 'silent', active: false };
}

export interface ProvenanceNode {
  key: string;
  /** How it came into its parent; absent for the file itself. */
  relationship?: string;
  title?: string;
  manifest?: Manifest;
  /** Address of a picture of it, from the manifest. */
  thumbnail?: string;
  failures: string[];
  /** This manifest was shown further up already. */
  repeated: boolean;
  children: ProvenanceNode[];
}

const MAX_DEPTH = 12;

/** The manifests as a tree from the active one down. Loops and repeats are cut: each manifest is unfolded once. */
export function provenanceTree(
  c2pa: C2paSummary,
  thumbnails: ReadonlyMap<string, string> = new Map(),
): ProvenanceNode | undefined {
  const byLabel = new Map(c2pa.manifests.map((manifest) => [manifest.label, manifest]));
  const unfolded = new Set<string>();
  const build = (manifest: Manifest, key: string, depth: number): ProvenanceNode[] =>
    manifest.ingredients.map((ingredient, index) => {
      const own = ingredient.activeManifest === undefined ? undefined : byLabel.get(ingredient.activeManifest);
      const childKey = `${key}.${index}`;
      const repeated = own !== undefined && unfolded.has(own.label);
      if (own) unfolded.add(own.label);
      return {
        key: childKey,
        relationship: ingredient.relationship,
        title: ingredient.title ?? own?.title ?? undefined,
        manifest: own,
        thumbnail: own && thumbnails.get(own.label),
        failures: ingredient.failures,
        repeated,
        children: own && !repeated && depth < MAX_DEPTH ? build(own, childKey, depth + 1) : [],
      };
    });
  const root = c2pa.manifests.find((manifest) => manifest.active) ?? c2pa.manifests[0];
  if (!root) return undefined;
  unfolded.add(root.label);
  return {
    key: '0',
    title: root.title ?? undefined,
    manifest: root,
    thumbnail: thumbnails.get(root.label),
    failures: [],
    repeated: false,
    children: build(root, '0', 1),
  };
}

export interface FieldRow {
  name: string;
  value: string;
  place: Location;
}

/** The metadata fields that state the origin. */
export function originRows(iptc: IptcSummary): FieldRow[] {
  const { digitalSourceTypes, ...single } = iptc;
  const types = digitalSourceTypes.map((found) => ({
    name: found.property,
    value: found.label ? `${found.label} (${found.raw})` : found.raw,
    place: found.location,
  }));
  const fields = Object.values(single).flatMap((field) =>
    field ? [{ name: field.property, value: field.value, place: field.location }] : [],
  );
  return [...types, ...fields];
}

/** Every other metadata field that was read. */
export function otherRows(metadata: MetadataReport): FieldRow[] {
  return [
    ...metadata.xmp.flatMap((packet) =>
      packet.properties.map(({ path, value }) => ({ name: path, value, place: packet.location })),
    ),
    ...metadata.exif.flatMap((block) =>
      block.fields.map(({ name, value, location }) => ({ name: `EXIF ${name}`, value, place: location })),
    ),
    ...metadata.iim.map(({ name, value, location }) => ({ name: `IIM ${name}`, value, place: location })),
    ...metadata.text.map(({ key, value, location }) => ({ name: key, value, place: location })),
  ];
}

/** Returns the values that a Chinese label gives, or the raw field if it contains no label. */
export function aigcRows(site: AigcSite): { name: string; value: string }[] {
  if (!site.label) return [{ name: site.field, value: site.raw }];
  return Object.entries(site.label).flatMap(([key, value]) => (value ? [{ name: standardKey(key), value }] : []));
}

// The report writes keys in camel case; people look for the standard's spelling, such as `ProduceID`.
function standardKey(key: string): string {
  return (key.charAt(0).toUpperCase() + key.slice(1)).replace(/Id$/, 'ID');
}
