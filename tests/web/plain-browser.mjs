// Chromium with one page, spoken to by its protocol's pipe. The driver of the other tests attaches itself to service
// workers too, which keeps a replaced one alive; now and then the script of a page's worker then never comes, or a page
// is asked of the network past them. Here they are left alone, as at home: what depends on them is tested here.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumArgs, chromiumPath, dist } from './harness.mjs';
import { serve } from './server.mjs';

const PATIENCE_MS = 90_000;

/** Starts it. `asked` of the page lists the addresses that it asked for, `trouble` the exceptions that nobody caught. */
async function startPlainBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'labeler-profile-'));
  const args = [
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    ...chromiumArgs,
    'about:blank',
  ];
  const process = spawn(chromiumPath(), args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const [, , , input, output] = process.stdio;

  let lastId = 0;
  const waiting = new Map();
  const asked = [];
  const trouble = [];
  let rest = '';
  output.setEncoding('utf8').on('data', (text) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop();
    for (const { id, result, error, method, params } of messages.map((each) => JSON.parse(each))) {
      if (method === 'Network.requestWillBeSent') asked.push(params.request.url);
      if (method === 'Runtime.exceptionThrown')
        trouble.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      if (error) waiting.get(id)?.reject(new Error(error.message));
      else waiting.get(id)?.resolve(result);
      waiting.delete(id);
    }
  });
  process.on('exit', () => waiting.forEach(({ reject }) => reject(new Error('Chromium ended'))));
  const call = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      input.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
    });

  const { targetInfos } = await call('Target.getTargets');
  const { targetId } = targetInfos.find(({ type }) => type === 'page');
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const inPage = (method, params) => call(method, params, sessionId);
  await Promise.all(['Page', 'DOM', 'Network', 'Runtime'].map((domain) => inPage(`${domain}.enable`)));

  const page = {
    asked,
    trouble,
    /** What a function gives in the page; it may be a promise. */
    async evaluate(task, ...values) {
      const expression = `(${task})(...${JSON.stringify(values)})`;
      const { result, exceptionDetails } = await inPage('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    /** Waits until a function gives something true in the page, and returns that. */
    async until(task, ...values) {
      const end = Date.now() + PATIENCE_MS;
      for (;;) {
        // A page that is being left does not answer.
        const value = await page.evaluate(task, ...values).catch(() => undefined);
        if (value) return value;
        if (Date.now() > end)
          throw new Error(
            `waited for ${task} of ${values}; the page says: ${await page.evaluate(() => document.body.innerText)}`,
          );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    /** Runs a function in every document that comes, before its own scripts. */
    always: (task) => inPage('Page.addScriptToEvaluateOnNewDocument', { source: `(${task})()` }),
    async goto(address) {
      await inPage('Page.navigate', { url: address });
      await page.until((wanted) => location.href === wanted && document.readyState === 'complete', address);
    },
    async reload() {
      await page.evaluate(() => void (globalThis.before = true));
      await inPage('Page.reload');
      await page.until(() => !globalThis.before && document.readyState === 'complete');
    },
    async choose(path) {
      await page.until(() => document.querySelector('#native-files') !== null);
      const { root } = await inPage('DOM.getDocument');
      const { nodeId } = await inPage('DOM.querySelector', { nodeId: root.nodeId, selector: '#native-files' });
      await inPage('DOM.setFileInputFiles', { nodeId, files: [path] });
    },
    /** Gives a file to the check page and returns its `report`. */
    async check(path) {
      await page.choose(path);
      return page.report();
    },
    /** Of the report that the check page shows, what is the same at any time. */
    async report() {
      const report = await page.until(() => {
        const raw = document.querySelector('.report details.raw');
        if (raw) raw.open = true;
        return raw?.querySelector('pre')?.textContent;
      });
      const { sha256, signals, verdicts } = JSON.parse(report);
      return { sha256, signals, verdicts };
    },
    /** Waits until the service worker has kept a file. */
    kept: (path) => page.until((each) => caches.match(each).then(Boolean), path),
  };
  return {
    page,
    async close() {
      const ended = new Promise((resolve) => process.on('exit', resolve));
      await call('Browser.close').catch(() => {});
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Runs a test with a page of such a browser and a site of its own, which it may change, hold up and close. */
export async function withPlainBrowser(run) {
  const site = await serve(dist);
  const browser = await startPlainBrowser();
  try {
    await run({ page: browser.page, site });
    assert.deepEqual(browser.page.trouble, []);
  } finally {
    await browser.close();
    site.close();
  }
}
