import { mount } from 'svelte';
import { site } from '../../lib/site.ts';
import LabelApp from './LabelApp.svelte';

const catalogues = import.meta.glob<Record<string, string>>('../../messages/label/*.json', { import: 'default' });

await site(async (locale) => (await catalogues[`../../messages/label/${locale}.json`]?.()) ?? {});
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(LabelApp, { target });
}
