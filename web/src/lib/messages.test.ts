import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import common from '../messages/en.json';
import dashboard from '../messages/dashboard/en.json';
import defaults from '../messages/defaults/en.json';
import home from '../messages/home/en.json';
import label from '../messages/label/en.json';
import report from '../messages/report/en.json';
import verify from '../messages/verify/en.json';
import { packTexts } from '../../build/packtexts.ts';
import { locales, negotiate, pseudo } from './locale.ts';
import { formatDay, formatMoment, formatSize, t, tn, use } from './messages.svelte.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const read = (folder: string, pattern: RegExp) =>
  readdirSync(at(folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => pattern.test(path) && !/node_modules|dist|\.test\.ts$/.test(path))
    .map((path) => readFileSync(at(`${folder}/${path}`), 'utf8'))
    .join('\n');
const code = read('..', /\.(svelte|ts)$/) + read('../..', /^[\w-]+\.html$|^partials\/.*\.html$/);
const parts = { dashboard, defaults, home, label, report, verify };
const en: Record<string, string> = Object.assign({}, common, ...Object.values(parts));
const catalogueFile = (locale: string) =>
  JSON.parse(readFileSync(at(`../messages/${locale}.json`), 'utf8')) as Record<string, string>;
const catalogue = (locale: string): Record<string, string> =>
  Object.assign(catalogueFile(locale), ...Object.keys(parts).map((part) => catalogueFile(`${part}/${locale}`)));

beforeEach(() => use('en', en));

describe('messages', () => {
  it('fills placeholders and leaves unknown ones visible', () => {
    expect(t('queue.cancel', { name: 'a.png' })).toBe('Cancel a.png');
    expect(t('queue.cancel')).toBe('Cancel {name}');
  });

  it('counts', () => {
    expect(tn('status.added', 1)).toBe('One file is being checked.');
    expect(tn('status.added', 1200)).toBe('1,200 files are being checked.');
  });

  it('keeps no sentence that nothing says', () => {
    // Keys are written out, or made from a written beginning: t(`outcome.${outcome}`).
    const beginnings = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, beginning]) => beginning ?? '');
    const unused = Object.keys(en).filter((key) => {
      const base = key.replace(/_(one|other)$/, '');
      return (
        !code.includes(`'${base}'`) &&
        !code.includes(`"${base}"`) &&
        !beginnings.some((beginning) => key.startsWith(beginning))
      );
    });
    expect(unused).toEqual([]);
  });
});

describe('catalogues', () => {
  // A plural has the forms that its language has; every other key is in all of them.
  const base = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');
  const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort();

  it('say each thing in one place', () => {
    const keys = [common, ...Object.values(parts)].flatMap((part) => Object.keys(part));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  for (const locale of locales.filter((each) => each !== 'en')) {
    it(`${locale} has the keys of English, and their placeholders`, () => {
      const own = catalogue(locale);
      expect(new Set(Object.keys(own).map(base))).toEqual(new Set(Object.keys(en).map(base)));
      for (const [key, text] of Object.entries(own)) {
        const english = en[key] ?? en[`${base(key)}_other`] ?? '';
        // "One file" needs no number where the language writes the word, and may have one where it does not.
        const without = /_(one|other)$/.test(key) ? '{count}' : '';
        expect(
          placeholders(text).filter((each) => each !== without),
          key,
        ).toEqual(placeholders(english).filter((each) => each !== without));
        expect(text.trim(), key).not.toBe('');
      }
    });

    it(`${locale} has every plural form that it needs`, () => {
      const own = catalogue(locale);
      const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
      for (const key of Object.keys(en).filter((each) => each.endsWith('_other'))) {
        // "many" of French, Spanish and Italian is for millions, which no list of ours reaches.
        for (const form of forms.filter((each) => each !== 'many'))
          expect(Object.keys(own)).toContain(key.replace(/_other$/, `_${form}`));
      }
    });
  }
});

describe('texts of the law packs', () => {
  const packs = at('../../../crates/rules/packs');
  const english = packTexts(packs, 'en');
  const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

  for (const locale of locales.filter((each) => each !== 'en')) {
    it(`${locale} translates what the packs say, with its placeholders`, () => {
      const own = packTexts(packs, locale);
      // What a provision demands may stay in its own words.
      const needed = Object.keys(english).filter((key) => !/\.requirement(\.|$)/.test(key));
      expect(needed.filter((key) => !(key in own))).toEqual([]);
      for (const [key, text] of Object.entries(own))
        expect(placeholders(text), key).toEqual(placeholders(english[key] ?? `no {${key}}`));
    });
  }
});

describe('languages', () => {
  it('takes the first one asked for that there is', () => {
    expect(negotiate(['nl', 'fr-CA', 'de'])).toBe('fr');
    expect(negotiate(['zh-CN'])).toBe('zh-Hans');
    expect(negotiate(['zh-TW', 'it'])).toBe('it');
    expect(negotiate(['not a tag!', 'xx'])).toBe('en');
    expect(negotiate([])).toBe('en');
  });

  it('makes a pseudo-language that keeps placeholders', () => {
    expect(pseudo('Cancel {name}')).toMatch(/^\[Cåñçél \{name\}·+\]$/);
  });
});

describe('formats', () => {
  it('gives sizes in decimal units', () => {
    expect([0, 999, 1000, 749_497, 2_147_483_648].map(formatSize)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '749.5 kB',
      '2.1 GB',
    ]);
  });

  it('gives days and moments in UTC, and text that is no date as it came', () => {
    expect(formatDay('2026-09-24')).toBe('Sep 24, 2026');
    expect(formatMoment('2026-05-16T23:30:00.000-02:00')).toMatch(/May 17, 2026.*1:30/);
    expect(formatDay('some day')).toBe('some day');
  });

  it('follows the language', () => {
    use('de', en);
    expect(formatDay('2026-09-24')).toBe('24.09.2026');
    expect(formatSize(1_500_000)).toBe('1,5 MB');
  });
});
