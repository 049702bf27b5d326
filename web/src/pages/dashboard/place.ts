// The dashboard's sections and their addresses: `#events?modality=image`, `#events/evt_1`.

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

/** Returns the menu of a role, without sections that the API refuses to it. */
export const sectionsFor = (role: string) => sections.filter((section) => !refused[role]?.includes(section));

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
