import type { WatermarkReading } from '@labeler/engine';
import { expect, it } from 'vitest';
import type { VerifyRecord } from '../../lib/account.ts';
import { ApiFailure } from '../../lib/api.ts';
import { CheckFailure } from '../../lib/engine/pool.ts';
import { askFor, isBusy, searchByWatermark, type Search } from './search.ts';

const payloadId = 'wm_abcdefghijklm';
const record: VerifyRecord = { mime: 'image/jpeg', watermarkPayloadId: payloadId };

/** Searches, and gives all that was told. */
async function told(
  read: () => Promise<WatermarkReading>,
  ask: () => Promise<VerifyRecord[]> = () => Promise.reject(new Error('not asked')),
  abort = new AbortController(),
) {
  const states: Search[] = [];
  await searchByWatermark({ read: (onSearch) => (onSearch(), read()), ask }, abort.signal, (state) =>
    states.push(state),
  );
  return states;
}

it('leads from a picture to its records', async () => {
  const states = await told(
    async () => ({ payload: payloadId }),
    async () => [record],
  );
  expect(states).toEqual([
    { kind: 'loading' },
    { kind: 'searching' },
    { kind: 'asking', payloadId },
    { kind: 'found', payloadId, records: [record] },
  ]);
  expect(states.map(isBusy)).toEqual([true, true, true, false]);
  expect(isBusy(undefined)).toBe(false);
});

it('tells pictures without a watermark, too large ones and those that cannot be read apart, and asks nobody', async () => {
  const last = async (reading: WatermarkReading) => (await told(async () => reading)).at(-1);
  expect(await last({ payload: null })).toEqual({ kind: 'none' });
  expect(await last({ payload: null, notRead: 'too_large' })).toEqual({ kind: 'tooLarge' });
  expect(await last({ payload: null, notRead: 'unsupported' })).toEqual({ kind: 'unsupported' });
});

it('tells a search that was cancelled from one that failed', async () => {
  const abort = new AbortController();
  const cancelled = await told(
    async () => {
      abort.abort();
      throw abort.signal.reason;
    },
    undefined,
    abort,
  );
  expect(cancelled.at(-1)).toEqual({ kind: 'cancelled' });
  const crashed = await told(() => Promise.reject(new CheckFailure({ code: 'engine_crashed', message: '' })));
  expect(crashed.at(-1)).toEqual({ kind: 'stopped', code: 'engine_crashed' });
  expect((await told(() => Promise.reject(new Error('x')))).at(-1)).toEqual({
    kind: 'stopped',
    code: 'internal_error',
  });
});

it('says why a payload ID has no record', async () => {
  const last = async (answer: () => Promise<VerifyRecord[]>) => {
    const states: Search[] = [];
    await askFor(payloadId, answer, (state) => states.push(state));
    return states.at(-1);
  };
  const refused = (status: number, code: string) => last(() => Promise.reject(new ApiFailure(status, code, '')));
  expect(await refused(404, 'not_found')).toEqual({ kind: 'unknown', payloadId });
  expect(await refused(400, 'validation_error')).toEqual({ kind: 'unknown', payloadId });
  expect(await last(async () => [])).toEqual({ kind: 'unknown', payloadId });
  expect(await refused(401, 'missing_credentials')).toEqual({ kind: 'signIn', payloadId });
  expect(await refused(429, 'rate_limited')).toEqual({ kind: 'tooMany', payloadId });
  // A page that answers for a route which is not there.
  expect(await refused(404, 'not_json')).toEqual({ kind: 'failed', payloadId });
  expect(await last(() => Promise.reject(new TypeError('network')))).toEqual({ kind: 'failed', payloadId });
});
