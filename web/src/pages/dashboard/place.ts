// The dashboard's sections and their addresses: `#events?modality=image`, `#events/evt_1`.

import type { Schemas } from '../../lib/schemas.ts';

export type Permission = Schemas['PermissionName'];

export const sections = [
  'overview',
  'events',
  'keys',
  'clients',
  'signing',
  'requests',
  'admin-log',
  'members',
  'workspace',
  'sessions',
] as const;
export type Section = (typeof sections)[number];

/** Permissions that reading a section needs. */
const needed: Partial<Record<Section, Permission>> = {
  events: 'assets.read',
  keys: 'keys.manage',
  clients: 'keys.manage',
  signing: 'signing.manage',
  requests: 'members.manage',
  'admin-log': 'members.manage',
  members: 'members.manage',
};

/** Returns the sections that the API does not refuse to somebody with these permissions. */
export const sectionsFor = (permissions: readonly Permission[]) =>
  sections.filter((section) => {
    const need = needed[section];
    return need === undefined || permissions.includes(need);
  });

export interface Place {
  section: Section;
  /** One thing of the section. */
  id: string | undefined;
  query: URLSearchParams;
}

/** Returns the place that a hash names, or the overview for an unknown hash. */
export function placeOf(hash: string): Place {
  const [path = '', query] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const [name, id] = path.split('/');
  let own: string | undefined;
  try {
    own = id ? decodeURIComponent(id) : undefined;
  } catch {
    // Invalid escape: the address names nothing.
  }
  return { section: sections.find((each) => each === name) ?? 'overview', id: own, query: new URLSearchParams(query) };
}
