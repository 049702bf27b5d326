// Times a check in Chromium beside @contentauth/c2pa-web, for `cargo xtask bench`. Each engine runs in a worker, is loaded
// once, and reads every file several times; the answer is one JSON object with the medians in milliseconds.
//
// node tests/web/bench.mjs PEER_FOLDER SETTINGS FILE...     (PEER_FOLDER: node_modules/@contentauth/c2pa-web; SETTINGS: a
// file with the engine's settings, whose trust lists the peer is given too)

import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { launch } from './harness.mjs';
import { servePeer } from './peer.mjs';

const [peer, settingsFile, ...files] = process.argv.slice(2);
const { trust } = JSON.parse(await readFile(settingsFile, 'utf8'));
const trustAnchors = trust.anchors.map((list) => list.trust_anchors).join('\n');
const settings = { trust: { trustAnchors, trustConfig: trust.trust_config } };
const media = {
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.mp4': 'video/mp4',
  '.avif': 'image/avif',
};
const RUNS = 9;
// Before they count: a browser compiles what is used often once more, and better.
const WARM_UPS = 5;

const site = await servePeer(peer, files);
const browser = await launch();
const measured = [];
try {
  const tab = await browser.newPage();
  tab.on('pageerror', (error) => console.error(error.message));
  await tab.goto(site.url);
  for (const [index, file] of files.entries()) {
    const result = await tab.evaluate(
      async ({ index, type, runs, warmUps, settings }) => {
        const blob = new Blob([await (await fetch(`/file/${index}`)).arrayBuffer()], { type });
        const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
        const time = async (work) => {
          const times = [];
          for (let run = 0; run < warmUps; run += 1) await work();
          for (let run = 0; run < runs; run += 1) {
            const start = performance.now();
            await work();
            times.push(performance.now() - start);
          }
          return median(times);
        };

        const check = async (options) => {
          const worker = new Worker('/pkg/worker.js', { type: 'module' });
          const median = await time(
            () =>
              new Promise((resolve, reject) => {
                worker.onmessage = ({ data }) => {
                  if (data.event === 'done') resolve(JSON.parse(data.json));
                  else if (data.error) reject(new Error(data.error.message));
                };
                worker.postMessage({ op: 'check', id: 1, file: blob, options });
              }),
          );
          worker.terminate();
          return median;
        };
        const [ours, withPixels] = [await check({ maxPixels: 0 }), await check()];

        const { createC2pa } = await import('/peer/dist/index.js');
        const c2pa = await createC2pa({ wasmSrc: '/peer/dist/resources/c2pa_bg.wasm', settings });
        const theirs = await time(async () => {
          const reader = await c2pa.reader.fromBlob(blob.type, blob);
          await reader.manifestStore();
          await reader.free();
        });
        c2pa.dispose?.();
        return { bytes: blob.size, ours, withPixels, theirs };
      },
      { index, type: media[extname(file)], runs: RUNS, warmUps: WARM_UPS, settings },
    );
    measured.push({ file: basename(file), ...result });
  }
} finally {
  await browser.close();
  site.close();
}
console.log(JSON.stringify({ files: measured }));
