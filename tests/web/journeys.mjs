// What people come for, from the first page to the last, on the running server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelOne, signInWith } from './account.mjs';
import { choose, corpus, dropFiles, openCheck, readReport, root, skip, verdicts } from './harness.mjs';

const photo = join(root, 'web/src/samples/plain.jpg');
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

function owner(site) {
  const { LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password } = process.env;
  if (!site.api || !email || !password)
    skip('no running server (LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD)');
  return { email, password };
}

/** Signs the owner in and opens a section of the dashboard. */
async function enter(page, site, section) {
  const { email, password } = owner(site);
  await page.goto(`/sign-in?next=/dashboard%23${section}`);
  await signInWith(page, email, password);
  await page.locator('#section-title').waitFor();
}

/** Presses Tab until what has the focus is called so. */
async function tabTo(page, words) {
  const seen = [];
  for (let steps = 0; steps < 150; steps += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const own = document.activeElement;
      return (own?.getAttribute('aria-label') ?? own?.labels?.[0]?.textContent ?? own?.textContent ?? '').trim();
    });
    if (name === words) return;
    seen.push(name);
  }
  assert.fail(`${words} cannot be reached by Tab: ${seen.join(', ')}`);
}

async function press(page, words) {
  await tabTo(page, words);
  await page.keyboard.press('Enter');
}

/** Chooses a file with the keyboard. */
async function chooseByKeyboard(page, path) {
  const chooser = new Promise((resolve) => page.once('filechooser', resolve));
  await page.waitForTimeout(50);
  await press(page, 'Choose files');
  await (await chooser).setFiles([path]);
}

/** The picture's own values, as a browser shows them. */
const pixelsOf = async (page, bytes) => {
  const { width, height, data } = await page.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))]));
    const { width, height } = bitmap;
    const drawing = new OffscreenCanvas(width, height).getContext('2d');
    drawing.drawImage(bitmap, 0, 0);
    const file = new Blob([drawing.getImageData(0, 0, width, height).data]);
    const reader = new FileReader();
    await new Promise((done) => {
      reader.onload = done;
      reader.readAsDataURL(file);
    });
    return { width, height, data: reader.result.split(',')[1] };
  }, bytes.toString('base64'));
  return { width, height, data: Buffer.from(data, 'base64') };
};

/** By how many levels two pictures of one size differ, on average. */
function difference(one, other) {
  assert.deepEqual([one.width, one.height], [other.width, other.height]);
  let sum = 0;
  for (const [at, value] of one.data.entries()) sum += Math.abs(value - other.data[at]);
  return sum / one.data.length;
}

/** Asks until the answer is the one wanted, for as long as a change may take. */
async function becomes(ask, wanted, what) {
  let answer;
  for (let tries = 0; tries < 50; tries += 1) {
    answer = await ask();
    if (answer === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail(`${what}: ${answer} instead of ${wanted}`);
}

/** What a report says: who it is about, and which required rules its regions fail. */
const said = ({ filename, c2pa, ai, verdicts: regions }) => ({
  filename,
  integrity: c2pa.integrity,
  ai: ai.state,
  fails: Object.values(regions)
    .flatMap(({ rules }) => rules.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id))
    .sort(),
});

export function journeyTests(files) {
  return [
    {
      name: 'journey: a signed picture, one without credentials and a tampered video, dropped together, are told apart',
      async run({ page }) {
        const folder = corpus();
        if (!folder) skip('no corpus (LABELER_CORPUS)');
        const video = readFileSync(join(folder, 'signed/cards_trusted.mp4'));
        // One bit of the media data, in the middle of the file.
        video[video.length >> 1] ^= 1;
        const tampered = join(files.folder, 'tampered.mp4');
        writeFileSync(tampered, video);
        await openCheck(page);
        await dropFiles(page, [join(folder, 'generators/firefly-1.png'), join(folder, 'plain/photo.jpg'), tampered]);
        await page.locator('.queue .verdicts').nth(2).waitFor();
        const found = [];
        for (const index of [0, 1, 2]) {
          await page.locator('.queue .open').nth(index).click();
          await page.locator('.queue [aria-current]').nth(0).waitFor();
          found.push(said(await readReport(page)));
        }
        assert.deepEqual(found, [
          { filename: 'firefly-1.png', integrity: 'intact', ai: 'claimed', fails: ['CN-01'] },
          { filename: 'photo.jpg', integrity: 'none', ai: 'none', fails: [] },
          { filename: 'tampered.mp4', integrity: 'broken', ai: 'none', fails: [] },
        ]);
      },
    },
    {
      name: 'journey: on a phone, with the keyboard alone, a photo is labelled, checked, and its certificate found',
      options: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
      async run({ page, site }) {
        const { email, password } = owner(site);
        await page.goto('/');
        await page.locator('[data-choice=language]').waitFor();
        await press(page, 'Sign in');
        await page.getByLabel('Password').waitFor();
        await tabTo(page, 'E-mail');
        await page.keyboard.type(email);
        await page.keyboard.press('Tab');
        await page.keyboard.type(password);
        await page.keyboard.press('Enter');
        await page.getByText(`${email} · owner`).waitFor();
        await press(page, 'Label');
        await page.getByText('You label for').waitFor();
        await chooseByKeyboard(page, photo);
        await press(page, 'Label the picture');
        await page.locator('section.pictures .verdicts').waitFor();
        const whenSaved = page.waitForEvent('download');
        await press(page, 'Download plain.jpg');
        const saved = await whenSaved;
        const path = join(files.folder, 'labelled-by-keyboard.jpg');
        await saved.saveAs(path);

        await press(page, 'Check');
        await page.waitForURL((url) => url.pathname === '/check');
        await page.getByRole('button', { name: 'Choose files' }).waitFor();
        await chooseByKeyboard(page, path);
        assert.equal((await verdicts(page))['European Union'], 'Can’t tell');
        assert.match(await page.locator('.report').innerText(), /marked, not shown to be robust/);
        const { watermark } = await readReport(page);
        const read = watermark.marks.filter((mark) => mark.decoded).map((mark) => mark.payload);
        assert.match(read.join(), /^wm_[0-9a-z]{13}$/i, 'the mark that was written is read');
        // By the browser's own decoder: the label and the mark, and the rest as it was.
        const levels = difference(await pixelsOf(page, readFileSync(path)), await pixelsOf(page, readFileSync(photo)));
        assert.ok(levels > 0.1 && levels < 6, `${levels} levels between the photo and what was labelled`);

        await press(page, 'Account');
        await page.getByText(`${email} · owner`).waitFor();
        await page.getByRole('link', { name: 'plain.jpg' }).first().waitFor();
        await press(page, 'plain.jpg');
        await page.getByRole('button', { name: 'Show the certificate' }).waitFor();
        await press(page, 'Show the certificate');
        const certificate = page.getByRole('article', { name: 'Compliance certificate' });
        await certificate.waitFor();
        assert.ok(
          (await certificate.innerText()).includes(hashOf(readFileSync(path))),
          'the certificate is of another file',
        );
      },
    },
    {
      name: 'journey: a photo edited with AI keeps its pixels when only credentials are added, and says so',
      async run({ page, site }) {
        const { email, password } = owner(site);
        await page.goto('/sign-in?next=/label');
        await signInWith(page, email, password);
        await page.getByText('You label for').waitFor();
        await choose(page, photo);
        await page.locator('#source').selectOption({ label: 'Edited with an AI model' });
        await page.getByLabel('watermark').uncheck();
        await page.getByRole('button', { name: 'Label the picture' }).click();
        await page.locator('section.pictures .verdicts').waitFor();
        const [saved] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download plain.jpg' }).click(),
        ]);
        const path = join(files.folder, 'edited.jpg');
        await saved.saveAs(path);
        assert.notEqual(hashOf(readFileSync(path)), hashOf(readFileSync(photo)));
        assert.equal(
          difference(await pixelsOf(page, readFileSync(path)), await pixelsOf(page, readFileSync(photo))),
          0,
        );
        await openCheck(page);
        await choose(page, path);
        const report = await readReport(page);
        assert.deepEqual([report.c2pa.integrity, report.ai.state], ['intact', 'claimed']);
      },
    },
    {
      name: 'journey: a key is made, used, replaced without a failed call, revoked, and all of it is in the admin log',
      async run({ page, site }) {
        await enter(page, site, 'keys');
        const name = `Journey ${Date.now()}`;
        await page.getByRole('button', { name: 'New key' }).click();
        await page.getByLabel('Name', { exact: true }).fill(name);
        await page.getByRole('button', { name: 'Make the key' }).click();
        const shown = page.locator('.secret code');
        const first = await shown.innerText();
        await page.getByRole('button', { name: 'I have kept it' }).click();
        const left = await page.evaluate(
          (secret) =>
            [
              document.documentElement.outerHTML,
              location.href,
              JSON.stringify({ ...localStorage, ...sessionStorage }),
            ].some((text) => text.includes(secret)),
          first,
        );
        assert.equal(left, false, 'the secret stayed in the page');
        // Without the page's cookies: as a program calls.
        const call = async (secret) =>
          (await fetch(`${site.url}/api/v1/keys/self`, { headers: { authorization: `Bearer ${secret}` } })).status;
        assert.equal(await call(first), 200);
        const row = page.locator('tr', { hasText: name });
        await becomes(
          async () => {
            await page.reload();
            await row.first().waitFor();
            return (await row.first().innerText()).includes('Never');
          },
          false,
          'last used is never',
        );

        await page.getByRole('button', { name: `Rotate ${name}` }).click();
        await page.getByLabel('The old key works on for').selectOption('hour');
        await page.getByRole('button', { name: 'Rotate', exact: true }).click();
        const second = await shown.innerText();
        assert.deepEqual([await call(first), await call(second)], [200, 200]);
        await page.getByRole('button', { name: 'I have kept it' }).click();
        for (const [secret, at] of [
          [first, row.filter({ hasText: 'Replaced' })],
          [second, row.filter({ hasText: 'Works' })],
        ]) {
          await at.getByRole('button', { name: `Revoke ${name}` }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
          await page.getByRole('dialog').waitFor({ state: 'detached' });
          await becomes(() => call(secret), 401, 'a key that was revoked');
        }
        await page.getByRole('link', { name: 'Admin log' }).click();
        const log = page.locator('tbody tr', { hasText: name });
        await log.nth(3).waitFor();
        const changes = await log.locator('summary').allInnerTexts();
        assert.deepEqual(
          changes.slice(0, 4).map((text) => text.replace(name, '').trim()),
          ['API key revoked', 'API key revoked', 'API key replaced', 'API key made'],
        );
      },
    },
    {
      name: 'journey: a certificate of one’s own is taken in, signs, and what it signed holds after it was removed',
      async run({ page, context, site }) {
        const { LABELER_CLI: cli, LABELER_LIVE_KEY: key } = process.env;
        if (!cli || !key) skip('no command line or key (LABELER_CLI, LABELER_LIVE_KEY)');
        owner(site);
        const [ours, others] = ['ours', 'others'].map((name) => {
          const folder = join(files.folder, `chain-${name}`);
          mkdirSync(folder);
          execFileSync(
            cli,
            ['admin', 'init', '--dir', folder, '--sql', join(folder, 'sql'), '--vars', join(folder, 'vars')],
            { stdio: 'ignore' },
          );
          return { chain: join(folder, 'development-chain.pem'), key: join(folder, 'development-key.pem') };
        });
        await enter(page, site, 'signing');
        const upload = async (chain, secret) => {
          await page.getByLabel('Certificate chain').setInputFiles(chain);
          await page.getByLabel('Private key').setInputFiles(secret);
          await page.getByRole('button', { name: 'Upload' }).click();
        };
        const refused = [];
        for (const [chain, secret] of [
          [ours.chain, others.key],
          [ours.key, ours.key],
          [ours.chain, ours.chain],
          [files.text, ours.key],
        ]) {
          await upload(chain, secret);
          await page.getByRole('alert').waitFor();
          refused.push(await page.getByRole('alert').innerText());
          await page.reload();
          await page.getByRole('button', { name: 'Upload' }).waitFor();
        }
        assert.match(refused[0], /the private key does not belong to the first certificate of the chain/);
        assert.match(refused[1], /contains no readable PEM certificate/);
        assert.match(refused[2], /no private key in PEM form/);
        assert.equal(refused[3], refused[1]);
        await upload(ours.chain, ours.key);
        await page.getByText('was taken in.').waitFor();
        const card = page.locator('article.form');
        assert.match(await card.innerText(), /Valid[\s\S]*es256[\s\S]*SHA256:/);
        const use = card.getByRole('button', { name: /^Sign with it/ });
        if ((await use.count()) > 0) await use.click();
        await card.getByText('Signs now').waitFor();
        const fingerprint = /SHA256:\S+/.exec(await card.innerText())[0];
        const signed = await labelOne(context, key, 'own-certificate.png', { signingMode: 'byoc' });
        const known = () =>
          context.request
            .get(`/api/v1/verify/${hashOf(signed)}`, { headers: { authorization: `Bearer ${key}` } })
            .then((answer) => answer.json());
        assert.equal((await known()).data.signerFingerprint, fingerprint);
        await card.getByRole('button', { name: /^Remove/ }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
        await card.waitFor({ state: 'detached' });
        assert.equal((await known()).data.signerFingerprint, fingerprint);
        await openCheck(page);
        await page.setInputFiles('#native-files', {
          name: 'own-certificate.png',
          mimeType: 'image/png',
          buffer: signed,
        });
        assert.equal((await readReport(page)).c2pa.integrity, 'intact');
      },
    },
  ];
}
