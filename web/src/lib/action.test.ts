import { describe, expect, it, vi } from 'vitest';
import { leaving, useAction } from './action.svelte.ts';

/** A promise and what settles it. */
function pending() {
  let resolve!: (result?: string) => void;
  const promise = new Promise<string | void>((done) => (resolve = done));
  return { promise, resolve };
}

describe('an action', () => {
  it('is busy from the call until the work is done', async () => {
    const action = useAction();
    const { promise, resolve } = pending();
    const run = action.run(() => promise);
    expect(action.busy).toBe(true);
    resolve();
    await run;
    expect(action.busy).toBe(false);
    expect(action.problem).toBeUndefined();
  });

  it('announces the text that the work returns, and forgets it when the next work starts', async () => {
    const action = useAction();
    await action.run(async () => 'Saved');
    expect(action.said).toBe('Saved');
    const { promise, resolve } = pending();
    const run = action.run(() => promise);
    expect(action.said).toBe('');
    resolve();
    await run;
    expect(action.said).toBe('');
  });

  it('ignores a second call while the first one runs', async () => {
    const action = useAction();
    const { promise, resolve } = pending();
    const second = vi.fn(async () => 'second');
    const run = action.run(() => promise);
    await action.run(second);
    expect(second).not.toHaveBeenCalled();
    expect(action.busy).toBe(true);
    resolve('first');
    await run;
    expect(action.said).toBe('first');
  });

  it('keeps what was thrown, and forgets it when the next work starts', async () => {
    const action = useAction();
    const cause = new Error('refused');
    await action.run(() => Promise.reject(cause));
    expect(action.problem).toBe(cause);
    expect(action.busy).toBe(false);
    expect(action.said).toBe('');
    await action.run(async () => {});
    expect(action.problem).toBeUndefined();
  });

  it('stays busy while the page is left', async () => {
    const action = useAction();
    await action.run(async () => leaving);
    expect(action.busy).toBe(true);
    expect(action.said).toBe('');
  });

  it('shows its own explanation, or that of one call', async () => {
    const action = useAction(() => 'refused');
    await action.run(() => Promise.reject(new Error('409')));
    expect(action.problem).toBe('refused');
    await action.run(
      () => Promise.reject(new Error('404')),
      async (cause) => String(cause),
    );
    expect(action.problem).toBe('Error: 404');
  });

  it('is busy until a failure is explained', async () => {
    const action = useAction();
    const { promise, resolve } = pending();
    const run = action.run(
      () => Promise.reject(new Error('400')),
      async () => {
        await promise;
        return undefined;
      },
    );
    await Promise.resolve();
    expect(action.busy).toBe(true);
    resolve();
    await run;
    expect(action.busy).toBe(false);
    expect(action.problem).toBeUndefined();
  });

  it('attempts other work without being busy, within its own too', async () => {
    const action = useAction();
    action.said = 'Saved';
    const cause = new Error('not loaded');
    await action.attempt(() => Promise.reject(cause));
    expect(action.problem).toBe(cause);
    expect(action.said).toBe('Saved');
    expect(action.busy).toBe(false);
    await action.run(async () => {
      await action.attempt(() => Promise.reject(cause));
      return 'Saved again';
    });
    expect(action.problem).toBe(cause);
    expect(action.said).toBe('Saved again');
  });

  it('forgets problem and announcement when it is cleared', async () => {
    const action = useAction();
    await action.run(() => Promise.reject(new Error('refused')));
    action.said = 'Saved';
    action.clear();
    expect(action.problem).toBeUndefined();
    expect(action.said).toBe('');
  });
});
