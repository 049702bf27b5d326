// Sessions, and public records of labelled files, as the API returns them.

import type { Answer, Schemas } from './schemas.ts';
import { api, ApiFailure } from './api.ts';

export type Session = Answer<'SessionInfo'>;

/** Returns the current session, or `undefined` if nobody is signed in. */
export async function currentSession(): Promise<Session | undefined> {
  try {
    return await api('GET', '/session');
  } catch (cause) {
    if (cause instanceof ApiFailure && cause.status === 401) return undefined;
    throw cause;
  }
}

export async function signIn(email: string, password: string): Promise<Session> {
  return api('POST', '/session', { email, password });
}

/** Asks for a link by mail that sets a new password. */
export async function askForReset(email: string): Promise<void> {
  await api('POST', '/password/resets', { email });
}

/** Ends all other sessions as well. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await api('PUT', '/password', { currentPassword, newPassword });
}

/** Confirms the person's identity with the password. */
export const confirmPassword = (password: string) => api<void>('POST', '/session/confirm', { password });

export async function signOut(): Promise<void> {
  await api('DELETE', '/session');
}

/** Public facts of the audit log about a labelled file. */
export type VerifyRecord = Schemas['PublicFacts'];

/** Looks up a file by its SHA-256, 64 lower-case hexadecimal digits. */
export async function lookUp(sha256: string): Promise<VerifyRecord & { signedByPlatform: boolean }> {
  const answer = await api<{ data: VerifyRecord & { signedByPlatform: boolean } }>('GET', `/verify/${sha256}`);
  return answer.data;
}

/** Looks up the payload ID of a watermark. Returns the labels that carry it, the oldest first. */
export async function lookUpWatermark(payloadId: string): Promise<VerifyRecord[]> {
  const answer = await api<{ data: { assets: VerifyRecord[] } }>('GET', `/watermark/${payloadId}`);
  return answer.data.assets;
}
