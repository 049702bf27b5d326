// A page in the time it is open: a new version comes, the network goes, the engine is slow, somebody goes elsewhere and
// back, or opens it twice.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choose, dist, openCheck, readReport, verdicts } from './harness.mjs';
import { withPlainBrowser } from './plain-browser.mjs';
import { serve } from './server.mjs';

/** Another version of the built site: the same, but that every hashed file has another hash, and the site another version. */
function nextVersion(folder) {
  cpSync(dist, folder, { recursive: true });
  const assets = join(folder, 'assets');
  const renamed = readdirSync(assets).map((name, index) => [
    name,
    name.replace(/[\w-]{8}(?=\.\w+$)/, `NEXT${String(index).padStart(4, '0')}`),
  ]);
  for (const [from, to] of renamed) renameSync(join(assets, from), join(assets, to));
  const { version } = JSON.parse(readFileSync(join(dist, 'build.json'), 'utf8'));
  const next = version.replace(/./g, '0');
  for (const path of readdirSync(folder, { recursive: true }).filter((each) =>
    /\.(?:js|css|html|json)$|_headers$/.test(each),
  )) {
    let text = readFileSync(join(folder, path), 'utf8').replaceAll(version, next);
    for (const [from, to] of renamed) text = text.replaceAll(from, to);
    writeFileSync(join(folder, path), text);
  }
  return { version, next, renamed };
}

export function versionTests(files) {
  return [
    {
      name: 'versions: an open page works on when a new one comes, and the next visit gets that one whole, offline too',
      run: () =>
        withPlainBrowser(async ({ page, site }) => {
          const folder = join(files.folder, 'next-version');
          const { version, next, renamed } = nextVersion(folder);
          const old = new Set(renamed.map(([name]) => `/assets/${name}`));
          const engineOf = (index) => `/assets/${renamed.find(([name]) => name.endsWith('.wasm'))[index]}`;
          const language = () => page.evaluate(() => document.documentElement.lang);
          const speak = (tag) =>
            page.evaluate((value) => {
              const select = document.querySelector('#language');
              select.value = value;
              select.dispatchEvent(new Event('change', { bubbles: true }));
            }, tag);

          await page.goto(`${site.url}/check`);
          await page.until(() => navigator.serviceWorker.controller !== null);
          await page.check(files.iptc);
          await page.kept(engineOf(0));
          await speak('de');
          await page.until(() => document.documentElement.lang === 'de');

          site.deploy(folder);
          await page.evaluate(() =>
            navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => {}),
          );
          await page.until((name) => caches.has(name), `labeler-${next}`);
          await page.until(() =>
            navigator.serviceWorker.ready.then(
              ({ active, waiting, installing }) => active.state === 'activated' && !waiting && !installing,
            ),
          );
          const versions = await page.evaluate(async () =>
            (await caches.keys()).filter((name) => name.startsWith('labeler-')),
          );
          assert.deepEqual(versions, [`labeler-${version}`, `labeler-${next}`]);
          // The page that was open still has all of its own version, and says so where it has not.
          await page.evaluate(() =>
            [...document.querySelectorAll('button')].find((button) => button.textContent.trim() === 'Leeren').click(),
          );
          await page.until(() => document.querySelector('.report') === null);
          await page.check(files.aigc);
          await speak('fr');
          await page.until(() => document.querySelector('#language').value === 'de');
          assert.equal(await language(), 'de');

          const visit = async () => {
            const before = page.asked.length;
            await page.reload();
            const report = await page.check(files.iptc);
            const asked = page.asked
              .slice(before)
              .map((address) => new URL(address).pathname)
              .filter((path) => path.startsWith('/assets/'));
            assert.ok(asked.length > 5 && asked.every((path) => path.includes('-NEXT')), asked.join(', '));
            assert.deepEqual(
              asked.filter((path) => old.has(path)),
              [],
              'two versions were mixed',
            );
            assert.equal(await language(), 'de', 'the language chosen was lost');
            return report;
          };
          site.seen.length = 0;
          const online = await visit();
          assert.deepEqual(
            site.seen.filter((path) => old.has(path)),
            [],
            'the site was asked for the version before',
          );
          await page.kept(engineOf(1));
          site.close();
          assert.deepEqual(await visit(), online, 'offline');
        }),
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
      name: 'versions: a download of the engine that breaks off is begun once more, and the page says so if that does not help',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        const site = await serve(dist);
        try {
          const engine = `/assets/${readdirSync(join(dist, 'assets')).find((name) => /^labeler_browser_bg-.*\.wasm$/.test(name))}`;
          const downloads = () => site.seen.filter((path) => path === engine).length;
          site.breakOff(engine, 2);
          await page.goto(`${site.url}/check`);
          await choose(page, files.iptc);
          await page.getByText('engine_unavailable').waitFor();
          assert.equal(downloads(), 2);
          site.breakOff(engine, 1);
          await page.getByRole('button', { name: 'Try again' }).click();
          await verdicts(page);
          assert.equal(downloads(), 4);
        } finally {
          site.close();
        }
      },
    },
    {
      name: 'versions: whoever goes elsewhere and back finds the report again, on a first visit too',
      // The driver switches the browser's own cache of pages off.
      run: () =>
        withPlainBrowser(async ({ page, site }) => {
          const back = async () => {
            await page.evaluate(() => history.back());
            await page.until(() => location.pathname === '/check' && globalThis.restored !== undefined);
            const reasons = await page.evaluate(() =>
              JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons),
            );
            assert.equal(await page.evaluate(() => globalThis.restored), true, `the page was not kept: ${reasons}`);
          };
          const elsewhere = async () => {
            await page.evaluate(() => document.querySelector('nav a[href="/verify"]').click());
            await page.until(() => location.pathname === '/verify' && document.readyState === 'complete');
          };
          await page.always(() => {
            addEventListener('pagehide', () => delete globalThis.restored);
            addEventListener('pageshow', ({ persisted }) => (globalThis.restored = persisted));
          });
          // The service worker comes when the page that asked for it is one to go back to.
          const arrive = site.hold('/sw.js');
          await page.goto(`${site.url}/check`);
          const report = await page.check(files.iptc);
          await elsewhere();
          arrive();
          await page.until(() => navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated'));
          await back();
          assert.deepEqual(await page.report(), report);
          // Its workers live on.
          await page.choose(files.aigc);
          await page.until(() => document.querySelectorAll('.queue .verdicts').length === 2);
          // And so it is on every later visit.
          await page.goto(`${site.url}/check`);
          await page.until(() => navigator.serviceWorker.controller !== null);
          assert.deepEqual(await page.check(files.iptc), report);
          await elsewhere();
          await back();
          assert.deepEqual(await page.report(), report);
        }),
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
