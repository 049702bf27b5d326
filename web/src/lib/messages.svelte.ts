// The texts of a page, from the catalogue of one language. The catalogues have the same keys; only the one
// in use is loaded. Components read it through `t`, so a change of language redraws them in place.

import { locales, negotiate, pseudo, PSEUDO, type Locale } from './locale.ts';

type Catalogue = Record<string, string>;
export type MessageKey =
  | keyof typeof import('../messages/en.json')
  | keyof typeof import('../messages/dashboard/en.json')
  | keyof typeof import('../messages/defaults/en.json')
  | keyof typeof import('../messages/home/en.json')
  | keyof typeof import('../messages/label/en.json')
  | keyof typeof import('../messages/report/en.json')
  | keyof typeof import('../messages/verify/en.json');
/** Where a page has its own sentences, besides those of every page. */
export type MoreMessages = (locale: Locale) => Promise<Catalogue>;
type Plural<Key> = Key extends `${infer Base}_other` ? Base : never;
export type PluralKey = Plural<MessageKey>;
export type Params = Record<string, string | number>;

const catalogues = import.meta.glob<Catalogue>('../messages/*.json', { import: 'default' });
/** Where further sentences come from, beside those of every page. */
const more: MoreMessages[] = [];

let current = $state.raw<{ locale: Locale; catalogue: Catalogue }>({ locale: 'en', catalogue: {} });
let isAccented = false;
const formats = $derived({
  plural: new Intl.PluralRules(current.locale),
  number: new Intl.NumberFormat(current.locale),
  short: new Intl.NumberFormat(current.locale, { maximumFractionDigits: 1 }),
  day: new Intl.DateTimeFormat(current.locale, { dateStyle: 'medium', timeZone: 'UTC' }),
  moment: new Intl.DateTimeFormat(current.locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
  list: new Intl.ListFormat(current.locale, { type: 'conjunction' }),
});

/** The language in use. */
export function locale(): Locale {
  return current.locale;
}

/** Uses a catalogue that is already loaded. */
export function use(locale: Locale, catalogue: Catalogue): void {
  current = { locale, catalogue };
}

function stored(): string | null {
  try {
    return localStorage.getItem('locale');
  } catch {
    return null;
  }
}

/** Loads the language of this visit: `?lang=`, else the one chosen before, else the browser's. */
export async function startLocale(ofThisPage?: MoreMessages): Promise<void> {
  if (ofThisPage) more.push(ofThisPage);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- read once
  const asked = new URLSearchParams(location.search).get('lang');
  const wanted = negotiate([asked, stored(), ...navigator.languages].filter((tag) => tag !== null));
  try {
    await load(wanted, asked === PSEUDO);
  } catch (cause) {
    // Without a network only catalogues that were loaded before may be available: try English.
    if (wanted === 'en') throw cause;
    await load('en', false);
  }
}

/** Changes the language and remembers it. */
export async function chooseLocale(tag: string): Promise<void> {
  const chosen = locales.find((each) => each === tag) ?? 'en';
  await load(chosen, false);
  try {
    localStorage.setItem('locale', chosen);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

/** Adds the sentences of a part of the page that is loaded later. They follow the language from then on. */
export async function addMessages(part: MoreMessages): Promise<void> {
  if (more.includes(part)) return;
  more.push(part);
  const { locale } = current;
  const own = await part(locale);
  // If another language was chosen meanwhile, the texts were loaded with it.
  if (locale === current.locale) use(locale, { ...current.catalogue, ...accent(own) });
}

async function load(wanted: Locale, accented: boolean): Promise<void> {
  const [common, ...own] = await Promise.all([
    catalogues[`../messages/${wanted}.json`]?.(),
    ...more.map((part) => part(wanted)),
  ]);
  if (!common) throw new Error(`no catalogue for ${wanted}`);
  isAccented = accented;
  use(wanted, accent(Object.assign({}, common, ...own)));
}

function accent(catalogue: Catalogue): Catalogue {
  return isAccented
    ? Object.fromEntries(Object.entries(catalogue).map(([key, text]) => [key, pseudo(text)]))
    : catalogue;
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : typeof value === 'number' ? formatNumber(value) : value;
  });
}

/** Returns the text with its placeholders filled. */
export function t(key: MessageKey, params: Params = {}): string {
  return fill(current.catalogue[key] ?? key, params);
}

/** Returns the text in the plural form for a number. */
export function tn(key: PluralKey, count: number): string {
  const { catalogue } = current;
  return fill(catalogue[`${key}_${formats.plural.select(count)}`] ?? catalogue[`${key}_other`] ?? key, { count });
}

/** Returns the text for a key that is only known at run time, or the fallback. */
export function tMaybe(key: string, fallback: string): string {
  return current.catalogue[key] ?? fallback;
}

export function formatNumber(value: number): string {
  return formats.number.format(value);
}

/** `a, b and c` in the language of the page. */
export function formatList(values: string[]): string {
  return formats.list.format(values);
}

/** A size in decimal units, as file managers show it. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formats.short.format(value)} ${units[unit]}`;
}

function parsed(iso: string): Date | undefined {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Formats a day. A text that is no date is returned unchanged. */
export function formatDay(iso: string): string {
  const date = parsed(iso);
  return date ? formats.day.format(date) : iso;
}

/** Formats a moment in UTC. A text that is no date is returned unchanged. */
export function formatMoment(iso: string): string {
  const date = parsed(iso);
  return date ? `${formats.moment.format(date)} UTC` : iso;
}
