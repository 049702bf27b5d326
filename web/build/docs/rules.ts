// The rule catalogue as HTML. The engine itself tells the rules: every version of every rule of the law packs that it
// holds, and the packs with their hashes.

import { readFileSync } from 'node:fs';
import type { CheckerReport, Rule } from '@labeler/engine/types';
import { checkBytes, rules as allRules } from '@labeler/engine/node';
import { escape } from './html.ts';

const regions: [string, string, string][] = [
  [
    'eu',
    'European Union',
    'Regulation (EU) 2024/1689 (AI Act), Article 50, and the Code of Practice on Transparency of AI-Generated Content.',
  ],
  ['california', 'California', 'Business and Professions Code, sections 22757 to 22757.6 (AI Transparency Act).'],
  ['china', 'China', 'Measures for Labeling AI-Generated Synthetic Content, and GB 45438-2025.'],
  ['washington', 'Washington', 'E2SHB 1170.'],
  ['utah', 'Utah', 'HB 276, for information.'],
  ['connecticut', 'Connecticut', 'Public Act 26-15, section 15, for information.'],
  ['kazakhstan', 'Kazakhstan', 'Law on Artificial Intelligence, Article 21, for information.'],
  ['vietnam', 'Vietnam', 'Law 134/2025, Article 11, and Decree 142/2026, for information.'],
  ['india', 'India', 'IT Rules as amended by G.S.R. 120(E), for information.'],
  ['korea', 'Korea', 'AI Basic Act, Article 31, for information.'],
  ['newYork', 'New York', 'General Business Law, section 396-b, for information.'],
];
const severity = { required: 'Required', recommended: 'Recommended', informational: 'For information' };

/** Every version of every rule, in the order of their ids and first days, and what judged. */
export function catalogue(sample: string): { rules: Rule[]; set: CheckerReport['engine']['rules'] } {
  const rules = allRules().sort((a, b) => a.id.localeCompare(b.id) || a.validFrom.localeCompare(b.validFrom));
  const unnamed = rules.find((rule) => !regions.some(([id]) => id === rule.region));
  if (unnamed) throw new Error(`the rule catalogue has no section for the region ${unnamed.region}`);
  // A report names the packs that judged: here all of them.
  const context = { asOf: '2026-01-01', regions: regions.map(([id]) => id) };
  return {
    rules,
    set: checkBytes(readFileSync(sample), { nowMs: Date.UTC(2026, 0, 1), maxPixels: 0, context }).engine.rules,
  };
}

export function rulesHtml(sample: string): string {
  const { rules, set } = catalogue(sample);
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
  const packs = (set.packs ?? []).map(
    ({ id, version, hash }) =>
      `<div><dt>${escape(id)} ${escape(version)}</dt><dd>SHA-256 <code>${escape(hash)}</code></dd></div>`,
  );
  return `<p>Rule set ${escape(set.version)}; the law was followed up to ${escape(set.date)}.</p><dl class="fields">${packs.join('')}</dl>${sections.join('\n')}`;
}

function byId(rules: Rule[]): Map<string, Rule[]> {
  const out = new Map<string, Rule[]>();
  for (const rule of rules) out.set(rule.id, [...(out.get(rule.id) ?? []), rule]);
  return out;
}
