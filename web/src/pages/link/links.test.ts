import { expect, it } from 'vitest';
import { linkOf } from './links.ts';

it('reads the kind of a link and its token', () => {
  expect(linkOf({ pathname: '/invitation', hash: '#a.b' })).toEqual({ kind: 'invitation', token: 'a.b' });
  expect(linkOf({ pathname: '/first-run', hash: '#a.b' })).toEqual({ kind: 'first-run', token: 'a.b' });
  expect(linkOf({ pathname: '/reset.html', hash: '' })).toEqual({ kind: 'reset', token: '' });
});
