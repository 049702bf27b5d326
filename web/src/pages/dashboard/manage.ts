// The API's resources that a workspace manages: usage, keys, request log, members, settings, sessions.

import { api } from '../../lib/api.ts';
import type { ComplianceProfile } from '../../lib/profile.ts';
import type { Answer, Schemas, With } from '../../lib/schemas.ts';
import type { CheckDefaults } from './defaults.ts';
import { dayOf, queryOf } from './events.ts';

interface Listed<Item> {
  data: Item[];
}

export interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

export type Role = Schemas['RoleName'];
export type Scope = Schemas['ScopeName'];
export const scopes: readonly Scope[] = ['label', 'assets', 'certificates', 'check', 'verify'];
export const keyKinds = ['live', 'test', 'sk'] as const;
export type KeyKind = (typeof keyKinds)[number];

export type Usage = Answer<'UsageInfo'>;

export const usage = () => api<Usage>('GET', '/workspace/usage');

export type Key = With<Answer<'KeyInfo', 'scopes' | 'role'>, { kind: KeyKind }>;

export type CreateKey = With<Schemas['KeyRequest'], { kind: KeyKind; role?: Role }>;

/** A new key with its secret, which is shown only here. */
export type NewKey = With<Answer<'NewKeyInfo'>, { key: Key }>;

/** Loads all keys; the API returns 500 at a time. */
export async function listKeys(): Promise<Key[]> {
  const found: Key[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Key> = await api('GET', `/keys${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`);
    found.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

export const createKey = (wish: CreateKey) => api<NewKey>('POST', '/keys', wish);
export const rotateKey = (id: string, overlapSeconds: number) =>
  api<NewKey>('POST', `/keys/${encodeURIComponent(id)}/rotate`, { overlapSeconds });
/** Revokes a key; with `cascade` also every key and client that it made. */
export const revokeKey = (id: string, cascade: boolean) =>
  api<void>('DELETE', `/keys/${encodeURIComponent(id)}${cascade ? '?cascade=true' : ''}`);

export type KeyState = 'active' | 'replaced' | 'expired' | 'revoked';

/** Returns whether a key works, and if so, whether it was replaced. */
export function keyState(key: Key, now: number): KeyState {
  if (key.revokedAt !== null) return 'revoked';
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= now) return 'expired';
  return key.replacedBy === null ? 'active' : 'replaced';
}

export type LoggedRequest = With<Answer<'RequestInfo'>, { actorKind: 'key' | 'client' | 'user' }>;

/** Which calls: of one key, client or person, and days `YYYY-MM-DD` in UTC that belong to the range; empty for no bound. */
export interface RequestFilter {
  actor: string;
  from: string;
  to: string;
}

/** Reads the filter from an address: `actor=AbC&from=2026-05-01`. Invalid values are dropped. */
export function requestFilterOf(query: URLSearchParams): RequestFilter {
  return { actor: query.get('actor') ?? '', from: dayOf(query, 'from'), to: dayOf(query, 'to') };
}

/** Loads a page of calls, the newest first. */
export function requestPage(filter: RequestFilter, cursor?: string | null): Promise<Page<LoggedRequest>> {
  const query = new URLSearchParams(`limit=50&${queryOf(filter)}`);
  if (cursor) query.set('cursor', cursor);
  return api('GET', `/requests?${query}`);
}

export type Member = With<Answer<'MemberInfo'>, { role: Role }>;

export type Invitation = With<Answer<'InvitationInfo'>, { role: Role }>;

/** Loads all members; the API returns 100 at a time. */
export async function listMembers(): Promise<Member[]> {
  const found: Member[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Member> = await api('GET', `/members${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`);
    found.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

export const changeRole = (id: string, role: Role) =>
  api<void>('PATCH', `/members/${encodeURIComponent(id)}`, { role });
export const removeMember = (id: string) => api<void>('DELETE', `/members/${encodeURIComponent(id)}`);
export const listInvitations = async () => (await api<Listed<Invitation>>('GET', '/invitations')).data;
/** An invitation just made: its link goes to the address by mail, and is in the answer only without one. */
export type NewInvitation = Answer<'NewInvitation'>;

export const invite = (role: Role, email: string) =>
  api<NewInvitation>('POST', '/invitations', { role, ...(email && { email }) });
export const sendInvitation = (id: string) => api<void>('POST', `/invitations/${encodeURIComponent(id)}/send`);
export const revokeInvitation = (id: string) => api<void>('DELETE', `/invitations/${encodeURIComponent(id)}`);

export const fileNames = ['store', 'pseudonymise', 'drop'] as const;

export const signInPolicies = ['password', 'passkey'] as const;

export type Workspace = With<
  Answer<'WorkspaceDetail'>,
  {
    fileNames: (typeof fileNames)[number];
    signIn: (typeof signInPolicies)[number];
    complianceProfile: ComplianceProfile;
    checkDefaults: CheckDefaults;
  }
>;

export type Membership = With<Answer<'MembershipInfo'>, { role: Role }>;

export const workspace = () => api<Workspace>('GET', '/workspace');
/** Replaces the fields that are given; the others stay. */
export const changeWorkspace = (change: Partial<Omit<Workspace, 'id' | 'plan'>>) =>
  api<Workspace>('PATCH', '/workspace', change);
export const memberships = async () => (await api<Listed<Membership>>('GET', '/workspaces')).data;
/** `confirm` is the name of the workspace. */
export const eraseWorkspace = (confirm: string) => api<void>('POST', '/workspace/erase', { confirm });
/** `confirm` is the person's e-mail address. */
export const eraseAccount = (confirm: string) => api<void>('POST', '/account/erase', { confirm });
export const switchTo = (workspaceId: string) => api<void>('PUT', '/session/workspace', { workspaceId });

export type OpenSession = Answer<'SessionEntry'>;

export const listSessions = async () => (await api<Listed<OpenSession>>('GET', '/sessions')).data;
export const endSession = (id: string) => api<void>('DELETE', `/sessions/${encodeURIComponent(id)}`);
export const endOtherSessions = () => api<void>('DELETE', '/sessions');

export type SigningCertificate = Answer<'SigningCertificateInfo'>;

export const listCertificates = async () =>
  (await api<Listed<SigningCertificate>>('GET', '/signing-certificates')).data;
/** Adds a certificate; both arguments are PEM. The server seals the key and never returns it. */
export const addCertificate = (chain: string, key: string) =>
  api<SigningCertificate>('POST', '/signing-certificates', { chain, key });
export const activateCertificate = (id: string) =>
  api<void>('POST', `/signing-certificates/${encodeURIComponent(id)}/activate`);
export const removeCertificate = (id: string) => api<void>('DELETE', `/signing-certificates/${encodeURIComponent(id)}`);

export type Client = Answer<'ClientInfo'>;

export type ClientSecret = Answer<'SecretInfo'>;

export const listClients = async () => (await api<Listed<Client>>('GET', '/oauth-clients')).data;
export const createClient = (wish: { name: string; livemode: boolean; scopes: Scope[] }) =>
  api<With<Answer<'NewClientInfo'>, { client: Client }>>('POST', '/oauth-clients', wish);
export const revokeClient = (id: string) => api<void>('DELETE', `/oauth-clients/${encodeURIComponent(id)}`);
export const endTokens = (id: string) => api<void>('DELETE', `/oauth-clients/${encodeURIComponent(id)}/tokens`);
export const listSecrets = async (id: string) =>
  (await api<Listed<ClientSecret>>('GET', `/oauth-clients/${encodeURIComponent(id)}/secrets`)).data;
export const addSecret = (id: string) =>
  api<Answer<'NewSecretInfo'>>('POST', `/oauth-clients/${encodeURIComponent(id)}/secrets`);
export const removeSecret = (id: string, secret: string) =>
  api<void>('DELETE', `/oauth-clients/${encodeURIComponent(id)}/secrets/${encodeURIComponent(secret)}`);
