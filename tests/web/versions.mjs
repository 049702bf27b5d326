// A page in the time it is open: a new version comes, the network goes, the engine is slow, somebody goes elsewhere and
// back, or opens it twice.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choose, launch, openCheck, readReport, root, verdicts } from './harness.mjs';
import { serve } from './server.mjs';

const dist = join(root, 'web/dist');
/** Another version of the built site: the same, but that every hashed file has another hash, and the site another version. */
function nextVersion(folder) {
  cpSync(dist, folder, { recursive: true });
  const assets = join(folder, 'assets');
  const renamed = readdirSync(assets).map((name, index) => [name, name.replace(/[\w-]{8}(?=\.\w+$)/, `NEXT${String(index).padStart(4, '0')}`)]);
  for (const [from, to] of renamed) renameSync(join(assets, from), join(assets, to));
  const { version } = JSON.parse(readFileSync(join(dist, 'build.json'), 'utf8'));
  const next = version.replace(/./g, '0');
  for (const path of readdirSync(folder, { recursive: true }).filter((each) => /\.(?:js|css|html|json)$|_headers$/.test(each))) {
    let text = readFileSync(join(folder, path), 'utf8').replaceAll(version, next);
    for (const [from, to] of renamed) text = text.replaceAll(from, to);
    writeFileSync(join(folder, path), text);
  }
  return { version, next, renamed };
}

const caches = (page) => page.evaluate(() => globalThis.caches.keys());
const kept = (page, path) => page.waitForFunction((each) => globalThis.caches.match(each).then(Boolean), path);

/** Paths below `/assets/` that a page asks for from now on. */
function assetsOf(page) {
  const paths = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/assets/')) paths.push(pathname);
  });
  return paths;
}

export function versionTests(files) {
  return [
    {
      name: 'versions: an open page works on when a new one comes, and the next visit gets that one whole, offline too',
      async run({ page, context, trouble }) {
        const site = await serve(dist);
        try {
          const folder = join(files.folder, 'next-version');
          const { version, next, renamed } = nextVersion(folder);
          const old = new Set(renamed.map(([name]) => `/assets/${name}`));
          await page.goto(`${site.url}/check`);
          await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
          await choose(page, files.iptc);
          await verdicts(page);
          await kept(page, [...old].find((path) => path.endsWith('.wasm')));
          await page.locator('#language').selectOption('de');
          await page.getByRole('heading', { name: 'Metadaten', exact: true }).waitFor();

          site.deploy(folder);
          await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()));
          await page.waitForFunction((name) => globalThis.caches.has(name), `labeler-${next}`);
          await page.waitForFunction(() => navigator.serviceWorker.ready.then(({ active, waiting, installing }) => active.state === 'activated' && !waiting && !installing));
          assert.deepEqual(await caches(page), [`labeler-${version}`, `labeler-${next}`]);
          // The page that was open still has all of its own version, and says so where it has not.
          await page.getByRole('button', { name: 'Leeren' }).click();
          await choose(page, files.aigc);
          await verdicts(page);
          await page.locator('#language').selectOption('fr');
          await page.waitForFunction(() => document.querySelector('#language').value === 'de');
          assert.equal(await page.locator('html').getAttribute('lang'), 'de');

          const asked = assetsOf(page);
          await page.reload();
          await page.locator('#native-files').waitFor({ state: 'attached' });
          await choose(page, files.iptc);
          const online = await readReport(page);
          assert.ok(asked.length > 5 && asked.every((path) => path.includes('-NEXT')), asked.join(', '));
          assert.deepEqual(asked.filter((path) => old.has(path)), [], 'two versions were mixed');
          await kept(page, `/assets/${renamed.find(([name]) => name.endsWith('.wasm'))[1]}`);
          await context.setOffline(true);
          asked.length = 0;
          await page.reload();
          await page.locator('#native-files').waitFor({ state: 'attached' });
          assert.equal(await page.locator('html').getAttribute('lang'), 'de', 'the language chosen was lost offline');
          await choose(page, files.iptc);
          assert.equal((await readReport(page)).sha256, online.sha256);
          assert.deepEqual(asked.filter((path) => old.has(path)), [], 'two versions were mixed offline');
          assert.deepEqual(trouble, []);
        } finally {
          await context.setOffline(false);
          site.close();
        }
      },
    },
    {
      name: 'versions: a slow engine is announced while it loads, and can be cancelled',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        let go;
        const wait = new Promise((resolve) => (go = resolve));
        await page.route(/\.wasm$/, async (route) => {
          await wait;
          await route.continue();
        });
        await openCheck(page);
        await choose(page, files.iptc);
        await page.getByText('The engine is being loaded. That happens once.').waitFor();
        assert.equal(await page.locator('.state progress').count(), 1);
        await page.getByRole('button', { name: /^Cancel/ }).click();
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByText('The engine is being loaded. That happens once.').waitFor();
        go();
        await verdicts(page);
        assert.equal(await page.getByText('The engine is being loaded').count(), 0);
      },
    },
    {
      name: 'versions: whoever goes elsewhere and back finds the report again',
      async run({ site }) {
        // The driver switches the browser's own cache of pages off.
        const browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
        try {
          const page = await browser.newPage({ baseURL: site.url });
          await page.addInitScript(() => addEventListener('pageshow', ({ persisted }) => (globalThis.restored = persisted)));
          await openCheck(page);
          await choose(page, files.iptc);
          const before = await verdicts(page);
          await page.getByRole('link', { name: 'Verify', exact: true }).first().click();
          await page.waitForURL('**/verify');
          // The driver waits for a load that does not come.
          await page.evaluate(() => history.back());
          await page.waitForFunction(() => 'restored' in globalThis && location.pathname === '/check');
          assert.equal(await page.evaluate(() => globalThis.restored), true, 'the page was not kept');
          assert.deepEqual(await verdicts(page), before);
          // Its workers live on.
          await choose(page, files.aigc);
          await page.locator('.queue .verdicts').nth(1).waitFor();
        } finally {
          await browser.close();
        }
      },
    },
    {
      name: 'versions: two tabs check at once and do not mix',
      async run({ page, context }) {
        const other = await context.newPage();
        await Promise.all([openCheck(page), openCheck(other)]);
        await Promise.all([choose(page, files.iptc, files.plain), choose(other, files.aigc, files.plain)]);
        await Promise.all([page, other].map((each) => each.locator('.queue .verdicts').nth(1).waitFor()));
        assert.equal((await readReport(page)).filename, 'iptc-ai.png');
        assert.equal((await readReport(other)).filename, 'aigc.png');
        // A language chosen in one is the other's after its next load, not in the middle.
        await page.locator('#language').selectOption('it');
        await page.waitForFunction(() => document.documentElement.lang === 'it');
        assert.equal(await other.locator('html').getAttribute('lang'), 'en');
        await other.reload();
        await other.waitForFunction(() => document.documentElement.lang === 'it');
      },
    },
  ];
}
