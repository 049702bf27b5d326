// The check page: getting files in, reading the result, what happens when things go wrong.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { choose, corpus, dropFiles, openCheck, overflow, readPdf, readReport, skip, verdicts } from './harness.mjs';

/** The most memory, in MB, that any page of this machine's Chromium held so far; only Linux tells. */
function peakOfRenderers() {
  if (!existsSync('/proc/self/status')) return undefined;
  const peaks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return 0;
        return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
      } catch {
        return 0; // ended in the meantime
      }
    });
  return Math.round(Math.max(...peaks));
}

/** For files that do not fit into memory. */
async function sha256Of(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
const regions = ['European Union', 'California', 'China'];

const manifest = 'urn:c2pa:1';
const pixel = [
  ...Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
];
const rich = {
  report: {
    rubrics: [
      {
        name: 'Integrity',
        issuer: 'C2PA',
        version: '0.2',
        date: '2026-01-01',
        passed: 1,
        failed: 1,
        checks: [
          { id: 'r1', text: 'The claim signature is valid.', outcome: 'pass' },
          { id: 'r2', text: 'The hash does not match.', outcome: 'fail' },
        ],
      },
    ],
    c2pa: {
      integrity: 'intact',
      activeManifest: manifest,
      manifests: [
        {
          label: manifest,
          active: true,
          title: 'x',
          claimGenerator: null,
          claimVersion: 2,
          signedBy: 'Somebody',
          signedAt: null,
          actions: [],
          ingredients: [],
          softBindings: [],
          trainingMining: [],
          identities: ['cawg.identity'],
          assertions: [],
        },
      ],
      thumbnails: [{ manifest, assertion: 'c2pa.thumbnail.claim', format: 'image/png', sizeBytes: pixel.length }],
    },
    watermark: {
      probed: true,
      falsePositiveRate: 0.00015,
      marks: [{ name: 'Some mark', decoded: true, payload: null, source: 'pixels, frequency domain' }],
    },
  },
  thumbnails: [
    { manifest, assertion: 'c2pa.thumbnail.ingredient', format: 'image/png' },
    { manifest, assertion: 'c2pa.thumbnail.claim', format: 'image/svg+xml' },
    { manifest, assertion: 'c2pa.thumbnail.claim', format: 'image/png' },
  ],
  pixel,
};

/** Runs in the worker before its own code: adds to each report, and answers for its thumbnails. */
function enrich({ report, thumbnails, pixel: bytes }) {
  const post = self.postMessage.bind(self);
  self.postMessage = (message, ...rest) => {
    if (message.event === 'done') {
      const own = JSON.parse(message.json);
      for (const [key, value] of Object.entries(report))
        own[key] = Array.isArray(value) ? value : { ...own[key], ...value };
      own.verdicts.eu.rules[0].reference.url = 'javascript:alert(1)';
      message.json = JSON.stringify(own);
    }
    post(message, ...rest);
  };
  self.addEventListener('message', (event) => {
    if (event.data.op !== 'thumbnails') return;
    event.stopImmediatePropagation();
    post({
      event: 'thumbnails',
      id: event.data.id,
      found: thumbnails.map((each) => ({ ...each, bytes: new Uint8Array(bytes) })),
    });
  });
}

/** The names in the list of files, from the top. */
const names = (page) => page.locator('.queue .name').allTextContents();

async function fileStates(page) {
  return page.$$eval('.queue li', (items) =>
    items.map((item) => item.querySelector('.state')?.textContent.trim() ?? 'done'),
  );
}

/** Gives a folder and a function that labels a file in it with the command. */
async function withLabeller(run) {
  const { LABELER_CLI: cli } = process.env;
  if (!cli) skip('no command line (LABELER_CLI)');
  const folder = mkdtempSync(join(tmpdir(), 'labeler-watermark-'));
  try {
    await run(folder, (input, output) => {
      execFileSync(cli, ['label', input, '-o', output], {
        env: { ...process.env, LABELER_CONFIG: join(folder, 'config') },
        stdio: 'ignore',
      });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A PNG from the page: waves under grain, or a part of another picture. */
async function drawPng(page, { width, height, of, x = 0, y = 0, stretch = 1 }) {
  const base64 = await page.evaluate(
    async ({ width, height, of, x, y, stretch }) => {
      const canvas = new OffscreenCanvas(width, height);
      const drawing = canvas.getContext('2d');
      if (of) {
        const image = await createImageBitmap(new Blob([Uint8Array.from(atob(of), (each) => each.charCodeAt(0))]));
        drawing.drawImage(image, -x, -y, image.width * stretch, image.height);
      } else {
        const image = drawing.createImageData(width, height);
        for (let at = 0; at < width * height; at += 1) {
          const wave = 118 + 30 * Math.sin((at % width) / 20) + 30 * Math.cos(at / width / 25);
          const grain = (Math.imul(at, 2_654_435_761) >>> 16) % 21;
          image.data.set([wave + grain, wave, wave - grain, 255], at * 4);
        }
        drawing.putImageData(image, 0, 0);
      }
      const reader = new FileReader();
      const file = await canvas.convertToBlob();
      await new Promise((done) => {
        reader.onload = done;
        reader.readAsDataURL(file);
      });
      return reader.result.split(',')[1];
    },
    { width, height, of: of?.toString('base64'), x, y, stretch },
  );
  return Buffer.from(base64, 'base64');
}

const ownMarks = ({ watermark }) => watermark.marks.filter(({ name, decoded }) => name === 'Labeler' && decoded).length;

export function checkTests(files) {
  return [
    {
      name: 'check: a watermark is found after a crop and a change of aspect ratio, in a search that follows the first report',
      async run({ page }) {
        await withLabeller(async (folder, label) => {
          await openCheck(page);
          const [source, labelled, cropped] = ['source.png', 'labelled.png', 'cropped.png'].map((name) =>
            join(folder, name),
          );
          writeFileSync(source, await drawPng(page, { width: 900, height: 700 }));
          label(source, labelled);
          writeFileSync(
            cropped,
            await drawPng(page, { width: 760, height: 600, of: readFileSync(labelled), x: 70, y: 50, stretch: 1.1 }),
          );
          await dropFiles(page, [cropped]);
          const report = await readReport(page);
          assert.equal(ownMarks(report), 1, JSON.stringify(report.watermark));
          assert.equal(report.watermark.notSearched, undefined);
          assert.equal(await page.locator('.deep-search').count(), 0);
        });
      },
    },
    {
      name: 'check: a deep search can be stopped from the keyboard, and the report says what was not searched',
      async run({ page }) {
        await openCheck(page);
        const path = join(files.folder, 'large.png');
        // So large that the search takes a while.
        writeFileSync(path, await drawPng(page, { width: 4500, height: 3500 }));
        await dropFiles(page, [path]);
        const stop = page.getByRole('button', { name: 'Stop searching large.png for a watermark' });
        await stop.focus();
        await page.keyboard.press('Enter');
        await page.getByText('Not searched for a watermark after cropping or rotation.').waitFor();
        const again = page.getByRole('button', { name: 'Search large.png for a watermark after cropping or rotation' });
        assert.ok(await again.evaluate((button) => button === document.activeElement));
        assert.match((await readReport(page)).watermark.notSearched, /aspect ratio/);
        await again.click();
        await page.locator('.deep-search').waitFor({ state: 'detached' });
        assert.equal((await readReport(page)).watermark.notSearched, undefined);
      },
    },
    {
      name: 'check: the watermark of an AVIF is read with the decoder of the browser',
      async run({ page }) {
        const source = join(corpus() ?? skip('no corpus'), 'plain/photo.avif');
        await withLabeller(async (folder, label) => {
          const labelled = join(folder, 'labelled.avif');
          label(source, labelled);
          await openCheck(page);
          await dropFiles(page, [labelled]);
          const report = await readReport(page);
          assert.equal(report.watermark.probed, true, report.watermark.notProbed);
          assert.equal(ownMarks(report), 1, JSON.stringify(report.watermark));
        });
      },
    },
    {
      name: 'check: a dropped file gives a verdict for every region',
      async run({ page }) {
        await openCheck(page);
        await dropFiles(page, [files.iptc]);
        const found = await verdicts(page);
        for (const region of regions) assert.ok(region in found, `no verdict for ${region}: ${JSON.stringify(found)}`);
        // China's label is missing from a file that says it is AI: the one clear failure of the three.
        assert.equal(found.China, 'Fails');
        const report = await readReport(page);
        assert.equal(report.sha256, sha256(files.iptc));
        assert.equal(report.filename, basename(files.iptc));
        assert.equal(report.mime, 'image/png');
        assert.equal(report.ai.state, 'claimed');
        assert.equal(report.iptc.digitalSourceTypes[0].term, 'trainedAlgorithmicMedia');
        const metadata = page.locator('section[aria-labelledby=metadata-title]');
        assert.match(await metadata.innerText(), /DigitalSourceType/);
      },
    },
    {
      name: 'check: three dropped files keep their order, each with its own report',
      async run({ page }) {
        await openCheck(page);
        const three = [files.plain, files.iptc, files.aigc];
        await dropFiles(page, three);
        await page.locator('.queue .verdicts').nth(2).waitFor();
        assert.deepEqual(
          await names(page),
          three.map((path) => basename(path)),
        );
        for (const [index, path] of three.entries()) {
          await page.locator('.queue .open').nth(index).click();
          await page.getByRole('heading', { level: 2, name: basename(path) }).waitFor();
          assert.equal((await readReport(page)).sha256, sha256(path));
        }
      },
    },
    {
      name: 'check: a dragged file shows where it will land',
      async run({ page }) {
        await openCheck(page);
        const client = await page.context().newCDPSession(page);
        const data = { items: [], files: [files.plain], dragOperationsMask: 1 };
        await client.send('Input.dispatchDragEvent', { type: 'dragEnter', x: 20, y: 20, data });
        await page.getByText('Drop to check').waitFor();
        // Nothing more comes: the drag went elsewhere.
        await page.getByText('Drop to check').waitFor({ state: 'detached' });
      },
    },
    {
      name: 'check: a dropped folder gives its files, without the hidden ones',
      async run({ page }) {
        await openCheck(page);
        await dropFiles(page, [files.album]);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        assert.deepEqual((await names(page)).sort(), ['one.png', 'two.png']);
      },
    },
    {
      name: 'check: a pasted picture is checked',
      async run({ page }) {
        await openCheck(page);
        await page.evaluate(
          (bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], 'pasted.png', { type: 'image/png' }));
            document.dispatchEvent(
              new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }),
            );
          },
          [...readFileSync(files.aigc)],
        );
        await verdicts(page);
        const report = await readReport(page);
        assert.equal(report.sha256, sha256(files.aigc));
        assert.equal(report.aigc[0].label.label, '1');
      },
    },
    {
      name: 'check: with the keyboard alone, from the first Tab to the raw report',
      async run({ page }) {
        await openCheck(page);
        const chooser = new Promise((resolve) => page.on('filechooser', resolve));
        await page.waitForTimeout(50);
        let steps = 0;
        const focused = () => page.evaluate(() => document.activeElement?.textContent.trim() ?? '');
        do {
          await page.keyboard.press('Tab');
          steps += 1;
        } while ((await focused()) !== 'Choose files' && steps < 15);
        assert.equal(await focused(), 'Choose files');
        const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        assert.equal(outline, 'solid', 'the focus is not visible');
        await page.keyboard.press('Enter');
        await (await chooser).setFiles([files.iptc]);
        await page.locator('.report').waitFor();
        await page.waitForFunction(() => document.activeElement?.id === 'report-title');
        steps = 0;
        const onSummary = () => page.evaluate(() => document.activeElement?.matches('details.raw > summary') ?? false);
        while (!(await onSummary()) && steps < 120) {
          await page.keyboard.press('Tab');
          steps += 1;
        }
        assert.ok(await onSummary(), 'the raw report cannot be reached by Tab');
        await page.keyboard.press('Enter');
        await page.locator('details.raw pre').getByText('"schemaVersion": 1').waitFor();
      },
    },
    {
      name: 'check: the report is exported with the keyboard',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc);
        const report = await readReport(page);
        await page.locator('#choose-files').focus();
        const onExport = () => page.evaluate(() => document.activeElement?.textContent === 'JSON');
        for (let steps = 0; !(await onExport()) && steps < 60; steps += 1) await page.keyboard.press('Tab');
        assert.ok(await onExport(), 'the export cannot be reached by Tab');
        const [saved] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
        assert.deepEqual(JSON.parse(readFileSync(await saved.path(), 'utf8')), report);
      },
    },
    {
      name: 'check: the native control opens with Space, the folder button with Enter',
      async run({ page }) {
        await openCheck(page);
        const choosers = [];
        page.on('filechooser', (chooser) => choosers.push(chooser));
        await page.waitForTimeout(50);
        await page.locator('#native-files').focus();
        await page.keyboard.press('Space');
        await page.waitForTimeout(300);
        await page.locator('button.choose-folder').focus();
        await page.keyboard.press('Enter');
        await page.waitForTimeout(300);
        assert.equal(choosers.length, 2);
      },
    },
    {
      name: 'check: the result is announced, and a pointer keeps its place',
      async run({ page }) {
        await openCheck(page);
        await page.mouse.click(5, 5);
        await choose(page, files.plain);
        await verdicts(page);
        const status = page.getByRole('status');
        await page.waitForFunction(() => /European Union/.test(document.querySelector('[role=status]').textContent));
        assert.match(await status.textContent(), /plain\.png: European Union: .+, California: .+, China: .+/);
        assert.notEqual(await page.evaluate(() => document.activeElement?.id), 'report-title');
      },
    },
    {
      name: 'check: failing rules come first, each with its article, reason and fix',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc);
        await verdicts(page);
        const china = page.locator('#region-china');
        const cards = china.locator(':scope > .rule');
        assert.match(await cards.first().getAttribute('class'), /\bfail\b/);
        const text = await cards.first().innerText();
        assert.match(text, /Fix/);
        assert.match(text, /GB 45438-2025|Measures/);
        const order = await cards.evaluateAll((all) => all.map((card) => (card.classList.contains('fail') ? 0 : 1)));
        assert.deepEqual(order, [...order].sort(), 'an open rule stands before a failing one');
        const link = await cards.first().locator('.source a').getAttribute('href');
        assert.match(link, /^https:\/\//);
        assert.equal(await china.locator('details > .rule').first().isVisible(), false, 'the rest is collapsed');
      },
    },
    {
      name: 'check: the raw report downloads as the engine wrote it',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.aigc);
        const shown = await readReport(page);
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download' }).click(),
        ]);
        assert.equal(download.suggestedFilename(), 'aigc.png.report.json');
        const saved = readFileSync(await download.path(), 'utf8');
        assert.deepEqual(JSON.parse(saved), shown);
        assert.equal(saved, JSON.stringify(JSON.parse(saved)), 'not the engine’s compact text');
      },
    },
    {
      name: 'check: the raw report is copied',
      options: { permissions: ['clipboard-read', 'clipboard-write'] },
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.aigc);
        const shown = await readReport(page);
        await page.getByRole('button', { name: 'Copy' }).click();
        await page.getByRole('button', { name: 'Copied' }).waitFor();
        assert.deepEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), shown);
      },
    },
    {
      name: 'check: content decides, not the name',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.misnamed);
        const report = await readReport(page);
        assert.equal(report.mime, 'image/png');
        assert.ok(report.warnings.length > 0, 'the wrong name goes unmentioned');
      },
    },
    {
      name: 'check: samples can be tried with nothing at hand',
      async run({ page }) {
        await openCheck(page);
        await page.getByRole('button', { name: 'AI picture, Chinese label' }).click();
        // The label is there; whether people see one as well cannot be told from the file.
        assert.equal((await verdicts(page)).China, 'Can’t tell');
        await page.getByRole('button', { name: 'Clear' }).click();
        await page.getByRole('button', { name: 'AI picture, IPTC label' }).click();
        assert.equal((await verdicts(page)).China, 'Fails');
        assert.equal((await readReport(page)).ai.state, 'claimed');
        await page.getByRole('button', { name: 'Clear' }).click();
        await page.getByRole('button', { name: 'Picture without a label' }).click();
        await verdicts(page);
        assert.equal((await readReport(page)).ai.state, 'none');
      },
    },
    {
      name: 'check: unreadable files are explained, and the files after them are checked',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.empty, files.text, files.garbage, files.iptc);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        assert.deepEqual(await fileStates(page), ['Not checked', 'done', 'Not checked', 'done']);
        await page.locator('.queue .open').nth(0).click();
        assert.match(await page.locator('.result').innerText(), /The file is empty\.[\s\S]*empty_file/);
        await page.locator('.queue .open').nth(2).click();
        assert.match(await page.locator('.result').innerText(), /not a type of file[\s\S]*mime_not_allowed/);
      },
    },
    {
      name: 'check: hostile files end in a report or an error, never in a hang',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.truncated, files.liar, files.proto, files.many, files.iptc);
        await page.waitForFunction(() => {
          const items = [...document.querySelectorAll('.queue li')];
          return (
            items.length === 5 &&
            items.every((item) => /^(Not checked)?$/.test(item.querySelector('.state')?.textContent.trim() ?? ''))
          );
        });
        const states = await fileStates(page);
        assert.equal(states[4], 'done');
        for (const state of states) assert.match(state, /^(done|Not checked)$/);
        assert.equal(await page.evaluate(() => ({}).polluted), undefined);
      },
    },
    {
      name: 'check: a crash of the engine is contained, and the file can be tried again',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        // Whichever worker gets the first job, the empty file, dies of it; every later job finds a sound one.
        await page.route(/\/assets\/check\.worker-.*\.js$/, async (route) => {
          const response = await route.fetch();
          const body = await response.text();
          const poison = `self.addEventListener('message', (event) => {
            if (event.data.op === 'check' && event.data.id === 1) { event.stopImmediatePropagation(); throw new WebAssembly.RuntimeError('unreachable'); }
          });`;
          await route.fulfill({ response, body: poison + body });
        });
        await openCheck(page);
        await choose(page, files.empty, files.iptc, files.plain);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        assert.deepEqual(await fileStates(page), ['Not checked', 'done', 'done']);
        await page.locator('.queue .open').first().click();
        assert.match(await page.locator('.result').innerText(), /engine stopped on this file[\s\S]*engine_crashed/);
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByText('empty_file').waitFor();
      },
    },
    {
      name: 'check: without the engine the page says so, and tries again',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        await openCheck(page);
        for (const missing of [/loader\.worker/, /check\.worker/, /\.wasm$/]) {
          await page.route(missing, (route) => route.abort());
          await choose(page, files.iptc);
          await page.getByText('engine_unavailable').waitFor();
          await page.unroute(missing);
          await page.getByRole('button', { name: 'Try again' }).click();
          await verdicts(page);
          await page.reload();
        }
      },
    },
    {
      name: 'check: a worker whose script never comes is given up, and another is tried',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        await page.clock.install();
        await openCheck(page);
        for (const missing of [/loader\.worker/, /check\.worker/]) {
          const held = new Promise((resolve) => page.route(missing, resolve, { times: 1 }));
          await choose(page, files.iptc);
          await held;
          await page.clock.fastForward(15_000);
          await page.getByText('engine_unavailable').waitFor();
          await page.getByRole('button', { name: 'Try again' }).click();
          await verdicts(page);
          await page.reload();
        }
      },
    },
    {
      name: 'check: a running check can be cancelled, and the next file is checked',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.large);
        await page.locator('.state progress[value]').waitFor();
        await page.getByRole('button', { name: 'Cancel large.png' }).click();
        await page.getByText('The check was cancelled.').waitFor();
        assert.equal(await page.locator('.report').count(), 0);
        await page.getByRole('button', { name: 'Clear' }).click();
        await choose(page, files.iptc);
        await verdicts(page);
      },
    },
    {
      name: 'check: a video of 2 GB is reported before it is hashed, and then whole, in little memory',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.video);
        await page.locator('.report .verdicts').waitFor();
        const hash = page.locator('section[aria-labelledby=file-title] .table dd').first();
        await page
          .locator('.state', {
            hasText: /The hash is being computed: .+ of 2\.1 GB\. What is shown below may still change\./,
          })
          .waitFor();
        assert.equal(await hash.innerText(), 'Being computed…');
        assert.equal(await page.getByRole('button', { name: 'JSON' }).count(), 0, 'half a report can be exported');
        await page.locator('.state').waitFor({ state: 'detached' });
        assert.equal(await hash.innerText(), await sha256Of(files.video));
        const report = await readReport(page);
        assert.equal(report.mime, 'video/mp4');
        assert.equal(report.ai.state, 'claimed', 'what stands behind the media data was read');
        const peak = peakOfRenderers();
        assert.ok(peak === undefined || peak < 600, `a page took ${peak} MB for a file of 2 GB`);
        assert.equal(await page.getByRole('button', { name: 'JSON' }).count(), 1);
      },
    },
    ...[false, true].map((slices) => ({
      name: `check: a large file is hashed whole ${slices ? 'also where the browser refills no buffer' : 'in a refilled buffer'}; one that shrinks meanwhile is named as such`,
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        // In the worker, before its own code: the two ways a browser may hand over the bytes.
        const only = slices
          ? "Blob.prototype.stream = () => { throw new TypeError('no stream of bytes'); };"
          : "Blob.prototype.arrayBuffer = ((own) => function () { return this.size > 2 ** 20 ? Promise.reject(new Error('sliced')) : own.call(this); })(Blob.prototype.arrayBuffer);";
        await page.route(/\/assets\/check\.worker-.*\.js$/, async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, body: `${only}\n${await response.text()}` });
        });
        const path = `${files.folder}/shrinking.png`;
        copyFileSync(files.iptc, path);
        truncateSync(path, 300_000_000);
        await openCheck(page);
        await choose(page, path);
        await page.getByRole('button', { name: 'JSON' }).waitFor();
        assert.equal((await readReport(page)).sha256, await sha256Of(path));
        await page.getByRole('button', { name: 'Clear' }).click();
        truncateSync(path, 3_000_000_000);
        await choose(page, path);
        await page.locator('.state', { hasText: 'The hash is being computed' }).waitFor();
        truncateSync(path, 1000);
        await page.getByText('file_changed').waitFor();
      },
    })),
    {
      name: 'check: a file that changed since it was chosen is named as such',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        const copy = `${files.folder}/changing.png`;
        copyFileSync(files.iptc, copy);
        // The engine is held back until the file has changed, so that reading starts afterwards.
        let changed;
        const whenChanged = new Promise((resolve) => (changed = resolve));
        await page.route(/\.wasm$/, async (route) => {
          await whenChanged;
          await route.continue();
        });
        await openCheck(page);
        await choose(page, copy);
        await page.locator('#report-title').waitFor();
        appendFileSync(copy, Buffer.alloc(100_000));
        changed();
        await page.getByText('file_changed').waitFor();
      },
    },
    {
      name: 'check: role, day of the check, provider and regions change the judgement at once',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.plain);
        await verdicts(page);
        await page.getByLabel('Who are you?').selectOption('deployer');
        await page.getByText('Day of the check, provider, regions').click();
        await page.getByLabel('Day of the check', { exact: true }).fill('2026-10-05');
        await page.getByLabel('Day of the check', { exact: true }).press('Tab');
        await page.getByLabel('Provider’s name').fill('Example AI');
        await page.getByLabel('Provider’s name').press('Tab');
        await page.getByRole('checkbox', { name: 'Washington' }).uncheck();
        await page.getByText('3 set', { exact: true }).waitFor();
        await page.getByText('duties of a deployer').waitFor();
        await page.waitForFunction(() => !document.querySelector('#region-washington'));
        const { context, verdicts: judged } = await readReport(page);
        assert.equal(context.asOf, '2026-10-05');
        assert.equal(context.role, 'deployer');
        assert.equal(context.provider, 'Example AI');
        assert.deepEqual(Object.keys(judged).sort(), ['california', 'china', 'eu']);
      },
    },
    {
      name: 'check: the list is moved through and thinned out by keyboard',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc, files.plain, files.aigc);
        await page.locator('.queue .verdicts').nth(2).waitFor();
        await page.locator('.queue .open').first().focus();
        await page.keyboard.press('End');
        await page.keyboard.press('ArrowUp');
        const focused = () => page.evaluate(() => document.activeElement?.querySelector('.name')?.textContent);
        assert.equal(await focused(), basename(files.plain));
        await page.keyboard.press('Delete');
        await page.waitForFunction(() => document.querySelectorAll('.queue li').length === 2);
        assert.equal(await focused(), basename(files.aigc), 'the focus is lost');
        await page.getByRole('button', { name: `Remove ${basename(files.iptc)}` }).click();
        await page.waitForFunction(() => !document.querySelector('.queue'));
        await page.getByRole('heading', { level: 2, name: basename(files.aigc) }).waitFor();
      },
    },
    {
      name: 'check: reports of several files are exported, and opened again without the files',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc, files.aigc);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        const [saved] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'JSON' }).click(),
        ]);
        assert.equal(saved.suggestedFilename(), 'labeler-reports.json');
        const path = `${files.folder}/labeler-reports.json`;
        copyFileSync(await saved.path(), path);
        assert.deepEqual(
          JSON.parse(readFileSync(path, 'utf8')).map(({ sha256: hash }) => hash),
          [sha256(files.iptc), sha256(files.aigc)],
        );
        await page.getByRole('button', { name: 'Clear' }).click();
        await dropFiles(page, [path]);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        assert.deepEqual(await names(page), [basename(files.iptc), basename(files.aigc)]);
        await page.getByText('The file itself was not read again').waitFor();
        assert.equal((await readReport(page)).sha256, sha256(files.iptc));
      },
    },
    {
      name: 'check: reports are exported as a table and as SARIF',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc, files.plain);
        await page.locator('.queue .verdicts').nth(1).waitFor();
        const save = async (format) => {
          const [saved] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('button', { name: format.toUpperCase() }).click(),
          ]);
          assert.equal(saved.suggestedFilename(), `labeler-reports.${format}`);
          return readFileSync(await saved.path(), 'utf8');
        };
        const [header, ...lines] = (await save('csv')).trimEnd().split('\r\n');
        const columns = header.split(',');
        const table = lines.map((line) =>
          Object.fromEntries(line.split(',').map((cell, index) => [columns[index], cell])),
        );
        assert.deepEqual(
          table.map(({ filename }) => filename),
          [basename(files.iptc), basename(files.plain)],
        );
        assert.deepEqual(
          table.map(({ sha256: hash }) => hash),
          [sha256(files.iptc), sha256(files.plain)],
        );
        assert.deepEqual(
          table.map(({ ai }) => ai),
          ['claimed', 'none'],
        );
        assert.equal(table[0].china, 'fail');
        const log = JSON.parse(await save('sarif'));
        assert.equal(log.version, '2.1.0');
        const [{ results }] = log.runs;
        const failing = results.find(({ ruleId, kind }) => ruleId.startsWith('CN-') && kind === 'fail');
        assert.equal(failing.locations[0].physicalLocation.artifactLocation.uri, basename(files.iptc));
      },
    },
    {
      name: 'check: rubrics, thumbnails and error rates of a report are shown; addresses that are none are not',
      options: { serviceWorkers: 'block' },
      async run({ page }) {
        // The engine’s own report, enriched in the worker by what a small file made in code does not have.
        await page.route(/\/assets\/check\.worker-.*\.js$/, async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, body: `(${enrich})(${JSON.stringify(rich)});\n${await response.text()}` });
        });
        await openCheck(page);
        await choose(page, files.iptc);
        const rubrics = page.locator('section[aria-labelledby=rubrics-title]');
        assert.match(
          await rubrics.innerText(),
          /Integrity[\s\S]*Version 0\.2 · 1 check met, 1 not met[\s\S]*Not met\s+The hash does not match\.[\s\S]*Met\s+The claim signature is valid\./,
        );
        const picture = page.locator('.tree img');
        await picture.first().waitFor();
        assert.equal(await picture.count(), 1, 'a picture that is none of the asset, or of a type that is not shown');
        assert.equal(await picture.evaluate((image) => image.decode().then(() => image.naturalWidth)), 1);
        assert.match(await page.locator('.tree').innerText(), /cawg\.identity/);
        await page.getByText('at most one of 6,667 pictures without one').waitFor();
        assert.match(
          await page.locator('section[aria-labelledby=watermark-title]').innerText(),
          /Some mark\s+Decoded from the file\.[\s\S]*pixels, frequency domain/,
        );
        assert.equal(await page.locator('a[href^="javascript:"]').count(), 0);
      },
    },
    {
      name: 'check: JSON that is no report is no report',
      async run({ page }) {
        await openCheck(page);
        const path = `${files.folder}/other.json`;
        writeFileSync(path, '{"__proto__":{"polluted":true},"schemaVersion":1}');
        await choose(page, path);
        await page.getByText('mime_not_allowed').waitFor();
        assert.equal(await page.evaluate(() => ({}).polluted), undefined);
      },
    },
    {
      name: 'check: the samples of the home page are checked at once, and the one shown there says so',
      async run({ page }) {
        await page.goto('/');
        const shown = await page.$$eval('.example > div', (rows) =>
          rows.map((row) => [row.querySelector('dt').textContent, row.querySelector('dd').textContent.trim()]),
        );
        await page.getByRole('link', { name: 'AI picture, signed' }).click();
        assert.deepEqual(await verdicts(page), Object.fromEntries(shown));
      },
    },
    {
      name: 'check: on paper, in A4 and Letter, nothing is cut off or laid over another, and every rule, hash, versions and date are there',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc);
        const { sha256, engine, verdicts: regions } = await readReport(page);
        const rules = Object.values(regions).flatMap(({ rules }) => rules);
        assert.ok(rules.length > 40);
        const wanted = [
          'iptc-ai.png',
          sha256,
          `${engine.labeler.name} ${engine.labeler.version}`,
          engine.rules.version,
        ];
        wanted.push(
          'Trust lists',
          'Checked',
          ...rules.flatMap(({ id, title, requirement }) => [id, title, requirement]),
        );
        await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
        await page.emulateMedia({ media: 'print' });
        for (const [format, width] of [
          ['A4', 703],
          ['Letter', 725],
        ]) {
          await page.setViewportSize({ width, height: 1000 });
          assert.equal(await overflow(page), '', format);
          const pdf = await page.pdf({ format, tagged: true, outline: true });
          for (const part of ['/StructTreeRoot', '/Outlines', '/Title'])
            assert.ok(pdf.includes(part), `${format}: ${part}`);
          const pages = await readPdf(pdf);
          // Lines break where they will, and not every machine has a font for Chinese.
          const letters = (text) => text.replace(/[\s\0\p{Script=Han}]/gu, '');
          const text = letters(pages.map((each) => each.text).join(''));
          assert.deepEqual(
            wanted.filter((words) => !text.includes(letters(words))),
            [],
            `${format}: not on paper`,
          );
          assert.doesNotMatch(text, /schemaVersion/);
          for (const [index, { text, overlaid }] of pages.entries()) {
            assert.deepEqual(overlaid, [], `${format}, page ${index + 1}: laid over others`);
            assert.ok(text.includes(`${index + 1} / ${pages.length}`), `${format}: page ${index + 1} has no number`);
          }
        }
      },
    },
    {
      name: 'check: on paper every rule is open, and closed again afterwards',
      async run({ page }) {
        await openCheck(page);
        await choose(page, files.iptc);
        await verdicts(page);
        const closed = () => page.locator('.report details:not([open], .no-print)').count();
        const before = await closed();
        assert.ok(before > 0);
        await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
        assert.equal(await closed(), 0);
        await page.emulateMedia({ media: 'print' });
        assert.equal(await page.locator('.dropzone').isVisible(), false);
        assert.equal(await page.locator('.site-header nav').isVisible(), false);
        await page.evaluate(() => dispatchEvent(new Event('afterprint')));
        assert.equal(await closed(), before);
      },
    },
  ];
}
