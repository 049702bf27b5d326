import { mount } from 'svelte';
import { site } from '../../lib/site.ts';
import LinkApp from './LinkApp.svelte';

const catalogues = import.meta.glob<Record<string, string>>('../../messages/dashboard/*.json', { import: 'default' });

await site(async (locale) => (await catalogues[`../../messages/dashboard/${locale}.json`]?.()) ?? {});
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(LinkApp, { target });
}
