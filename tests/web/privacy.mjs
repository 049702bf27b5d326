// Nothing leaves the page: what the browser enforces, what the page asks for, and that it works without a network.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { choose, dist, openCheck, verdicts, watchPolicy } from './harness.mjs';
import { withPlainBrowser } from './plain-browser.mjs';

const documents = [
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
];

/** A policy as a map from directive to its sources. */
function parsePolicy(text) {
  return Object.fromEntries(
    text.split(';').map((part) =>
      part
        .trim()
        .split(/\s+(.*)/s)
        .slice(0, 2),
    ),
  );
}

export function privacyTests(files) {
  return [
    {
      name: 'headers: every document has a strict policy and the usual guards',
      async run({ context }) {
        for (const path of documents) {
          const response = await context.request.get(path);
          assert.equal(response.status(), path === '/no-such-page' ? 404 : 200, path);
          const headers = response.headers();
          const policy = headers['content-security-policy'] ?? '';
          assert.match(policy, /default-src 'none'/, path);
          assert.doesNotMatch(policy, /unsafe-|\*|https?:/, path);
          const parsed = parsePolicy(policy);
          assert.equal(parsed['require-trusted-types-for'], "'script'", path);
          assert.equal(parsed['frame-ancestors'], "'none'", path);
          assert.equal(headers['x-content-type-options'], 'nosniff', path);
          assert.equal(headers['referrer-policy'], 'no-referrer', path);
          assert.equal(headers['cross-origin-opener-policy'], 'same-origin', path);
          assert.match(headers['permissions-policy'], /camera=\(\)/, path);
        }
      },
    },
    {
      name: 'headers: the check page and its worker may connect to nothing',
      async run({ context }) {
        const page = parsePolicy((await context.request.get('/check')).headers()['content-security-policy']);
        assert.equal(page['connect-src'], "'none'");
        assert.equal(page['form-action'], "'none'");
        assert.equal(page['img-src'], 'blob: data:');
        const { files: built } = await (await context.request.get('/build.json')).json();
        const worker = Object.keys(built).find((path) => path.includes('check.worker'));
        const headers = (await context.request.get(worker)).headers();
        assert.deepEqual(parsePolicy(headers['content-security-policy']), {
          'default-src': "'none'",
          'script-src': "'wasm-unsafe-eval'",
          'connect-src': "'none'",
        });
        assert.match(headers['cache-control'], /immutable/);
        const wasm = Object.keys(built).find((path) => path.endsWith('.wasm'));
        assert.equal((await context.request.get(wasm)).headers()['content-type'], 'application/wasm');
      },
    },
    {
      name: 'privacy: a whole check asks this site for its own files, by GET, and violates no policy',
      async run({ page, site }) {
        const violations = await watchPolicy(page);
        const requests = [];
        page.context().on('request', (request) => requests.push(request));
        await openCheck(page);
        await choose(page, files.iptc, files.plain);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        await page.waitForTimeout(500);
        assert.ok(requests.length > 3);
        for (const request of requests) {
          const url = request.url();
          if (url.startsWith('blob:') || url.startsWith('data:')) continue;
          assert.equal(request.method(), 'GET', url);
          assert.equal(new URL(url).origin, new URL(site.url).origin, url);
          assert.equal(new URL(url).search, '', `${url} carries a query`);
          assert.equal(request.postDataBuffer(), null, url);
        }
        assert.deepEqual(await violations(), []);
      },
    },
    {
      name: 'privacy: the browser refuses whatever else the page might try',
      async run({ page, site }) {
        const reached = [];
        page.context().on('response', (response) => {
          if (response.url().includes('leak')) reached.push(response.url());
        });
        await openCheck(page);
        await choose(page, files.plain);
        await verdicts(page);
        const outcome = await page.evaluate(async () => {
          const attempt = async (run) => {
            try {
              await run();
              return 'went through';
            } catch {
              return 'refused';
            }
          };
          const event = (target, good, bad) =>
            new Promise((resolve, reject) => {
              target.addEventListener(good, resolve);
              target.addEventListener(bad, reject);
            });
          return {
            fetch: await attempt(() => fetch('/leak-fetch', { method: 'POST', body: 'secret' })),
            xhr: await attempt(() => {
              const request = new XMLHttpRequest();
              request.open('POST', '/leak-xhr', false);
              request.send('secret');
            }),
            socket: await attempt(() => {
              const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/leak-socket`);
              return event(socket, 'open', 'error');
            }),
            events: await attempt(() => {
              const source = new EventSource('/leak-events');
              return event(source, 'open', 'error');
            }),
            image: await attempt(() => {
              const image = new Image();
              const done = event(image, 'load', 'error');
              image.src = '/leak-image?secret';
              return done;
            }),
            beacon: await attempt(() => void navigator.sendBeacon('/leak-beacon', 'secret')),
            form: await attempt(() => {
              const form = document.createElement('form');
              form.method = 'post';
              form.action = '/leak-form';
              document.body.append(form);
              form.submit();
            }),
          };
        });
        // A beacon and a form say nothing when they are refused: what counts is that nothing arrived.
        for (const way of ['fetch', 'xhr', 'socket', 'events', 'image']) assert.equal(outcome[way], 'refused', way);
        await page.waitForTimeout(500);
        assert.deepEqual(reached, []);
        if (site.seen)
          assert.deepEqual(
            site.seen.filter((path) => path.includes('leak')),
            [],
          );
        assert.match(page.url(), /\/check$/);
      },
    },
    {
      name: 'privacy: so does it refuse the worker that reads the files',
      async run({ page, site }) {
        await openCheck(page);
        await choose(page, files.plain);
        await verdicts(page);
        const worker = page.workers().find((each) => each.url().includes('check.worker'));
        assert.ok(worker, 'no worker runs');
        const outcome = await worker.evaluate(async () => {
          const attempt = (run) =>
            run().then(
              () => 'went through',
              () => 'refused',
            );
          return [
            await attempt(() => fetch('/leak-worker', { method: 'POST', body: 'secret' })),
            await attempt(() => fetch('/', { mode: 'no-cors' })),
            await attempt(() => import('/leak-import.js?secret')),
            await attempt(
              () =>
                new Promise((resolve, reject) => {
                  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/leak-worker-socket`);
                  socket.onopen = resolve;
                  socket.onerror = reject;
                }),
            ),
          ];
        });
        assert.deepEqual(outcome, ['refused', 'refused', 'refused', 'refused']);
        if (site.seen)
          assert.deepEqual(
            site.seen.filter((path) => path.includes('leak')),
            [],
          );
      },
    },
    {
      name: 'offline: after the first check the page works without a network',
      run: () =>
        withPlainBrowser(async ({ page, site }) => {
          await page.goto(`${site.url}/check`);
          const online = await page.check(files.iptc);
          const built = Object.keys(JSON.parse(readFileSync(join(dist, 'build.json'), 'utf8')).files);
          // The dashboard's words are a file of their own.
          const isShared = (path) =>
            path.includes('locale-en-') && readFileSync(join(dist, path), 'utf8').includes('nav.skip');
          for (const wanted of [(path) => path.endsWith('.wasm'), isShared]) await page.kept(built.find(wanted));
          site.close();
          await page.reload();
          const policy = await page.evaluate(async () => {
            const refusal = new Promise((resolve) =>
              document.addEventListener('securitypolicyviolation', resolve, { once: true }),
            );
            await fetch('/').catch(() => {});
            return (await refusal).effectiveDirective;
          });
          assert.equal(policy, 'connect-src', 'the cached page lost its policy');
          assert.deepEqual(await page.check(files.iptc), online);
        }),
    },
    {
      name: 'offline: a visitor who never checks does not load the engine',
      async run({ page }) {
        const requests = [];
        page.context().on('request', (request) => requests.push(request.url()));
        await page.goto('/');
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
        await page.waitForTimeout(500);
        assert.deepEqual(
          requests.filter((url) => url.endsWith('.wasm')),
          [],
        );
      },
    },
    {
      name: 'privacy: no policy is violated on any page',
      async run({ page }) {
        const violations = await watchPolicy(page);
        for (const path of documents) {
          await page.goto(path);
          await page.waitForTimeout(200);
          assert.deepEqual(await violations(), [], path);
        }
      },
    },
    {
      name: 'privacy: markup cannot be injected',
      async run({ page }) {
        await openCheck(page);
        const outcome = await page.evaluate(() => {
          try {
            document.body.insertAdjacentHTML('beforeend', '<p>injected</p>');
            return 'went through';
          } catch {
            return 'refused';
          }
        });
        assert.equal(outcome, 'refused');
      },
    },
  ];
}
