import { expect, it } from 'vitest';
import { nextPage } from './next.ts';

const next = (wanted: string) =>
  nextPage({ search: `?next=${encodeURIComponent(wanted)}`, origin: 'https://labeler.example' });

it('leads back to pages of this site only', () => {
  expect(next('/label')).toBe('/label');
  expect(next('/verify#abc')).toBe('/verify#abc');
  for (const bad of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', ''])
    expect(next(bad), bad).toBeUndefined();
  expect(nextPage({ search: '', origin: 'https://labeler.example' })).toBeUndefined();
});
