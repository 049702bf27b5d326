// Compares labeler-rubrics with Adobe's json-formula, expression by expression and file by file.
//
//   npm install --ignore-scripts
//   cargo run -p labeler-rubrics --example rubrics -- FILE… > reports.ndjson
//   node compare.mjs reports.ndjson…
//
// Without reports only the table of expressions is compared. The last line is `N passed, N failed`.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { evaluate, load, overDocument, overManifests } from './peer.mjs';

const crate = name => fileURLToPath(new URL(`../../../crates/rubrics/${name}`, import.meta.url));
const rubrics = {
  conformance: load(crate('rubrics/asset-rubric-conformance0.2-spec2.4.yml')),
  integrity: load(crate('rubrics/asset-rubric-integrity.yml')),
  signals: load(crate('rubrics/asset-rubric-signals-local.yml')),
};

let passed = 0;
let failed = 0;
function same(what, ours, theirs) {
  if (isDeepStrictEqual(ours, theirs)) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`${what}\n  labeler-rubrics: ${JSON.stringify(ours)}\n  json-formula:    ${JSON.stringify(theirs)}`);
}

for (const { about, expression, data, globals, result = null, error = false } of JSON.parse(
  readFileSync(crate('tests/data/expressions.json'), 'utf8'),
)) {
  let theirs;
  try {
    theirs = { value: evaluate(expression, data, globals) };
  } catch {
    theirs = { error: true };
  }
  same(`${about}: ${expression}`, error ? { error } : { value: result }, theirs);
}

for (const path of process.argv.slice(2)) {
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const { file, crjson, reports } = JSON.parse(line);
    for (const name of ['conformance', 'integrity']) {
      const theirs = overDocument(rubrics[name], crjson);
      same(`${file}: ${name}: the checks`, reports[name].checks.map(check => check.id), Object.keys(theirs));
      for (const check of reports[name].checks) {
        const { outcome, text } = theirs[check.id] ?? {};
        const ours = { outcome: check.outcome, text: text === null ? null : check.text };
        same(`${file}: ${check.id}`, ours, { outcome, text });
      }
    }
    overManifests(rubrics.signals, crjson).forEach(({ edges, signals }, index) => {
      const checks = reports.signals.checks.filter(check => check.manifest === index);
      const ours = Object.fromEntries(checks.map(check => [check.id, check.outcome]));
      same(`${file}: manifest ${index}: signals`, ours, signals);
      const made = (reports.signals.manifests[index]?.ingredients ?? []).map(edge => [edge.index, edge.relationship ?? null]);
      same(`${file}: manifest ${index}: ingredients`, made, edges);
    });
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
