import { expect, it } from 'vitest';
import { usualFor } from './profile.ts';

const usual = { provider: 'ACME', aiSystem: 'Painter', aiSystemVersion: '2', producerCode: null };
const nothing = { provider: '', aiSystem: '', aiSystemVersion: '', producerCode: '' };

it('says what a label will say where nothing is entered', () => {
  expect(usualFor('provider', nothing, usual)).toBe('ACME');
  expect(usualFor('producerCode', nothing, usual)).toBe('');
  expect(usualFor('provider', nothing, undefined)).toBe('');
});

it('gives the version of the workspace to its own system only', () => {
  expect(usualFor('aiSystemVersion', nothing, usual)).toBe('2');
  expect(usualFor('aiSystemVersion', { ...nothing, aiSystem: ' Painter ' }, usual)).toBe('2');
  expect(usualFor('aiSystemVersion', { ...nothing, aiSystem: 'Sketcher' }, usual)).toBe('');
  expect(usualFor('provider', { ...nothing, aiSystem: 'Sketcher' }, usual)).toBe('ACME');
});
