// The workspace's defaults for checks, as the API keeps them and as the form shows them.

import { ApiFailure } from '../../lib/api.ts';
import { locales } from '../../lib/locale.ts';
import { regions } from '../check/answers.ts';

export interface CheckDefaults {
  role?: string;
  regions?: string[];
  language?: string;
  answers?: Record<string, string>;
}

/** Answers about the organisation and its AI system, which hold for each file; the others are about one file. */
export const yesNo = [
  'signatory',
  'placedOnMarketBefore',
  'assistiveEditing',
  'deployerProfessional',
  'usersAboveOneMillion',
  'usersAboveTwoMillion',
  'businessOnly',
  'deepSynthesisService',
  'labelDutiesAgreed',
  'logsKept',
] as const;
/** All answers that the form has. */
export const offered = ['provider', 'placedOnMarket', ...yesNo] as const;
export type Offered = (typeof offered)[number];

/** The form: empty where nothing is set. */
export interface Entered {
  role: string;
  language: string;
  regions: Record<string, boolean>;
  answers: Record<Offered, string>;
}

const said = (value: string | undefined) => (value === undefined || value === 'unknown' ? '' : value);

export function enteredOf({ role, language, regions: chosen, answers }: CheckDefaults): Entered {
  return {
    role: role ?? '',
    language: language ?? '',
    regions: Object.fromEntries(regions.map((region) => [region, chosen?.includes(region) ?? false])),
    answers: Object.fromEntries(offered.map((field) => [field, said(answers?.[field])])) as Record<Offered, string>,
  };
}

/** Answers that were set through the API and that the form does not have. They are kept. */
export function others(defaults: CheckDefaults): [string, string][] {
  return Object.entries(defaults.answers ?? {}).filter(
    ([field, value]) => !offered.some((each) => each === field) && said(value) !== '',
  );
}

/** Converts the form for the API, without empty fields: the result replaces all defaults that were kept. */
export function defaultsOf(entered: Entered, kept: CheckDefaults): CheckDefaults {
  const given = offered.map((field): [string, string] => [field, entered.answers[field].trim()]);
  const answers = Object.fromEntries([...given.filter(([, value]) => value !== ''), ...others(kept)]);
  const chosen = regions.filter((region) => entered.regions[region]);
  return {
    ...(entered.role ? { role: entered.role } : {}),
    ...(chosen.length > 0 ? { regions: chosen } : {}),
    ...(entered.language ? { language: entered.language } : {}),
    ...(Object.keys(answers).length > 0 ? { answers } : {}),
  };
}

/** A field of the form by its name in the API: `role`, `regions`, `language`, or an answer. */
export type FormField = 'role' | 'regions' | 'language' | Offered;
export const formFields: readonly FormField[] = ['role', 'regions', 'language', ...offered];

/** The field that the server refused and its English reason, if it was one of the form. */
export function refused(cause: unknown): { field: FormField; reason: string } | undefined {
  if (!(cause instanceof ApiFailure)) return undefined;
  const named = /^checkDefaults\.(?:answers\.)?(\w+)$/.exec(cause.field ?? '')?.[1];
  const field = formFields.find((each) => each === named);
  return field && { field, reason: cause.message };
}

/** Languages of reports, each by its own name. */
export const languages = locales.map((tag): [string, string] => [
  tag,
  new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag,
]);
