// The files of this visit and what became of them.

import type { CheckerReport } from '@labeler/engine/types';
import { CheckFailure, type CheckPool } from '../../lib/engine/pool.ts';

export type Status = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Most files taken at once: a list that a person can still look through. */
export const MAX_FILES = 500;

export class Entry {
  readonly id: number;
  readonly file: File;
  status = $state<Status>('waiting');
  /** 0 to 1, absent until the first byte was read. */
  progress = $state<number>();
  report = $state.raw<CheckerReport>();
  /** The report as the engine wrote it. */
  json = $state.raw('');
  error = $state.raw<{ code: string; message: string }>();
  abort = new AbortController();

  constructor(id: number, file: File) {
    this.id = id;
    this.file = file;
  }

  get active(): boolean {
    return this.status === 'waiting' || this.status === 'running';
  }
}

export interface QueueEvents {
  onDone(entry: Entry): void;
  onFailed(entry: Entry): void;
}

export class Queue {
  entries = $state<Entry[]>([]);
  selectedId = $state<number>();
  #nextId = 1;

  constructor(
    private readonly pool: () => CheckPool,
    private readonly events: QueueEvents,
  ) {}

  get selected(): Entry | undefined {
    return this.entries.find((entry) => entry.id === this.selectedId);
  }

  get busy(): boolean {
    return this.entries.some((entry) => entry.active);
  }

  /** Takes files and starts; returns the entries. The first one is shown unless a report is being read. */
  add(files: File[]): Entry[] {
    const added = files.slice(0, MAX_FILES - this.entries.length).map((file) => new Entry(this.#nextId++, file));
    this.entries.push(...added);
    const first = added[0];
    if (first && (this.selected === undefined || added.length === 1)) this.selectedId = first.id;
    // Entries went through the array's proxy: run those, so that what they become is seen.
    for (const entry of this.entries.filter((each) => added.some((one) => one.id === each.id))) void this.#run(entry);
    return added;
  }

  retry(entry: Entry): void {
    entry.abort = new AbortController();
    entry.status = 'waiting';
    entry.error = undefined;
    entry.progress = undefined;
    void this.#run(entry);
  }

  cancel(entry: Entry): void {
    entry.abort.abort();
  }

  cancelAll(): void {
    for (const entry of this.entries) if (entry.active) this.cancel(entry);
  }

  clear(): void {
    this.cancelAll();
    this.entries = [];
    this.selectedId = undefined;
  }

  async #run(entry: Entry): Promise<void> {
    try {
      const json = await this.pool().check({
        file: entry.file,
        options: {},
        signal: entry.abort.signal,
        onStart: () => (entry.status = 'running'),
        onProgress: (read, size) => (entry.progress = share(read, size)),
      });
      entry.report = JSON.parse(json) as CheckerReport;
      entry.json = json;
      entry.status = 'done';
      this.events.onDone(entry);
    } catch (cause) {
      if (entry.abort.signal.aborted) {
        entry.status = 'cancelled';
        return;
      }
      entry.error =
        cause instanceof CheckFailure
          ? { code: cause.code, message: cause.message }
          : { code: 'internal_error', message: String(cause) };
      entry.status = 'failed';
      this.events.onFailed(entry);
    }
  }
}

// A file is read once for its structure and hash and once more for its signature's hash, which not every file needs.
function share(read: number, size: number): number {
  return size > 0 ? Math.min(read / (size * 2), 0.97) : 0;
}
