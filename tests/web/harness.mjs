// Chromium, the site, and a plain runner: one line per test, `N passed, N failed` at the end.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
export const { chromium } = require('playwright-core');
const { getDocumentProxy } = require('unpdf');
export const axeSource = require('axe-core').source;

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The site as it was built. */
export const dist = join(root, 'web/dist');

/** The folder with real files, when there is one. */
export function corpus() {
  const folder = process.env.LABELER_CORPUS ?? fileURLToPath(new URL('../../../shared/corpus', import.meta.url));
  return existsSync(folder) ? folder : undefined;
}

export const chromiumPath = () => process.env.LABELER_CHROMIUM ?? process.env.CHROMIUM ?? '/usr/bin/chromium';

// Chromium's own sandbox does not start inside most containers.
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
];

export function launch(options = {}) {
  return chromium.launch({ executablePath: chromiumPath(), args: chromiumArgs, ...options });
}

export class Skip extends Error {}

/** Ends the test as skipped. */
export function skip(reason) {
  throw new Skip(reason);
}

// Generous: a loaded machine must not fail a test. Without it, one wait without an end would hide which test it was.
const TEST_LIMIT_MS = 300_000;

/** Rejects when `work` has not ended in time. */
async function withLimit(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${TEST_LIMIT_MS / 1000} s`)), TEST_LIMIT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the tests one after the other and returns how many passed and failed. */
export async function runAll(tests, { browser, site, only }) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, run, options = {} } of tests) {
    if (only && !name.includes(only)) continue;
    const context = await browser.newContext({
      viewport: { width: 1100, height: 800 },
      acceptDownloads: true,
      ...options,
      baseURL: site.url,
    });
    context.setDefaultTimeout(90_000);
    const page = await context.newPage();
    const trouble = [];
    page.on('pageerror', (error) => trouble.push(`page error: ${error.message}`));
    try {
      const began = Date.now();
      await withLimit(run({ page, context, site, trouble }));
      counts.passed += 1;
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(`ok   ${name}${seconds >= 5 ? ` (${seconds} s)` : ''}`);
    } catch (error) {
      if (error instanceof Skip) {
        counts.skipped += 1;
        console.log(`skip ${name}: ${error.message}`);
      } else {
        counts.failed += 1;
        console.log(
          `FAIL ${name}\n     ${String(error?.stack ?? error)
            .split('\n')
            .slice(0, 6)
            .join('\n     ')}`,
        );
        for (const line of trouble) console.log(`     ${line}`);
      }
    } finally {
      // An answer that is still being invented when its page goes is no failure, of this test or of the whole run.
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    }
  }
  return counts;
}

/** Opens the check page and waits until it is alive. */
export async function openCheck(page) {
  await page.goto('/check');
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
}

/** Gives files to the page by its native control. */
export async function choose(page, ...paths) {
  await page.setInputFiles('#native-files', paths);
}

/** Drops real files (or folders) from outside the browser onto the page. */
export async function dropFiles(page, paths, { x = 500, y = 400 } = {}) {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await client.send('Input.dispatchDragEvent', { type, x, y, data });
  }
  await client.detach();
}

/**
 * Waits until the shown report includes every answer and its deep search for a watermark has ended. Until then its questions
 * can change places.
 */
export function settled(page) {
  return page.waitForFunction(
    () => document.querySelector('.interview[aria-busy="true"], .deep-search[aria-busy="true"]') === null,
  );
}

/** The report that the page shows, as the engine wrote it. */
export async function readReport(page) {
  const raw = page.locator('details.raw');
  await raw.waitFor();
  await settled(page);
  if ((await raw.getAttribute('open')) === null) await raw.locator('summary').click();
  await page.waitForFunction(() => document.querySelector('details.raw pre')?.textContent !== '');
  return JSON.parse(await raw.locator('pre').textContent());
}

/** The verdict words on the cards, by region. */
export async function verdicts(page) {
  await page.locator('.report .verdicts').waitFor();
  await settled(page);
  return page.$$eval('.report .verdicts > li', (cards) =>
    Object.fromEntries(
      cards.map((card) => [
        card.querySelector('h3').textContent.trim(),
        card.querySelector('.badge').textContent.trim(),
      ]),
    ),
  );
}

/** What axe finds, as lines; empty when it finds nothing. Examines all rules of WCAG 2.2 AA and good practice, or `rules`. */
export async function axe(page, rules) {
  await page.evaluate(axeSource);
  return page.evaluate(async (rules) => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags };
    const { violations } = await globalThis.axe.run(document, { runOnly });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
  }, rules);
}

/** How far the page is wider than its window, in pixels, and what sticks out. */
export function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = document.documentElement.scrollWidth - width;
    if (wide <= 0) return '';
    const out = [...document.body.querySelectorAll('*')].filter(
      (each) => each.getBoundingClientRect().right > width + 1,
    );
    return `${wide} px: ${out
      .slice(0, 3)
      .map((each) => `${each.tagName}.${each.className}`)
      .join(', ')}`;
  });
}

/**
 * What a PDF says, page by page: its text, and the words that lie over others. Letters reach about 0.8 of their size
 * above the line they stand on and 0.2 below it; the boxes are drawn closer than that.
 */
export async function readPdf(bytes) {
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const pages = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    const words = items
      .filter(({ str }) => str?.trim())
      .map(({ str, transform: [, , , size, left, line], width }) => ({
        str,
        left,
        right: left + width,
        low: line,
        high: line + size * 0.5,
      }));
    const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.low < b.high && b.low < a.high;
    const overlaid = words.filter((word, index) => words.some((other, at) => at < index && over(word, other)));
    const text = items.map(({ str, hasEOL }) => `${str ?? ''}${hasEOL ? '\n' : ''}`).join('');
    pages.push({ text, overlaid: overlaid.map(({ str }) => str) });
  }
  return pages;
}

/** Registers a check that no policy is violated; call the result at the end. */
export async function watchPolicy(page) {
  await page.addInitScript(() => {
    globalThis.policyViolations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.policyViolations.push(`${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
  return () => page.evaluate(() => globalThis.policyViolations);
}
