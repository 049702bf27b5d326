// The Worker judges by the signed law packs that it is given, and refuses to judge when they are refused.
//
// node law_packs.mjs sign FOLDER    writes variables of the Worker: FOLDER/signed.vars and FOLDER/forged.vars
// node law_packs.mjs judged         asks a Worker that runs with signed.vars (LABELER_URL, LABELER_LIVE_KEY)
// node law_packs.mjs refused        asks a Worker that runs with forged.vars

import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pack, signedSet } from '../web/lawpacks.mjs';

const VERSION = '2099.1.0';
const SENTENCE = 'Judged by the packs of the operator: ';
const SAMPLE = new URL('../../web/src/samples/plain.jpg', import.meta.url);

function sign(folder) {
  const law = pack('eu');
  law.pack.version = VERSION;
  for (const gate of law.gate) {
    for (const row of gate.case) if (row.sentence) row.sentence = SENTENCE + row.sentence;
  }
  const { json, publicKey } = signedSet(law);
  const key = createPublicKey(publicKey).export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const variables = (set) => `LABELER_RULES=${set}\nLABELER_RULES_KEY=${key}\n`;
  assert.ok(!json.includes('\\n'), 'a file of variables turns this into a line end');
  writeFileSync(join(folder, 'signed.vars'), variables(json));
  writeFileSync(join(folder, 'forged.vars'), variables(json.replace(SENTENCE, SENTENCE.toUpperCase())));
}

const url = (path) => `${process.env.LABELER_URL}/api/v1/${path}`;

function check() {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(SAMPLE)], { type: 'image/jpeg' }), 'plain.jpg');
  form.append('options', JSON.stringify({ regions: ['eu'] }));
  const headers = { authorization: `Bearer ${process.env.LABELER_LIVE_KEY}` };
  return fetch(url('check'), { method: 'POST', headers, body: form });
}

async function judged() {
  const answer = await check();
  const { data } = await answer.json();
  assert.equal(answer.status, 200);
  assert.deepEqual(data.engine.rules.packs.map(({ id, version }) => [id, version]), [['eu', VERSION]]);
  assert.ok(data.verdicts.eu.sentence.text.startsWith(SENTENCE), data.verdicts.eu.sentence.text);
}

async function refused() {
  const answer = await check();
  const { error } = await answer.json();
  assert.deepEqual([answer.status, error.code], [500, 'internal_error']);
  // The pages learn which set it is, so that they can say why they do not judge by it.
  const named = await fetch(url('rules'));
  assert.equal(named.status, 200);
  assert.match((await named.json()).signedSet, /^\{"packs":/);
}

const [what, folder] = process.argv.slice(2);
if (what === 'sign') {
  sign(folder);
} else {
  try {
    await { judged, refused }[what]();
    console.log('1 passed, 0 failed');
  } catch (error) {
    console.log(`FAIL law packs: ${what}\n${error.stack}\n0 passed, 1 failed`);
    process.exitCode = 1;
  }
}
