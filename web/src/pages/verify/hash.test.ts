import { expect, it } from 'vitest';
import { questionIn, sha256In } from './hash.ts';

const hash = '0123456789abcdef'.repeat(4);

it('reads a hash as people have it at hand', () => {
  for (const text of [
    hash,
    hash.toUpperCase(),
    ` ${hash}\n`,
    `#${hash}`,
    `sha256:${hash}`,
    `SHA-256 ${hash}`,
    hash.match(/../g)!.join(':'),
  ]) {
    expect(sha256In(text), text).toBe(hash);
  }
});

it('takes nothing else for one', () => {
  for (const text of ['', 'photo.jpg', hash.slice(1), `${hash}0`, hash.replace('0', 'g'), `sha1:${hash.slice(24)}`]) {
    expect(sha256In(text), text).toBeUndefined();
  }
});

it('reads the payload ID of a watermark, and tells it from a hash', () => {
  const payload = 'wm_abcdefghij234';
  for (const text of [payload, payload.toUpperCase(), ` ${payload}\n`, `#${payload}`]) {
    expect(questionIn(text), text).toEqual({ kind: 'watermark', value: payload });
  }
  expect(questionIn(hash)).toEqual({ kind: 'hash', value: hash });
  for (const text of ['wm_', 'wm_abcdefghij23', 'wm_abcdefghij2345', 'wm_abcdefghij231', 'abcdefghij234', '']) {
    expect(questionIn(text), text).toBeUndefined();
  }
});
