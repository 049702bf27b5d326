import { site } from '../lib/site.ts';

site();
for (const place of document.querySelectorAll('[data-origin]')) place.textContent = location.origin;
