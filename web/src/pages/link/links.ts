// One-time links: the token after the # opens an invitation, sets a new password, or sets up a new installation.

import type { Answer, With } from '../../lib/schemas.ts';
import { api } from '../../lib/api.ts';
import type { Role } from '../dashboard/manage.ts';

export type Kind = 'invitation' | 'first-run' | 'reset';

/** Reads the kind of link and its token from the page's address; the token is empty if there is none. */
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
/** Accepts as the person who is signed in, or as a new person. */
export const acceptInvitation = (token: string, person?: NewPerson) =>
  api<void>('POST', '/invitations/accept', { token, ...person });
/** Has a link mailed that makes an account, for an invitation without an address. The present link then stops working. */
export const proveAddress = (token: string, email: string) =>
  api<void>('POST', '/invitations/accept', { token, email });
export const completeFirstRun = (token: string, person: NewPerson, workspaceName: string) =>
  api<void>('POST', '/first-run', { token, ...person, workspaceName });
export const resetPassword = (token: string, password: string) =>
  api<void>('POST', '/password/reset', { token, password });
