// How to make each call, in four languages, from the OpenAPI document alone.

import { type Document, type Operation, resolve, type Schema } from './document.ts';

export const BASE = 'https://labeler.eu';
export const languages = ['curl', 'javascript', 'python', 'rust'] as const;
export type Language = (typeof languages)[number];

/** What a call consists of, before it is written in a language. */
interface Call {
  method: string;
  /** Parameters filled with their examples. */
  url: string;
  key: boolean;
  cookie: boolean;
  /** `signIn`: keeps the cookie that the answer sets. */
  keepsCookie: boolean;
  json?: Record<string, unknown>;
  /** Fields of a form-urlencoded body. */
  fields?: Record<string, string>;
  /** Fields of a form; `file` names one to upload, `hashed` says that `sha256Input` must be the file's. */
  form?: { name: string; file?: string; json?: Record<string, unknown> }[];
  /** Where the answer is saved when it is a file. */
  saveAs?: string;
  /** The answer has no body. */
  empty: boolean;
}

const FILE = 'photo.jpg';
const HASH = 'sha256Input';

function example(document: Document, schema: Schema, name: string): unknown {
  const found = resolve(document, schema);
  if (found.example !== undefined) return found.example;
  if (found.enum) return found.enum[0];
  if (found.format === 'password') return `your ${name}`;
  return found.type === 'integer' || found.type === 'number' ? (found.minimum ?? 1) : name;
}

function callOf(document: Document, operation: Operation): Call {
  const value = (parameter: Operation['parameters'][number]) =>
    String(parameter.example ?? example(document, parameter.schema, parameter.name));
  let path = operation.path;
  for (const parameter of operation.parameters.filter((each) => each.in === 'path')) {
    path = path.replace(`{${parameter.name}}`, encodeURIComponent(value(parameter)));
  }
  // Only parameters with an example of their own, or that must be there: a sample is not an inventory.
  const query = operation.parameters
    .filter((each) => each.in === 'query' && (each.required || each.example !== undefined))
    .map((each) => `${each.name}=${encodeURIComponent(value(each))}`)
    .join('&');
  const [contents = {}] = Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, answer]) => answer.content ?? {});
  const call: Call = {
    method: operation.method,
    url: BASE + path + (query ? `?${query}` : ''),
    key: operation.auth.includes('bearer'),
    cookie: operation.auth.includes('session') && !operation.auth.includes('bearer'),
    keepsCookie: operation.operationId === 'sign_in',
    empty: Object.keys(contents).length === 0,
  };
  if (operation.body?.type === 'application/json') {
    const schema = resolve(document, operation.body.schema);
    // What must be there, and what has an example of its own.
    const names = Object.entries(schema.properties ?? {})
      .filter(
        ([name, property]) => schema.required?.includes(name) || resolve(document, property).example !== undefined,
      )
      .map(([name]) => name);
    call.json = Object.fromEntries(
      names.map((name) => [name, example(document, schema.properties?.[name] ?? {}, name)]),
    );
  } else if (operation.body?.type === 'application/x-www-form-urlencoded') {
    const schema = resolve(document, operation.body.schema);
    const names = Object.keys(schema.properties ?? {}).filter(
      (name) => schema.required?.includes(name) || schema.properties?.[name]?.example !== undefined,
    );
    call.fields = Object.fromEntries(
      names.map((name) => [name, String(example(document, schema.properties?.[name] ?? {}, name))]),
    );
  } else if (operation.body) {
    const schema = resolve(document, operation.body.schema);
    call.form = Object.entries(schema.properties ?? {})
      .filter(([name]) => schema.required?.includes(name))
      .map(([name, property]) =>
        property.format === 'binary' || (property.type === 'array' && property.items?.format === 'binary')
          ? { name, file: FILE }
          : { name, json: JSON.parse(String(property.example)) as Record<string, unknown> },
      );
  }
  if (contents['application/octet-stream']) call.saveAs = `labelled-${FILE}`;
  if (contents['application/zip']) call.saveAs = 'labelled.zip';
  if (contents['application/x-ndjson']) call.saveAs = `${operation.path.split('/').at(-2)}.jsonl`;
  return call;
}

const hashed = (call: Call) => call.form?.some(({ json }) => json && HASH in json) ?? false;

function curl(call: Call): string {
  const lines = [`curl${call.method === 'GET' ? '' : ` -X ${call.method}`} '${call.url}'`];
  if (call.key) lines.push('-H "Authorization: Bearer $LABELER_KEY"');
  if (call.keepsCookie) lines.push('-c cookies.txt');
  if (call.cookie) lines.push('-b cookies.txt');
  if (call.json) lines.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(call.json)}'`);
  if (call.fields)
    lines.push(
      '-u "$CLIENT_ID:$CLIENT_SECRET"',
      ...Object.entries(call.fields).map(([name, text]) => `--data-urlencode '${name}=${text}'`),
    );
  for (const field of call.form ?? []) {
    if (field.file) lines.push(`-F '${field.name}=@${field.file}'`);
    else {
      const json = { ...field.json };
      const text = JSON.stringify(HASH in json ? { ...json, [HASH]: '@@' } : json);
      lines.push(`-F '${field.name}=${text.replace('"@@"', `"'$(sha256sum ${FILE} | cut -c1-64)'"`)}'`);
    }
  }
  if (call.method !== 'GET' && call.cookie) lines.push(`-H 'Origin: ${BASE}'`);
  if (call.saveAs) lines.push(`--output ${call.saveAs}`);
  return lines.join(' \\\n  ');
}

function indent(value: unknown, by: number): string {
  return JSON.stringify(value, null, 2).replace(/\n/g, `\n${' '.repeat(by)}`);
}

function javascript(call: Call): string {
  const imports = new Set<string>();
  const before: string[] = [];
  const options: string[] = [];
  if (call.method !== 'GET') options.push(`method: '${call.method}'`);
  const headers: string[] = [];
  if (call.key) headers.push('authorization: `Bearer ${process.env.LABELER_KEY}`');
  if (call.cookie)
    headers.push('cookie: process.env.LABELER_COOKIE', ...(call.method === 'GET' ? [] : [`origin: '${BASE}'`]));
  if (call.json) headers.push("'content-type': 'application/json'");
  if (call.fields) {
    headers.push('authorization: `Basic ${btoa(`${process.env.CLIENT_ID}:${process.env.CLIENT_SECRET}`)}`');
    options.push(`body: new URLSearchParams(${indent(call.fields, 2)})`);
  }
  if (headers.length > 0) options.push(`headers: { ${headers.join(', ')} }`);
  if (call.json) options.push(`body: JSON.stringify(${indent(call.json, 2)})`);
  if (call.form) {
    imports.add("import { readFile } from 'node:fs/promises';");
    before.push(`const photo = await readFile('${FILE}');`);
    if (hashed(call)) imports.add("import { createHash } from 'node:crypto';");
    before.push('const form = new FormData();');
    for (const field of call.form) {
      if (field.file) before.push(`form.append('${field.name}', new Blob([photo]), '${field.file}');`);
      else {
        const text = indent(HASH in (field.json ?? {}) ? { ...field.json, [HASH]: '@@' } : field.json, 0);
        before.push(
          `form.append('${field.name}', JSON.stringify(${text.replace('"@@"', "createHash('sha256').update(photo).digest('hex')")}));`,
        );
      }
    }
    options.push('body: form');
  }
  if (call.saveAs) imports.add("import { readFile, writeFile } from 'node:fs/promises';");
  if (call.saveAs) imports.delete("import { readFile } from 'node:fs/promises';");
  const given = options.length > 0 ? `, {\n  ${options.join(',\n  ')},\n}` : '';
  const after = ['if (!response.ok) throw new Error(await response.text());'];
  if (call.saveAs) after.push(`await writeFile('${call.saveAs}', Buffer.from(await response.arrayBuffer()));`);
  else if (call.keepsCookie) after.push('console.log(response.headers.getSetCookie(), await response.json());');
  else after.push(`console.log(${call.empty ? 'response.status' : 'await response.json()'});`);
  return [
    ...[...imports].sort(),
    ...(imports.size > 0 ? [''] : []),
    ...before,
    `const response = await fetch('${call.url}'${given});`,
    ...after,
  ].join('\n');
}

function pythonValue(value: unknown, depth = 0): string {
  const pad = '    '.repeat(depth + 1);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map((each) => pythonValue(each, depth + 1)).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, each]) => `${pad}"${key}": ${pythonValue(each, depth + 1)},`);
    return `{\n${entries.join('\n')}\n${'    '.repeat(depth)}}`;
  }
  return value === '@@' ? 'hashlib.sha256(photo).hexdigest()' : JSON.stringify(value);
}

function python(call: Call): string {
  const imports = new Set<string>();
  const before: string[] = [];
  const given: string[] = [];
  const headers: string[] = [];
  if (call.key) {
    imports.add('import os');
    headers.push(`"Authorization": f"Bearer {os.environ['LABELER_KEY']}"`);
  }
  if (call.cookie) {
    imports.add('import os');
    headers.push(`"Cookie": os.environ["LABELER_COOKIE"]`);
    if (call.method !== 'GET') headers.push(`"Origin": "${BASE}"`);
  }
  if (headers.length > 0) given.push(`headers={${headers.join(', ')}}`);
  if (call.json) given.push(`json=${pythonValue(call.json, 1)}`);
  if (call.fields) {
    imports.add('import os');
    given.push(`data=${pythonValue(call.fields, 1)}`, `auth=(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])`);
  }
  if (call.form) {
    imports.add('from pathlib import Path');
    before.push(`photo = Path("${FILE}").read_bytes()`);
    const files = call.form.filter(({ file }) => file).map(({ name, file }) => `"${name}": ("${file}", photo)`);
    given.push(`files={${files.join(', ')}}`);
    const fields = call.form.filter(({ json }) => json);
    if (fields.length > 0) {
      imports.add('import json');
      if (hashed(call)) imports.add('import hashlib');
      for (const { name, json = {} } of fields)
        before.push(`${name} = ${pythonValue(HASH in json ? { ...json, [HASH]: '@@' } : json)}`);
      given.push(`data={${fields.map(({ name }) => `"${name}": json.dumps(${name})`).join(', ')}}`);
    }
  }
  given.push('timeout=60');
  const after = ['response.raise_for_status()'];
  if (call.saveAs) {
    imports.add('from pathlib import Path');
    after.push(`Path("${call.saveAs}").write_bytes(response.content)`);
  } else after.push(call.empty ? 'print(response.status_code)' : 'print(response.json())');
  return [
    ...[...imports].sort((a, b) => Number(a.startsWith('from')) - Number(b.startsWith('from')) || a.localeCompare(b)),
    ...(imports.size > 0 ? [''] : []),
    'import requests',
    '',
    ...before,
    `response = requests.${call.method.toLowerCase()}(\n    "${call.url}",\n    ${given.join(',\n    ')},\n)`,
    ...after,
  ].join('\n');
}

// What it needs besides is said above the reference.
function rust(call: Call): string {
  const body: string[] = [];
  const chain: string[] = [];
  if (call.key) chain.push('.bearer_auth(std::env::var("LABELER_KEY")?)');
  if (call.cookie)
    chain.push(
      '.header("Cookie", std::env::var("LABELER_COOKIE")?)',
      ...(call.method === 'GET' ? [] : [`.header("Origin", "${BASE}")`]),
    );
  if (call.json) {
    body.push(`let credentials = ${rustJson(call.json)};`);
    chain.push('.json(&credentials)');
  }
  if (call.fields) {
    const pairs = Object.entries(call.fields).map((pair) => `(${pair.map((text) => JSON.stringify(text)).join(', ')})`);
    chain.push(
      '.basic_auth(std::env::var("CLIENT_ID")?, Some(std::env::var("CLIENT_SECRET")?))',
      `.form(&[${pairs.join(', ')}])`,
    );
  }
  const uses: string[] = [];
  if (call.form) {
    uses.push('use reqwest::blocking::multipart::{Form, Part};');
    body.push(`let photo = std::fs::read("${FILE}")?;`);
    const parts: string[] = [];
    for (const { name, file, json = {} } of call.form) {
      if (file) parts.push(`.part("${name}", Part::bytes(photo).file_name("${file}"))`);
      else {
        if (HASH in json) uses.push('use sha2::{Digest, Sha256};');
        body.push(`let ${name} = ${rustJson(HASH in json ? { ...json, [HASH]: '@@' } : json)};`);
        parts.push(`.text("${name}", ${name}.to_string())`);
      }
    }
    body.push(
      parts.length === 1
        ? `let form = Form::new()${parts[0]};`
        : `let form = Form::new()\n        ${parts.join('\n        ')};`,
    );
    chain.push('.multipart(form)');
  }
  chain.push('.send()?', '.error_for_status()?');
  const start = call.method.toLowerCase();
  const end = call.saveAs
    ? `std::fs::write("${call.saveAs}", response.bytes()?)?;`
    : call.empty
      ? 'println!("{}", response.status());'
      : 'println!("{}", response.text()?);';
  return [
    ...uses,
    ...(uses.length > 0 ? [''] : []),
    'fn main() -> Result<(), Box<dyn std::error::Error>> {',
    ...body.map((line) => `    ${line}`),
    '    let response = reqwest::blocking::Client::new()',
    `        .${start}("${call.url}")`,
    ...chain.map((step, index) => `        ${step}${index === chain.length - 1 ? ';' : ''}`),
    `    ${end}`,
    '    Ok(())',
    '}',
  ].join('\n');
}

function rustJson(value: Record<string, unknown>): string {
  const lines = Object.entries(value).map(
    ([key, each]) =>
      `        "${key}": ${each === '@@' ? 'hex::encode(Sha256::digest(&photo))' : JSON.stringify(each)},`,
  );
  return `serde_json::json!({\n${lines.join('\n')}\n    })`;
}

/** The call of an operation in each language. */
export function samplesOf(document: Document, operation: Operation): Record<Language, string> {
  const call = callOf(document, operation);
  return { curl: curl(call), javascript: javascript(call), python: python(call), rust: rust(call) };
}
