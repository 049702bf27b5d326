// A report that was saved before: told from other JSON, and only then shown.

import type { CheckerReport } from '@labeler/engine/types';
import { jsonInPage } from '../../lib/savedhtml.ts';

/** Larger files are not looked at for reports: ten thousand reports are smaller. */
const MOST_BYTES = 200_000_000;

/** Whether a value is a report that this page can show. */
export function isReport(value: unknown): value is CheckerReport {
  if (typeof value !== 'object' || value === null) return false;
  const report = value as Partial<CheckerReport>;
  return (
    report.schemaVersion === 1 &&
    typeof report.sha256 === 'string' &&
    typeof report.sizeBytes === 'number' &&
    typeof report.verdicts === 'object' &&
    report.verdicts !== null &&
    typeof report.c2pa === 'object' &&
    report.c2pa !== null
  );
}

/** The reports in a file: one, an array of them, the answer of the API, or a page that was saved here. Empty when it holds none. */
export async function reportsIn(file: File): Promise<CheckerReport[]> {
  if (!/\.(?:json|html?)$/i.test(file.name) || file.size > MOST_BYTES) return [];
  let value: unknown;
  try {
    const text = await file.text();
    value = JSON.parse(/\.json$/i.test(file.name) ? text : (jsonInPage(text) ?? ''));
  } catch {
    return [];
  }
  if (Array.isArray(value)) return value.filter(isReport);
  if (isReport(value)) return [value];
  const answer = (value as { data?: unknown } | null)?.data;
  return isReport(answer) ? [answer] : [];
}
