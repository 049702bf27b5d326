// The documentation reads without scripts; with them samples name this site and can be copied.

import { t } from '../lib/messages.svelte.ts';
import { site } from '../lib/site.ts';

await site();
// The text is English, whatever the language of the frame.
for (const place of document.querySelectorAll('[data-origin]')) place.textContent = location.origin;

for (const block of document.querySelectorAll('pre[data-language]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button small copy';
  button.textContent = t('raw.copy');
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.textContent ?? '');
    button.textContent = t('raw.copied');
    setTimeout(() => (button.textContent = t('raw.copy')), 2000);
  });
  block.after(button);
}
