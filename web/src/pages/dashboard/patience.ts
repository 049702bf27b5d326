// Many calls in a row: after a rate limit they continue at the time that the server names.

import { ApiFailure } from '../../lib/api.ts';

/** Waits until a moment, or rejects with the signal's reason. */
function until(moment: Date, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(moment.getTime() - Date.now(), 1000));
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}

/** Calls, and repeats the call while the server answers with a time to retry at. */
export async function patiently<Answer>(
  call: () => Promise<Answer>,
  signal: AbortSignal,
  onWait?: (until: Date) => void,
): Promise<Answer> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (cause) {
      if (!(cause instanceof ApiFailure && cause.retryAt)) throw cause;
      onWait?.(cause.retryAt);
      await until(cause.retryAt, signal);
    }
  }
}
