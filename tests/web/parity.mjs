// One engine in three places: for every file of the corpus, the browser's module, the edge and the command line give the
// same report, letter for letter, but for the time of the check.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { corpus, root, skip } from './harness.mjs';

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };
/** The pixels that the API looks at; the others are asked for the same. */
const MAX_PIXELS = 2_500_000;

/** The engine's package and the files, from an origin of their own. */
async function serveEngine(files) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    try {
      if (path === '/') {
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>parity</title>');
        return;
      }
      const [, kind, ...rest] = path.split('/');
      const file = kind === 'file' ? files[Number(rest[0])] : join(root, 'pkg', ...rest);
      const body = await readFile(file);
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function withoutTime(text) {
  const report = JSON.parse(text);
  report.createdAt = '';
  // Three decoders read an AVIF, or none: the files of the corpus have no watermark that one of them could find alone.
  if (report.mime === 'image/avif') {
    assert.deepEqual(
      report.watermark.marks.filter(({ decoded }) => decoded),
      [],
      report.filename,
    );
    delete report.watermark;
  }
  return JSON.stringify(report);
}

/** Where two texts part. */
function difference(left, right) {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  return `${left.slice(Math.max(0, at - 60), at + 60)} | ${right.slice(Math.max(0, at - 60), at + 60)}`;
}

/** Checks all files in one worker of the page. */
async function inBrowser(page, url, names) {
  await page.goto(url);
  return page.evaluate(
    async ({ names, maxPixels }) => {
      const worker = new Worker('/pkg/worker.js', { type: 'module' });
      const ask = (id, file) =>
        new Promise((resolve) => {
          worker.onmessage = ({ data }) => {
            if (data.event === 'done') resolve(data.json);
            else if (data.event === 'failed' || data.event === 'unavailable') resolve(`failed: ${data.error.code}`);
          };
          worker.postMessage({ op: 'check', id, file, options: { filename: names[id], maxPixels } });
        });
      const answers = [];
      for (let id = 0; id < names.length; id += 1) {
        const file = await (await fetch(`/file/${id}`)).arrayBuffer();
        answers.push(await ask(id, new Blob([file])));
      }
      worker.terminate();
      return answers;
    },
    { names, maxPixels: MAX_PIXELS },
  );
}

async function atTheEdge(context, key, path, name) {
  const answer = await context.request.post('/api/v1/check', {
    headers: { Authorization: `Bearer ${key}` },
    multipart: { file: { name, mimeType: 'application/octet-stream', buffer: await readFile(path) } },
  });
  return { status: answer.status(), text: await answer.text() };
}

async function onTheCommandLine(program, path) {
  const run = promisify(execFile);
  // The edge and the page's first report search the whole picture only.
  const options = ['--json', '--fail-on', 'never', '--search', 'whole', '--max-pixels', String(MAX_PIXELS)];
  const { stdout } = await run(program, ['check', ...options, path], { maxBuffer: 64 << 20 });
  return stdout.trim();
}

/** A large file in one worker: the messages in the order in which they came, and how long it took. */
async function largeFile(page, url, megabytes) {
  await page.goto(url);
  return page.evaluate(async (megabytes) => {
    // A box of zeros behind the head of an MP4, made of one megabyte many times: a blob does not hold them twice.
    const size = megabytes * 1024 * 1024;
    const head = new Uint8Array(32);
    const view = new DataView(head.buffer);
    view.setUint32(0, 16);
    head.set(new TextEncoder().encode('ftypisom'), 4);
    view.setUint32(16, 1);
    head.set(new TextEncoder().encode('mdat'), 20);
    view.setBigUint64(24, BigInt(size - 16));
    const block = new Uint8Array(1024 * 1024);
    const parts = [head, ...Array.from({ length: megabytes - 1 }, () => block), block.subarray(32)];
    const worker = new Worker('/pkg/worker.js', { type: 'module' });
    const seen = [];
    const start = performance.now();
    await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (data.event === 'progress') {
          if (seen.at(-1) !== data.phase) seen.push(data.phase);
          return;
        }
        seen.push(data.event);
        if (data.event === 'structure') {
          const { sha256, mime } = JSON.parse(data.json);
          seen.push(`structure:${sha256}:${mime}`);
        }
        if (data.event === 'done') resolve(seen.push(`done:${JSON.parse(data.json).sha256?.length}`));
        if (data.error) reject(new Error(data.error.message));
      };
      worker.postMessage({ op: 'check', id: 1, file: new Blob(parts) });
    });
    worker.terminate();
    return { seen, milliseconds: performance.now() - start };
  }, megabytes);
}

export function parityTests() {
  return [
    {
      name: 'engine: a large file is reported by its structure before it is hashed',
      async run({ page }) {
        const engine = await serveEngine([]);
        try {
          const { seen } = await largeFile(page, engine.url, 80);
          assert.deepEqual(seen, [
            'reading',
            'validating',
            'probing',
            'structure',
            'structure:null:video/mp4',
            'hashing',
            'done',
            'done:64',
          ]);
        } finally {
          engine.close();
        }
      },
    },
    {
      name: 'parity: browser, edge and command line give the same report on every file',
      async run({ page, context, site }) {
        const key = process.env.LABELER_LIVE_KEY;
        const program = process.env.LABELER_CLI;
        const folder = corpus();
        if (!folder) skip('no corpus');
        if (!site.api || !key || !program) skip('needs the site, its key and the command line');
        const files = await filesBelow(folder);
        const names = files.map((file) => basename(file));
        const engine = await serveEngine(files);
        try {
          const browser = await inBrowser(page, engine.url, names);
          let compared = 0;
          for (const [index, file] of files.entries()) {
            const name = names[index];
            const here = browser[index];
            assert.ok(!here.startsWith('failed'), `${name}: ${here}`);
            const command = withoutTime(await onTheCommandLine(program, file));
            assert.ok(
              command === withoutTime(here),
              `${name}, command line and browser: ${difference(command, withoutTime(here))}`,
            );
            const edge = await atTheEdge(context, key, file, name);
            assert.equal(edge.status, 200, `${name}: ${edge.text.slice(0, 200)}`);
            const report = withoutTime(JSON.stringify(JSON.parse(edge.text).data));
            assert.ok(
              report === withoutTime(here),
              `${name}, edge and browser: ${difference(report, withoutTime(here))}`,
            );
            compared += 1;
          }
          assert.ok(compared > 0);
        } finally {
          engine.close();
        }
      },
    },
  ];
}
