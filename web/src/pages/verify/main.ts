import { mount } from 'svelte';
import { site } from '../../lib/site.ts';
import VerifyApp from './VerifyApp.svelte';

const catalogues = import.meta.glob<Record<string, string>>('../../messages/verify/*.json', { import: 'default' });

await site(async (locale) => (await catalogues[`../../messages/verify/${locale}.json`]?.()) ?? {});
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(VerifyApp, { target });
}
