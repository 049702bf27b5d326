// Serves both engines' packages, and files, to one empty page, for the benches in Chromium.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { root } from './harness.mjs';

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * Ours below `/pkg/`, the peer's (node_modules/@contentauth/c2pa-web) below `/peer/`, and files below `/file/` by number.
 */
export async function servePeer(peer, files = []) {
  // The peer's package names its dependencies by name; a browser needs addresses.
  const imports = {
    highgain: '/dependency/highgain/dist/index.js',
    'ts-deepmerge': '/dependency/ts-deepmerge/esm/index.js',
  };
  const page = `<!doctype html><title>bench</title><script type="importmap">${JSON.stringify({ imports })}</script>`;
  const server = createServer(async (request, response) => {
    const [, kind, ...rest] = decodeURIComponent(new URL(request.url, 'http://x').pathname).split('/');
    const from = {
      pkg: () => join(root, 'pkg', ...rest),
      peer: () => join(peer, ...rest),
      dependency: () => join(peer, '../..', ...rest),
      file: () => files[Number(rest[0])],
    }[kind];
    try {
      if (kind === '') return void response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
      const path = from();
      response
        .writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' })
        .end(await readFile(path));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
