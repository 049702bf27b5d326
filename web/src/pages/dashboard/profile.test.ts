import { expect, it } from 'vitest';
import { ApiFailure, failureOf } from '../../lib/api.ts';
import { enteredOf, faultsOf, profileOf, refused } from './profile.ts';

const CODE = '001191110102MACQD9K64010000';
const entered = { provider: ' ACME ', aiSystem: 'Painter', aiSystemVersion: '', producerCode: '  ' };

it('clears what is empty and trims the rest', () => {
  const profile = { provider: 'ACME', aiSystem: 'Painter', aiSystemVersion: null, producerCode: null };
  expect(profileOf(entered)).toEqual(profile);
  expect(enteredOf(profile)).toEqual({ provider: 'ACME', aiSystem: 'Painter', aiSystemVersion: '', producerCode: '' });
});

it('tells what is wrong before anything is sent', () => {
  const fine = profileOf({ ...entered, aiSystemVersion: '2', producerCode: CODE });
  expect(faultsOf(fine)).toEqual({});
  expect(faultsOf({ ...fine, provider: '🎨'.repeat(200) })).toEqual({});
  expect(faultsOf({ ...fine, provider: '🎨'.repeat(201) })).toEqual({ provider: 'text' });
  expect(faultsOf({ ...fine, aiSystem: null })).toEqual({ aiSystemVersion: 'alone' });
  for (const code of ['ACME', CODE.slice(1), `${CODE}0`, CODE.replace('001', '002'), CODE.replace('MA', 'MI')]) {
    expect(faultsOf({ ...fine, producerCode: code }), code).toEqual({ producerCode: 'code' });
  }
});

it('finds the field that the server refused', () => {
  const refusal = (field: string) => {
    const error = { code: 'validation_error', message: 'No.', details: { field } };
    return failureOf(400, JSON.stringify({ error, requestId: 'r' }), null);
  };
  expect(refused(refusal('complianceProfile.producerCode'))).toEqual({ producerCode: 'code' });
  expect(refused(refusal('complianceProfile.aiSystem'))).toEqual({ aiSystem: 'text' });
  expect(refused(refusal('complianceProfile.colour'))).toEqual({});
  expect(refused(refusal('name'))).toEqual({});
  expect(refused(new ApiFailure(0, 'unreachable', ''))).toEqual({});
  expect(refused(undefined)).toEqual({});
});
