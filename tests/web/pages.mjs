// Labelling and verifying, against invented answers of the API; the documentation.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { session } from './account.mjs';
import { choose, dropFiles, readPdf, root, watchPolicy } from './harness.mjs';

const invented = { serviceWorkers: 'block' };
const sample = (name) => join(root, 'web/src/samples', `${name}.jpg`);
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');
const failure = (status, code, headers = {}) => ({
  status,
  headers,
  json: { error: { code, message: `${code}.` }, requestId: 'r' },
});

/**
 * Keeps what is sent: Chromium does not show a form with files to whoever intercepts the request, so the page itself
 * notes the options and the SHA-256 of the picture.
 */
async function watchUploads(page) {
  await page.addInitScript(() => {
    globalThis.sent = [];
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (form) {
      const picture = form.get('image').arrayBuffer();
      const hash = picture
        .then((bytes) => crypto.subtle.digest('SHA-256', bytes))
        .then((digest) => [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
      globalThis.sent.push(hash.then((sha256) => ({ options: JSON.parse(form.get('options')), sha256 })));
      return send.call(this, form);
    };
  });
  return () => page.evaluate(() => Promise.all(globalThis.sent));
}

/** Answers the API: who is signed in, and what labelling gives, one answer a call. */
async function labelApi(page, { signedIn = true, answers }) {
  const keys = [];
  const uploads = await watchUploads(page);
  await page.route(/\/api\/v1\//, async (route) => {
    const request = route.request();
    if (request.url().endsWith('/session')) {
      await route.fulfill(signedIn ? { json: session } : failure(401, 'missing_credentials'));
      return;
    }
    // Without a profile nothing is proposed.
    if (request.url().endsWith('/workspace')) {
      const none = { provider: null, aiSystem: null, aiSystemVersion: null, producerCode: null };
      await route.fulfill({ json: { complianceProfile: none } });
      return;
    }
    // The engine asks which law packs judge here.
    if (request.url().endsWith('/rules')) {
      await route.fulfill({ json: { signedSet: null, publicKey: null } });
      return;
    }
    keys.push(request.headers().authorization);
    await route.fulfill(answers.shift());
  });
  return { uploads, keys };
}

/** The signed sample as the answer of the API. */
function signed() {
  const body = readFileSync(sample('signed'));
  return {
    status: 200,
    body,
    headers: {
      'content-type': 'application/octet-stream',
      'x-labeler-sha256-output': hashOf(body),
      'x-labeler-applied-layers': 'c2pa',
      'x-labeler-event-id': 'evt_1',
      'x-labeler-warnings': 'development_certificate',
    },
  };
}

/** Asks again until it is so. */
async function waitUntil(ask, otherwise) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await ask()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(otherwise);
}

async function openLabel(page, ...paths) {
  await page.goto('/label');
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  if (paths.length > 0) await choose(page, ...paths);
}

const found = {
  signedByPlatform: true,
  sha256MatchedOn: 'output',
  modality: 'image',
  mime: 'image/jpeg',
  sizeBytes: 482_311,
  regionPreset: 'eu_strict',
  digitalSourceType: 'trainedAlgorithmicMedia',
  assertions: ['c2pa.actions.v2'],
  visibleOverlay: false,
  dntEnabled: true,
  signerFingerprint: 'SHA256:abc',
  signedAt: '2026-05-19T10:24:11.000Z',
};

/** Answers lookups; `answer` gets the hash. Returns the hashes asked for. */
async function verifyApi(page, answer) {
  const asked = [];
  await page.route(/\/api\/v1\/verify\//, async (route) => {
    const hash = route.request().url().split('/').at(-1);
    asked.push(hash);
    await route.fulfill(answer(hash));
  });
  return asked;
}

export function pageTests(files) {
  return [
    {
      name: 'label: a picture is labelled, checked at once, and downloaded',
      options: invented,
      async run({ page }) {
        const { uploads } = await labelApi(page, { answers: [signed()] });
        await openLabel(page, sample('plain'));
        await page.getByText('You label for Ada’s workspace.').waitFor();
        await page.getByLabel('How the pictures came to be').selectOption('compositeWithTrainedAlgorithmicMedia');
        await page.getByLabel('For the law of').selectOption('california');
        await page.getByLabel('Reserve from training').check();
        await page.getByLabel('Write a watermark').uncheck();
        await page.getByText('Who made it, and with what').click();
        await page.getByLabel('Provider of the AI system').fill('Example Studio ');
        await page.getByRole('button', { name: 'Label the picture' }).click();
        await page.locator('section.pictures .verdicts').first().waitFor();
        const calls = await uploads();
        assert.equal(calls.length, 1);
        const original = readFileSync(sample('plain'));
        assert.deepEqual(calls[0].options, {
          digitalSourceType: 'compositeWithTrainedAlgorithmicMedia',
          regionPreset: 'california',
          signingMode: 'managed',
          dntEnabled: true,
          filename: 'plain.jpg',
          sha256Input: hashOf(original),
          preApplied: [],
          provider: 'Example Studio',
        });
        assert.equal(calls[0].sha256, hashOf(original), 'the picture was changed on its way');
        const words = await page.locator('section.pictures .verdicts').innerText();
        assert.match(words, /European Union\s+Can’t tell/);
        await page.getByText('Signed with a development certificate').waitFor();
        const link = await page.locator('section.pictures .hash a').getAttribute('href');
        assert.equal(link, `/verify#${hashOf(readFileSync(sample('signed')))}`);
        const [saved] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download plain.jpg' }).click(),
        ]);
        assert.equal(saved.suggestedFilename(), 'plain.jpg');
        assert.deepEqual(readFileSync(await saved.path()), readFileSync(sample('signed')));
      },
    },
    {
      name: 'label: a visible label is previewed, drawn, and declared',
      options: invented,
      async run({ page }) {
        const { uploads } = await labelApi(page, { answers: [signed()] });
        await openLabel(page, sample('plain'));
        await page.getByLabel('For the law of').selectOption('china');
        assert.equal(await page.getByLabel('Text', { exact: true }).inputValue(), 'AI生成');
        // The font is the engine's own, whatever the machine has.
        await page.locator('img[alt="The picture with the label “AI生成”"][src]').waitFor();
        await page.getByLabel('Text', { exact: true }).fill('\u{1F600}');
        await page.getByText('lacks a character of this text').waitFor();
        await page.getByRole('button', { name: 'Back to the usual text' }).click();
        await page.getByLabel('For the law of').selectOption('eu_strict');
        // China's law wants the label, Europe's leaves it to the user.
        await page.getByLabel('Draw a visible label').check();
        assert.equal(await page.getByLabel('Text', { exact: true }).inputValue(), 'AI GENERATED');
        await page.getByLabel('Top left').check();
        // The plate darkens the corner of the preview, and only that one.
        const darkness = (x, y) =>
          page.$eval(
            'figure img[width]:not([width="160"])',
            async (image, [left, top]) => {
              // Between two pictures there is nothing to look at.
              if (
                !(await image.decode().then(
                  () => true,
                  () => false,
                ))
              )
                return NaN;
              const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
              const context = canvas.getContext('2d');
              context.drawImage(image, 0, 0);
              const pixel = context.getImageData(canvas.width * left, canvas.height * top, 1, 1).data;
              return pixel[0] + pixel[1] + pixel[2];
            },
            [x, y],
          );
        await waitUntil(async () => (await darkness(0.03, 0.045)) < 260, 'no plate');
        assert.ok((await darkness(0.97, 0.04)) > 300, 'a plate where none belongs');
        await page.getByRole('button', { name: 'Label the picture' }).click();
        await page.locator('section.pictures .verdicts').first().waitFor();
        const [{ options, sha256 }] = await uploads();
        const [overlay, mark] = options.preApplied;
        assert.ok(overlay.inkHeightRatio >= 0.05, `${overlay.inkHeightRatio}`);
        assert.deepEqual(overlay, {
          kind: 'overlay',
          position: 'TL',
          text: 'AI GENERATED',
          inkHeightRatio: overlay.inkHeightRatio,
        });
        assert.equal(mark.kind, 'watermark');
        assert.match(mark.payloadId, /^wm_[a-z2-7]{13}$/);
        assert.equal(options.sha256Input, sha256);
        assert.notEqual(sha256, hashOf(readFileSync(sample('plain'))));
      },
    },
    {
      name: 'label: a visible label is previewed before there is a picture',
      options: invented,
      async run({ page, trouble }) {
        await labelApi(page, { answers: [] });
        await page.goto('/label');
        await page.getByLabel('For the law of').selectOption('china');
        const preview = page.locator('img[alt="The picture with the label “AI生成”"][src]');
        await preview.waitFor();
        assert.ok(await preview.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
        assert.deepEqual(trouble, []);
      },
    },
    {
      name: 'label: credentials are not drawn away',
      options: invented,
      async run({ page }) {
        const { uploads } = await labelApi(page, { answers: [] });
        await openLabel(page, sample('signed'));
        await page.getByLabel('Draw a visible label').check();
        await page.getByRole('button', { name: 'Label the picture' }).click();
        await page.getByText('which drawing would remove').waitFor();
        assert.deepEqual(await uploads(), []);
      },
    },
    {
      name: 'label: refusals are explained, say when to try again, and can be retried; the others go on',
      options: invented,
      async run({ page }) {
        const reset = String(Math.floor(Date.now() / 1000) + 120);
        const answers = [
          failure(415, 'mime_not_allowed'),
          failure(429, 'rate_limited', { 'ratelimit-reset': reset }),
          signed(),
          signed(),
        ];
        await labelApi(page, { answers });
        await openLabel(page, files.text, sample('plain'), sample('iptc'));
        await page.getByRole('button', { name: 'Label 3 pictures' }).click();
        await page.locator('section.pictures .verdicts').first().waitFor();
        await page.getByText('This is not a picture that can be labelled').waitFor();
        assert.match(await page.locator('section.pictures').innerText(), /Too many calls\. Try again at \d+:\d+/);
        await page.getByRole('button', { name: 'Try plain.jpg again' }).click();
        await page.waitForFunction(() => document.querySelectorAll('section.pictures .verdicts').length === 2);
        const [archive] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download all 2 as ZIP' }).click(),
        ]);
        const bytes = readFileSync(await archive.path());
        assert.equal(bytes.subarray(0, 4).toString('latin1'), 'PK\x03\x04');
        for (const name of ['plain.jpg', 'iptc.jpg']) assert.ok(bytes.includes(name), name);
      },
    },
    {
      name: 'label: an answer that does not match its hash is not handed on',
      options: invented,
      async run({ page }) {
        const wrong = signed();
        wrong.headers['x-labeler-sha256-output'] = 'a'.repeat(64);
        await labelApi(page, { answers: [wrong] });
        await openLabel(page, sample('plain'));
        await page.getByRole('button', { name: 'Label the picture' }).click();
        await page.getByText('does not match its hash').waitFor();
        assert.equal(await page.getByRole('button', { name: 'Download plain.jpg' }).count(), 0);
      },
    },
    {
      name: 'label: without an account the way to one is shown, and a key does as well',
      options: invented,
      async run({ page }) {
        const { keys } = await labelApi(page, { signedIn: false, answers: [signed()] });
        await openLabel(page, sample('plain'));
        await page.getByText('Sign in, or enter a key, to label.').waitFor();
        assert.equal(await page.getByRole('button', { name: 'Label the picture' }).isDisabled(), true);
        assert.equal(await page.locator('section.account a').getAttribute('href'), '/sign-in?next=/label');
        await page.getByText('Or use an API key').click();
        await page.getByLabel('API key', { exact: true }).fill('lbl_test_abc');
        await page.getByRole('button', { name: 'Label the picture' }).click();
        await page.locator('section.pictures .verdicts').first().waitFor();
        assert.equal(keys[0], 'Bearer lbl_test_abc');
        assert.equal(
          await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }).includes('lbl_test')),
          false,
          'the key was stored',
        );
      },
    },
    {
      name: 'label: leaving with results that were not saved asks',
      options: invented,
      async run({ page }) {
        await labelApi(page, { answers: [signed()] });
        await openLabel(page, sample('plain'));
        await page.getByRole('button', { name: 'Label the picture' }).click();
        await page.locator('section.pictures .verdicts').first().waitFor();
        const asks = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
        assert.equal(await asks(), true);
        await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download plain.jpg' }).click(),
        ]);
        assert.equal(await asks(), false);
      },
    },
    {
      name: 'verify: a permalink says what is known about the hash',
      options: invented,
      async run({ page }) {
        const hash = 'ab'.repeat(32);
        const asked = await verifyApi(page, (sha256) => ({ json: { data: { ...found, sha256 }, requestId: 'r' } }));
        await page.goto(`/verify#${hash.toUpperCase()}`);
        await page.getByText('Labelled here.', { exact: true }).first().waitFor();
        assert.deepEqual(asked, [hash]);
        const text = await page.locator('.ours').innerText();
        assert.match(text, /labelled file itself[\s\S]*May 19, 2026[\s\S]*Generated by an AI model[\s\S]*SHA256:abc/);
        assert.match(page.url(), new RegExp(`/verify#${hash}$`));
      },
    },
    {
      name: 'verify: a dropped file: its credentials, and only its hash is sent',
      options: invented,
      async run({ page }) {
        const bodies = [];
        page.on('request', (request) => bodies.push(request.postDataBuffer()));
        const asked = await verifyApi(page, (sha256) => ({
          json: { data: { signedByPlatform: false, sha256 }, requestId: 'r' },
        }));
        await page.goto('/verify');
        await page.getByRole('button', { name: 'Choose a file' }).waitFor();
        await dropFiles(page, [sample('signed')]);
        await page.getByText('Not labelled here.', { exact: true }).first().waitFor();
        const credentials = page.locator('section[aria-labelledby=credentials-title]');
        assert.match(await credentials.innerText(), /Intact[\s\S]*Labeler Development[\s\S]*Made by AI/);
        const hash = hashOf(readFileSync(sample('signed')));
        assert.deepEqual(asked, [hash]);
        assert.ok(bodies.every((body) => body === null));
        assert.match(page.url(), new RegExp(`#${hash}$`));
        assert.equal(await page.getByRole('heading', { level: 2, name: 'signed.jpg' }).count(), 1);
      },
    },
    {
      name: 'verify: what is no hash, who is not signed in and a server that is down are told apart',
      options: invented,
      async run({ page }) {
        let answer = failure(401, 'missing_credentials');
        await verifyApi(page, () => answer);
        await page.goto('/verify');
        await page.getByLabel('Or the file’s SHA-256').fill('not a hash');
        await page.keyboard.press('Enter');
        assert.match(await page.getByRole('alert').innerText(), /no SHA-256/);
        const hash = '0'.repeat(64);
        await page.getByLabel('Or the file’s SHA-256').fill(hash);
        await page.keyboard.press('Enter');
        const link = page.locator('.ours').getByRole('link', { name: 'Sign in' });
        assert.equal(await link.getAttribute('href'), `/sign-in?next=/verify%23${hash}`);
        answer = failure(500, 'internal_error');
        await page.getByRole('button', { name: 'Look up' }).click();
        await page.getByText('The lookup did not work.').first().waitFor();
        answer = failure(404, 'not_found');
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByText('Not labelled here.', { exact: true }).first().waitFor();
      },
    },
    {
      name: 'verify: a link may bring a file of this site along',
      options: invented,
      async run({ page, context }) {
        const asked = await verifyApi(page, (sha256) => ({
          json: { data: { signedByPlatform: false, sha256 }, requestId: 'r' },
        }));
        const { files: built } = await (await context.request.get('/build.json')).json();
        const path = Object.keys(built).find((each) => /\/signed-[\w-]+\.jpg$/.test(each));
        await page.goto(`/verify?source=${encodeURIComponent(path)}`);
        await page.getByText('Not labelled here.', { exact: true }).first().waitFor();
        assert.match(
          await page.locator('section[aria-labelledby=credentials-title]').innerText(),
          /Intact[\s\S]*Made by AI/,
        );
        assert.equal(await page.getByRole('heading', { level: 2, name: basename(path) }).count(), 1);
        assert.deepEqual(asked, [hashOf(readFileSync(sample('signed')))]);
      },
    },
    {
      name: 'verify: a file that a link brings and that cannot be had is not called changed, and the way out is said',
      options: invented,
      async run({ page }) {
        const violations = await watchPolicy(page);
        const asked = await verifyApi(page, () => assert.fail('nothing was there to look up'));
        const alert = page.getByRole('alert');
        // Of another site: the page does not even try.
        await page.goto(`/verify?source=${encodeURIComponent('https://media.example/a/photo.jpg')}`);
        await alert.waitFor();
        assert.match(await alert.innerText(), /a file on another site[\s\S]*Download the file and drop it here/);
        const link = alert.getByRole('link', { name: 'Open the file on media.example' });
        assert.deepEqual(
          [await link.getAttribute('href'), await link.getAttribute('rel')],
          ['https://media.example/a/photo.jpg', 'noreferrer'],
        );
        assert.deepEqual(await violations(), []);
        await page.goto(`/verify?source=${encodeURIComponent('javascript:alert(1)')}`);
        await alert.waitFor();
        assert.match(await alert.innerText(), /names no address/);
        assert.equal(await alert.getByRole('link').count(), 0);
        // Not there, out of reach, and then there after all.
        let answer = (route) => route.fulfill({ status: 404, body: '' });
        await page.route(
          ({ pathname }) => pathname === '/media/photo.jpg',
          (route) => answer(route),
        );
        await page.goto('/verify?source=/media/photo.jpg');
        await page.getByText('nothing is known about it yet (HTTP 404)').waitFor();
        answer = (route) => route.abort('connectionrefused');
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByText(/nothing is known about it yet \((?!HTTP)/).waitFor();
        assert.equal(await page.getByText(/changed after signing/i).count(), 0);
        assert.deepEqual(asked, []);
        let go;
        const wait = new Promise((resolve) => (go = resolve));
        answer = async (route) => {
          await wait;
          await route.fulfill({ path: sample('plain') });
        };
        await page.unroute(/\/api\/v1\/verify\//);
        await verifyApi(page, () => failure(404, 'not_found'));
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.locator('.state').getByText('photo.jpg is being fetched from this site.').waitFor();
        go();
        await page.getByText('Not labelled here.', { exact: true }).first().waitFor();
        assert.equal(await alert.count(), 0);
      },
    },
    {
      name: 'docs: on paper no words lie over others, and links say where they lead',
      async run({ page }) {
        for (const path of ['/docs/api', '/docs/rules', '/docs/laws', '/docs/quick-start']) {
          await page.goto(path);
          const pages = await readPdf(await page.pdf({ format: 'A4' }));
          for (const [index, { overlaid }] of pages.entries())
            assert.deepEqual(overlaid, [], `${path}, page ${index + 1}`);
          if (path === '/docs/rules')
            assert.match(
              pages
                .map(({ text }) => text)
                .join('')
                .replace(/\s/g, ''),
              /AIAct\),Article50\(2\)\(https:\/\/eur-lex\.europa\.eu\/eli\/reg\/2024\/1689\/oj\)/,
            );
        }
      },
    },
    {
      name: 'docs: every page reads without scripts, and its links lead somewhere',
      options: { javaScriptEnabled: false },
      async run({ page, context }) {
        await page.goto('/docs');
        const menu = await page.$$eval('.docs-menu a', (links) => links.map((link) => link.getAttribute('href')));
        assert.ok(menu.length >= 8);
        for (const path of menu) {
          await page.goto(path);
          assert.equal(await page.locator('.docs-menu [aria-current=page]').getAttribute('href'), path);
          assert.ok((await page.locator('main').innerText()).length > 400, path);
          const links = await page.$$eval('main a[href^="/"]', (all) => all.map((each) => each.getAttribute('href')));
          for (const link of new Set(links.filter((each) => !each.startsWith('/api/')))) {
            const response = await context.request.get(link.split('#')[0]);
            assert.equal(response.status(), 200, `${path} links to ${link}`);
            const anchor = link.split('#')[1];
            if (anchor && link.startsWith('/docs'))
              assert.ok((await response.text()).includes(`id="${anchor}"`), `${path} links to ${link}`);
          }
        }
        assert.match(await page.goto('/docs/rules').then(() => page.locator('main').innerText()), /EU-13[\s\S]*CN-14/);
      },
    },
    {
      name: 'docs: samples name this site, and are copied as they stand',
      options: { permissions: ['clipboard-read', 'clipboard-write'] },
      async run({ page, site }) {
        await page.goto('/docs/api');
        const section = page.locator('#label');
        await section.getByRole('button', { name: 'Copy' }).first().click();
        await section.getByRole('button', { name: 'Copied' }).waitFor();
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        assert.ok(
          copied.startsWith(`curl -X POST '${site.url.replace('127.0.0.1', 'localhost')}/api/v1/label' \\\n`),
          copied.slice(0, 80),
        );
      },
    },
    {
      name: 'sign-in: leads back to where somebody came from',
      options: invented,
      async run({ page }) {
        let signedIn = false;
        await page.route(/\/api\/v1\//, (route) => {
          signedIn ||= route.request().method() === 'POST';
          return route.fulfill(signedIn ? { json: session } : failure(401, 'missing_credentials'));
        });
        await page.goto('/sign-in?next=/label');
        await page.getByLabel('E-mail').fill('ada@example.org');
        await page.getByLabel('Password').fill('right');
        await page.keyboard.press('Enter');
        await page.waitForURL('**/label');
        await page.getByText('You label for Ada’s workspace.').waitFor();
        assert.equal(await page.locator('[data-account]').innerText(), 'Account');
        assert.equal(basename(new URL(page.url()).pathname), 'label');
      },
    },
  ];
}
