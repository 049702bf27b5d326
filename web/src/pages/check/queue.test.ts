import type { CheckerReport, CheckOptions, JudgementContext } from '@labeler/engine/types';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckPool } from '../../lib/engine/pool.ts';
import { Queue, type QueueEvents } from './queue.svelte.ts';

const day = '2026-11-29';

/** An engine that asks whether AI made a file until it is told, and counts what it is asked to do. */
class Engine {
  read = 0;
  judged: JudgementContext[] = [];
  hold: Promise<void> = Promise.resolve();
  /** Names of the files that were searched deeply, in order, and what that waits for. */
  deep: string[] = [];
  holdDeep: Promise<void> = Promise.resolve();

  /** The watermark of a file: files named `picture…` have one only after a deep search, if `marked` is in the name. */
  watermark(name: string, deep: boolean) {
    const notSearched = name.startsWith('picture') && !deep ? { notSearched: 'crops' } : {};
    const marks = deep && name.includes('marked') ? [{ name: 'Labeler', decoded: true }] : [];
    return { probed: true, ...notSearched, marks };
  }

  report(name: string, context: JudgementContext, deep = false): string {
    const open = context.isAi === undefined;
    const verdict = open ? 'undetermined' : context.isAi === 'yes' ? 'fail' : 'notApplicable';
    const questions = open
      ? [
          {
            id: 'made-by-ai',
            answer: 'isAi',
            kind: 'yes-no',
            answers: ['yes', 'no', 'unknown'],
            text: { key: '', text: 'AI?' },
            settles: 1,
            regions: ['eu'],
          },
        ]
      : [];
    const rules = [{ id: 'EU-01', outcome: verdict }];
    return JSON.stringify({
      schemaVersion: 1,
      filename: name,
      sha256: name,
      sizeBytes: 1,
      createdAt: `${day}T10:00:00.000Z`,
      context,
      questions,
      verdicts: { eu: { verdict, rules } },
      watermark: this.watermark(name, deep),
      c2pa: {},
    });
  }

  pool(): CheckPool {
    return {
      check: async ({ file, options, signal }: { file: File; options: CheckOptions; signal: AbortSignal }) => {
        if (options.search === 'deep') {
          this.deep.push(file.name);
          await Promise.race([
            this.holdDeep,
            new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
          ]);
          return {
            json: this.report(file.name, options.context ?? { asOf: day }, true),
            evidence: `${file.name} deep`,
          };
        }
        this.read += 1;
        await this.hold;
        return { json: this.report(file.name, options.context ?? { asOf: day }), evidence: file.name };
      },
      judge: async ({ evidence }: { evidence: string }, context: JudgementContext) => {
        this.judged.push(context);
        await this.hold;
        const [name = '', deep] = evidence.split(' ');
        return this.report(name, context, deep === 'deep');
      },
    } as unknown as CheckPool;
  }
}

let engine: Engine;
let queue: Queue;
let said: string[];
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const file = (name: string) => new File(['x'], name);
const verdicts = () => queue.entries.map(({ report }) => report?.verdicts.eu?.verdict);

beforeEach(() => {
  engine = new Engine();
  said = [];
  const events: QueueEvents = {
    onStructure: () => {},
    onDone: ({ name }) => said.push(`done ${name}`),
    onFailed: ({ name }) => said.push(`failed ${name}`),
    onJudged: ({ name, report }, before) =>
      said.push(`${name}: ${before.verdicts.eu?.verdict} to ${report?.verdicts.eu?.verdict}`),
    onDeepSearched: ({ name }, found) => said.push(`searched ${name}: ${found ? 'found' : 'nothing'}`),
    onNotJudged: ({ name }) => said.push(`not judged ${name}`),
  };
  const pool = engine.pool();
  queue = new Queue(
    () => pool,
    events,
    () => day,
  );
});

describe('answers', () => {
  it('change the verdicts of all files at once, without reading any again', async () => {
    queue.add([file('a'), file('b')]);
    await settled();
    expect(verdicts()).toEqual(['undetermined', 'undetermined']);
    await queue.answer('isAi', 'yes');
    await settled();
    expect(verdicts()).toEqual(['fail', 'fail']);
    expect(engine.read).toBe(2);
    expect(engine.judged).toEqual([
      { asOf: day, isAi: 'yes' },
      { asOf: day, isAi: 'yes' },
    ]);
    expect(said).toContain('a: undetermined to fail');
  });

  it('of one file leave the others alone, and can be taken back', async () => {
    const [a] = queue.add([file('a'), file('b')]);
    await settled();
    await queue.answer('isAi', 'no', queue.entries[0]);
    expect(verdicts()).toEqual(['notApplicable', 'undetermined']);
    await queue.answer('isAi', undefined, queue.entries[0]);
    expect(verdicts()).toEqual(['undetermined', 'undetermined']);
    expect(a?.own).toEqual({});
    // Taken back for one file while it holds for all: unknown for this one.
    await queue.answer('isAi', 'yes');
    await queue.answer('isAi', undefined, queue.entries[0]);
    await settled();
    expect(verdicts()).toEqual(['undetermined', 'fail']);
  });

  it('that come while a file is read are applied when it is read', async () => {
    let release = () => {};
    engine.hold = new Promise((resolve) => (release = resolve));
    queue.add([file('a')]);
    void queue.answer('isAi', 'yes');
    release();
    await settled();
    expect(verdicts()).toEqual(['fail']);
    expect(engine.read).toBe(1);
  });

  it('hold for files that are added later', async () => {
    queue.answerAll({ isAi: 'yes', role: 'deployer' });
    queue.add([file('a')]);
    await settled();
    expect(queue.entries[0]?.report?.context).toEqual({ asOf: day, role: 'deployer', isAi: 'yes' });
    expect(engine.judged).toEqual([]);
  });

  it('are asked no more, and their questions stay known', async () => {
    queue.add([file('a')]);
    await settled();
    await queue.answer('isAi', 'yes');
    expect(queue.entries[0]?.report?.questions).toEqual([]);
    expect(queue.asked.get('isAi')?.text.text).toBe('AI?');
  });

  it('that the engine refuses are told, and the report stays', async () => {
    queue.add([file('a')]);
    await settled();
    engine.hold = Promise.reject(new Error('no'));
    await queue.answer('isAi', 'yes');
    expect(said).toContain('not judged a');
    expect(verdicts()).toEqual(['undetermined']);
  });
});

describe('a deep search', () => {
  const notSearched = () => queue.entries.map(({ report }) => report?.watermark.notSearched);

  it('follows the first report and updates it in place', async () => {
    let release = () => {};
    engine.holdDeep = new Promise((resolve) => (release = resolve));
    queue.add([file('picture-marked')]);
    await settled();
    expect(said).toEqual(['done picture-marked']);
    expect(queue.entries[0]?.deepSearch).toBe('running');
    expect(notSearched()).toEqual(['crops']);
    release();
    await settled();
    expect(said).toEqual(['done picture-marked', 'searched picture-marked: found']);
    expect(queue.entries[0]?.report?.watermark.marks).toHaveLength(1);
    expect(notSearched()).toEqual([undefined]);
    expect(queue.entries[0]?.deepSearch).toBe('none');
  });

  it('is for pictures alone, one at a time, the shown one first', async () => {
    let release = () => {};
    engine.holdDeep = new Promise((resolve) => (release = resolve));
    queue.add([file('picture-1'), file('text'), file('picture-2'), file('picture-3')]);
    await settled();
    expect(queue.entries.map(({ deepSearch }) => deepSearch)).toEqual(['running', 'none', 'waiting', 'waiting']);
    expect(queue.busy).toBe(false);
    queue.selectedId = queue.entries[3]?.id;
    release();
    await settled();
    expect(engine.deep).toEqual(['picture-1', 'picture-3', 'picture-2']);
    expect(notSearched()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('that is stopped leaves the report as it was, lets the next one go, and can be begun again', async () => {
    engine.holdDeep = new Promise(() => {});
    queue.add([file('picture-1'), file('picture-2')]);
    await settled();
    const [first, second] = queue.entries;
    if (!first || !second) throw new Error('no entries');
    queue.stopDeepSearch(first);
    await settled();
    expect([first.deepSearch, second.deepSearch]).toEqual(['none', 'running']);
    expect(notSearched()).toEqual(['crops', 'crops']);
    expect(first.status).toBe('done');
    engine.holdDeep = Promise.resolve();
    queue.stopDeepSearch(second);
    queue.searchDeeply(first);
    await settled();
    expect(notSearched()).toEqual([undefined, 'crops']);
  });

  it('that fails leaves the report as it was', async () => {
    engine.holdDeep = Promise.reject(new Error('no'));
    queue.add([file('picture-1')]);
    await settled();
    expect([notSearched(), queue.entries[0]?.deepSearch, queue.entries[0]?.status]).toEqual([
      ['crops'],
      'none',
      'done',
    ]);
    expect(said).toEqual(['done picture-1']);
  });

  it('keeps answers that came meanwhile', async () => {
    let release = () => {};
    engine.holdDeep = new Promise((resolve) => (release = resolve));
    queue.add([file('picture-marked')]);
    await settled();
    // Another judgement of the first report is still under way when the deep search ends.
    let judge = () => {};
    engine.hold = new Promise((resolve) => (judge = resolve));
    const answered = queue.answer('isAi', 'yes');
    release();
    await settled();
    judge();
    await answered;
    await settled();
    expect(verdicts()).toEqual(['fail']);
    expect(queue.entries[0]?.report?.watermark.marks).toHaveLength(1);
    expect(notSearched()).toEqual([undefined]);
  });
});

describe('saved reports', () => {
  it('show their answers, keep them, and hand them to their file', async () => {
    const saved = JSON.parse(engine.report('a', { asOf: day, isAi: 'yes', role: 'deployer' })) as CheckerReport;
    queue.add([saved]);
    const entry = queue.entries[0];
    expect(entry && queue.answersOf(entry)).toEqual({ isAi: 'yes', role: 'deployer' });
    // They are those of the report, whatever holds for files.
    await queue.answer('isAi', 'no');
    expect(entry && queue.answersOf(entry)).toEqual({ isAi: 'yes', role: 'deployer' });
    expect(verdicts()).toEqual(['fail']);
    queue.add([file('a')]);
    await settled();
    expect(queue.entries.map(({ judgeable }) => judgeable)).toEqual([true]);
    expect(queue.entries[0]?.report?.context).toEqual({ asOf: day, role: 'deployer', isAi: 'yes' });
    expect(queue.selected?.judgeable).toBe(true);
  });
});
