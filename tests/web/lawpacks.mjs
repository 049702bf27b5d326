// Signed sets of law packs, made from the project's own packs as `labeler rules sign` makes them (docs/law-packs.md).

import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './harness.mjs';

const { parse, TomlDate } = createRequire(new URL('../../web/package.json', import.meta.url))('smol-toml');
const folder = join(root, 'crates/rules/packs');

const plain = (value) => {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};
const read = (path) => plain(parse(readFileSync(join(folder, path), 'utf8')));

/** A pack as programs read it: with what all packs have in common. */
export function pack(name) {
  const own = read(`${name}.toml`);
  const common = read('shared/common.toml');
  for (const list of ['gate', 'question']) own[list] = [...(common[list] ?? []), ...(own[list] ?? [])];
  own.text = { en: { ...common.text?.en, ...own.text?.en } };
  return own;
}

/** JSON with sorted keys and without white space. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${entries.join()}}`;
}

/** Signs packs with a key of its own. Returns the set as JSON, and the public key in PEM. */
export function signedSet(...packs) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signature = sign(null, Buffer.from(`labeler law packs 1\n${canonical(packs)}`), privateKey).toString('hex');
  return { json: JSON.stringify({ packs, signature }), publicKey: publicKey.export({ type: 'spki', format: 'pem' }) };
}
