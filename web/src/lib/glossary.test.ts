// Holds every text that people read, of the pages and of the law packs, against the glossary.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import glossary from '../../glossary.json';
import { packTexts } from '../../build/packtexts.ts';
import { locales, type Locale } from './locale.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const json = (path: string) => JSON.parse(readFileSync(at(path), 'utf8')) as Record<string, string>;
/** The catalogues: those of every page, and those of some pages in a folder each. */
const messages = readdirSync(at('../messages'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.json'),
);
const packs = at('../../../crates/rules/packs');

function textsOf(locale: Locale): Record<string, string> {
  const pages = Object.assign(
    {},
    ...messages
      .filter((path) => path.split('/').at(-1) === `${locale}.json`)
      .map((path) => json(`../messages/${path}`)),
  );
  const texts = Object.entries<string>({ ...pages, ...packTexts(packs, locale) });
  // Names of placeholders are no words.
  return Object.fromEntries(texts.map(([key, text]) => [key, text.replace(/\{\w+\}/g, '{}')]));
}

const english = textsOf('en');
/** The English text of a key; plural forms that a language has of its own are those of `other`. */
const englishOf = (key: string) => english[key] ?? english[key.replace(/_\w+$/, '_other')] ?? '';

const excepted = (term: object, key: string) => ((term as { except?: string[] }).except ?? []).includes(key);

describe('glossary', () => {
  it('has a word in each language for each term, and a reason for each word that is forbidden', () => {
    for (const { id, words, forbidden } of glossary.terms) {
      expect(Object.keys(words).sort(), id).toEqual([...locales].sort());
      for (const { language, pattern, why } of forbidden) {
        expect(locales, id).toContain(language);
        expect(why, id).toMatch(/\w{3}.*\.$/);
        // The word to use is none that is forbidden.
        expect((words as Record<string, string>)[language], id).not.toMatch(new RegExp(pattern, 'iu'));
      }
    }
    expect(new Set(glossary.terms.map(({ id }) => id)).size).toBe(glossary.terms.length);
  });

  it('knows the texts of the packs', () => {
    if (!existsSync(packs)) return;
    expect(readdirSync(packs).filter((name) => name.endsWith('.toml')).length).toBeGreaterThan(3);
    expect(Object.keys(packTexts(packs, 'en')).length).toBeGreaterThan(400);
  });

  for (const locale of locales) {
    it(`${locale} uses no forbidden word`, () => {
      const texts = Object.entries(textsOf(locale));
      const found = glossary.terms.flatMap((term) =>
        term.forbidden
          .filter(({ language }) => language === locale)
          .flatMap(({ pattern, why }) =>
            texts
              .filter(([key, text]) => !excepted(term, key) && new RegExp(pattern, 'iu').test(text))
              .map(([key, text]) => `${key}: ${text} (${why})`),
          ),
      );
      expect(found).toEqual([]);
    });
  }

  for (const locale of locales.filter((each) => each !== 'en')) {
    it(`${locale} says the same word wherever English does`, () => {
      const texts = Object.entries(textsOf(locale));
      const missing = glossary.terms.flatMap((term) => {
        const { english: when, required } = term as { english?: string; required?: Partial<Record<Locale, string>> };
        const word = required?.[locale];
        if (!when || !word) return [];
        return texts
          .filter(
            ([key, text]) =>
              !excepted(term, key) && new RegExp(when, 'iu').test(englishOf(key)) && !new RegExp(word, 'iu').test(text),
          )
          .map(([key, text]) => `${key}: ${text} (${term.id}: ${term.words[locale]})`);
      });
      expect(missing).toEqual([]);
    });
  }
});
