// What the asker knows and the file does not, as the form holds it and as the engine takes it.

import type { Answer, CheckOptions, JudgementContext } from '@labeler/engine/types';

export const regions = ['eu', 'california', 'china', 'washington'] as const;
export const roles = ['provider', 'deployer', 'platform'] as const;
export const answers = ['unknown', 'yes', 'no'] as const;

export interface Circumstances {
  /** `YYYY-MM-DD`, or nothing for the day of the check. */
  asOf: string;
  role: (typeof roles)[number];
  isAi: Answer;
  placedOnMarketBefore: Answer;
  visibleLabel: Answer;
  vendorWatermark: Answer;
  provider: string;
  signatory: boolean;
  deepFake: boolean;
  regions: string[];
}

export function usual(): Circumstances {
  return {
    asOf: '',
    role: 'provider',
    isAi: 'unknown',
    placedOnMarketBefore: 'unknown',
    visibleLabel: 'unknown',
    vendorWatermark: 'unknown',
    provider: '',
    signatory: false,
    deepFake: false,
    regions: [...regions],
  };
}

/** The names of the settings that differ from the usual ones. */
export function changed(given: Circumstances): (keyof Circumstances)[] {
  const plain = usual();
  return (Object.keys(plain) as (keyof Circumstances)[]).filter((key) => String(given[key]) !== String(plain[key]));
}

/** A device has memory for larger pictures than the edge: 50 million pixels take about 200 MB while they are searched. */
export const MAX_PIXELS = 50_000_000;

/**
 * As the engine takes it. No context when nothing was changed: the engine's own defaults then apply, as on the command
 * line. `today` is the day in UTC, which the engine takes too.
 */
export function toOptions(given: Circumstances, today: string): CheckOptions {
  const own = changed(given);
  if (own.length === 0) return { maxPixels: MAX_PIXELS };
  const context: JudgementContext = { asOf: given.asOf || today };
  for (const key of own) if (key !== 'asOf') Object.assign(context, { [key]: given[key] });
  return { maxPixels: MAX_PIXELS, context };
}
