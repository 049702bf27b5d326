// Where in the dashboard somebody is, as the address says it: `#events?modality=image`, `#events/evt_1`.

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

/** What only admins and owners may read. */
const managed: readonly Section[] = ['keys', 'clients', 'signing', 'requests', 'admin-log', 'members'];
const refused: Partial<Record<string, readonly Section[]>> = {
  'api-user': ['events', ...managed],
  viewer: managed,
  labeler: managed,
  dashboard_editor: managed,
  member: managed,
};

/** The menu for a role, without what the API would refuse to it. */
export const sectionsFor = (role: string) => sections.filter((section) => !refused[role]?.includes(section));

export interface Place {
  section: Section;
  /** One thing of the section. */
  id: string | undefined;
  query: URLSearchParams;
}

/** The place that a hash names; the overview for what is none. */
export function placeOf(hash: string): Place {
  const [path = '', query] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const [name, id] = path.split('/');
  let own: string | undefined;
  try {
    own = id ? decodeURIComponent(id) : undefined;
  } catch {
    // Not written by us: no such thing.
  }
  return { section: sections.find((each) => each === name) ?? 'overview', id: own, query: new URLSearchParams(query) };
}
