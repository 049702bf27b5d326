// The hash chain of the audit trail, as the server checks it: two thousand links a call.

import type { Answer, With } from '../../lib/schemas.ts';
import { api } from '../../lib/api.ts';
import { patiently } from './patience.ts';

/** A place in the chain. */
export type Position = Answer<'PositionInfo'>;

export type Fault = With<
  Answer<'FaultInfo'>,
  {
    kind: 'missing' | 'altered' | 'broken' | 'cut' | 'stray' | 'forged';
    table: 'event' | 'admin' | 'requests' | null;
  }
>;

/** The end of the chain at some time, under a key that is not in the database. */
export type KeyedHead = Answer<'KeyedHeadInfo'>;

type Result = With<Answer<'ChainInfo'>, { fault: Fault | null; keyed: KeyedHead | null }>;

export interface ChainResult {
  /** Start of the check; `undefined` for the beginning of the chain. */
  from: Position | undefined;
  verified: Position;
  fault: Fault | undefined;
  /** The newest keyed head that the chain agrees with. */
  keyed: KeyedHead | undefined;
  /** When it was checked, ISO 8601. */
  checkedAt: string;
}

/** Reads a kept position from two fields; `undefined` if they are no position. */
export function positionOf(seq: string, head: string): Position | undefined {
  const number = Number(seq.trim());
  const digits = head.trim().toLowerCase();
  return seq.trim() !== '' && Number.isSafeInteger(number) && number > 0 && /^[0-9a-f]{64}$/.test(digits)
    ? { seq: number, head: digits }
    : undefined;
}

export interface Watching {
  onProgress(verified: Position): void;
  onWait(until: Date): void;
}

/** Checks the chain up to its end or its first fault, from a kept position or from the beginning. */
export async function checkChain(
  from: Position | undefined,
  { onProgress, onWait }: Watching,
  signal: AbortSignal,
): Promise<ChainResult> {
  let at = from;
  for (;;) {
    const query: string = at ? `?${new URLSearchParams({ seq: String(at.seq), head: at.head })}` : '';
    const answer: Result = await patiently(() => api<Result>('GET', `/audit/chain${query}`), signal, onWait);
    at = answer.verified;
    if (answer.fault || answer.complete)
      return {
        from,
        verified: at,
        fault: answer.fault ?? undefined,
        keyed: answer.keyed ?? undefined,
        checkedAt: new Date().toISOString(),
      };
    onProgress(at);
  }
}
