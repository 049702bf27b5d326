// The npm package as somebody else gets it: packed, installed elsewhere, used under Node and in a page without a bundler.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './harness.mjs';
import { serve } from './server.mjs';

/** Packs the package and installs it into a new folder. */
function install() {
  const folder = mkdtempSync(join(tmpdir(), 'labeler-package-'));
  const npm = (...args) =>
    execFileSync('npm', [...args, '--silent', '--offline', '--no-audit', '--no-fund'], {
      cwd: folder,
      encoding: 'utf8',
    });
  const archive = npm('pack', join(root, 'pkg')).trim().split('\n').at(-1);
  writeFileSync(join(folder, 'package.json'), '{"name":"user","private":true,"type":"module"}');
  npm('install', `./${archive}`);
  copyFileSync(join(root, 'web/src/samples/signed.jpg'), join(folder, 'photo.jpg'));
  return folder;
}

/** The snippets of the package's README in one language, in order. */
function snippets(language) {
  const text = readFileSync(join(root, 'pkg/README.md'), 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code]) => code);
}

export function packageTests() {
  let folder;
  const installed = () => (folder ??= install());
  process.on('exit', () => folder && rmSync(folder, { recursive: true, force: true }));
  return [
    {
      name: 'package: under Node, as the README says',
      async run() {
        const home = installed();
        const run = (calls) => {
          const code = snippets('js').find((each) => each.includes('@labeler/engine/node') && each.includes(calls));
          writeFileSync(join(home, 'readme.mjs'), code);
          return execFileSync(process.execPath, ['readme.mjs'], { cwd: home, encoding: 'utf8' });
        };
        assert.match(run('checkBytes'), /^(pass|fail|undetermined|notApplicable)\n$/);
        assert.match(run('draw'), /^0\.05\d+ wm_[a-z2-7]{13} \[\]\n$/);
        const [before, after] = ['photo.jpg', 'drawn.jpg'].map((name) => readFileSync(join(home, name)));
        assert.ok(after.length > before.length / 4 && !after.equals(before), 'nothing was drawn');
      },
    },
    {
      name: 'package: every entry that it exports is there, and typed',
      async run() {
        const home = installed();
        const { exports, files } = JSON.parse(
          readFileSync(join(home, 'node_modules/@labeler/engine/package.json'), 'utf8'),
        );
        const targets = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(targets));
        for (const path of [...Object.values(exports).flatMap(targets), ...files])
          readFileSync(join(home, 'node_modules/@labeler/engine', path));
        const script =
          "import { version, exportFormats, EngineError } from '@labeler/engine/node'; console.log(version(), Array.isArray(exportFormats), new EngineError('a', 'b').code)";
        assert.match(
          execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: home, encoding: 'utf8' }),
          /^\d+\.\d+\.\d+ true a\n$/,
        );
      },
    },
    {
      name: 'package: what WebCrypto hashes is judged as what the engine hashes, whole, changed or cut short',
      async run() {
        const home = installed();
        const script = `
          import { readFileSync } from 'node:fs';
          import '@labeler/engine/node';
          import { checkBytesJson, checkJson } from './node_modules/@labeler/engine/index.js';
          const photo = readFileSync('photo.jpg');
          const changed = (at) => { const bytes = Buffer.from(photo); bytes[at] ^= 1; return bytes; };
          const variants = { photo, start: changed(12), end: changed(photo.length - 100), short: photo.subarray(0, photo.length >> 1), shorter: photo.subarray(0, 900) };
          const options = { filename: 'photo.jpg', declaredMime: 'image/jpeg', nowMs: 1790000000000 };
          const asked = [];
          const there = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
          const own = crypto.subtle.digest;
          crypto.subtle.digest = function (name, bytes) { asked.push(name); return own.call(this, name, bytes); };
          for (const [name, bytes] of Object.entries(variants)) {
            const file = new Blob([bytes], { type: 'image/jpeg' });
            const hashed = await checkJson(file, options);
            Object.defineProperty(globalThis, 'crypto', { ...there, get: () => undefined });
            const alone = await checkJson(file, options);
            Object.defineProperty(globalThis, 'crypto', there);
            const inMemory = checkBytesJson(bytes, options);
            console.log(name, hashed === alone, hashed === inMemory, JSON.parse(hashed).c2pa.integrity, asked.splice(0).length);
          }`;
        const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
          cwd: home,
          encoding: 'utf8',
        });
        assert.deepEqual(said.trim().split('\n'), [
          'photo true true intact 2',
          'start true true broken 2',
          'end true true broken 2',
          'short true true broken 2',
          'shorter true true none 1',
        ]);
      },
    },
    {
      name: 'package: its worker checks a file in a page without a bundler',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        const home = installed();
        const served = join(home, 'site');
        mkdirSync(served, { recursive: true });
        writeFileSync(join(home, '_headers'), '/*\n  X-Content-Type-Options: nosniff\n');
        writeFileSync(join(home, '404.html'), '<!doctype html><title>none</title>');
        writeFileSync(join(home, 'site/index.html'), '<!doctype html><title>x</title>');
        const site = await serve(home);
        try {
          await page.goto(`${site.url}/site/`);
          const bytes = [...readFileSync(join(home, 'photo.jpg'))];
          const verdict = await page.evaluate(
            (content) =>
              new Promise((resolve, reject) => {
                const worker = new Worker('/node_modules/@labeler/engine/worker.js', { type: 'module' });
                worker.onerror = () => reject(new Error('the worker did not start'));
                worker.onmessage = ({ data }) => {
                  if (data.event === 'done') resolve(JSON.parse(data.json).verdicts.eu.verdict);
                  if (data.event === 'failed') reject(new Error(data.error.code));
                };
                worker.postMessage({
                  op: 'check',
                  id: 1,
                  file: new File([new Uint8Array(content)], 'photo.jpg'),
                  options: {},
                });
              }),
            bytes,
          );
          assert.equal(verdict, 'undetermined');
        } finally {
          site.close();
        }
      },
    },
  ];
}
