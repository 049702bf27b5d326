// From a picture without its metadata to its record: the watermark is read in the page, and the page says how that ended.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signInWith } from './account.mjs';
import { blankPng } from './fixtures.mjs';
import { axe, choose, root, skip } from './harness.mjs';

const invented = { serviceWorkers: 'block' };
const photo = join(root, 'web/src/samples/plain.jpg');
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');
const failure = (status, code) => ({ status, json: { error: { code, message: `${code}.` }, requestId: 'r' } });
const typedId = 'wm_abcdefghijklm';

const record = {
  modality: 'image',
  mime: 'image/jpeg',
  sizeBytes: 482_311,
  regionPreset: 'eu_strict',
  digitalSourceType: 'trainedAlgorithmicMedia',
  assertions: ['c2pa.actions.v2', 'c2pa.soft-binding'],
  visibleOverlay: false,
  dntEnabled: true,
  signerFingerprint: 'SHA256:abc',
  signedAt: '2026-05-19T10:24:11.000Z',
};

/** Answers the API: no hash is known; `watermarks` answers a payload ID. Returns what was asked for, in order. */
async function answerLookups(page, watermarks) {
  const asked = [];
  await page.route(/\/api\/v1\/(verify|watermark)\//, async (route) => {
    const request = route.request();
    assert.deepEqual([request.method(), request.postData()], ['GET', null], 'something was sent');
    const [kind, value] = request.url().split('/').slice(-2);
    asked.push(value);
    await route.fulfill(
      kind === 'verify'
        ? { json: { data: { signedByPlatform: false, sha256: value }, requestId: 'r' } }
        : watermarks(value),
    );
  });
  return asked;
}

const known =
  (count = 1) =>
  (payloadId) => ({
    json: {
      data: {
        payloadId,
        assets: Array.from({ length: count }, (_, index) => ({
          ...record,
          watermarkPayloadId: payloadId,
          sizeBytes: 1000 + index,
        })),
      },
      requestId: 'r',
    },
  });

/** The picture as a platform hands it on: cropped, made smaller and saved as JPEG by the browser, without its metadata. */
async function passedOn(page, bytes) {
  const base64 = await page.evaluate(async (original) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(original), (each) => each.charCodeAt(0))]));
    const [left, top, right, bottom] = [
      0.05 * bitmap.width,
      0.08 * bitmap.height,
      0.04 * bitmap.width,
      0.03 * bitmap.height,
    ].map(Math.round);
    const [width, height] = [bitmap.width - left - right, bitmap.height - top - bottom];
    const canvas = new OffscreenCanvas(Math.round(width * 0.85), Math.round(height * 0.85));
    const drawing = canvas.getContext('2d');
    drawing.imageSmoothingQuality = 'high';
    drawing.drawImage(bitmap, left, top, width, height, 0, 0, canvas.width, canvas.height);
    const saved = new Uint8Array(
      await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.7 })).arrayBuffer(),
    );
    return btoa(saved.reduce((text, each) => text + String.fromCharCode(each), ''));
  }, bytes.toString('base64'));
  return Buffer.from(base64, 'base64');
}

/** A WAV file with one sample. Its first bytes are also those of WebP. */
function silence() {
  const file = Buffer.alloc(46);
  file.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  file.writeUInt32LE(38, 4);
  file.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ])
    file.writeUInt16LE(value, at);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16_000, 28);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(2, 40);
  return file;
}

const heading = (page) => page.evaluate(() => document.activeElement?.id);
const byWatermark = (page, words) => page.locator('.search').getByText(words).first().waitFor();

export function watermarkTests(files) {
  const write = (name, bytes) => {
    const path = join(files.folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  return [
    {
      name: 'watermark: a marked photo that was cropped, scaled and saved again leads to its record',
      options: invented,
      async run({ page }) {
        // The engine as it is shipped writes the watermark.
        const { draw } = await import('../../pkg/node.js');
        const marked = draw(readFileSync(photo), { mark: '00c0ffee12345678' });
        assert.match(marked.mark ?? '', /^wm_[a-z2-7]{13}$/);
        await page.goto('/verify');
        const changed = await passedOn(page, Buffer.from(marked.bytes));
        const asked = await answerLookups(page, known());
        await choose(page, write('found-on-the-web.jpg', changed));
        await page.locator('.search').getByText('Labelled here: found by the watermark.').waitFor();
        assert.deepEqual(asked, [hashOf(changed), marked.mark]);
        const words = await page.locator('.ours').innerText();
        assert.match(words, /not the labelled file byte for byte[\s\S]*anyone can copy it[\s\S]*Compare the pictures/);
        assert.match(
          words,
          new RegExp(
            `May 19, 2026[\\s\\S]*Source type[\\s\\S]*Region preset[\\s\\S]*${marked.mark}[\\s\\S]*SHA256:abc`,
          ),
        );
        assert.doesNotMatch(words, /Not labelled here/);
        assert.match(page.url(), new RegExp(`/verify#${marked.mark}$`));
        assert.match(await page.getByRole('status').innerText(), /found by the watermark/);
        assert.deepEqual(await axe(page), []);
        // The link leads to the record without the picture.
        await page.reload();
        await page.locator('.search').getByText('Labelled here: found by the watermark.').waitFor();
        assert.doesNotMatch(await page.locator('.ours').innerText(), /byte for byte/);
      },
    },
    {
      name: 'watermark: a picture without one, one that is too large and one that cannot be read each have a way out',
      options: invented,
      async run({ page }) {
        const asked = await answerLookups(page, () => assert.fail('there was no watermark to look up'));
        await page.goto('/verify');
        for (const [path, state, way] of [
          [files.plain, 'No watermark of Labeler was found', 'Try a larger copy'],
          [write('large.png', blankPng(8000, 7000)), 'too large to be searched', 'Save a smaller copy'],
          [files.truncated, 'could not be read', 'Save the picture as JPEG or PNG'],
        ]) {
          await choose(page, path);
          await byWatermark(page, state);
          await byWatermark(page, way);
          await page.locator('.ours').getByText('Not labelled here.', { exact: true }).waitFor();
        }
        assert.equal(asked.length, 3);
        // No picture: nothing is said about watermarks.
        await choose(page, write('silence.wav', silence()));
        await page.getByRole('heading', { level: 2, name: 'silence.wav' }).waitFor();
        await page.locator('.ours').getByText('Not labelled here.', { exact: true }).waitFor();
        assert.equal(await page.locator('.search').count(), 0);
      },
    },
    {
      name: 'watermark: the search can be cancelled and begun again with the keyboard',
      options: invented,
      async run({ page }) {
        await answerLookups(page, () => assert.fail('there was no watermark to look up'));
        let go;
        const held = new Promise((resolve) => (go = resolve));
        await page.route(/labeler_browser_pixels_bg-[\w-]+\.wasm/, async (route) => {
          await held;
          await route.continue();
        });
        await page.goto('/verify');
        await choose(page, files.plain);
        const cancel = page.locator('.search').getByRole('button', { name: 'Cancel' });
        await cancel.waitFor();
        await byWatermark(page, 'the part that reads pictures is being loaded');
        await page.getByRole('progressbar', { name: 'Searching for the watermark' }).waitFor();
        await cancel.focus();
        await page.keyboard.press('Enter');
        await byWatermark(page, 'The search for a watermark was cancelled.');
        await page.waitForFunction(() => document.activeElement?.id === 'result-title');
        go();
        await page.keyboard.press('Tab');
        assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Search for the watermark');
        await page.keyboard.press('Enter');
        await byWatermark(page, 'No watermark of Labeler was found');
        assert.equal(await heading(page), 'result-title');
      },
    },
    {
      name: 'watermark: its payload ID can be typed or linked to, and what is known is told from what is not',
      options: invented,
      async run({ page }) {
        let answer = known(2);
        const asked = await answerLookups(page, (payloadId) => answer(payloadId));
        await page.goto(`/verify#${typedId.toUpperCase()}`);
        await byWatermark(page, 'Labelled here: found by the watermark.');
        assert.deepEqual(await page.locator('.search h3').allInnerTexts(), [
          'The label that the watermark was made for',
          'Later label of a file that carried the watermark already',
        ]);
        assert.equal(await page.locator('.search dl').count(), 2);
        assert.equal(await page.locator('#hash').inputValue(), typedId);
        assert.deepEqual(await axe(page), []);
        const ask = async (text) => {
          await page.getByLabel('Or the file’s SHA-256, or a watermark').fill(text);
          await page.keyboard.press('Enter');
        };
        answer = () => failure(404, 'not_found');
        await ask(` ${typedId} `);
        await byWatermark(page, 'No label with this watermark is known here.');
        await byWatermark(page, 'Ask whoever gave you the picture');
        await page.waitForFunction(() => document.activeElement?.id === 'result-title');
        answer = () => failure(401, 'missing_credentials');
        await ask(typedId);
        const link = page.locator('.search').getByRole('link', { name: 'Sign in' });
        assert.equal(await link.getAttribute('href'), `/sign-in?next=/verify%23${typedId}`);
        answer = () => failure(500, 'internal_error');
        await ask(typedId);
        const again = page.locator('.search').getByRole('button', { name: 'Try again' });
        await again.waitFor();
        answer = known();
        await again.click();
        await byWatermark(page, 'Labelled here: found by the watermark.');
        await ask('wm_1');
        assert.match(await page.getByRole('alert').innerText(), /no SHA-256[\s\S]*no watermark/);
        assert.deepEqual(new Set(asked), new Set([typedId]));
      },
    },
    {
      name: 'watermark: what the label page marked leads to its record on the running server, after a platform changed it',
      async run({ page, site }) {
        const { LABELER_OWNER_EMAIL: email, LABELER_OWNER_PASSWORD: password } = process.env;
        if (!site.api || !email || !password)
          skip('no running server (LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD)');
        await page.goto('/sign-in?next=/label');
        await signInWith(page, email, password);
        await page.getByText('You label for').waitFor();
        await choose(page, photo);
        await page.getByLabel('Write a watermark').check();
        await page.getByRole('button', { name: 'Label the picture' }).click();
        await page.locator('section.pictures .verdicts').waitFor();
        const [saved] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download plain.jpg' }).click(),
        ]);
        const changed = await passedOn(page, readFileSync(await saved.path()));
        await page.goto('/verify');
        await choose(page, write('passed-on.jpg', changed));
        await byWatermark(page, 'Labelled here: found by the watermark.');
        const words = await page.locator('.ours').innerText();
        assert.match(words, /image\/jpeg[\s\S]*wm_[a-z2-7]{13}[\s\S]*SHA256:/);
        const [payloadId] = /wm_[a-z2-7]{13}/.exec(words);
        assert.match(page.url(), new RegExp(`/verify#${payloadId}$`));
      },
    },
  ];
}
