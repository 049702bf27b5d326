import { expect, it } from 'vitest';
import { passkeyTrouble, toBase64url, toBytes } from './passkeys.ts';

it('writes bytes as the API wants them, and reads them back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  for (const length of [0, 1, 2, 3, 256])
    expect(toBytes(toBase64url(bytes.slice(0, length).buffer))).toEqual(bytes.slice(0, length));
  expect(toBase64url(new Uint8Array([251, 255, 191, 62]).buffer)).toBe('-_-_Pg');
});

it('tells a cancelled ceremony from one that cannot work', () => {
  expect(passkeyTrouble(new DOMException('', 'NotAllowedError'))).toBe('cancelled');
  expect(passkeyTrouble(new DOMException('', 'InvalidStateError'))).toBe('taken');
  expect(passkeyTrouble(new DOMException('', 'NotSupportedError'))).toBe('unsupported');
  expect(passkeyTrouble(new DOMException('', 'AbortError'))).toBeUndefined();
  expect(passkeyTrouble(new TypeError('no'))).toBeUndefined();
});
