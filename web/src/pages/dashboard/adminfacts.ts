// The further facts of an admin event in words: what each is called, and what its value means.

import { formatMoment, formatNumber, t, tMaybe } from '../../lib/messages.svelte.ts';

export interface Fact {
  name: string;
  value: string;
  /** An id or a name of the API, which stays as it is. */
  code: boolean;
}

/** Key prefixes of the texts for values that other pages show too. */
const saidElsewhere: Record<string, string> = {
  role: 'member.role',
  from: 'member.role',
  to: 'member.role',
  fileNames: 'workspace.fileNames',
  signIn: 'workspace.signIn',
};
const words = (value: string): Pick<Fact, 'value' | 'code'> => ({ value, code: false });

function meaning(name: string, value: unknown): Pick<Fact, 'value' | 'code'> {
  if (value === null) return words(t('admin.none'));
  if (typeof value === 'boolean') return words(t(value ? 'dashboard.yes' : 'dashboard.no'));
  if (typeof value === 'number')
    return words(name.endsWith('Ms') ? formatMoment(new Date(value).toISOString()) : formatNumber(value));
  if (typeof value !== 'string') return { value: JSON.stringify(value), code: true };
  if (value === '') return words(t('admin.none'));
  const said = tMaybe(`${saidElsewhere[name] ?? `admin.value.${name}`}.${value}`, '');
  return said ? words(said) : { value, code: true };
}

/** The facts of an event, in the order in which they were recorded. */
export function factsOf(detail: Record<string, unknown>): Fact[] {
  return Object.entries(detail).map(([name, value]) => ({
    name: tMaybe(`admin.fact.${name}`, name),
    ...meaning(name, value),
  }));
}
