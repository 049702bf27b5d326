import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../../lib/api.ts';
import { defaultsOf, enteredOf, others, refused, type CheckDefaults } from './defaults.ts';

const kept: CheckDefaults = {
  role: 'deployer',
  regions: ['eu', 'china'],
  language: 'de',
  answers: { signatory: 'no', provider: 'Studio', placedOnMarket: '2026-09-01', isAi: 'yes', logsKept: 'unknown' },
};

describe('defaults of checks', () => {
  it('leave nothing behind when nothing is set', () => {
    expect(defaultsOf(enteredOf({}), {})).toEqual({});
  });

  it('come back as they were, with the answers that the form does not have, without those that say nothing', () => {
    const answers = { ...kept.answers };
    delete answers.logsKept;
    expect(defaultsOf(enteredOf(kept), kept)).toEqual({ ...kept, answers });
    expect(others(kept)).toEqual([['isAi', 'yes']]);
  });

  it('are cleared field by field', () => {
    const entered = enteredOf(kept);
    entered.role = '';
    entered.regions.eu = false;
    entered.regions.china = false;
    entered.answers.provider = '  ';
    expect(defaultsOf(entered, { answers: {} })).toEqual({
      language: 'de',
      answers: { signatory: 'no', placedOnMarket: '2026-09-01' },
    });
  });

  it('know the field that the server refused', () => {
    const failure = (field: string) => new ApiFailure(400, 'validation_error', 'No.', undefined, undefined, field);
    expect(refused(failure('checkDefaults.answers.placedOnMarket'))).toEqual({
      field: 'placedOnMarket',
      reason: 'No.',
    });
    expect(refused(failure('checkDefaults.regions'))?.field).toBe('regions');
    expect(refused(failure('checkDefaults.answers.isAi'))).toBeUndefined();
    expect(refused(new Error('x'))).toBeUndefined();
  });
});
