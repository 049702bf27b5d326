// From a picture whose hash is unknown to the record of its label: the watermark is read on this device, and only its payload
// ID is looked up.

import type { WatermarkReading } from '@labeler/engine';
import type { VerifyRecord } from '../../lib/account.ts';
import { ApiFailure } from '../../lib/api.ts';
import { CheckFailure } from '../../lib/engine/pool.ts';

/** Why a lookup gave no record. */
export type Refusal = 'unknown' | 'signIn' | 'tooMany' | 'failed';

/** How far the search by watermark is, and how it ended. */
export type Search =
  | { kind: 'loading' | 'searching' | 'cancelled' | 'none' | 'tooLarge' | 'unsupported' }
  | { kind: 'stopped'; code: string }
  | { kind: 'asking' | Refusal; payloadId: string }
  | { kind: 'found'; payloadId: string; records: VerifyRecord[] };

export interface SearchTools {
  /** Reads the watermark; calls `onSearch` when it begins to. */
  read(onSearch: () => void): Promise<WatermarkReading>;
  /** Looks a payload ID up. */
  ask(payloadId: string): Promise<VerifyRecord[]>;
}

/** What a failed lookup means for the person who asked. */
export function refusalOf(cause: unknown): Refusal {
  if (!(cause instanceof ApiFailure)) return 'failed';
  if (cause.status === 404 && cause.code === 'not_found') return 'unknown';
  if (cause.status === 401 || cause.status === 403) return 'signIn';
  return cause.status === 429 ? 'tooMany' : 'failed';
}

/** Looks a payload ID up and tells how that goes. */
export async function askFor(
  payloadId: string,
  ask: SearchTools['ask'],
  tell: (search: Search) => void,
): Promise<void> {
  tell({ kind: 'asking', payloadId });
  try {
    const records = await ask(payloadId);
    tell(records.length > 0 ? { kind: 'found', payloadId, records } : { kind: 'unknown', payloadId });
  } catch (cause) {
    // Not every text of the right form is a payload ID: some begin with bits that are never written.
    const invalid = cause instanceof ApiFailure && cause.status === 400;
    tell({ kind: invalid ? 'unknown' : refusalOf(cause), payloadId });
  }
}

/** Reads the watermark of a picture, looks it up and reports each step. */
export async function searchByWatermark(
  { read, ask }: SearchTools,
  signal: AbortSignal,
  tell: (search: Search) => void,
): Promise<void> {
  tell({ kind: 'loading' });
  let reading: WatermarkReading;
  try {
    reading = await read(() => tell({ kind: 'searching' }));
  } catch (cause) {
    if (signal.aborted) tell({ kind: 'cancelled' });
    else tell({ kind: 'stopped', code: cause instanceof CheckFailure ? cause.code : 'internal_error' });
    return;
  }
  if (reading.payload !== null) await askFor(reading.payload, ask, tell);
  else tell({ kind: reading.notRead === 'too_large' ? 'tooLarge' : (reading.notRead ?? 'none') });
}

/** Whether the search goes on. */
export function isBusy(search: Search | undefined): boolean {
  return search !== undefined && ['loading', 'searching', 'asking'].includes(search.kind);
}
