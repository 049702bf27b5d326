// What every page does: language, appearance, who is signed in, the service worker.

import { chooseLocale, locale, startLocale, t, type MoreMessages } from './messages.svelte.ts';
import { translatePage } from './page.ts';
import { workerUrl } from './trusted.ts';

function choice(name: string, value: string, onchange: (value: string, select: HTMLSelectElement) => void): void {
  const row = document.querySelector<HTMLElement>(`[data-choice=${name}]`);
  const select = row?.querySelector('select');
  if (!row || !select) return;
  select.value = value;
  row.hidden = false;
  select.addEventListener('change', () => onchange(select.value, select));
}

function appearance(theme: string): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', theme);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

async function language(tag: string, select: HTMLSelectElement): Promise<void> {
  try {
    await chooseLocale(tag);
  } catch {
    // Without a network, or after this version of the page has been replaced on the server.
    select.value = locale();
    select.setCustomValidity(t('footer.language.failed'));
    select.reportValidity();
    select.setCustomValidity('');
    return;
  }
  translatePage();
  keepLoaded();
}

const ACCOUNT = 'account';

/** Remembers the signed-in workspace for the header of pages that may not ask the server. */
export function rememberAccount(workspace: string | undefined): void {
  try {
    if (workspace === undefined) localStorage.removeItem(ACCOUNT);
    else localStorage.setItem(ACCOUNT, workspace);
  } catch {
    // Storage may be forbidden; the header then offers signing in.
  }
  showAccount();
}

function showAccount(): void {
  const link = document.querySelector<HTMLElement>('[data-account]');
  if (!link) return;
  let signedIn = false;
  try {
    signedIn = localStorage.getItem(ACCOUNT) !== null;
  } catch {
    // As above.
  }
  link.dataset.t = signedIn ? 'nav.account' : 'nav.signIn';
  link.setAttribute('href', signedIn ? '/dashboard' : '/sign-in');
  translatePage();
}

/** Sets the page up. Without a service worker everything works but the offline use. */
export async function site(more?: MoreMessages): Promise<void> {
  if ('serviceWorker' in navigator) {
    navigator.serviceWorker
      .register(workerUrl('/sw.js') as unknown as string, { updateViaCache: 'none' })
      .catch(() => {});
  }
  try {
    await startLocale(more);
    translatePage();
    showAccount();
  } finally {
    delete document.documentElement.dataset.pending;
  }
  keepLoaded();
  beTakenChargeOf();
  choice('theme', document.documentElement.dataset.theme ?? 'system', appearance);
  choice('language', locale(), (tag, select) => void language(tag, select));
}

/** Asks the service worker to keep the languages and samples that this page loaded. */
function keepLoaded(): void {
  tellWorker({ loaded: performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname) });
}

/**
 * Asks the service worker of a first visit to serve this page too, above all what it needs of its own version after a
 * new one came. Not where a page of this site lies before it in its tab: that one may wait to be shown again.
 */
function beTakenChargeOf(): void {
  const { navigation } = globalThis as { navigation?: { entries(): unknown[] } };
  const pages = navigation ? navigation.entries().length : history.length;
  if (pages === 1 && navigator.serviceWorker?.controller === null) tellWorker('take-charge');
}

function tellWorker(message: unknown): void {
  if (!('serviceWorker' in navigator)) return;
  void navigator.serviceWorker.ready.then((registration) => registration.active?.postMessage(message));
}

/** Asks for the engine to be kept for offline use; call once it has run. */
export function keepEngine(): void {
  tellWorker('keep-engine');
  keepLoaded();
}
