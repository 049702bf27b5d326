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
  const { stdout } = await run(program, ['check', '--json', '--fail-on', 'never', '--max-pixels', String(MAX_PIXELS), path], {
    maxBuffer: 64 << 20,
  });
  return stdout.trim();
}

export function parityTests() {
  return [
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
            assert.ok(command === withoutTime(here), `${name}, command line and browser: ${difference(command, withoutTime(here))}`);
            const edge = await atTheEdge(context, key, file, name);
            assert.equal(edge.status, 200, `${name}: ${edge.text.slice(0, 200)}`);
            const report = withoutTime(JSON.stringify(JSON.parse(edge.text).data));
            assert.ok(report === withoutTime(here), `${name}, edge and browser: ${difference(report, withoutTime(here))}`);
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
