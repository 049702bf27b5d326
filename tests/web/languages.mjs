// Languages: which one is shown, that it is whole, that it alone is loaded, and that longer words fit.

import assert from 'node:assert/strict';
import { answerApi } from './account.mjs';
import { openDashboard } from './dashboard.mjs';
import { choose, openCheck, overflow, verdicts } from './harness.mjs';

const pages = ['/', '/check', '/label', '/verify', '/sign-in', '/no-such-page'];

const dashboard = [
  '',
  '#events',
  '#events/evt_0',
  '#keys',
  '#clients',
  '#signing',
  '#requests',
  '#admin-log',
  '#members',
  '#workspace',
  '#sessions',
];

/** The texts that people see in English although the page is in the pseudo-language, which puts all in brackets. */
function untranslated(page) {
  return page.evaluate(() => {
    const out = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const own = node.parentElement;
      if (
        !own ||
        own.closest('code, pre, script, noscript, [lang]:not(html), .brand, input, time, [translate=no], .file-name')
      )
        continue;
      const text = node.textContent.trim();
      if (!/[a-zA-Z]{3}/.test(text)) continue;
      // A sentence with elements inside it begins and ends elsewhere.
      const block =
        own.closest('[data-t], p, li, h1, h2, h3, button, a, label, option, summary, dt, dd, legend, span') ?? own;
      if (!/[[\]·]/.test(block.textContent)) out.push(text);
    }
    return [...new Set(out)];
  });
}

export function languageTests(files) {
  return [
    {
      name: 'language: the browser’s is taken, and it alone is loaded',
      options: { locale: 'de-AT', serviceWorkers: 'block' },
      async run({ page }) {
        const loaded = [];
        page.on(
          'request',
          (request) => request.url().includes('/locale-') && loaded.push(new URL(request.url()).pathname),
        );
        await openCheckIn(page, 'Dateien auswählen');
        assert.equal(await page.locator('html').getAttribute('lang'), 'de');
        assert.match(await page.locator('h1').innerText(), /Datei/);
        assert.equal(loaded.length, 1, loaded.join(', '));
        assert.match(loaded[0], /locale-de-/);
        assert.equal(await page.title(), 'Datei prüfen · Labeler');
      },
    },
    {
      name: 'language: the address wins over the browser; unknown languages give English',
      options: { locale: 'de', serviceWorkers: 'block' },
      async run({ page }) {
        for (const [lang, expected] of [
          ['fr', 'fr'],
          ['zh-CN', 'zh-Hans'],
          ['xx', 'de'],
          ['en-GB', 'en'],
        ]) {
          await page.goto(`/?lang=${lang}`);
          await page.locator('[data-choice=language]').waitFor();
          assert.equal(await page.locator('html').getAttribute('lang'), expected, lang);
        }
      },
    },
    {
      name: 'language: a change keeps the report that is open, says it anew, and stays',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc);
        await verdicts(page);
        await page.locator('#language').selectOption('de');
        await page.getByRole('heading', { name: 'Metadaten', exact: true }).waitFor();
        assert.equal((await verdicts(page)).China, 'Nicht erfüllt');
        assert.ok('Europäische Union' in (await verdicts(page)));
        // The law's sentences come from their own catalogue; what has no translation says that it is English.
        await page.waitForFunction(() => /KI/.test(document.querySelector('.verdict p')?.textContent ?? ''));
        assert.equal(await page.locator('.verdict p [lang=en]').count(), 0);
        assert.ok((await page.locator('.rule [lang=en]').count()) > 0);
        await page.reload();
        await page.getByRole('button', { name: 'Dateien auswählen' }).waitFor();
        await page.goto('/sign-in');
        await page.locator('[data-choice=language]').waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), 'de');
      },
    },
    {
      name: 'language: nothing on the pages is left in English',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        await answerApi(page, { session: { status: 401 } });
        for (const path of pages) {
          await page.goto(`${path}?lang=en-XA`);
          await page.locator('[data-choice=language]').waitFor();
          await page.waitForTimeout(200);
          assert.deepEqual(await untranslated(page), [], path);
        }
        await page.unrouteAll();
        for (const place of dashboard) {
          await openDashboard(page, `?lang=en-XA${place}`);
          await page.locator('.dash .card, .dash .facts').first().waitFor();
          assert.deepEqual(await untranslated(page), [], place);
        }
      },
    },
    {
      name: 'language: words that are a third longer fit on a phone',
      options: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, serviceWorkers: 'block' },
      async run({ page }) {
        await answerApi(page, { session: { status: 401 } });
        for (const path of pages) {
          await page.goto(`${path}?lang=en-XA`);
          await page.locator('[data-choice=language]').waitFor();
          await page.waitForTimeout(100);
          assert.equal(await overflow(page), '', path);
        }
        await page.unrouteAll();
        for (const place of dashboard) {
          await openDashboard(page, `?lang=en-XA${place}`);
          await page.locator('.dash .card, .dash .facts').first().waitFor();
          assert.equal(await overflow(page), '', place);
        }
        await page.unrouteAll();
        await page.goto('/check?lang=en-XA');
        await page.locator('#native-files').waitFor();
        await choose(page, files.iptc, files.garbage);
        await page.locator('.queue .verdicts').waitFor();
        assert.equal(await overflow(page), '', 'report');
      },
    },
    ...['de', 'fr', 'es', 'it', 'zh-Hans'].map((lang) => ({
      name: `language: ${lang} fits on a phone, with a report`,
      options: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, serviceWorkers: 'block' },
      async run({ page }) {
        await page.goto(`/check?lang=${lang}`);
        await page.locator('#native-files').waitFor();
        await choose(page, files.iptc, files.garbage);
        await page.locator('.queue .verdicts').waitFor();
        await page.locator('.report .verdicts').waitFor();
        assert.equal(await overflow(page), '');
        assert.equal(await page.locator('.verdict p [lang=en]').count(), 0, 'a verdict is in English');
      },
    })),
  ];
}

async function openCheckIn(page, words) {
  await page.goto('/check');
  await page.getByRole('button', { name: words }).waitFor();
}
