// Every sentence that a component says, from one catalogue. Another language is another file with the same keys.

import en from '../messages/en.json';

export type MessageKey = keyof typeof en;
type Plural<Key> = Key extends `${infer Base}_other` ? Base : never;
export type PluralKey = Plural<MessageKey>;
export type Params = Record<string, string | number>;

const locale = 'en';
const catalogue: Record<string, string> = en;
const plural = new Intl.PluralRules(locale);

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : typeof value === 'number' ? formatNumber(value) : value;
  });
}

/** The sentence with its placeholders filled. */
export function t(key: MessageKey, params: Params = {}): string {
  return fill(catalogue[key] ?? key, params);
}

/** The sentence for a number of things. */
export function tn(key: PluralKey, count: number): string {
  const text = catalogue[`${key}_${plural.select(count)}`] ?? catalogue[`${key}_other`] ?? key;
  return fill(text, { count });
}

/** The sentence for a key that is only known at run time, or the fallback. */
export function tMaybe(key: string, fallback: string): string {
  return catalogue[key] ?? fallback;
}

const numbers = new Intl.NumberFormat(locale);
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const shortNumbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** A size in decimal units, as file managers show it. */
export function formatSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${shortNumbers.format(value)} ${units[unit]}`;
}

function parsed(iso: string): Date | undefined {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A day, or the text as it came when it is no date. */
export function formatDay(iso: string): string {
  const date = parsed(iso);
  return date ? days.format(date) : iso;
}

/** A moment in UTC, or the text as it came. */
export function formatMoment(iso: string): string {
  const date = parsed(iso);
  return date ? `${moments.format(date)} UTC` : iso;
}
