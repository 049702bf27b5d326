// Stock OAuth2 clients (oauth4webapi, openid-client, jose) against a running Labeler.
//
//   LABELER_URL=… LABELER_OWNER_EMAIL=… LABELER_OWNER_PASSWORD=… node oauth.mjs
//
// Each client is registered as a person does it, over the API. The last line is `N passed, N failed`.

import assert from 'node:assert/strict';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';

const { LABELER_URL: origin, LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password } = process.env;
const issuer = new URL(origin);
const insecure = { [oauth.allowInsecureRequests]: true };
const hash = '0'.repeat(64);

let cookie;
/** Calls the API as the owner's pages do. */
async function page(method, path, body) {
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...(cookie && { cookie }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  cookie ??= answer.headers.get('set-cookie')?.split(';')[0];
  return text ? JSON.parse(text) : undefined;
}

const register = (wish) => page('POST', '/oauth-clients', { name: 'Stock client', scopes: ['verify', 'assets'], ...wish });
const call = (token, path = `/verify/${hash}`) => fetch(`${origin}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });

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

await page('POST', '/session', { email, password });

/** Discovery by RFC 8414, as oauth4webapi reads it. */
const discover = async () =>
  oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));

async function withOauth4webapi(client, authentication) {
  const server = await discover();
  const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope: 'verify' }, insecure);
  const token = await oauth.processClientCredentialsResponse(server, client, answer);
  assert.equal(token.token_type, 'bearer');
  assert.equal(token.expires_in, 600);
  const used = await call(token.access_token);
  assert.equal(used.status, 200, await used.text());
  assert.equal((await call(token.access_token, '/assets')).status, 403);
  // RFC 9068, as a resource server that is not ours checks it.
  const request = new Request(`${origin}/api/v1/assets`, { headers: { authorization: `Bearer ${token.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(server, request, `${origin}/api/v1`, insecure);
  assert.deepEqual([claims.client_id, claims.sub, claims.scope], [client.client_id, client.client_id, 'verify']);
  return { server, token };
}

for (const [name, method] of [['client_secret_basic', oauth.ClientSecretBasic], ['client_secret_post', oauth.ClientSecretPost]]) {
  await test(`oauth4webapi: ${name}, introspection, revocation`, async () => {
    const { client, secret } = await register({});
    const known = { client_id: client.id };
    const { server, token } = await withOauth4webapi(known, method(secret));
    const introspect = async () =>
      oauth.processIntrospectionResponse(server, known, await oauth.introspectionRequest(server, known, method(secret), token.access_token, insecure));
    const seen = await introspect();
    assert.deepEqual([seen.active, seen.client_id, seen.scope], [true, client.id, 'verify']);
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, known, method(secret), token.access_token, insecure));
    assert.deepEqual(await introspect(), { active: false });
    assert.equal((await call(token.access_token)).status, 401);
    const wrong = await oauth.clientCredentialsGrantRequest(server, known, method('not the secret'), {}, insecure);
    await assert.rejects(oauth.processClientCredentialsResponse(server, known, wrong), (error) => {
      // RFC 6749, section 5.2: 401 and a challenge for whoever used the header.
      const shown = error instanceof oauth.WWWAuthenticateChallengeError ? error.status : [error.status, error.error];
      return JSON.stringify(shown) === '401' || JSON.stringify(shown) === '[401,"invalid_client"]';
    });
  });
}

await test('oauth4webapi: private_key_jwt, each assertion once', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const { client, secret } = await register({ jwks: { keys: [jwk] } });
  assert.equal(secret, null);
  const known = { client_id: client.id };
  let sent;
  const keep = { ...insecure, [oauth.customFetch]: (url, options) => ((sent = [url, options]), fetch(url, options)) };
  const server = await discover();
  // draft-ietf-oauth-rfc7523bis: the audience of an assertion is the issuer.
  const authentication = oauth.PrivateKeyJwt({ key: privateKey, kid: 'one' }, { [oauth.modifyAssertion]: (_, payload) => { payload.aud = server.issuer; } });
  const answer = await oauth.clientCredentialsGrantRequest(server, known, authentication, { scope: 'verify' }, keep);
  const token = await oauth.processClientCredentialsResponse(server, known, answer);
  assert.equal((await call(token.access_token)).status, 200);
  const replayed = await fetch(...sent);
  assert.equal(replayed.status, 401, await replayed.text());
});

for (const [name, method] of [['ClientSecretBasic', openid.ClientSecretBasic], ['ClientSecretPost', openid.ClientSecretPost]]) {
  await test(`openid-client: ${name}`, async () => {
    const { client, secret } = await register({});
    const config = await openid.discovery(issuer, client.id, undefined, method(secret), { algorithm: 'oauth2', execute: [openid.allowInsecureRequests] });
    const token = await openid.clientCredentialsGrant(config, { scope: 'verify assets' });
    assert.equal((await call(token.access_token, '/assets')).status, 200);
    assert.equal((await openid.tokenIntrospection(config, token.access_token)).active, true);
    await openid.tokenRevocation(config, token.access_token);
    assert.equal((await openid.tokenIntrospection(config, token.access_token)).active, false);
    await assert.rejects(openid.clientCredentialsGrant(config, { scope: 'label' }), { error: 'invalid_scope' });
  });
}

await test('jose: a token verifies under the published keys and nothing else', async () => {
  const { client, secret } = await register({});
  const config = await openid.discovery(issuer, client.id, secret, undefined, { algorithm: 'oauth2', execute: [openid.allowInsecureRequests] });
  const { access_token: token } = await openid.clientCredentialsGrant(config, {});
  const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
  const expected = { issuer: origin, audience: `${origin}/api/v1`, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'] };
  const { payload } = await jwtVerify(token, keys, expected);
  assert.deepEqual([payload.client_id, payload.scope.split(' ').sort(), payload.exp - payload.iat], [client.id, ['assets', 'verify'], 600]);
  const [head, , signature] = token.split('.');
  const changed = Buffer.from(JSON.stringify({ ...payload, scope: 'label' })).toString('base64url');
  await assert.rejects(jwtVerify(`${head}.${changed}.${signature}`, keys, expected));
  assert.equal((await call(`${head}.${changed}.${signature}`)).status, 401);
});

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
