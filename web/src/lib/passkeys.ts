// The browser's part of creating a passkey and of signing in with one. The API uses base64url, the browser bytes. Both
// conversions are here, because older browsers and some password managers lack the built-in methods.

import type { Answer } from './schemas.ts';
import type { Session } from './account.ts';
import { api } from './api.ts';

export type Passkey = Answer<'PasskeyInfo'>;

interface CreationOptions extends Omit<
  PublicKeyCredentialCreationOptions,
  'challenge' | 'user' | 'excludeCredentials'
> {
  challenge: string;
  user: Omit<PublicKeyCredentialUserEntity, 'id'> & { id: string };
  excludeCredentials: { type: 'public-key'; id: string }[];
}

interface RequestOptions extends Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> {
  challenge: string;
}

export function toBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function toBase64url(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Returns whether the browser supports passkeys here: only in secure contexts. */
export const canUsePasskeys = () => typeof PublicKeyCredential === 'function';

/** Whether passkeys can be offered among the suggestions of a field. */
export const canSuggestPasskeys = async () =>
  canUsePasskeys() && (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true;

export type PasskeyTrouble = 'cancelled' | 'taken' | 'unsupported';

/** Returns what went wrong in the browser's part, or `undefined` for any other error. */
export function passkeyTrouble(cause: unknown): PasskeyTrouble | undefined {
  if (!(cause instanceof DOMException)) return undefined;
  if (cause.name === 'NotAllowedError') return 'cancelled';
  if (cause.name === 'InvalidStateError') return 'taken';
  return ['NotSupportedError', 'ConstraintError', 'SecurityError'].includes(cause.name) ? 'unsupported' : undefined;
}

/** Returns the credential. `null`, which browsers return only for other kinds of credentials, counts as cancelled. */
function given(credential: Credential | null): PublicKeyCredential {
  if (credential === null) throw new DOMException('no credential', 'NotAllowedError');
  return credential as PublicKeyCredential;
}

/** Makes a passkey on this device and registers it under a name. */
export async function makePasskey(name: string): Promise<Passkey> {
  const options = await api<CreationOptions>('POST', '/passkeys/options');
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: options.excludeCredentials.map((each) => ({ ...each, id: toBytes(each.id) })),
  };
  const made = given(await navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return api('POST', '/passkeys', {
    name,
    clientDataJSON: toBase64url(response.clientDataJSON),
    attestationObject: toBase64url(response.attestationObject),
  });
}

/** Converts the browser's answer after a passkey was picked for the API. */
async function pickedPasskey(mediation: 'optional' | 'conditional', signal?: AbortSignal, onPicked?: () => void) {
  const options = await api<RequestOptions>('POST', '/session/passkey/options');
  signal?.throwIfAborted();
  const publicKey: PublicKeyCredentialRequestOptions = { ...options, challenge: toBytes(options.challenge) };
  const picked = given(await navigator.credentials.get({ publicKey, mediation, signal }));
  onPicked?.();
  const response = picked.response as AuthenticatorAssertionResponse;
  return {
    id: picked.id,
    clientDataJSON: toBase64url(response.clientDataJSON),
    authenticatorData: toBase64url(response.authenticatorData),
    signature: toBase64url(response.signature),
    ...(response.userHandle && { userHandle: toBase64url(response.userHandle) }),
  };
}

/**
 * Signs in with a passkey that the person picks: in the browser's own dialog, or among the suggestions of a field with
 * `autocomplete="webauthn"` ("conditional"). `onPicked` is called when the browser's part is done.
 */
export async function signInWithPasskey(
  mediation: 'optional' | 'conditional',
  signal: AbortSignal,
  onPicked?: () => void,
): Promise<Session> {
  return api('POST', '/session/passkey', await pickedPasskey(mediation, signal, onPicked));
}

/** Shows a passkey in the present session. */
export async function confirmPasskey(): Promise<void> {
  await api('POST', '/session/confirm', { passkey: await pickedPasskey('optional') });
}

export const listPasskeys = async () => (await api<{ data: Passkey[] }>('GET', '/passkeys')).data;
export const removePasskey = (id: string) => api<void>('DELETE', `/passkeys/${encodeURIComponent(id)}`);
