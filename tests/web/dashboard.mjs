// The dashboard, against invented answers in the shapes of openapi.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { answerApi, events, session } from './account.mjs';
import { axe, overflow, readPdf, watchPolicy } from './harness.mjs';

const invented = { serviceWorkers: 'block' };
const ok = (body) => ({ status: 200, body });
const refused = (status, code) => ({ status, body: { error: { code, message: `${code}.` }, requestId: 'r' } });
const [event] = events(0, 1);

export const certificate = {
  schemaVersion: 1,
  eventId: event.id,
  issuedAt: event.createdAt,
  hashes: { input: event.sha256Input, output: event.sha256Output },
  file: { filename: event.filename, mime: event.mime, sizeBytes: event.sizeBytes, modality: 'image' },
  compliance: {
    regionPreset: 'eu_strict',
    digitalSourceType: 'trainedAlgorithmicMedia',
    assertions: ['c2pa.actions.v2', 'c2pa.training-mining'],
    dntEnabled: true,
  },
  signer: { fingerprint: 'SHA256:Ab1Cd2' },
  verification: { url: `https://labeler.example/verify#${event.sha256Output}` },
};

const CODE = '001191110102MACQD9K64010000';
const WRONG_CODE = '001191110102MACQD9K74010000';
const moment = '2026-05-16T10:30:00.000Z';
const key = (id, name, more = {}) => ({
  id,
  masked: `lbl_live_${id}…wxyz`,
  kind: 'live',
  name,
  scopes: ['label', 'assets'],
  allow: [],
  createdBy: session.user.id,
  createdAt: moment,
  expiresAt: null,
  lastUsedAt: moment,
  revokedAt: null,
  rotatedFrom: null,
  replacedBy: null,
  ...more,
});

const challenge = 'A'.repeat(43);

/** What the API gives a browser to make a passkey with. */
const registration = (known) => ({
  challenge,
  rp: { id: 'localhost', name: 'Labeler' },
  user: { id: 'dXNyXzE', name: session.user.email, displayName: session.user.name },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  attestation: 'none',
  excludeCredentials: known.map(({ id }) => ({ type: 'public-key', id })),
  timeout: 300_000,
});

/** And what it gives to sign in with one. */
export const assertion = { challenge, rpId: 'localhost', userVerification: 'required', timeout: 300_000 };

const changes = [
  ['session.started', 'ses_0', { with: 'passkey' }],
  ['member.role_changed', 'usr_2', { from: 'viewer', to: 'admin' }],
  ['key.created', 'AbCd', { kind: 'live', scopes: 'label assets', expiresAtMs: null, networks: '203.0.113.0/24' }],
  ['workspace.changed', 'ws_1', { fileNames: 'pseudonymise', requestLogDays: 30 }],
];
/** 260 changes, newest first: one every ten minutes, and the last one made the workspace. */
const adminLog = Array.from({ length: 260 }, (_, index) => {
  const [action, subject, detail] =
    index === 259 ? ['workspace.created', 'ws_1', { firstRun: true }] : changes[index % changes.length];
  const createdAt = new Date(Date.parse(moment) - index * 600_000).toISOString();
  return {
    id: `adm_${260 - index}`,
    action,
    actorKind: index % 5 === 4 ? 'key' : 'user',
    actorId: index % 5 === 4 ? 'AbCd' : session.user.id,
    subject,
    detail,
    requestId: `req-${260 - index}`,
    network: '203.0.113.0/24',
    createdAt,
  };
});

function adminPage(query) {
  const from = adminLog.findIndex(({ id }) => id === query.get('cursor')) + 1;
  const data = adminLog.slice(from, from + Number(query.get('limit')));
  return ok({ data, nextCursor: from + data.length < adminLog.length ? data.at(-1).id : null });
}

/** A chain of 2700 links that are all in order. */
function chain(query) {
  const seq = Math.min(Number(query.get('seq') ?? 0) + 2000, 2700);
  return { verified: { seq, head: 'c'.repeat(64) }, complete: seq === 2700, fault: null };
}

/** A server that manages a workspace: keys, members, settings and sessions change as they are told to. */
export function manager(settings = {}) {
  const keys = [
    key('AbCd', 'CRM integration', { allow: ['203.0.113.0/24'] }),
    key('GhIj', 'Old one', { revokedAt: moment }),
  ];
  const members = [
    {
      id: session.user.id,
      email: session.user.email,
      name: session.user.name,
      role: 'owner',
      createdAt: moment,
      disabledAt: null,
    },
    { id: 'usr_2', email: 'grace@example.org', name: 'Grace', role: 'viewer', createdAt: moment, disabledAt: null },
  ];
  const invitations = [];
  const own = {
    id: 'ws_1',
    name: session.workspace.name,
    plan: 'free',
    fileNames: 'store',
    requestLogDays: 90,
    signIn: 'password',
    complianceProfile: { provider: null, aiSystem: null, aiSystemVersion: null, producerCode: null },
    checkDefaults: {},
    ...settings,
  };
  const workspaces = [
    { workspace: session.workspace, role: 'owner', current: true, createdAt: moment },
    { workspace: { id: 'ws_2', name: 'Studio', plan: 'agency' }, role: 'viewer', current: false, createdAt: moment },
  ];
  const open = ['Firefox on Linux', 'Safari on a phone', 'Chrome on Windows'].map((userAgent, index) => ({
    id: `ses_${index}`,
    current: index === 0,
    userAgent,
    workspaceId: 'ws_1',
    createdAt: moment,
    lastSeenAt: moment,
    expiresAt: '2026-06-15T10:30:00.000Z',
  }));
  const clients = [
    {
      id: 'cli_1',
      name: 'Archive',
      livemode: true,
      scopes: ['verify'],
      privateKeyJwt: false,
      createdBy: session.user.id,
      createdAt: moment,
      revokedAt: null,
    },
  ];
  const secrets = [{ id: 'sec_1', createdAt: moment }];
  const certificates = [
    {
      id: 'crt_1',
      fingerprint: 'SHA256:Ab1Cd2',
      subject: 'Example Newsroom',
      algorithm: 'es256',
      notBefore: moment,
      notAfter: new Date(Date.now() + 10 * 86_400_000).toISOString(),
      active: true,
      createdAt: moment,
    },
  ];
  const passkeys = [{ id: 'cHJlc2VudA', name: 'Phone', backedUp: true, createdAt: moment, lastUsedAt: null }];
  const made = (status, body) => ({ status, body });
  const done = { status: 204 };
  const log = auditLog(42);
  const routes = [
    [
      'GET',
      /\/workspace\/usage$/,
      () => ok({ plan: 'free', month: '2026-05', used: 7, allowed: 25, resetsAt: '2026-06-01T00:00:00.000Z' }),
    ],
    ['GET', /\/keys$/, () => ok({ data: keys, nextCursor: null })],
    [
      'POST',
      /\/keys$/,
      (_, wish) => {
        keys.unshift(
          key('KlMn', wish.name, {
            kind: wish.kind,
            scopes: wish.scopes,
            role: wish.role,
            lastUsedAt: null,
            expiresAt: wish.expiresAt ?? null,
            allow: wish.allow ?? [],
          }),
        );
        return made(201, { key: keys[0], secret: 'lbl_live_the-whole-key' });
      },
    ],
    [
      'POST',
      /\/keys\/(\w+)\/rotate$/,
      (id, { overlapSeconds }) => {
        const old = keys.find((each) => each.id === id);
        Object.assign(old, {
          replacedBy: 'OpQr',
          expiresAt: new Date(Date.now() + overlapSeconds * 1000).toISOString(),
        });
        keys.unshift(key('OpQr', old.name, { rotatedFrom: id, lastUsedAt: null }));
        return made(201, { key: keys[0], secret: 'lbl_live_the-next-key' });
      },
    ],
    [
      'DELETE',
      /\/keys\/(\w+)$/,
      (id) => (
        Object.assign(
          keys.find((each) => each.id === id),
          { revokedAt: moment },
        ),
        done
      ),
    ],
    [
      'GET',
      /\/requests$/,
      (_, __, query) => {
        const from = Number(query.get('cursor') ?? 60);
        const data = Array.from({ length: Math.min(50, from) }, (_unused, index) => ({
          seq: from - index,
          requestId: `req-${from - index}`,
          actorKind: 'key',
          actorId: query.get('actor') ?? 'AbCd',
          actorName: 'Website',
          livemode: true,
          method: 'POST',
          route: '/api/v1/label',
          status: 200,
          latencyMs: 1234,
          network: '203.0.113.0/24',
          createdAt: moment,
        }));
        return ok({ data, nextCursor: from > 50 ? String(from - 50) : null });
      },
    ],
    ['GET', /\/members$/, () => ok({ data: members, nextCursor: null })],
    [
      'PATCH',
      /\/members\/(\w+)$/,
      (id, { role }) =>
        id === session.user.id
          ? refused(409, 'conflict')
          : (Object.assign(
              members.find((each) => each.id === id),
              { role },
            ),
            done),
    ],
    [
      'DELETE',
      /\/members\/(\w+)$/,
      (id) => (
        members.splice(
          members.findIndex((each) => each.id === id),
          1,
        ),
        done
      ),
    ],
    ['GET', /\/invitations$/, () => ok({ data: invitations })],
    [
      'POST',
      /\/invitations$/,
      (_, { role, email }) => {
        invitations.push({
          id: 'inv_1',
          role,
          email: email ?? null,
          createdBy: session.user.id,
          createdAt: moment,
          expiresAt: moment,
        });
        const link = email ? null : 'https://labeler.example/invitation#abc.def';
        return made(201, { id: 'inv_1', sentTo: email ?? null, link, expiresAt: moment });
      },
    ],
    ['POST', /\/invitations\/(\w+)\/send$/, () => done],
    ['DELETE', /\/invitations\/(\w+)$/, () => (invitations.pop(), done)],
    ['GET', /\/oauth-clients$/, () => ok({ data: clients })],
    [
      'POST',
      /\/oauth-clients$/,
      (_, wish) => {
        clients.unshift({ ...clients[0], ...wish, id: 'cli_2' });
        return made(201, { client: clients[0], secret: 'lbl_cs_first' });
      },
    ],
    [
      'DELETE',
      /\/oauth-clients\/(\w+)$/,
      (id) => (
        Object.assign(
          clients.find((each) => each.id === id),
          { revokedAt: moment },
        ),
        done
      ),
    ],
    ['DELETE', /\/oauth-clients\/\w+\/tokens$/, () => done],
    ['GET', /\/oauth-clients\/\w+\/secrets$/, () => ok({ data: secrets })],
    [
      'POST',
      /\/oauth-clients\/\w+\/secrets$/,
      () => (secrets.push({ id: 'sec_2', createdAt: moment }), made(201, { id: 'sec_2', secret: 'lbl_cs_second' })),
    ],
    [
      'DELETE',
      /\/oauth-clients\/\w+\/secrets\/(\w+)$/,
      (id) => (
        secrets.splice(
          secrets.findIndex((each) => each.id === id),
          1,
        ),
        done
      ),
    ],
    ['GET', /\/signing-certificates$/, () => ok({ data: certificates })],
    [
      'POST',
      /\/signing-certificates$/,
      (_, { chain, key: secret }) => {
        if (!secret.includes('PRIVATE KEY'))
          return {
            status: 400,
            body: {
              error: { code: 'validation_error', message: 'the key does not belong to the certificate' },
              requestId: 'r',
            },
          };
        certificates.push({
          ...certificates[0],
          id: 'crt_2',
          subject: chain.trim(),
          notAfter: '2099-01-01T00:00:00.000Z',
          active: false,
        });
        return made(201, certificates.at(-1));
      },
    ],
    [
      'POST',
      /\/signing-certificates\/(\w+)\/activate$/,
      (id) => {
        for (const each of certificates) each.active = each.id === id;
        return done;
      },
    ],
    [
      'DELETE',
      /\/signing-certificates\/(\w+)$/,
      (id) => (
        certificates.splice(
          certificates.findIndex((each) => each.id === id),
          1,
        ),
        done
      ),
    ],
    ['GET', /\/workspace$/, () => ok(own)],
    [
      'PATCH',
      /\/workspace$/,
      (_, change) => {
        // Only the server knows a code's check character.
        const field = 'complianceProfile.producerCode';
        if (change.complianceProfile?.producerCode === WRONG_CODE)
          return {
            status: 400,
            body: {
              error: { code: 'validation_error', message: `${field} must be 001, 1, …`, details: { field } },
              requestId: 'r',
            },
          };
        const day = change.checkDefaults?.answers?.placedOnMarket;
        const late = 'checkDefaults.answers.placedOnMarket';
        if (day > '2100')
          return {
            status: 400,
            body: {
              error: {
                code: 'validation_error',
                message: `${late} must be a day written YYYY-MM-DD, or unknown`,
                details: { field: late },
              },
              requestId: 'r',
            },
          };
        return ok(Object.assign(own, change));
      },
    ],
    ['GET', /\/workspaces$/, () => ok({ data: workspaces })],
    ['PUT', /\/session\/workspace$/, () => done],
    ['GET', /\/sessions$/, () => ok({ data: open })],
    [
      'DELETE',
      /\/sessions\/(\w+)$/,
      (id) => (
        open.splice(
          open.findIndex((each) => each.id === id),
          1,
        ),
        done
      ),
    ],
    ['DELETE', /\/sessions$/, () => (open.splice(1), done)],
    [
      'PUT',
      /\/password$/,
      (_, { currentPassword }) =>
        currentPassword === 'right' ? (open.splice(1), done) : refused(400, 'validation_error'),
    ],
    ['GET', /\/passkeys$/, () => ok({ data: passkeys })],
    ['POST', /\/passkeys\/options$/, () => ok(registration(passkeys))],
    [
      'POST',
      /\/passkeys$/,
      (_, { name }) => {
        passkeys.push({ id: 'bWFkZQ', name, backedUp: false, createdAt: moment, lastUsedAt: null });
        return made(201, passkeys.at(-1));
      },
    ],
    [
      'DELETE',
      /\/passkeys\/([\w-]+)$/,
      (id) => (
        passkeys.splice(
          passkeys.findIndex((each) => each.id === id),
          1,
        ),
        done
      ),
    ],
    ['GET', /\/admin-events$/, (_, __, query) => adminPage(query)],
    ['GET', /\/audit\/chain$/, (_, __, query) => ok(chain(query))],
  ];
  return (query, path, request) => {
    for (const [method, pattern, answer] of routes) {
      const found = method === request.method() && pattern.exec(path);
      if (found) return answer(found[1], request.postDataJSON() ?? {}, query);
    }
    return log(query, path);
  };
}

/** A server with so many events, in pages. The cursor is the number of the next event. */
export function auditLog(count) {
  return (query, path) => {
    if (path.startsWith('/api/v1/certificate/')) return ok({ data: certificate, requestId: 'r' });
    if (path.startsWith('/api/v1/assets/'))
      return path.endsWith(`/${event.id}`)
        ? ok({ ...event, assertions: certificate.compliance.assertions })
        : refused(404, 'not_found');
    const total = query.get('modality') === 'video' ? 0 : count;
    const from = Number(query.get('cursor') ?? 0);
    const length = Math.max(Math.min(Number(query.get('limit')), total - from), 0);
    return ok({ data: events(from, length), nextCursor: from + length < total ? String(from + length) : null, total });
  };
}

/** Opens a section of the dashboard, as somebody. Returns the calls made. */
export async function openDashboard(page, place = '', assets = manager(), who = session) {
  const calls = [];
  await answerApi(page, { calls, session: { status: 200, body: who }, assets });
  await page.goto(`/dashboard${place}`);
  await page.locator('#section-title').waitFor();
  return calls;
}

export function dashboardTests() {
  return [
    {
      name: 'dashboard: events are read page by page, and narrowed down by an address that can be kept',
      options: invented,
      async run({ page }) {
        const violations = await watchPolicy(page);
        const calls = await openDashboard(page, '', auditLog(250));
        await page.getByRole('link', { name: 'Labelling events', exact: true }).click();
        await page.getByText('photo-19.jpg').waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'section-title', 'the focus stays behind');
        assert.equal(await page.title(), 'Labelling events · Labeler');
        await page.getByRole('button', { name: 'Show more' }).click();
        await page.getByText('photo-39.jpg').waitFor();
        assert.equal(await page.locator('tbody tr').count(), 40);
        assert.ok(calls.includes('GET /api/v1/assets?limit=20&cursor=20'), calls.join(', '));
        await page.getByLabel('Kind').selectOption('video');
        await page.getByLabel('From').fill('2026-05-01');
        await page.getByLabel('To').fill('2026-05-31');
        await page.getByRole('button', { name: 'Filter' }).click();
        await page.getByText('No event matches the filter.').waitFor();
        assert.ok(
          calls.includes(
            'GET /api/v1/assets?limit=20&modality=video&from=2026-05-01T00%3A00%3A00.000Z&to=2026-05-31T23%3A59%3A59.999Z',
          ),
          calls.join(', '),
        );
        await page.reload();
        await page.getByText('No event matches the filter.').waitFor();
        assert.equal(await page.getByLabel('From').inputValue(), '2026-05-01');
        await page.goBack();
        await page.getByText('photo-19.jpg').waitFor();
        assert.equal(await page.getByLabel('Kind').inputValue(), '');
        assert.deepEqual(await violations(), []);
      },
    },
    {
      name: 'dashboard: all events that match are saved as CSV and JSON Lines, over all pages',
      options: invented,
      async run({ page }) {
        const calls = await openDashboard(page, '#events', auditLog(250));
        const save = async (format) => {
          const [saved] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('button', { name: format }).click(),
          ]);
          assert.equal(saved.suggestedFilename(), `labeler-events.${format.toLowerCase()}`);
          return readFileSync(await saved.path(), 'utf8');
        };
        const lines = (await save('CSV')).trimEnd().split('\r\n');
        assert.equal(lines.length, 251);
        assert.match(lines[0], /^id,createdAt,filename,/);
        assert.match(lines[250], /^evt_249,2026-05-16T10:30:00\.000Z,photo-249\.jpg,/);
        assert.deepEqual(
          (await save('JSONL'))
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
          events(0, 250),
        );
        assert.equal(calls.filter((call) => call.includes('limit=100')).length, 6);
      },
    },
    {
      name: 'dashboard: from an event to its certificate, saved and on paper, with the keyboard alone',
      options: invented,
      async run({ page }) {
        await openDashboard(page, '#events');
        await page.getByRole('link', { name: 'photo-0.jpg', exact: true }).focus();
        await page.keyboard.press('Enter');
        await page.getByText('c2pa.training-mining').waitFor();
        assert.equal(await page.locator(`a[href="/verify#${event.sha256Output}"]`).count(), 1);
        await page.getByRole('button', { name: 'Show the certificate' }).focus();
        await page.keyboard.press('Enter');
        const shown = page.getByRole('article', { name: 'Compliance certificate' });
        await shown.waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'certificate-title');
        assert.match(
          await shown.innerText(),
          /photo-0\.jpg[\s\S]*Generated by an AI model[\s\S]*SHA256:Ab1Cd2[\s\S]*https:\/\/labeler\.example\/verify#b{64}/,
        );
        const [saved] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download' }).click(),
        ]);
        assert.equal(saved.suggestedFilename(), 'certificate-evt_0.json');
        assert.deepEqual(JSON.parse(readFileSync(await saved.path(), 'utf8')), certificate);
        await page.emulateMedia({ media: 'print' });
        const text = (await page.locator('main').innerText()).trim();
        assert.ok(text.startsWith('Compliance certificate'), text.slice(0, 80));
        assert.doesNotMatch(text, /Download|Sign out|Overview/);
        const [paper, ...more] = await readPdf(await page.pdf({ format: 'A4' }));
        assert.deepEqual([more.length, paper.overlaid], [0, []]);
        assert.match(paper.text.replace(/\s/g, ''), /Compliancecertificate.*SHA256:Ab1Cd2.*verify#b{64}/);
      },
    },
    {
      name: 'dashboard: a plan without certificates, an event of others, and a role without the right are told apart',
      options: invented,
      async run({ page }) {
        const log = auditLog(3);
        await openDashboard(page, `#events/${event.id}`, (query, path) =>
          path.includes('/certificate/') ? refused(403, 'plan_upgrade_required') : log(query, path),
        );
        await page.getByRole('button', { name: 'Show the certificate' }).click();
        assert.match(await page.getByRole('alert').innerText(), /agency plan/);
        await page.evaluate(() => (location.hash = 'events/evt_of_others'));
        await page.getByText('There is nothing with this id in this workspace.').waitFor();
        await page.unrouteAll();
        await openDashboard(page, '?again#events', () => refused(403, 'insufficient_scope'));
        await page.getByText('Your role in this workspace does not allow this.').waitFor();
      },
    },
    {
      name: 'dashboard: what was used of the quota',
      options: invented,
      async run({ page }) {
        await openDashboard(page);
        await page.getByText('7 of 25').waitFor();
        assert.equal(await page.locator('meter').evaluate((meter) => meter.value / meter.max), 7 / 25);
        assert.match(await page.locator('.figures').innerText(), /Counted anew from Jun 1, 2026/);
      },
    },
    {
      name: 'dashboard: a key is made, shown once, copied, rotated with an overlap, and revoked',
      options: { ...invented, permissions: ['clipboard-read', 'clipboard-write'] },
      async run({ page }) {
        const sent = [];
        page.on('request', (request) => request.method() === 'POST' && sent.push(request.postDataJSON()));
        await openDashboard(page, '#keys');
        const row = (name) => page.locator('tbody tr').filter({ hasText: name });
        assert.match(
          await row('CRM integration').innerText(),
          /lbl_live_AbCd…wxyz[\s\S]*label, assets[\s\S]*203\.0\.113\.0\/24[\s\S]*Works/,
        );
        assert.equal(await row('Old one').count(), 0);
        await page.getByLabel('Show keys that have ended').check();
        assert.match(await row('Old one').innerText(), /Revoked/);

        await page.getByRole('button', { name: 'New key' }).click();
        await page.getByLabel('Name').fill('Newsroom');
        await page.getByRole('checkbox', { name: 'certificates' }).check();
        await page.getByRole('checkbox', { name: 'label files' }).uncheck();
        await page.getByLabel('Only from these networks').fill('192.0.2.0/24, 2001:db8::/32');
        await page.getByRole('button', { name: 'Make the key' }).click();
        await page.getByText('lbl_live_the-whole-key').waitFor();
        assert.deepEqual(sent.at(-1), {
          kind: 'live',
          name: 'Newsroom',
          scopes: ['certificates'],
          allow: ['192.0.2.0/24', '2001:db8::/32'],
        });
        assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'The key Newsroom');
        await page.getByRole('button', { name: 'Copy' }).click();
        await page.getByText('Copied').waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'lbl_live_the-whole-key');
        await page.getByRole('button', { name: 'I have kept it' }).click();
        assert.equal(await page.getByText('lbl_live_the-whole-key').count(), 0);
        assert.equal(
          await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }).includes('the-whole-key')),
          false,
        );

        await page.getByRole('button', { name: 'Rotate CRM integration' }).click();
        await page.getByLabel('The old key works on for').selectOption('hour');
        await page.getByRole('button', { name: 'Rotate', exact: true }).click();
        await page.getByText('lbl_live_the-next-key').waitFor();
        assert.deepEqual(sent.at(-1), { overlapSeconds: 3600 });
        await page.getByRole('button', { name: 'I have kept it' }).click();
        assert.match(await row('AbCd').innerText(), /Replaced\s+until/);
        assert.match(await row('OpQr').innerText(), /CRM integration[\s\S]*Never[\s\S]*Works/);

        await row('AbCd').getByRole('button', { name: 'Revoke CRM integration' }).click();
        await page.getByRole('dialog').getByText('can’t be undone').waitFor();
        await page.keyboard.press('Escape');
        assert.match(await row('AbCd').innerText(), /Replaced/);
        await row('AbCd').getByRole('button', { name: 'Revoke CRM integration' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
        await row('AbCd').getByText('Revoked').waitFor();
        assert.equal(await page.getByRole('dialog').count(), 0);
      },
    },
    {
      name: 'dashboard: the request log is read on, by caller and day, and saved whole',
      options: invented,
      async run({ page }) {
        const calls = await openDashboard(page, '#requests');
        await page.getByText('req-60').waitFor();
        await page.getByRole('button', { name: 'Show more' }).click();
        await page.getByText('req-1', { exact: true }).waitFor();
        assert.equal(await page.locator('tbody tr').count(), 60);
        assert.ok(calls.includes('GET /api/v1/requests?limit=50&cursor=10'), calls.join(', '));
        assert.equal(
          await page.getByRole('link', { name: 'CSV' }).getAttribute('href'),
          '/api/v1/requests/export?format=csv',
        );
        await page.locator('tbody a').first().click();
        await page.getByText('Only calls by').waitFor();
        assert.ok(calls.includes('GET /api/v1/requests?limit=50&actor=AbCd'), calls.join(', '));
        await page.locator('tbody').getByText('Website').first().waitFor();
        await page.getByLabel('From').fill('2026-05-01');
        await page.getByRole('button', { name: 'Filter' }).click();
        await page.getByText('Only calls by').waitFor();
        await page.waitForFunction(() => location.hash.includes('from=2026-05-01'));
        await page.getByText('req-60').waitFor();
        assert.ok(calls.includes('GET /api/v1/requests?limit=50&actor=AbCd&from=2026-05-01'), calls.join(', '));
      },
    },
    {
      name: 'dashboard: members get another role, are removed and invited; the last owner stays',
      options: invented,
      async run({ page }) {
        await openDashboard(page, '#members');
        const grace = page.getByLabel('Role of grace@example.org');
        await grace.selectOption('admin');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByText('The role was changed.').waitFor({ state: 'attached' });
        assert.equal(await grace.inputValue(), 'admin');
        await page.getByLabel('Role of ada@example.org').selectOption('viewer');
        await page.getByRole('button', { name: 'Save' }).click();
        assert.match(await page.getByRole('alert').innerText(), /last owner/);
        await page.getByRole('button', { name: 'Remove grace@example.org' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
        await grace.waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'Make the invitation' }).click();
        await page.getByText('https://labeler.example/invitation#abc.def').waitFor();
        await page.getByRole('button', { name: 'I have kept it' }).click();
        await page.getByText('Whoever has the link').waitFor();
        await page.getByRole('button', { name: /^Take back/ }).click();
        await page.getByText('Open invitations').waitFor({ state: 'detached' });
        // With an address the link goes there and is not shown.
        await page.getByLabel('E-mail').fill('new@example.org');
        await page.getByRole('button', { name: 'Send the invitation' }).click();
        await page.getByRole('status').getByText('The invitation was sent to new@example.org.').waitFor();
        assert.equal(await page.getByText('invitation#').count(), 0);
        await page.getByText('sent by e-mail').waitFor();
        const sent = page.waitForRequest(
          (request) => request.method() === 'POST' && request.url().endsWith('/invitations/inv_1/send'),
        );
        await page.getByRole('button', { name: 'Send the invitation to new@example.org again' }).click();
        await sent;
        await page.getByRole('button', { name: 'Take back the invitation of new@example.org' }).click();
        await page.getByText('Open invitations').waitFor({ state: 'detached' });
      },
    },
    {
      name: 'dashboard: the workspace is renamed and keeps fewer names; another one is switched to',
      options: invented,
      async run({ page }) {
        const sent = [];
        page.on(
          'request',
          (request) => ['PATCH', 'PUT'].includes(request.method()) && sent.push(request.postDataJSON()),
        );
        await openDashboard(page, '#workspace');
        await page.getByLabel('Name', { exact: true }).fill('Newsroom');
        await page.getByLabel('Names of labelled files').selectOption('pseudonymise');
        await page.getByLabel('Days the request log is kept').fill('30');
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('The settings were saved.').waitFor();
        assert.deepEqual(sent, [{ name: 'Newsroom', fileNames: 'pseudonymise', requestLogDays: 30 }]);
        await page.getByRole('button', { name: 'Switch to Studio' }).click();
        await page.waitForURL((url) => url.hash === '');
        assert.deepEqual(sent.at(-1), { workspaceId: 'ws_2' });
      },
    },
    {
      name: 'dashboard: the compliance profile is saved, faults stand at their fields, and the label page says what it says',
      options: invented,
      async run({ page }) {
        const sent = [];
        page.on('request', (request) => request.method() === 'PATCH' && sent.push(request.postDataJSON()));
        await openDashboard(page, '#workspace');
        const form = page.getByRole('form', { name: 'Compliance profile' });
        const field = (name) => form.getByLabel(name, { exact: true });
        const save = () => form.getByRole('button', { name: 'Save the profile' }).click();
        await field('Provider of the AI system').fill(' ACME Imaging ');
        await field('Its version').fill('2.1');
        await save();
        await form.getByText('Name the AI system too').waitFor();
        assert.deepEqual([await field('Its version').getAttribute('aria-invalid'), sent.length], ['true', 0]);
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'profile-aiSystemVersion');
        await field('AI system').fill('Painter');
        await field('Producer code (China)').fill(WRONG_CODE);
        await save();
        await form.getByText('This is no valid code').waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'profile-producerCode');
        await field('Producer code (China)').fill(CODE);
        await save();
        await form.getByText('The profile was saved.').waitFor();
        const profile = { provider: 'ACME Imaging', aiSystem: 'Painter', aiSystemVersion: '2.1', producerCode: CODE };
        assert.deepEqual(sent.at(-1), { complianceProfile: profile });
        assert.equal(await form.locator('[aria-invalid]').count(), 0);

        await page.goto('/label');
        await page.getByText('Who made it, and with what').click();
        const usual = (name) => page.getByLabel(name, { exact: true }).getAttribute('placeholder');
        assert.deepEqual(
          [await usual('Provider of the AI system'), await usual('Its version'), await usual('Producer code (China)')],
          ['ACME Imaging', '2.1', CODE],
        );
        await page.getByLabel('AI system', { exact: true }).fill('Sketcher');
        assert.equal(await usual('Its version'), '');
      },
    },
    {
      name: 'dashboard: the defaults of checks are set by keyboard, kept, refused field by field and cleared again',
      options: invented,
      async run({ page }) {
        const sent = [];
        page.on(
          'request',
          (request) => request.method() === 'PATCH' && sent.push(request.postDataJSON().checkDefaults),
        );
        await openDashboard(page, '#workspace');
        const form = page.getByRole('form', { name: 'Defaults of checks' });
        const save = () => form.getByRole('button', { name: 'Save the defaults' }).press('Enter');
        await form.getByText('Nothing is set').waitFor();
        await form.getByText('They apply to POST /api/v1/check').waitFor();
        await form.getByLabel('Who you are').focus();
        await page.keyboard.type('Dep');
        const regions = form.getByRole('group', { name: 'Regions' });
        for (const region of ['European Union', 'China']) await regions.getByLabel(region).press('Space');
        await form.getByLabel('Provider’s name that the file must give').fill(' ACME ');
        await form.getByLabel('Signed the EU Code of Practice').selectOption('No');
        await form.getByLabel('AI system on the EU market since').fill('2300-01-01');
        await save();
        const day = form.getByLabel('AI system on the EU market since');
        await form.getByText('The server refused this value.').waitFor();
        assert.equal(await day.getAttribute('aria-invalid'), 'true');
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'default-placedOnMarket');
        assert.match(
          await form.locator(`[id="${await day.getAttribute('aria-describedby')}"]`).innerText(),
          /must be a day/,
        );
        await day.fill('2026-09-01');
        await save();
        await form.getByText('The defaults were saved.').waitFor();
        assert.deepEqual(sent.at(-1), {
          role: 'deployer',
          regions: ['eu', 'china'],
          answers: { provider: 'ACME', placedOnMarket: '2026-09-01', signatory: 'no' },
        });
        assert.deepEqual(
          [await form.locator('[aria-invalid]').count(), await form.getByText('Nothing is set').count()],
          [0, 0],
        );
        assert.equal(await overflow(page), '');
        assert.deepEqual(await axe(page), []);

        // All of it goes as it came: the whole is replaced.
        await page.getByLabel('Language', { exact: true }).selectOption('de');
        const german = page.getByRole('form', { name: 'Vorgaben für Prüfungen' });
        await german.getByLabel('Wer Sie sind').selectOption('');
        for (const region of ['Europäische Union', 'China']) await german.getByLabel(region).uncheck();
        for (const id of ['provider', 'placedOnMarket']) await german.locator(`#default-${id}`).fill('');
        await german.locator('#default-signatory').selectOption('');
        await german.getByRole('button', { name: 'Vorgaben speichern' }).click();
        await german.getByText('Von jetzt an wird nichts vorausgesetzt.').waitFor();
        assert.deepEqual(sent.at(-1), {});
      },
    },
    {
      name: 'dashboard: defaults of checks that the form does not have are shown and kept',
      options: { ...invented, viewport: { width: 390, height: 800 } },
      async run({ page }) {
        const sent = [];
        page.on(
          'request',
          (request) => request.method() === 'PATCH' && sent.push(request.postDataJSON().checkDefaults),
        );
        const kept = { language: 'fr', answers: { isAi: 'yes', logsKept: 'yes' } };
        await openDashboard(page, '#workspace', manager({ checkDefaults: kept }));
        const form = page.getByRole('form', { name: 'Defaults of checks' });
        await form.getByText('AI made or altered it: Yes').waitFor();
        assert.deepEqual(
          [
            await form.getByLabel('Language of the report’s sentences').inputValue(),
            await form.getByLabel('Logs are kept for at least six months').inputValue(),
          ],
          ['fr', 'yes'],
        );
        await form.getByLabel('Who you are').selectOption('platform');
        await form.getByRole('button', { name: 'Save the defaults' }).click();
        await form.getByText('The defaults were saved.').waitFor();
        assert.deepEqual(sent.at(-1), { role: 'platform', ...kept });
        assert.equal(await overflow(page), '');
      },
    },
    {
      name: 'dashboard: sessions elsewhere are ended, one and all',
      options: invented,
      async run({ page }) {
        const calls = await openDashboard(page, '#sessions');
        await page.getByRole('button', { name: 'End the session of Safari on a phone' }).click();
        await page.getByText('Safari on a phone').waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'End all others' }).click();
        await page.getByText('Chrome on Windows').waitFor({ state: 'detached' });
        await page.getByText('Firefox on Linux').waitFor();
        assert.ok(calls.includes('DELETE /api/v1/sessions/ses_1') && calls.includes('DELETE /api/v1/sessions'));
      },
    },
    {
      name: 'dashboard: the password is changed, and the other sessions end',
      options: invented,
      async run({ page }) {
        const sent = [];
        page.on('request', (request) => request.method() === 'PUT' && sent.push(request.postDataJSON()));
        await openDashboard(page, '#sessions');
        await page.getByLabel('Present password').fill('wrong');
        await page.getByLabel('New password').fill('short');
        await page.keyboard.press('Enter');
        assert.deepEqual(sent, [], 'a password that is too short was sent');
        await page.getByLabel('New password').fill('a long password');
        await page.keyboard.press('Enter');
        assert.match(await page.getByRole('alert').innerText(), /The present password is another one/);
        await page.getByLabel('Present password').fill('right');
        await page.getByRole('button', { name: 'Change the password' }).click();
        await page.getByText('The password was changed.').waitFor();
        await page.getByText('Safari on a phone').waitFor({ state: 'detached' });
        assert.deepEqual(sent.at(-1), { currentPassword: 'right', newPassword: 'a long password' });
        assert.equal(await page.getByLabel('New password').inputValue(), '');
      },
    },
    {
      name: 'dashboard: a certificate is uploaded, understood, put to use, and the old one removed',
      options: invented,
      async run({ page }) {
        await openDashboard(page, '#signing');
        const first = page.getByRole('article', { name: 'Example Newsroom' });
        assert.match(await first.innerText(), /Signs now · expires within 30 days[\s\S]*es256[\s\S]*SHA256:Ab1Cd2/);
        const pem = (name, text) => ({ name, mimeType: 'application/x-pem-file', buffer: Buffer.from(text) });
        await page.getByLabel('Certificate chain').setInputFiles(pem('chain.pem', 'Example Archive\n'));
        await page.getByLabel('Private key').setInputFiles(pem('wrong.pem', 'nothing'));
        await page.getByRole('button', { name: 'Upload' }).click();
        assert.match(await page.getByRole('alert').innerText(), /does not belong to the certificate/);
        await page.getByLabel('Private key').setInputFiles(pem('key.pem', '-----BEGIN PRIVATE KEY-----'));
        await page.getByRole('button', { name: 'Upload' }).click();
        await page.getByText('Example Archive was taken in.').waitFor();
        await page.getByRole('button', { name: 'Sign with it: Example Archive' }).click();
        await page.getByText('Example Archive signs from now on.').waitFor();
        assert.match(await first.innerText(), /Not in use/);
        await page.getByRole('button', { name: 'Remove Example Newsroom' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
        await first.waitFor({ state: 'detached' });
      },
    },
    {
      name: 'dashboard: an OAuth client is made, gets a second secret, loses the first, and is revoked',
      options: invented,
      async run({ page }) {
        const sent = [];
        page.on('request', (request) => request.method() === 'POST' && sent.push(request.postDataJSON()));
        const calls = await openDashboard(page, '#clients');
        await page.getByLabel('Name').fill('Feed');
        await page.getByLabel('Sandbox').check();
        await page.getByRole('button', { name: 'Make the client' }).click();
        await page.getByText('lbl_cs_first').waitFor();
        assert.deepEqual(sent.at(-1), { name: 'Feed', livemode: false, scopes: ['label'] });
        await page.getByRole('button', { name: 'I have kept it' }).click();
        await page.getByRole('button', { name: 'Add a second secret: Archive' }).click();
        await page.getByText('lbl_cs_second').waitFor();
        const archive = page.getByRole('article', { name: 'Archive' });
        await archive.getByRole('button', { name: 'Remove the secret sec_1' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
        await archive.getByText('sec_1').waitFor({ state: 'detached' });
        await archive.getByRole('button', { name: 'End its tokens: Archive' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'End its tokens' }).click();
        await page.getByText('Ended.').waitFor();
        await archive.getByRole('button', { name: 'Revoke Archive' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
        await archive.waitFor({ state: 'detached' });
        for (const call of [
          'DELETE /api/v1/oauth-clients/cli_1/secrets/sec_1',
          'DELETE /api/v1/oauth-clients/cli_1/tokens',
          'DELETE /api/v1/oauth-clients/cli_1',
        ])
          assert.ok(calls.includes(call), call);
      },
    },
  ];
}
