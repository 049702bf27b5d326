import { expect, it } from 'vitest';
import { everyEvent, filterOf, queryOf } from './events.ts';
import { placeOf, sections, sectionsFor } from './place.ts';

it('reads the place from an address', () => {
  expect(placeOf('')).toMatchObject({ section: 'overview', id: undefined });
  expect(placeOf('#events/evt_1')).toMatchObject({ section: 'events', id: 'evt_1' });
  expect(placeOf('#constructor')).toMatchObject({ section: 'overview' });
  expect(placeOf('#events/%E0%A4%A')).toMatchObject({ section: 'events', id: undefined });
  expect(placeOf('#events?modality=video&from=2026-05-01').query.get('from')).toBe('2026-05-01');
});

it('keeps a filter in an address, and drops what is none', () => {
  const filter = { modality: 'video', from: '2026-05-01', to: '' };
  expect(queryOf(filter)).toBe('modality=video&from=2026-05-01');
  expect(filterOf(new URLSearchParams(queryOf(filter)))).toEqual(filter);
  expect(filterOf(new URLSearchParams('modality=smell&from=yesterday&to=2026-99-99'))).toEqual(everyEvent);
});

it('leaves out of the menu what the API would refuse', () => {
  expect(sectionsFor(['assets.read', 'keys.manage', 'signing.manage', 'members.manage'])).toEqual(sections);
  expect(sectionsFor(['check', 'assets.read', 'label'])).toEqual(['overview', 'events', 'workspace', 'sessions']);
  expect(sectionsFor(['keys.manage'])).toEqual(['overview', 'keys', 'clients', 'workspace', 'sessions']);
  expect(sectionsFor([])).toEqual(['overview', 'workspace', 'sessions']);
});
