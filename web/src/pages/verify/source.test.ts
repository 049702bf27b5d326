import { expect, it } from 'vitest';
import { sourceOf } from './source.ts';

const origin = 'https://labeler.example';
const at = (search: string) => sourceOf({ href: `${origin}/verify${search}`, origin });

it('finds a file of this site, by path or by whole address', () => {
  for (const source of ['/media/a%20b.jpg', `${origin}/media/a%20b.jpg`]) {
    const found = at(`?source=${encodeURIComponent(source)}`);
    expect(found).toMatchObject({ kind: 'here', name: 'a b.jpg' });
    expect(found?.kind === 'here' && found.url.href).toBe(`${origin}/media/a%20b.jpg`);
  }
  expect(at('?source=/media/%25')).toMatchObject({ kind: 'here', name: '%' });
});

it('tells files of other sites and what is no address apart', () => {
  for (const source of ['https://other.example/a.jpg', '//other.example/a.jpg', 'http://labeler.example/a.jpg']) {
    expect(at(`?source=${encodeURIComponent(source)}`)?.kind, source).toBe('elsewhere');
  }
  for (const source of [
    'javascript:alert(1)',
    'data:image/png;base64,AA',
    'blob:x',
    'https://',
    'https://me:secret@labeler.example/a.jpg',
  ]) {
    expect(at(`?source=${encodeURIComponent(source)}`)?.kind, source).toBe('bad');
  }
  expect(at('')).toBeUndefined();
  expect(at('?source=')).toBeUndefined();
});
