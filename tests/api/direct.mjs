// Serves a built Worker with Miniflare alone, without the proxy that `wrangler dev` puts in front of it: what breaks a
// connection here is the Worker's or the runtime's doing.
//
// node direct.mjs ROOT BUILD VARS STATE PORT
//   ROOT   the project; its web/node_modules hold miniflare
//   BUILD  folder of index.js and index_bg.wasm
//   VARS   secrets, in wrangler's .dev.vars format
//   STATE  wrangler's state; the database is read and written there

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [root, build, vars, state, port] = process.argv.slice(2);
const { Miniflare } = createRequire(path.join(root, 'web/package.json'))('miniflare');

const bindings = { LABELER_PUBLIC_ORIGIN: `http://localhost:${port}` };
for (const line of readFileSync(vars, 'utf8').split('\n')) {
  const found = /^([A-Z_0-9]+)=(.*)$/.exec(line.trim());
  if (found) bindings[found[1]] = found[2].replace(/^"(.*)"$/s, '$1').replaceAll('\\n', '\n');
}

const settings = readFileSync(path.join(root, 'wrangler.toml'), 'utf8');
const setting = (name) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(settings)[1];

const server = new Miniflare({
  name: 'labeler',
  host: '127.0.0.1',
  port: Number(port),
  modules: [
    { type: 'ESModule', path: path.join(build, 'index.js') },
    { type: 'CompiledWasm', path: path.join(build, 'index_bg.wasm') },
  ],
  modulesRoot: build,
  compatibilityDate: setting('compatibility_date'),
  compatibilityFlags: ['global_fetch_strictly_public'],
  bindings,
  d1Databases: { DB: setting('database_id') },
  d1Persist: path.join(state, 'v3/d1'),
  r2Buckets: { SPOOL: setting('bucket_name'), MANIFESTS: 'labeler-manifests' },
  durableObjects: { RATE_LIMITER: { className: 'RateLimiterObject', useSQLite: true } },
  serviceBindings: { ASSETS: () => new Response('', { status: 404 }) },
  cf: false,
});
await server.ready;
console.log(`ready on ${port}`);
