import type { CheckerReport, JudgementContext } from '@labeler/engine/types';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckPool } from '../../lib/engine/pool.ts';
import { Queue, type QueueEvents } from './queue.svelte.ts';

const day = '2026-11-29';

/** An engine that asks whether AI made a file until it is told, and counts what it is asked to do. */
class Engine {
  read = 0;
  judged: JudgementContext[] = [];
  hold: Promise<void> = Promise.resolve();

  report(name: string, context: JudgementContext): string {
    const open = context.isAi === undefined;
    const verdict = open ? 'undetermined' : context.isAi === 'yes' ? 'fail' : 'notApplicable';
    const questions = open ? [{ id: 'made-by-ai', answer: 'isAi', kind: 'yes-no', answers: ['yes', 'no', 'unknown'], text: { key: '', text: 'AI?' }, settles: 1, regions: ['eu'] }] : [];
    const rules = [{ id: 'EU-01', outcome: verdict }];
    return JSON.stringify({ schemaVersion: 1, filename: name, sha256: name, sizeBytes: 1, createdAt: `${day}T10:00:00.000Z`, context, questions, verdicts: { eu: { verdict, rules } }, c2pa: {} });
  }

  pool(): CheckPool {
    return {
      check: async ({ file, options }: { file: File; options: { context?: JudgementContext } }) => {
        this.read += 1;
        await this.hold;
        return { json: this.report(file.name, options.context ?? { asOf: day }), evidence: file.name };
      },
      judge: async ({ evidence }: { evidence: string }, context: JudgementContext) => {
        this.judged.push(context);
        await this.hold;
        return this.report(evidence, context);
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
    onJudged: ({ name, report }, before) => said.push(`${name}: ${before.verdicts.eu?.verdict} to ${report?.verdicts.eu?.verdict}`),
    onNotJudged: ({ name }) => said.push(`not judged ${name}`),
  };
  const pool = engine.pool();
  queue = new Queue(() => pool, events, () => day);
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
    expect(engine.judged).toEqual([{ asOf: day, isAi: 'yes' }, { asOf: day, isAi: 'yes' }]);
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
