// Writes the types that follow from the committed schemas: of a report, for the npm package, and of the API, for the pages.
//
//   node build/types.mjs          writes them
//   node build/types.mjs --check  fails if the committed files are not current

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const schemaPath = 'web/public/schema/checker-report-1.json';
const openapiPath = 'crates/api/openapi.json';

const banner = (source) => `// Generated from ${source}: \`npm run types\` in web/ writes it anew.\n\n`;

/** Names of the report's schema that say too little beside the others. */
const renamed = { Outcome2: 'RubricOutcome' };
const nameOf = (ref) => renamed[ref.slice('#/$defs/'.length)] ?? ref.slice('#/$defs/'.length);

/** Replaces references by names, so that the generator keeps the descriptions beside them and writes each type once. */
function named(schema) {
  if (Array.isArray(schema)) return schema.map(named);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...others } = schema;
  const copy = Object.fromEntries(Object.entries(others).map(([key, value]) => [key, named(value)]));
  return $ref === undefined ? copy : { ...copy, tsType: nameOf($ref) };
}

/** A field that may be absent is left out when it has no value: it is never null. */
function withoutNull(schema) {
  for (const part of [schema, ...Object.values(schema.$defs ?? {})]) {
    for (const [name, property] of Object.entries(part.properties ?? {})) {
      if (part.required?.includes(name)) continue;
      if (Array.isArray(property.type)) property.type = property.type.filter((type) => type !== 'null');
      if (property.anyOf) property.anyOf = property.anyOf.filter(({ type }) => type !== 'null');
    }
  }
  return schema;
}

async function reportTypes() {
  const schema = withoutNull(JSON.parse(await readFile(at(schemaPath), 'utf8')));
  schema.$defs = Object.fromEntries(
    Object.entries(schema.$defs).map(([name, part]) => [nameOf(`#/$defs/${name}`), part]),
  );
  const types = await compile(named(schema), 'CheckerReport', {
    additionalProperties: false,
    bannerComment: '',
    format: false,
    unreachableDefinitions: true,
  });
  return types.replaceAll(/\s*\* *\n\s*\* This interface was referenced by .*\n\s*\* via the `definition` .*\n/g, '\n');
}

async function apiTypes() {
  const { openapi, info, components } = JSON.parse(await readFile(at(openapiPath), 'utf8'));
  // The pages name schemas; the types of the operations would be several times as long.
  return astToString(
    await openapiTS({ openapi, info, paths: {}, components: { schemas: components.schemas } }, { alphabetize: true }),
  );
}

const files = [
  ['pkg/report.d.ts', schemaPath, reportTypes],
  ['web/src/lib/openapi.d.ts', openapiPath, apiTypes],
];
const check = process.argv.includes('--check');
for (const [path, source, make] of files) {
  const options = await resolveConfig(at(path));
  const text = await format(banner(source) + (await make()), { ...options, filepath: at(path) });
  if (!check) await writeFile(at(path), text);
  else if ((await readFile(at(path), 'utf8').catch(() => '')) !== text) {
    console.error(`${path} does not follow from ${source}: run \`npm run types\` in web/.`);
    process.exitCode = 1;
  }
}
