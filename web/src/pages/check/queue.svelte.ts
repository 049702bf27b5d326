// The files of this visit and what became of them.

import type { Phase } from '@labeler/engine';
import type { CheckerReport, CheckOptions } from '@labeler/engine/types';
import { CheckFailure, progressShare, type CheckPool } from '../../lib/engine/pool.ts';
import { MAX_FILES } from '../../lib/intake.ts';

export type Status = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export class Entry {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** Absent for a report that was saved before. */
  readonly file: File | undefined;
  status = $state<Status>('waiting');
  /** What the engine does now, and how many bytes of how many it has done; absent until it starts. */
  at = $state.raw<{ phase: Phase; done: number; size: number }>();
  /** While a large file is hashed, its report without the hash. */
  report = $state.raw<CheckerReport>();
  /** The report as the engine wrote it. */
  json = $state.raw('');
  /** The options it was judged with, as JSON. */
  judgedWith = $state.raw('');
  error = $state.raw<{ code: string; message: string }>();
  abort = new AbortController();

  constructor(id: number, source: File | CheckerReport) {
    this.id = id;
    if (source instanceof File) {
      this.file = source;
      this.name = source.name;
      this.size = source.size;
    } else {
      this.name = source.filename ?? source.sha256 ?? '';
      this.size = source.sizeBytes;
      this.report = source;
      this.json = JSON.stringify(source);
      this.status = 'done';
    }
  }

  get active(): boolean {
    return this.status === 'waiting' || this.status === 'running';
  }

  /** 0 to 1, absent until the engine starts. */
  get progress(): number | undefined {
    return this.at && progressShare(this.at.phase, this.at.done, this.at.size);
  }

  /** Forgets what was found, also what was found before all of the file was read. */
  forget(): void {
    this.at = undefined;
    this.report = undefined;
    this.json = '';
  }
}

export interface QueueEvents {
  /** There is a report, but for the hash. */
  onStructure(entry: Entry): void;
  onDone(entry: Entry): void;
  onFailed(entry: Entry): void;
}

export class Queue {
  entries = $state<Entry[]>([]);
  selectedId = $state<number>();
  #nextId = 1;

  constructor(
    private readonly pool: () => CheckPool,
    private readonly options: () => CheckOptions,
    private readonly events: QueueEvents,
  ) {}

  get selected(): Entry | undefined {
    return this.entries.find((entry) => entry.id === this.selectedId);
  }

  get busy(): boolean {
    return this.entries.some((entry) => entry.active);
  }

  /** Those with a report, in the order of the list. */
  get done(): Entry[] {
    return this.entries.filter((entry) => entry.status === 'done');
  }

  /**
   * Takes files, which are checked, and saved reports, which are shown. Returns the entries. The first one is shown
   * unless a report is being read.
   */
  add(sources: (File | CheckerReport)[]): Entry[] {
    const added = sources.slice(0, MAX_FILES - this.entries.length).map((source) => new Entry(this.#nextId++, source));
    this.entries.push(...added);
    const first = added[0];
    if (first && (this.selected === undefined || added.length === 1)) this.selectedId = first.id;
    // Entries went through the array's proxy: run those, so that what they become is seen.
    const ids = new Set(added.map(({ id }) => id));
    for (const entry of this.entries) if (ids.has(entry.id) && entry.file) void this.#run(entry);
    return added;
  }

  retry(entry: Entry): void {
    entry.abort = new AbortController();
    entry.status = 'waiting';
    entry.error = undefined;
    entry.forget();
    void this.#run(entry);
  }

  /** The checked files that were judged with other options than those of now. */
  get outdated(): Entry[] {
    const now = JSON.stringify(this.options());
    return this.entries.filter((entry) => entry.file && entry.status === 'done' && entry.judgedWith !== now);
  }

  /** Judges those again. */
  retryOutdated(): void {
    for (const entry of this.outdated) this.retry(entry);
  }

  cancel(entry: Entry): void {
    entry.abort.abort();
  }

  cancelAll(): void {
    for (const entry of this.entries) if (entry.active) this.cancel(entry);
  }

  /** Takes an entry off the list and shows its neighbour. Returns the neighbour. */
  remove(entry: Entry): Entry | undefined {
    this.cancel(entry);
    const index = this.entries.findIndex(({ id }) => id === entry.id);
    this.entries = this.entries.filter(({ id }) => id !== entry.id);
    const neighbour = this.entries[Math.min(index, this.entries.length - 1)];
    if (this.selectedId === entry.id) this.selectedId = neighbour?.id;
    return neighbour;
  }

  clear(): void {
    this.cancelAll();
    this.entries = [];
    this.selectedId = undefined;
  }

  async #run(entry: Entry): Promise<void> {
    const { file, abort } = entry;
    if (!file) return;
    const options = this.options();
    try {
      const json = await this.pool().check({
        file,
        options,
        signal: abort.signal,
        onStart: () => (entry.status = 'running'),
        onProgress: (phase, done, size) => (entry.at = { phase, done, size }),
        onStructure: (structure) => {
          entry.report = JSON.parse(structure) as CheckerReport;
          entry.json = structure;
          this.events.onStructure(entry);
        },
      });
      entry.report = JSON.parse(json) as CheckerReport;
      entry.json = json;
      entry.judgedWith = JSON.stringify(options);
      entry.status = 'done';
      this.events.onDone(entry);
    } catch (cause) {
      entry.forget();
      if (abort.signal.aborted) {
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
