import { mount } from 'svelte';
import { site } from '../../lib/site.ts';
import LabelApp from './LabelApp.svelte';

await site();
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(LabelApp, { target });
}
