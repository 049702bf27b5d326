// Every sample in the documentation is at least correct in its language, and those that can run here do what they say.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocument } from './document.ts';
import { referenceHtml } from './reference.ts';
import { packTexts } from '../packtexts.ts';
import { catalogue } from './rules.ts';
import { BASE, samplesOf } from './samples.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const document = readDocument(at('../../../crates/api/openapi.json'));
const folder = mkdtempSync(join(tmpdir(), 'labeler-docs-'));
const photo = readFileSync(at('../../src/samples/plain.jpg'));
writeFileSync(join(folder, 'photo.jpg'), photo);

function has(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}
const python = has('python3', '--version');
const requests = python && has('python3', '-c', 'import requests');
const curl = has('curl', '--version') && has('bash', '--version') && has('sha256sum', '--version');
const rustfmt = has('rustfmt', '--version');

interface Seen {
  method: string;
  url: string;
  authorization: string | undefined;
  cookie: string | undefined;
  type: string;
  body: Buffer;
}
const seen: Seen[] = [];
let server: Server;
let base = '';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const part of request) body.push(part as Buffer);
    const { authorization, cookie, 'content-type': type = '' } = request.headers;
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      authorization,
      cookie,
      type,
      body: Buffer.concat(body),
    });
    response.setHeader('set-cookie', 'labeler_session=x; Path=/; HttpOnly');
    if (request.method === 'DELETE') response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** Runs a program without stopping the server above. */
async function run(program: string, args: string[]): Promise<void> {
  const env = {
    ...process.env,
    LABELER_KEY: 'lbl_test_x',
    LABELER_COOKIE: 'labeler_session=x',
    CLIENT_ID: 'cli_x',
    CLIENT_SECRET: 'lbl_cs_x',
  };
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (data) => (complaint += data));
  const status = await new Promise((done) => child.on('close', done));
  expect(status, complaint).toBe(0);
}

for (const operation of document.operations) {
  const samples = samplesOf(document, operation);
  const local = (text: string) => text.replaceAll(BASE, base);

  async function arrives(start: () => Promise<void>) {
    seen.length = 0;
    await start();
    expect(seen).toHaveLength(1);
    const [call] = seen as [Seen];
    expect(call.method).toBe(operation.method);
    expect(call.url.split('?')[0]).toMatch(new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[\\w%.-]+')}$`));
    if (operation.auth.includes('bearer')) expect(call.authorization).toBe('Bearer lbl_test_x');
    else if (operation.body?.type === 'application/x-www-form-urlencoded')
      expect(call.authorization).toMatch(/^Basic /);
    else expect(call.authorization).toBeUndefined();
    if (operation.body) expect(call.type).toContain(operation.body.type);
    if (operation.body?.type === 'multipart/form-data')
      expect(call.body.includes(photo), 'the file is not in the form').toBe(true);
    if (operation.operationId === 'label') {
      expect(call.body.toString('latin1')).toContain(createHash('sha256').update(photo).digest('hex'));
    }
  }

  describe(operation.operationId, () => {
    it.skipIf(!curl)('curl: arrives as the document says', async () => {
      writeFileSync(join(folder, 'cookies.txt'), '# Netscape HTTP Cookie File\n');
      await arrives(() => run('bash', ['-euc', local(samples.curl).replace(/^curl/, 'curl -sS --fail')]));
    });

    it('JavaScript: arrives as the document says', async () => {
      const path = join(folder, `${operation.operationId}.mjs`);
      writeFileSync(path, local(samples.javascript));
      await arrives(() => run(process.execPath, [path]));
    });

    it.skipIf(!python)('Python: is correct', () => {
      execFileSync('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], { input: samples.python });
    });

    it.skipIf(!requests)('Python: arrives as the document says', async () => {
      await arrives(() => run('python3', ['-c', local(samples.python)]));
    });

    it.skipIf(!rustfmt)('Rust: is correct, and formatted', () => {
      const { stdout, status, stderr } = spawnSync('rustfmt', ['--edition', '2024', '--emit', 'stdout', '--quiet'], {
        input: samples.rust,
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      expect(stdout.trim()).not.toBe('');
    });
  });
}

describe('guides', () => {
  for (const name of readdirSync(at('../../docs')).filter((each) => each.endsWith('.html'))) {
    const html = readFileSync(at(`../../docs/${name}`), 'utf8');
    for (const [, language = '', escaped = ''] of html.matchAll(/<pre data-language="(\w+)">\n?([\s\S]*?)<\/pre>/g)) {
      const text = escaped.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
      if (language === 'sh')
        it(`${name}: ${text.split('\n')[0]}`, () => void execFileSync('bash', ['-n'], { input: text }));
      if (language === 'js')
        it(`${name}: ${text.split('\n')[0]}`, () => void transformSync(text, { loader: 'js', format: 'esm' }));
    }
  }
});

describe('reference', () => {
  const html = referenceHtml(document);

  it('has every operation, and every link leads somewhere', () => {
    for (const { operationId } of document.operations) expect(html).toContain(`id="${operationId}"`);
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids, target).toContain(target);
  });
});

describe('rules', () => {
  it('lists every rule of the four regions, with requirement and source', () => {
    const { rules } = catalogue(at('../../src/samples/signed.jpg'));
    const ids = new Set(rules.map(({ id }) => id));
    const inPacks = Object.keys(packTexts(at('../../../crates/rules/packs'), 'en')).flatMap(
      (key) => /^([A-Z]+-\d+)\.title$/.exec(key)?.[1] ?? [],
    );
    expect([...ids].sort()).toEqual(inPacks.sort());
    for (const rule of rules) {
      expect(rule.requirement, rule.id).not.toBe('');
      expect(rule.reference.provision, rule.id).not.toBe('');
    }
  });
});
