import { mount } from 'svelte';
import { site } from '../../lib/site.ts';
import VerifyApp from './VerifyApp.svelte';

await site();
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(VerifyApp, { target });
}
