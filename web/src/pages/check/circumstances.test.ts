import { describe, expect, it } from 'vitest';
import { changed, MAX_PIXELS, toOptions, usual } from './circumstances.ts';

describe('circumstances', () => {
  it('leave the engine its defaults when nothing was changed', () => {
    expect(toOptions(usual(), '2026-11-21')).toEqual({ maxPixels: MAX_PIXELS });
  });

  it('name only what was changed, and always the day', () => {
    const given = { ...usual(), role: 'deployer' as const, regions: ['eu'] };
    expect(changed(given)).toEqual(['role', 'regions']);
    expect(toOptions(given, '2026-11-21')).toEqual({ maxPixels: MAX_PIXELS, context: { asOf: '2026-11-21', role: 'deployer', regions: ['eu'] } });
    expect(toOptions({ ...usual(), asOf: '2027-01-01' }, '2026-11-21')).toEqual({ maxPixels: MAX_PIXELS, context: { asOf: '2027-01-01' } });
  });
});
