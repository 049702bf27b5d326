// What the asker knows and the file does not, under the names of the engine's context. What is not there was not
// answered: unknown, which never means no. The same names stand in links, in saved reports and in the API's options.

import type { CheckerReport, CheckOptions, JudgementContext, Outcome, Question, Role } from '@labeler/engine/types';
import { MAX_PIXELS } from '../../lib/intake.ts';

export const regions = [
  'eu',
  'california',
  'china',
  'washington',
  'utah',
  'connecticut',
  'kazakhstan',
  'vietnam',
  'india',
  'korea',
  'newYork',
] as const;
/** Those that are judged when nobody names any; the others are for information. */
export const usualRegions: readonly string[] = regions.slice(0, 4);
export const roles = [
  'provider',
  'deployer',
  'platform',
  'hostingPlatform',
  'captureDeviceMaker',
] as const satisfies readonly Role[];

/** Questions that are answered with yes or no. */
export const yesNoFields = [
  'isAi',
  'placedOnMarketBefore',
  'deepFake',
  'signatory',
  'vendorWatermark',
  'visibleLabel',
  'alteredSlightly',
  'assistiveEditing',
  'minorModification',
  'deployerProfessional',
  'artistic',
  'publicInterestText',
  'humanReview',
  'editorialResponsibility',
  'authorisedByLaw',
  'usersAboveOneMillion',
  'usersAboveTwoMillion',
  'verificationToolReads',
  'knowinglyRemoved',
  'deviceFirstSoldSince2028',
  'businessOnly',
  'deepSynthesisService',
  'unlabelledCopyRequested',
  'labelDutiesAgreed',
  'logsKept',
  'declaredOnPlatform',
  'userDeclaredAi',
  'platformFoundTraces',
  'noticeBesidePost',
  'platformIsProducer',
] as const;
/** Questions that are answered with a day. */
export const dayFields = ['createdOn', 'publishedOn', 'distributedOn', 'placedOnMarket'] as const;
/** What is not asked but set: the report always names a role and a day of the check. */
export const settingFields = ['role', 'asOf', 'provider', 'regions'] as const;

export type AnswerField = (typeof yesNoFields)[number] | (typeof dayFields)[number] | 'aiInvolvement';
export type Field = AnswerField | (typeof settingFields)[number];
/** Values by field; regions are joined by commas, as in a link. */
export type Answers = Partial<Record<Field, string>>;

export const answerFields: readonly AnswerField[] = ['isAi', 'aiInvolvement', ...dayFields, ...yesNoFields.slice(1)];
const fields: readonly Field[] = [...settingFields, ...answerFields];

const includes = (list: readonly string[], value: string) => list.includes(value);

/** Whether a value is a day that exists: the engine refuses 30 February. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** The value as it is kept, or nothing where the field does not take it. */
function accepted(field: Field, value: string): string | undefined {
  if (field === 'role') return includes(roles, value) ? value : undefined;
  if (field === 'provider') return value.trim().slice(0, 200) || undefined;
  if (field === 'asOf' || includes(dayFields, field))
    return isDay(value) || (value === 'unknown' && field !== 'asOf') ? value : undefined;
  if (field === 'aiInvolvement') return includes(['created', 'altered', 'unknown'], value) ? value : undefined;
  if (field === 'regions') {
    const chosen = regions.filter((region) => value.split(',').includes(region));
    return chosen.length > 0 ? chosen.join() : undefined;
  }
  return includes(['yes', 'no', 'unknown'], value) ? value : undefined;
}

/** The answers in the part of an address after `#`. What is no answer, or has no value that its field takes, is left out. */
export function answersInLink(hash: string): Answers {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const answers: Answers = {};
  for (const field of fields) {
    const value = accepted(field, given.get(field) ?? '');
    if (value !== undefined) answers[field] = value;
  }
  return answers;
}

/** Returns a page's address with answers after `#`, the part that browsers do not send. */
export function linkWith(answers: Answers, page: string): string {
  const query = new URLSearchParams();
  for (const field of fields)
    if (answers[field] !== undefined && answers[field] !== 'unknown') query.set(field, answers[field]);
  const text = query.toString().replaceAll('%2C', ',');
  return text ? `${page}#${text}` : page;
}

/** The answers that a report was judged with. The day of a check is that of its clock unless it was set. */
export function answersOfReport({ context, createdAt }: Pick<CheckerReport, 'context' | 'createdAt'>): Answers {
  const answers: Answers = {};
  for (const field of fields) {
    const raw: unknown = (context as unknown as Record<string, unknown>)[field];
    // Reports from before a question had three answers: `false` was also what nobody had answered.
    const text = raw === true ? 'yes' : raw === false || raw === undefined || raw === null ? '' : String(raw);
    const value = accepted(field, text);
    if (value !== undefined && value !== 'unknown') answers[field] = value;
  }
  if (answers.asOf === createdAt.slice(0, 10)) delete answers.asOf;
  if (answers.role === 'provider') delete answers.role;
  if (answers.regions === usualRegions.join()) delete answers.regions;
  return answers;
}

/** Those of one file before those of all files. */
export function together(shared: Answers, own: Answers): Answers {
  return { ...shared, ...own };
}

/** The fields with an answer that says something. */
export function stated(answers: Answers): AnswerField[] {
  return answerFields.filter((field) => answers[field] !== undefined && answers[field] !== 'unknown');
}

/** The engine's context. `today` is the day in UTC, which the engine takes too. */
export function toContext(answers: Answers, today: string): JudgementContext {
  const context: Record<string, unknown> = { asOf: today };
  // In one order, so that equal answers are equal text.
  for (const field of fields) {
    const value = answers[field];
    if (value !== undefined && value !== 'unknown') context[field] = field === 'regions' ? value.split(',') : value;
  }
  return context as unknown as JudgementContext;
}

/** Returns the options of a check. Without answers there is no context: the engine's defaults apply, as on the command line. */
export function toOptions(answers: Answers, today: string): CheckOptions {
  const said = Object.values(answers).some((value) => value !== 'unknown');
  return { maxPixels: MAX_PIXELS, ...(said ? { context: toContext(answers, today) } : {}) };
}

/** The open questions of a report that can be asked here: their answer is one of the fields above. */
export function openQuestions(report: Pick<CheckerReport, 'questions'>): (Question & { answer: AnswerField })[] {
  return (report.questions ?? []).filter((question): question is Question & { answer: AnswerField } =>
    includes(answerFields, question.answer),
  );
}

export interface Change {
  region: string;
  before: Outcome;
  after: Outcome;
}

/** What another judgement of the same file changed: verdicts, and how many rules besides. */
export function changes(
  before: Pick<CheckerReport, 'verdicts'>,
  after: Pick<CheckerReport, 'verdicts'>,
): { verdicts: Change[]; rules: number } {
  const verdicts: Change[] = [];
  let rules = 0;
  for (const [region, now] of Object.entries(after.verdicts)) {
    const then = before.verdicts[region];
    if (!then) continue;
    if (then.verdict !== now.verdict) verdicts.push({ region, before: then.verdict, after: now.verdict });
    const outcomes = new Map(then.rules.map((rule) => [rule.id, rule.outcome]));
    rules += now.rules.filter(({ id, outcome }) => outcomes.get(id) !== outcome).length;
  }
  return { verdicts, rules };
}
