import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import common from '../../messages/en.json';
import dashboard from '../../messages/dashboard/en.json';
import { use } from '../../lib/messages.svelte.ts';
import { factsOf } from './adminfacts.ts';
import { adminFilterOf, changeKinds, matches, nextPart, type AdminEvent, type AdminFilter } from './adminlog.ts';
import { queryOf } from './events.ts';

const everything: AdminFilter = { kind: '', actor: '', from: '', to: '' };
const entry = (number: number, more: Partial<AdminEvent> = {}): AdminEvent => ({
  id: `adm_${number}`,
  action: 'session.started',
  actorKind: 'user',
  actorId: 'usr_1',
  subject: 'ses_1',
  detail: {},
  requestId: 'r',
  network: null,
  createdAt: '2026-05-16T10:30:00.000Z',
  ...more,
});

beforeEach(() => use('en', { ...common, ...dashboard }));
afterEach(() => vi.unstubAllGlobals());

/** A server with these entries, newest first, and the limits of the calls made to it. */
function serve(entries: AdminEvent[]): number[] {
  const limits: number[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    const query = new URLSearchParams(address.split('?')[1]);
    const limit = Number(query.get('limit'));
    const from = entries.findIndex((each) => each.id === query.get('cursor')) + 1;
    const data = entries.slice(from, from + limit);
    limits.push(limit);
    return new Response(JSON.stringify({ data, nextCursor: data.length === limit ? data.at(-1)?.id : null }));
  });
  return limits;
}

it('keeps a filter in an address, and drops what is none', () => {
  const filter: AdminFilter = { kind: 'keys', actor: 'usr_1', from: '2026-05-01', to: '2026-05-31' };
  expect(adminFilterOf(new URLSearchParams(queryOf(filter)))).toEqual(filter);
  expect(adminFilterOf(new URLSearchParams('kind=smell&from=yesterday'))).toEqual(everything);
});

it('matches by kind, caller and day', () => {
  const made = entry(1, { action: 'key.created' });
  expect(changeKinds.filter((kind) => matches(made, { ...everything, kind }))).toEqual(['keys']);
  expect(matches(made, { ...everything, actor: 'usr_2' })).toBe(false);
  expect(matches(made, { ...everything, from: '2026-05-16', to: '2026-05-16' })).toBe(true);
  expect(matches(made, { ...everything, to: '2026-05-15' })).toBe(false);
});

it('gives every action that there is words and a kind', () => {
  const store = readFileSync(
    fileURLToPath(new URL('../../../../crates/store/src/audit/admin.rs', import.meta.url)),
    'utf8',
  );
  const actions = [...store.matchAll(/ = "(\w+\.\w+)",/g)].map(([, action = '']) => action);
  expect(actions.length).toBeGreaterThan(20);
  expect(
    Object.keys(dashboard)
      .filter((key) => key.startsWith('admin.action.'))
      .sort(),
  ).toEqual(actions.map((action) => `admin.action.${action}`).sort());
  for (const action of actions)
    expect(
      changeKinds.filter((kind) => matches(entry(1, { action }), { ...everything, kind })),
      action,
    ).toHaveLength(1);
});

it('reads page after page for what is rare, and stops to ask', async () => {
  const entries = Array.from({ length: 1200 }, (_, index) =>
    entry(index, { action: index % 400 === 0 ? 'plan.changed' : 'session.started' }),
  );
  const limits = serve(entries);
  const first = await nextPart({ ...everything, kind: 'workspace' }, null);
  expect(first).toMatchObject({ looked: 500, nextCursor: 'adm_499' });
  expect(first.data.map((each) => each.id)).toEqual(['adm_0', 'adm_400']);
  const second = await nextPart({ ...everything, kind: 'workspace' }, first.nextCursor);
  expect(second.data.map((each) => each.id)).toEqual(['adm_800']);
  expect(limits).toEqual(Array.from({ length: 10 }, () => 100));
});

it('reads one page of everything, and no further than the first day', async () => {
  const old = entry(100, { createdAt: '2026-04-30T23:59:59.999Z' });
  const limits = serve([
    ...Array.from({ length: 100 }, (_, index) => entry(index)),
    old,
    ...Array.from({ length: 400 }, (_, index) => ({ ...old, id: `adm_${101 + index}` })),
  ]);
  expect((await nextPart(everything, null)).data).toHaveLength(50);
  const may = { ...everything, kind: 'entrances', from: '2026-05-01' } as const;
  const part = await nextPart(may, 'adm_90');
  expect(part).toMatchObject({ nextCursor: null, looked: 100 });
  expect(part.data).toHaveLength(9);
  expect(limits).toEqual([50, 100]);
});

it('says facts in words, and those that it does not know as they are', () => {
  expect(
    factsOf({
      from: 'viewer',
      to: 'admin',
      expiresAtMs: null,
      livemode: true,
      scopes: 'label assets',
      rateLimits: { label: 5 },
    }),
  ).toEqual([
    { name: 'Role before', value: 'Viewer', code: false },
    { name: 'Role after', value: 'Admin', code: false },
    { name: 'Ends', value: 'Not set', code: false },
    { name: 'For real, not sandbox', value: 'Yes', code: false },
    { name: 'Scopes', value: 'label assets', code: true },
    { name: 'Rate limits', value: '{"label":5}', code: true },
  ]);
  expect(factsOf({ notAfterMs: Date.UTC(2026, 4, 16, 10, 30), smell: 'sweet' })).toEqual([
    { name: 'Valid until', value: expect.stringMatching(/May 16, 2026/), code: false },
    { name: 'smell', value: 'sweet', code: true },
  ]);
});
