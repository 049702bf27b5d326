import { mount } from 'svelte';
import { site } from '../../lib/site.ts';
import CheckApp from './CheckApp.svelte';

await site();
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(CheckApp, { target });
}
