import { expect, it } from 'vitest';
import { keyState, type Key } from './manage.ts';

const key: Key = {
  id: 'k',
  masked: 'lbl_live_AbCd…wxyz',
  kind: 'live',
  name: 'n',
  scopes: ['label'],
  allow: [],
  createdBy: 'usr_1',
  createdAt: '2026-05-01T00:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  replacedBy: null,
  rotatedFrom: null,
  madeByKey: null,
};
const now = Date.parse('2026-05-16T10:30:00.000Z');
const at = (time: string) => `2026-05-16T${time}:00.000Z`;

it('tells the states of a key apart', () => {
  expect(keyState(key, now)).toBe('active');
  expect(keyState({ ...key, expiresAt: at('10:31') }, now)).toBe('active');
  expect(keyState({ ...key, expiresAt: at('10:30') }, now)).toBe('expired');
  expect(keyState({ ...key, replacedBy: 'l', expiresAt: at('10:31') }, now)).toBe('replaced');
  expect(keyState({ ...key, replacedBy: 'l', expiresAt: at('10:29') }, now)).toBe('expired');
  expect(keyState({ ...key, expiresAt: at('10:31'), revokedAt: at('10:00') }, now)).toBe('revoked');
});
