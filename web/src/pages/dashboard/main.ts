import { mount } from 'svelte';
import { currentSession } from '../../lib/account.ts';
import { rememberAccount, site } from '../../lib/site.ts';
import DashboardApp from './DashboardApp.svelte';

const catalogues = import.meta.glob<Record<string, string>>('../../messages/dashboard/*.json', { import: 'default' });

const opening = currentSession();
// A visitor who is sent to the sign-in page needs no texts of the dashboard; one who sees a problem does.
const isStaying = opening.then(Boolean, () => true);

await site(async (locale) =>
  (await isStaying) ? ((await catalogues[`../../messages/dashboard/${locale}.json`]?.()) ?? {}) : {},
);
const target = document.getElementById('app');
if (!(await isStaying)) {
  rememberAccount(undefined);
  location.replace('/sign-in?next=/dashboard' + encodeURIComponent(location.hash));
} else if (target) {
  target.replaceChildren();
  mount(DashboardApp, { target, props: { opening } });
}
