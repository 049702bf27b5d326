// Asks `@trustnxt/c2pa-ts`, an implementation in TypeScript with no code in common with c2pa's own, about every file that
// Labeler signed and about the same file with one bit of its picture changed.
//
// Usage: node validate.mjs SIGNED_FOLDER CHANGED_FOLDER SOURCE...
//
// A source whose own credentials it cannot read is left out, and said: they go along as an ingredient. The number that a
// signed file's name begins with is the place of its source.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BMFF, JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore } from '@trustnxt/c2pa-ts/manifest';

const [signed, changed, ...sources] = process.argv.slice(2);
const counts = { passed: 0, failed: 0 };

function check(ok, what) {
  counts[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}`);
}

/** The codes of a validation, good and bad; undefined for a container that it does not read. */
async function validate(path) {
  const bytes = new Uint8Array(readFileSync(path));
  const Container = [JPEG, PNG, BMFF].find((each) => each.canRead(bytes));
  if (!Container) return undefined;
  const asset = new Container(bytes);
  const jumbf = await asset.getManifestJUMBF();
  if (!jumbf) return { isValid: false, good: [], bad: ['no manifest'] };
  const store = ManifestStore.read(SuperBox.fromBuffer(jumbf));
  const { isValid, statusEntries } = await store.validate(asset);
  const codes = (success) => statusEntries.filter((entry) => entry.success === success).map(({ code }) => code);
  return { isValid, good: codes(true), bad: codes(false) };
}

let read = 0;
for (const name of readdirSync(signed)) {
  try {
    await validate(sources[Number.parseInt(name, 10)]);
  } catch (cause) {
    console.log(`${name}: left out, c2pa-ts cannot read its source: ${cause.message}`);
    continue;
  }
  const whole = await validate(join(signed, name)).catch((cause) => ({ bad: [String(cause)], good: [] }));
  if (!whole) continue;
  read += 1;
  const matches = whole.good.some((code) => code === 'assertion.dataHash.match' || code === 'assertion.bmffHash.match');
  const intact = whole.isValid && matches && whole.good.includes('claimSignature.validated');
  check(intact, `${name}: c2pa-ts: ${intact ? 'signature valid, hard binding matches' : whole.bad.join(', ')}`);
  const other = await validate(join(changed, name)).catch((cause) => ({ bad: [String(cause)] }));
  const noticed = !other.isValid && other.bad.some((code) => code === 'assertion.dataHash.mismatch' || code === 'assertion.bmffHash.mismatch');
  check(noticed, `${name}, one bit of the picture changed: c2pa-ts: ${other.bad.join(', ')}`);
}
check(read > 0, `${read} files in containers that c2pa-ts reads`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed > 0 ? 1 : 0);
