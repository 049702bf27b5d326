// A signed set of law packs that the site names: the pages judge by it, or say why they do not.

import assert from 'node:assert/strict';
import { choose, dist, readReport } from './harness.mjs';
import { pack, signedSet } from './lawpacks.mjs';
import { serve } from './server.mjs';

const CONFIGURATION = '/api/v1/rules';
const PATH = '/rules/packs.json';
const SENTENCE = 'A sentence of a newer law pack about this file.';

/** Every row of the EU's pack says the same new thing; German is in the set. */
function newer(version) {
  const own = pack('eu');
  own.pack.version = version;
  const de = {};
  for (const { id, case: rows } of [...own.gate, ...own.rule]) {
    for (const row of rows) {
      row.message = SENTENCE;
      if (row.sentence) row.sentence = SENTENCE;
      for (const key of [`${id}.${row.id}`, `${id}.${row.id}.sentence`]) de[key] = 'Ein Satz aus einem neueren Paket.';
    }
  }
  own.text.de = de;
  return own;
}

/** Opens the check page of a site that names a set, and checks a file. */
async function checked({ page, named, set, file, lang = 'en', status = 200 }) {
  const site = await serve(dist);
  site.answer(CONFIGURATION, { status, json: JSON.stringify(named) });
  if (set !== undefined) site.answer(PATH, { status: 200, json: set });
  await page.goto(`${site.url}/check?lang=${lang}`);
  await page.locator('#choose-files').waitFor();
  await choose(page, file);
  await page.locator('.report .verdicts').waitFor();
  return site;
}

const european = (report) => report.engine.rules.packs.find(({ id }) => id === 'eu');

export function lawTests(files) {
  const options = { serviceWorkers: 'block' };
  const good = () => signedSet(newer('2999.1.1'));
  const refusals = [
    [
      'with a wrong signature',
      () => ({ set: good().json, named: { signedSet: PATH, publicKey: good().publicKey } }),
      /newer rules that this site uses were refused:.*signature does not match/s,
    ],
    [
      'with an older pack',
      () => {
        const { json, publicKey } = signedSet(newer('2020.1.1'));
        return { set: json, named: { signedSet: PATH, publicKey } };
      },
      /refused:.*`eu`.*2020\.1\.1.*older/s,
    ],
    [
      'that is no set',
      () => ({ set: '<!doctype html>', named: { signedSet: PATH, publicKey: good().publicKey } }),
      /refused:.*not a signed set/s,
    ],
    ['that is not there', () => ({ named: { signedSet: PATH, publicKey: good().publicKey } }), /could not be loaded/],
    [
      'of another site',
      () => ({ named: { signedSet: 'https://other.example/packs.json', publicKey: good().publicKey } }),
      /could not be loaded/,
    ],
    [
      'that the server cannot name',
      () => ({ status: 500, named: { error: { code: 'internal_error' } } }),
      /could not be found out/,
    ],
  ];
  return [
    {
      name: 'laws: a signed set that the site names judges, also when answers change, in the language of the page',
      options,
      async run({ page }) {
        const { json, publicKey } = good();
        const site = await checked({ page, named: { signedSet: PATH, publicKey }, set: json, file: files.plain });
        try {
          const report = await readReport(page);
          assert.equal(european(report).version, '2999.1.1');
          assert.match(JSON.stringify(report.verdicts.eu), new RegExp(SENTENCE));
          assert.equal(await page.locator('.rules-notice').count(), 0);
          await page.locator('.interview .open').getByRole('button', { name: 'Yes', exact: true }).first().click();
          await page.locator('.interview .answered').waitFor();
          assert.equal(european(await readReport(page)).version, '2999.1.1');
          // What the set says anew is read in its own translation; everything else in the one of the page.
          await page.getByLabel('Language').selectOption('de');
          await page
            .locator('#region-eu')
            .getByText('Ein Satz aus einem neueren Paket.')
            .first()
            .waitFor({ state: 'attached' });
          // The report as JSON stays as the engine wrote it.
          for (const part of ['.verdicts', '.by-rule'])
            assert.doesNotMatch(await page.locator(`.report ${part}`).textContent(), new RegExp(SENTENCE));
          await page.waitForFunction(() => document.querySelectorAll('.report .verdicts [lang=en]').length === 0);
        } finally {
          site.close();
        }
      },
    },
    {
      name: 'laws: a set without a file, as JSON in the configuration, judges as well',
      options,
      async run({ page }) {
        const { json, publicKey } = good();
        const site = await checked({ page, named: { signedSet: json, publicKey }, file: files.plain });
        site.close();
        assert.equal(european(await readReport(page)).version, '2999.1.1');
      },
    },
    ...refusals.map(([what, make, why]) => ({
      name: `laws: a set ${what} is not used, and the report says so`,
      options,
      async run({ page }) {
        const site = await checked({ page, file: files.plain, ...make() });
        site.close();
        const report = await readReport(page);
        assert.equal(european(report).version, pack('eu').pack.version);
        const said = await page.locator('.report .rules-notice').innerText();
        assert.ok(said.includes(`built-in rules of version ${report.engine.rules.version}.`), said);
        assert.match(said, why);
        assert.match(await page.getByRole('status').first().textContent(), /built-in rules/);
      },
    })),
    {
      name: 'laws: a site that names no set, or has no API, judges by its own rules without a word',
      options,
      async run({ page }) {
        for (const status of [200, 404]) {
          const site = await checked({ page, file: files.plain, status, named: { signedSet: null, publicKey: null } });
          site.close();
          assert.equal(await page.locator('.rules-notice').count(), 0);
        }
      },
    },
    {
      name: 'laws: without a network the set that was loaded before judges',
      options,
      async run({ page }) {
        const { json, publicKey } = good();
        const site = await checked({ page, named: { signedSet: PATH, publicKey }, set: json, file: files.plain });
        try {
          site.answer(CONFIGURATION, 'break off');
          site.answer(PATH, 'break off');
          await page.reload();
          await page.locator('#choose-files').waitFor();
          await choose(page, files.plain);
          await page.locator('.report .verdicts').waitFor();
          assert.equal(european(await readReport(page)).version, '2999.1.1');
          assert.equal(await page.locator('.rules-notice').count(), 0);
        } finally {
          site.close();
        }
      },
    },
  ];
}
