// The rule catalogue as HTML. The engine itself tells the rules: a small picture is judged on days on which the law
// differs, and every version of every rule that appears is listed.

import { readFileSync } from 'node:fs';
import type { CheckerReport, RuleResult } from '@labeler/engine/types';
import { checkBytes } from '@labeler/engine/node';
import { escape } from './html.ts';

/** Days before, between and after the dates of the three laws and of Washington's. */
const days = ['2025-09-15', '2026-08-10', '2026-10-15', '2026-12-15', '2027-03-01', '2028-06-01'];
const regions: [string, string, string][] = [
  ['eu', 'European Union', 'Regulation (EU) 2024/1689 (AI Act), Article 50, and the Code of Practice on Transparency of AI-Generated Content.'],
  ['california', 'California', 'Business and Professions Code, sections 22757 to 22757.6 (AI Transparency Act).'],
  ['china', 'China', 'Measures for Labeling AI-Generated Synthetic Content, and GB 45438-2025.'],
  ['washington', 'Washington', 'E2SHB 1170, reported for information.'],
];
const severity = { required: 'Required', recommended: 'Recommended', informational: 'For information' };

/** Every version of every rule, in the order of their ids and first days. */
export function catalogue(sample: string): { rules: RuleResult[]; version: string; date: string } {
  const bytes = readFileSync(sample);
  const found = new Map<string, RuleResult>();
  let newest: CheckerReport | undefined;
  for (const asOf of days) {
    newest = checkBytes(bytes, { context: { asOf }, nowMs: Date.UTC(2026, 0, 1) });
    for (const verdict of Object.values(newest.verdicts)) {
      for (const rule of verdict.rules) found.set(`${rule.id} ${rule.validFrom}`, rule);
    }
  }
  if (!newest) throw new Error('no day to judge on');
  const rules = [...found.values()].sort((a, b) => a.id.localeCompare(b.id) || a.validFrom.localeCompare(b.validFrom));
  return { rules, ...newest.engine.rules };
}

export function rulesHtml(sample: string): string {
  const { rules, version, date } = catalogue(sample);
  const sections = regions.map(([region, name, law]) => {
    const own = byId(rules.filter((rule) => rule.region === region));
    const cards = [...own].map(([id, versions]) => {
      const items = versions.map((rule) => {
        const source = `${escape(rule.reference.instrument)}, ${escape(rule.reference.provision)}`;
        const until = rule.validUntil ? ` until ${rule.validUntil}` : '';
        return `<dl class="fields"><div><dt>Asks</dt><dd>${escape(rule.requirement)}</dd></div>
<div><dt>Source</dt><dd>${rule.reference.url ? `<a href="${escape(rule.reference.url)}">${source}</a>` : source}</dd></div>
<div><dt>In force</dt><dd>from ${rule.validFrom}${until}</dd></div>
<div><dt>Weight</dt><dd>${severity[rule.severity]}</dd></div></dl>`;
      });
      return `<section class="rule" id="${id}"><h3><code>${id}</code> ${escape(versions[0]?.title)}</h3>${items.join('')}</section>`;
    });
    return `<section aria-labelledby="${region}"><h2 id="${region}">${name}</h2><p>${law} ${own.size} rules.</p>${cards.join('\n')}</section>`;
  });
  return `<p>Rule set ${escape(version)} of ${escape(date)}.</p>${sections.join('\n')}`;
}

function byId(rules: RuleResult[]): Map<string, RuleResult[]> {
  const out = new Map<string, RuleResult[]>();
  for (const rule of rules) out.set(rule.id, [...(out.get(rule.id) ?? []), rule]);
  return out;
}
