// Time stamps of a local authority: `openssl ts` behind a server of this program, asked by the running Labeler.
//
//   LABELER_URL=… LABELER_LIVE_KEY=… LABELER_TSA_PORT=… node stamps.mjs PICTURE
//
// The Labeler was started with LABELER_TSA_URL=http://127.0.0.1:PORT/tsa. The last line is `N passed, N failed`.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { LABELER_URL: origin, LABELER_LIVE_KEY: key, LABELER_TSA_PORT: port } = process.env;
const picture = readFileSync(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'labeler-stamps-'));
const at = (name) => join(folder, name);
const openssl = (...options) => execFileSync('openssl', options, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });

/** A root, and below it a certificate that may stamp time and nothing else. */
function authority() {
  writeFileSync(at('tsa.cnf'), 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n');
  writeFileSync(
    at('ts.cnf'),
    '[tsa]\ndefault_tsa=own\n[own]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256,sha384,sha512\nordering=yes\ntsa_name=no\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n',
  );
  writeFileSync(at('serial'), '01');
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'root.key', '-out', 'root.pem', '-days', '30', '-subj', '/O=Test/CN=Root');
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/O=Test/CN=Clock');
  openssl('x509', '-req', '-in', 'tsa.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-out', 'tsa.pem', '-days', '20', '-extfile', 'tsa.cnf');
}

const asked = [];
/** Answers as an authority does, until it is closed. */
function serve() {
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, type: request.headers['content-type'] });
      writeFileSync(at('query.tsq'), Buffer.concat(parts));
      openssl('ts', '-reply', '-queryfile', 'query.tsq', '-signer', 'tsa.pem', '-inkey', 'tsa.key', '-chain', 'root.pem', '-config', 'ts.cnf', '-out', 'reply.tsr');
      response.writeHead(200, { 'content-type': 'application/timestamp-reply', connection: 'close' }).end(readFileSync(at('reply.tsr')));
    });
  });
  return new Promise((resolve) => server.listen(Number(port), '127.0.0.1', () => resolve(server)));
}

async function post(path, form) {
  const answer = await fetch(`${origin}/api/v1${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
  const body = Buffer.from(await answer.arrayBuffer());
  assert.equal(answer.status, 200, body.toString('utf8', 0, 500));
  return { answer, body };
}

function label() {
  const form = new FormData();
  const options = {
    digitalSourceType: 'trainedAlgorithmicMedia',
    regionPreset: 'eu_strict',
    signingMode: 'managed',
    dntEnabled: false,
    filename: 'photo.jpg',
    sha256Input: createHash('sha256').update(picture).digest('hex'),
    preApplied: [],
  };
  form.append('options', JSON.stringify(options));
  form.append('image', new Blob([picture], { type: 'image/jpeg' }), 'photo.jpg');
  return post('/label', form);
}

async function check(content) {
  const form = new FormData();
  form.append('file', new Blob([content], { type: 'image/jpeg' }), 'photo.jpg');
  return JSON.parse((await post('/check', form)).body).data.c2pa;
}

let passed = 0;
let failed = 0;
async function test(name, run) {
  try {
    await run();
    passed += 1;
    console.log(`ok   ${name}`);
  } catch (cause) {
    failed += 1;
    console.log(`FAIL ${name}: ${cause?.stack ?? cause}`);
  }
}

authority();
const server = await serve();
await test('a label carries the stamp of the authority', async () => {
  const { answer, body } = await label();
  assert.deepEqual(asked, [{ method: 'POST', url: '/tsa', type: 'application/timestamp-query' }]);
  assert.doesNotMatch(answer.headers.get('x-labeler-warnings') ?? '', /no_time_stamp/);
  const found = await check(body);
  assert.equal(found.integrity, 'intact');
  assert.ok(found.timeStamp, 'the check sees no time stamp');
  assert.ok(Math.abs(Date.parse(found.timeStamp.time) - Date.now()) < 120_000, `${found.timeStamp.time}`);
});
await new Promise((resolve) => server.close(resolve));
await test('without the authority a label is made, and says that it carries no stamp', async () => {
  const { answer, body } = await label();
  assert.match(answer.headers.get('x-labeler-warnings') ?? '', /no_time_stamp/);
  const found = await check(body);
  assert.equal(found.integrity, 'intact');
  assert.equal(found.timeStamp, null);
});
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
