// Signing in, and where it leads: against invented answers for every state, and against the running server where there is one.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { png } from './fixtures.mjs';
import { skip } from './harness.mjs';

export const session = {
  user: { id: 'usr_1', email: 'ada@example.org', name: 'Ada' },
  workspace: { id: 'ws_1', name: 'Ada’s workspace', plan: 'free' },
  role: 'owner',
  permissions: [
    'check',
    'verify',
    'classify',
    'assets.read',
    'certificates.read',
    'label',
    'dashboards.manage',
    'assets.manage',
    'certificates.manage',
    'models.manage',
    'members.manage',
    'keys.manage',
    'signing.manage',
    'billing.manage',
  ],
  grantableRoles: ['api-user', 'viewer', 'labeler', 'dashboard_editor', 'member', 'admin', 'owner'],
  expiresAt: '2026-12-21T10:30:00.000Z',
};

export function events(from, count) {
  return Array.from({ length: count }, (_, index) => ({
    id: `evt_${from + index}`,
    sha256Input: 'a'.repeat(64),
    sha256Output: 'b'.repeat(64),
    filename: `photo-${from + index}.jpg`,
    mime: 'image/jpeg',
    sizeBytes: 2_048_576,
    modality: 'image',
    regionPreset: 'eu_strict',
    digitalSourceType: 'trainedAlgorithmicMedia',
    signerFingerprint: 'SHA256:Ab1Cd2',
    dntEnabled: true,
    visibleOverlay: false,
    createdAt: '2026-05-16T10:30:00.000Z',
  }));
}

/**
 * Answers the API's calls as told; `calls` collects them. Whoever signed in is signed in, until they sign out. Needs a
 * context without service worker.
 */
export async function answerApi(
  page,
  { session: current, signIn, assets = () => ({ status: 404 }), signOut, calls = [] },
) {
  let now = current;
  await page.route(/\/api\/v1\//, async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    calls.push(`${request.method()} ${url.pathname}${url.search}`);
    const isSession = url.pathname === '/api/v1/session';
    const answer = !isSession
      ? assets(url.searchParams, url.pathname, request)
      : request.method() === 'POST'
        ? signIn
        : request.method() === 'DELETE'
          ? (signOut ?? { status: 204 })
          : now;
    if (isSession && answer.status < 300) now = { POST: answer, DELETE: { status: 401 } }[request.method()] ?? now;
    // A new password ends all sessions.
    if (url.pathname === '/api/v1/password/reset' && answer.status < 300) now = { status: 401 };
    if (answer === 'down') {
      await route.abort();
      return;
    }
    const error = { error: { code: 'invalid_credentials', message: 'No.' }, requestId: 'r' };
    const body = answer.status === 204 ? '' : JSON.stringify(answer.body ?? error);
    await route.fulfill({ status: answer.status, contentType: 'application/json', body });
  });
}

const invented = { serviceWorkers: 'block' };

/** The link in the newest mail to an address, from the folder where the running server's mail is kept. */
export function mailedLink(address) {
  const folder = process.env.LABELER_OUTBOX;
  if (!folder) skip('no outbox of the running server (LABELER_OUTBOX)');
  const mails = readdirSync(folder)
    .sort()
    .reverse()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const mail = mails.find((text) => text.includes(`\nTo: ${address}\n`));
  return /^https?:\S+#\S+$/m.exec(mail ?? '')?.[0] ?? assert.fail(`no link was mailed to ${address}`);
}

export async function signInWith(page, email, password) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}

export function accountTests() {
  return [
    {
      name: 'sign-in: who signs in sees the workspace, what it labelled, and stays signed in for other pages',
      options: invented,
      async run({ page }) {
        await answerApi(page, {
          session: { status: 401 },
          signIn: { status: 200, body: session },
          assets: (query, path) =>
            path.endsWith('/workspace/usage')
              ? {
                  status: 200,
                  body: { plan: 'free', month: '2026-05', used: 7, allowed: 25, resetsAt: '2026-06-01T00:00:00.000Z' },
                }
              : { status: 200, body: { data: events(0, Number(query.get('limit'))), nextCursor: 'second', total: 23 } },
        });
        await page.goto('/sign-in');
        await signInWith(page, 'ada@example.org', 'right');
        await page.waitForURL('**/dashboard');
        await page.getByRole('heading', { name: 'Ada’s workspace' }).waitFor();
        await page.getByText('ada@example.org · owner · free plan').waitFor();
        await page.getByText('photo-4.jpg').waitFor();
        assert.match(
          await page.locator('.figures').innerText(),
          /Labelled this month\s+7 of 25\s[^]+Labelled in all\s+23/,
        );
        assert.equal(await page.locator('[data-account]').getAttribute('href'), '/dashboard');
      },
    },
    {
      name: 'sign-in: a wrong password is said, and the form stays',
      options: invented,
      async run({ page }) {
        await answerApi(page, { session: { status: 401 }, signIn: { status: 401 } });
        await page.goto('/sign-in');
        await signInWith(page, 'ada@example.org', 'wrong');
        assert.match(await page.getByRole('alert').innerText(), /not right/);
        assert.equal(await page.getByLabel('E-mail').inputValue(), 'ada@example.org');
      },
    },
    {
      name: 'sign-in: an empty workspace says what to do next',
      options: invented,
      async run({ page }) {
        await answerApi(page, {
          session: { status: 200, body: session },
          assets: () => ({ status: 200, body: { data: [], nextCursor: null, total: 0 } }),
        });
        await page.goto('/sign-in');
        await page.getByText('Nothing has been labelled yet.').waitFor();
      },
    },
    {
      name: 'sign-in: a server that is down is said, and can be tried again',
      options: invented,
      async run({ page }) {
        const answers = { session: 'down', assets: () => ({ status: 500 }) };
        await answerApi(page, answers);
        await page.goto('/sign-in');
        assert.match(await page.getByRole('alert').innerText(), /can’t be reached/);
        await page.unrouteAll();
        await answerApi(page, { ...answers, session: { status: 200, body: session } });
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.waitForURL('**/dashboard');
        await page.getByText('That did not work. Try again.').waitFor();
      },
    },
    {
      name: 'sign-in: a session that ended asks to sign in again, and leads back',
      options: invented,
      async run({ page }) {
        let ended = false;
        await page.route(/\/api\/v1\//, (route) => {
          if (!route.request().url().endsWith('/session')) ended = true;
          const body = ended ? { error: { code: 'invalid_credentials', message: 'No.' }, requestId: 'r' } : session;
          return route.fulfill({ status: ended ? 401 : 200, json: body });
        });
        await page.goto('/dashboard#events?modality=video');
        await page.getByLabel('Password').waitFor();
        assert.equal(new URL(page.url()).searchParams.get('next'), '/dashboard#events?modality=video');
      },
    },
    {
      name: 'sign-in: signing out leads back to the form',
      options: invented,
      async run({ page }) {
        const calls = [];
        await answerApi(page, {
          calls,
          session: { status: 200, body: session },
          assets: () => ({ status: 200, body: { data: events(0, 1), nextCursor: null, total: 1 } }),
        });
        await page.goto('/dashboard');
        await page.getByText('photo-0.jpg').waitFor();
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByLabel('Password').waitFor();
        assert.ok(calls.includes('DELETE /api/v1/session'));
      },
    },
    {
      name: 'sign-in: on the running server, wrong and right, with what was labelled, and out again',
      async run({ page, context, site }) {
        const { LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password, LABELER_LIVE_KEY: key } = process.env;
        if (!site.api || !email || !password)
          skip('no running server (LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD)');
        if (key) await labelOne(context, key, 'seen-on-the-page.png');
        await page.goto('/sign-in');
        await signInWith(page, email, `${password}x`);
        await page.getByRole('alert').waitFor();
        await page.getByLabel('Password').fill(password);
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await page.getByText(`${email} · owner`).waitFor();
        if (key) await page.getByText('seen-on-the-page.png').first().waitFor();
        await page.reload();
        await page.getByText(`${email} · owner`).waitFor();
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByLabel('Password').waitFor();
        await page.reload();
        await page.getByLabel('Password').waitFor();
      },
    },
    {
      name: 'links: an invitation makes an account on the running server, once, and leads to the dashboard',
      async run({ page, site }) {
        const { LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password } = process.env;
        if (!site.api || !email || !password)
          skip('no running server (LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD)');
        await page.goto('/sign-in');
        await signInWith(page, email, password);
        await page.getByText(`${email} · owner`).waitFor();
        const made = await page.evaluate(async () => {
          const headers = { 'content-type': 'application/json' };
          const made = await fetch('/api/v1/invitations', {
            method: 'POST',
            headers,
            body: JSON.stringify({ role: 'viewer', email: 'invited@example.org' }),
          });
          return made.json();
        });
        assert.deepEqual([made.sentTo, made.link], ['invited@example.org', null]);
        const link = mailedLink('invited@example.org');
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByLabel('Password').waitFor();
        await page.goto(link);
        await page.getByRole('heading', { name: 'You are invited' }).waitFor();
        assert.equal(await page.getByLabel('E-mail').inputValue(), 'invited@example.org');
        await page.getByLabel('Your name').fill('Invited');
        await page.getByLabel('New password').fill('a long password');
        await page.getByRole('button', { name: 'Accept the invitation' }).click();
        await page.getByText('invited@example.org · viewer').waitFor();
        await page.goto('/');
        await page.goto(link);
        await page.getByText('This link does not work any more.').waitFor();
      },
    },
    {
      name: 'passkeys: Chromium makes one and signs in with it, and nobody uses an answer twice',
      async run({ page, context, site }) {
        const { LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password } = process.env;
        if (!site.api || !email || !password)
          skip('no running server (LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD)');
        const devtools = await context.newCDPSession(page);
        await devtools.send('WebAuthn.enable');
        const options = {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        };
        const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
        await page.goto('/sign-in');
        await signInWith(page, email, password);
        await page.getByText(`${email} · owner`).waitFor();
        /** Runs both ceremonies as a page does and returns the statuses. */
        const ceremony = (kind) =>
          page.evaluate(async (kind) => {
            const call = (method, path, body) =>
              fetch(`/api/v1${path}`, {
                method,
                headers: { 'content-type': 'application/json' },
                ...(body && { body: JSON.stringify(body) }),
              });
            if (kind === 'make') {
              const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
                await (await call('POST', '/passkeys/options')).json(),
              );
              const { clientDataJSON, attestationObject } = (await navigator.credentials.create({ publicKey })).toJSON()
                .response;
              const body = { name: 'Virtual', clientDataJSON, attestationObject };
              const made = await call('POST', '/passkeys', body);
              return [
                made.status,
                (await call('POST', '/passkeys', body)).status,
                (await (await call('GET', '/passkeys')).json()).data.length,
              ];
            }
            await call('DELETE', '/session');
            const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
              await (await call('POST', '/session/passkey/options')).json(),
            );
            const { id, response } = (await navigator.credentials.get({ publicKey })).toJSON();
            const { clientDataJSON, authenticatorData, signature, userHandle } = response;
            const body = { id, clientDataJSON, authenticatorData, signature, userHandle };
            const forged = await call('POST', '/session/passkey', {
              ...body,
              signature: signature.slice(0, -8) + 'AAAAAAAA',
            });
            // The challenge went with the forged answer: a new ceremony.
            const again = PublicKeyCredential.parseRequestOptionsFromJSON(
              await (await call('POST', '/session/passkey/options')).json(),
            );
            const good = (await navigator.credentials.get({ publicKey: again })).toJSON();
            const sent = {
              id: good.id,
              clientDataJSON: good.response.clientDataJSON,
              authenticatorData: good.response.authenticatorData,
              signature: good.response.signature,
              userHandle: good.response.userHandle,
            };
            const first = await call('POST', '/session/passkey', sent);
            return [
              forged.status,
              first.status,
              (await call('POST', '/session/passkey', sent)).status,
              (await first.json()).user?.email,
            ];
          }, kind);
        assert.deepEqual(await ceremony('make'), [201, 400, 1]);
        assert.deepEqual(await ceremony('use'), [401, 200, 401, email]);
        await page.reload();
        await page.goto('/dashboard');
        await page.getByText(`${email} · owner`).waitFor();
        await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
      },
    },
    {
      name: 'links: the first run and a new password, each with what it needs',
      options: invented,
      async run({ page }) {
        const calls = [];
        const answers = { '/api/v1/first-run': { status: 204 }, '/api/v1/password/reset': { status: 204 } };
        await answerApi(page, {
          calls,
          session: { status: 401 },
          signIn: { status: 200, body: session },
          assets: (_, path) => answers[path] ?? { status: 200, body: { data: [], nextCursor: null, total: 0 } },
        });
        await page.goto('/first-run#token');
        await page.getByLabel('E-mail').fill(session.user.email);
        await page.getByLabel('Your name').fill('Ada');
        await page.getByLabel('Name of the workspace').fill('Ada’s workspace');
        await page.getByLabel('New password').fill('a long password');
        await page.getByRole('button', { name: 'Make the account' }).click();
        await page.getByText(`${session.user.email} · owner`).waitFor();
        assert.deepEqual(calls.slice(0, 2), ['POST /api/v1/first-run', 'POST /api/v1/session']);
        await page.goto('/reset#token');
        await page.getByLabel('New password').fill('a long password');
        await page.getByRole('button', { name: 'Set a new password' }).click();
        await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
        assert.equal(new URL(page.url()).pathname, '/sign-in');
        assert.ok(calls.includes('POST /api/v1/password/reset'));
        await page.goto('/reset');
        await page.getByText('This link does not work any more.').waitFor();
      },
    },
  ];
}

/** The report that the API gives for one file. */
export async function checkOne(context, key, name, mimeType, buffer) {
  const response = await context.request.post('/api/v1/check', {
    headers: { authorization: `Bearer ${key}` },
    multipart: { file: { name, mimeType, buffer } },
  });
  assert.equal(response.status(), 200, await response.text().catch(() => ''));
  return (await response.json()).data;
}

/** Labels a small picture through the API for the EU and returns the labelled bytes. */
export async function labelOne(context, key, filename, more = {}) {
  const bytes = png({ shade: 77 });
  const options = {
    digitalSourceType: 'trainedAlgorithmicMedia',
    regionPreset: 'eu_strict',
    signingMode: 'managed',
    dntEnabled: true,
    filename,
    sha256Input: createHash('sha256').update(bytes).digest('hex'),
    preApplied: [],
    ...more,
  };
  const response = await context.request.post('/api/v1/label', {
    headers: { authorization: `Bearer ${key}` },
    multipart: { image: { name: filename, mimeType: 'image/png', buffer: bytes }, options: JSON.stringify(options) },
  });
  assert.equal(response.status(), 200, await response.text().catch(() => ''));
  return response.body();
}
