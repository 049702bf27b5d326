import { afterEach, expect, it, vi } from 'vitest';
import { allEvents, everyEvent } from './events.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Answers calls one after the other; returns the addresses asked for. */
function answers(...all: [status: number, body: unknown, headers?: Record<string, string>][]): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address);
    const [status, body, headers] = all.shift() ?? [500, {}];
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
  });
  return asked;
}

it('fetches all pages, and waits where there were too many calls', async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const asked = answers(
    [429, { error: { code: 'rate_limited' } }, { 'RateLimit-Reset': '1060' }],
    [200, { data: [{ id: 'b' }], nextCursor: 'n', total: 2 }],
    [200, { data: [{ id: 'a' }], nextCursor: null, total: 2 }],
  );
  const progress = vi.fn();
  const found = allEvents({ ...everyEvent, to: '2026-05-16' }, progress, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await found).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(asked[2]).toBe('/api/v1/assets?limit=100&to=2026-05-16T23%3A59%3A59.999Z&cursor=n');
  expect(progress.mock.calls).toEqual([
    [1, 2],
    [2, 2],
  ]);
});

it('ends with the failure, or when told to', async () => {
  answers([500, { error: { code: 'internal_error' } }]);
  await expect(allEvents(everyEvent, () => {}, new AbortController().signal)).rejects.toMatchObject({
    code: 'internal_error',
  });
  answers([200, { data: [], nextCursor: null, total: 0 }]);
  await expect(allEvents(everyEvent, () => {}, AbortSignal.abort())).rejects.toThrow();
});
