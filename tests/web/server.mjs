// Serves web/dist as the edge does: clean addresses, the `_headers` file, the 404 page. Only what tests need.

import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Rules of a `_headers` file: `{ pattern, lines: [{ name, value | undefined }] }`, `undefined` unsets. */
function parseHeaders(text) {
  const rules = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (!/^\s/.test(line)) {
      const source = line
        .trim()
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*');
      rules.push({ pattern: new RegExp(`^${source}$`), lines: [] });
    } else if (line.trim().startsWith('! ')) {
      rules.at(-1).lines.push({ name: line.trim().slice(2).toLowerCase(), value: undefined });
    } else {
      const [, name, value] = /^\s*([\w-]+):\s*(.*)$/.exec(line);
      rules.at(-1).lines.push({ name: name.toLowerCase(), value });
    }
  }
  return rules;
}

function headersFor(rules, path) {
  const headers = new Map();
  for (const rule of rules.filter((each) => each.pattern.test(path))) {
    for (const { name, value } of rule.lines) {
      if (value === undefined) headers.delete(name);
      else headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
    }
  }
  return headers;
}

function isFile(path) {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Starts the server on a free port of the loopback interface. `seen` lists the paths of all requests; `deploy` has it
 * serve another folder from then on; `hold` keeps whoever asks for a path waiting until what it returns is called;
 * `breakOff` has the next answers for a path end in their middle; `answer` has a path answered with
 * `{ status, json }` instead of a file, or with `'break off'` not at all.
 */
export async function serve(folder) {
  let root;
  let rules;
  const deploy = (next) => {
    root = next;
    rules = parseHeaders(readFileSync(join(root, '_headers'), 'utf8'));
  };
  deploy(folder);
  const seen = [];
  const held = new Map();
  const hold = (path) => {
    let go;
    held.set(path, new Promise((resolve) => (go = resolve)));
    return go;
  };
  const broken = new Map();
  const breakOff = (path, times) => broken.set(path, times);
  const answers = new Map();
  const answer = (path, given) => answers.set(path, given);
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    seen.push(path);
    await held.get(path);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405).end();
      return;
    }
    const given = answers.get(path);
    if (given === 'break off') return void response.destroy();
    if (given) {
      response.writeHead(given.status, { 'content-type': types['.json'], 'cache-control': 'no-store' }).end(given.json);
      return;
    }
    const inside = normalize(path).replace(/^(\.\.[/\\])+/, '');
    const candidates = [join(root, inside), join(root, `${inside}.html`), join(root, inside, 'index.html')];
    const found = path === '/_headers' ? undefined : candidates.find(isFile);
    const file = found ?? join(root, '404.html');
    for (const [name, value] of headersFor(rules, path)) response.setHeader(name, value);
    if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'public, max-age=0, must-revalidate');
    response.writeHead(found ? 200 : 404, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    const left = broken.get(path) ?? 0;
    broken.set(path, left - 1);
    if (left > 0)
      createReadStream(file, { end: statSync(file).size >> 1 })
        .on('end', () => response.destroy())
        .pipe(response, { end: false });
    else createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${server.address().port}`, seen, deploy, hold, breakOff, answer, close };
}
