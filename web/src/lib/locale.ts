// The visitor's language: named in the address, chosen before, or set in the browser.

export const locales = ['en', 'de', 'fr', 'es', 'it', 'zh-Hans'] as const;
export type Locale = (typeof locales)[number];

/** English with accents and longer words: shows what is not translated and what does not fit. For tests. */
export const PSEUDO = 'en-XA';

/** Returns the first requested language that exists, or English. */
export function negotiate(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const found = locales.find((locale) => matches(tag, locale));
    if (found) return found;
  }
  return 'en';
}

function matches(tag: string, locale: Locale): boolean {
  let parsed: Intl.Locale;
  try {
    parsed = new Intl.Locale(tag).maximize();
  } catch {
    return false;
  }
  // There is no catalogue in traditional characters.
  const own = new Intl.Locale(locale).maximize();
  return parsed.language === own.language && parsed.script === own.script;
}

/** Writes a text with accented letters, a third longer and in brackets; placeholders stay. */
export function pseudo(text: string): string {
  const letters: Record<string, string> = {
    a: 'å',
    e: 'é',
    i: 'î',
    o: 'ö',
    u: 'û',
    A: 'Å',
    E: 'É',
    I: 'Î',
    O: 'Ö',
    U: 'Û',
    n: 'ñ',
    c: 'ç',
    s: 'š',
  };
  const accented = text.replace(/\{\w+\}|[aeiouAEIOUncs]/g, (found) => letters[found] ?? found);
  return `[${accented}${'·'.repeat(Math.ceil(text.length / 3))}]`;
}
