import { mount } from 'svelte';
import { site } from '../../lib/site.ts';
import SignInApp from './SignInApp.svelte';

await site();
const target = document.getElementById('app');
if (target) {
  target.replaceChildren();
  mount(SignInApp, { target });
}
