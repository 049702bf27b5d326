// Pictures of every page in light, dark, forced colours and at the width of a phone, or of those whose name contains one of
// the arguments: `node tests/web/screenshots.mjs [PAGE…]`
//
// Writes to screenshots/ (ignored by git). Needs web/dist; the API's answers are invented.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answerApi, session } from './account.mjs';
import { manager } from './dashboard.mjs';
import { choose, dist, launch, root } from './harness.mjs';
import { serve } from './server.mjs';

const sample = (name) => join(root, 'web/src/samples', `${name}.jpg`);
const wide = { viewport: { width: 1280, height: 800 } };
const looks = {
  light: { ...wide, colorScheme: 'light' },
  dark: { ...wide, colorScheme: 'dark' },
  forced: { ...wide, forcedColors: 'active' },
  phone: { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

const pages = {
  home: (page) => page.goto('/'),
  check: (page) => page.goto('/check'),
  report: async (page) => {
    await page.goto('/check#sample=signed');
    await page.locator('.report').waitFor();
  },
  batch: async (page) => {
    await page.goto('/check');
    await choose(page, sample('iptc'), sample('aigc'), sample('plain'));
    await page.locator('.queue .verdicts').nth(2).waitFor();
  },
  label: async (page) => {
    await page.goto('/label');
    await choose(page, sample('plain'), sample('iptc'));
    await page.getByLabel('Draw a visible label').check();
    await page.waitForFunction(() => document.querySelector('figure img')?.naturalWidth > 0);
  },
  verify: (page) => page.goto('/verify'),
  'verify-elsewhere': async (page) => {
    await page.goto('/verify?source=https%3A%2F%2Fmedia.example%2Fphoto.jpg');
    await page.getByRole('alert').waitFor();
  },
  docs: (page) => page.goto('/docs'),
  'docs-api': (page) => page.goto('/docs/api'),
  'docs-rules': (page) => page.goto('/docs/rules'),
  dashboard: async (page) => {
    await page.goto('/dashboard');
    await page.getByText('photo-0.jpg').waitFor();
  },
  events: async (page) => {
    await page.goto('/dashboard#events');
    await page.getByText('photo-0.jpg').waitFor();
  },
  certificate: async (page) => {
    await page.goto('/dashboard#events/evt_0');
    await page.getByRole('button', { name: 'Show the certificate' }).click();
    await page.getByRole('article').waitFor();
  },
  ...Object.fromEntries(
    ['keys', 'clients', 'signing', 'requests', 'admin-log', 'members', 'workspace', 'sessions'].map((section) => [
      section,
      async (page) => {
        await page.goto(`/dashboard#${section}`);
        await page.locator('section .card').first().waitFor();
      },
    ]),
  ),
  chain: async (page) => {
    await page.goto('/dashboard#admin-log');
    await page.getByText('Role of a member changed').first().click();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('The chain is whole.').waitFor();
  },
  'sign-in': async (page) => {
    await page.unrouteAll();
    await answerApi(page, { session: { status: 401 } });
    await page.goto('/sign-in');
    await page.getByLabel('Password').waitFor();
  },
  ...Object.fromEntries(
    ['invitation', 'first-run', 'reset'].map((kind) => [
      kind,
      async (page) => {
        await page.unrouteAll();
        await page.route(/\/api\/v1\//, (route) => {
          const offer = { workspaceName: 'Studio', role: 'labeler', email: 'ada@example.eu' };
          return route.request().url().endsWith('/open')
            ? route.fulfill({ json: offer })
            : route.fulfill({
                status: 401,
                json: { error: { code: 'missing_credentials', message: '' }, requestId: 'r' },
              });
        });
        await page.goto(`/${kind}#id.token`);
        await page.locator('#app form').waitFor();
      },
    ]),
  ),
  missing: (page) => page.goto('/no-such-page'),
};

const only = process.argv.slice(2);
const folder = join(root, 'screenshots');
mkdirSync(folder, { recursive: true });
const site = await serve(dist);
const browser = await launch();
let count = 0;
for (const [look, options] of Object.entries(looks)) {
  for (const [name, open] of Object.entries(pages)) {
    if (only.length > 0 && !only.some((part) => name.includes(part))) continue;
    const context = await browser.newContext({
      ...options,
      baseURL: site.url,
      serviceWorkers: 'block',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await answerApi(page, { session: { status: 200, body: session }, assets: manager() });
    await open(page);
    await page.locator('[data-choice=language]').waitFor();
    await page.waitForTimeout(200);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
    await context.close();
    count += 1;
  }
}
await browser.close();
site.close();
console.log(`${count} pictures in ${folder}`);
