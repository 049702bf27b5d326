// Times a video of 2 GB in Chromium, for `cargo xtask bench`: on the check page as it is built, and read by
// @contentauth/c2pa-web and hashed by sha256sum. Prints one JSON object with milliseconds and megabytes.
//
// node tests/web/bench_video.mjs PEER_FOLDER     (PEER_FOLDER: node_modules/@contentauth/c2pa-web)

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFixtures } from './fixtures.mjs';
import { dist, launch, openCheck } from './harness.mjs';
import { servePeer } from './peer.mjs';
import { serve } from './server.mjs';

const [peer] = process.argv.slice(2);
const files = writeFixtures();
const site = await serve(dist);

/** Private memory of the largest page process that is running, in MB; nothing where the system does not tell. */
function memory() {
  const sizes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return 0;
        return Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
      } catch {
        return 0; // ended in the meantime
      }
    });
  return Math.max(...sizes);
}

/** Watches memory while something is done. */
async function watched(work) {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, memory())), 50);
  try {
    return { ...(await work()), peak: Math.max(peak, memory()) };
  } finally {
    clearInterval(timer);
  }
}

/** Opens the page with the engine loaded, so that only the video is timed. */
async function ready(page) {
  await openCheck(page);
  await page.setInputFiles('#native-files', files.plain);
  await page.locator('.report .verdicts').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.evaluate(() => {
    globalThis.gap = 0;
    let last = performance.now();
    const frame = () => {
      const now = performance.now();
      globalThis.gap = Math.max(globalThis.gap, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    document
      .querySelector('#native-files')
      .addEventListener('change', () => (globalThis.chosen = performance.now()), { capture: true });
    new MutationObserver(() => {
      if (document.querySelector('.report .verdicts')) globalThis.structure ??= performance.now();
      if (document.querySelector('.report .verdicts') && !document.querySelector('.state'))
        globalThis.whole ??= performance.now();
    }).observe(document.body, { childList: true, subtree: true });
  });
  await page.setInputFiles('#native-files', files.video);
}

const browser = await launch();
try {
  const page = await browser.newPage({ baseURL: site.url });
  const ours = await watched(async () => {
    await ready(page);
    await page.waitForFunction(() => globalThis.whole, undefined, { timeout: 300_000 });
    return page.evaluate(() => ({
      structure: globalThis.structure - globalThis.chosen,
      whole: globalThis.whole - globalThis.chosen,
      gap: globalThis.gap,
    }));
  });
  await page.close();

  const cancelled = await browser.newPage({ baseURL: site.url });
  await ready(cancelled);
  await cancelled.locator('.state', { hasText: 'The hash is being computed' }).waitFor();
  const cancel = await cancelled.evaluate(async () => {
    const start = performance.now();
    [...document.querySelectorAll('.state button')].find((button) => button.textContent.trim() === 'Cancel').click();
    while (!document.querySelector('.state')?.textContent.includes('Try again'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    return performance.now() - start;
  });
  await cancelled.close();

  const peers = await servePeer(peer);
  const tab = await browser.newPage();
  await tab.goto(peers.url);
  await tab.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.id = 'video';
    document.body.append(input);
  });
  const theirs = await watched(async () => {
    await tab.setInputFiles('#video', files.video);
    return tab.evaluate(async () => {
      const { createC2pa } = await import('/peer/dist/index.js');
      const c2pa = await createC2pa({ wasmSrc: '/peer/dist/resources/c2pa_bg.wasm' });
      const [file] = document.querySelector('#video').files;
      const start = performance.now();
      const reader = await c2pa.reader.fromBlob('video/mp4', file).catch(() => null);
      await reader?.manifestStore();
      return { read: performance.now() - start };
    });
  });
  peers.close();
  const start = performance.now();
  execFileSync('sha256sum', [files.video]);
  console.log(
    JSON.stringify({ ours: { ...ours, cancel }, theirs: { ...theirs, sha256sum: performance.now() - start } }),
  );
} finally {
  await browser.close();
  site.close();
  files.remove();
}
