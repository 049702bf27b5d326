// For everybody: axe on every page, theme and state, small screens, no JavaScript, little to load.

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { answerApi, session } from './account.mjs';
import { manager, openDashboard } from './dashboard.mjs';
import { axe, choose, openCheck, overflow, verdicts } from './harness.mjs';

/** Bytes of JavaScript, gzipped, that a page may load before the engine. */
const SCRIPT_BUDGET = 40 * 1024;

/** Rules of axe whose outcome depends on the colours in use. The others are examined once. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Every page in every state that it has: a name and how to get there. */
function states(files) {
  return [
    ['home', (page) => page.goto('/')],
    ['not found', (page) => page.goto('/no-such-page')],
    ['check, empty', (page) => openCheck(page)],
    [
      'check, running',
      async (page) => {
        await openCheck(page);
        await choose(page, files.large, files.large);
        await page.locator('.queue progress').first().waitFor();
      },
    ],
    [
      'check, result',
      async (page) => {
        await openCheck(page);
        await choose(page, files.iptc);
        await verdicts(page);
        await page.$$eval('.report details', (all) => all.forEach((each) => (each.open = true)));
      },
    ],
    [
      'check, several',
      async (page) => {
        await openCheck(page);
        await choose(page, files.longName, files.empty, files.aigc);
        await page.locator('.queue .verdicts').nth(1).waitFor();
      },
    ],
    [
      'check, error',
      async (page) => {
        await openCheck(page);
        await choose(page, files.garbage);
        await page.getByText('mime_not_allowed').waitFor();
      },
    ],
    [
      'check, interview',
      async (page) => {
        await openCheck(page);
        await choose(page, files.plain, files.iptc);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        await page.getByLabel('Who are you?').selectOption('platform');
        await page.getByText('Day of the check, provider, regions').click();
      },
    ],
    [
      'label, settings',
      async (page) => {
        await answerApi(page, { session: { status: 200, body: session } });
        await page.goto('/label');
        await choose(page, files.iptc, files.plain);
        await page.getByLabel('Draw a visible label').check();
      },
    ],
    [
      'label, signed out',
      async (page) => {
        await answerApi(page, { session: { status: 401 } });
        await page.goto('/label');
        await page.getByText('Or use an API key').click();
      },
    ],
    [
      'verify, result',
      async (page) => {
        await page.route(/\/api\/v1\//, (route) =>
          route.fulfill({ status: 404, json: { error: { code: 'not_found', message: 'No.' }, requestId: 'r' } }),
        );
        await page.goto('/verify');
        await choose(page, files.iptc);
        await page.getByText('Not labelled here.', { exact: true }).first().waitFor();
      },
    ],
    [
      'verify, found by a watermark',
      async (page) => {
        const facts = {
          mime: 'image/jpeg',
          sizeBytes: 482_311,
          watermarkPayloadId: 'wm_abcdefghijklm',
          signerFingerprint: `SHA256:${'Ab1Cd2'.repeat(7)}`,
          signedAt: '2026-05-19T10:24:11.000Z',
        };
        await page.route(/\/api\/v1\//, (route) =>
          route.fulfill({
            json: { data: { payloadId: facts.watermarkPayloadId, assets: [facts, facts] }, requestId: 'r' },
          }),
        );
        await page.goto('/verify#wm_abcdefghijklm');
        await page.locator('.search dl').nth(1).waitFor();
      },
    ],
    ['docs', (page) => page.goto('/docs')],
    ['docs, laws', (page) => page.goto('/docs/laws')],
    ['docs, rules', (page) => page.goto('/docs/rules')],
    ['docs, API', (page) => page.goto('/docs/api')],
    [
      'sign-in, form',
      async (page) => {
        await answerApi(page, { session: { status: 401 } });
        await page.goto('/sign-in');
        await page.getByLabel('Password').waitFor();
      },
    ],
    [
      'sign-in, refused',
      async (page) => {
        await answerApi(page, { session: { status: 401 }, signIn: { status: 401 } });
        await page.goto('/sign-in');
        await page.getByLabel('E-mail').fill('a@example.org');
        await page.getByLabel('Password').fill('wrong');
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        await page.getByRole('alert').waitFor();
      },
    ],
    ['dashboard, overview', (page) => openDashboard(page)],
    [
      'dashboard, events',
      async (page) => {
        await openDashboard(page, '#events');
        await page.getByText('photo-19.jpg').waitFor();
      },
    ],
    ...['keys', 'clients', 'signing', 'requests', 'admin-log', 'members', 'workspace', 'sessions'].map((section) => [
      `dashboard, ${section}`,
      async (page) => {
        await openDashboard(page, `#${section}`);
        await page.locator('section .card').first().waitFor();
      },
    ]),
    [
      'dashboard, new key',
      async (page) => {
        await openDashboard(page, '#keys');
        await page.getByRole('button', { name: 'New key' }).click();
      },
    ],
    [
      'dashboard, entry of the admin log',
      async (page) => {
        await openDashboard(page, '#admin-log');
        await page.getByText('API key made').first().click();
        await page.getByText('label assets').first().waitFor();
      },
    ],
    [
      'dashboard, verified chain',
      async (page) => {
        await openDashboard(page, '#admin-log');
        await page.getByRole('button', { name: 'Verify the chain' }).click();
        await page.getByText('The chain is whole.').waitFor();
        await page.getByText('Compare with an earlier result').click();
      },
    ],
    [
      'dashboard, broken chain',
      async (page) => {
        const fault = { kind: 'altered', seq: 17, table: 'event', rowId: 'evt_01JV0000000000000000000000' };
        const rest = manager();
        await openDashboard(page, '#admin-log', (query, path, request) =>
          path.endsWith('/chain')
            ? { status: 200, body: { verified: { seq: 16, head: 'c'.repeat(64) }, complete: false, fault } }
            : rest(query, path, request),
        );
        await page.getByRole('button', { name: 'Verify the chain' }).click();
        await page.getByText('The chain is broken.').waitFor();
      },
    ],
    [
      'dashboard, question',
      async (page) => {
        await openDashboard(page, '#members');
        await page.getByRole('button', { name: 'Remove grace@example.org' }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'dashboard, asked for a passkey',
      async (page) => {
        const rest = manager();
        const none = (query, path, request) =>
          path.endsWith('/passkeys') ? { status: 200, body: { data: [] } } : rest(query, path, request);
        await openDashboard(page, '', none, { ...session, passkeyRequired: true });
        await page.getByRole('button', { name: 'Make the passkey' }).waitFor();
      },
    ],
    [
      'dashboard, asked who it is',
      async (page) => {
        const rest = manager();
        const refusal = {
          status: 403,
          body: { error: { code: 'reauthentication_required', message: 'Confirm.' }, requestId: 'r' },
        };
        await openDashboard(page, '#sessions', (query, path, request) =>
          path.endsWith('/passkeys/options') ? refusal : rest(query, path, request),
        );
        await page.getByLabel('Name', { exact: true }).fill('Laptop');
        await page.getByRole('button', { name: 'Make the passkey' }).click();
        await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor();
      },
    ],
    [
      'invitation, an address to prove',
      async (page) => {
        const offer = {
          workspaceName: 'Newsroom',
          role: 'labeler',
          email: null,
          expiresAt: '2026-12-21T10:30:00.000Z',
        };
        const assets = (_, path) =>
          path.endsWith('/accept') ? { status: 202, body: {} } : { status: 200, body: offer };
        await answerApi(page, { session: { status: 401 }, assets });
        await page.goto('/invitation#abc.def');
        await page.getByRole('button', { name: 'Send me the link' }).waitFor();
      },
    ],
    [
      'dashboard, certificate',
      async (page) => {
        await openDashboard(page, '#events/evt_0');
        await page.getByRole('button', { name: 'Show the certificate' }).click();
        await page.getByRole('article').waitFor();
      },
    ],
  ];
}

/** What stands out of the window: at 400 %, and with letters of 200 %. Changes the size of the window. */
async function assertFitsEnlarged(page) {
  // 1280 by 1024 at 400 % is 320 by 256 (WCAG 2.2, 1.4.10).
  await page.setViewportSize({ width: 320, height: 256 });
  assert.equal(await overflow(page), '', '400 %');
  // WCAG 2.2, 1.4.4: the letters alone grow.
  await page.setViewportSize({ width: 1280, height: 1024 });
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  assert.equal(await overflow(page), '', 'letters of 200 %');
  const cut = await page.$$eval('button, .button, .badge, nav a, h1, h2, h3, label, select, th', (all) =>
    all
      .filter(
        (each) =>
          each.getClientRects().length > 0 &&
          !each.closest('.visually-hidden') &&
          getComputedStyle(each).overflow !== 'visible',
      )
      .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)
      .map((each) => each.textContent.trim().slice(0, 40)),
  );
  assert.deepEqual(cut, [], 'letters of 200 %');
}

export function accessTests(files) {
  return [
    // One test, because opening a state takes longer than examining it.
    ...states(files).map(([name, open]) => ({
      name: `axe and zoom: ${name}, in light, dark and forced colours, at 400 % and with letters of 200 %`,
      options: { colorScheme: 'light', reducedMotion: 'reduce', serviceWorkers: 'block' },
      async run({ page }) {
        await open(page);
        assert.deepEqual(await axe(page), [], 'light');
        await page.emulateMedia({ colorScheme: 'dark' });
        assert.deepEqual(await axe(page, OF_COLOURS), [], 'dark');
        await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
        assert.deepEqual(await axe(page, OF_COLOURS), [], 'forced colours');
        await page.emulateMedia({ forcedColors: 'none' });
        await assertFitsEnlarged(page);
      },
    })),
    ...states(files).map(([name, open]) => ({
      name: `320 px: ${name} fits`,
      options: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, serviceWorkers: 'block' },
      async run({ page }) {
        await open(page);
        assert.equal(await overflow(page), '');
      },
    })),
    {
      name: 'targets: everything to press is at least 24 px high, on a phone',
      options: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc, files.plain);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        const small = await page.$$eval('button, summary, select, nav a', (all) =>
          all
            .map((each) => ({ box: each.getBoundingClientRect(), text: each.textContent.trim().slice(0, 40) }))
            .filter(({ box }) => box.height > 1 && (box.height < 24 || box.width < 24))
            .map(({ box, text }) => `${text}: ${Math.round(box.width)} x ${Math.round(box.height)}`),
        );
        assert.deepEqual(small, []);
      },
    },
    {
      name: 'no JavaScript: every page says what it is for',
      options: { javaScriptEnabled: false },
      async run({ page }) {
        await page.goto('/');
        assert.match(await page.locator('main').innerText(), /Regulation \(EU\) 2024\/1689/);
        await page.goto('/check');
        assert.match(await page.locator('main').innerText(), /needs JavaScript[\s\S]*labeler check FILE/);
        await page.goto('/sign-in');
        assert.match(await page.locator('main').innerText(), /needs JavaScript/);
        await page.goto('/label');
        assert.match(await page.locator('main').innerText(), /signed Content Credentials[\s\S]*POST \/api\/v1\/label/);
        await page.goto('/verify');
        assert.match(await page.locator('main').innerText(), /GET \/api\/v1\/verify/);
      },
    },
    {
      name: 'appearance: the choice is kept, and undone by System',
      options: { colorScheme: 'light' },
      async run({ page }) {
        const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await page.goto('/');
        const light = await background();
        await page.getByLabel('Appearance').selectOption('dark');
        const dark = await background();
        assert.notEqual(dark, light);
        await page.goto('/check');
        assert.equal(await background(), dark);
        await page.getByLabel('Appearance').selectOption('system');
        assert.equal(await background(), light);
        await page.reload();
        assert.equal(await background(), light);
      },
    },
    ...[
      '/',
      '/check',
      '/label',
      '/verify',
      '/docs',
      '/docs/api',
      '/sign-in',
      '/invitation',
      '/dashboard',
      '/no-such-page',
    ].map((path) => ({
      name: `size: ${path} loads at most 40 KB of JavaScript, gzipped`,
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        // For somebody who is not signed in, whichever server there is.
        await page.route(/\/api\/v1\/session$/, (route) =>
          route.fulfill({ status: 401, json: { error: { code: 'session_required', message: '' }, requestId: 'r' } }),
        );
        // Asked for here: a page that leads elsewhere takes the bodies that it loaded with it.
        const scripts = [];
        await page.route(/\.js$/, async (route) => {
          const ofThisPage = new URL(route.request().frame().url()).pathname === path;
          const response = await route.fetch();
          if (ofThisPage) scripts.push(await response.body());
          await route.fulfill({ response });
        });
        await page.goto(path, { waitUntil: 'networkidle' });
        const total = scripts.reduce((sum, script) => sum + gzipSync(script).length, 0);
        assert.ok(total > 0 && total <= SCRIPT_BUDGET, `${total} bytes in ${scripts.length} files`);
      },
    })),
    ...[
      '/',
      '/check',
      '/label',
      '/verify',
      '/sign-in',
      '/invitation',
      '/dashboard',
      '/dashboard#sessions',
      '/dashboard#workspace',
      '/docs/api',
    ]
      .flatMap((path) => [
        [path, 1100],
        [path, 390],
      ])
      .map(([path, width]) => ({
        name: `layout: ${path} does not jump when it comes alive, ${width} px`,
        options: { viewport: { width, height: 800 }, serviceWorkers: 'block' },
        async run({ page }) {
          await answerApi(page, { session: { status: 401 } });
          await page.addInitScript(() => {
            globalThis.shift = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
            }).observe({ type: 'layout-shift', buffered: true });
          });
          // Whoever is signed out is led away from the dashboard.
          await (path.startsWith('/dashboard')
            ? openDashboard(page, path.slice('/dashboard'.length))
            : page.goto(path));
          await page.locator('[data-choice=language]').waitFor();
          await page.waitForTimeout(300);
          const shift = await page.evaluate(() => globalThis.shift);
          assert.ok(shift < 0.05, `cumulative layout shift ${shift}`);
        },
      })),
  ];
}
