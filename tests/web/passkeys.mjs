// Passkeys on the pages, with Chromium's virtual authenticator: against invented answers for every state, and against the
// running server where there is one.

import assert from 'node:assert/strict';
import { answerApi, session, signInWith } from './account.mjs';
import { assertion, manager, openDashboard } from './dashboard.mjs';
import { skip, watchPolicy } from './harness.mjs';

const invented = { serviceWorkers: 'block' };

/** A device that holds passkeys and knows its owner's finger. */
async function device(page) {
  const devtools = await page.context().newCDPSession(page);
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
  return {
    /** Whether the owner is recognised from now on. */
    know: (isUserVerified) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    held: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

/** Leaves the form alone: no passkey is picked among the suggestions of the e-mail field. */
const withoutSuggestions = (page) =>
  page.addInitScript(() => delete globalThis.PublicKeyCredential?.isConditionalMediationAvailable);

const addPasskey = async (page, name) => {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Make the passkey' }).click();
};

/** Makes a passkey on the device by the page's own button. Returns the names and kinds of what was sent. */
async function madeOne(page) {
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/passkeys'));
  await openDashboard(page, '#sessions');
  await addPasskey(page, 'Laptop');
  return (await sent).postDataJSON();
}

export function passkeyTests() {
  return [
    {
      name: 'passkeys: one is made, named, listed, and removed after a question, with the keyboard alone',
      options: invented,
      async run({ page }) {
        const violations = await watchPolicy(page);
        const { held } = await device(page);
        const calls = await openDashboard(page, '#sessions');
        const row = page.locator('tr', { hasText: 'Phone' });
        assert.match(await row.innerText(), /Kept in more than one place[\s\S]*May 16, 2026[\s\S]*Never/);
        const sent = page.waitForRequest(
          (request) => request.method() === 'POST' && request.url().endsWith('/passkeys'),
        );
        await page.getByLabel('Name', { exact: true }).focus();
        await page.keyboard.type('Laptop');
        await page.keyboard.press('Enter');
        await page.getByText('The passkey Laptop was added.').waitFor();
        const { name, clientDataJSON, attestationObject } = (await sent).postDataJSON();
        assert.equal(name, 'Laptop');
        const clientData = JSON.parse(Buffer.from(clientDataJSON, 'base64url'));
        assert.deepEqual([clientData.type, clientData.challenge], ['webauthn.create', assertion.challenge]);
        assert.ok(Buffer.from(attestationObject, 'base64url').length > 100);
        const [credential] = await held();
        assert.deepEqual([credential.rpId, credential.isResidentCredential], ['localhost', true]);
        assert.match(await page.locator('tr', { hasText: 'Laptop' }).innerText(), /On one device only/);

        await page.getByRole('button', { name: 'Remove the passkey Laptop' }).focus();
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').getByText('It no longer signs you in here.').waitFor();
        await page.keyboard.press('Escape');
        assert.equal(
          await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
          'Remove the passkey Laptop',
        );
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').waitFor();
        // Quicker than the browser tells of the dialog that it closed.
        const stays = await page.evaluate(async () => {
          const told = new Promise((resolve) =>
            document.querySelector('dialog').addEventListener('close', () => setTimeout(resolve)),
          );
          document.querySelector('dialog').close();
          document.querySelector('[aria-label="Remove the passkey Laptop"]').click();
          await told;
          return document.querySelector('dialog')?.open;
        });
        assert.equal(stays, true, 'the question asked again goes away');
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).focus();
        await page.keyboard.press('Enter');
        await page.getByText('The passkey Laptop was removed.').waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Passkeys', 'the focus is lost');
        assert.ok(calls.includes('DELETE /api/v1/passkeys/bWFkZQ'), calls.join(', '));
        assert.deepEqual(await violations(), []);
      },
    },
    {
      name: 'passkeys: cancelled, there already, refused, and not there at all are told apart',
      options: invented,
      async run({ page }) {
        const { know, held } = await device(page);
        await openDashboard(page, '#sessions');
        const said = page.getByRole('alert');
        await know(false);
        await addPasskey(page, 'Laptop');
        assert.match(await said.innerText(), /cancelled, or it took too long/);
        assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Laptop', 'the name is lost');

        await know(true);
        await addPasskey(page, 'Laptop');
        await page.getByText('The passkey Laptop was added.').waitFor();
        assert.equal(await said.count(), 0);
        const [{ credentialId }] = await held();
        await page.unrouteAll();
        const rest = manager();
        const excluding = (query, path, request) => {
          const answer = rest(query, path, request);
          if (path.endsWith('/options'))
            answer.body.excludeCredentials = [
              { type: 'public-key', id: Buffer.from(credentialId, 'base64').toString('base64url') },
            ];
          return answer;
        };
        await openDashboard(page, '?there#sessions', excluding);
        await addPasskey(page, 'Laptop again');
        assert.match(await said.innerText(), /already holds a passkey of yours/);

        await page.unrouteAll();
        await openDashboard(page, '?refused#sessions', (query, path, request) =>
          path.endsWith('/passkeys') && request.method() === 'POST' ? { status: 409 } : rest(query, path, request),
        );
        await addPasskey(page, 'Laptop');
        assert.match(await said.innerText(), /already holds a passkey of yours/);

        await page.addInitScript(() => delete globalThis.PublicKeyCredential);
        await page.unrouteAll();
        await openDashboard(page, '?none#sessions');
        await page.getByText('can’t make a passkey here').waitFor();
        assert.equal(await page.getByRole('button', { name: 'Make the passkey' }).count(), 0);
        await page.unrouteAll();
        await answerApi(page, { session: { status: 401 } });
        await page.goto('/sign-in');
        await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
        assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).count(), 0);
      },
    },
    {
      name: 'passkeys: signing in with one, by the button; cancelled and refused, the form stays',
      options: invented,
      async run({ page }) {
        await withoutSuggestions(page);
        const { know } = await device(page);
        await madeOne(page);
        await page.getByText('The passkey Laptop was added.').waitFor();
        await page.unrouteAll();
        let accepted = false;
        const sent = [];
        const rest = manager();
        await answerApi(page, {
          session: { status: 401 },
          assets(query, path, request) {
            if (path.endsWith('/session/passkey/options')) return { status: 200, body: assertion };
            if (!path.endsWith('/session/passkey')) return rest(query, path, request);
            sent.push(request.postDataJSON());
            return accepted ? { status: 200, body: session } : { status: 401 };
          },
        });
        await page.goto('/sign-in?next=/verify');
        const button = page.getByRole('button', { name: 'Sign in with a passkey' });
        await know(false);
        await button.click();
        await page.getByText('No passkey was used').waitFor();
        await know(true);
        await button.click();
        await page.getByText('This passkey was not accepted.').waitFor();
        assert.equal(await page.getByLabel('E-mail').inputValue(), '');
        accepted = true;
        await button.click();
        await page.waitForURL((url) => url.pathname === '/verify');
        assert.deepEqual(Object.keys(sent[1]).sort(), [
          'authenticatorData',
          'clientDataJSON',
          'id',
          'signature',
          'userHandle',
        ]);
        assert.equal(Buffer.from(sent[1].userHandle, 'base64url').toString(), 'usr_1');
        await page.locator('[data-account][href="/dashboard"]').waitFor();
      },
    },
    {
      name: 'passkeys: the e-mail field suggests them, and the password still works',
      options: invented,
      async run({ page }) {
        // Chromium's list of suggestions is no part of the page: what the page asks the browser for is recorded here.
        await page.addInitScript(() => {
          globalThis.asked = [];
          PublicKeyCredential.isConditionalMediationAvailable = async () => true;
          navigator.credentials.get = ({ mediation, signal }) =>
            new Promise((_, reject) => {
              const question = { mediation, ended: false };
              globalThis.asked.push(question);
              signal.addEventListener('abort', () => ((question.ended = true), reject(signal.reason)));
            });
        });
        await answerApi(page, {
          session: { status: 401 },
          signIn: { status: 401 },
          assets: () => ({ status: 200, body: assertion }),
        });
        await page.goto('/sign-in');
        const asked = async (count) => {
          await page.waitForFunction((count) => globalThis.asked.length === count, count);
          return page.evaluate(() =>
            globalThis.asked.map(({ mediation, ended }) => `${mediation}${ended ? ', ended' : ''}`),
          );
        };
        assert.deepEqual(await asked(1), ['conditional']);
        assert.equal(await page.getByLabel('E-mail').getAttribute('autocomplete'), 'username webauthn');
        await signInWith(page, 'ada@example.org', 'wrong');
        await page.getByRole('alert').waitFor();
        assert.deepEqual(await asked(2), ['conditional, ended', 'conditional']);
        await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
        assert.deepEqual(await asked(3), ['conditional, ended', 'conditional, ended', 'optional']);
      },
    },
    {
      name: 'identity: a change long after the sign-in asks who it is, by password or passkey, and then goes on',
      options: invented,
      async run({ page }) {
        const violations = await watchPolicy(page);
        await device(page);
        await madeOne(page);
        await page.getByText('The passkey Laptop was added.').waitFor();
        await page.unrouteAll();
        const rest = manager();
        const shown = [];
        let recent = false;
        const doubting = (query, path, request) => {
          const error = { code: 'reauthentication_required', message: 'Confirm.' };
          if (path.endsWith('/session/passkey/options')) return { status: 200, body: assertion };
          if (path.endsWith('/session/confirm')) {
            const sent = request.postDataJSON();
            shown.push(Object.keys(sent)[0]);
            recent = sent.password === 'right' || Boolean(sent.passkey);
            return { status: recent ? 204 : 400 };
          }
          const isChange = request.method() !== 'GET' && path.includes('/passkeys');
          return isChange && !recent ? { status: 403, body: { error, requestId: 'r' } } : rest(query, path, request);
        };
        await openDashboard(page, '?doubt#sessions', doubting);
        const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
        await page.getByRole('button', { name: 'Remove the passkey Phone' }).click();
        const question = page.getByRole('dialog', { name: 'Remove the passkey Phone' });
        await question.getByRole('button', { name: 'Remove' }).click();
        // Not confirmed: the change is not made, and that is said.
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        await question.getByRole('alert').getByText('Confirm that it is you').waitFor();
        await question.getByRole('button', { name: 'Remove' }).click();
        await dialog.getByLabel('Password').fill('wrong');
        await page.keyboard.press('Enter');
        await dialog.getByRole('alert').getByText('This was not accepted.').waitFor();
        await dialog.getByLabel('Password').fill('right');
        await page.keyboard.press('Enter');
        await page.getByText('The passkey Phone was removed.').waitFor();
        assert.equal(await dialog.count(), 0);
        recent = false;
        await page.getByLabel('Name', { exact: true }).fill('Tablet');
        await page.getByRole('button', { name: 'Make the passkey' }).click();
        await dialog.getByRole('button', { name: 'Use a passkey' }).click();
        await dialog.waitFor({ state: 'detached' });
        assert.deepEqual(shown, ['password', 'password', 'passkey']);
        assert.deepEqual(await violations(), []);
      },
    },
    {
      name: 'identity: a workspace that asks for a passkey shows nothing before one; the first one is made there',
      options: invented,
      async run({ page }) {
        await device(page);
        const rest = manager();
        let entered = false;
        let own = [];
        const calls = [];
        const gated = (query, path, request) => {
          if (path.endsWith('/session/passkey/options')) return { status: 200, body: assertion };
          if (path.endsWith('/session/confirm')) return ((entered = true), { status: 204 });
          if (path.endsWith('/passkeys') && request.method() === 'GET') return { status: 200, body: { data: own } };
          if (path.endsWith('/passkeys')) entered = true;
          return rest(query, path, request);
        };
        await answerApi(page, { calls, session: { status: 200, body: session }, assets: gated });
        await page.route(/\/api\/v1\/session$/, (route) =>
          route.fulfill({ json: { ...session, passkeyRequired: !entered } }),
        );
        await page.goto('/dashboard#keys');
        await page.getByRole('heading', { name: 'This workspace asks for a passkey' }).waitFor();
        await page.getByText('You have no passkey yet.').waitFor();
        assert.equal(await page.getByRole('navigation', { name: 'Dashboard' }).count(), 0);
        assert.ok(!calls.some((call) => call.endsWith('/keys')), calls.join(', '));
        await page.getByLabel('Name', { exact: true }).fill('Laptop');
        await page.getByRole('button', { name: 'Make the passkey' }).click();
        await page.getByText('CRM integration').waitFor();

        // Who has one shows it, or goes to another workspace.
        entered = false;
        own = [
          { id: 'bWFkZQ', name: 'Laptop', backedUp: false, createdAt: '2026-05-16T10:30:00.000Z', lastUsedAt: null },
        ];
        await page.reload();
        await page.getByText('Show one of your passkeys to go on.').waitFor();
        await page.getByRole('button', { name: 'Switch to Studio' }).waitFor();
        await page.getByRole('button', { name: 'Use a passkey' }).click();
        await page.getByText('CRM integration').waitFor();
      },
    },
    {
      name: 'passkeys: one picked among the suggestions signs in, on the running server',
      async run({ page, site }) {
        const { LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password } = process.env;
        if (!site.api || !email || !password)
          skip('no running server (LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD)');
        // The virtual device answers a suggestion at once, as if its owner had picked it.
        await device(page);
        await page.goto('/sign-in?next=/dashboard%23sessions');
        await signInWith(page, email, password);
        await addPasskey(page, 'Suggested');
        await page.getByText('The passkey Suggested was added.').waitFor();
        const signedIn = page.waitForResponse((response) => response.url().endsWith('/session/passkey'));
        await page.getByRole('button', { name: 'Sign out' }).click();
        assert.equal((await signedIn).status(), 200);
        await page.getByText(`${email} · owner`).waitFor();
        await page.goto('/dashboard#sessions');
        await page.getByRole('button', { name: 'Remove the passkey Suggested' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
        await page.getByText('The passkey Suggested was removed.').waitFor();
      },
    },
    {
      name: 'passkeys: made on the page and signed in with, on the running server',
      async run({ page, site }) {
        const { LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password } = process.env;
        if (!site.api || !email || !password)
          skip('no running server (LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD)');
        await withoutSuggestions(page);
        await device(page);
        await page.goto('/sign-in?next=/dashboard%23sessions');
        await signInWith(page, email, password);
        await addPasskey(page, 'Kitchen tablet');
        await page.getByText('The passkey Kitchen tablet was added.').waitFor();
        const row = page.locator('tr', { hasText: 'Kitchen tablet' });
        assert.match(await row.innerText(), /Never/);
        await addPasskey(page, 'A second one');
        assert.match(await page.getByRole('alert').innerText(), /already holds a passkey of yours/);
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
        await page.getByText(`${email} · owner`).waitFor();
        await page.goto('/dashboard#sessions');
        await row.waitFor();
        assert.doesNotMatch(await row.innerText(), /Never/);
        await page.getByRole('button', { name: 'Remove the passkey Kitchen tablet' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
        await row.waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
        await page.getByText('This passkey was not accepted.').waitFor();
      },
    },
  ];
}
