import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CheckerReport, Outcome } from '@labeler/engine/types';
import { describe, expect, it } from 'vitest';
import { MAX_PIXELS } from '../../lib/intake.ts';
import {
  answerFields,
  answersInLink,
  answersOfReport,
  changes,
  dayFields,
  isDay,
  linkWith,
  openQuestions,
  regions,
  roles,
  settingFields,
  stated,
  toContext,
  toOptions,
  together,
  usualRegions,
} from './answers.ts';

const today = '2026-11-29';

describe('answers', () => {
  it('are the fields of the engine’s context, each of them', () => {
    const source = fileURLToPath(new URL('../../../../crates/rules/src/context.rs', import.meta.url));
    const struct =
      /pub struct Context \{([\s\S]*?)\n\}/.exec(existsSync(source) ? readFileSync(source, 'utf8') : '')?.[1] ?? '';
    const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const own = [...struct.matchAll(/^ {4}pub (\w+):/gm)].map(([, name = '']) => camel(name));
    expect([...settingFields, ...answerFields].sort()).toEqual(own.sort());
    const days = [...struct.matchAll(/^ {4}pub (\w+): Option<Date>/gm)].map(([, name = '']) => camel(name));
    expect([...dayFields].sort()).toEqual(days.sort());
  });

  it('know the regions and roles of the engine, and which regions it judges by itself', () => {
    const source = readFileSync(
      fileURLToPath(new URL('../../../../crates/rules/src/context.rs', import.meta.url)),
      'utf8',
    );
    const ids = (name: string) =>
      [
        ...(
          new RegExp(`impl ${name} \\{[\\s\\S]*?fn id\\(self\\)[\\s\\S]*?match self \\{([\\s\\S]*?)\\n {8}\\}`).exec(
            source,
          )?.[1] ?? ''
        ).matchAll(/"(\w+)"/g),
      ].map(([, id]) => id);
    expect([...regions]).toEqual(ids('Region'));
    expect([...roles]).toEqual(ids('Role'));
    const usual = /pub const DEFAULT: \[Self; \d+\] = \[([^\]]*)\]/.exec(source)?.[1] ?? '';
    expect(usualRegions).toEqual(
      [...usual.matchAll(/Self::(\w+)/g)].map(([, name = '']) => name.charAt(0).toLowerCase() + name.slice(1)),
    );
  });

  it('leave the engine its defaults when nothing was said', () => {
    expect(toOptions({}, today)).toEqual({ maxPixels: MAX_PIXELS });
    expect(toOptions({ isAi: 'unknown' }, today)).toEqual({ maxPixels: MAX_PIXELS });
  });

  it('name only what was said, and always the day', () => {
    expect(toContext({ role: 'deployer', regions: 'eu,china', isAi: 'yes', deepFake: 'unknown' }, today)).toEqual({
      asOf: today,
      role: 'deployer',
      regions: ['eu', 'china'],
      isAi: 'yes',
    });
    expect(toOptions({ asOf: '2027-01-01' }, today)).toEqual({
      maxPixels: MAX_PIXELS,
      context: { asOf: '2027-01-01' },
    });
  });

  it('of one file go before those of all', () => {
    const both = together({ isAi: 'yes', deepFake: 'no' }, { isAi: 'unknown' });
    expect(stated(both)).toEqual(['deepFake']);
  });
});

describe('links', () => {
  it('carry answers and restore them', () => {
    const answers = {
      role: 'platform',
      isAi: 'yes',
      createdOn: '2026-11-10',
      regions: 'eu,china',
      provider: 'Example & Sons',
    };
    const link = linkWith(answers, 'https://example.org/check');
    expect(link).toBe(
      'https://example.org/check#role=platform&provider=Example+%26+Sons&regions=eu,china&isAi=yes&createdOn=2026-11-10',
    );
    expect(answersInLink(new URL(link).hash)).toEqual(answers);
    expect(linkWith({ isAi: 'unknown' }, '/check')).toBe('/check');
  });

  it('bring nothing that is no answer', () => {
    expect(
      answersInLink('#role=king&isAi=perhaps&createdOn=2026-02-30&regions=mars&asOf=unknown&__proto__=yes&sample=iptc'),
    ).toEqual({});
    expect(answersInLink('')).toEqual({});
    expect(isDay('2028-02-29')).toBe(true);
    expect(isDay('2027-02-29')).toBe(false);
  });
});

describe('reports', () => {
  it('tell the answers that they were judged with', () => {
    const context = {
      asOf: today,
      role: 'deployer',
      isAi: 'yes',
      deepFake: false,
      signatory: true,
      createdOn: '2026-11-01',
      visibleLabel: 'unknown',
      regions: [...usualRegions],
    };
    const report = { context, createdAt: `${today}T10:00:00.000Z` } as unknown as CheckerReport;
    expect(answersOfReport(report)).toEqual({
      role: 'deployer',
      isAi: 'yes',
      signatory: 'yes',
      createdOn: '2026-11-01',
    });
    expect(answersOfReport({ ...report, createdAt: '2026-12-01T00:00:00.000Z' }).asOf).toBe(today);
  });

  it('ask only what can be answered here, in their order', () => {
    const question = (answer: string) =>
      ({
        id: answer,
        answer,
        kind: 'yes-no',
        answers: [],
        text: { key: '', text: '' },
        settles: 1,
        regions: [],
      }) as const;
    const questions = [question('deepFake'), question('somethingNew'), question('isAi')].map((each) => ({
      ...each,
      answers: [],
      regions: [],
    }));
    expect(openQuestions({ questions }).map(({ answer }) => answer)).toEqual(['deepFake', 'isAi']);
    expect(openQuestions({})).toEqual([]);
  });

  it('tell what another judgement changed', () => {
    const judged = (verdict: Outcome, ...outcomes: Outcome[]) =>
      ({ verdict, rules: outcomes.map((outcome, index) => ({ id: String(index), outcome })) }) as never;
    const before = {
      verdicts: { eu: judged('undetermined', 'undetermined', 'pass'), china: judged('undetermined', 'undetermined') },
    };
    const after = {
      verdicts: {
        eu: judged('fail', 'fail', 'pass'),
        china: judged('undetermined', 'undetermined'),
        washington: judged('pass', 'pass'),
      },
    };
    expect(changes(before, after)).toEqual({
      verdicts: [{ region: 'eu', before: 'undetermined', after: 'fail' }],
      rules: 1,
    });
  });
});
