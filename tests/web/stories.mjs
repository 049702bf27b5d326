// What people should read for real files, and for a file that was labelled a moment ago.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOne, labelOne } from './account.mjs';
import { choose, corpus, openCheck, readReport, skip, verdicts } from './harness.mjs';

/** The four facts about the credentials, as they are read on the page. */
async function facts(page) {
  return page.$$eval('.facts > div', (all) =>
    Object.fromEntries(
      all
        .filter((each) => each.querySelector('.fact'))
        .map((each) => [each.querySelector('dt').textContent.trim(), each.querySelector('.fact').textContent.trim()]),
    ),
  );
}

async function checkCorpus(page, path) {
  const folder = corpus();
  if (!folder) skip('no corpus (LABELER_CORPUS)');
  await openCheck(page);
  await choose(page, join(folder, path));
  return { words: await verdicts(page), report: await readReport(page), facts: await facts(page) };
}

export function storyTests(files) {
  return [
    {
      name: 'story: Firefly: intact, signed by Adobe, in time, made by AI; China’s label is missing',
      async run({ page }) {
        const { words, facts: four, report } = await checkCorpus(page, 'generators/firefly-1.png');
        assert.equal(four['Intact?'], 'Intact');
        assert.match(four['Signed by'], /Adobe/);
        assert.equal(four.Certificate, 'In time');
        assert.equal(four['Says AI?'], 'Made by AI');
        assert.notEqual(words['European Union'], 'Fails');
        assert.equal(words.China, 'Fails');
        assert.equal(report.ai.state, 'claimed');
        assert.match(await page.locator('.tree').innerText(), /c2pa\.created/);
      },
    },
    {
      name: 'story: ChatGPT: made by AI, as an ingredient’s manifest says; China’s label is missing',
      async run({ page }) {
        const { words, facts: four, report } = await checkCorpus(page, 'generators/chatgpt-1.png');
        assert.match(four['Signed by'], /OpenAI/);
        // Its certificate ran out in April 2026 and there is no time stamp. That is not the same as a changed file.
        assert.equal(four.Certificate, 'Expired');
        assert.notEqual(four['Intact?'], 'Changed after signing');
        assert.equal(four['Says AI?'], 'Made by AI');
        assert.notEqual(words['European Union'], 'Fails');
        assert.equal(words.China, 'Fails');
        assert.equal(report.ai.state, 'claimed');
      },
    },
    {
      name: 'story: a photo without credentials: nothing says AI, and no law is said to be broken',
      async run({ page }) {
        const { words, report } = await checkCorpus(page, 'plain/photo.jpg');
        assert.equal(report.ai.state, 'none');
        assert.equal(report.c2pa.integrity, 'none');
        for (const [region, word] of Object.entries(words)) assert.notEqual(word, 'Fails', region);
        await page.getByText('The file carries no Content Credentials').waitFor();
      },
    },
    {
      name: 'story: a file changed after signing is called that, and not untrusted or expired',
      async run({ page }) {
        const { facts: four } = await checkCorpus(page, 'signed/adobe-20220124-E-dat-CA.jpg');
        assert.equal(four['Intact?'], 'Changed after signing');
        assert.match(await page.locator('.codes').innerText(), /assertion\.dataHash\.mismatch/);
      },
    },
    {
      name: 'story: an unknown signer is not called a forgery',
      async run({ page }) {
        const { facts: four } = await checkCorpus(page, 'signed/cards_untrusted.jpg');
        assert.equal(four['Intact?'], 'Intact');
        assert.match(await page.locator('.facts').first().innerText(), /no trust list we know/);
      },
    },
    {
      name: 'story: an expired certificate is called expired, and the file not changed',
      async run({ page }) {
        const { facts: four } = await checkCorpus(page, 'signed/cards_expired_without_timestamp.jpg');
        assert.notEqual(four['Intact?'], 'Changed after signing');
        assert.equal(four.Certificate, 'Expired');
      },
    },
    {
      name: 'story: Doubao: China’s label is found',
      async run({ page }) {
        const { report } = await checkCorpus(page, 'generators/doubao-1.png');
        assert.equal(report.aigc.length > 0, true);
        assert.match(await page.locator('section[aria-labelledby=metadata-title]').innerText(), /ContentProducer/);
      },
    },
    {
      name: 'story: what the API labelled is marked on the check page, and no more than that is said',
      async run({ page, context, site }) {
        const { LABELER_LIVE_KEY: key } = process.env;
        if (!site.api || !key) skip('no running server (LABELER_URL, LABELER_LIVE_KEY)');
        const path = join(files.folder, 'labelled.png');
        const labelled = await labelOne(context, key, 'labelled.png');
        writeFileSync(path, labelled);
        await openCheck(page);
        await choose(page, path);
        const words = await verdicts(page);
        // Signed with a development certificate, which vouches for nobody, so more than the marking is not claimed.
        assert.equal(words['European Union'], 'Can’t tell', JSON.stringify(words));
        assert.match(await page.locator('.report').innerText(), /marked, not shown to be robust/);
        const four = await facts(page);
        assert.equal(four['Intact?'], 'Intact');
        assert.equal(four['Says AI?'], 'Made by AI');
        assert.match(await page.locator('.facts').first().innerText(), /development certificate/);

        // The edge runs the same engine: but for the time of the check, and for what only the page searches, the same report
        // to the letter, in the same order.
        const here = await readReport(page);
        const edge = await checkOne(context, key, 'labelled.png', 'image/png', labelled);
        assert.match(edge.watermark.notSearched, /aspect ratio/);
        delete edge.watermark.notSearched;
        assert.equal(JSON.stringify({ ...edge, createdAt: here.createdAt }), JSON.stringify(here));
      },
    },
  ];
}
