// Labelling events of the API: pages, one event, its certificate, and all events for an export.

import type { Answer, Schemas, With } from '../../lib/schemas.ts';
import { api } from '../../lib/api.ts';
import { patiently } from './patience.ts';

export type LabelEvent = Answer<'Asset', 'assertions'>;

export type EventPage = With<Answer<'AssetPage'>, { data: LabelEvent[] }>;

export type Certificate = Schemas['Certificate'];

export const modalities = ['image', 'video', 'audio'] as const;

/** Which events; days are `YYYY-MM-DD` in UTC and belong to the range, empty for no bound. */
export interface EventFilter {
  modality: string;
  from: string;
  to: string;
}

export const everyEvent: EventFilter = { modality: '', from: '', to: '' };

/** Reads a day from an address, `2026-05-01`; empty if there is none. */
export function dayOf(query: URLSearchParams, name: string): string {
  const text = query.get(name) ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
}

/** Reads the filter from an address: `modality=image&from=2026-05-01`. Invalid values are dropped. */
export function filterOf(query: URLSearchParams): EventFilter {
  const modality = modalities.find((each) => each === query.get('modality')) ?? '';
  return { modality, from: dayOf(query, 'from'), to: dayOf(query, 'to') };
}

/** Writes a filter for an address. */
export function queryOf(filter: object): string {
  return String(new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')));
}

/** Loads one page, the newest events first. */
export function eventPage(filter: EventFilter, limit: number, cursor?: string | null): Promise<EventPage> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (filter.modality) query.set('modality', filter.modality);
  if (filter.from) query.set('from', `${filter.from}T00:00:00.000Z`);
  if (filter.to) query.set('to', `${filter.to}T23:59:59.999Z`);
  if (cursor) query.set('cursor', cursor);
  return api('GET', `/assets?${query}`);
}

export function oneEvent(id: string): Promise<LabelEvent> {
  return api('GET', `/assets/${encodeURIComponent(id)}`);
}

export async function certificateOf(id: string): Promise<Certificate> {
  const answer = await api<{ data: Certificate }>('GET', `/certificate/${encodeURIComponent(id)}`);
  return answer.data;
}

/** Loads every event that matches, in the largest pages that the API allows. */
export async function allEvents(
  filter: EventFilter,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<LabelEvent[]> {
  const found: LabelEvent[] = [];
  let cursor: string | null = null;
  do {
    const page: EventPage = await patiently(() => eventPage(filter, 100, cursor), signal);
    found.push(...page.data);
    cursor = page.nextCursor;
    onProgress(found.length, page.total);
  } while (cursor !== null);
  return found;
}
