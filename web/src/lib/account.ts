// Sessions, and what is known about a file, as the API gives them.

import type { Answer, Schemas } from './schemas.ts';
import { api, ApiFailure } from './api.ts';

export type Session = Answer<'SessionInfo'>;

/** The current session, or nothing when nobody is signed in. */
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

/** Shows the password once more. */
export const confirmPassword = (password: string) => api<void>('POST', '/session/confirm', { password });

export async function signOut(): Promise<void> {
  await api('DELETE', '/session');
}

/** What the audit log says about a labelled file: public facts only. */
export type VerifyRecord = Schemas['PublicFacts'];

/** Looks a file up by its SHA-256, 64 lower-case hexadecimal digits. */
export async function lookUp(sha256: string): Promise<VerifyRecord & { signedByPlatform: boolean }> {
  const answer = await api<{ data: VerifyRecord & { signedByPlatform: boolean } }>('GET', `/verify/${sha256}`);
  return answer.data;
}

/** Looks the payload ID of a watermark up: the labels that carry it, the oldest first. */
export async function lookUpWatermark(payloadId: string): Promise<VerifyRecord[]> {
  const answer = await api<{ data: { assets: VerifyRecord[] } }>('GET', `/watermark/${payloadId}`);
  return answer.data.assets;
}
