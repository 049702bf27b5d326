// Passkeys among the suggestions of the e-mail field, for as long as the page asks for them.

import type { Session } from '../../lib/account.ts';
import { canSuggestPasskeys, signInWithPasskey } from '../../lib/passkeys.ts';

/** A challenge of the server lives five minutes; the suggestion is renewed before that. */
const RENEW_MS = 4 * 60_000;

/** Resolves when the page becomes visible. */
function seen(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}

/**
 * Suggests passkeys until one was picked or `signal` ends it. Resolves to nothing when there is nothing to suggest: it
 * is an offer, and the form is there all the same. Rejects when a passkey was picked and the server refused it.
 */
export async function suggestedSignIn(signal: AbortSignal): Promise<Session | undefined> {
  if (!(await canSuggestPasskeys())) return undefined;
  while (!signal.aborted) {
    await seen();
    const renewal = AbortSignal.timeout(RENEW_MS);
    let picked = false;
    try {
      return await signInWithPasskey('conditional', AbortSignal.any([signal, renewal]), () => (picked = true));
    } catch (cause) {
      if (picked) throw cause;
      if (!renewal.aborted) return undefined;
    }
  }
  return undefined;
}
