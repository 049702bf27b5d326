// A few workers, one file each. A worker that crashes, hangs or is cancelled is ended and replaced; the queue goes on.

import type { Drawing, ExportFormat, Layers, Phase, WatermarkReading } from '@labeler/engine';
import type { CheckOptions, JudgementContext } from '@labeler/engine/types';
import type { FromWorker, RulesInUse, WorkerError } from '@labeler/engine/worker';

/**
 * Time without progress after which a check counts as hung. Progress is reported for every MiB read, so only an endless loop
 * or a signature on a very slow machine is silent for that long.
 */
const WATCHDOG_MS = 180_000;

const CRASHED: WorkerError = { code: 'engine_crashed', message: 'The engine stopped on this file.' };
const UNAVAILABLE: WorkerError = { code: 'engine_unavailable', message: 'The engine could not be loaded.' };

export class CheckFailure extends Error {
  readonly code: string;
  constructor(error: WorkerError) {
    super(error.message);
    this.code = error.code;
  }
}

export interface Job {
  file: Blob;
  options: CheckOptions;
  signal: AbortSignal;
  /** Lets all other work go first. */
  background?: boolean;
  onStart(): void;
  onProgress(phase: Phase, read: number, size: number): void;
  /** The report of a large file before it is hashed. */
  onStructure?(json: string): void;
}

/** A report as the engine wrote it, and its evidence, which only the engine reads. */
export interface Checked {
  json: string;
  evidence: string;
}

/** A picture of an asset from its credentials. */
export type Thumbnail = Extract<FromWorker, { event: 'thumbnails' }>['found'][number];

/** The part of `Worker` that the pool uses; tests have their own. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  terminate(): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FromWorker>) => void): void;
  addEventListener(type: 'error' | 'messageerror', listener: (event: Event) => void): void;
}

interface Waiting {
  /** What the worker is asked, without the number. */
  ask: object;
  signal: AbortSignal;
  /** Takes a moment and goes before the files that wait. */
  quick?: boolean;
  /** Lets all other work go first. */
  background?: boolean;
  onStart(): void;
  onProgress(phase: Phase, read: number, size: number): void;
  onStructure?(json: string): void;
  resolve(answer: FromWorker): void;
  reject(cause: unknown): void;
}

interface Slot {
  worker: WorkerLike;
  job: (Waiting & { id: number }) | undefined;
  watchdog: ReturnType<typeof setTimeout> | undefined;
}

/** Share of a check that is done, 0 to 1. Hashing reads the whole file; the phases before it read little. */
export function progressShare(phase: Phase, read: number, size: number): number {
  if (phase !== 'hashing') return { reading: 0, validating: 0.03, probing: 0.06 }[phase];
  return size > 0 ? 0.1 + 0.9 * Math.min(read / size, 1) : 0.1;
}

/** Workers for this machine: one per core, four at most. */
export function poolSize(cores: number | undefined): number {
  return Math.max(1, Math.min(cores ?? 2, 4));
}

export class CheckPool {
  #slots = new Set<Slot>();
  #waiting: Waiting[] = [];
  #nextId = 1;
  #formats: ExportFormat[] = [];

  constructor(
    private readonly size: number,
    private readonly newWorker: () => WorkerLike,
    private readonly watchdogMs = WATCHDOG_MS,
    private readonly onReady: (formats: ExportFormat[], rules: RulesInUse) => void = () => {},
  ) {}

  /** The formats that the engine writes besides its own; none before it has started. */
  get formats(): ExportFormat[] {
    return this.#formats;
  }

  /** Starts the first worker before there is a file, so that the engine loads while the user chooses one. */
  warm(): void {
    if (this.#slots.size === 0) this.#addSlot();
  }

  /** Checks one file. Rejects with a `CheckFailure` or the signal's reason. */
  check(job: Job): Promise<Checked> {
    const { signal, background, onStart, onProgress, onStructure } = job;
    const ask = { op: 'check', file: job.file, options: job.options };
    return this.#run({ ask, signal, background, onStart, onProgress, onStructure }).then((answer) => {
      if (answer.event !== 'done') throw new CheckFailure({ code: 'internal_error', message: '' });
      return { json: answer.json, evidence: answer.evidence };
    });
  }

  /** Judges a report again under other circumstances, without its file. Resolves to the report's JSON text. */
  judge({ json, evidence }: Checked, context: JudgementContext): Promise<string> {
    return this.#aside({ op: 'judge', report: json, evidence, context }).then((answer) => {
      if (answer.event !== 'judged') throw new CheckFailure({ code: 'internal_error', message: '' });
      return answer.json;
    });
  }

  /** The thumbnails in a file's credentials. */
  thumbnails(file: Blob): Promise<Thumbnail[]> {
    return this.#aside({ op: 'thumbnails', file }).then((answer) =>
      answer.event === 'thumbnails' ? answer.found : [],
    );
  }

  /** Writes layers into the pixels of a picture. Rejects with a `CheckFailure` or the signal's reason. */
  draw(file: Blob, layers: Layers, signal: AbortSignal): Promise<Drawing> {
    const nothing = () => {};
    return this.#run({ ask: { op: 'draw', file, layers }, signal, onStart: nothing, onProgress: nothing }).then(
      (answer) => {
        if (answer.event !== 'drawn') throw new CheckFailure({ code: 'internal_error', message: '' });
        return answer.drawing;
      },
    );
  }

  /**
   * Reads Labeler's watermark from the pixels of a picture of at most `maxPixels` pixels. `onSearch` is called when the module
   * that decodes pictures is loaded. Rejects with a `CheckFailure` or the signal's reason.
   */
  watermark(file: Blob, maxPixels: number, signal: AbortSignal, onSearch: () => void): Promise<WatermarkReading> {
    return this.#run({
      ask: { op: 'watermark', file, maxPixels },
      signal,
      onStart: () => {},
      onProgress: onSearch,
    }).then((answer) => {
      if (answer.event !== 'watermark') throw new CheckFailure({ code: 'internal_error', message: '' });
      return answer.reading;
    });
  }

  /** Reports as text of another format. `reports` is an array in JSON. */
  export(format: ExportFormat, reports: string): Promise<string> {
    return this.#aside({ op: 'export', format, reports }).then((answer) =>
      answer.event === 'exported' ? answer.text : '',
    );
  }

  /** Runs a job that is quick and cannot be cancelled. */
  #aside(ask: object): Promise<FromWorker> {
    const nothing = () => {};
    return this.#run({ ask, signal: new AbortController().signal, quick: true, onStart: nothing, onProgress: nothing });
  }

  #run(job: Omit<Waiting, 'resolve' | 'reject'>): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      if (job.signal.aborted) {
        reject(job.signal.reason);
        return;
      }
      const waiting: Waiting = { ...job, resolve, reject };
      job.signal.addEventListener('abort', () => this.#cancel(waiting), { once: true });
      // What takes a moment does not wait for files in line, and no file waits for background work.
      const background = this.#waiting.findIndex((other) => other.background);
      if (job.quick) this.#waiting.unshift(waiting);
      else if (job.background || background < 0) this.#waiting.push(waiting);
      else this.#waiting.splice(background, 0, waiting);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      let slot = [...this.#slots].find((each) => !each.job);
      if (!slot && this.#slots.size < this.size) slot = this.#addSlot();
      const next = slot && this.#waiting.shift();
      if (!slot || !next) return;
      const id = this.#nextId++;
      slot.job = Object.assign(next, { id });
      this.#watch(slot);
      slot.worker.postMessage({ ...next.ask, id });
      next.onStart();
    }
  }

  #addSlot(): Slot {
    const slot: Slot = { worker: this.newWorker(), job: undefined, watchdog: undefined };
    slot.worker.addEventListener('message', (event) => this.#answer(slot, event.data));
    // An exception has a message; without one the worker's script could not be loaded.
    slot.worker.addEventListener('error', (event) => this.#replace(slot, 'message' in event ? CRASHED : UNAVAILABLE));
    slot.worker.addEventListener('messageerror', () => this.#replace(slot, CRASHED));
    this.#slots.add(slot);
    return slot;
  }

  #answer(slot: Slot, message: FromWorker): void {
    if (message.event === 'ready') {
      this.#formats = message.exportFormats;
      this.onReady(message.exportFormats, message.rules);
      return;
    }
    if (message.event === 'unavailable') {
      this.#replace(slot, message.error);
      return;
    }
    const { job } = slot;
    if (!job || job.id !== message.id) return;
    if (message.event === 'progress') {
      this.#watch(slot);
      job.onProgress(message.phase, message.read, message.size);
    } else if (message.event === 'structure') {
      job.onStructure?.(message.json);
    } else if (message.event === 'failed' && message.fatal) {
      this.#replace(slot, message.error);
    } else {
      clearTimeout(slot.watchdog);
      slot.job = undefined;
      if (message.event === 'failed') job.reject(new CheckFailure(message.error));
      else job.resolve(message);
      this.#dispatch();
    }
  }

  #watch(slot: Slot): void {
    clearTimeout(slot.watchdog);
    slot.watchdog = setTimeout(() => {
      this.#replace(slot, {
        code: 'timed_out',
        message: 'The check made no progress for three minutes and was stopped.',
      });
    }, this.watchdogMs);
  }

  // The next job gets a new worker; none is started for an empty queue, so a worker that cannot start is not retried
  // for ever.
  #replace(slot: Slot, error: WorkerError): void {
    if (!this.#slots.has(slot)) return;
    this.#end(slot);
    slot.job?.reject(new CheckFailure(error));
    this.#dispatch();
  }

  #cancel(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index >= 0) this.#waiting.splice(index, 1);
    // The check is one synchronous call: only ending its worker stops it.
    const slot = [...this.#slots].find((each) => each.job === waiting);
    if (slot) this.#end(slot);
    waiting.reject(waiting.signal.reason);
    this.#dispatch();
  }

  #end(slot: Slot): void {
    clearTimeout(slot.watchdog);
    slot.worker.terminate();
    this.#slots.delete(slot);
  }
}
