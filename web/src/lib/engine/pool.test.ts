import { describe, expect, it, vi } from 'vitest';
import type { FromWorker, ToWorker } from '@labeler/engine/worker';
import { CheckFailure, CheckPool, poolSize, type Job, type WorkerLike } from './pool.ts';

class FakeWorker implements WorkerLike {
  sent: Extract<ToWorker, { op: 'check' }>[] = [];
  ended = false;
  #listeners = new Map<string, ((event: never) => void)[]>();

  postMessage(message: unknown): void {
    this.sent.push(message as Extract<ToWorker, { op: 'check' }>);
  }
  terminate(): void {
    this.ended = true;
  }
  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  emit(type: string, event: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
  says(data: FromWorker): void {
    this.emit('message', { data });
  }
  get lastId(): number {
    return this.sent.at(-1)?.id ?? -1;
  }
}

function setup(size: number, watchdogMs?: number) {
  const workers: FakeWorker[] = [];
  const pool = new CheckPool(
    size,
    () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    watchdogMs,
  );
  return { pool, workers };
}

function job(signal = new AbortController().signal): Job {
  return { file: new Blob(['x']), options: {}, signal, onStart: () => {}, onProgress: () => {} };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (cause: unknown) => (cause instanceof CheckFailure ? cause.code : String(cause)),
  );

describe('CheckPool', () => {
  it('lets files go before background work', async () => {
    const { pool, workers } = setup(1);
    const names: string[] = [];
    const named = (name: string, background: boolean) =>
      pool.check({ ...job(), background, onStart: () => names.push(name) });
    const checks = [named('first', false), named('background', true), named('second', false)];
    for (let each = 0; each < checks.length; each += 1)
      workers[0]?.says({ event: 'done', id: workers[0].lastId, json: '', evidence: '' });
    await Promise.all(checks);
    expect(names).toEqual(['first', 'second', 'background']);
  });

  it('runs at most `size` files at once and takes the next when one ends', async () => {
    const { pool, workers } = setup(2);
    const results = [pool.check(job()), pool.check(job()), pool.check(job())];
    expect(workers).toHaveLength(2);
    const [first, second] = workers as [FakeWorker, FakeWorker];
    expect(first.sent).toHaveLength(1);
    expect(second.sent).toHaveLength(1);
    first.says({ event: 'done', id: first.lastId, json: 'A', evidence: '{}' });
    expect(first.sent).toHaveLength(2);
    first.says({ event: 'done', id: first.lastId, json: 'C', evidence: '{}' });
    second.says({ event: 'done', id: second.lastId, json: 'B', evidence: '{}' });
    expect((await Promise.all(results)).map(({ json }) => json)).toEqual(['A', 'B', 'C']);
  });

  it('replaces a crashed worker and goes on with the queue', async () => {
    const { pool, workers } = setup(1);
    const crashed = codeOf(pool.check(job()));
    const next = pool.check(job());
    workers[0]?.says({
      event: 'failed',
      id: workers[0].lastId,
      error: { code: 'engine_crashed', message: '' },
      fatal: true,
    });
    expect(await crashed).toBe('engine_crashed');
    expect(workers[0]?.ended).toBe(true);
    expect(workers).toHaveLength(2);
    workers[1]?.says({ event: 'done', id: workers[1].lastId, json: 'next', evidence: '{}' });
    expect(await next).toEqual({ json: 'next', evidence: '{}' });
  });

  it('judges a report again before the files that wait', async () => {
    const { pool, workers } = setup(1);
    const first = pool.check(job());
    const second = pool.check(job());
    const again = pool.judge({ json: 'A', evidence: '{"seen":1}' }, { asOf: '2026-11-29', isAi: 'yes' });
    workers[0]?.says({ event: 'done', id: workers[0].lastId, json: 'A', evidence: '{}' });
    await first;
    expect(workers[0]?.sent.at(-1)).toMatchObject({
      op: 'judge',
      report: 'A',
      evidence: '{"seen":1}',
      context: { asOf: '2026-11-29', isAi: 'yes' },
    });
    workers[0]?.says({ event: 'judged', id: workers[0].lastId, json: 'B' });
    expect(await again).toBe('B');
    expect(workers[0]?.sent.at(-1)).toMatchObject({ op: 'check' });
    workers[0]?.says({ event: 'done', id: workers[0].lastId, json: 'C', evidence: '{}' });
    await second;
  });

  it('treats an exception as a crash', async () => {
    const { pool, workers } = setup(1);
    const crashed = codeOf(pool.check(job()));
    workers[0]?.emit('error', Object.assign(new Event('error'), { message: 'unreachable' }));
    expect(await crashed).toBe('engine_crashed');
  });

  it('says so when the script of a worker does not come', async () => {
    const { pool, workers } = setup(1);
    const without = codeOf(pool.check(job()));
    workers[0]?.emit('error', new Event('error'));
    expect(await without).toBe('engine_unavailable');
    void pool.check(job());
    expect(workers).toHaveLength(2);
  });

  it('keeps the worker after a refusal of one file', async () => {
    const { pool, workers } = setup(1);
    const refused = codeOf(pool.check(job()));
    workers[0]?.says({
      event: 'failed',
      id: workers[0].lastId,
      error: { code: 'empty_file', message: '' },
      fatal: false,
    });
    expect(await refused).toBe('empty_file');
    void pool.check(job());
    expect(workers).toHaveLength(1);
    expect(workers[0]?.sent).toHaveLength(2);
  });

  it('ends the worker of a cancelled file and drops a cancelled one that waits', async () => {
    const { pool, workers } = setup(1);
    const [running, waiting] = [new AbortController(), new AbortController()];
    const results = [codeOf(pool.check(job(running.signal))), codeOf(pool.check(job(waiting.signal)))];
    waiting.abort('second');
    running.abort('first');
    expect(await Promise.all(results)).toEqual(['first', 'second']);
    expect(workers[0]?.ended).toBe(true);
    expect(workers).toHaveLength(1);
  });

  it('stops a silent worker, and only a silent one', async () => {
    vi.useFakeTimers();
    try {
      const { pool, workers } = setup(1, 1000);
      const hung = codeOf(pool.check(job()));
      vi.advanceTimersByTime(900);
      workers[0]?.says({ event: 'progress', id: workers[0].lastId, phase: 'hashing', read: 1, size: 2 });
      vi.advanceTimersByTime(900);
      expect(workers[0]?.ended).toBe(false);
      vi.advanceTimersByTime(200);
      expect(workers[0]?.ended).toBe(true);
      expect(await hung).toBe('timed_out');
    } finally {
      vi.useRealTimers();
    }
  });

  it('fails every file when the engine cannot be loaded, without looping', async () => {
    const { pool, workers } = setup(1);
    const results = [codeOf(pool.check(job())), codeOf(pool.check(job()))];
    workers[0]?.says({ event: 'unavailable', error: { code: 'engine_unavailable', message: '' } });
    workers[1]?.says({ event: 'unavailable', error: { code: 'engine_unavailable', message: '' } });
    expect(await Promise.all(results)).toEqual(['engine_unavailable', 'engine_unavailable']);
    expect(workers).toHaveLength(2);
  });

  it('leaves one core to the page', () => {
    expect([undefined, 1, 2, 3, 8, 64].map(poolSize)).toEqual([2, 1, 2, 3, 4, 4]);
  });
});

describe('export', () => {
  it('knows the formats once the engine has started, and hands on what it writes', async () => {
    const { pool, workers } = setup(1);
    pool.warm();
    expect(pool.formats).toEqual([]);
    const [worker] = workers as [FakeWorker];
    worker.says({ event: 'ready', exportFormats: ['csv'], rules: { state: 'own' } });
    expect(pool.formats).toEqual(['csv']);
    const text = pool.export('csv', '[]');
    expect(worker.sent.at(-1)).toMatchObject({ op: 'export', format: 'csv', reports: '[]' });
    worker.says({ event: 'exported', id: worker.lastId, text: 'a,b' });
    expect(await text).toBe('a,b');
  });
});

describe('watermark', () => {
  it('says when the search begins, and what was read', async () => {
    const { pool, workers } = setup(1);
    const said: string[] = [];
    const reading = pool.watermark(new Blob(['x']), 50, new AbortController().signal, () => said.push('searching'));
    const [worker] = workers as [FakeWorker];
    expect(worker.sent.at(-1)).toMatchObject({ op: 'watermark', maxPixels: 50 });
    expect(said).toEqual([]);
    worker.says({ event: 'progress', id: worker.lastId, phase: 'probing', read: 0, size: 1 });
    expect(said).toEqual(['searching']);
    worker.says({ event: 'watermark', id: worker.lastId, reading: { payload: 'wm_abcdefghijklm' } });
    expect(await reading).toEqual({ payload: 'wm_abcdefghijklm' });
  });

  it('ends its worker when it is cancelled', async () => {
    const { pool, workers } = setup(1);
    const abort = new AbortController();
    const reading = codeOf(pool.watermark(new Blob(['x']), 50, abort.signal, () => {}));
    abort.abort(new Error('cancelled'));
    expect(await reading).toBe('Error: cancelled');
    expect(workers[0]?.ended).toBe(true);
  });
});
