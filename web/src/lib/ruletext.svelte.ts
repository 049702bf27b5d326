// Texts of rules and findings in the page's language, or in English as in the report if the catalogue lacks them.

import type { Message } from '@labeler/engine/types';
import type { RulesInUse } from '@labeler/engine/worker';
import type { Locale } from './locale.ts';
import { formatDay, locale, tMaybe } from './messages.svelte.ts';

// From the law packs; the reports contain the English texts.
const packs: Partial<Record<Locale, () => Promise<{ default: Record<string, string> }>>> = {
  de: () => import('virtual:pack-texts/de'),
  fr: () => import('virtual:pack-texts/fr'),
  es: () => import('virtual:pack-texts/es'),
  it: () => import('virtual:pack-texts/it'),
  'zh-Hans': () => import('virtual:pack-texts/zh-Hans'),
};
let texts = $state.raw<Record<string, string>>({});

/** A newer set of law packs that judges in place of this build's: its sentences by language, and this build's in English. */
let newer = $state.raw<{ texts: Record<string, Record<string, string>>; english: Record<string, string> }>();

/** Loads the rules' sentences in the language of the page; English needs none. */
export async function loadRuleTexts(): Promise<void> {
  const wanted = locale();
  const loaded = (await packs[wanted]?.())?.default ?? {};
  if (newer && wanted !== 'en' && Object.keys(newer.english).length === 0) {
    const { texts } = newer;
    newer = { texts, english: (await import('virtual:pack-texts/en')).default };
  }
  // Another language may have been chosen meanwhile.
  if (wanted === locale()) texts = loaded;
}

/** Sets the law packs that judge from now on. */
export function judgedBy(rules: RulesInUse | undefined): void {
  newer = rules?.state === 'replaced' ? { texts: rules.texts, english: {} } : undefined;
}

/** Fills placeholders as the engine does. */
const filled = (template: string, params: Record<string, string> = {}) =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);

/** The sentence in the language of the page, with its placeholders. A translation says only what it was made from. */
function templateOf({ key, text, params }: Message): string | undefined {
  if (!newer) return texts[key];
  const english = newer.english[key];
  return english !== undefined && filled(english, params) === text ? texts[key] : newer.texts[locale()]?.[key];
}

export interface Said {
  text: string;
  /** The language, where it is not that of the page. */
  lang?: 'en';
}

const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A message in the language of the page. */
export function say(message: Message, region?: string): Said {
  const template = templateOf(message);
  if (template === undefined) return locale() === 'en' ? { text: message.text } : { text: message.text, lang: 'en' };
  const text = template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = message.params?.[name];
    if (name === 'law' && region) return texts[`law.${region}`] ?? value ?? whole;
    if (value === undefined) return whole;
    if (name === 'role') return tMaybe(`role.${value}`, value);
    return ISO_DAY.test(value) ? formatDay(value) : value;
  });
  return { text };
}
