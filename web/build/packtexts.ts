// The texts of the law packs, key by key, as the engine names them (crates/rules/src/pack/mod.rs): English stands in the
// packs themselves, the other languages in a file each.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type TomlTable } from 'smol-toml';
import type { Plugin } from 'vite';

const read = (path: string): TomlTable => parse(readFileSync(path, 'utf8'));
const tables = (value: unknown) => (Array.isArray(value) ? (value as TomlTable[]) : []);
const table = (value: unknown) => (typeof value === 'object' && value !== null ? (value as TomlTable) : {});

/** The texts in one language; none where the packs do not have it. */
export function packTexts(folder: string, locale: string): Record<string, string> {
  if (locale === 'en') return englishTexts(folder);
  const path = join(folder, 'text', `${locale}.toml`);
  if (!existsSync(path)) return {};
  return Object.fromEntries(
    Object.entries(read(path)).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}

function englishTexts(folder: string): Record<string, string> {
  const texts: Record<string, string> = {};
  const add = (key: string, text: unknown) => {
    if (typeof text === 'string') texts[key] = text.split(/\s+/).filter(Boolean).join(' ');
  };
  const addCase = (owner: unknown, row: TomlTable) => {
    const key = `${String(owner)}.${String(row.id)}`;
    add(key, row.message);
    for (const part of ['settles', 'fix', 'sentence']) add(`${key}.${part}`, row[part]);
    add(`${key}.weight`, row['severity-reason']);
    for (const [id, text] of Object.entries(table(row.notes))) add(`${String(owner)}.note.${id}`, text);
  };
  const common = join(folder, 'shared', 'common.toml');
  const shared = existsSync(common) ? read(common) : {};
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.toml')) : [];
  for (const pack of names.map((name) => read(join(folder, name)))) {
    for (const { text } of [shared, pack])
      for (const [key, words] of Object.entries(table(table(text).en))) add(key, words);
    for (const question of [...tables(shared.question), ...tables(pack.question)]) {
      add(`question.${String(question.id)}`, question.text);
      add(`question.${String(question.id)}.help`, question.help);
    }
    for (const gate of [...tables(shared.gate), ...tables(pack.gate)])
      for (const row of tables(gate.case)) addCase(gate.id, row);
    for (const rule of tables(pack.rule)) {
      for (const part of ['title', 'settles', 'fix']) add(`${String(rule.id)}.${part}`, rule[part]);
      for (const version of tables(rule.version))
        add(`${String(rule.id)}.requirement${version.id ? `.${String(version.id)}` : ''}`, version.requirement);
      for (const row of tables(rule.case)) addCase(rule.id, row);
      for (const note of tables(rule.note)) add(`${String(rule.id)}.note.${String(note.id)}`, note.text);
    }
    const verdict = table(pack.verdict);
    add(`verdict.${String(table(pack.pack).id)}.pass-withheld`, table(verdict.pass).otherwise);
    add(`law.${String(table(pack.pack).region)}`, verdict.law);
  }
  return texts;
}

const PREFIX = 'virtual:pack-texts/';

/** `import texts from 'virtual:pack-texts/de'`: the texts of the packs in a language, as a module of its own. */
export function packTextModules(folder: string): Plugin {
  return {
    name: 'labeler-pack-texts',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const locale = id.slice(PREFIX.length + 1);
      const path = join(folder, 'text', `${locale}.toml`);
      if (existsSync(path)) this.addWatchFile(path);
      return `export default ${JSON.stringify(packTexts(folder, locale))};`;
    },
  };
}
