// The files of this visit and what became of them.

import type { Phase } from '@labeler/engine';
import type { CheckerReport } from '@labeler/engine/types';
import { CheckFailure, progressShare, type CheckPool } from '../../lib/engine/pool.ts';
import { MAX_FILES } from '../../lib/intake.ts';
import {
  answersOfReport,
  openQuestions,
  together,
  toContext,
  toOptions,
  type AnswerField,
  type Answers,
  type Field,
} from './answers.ts';

export type Status = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Whether a picture with a report is searched for a watermark once more, after crops and rotations. */
export type DeepSearch = 'none' | 'waiting' | 'running';

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
  /** What the engine judged it by, for another judgement; nothing for a report that was saved before. */
  evidence = '';
  /** The answers that hold for this file alone. */
  own = $state.raw<Answers>({});
  /** The context it was judged with, as JSON. */
  judgedWith = '';
  /** Another judgement is under way. */
  judging = $state(false);
  error = $state.raw<{ code: string; message: string }>();
  abort = new AbortController();
  deepSearch = $state<DeepSearch>('none');
  deepAbort = new AbortController();

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
      this.own = answersOfReport(source);
      this.status = 'done';
    }
  }

  get active(): boolean {
    return this.status === 'waiting' || this.status === 'running';
  }

  /** Whether its report is about to change: the file is being checked, or judged with new answers. */
  get unsettled(): boolean {
    return this.active || this.judging;
  }

  /** Whether answers can change its verdicts. */
  get judgeable(): boolean {
    return this.file !== undefined;
  }

  /** Whether the pixels may hold a watermark that the first search does not find. */
  get deepSearchable(): boolean {
    return this.file !== undefined && this.report?.watermark?.notSearched !== undefined;
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
    this.evidence = '';
  }
}

export interface QueueEvents {
  /** There is a report, but for the hash. */
  onStructure(entry: Entry): void;
  onDone(entry: Entry): void;
  onFailed(entry: Entry): void;
  /** Answers were applied to a report; nothing is known of a file that was not judged before. */
  onJudged(entry: Entry, before: CheckerReport): void;
  /** Answers could not be applied. */
  onNotJudged(entry: Entry): void;
  /** A deep search came to its end. */
  onDeepSearched(entry: Entry, found: boolean): void;
}

/** A question as it was asked last. */
export type Asked = ReturnType<typeof openQuestions>[number];

export class Queue {
  entries = $state<Entry[]>([]);
  selectedId = $state<number>();
  /** The answers that hold for all files. */
  shared = $state.raw<Answers>({});
  /** The questions that were asked so far. Answered ones are not asked again, but stay readable. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- changes only together with reports, which are reactive
  readonly asked = new Map<AnswerField, Asked>();
  #nextId = 1;

  constructor(
    private readonly pool: () => CheckPool,
    private readonly events: QueueEvents,
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- used at once
    private readonly today = () => new Date().toISOString().slice(0, 10),
  ) {}

  /** The answers that hold for a file. A saved report has those that it was judged with, and no others. */
  answersOf(entry: Entry): Answers {
    return entry.judgeable ? together(this.shared, entry.own) : entry.own;
  }

  /**
   * Takes an answer, or takes it back, for all files or for one, and judges at once what it changes. Resolves when the
   * selected file is judged.
   */
  answer(field: Field, value: string | undefined, only?: Entry): Promise<void> {
    const change = (answers: Answers, to: string | undefined): Answers => {
      const changed = { ...answers };
      delete changed[field];
      if (to !== undefined) changed[field] = to;
      return changed;
    };
    if (only) {
      // What is taken back for one file alone is unknown for it, whatever holds for the others.
      const back = this.shared[field] === undefined ? undefined : 'unknown';
      only.own = change(only.own, value ?? back);
    } else {
      this.shared = change(this.shared, value);
      for (const entry of this.entries) if (entry.judgeable) entry.own = change(entry.own, undefined);
    }
    return this.judgeAgain();
  }

  /** Takes answers for all files, as from a link. */
  answerAll(answers: Answers): void {
    this.shared = answers;
    for (const entry of this.entries) if (entry.judgeable) entry.own = {};
    void this.judgeAgain();
  }

  /** Judges what was judged with other answers than those of now, the selected file first. No file is read again. */
  async judgeAgain(): Promise<void> {
    const { selected } = this;
    const first = selected && this.#judge(selected);
    for (const entry of this.entries) if (entry !== selected) void this.#judge(entry);
    await first;
  }

  /** Returns the context of a file as JSON. A report keeps the day of its check. */
  #context(entry: Entry): string {
    return JSON.stringify(toContext(this.answersOf(entry), entry.report?.createdAt.slice(0, 10) ?? this.today()));
  }

  async #judge(entry: Entry): Promise<void> {
    if (entry.judging || entry.status !== 'done' || !entry.evidence) return;
    entry.judging = true;
    try {
      for (let wanted = this.#context(entry); wanted !== entry.judgedWith; wanted = this.#context(entry)) {
        const { report: before, json: judged } = entry;
        const json = await this.pool().judge({ json: judged, evidence: entry.evidence }, JSON.parse(wanted));
        // A deep search brought another report meanwhile: that one is judged.
        if (entry.json !== judged) continue;
        this.#show(entry, json);
        entry.judgedWith = wanted;
        if (before) this.events.onJudged(entry, before);
      }
    } catch {
      this.events.onNotJudged(entry);
    } finally {
      entry.judging = false;
    }
  }

  #show(entry: Entry, json: string): void {
    const report = JSON.parse(json) as CheckerReport;
    for (const question of openQuestions(report)) this.asked.set(question.answer, question);
    entry.report = report;
    entry.json = json;
  }

  /** The answers of a saved report go to its file, which takes its place. */
  #takeOver(entry: Entry): void {
    const saved = this.entries.find((other) => !other.judgeable && other.report?.sha256 === entry.report?.sha256);
    if (!saved) return;
    entry.own = { ...saved.own, ...entry.own };
    this.entries = this.entries.filter(({ id }) => id !== saved.id);
    if (this.selectedId === saved.id) this.selectedId = entry.id;
  }

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
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- never changes
    const ids = new Set(added.map(({ id }) => id));
    for (const entry of this.entries) if (ids.has(entry.id) && entry.file) void this.#run(entry);
    return added;
  }

  /** Searches a picture deeply, after those that wait already. */
  searchDeeply(entry: Entry): void {
    if (!entry.deepSearchable || entry.deepSearch !== 'none') return;
    entry.deepAbort = new AbortController();
    entry.deepSearch = 'waiting';
    void this.#searchNext();
  }

  /** Ends the deep search of a picture. Its report keeps saying what was not searched. */
  stopDeepSearch(entry: Entry): void {
    entry.deepSearch = 'none';
    entry.deepAbort.abort();
  }

  // One picture at a time, the one that is shown first.
  async #searchNext(): Promise<void> {
    if (this.entries.some(({ deepSearch }) => deepSearch === 'running')) return;
    const waiting = this.entries.filter(({ deepSearch }) => deepSearch === 'waiting');
    const entry = waiting.find(({ id }) => id === this.selectedId) ?? waiting[0];
    if (!entry?.file || !entry.report) return;
    const { file, deepAbort } = entry;
    const { signal } = deepAbort;
    const answers = this.answersOf(entry);
    const { createdAt } = entry.report;
    const today = createdAt.slice(0, 10);
    entry.deepSearch = 'running';
    try {
      const nothing = () => {};
      const { json, evidence } = await this.pool().check({
        file,
        // The clock of the first search: it is one check of the file.
        options: { ...toOptions(answers, today), search: 'deep', nowMs: Date.parse(createdAt) },
        signal,
        background: true,
        onStart: nothing,
        onProgress: nothing,
      });
      if (!signal.aborted) {
        const marks = (report: CheckerReport | undefined) =>
          report?.watermark.marks.filter(({ decoded }) => decoded).length ?? 0;
        const before = marks(entry.report);
        this.#show(entry, json);
        entry.evidence = evidence;
        entry.judgedWith = JSON.stringify(toContext(answers, today));
        entry.deepSearch = 'none';
        this.events.onDeepSearched(entry, marks(entry.report) > before);
        // Answers may have come meanwhile.
        void this.#judge(entry);
      }
    } catch {
      // The first report holds, and says what was not searched.
      if (!signal.aborted) entry.deepSearch = 'none';
    }
    void this.#searchNext();
  }

  retry(entry: Entry): void {
    this.stopDeepSearch(entry);
    entry.abort = new AbortController();
    entry.status = 'waiting';
    entry.error = undefined;
    entry.forget();
    void this.#run(entry);
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
    this.stopDeepSearch(entry);
    const index = this.entries.findIndex(({ id }) => id === entry.id);
    this.entries = this.entries.filter(({ id }) => id !== entry.id);
    const neighbour = this.entries[Math.min(index, this.entries.length - 1)];
    if (this.selectedId === entry.id) this.selectedId = neighbour?.id;
    return neighbour;
  }

  clear(): void {
    this.cancelAll();
    for (const entry of this.entries) this.stopDeepSearch(entry);
    this.entries = [];
    this.selectedId = undefined;
  }

  async #run(entry: Entry): Promise<void> {
    const { file, abort } = entry;
    if (!file) return;
    const today = this.today();
    const answers = this.answersOf(entry);
    try {
      const { json, evidence } = await this.pool().check({
        file,
        options: toOptions(answers, today),
        signal: abort.signal,
        onStart: () => (entry.status = 'running'),
        onProgress: (phase, done, size) => (entry.at = { phase, done, size }),
        onStructure: (structure) => {
          this.#show(entry, structure);
          this.events.onStructure(entry);
        },
      });
      this.#show(entry, json);
      entry.evidence = evidence;
      entry.judgedWith = JSON.stringify(toContext(answers, entry.report?.createdAt.slice(0, 10) ?? today));
      entry.status = 'done';
      this.#takeOver(entry);
      this.searchDeeply(entry);
      this.events.onDone(entry);
      // Answers may have come meanwhile.
      void this.#judge(entry);
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
