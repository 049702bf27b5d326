// Drives the pages in Chromium. `node tests/web/run.mjs [part of a test's name]`
//
// LABELER_URL        the site to test; without it, web/dist is served from here and the API's answers are invented
// LABELER_CHROMIUM   the browser (default: /usr/bin/chromium)
// LABELER_CORPUS     folder with real files (default: ../shared/corpus, if it exists)
// LABELER_CLI        the command line, to compare with
// LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD, LABELER_LIVE_KEY   accounts of the site at LABELER_URL

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { accessTests } from './access.mjs';
import { accountTests } from './account.mjs';
import { adminLogTests } from './adminlog.mjs';
import { checkTests } from './check.mjs';
import { dashboardTests } from './dashboard.mjs';
import { writeFixtures } from './fixtures.mjs';
import { corpus, dist, launch, runAll } from './harness.mjs';
import { interviewTests } from './interview.mjs';
import { journeyTests } from './journeys.mjs';
import { lawTests } from './laws.mjs';
import { parityTests } from './parity.mjs';
import { passkeyTests } from './passkeys.mjs';
import { languageTests } from './languages.mjs';
import { packageTests } from './package.mjs';
import { pageTests } from './pages.mjs';
import { privacyTests } from './privacy.mjs';
import { refusalTests } from './refusals.mjs';
import { serve } from './server.mjs';
import { storyTests } from './stories.mjs';
import { versionTests } from './versions.mjs';
import { watermarkTests } from './watermark.mjs';

async function openSite() {
  const url = process.env.LABELER_URL;
  if (url) return { url: url.replace(/\/$/, ''), api: true, close: () => {} };
  if (!existsSync(join(dist, '_headers'))) {
    console.error('web/dist is missing: run `npm run build` in web/ first');
    process.exit(2);
  }
  return { ...(await serve(dist)), api: false };
}

const site = await openSite();
const folder = corpus();
console.log(`site ${site.url}${site.api ? '' : ' (web/dist, invented API answers)'}`);
console.log(folder ? `corpus ${folder}` : 'no corpus: its tests are skipped');

const files = writeFixtures();
// Each list has its own browser, and the lists run at the same time. Tests that change the accounts of the site are in one
// list, because they depend on each other's requests and limits.
const lists = [
  [
    ...storyTests(files),
    ...journeyTests(files),
    ...accountTests(),
    ...passkeyTests(),
    ...dashboardTests(),
    ...adminLogTests(),
    ...parityTests(),
    ...refusalTests(),
    ...watermarkTests(files),
    ...checkTests(files),
  ],
  [
    ...interviewTests(files),
    ...lawTests(files),
    ...privacyTests(files),
    ...versionTests(files),
    ...pageTests(files),
    ...languageTests(files),
    ...packageTests(),
    ...accessTests(files),
  ],
];
const counts = { passed: 0, failed: 0, skipped: 0 };
try {
  const results = await Promise.allSettled(
    lists.map(async (tests) => {
      const browser = await launch();
      try {
        return await runAll(tests, { browser, site, only: process.argv[2] });
      } finally {
        await browser.close();
      }
    }),
  );
  for (const { value, reason } of results) {
    if (reason) throw reason;
    for (const outcome of Object.keys(counts)) counts[outcome] += value[outcome];
  }
} finally {
  site.close();
  files.remove();
}
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
