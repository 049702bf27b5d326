// The admin log: what people and programs changed in the workspace, and who signed in. The API gives it in pages, newest
// first, and does not filter: a filter is applied here, page after page.

import type { Answer, With } from '../../lib/schemas.ts';
import { api } from '../../lib/api.ts';
import { dayOf } from './events.ts';
import { listClients, listKeys, listMembers, type Page } from './manage.ts';

export type AdminEvent = With<
  Answer<'AdminEventInfo'>,
  { actorKind: 'user' | 'key' | 'client' | 'system'; detail: Record<string, unknown> }
>;

/** Kinds of changes, with the first parts of their actions' names. */
const beginnings = {
  workspace: ['workspace', 'plan'],
  members: ['member', 'invitation', 'person'],
  entrances: ['session', 'authentication', 'password', 'passkey'],
  keys: ['key', 'client'],
  certificates: ['certificate'],
} as const;
export type ChangeKind = keyof typeof beginnings;
export const changeKinds = Object.keys(beginnings) as ChangeKind[];

/** Which changes; days are `YYYY-MM-DD` in UTC and belong to the range, empty for no bound. */
export interface AdminFilter {
  kind: ChangeKind | '';
  actor: string;
  from: string;
  to: string;
}

/** Reads the filter from an address: `kind=keys&from=2026-05-01`. Invalid values are dropped. */
export function adminFilterOf(query: URLSearchParams): AdminFilter {
  const kind = changeKinds.find((each) => each === query.get('kind')) ?? '';
  return { kind, actor: query.get('actor') ?? '', from: dayOf(query, 'from'), to: dayOf(query, 'to') };
}

export function matches(event: AdminEvent, { kind, actor, from, to }: AdminFilter): boolean {
  const day = event.createdAt.slice(0, 10);
  const beginning = event.action.split('.', 1)[0];
  return (
    (kind === '' || beginnings[kind].some((each) => each === beginning)) &&
    (actor === '' || event.actorId === actor) &&
    (from === '' || day >= from) &&
    (to === '' || day <= to)
  );
}

const pageAfter = (cursor: string | null, limit: number): Promise<Page<AdminEvent>> =>
  api('GET', `/admin-events?${new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }) })}`);

/** Approximate number of entries in a part of the list. */
const ENOUGH = 20;
/** Most calls for one part. After them the user decides whether to search on. */
const CALLS = 5;

export interface Part extends Page<AdminEvent> {
  /** Number of entries that were searched for it. */
  looked: number;
}

/** The next part of the list after `cursor`: what matches, and where to go on. */
export async function nextPart(filter: AdminFilter, cursor: string | null): Promise<Part> {
  const everything = filter.kind === '' && filter.actor === '' && filter.from === '' && filter.to === '';
  const part: Part = { data: [], nextCursor: cursor, looked: 0 };
  for (let call = 0; call < CALLS && part.data.length < ENOUGH; call += 1) {
    const page: Page<AdminEvent> = await pageAfter(part.nextCursor, everything ? 50 : 100);
    part.data.push(...page.data.filter((event) => matches(event, filter)));
    part.looked += page.data.length;
    const oldest = page.data.at(-1);
    // The rest is older than the first day asked for.
    const past = oldest !== undefined && filter.from !== '' && oldest.createdAt.slice(0, 10) < filter.from;
    part.nextCursor = past ? null : page.nextCursor;
    if (part.nextCursor === null) break;
  }
  return part;
}

/** Returns the names of members, keys and clients by ID. Lists that the role may not read are left out. */
export async function namesOfAll(): Promise<Map<string, string>> {
  const lists = await Promise.allSettled([
    listMembers().then((all) => all.map((each) => [each.id, each.email] as const)),
    listKeys().then((all) => all.map((each) => [each.id, each.name] as const)),
    listClients().then((all) => all.map((each) => [each.id, each.name] as const)),
  ]);
  return new Map(lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : [])));
}
