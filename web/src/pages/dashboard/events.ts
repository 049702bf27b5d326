// Labelling events, as the API gives them: pages, one event, its certificate, and all of them for an export.

import { api, ApiFailure } from '../../lib/api.ts';

export interface LabelEvent {
  id: string;
  sha256Input: string;
  sha256Output: string;
  filename: string;
  mime: string;
  sizeBytes: number;
  modality: 'image' | 'video' | 'audio';
  regionPreset: string;
  digitalSourceType: string;
  signerFingerprint: string;
  dntEnabled: boolean;
  visibleOverlay: boolean;
  createdAt: string;
  /** Only in the single record. */
  assertions?: string[];
}

export interface EventPage {
  data: LabelEvent[];
  nextCursor: string | null;
  /** Events that match, on all pages. */
  total: number;
}

export interface Certificate {
  schemaVersion: number;
  eventId: string;
  issuedAt: string;
  hashes: { input: string; output: string };
  file: { filename: string; mime: string; sizeBytes: number; modality: string };
  compliance: { regionPreset: string; digitalSourceType: string; assertions: string[]; dntEnabled: boolean };
  signer: { fingerprint: string };
  verification: { url: string };
}

export const modalities = ['image', 'video', 'audio'] as const;

/** Which events; days are `YYYY-MM-DD` in UTC and belong to the range, empty for no bound. */
export interface EventFilter {
  modality: string;
  from: string;
  to: string;
}

export const everyEvent: EventFilter = { modality: '', from: '', to: '' };

/** The filter in an address: `modality=image&from=2026-05-01`. What is none is dropped. */
export function filterOf(query: URLSearchParams): EventFilter {
  const day = (name: string) => {
    const text = query.get(name) ?? '';
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
  };
  const modality = modalities.find((each) => each === query.get('modality')) ?? '';
  return { modality, from: day('from'), to: day('to') };
}

/** The filter for an address. */
export function queryOf(filter: EventFilter): string {
  return String(new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')));
}

/** One page, the newest events first. */
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

/** Waits until a moment, or rejects with the signal's reason. */
function until(moment: Date, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(moment.getTime() - Date.now(), 1000));
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}

/** Every event that matches, in pages as large as the API gives; waits where it says that there were too many calls. */
export async function allEvents(filter: EventFilter, onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<LabelEvent[]> {
  const found: LabelEvent[] = [];
  let cursor: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    try {
      const page: EventPage = await eventPage(filter, 100, cursor);
      found.push(...page.data);
      cursor = page.nextCursor;
      onProgress(found.length, page.total);
      if (cursor === null) return found;
    } catch (cause) {
      if (!(cause instanceof ApiFailure && cause.retryAt)) throw cause;
      await until(cause.retryAt, signal);
    }
  }
}
