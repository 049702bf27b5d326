// Uploads that the API refuses before it has read them, sent by a browser: each answer arrives, and the next call works.

import assert from 'node:assert/strict';
import { skip } from './harness.mjs';

export function refusalTests() {
  return [
    {
      name: 'api: a browser receives the answer to an upload that is refused, and goes on',
      async run({ page, site }) {
        if (!site.api) skip('no running server (LABELER_URL)');
        await page.goto('/sign-in');
        const answers = await page.evaluate(async () => {
          const seen = [];
          for (const size of [70 * 1024, 1_000_000, 8_000_000, 52_000_000]) {
            const form = new FormData();
            form.append('image', new Blob([new Uint8Array(size)], { type: 'image/jpeg' }), 'a.jpg');
            const refused = await fetch('/api/v1/label', {
              method: 'POST',
              headers: { authorization: 'Bearer x' },
              body: form,
            });
            const { error } = await refused.json();
            const next = await fetch('/api/v1/health');
            seen.push([size, refused.status, error.code, refused.headers.has('x-request-id'), next.status]);
          }
          return seen;
        });
        for (const [size, ...answer] of answers)
          assert.deepEqual(answer, [401, 'invalid_credentials', true, 200], `${size} bytes`);
      },
    },
  ];
}
