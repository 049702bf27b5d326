import { mount } from 'svelte';
import { site } from '../../lib/site.ts';
import CheckApp from './CheckApp.svelte';

await site();
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(CheckApp, { target });
}
// After the page is alive: the faces are in this stylesheet, and nothing waits for them.
void import('../../styles/fonts-inline.css');
