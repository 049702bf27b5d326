// Many calls in a row: where the server says that there were too many, they go on when it says.

import { ApiFailure } from '../../lib/api.ts';

/** Waits until a moment, or rejects with the signal's reason. */
function until(moment: Date, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(moment.getTime() - Date.now(), 1000));
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}

/** Calls, and calls again for as long as the answer is to come back later. */
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
