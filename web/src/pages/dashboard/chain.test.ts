import { afterEach, expect, it, vi } from 'vitest';
import { checkChain, positionOf } from './chain.ts';

afterEach(() => vi.unstubAllGlobals());

const head = (seq: number) => String(seq % 10).repeat(64);
const quiet = { onProgress: () => {}, onWait: () => {} };

/** A chain of so many links, two thousand a call; the second call is told to wait. */
function serve(links: number): string[] {
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    calls.push(address.replace('/api/v1/audit/chain', ''));
    if (calls.length === 2) return new Response('{}', { status: 429, headers: { 'RateLimit-Reset': '0' } });
    const from = Number(new URLSearchParams(address.split('?')[1]).get('seq') ?? 0);
    const seq = Math.min(from + 2000, links);
    return new Response(JSON.stringify({ verified: { seq, head: head(seq) }, complete: seq === links, fault: null }));
  });
  return calls;
}

it('goes on to the end, and waits when it is told to', async () => {
  const calls = serve(4500);
  const seen: number[] = [];
  const waits: Date[] = [];
  const result = await checkChain(
    undefined,
    { onProgress: ({ seq }) => seen.push(seq), onWait: (until) => waits.push(until) },
    new AbortController().signal,
  );
  expect(result).toMatchObject({ from: undefined, verified: { seq: 4500, head: head(4500) }, fault: undefined });
  expect(seen).toEqual([2000, 4000]);
  expect(waits).toHaveLength(1);
  expect(calls).toEqual([
    '',
    `?seq=2000&head=${head(2000)}`,
    `?seq=2000&head=${head(2000)}`,
    `?seq=4000&head=${head(4000)}`,
  ]);
});

it('begins where it is told to, stops at a fault, and can be stopped', async () => {
  const calls = serve(3);
  await checkChain({ seq: 2, head: head(2) }, quiet, new AbortController().signal);
  expect(calls).toEqual([`?seq=2&head=${head(2)}`]);
  const fault = { kind: 'altered', seq: 2, table: 'event', rowId: 'evt_1' };
  vi.stubGlobal(
    'fetch',
    async () => new Response(JSON.stringify({ verified: { seq: 1, head: head(1) }, complete: false, fault })),
  );
  expect(await checkChain(undefined, quiet, new AbortController().signal)).toMatchObject({
    verified: { seq: 1 },
    fault,
  });
  await expect(checkChain(undefined, quiet, AbortSignal.abort())).rejects.toThrow();
});

it('reads a position that was kept', () => {
  expect(positionOf(' 12 ', ` ${'AB'.repeat(32)}\n`)).toEqual({ seq: 12, head: 'ab'.repeat(32) });
  for (const [seq, kept] of [
    ['', head(1)],
    ['0', head(1)],
    ['1.5', head(1)],
    ['x', head(1)],
    ['1', 'abc'],
    ['1', 'g'.repeat(64)],
  ] as const)
    expect(positionOf(seq, kept)).toBeUndefined();
});
