// One-time links, as the API takes them: what stands after the # opens an invitation, sets a new password, or sets a new
// installation up.

import type { Answer, With } from '../../lib/schemas.ts';
import { api } from '../../lib/api.ts';
import type { Role } from '../dashboard/manage.ts';

export type Kind = 'invitation' | 'first-run' | 'reset';

/** What the address of a page with a link says; the token is empty when there is none. */
export function linkOf({ pathname, hash }: { pathname: string; hash: string }): { kind: Kind; token: string } {
  const name = pathname.replace(/^\/|\.html$|\/$/g, '');
  const kind = name === 'first-run' || name === 'reset' ? name : 'invitation';
  return { kind, token: hash.slice(1) };
}

export type Offer = With<Answer<'Offer'>, { role: Role }>;

export interface NewPerson {
  email: string;
  name: string;
  password: string;
}

export const openInvitation = (token: string) => api<Offer>('POST', '/invitations/open', { token });
/** As whoever is signed in, or as somebody new. */
export const acceptInvitation = (token: string, person?: NewPerson) =>
  api<void>('POST', '/invitations/accept', { token, ...person });
/** Has a link mailed that makes an account, for an invitation without an address. The present link then stops working. */
export const proveAddress = (token: string, email: string) =>
  api<void>('POST', '/invitations/accept', { token, email });
export const completeFirstRun = (token: string, person: NewPerson, workspaceName: string) =>
  api<void>('POST', '/first-run', { token, ...person, workspaceName });
export const resetPassword = (token: string, password: string) =>
  api<void>('POST', '/password/reset', { token, password });
