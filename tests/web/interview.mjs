// The interview beside a report: what the open verdicts need is asked, and answers change them at once.

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { axe, choose, dropFiles, openCheck, overflow, readReport, settled, verdicts } from './harness.mjs';

const question = 'Did AI make or alter this?';
const eu = 'European Union';

/** The group of a question that is open. */
const group = (page, name = question) => page.locator('.interview .open').getByRole('group', { name });

/** Answers a question, and waits until the report was judged with it. */
async function answer(page, word, name = question) {
  await group(page, name).getByRole('button', { name: word, exact: true }).click();
  await page.locator('.interview .answered', { hasText: name }).waitFor();
  await settled(page);
}

/** What is said to people who do not see the page. */
const status = (page) => page.getByRole('status').textContent();

async function unmarked(page, files) {
  await openCheck(page);
  await choose(page, files.plain);
  await group(page).waitFor();
  await settled(page);
}

export function interviewTests(files) {
  return [
    {
      name: 'interview: an unmarked file is asked about once, and each region says why it is open in one sentence',
      async run({ page }) {
        await unmarked(page, files);
        const words = await verdicts(page);
        for (const region of [eu, 'California', 'China']) assert.equal(words[region], 'Can’t tell', region);
        assert.equal(await group(page).count(), 1);
        const region = page.locator('#region-eu');
        assert.equal(await region.locator('.sentence').count(), 1);
        assert.equal(await region.locator(':scope > .rule').count(), 0, 'a rule repeats the sentence');
        await region.getByText(/rules that wait for this answer/).click();
        assert.ok((await region.locator('details[open] > .rule').count()) > 1);
        assert.match(await region.innerText(), /the day of the check/);
      },
    },
    {
      name: 'interview: an answer changes the verdicts at once, without the file being read again; it is said, kept and cleared',
      async run({ page }) {
        await unmarked(page, files);
        const before = await readReport(page);
        // The file is gone: whoever reads it again, fails.
        await page.evaluate(() => {
          globalThis.started = 0;
          const own = Worker.prototype.postMessage;
          Worker.prototype.postMessage = function (message, ...rest) {
            if (message?.op === 'check') globalThis.started += 1;
            return own.call(this, message, ...rest);
          };
        });
        await answer(page, 'Yes');
        assert.equal((await verdicts(page)).China, 'Fails');
        const after = await readReport(page);
        assert.equal(after.context.isAi, 'yes');
        assert.equal(after.sha256, before.sha256);
        assert.equal(after.createdAt, before.createdAt);
        assert.equal(await page.evaluate(() => globalThis.started), 0, 'a file was read again');
        assert.match(await status(page), /Verdicts changed\. .*China: Fails/);
        const said = page.locator('.interview .answered');
        assert.match(await said.innerText(), /Did AI make or alter this\?\s*Yes/);
        assert.match(
          await page.locator('section[aria-labelledby=basis-title]').innerText(),
          /AI made or altered it\s+Yes/,
        );
        await said.getByRole('button', { name: 'Clear the answer' }).first().click();
        await group(page).waitFor();
        assert.equal((await verdicts(page)).China, 'Can’t tell');
        assert.deepEqual(
          (await readReport(page)).verdicts,
          before.verdicts,
          'taking an answer back leaves something behind',
        );
      },
    },
    {
      name: 'interview: an answer can be changed, and “no” leaves nothing to ask',
      async run({ page }) {
        await unmarked(page, files);
        await answer(page, 'Yes');
        const said = page.locator('.interview .answered');
        await said.getByRole('button', { name: 'Change the answer' }).first().click();
        await said.getByRole('group', { name: question }).getByRole('button', { name: 'No', exact: true }).click();
        await page
          .locator('.interview')
          .getByText('Nothing is asked: no answer would change these verdicts.')
          .waitFor();
        assert.equal((await verdicts(page))[eu], 'Doesn’t apply');
        assert.equal(await page.locator('.interview .open').count(), 0);
        assert.match(await page.locator('.verdict').first().innerText(), /You say/);
      },
    },
    {
      name: 'interview: a day is answered with the keyboard, and the report says why its law applies',
      async run({ page }) {
        await unmarked(page, files);
        await answer(page, 'Yes');
        const created = 'When was it created, or last altered by AI?';
        const more = page.locator('.interview summary', { hasText: 'more question' });
        if (!(await group(page, created).isVisible()) && (await more.count()) > 0) await more.click();
        await group(page, created).getByLabel('Day').fill('2026-11-10');
        await page.keyboard.press('Enter');
        await page.locator('.interview .answered', { hasText: created }).waitFor();
        await settled(page);
        assert.equal((await readReport(page)).context.createdOn, '2026-11-10');
        assert.match(await page.locator('#region-eu').innerText(), /You say that it was created or altered on/);
      },
    },
    {
      name: 'interview: it says that it is busy until the report was judged with the answer',
      async run({ page }) {
        await unmarked(page, files);
        const first = page.locator('.interview .open legend').first();
        const before = await first.innerText();
        // Holds back the request to judge until the test releases it.
        await page.evaluate(() => {
          const own = Worker.prototype.postMessage;
          Worker.prototype.postMessage = function (message, ...rest) {
            if (message?.op !== 'judge') return own.call(this, message, ...rest);
            globalThis.release = () => own.call(this, message, ...rest);
          };
        });
        await group(page).getByRole('button', { name: 'Yes', exact: true }).click();
        await page.locator('.interview[aria-busy="true"] .answered', { hasText: question }).waitFor();
        assert.notEqual(await first.innerText(), before, 'the answered question is still asked');
        await page.evaluate(() => globalThis.release());
        await settled(page);
        assert.equal((await readReport(page)).context.isAi, 'yes');
      },
    },
    {
      name: 'interview: with the keyboard alone, the focus goes on to what is asked next',
      async run({ page }) {
        await unmarked(page, files);
        await group(page).getByRole('button', { name: 'Yes', exact: true }).focus();
        await page.keyboard.press('Enter');
        await page.locator('.interview .answered').waitFor();
        await page.waitForFunction(() => document.activeElement?.closest('.interview') !== null);
        const where = await page.evaluate(() => document.activeElement?.tagName);
        assert.ok(where === 'LEGEND' || where === 'H2', `the focus is on ${where}`);
      },
    },
    {
      name: 'interview: “not sure” leaves a question open, behind those that were not asked yet, and the focus goes on',
      async run({ page }) {
        await unmarked(page, files);
        await answer(page, 'Yes');
        const asked = () => page.locator('.interview .open legend').allInnerTexts();
        const before = await asked();
        assert.ok(before.length > 1);
        await page.locator('.interview .open').getByRole('button', { name: 'Not sure' }).first().press('Enter');
        await page.waitForFunction(
          (first) => document.querySelector('.interview .open legend').textContent.trim() !== first,
          before[0],
        );
        const after = await asked();
        assert.equal(after[0], before[1]);
        assert.equal(after.length, before.length);
        const inside = await page.evaluate(() => document.activeElement?.closest('.interview') !== null);
        assert.ok(inside, 'the focus is lost');
        assert.equal((await readReport(page)).context.isAi, 'yes');
      },
    },
    {
      name: 'interview: answers apply to all files, or to one',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.plain, files.misnamed, files.iptc);
        await page.locator('.queue .verdicts').nth(2).waitFor();
        await group(page).waitFor();
        assert.match(await page.locator('.interview .scope').innerText(), /apply to all files/);
        await answer(page, 'Yes');
        await page.locator('.queue .open').nth(1).click();
        await page.getByRole('heading', { level: 2, name: basename(files.misnamed) }).waitFor();
        await page.waitForFunction(() => /Yes/.test(document.querySelector('.interview .answered')?.textContent ?? ''));
        await page.getByRole('switch', { name: 'Answer for this file only' }).check();
        const said = page.locator('.interview .answered');
        await said.getByRole('button', { name: 'Change the answer' }).first().click();
        await said.getByRole('group', { name: question }).getByRole('button', { name: 'No', exact: true }).click();
        await said.getByText('this file only').waitFor();
        assert.equal((await readReport(page)).context.isAi, 'no');
        await page.locator('.queue .open').nth(0).click();
        await page.getByRole('heading', { level: 2, name: basename(files.plain) }).waitFor();
        assert.equal((await readReport(page)).context.isAi, 'yes');
      },
    },
    {
      name: 'interview: a link carries the answers, sends them to nobody, and restores them',
      options: { permissions: ['clipboard-read', 'clipboard-write'] },
      async run({ page }) {
        await unmarked(page, files);
        await page.getByLabel('Who are you?').selectOption('deployer');
        await answer(page, 'Yes');
        await page.getByRole('button', { name: 'Copy a link with these answers' }).click();
        await page.getByRole('button', { name: 'The link is copied' }).waitFor();
        const link = await page.evaluate(() => navigator.clipboard.readText());
        assert.match(link, /\/check#role=deployer&isAi=yes$/);
        const asked = [];
        page.on('request', (request) => asked.push(request.url()));
        await page.goto('/docs');
        await page.goto(link);
        await page.getByText('The link brings one answer.').waitFor();
        await choose(page, files.plain);
        await page.locator('.interview .answered', { hasText: 'Yes' }).waitFor();
        const { context } = await readReport(page);
        assert.equal(context.isAi, 'yes');
        assert.equal(context.role, 'deployer');
        assert.deepEqual(
          asked.filter((url) => /isAi|deployer/.test(url.split('#')[0])),
          [],
        );
      },
    },
    {
      name: 'interview: what a link brings is looked at, and nonsense is left out',
      async run({ page }) {
        await page.goto(
          '/check#isAi=perhaps&role=king&createdOn=2026-02-30&__proto__=yes&regions=eu,mars&sample=plain',
        );
        await page.locator('.interview').waitFor();
        const { context } = await readReport(page);
        assert.equal(context.role, 'provider');
        assert.ok(context.isAi === undefined || context.isAi === 'unknown');
        assert.deepEqual(context.regions, ['eu']);
      },
    },
    {
      name: 'interview: a saved report, as JSON and as a page, shows its answers and hands them to its file',
      async run({ page }) {
        await unmarked(page, files);
        await answer(page, 'Yes');
        for (const [name, format] of [
          ['JSON', 'json'],
          ['Save as a web page', 'html'],
        ]) {
          if ((await page.locator('.interview').count()) === 0) await unmarked(page, files);
          if ((await page.locator('.interview .answered').count()) === 0) await answer(page, 'Yes');
          const [saved] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('button', { name, exact: true }).click(),
          ]);
          assert.equal(saved.suggestedFilename(), `plain.png.report.${format}`);
          const path = `${files.folder}/plain.png.report.${format}`;
          copyFileSync(await saved.path(), path);
          await page.getByRole('button', { name: 'Clear', exact: true }).first().click();
          await page.reload();
          await page.getByRole('button', { name: 'Choose files' }).waitFor();
          await dropFiles(page, [path]);
          await page.getByText('This is a saved report.').waitFor();
          assert.match(await page.locator('.interview .answered').innerText(), /Yes/);
          assert.equal((await readReport(page)).context.isAi, 'yes');
          assert.equal(await page.locator('.interview .open').count(), 0);
          await choose(page, files.plain);
          await page.locator('.interview').getByLabel('Who are you?').waitFor();
          assert.equal((await readReport(page)).context.isAi, 'yes');
          await page.getByText('This is a saved report.').waitFor({ state: 'detached' });
        }
      },
    },
    {
      name: 'interview: a report saved as a page stands alone: it loads and runs nothing, and shows every rule',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        await unmarked(page, files);
        const { verdicts: judged } = await readReport(page);
        const [saved] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Save as a web page' }).click(),
        ]);
        const html = readFileSync(await saved.path(), 'utf8');
        assert.doesNotMatch(html, /<(?:img|link|iframe)\b|<script(?! type="application\/json")/);
        const asked = [];
        page.on('request', (request) => asked.push(request.url()));
        await page.route('**/saved-report', (route) => route.fulfill({ contentType: 'text/html', body: html }));
        await page.goto('/saved-report');
        assert.deepEqual(
          asked
            .map((url) => new URL(url).pathname)
            .filter((path) => path !== '/saved-report' && path !== '/favicon.ico'),
          [],
        );
        for (const { id } of Object.values(judged).flatMap(({ rules }) => rules)) assert.ok(html.includes(id), id);
        assert.equal(await page.locator('.interview').count(), 0);
      },
    },
    {
      name: 'interview: how each piece of evidence stands is said in words, and explained',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc);
        const basis = page.locator('section[aria-labelledby=basis-title]');
        await basis.waitFor();
        assert.match(await basis.innerText(), /trainedAlgorithmicMedia[\s\S]*stated by an unsigned field/);
        await basis.getByText('What the words for evidence mean').click();
        await basis.getByText('A field says so that anybody can write or change.').waitFor();
        const { engine } = await readReport(page);
        const foot = await page.locator('section[aria-labelledby=file-title]').innerText();
        assert.ok(engine.rules.packs.length > 3);
        for (const { id, version, hash } of engine.rules.packs) {
          assert.ok(foot.includes(`${id} ${version}`), id);
          assert.ok(foot.replace(/\s/g, '').includes(hash), id);
        }
      },
    },
    ...[
      ['in the dark', { colorScheme: 'dark' }],
      ['on a phone', { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true }],
      ['beside a list', {}],
    ].map(([where, options]) => ({
      name: `interview: ${where}, it is accessible and sticks out nowhere`,
      options: { ...options, serviceWorkers: 'block' },
      async run({ page }) {
        await unmarked(page, files);
        if (where === 'beside a list') {
          await choose(page, files.misnamed);
          await page.locator('.queue .verdicts').nth(1).waitFor();
          await page.locator('.queue .open').first().click();
          await page.locator('.interview .scope').waitFor();
        }
        await answer(page, 'Yes');
        await page.locator('.interview summary').last().click();
        assert.deepEqual(await axe(page), []);
        assert.equal(await overflow(page), '');
      },
    })),
  ];
}
